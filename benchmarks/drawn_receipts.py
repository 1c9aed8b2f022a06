"""Drawn receipts: read from texts or from pixels, forged in one place, and what else tells what was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import click
import cv2
import numpy as np
import pandas as pd

from benchmarks.habits import misread
from realfake.data.forgeries.content import LONGEST, SHORTEST, careless_text, erased_text
from realfake.data.forgeries.forger import Means, forge
from realfake.data.forgeries.target import worth
from realfake.data.forgeries.values import read_amount, run_of_signs
from realfake.data.screenshots.app import App
from realfake.data.screenshots.draw import draw_screen
from realfake.data.screenshots.identifiers import TOKEN, UTC, tells_seconds
from realfake.data.screenshots.screen import Screen, TextField
from realfake.forensics.box import Box
from realfake.forensics.content.codes import find_codes
from realfake.forensics.content.consistency import Finding, check_content
from realfake.forensics.content.fields import read_receipt, receipt_of
from realfake.forensics.content.reading import choose_reader
from realfake.forensics.content.receipt import Line, Receipt
from realfake.forensics.content.relations import pattern
from realfake.forensics.content.values import moment
from realfake.forensics.image import ForensicImage
from realfake.pipeline.habits.grammar import FEWEST, weight

SUMS, MOMENTS, REFERENCE = ("headline", "amount", "total"), ("date", "time"), ("reference",)
EXTRAS = ("fee", "discount")  # keys of what a total adds to its amount
FORGED = {"amount": SUMS, "date": MOMENTS, "reference": REFERENCE, "erasure": REFERENCE}  # kinds, and keys of lines
TARGETS = {"amount": "amount", "date": "moment", "reference": "reference"}  # of a careless forger
TRIES = 4  # screens drawn for one forgery by pixels
JPEG, MESSENGER, LONGEST_SIDE = 80, 70, 1280  # qualities, and pixels of a messenger's longer side
ZONES = ("UTC", "GMT", "(GMT")  # lines that name a time zone
CHANNELS = ("png", "jpeg", "messenger")
HALF_DAY = 720  # minutes: what a clock of twelve hours does not tell
FAINT, SHOWN = 60, 0.75  # sum of the gray levels of three channels that is ink; share of a line's rows that have some


@dataclass(frozen=True)
class Sight:
    """A receipt as it was read: its values, the dialects of its codes, and what in it contradicts itself."""

    receipt: Receipt
    dialects: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Fake:
    """A forged receipt.

    Attributes
    ----------
    kind : one of `FORGED`
    tied : to what on the receipt the changed value is tied: "sum", "words", "reference", "time", "weekday", "twice",
        "itself" (signs erased from a number); "" for nothing
    fields, rgb : its lines and pixels
    """

    kind: str
    tied: str
    fields: tuple[TextField, ...]
    rgb: np.ndarray


Read = Callable[[Sequence[TextField], np.ndarray], Sight]


def read_texts(
    fields: Sequence[TextField], rgb: np.ndarray, rng: np.random.Generator, confuse: float, drop: float
) -> Sight:
    """A receipt from the lines as they were drawn, with reading errors."""
    height, width = rgb.shape[:2]
    lines = [
        Line(field.box, misread(" ".join(field.text.split()), rng, confuse, drop), 0.97)
        for field in fields
        if field.text.strip() and field.box.area
    ]
    receipt = receipt_of(lines, (width, height), "drawn")
    return Sight(receipt, (), check_content(receipt)[1])


def read_pixels(fields: Sequence[TextField], rgb: np.ndarray) -> Sight:
    """A receipt as the installed reader reads it."""
    image, reader = ForensicImage.from_array(rgb), choose_reader()
    if reader is None:
        raise click.ClickException("no reader is installed; pip install 'realfake[read]'")
    receipt, codes = read_receipt(image, reader), find_codes(image)
    dialects = tuple(code.dialect for code in codes if code.dialect)
    return Sight(receipt, dialects, check_content(receipt, codes, image)[1])


def through(rgb: np.ndarray, channel: str) -> np.ndarray:
    """The pixels that arrive through a channel."""
    if channel == "png":
        return rgb
    if channel == "messenger" and max(rgb.shape[:2]) > LONGEST_SIDE:
        scale = LONGEST_SIDE / max(rgb.shape[:2])
        rgb = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    quality = MESSENGER if channel == "messenger" else JPEG
    written = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR))[..., ::-1].copy()


def forged_texts(screen: Screen, kind: str, shown: set[str], rng: np.random.Generator) -> Fake | None:
    """A receipt of which one line says something else; None where it has no line for such a forgery.

    Parameters
    ----------
    shown : keys of lines that any receipt of the app shows
    """
    lines = [i for i, field in enumerate(screen.fields) if field.key in FORGED[kind] and worth(field, screen.rgb.shape)]
    for number in rng.permutation(lines).tolist():
        text = screen.fields[number].text
        if kind == "erasure":
            run = run_of_signs(text, int(rng.integers(SHORTEST, LONGEST + 1)), rng)
            new = erased_text(text, run) if run else text
        else:
            new = careless_text(TARGETS[kind], text, screen.formats, rng)
        if new != text:
            return _fake(screen, kind, number, new, screen.rgb, shown)
    return None


def forged_pixels(app: App, kind: str, shown: set[str], rng: np.random.Generator) -> Fake | None:
    """The same by a forger at work on the pixels, of a line that is tied to another; None where none is found."""
    for _ in range(TRIES):
        screen = draw_screen(app, rng, receipts_only=True)
        open_to = [
            field if field.key in FORGED[kind] else replace(field, key="", field="body") for field in screen.fields
        ]
        forger = "partial" if kind == "erasure" else "careless"
        made = forge(screen.rgb, open_to, rng, Means(forger=forger, formats=screen.formats))
        if made is None or len(made.says) != 1:
            continue
        ((number, text),) = made.says
        if kind == "erasure" and " " * SHORTEST not in text:
            continue  # replaced, not erased
        fake = _fake(screen, kind, number, text, made.rgb, shown)
        if fake.tied and _fake(_seen(screen), kind, number, text, made.rgb, shown).tied:
            return fake
    return None


def _seen(screen: Screen) -> Screen:
    """The screen on which lines say nothing that are drawn on ground of their own colour, as beneath a bar."""
    fields = (
        field if _stands_out(screen.rgb, field.box) else replace(field, text="", key="") for field in screen.fields
    )
    return replace(screen, fields=tuple(fields))


def _stands_out(rgb: np.ndarray, box: Box) -> bool:
    """Whether there is ink in nearly all rows of a line's box."""
    gray = rgb[box.slices].astype(np.int16).sum(axis=2)
    return bool(gray.size) and bool((np.ptp(gray, axis=1) >= FAINT).mean() >= SHOWN)


