"""What a receipt says, held against itself: sums, dates, check digits, repeats, codes, and holes in its values.

A check is a function that gives one number with its unit and meaning, and, where two things on the screen cannot both
be true, one sentence with the places. A number is NaN where its check does not apply; a line that was read unsurely
contradicts nothing. The checks stand in `checks/`, by what they are about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from realfake.forensics.box import Box
from realfake.forensics.content.checks.amounts import AMOUNTS
from realfake.forensics.content.checks.identifiers import IDENTIFIERS
from realfake.forensics.content.checks.missing import MISSING
from realfake.forensics.content.checks.repeats import REPEATS
from realfake.forensics.content.checks.scene import FAMILY, NAN, Scene, Told, check, field_name
from realfake.forensics.content.checks.times import TIMES
from realfake.forensics.content.codes import Code
from realfake.forensics.content.receipt import Receipt
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Feature

SOURCE = "what the receipt says; realfake.forensics.content.consistency"
FEWEST = 3  # labelled values of a receipt; a screen with fewer is none


@dataclass(frozen=True)
class Finding:
    """What on a screen contradicts what else stands there.

    Attributes
    ----------
    feature : column of the check
    sentence : what contradicts what
    boxes : of the places, pixels of the stored picture
    fields : what each place is: `amount`, `reference`, `code`, ...
    """

    feature: str
    sentence: str
    boxes: tuple[Box, ...]
    fields: tuple[str, ...]

    def as_suspect(self) -> dict[str, object]:
        """As it stands among the suspects of a prediction: JSON, without a score."""
        boxes = [[int(side) for side in box] for box in self.boxes]
        box = boxes[0] if boxes else [0, 0, 0, 0]
        of = {"feature": self.feature, "fields": list(self.fields), "boxes": boxes}
        return {"box": box, "score": None, "reasons": [self.sentence], **of}


def content_features() -> tuple[Feature, ...]:
    """The columns of the checks, with unit and meaning."""
    return tuple(Feature(one.column, FAMILY, one.unit, one.meaning, SOURCE, "full") for one in CHECKS)


def check_content(
    receipt: Receipt | None,
    codes: Sequence[Code] = (),
    image: ForensicImage | None = None,
    received: datetime | None = None,
) -> tuple[dict[str, float], tuple[Finding, ...]]:
    """Hold a receipt against itself and its codes.

    Parameters
    ----------
    receipt : what was read; None where nothing was
    codes : QR and bar codes of the screen
    image : the picture, for blank ground within values and the file's own time; those checks are NaN without it
    received : when the image came, as far as that is known

    Returns
    -------
    dict
        Number of each check by its column, NaN where it does not apply: all where nothing was read, and all but the
        counts on a screen that is no receipt. What is missing inside a value is looked for wherever an amount and a
        moment stand, whatever language their labels are in.
    tuple of Finding
        What contradicts what.
    """
    if receipt is None:
        return dict.fromkeys((one.column for one in CHECKS), NAN), ()
    scene = Scene(receipt, tuple(codes), image, received)
    told = {one.column: one.run(scene) for one in COUNTS}
    is_receipt = len({value.key for value in receipt.values if value.key}) >= FEWEST
    pays = any(value.amount is not None for value in receipt.values) and bool(scene.moments)
    for checks, apply in ((CHECKS[len(COUNTS) : -len(MISSING)], is_receipt), (MISSING, is_receipt or pays)):
        told |= {one.column: one.run(scene) if apply else Told() for one in checks}
    numbers = {column: one.number if np.isfinite(one.number) else NAN for column, one in told.items()}
    return numbers, tuple(_finding(column, one) for column, one in told.items() if one.sentence)


def _finding(column: str, told: Told) -> Finding:
    return Finding(column, told.sentence, tuple(one.box for one in told.of), tuple(field_name(one) for one in told.of))


@check("values__count", "values", "values that were read, with or without a label")
def _values(scene: Scene) -> Told:
    return Told(len(scene.receipt.values))


@check("values__labelled", "values", "values beside a label that is known in some language")
def _labelled(scene: Scene) -> Told:
    return Told(sum(bool(value.key) for value in scene.receipt.values))


@check("codes__count", "codes", "QR and bar codes that were decoded")
def _codes(scene: Scene) -> Told:
    return Told(len(scene.codes))


COUNTS = (_values, _labelled, _codes)
CHECKS = COUNTS + AMOUNTS + TIMES + IDENTIFIERS + REPEATS + MISSING
