"""What each family adds to detection, and how often families report a trace on genuine images.

`python -m benchmarks.detection MANIFEST... --ablate family [--neutral jpeg|shrunk]`
`python -m benchmarks.detection MANIFEST... --false-alarms`
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np
import pandas as pd

from realfake.data.manifest import Label, read_manifest
from realfake.forensics.catalog import choose_families, measure
from realfake.forensics.detections import DETECTIONS, Trace
from realfake.forensics.errors import RealfakeError
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import family_of
from realfake.pipeline.learning.cross_validation import LearningSet, derived_seed, out_of_fold_scores
from realfake.pipeline.learning.strategies import one_strategy
from realfake.pipeline.metrics.bootstrap import group_weights
from realfake.pipeline.metrics.intervals import clopper_pearson, percentile_interval
from realfake.pipeline.metrics.ranking import ranking, rates, roc_auc_of

NEUTRAL_QUALITY = 90  # of the one JPEG channel that both classes go through
SHRUNK = 0.7  # of each side: no block of an earlier compression stays whole
CHANNELS = {
    "": "as delivered",
    "jpeg": f"both classes through JPEG {NEUTRAL_QUALITY}",
    "shrunk": f"both classes made smaller to {SHRUNK} of each side, then through JPEG {NEUTRAL_QUALITY}",
}
NEUTRAL = (
    "Send both classes through one channel first: saved anew as JPEG, which leaves traces of the tables that each had "
    "before, or shrunk first, which leaves few."
)
REPLICATES = 500
CONTAINER = ("container", "quantization")  # what a file says of itself: a leak as much as a cue


@click.command()
@click.argument("manifests", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ablate", type=click.Choice(["family", "none"]), default="none", help="Leave out each family in turn.")
@click.option(
    "--neutral", type=click.Choice(list(CHANNELS)), is_flag=False, flag_value="jpeg", default="", help=NEUTRAL
)
@click.option("--false-alarms", is_flag=True, help="Only count what families report on the genuine images.")
@click.option("--families", "-f", multiple=True, help="Only these; all that are not optional by default.")
@click.option("--folds", default=5, show_default=True)
@click.option("--repeats", default=2, show_default=True)
@click.option("--workers", "-j", default=1, show_default=True, help="Processes that measure images.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder for the tables, to go on from.")
def main(
    manifests: tuple[Path, ...],
    ablate: str,
    neutral: str,
    false_alarms: bool,
    families: tuple[str, ...],
    folds: int,
    repeats: int,
    workers: int,
    keep: Path | None,
) -> None:
    """Print what families add, or how often they report a trace on genuine images; intervals are over groups."""
    cv2.setNumThreads(1)
    names = [one.name for one in choose_families(families or None)]
    for manifest in manifests:
        if false_alarms:
            count_false_alarms(manifest, workers)
            continue
        images = read_manifest(manifest, require=("label", "group"))
        table = feature_table(manifest, images, names, neutral, workers, keep)
        y, groups = images["label"].to_numpy(int), images["group"].astype(str).to_numpy()
        click.echo(f"\n{manifest.parent.name}: {np.sum(y == 0)} genuine, {np.sum(y == 1)} fake, {CHANNELS[neutral]}\n")
        print_ablation(table, names, Judge(y, groups, folds, repeats), ablate == "family")


def print_ablation(table: pd.DataFrame, names: Sequence[str], judge: Judge, each: bool) -> None:
    """A Markdown table: ROC-AUC of sets of families, and what is lost without each, container in and out."""
    pixels = [name for name in names if name not in CONTAINER]
    whole = judge.scores(_columns(table, names))
    click.echo("| families | ROC-AUC | 95 % interval | lost without | 95 % interval |\n|---|---|---|---|---|")
    judge.line("all", whole)
    bases = {"all": (names, whole)}
    if len(pixels) < len(names):
        bases["pixels"] = (pixels, judge.scores(_columns(table, pixels)))
        judge.line("pixels: all but " + " and ".join(CONTAINER), bases["pixels"][1], whole)
    if not each:
        return
    for name in names:
        judge.line(f"{name} alone", judge.scores(_columns(table, [name])))
    for base, (members, scores) in bases.items():
        for name in members:
            rest = [other for other in members if other != name]
            judge.line(f"{base} but {name}", judge.scores(_columns(table, rest)), scores)


class Judge:
    """Grouped cross-validation of one set of labels, and intervals from the same draws of groups for every table."""

    def __init__(self, y: np.ndarray, groups: np.ndarray, folds: int, repeats: int) -> None:
        self.y, self.groups, self.folds, self.repeats = y, groups, folds, repeats
        self.weights = group_weights(y, groups, REPLICATES, 0)

    def scores(self, X: np.ndarray) -> list[np.ndarray]:
        """Out-of-fold scores of every row, one array per repeat."""
        learner = one_strategy("class-weight")
        seeds = [derived_seed(0, repeat) for repeat in range(self.repeats)]
        known = LearningSet(X, self.y, self.groups)
        return [out_of_fold_scores(known, learner, self.folds, seed) for seed in seeds]

    def line(self, title: str, scores: list[np.ndarray], whole: list[np.ndarray] | None = None) -> None:
        """Print one row: ROC-AUC with its interval, and the loss against the whole with its own."""
        value, replicates = self._auc(scores)
        found = percentile_interval(value, replicates)
        text = f"| {title} | {found.value:.3f} | {found.low:.3f} to {found.high:.3f} |"
        if whole is None:
            click.echo(text + " | |")
            return
        best, others = self._auc(whole)
        loss = percentile_interval(best - value, others - replicates)
        click.echo(text + f" {loss.value:+.3f} | {loss.low:+.3f} to {loss.high:+.3f} |")

    def _auc(self, scores: list[np.ndarray]) -> tuple[float, np.ndarray]:
        orders = [ranking(self.y, one) for one in scores]
        value = np.mean([roc_auc_of(*rates(order))[0] for order in orders])
        return float(value), np.mean([roc_auc_of(*rates(order, self.weights)) for order in orders], axis=0)


def neutral_copy(image: ForensicImage, channel: str) -> ForensicImage:
    """The picture after a channel that is the same for all, with nothing left of its own file."""
    pixels = cv2.cvtColor(image.rgb, cv2.COLOR_RGB2BGR)
    if channel == "shrunk":
        pixels = cv2.resize(pixels, None, fx=SHRUNK, fy=SHRUNK, interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, NEUTRAL_QUALITY])[1].tobytes()
    return ForensicImage.from_bytes(data, name=image.name)


def count_false_alarms(manifest: Path, workers: int) -> None:
    """Print how often each detection fires on genuine images, beside its stated rate; what fired goes to stderr.

    A genuine screen may hold a compressed picture, and then the detection is right: it speaks of compression, not of
    forgery. So findings that a second measurement confirms are counted apart, and the others are the false alarms.
    """
    images = read_manifest(manifest)
    files = images.loc[images["label"] == Label.GENUINE, "file"]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        found = list(pool.map(_findings, files, chunksize=4))
    click.echo(f"\n{manifest.parent.name}: {len(files)} genuine images")
    for detection in DETECTIONS:
        alarms = [one.get(detection.family + " " + detection.name, []) for one in found]
        for file, findings in zip(files, alarms, strict=True):
            for finding in findings:
                seen = "confirmed" if finding.confirmed else "unconfirmed"
                click.echo(f"  {Path(file).name}: {detection.name} {finding.what}, {seen}", err=True)
        right = sum(bool(findings) and all(finding.confirmed for finding in findings) for findings in alarms)
        wrong = clopper_pearson(sum(bool(findings) for findings in alarms) - right, len(files))
        verdict = "within" if wrong.low <= detection.rate else "ABOVE"
        click.echo(
            f"  {detection.family} {detection.name:8s} fires on {sum(map(bool, alarms)):3d}, confirmed on {right:3d}; "
            f"false {wrong.value:.4f} [{wrong.low:.4f}, {wrong.high:.4f}], stated {detection.rate:.4f}: {verdict}"
        )


def _findings(file: str) -> dict[str, list[Trace]]:
    cv2.setNumThreads(1)
    try:
        image = ForensicImage.open(file)
    except RealfakeError as error:
        click.echo(str(error), err=True)
        return {}
    return {f"{detection.family} {detection.name}": list(detection.find(image)) for detection in DETECTIONS}


def feature_table(
    manifest: Path, images: pd.DataFrame, names: Sequence[str], neutral: str, workers: int, keep: Path | None
) -> pd.DataFrame:
    """The families' columns for every image of the manifest; empty for an image that cannot be read."""
    kept = keep / f"{manifest.parent.name}{neutral and f'_{neutral}'}.parquet" if keep else None
    if kept and kept.exists():
        table = pd.read_parquet(kept)
        if len(table) == len(images) and set(names) <= {family_of(column) for column in table}:
            return table
    work = partial(_row, names=tuple(names), neutral=neutral)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        found = pool.map(work, images["file"], chunksize=4)
        with click.progressbar(found, len(images), manifest.parent.name, file=sys.stderr) as rows:
            table = pd.DataFrame(rows).astype(np.float64)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(kept.with_suffix(".part"))
        kept.with_suffix(".part").replace(kept)
    return table


def _row(file: str, names: Sequence[str], neutral: str) -> dict[str, float]:
    cv2.setNumThreads(1)
    try:
        image = ForensicImage.open(file)
        image = neutral_copy(image, neutral) if neutral else image
        return {column: value for one in choose_families(names) for column, value in measure(image, one).items()}
    except RealfakeError as error:
        click.echo(str(error), err=True)
        return {}


def _columns(table: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    return table[[column for column in table if family_of(column) in names]].to_numpy(np.float64)


if __name__ == "__main__":
    main()
