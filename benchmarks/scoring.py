"""What scoring costs of a verdict, and what many images in one call would save: `python -m benchmarks.scoring`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np

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

    def tell(what: str, call: Callable[[], object]) -> None:
        call()
        spent = [_timed(call) for _ in range(repeats)]
        click.echo(f"{what:56s}{1000 * min(spent) / len(files):7.2f}")

    def measured() -> list[Evidence]:
        return [measure(ForensicImage.open(path), [], True, columns=frozenset(model.columns)) for path in files]

    found = measured()
    rows = [judge(evidence, scorer).row | {"suspects": ""} for evidence in found]
    X = [word_matrix(words_of(evidence.words, evidence.provenance), scorer.columns) for evidence in found]
    named = [np.argsort(-score(scorer.pipeline, words), kind="stable")[:MOST] for words in X]
    shown, together = [words[at] for words, at in zip(X, named, strict=True)], np.concatenate(X)
    tell("words measured", measured)
    tell("words scored and explained, and the image's row", lambda: [judge(evidence, scorer) for evidence in found])
    tell("the model's prediction of the row", lambda: [scored_rows([row], model) for row in rows])
    tell("  of it trees of the first look, image by image", lambda: [score(scorer.pipeline, words) for words in X])
    tell("  the same, all images in one call", lambda: score(scorer.pipeline, together))
    explained = np.concatenate(shown)
    each = [contributions(scorer.pipeline, words, scorer.typical) for words in shown]
    tell(
        "  its Shapley values, image by image",
        lambda: [contributions(scorer.pipeline, words, scorer.typical) for words in shown],
    )
    tell("  the same, all images in one call", lambda: contributions(scorer.pipeline, explained, scorer.typical))
    same = np.array_equal(np.concatenate(each), contributions(scorer.pipeline, explained, scorer.typical))
    same &= np.array_equal(
        np.concatenate([score(scorer.pipeline, words) for words in X]), score(scorer.pipeline, together)
    )
    click.echo(
        f"{len(files)} images, {len(together) / len(files):.0f} words each: {'the same' if same else 'OTHER'} numbers"
    )


def _timed(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


if __name__ == "__main__":
    main()
