"""What the archive links, counted on drawn receipts; times are of the CPU, as the machine may not be quiet:

python -m benchmarks.archive draw FOLDER   draws archived receipts and six kinds of queries; goes on where it stopped
python -m benchmarks.archive link FOLDER   adds the receipts to a new archive, looks the queries up, and counts
"""

from __future__ import annotations

import datetime
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import cv2
import joblib
import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from realfake.data.forgeries.forger import Means
from realfake.data.history import fake_life, genuine_life
from realfake.data.screenshots.app import ENGINES, App
from realfake.data.screenshots.content import Content
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import Screen as Drawn
from realfake.data.screenshots.screens.receipts import receipt
from realfake.forensics.box import Box
from realfake.forensics.files import write_whole
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.signature import screen_signature
from realfake.pipeline.archive.adding import BATCH, Screen, add
from realfake.pipeline.archive.finding import UNLIKE, Finding, find
from realfake.pipeline.archive.store import Store

QUERIES = ("altered", "duplicate", "repeat", "other", "redrawn", "redesigned")
EARLIER = ("altered", "duplicate", "repeat")  # queries of a payment that is archived; the others are of later ones
FOLDER = click.Path(file_okay=False, path_type=Path)
PAYMENT, TRAVEL, OTHERS, RENDERER = range(4)  # what a random stream is for
DONORS = 2  # other receipts of the app that a forger may splice from


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
@click.option("--roles", default=",".join(QUERIES), show_default=True, help="Kinds of queries.")
@click.option("--phones", default=6, show_default=True, help="Of each app, at most.")
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=1, show_default=True)
def draw(folder: Path, apps: int, receipts: int, queries: int, roles: str, phones: int, seed: int, jobs: int) -> None:
    """Draw archived receipts, altered copies, copies sent again, repeat payments and other receipts.

    Two further kinds are other receipts too: redrawn by another rasteriser with the same texts, and drawn after an app
    changed one in twenty of its choices.
    """
    tasks = list(asked(apps, receipts, queries, roles.split(",")))
    rows = joblib.Parallel(n_jobs=jobs)(joblib.delayed(make)(task, folder, seed, phones) for task in tasks)
    pd.DataFrame([row for row in rows if row]).to_csv(folder / "manifest.csv", index=False)


def asked(apps: int, receipts: int, queries: int, roles: Sequence[str]) -> Iterator[Asked]:
    """Every file of the set: payment i of app a is archived for i < receipts; other payments come later."""
    yield from (Asked("archived", app, payment, 0) for payment in range(receipts) for app in range(apps))
    for role in roles:
        for number in range(queries):
            of_app, app = divmod(number, apps)
            yield Asked(role, app, of_app % receipts if role in EARLIER else receipts + of_app, number + 1)


