"""Pictures within a page: whole screens, and words of them large."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from realfake.forensics.box import Box

MARGIN = 6  # pixels around a word
LINE, MARK = 5, (208, 2, 27)  # pixels of the line below what is marked, and its colour


def enlarged(pixels: np.ndarray, box: Box, widest: int, spot: Box | None = None) -> str:
    """A place up to three times its size, as an address for a page.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3) uint8
    box : what is shown
    widest : pixels of width up to which it is enlarged
    spot : what a line below it marks; shown whole, too

    Returns
    -------
    address : str
        Empty where nothing of the box is on the picture.
    """
    around = (box if spot is None else box.union(spot)).grown(MARGIN, pixels.shape[1], pixels.shape[0])
    crop = pixels[around.slices]
    if not crop.size:
        return ""
    factor = max(1, min(3, widest // crop.shape[1]))
    large = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
    if spot is not None:
        left, right = (factor * (edge - around.x) for edge in (spot.x, spot.right))
        large[-LINE:, max(left, 0) : max(right, 0)] = MARK
    return address(large)


def address(rgb: np.ndarray) -> str:
    """A picture, (H, W, 3) uint8, as an address for a page."""
    return address_of_png(cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes())


def address_of_png(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
