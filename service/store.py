"""The images that are kept: each file once, under its own hash, in a folder or behind an fsspec URL."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import Any

from realfake.forensics.errors import RealfakeError


class ImageStore:
    """Files by SHA-256.

    Parameters
    ----------
    address : folder, or fsspec URL such as `s3://bucket/desk`

    Raises
    ------
    RealfakeError
        If the address cannot be opened.
    """

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs

        try:
            self._files, self._root = url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise RealfakeError(f"the store {address} cannot be opened ({error}); check its address") from None
        self._root = self._root.rstrip("/")

    def put(self, data: bytes) -> str:
        """Store a file that appears whole or not at all, and return its hash."""
        digest = hashlib.sha256(data).hexdigest()
        place = self._place(digest)
        if not self._files.exists(place):
            scratch = f"{place}.{secrets.token_hex(4)}"
            self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            with self._files.open(scratch, "wb") as file:
                file.write(data)
                _to_disk(file)
            self._files.mv(scratch, place)
        return digest

    def get(self, digest: str) -> bytes:
        """The file of a hash.

        Raises
        ------
        RealfakeError
            If it is not there or is no longer what it was.
        """
        try:
            with self._files.open(self._place(digest), "rb") as file:
                data: bytes = file.read()
        except OSError as error:
            raise RealfakeError(f"the stored image {digest[:12]} cannot be read ({error}); restore the store") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise RealfakeError(f"the stored image {digest[:12]} was changed or damaged; restore the store")
        return data

    def delete(self, digest: str) -> None:
        """Remove the file of a hash, if it is there."""
        try:
            self._files.rm_file(self._place(digest))
        except FileNotFoundError:
            return

    def _place(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest[2:4]}/{digest}"


def _to_disk(file: Any) -> None:
    """What is accepted must outlive a loss of power; a remote store sees to that itself."""
    file.flush()
    try:
        number = file.fileno()
    except (AttributeError, OSError):
        return
    os.fsync(number)
