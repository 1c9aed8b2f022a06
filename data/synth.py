"""A labelled set of drawn screenshots: apps, their screens, forgeries, and the channels through which all travelled."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import joblib
import numpy as np
import pandas as pd

from realfake.data.channels import choice
from realfake.data.drawing.fonts import FOLDERS, SYSTEM_FOLDERS, fonts_of, licences
from realfake.data.files import count_table, remember_settings
from realfake.data.forgeries.forger import Means
from realfake.data.history import Life, fake_life, genuine_life, write_life
from realfake.data.manifest import Label, write_manifest
from realfake.data.screenshots.app import App, drawable_locales
from realfake.data.screenshots.content import LOCALES
from realfake.data.screenshots.draw import draw_screen
from realfake.data.screenshots.screen import Screen
from realfake.data.screenshots.vocabulary import letters
from realfake.forensics.errors import BadManifest
from realfake.forensics.files import write_whole
from realfake.forensics.progress import Progress, silent

LOG = logging.getLogger(__name__)

Record = dict[str, Any]  # what is remembered of a file that was made

PAIRED = 0.5  # share of fakes that are made of a screen whose genuine file is in the set too
DONORS = 3  # other screens of the app that a forger has at hand; none of them is in the set
ATTEMPTS = 20  # screens drawn until one can be forged
KEPT = ".synth"  # folder inside the output that remembers what is done
REGION_COLUMNS = ("path", "x", "y", "width", "height", "field", "edited", "text", "says", "key")
FORGERS = {"": 0.6, "careless": 0.14, "careful": 0.12, "partial": 0.14}  # shares of forgers; "" changes anything
APP, LOOK, LIVED, LENT = range(4)  # what a random stream is for


@dataclass(frozen=True)
class Job:
    """One file to make: its label, its number within the label, the app's number and the screen's."""

    label: int
    number: int
    app: int
    screen: int

    @property
    def stem(self) -> str:
        """Name of the file without folder and ending."""
        return f"{'fake' if self.label == Label.FAKE else 'genuine'}-{self.number:06d}"


@dataclass(frozen=True)
class Synthesised:
    """What was made: the manifest's path and the counts."""

    manifest: Path
    genuine: int
    fake: int


class DrawnShelf(Sequence[Screen]):
    """Other screens of an app, drawn when one is taken."""

    def __init__(self, app: App, seeds: tuple[int, ...]) -> None:
        self.app, self.seeds = app, seeds

    def __len__(self) -> int:
        return DONORS

    def __getitem__(self, number: Any) -> Any:
        return draw_screen(self.app, np.random.default_rng([*self.seeds, int(number)]))


