"""Images behind fsspec URLs such as `s3://bucket/folder`: listed and read without a copy on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from realfake.forensics.errors import BadImage, MissingExtra, RealfakeError
from realfake.forensics.formats.kinds import HEAD, skipped_sentence, why_skipped

if TYPE_CHECKING:
    from realfake.forensics.image import ForensicImage

STORES = {  # protocol and the package that opens it
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs",
    "adl": "adlfs", "http": "fsspec aiohttp", "https": "fsspec aiohttp", "sftp": "fsspec paramiko",
    "ssh": "fsspec paramiko", "smb": "fsspec smbprotocol", "hdfs": "fsspec pyarrow", "oci": "ocifs", "oss": "ossfs",
    "dropbox": "dropboxdrivefs", "gdrive": "gdrive_fsspec", "hf": "huggingface_hub", "webdav": "webdav4",
}  # fmt: skip


def is_url(path: str) -> bool:
    """Whether fsspec must open it."""
    return "://" in path


def list_images(url: str, skipped: Counter[str]) -> list[str]:
    """The file itself, or every image below a folder, in sorted order; what is none is counted in `skipped` by why.

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
    folder, images, others = url.rstrip("/"), [], Counter[str]()
    for name in sorted(found):
        if why := why_skipped(name, partial(_head, system, name), documents=True):
            others[why] += 1
        else:
            images.append(folder + name[len(path) :])
    if not images:
        raise RealfakeError(f"{url} holds no images{in_brackets(others)}; give a folder of images")
    skipped.update(others)
    return images


def in_brackets(skipped: Counter[str]) -> str:
    """What was skipped, as an aside in a sentence."""
    return f" ({skipped_sentence(skipped)})" if skipped else ""


def _head(system: Any, path: str) -> bytes:
    try:
        head: bytes = system.cat_file(path, start=0, end=HEAD)
        return head
    except OSError:
        return b""


def read_image(path: str) -> ForensicImage:
    """Fetch and decode one image behind a path or URL.

    Raises
    ------
    BadImage
        If it cannot be fetched, or as in `ForensicImage.open`.
    """
    from realfake.forensics.image import ForensicImage

    return ForensicImage.from_bytes(_fetch(path), name=path) if is_url(path) else ForensicImage.open(path)


def read_pictures(path: str) -> Iterator[ForensicImage]:
    """Every picture that a viewer shows of one file behind a path or URL; errors as in `read_image`."""
    from realfake.forensics.image import ForensicImage

    return ForensicImage.all_from_bytes(_fetch(path), name=path) if is_url(path) else ForensicImage.open_all(path)


def _fetch(url: str) -> bytes:
    from realfake.forensics.image import MAX_BYTES

    system, path = file_system(url)
    try:
        with system.open(path, "rb") as file:
            content: bytes = file.read(MAX_BYTES + 1)  # one more tells that there are too many
            return content
    except OSError as error:
        raise BadImage(f"{url} cannot be read ({error}); check the address and your access to it") from error


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
        raise MissingExtra(f"{url} needs a package ({error}); pip install {_missing(url, error)}") from None
    except ValueError as error:  # unknown protocol
        raise RealfakeError(f"{url} is no address that can be opened ({error}); check what stands before ://") from None
    return system, path.rstrip("/")


def _missing(url: str, error: ImportError) -> str:
    """What opens a URL: the extra that brings fsspec, the packages of its protocol, else what could not be imported."""
    if (error.name or "").partition(".")[0] == "fsspec":
        return "'realfake[dask]'"
    protocol = url.partition("://")[0].rpartition("::")[2].lower()
    cause = error.__cause__ if isinstance(error.__cause__, ImportError) else error
    return STORES.get(protocol) or (cause.name or "fsspec").partition(".")[0]
