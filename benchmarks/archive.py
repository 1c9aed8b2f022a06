"""Benchmarks of the archive, one command each:

python -m benchmarks.archive draw FOLDER          draws archived receipts and four kinds of queries
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import cv2
import joblib
import numpy as np
import pandas as pd

from realfake.data.history import fake_life, genuine_life
from realfake.data.screenshots.app import App
from realfake.data.screenshots.content import Content
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import Screen
from realfake.data.screenshots.screens.receipts import receipt
from realfake.forensics.files import write_whole

QUERIES = ("altered", "duplicate", "repeat", "other")
FOLDER = click.Path(file_okay=False, path_type=Path)
PAYMENT, TRAVEL, OTHERS = range(3)  # what a random stream is for


@dataclass(frozen=True)
class Asked:
    """One file to make: what it is in the set, its app, the number of its payment, and a number of its own."""

    role: str
    app: int
    payment: int
    number: int


@click.group()
def main() -> None:
    """Measure the archive."""


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--apps", default=12, show_default=True)
@click.option("--receipts", default=60, show_default=True, help="Archived receipts of each app.")
@click.option("--queries", default=150, show_default=True, help="Of each kind, spread over the apps.")
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=1, show_default=True)
def draw(folder: Path, apps: int, receipts: int, queries: int, seed: int, jobs: int) -> None:
    """Draw archived receipts, altered copies, copies sent again, repeat payments and other receipts."""
    tasks = list(asked(apps, receipts, queries))
    rows = joblib.Parallel(n_jobs=jobs)(joblib.delayed(make)(task, folder, seed) for task in tasks)
    pd.DataFrame([row for row in rows if row]).to_csv(folder / "manifest.csv", index=False)


def asked(apps: int, receipts: int, queries: int) -> Iterator[Asked]:
    """Every file of the set: payment i of app a is archived for i < receipts; other payments come later."""
    yield from (Asked("archived", app, payment, 0) for payment in range(receipts) for app in range(apps))
    for role in QUERIES:
        for number in range(queries):
            of_app, app = divmod(number, apps)
            yield Asked(role, app, receipts + of_app if role == "other" else of_app % receipts, number + 1)


def make(task: Asked, folder: Path, seed: int) -> dict[str, Any] | None:
    """Draw a file and what is known of it; take over one that an earlier run left."""
    cv2.setNumThreads(1)
    kept = folder / "kept" / f"{task.role}-{task.app}-{task.payment}-{task.number}.json"
    if kept.exists():
        return dict(json.loads(kept.read_text()))
    app = App(int(np.random.SeedSequence([seed, task.app]).generate_state(1)[0]))
    screen = drawn(app, (seed, task.app, task.payment), task.number if task.role == "repeat" else 0)
    rng = np.random.default_rng(
        [TRAVEL, seed, ("archived", *QUERIES).index(task.role), task.app, task.payment, task.number]
    )
    life = (
        fake_life(screen.rgb, screen.fields, rng)
        if task.role == "altered"
        else genuine_life(screen.rgb, screen.fields, rng)
    )
    if life is None:
        return None
    path = Path("images", kept.stem + life.suffix)
    write_whole(folder / path, life.data)
    row = {
        **vars(task),
        "path": str(path),
        "original": f"{task.app}-{task.payment}",
        "received": life.received,
        "delivered": life.delivered,
        "editor": life.editor,
        "edited": json.dumps([[int(side) for side in life.fields[i].box] for i in life.edited]),
    }
    write_whole(kept, json.dumps(row).encode())
    return row


def drawn(app: App, stream: tuple[int, ...], again: int = 0) -> Screen:
    """A receipt of an app; where `again` is not 0, another payment of as much to the same person."""
    rng = np.random.default_rng([PAYMENT, *stream])
    device = app.devices[int(rng.integers(len(app.devices)))]
    page = Page(app, device, rng)
    if again:
        paid_again(page.content, np.random.default_rng([OTHERS, *stream, again]))
    receipt(page)
    rgb, fields = page.canvas.paint()
    return Screen(np.asarray(rgb, np.uint8), tuple(fields), app.key, device.name)


def paid_again(content: Content, rng: np.random.Generator) -> None:
    """Let a screen tell of a later payment: another minute and another reference, all else alike."""
    content.now += datetime.timedelta(minutes=int(rng.integers(3, 600)), seconds=int(rng.integers(60)))
    first, other = content.reference, Content(content.formats, rng)

    def reference() -> str:
        first()  # takes as many random numbers as it did, so that all else stays
        return other.reference()

    content.reference = reference  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