def _fake(screen: Screen, kind: str, number: int, text: str, rgb: np.ndarray, shown: set[str]) -> Fake:
    old = screen.fields[number]
    new = replace(old, text=text, box=old.box if kind == "erasure" else retyped(old, text))
    fields = tuple(new if i == number else field for i, field in enumerate(screen.fields))
    return Fake(kind, tie(screen, kind, number, text, shown), fields, rgb)


def retyped(field: TextField, text: str) -> Box:
    """About the box of a text that was typed in the place of a line."""
    width = round(field.box.width * weight(pattern(text)) / max(weight(pattern(field.text)), 1.0))
    return field.box._replace(x=field.box.x + (field.box.width - width) // 2, width=width)


def tie(screen: Screen, kind: str, number: int, text: str, shown: set[str]) -> str:
    """To what on its receipt a line is tied that now says another text; "" where nothing else tells its value.

    The total is not the amount where the app shows a fee or a discount whose row has left this screen.
    """
    old, keys = screen.fields[number], {field.key for field in screen.fields}
    if kind == "erasure":
        return "itself"
    if kind == "amount":
        others = {field.key for field in screen.fields if field.key in SUMS and field.key != old.key}
        whole = not (shown & set(EXTRAS)) - keys
        same = any(_number(screen, old) == _number(screen, field) for field in screen.fields if field.key in others)
        if others and (whole or (same and "headline" in {old.key, *others})):
            return "sum"
        return "words" if "words" in keys and (old.key == "amount" or not shown & set(EXTRAS)) else ""
    if kind == "reference":
        return "time" if set(_places(screen, number, text)) & set(_told_places(screen)) else ""
    changed = changed_parts(old.text, text)
    if old.text.startswith(ZONES) or not changed:
        return ""
    if "reference" in keys and changed & told_parts(form_of(screen)) and not _same_half(screen, old.text, text):
        return "reference"
    others = [field for i, field in enumerate(screen.fields) if i != number and field.key in MOMENTS]
    if any(changed & _common(old.text, other.text) for other in others):
        return "twice"
    named = moment(old.text)
    return "weekday" if named and named.weekday is not None and "day" in changed else ""


def _number(screen: Screen, field: TextField) -> object:
    """The number of an amount as its app writes it, None where it is none."""
    read = read_amount(screen.formats, field.text) if screen.formats else None
    return read[0] if read else None


def form_of(screen: Screen) -> str:
    """The form of an app's references, "" where it is not known."""
    return screen.formats.reference if screen.formats else ""


def _places(screen: Screen, number: int, text: str) -> list[int]:
    """Places of a reference, which may stand on two lines, at which one line now says something else."""
    before = [field for field in screen.fields[:number] if field.key == "reference"]
    start = sum(len(field.text) for field in before)
    return [start + i for i, (one, other) in enumerate(zip(screen.fields[number].text, text)) if one != other]


def _told_places(screen: Screen) -> list[int]:
    """Places of a reference that tell what its receipt prints of the moment."""
    told = [moment(field.text) for field in screen.fields if field.key in MOMENTS]
    seconds, parts = any(one and one.seconds for one in told), printed(screen)
    return [
        place
        for at, end, what, exact in windows(form_of(screen))
        if parts & what
        for place in range(at, end if seconds or not exact else end - 2)
    ]


def _common(one: str, other: str) -> set[str]:
    """What two texts both tell of one moment."""
    a, b = moment(one), moment(other)
    if a is None or b is None:
        return set()
    same = {"clock"} if a.clock is not None and a.clock == b.clock else set[str]()
    return same | ({"day"} if set(a.days) & set(b.days) else set())


def _same_half(screen: Screen, old: str, new: str) -> bool:
    """Whether a reference on a clock of twelve hours says the same of both texts."""
    before, after = moment(old), moment(new)
    if "%I" not in form_of(screen) or not before or not after or not before.clock or not after.clock:
        return False
    minutes = 60 * (before.clock.hour - after.clock.hour) + before.clock.minute - after.clock.minute
    return minutes % HALF_DAY == 0 and set(before.days) == set(after.days)


def printed(screen: Screen) -> set[str]:
    """What of its moment a receipt prints: `day`, `clock`."""
    found = set()
    for field in screen.fields:
        read = moment(field.text) if field.key in MOMENTS else None
        if read:
            found |= {"clock"} if read.clock else set()
            found |= {"day"} if read.days else set()
    return found


def changed_parts(old: str, new: str) -> set[str]:
    """What of a moment differs between two texts."""
    before, after = moment(old), moment(new)
    if before is None or after is None:
        return set()
    differs = {"clock": before.clock != after.clock, "day": before.days != after.days}
    return {name for name, other in differs.items() if other}


def windows(form: str) -> list[tuple[int, int, set[str], bool]]:
    """Where a form of references tells its moment: first and end character, what it tells, whether to the second."""
    found, at = [], 0
    for i, part in enumerate(TOKEN.split(form.removeprefix(UTC))):
        length = len(part)
        if i % 2:
            length = {"unix": 10, "hex": 8, "count": 8}.get(part) or len(pd.Timestamp(2026, 1, 1).strftime(part))
            told = {"day", "clock"} if part in ("unix", "hex") else set()
            told |= {"clock"} if "%H" in part or "%I" in part else set()
            told |= {"day"} if "%d" in part or "%j" in part else set()
            found.append((at, at + length, told, tells_seconds("{" + part + "}")))
        at += length
    return found


def told_parts(form: str) -> set[str]:
    """What a form of references tells of its moment."""
    return set().union(*(told for _, _, told, _ in windows(form)))


def learnable(fake: Fake, screens: Sequence[Screen]) -> bool:
    """Whether enough receipts show what a forgery contradicts: both ends of a relation, or the number."""
    keys = [{field.key for field in screen.fields} for screen in screens]
    if fake.kind == "amount":
        shown = [len(one & {*SUMS, "words"}) > 1 for one in keys]
    elif fake.kind == "erasure":
        shown = ["reference" in one for one in keys]
    else:
        told = [bool(printed(screen) & told_parts(form_of(screen))) for screen in screens]
        shown = ["reference" in one and tells for one, tells in zip(keys, told, strict=True)]
    return sum(shown) >= FEWEST or fake.tied in ("twice", "weekday")
