"""From files to what an archive keeps of them, measured by watched workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
import pandas as pd

from realfake.data.manifest import printable
from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Receipt
from realfake.forensics.errors import BadManifest, UnknownName
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.signature import Signature, from_bytes, screen_signature, to_bytes
from realfake.pipeline.archive.adding import Screen
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.remote import is_url, read_pictures
from realfake.pipeline.extraction.workers import measured
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.cells import Row

LONG_SIDE = 640  # pixels of a small picture
QUALITY = 50  # of its WebP


def kept_path(path: str) -> str:
    """The name under which an archive keeps a file: its absolute path, or its URL."""
    return path if is_url(path) else os.path.abspath(path)


def screens_of(
    items: Iterable[Item], pictures: bool, received: str | None, sender: str | None, workers: Workers
) -> Iterator[tuple[Item, Screen | None, str]]:
    """Each file with its screen, or with what went wrong.

    Of a file that shows several pictures (pages, frames) the first is taken.
    """
    work: Callable[[str], list[Row]] = partial(_work, pictures=pictures)
    for item, rows in measured(items, work, jobs=workers.jobs, limits=workers.limits):
        row = rows[0]
        if row["error"]:
            yield item, None, str(row["error"])
            continue
        yield (
            item,
            Screen(
                printable(kept_path(item.path)),
                str(row["sha256"]),
                from_bytes(row["signature"]),
                moment_of(item, received),
                sender_of(item, sender),
                row["picture"],
            ),
            "",
        )


def bearing(signature: Signature, receipt: Receipt | None) -> Signature:
    """A signature whose words bear what a reader read on the screen: their text, and what kind of value they are of."""
    if receipt is None or not receipt.lines:
        return signature
    boxes = [signature.stored_box(word) for word in range(len(signature))]
    texts = tuple(next((line.text for line in receipt.lines if _inside(box, line.box)), "") for box in boxes)
    kinds = tuple(next((value.kind for value in receipt.values if _inside(box, value.box)), "") for box in boxes)
    return replace(signature, texts=texts, kinds=kinds)


def moment_of(item: Item, column: str | None) -> str:
    """When an image was received, `YYYY-MM-DDTHH:MM:SS`; "" where no column tells or its cell is empty."""
    cell = str(item.labels[column]).strip() if column else ""
    if not cell or cell == "nan":
        return ""
    told = moment(cell)
    if told is None:
        raise BadManifest(
            f"{column} of {printable(item.path)} is {cell!r}, which is no date; "
            "write dates as 2026-04-23 or 2026-04-23 18:05"
        )
    return told


def sender_of(item: Item, column: str | None) -> str:
    """From whom an image came; "" where no column tells."""
    return printable(str(item.labels[column])) if column else ""


def moment(text: str) -> str | None:
    """A date of ISO 8601 as an archive keeps it, in UTC; None where it is none."""
    try:
        return str(pd.to_datetime(text, format="ISO8601", utc=True).strftime("%Y-%m-%dT%H:%M:%S"))
    except (ValueError, OverflowError):
        return None


def needs_columns(items: list[Item], *columns: str | None) -> None:
    """Refuse columns that the manifest lacks, and dates that cannot be read, before any image is."""
    for column in columns:
        if column is not None and items and column not in items[0].labels:
            known = ", ".join(items[0].labels) or "none"
            raise UnknownName(f"the manifest has no column {column!r}; its columns are: {known}")


def small_picture(image: ForensicImage) -> bytes:
    """A small WebP of an image as it is stored."""
    height, width = image.rgb.shape[:2]
    scale = min(LONG_SIDE / max(height, width), 1.0)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(image.rgb, size, interpolation=cv2.INTER_AREA)
    written = cv2.imencode(".webp", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return bytes(np.asarray(written[1]).tobytes())


def _inside(box: Box, other: Box) -> bool:
    return box.intersection(other).area > box.area / 2


def signed(image: ForensicImage, picture: bool, receipt: Receipt | None = None) -> Row:
    """What an archive keeps of an image: its hash, the bytes of its signature, and a small picture if asked for.

    Words bear what was read on the screen, where it was.
    """
    return {
        "sha256": image.sha256,
        "signature": to_bytes(bearing(image.shared(screen_signature), receipt)),
        "picture": small_picture(image) if picture else None,
    }


def _work(path: str, pictures: bool) -> list[Row]:
    return [{"path": path, "error": ""} | signed(next(iter(read_pictures(path))), pictures)]
