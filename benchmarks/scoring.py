"""What scoring costs of a verdict, and what many images in one call would save: `python -m benchmarks.scoring`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np

from benchmarks.extraction import timed
from benchmarks.throughput import draw
from realfake.forensics.evidence import Evidence, measure
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import keep_memory
from realfake.pipeline.learning.cross_validation import score
from realfake.pipeline.learning.explanations import contributions
from realfake.pipeline.models.judged import judge, scored_rows
from realfake.pipeline.models.model import load_model
from realfake.pipeline.tables.labelled_words import word_matrix
from realfake.pipeline.words.scorer import words_of
from realfake.pipeline.words.suspects import MOST


@click.command()
@click.option("--repeats", default=7, show_default=True, help="Runs, of which the quickest counts.")
@click.option("--folder", default="build/scoring", show_default=True, type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(repeats: int, folder: Path, paths: Sequence[Path]) -> None:
    """Print CPU milliseconds an image, one thread, of verdicts of the starter on PATHS or on drawn images."""
    cv2.setNumThreads(1)
    keep_memory()
    model, files = load_model("starter"), list(paths) or draw(folder / "images", 16)
    scorer = model.scorer
    assert scorer is not None

    def tell(what: str, call: Callable[[], Any]) -> Any:
        result = call()
        click.echo(f"{what:56s}{min(timed(call)[1] for _ in range(repeats)) / len(files):7.2f}")
        return result

    def measured() -> list[Evidence]:
        return [measure(ForensicImage.open(path), [], True, columns=frozenset(model.columns)) for path in files]

    def scores(some: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate([score(scorer.pipeline, words) for words in some])

    def added(some: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate([contributions(scorer.pipeline, words, scorer.typical) for words in some])

    found = tell("words measured", measured)
    judged = tell(
        "words scored and explained, and the image's row", lambda: [judge(evidence, scorer) for evidence in found]
    )
    rows = [one.row | {"suspects": ""} for one in judged]
    tell("the model's prediction of the row", lambda: [scored_rows([row], model) for row in rows])
    X = [word_matrix(words_of(evidence.words, evidence.provenance), scorer.columns) for evidence in found]
    shown = [words[np.argsort(-scores([words]), kind="stable")[:MOST]] for words in X]
    same = True
    for what, call, some in (("trees of the first look", scores, X), ("its Shapley values", added, shown)):
        each = tell(f"  of it {what}, image by image", partial(call, some))
        same &= np.array_equal(each, tell("  the same, all images in one call", partial(call, [np.concatenate(some)])))
    words = sum(map(len, X)) / len(files)
    click.echo(f"{len(files)} images, {words:.0f} words each: {'the same' if same else 'OTHER'} numbers")


if __name__ == "__main__":
    main()
