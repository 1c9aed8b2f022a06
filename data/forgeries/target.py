"""What a forger goes for: which lines are worth changing, and which glyphs of a line are digits."""

from __future__ import annotations

import numpy as np

from realfake.data.forgeries.look import Look, observe
from realfake.data.screenshots.screen import EDITABLE, TextField

Generator = np.random.Generator

FEWEST_GLYPHS = 3
CALM = 0.7  # share of plain paper around a line below which it is part of a picture,
STANDING = 0.6  # as where fewer of its glyphs stand on one baseline
SOFT = 0.85  # or more of its ink is half covered
WORDY = 0.5  # chance that an unread line which is no number is taken
SMALLEST, LARGEST = 9, 260  # pixels: heights of lines that are worked on
STATUS_BAR = 0.045  # of the height, at the top of a phone's screen
IN_STATUS_BAR = 0.05  # worth of the clock and the battery's charge
RIGHT = 0.35  # of the width: values stand at the right or in the middle
READ = {"amount": 2.0, "to_name": 1.5, "status": 0.4, "note": 0.5}  # worth of lines that say this; of other values 1
UNREAD_VALUE, UNREAD = 2.5, 1.0  # worth of lines that nobody has read: at the right, at the left


def worth(field: TextField, shape: tuple[int, ...]) -> float:
    """How much a forger cares to change a line; 0 for labels, for what the frame cuts and for what is too small.

    Parameters
    ----------
    shape : of the image: height, width, ...
    """
    box, height, width = field.box, shape[0], shape[1]
    inside = box.x >= 0 and box.y >= 0 and box.right <= width and box.bottom <= height
    if not inside or not SMALLEST <= box.height <= LARGEST or box.width < 1.1 * box.height:
        return 0.0
    if box.bottom < STATUS_BAR * height:
        return IN_STATUS_BAR if field.text else 0.0
    if field.text:
        return READ.get(field.field, 1.0) if field.field in EDITABLE else 0.0
    return UNREAD_VALUE if box.x > RIGHT * width else UNREAD


def readable(rgb: np.ndarray, field: TextField, rng: Generator) -> bool:
    """Whether a line reads as text; one that nobody has read is likelier taken if it looks like a number."""
    if field.text:
        return True
    look = observe(rgb, field.box)
    if look is None or not reads(look):
        return False
    return look.numeric or rng.random() < WORDY


def reads(look: Look) -> bool:
    """Whether what was seen is a line of letters: on plain paper, on one baseline, sharp, and more than a mark."""
    plain = len(look.glyphs) >= FEWEST_GLYPHS and look.calm >= CALM
    return plain and look.standing >= STANDING and look.soft <= SOFT


def digits(field: TextField, look: Look) -> dict[int, str]:
    """Numbers of the glyphs that are digits, each with its character; "" where the line has not been read."""
    letters = "".join(field.text.split())
    if len(letters) == len(look.glyphs):
        return {i: letter for i, letter in enumerate(letters) if letter in "0123456789"}
    if field.text and sum(letter in "0123456789" for letter in letters) < 0.7 * len(letters):
        return {}
    return dict.fromkeys(look.digit_like, "") if look.numeric else {}
