"""The archive at scale, one command each:

python -m benchmarks.archive_scale latency COUNT [PLACE]    looks screens up among COUNT synthetic ones
python -m benchmarks.archive_scale growth FOLDER [COUNT]    asks what `benchmarks.archive draw` drew amid COUNT others
python -m benchmarks.archive_scale adding COUNT             adds COUNT synthetic screens: CPU and memory as it grows
python -m benchmarks.archive_scale killed COUNT             adds by two processes that are killed, and counts
python -m benchmarks.archive_scale stores COUNT             asks the same lists of several stores
python -m benchmarks.archive_scale neighbours COUNT         finds words of copies by lists, by usearch and by LanceDB
"""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import pandas as pd
import sqlalchemy as sql

from benchmarks.archive import signed_file, timed
from realfake.forensics.text.signature import (
    COARSE,
    PRINT,
    ROWS,
    SHAPE,
    VERSION,
    Signature,
    _print,
    from_bytes,
    to_bytes,
)
from realfake.pipeline.archive.adding import BATCH, Screen, add
from realfake.pipeline.archive.alignment import ASPECT, LIKE, unlike
from realfake.pipeline.archive.difference import tell_time
from realfake.pipeline.archive.finding import ALTERED, DUPLICATE, Finding, find
from realfake.pipeline.archive.keeping import check_store
from realfake.pipeline.archive.keys import BITS, asked_keys, word_keys
from realfake.pipeline.archive.store import FULL, IMAGES, LISTS, Before, Entry, Store, seconds

APART = 0.3  # share of an app's receipts on which a word stands that is the app's own
INK = np.array([0, 50, 205])  # of 255, about how much covers a cell that ink does not touch, touches, covers
AT_ONCE = 20_000  # images of one transaction
FIRST = 10**7  # less than nothing, the number of the first composed receipt: all come before those that were drawn
CAME = "2025-06-01T00:00:00"  # of every other synthetic image; of the others that is not known
NEAREST = 10  # neighbours asked for
PART = 2_000_000  # list entries that are made, sorted and committed at once
SHARED = 64  # synthetic signatures that all synthetic images share: their bytes are not what is looked up


@click.group()
def main() -> None:
    """Measure the archive at scale."""


@main.command()
@click.argument("count", type=int)
@click.argument("place", required=False)
@click.option("--queries", default=100, show_default=True)
@click.option("--words", default=45, show_default=True, help="Words of a screen; a third of them are the app's own.")
def latency(count: int, place: str | None, queries: int, words: int) -> None:
    """Look screens up among synthetic ones, by a process of its own.

    PLACE is a file, or the URL of an empty PostgreSQL database; what is there already is used again.
    """
    with TemporaryDirectory() as scratch:
        place = place or str(Path(scratch, "archive.db"))
        with closing(Store(place, create=True)) as store:
            first = synthetic(np.random.default_rng(0), words, None)
            asked = [synthetic(np.random.default_rng([1, i]), words, first) for i in range(queries)]
            if not held(store):
                began = time.process_time()
                fill(store, first, asked, count)
                click.echo(f"filled in {time.process_time() - began:.0f} CPU s, {peak():.0f} MiB at most")
            if not store.on_server:
                size = sum(
                    Path(place + ending).stat().st_size for ending in ("", "-wal") if Path(place + ending).exists()
                )
                click.echo(f"{size / count:.0f} bytes a screen")
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            for said in pool.apply(looked_up, (place, [to_bytes(one) for one in asked])):
                click.echo(f"{count} screens, {said}")


def looked_up(place: str, asked: Sequence[bytes]) -> list[str]:
    """Look screens up, and say how long that took."""
    signatures = [from_bytes(data) for data in asked]
    with closing(Store(place)) as store:
        said, befores = [], {"": Before(), ", received before": Before(received="2026-01-01T00:00:00")}
        with store.reading() as connection:
            cases = {find(store, connection, one).case for one in signatures[:3]}  # compiles
        assert cases == {DUPLICATE}, cases
        before = peak()
        for name, earlier in befores.items():
            spent = []
            for one in signatures:
                if not store.on_server:
                    forget_pages(Path(place))
                began = time.process_time(), time.perf_counter()
                with store.reading() as connection:
                    find(store, connection, one, earlier)
                spent.append((time.process_time() - began[0], time.perf_counter() - began[1]))
            said.append(
                f"to look one up{name}: "
                + ", ".join(
                    f"{kind} median {1000 * np.median(part):.0f}, 95 % {1000 * np.quantile(part, 0.95):.0f} ms"
                    for kind, part in zip(("CPU", "by the clock"), np.array(spent).T, strict=True)
                )
            )
    return [*said, f"peak {peak():.0f} MiB, {before:.0f} before the first"]


