"""Forge: one forger at work on one screenshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from realfake.data.channels import choice
from realfake.data.editors import Editor
from realfake.data.forgeries.content import CONTENT
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.hand import Hand, draw_hand
from realfake.data.forgeries.move_rows import close_row, delete_row, swap_rows
from realfake.data.forgeries.overlay import lay_stretch, lay_word
from realfake.data.forgeries.paste import paste_word
from realfake.data.forgeries.rearrange import rearrange_digits
from realfake.data.forgeries.retype import retype_digits, retype_line, retype_word
from realfake.data.forgeries.splice import Donor, splice_line
from realfake.data.forgeries.strike import strike
from realfake.data.forgeries.target import readable, worth
from realfake.data.screenshots.content import Formats
from realfake.data.screenshots.screen import TextField
from realfake.forensics.errors import needs_one_of

Generator = np.random.Generator
Change = Callable[[Edit, TextField], bool]

PLANS = {
    "retype": 0.28, "digit": 0.1, "word": 0.23, "splice": 0.1, "rearrange": 0.05, "lay-word": 0.08, "lay-stretch": 0.05,
    "strike": 0.05, "delete-row": 0.01, "close-row": 0.01, "move-row": 0.01, "partial": 0.06,
}  # fmt: skip
# What a program is opened for.
EDITOR_PLANS = {"retype": 0.24, "word": 0.3, "digit": 0.04, "paste": 0.34, "splice": 0.08}
HOW_MANY = {1: 0.55, 2: 0.28, 3: 0.17}  # lines that a forger changes
ATTEMPTS = 4  # plans tried before an image is given up
MORE_LINES = 8  # lines tried beyond those wanted
BORROWED = 0.4  # chance that what is pasted comes from another screen where there is one
CLOSE = ("digit", "rearrange", *CONTENT)  # plans that change part of a line
INPAINTERS = ("telea", "ns")


@dataclass(frozen=True)
class Forgery:
    """An edited image.

    Attributes
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
    mask : ndarray, shape (H, W), bool; true where the editor put down pixels
    edited : numbers of the lines that changed, in the sequence that was given
    editor : short name of the chain of operations, such as `retype-flat`, `inpaint-telea`, `digit-patch` or `splice`,
        or of the real editor and what was done with it, such as `gimp-retype`
    fields : what those lines said (`amount`, `date`, ...)
    donor : number of the donor that lent its lines or words; None if there was none
    forger : kind of a forger of content (`careless`, `careful` or `partial`), "" for all others
    says : numbers of changed lines and what they say now, as far as the forger tells
    """

    rgb: np.ndarray
    mask: np.ndarray
    edited: tuple[int, ...]
    editor: str
    fields: tuple[str, ...]
    donor: int | None = None
    forger: str = ""
    says: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Means:
    """What a forger works with.

    Attributes
    ----------
    donors : other screenshots of the same app, to splice from
    forger : a kind of forger of content (`careless`, `careful` or `partial`); any other forger where empty
    formats : how the app writes amounts; without, amounts are not changed consistently
    editor : name and program of a real editor that writes, fills and heals; without, that is done here
    kinds : the kinds of edits to draw from, of `PLANS`, or of `EDITOR_PLANS` where there is an editor; all where empty
    """

    donors: Sequence[Donor] = ()
    forger: str = ""
    formats: Formats | None = None
    editor: tuple[str, Editor] | None = None
    kinds: Sequence[str] = ()


def check_kinds(kinds: Sequence[str], editors: Sequence[str] = ()) -> None:
    """Raise UnknownName unless all these kinds of edits are made, with real editors where some are named."""
    what, known = ("kind of edit by real editors", EDITOR_PLANS) if editors else ("kind of edit", PLANS)
    for kind in kinds:
        needs_one_of(what, kind, known)


def forge(rgb: np.ndarray, fields: Sequence[TextField], rng: Generator, means: Means = Means()) -> Forgery | None:
    """Forge a screenshot as its editor opened it.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3), uint8
        What the editor opened; it is not written to.
    fields : sequence of TextField
        Its lines, boxes in pixels of `rgb`. Where `style` is None or `text` is empty the line is judged by its pixels.
    means : Means
        What the forger works with.

    Returns
    -------
    Forgery, or None if no line could be worked on.
    """
    candidates = [i for i, field in enumerate(fields) if worth(field, rgb.shape) > 0]
    if not candidates:
        return None
    donors, editor = means.donors, means.editor
    plans = EDITOR_PLANS if editor else PLANS
    if means.kinds:
        plans = {name: plans[name] for name in means.kinds}
    if not len(donors):
        plans = {name: share for name, share in plans.items() if name != "splice"}
    if not plans:
        return None
    for _ in range(ATTEMPTS):
        plan = means.forger or choice(rng, plans)
        hand = draw_hand(rng, close=plan in CLOSE)
        borrows = plan == "splice" or (plan == "paste" and len(donors) > 0 and rng.random() < BORROWED)
        donor = int(rng.integers(len(donors))) if borrows else None
        change = _changer(plan, fields, donors[donor] if donor is not None else None, hand, rng)
        edit, says = Edit(rgb, editor[1] if editor else None), dict[int, str]()
        if plan in CONTENT:
            says = CONTENT[plan](edit, fields, hand, rng, means.formats)
            edited = tuple(sorted(says))
        elif plan in WHOLE:
            edited = WHOLE[plan](edit, fields, hand, rng)
        else:
            edited = _line_by_line(edit, fields, candidates, change, rng)
        if edited and edit.mask.any():
            said = tuple(fields[i].field for i in edited)
            kind = plan if plan in CONTENT else ""
            name = f"{editor[0]}-{plan}" if editor and edit.by_editor else _name(plan, hand)
            return Forgery(edit.rgb, edit.mask, edited, name, said, donor, kind, tuple(sorted(says.items())))
    return None


def _line_by_line(
    edit: Edit, fields: Sequence[TextField], candidates: Sequence[int], change: Change, rng: Generator
) -> tuple[int, ...]:
    wanted = choice(rng, HOW_MANY)
    done: list[int] = []
    weights = np.array([worth(fields[i], edit.rgb.shape) for i in candidates])
    order = rng.choice(candidates, size=len(candidates), replace=False, p=weights / weights.sum())
    for i in order.tolist()[: wanted + MORE_LINES]:
        if len(done) == wanted:
            break
        if readable(edit.rgb, fields[i], rng) and change(edit, fields[i]):
            done.append(i)
    return tuple(sorted(done))


def _changer(plan: str, fields: Sequence[TextField], donor: Donor | None, hand: Hand, rng: Generator) -> Change:
    """What a plan does to one line."""
    if plan == "splice" and donor is not None:
        return lambda edit, field: splice_line(edit, field, fields, donor, hand, rng)
    if plan == "paste":
        return lambda edit, field: paste_word(edit, field, fields, donor, hand, rng)
    if plan == "digit":
        return lambda edit, field: retype_digits(edit, field, hand, rng)
    if plan == "word":
        return lambda edit, field: retype_word(edit, field, fields, hand, rng)
    if plan == "lay-word":
        return lambda edit, field: lay_word(edit, field, fields, hand, rng)
    if plan == "lay-stretch":
        return lambda edit, field: lay_stretch(edit, field, hand, rng)
    if plan == "strike":
        return lambda edit, field: strike(edit, field, fields, hand, rng)
    if plan == "rearrange":
        return lambda edit, field: rearrange_digits(edit, field, fields, hand, rng)
    return lambda edit, field: retype_line(edit, field, fields, hand, rng)


def _name(plan: str, hand: Hand) -> str:
    if plan in ("retype", "careless", "careful"):
        return f"inpaint-{hand.eraser}" if hand.eraser in INPAINTERS else f"retype-{hand.eraser}"
    return f"{plan}-{hand.eraser}" if plan in ("digit", "word", "strike", "partial", "delete-row") else plan


WHOLE: dict[str, Callable[[Edit, Sequence[TextField], Hand, Generator], tuple[int, ...]]] = {
    "delete-row": delete_row,
    "close-row": close_row,
    "move-row": swap_rows,
}
