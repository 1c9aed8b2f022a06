"""What each family of evidence adds to detection: `python -m benchmarks.detection MANIFEST... --ablate family`."""

from __future__ import annotations

import os
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

import forensics.families  # noqa: F401  (enters every family into the catalogue)
from data.manifest import read_manifest
from forensics.catalog import choose_families, family_of, measure
from forensics.errors import RealfakeError
from forensics.image import ForensicImage
from pipeline.crossval import derived_seed, out_of_fold_scores
from pipeline.metrics import group_weights, percentile_interval, ranking, rates, roc_auc_of
from pipeline.strategies import one_strategy

NEUTRAL_QUALITY = 90  # of the one JPEG channel that both classes go through
REPLICATES = 500
CONTAINER = ("container", "quantization")  # what a file says of itself: a leak as much as a cue


@click.command()
@click.argument("manifests", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ablate", type=click.Choice(["family", "none"]), default="none", help="Leave out each family in turn.")
@click.option("--neutral", is_flag=True, help="Save both classes anew through one channel, JPEG at quality 90, first.")
@click.option("--families", "-f", multiple=True, help="Only these; all that are not optional by default.")
@click.option("--folds", default=5, show_default=True)
@click.option("--repeats", default=2, show_default=True)
@click.option("--workers", "-j", default=1, show_default=True, help="Processes that measure images.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder for the tables, to go on from.")
def main(
    manifests: tuple[Path, ...], ablate: str, neutral: bool, families: tuple[str, ...], folds: int, repeats: int,
    workers: int, keep: Path | None,
) -> None:  # fmt: skip
    """Print ROC-AUC with 95 % intervals over groups: all families, none of the container, each alone, each left out."""
    cv2.setNumThreads(1)
    names = [one.name for one in choose_families(families or None)]
    for manifest in manifests:
        images = read_manifest(manifest, require=("label", "group"))
        table = feature_table(manifest, images, names, neutral, workers, keep)
        y, groups = images["label"].to_numpy(int), images["group"].astype(str).to_numpy()
        judge = Judge(y, groups, folds, repeats)
        channel = f"both classes through JPEG {NEUTRAL_QUALITY}" if neutral else "as delivered"
        click.echo(f"\n{manifest.parent.name}: {np.sum(y == 0)} genuine, {np.sum(y == 1)} fake, {channel}")
        pixels = [name for name in names if name not in CONTAINER]
        whole = judge.scores(_columns(table, names))
        judge.line("all", whole)
        if len(pixels) < len(names):
            judge.line("all but " + " and ".join(CONTAINER), judge.scores(_columns(table, pixels)), whole)
        if ablate == "family":
            for name in names:
                judge.line(f"{name} alone", judge.scores(_columns(table, [name])))
            for name in names:
                rest = [other for other in names if other != name]
                judge.line(f"all but {name}", judge.scores(_columns(table, rest)), whole)


class Judge:
    """Grouped cross-validation of one set of labels, and intervals from the same draws of groups for every table."""

    def __init__(self, y: np.ndarray, groups: np.ndarray, folds: int, repeats: int) -> None:
        self.y, self.groups, self.folds, self.repeats = y, groups, folds, repeats
        self.weights = group_weights(y, groups, REPLICATES, 0)

    def scores(self, X: np.ndarray) -> list[np.ndarray]:
        """Out-of-fold scores of every row, one array per repeat."""
        learner = one_strategy("class-weight")
        seeds = [derived_seed(0, repeat) for repeat in range(self.repeats)]
        return [out_of_fold_scores(X, self.y, self.groups, learner, self.folds, seed) for seed in seeds]

    def line(self, title: str, scores: list[np.ndarray], whole: list[np.ndarray] | None = None) -> None:
        """Print one row: ROC-AUC with its interval, and the loss against the whole with its own."""
        value, replicates = self._auc(scores)
        found = percentile_interval(value, replicates)
        text = f"  {title:40s} {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
        if whole is not None:
            best, others = self._auc(whole)
            loss = percentile_interval(best - value, others - replicates)
            text += f"   loss {loss.value:+.3f} [{loss.low:+.3f}, {loss.high:+.3f}]"
        click.echo(text)

    def _auc(self, scores: list[np.ndarray]) -> tuple[float, np.ndarray]:
        orders = [ranking(self.y, one) for one in scores]
        value = np.mean([roc_auc_of(*rates(order))[0] for order in orders])
        return float(value), np.mean([roc_auc_of(*rates(order, self.weights)) for order in orders], axis=0)


def neutral_copy(image: ForensicImage) -> ForensicImage:
    """The picture after one compression at a fixed quality, with nothing left of its own file."""
    pixels = cv2.cvtColor(image.rgb, cv2.COLOR_RGB2BGR)
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, NEUTRAL_QUALITY])[1].tobytes()
    return ForensicImage.from_bytes(data, name=image.name)


def feature_table(
    manifest: Path, images: pd.DataFrame, names: Sequence[str], neutral: bool, workers: int, keep: Path | None
) -> pd.DataFrame:
    """The families' columns for every image of the manifest; empty for an image that cannot be read."""
    kept = keep / f"{manifest.parent.name}{'_neutral' if neutral else ''}.parquet" if keep else None
    if kept and kept.exists():
        table = pd.read_parquet(kept)
        if len(table) == len(images) and set(names) <= {family_of(column) for column in table}:
            return table
    work = partial(_row, names=tuple(names), neutral=neutral)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        found = pool.map(work, images["file"], chunksize=4)
        with click.progressbar(found, len(images), manifest.parent.name, file=click.get_text_stream("stderr")) as rows:
            table = pd.DataFrame(rows).astype(np.float64)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(kept)
    return table


def _row(file: str, names: Sequence[str], neutral: bool) -> dict[str, float]:
    cv2.setNumThreads(1)
    try:
        image = ForensicImage.open(file)
        image = neutral_copy(image) if neutral else image
        return {column: value for one in choose_families(names) for column, value in measure(image, one).items()}
    except RealfakeError as error:
        click.echo(str(error), err=True)
        return {}


def _columns(table: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    return table[[column for column in table if family_of(column) in names]].to_numpy(np.float64)


if __name__ == "__main__":
    main()
