"""The comparison of imbalance strategies by repeated, grouped cross-validation."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from realfake.forensics.errors import CannotFit, RealfakeError, TooFewFakes
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.comparison.record import RUN, write_record
from realfake.pipeline.comparison.significance import FIGURE, against_the_best, pairwise
from realfake.pipeline.learning.alarms import decision_table
from realfake.pipeline.learning.calibration import calibrate, shift_prior
from realfake.pipeline.learning.cross_validation import (
    INNER_FOLDS,
    LearningSet,
    Split,
    at_equal_priors,
    derived_seed,
    fit,
    most_splits,
    repeated_folds,
    score,
)
from realfake.pipeline.learning.forged import Forged
from realfake.pipeline.learning.search import search
from realfake.pipeline.learning.strategies import Strategy
from realfake.pipeline.learning.training_set import IDENTITY, check_variation, data_facts, further_rows
from realfake.pipeline.metrics.bootstrap import (
    REPLICATES,
    Scores,
    bootstrap,
    calibration_figures,
    figures,
    interval_of,
    unsupported,
)
from realfake.pipeline.metrics.ranking import best_f1_threshold, threshold_at_fpr
from realfake.pipeline.settings import CrossValidation, Deployment
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.present import readable
from realfake.pipeline.tables.table import Labelled, write_table

FAILED = "failed"  # column: why a strategy could not be fitted, empty where it could


@dataclass(frozen=True)
class Trial:
    """One strategy on one split, whose training part is split again for all strategies alike.

    The inner splits are None where there are none, which the trial then says.
    """

    strategy: Strategy
    repeat: int
    fold: int
    split: Split
    seed: int
    inner: Sequence[Split] | None


@dataclass(frozen=True)
class Comparison:
    """What a comparison found.

    Attributes
    ----------
    metrics : one row per strategy: each figure with `_low` and `_high` bounds, times, whether it is a control, and why
        it `failed` where it could not be fitted in every fold, which leaves it without figures
    folds : one row per strategy, repeat and fold: the figures of that test part, times, and the settings chosen, or why
        it failed
    scores : one row per strategy, repeat and image: score at even odds, raw score, the same corrected for the prior,
        calibrated probability, alarms
    pairs : one row per pair of strategies: the difference in PR-AUC, its interval, its tests, and whether it is noise
    decisions : one row per strategy: what its alarms bring, as `decision_table` says
    notes : column to the reason why its figure is withheld
    settings : configuration, seeds and the facts of the data
    """

    metrics: pd.DataFrame
    folds: pd.DataFrame
    scores: pd.DataFrame
    pairs: pd.DataFrame
    decisions: pd.DataFrame
    notes: dict[str, str]
    settings: dict[str, object]

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """What a person reads first, with titles."""
        share = self.decisions["prevalence_stated"].iloc[0]
        alarms = f"At thresholds for 1 % false alarms in training; among 10,000 images with {100 * share:.3g} % fakes"
        return [("", self.metrics), (alarms, self.decisions)]

    def write(self, output: str | os.PathLike[str]) -> None:
        """Write the metric table, and beside it a folder `<name>.run` with the whole record of the run."""
        output = Path(output)
        tables = {"metrics.csv": self.metrics, "folds.csv": self.folds, "scores.csv": self.scores}
        tables |= {"pairs.csv": self.pairs, "decisions.csv": self.decisions}
        write_table(self.metrics, output)
        shown = {"metrics": readable(self.metrics), "decisions": readable(self.decisions)}
        write_record(output.with_suffix(RUN), self.settings | {"withheld": self.notes}, tables, shown)


def compare_strategies(
    data: Labelled,
    strategies: Sequence[Strategy],
    cv: CrossValidation = CrossValidation(),
    deployment: Deployment = Deployment(),
    *,
    replicates: int = REPLICATES,
    forged: Forged | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Cross-validate strategies on the same grouped splits.

    Imputation, scaling, resampling, thresholds, calibration and the search are fitted inside each training part.

    Parameters
    ----------
    data : labelled rows
    cv : folds of `StratifiedGroupKFold`, shuffled anew in each repeat, and the budget of the search
    deployment : another share of fakes, at which PR-AUC is stated too and alarms are counted; costs, see
        `decision_table`
    replicates : of the group bootstrap behind the intervals
    forged : what strategies that forge learn from besides
    progress : called with the trials done and the trials in all

    Raises
    ------
    TooFewFakes
        If there are too few groups of a class for so many folds, or for so few.
    BadTable
        If no feature varies.
    CannotFit
        If no strategy can be fitted.
    """
    splits = splits_of(data, cv)
    told: dict[str, object] = {"folds": cv.folds, "repeats": cv.repeats}
    return compare_on(
        data, strategies, splits, cv, deployment, replicates=replicates, settings=told, forged=forged, progress=progress
    )


