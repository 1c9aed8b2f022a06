"""What habits find on drawn receipts of apps that were never seen.

`python -m benchmarks.habits_drawn texts`: lines as they were drawn, with reading errors; `... pixels`: lines as the
installed reader reads them, with genuine receipts saved as PNG, as JPEG and as a messenger does, and forgeries in turn
as one of them.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np
import pandas as pd

from benchmarks.habits import CONTRADICTED, SCORE, misread, share
from realfake.data.forgeries.forger import forge
from realfake.data.screenshots.app import App
from realfake.data.screenshots.content import Formats
from realfake.data.screenshots.draw import draw_screen
from realfake.data.screenshots.identifiers import TOKEN, UTC, tells_seconds
from realfake.data.screenshots.screen import Screen, TextField
from realfake.forensics.box import Box
from realfake.forensics.content.codes import find_codes
from realfake.forensics.content.consistency import check_content
from realfake.forensics.content.fields import read_receipt, receipt_of
from realfake.forensics.content.reading import choose_reader
from realfake.forensics.content.receipt import Line, Receipt
from realfake.forensics.content.relations import facts, pattern
from realfake.forensics.content.values import moment
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import column_name
from realfake.pipeline.habits.grammar import FEWEST, weight
from realfake.pipeline.habits.habit import CONTRADICTS, DOUBTFUL
from realfake.pipeline.habits.habit import KINDS as HABITS
from realfake.pipeline.habits.habits import FAMILY, Habits, learn_habits
from realfake.pipeline.habits.reasons import contradictions
from realfake.pipeline.habits.screens import screens_of

SUMS, MOMENTS = ("headline", "amount", "total"), ("date", "time")
TRIES = 12  # screens drawn for one forgery
JPEG, MESSENGER, LONGEST = 80, 70, 1280  # qualities, and pixels of a messenger's longer side
ZONES = ("UTC", "GMT", "(GMT")  # lines that name a time zone
CHANNELS = ("png", "jpeg", "messenger")
KINDS = ("amount", "date", "reference", "erasure")
BROKEN = (DOUBTFUL, CONTRADICTS)

Read = Callable[[Sequence[TextField], np.ndarray], tuple[Receipt, list[str], bool]]


@dataclass(frozen=True)
class Fake:
    """A forged receipt: its kind, whether the app ties the value to another, its lines and its pixels."""

    kind: str
    tied: bool
    fields: tuple[TextField, ...]
    rgb: np.ndarray


@click.command()
@click.argument("form", type=click.Choice(["texts", "pixels"]))
@click.option("--apps", default=30, show_default=True)
@click.option("--learnt", default=10, show_default=True, help="Genuine receipts of each app to learn from.")
@click.option("--judged", default=10, show_default=True, help="Further genuine receipts of each app.")
@click.option("--fakes", default=6, show_default=True, help="Careless forgeries of each app; half as many erasures.")
@click.option("--confuse", default=0.01, show_default=True, help="Of texts: signs taken for others that look alike.")
@click.option("--drop", default=0.001, show_default=True, help="Of texts: signs that the reader leaves out.")
@click.option("--seed", default=1, show_default=True)
@click.option("--show", is_flag=True, help="Print what contradicts genuine receipts, and the habits.")
def main(
    form: str, apps: int, learnt: int, judged: int, fakes: int, confuse: float, drop: float, seed: int, show: bool
) -> None:
    """Print what is contradicted in genuine receipts by channel and in forgeries by kind, and which rules are found."""
    begun, rng = time.process_time(), np.random.default_rng(seed)
    drawn = [App(seed * 1000 + number) for number in range(apps)]
    read: Read = partial(read_texts, rng=rng, confuse=confuse, drop=drop) if form == "texts" else read_pixels
    known, fresh, forged = [], [], []
    told: dict[str, list[Screen]] = {}
    for app in drawn:
        screens = [draw_screen(app, rng, receipts_only=True) for _ in range(learnt + judged)]
        told[app.key] = screens[:learnt]
        for i, screen in enumerate(screens[:learnt]):
            known.append(row(f"{app.key}-{i}", app.key, read(screen.fields, screen.rgb), 0))
        for i, screen in enumerate(screens[learnt:]):
            for channel in CHANNELS if form == "pixels" else CHANNELS[:1]:
                sent = read(screen.fields, through(screen.rgb, channel))
                fresh.append(row(f"{app.key}-{channel}-{learnt + i}", app.key, sent, 0).assign(channel=channel))
        for i in range(fakes + fakes // 2):
            fake = forged_receipt(app, "careless" if i < fakes else "partial", rng)
            if fake is not None:
                sent = through(fake.rgb, CHANNELS[i % 3] if form == "pixels" else CHANNELS[0])
                facts_of = row(f"{app.key}-fake{i}", app.key, read(fake.fields, sent), 1)
                shown = learnable(fake.kind, screens[:learnt])
                forged.append(facts_of.assign(forgery=fake.kind, tied=fake.tied, learnable=shown))
        click.echo(f"{app.key}: {time.process_time() - begun:.0f} s", err=True)
    habits = learn_habits(pd.concat(known, ignore_index=True))
    assert habits is not None
    report(habits, pd.concat(fresh, ignore_index=True), pd.concat(forged, ignore_index=True), show)
    hits, possible, invented = rules_found(habits, told)
    click.echo(f"rules found: {share(hits, possible)} of apps that have one; invented in apps without one: {invented}")
    click.echo(f"{apps} apps, {learnt} genuine receipts each, {form}; {time.process_time() - begun:.0f} s of one core")


def report(habits: Habits, fresh: pd.DataFrame, forged: pd.DataFrame, show: bool) -> None:
    """Print shares of genuine receipts and of forgeries that contradict a habit."""
    judged = habits.columns(fresh).merge(fresh.drop_duplicates("path")[["path", "channel", "itself"]], on="path")
    broken = Counter(one.habit.kind for s in screens_of(fresh) for one in habits.judge(s)[1] if one.status in BROKEN)
    known = {kind: int(judged[column_name(FAMILY, f"{kind}__known")].sum()) for kind in HABITS}
    click.echo("habits broken by genuine receipts: " + ", ".join(f"{k} {broken[k]} of {n}" for k, n in known.items()))
    for channel, rows in judged.groupby("channel", sort=False):
        wrong, itself = (rows[CONTRADICTED] > 0) | rows["itself"], int(rows["itself"].sum())
        click.echo(f"genuine, {channel}: {share(int(wrong.sum()), len(rows))} contradicted, {itself} by themselves")
    threshold = float(np.quantile(judged[SCORE].fillna(0.0), 0.99, method="higher"))
    told = forged.drop_duplicates("path")[["path", "forgery", "tied", "learnable", "itself"]]
    judged = habits.columns(forged).merge(told, on="path")
    for kind in KINDS:
        rows = judged[(judged["forgery"] == kind) & judged["tied"]]
        if len(rows):
            alarms = (rows[SCORE].fillna(0.0) > threshold) | rows["itself"]
            firm = (rows[CONTRADICTED] > 0) | rows["itself"]
            shown = alarms[rows["learnable"]]
            click.echo(f"{kind}: {len(rows)} fakes; recall at 1 % FPR {share(int(alarms.sum()), len(rows))}")
            click.echo(f"  where {FEWEST} learnt receipts show both: {share(int(shown.sum()), len(shown))}")
            click.echo(f"  for review: {share(int(firm.sum()), len(rows))}; by themselves: {int(rows['itself'].sum())}")
    if show:
        for screen in screens_of(fresh):
            for one in contradictions(habits.judge(screen)[1]):
                click.echo(f"{screen.path}: {one.habit}: {one.sentence}")
        click.echo(habits.table().to_string())


def row(path: str, app: str, read: tuple[Receipt, list[str], bool], label: int) -> pd.DataFrame:
    """The facts of a receipt that was read, and whether it contradicts itself."""
    receipt, dialects, itself = read
    found = facts(receipt, dialects)
    if found.empty:
        found = pd.DataFrame({"kind": [""]}).reindex(columns=found.columns)
    return found.assign(path=path, app=app, width=receipt.size[0], label=label, itself=itself)


def read_texts(
    fields: Sequence[TextField], rgb: np.ndarray, rng: np.random.Generator, confuse: float, drop: float
) -> tuple[Receipt, list[str], bool]:
    """A receipt from the lines as they were drawn, with reading errors."""
    height, width = rgb.shape[:2]
    lines = [
        Line(field.box, misread(" ".join(field.text.split()), rng, confuse, drop), 0.97)
        for field in fields
        if field.text.strip() and field.box.area
    ]
    receipt = receipt_of(lines, (width, height), "drawn")
    return receipt, [], bool(check_content(receipt)[1])


def read_pixels(fields: Sequence[TextField], rgb: np.ndarray) -> tuple[Receipt, list[str], bool]:
    """A receipt as the installed reader reads it."""
    image, reader = ForensicImage.from_array(rgb), choose_reader()
    if reader is None:
        raise click.ClickException("no reader is installed; pip install 'realfake[read]'")
    receipt, codes = read_receipt(image, reader), find_codes(image)
    dialects = [code.dialect for code in codes if code.dialect]
    return receipt, dialects, bool(check_content(receipt, codes, image)[1])


def through(rgb: np.ndarray, channel: str) -> np.ndarray:
    """The pixels that arrive through a channel."""
    if channel == "png":
        return rgb
    if channel == "messenger" and max(rgb.shape[:2]) > LONGEST:
        scale = LONGEST / max(rgb.shape[:2])
        rgb = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    quality = MESSENGER if channel == "messenger" else JPEG
    written = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR))[..., ::-1].copy()


def forged_receipt(app: App, forger: str, rng: np.random.Generator) -> Fake | None:
    """A receipt of an app that a forger of content changed, None where none could be made."""
    for _ in range(TRIES):
        screen = draw_screen(app, rng, receipts_only=True)
        made = forge(screen.rgb, screen.fields, rng, forger=forger, formats=screen.formats)
        if made is None or len(made.says) != 1:
            continue
        ((number, text),) = made.says
        old = screen.fields[number]
        new = replace(old, text=text, box=old.box if forger == "partial" else retyped(old, text))
        fields = tuple(new if i == number else field for i, field in enumerate(screen.fields))
        kind, tied = tie(screen, old, text, forger)
        if kind:
            return Fake(kind, tied, fields, made.rgb)
    return None


def retyped(field: TextField, text: str) -> Box:
    """About the box of a text that was typed in the place of a line."""
    width = round(field.box.width * weight(pattern(text)) / max(weight(pattern(field.text)), 1.0))
    return field.box._replace(x=field.box.x + (field.box.width - width) // 2, width=width)


def tie(screen: Screen, old: TextField, text: str, forger: str) -> tuple[str, bool]:
    """What kind of value was changed, and whether the app ties it to another; "" for what is not counted."""
    if forger == "partial":
        return ("erasure", True) if old.key == "reference" and "  " in text + " " and " " in text else ("", False)
    if old.key in SUMS:
        return "amount", len({field.key for field in screen.fields if field.key in SUMS}) > 1
    parts, form = printed(screen), screen.formats.reference if screen.formats else ""
    if not any(field.key == "reference" for field in screen.fields):
        return ("date" if old.key != "reference" else "reference"), False
    if old.key in MOMENTS:
        if old.text.startswith(ZONES):
            return "", False
        return "date", bool(changed_parts(old.text, text) & told_parts(form))
    places = [i for i, (one, other) in enumerate(zip(old.text, text)) if one != other]
    seconds = any((read := moment(field.text)) and read.seconds for field in screen.fields if field.key in MOMENTS)
    told = [(at, end if seconds or not exact else end - 2) for at, end, what, exact in windows(form) if parts & what]
    return "reference", any(at <= place < end for at, end in told for place in places)


def printed(screen: Screen) -> set[str]:
    """What of its moment a receipt prints: `day`, `clock`."""
    found = set()
    for field in screen.fields:
        read = moment(field.text) if field.key in ("date", "time") else None
        if read:
            found |= {"clock"} if read.clock else set()
            found |= {"day"} if read.days else set()
    return found


def changed_parts(old: str, new: str) -> set[str]:
    """What of a moment differs between two texts."""
    before, after = moment(old), moment(new)
    if before is None or after is None:
        return set()
    return {
        name
        for name, differs in (("clock", before.clock != after.clock), ("day", before.days != after.days))
        if differs
    }


def windows(form: str) -> list[tuple[int, int, set[str], bool]]:
    """Where a form of references tells its moment: first and end character, what it tells, whether to the second."""
    found, at = [], 0
    for i, part in enumerate(TOKEN.split(form.removeprefix(UTC))):
        length = len(part)
        if i % 2:
            length = {"unix": 10, "hex": 8, "count": 8}.get(part) or len(pd.Timestamp(2026, 1, 1).strftime(part))
            told = {"day", "clock"} if part in ("unix", "hex") else set()
            told |= {"clock"} if "%H" in part or "%I" in part else set()
            told |= {"day"} if "%d" in part or "%j" in part else set()
            found.append((at, at + length, told, tells_seconds("{" + part + "}")))
        at += length
    return found


def learnable(kind: str, screens: Sequence[Screen]) -> bool:
    """Whether enough receipts show what a forgery of this kind would contradict."""
    if kind == "amount":
        return sum(len({field.key for field in one.fields} & set(SUMS)) > 1 for one in screens) >= FEWEST
    shown = [one for one in screens if any(field.key == "reference" for field in one.fields)]
    if kind == "erasure":
        return len(shown) >= FEWEST
    return sum(bool(one.formats and printed(one) & told_parts(one.formats.reference)) for one in shown) >= FEWEST


def told_parts(form: str) -> set[str]:
    """What a form of references tells of its moment."""
    return set().union(*(told for _, _, told, _ in windows(form)))


def rules_found(habits: Habits, told: dict[str, list[Screen]]) -> tuple[int, int, int]:
    """Apps whose rule was found, apps that have one that their receipts print, and apps for which one was invented."""
    mined = {habit.id.split("/")[0].partition("#")[0] for habit in habits.habits if habit.kind == "time"}
    hits = possible = invented = 0
    for key, screens in told.items():
        formats: Formats | None = screens[0].formats
        form = formats.reference if formats else ""
        shown = [
            any(field.key == "reference" for field in s.fields) and bool(printed(s) & told_parts(form)) for s in screens
        ]
        possible += all(shown)
        hits += all(shown) and key in mined
        invented += not told_parts(form) and key in mined
    return hits, possible, invented


if __name__ == "__main__":
    main()
