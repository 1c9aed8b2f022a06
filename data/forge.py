"""Labelled fakes out of one's own genuine screenshots, with the genuine ones sent through the same channels."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from realfake.data.editors import check_editors, opened
from realfake.data.files import count_table, remember_settings
from realfake.data.forgeries.forger import Means, check_kinds
from realfake.data.history import fake_life, genuine_life, write_life
from realfake.data.manifest import Label, any_names, printable, read_manifest, write_manifest
from realfake.data.screenshots.screen import TextField
from realfake.forensics.errors import BadImage, BadManifest, RealfakeError
from realfake.forensics.files import keep_inputs, write_whole
from realfake.forensics.formats.kinds import read_head, skipped_sentence, why_skipped
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import Limits, Outcome, limited
from realfake.forensics.progress import Progress, silent
from realfake.forensics.text.direction import UPRIGHT, Direction, read_upright

Generator = np.random.Generator
Record = dict[str, Any]  # what is remembered of a file that was made
LOG = logging.getLogger(__name__)
CIRCLE = 4  # screenshots of one app that lend each other lines; larger circles would melt all groups into one
UNREAD = "body"  # the role of a line that was found and not read
KEPT = ".forge"  # folder inside the output that remembers what is done


class NothingToForge(RealfakeError):
    """No genuine screenshot was found, or none in which a line of text can be changed."""


@dataclass(frozen=True)
class Source:
    """A genuine screenshot: its file, its name in the set, its group and its app."""

    file: str
    name: str
    group: str
    app: str


@dataclass(frozen=True)
class Order:
    """What is to be made of each screenshot, and how."""

    per_image: int
    seed: int
    editors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """The options of the command that were given a value."""
        names = {"editors": list(self.editors), "kinds": list(self.kinds)}
        return {"per_image": self.per_image, "seed": self.seed, **{name: some for name, some in names.items() if some}}


@dataclass(frozen=True)
class ForgedSet:
    """What came of a folder: rows of the manifest, and sentences on the files that were skipped, by file."""

    manifest: Path
    genuine: int
    fake: int
    skipped: dict[str, str]


@dataclass(frozen=True)
class Found:
    """A screenshot with the lines found on it."""

    rgb: np.ndarray
    fields: tuple[TextField, ...]


class FoundShelf(Sequence[Found]):
    """Screenshots to splice from, opened when one is taken down."""

    def __init__(self, files: Sequence[str]) -> None:
        self.files = files

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: Any) -> Any:
        try:
            image = ForensicImage.open(self.files[i])
        except BadImage:
            return Found(np.zeros((1, 1, 3), np.uint8), ())  # a broken donor has no lines
        return Found(image.rgb, found_fields(image))


def found_fields(image: ForensicImage) -> tuple[TextField, ...]:
    """The lines of text of an image, found and not read; none where the stored text is not surely upright."""
    reading = read_upright(image)
    upright = reading.direction == Direction(UPRIGHT)
    return tuple(TextField(line.box, UNREAD, "") for line in reading.lines if upright)


@any_names
def forge_folder(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    per_image: int = 2,
    seed: int = 1,
    editors: Sequence[str] = (),
    kinds: Sequence[str] = (),
    jobs: int = 1,
    limits: Limits = Limits(),
    progress: Progress = silent,
) -> ForgedSet:
    """Write a labelled set made of genuine screenshots and forgeries of them.

    Every genuine screenshot is sent once, and each of its forgeries, through channels drawn from one distribution; both
    stand in the group of the screenshot. The same seed gives the same bytes whatever the number of workers, and a run
    that was stopped goes on.

    Parameters
    ----------
    source : folder of images (a subfolder is an app), or a manifest CSV, of which the genuine rows are taken
    out : folder to write `genuine/`, `fake/`, `mask/`, `manifest.csv`, `skipped.csv` and `README.md` to
    per_image : fakes of each screenshot
    editors : names of real editors, of which each fake is made with one: `gimp`, `imagemagick`, `chromium`, `pillow`;
        without, text is drawn and erased here
    kinds : names of the kinds of edits to make, such as `retype`, `splice` or `lay-stretch`; without, all of them
    jobs : worker processes
    limits : what one screenshot may cost; it may take that time for each of its fakes
    progress : called with the screenshots done and the screenshots in all

    Raises
    ------
    NothingToForge
        There is no image, or none with a line of text that can be changed.
    MissingEditor
        One of `editors` is not installed.
    UnknownName
        One of `kinds` is none that is made, or none that is made with `editors`.
    BadManifest
        `source` is a manifest that cannot be used, or `out` holds a set made with other settings.
    """
    out = Path(out)
    check_editors(editors)
    check_kinds(kinds, editors)
    keep_inputs([out], [source])
    sources, others = find_sources(source, out)
    keep_inputs([out], [one.file for one in sources])
    if others:
        LOG.warning("%s: %s", source, skipped_sentence(others))
    order = Order(per_image, seed, tuple(editors), tuple(kinds))
    remember_settings(out / KEPT / "settings.json", order.options)
    circle = _circles(sources)
    work = partial(_work, out=out, order=order)
    tasks = ((one, [other for other in circle[one] if other != one]) for one in sources)
    limits = Limits(None if limits.timeout is None else limits.timeout * per_image, limits.memory)
    records = []
    try:
        for _, outcome in limited(tasks, work, name=_file_of, jobs=jobs, limits=limits, fatal=(OSError,)):
            records.append(_record(outcome))
            progress(len(records), len(sources))
        return _finish(out, sources, records, order)
    except OSError as error:
        raise BadManifest(f"{out} cannot be written ({error.strerror}); choose a folder that has room") from None


def find_sources(source: str | os.PathLike[str], out: Path) -> tuple[list[Source], Counter[str]]:
    """Genuine screenshots of a folder or a manifest, in the order of their names; how many files are none, by why."""
    source = Path(source)
    if source.is_file():
        return _listed(source), Counter()
    if not source.is_dir():
        raise NothingToForge(f"{source} does not exist; name a folder of genuine screenshots or a manifest of them")
    inside = out.resolve()
    listed = [file for file in sorted(source.rglob("*")) if file.is_file() and inside not in file.resolve().parents]
    why = {file: why_skipped(str(file), partial(read_head, str(file))) for file in listed}
    skipped = Counter(reason for reason in why.values() if reason)
    files = [file for file in listed if not why[file]]
    if not files:
        found = f" ({skipped_sentence(skipped)})" if skipped else ""
        raise NothingToForge(f"{source} holds no images{found}; name a folder of genuine screenshots")
    names = [file.relative_to(source) for file in files]
    return [
        Source(str(file), str(name), name.with_suffix("").as_posix(), name.parts[0] if len(name.parts) > 1 else "")
        for file, name in zip(files, names)
    ], skipped


def _circles(sources: Sequence[Source]) -> dict[Source, list[Source]]:
    """Which screenshots may be spliced into which: neighbours within an app, a few at a time."""
    apps: dict[str, list[Source]] = {}
    for one in sources:
        apps.setdefault(one.app, []).append(one)
    return {
        one: members[i // CIRCLE * CIRCLE : (i // CIRCLE + 1) * CIRCLE]
        for members in apps.values()
        for i, one in enumerate(members)
    }


def _melted(frame: pd.DataFrame) -> pd.Series:
    """Groups joined where a line of one was spliced into another: each named as its first member."""
    spliced = frame[frame["donor"] != ""]
    every = dict.fromkeys([*frame["group"], *spliced["donor"]])  # one that lent a line may itself have been left out
    names = {name: i for i, name in enumerate(every)}
    rows, columns = spliced["group"].map(names).to_numpy(int), spliced["donor"].map(names).to_numpy(int)
    links = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(names), len(names)))
    parts = pd.Series(connected_components(links, directed=False)[1], index=list(names))
    first = {part: name for name, part in reversed(list(parts.items()))}
    return frame["group"].map(lambda name: first[parts[name]])


def _listed(manifest: Path) -> list[Source]:
    frame = read_manifest(manifest, missing="keep")
    frame = frame[frame["label"] == Label.GENUINE].reset_index(drop=True)
    if frame.empty:
        raise NothingToForge(f"{manifest} has no genuine row; fakes are made of images with the label 0")
    groups = frame["group"] if "group" in frame else frame["path"]
    apps = frame["app"] if "app" in frame else pd.Series("", frame.index)
    return [
        Source(file, path, group or path, app)
        for file, path, group, app in zip(frame["file"], frame["path"], groups, apps)
    ]


def _file_of(task: tuple[Source, Sequence[Source]]) -> str:
    return task[0].file


def _record(outcome: Outcome[Record]) -> Record:
    return outcome.result or {"rows": [], "skipped": outcome.failure}


def _work(task: tuple[Source, Sequence[Source]], *, out: Path, order: Order) -> Record:
    """Make all files of one screenshot, or take over what an earlier run made: its rows, or why it was skipped."""
    one, others = task
    key = hashlib.sha256(one.name.encode("utf-8", "surrogateescape")).hexdigest()
    stem = f"{_safe(Path(one.name).stem)}-{key[:8]}"
    kept = out / KEPT / f"{key[:32]}.json"
    digest = _digest(one, others)
    if kept.exists():
        record: Record = json.loads(kept.read_text(encoding="utf-8"))
        if record["made_of"] == digest:
            return record
    image = ForensicImage.open(one.file)
    direction = read_upright(image).direction
    if direction.sentence or direction.doubt:
        reason = direction.doubt or f"{direction.sentence}; save it upright and forge it again"
        return {"rows": [], "skipped": f"{printable(one.name)} was left out: {reason}"}
    record = {"made_of": digest} | _made(image, one, others, out, stem, order, (order.seed, int(key[:16], 16)))
    write_whole(kept, json.dumps(record).encode())
    return record


def _digest(one: Source, others: Sequence[Source]) -> str:
    """Hash of all that the files of a screenshot depend on."""
    digest = hashlib.sha256(repr([(other.name, other.group) for other in (one, *others)]).encode())
    for other in (one, *others):
        with contextlib.suppress(OSError):  # a file that cannot be read is met again when it is opened
            digest.update(hashlib.sha256(Path(other.file).read_bytes()).digest())
    return digest.hexdigest()


def _made(
    image: ForensicImage,
    one: Source,
    others: Sequence[Source],
    out: Path,
    stem: str,
    order: Order,
    seeds: tuple[int, int],
) -> Record:
    fields = found_fields(image)
    shelf = FoundShelf([other.file for other in others])
    rows = []
    for k in range(1, order.per_image + 1):
        rng = np.random.default_rng([*seeds, k])
        name = order.editors[int(rng.integers(len(order.editors)))] if order.editors else ""
        means = Means(shelf, editor=(name, opened(name)) if name else None, kinds=order.kinds)
        life = fake_life(image.rgb, fields, rng, means)
        if life is not None:
            lender = "" if life.donor is None else others[life.donor].group
            row = write_life(life, out, f"{stem}-{k}", one.group, app=one.app)
            rows.append(row | {"source": one.name, "donor": lender})
    if not rows:
        reason = "has no line of text that can be changed; it was left out"
        return {"rows": [], "skipped": f"{printable(one.name)} {reason}"}
    sent = genuine_life(image.rgb, fields, np.random.default_rng([*seeds, 0]))
    rows.insert(0, write_life(sent, out, stem, one.group, app=one.app) | {"source": one.name, "donor": ""})
    return {"rows": rows, "skipped": ""}


def _finish(out: Path, sources: Sequence[Source], records: Sequence[Record], order: Order) -> ForgedSet:
    rows = [row for record in records for row in record["rows"]]
    skipped = {one.file: record["skipped"] for one, record in zip(sources, records) if record["skipped"]}
    if not rows:
        first = next(iter(skipped.values()))
        raise NothingToForge(f"none of {len(sources)} images could be forged, the first: {first}")
    frame = pd.DataFrame(rows)
    frame["group"] = _melted(frame)
    write_manifest(frame, out / "manifest.csv")
    gone = pd.DataFrame({"path": list(skipped), "reason": list(skipped.values())}, dtype=object)
    write_manifest(gone, out / "skipped.csv")
    write_whole(out / "README.md", card(frame, skipped, order).encode("utf-8", "backslashreplace"))
    fakes = int((frame["label"] == Label.FAKE).sum())
    return ForgedSet(out / "manifest.csv", len(frame) - fakes, fakes, skipped)


def card(frame: pd.DataFrame, skipped: dict[str, str], order: Order) -> str:
    """The data card of a forged set, Markdown."""
    told = {name: ",".join(given) if isinstance(given, list) else given for name, given in order.options.items()}
    options = " ".join(f"--{name.replace('_', '-')} {given}" for name, given in told.items())
    fake = frame[frame["label"] == Label.FAKE]
    genuine = frame[frame["label"] == Label.GENUINE]
    return "\n".join(
        [
            "# Forged screenshots",
            "",
            f"{len(genuine)} genuine screenshots and {len(fake)} forgeries of them, made by `realfake forge` with",
            f"`{options}`. {len(skipped)} images were skipped; `skipped.csv` says why.",
            "",
            "- `manifest.csv`: `label` is 1 for a forgery; `mask` is white where the editor put down pixels; `group`",
            "  is the screenshot that a file was made of, joined with those that lent it a line, and no group may",
            "  stand on both sides of a split.",
            "- Genuine and forged files went through the same channels: received, saved by an editor (a genuine one",
            "  without an edit, `noop`), delivered. Format, size and number of compressions do not tell the label.",
            "- Text lines were found and not read, so a replaced line need not make sense.",
            "- The genuine screenshots are taken at your word: one that is forged already is labelled genuine.",
            "- Whoever may see the sources may see this set: it shows the same persons and amounts.",
            "",
            *count_table("Edits", fake["editor"]),
            *count_table("Received", frame["received"]),
            *count_table("Delivered", frame["delivered"]),
        ]
    )


def _safe(stem: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", stem)[:40].strip("._") or "image"
