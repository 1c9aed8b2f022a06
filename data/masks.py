"""Masks: which pixels of a fake were altered."""

from __future__ import annotations

import os

import numpy as np
from PIL import Image

from realfake.forensics.errors import BadManifest


def read_mask(path: str | os.PathLike[str], width: int, height: int) -> np.ndarray:
    """(height, width) bool, true where the image was altered; a mask of another size is scaled to the image.

    Raises
    ------
    BadManifest
        If the file is missing or no image.
    """
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("L").resize((width, height), Image.Resampling.NEAREST)) > 127
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadManifest(f"the mask {os.fspath(path)} cannot be read ({error}); mend the manifest") from None