def peak() -> float:
    """MiB that this program has held at most; what `getrusage` says includes the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def forget_pages(path: Path) -> None:
    """Let the system drop what it keeps of a file in memory, so that all is read from the disk."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def fill(store: Store, first: Signature, asked: Sequence[Signature], count: int) -> None:
    """Archive synthetic screens of one template; those that are asked for are spread among them."""
    rng = np.random.default_rng(2)
    kept = [to_bytes(synthetic(rng, len(first), first)) for _ in range(SHARED)]
    places = dict(zip(np.linspace(1, count, len(asked) + 2)[1:-1].astype(int).tolist(), asked, strict=True))
    rows = (
        {
            "id": i,
            "path": str(i),
            "sha256": str(i),
            "received": CAME if i % 2 else "",
            "signature": to_bytes(places[i]) if i in places else kept[i % SHARED],
            "template": 1,
        }
        for i in range(1, count + 1)
    )
    own = sorted(key for key, word in word_keys(first) if word >= own_from(len(first)))
    full = np.stack([np.repeat(own, FULL), np.tile(np.arange(1, FULL + 1), len(own))], axis=1)
    found = [[key, i] for i, one in places.items() for key, word in word_keys(one) if word < own_from(len(one))]
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO templates (id, first) VALUES (1, 1)")
    while some := list(islice(rows, AT_ONCE)):  # whole parts, so that the log of what is written does not grow
        with store.writing() as connection:
            connection.execute(IMAGES.insert(), some)
    for pairs in chain(pairs_of(rng, first, count), (full, np.array(found))):
        with store.writing() as connection:
            into_lists(store, connection, pairs, np.where(pairs[:, 1] % 2, seconds(CAME), 0))
    if not store.on_server:
        with store.engine.connect() as plain:
            plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.exec_driver_sql("VACUUM ANALYZE")


