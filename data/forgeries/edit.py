"""The picture under the editor's hands: pixels that change and the mask of what was touched."""

from __future__ import annotations

import cv2
import numpy as np

from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.forensics.box import Box


class Edit:
    """A copy of an image, edited in place.

    Attributes
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
    mask : ndarray, shape (H, W), bool; true where the editor put down pixels
    """

    def __init__(self, rgb: np.ndarray) -> None:
        self.rgb = rgb.copy()
        self.mask = np.zeros(rgb.shape[:2], bool)

    @property
    def frame(self) -> Box:
        """The whole image."""
        return Box(0, 0, self.rgb.shape[1], self.rgb.shape[0])

    def paint(self, box: Box, pixels: np.ndarray, alpha: np.ndarray | None = None) -> None:
        """Lay pixels over a box, (h, w, 3) or one colour (3,), as far as alpha (h, w) of 0..1 says; opaque without."""
        seen = box.intersection(self.frame)
        if not seen.area:
            return
        inside = Box(seen.x - box.x, seen.y - box.y, seen.width, seen.height).slices
        pixels = np.broadcast_to(np.asarray(pixels, np.float32), (box.height, box.width, 3))[inside]
        target = self.rgb[seen.slices]
        if alpha is not None:
            weight = alpha[inside].astype(np.float32)[:, :, None]
            pixels = target + (pixels - target) * weight
            self.mask[seen.slices] |= weight[:, :, 0] > 0
        else:
            self.mask[seen.slices] = True
        np.copyto(target, np.rint(pixels).clip(0, 255), casting="unsafe")

    def type(self, text: str, x: float, baseline: float, style: TextStyle, soften: float = 0.0) -> Box:
        """Draw a line of text, blurred by a Gaussian of `soften` pixels; return the box of its ink."""
        reach = int(2 * style.size) + 4
        band = slice(max(int(baseline) - reach, 0), max(int(baseline) + reach, 0))
        before = self.rgb[band].copy()
        box = draw_text(self.rgb, text, x, baseline, style)
        box = box.grown(int(np.ceil(3 * soften)), self.frame.width, self.frame.height) if soften else box
        inside = Box(box.x, box.y - band.start, box.width, box.height).slices
        after, old = self.rgb[box.slices], before[inside]
        if soften and box.area:
            change = cv2.GaussianBlur(after.astype(np.float32) - old, (0, 0), soften)
            np.copyto(after, np.rint(old + change).clip(0, 255), casting="unsafe")
        self.mask[box.slices] |= (after != old).any(axis=2)
        return box
