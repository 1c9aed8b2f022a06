"""Images behind fsspec URLs such as `s3://bucket/folder`: listed and read without a copy on disk."""

from __future__ import annotations

from typing import Any

from realfake.forensics.errors import BadImage, MissingExtra, RealfakeError
from realfake.forensics.image import MAX_BYTES, ForensicImage


def is_url(path: str) -> bool:
    """Whether fsspec must open it."""
    return "://" in path


def list_images(url: str, suffixes: tuple[str, ...]) -> list[str]:
    """The file itself, or every image below a folder, in sorted order.

    Raises
    ------
    RealfakeError
        If the store does not answer or holds no image there.
    """
    system, path = file_system(url)
    try:
        found = system.find(path)
    except OSError as error:
        raise RealfakeError(f"{url} cannot be listed ({error}); check the address and your access to it") from None
    if found == [path]:
        return [url]
    folder = url.rstrip("/")
    images = [folder + name[len(path) :] for name in sorted(found) if name.lower().endswith(suffixes)]
    if not images:
        raise RealfakeError(f"{url} holds no images; give a folder with PNG, JPEG, WebP, BMP or TIFF files")
    return images


def read_image(url: str) -> ForensicImage:
    """Fetch and decode one image.

    Raises
    ------
    BadImage
        If it cannot be fetched, or as in `ForensicImage.from_bytes`.
    """
    system, path = file_system(url)
    try:
        with system.open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more tells that there are too many
    except OSError as error:
        raise BadImage(f"{url} cannot be read ({error}); check the address and your access to it") from error
    return ForensicImage.from_bytes(data, name=url)


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL or local path, and the path in it.

    Raises
    ------
    MissingExtra
        If fsspec or the package of this kind of store is not installed.
    """
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
    except ImportError as error:
        raise MissingExtra(f"{url} needs a package ({error}); install it, or: pip install 'realfake[dask]'") from None
    except ValueError as error:  # unknown protocol
        raise RealfakeError(f"{url} is no address that can be opened ({error}); check what stands before ://") from None
    return system, path.rstrip("/")
