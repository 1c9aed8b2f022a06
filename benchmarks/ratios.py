"""What each step costs in decodes of the same file, beside what it cost before: `python -m benchmarks.ratios`.

A decode costs the same whatever this program does, and more on a slow or busy machine, as everything does: the ratio to
it is what a change of the program moves.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import pandas as pd

from benchmarks.extraction import generated
from realfake.forensics.arrays.places import processor
from realfake.forensics.catalog import choose_families, measure
from realfake.forensics.extract import extract_features
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.lines import find_text
from realfake.forensics.text.regions import measure_regions

NAMED = "model name", "cpu family", "model\t"  # of a processor
STORED = Path(__file__).with_suffix(".json")
GATES = "whole row", "words"  # a longer one fails the check
MOST = 1.3  # times the stored ratio
ELSEWHERE = 2.0  # on another processor than that of the stored ratios, where decodes cost otherwise too
CHECKED = 11  # pairs of each file in a check; as many once more where a gate would fail
Ratios = dict[str, dict[str, float]]  # by file and step
Runs = dict[str, dict[str, list[float]]]


@click.command()
@click.option("--repeats", default=7, show_default=True, help="Pairs of each step and a decode.")
@click.option(
    "--check",
    is_flag=True,
    help=f"Only {' and '.join(GATES)}; fails above {MOST} times what is stored, {ELSEWHERE} on another processor.",
)
@click.option("--store", is_flag=True, help=f"Keep what is measured in {STORED.name}.")
@click.option("--against", metavar="COMMIT", help="Measure this commit too, in turn with the program as it stands.")
@click.option("--raw", is_flag=True, hidden=True, help="Print the ratio of each pair as JSON.")
def main(repeats: int, check: bool, store: bool, against: str | None, raw: bool) -> None:
    """Print what each step costs in decodes of the same file, CPU time of one thread, the median of pairs."""
    cv2.setNumThreads(1)
    if check:
        sys.exit(report_check(lambda: medians(all_pairs(CHECKED, gates_only=True)), stored(), most_allowed()))
    if raw:
        click.echo(json.dumps(all_pairs(repeats)))
        return
    if against:
        before, now = measured_in_turn(against, repeats)
        print_change(before, now, against)
        return
    gated = medians(all_pairs(CHECKED, gates_only=True)) if store else {}  # as a check measures them, before all else
    now = medians(all_pairs(repeats))
    now |= {title: now[title] | steps for title, steps in gated.items()}
    print_change(stored(), now, "stored")
    if store:
        told = {"processor": processor(*NAMED), "ratios": _rounded(now)}
        STORED.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def all_pairs(repeats: int, gates_only: bool = False) -> Runs:
    """The ratio of each pair, by file and step."""
    files = generated()
    steps = gates if gates_only else every_step
    for title in tuple(files):
        for _, step in steps(files[title]):
            step()  # compiles what is not compiled yet
        if not title.startswith("screen"):
            del files[title]
    runs: Runs = {title: {} for title in files}
    for _ in range(repeats):
        for title, data in files.items():
            for step, ratio in paired(data, steps(data)):
                runs[title].setdefault(step, []).append(ratio)
    if not gates_only:
        runs["start-up"] = start_up(next(iter(files.values())), max(repeats // 2, 2))
    return runs


def paired(data: bytes, steps: Iterator[tuple[str, Callable[[], Any]]]) -> Iterator[tuple[str, float]]:
    """Each step's CPU time over the mean of a decode just before and one just after it."""
    before = spent(lambda: ForensicImage.from_bytes(data))
    for name, step in steps:
        took = spent(step)
        after = spent(lambda: ForensicImage.from_bytes(data))
        yield name, 2 * took / (before + after)
        before = after


def gates(data: bytes) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The whole row and the words of a file, from its bytes."""
    yield "whole row", lambda: extract_features(ForensicImage.from_bytes(data))
    yield "words", lambda: measure_regions(ForensicImage.from_bytes(data))


def every_step(data: bytes) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each family in turn on one image, which charges a shared view to the first, and all else from bytes."""
    image = ForensicImage.from_bytes(data)
    for family in choose_families():
        yield family.name, lambda family=family: measure(image, family)
    yield from gates(data)
    yield "finder", lambda: find_text(ForensicImage.from_bytes(data))
    yield "both levels", lambda: _both_levels(data)
    yield "scoring", _scoring(data)


def _both_levels(data: bytes) -> None:
    image = ForensicImage.from_bytes(data)
    measure_regions(image)
    extract_features(image)


def _scoring(data: bytes) -> Callable[[], Any]:
    """Score what was measured with the model that comes with the program."""
    from realfake.pipeline.models.model import load_model
    from realfake.pipeline.words.scorer import departures, summarise, words_of

    model, image = load_model(), ForensicImage.from_bytes(data)
    regions, row = measure_regions(image), extract_features(image)
    scorer = model.scorer
    assert scorer is not None

    def score() -> pd.DataFrame:
        words = scorer.remembered(words_of(regions, row))
        summary = summarise(scorer.looks(words), departures(regions.table))
        return model.predict(pd.DataFrame([row | summary]))

    score()  # loads what is loaded once
    return score