def synthesise(
    out: str | os.PathLike[str],
    *,
    genuine: int = 2000,
    fake: int = 100,
    apps: int = 40,
    seed: int = 1,
    jobs: int = 1,
    system_fonts: bool = False,
    forgers: Sequence[str] = (),
    locales: Sequence[str] = (),
    progress: Progress = silent,
) -> Synthesised:
    """Draw a set of genuine and forged screenshots of fictional apps.

    The same seed gives the same bytes whatever the number of workers, and a run that was stopped goes on.

    Parameters
    ----------
    out : folder to write ``genuine/``, ``fake/``, ``mask/``, ``manifest.csv``, ``regions.csv`` and ``README.md`` to
    genuine, fake : number of files of each class
    apps : number of apps among which they are spread
    jobs : worker processes
    system_fonts : draw with this machine's fonts too; the bytes then depend on what is found there
    forgers : only these forgers of content (``careless``, ``careful``, ``partial``); by default they make two in five
        fakes of receipts
    locales : the apps are of these, such as ``zh_CN``, ``ar_EG`` or ``fa_IR``; by default of all whose letters are
        Latin, Cyrillic or Thai. Those for whose letters no font is installed are left out
    progress : called with the files made and the files in all

    Raises
    ------
    BadManifest
        ``out`` cannot be written or holds a set made with other settings.
    UnknownName
        One of the locales is none that can be drawn in.
    MissingExtra
        No font is installed for any of the locales.
    """
    out = Path(out)
    drawable = drawable_locales(locales)
    if left := sorted(set(locales) - set(drawable)):
        LOG.warning("no font here has the letters of %s: the apps are of %s", ", ".join(left), ", ".join(drawable))
    folders = SYSTEM_FOLDERS if system_fonts else ()
    settings = {"genuine": genuine, "fake": fake, "apps": apps, "seed": seed, "fonts": list(folders)}
    settings["forgers"] = list(forgers)
    if drawable:
        settings["locales"] = list(drawable)
    remember_settings(out / KEPT / "settings.json", settings)
    kind = tuple(forgers), drawable
    tasks = (joblib.delayed(_work)(job, out, seed, folders, *kind) for job in plan(genuine, fake, apps, seed))
    records: list[Record] = []
    try:
        for record in joblib.Parallel(n_jobs=jobs, return_as="generator")(tasks):
            records.append(record)
            progress(len(records), genuine + fake)
        frame = pd.DataFrame([record["row"] for record in records])
        write_manifest(frame, out / "manifest.csv")
        write_whole(out / "regions.csv", _region_table(records))
        with fonts_of(folders):
            write_whole(out / "README.md", card(frame, apps, seed, drawable).encode())
    except OSError as error:
        raise BadManifest(f"{out} cannot be written ({error.strerror}); choose a folder that has room") from None
    return Synthesised(out / "manifest.csv", genuine, fake)


def plan(genuine: int, fake: int, apps: int, seed: int) -> Iterator[Job]:
    """Which screen of which app each file shows: apps take turns, so that every app has its share of both classes."""
    rng = np.random.default_rng(seed)
    pairs = rng.permutation(genuine)
    for number in range(genuine):
        yield Job(Label.GENUINE, number, number % apps, number)
    for number in range(fake):
        paired = number < genuine and rng.random() < PAIRED
        screen = int(pairs[number]) if paired else genuine + number
        yield Job(Label.FAKE, number, screen % apps, screen)


def live(job: Job, seed: int, forgers: tuple[str, ...] = (), locales: tuple[str, ...] = ()) -> tuple[Life, Screen, str]:
    """Draw a job's screen and send it to us; return the file, the screen and its group.

    A screen on which nothing can be forged makes way for another of the same app. ``forgers`` get receipts; if the app
    has none that one of them can work on, any other forger does. ``locales`` as in `synthesise`.
    """
    app = _app(seed, job.app, locales)
    for attempt in range(ATTEMPTS):
        stream = [seed, job.screen] + [attempt] * bool(attempt)
        wanted = forgers if job.label == Label.FAKE and attempt < ATTEMPTS // 2 else ()
        screen = draw_screen(app, np.random.default_rng([LOOK, *stream]), bool(wanted))
        rng = np.random.default_rng([LIVED, job.label, job.number, *stream])
        group = f"{app.key}-" + "-".join(map(str, stream[1:]))
        if job.label == Label.GENUINE:
            return genuine_life(screen.rgb, screen.fields, rng), screen, group
        donors = DrawnShelf(app, (LENT, job.number, *stream))
        kind = wanted[job.number % len(wanted)] if wanted else choice(rng, FORGERS)
        life = fake_life(screen.rgb, screen.fields, rng, Means(donors, kind, screen.formats))
        if life is None and not wanted:
            life = fake_life(screen.rgb, screen.fields, rng, Means(donors))
        if life is not None:
            return life, screen, group
    raise AssertionError(f"no screen of {app.key} can be forged")


def regions(life: Life) -> Iterator[tuple[Any, ...]]:
    """Every text line of a file, as `REGION_COLUMNS` without the path.

    Its box in the file's pixels, what it is, 1 if it was edited, what it said before and what it says now ("" where
    that is not known), and which value of a receipt it is.
    """
    edited, says = set(life.edited), dict(life.says)
    for number, field in enumerate(life.fields):
        if field.box.area:
            now = says.get(number, "") if number in edited else field.text
            yield (*field.box, field.field, int(number in edited), field.text, now, field.key)


