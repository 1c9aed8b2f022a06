"""Two screens side by side on the page of a case: the image, and the one received earlier that it is a copy of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import sqlalchemy as sql

from realfake.data.manifest import printable
from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Receipt
from realfake.forensics.errors import RealfakeError
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.signature import screen_signature
from realfake.pipeline.archive.adding import Screen
from realfake.pipeline.archive.finding import Finding
from realfake.pipeline.archive.past import found_of
from realfake.pipeline.archive.screens import bearing, kept_path
from realfake.pipeline.archive.store import IMAGES, Entry, Store
from realfake.pipeline.reports.pictures import address, enlarged

PAIRS = 8  # differing words that are shown large
WIDEST = 420  # pixels of such a word's width on the page


@dataclass(frozen=True)
class Side:
    """One of the two screens: title, picture (an address, or ""), size, boxes that differ, where most, or are gone."""

    title: str
    picture: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    spots: tuple[Box, ...] = ()
    gone: tuple[Box, ...] = ()


@dataclass(frozen=True)
class SideBySide:
    """What the page shows of an earlier image: the case, a sentence, both screens, and differing words in pairs."""

    case: str
    sentence: str
    sides: tuple[Side, ...]
    pairs: tuple[tuple[str, str], ...]


def looked_up(image: ForensicImage, archive: Store, receipt: Receipt | None = None) -> Finding:
    """What an archive says of an image, whose words may have been read."""
    signature = bearing(image.shared(screen_signature), receipt)
    return found_of(Screen(printable(kept_path(image.name)), image.sha256, signature), archive)


def side_by_side(image: ForensicImage, archive: Store, found: Finding) -> SideBySide:
    """Lay an image beside what was received earlier; no sides where that is nothing like it."""
    if found.earlier is None:
        return SideBySide(found.case, found.sentence, (), ())
    here = Side("this image", address(image.rgb), image.width, image.height, found.changed, found.spots)
    pixels = _picture(found.earlier, archive)
    width, height = _size(found.earlier, archive)
    came = f", received {found.earlier.received}" if found.earlier.received else ""
    title = f"earlier: {Path(found.earlier.path).name}{came}"
    there = Side(
        title, "" if pixels is None else address(pixels), width, height, found.before, found.spots_before, found.gone
    )
    pairs = [] if pixels is None else _pairs(image.rgb, pixels, (width, height), found)
    return SideBySide(found.case, found.sentence, (there, here), tuple(pairs))


def _pairs(here: np.ndarray, there: np.ndarray, size: tuple[int, int], found: Finding) -> Sequence[tuple[str, str]]:
    scale = there.shape[1] / size[0]
    words = zip(found.changed, found.before, found.spots, found.spots_before, strict=True)
    return [
        (
            enlarged(there, _scaled(before, scale), WIDEST, _scaled(spot_before, scale)),
            enlarged(here, box, WIDEST, spot),
        )
        for box, before, spot, spot_before in list(words)[:PAIRS]
    ]


def _scaled(box: Box, scale: float) -> Box:
    return Box.from_edges(*(round(edge * scale) for edge in (box.x, box.y, box.right, box.bottom)))


def _size(entry: Entry, archive: Store) -> tuple[int, int]:
    with archive.reading() as connection:
        return archive.signatures(connection, [entry.id])[entry.id].stored_size


def _picture(entry: Entry, archive: Store) -> np.ndarray | None:
    """The earlier image from its file where that is still the same, else the small one; None without both."""
    path = Path(entry.path)
    try:
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256:
            return ForensicImage.open(path).rgb
    except (OSError, RealfakeError):
        pass
    with archive.reading() as connection:
        kept = connection.execute(sql.select(IMAGES.c.picture).where(IMAGES.c.id == entry.id)).scalar()
    if kept is None:
        return None
    decoded = cv2.imdecode(np.frombuffer(bytes(kept), np.uint8), cv2.IMREAD_COLOR)
    return None if decoded is None else cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
