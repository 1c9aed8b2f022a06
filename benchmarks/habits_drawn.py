"""What habits find on drawn receipts of apps that were never seen.

`python -m benchmarks.habits_drawn texts`: lines as they were drawn, with reading errors; `... pixels`: lines as the
installed reader reads them, saved in turn as PNG, as JPEG and as a messenger does. Either writes a table of what was
judged; `... report TABLE...` prints several of them as one.

A forgery counts where something else on its receipt tells the value that was changed; how many were left out for want
of that is printed.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import numpy as np
import pandas as pd

from benchmarks.drawn_receipts import (
    CHANNELS,
    FORGED,
    Fake,
    Read,
    Sight,
    forged_pixels,
    forged_texts,
    form_of,
    learnable,
    printed,
    read_pixels,
    read_texts,
    through,
    told_parts,
)
from benchmarks.habits import CONTRADICTED, SCORE, share
from realfake.data.screenshots.app import App
from realfake.data.screenshots.draw import draw_screen
from realfake.data.screenshots.screen import Screen
from realfake.forensics.content.relations import facts
from realfake.pipeline.habits.grammar import FEWEST
from realfake.pipeline.habits.habit import AGREES, CONTRADICTS, DOUBTFUL
from realfake.pipeline.habits.habits import Habits, learn_habits, summary_of
from realfake.pipeline.habits.reasons import contradictions
from realfake.pipeline.habits.screens import screen_of

FPR = 0.01
SHOWN = 0.9  # of the learnt receipts, that show both ends of a rule that counts as there to be found
Row = dict[str, Any]


@click.group()
def main() -> None:
    """What habits find on drawn receipts of apps that were never seen."""


@main.command()
@click.option("--apps", default=30, show_default=True)
@click.option("--learnt", default=10, show_default=True, help="Genuine receipts of each app to learn from.")
@click.option("--judged", default=10, show_default=True, help="Further genuine receipts of each app.")
@click.option("--forged", default=3, show_default=True, help="How many of these are forged too, each in four ways.")
@click.option("--confuse", default=0.01, show_default=True, help="Signs taken for others that look alike.")
@click.option("--drop", default=0.001, show_default=True, help="Signs that the reader leaves out.")
@click.option("--seed", default=1, show_default=True, help="Apps of one seed are those of no other.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Table of what was judged.")
def texts(
    apps: int, learnt: int, judged: int, forged: int, confuse: float, drop: float, seed: int, output: Path | None
) -> None:
    """Judge receipts as texts of their lines."""
    rng = np.random.default_rng(seed)
    read = partial(read_texts, rng=rng, confuse=confuse, drop=drop)

    def fakes(app: App, screens: Sequence[Screen]) -> Iterator[tuple[Fake, str]]:
        keys = keys_of(screens)
        made = (forged_texts(screen, kind, keys, rng) for screen in screens[-forged:] for kind in FORGED)
        return ((fake, CHANNELS[0]) for fake in made if fake is not None)

    _judge("texts", seed, apps, learnt, judged, rng, read, CHANNELS[:1], fakes, output)


@main.command()
@click.option("--apps", default=8, show_default=True)
@click.option("--learnt", default=10, show_default=True, help="Genuine receipts of each app to learn from.")
@click.option("--judged", default=6, show_default=True, help="Further genuine receipts of each app.")
@click.option("--forged", default=1, show_default=True, help="Forgeries of each app, of each kind.")
@click.option("--seed", default=1, show_default=True, help="Apps of one seed are those of no other.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Table of what was judged.")
def pixels(apps: int, learnt: int, judged: int, forged: int, seed: int, output: Path | None) -> None:
    """Judge receipts as they are read from pixels."""
    rng = np.random.default_rng(seed)
    channels = CHANNELS[seed % 3 :] + CHANNELS[: seed % 3]

    def fakes(app: App, screens: Sequence[Screen]) -> Iterator[tuple[Fake, str]]:
        keys = keys_of(screens)
        made = (forged_pixels(app, kind, keys, rng) for _ in range(forged) for kind in FORGED)
        return ((fake, str(rng.choice(CHANNELS))) for fake in made if fake is not None)

    _judge("pixels", seed, apps, learnt, judged, rng, read_pixels, channels, fakes, output)


@main.command()
@click.argument("tables", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--missed", is_flag=True, help="Print what genuine receipts contradict and what was missed.")
def report(tables: Sequence[Path], missed: bool) -> None:
    """Print several tables of what was judged as one."""
    _report(pd.concat([pd.read_csv(path, keep_default_na=False) for path in tables], ignore_index=True), missed)


def _judge(
    form: str,
    seed: int,
    apps: int,
    learnt: int,
    judged: int,
    rng: np.random.Generator,
    read: Read,
    channels: Sequence[str],
    fakes: Any,
    output: Path | None,
) -> None:
    begun = time.process_time()
    known, told, seen = list[pd.DataFrame](), dict[str, Sequence[Screen]](), list[tuple[Row, Sight | None]]()
    for number in range(apps):
        app = App(seed * 1000 + number)
        screens = [draw_screen(app, rng, receipts_only=True) for _ in range(learnt + judged)]
        told[app.key] = [
            replace(screen, rgb=screen.rgb[:0]) for screen in screens[:learnt]
        ]  # their pixels are no longer needed
        for i, screen in enumerate(screens[:learnt]):
            found = _facts(read(screen.fields, screen.rgb))
            known.append(found.assign(path=f"{app.key}-{i}", app=app.key, label=0, width=screen.rgb.shape[1]))
        for i, screen in enumerate(screens[learnt:]):
            channel = channels[i % len(channels)]
            sight = read(screen.fields, through(screen.rgb, channel))
            seen.append(({"app": app.key, "forgery": "", "tied": "", "channel": channel}, sight))
        for fake, channel in fakes(app, screens):
            sent = read(fake.fields, through(fake.rgb, channel)) if fake.tied else None
            row = {"app": app.key, "forgery": fake.kind, "tied": fake.tied, "channel": channel}
            seen.append((row | {"learnable": learnable(fake, screens[:learnt])}, sent))
        click.echo(f"{app.key}: {time.process_time() - begun:.0f} s", err=True)
    habits = learn_habits(pd.concat(known, ignore_index=True))
    rules = {key: _rules(habits, key, screens) for key, screens in told.items()}
    rows = [row | rules[row["app"]] | (_said(sight, habits, row["app"]) if sight else {}) for row, sight in seen]
    table = pd.DataFrame(rows).astype(object).fillna("")
    if output:
        table.to_csv(output, index=False)
    _report(table, missed=False)
    click.echo(f"{apps} apps, {learnt} genuine receipts each, {form}; {time.process_time() - begun:.0f} s of one core")


def keys_of(screens: Sequence[Screen]) -> set[str]:
    """Keys of lines that any of some screens shows."""
    return {field.key for screen in screens for field in screen.fields}


def _facts(sight: Sight) -> pd.DataFrame:
    found = facts(sight.receipt, sight.dialects)
    return found if len(found) else pd.DataFrame({"kind": [""]}).reindex(columns=found.columns)


def _said(sight: Sight, habits: Habits | None, app: str) -> Row:
    """What a receipt contradicts, and by what it is found."""
    screen = replace(screen_of(sight.receipt, sight.dialects), app=app)
    template, findings = habits.judge(screen) if habits else (-1, [])
    summary = summary_of(template, findings)
    itself = [finding.feature.split("__", 1)[1] for finding in sight.findings]
    by = [f"{one.habit.kind}:{one.status}" for one in findings if one.status in (CONTRADICTS, DOUBTFUL)]
    unsure = [one.habit.kind for one in findings if one.status not in (CONTRADICTS, DOUBTFUL, AGREES)]
    sentences = [one.sentence for one in sight.findings]
    sentences += [one.sentence for one in contradictions(findings, sight.receipt)]
    return {
        "score": np.inf if itself else np.nan_to_num(summary[SCORE]),
        "itself": ";".join(itself),
        "habits": int(np.nan_to_num(summary[CONTRADICTED])),
        "by": ";".join(sorted(set(by))),
        "unsure": ";".join(sorted(set(unsure))),
        "known": ";".join(sorted({one.habit.kind for one in findings})),
        "judgements": len(findings),
        "broken": sum(one.status == CONTRADICTS for one in findings),
        "sentences": " | ".join(sentences),
        "values": " | ".join(f"{value.key}={value.text}" for value in sight.receipt.values),
    }


def _report(table: pd.DataFrame, missed: bool) -> None:
    itself, habits = table["itself"] != "", pd.to_numeric(table["habits"]).fillna(0) > 0
    table = table.assign(alone=itself, wrong=itself | habits, score=pd.to_numeric(table["score"]))
    genuine, fakes = table[table["forgery"] == ""], table[table["forgery"] != ""]
    for channel, rows in genuine.groupby("channel", sort=False):
        click.echo(f"genuine, {channel}: {_of(rows['wrong'])} contradicted, {rows['alone'].sum()} by themselves")
    judged, broken = (int(pd.to_numeric(genuine[name]).sum()) for name in ("judgements", "broken"))
    click.echo(f"habits that genuine receipts contradict: {broken} of {judged} judgements, {share(broken, judged)}")
    threshold = float(np.quantile(genuine["score"], 1 - FPR, method="higher"))
    fakes = fakes.assign(found=fakes["alone"] | (fakes["score"] > threshold))
    for kind in FORGED:
        rows = fakes[fakes["forgery"] == kind]
        _report_kind(kind, rows[rows["tied"] != ""], int((rows["tied"] == "").sum()), missed)
    if missed:
        for row in genuine[genuine["wrong"]].itertuples():
            click.echo(f"genuine {row.app} {row.channel}: {row.sentences}")
    apps = table.drop_duplicates("app")
    told = {name: apps[name].astype(str) == "True" for name in ("possible", "found", "invented")}
    click.echo(f"rules found: {_of(told['found'][told['possible']])} apps that have one")
    click.echo(f"rules invented: {_of(told['invented'][~told['possible']])} apps without one")


def _report_kind(kind: str, fakes: pd.DataFrame, left_out: int, missed: bool) -> None:
    """Print how many forgeries of one kind are found, and by what."""
    click.echo(f"{kind}: found at {FPR:.0%} false alarms {_of(fakes['found'])}; left out {left_out}")
    click.echo(f"  contradicted {_of(fakes['wrong'])}; by themselves, without habits {_of(fakes['alone'])}")
    shown = fakes["learnable"].astype(str) == "True"
    click.echo(f"  where {FEWEST} learnt receipts show what is contradicted: {_of(fakes['found'][shown])}")
    for column in ("tied", "channel"):
        for name, rows in fakes.groupby(column):
            click.echo(f"  {column} {name}: {_of(rows['found'])}; by themselves {_of(rows['alone'])}")
    by = Counter(name for row in fakes[fakes["found"]].itertuples() for name in f"{row.itself};{row.by}".split(";"))
    click.echo("  by: " + ", ".join(f"{name} {count}" for name, count in by.most_common() if name))
    if missed:
        for row in fakes[~fakes["found"]].itertuples():
            why = f"{row.by} unsure {row.unsure} known {row.known}"
            click.echo(f"  missed {row.app} {row.tied} {row.channel}: {why}: {row.values}")


def _of(flags: pd.Series) -> str:
    return f"{int(flags.sum())} of {len(flags)}, {share(int(flags.sum()), len(flags))}"


def _rules(habits: Habits | None, app: str, screens: Sequence[Screen]) -> Row:
    """Whether the learnt receipts of an app show a rule between reference and time, and whether one was found."""
    told = told_parts(form_of(screens[0]))
    times = [habit.id for habit in habits.habits if habit.kind == "time"] if habits else []
    mined = app in {id.split("/")[0].partition("#")[0] for id in times}
    shown = [any(field.key == "reference" for field in screen.fields) and printed(screen) & told for screen in screens]
    possible = sum(map(bool, shown)) >= SHOWN * len(shown)
    return {"possible": possible, "found": possible and mined, "invented": not told and mined}


if __name__ == "__main__":
    main()
