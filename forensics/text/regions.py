"""The region table: one row a word, with its box, its measurements, and their contrasts with peers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

import realfake.forensics.text.alike
import realfake.forensics.text.breaks
import realfake.forensics.text.copies
import realfake.forensics.text.glyphs
import realfake.forensics.text.histories
import realfake.forensics.text.holes
import realfake.forensics.text.ink
import realfake.forensics.text.inks
import realfake.forensics.text.laundering
import realfake.forensics.text.layout
import realfake.forensics.text.likeness
import realfake.forensics.text.profile
import realfake.forensics.text.quiet
import realfake.forensics.text.runs
import realfake.forensics.text.seams
import realfake.forensics.text.surroundings  # noqa: F401  (enters the families into the catalogue)
from realfake.forensics.box import Box
from realfake.forensics.catalog import probe
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import SEPARATOR, Feature, column_name
from realfake.forensics.text.contrast import KINDS, Peers, contrast, find_peers
from realfake.forensics.text.direction import Direction
from realfake.forensics.text.measurement import REGION_FAMILIES, RegionMeasurement
from realfake.forensics.text.words import ScreenText, read_screen

PEERS = "peers"  # the family of columns that say how many peers there were


@dataclass(frozen=True)
class Regions:
    """Words of one image and what was measured on each.

    Attributes
    ----------
    boxes, fields : list of Box
        The word, and the field of text that it belongs to; pixels of the stored picture, whichever way up it is.
    table : DataFrame, one row a word
        Region columns of the catalogue, float64; NaN where a measurement does not apply.
    peers : Peers
        Whom each word was compared with.
    direction : Direction
        How the stored picture was turned to be read.
    found : int
        Words that were found, of which those of the table were compared.
    dropped : int
        Strokes that were not looked at, because there were too many.
    size : (int, int)
        Width and height of the stored picture, pixels.
    """

    boxes: list[Box]
    fields: list[Box]
    table: pd.DataFrame
    peers: Peers
    direction: Direction = Direction()
    found: int = 0
    dropped: int = 0
    size: tuple[int, int] = (0, 0)


def measure_regions(image: ForensicImage) -> Regions:
    """Find the words of a screen and measure each, raw and against its peers."""
    screen = read_screen(image)
    measured = measurements(screen)
    names = [name for name, _ in measured]
    if screen.words:
        values = np.stack([m.values for _, m in measured], axis=1)
    else:
        values = np.empty((0, len(measured)))
    floors = np.array([m.floor for _, m in measured])
    peers = find_peers(screen)
    columns, blocks = list(names), [values]
    for kind in KINDS:
        columns += [f"{name}{SEPARATOR}z_{kind}" for name in names]
        blocks.append(contrast(values, floors, peers.indices[kind]))
    for kind in KINDS:
        columns.append(column_name(PEERS, f"{kind}{SEPARATOR}count"))
        blocks.append(peers.count(kind)[:, None])
    columns.append(column_name(PEERS, f"style{SEPARATOR}distance"))
    blocks.append(peers.style_distance[:, None])
    table = pd.DataFrame(np.concatenate(blocks, axis=1), columns=columns)
    boxes = [screen.direction.stored(word.box, *screen.size) for word in screen.words]
    fields = [screen.direction.stored(screen.lines[word.line].box, *screen.size) for word in screen.words]
    return Regions(
        boxes, fields, table, peers, screen.direction, screen.found, screen.dropped, (image.width, image.height)
    )


def measurements(screen: ScreenText) -> list[tuple[str, RegionMeasurement]]:
    """Raw measurements of every region family with their column names, in catalogue order."""
    return [(column_name(one.name, m.name), m) for one in REGION_FAMILIES.values() for m in one.compute(screen)]


@cache
def region_catalogue() -> tuple[Feature, ...]:
    """Every column of the region table with its unit, meaning and source."""
    raw = [
        Feature(
            name, name.split(SEPARATOR)[0], m.unit, m.meaning, REGION_FAMILIES[name.split(SEPARATOR)[0]].source, "full"
        )
        for name, m in measurements(read_screen(probe()))
    ]
    robust = "robust deviations (median and MAD, widened where peers are few)"
    contrasts = [
        Feature(
            f"{f.column}{SEPARATOR}z_{kind}", f.family, "deviations", f"{f.meaning}; against {whom}", robust, "full"
        )
        for kind, whom in KINDS.items()
        for f in raw
    ]
    counts = [
        Feature(
            column_name(PEERS, f"{kind}{SEPARATOR}count"), PEERS, "words", f"how many peers: {whom}", robust, "full"
        )
        for kind, whom in KINDS.items()
    ]
    distance = Feature(
        column_name(PEERS, f"style{SEPARATOR}distance"),
        PEERS,
        "1",
        "mean style distance to those peers",
        robust,
        "full",
    )
    return tuple(raw + contrasts + counts + [distance])


def region_names() -> list[str]:
    """The measured columns of the region table."""
    return [entry.column for entry in region_catalogue()]