def start_up(data: bytes, repeats: int) -> dict[str, list[float]]:
    """CPU time of two commands, with the processes that they start, in decodes of the same file."""
    runs: dict[str, list[float]] = {"realfake --help": [], "realfake predict, one image": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "screen.jpg")
        file.write_bytes(data)
        for repeat in range(repeats + 1):
            before = median(spent(lambda: ForensicImage.from_bytes(data)) for _ in range(5))
            for name, arguments in zip(runs, (["--help"], ["predict", str(file)]), strict=True):
                took = _children() * -1
                command = [sys.executable, "-m", "realfake.cli", *arguments]
                subprocess.run(command, check=True, capture_output=True, cwd=folder)
                took += _children()
                if repeat:  # the first one may compile
                    runs[name].append(took / before)
    return runs


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def spent(call: Callable[[], Any]) -> float:
    """CPU seconds of this process for a call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def medians(runs: Mapping[str, Mapping[str, list[float]]]) -> Ratios:
    """The median of the pairs of each step."""
    return {title: {step: median(pairs) for step, pairs in steps.items()} for title, steps in runs.items()}


def stored() -> Ratios:
    """What was kept by `--store`."""
    kept: Ratios = json.loads(STORED.read_text(encoding="utf-8"))["ratios"] if STORED.exists() else {}
    return kept


def most_allowed() -> float:
    """Times the stored ratio that a gate may cost on this processor."""
    here = STORED.exists() and json.loads(STORED.read_text(encoding="utf-8"))["processor"] == processor(*NAMED)
    return MOST if here else ELSEWHERE


def too_slow(now: Ratios, before: Ratios, most: float = MOST) -> list[str]:
    """A sentence for each gate that costs more than so many times what it did."""
    return [
        f"{step} of {title} costs {ratio:.1f} decodes, {ratio / before[title][step]:.2f} times the stored "
        f"{before[title][step]:.1f}; {most} is the most"
        for title, steps in now.items()
        for step, ratio in steps.items()
        if step in GATES and ratio > most * before[title][step]
    ]


def report_check(take: Callable[[], Ratios], before: Ratios, most: float = MOST) -> int:
    """Print the gates; 1 where one is too slow twice, else 0."""
    now = take()
    if too_slow(now, before, most):
        again = take()
        now = {title: {step: min(ratio, again[title][step]) for step, ratio in now[title].items()} for title in now}
    print_change(before, now, "stored")
    failures = too_slow(now, before, most)
    for failure in failures:
        click.echo(failure, err=True)
    return int(bool(failures))


def print_change(before: Ratios, now: Ratios, title: str) -> None:
    """A table of decodes a step, before and now."""
    click.echo(f"{'decodes of the same file':56s}{title[:12]:>14s}{'now':>10s}{'change':>10s}")
    for file, steps in now.items():
        for step, ratio in steps.items():
            old = before.get(file, {}).get(step)
            told = (f"{old:.2f}", f"{100 * (ratio / old - 1):+.0f} %") if old else ("", "")
            click.echo(f"{file + ': ' + step:56s}{told[0]:>14s}{ratio:10.2f}{told[1]:>10s}")


def measured_in_turn(commit: str, repeats: int, rounds: int = 2) -> tuple[Ratios, Ratios]:
    """Of a commit and of the program as it stands, each measured in processes of its own, in turn."""
    here = Path(__file__).parents[1]
    found: tuple[list[Runs], list[Runs]] = ([], [])
    with tree_of(commit, here) as there:
        for number in range(rounds + 1):
            for runs, tree in zip(found, (there, here), strict=True):
                one = _measured_in(tree, repeats if number else 1)
                if number:  # the first round compiles
                    runs.append(one)
    return medians(_together(found[0])), medians(_together(found[1]))


@contextmanager
def tree_of(commit: str, repository: Path) -> Iterator[Path]:
    """The files of a commit, in a folder of their own for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        git = ["git", "-C", str(repository), "worktree"]
        subprocess.run([*git, "add", "--detach", "--quiet", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def _measured_in(tree: Path, repeats: int) -> Runs:
    """What this file measures of the program in another folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "realfake").symlink_to(tree, target_is_directory=True)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([folder, str(tree)])}
        command = [sys.executable, __file__, "--raw", "--repeats", str(repeats)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment, cwd=folder)
    runs: Runs = json.loads(done.stdout)
    return runs


def _together(rounds: list[Runs]) -> Runs:
    return {
        title: {step: [ratio for runs in rounds for ratio in runs[title][step]] for step in steps}
        for title, steps in rounds[0].items()
    }


def _rounded(ratios: Ratios) -> Ratios:
    return {title: {step: round(ratio, 3) for step, ratio in steps.items()} for title, steps in ratios.items()}


if __name__ == "__main__":
    main()