def into_lists(store: Store, connection: sql.Connection, pairs: np.ndarray, received: np.ndarray | None = None) -> None:
    """Add pairs of key and image, (n, 2), and when each came, by the quickest way of each database."""
    came = np.zeros(len(pairs), int) if received is None else received
    rows = zip(*(column.tolist() for column in (pairs[:, 0], pairs[:, 1], came)), strict=True)
    cursor = connection.connection.cursor()
    if store.on_server:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS coming (key bigint, image bigint, received bigint)")
        with cursor.copy("COPY coming FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("INSERT INTO lists SELECT key, image, received FROM coming ON CONFLICT DO NOTHING")
        cursor.execute("TRUNCATE coming")
    else:
        cursor.executemany(f"INSERT OR IGNORE INTO {LISTS.name} (key, image, received) VALUES (?, ?, ?)", rows)


def held(store: Store) -> int:
    """How many images an archive holds."""
    with store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM images").scalar_one())


def pairs_of(rng: np.random.Generator, first: Signature, count: int, start: int = 1) -> Iterator[np.ndarray]:
    """(n, 2) int64, sorted: keys of rare words of so many synthetic screens, each with the number of its screen.

    In parts: keys that begin alike, `PART` of them about at once.
    """
    heads = np.array([key >> BITS for key, word in word_keys(first) if word < own_from(len(first))])
    for head, words in zip(*np.unique(heads, return_counts=True), strict=True):
        total = int(words) * count
        edges = np.linspace(0, 1, -(-total // PART) + 1)
        for share, below in pairwise(edges):
            screens = start + np.arange(round(total * share), round(total * below)) % count
            codes = rng.integers(round(share * (1 << BITS)), round(below * (1 << BITS)), len(screens))
            both = np.unique(codes << 32 | screens)
            yield np.stack([(int(head) << BITS) + (both >> 32), both & 0xFFFFFFFF], axis=1)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.argument("counts", type=int, nargs=-1)
@click.option("--seed", default=1, show_default=True)
def growth(folder: Path, counts: tuple[int, ...], seed: int) -> None:
    """Ask the same of drawn receipts alone, and amid ever more others of their apps that came before them.

    The others are composed of the drawn ones: where a word is not the app's own, its letters and digits are
    exchanged for others of the app's, place by place in times of day.
    """
    known = pd.read_csv(folder / "manifest.csv", keep_default_na=False)
    screens = [signed(folder, path) for path in known["path"]]
    archived = [i for i, role in enumerate(known["role"]) if role == "archived"]
    asked = [i for i, role in enumerate(known["role"]) if role != "archived"]
    originals = {known["original"][i]: screens[i].path for i in archived}
    table = known.loc[asked, ["role", "original"]].reset_index(drop=True)
    rng = np.random.default_rng(seed)
    with TemporaryDirectory() as scratch, closing(Store(Path(scratch, "archive.db"), create=True)) as store:
        for start in range(0, len(archived), BATCH):
            add(store, [screens[i] for i in archived[start : start + BATCH]])
        with store.reading() as connection:
            entries = {entry.path: entry for entry in store.entries(connection)}
        own = [(screens[i].signature, entries[screens[i].path]) for i in archived]
        lists = [np.array([(key, entry.id) for key in {key for key, _ in word_keys(one)}]) for one, entry in own]
        apps = [
            Letters([pair for pair, i in zip(own, archived, strict=True) if known["app"][i] == app])
            for app in sorted(set(known["app"]))
        ]
        before = 0
        for count in (0, *counts):
            lists += among(store, apps, rng, range(before, count))
            before = max(before, count)
            refill(store, lists)
            with store.reading() as connection:
                found, spent = [], []
                for i in asked:
                    one, took = timed(lambda signature: find(store, connection, signature), [screens[i].signature])
                    found += one
                    spent.append(took)
            counted(table, found, originals, held(store), spent)


def counted(
    table: pd.DataFrame, found: Sequence[Finding], originals: dict[str, str], size: int, spent: Sequence[float]
) -> None:
    """Tell how many queries of each kind are called what, and which name the right original."""
    told = table.assign(
        case=[one.case for one in found],
        right=[
            one.earlier is not None and one.earlier.path == originals.get(original)
            for one, original in zip(found, table["original"], strict=True)
        ],
    )
    middle, most = 1000 * np.quantile(spent, [0.5, 0.95])
    click.echo(f"{size} archived: to look one up median {middle:.0f}, 95 % {most:.0f} CPU ms")
    for role, part in told.groupby("role", sort=False):
        copies = part["case"].isin([DUPLICATE, ALTERED])
        click.echo(
            f"  {role}: {copies.sum()} of {len(part)} linked, {np.sum(copies & part['right'])} of them to the right "
            f"one; {np.sum(part['case'] == ALTERED)} called altered"
        )


def signed(folder: Path, path: str) -> Screen:
    """What an archive keeps of a drawn file; kept beside it for the next run."""
    kept = folder / f"signed-{VERSION}" / f"{Path(path).name}.bin"
    if kept.exists():
        return Screen(path, Path(path).stem, from_bytes(kept.read_bytes()))
    kept.parent.mkdir(exist_ok=True)
    signature = signed_file(folder / path).signature
    kept.write_bytes(to_bytes(signature))
    return Screen(path, Path(path).stem, signature)


class Letters:
    """The receipts of an app, of which others are composed."""

    def __init__(self, receipts: Sequence[tuple[Signature, Entry]]) -> None:
        self.screens = screens = [one for one, _ in receipts]
        self.templates = [entry.template for _, entry in receipts]
        self.free = [rare_words(one, screens) for one in screens]
        self.signs: list[np.ndarray] = []
        self.times: dict[tuple[int, int], list[np.ndarray]] = {}
        for one, free in zip(screens, self.free, strict=True):
            of_day = tell_time(one)
            for word in np.flatnonzero(free):
                raster = one.rasters[word]
                signs = [raster[:, begin:end] for begin, end in places_of(raster)]
                if of_day[word]:
                    for at, sign in enumerate(signs):
                        self.times.setdefault((len(signs), at), []).append(sign)
                else:
                    self.signs += signs

    def another(self, rng: np.random.Generator) -> tuple[Signature, int | None]:
        """A receipt whose rare words are others, and its template."""
        number = int(rng.integers(len(self.screens)))
        one, free = self.screens[number], self.free[number]
        words, rasters, of_day = one.words.copy(), list(one.rasters), tell_time(one)
        for word in np.flatnonzero(free):
            raster = one.rasters[word].copy()
            places = places_of(raster)
            for at, (begin, end) in enumerate(places):
                pool = self.times[len(places), at] if of_day[word] else self.signs
                sign = pool[int(rng.integers(len(pool)))]
                raster[:, begin:end] = sign[:, stretched(sign.shape[1], end - begin)]
            rasters[word] = raster
            words["print"][word] = print_of(raster)
        return Signature(one.size, words, tuple(rasters), one.direction), self.templates[number]


def rare_words(one: Signature, others: Sequence[Signature]) -> np.ndarray:
    """(n,) bool: which words of a screen stand on few of an app's."""
    aspects = [np.log(each.words["width"] / each.words["height"]) for each in (one, *others)]
    shown = [
        ((unlike(one, other) <= LIKE) & (np.abs(aspects[0][:, None] - aspect) <= ASPECT)).any(axis=1)
        for other, aspect in zip(others, aspects[1:], strict=True)
    ]
    return np.asarray(np.mean(shown, axis=0) < APART)


def places_of(raster: np.ndarray) -> list[tuple[int, int]]:
    """Where the signs of a word begin and end, cells: stretches of columns with ink."""
    inked = np.concatenate([[False], (raster > 1).any(axis=0), [False]]).astype(np.int8)
    return list(
        zip(np.flatnonzero(np.diff(inked) > 0).tolist(), np.flatnonzero(np.diff(inked) < 0).tolist(), strict=True)
    )


@cache
def stretched(width: int, to: int) -> np.ndarray:
    """Which of so many columns are shown in each of others."""
    return (np.arange(to) * width) // to


@cache
def shares(cells: int, coarse: int) -> np.ndarray:
    """(cells, coarse): how much of each cell lies in each coarse one, in whole numbers."""
    begin = np.maximum(np.arange(cells)[:, None] * coarse, np.arange(coarse) * cells)
    end = np.minimum(np.arange(1, cells + 1)[:, None] * coarse, np.arange(1, coarse + 1) * cells)
    return np.maximum(end - begin, 0)


def print_of(raster: np.ndarray) -> np.ndarray:
    """The print of a word of which the raster alone is known."""
    rows, columns = raster.shape
    coarse = shares(rows, COARSE[0]).T @ INK[raster] @ shares(columns, COARSE[1])
    return _print(np.rint(coarse / (rows * columns)).astype(np.int64))


def among(
    store: Store, apps: Sequence[Letters], rng: np.random.Generator, numbers: Iterable[int]
) -> Iterator[np.ndarray]:
    """Archive composed receipts as if they had come before all others; their keys."""
    rest = iter(numbers)
    while some := list(islice(rest, 1000)):
        rows, pairs = [], []
        for number in some:
            signature, template = apps[number % len(apps)].another(rng)
            image = number - FIRST
            rows.append(
                {
                    "id": image,
                    "path": f"composed-{number}",
                    "sha256": f"{number}",
                    "template": template,
                    "signature": to_bytes(signature),
                }
            )
            pairs += [(key, image) for key in {key for key, _ in word_keys(signature)}]
        with store.writing() as connection:
            connection.execute(IMAGES.insert(), rows)
        yield np.array(pairs)


def refill(store: Store, lists: Sequence[np.ndarray]) -> None:
    """Make the lists anew, as if the images had come in the order of their numbers."""
    pairs = np.concatenate(lists)
    pairs = pairs[np.lexsort(pairs.T[::-1])]
    first = np.flatnonzero(np.append(True, pairs[1:, 0] != pairs[:-1, 0]))
    lengths = np.diff(np.append(first, len(pairs)))
    kept = np.arange(len(pairs)) - np.repeat(first, lengths) < FULL
    with store.writing() as connection:
        connection.execute(LISTS.delete())
        into_lists(store, connection, pairs[kept])
    click.echo(f"{len(pairs)} keys, {len(first)} different; {1 - kept.mean():.2f} of them found their list full")


@main.command()
@click.argument("count", type=int)
@click.option("--words", default=45, show_default=True)
def adding(count: int, words: int) -> None:
    """Add synthetic screens of one template one after the other: CPU time and memory at every tenth."""
    first = synthetic(np.random.default_rng(0), words, None)
    with TemporaryDirectory() as scratch, closing(Store(Path(scratch, "archive.db"), create=True)) as store:
        spent, last = 0.0, 0
        for start in range(0, count, BATCH):
            some = [
                Screen(f"/{i}.png", f"{i:064x}", synthetic(np.random.default_rng([3, i]), words, first))
                for i in range(start, min(start + BATCH, count))
            ]
            spent += timed(lambda screens: add(store, screens), [some])[1]
            done = start + len(some)
            if done * 10 // count > start * 10 // count:
                click.echo(f"{done} added: {1000 * spent / (done - last):.1f} CPU ms each, {resident():.0f} MiB")
                spent, last = 0.0, done


def resident() -> float:
    """MiB of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


class InSqlite:
    """Lists in SQLite, as the archive keeps them."""

    second = "import sqlite3; db = sqlite3.connect({!r}); db.execute('INSERT INTO lists VALUES (-1, 0)'); db.commit()"

    def __init__(self, place: Path) -> None:
        self.db = sqlite3.connect(place, isolation_level=None)
        for said in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536"):
            self.db.execute(f"PRAGMA {said}")
        self.db.execute("CREATE TABLE lists (key BIGINT, image INTEGER, PRIMARY KEY (key, image)) WITHOUT ROWID")

    def add(self, pairs: np.ndarray) -> None:
        """Add pairs of key and image in one transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT INTO lists VALUES (?, ?)", pairs.tolist())
        self.db.execute("COMMIT")

    def ask(self, keys: Sequence[int]) -> list[tuple[int, int]]:
        """The pairs of these keys."""
        return self.db.execute(f"SELECT key, image FROM lists WHERE key IN ({listed(keys)})").fetchall()


class InDuckDB:
    """Lists in DuckDB, with an index of the keys."""

    second = "import duckdb; duckdb.connect({!r}).execute('INSERT INTO lists VALUES (-1, 0)')"

    def __init__(self, place: Path) -> None:
        self.db = import_module("duckdb").connect(str(place))
        self.db.execute("SET threads = 1")
        self.db.execute("CREATE TABLE lists (key BIGINT, image BIGINT)")
        self.db.execute("CREATE INDEX of_key ON lists (key)")

    def add(self, pairs: np.ndarray) -> None:
        """Add pairs of key and image in one transaction, from a frame, which is its quickest way."""
        self.db.register("added", pd.DataFrame(pairs, columns=["key", "image"]))
        self.db.execute("INSERT INTO lists SELECT key, image FROM added")

    def ask(self, keys: Sequence[int]) -> list[tuple[int, int]]:
        """The pairs of these keys."""
        return list(self.db.execute(f"SELECT key, image FROM lists WHERE key IN ({listed(keys)})").fetchall())


def listed(keys: Sequence[int]) -> str:
    """Keys in a question, which SQLite and DuckDB then look up one by one."""
    return ", ".join(map(str, keys))


@main.command()
@click.argument("count", type=int)
@click.option("--queries", default=20, show_default=True)
@click.option("--words", default=45, show_default=True)
def stores(count: int, queries: int, words: int) -> None:
    """Add the lists of synthetic screens, ask for those of others, and let a second process add meanwhile."""
    rng = np.random.default_rng(0)
    first = synthetic(rng, words, None)
    pairs = np.concatenate(list(pairs_of(rng, first, count)))
    batches = [np.concatenate(list(pairs_of(rng, first, BATCH, count + 1 + BATCH * i))) for i in range(queries)]
    asked_for = [sorted({key for key, _ in asked_keys(synthetic(rng, words, first))}) for _ in range(queries)]
    answers = []
    for kind in (InSqlite, InDuckDB):
        with TemporaryDirectory() as scratch:
            place = Path(scratch, "lists.db")
            store = kind(place)
            _, filling = timed(store.add, [pairs])
            _, adding = timed(store.add, batches)
            found, asking = timed(store.ask, asked_for)
            answers.append([sorted(one) for one in found])
            second = subprocess.run([sys.executable, "-c", kind.second.format(str(place))], capture_output=True)
            store.db.close()
            size = sum(file.stat().st_size for file in Path(scratch).iterdir())
        click.echo(
            f"{kind.__name__}: {1000 * asking:.1f} CPU ms to ask for a screen, {1000 * adding / BATCH:.2f} to add one "
            f"of a batch, {filling:.1f} s to fill; {size / len(pairs):.0f} bytes an entry; a second process "
            f"{'adds' if second.returncode == 0 else 'is refused'} meanwhile"
        )
    if answers[0] != answers[1]:
        raise click.ClickException("the two do not answer alike")


class ByLists:
    """Words by the archive's keys in SQLite."""

    def __init__(self, place: Path) -> None:
        self.lists = InSqlite(place / "lists.db")

    def add(self, screens: Sequence[Signature]) -> None:
        """Keep the words of screens by number, screen after screen."""
        at = np.cumsum([0, *(len(one) for one in screens)])
        kept = [(key, at[i] + word) for i, one in enumerate(screens) for key, word in word_keys(one)]
        self.lists.add(np.array(kept))

    def ask(self, screen: Signature) -> list[set[int]]:
        """The numbers of the words that may be each of a screen's."""
        pairs, found = asked_keys(screen), [set[int]() for _ in range(len(screen))]
        named: dict[int, list[int]] = {}
        for key, number in self.lists.ask(sorted({key for key, _ in pairs})):
            named.setdefault(key, []).append(number)
        for key, word in pairs:
            found[word].update(named.get(key, ()))
        return found


class ByUsearch:
    """Words by a graph of neighbours (HNSW) over the bits of their prints."""

    def __init__(self, place: Path) -> None:
        self.place = place / "graph"
        self.graph = import_module("usearch.index").Index(ndim=PRINT, metric="hamming", dtype="b1")

    def add(self, screens: Sequence[Signature]) -> None:
        """As in `ByLists`."""
        prints = np.concatenate([one.words["print"] for one in screens])
        self.graph.add(np.arange(len(prints)), prints, threads=1)
        self.graph.save(str(self.place))

    def ask(self, screen: Signature) -> list[set[int]]:
        """As in `ByLists`."""
        found = self.graph.search(np.ascontiguousarray(screen.words["print"]), NEAREST, threads=1)
        return [set(one.tolist()) for one in found.keys]


class ByLance:
    """Words by the bits of their prints in LanceDB, which looks in some of its partitions (IVF)."""

    def __init__(self, place: Path) -> None:
        self.db = import_module("lancedb").connect(str(place))

    def add(self, screens: Sequence[Signature]) -> None:
        """As in `ByLists`."""
        arrow = import_module("pyarrow")
        prints = np.concatenate([one.words["print"] for one in screens])
        bits = arrow.FixedSizeListArray.from_arrays(arrow.array(prints.ravel()), prints.shape[1])
        self.words = self.db.create_table("words", arrow.table({"word": np.arange(len(prints)), "vector": bits}))
        self.words.create_index("vector", config=import_module("lancedb.index").IvfFlat(distance_type="hamming"))

    def ask(self, screen: Signature) -> list[set[int]]:
        """As in `ByLists`."""
        asked = (self.words.search(one).distance_type("hamming").limit(NEAREST) for one in screen.words["print"])
        return [set(one.to_arrow()["word"].to_pylist()) for one in asked]


@main.command()
@click.argument("count", type=int)
@click.option("--queries", default=50, show_default=True)
@click.option("--words", default=30, show_default=True)
@click.option("--flips", default=4, show_default=True, help="Bits of each print in which a copy differs.")
def neighbours(count: int, queries: int, words: int, flips: int) -> None:
    """Find the words of copies among those of synthetic screens.

    What is not installed is left out: pip install usearch lancedb.
    """
    rng = np.random.default_rng(0)
    screens = [synthetic(rng, words, None) for _ in range(count)]
    chosen = rng.choice(count, queries, replace=False)
    copies = [flipped(screens[i], flips, rng) for i in chosen]
    for kind, needed in ((ByLists, "sqlite3"), (ByUsearch, "usearch"), (ByLance, "lancedb")):
        if find_spec(needed) is None:
            click.echo(f"{kind.__name__}: {needed} is not installed")
            continue
        with TemporaryDirectory() as scratch:
            index = kind(Path(scratch))
            _, filling = timed(index.add, [screens])
            answers, asking = timed(index.ask, copies)
            size = sum(file.stat().st_size for file in Path(scratch).rglob("*") if file.is_file())
        own = [
            [int(screen) * words + word in found for word, found in enumerate(answer)]
            for screen, answer in zip(chosen, answers, strict=True)
        ]
        first = [Counter(word // words for one in answer for word in one).most_common(1)[0][0] for answer in answers]
        right = np.mean(first == chosen)
        click.echo(
            f"{kind.__name__}: {np.mean(own):.3f} of words found, {right:.3f} of screens named first; "
            f"{1000 * asking:.1f} CPU ms to ask for a screen, {1000 * filling / count:.2f} to add one; "
            f"{size / (count * words):.0f} bytes a word"
        )


def flipped(screen: Signature, bits: int, rng: np.random.Generator) -> Signature:
    """A screen whose prints differ in so many bits each."""
    prints = screen.prints.copy()
    for one in prints:
        one[rng.choice(PRINT, bits, replace=False)] ^= True
    words = screen.words.copy()
    words["print"] = np.packbits(prints, axis=1)
    return replace(screen, words=words)


@main.command()
@click.argument("count", type=int)
@click.option("--kills", default=5, show_default=True)
@click.option("--words", default=8, show_default=True)
def killed(count: int, kills: int, words: int) -> None:
    """Add synthetic screens by two processes at once that are killed in the middle, and add them all again at last."""
    with TemporaryDirectory() as scratch:
        place = str(Path(scratch, "archive.db"))
        Store(place, create=True).close()
        rng = np.random.default_rng(0)
        for stop in range(kills):
            both = [multiprocessing.Process(target=added, args=(place, count, words)) for _ in range(2)]
            for one in both:
                one.start()
            while all(one.is_alive() for one in both) and kept_in(place) < count * (stop + rng.random()) / kills:
                time.sleep(0.05)
            for one in both:
                one.kill()
                one.join()
            click.echo(f"killed with {kept_in(place)} kept")
        added(place, count, words)
        with closing(Store(place)) as store, store.reading() as connection:
            paths = list(connection.exec_driver_sql("SELECT path FROM images").scalars())
            faults = check_store(store)
    click.echo(
        f"{len(paths)} images of {count}, {len(paths) - len(set(paths))} of them twice; check: {faults or 'whole'}"
    )


def added(place: str, count: int, words: int) -> None:
    """Add screens by number; those that are there already are passed over."""
    first = synthetic(np.random.default_rng(0), words, None)
    with closing(Store(place)) as store:
        with store.reading() as connection:
            known = set(connection.exec_driver_sql("SELECT path FROM images").scalars())
        batch: list[Screen] = []
        for number in range(count):
            if f"/{number}.png" not in known:
                own = synthetic(np.random.default_rng(number + 1), words, first)
                batch.append(Screen(f"/{number}.png", f"{number:064x}", own))
            if len(batch) == BATCH or number == count - 1:
                add(store, batch)
                batch = []


def kept_in(place: str) -> int:
    """How many images an archive holds."""
    with closing(Store(place)) as store, store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM images").scalar_one())


def own_from(words: int) -> int:
    """The first of a synthetic screen's words that are the app's own."""
    return (words * 2) // 3


def synthetic(rng: np.random.Generator, words: int, first: Signature | None) -> Signature:
    """A screen of random words in rows; those of an app's own are as on the `first`."""
    records = np.zeros(words, SHAPE)
    records["x"], records["y"] = 40 + 300 * (np.arange(words) % 3), 60 + 40 * (np.arange(words) // 3)
    records["width"], records["height"], records["columns"] = 160, 32, 80
    records["plain"], records["clear"], records["blank"], records["mass"], records["ground"] = 200, 200, 8, 60, 255
    records["print"] = rng.integers(0, 256, records["print"].shape)
    coarse = rng.integers(0, 2, (words, ROWS // 4, 20)).astype(np.uint8) * 2  # strokes take several cells
    rasters = [np.repeat(np.repeat(one, 4, axis=0), 4, axis=1) for one in coarse]
    if first is not None:
        own = own_from(words)
        records["print"][own:], rasters[own:] = first.words["print"][own:], first.rasters[own:]
    return Signature((1080, 1920), records, tuple(rasters))


if __name__ == "__main__":
    main()
