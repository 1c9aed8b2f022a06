"""Every feature has a golden value and every golden value a feature."""

import numpy as np
import pandas as pd
import pytest

from tests.golden import GOLDEN, measured, pictures

RELATIVE = 1e-6  # files hold seven digits; processors agree to the last one
ABSOLUTE = 1e-9
WRITE = "run `python -m tests.golden` if that is meant, and look at the difference"


@pytest.fixture(scope="module")
def golden() -> pd.DataFrame:
    return pd.read_csv(GOLDEN, index_col="feature")


@pytest.fixture(scope="module")
def now() -> pd.DataFrame:
    return measured()


def test_every_feature_has_a_golden_value(golden, now):
    missing = now.index.difference(golden.index)
    assert missing.empty, f"no golden value for {list(missing[:5])}; {WRITE}"


def test_every_golden_value_has_a_feature(golden, now):
    gone = golden.index.difference(now.index)
    assert gone.empty, f"no feature for the golden {list(gone[:5])}; {WRITE}"


def test_golden_values_stand_in_the_order_of_the_catalogue(golden, now):
    assert list(golden.index) == list(now.index), WRITE
    assert list(golden.columns) == list(now.columns) == list(pictures())


@pytest.mark.parametrize("picture", list(pictures()))
def test_values_are_the_golden_ones(golden, now, picture):
    expected, found = golden[picture], now[picture].reindex(golden.index)
    close = np.isclose(found, expected, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
    changed = pd.DataFrame({"golden": expected, "now": found})[~close]
    assert changed.empty, f"{len(changed)} features changed on {picture}; {WRITE}\n{changed.head(10)}"
