"""How well and how fast receipts are read: `python -m benchmarks.reading` draws those of apps that nothing has seen."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np

from realfake.data.channels import Transform, draw_habit
from realfake.data.history import carried
from realfake.data.screenshots.app import App
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import TextField
from realfake.data.screenshots.screens.receipts import receipt
from realfake.forensics.box import Box
from realfake.forensics.content.fields import read_receipt, repaired
from realfake.forensics.content.reading import READERS, choose_reader
from realfake.forensics.content.values import plain
from realfake.forensics.image import ForensicImage

FIRST_APP = 900_000  # apps of the starter's set have other numbers
VALUES = ("amount", "date", "time", "reference", "account", "number")  # roles with digits
KIND = {"amount": "amount", "number": "amount", "date": "moment", "time": "moment", "account": "account"}
SIDE = 1600  # pixels of the longer side that the messenger sends
PAIRS = ("0O", "1l", "1I", "8B", "5S")  # confusions that are counted, either way
SAME = 0.3  # of the smaller of two boxes: what they share where they are one line
CHANNELS = ("png", "messenger")


@click.command()
@click.option("--apps", default=40, show_default=True)
@click.option("--screens", default=2, show_default=True, help="Receipts of each app.")
@click.option("--first", default=FIRST_APP, show_default=True, help="Number of the first app.")
@click.option("--reader", type=click.Choice(["auto", *READERS]), default="auto", show_default=True)
@click.option("--misread", is_flag=True, help="Print each value that was read otherwise.")
def main(apps: int, screens: int, first: int, reader: str, misread: bool) -> None:
    """Print the share of values read exactly, by kind and channel, the confusions, and the CPU time."""
    chosen = choose_reader(reader)
    if chosen is None:
        raise click.ClickException("no reader is installed; pip install 'realfake[read]'")
    right, total, confused, seconds, lines = Counter(), Counter(), Counter(), [], []
    for rgb, fields, channel in drawn(apps, screens, first):
        image = ForensicImage.from_array(rgb)
        begun = time.process_time()
        said = read_receipt(image, chosen)
        seconds.append(time.process_time() - begun)
        lines.append(len(said.lines))
        for field, truth, text in compared(fields, [(line.box, line.text) for line in said.lines]):
            total[channel, field] += 1
            right[channel, field] += truth == text
            if truth != text and misread:
                click.echo(f"{channel} {field}: {truth} was read {text}")
            confused.update(confusions(truth, text))
    click.echo(f"{'kind':12s}{'png':>16s}{'messenger':>16s}")
    for kind in (*VALUES, "all"):
        cells = []
        for channel in CHANNELS:
            kinds = VALUES if kind == "all" else (kind,)
            hits, count = (sum(counter[channel, one] for one in kinds) for counter in (right, total))
            cells.append(f"{hits / max(count, 1):8.3f} of {count:4d}")
        click.echo(f"{kind:12s}{cells[0]:>16s}{cells[1]:>16s}")
    click.echo("read for each other: " + ", ".join(f"{a}/{b} {confused[a + b]}" for a, b in PAIRS))
    per = 1000 * sum(seconds[2:]) / max(sum(lines[2:]), 1)
    click.echo(
        f"{per:.1f} ms CPU a line, all in all; {np.median(seconds):.2f} s a screen of {np.median(lines):.0f} lines"
    )


def drawn(apps: int, screens: int, first: int) -> Iterator[tuple[np.ndarray, Sequence[TextField], str]]:
    """Each receipt as it was captured, and as a messenger sends it."""
    for number in range(apps):
        app = App(first + number)
        for screen in range(screens):
            rng = np.random.default_rng([number, screen])
            page = Page(app, app.devices[int(rng.integers(len(app.devices)))], rng)
            receipt(page)
            rgb, fields = page.canvas.paint()
            yield rgb, fields, "png"
            height, width = rgb.shape[:2]
            scale = min(1.0, SIDE / max(height, width))
            size = round(width * scale), round(height * scale)
            small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
            sent = draw_habit(rng, messenger=True).pixels(np.asarray(small, np.uint8))
            yield sent, carried(fields, Transform(*size, size[0] / width, size[1] / height)), "messenger"


def compared(fields: Sequence[TextField], lines: Sequence[tuple[Box, str]]) -> Iterator[tuple[str, str, str]]:
    """Role, truth and reading of each value with digits; spaces aside, which nobody sees for certain,
    what parts a day from a time, and which of its two signs the dong has.

    A value in several lines is compared with all that stand on it. The clock of the status bar is no value.
    """
    clock = min((field.box.bottom for field in fields), default=0) + 20
    for field in fields:
        if field.field not in VALUES or field.box.bottom <= clock or not any(map(str.isdigit, field.text)):
            continue
        on = [other for other in fields if _share(other.box, _around(field.box, lines)) > SAME]
        read = sorted((box.x, text) for box, text in lines if _share(box, field.box) > SAME)
        kind = KIND.get(field.field, "identifier")
        text = repaired(plain(" ".join(text for _, text in read)), kind)
        truth = plain(" ".join(other.text for other in sorted(on, key=lambda other: other.box.x)))
        truth = repaired(truth, kind) if kind in ("amount", "moment") else truth
        yield field.field, truth.replace(" ", ""), text.replace(" ", "")


def _around(box: Box, lines: Sequence[tuple[Box, str]]) -> Box:
    """A value's box with the lines that were read on it."""
    for line, _ in lines:
        if _share(line, box) > SAME:
            box = box.union(line)
    return box


def _share(one: Box, other: Box) -> float:
    return one.intersection(other).area / max(min(one.area, other.area), 1)


def confusions(truth: str, text: str) -> Iterator[str]:
    """Pairs of signs that were read for each other."""
    for what, a, b, c, d in SequenceMatcher(None, truth, text, autojunk=False).get_opcodes():
        if what == "replace" and b - a == d - c:
            for pair in zip(truth[a:b], text[c:d], strict=True):
                yield from (one for one in PAIRS if set(one) == set(pair))


if __name__ == "__main__":
    main()
