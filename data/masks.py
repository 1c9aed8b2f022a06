"""Masks: which pixels of a fake were altered."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from PIL import Image

from realfake.forensics.box import Box
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


def altered_shares(altered: np.ndarray, words: Sequence[Box]) -> np.ndarray:
    """What share of its most altered piece a mask covers, of each word of an image.

    A piece is as high as the word and half as wide as it is high, about a digit: a number in which one digit was
    replaced is altered however long it is, and one whose edge a patch touches is not. It lies in the word's box, or
    beside it on ground that no word takes, where characters may have been erased.

    Parameters
    ----------
    altered : (height, width) bool, true where the image was altered
    words : boxes in its pixels

    Returns
    -------
    (n,) float, 0..1
    """
    ground = altered.copy()
    for box in words:
        ground[box.slices] = False
    return np.array([max(_inside(altered, box), _beside(ground, box)) for box in words])


def _piece(box: Box) -> int:
    return -(-box.height // 2)


def _inside(altered: np.ndarray, box: Box) -> float:
    width = min(_piece(box), box.width)
    sums = np.concatenate([[0], np.cumsum(altered[box.slices].sum(0))])
    return float((sums[width:] - sums[:-width]).max() / (width * box.height))


def _beside(ground: np.ndarray, box: Box) -> float:
    rows = ground[box.y : box.bottom]
    sides = rows[:, max(0, box.x - _piece(box)) : box.x], rows[:, box.right : box.right + _piece(box)]
    return max(float(side.mean()) if side.size else 0.0 for side in sides)
