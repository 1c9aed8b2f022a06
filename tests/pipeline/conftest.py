"""Tables whose truth is made here: which columns tell fakes from genuine images, and by how much."""

import numpy as np
import pandas as pd
import pytest

from tests.regions import region_table


def table(rows=200, fakes=20, columns=8, told=3, gap=2.0, seed=0, per_group=1, missing=0.02):
    """Features with fakes `gap` deviations away in `told` columns; the container tells nothing."""
    rng = np.random.default_rng(seed)
    y = np.zeros(rows, int)
    y[
        rng.choice(rows // per_group, fakes // per_group, replace=False).repeat(per_group) * per_group
        + np.tile(np.arange(per_group), fakes // per_group)
    ] = 1
    X = rng.normal(size=(rows, columns))
    X[:, :told] += gap * y[:, None]
    X[rng.random(X.shape) < missing] = np.nan
    frame = pd.DataFrame(
        {
            "path": [f"image{i}.png" for i in range(rows)],
            "sha256": [f"{i:064x}" for i in range(rows)],
            "format": rng.choice(["JPEG", "PNG"], rows),
            "width": 1080,
            "height": rng.integers(1900, 2400, rows),
            "bytes": rng.integers(200_000, 400_000, rows),
            "error": "",
            "label": y,
            "group": [f"g{i // per_group}" for i in range(rows)],
        }
    )
    frame["container__bytes__trailing"] = rng.normal(size=rows)
    for column in range(columns):
        frame[f"ela__f{column}__mean"] = X[:, column]
    return frame


@pytest.fixture(scope="session")
def make_table():
    return table


@pytest.fixture(scope="module")
def words() -> pd.DataFrame:
    return region_table()
