"""The picture under the editor's hands: pixels that change and the mask of what was touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.editors import Editor
from realfake.data.forgeries.typeface import installed_style
from realfake.forensics.box import Box

SEEN = 96  # pixels around what changes that an editor is shown: it must not take long over the whole screen


class Edit:
    """A copy of an image, edited in place.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
    editor : Editor
        The program that writes text, fills and heals; all of it is done here without.

    Attributes
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
    mask : ndarray, shape (H, W), bool; true where the editor put down pixels
    by_editor : whether the program had anything to do
    """

    def __init__(self, rgb: np.ndarray, editor: Editor | None = None) -> None:
        self.rgb = rgb.copy()
        self.editor, self.by_editor = editor, False
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
        if self.editor is not None:
            return self._written(self.editor, text, x, baseline, style)
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

    def fill(self, box: Box, ink: Sequence[int]) -> bool:
        """Let the editor fill a box with one colour; False if there is no editor."""
        return self._covered(box, lambda editor, crop, place: editor.fill(crop, place, ink))

    def heal(self, box: Box) -> bool:
        """Let the editor cover a box with what it makes of what is beside it; False if there is no editor."""
        return self._covered(box, lambda editor, crop, place: editor.heal(crop, place))

    def _covered(self, box: Box, change: Callable[[Editor, np.ndarray, Box], np.ndarray]) -> bool:
        editor = self.editor
        if editor is None:
            return False
        self._edited(box, lambda crop, x, y: change(editor, crop, Box(box.x - x, box.y - y, box.width, box.height)))
        self.mask[box.slices] = True
        return True

    def _written(self, editor: Editor, text: str, x: float, baseline: float, style: TextStyle) -> Box:
        style = installed_style(style, text)
        wide = int(style.size * (len(text) + 2))
        place = Box.from_edges(int(x) - 4, int(baseline - 1.5 * style.size), int(x) + wide, int(baseline + style.size))
        return self._edited(place, lambda crop, left, top: editor.write(crop, text, x - left, baseline - top, style))

    def _edited(self, place: Box, change: Callable[[np.ndarray, int, int], np.ndarray]) -> Box:
        """Show the editor a box with what is around, take what it gives back, and return the box of what changed."""
        seen = place.intersection(self.frame).grown(SEEN, self.frame.width, self.frame.height)
        if not seen.area:
            return seen
        before = np.ascontiguousarray(self.rgb[seen.slices])
        after = change(before.copy(), seen.x, seen.y)
        changed = (after != before).any(axis=2)
        self.rgb[seen.slices] = after
        self.mask[seen.slices] |= changed
        self.by_editor = True
        ys, xs = np.nonzero(changed)
        if not len(ys):
            return Box(seen.x, seen.y, 0, 0)
        return Box.from_edges(
            seen.x + int(xs.min()), seen.y + int(ys.min()), seen.x + int(xs.max()) + 1, seen.y + int(ys.max()) + 1
        )
