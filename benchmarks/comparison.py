"""Time of a whole comparison on drawn numbers: `python -m benchmarks.comparison`."""

from __future__ import annotations

import os
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import joblib
import numpy as np
import pandas as pd

from realfake.pipeline.comparison.compare import compare_strategies
from realfake.pipeline.learning.strategies import choose_strategies
from realfake.pipeline.settings import CrossValidation
from realfake.pipeline.tables.table import labelled

TOLD = 20  # columns that tell fakes from genuine images, weakly
GAP = 0.8  # deviations
ALLOWED = 300.0  # seconds


@click.command()
@click.option("--rows", default=2000, show_default=True)
@click.option("--columns", default=600, show_default=True)
@click.option("--fakes", default=100, show_default=True)
@click.option("--folds", default=5, show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option("--jobs", "-j", default=joblib.cpu_count(), show_default=True)
def main(rows: int, columns: int, fakes: int, folds: int, repeats: int, jobs: int) -> None:
    """Print the seconds that each strategy takes and the whole, with every strategy and no nested search."""
    data = labelled(drawn_table(rows, columns, fakes))
    strategies = choose_strategies()
    begun, cpu = time.perf_counter(), time.process_time()
    with click.progressbar(length=len(strategies) * folds * repeats, label="compare") as bar:
        found = compare_strategies(
            data,
            strategies,
            CrossValidation(folds, repeats, jobs=jobs),
            progress=lambda done, total: bar.update(done - bar.pos),
        )
    spent = time.perf_counter() - begun
    sums = found.folds.groupby("strategy", sort=False)[["search_seconds", "fit_seconds", "score_seconds"]].sum()
    click.echo(sums.round(1).to_string())
    click.echo(
        f"{len(strategies)} strategies x {folds} folds x {repeats} repeats on {rows} x {columns}: {spent:.0f} s with "
        f"{jobs} processes, of which {time.process_time() - cpu:.0f} s are intervals and tests; "
        f"{'within' if spent <= ALLOWED else 'OVER'} {ALLOWED:.0f} s"
    )


def drawn_table(rows: int, columns: int, fakes: int) -> pd.DataFrame:
    """Normal numbers in which some columns tell fakes weakly, and a few numbers are missing."""
    rng = np.random.default_rng(0)
    y = np.zeros(rows, int)
    y[rng.choice(rows, fakes, replace=False)] = 1
    X = rng.normal(size=(rows, columns))
    X[:, :TOLD] += GAP * y[:, None]
    X[rng.random(X.shape) < 0.02] = np.nan
    frame = pd.DataFrame(X, columns=[f"ela__f{number}__mean" for number in range(columns)])
    known = {
        "path": [f"{row}.png" for row in range(rows)],
        "format": rng.choice(["JPEG", "PNG"], rows),
        "width": 1080,
        "height": rng.integers(1900, 2400, rows),
        "bytes": rng.integers(200_000, 400_000, rows),
        "error": "",
        "label": y,
        "group": [f"g{row}" for row in range(rows)],
    }
    return pd.concat([pd.DataFrame(known), frame], axis=1)


if __name__ == "__main__":
    main()
