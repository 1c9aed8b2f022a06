"""What a strategy's alarms bring: false alarms, caught fakes and costs, at thresholds chosen on training rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from realfake.pipeline.learning.calibration import shift_prior
from realfake.pipeline.metrics.bootstrap import REPLICATES, group_weights
from realfake.pipeline.metrics.decisions import PER, confusion, fpr_of, recall_of
from realfake.pipeline.metrics.intervals import LEVEL, Interval, clopper_pearson, percentile_interval
from realfake.pipeline.settings import Costs

EDITORS = ("editor", "tool")  # columns of the manifest
NOOP = "noop"  # how the manifest's `editor` begins where an editor saved a file without an edit


def saved_without_edit(frame: pd.DataFrame) -> np.ndarray:
    """Rows that an editor saved without an edit, by the columns `editor` and `tool`, (n,) bool."""
    found = np.zeros(len(frame), bool)
    for column in EDITORS:
        if column in frame:
            found |= frame[column].astype(str).str.startswith(NOOP).to_numpy(bool)
    return found


def decision_table(
    scores: pd.DataFrame,
    train_priors: Mapping[tuple[str, int, int], float],
    groups: np.ndarray,
    prevalence: float,
    costs: Costs | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> pd.DataFrame:
    """What the alarms of each strategy bring at a prevalence.

    Parameters
    ----------
    scores : one row per strategy, repeat and image, with label and manifest columns
    train_priors : share of fakes in training by strategy, repeat and fold
    groups : (rows of the data,) groups, at the positions that the column `row` of `scores` names
    prevalence : share of fakes where the alarms go off, in 0..1
    costs : of a missed fake and a false alarm; an alarm then also goes off where silence would cost more

    Returns
    -------
    DataFrame
        One row per strategy. Share of alarms among genuine images, among those that an editor saved without an edit
        (`noop_`), and among fakes, by Clopper and Pearson on the mean count over repeats, at the threshold that allows
        1 % false alarms in training; alerts and caught fakes among 10,000 images with bounds by group bootstrap;
        with costs also the cost of 10,000 images and the lowest cost without a model.
    """
    rows = []
    for name, mine in scores.groupby("strategy", sort=False):
        priors = [train_priors[str(name), r, f] for r, f in zip(mine["repeat"], mine["fold"])]
        mine = mine.assign(train_prior=priors)
        rows.append({"strategy": name} | _decisions(mine, groups, prevalence, costs, replicates, seed))
    return pd.DataFrame(rows)


def _decisions(
    mine: pd.DataFrame, groups: np.ndarray, prevalence: float, costs: Costs | None, replicates: int, seed: int
) -> dict[str, object]:
    alarm = mine["alarm_at_1pct_fpr"].to_numpy(bool)
    genuine, untouched = (mine["label"] == 0).to_numpy(), saved_without_edit(mine)
    repeats = mine["repeat"].nunique()
    found: dict[str, object] = {}
    for name, among in (("fpr", genuine), ("noop_fpr", genuine & untouched), ("recall", ~genuine)):
        count = round(among.sum() / repeats)
        found |= _bounded(name, clopper_pearson(round(alarm[among].sum() / repeats), count))
        if among.any():
            found[name] = float(alarm[among].mean())
    found["noop_images"] = round((genuine & untouched).sum() / repeats)
    runs = [part for _, part in mine.groupby("repeat")]
    weights = [group_weights(part["label"].to_numpy(), groups[part["row"]], replicates, seed) for part in runs]
    for name, (recall, fpr) in {
        "alerts": (prevalence, 1 - prevalence),
        "caught": (prevalence, 0.0),
        "false_alarms": (0.0, 1 - prevalence),
    }.items():
        load = _load(runs, weights, "alarm_at_1pct_fpr", PER * recall, PER * fpr)
        found |= _bounded(f"{name}_per_10000", load)
    found["prevalence_stated"] = prevalence
    if costs:
        priced = [_alarm_by_cost(part, prevalence, costs) for part in runs]
        lost, disturbed = PER * prevalence * costs.miss, PER * (1 - prevalence) * costs.alarm
        cost = _load(priced, weights, "alarm_by_cost", -lost, disturbed)
        found |= _bounded("cost_per_10000", Interval(lost + cost.value, lost + cost.low, lost + cost.high))
        found["cost_per_10000_without"] = min(lost, disturbed)
    return found


def _alarm_by_cost(part: pd.DataFrame, prevalence: float, costs: Costs) -> pd.DataFrame:
    probability = shift_prior(part["probability"].to_numpy(), part["train_prior"].to_numpy(), prevalence)
    return part.assign(alarm_by_cost=probability > costs.break_even)


def _load(
    runs: list[pd.DataFrame], weights: list[np.ndarray], column: str, per_recall: float, per_fpr: float
) -> Interval:
    """A weighted sum of recall and false-positive rate, averaged over repeats, with bounds over groups."""

    def load(part: pd.DataFrame, copies: np.ndarray | None) -> np.ndarray:
        count = confusion(part["label"].to_numpy(), part[column].to_numpy(bool), copies)
        return per_recall * recall_of(count) + per_fpr * fpr_of(count)

    drawn = np.mean([load(part, copies) for part, copies in zip(runs, weights, strict=True)], axis=0)
    return percentile_interval(float(np.mean([load(part, None) for part in runs])), drawn, LEVEL)


def _bounded(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
