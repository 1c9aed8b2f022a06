"""Which differences between strategies are more than noise: corrected t-tests and paired bootstrap over groups."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from realfake.pipeline.metrics.intervals import LEVEL, percentile_interval

FIGURE = "pr_auc"
SIGNIFICANT = 0.05


def corrected_t_test(differences: np.ndarray, train_rows: float, test_rows: float) -> tuple[float, float]:
    """The corrected resampled t-test of paired differences over folds and repeats.

    Folds share training rows, so the plain t-test takes their differences for more independent than they are; here the
    variance is multiplied by 1 / J + test / train in place of 1 / J.

    Parameters
    ----------
    differences : (J,) of a figure between two learners on the same J test parts
    train_rows, test_rows : mean sizes of the parts

    Returns
    -------
    t, p : two-sided; NaN and 1 where there are fewer than two folds or no difference at all

    References
    ----------
    Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003, doi:10.1023/A:1024068626366.
    """
    count = len(differences)
    spread = np.var(differences, ddof=1) if count > 1 else 0.0
    if spread <= 0:
        return np.nan, 1.0
    t = float(np.mean(differences) / np.sqrt((1 / count + test_rows / train_rows) * spread))
    return t, float(2 * student.sf(abs(t), count - 1))


def holm(p: np.ndarray) -> np.ndarray:
    """P-values corrected for their number (Holm 1979), (k,) float64 in 0..1."""
    p = np.asarray(p, np.float64)
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(stepped, 1)
    return corrected


def pairwise(
    folds: pd.DataFrame, values: Mapping[str, float], replicates: Mapping[str, np.ndarray], figure: str = FIGURE
) -> pd.DataFrame:
    """Every pair of strategies, with what speaks for a difference.

    Parameters
    ----------
    folds : one row per strategy, repeat and fold, as in a Comparison
    values : strategy to the figure over all repeats
    replicates : strategy to (b,) bootstrap replicates of the figure, drawn from the same groups

    Returns
    -------
    DataFrame
        `better`, `worse`, `difference` with `_low` and `_high` (paired bootstrap), `t`, `p`, `p_holm`, and `noise`:
        not both a corrected p below 0.05 and an interval without 0.
    """
    wide = folds.pivot(index=["repeat", "fold"], columns="strategy", values=figure).dropna()
    train, test = folds["train_rows"].mean(), folds["test_rows"].mean()
    rows = []
    for pair in combinations(values, 2):
        better, worse = sorted(pair, key=lambda name: -values[name])
        interval = percentile_interval(values[better] - values[worse], replicates[better] - replicates[worse], LEVEL)
        t, p = corrected_t_test((wide[better] - wide[worse]).to_numpy(), train, test)
        rows.append(
            {
                "better": better,
                "worse": worse,
                "difference": interval.value,
                "difference_low": interval.low,
                "difference_high": interval.high,
                "t": t,
                "p": p,
            }
        )
    table = pd.DataFrame(rows)
    if len(table):
        table["p_holm"] = holm(table["p"].to_numpy())
        table["noise"] = ~((table["p_holm"] < SIGNIFICANT) & (table["difference_low"] > 0))
    return table


def against_the_best(pairs: pd.DataFrame, best: str) -> dict[str, str]:
    """For each other strategy how it stands to the best: `worse`, `unsure` where one test alone says so, or `noise`."""
    if not len(pairs):
        return {}
    mine = pairs[(pairs["better"] == best) | (pairs["worse"] == best)]
    others = np.where(mine["better"] == best, mine["worse"], mine["better"])
    return dict(zip(others, verdicts(mine)))


def verdicts(pairs: pd.DataFrame) -> np.ndarray:
    """`worse` where both tests find a difference, `unsure` where one does, else `noise`, (n,) str.

    With few folds the t-test finds next to nothing, however large the difference.
    """
    one = (pairs["p_holm"] < SIGNIFICANT) | (pairs["difference_low"] > 0)
    return np.where(~pairs["noise"].astype(bool), "worse", np.where(one, "unsure", "noise"))
