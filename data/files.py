"""Writing a set of images to a folder so that a stop at any moment leaves no half file."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(data)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def mask_png(mask: np.ndarray) -> bytes:
    """A black and white PNG of an (H, W) bool mask, white where true."""
    stream = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).convert("1").save(stream, "PNG", compress_level=3)
    return stream.getvalue()