def card(frame: pd.DataFrame, apps: int, seed: int, locales: Sequence[str] = ()) -> str:
    """The data card of a set, Markdown."""
    named = "".join(f" --locale {locale}" for locale in locales)
    written = "".join(letters(LOCALES[locale][0]) for locale in locales)
    genuine, fake = (frame[frame["label"] == label] for label in (Label.GENUINE, Label.FAKE))
    return "\n".join(
        [
            "# Drawn screenshots of fictional apps",
            "",
            f"{len(genuine)} genuine screenshots and {len(fake)} forgeries of {apps} apps, drawn by",
            f"`realfake synth --genuine {len(genuine)} --fake {len(fake)} --apps {apps} --seed {seed}{named}`.",
            "",
            "- An app is a fixed draw of fonts, colours, layout, wording, formats and text engine (Skia, FreeType or",
            "  stb_truetype); its screens differ in content, phone, theme and kind: receipts first, and lists, chats,",
            "  settings, articles, posts, films, forms, dialogs, pictures; a few are marked by their owner with a pen.",
            "- Institutions, persons, accounts and amounts are invented (Faker, Babel). Photographs are those that",
            "  scikit-image and scikit-learn ship, cropped and coloured anew, beside drawn scenes.",
            "- `manifest.csv`: `label` is 1 for a forgery; `mask` is white where the editor put down pixels; `group`",
            "  is the capture that a file was made of, and no group may stand on both sides of a split.",
            "- `regions.csv`: every text line in the pixels of the file; `edited` is 1 for changed lines, `text` is",
            "  what the line said before that and `says` what it says now, empty where that is not known; a space",
            "  stands for each erased sign. `key` names the values of a receipt.",
            "- `forger`: `careless` changed one place that shows a value, `careful` all of them, `partial` erased or",
            "  replaced signs inside an identifier; empty for all others, who change anything anywhere.",
            "- Genuine and forged files went through the same channels: received, saved by an editor (a genuine one",
            "  without an edit, `noop`), delivered. Format, size and number of compressions do not tell the label.",
            "",
            *count_table("Edits", fake["editor"]),
            *count_table("Forgers of content", fake.loc[fake["forger"] != "", "forger"]),
            *count_table("Received", frame["received"]),
            *count_table("Delivered", frame["delivered"]),
            *count_table("Devices", frame["device"]),
            "## Fonts",
            "",
            "| family | licence |",
            "|---|---|",
            *(f"| {family} | {licence} |" for family, licence in sorted(licences(written).items())),
            "",
        ]
    )


def _work(
    job: Job, out: Path, seed: int, folders: tuple[str, ...], forgers: tuple[str, ...], locales: tuple[str, ...]
) -> Record:
    """Make all files of a job, or take over what an earlier run made."""
    cv2.setNumThreads(1)
    kept = out / KEPT / f"{job.stem}.json"
    if kept.exists():
        record = json.loads(kept.read_text(encoding="utf-8"))
        if all((out / record["row"][name]).exists() for name in ("path", "mask")):
            return dict(record)
    with fonts_of(folders):
        life, screen, group = live(job, seed, forgers, locales)
    row = write_life(life, out, job.stem, group, app=screen.app, device=screen.device)
    record = {"row": row, "regions": list(regions(life))}
    write_whole(kept, json.dumps(record).encode())
    return record


def _region_table(records: Sequence[Record]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(REGION_COLUMNS)
    for record in records:
        writer.writerows((record["row"]["path"], *region) for region in record["regions"])
    return stream.getvalue().encode()


def _app(seed: int, number: int, locales: tuple[str, ...] = ()) -> App:
    return _kept_app(seed, number, FOLDERS.get(), locales)


@lru_cache(maxsize=512)
def _kept_app(seed: int, number: int, folders: tuple[str, ...], locales: tuple[str, ...]) -> App:
    """An app remembers the fonts that it found, so apps of other folders are others."""
    return App(int(np.random.SeedSequence([APP, seed, number]).generate_state(1)[0]), locales)