def make(task: Asked, folder: Path, seed: int, phones: int) -> dict[str, Any] | None:
    """Draw a file and what is known of it; take over one that an earlier run left."""
    cv2.setNumThreads(1)
    kept = folder / "kept" / f"{task.role}-{task.app}-{task.payment}-{task.number}.json"
    if kept.exists():
        return dict(json.loads(kept.read_text()))
    app = app_of(task, int(np.random.SeedSequence([seed, task.app]).generate_state(1)[0]))
    stream = seed, task.app, task.payment
    vars(app)["devices"] = app.devices[:phones]  # in place of all, which are cached there
    screen = drawn(app, stream, task.number if task.role == "repeat" else 0)
    rng = np.random.default_rng(
        [TRAVEL, seed, ("archived", *QUERIES).index(task.role), task.app, task.payment, task.number]
    )
    life = (
        fake_life(screen.rgb, screen.fields, rng, Means([drawn(app, (*stream, lent)) for lent in range(DONORS)]))
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


class Redesigned(App):
    """An app after a small redesign: one in twenty of its choices is another, but no font, device or format."""

    def rng(self, key: str) -> np.random.Generator:
        """A generator that belongs to the app and a key."""
        fixed = key.startswith(("face", "device", "engine", "format", "locale", "name"))
        anew = not fixed and zlib.crc32(f"{self.seed} {key}".encode()) % 20 == 0
        return App(self.seed + 1).rng(key) if anew else super().rng(key)


def app_of(task: Asked, seed: int) -> App:
    """The app that a file is drawn by: the usual one, one with another renderer, or one after a redesign."""
    if task.role == "redesigned":
        return Redesigned(seed)
    app = App(seed)
    if task.role == "redrawn":
        others = [engine for _, engine in ENGINES if engine.rasteriser != app.engine.rasteriser]
        rng = np.random.default_rng([RENDERER, seed, task.number])
        vars(app)["engine"] = others[int(rng.integers(len(others)))]  # in place of the cached one
    return app


def drawn(app: App, stream: tuple[int, ...], again: int = 0) -> Drawn:
    """A receipt of an app; where `again` is not 0, another payment of as much to the same person."""
    rng = np.random.default_rng([PAYMENT, *stream])
    device = app.devices[int(rng.integers(len(app.devices)))]
    page = Page(app, device, rng)
    if again:
        paid_again(page.content, np.random.default_rng([OTHERS, *stream, again]))
    receipt(page)
    rgb, fields = page.canvas.paint()
    return Drawn(np.asarray(rgb, np.uint8), tuple(fields), app.key, device.name)


def paid_again(content: Content, rng: np.random.Generator) -> None:
    """Let a screen tell of a later payment: another minute and another reference, all else alike."""
    content.now += datetime.timedelta(minutes=int(rng.integers(3, 600)), seconds=int(rng.integers(60)))
    first, other = content.reference, Content(content.formats, rng)

    def reference(moment: datetime.datetime | None = None) -> str:
        first(moment)  # takes as many random numbers as it did, so that all else stays
        return other.reference(moment)

    content.reference = reference  # type: ignore[method-assign]


@main.command()
@click.argument("folder", type=FOLDER)
def link(folder: Path) -> None:
    """Count which queries are called what, whether the right original is named, and which changed words are."""
    known = pd.read_csv(folder / "manifest.csv", keep_default_na=False)
    archived, asked_for = known[known["role"] == "archived"], known[known["role"] != "archived"]
    with TemporaryDirectory() as scratch, closing(Store(Path(scratch, "archive.db"), create=True)) as store:
        screens, took = timed(lambda path: signed_file(folder / path), archived["path"])
        click.echo(f"{1000 * took:.1f} CPU ms to read and sign an image")
        _, took = timed(lambda some: add(store, some), [screens[i : i + BATCH] for i in range(0, len(screens), BATCH)])
        click.echo(f"{1000 * took / BATCH:.1f} CPU ms to add it")
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        with store.reading() as connection:
            signatures = [signed_file(folder / path).signature for path in asked_for["path"]]
            found, took = timed(lambda signature: find(store, connection, signature), signatures)
        click.echo(f"{1000 * took:.1f} CPU ms to look one up")
        click.echo(f"{Path(scratch, 'archive.db').stat().st_size / len(screens):.0f} bytes an image without pictures")
    originals = dict(zip(archived["original"], (str(folder / path) for path in archived["path"])))
    rows = [
        {
            "role": query.role,
            "way": way_of(query.received, query.delivered),
            "editor": query.editor,
            "case": one.case,
            "right": one.earlier is not None and one.earlier.path == originals.get(query.original),
            "beyond": one.departure.beyond if one.departure else np.nan,
            **(named(one, json.loads(query.edited)) if one.case == "altered" else {}),
        }
        for query, one in zip(asked_for.itertuples(), found, strict=True)
    ]
    table = pd.DataFrame(rows)
    click.echo(pd.crosstab([table["role"], table["way"]], table["case"], margins=True).to_string())
    unlike_its_app(table)
    if not table["role"].isin(["altered", "duplicate"]).any():
        return
    linked = table[table["role"].isin(["altered", "duplicate"]) & table["case"].isin(["altered", "duplicate"])]
    click.echo(f"right original in {linked['right'].mean():.3f} of {len(linked)} links")
    for role in ("altered", "duplicate"):
        part = table[table["role"] == role]
        to_original = part["right"] & part["case"].isin(["altered", "duplicate"])
        click.echo(f"{role} linked to the original: {shares(to_original, part['way'])}")
        click.echo(f"{role} called so: {shares(part['case'] == role, part['way'])}")
    altered = table[table["role"] == "altered"]
    click.echo(f"by editor, altered called so: {shares(altered['case'] == 'altered', altered['editor'])}")
    copies = table[~table["role"].isin(["altered", "duplicate"])]
    click.echo(f"other receipts called altered: {shares(copies['case'] == 'altered', copies['role'])}")
    shown = table[(table["role"] == "altered") & (table["case"] == "altered")]
    click.echo(
        f"changed words: precision {shown['precision'].mean():.2f}, edited lines named {shown['recall'].mean():.2f}"
    )


def shares(hits: pd.Series, kinds: pd.Series) -> str:
    """How many of each kind and of all are hit, with Wilson's interval of 95 %."""
    said = []
    for kind, part in [*hits.groupby(kinds), ("all", hits)]:
        bounds = binomtest(int(part.sum()), len(part)).proportion_ci(method="wilson")
        said.append(f"{kind} {part.sum()} of {len(part)} [{100 * bounds.low:.1f}, {100 * bounds.high:.1f}] %")
    return ", ".join(said)


def unlike_its_app(table: pd.DataFrame) -> None:
    """Tell how well departures from a template tell redrawn receipts from other genuine ones, and what alarms."""
    told = table[table["beyond"].notna() & table["role"].isin(["other", "redrawn", "redesigned"])]
    for way, part in [("all", told), *told.groupby("way")]:
        pair = part[part["role"] != "redesigned"]
        if pair["role"].nunique() == 2:
            area = roc_auc_score(pair["role"] == "redrawn", pair["beyond"])
            alarms = (part["beyond"] > UNLIKE).groupby(part["role"]).agg(["sum", "size"])
            said = ", ".join(f"{role} {alarm} of {size}" for role, alarm, size in alarms.itertuples())
            click.echo(f"unlike its app, {way}: ROC-AUC {area:.3f}; called so: {said}")
    shares = table["beyond"].notna().groupby(table["role"]).mean()
    click.echo("held against a template: " + ", ".join(f"{role} {share:.2f}" for role, share in shares.items()))


def timed(work: Callable[[Any], Any], items: Iterable[Any]) -> tuple[list[Any], float]:
    """What work makes of each item, and the mean CPU seconds it took."""
    items = list(items)
    began = time.process_time()
    made = [work(item) for item in items]
    return made, (time.process_time() - began) / max(len(items), 1)


def signed_file(path: Path) -> Screen:
    """What an archive keeps of a file."""
    image = ForensicImage.open(path)
    return Screen(str(path), image.sha256, screen_signature(image))


def way_of(received: str, delivered: str) -> str:
    """How a file travelled: by messenger at any time, as JPEG or WebP, or without loss."""
    both = f"{received}+{delivered}"
    return (
        "messenger"
        if "messenger" in both or "screenshot" in both
        else "jpeg"
        if "jp" in both or "web" in both
        else "png"
    )


def named(found: Finding, edited: list[list[int]]) -> dict[str, float]:
    """Of the words called changed, the share in edited lines; and of those lines, the share that has one."""
    lines = [Box(*line) for line in edited if line[2] * line[3]]
    hits = [[word.intersection(line).area > 0.3 * word.area for line in lines] for word in found.changed]
    if not hits or not lines:
        return {}
    return {"precision": float(np.any(hits, axis=1).mean()), "recall": float(np.any(hits, axis=0).mean())}


if __name__ == "__main__":
    main()
