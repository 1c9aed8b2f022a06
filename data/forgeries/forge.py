"""Forge: one forger at work on one screenshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.channels import choice
from data.forgeries.edit import Edit
from data.forgeries.hand import Hand, draw_hand
from data.forgeries.look import observe
from data.forgeries.rearrange import rearrange_digits
from data.forgeries.retype import retype_digits, retype_line, retype_word
from data.forgeries.rows import close_row, delete_row, swap_rows
from data.forgeries.splice import Donor, splice_line
from data.screenshots.screen import EDITABLE, TextField

Generator = np.random.Generator

PLANS = {
    "retype": 0.55, "digit": 0.12, "word": 0.08, "splice": 0.15, "rearrange": 0.06, "delete-row": 0.015,
    "close-row": 0.01, "move-row": 0.015,
}  # fmt: skip
HOW_MANY = {1: 0.55, 2: 0.28, 3: 0.17}  # lines that a forger changes
SMALLEST = 9  # pixels: lines less high are left alone
LARGEST = 260
FEWEST_GLYPHS = 3
ATTEMPTS = 4  # plans tried before an image is given up
WORTH = {"amount": 2.0, "to_name": 1.5, "status": 0.4, "note": 0.5}  # how much a forger cares for a field; others 1
INPAINTERS = ("telea", "ns")


@dataclass(frozen=True)
class Forgery:
    """An edited image.

    Attributes
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
    mask : ndarray, shape (H, W), bool; true where the editor put down pixels
    edited : numbers of the lines that changed, in the sequence that was given
    editor : short name of the chain of operations, such as `retype-flat`, `inpaint-telea`, `digit-patch` or `splice`
    fields : what those lines said (`amount`, `date`, ...)
    """

    rgb: np.ndarray
    mask: np.ndarray
    edited: tuple[int, ...]
    editor: str
    fields: tuple[str, ...]


def forge(rgb: np.ndarray, fields: Sequence[TextField], rng: Generator, donors: Sequence[Donor] = ()) -> Forgery | None:
    """Forge a screenshot as its editor opened it.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
        What the editor opened; it is not written to.
    fields : sequence of TextField
        Its lines, boxes in pixels of `rgb`. Where `style` is None or `text` is empty the line is judged by its pixels.
    donors : sequence of Donor
        Other screenshots of the same app, to splice from.

    Returns
    -------
    Forgery, or None if no line could be worked on.
    """
    candidates = workable(rgb, fields)
    if not candidates:
        return None
    for _ in range(ATTEMPTS):
        hand = draw_hand(rng)
        plan = choice(rng, PLANS if len(donors) else {name: share for name, share in PLANS.items() if name != "splice"})
        edit = Edit(rgb)
        edited = WHOLE[plan](edit, fields, hand, rng) if plan in WHOLE else ()
        if plan not in WHOLE:
            edited = _line_by_line(plan, edit, fields, candidates, donors, hand, rng)
        if edited and edit.mask.any():
            return Forgery(edit.rgb, edit.mask, edited, _name(plan, hand), tuple(fields[i].field for i in edited))
    return None


def workable(rgb: np.ndarray, fields: Sequence[TextField]) -> list[int]:
    """Numbers of the lines that a forger can and would change."""
    return [i for i, field in enumerate(fields) if _wanted(field) and _readable(rgb, field)]


def _wanted(field: TextField) -> bool:
    return field.field in EDITABLE or not field.text


def _readable(rgb: np.ndarray, field: TextField) -> bool:
    box = field.box
    inside = box.x >= 0 and box.y >= 0 and box.right <= rgb.shape[1] and box.bottom <= rgb.shape[0]
    if not inside or not SMALLEST <= box.height <= LARGEST or box.width < 1.1 * box.height:
        return False
    look = observe(rgb, box)
    return look is not None and (field.text != "" or len(look.glyphs) >= FEWEST_GLYPHS)


def _line_by_line(
    plan: str, edit: Edit, fields: Sequence[TextField], candidates: Sequence[int], donors: Sequence[Donor], hand: Hand,
    rng: Generator,
) -> tuple[int, ...]:
    wanted = choice(rng, HOW_MANY)
    done: list[int] = []
    worth = np.array([WORTH.get(fields[i].field, 1.0) for i in candidates])
    order = rng.choice(candidates, size=len(candidates), replace=False, p=worth / worth.sum())
    for i in order.tolist()[: wanted + 6]:
        if len(done) < wanted and _change(plan, edit, fields, i, donors, hand, rng):
            done.append(i)
    return tuple(sorted(done))


def _change(
    plan: str, edit: Edit, fields: Sequence[TextField], i: int, donors: Sequence[Donor], hand: Hand, rng: Generator
) -> bool:
    field = fields[i]
    if plan == "splice":
        return splice_line(edit, field, fields, donors, hand, rng)
    if plan == "digit":
        return retype_digits(edit, field, hand, rng)
    if plan == "word":
        return retype_word(edit, field, fields, hand, rng)
    if plan == "rearrange":
        return rearrange_digits(edit, field, fields, hand, rng)
    return retype_line(edit, field, fields, hand, rng)


def _name(plan: str, hand: Hand) -> str:
    if plan == "retype":
        return f"inpaint-{hand.eraser}" if hand.eraser in INPAINTERS else f"retype-{hand.eraser}"
    return f"{plan}-{hand.eraser}" if plan in ("digit", "word", "delete-row") else plan


WHOLE: dict[str, Callable[[Edit, Sequence[TextField], Hand, Generator], tuple[int, ...]]] = {
    "delete-row": delete_row,
    "close-row": close_row,
    "move-row": swap_rows,
}