def splits_of(data: Labelled, cv: CrossValidation) -> list[list[Split]]:
    """The splits of each repeat; errors as in `repeated_folds`."""
    return repeated_folds(
        data.y, data.groups, cv.folds, [derived_seed(cv.seed, repeat) for repeat in range(cv.repeats)]
    )


def compare_on(
    data: Labelled,
    strategies: Sequence[Strategy],
    splits: Sequence[Sequence[Split]],
    cv: CrossValidation = CrossValidation(),
    deployment: Deployment = Deployment(),
    *,
    replicates: int = REPLICATES,
    settings: Mapping[str, object] | None = None,
    tested: pd.DataFrame | None = None,
    forged: Forged | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Compare strategies on given splits: one sequence of splits per repeat, each row tested at most once in it.

    Parameters
    ----------
    cv : seed, processes and search; the splits are given
    settings : what to note of how the splits were made
    tested : the same rows as they are tested, where they differ from how they are trained on
    forged : what strategies that forge learn from besides, as far as it was made of rows of the training part
    others : as in `compare_strategies`
    """
    seed, prevalence, costs = cv.seed, deployment.prevalence, deployment.costs
    check_variation(data)
    trials = [
        Trial(strategy, repeat, fold, split, own, inner)
        for repeat, folds in enumerate(splits)
        for fold, split in enumerate(folds)
        for own in [derived_seed(seed, 1, repeat, fold)]
        for inner in [_inner_splits(data, split, derived_seed(own, 0))]
        for strategy in strategies
    ]
    frames = (data.frame, data.frame if tested is None else tested)
    matrices = {s.shortcut: tuple(design_matrix(f, s.columns(data.frame)) for f in frames) for s in strategies}
    further = further_rows(forged, strategies, data)
    calls = [
        joblib.delayed(run_trial)(
            t,
            LearningSet(X, data.y, data.groups, further if t.strategy.forged else None),
            X_tested,
            cv.search,
        )
        for t in trials
        for X, X_tested in [matrices[t.strategy.shortcut]]
    ]
    done: dict[tuple[str, int, int], tuple[pd.DataFrame | None, dict[str, object]]] = {}
    workers = joblib.Parallel(n_jobs=cv.jobs, return_as="generator_unordered", max_nbytes="1M", batch_size=1)
    for count, (key, scored, facts) in enumerate(workers(calls), start=1):
        done[key] = scored, facts
        progress(count, len(trials))
    ordered = [(t.strategy.name, *done[t.strategy.name, t.repeat, t.fold]) for t in trials]
    fold_table = pd.DataFrame([facts for _, _, facts in ordered])
    failed = {name: str(facts["failed"]) for name, scored, facts in reversed(ordered) if scored is None}
    check_any_fitted(failed, strategies)
    fitted = [s for s in strategies if s.name not in failed]
    scores = pd.concat(
        [scored for name, scored, _ in ordered if scored is not None and name not in failed], ignore_index=True
    )
    fitted_folds = fold_table[~fold_table["strategy"].isin(failed)]
    notes = dict(unsupported(len(np.unique(data.groups[data.y == 0]))))
    parts = dict(iter(scores.groupby("strategy")))
    found = {s.name: judged(parts[s.name], data, replicates, derived_seed(seed, 2), prevalence) for s in fitted}
    summaries = {s.name: _summary(s, found[s.name], fitted_folds) for s in fitted}
    table = pd.DataFrame([{"strategy": s.name, "control": s.control} | summaries.get(s.name, {}) for s in strategies])
    pairs = pairwise(
        fitted_folds,
        {name: figures[FIGURE][0] for name, figures in found.items()},
        {name: figures[FIGURE][1] for name, figures in found.items()},
    )
    best = max(found, key=lambda name: found[name][FIGURE][0])
    places = against_the_best(pairs, best) | {best: "best"} | dict.fromkeys(failed, FAILED)
    table["to_best"] = table["strategy"].map(places)
    table[FAILED] = table["strategy"].map(failed).astype(object).fillna("")
    for column in notes:
        table[[column, f"{column}_low", f"{column}_high"]] = np.nan
    known = {column: data.frame[column].to_numpy() for column in IDENTITY if column in data.frame}
    rows = scores["row"].to_numpy()
    scores = scores.assign(**{column: values[rows] for column, values in known.items()}, label=data.y[rows])
    prior = fitted_folds["train_fakes"] / fitted_folds["train_rows"]
    priors = dict(zip(zip(fitted_folds["strategy"], fitted_folds["repeat"], fitted_folds["fold"]), prior))
    expected = float(np.mean(data.y)) if prevalence is None else prevalence
    decisions = decision_table(scores, priors, data.groups, expected, costs, replicates, derived_seed(seed, 3))
    decisions.insert(1, "control", decisions["strategy"].isin([s.name for s in fitted if s.control]))
    facts = data_facts(data) | {
        "strategies": [s.name for s in strategies],
        "seed": seed,
        "search_budget": cv.search,
        "prevalence_stated": prevalence,
        "costs": asdict(costs) if costs else None,
    }
    return Comparison(table, fold_table, scores, pairs, decisions, notes, facts | dict(settings or {}))


def _inner_splits(data: Labelled, split: Split, seed: int) -> list[Split] | None:
    """The splits of a training part, as `search` makes them; None where it cannot be split."""
    try:
        return most_splits(data.y[split.train], data.groups[split.train], INNER_FOLDS, seed)
    except TooFewFakes:
        return None


def check_any_fitted(failed: Mapping[str, str], strategies: Sequence[Strategy]) -> None:
    """Raise CannotFit, with the first one's reason, where all strategies failed."""
    if len(failed) == len(strategies):
        raise CannotFit(failed[strategies[0].name])


def run_trial(
    trial: Trial, known: LearningSet, X_tested: np.ndarray, search_budget: int
) -> tuple[tuple[str, int, int], pd.DataFrame | None, dict[str, object]]:
    """Fit one strategy on the training part and score the test part; nothing is learnt from the test part.

    Returns
    -------
    Strategy, repeat and fold; the scores, or None where it cannot be fitted; the facts, with the reason if it failed.
    """
    split = trial.split
    facts: dict[str, object] = {
        "strategy": trial.strategy.name,
        "repeat": trial.repeat,
        "fold": trial.fold,
        "held_out": split.held_out,
        "train_rows": len(split.train),
        "train_fakes": int(known.y[split.train].sum()),
        "test_rows": len(split.test),
        "test_fakes": int(known.y[split.test].sum()),
        FAILED: "",
    }
    table: pd.DataFrame | None = None
    try:
        table, found = _tried(trial, known, X_tested, search_budget)
        facts |= found
    except RealfakeError as error:  # one strategy must not cost the others
        facts[FAILED] = str(error)
    return (trial.strategy.name, trial.repeat, trial.fold), table, facts


def _tried(
    trial: Trial, known: LearningSet, X_tested: np.ndarray, search_budget: int
) -> tuple[pd.DataFrame, dict[str, object]]:
    """The scores of the test part, and what the trial found besides."""
    strategy, split = trial.strategy, trial.split
    mine = known.part(split.train)
    y_train = mine.y
    begun = time.perf_counter()
    knobs, inner = search(mine, strategy, search_budget, derived_seed(trial.seed, 0), trial.inner)
    searched = time.perf_counter()
    X_taught, y_taught = mine.taught()
    model = fit(strategy, X_taught, y_taught, derived_seed(trial.seed, 1), knobs)
    fitted = time.perf_counter()
    raw = score(model, X_tested[split.test])
    scored = time.perf_counter()
    threshold = best_f1_threshold(y_train, inner)
    ranked = at_equal_priors(raw, strategy, y_taught)
    corrected = shift_prior(raw, strategy.seen_prior(y_taught), float(np.mean(y_train)))
    table = pd.DataFrame(
        {
            "strategy": strategy.name,
            "repeat": trial.repeat,
            "fold": trial.fold,
            "row": split.test,
            "score": ranked,
            "raw": raw,
            "corrected": corrected,
            "probability": calibrate(y_train, inner)(ranked),
            "alarm": ranked > threshold,
            "alarm_at_1pct_fpr": ranked > threshold_at_fpr(y_train, inner, 0.01),
        }
    )
    test = Scores(known.y[split.test], ranked, table["alarm"].to_numpy(), table["probability"].to_numpy())
    facts = {
        "train_forged": len(y_taught) - len(y_train),
        **{name: float(value[0]) for name, value in figures(test).items()},
        "threshold": threshold,
        "search_seconds": searched - begun,
        "fit_seconds": fitted - searched,
        "score_seconds": scored - fitted,
        **asdict(knobs),
    }
    return table, facts


def judged(
    scores: pd.DataFrame, data: Labelled, replicates: int, seed: int, prevalence: float | None
) -> dict[str, tuple[float, np.ndarray]]:
    """Each figure of a strategy, averaged over repeats, with its replicates.

    The figures of probabilities come three times: calibrated, as learnt (`_raw`), and with the prior that resampling or
    weights changed put back (`_corrected`).
    """
    found = {}
    whole = partial(figures, prevalence=prevalence)
    judges = (
        ("", "probability", whole),
        ("_raw", "raw", calibration_figures),
        ("_corrected", "corrected", calibration_figures),
    )
    for ending, column, judge in judges:
        runs, rows = runs_of(scores, data.y, column)
        each = [judge(run, None) for run in runs]
        for name, drawn in bootstrap(runs, data.groups[rows], replicates, seed, judge).items():
            found[name + ending] = float(np.mean([one[name][0] for one in each])), drawn
    return found


def runs_of(scores: pd.DataFrame, y: np.ndarray, column: str = "probability") -> tuple[list[Scores], np.ndarray]:
    """One strategy's scores as one `Scores` per repeat, all in the same row order, and those rows.

    Rows that some repeat did not test are left out.

    Parameters
    ----------
    column : which probability
    """
    repeats = [part.set_index("row").sort_index() for _, part in scores.groupby("repeat")]
    rows = np.asarray(sorted(set.intersection(*(set(part.index) for part in repeats))), dtype=np.int64)
    parts = [part.loc[rows] for part in repeats]
    runs = [Scores(y[rows], p["score"].to_numpy(), p["alarm"].to_numpy(bool), p[column].to_numpy()) for p in parts]
    return runs, rows


def _summary(
    strategy: Strategy, found: Mapping[str, tuple[float, np.ndarray]], folds: pd.DataFrame
) -> dict[str, object]:
    summary: dict[str, object] = {}
    for name, (value, drawn) in found.items():
        interval = interval_of(name, value, drawn)
        summary |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    mine = folds[folds["strategy"] == strategy.name]
    summary["prevalence"] = float(mine["test_fakes"].sum() / mine["test_rows"].sum())
    summary["fit_seconds"] = float(mine["fit_seconds"].mean())
    summary["score_ms_per_image"] = float(1000 * mine["score_seconds"].sum() / max(1, mine["test_rows"].sum()))
    return summary
