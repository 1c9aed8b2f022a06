"""The comparison of imbalance strategies by repeated, grouped cross-validation."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable, CannotFit, RealfakeError, UnknownName, counted
from realfake.pipeline import metrics
from realfake.pipeline.comparison.experiment import write_experiment
from realfake.pipeline.comparison.significance import FIGURE, against_the_best, pairwise
from realfake.pipeline.learning.alarms import decision_table
from realfake.pipeline.learning.calibration import calibrate, shift_prior
from realfake.pipeline.learning.cross_validation import (
    Further,
    Split,
    at_even_odds,
    derived_seed,
    fit,
    repeated_folds,
    score,
    varying,
    with_further,
)
from realfake.pipeline.learning.forged import Forged
from realfake.pipeline.learning.search import search
from realfake.pipeline.learning.strategies import Strategy, design_matrix
from realfake.pipeline.learning.thresholds import Costs
from realfake.pipeline.metrics import Scores, best_f1_threshold, threshold_at_fpr
from realfake.pipeline.tables.present import readable
from realfake.pipeline.tables.table import Labelled, families_in, feature_columns, write_table

IDENTITY = ("path", "group", "app", "device", "editor", "tool", "received", "delivered")
RUN = ".run"
FAILED = "failed"  # column: why a strategy could not be fitted, empty where it could
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trial:
    """One strategy on one split."""

    strategy: Strategy
    repeat: int
    fold: int
    split: Split
    seed: int


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
        write_experiment(output.with_suffix(RUN), self.settings | {"withheld": self.notes}, tables, shown)


def compare_strategies(
    data: Labelled,
    strategies: Sequence[Strategy],
    folds: int = 5,
    repeats: int = 3,
    seed: int = 0,
    jobs: int = 1,
    progress: Progress | None = None,
    *,
    search_budget: int = 1,
    prevalence: float | None = None,
    costs: Costs | None = None,
    replicates: int = metrics.REPLICATES,
    forged: Forged | None = None,
) -> Comparison:
    """Cross-validate strategies on the same grouped splits.

    Imputation, scaling, resampling, thresholds, calibration and the search are fitted inside each training part.

    Parameters
    ----------
    data : labelled rows
    folds, repeats : of `StratifiedGroupKFold`, shuffled anew in each repeat
    jobs : processes; -1 for all cores; the result does not depend on it
    progress : called with the trials done and the trials in all
    search_budget : settings that each strategy may try in inner folds; 1 keeps the defaults
    prevalence : another share of fakes, at which PR-AUC is stated too and alarms are counted
    costs : of a missed fake and a false alarm, see `decision_table`
    replicates : of the group bootstrap behind the intervals
    forged : what strategies that forge learn from besides

    Raises
    ------
    TooFewFakes
        If there are too few groups of a class for so many folds, or for so few.
    BadTable
        If no feature varies.
    CannotFit
        If no strategy can be fitted.
    """
    splits = repeated_folds(data.y, data.groups, folds, [derived_seed(seed, repeat) for repeat in range(repeats)])
    return compare_on(
        data,
        strategies,
        splits,
        seed,
        jobs,
        progress,
        search_budget=search_budget,
        prevalence=prevalence,
        costs=costs,
        replicates=replicates,
        settings={"folds": folds, "repeats": repeats},
        forged=forged,
    )


def compare_on(
    data: Labelled,
    strategies: Sequence[Strategy],
    splits: Sequence[Sequence[Split]],
    seed: int = 0,
    jobs: int = 1,
    progress: Progress | None = None,
    *,
    search_budget: int = 1,
    prevalence: float | None = None,
    costs: Costs | None = None,
    replicates: int = metrics.REPLICATES,
    settings: dict[str, object] | None = None,
    tested: pd.DataFrame | None = None,
    forged: Forged | None = None,
) -> Comparison:
    """Compare strategies on given splits: one sequence of splits per repeat, each row tested at most once in it.

    Parameters
    ----------
    settings : what to note of how the splits were made
    tested : the same rows as they are tested, where they differ from how they are trained on
    forged : what strategies that forge learn from besides, as far as it was made of rows of the training part
    others : as in `compare_strategies`
    """
    check_variation(data)
    trials = [
        Trial(strategy, repeat, fold, split, derived_seed(seed, 1, repeat, fold))
        for repeat, folds in enumerate(splits)
        for fold, split in enumerate(folds)
        for strategy in strategies
    ]
    frames = (data.frame, data.frame if tested is None else tested)
    matrices = {s.shortcut: tuple(design_matrix(f, s.columns(data.frame)) for f in frames) for s in strategies}
    further = further_rows(forged, strategies, data)
    calls = [
        joblib.delayed(run_trial)(
            t,
            *matrices[t.strategy.shortcut],
            data.y,
            data.groups,
            search_budget,
            further if t.strategy.forged else None,
        )
        for t in trials
    ]
    done: dict[tuple[str, int, int], tuple[pd.DataFrame | None, dict[str, object]]] = {}
    workers = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", max_nbytes="1M", batch_size=1)
    for count, (key, scored, facts) in enumerate(workers(calls), start=1):
        done[key] = scored, facts
        if progress:
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
    notes = dict(metrics.unsupported(len(np.unique(data.groups[data.y == 0]))))
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
    table[FAILED] = table["strategy"].map(failed).fillna("")
    for column in notes:
        table[[column, f"{column}_low", f"{column}_high"]] = np.nan
    known = {column: data.frame[column].to_numpy() for column in IDENTITY if column in data.frame}
    rows = scores["row"].to_numpy()
    scores = scores.assign(**{column: values[rows] for column, values in known.items()}, label=data.y[rows])
    prior = fitted_folds["train_fakes"] / fitted_folds["train_rows"]
    priors = dict(zip(zip(fitted_folds["strategy"], fitted_folds["repeat"], fitted_folds["fold"]), prior))
    expected = float(np.mean(data.y)) if prevalence is None else prevalence
    decisions = decision_table(scores, priors, data.groups, expected, costs, replicates, derived_seed(seed, 3))
    facts = data_facts(data) | {
        "strategies": [s.name for s in strategies],
        "seed": seed,
        "search_budget": search_budget,
        "prevalence_stated": prevalence,
        "costs": asdict(costs) if costs else None,
    }
    return Comparison(table, fold_table, scores, pairs, decisions, notes, facts | (settings or {}))


def check_variation(data: Labelled) -> None:
    """Refuse a table from which nothing can be learnt.

    Raises
    ------
    BadTable
        If every feature is empty or the same in all rows.
    """
    columns = feature_columns(data.frame)
    if not varying(design_matrix(data.frame, columns)).any():
        raise BadTable(
            f"{data.name}: {_all_of(len(columns))} empty or the same in all {counted(len(data.y), 'row')} (families "
            f"{', '.join(families_in(columns))}), so nothing can be learnt; extract other families, or check the images"
        )


def _all_of(columns: int) -> str:
    return "its one feature is" if columns == 1 else f"all {columns} features are"


def check_any_fitted(failed: Mapping[str, str], strategies: Sequence[Strategy]) -> None:
    """Raise CannotFit, with the first one's reason, where all strategies failed."""
    if len(failed) == len(strategies):
        raise CannotFit(failed[strategies[0].name])


def further_rows(forged: Forged | None, strategies: Sequence[Strategy], data: Labelled) -> Further | None:
    """The forged rows as the strategies that forge learn from them.

    Raises
    ------
    UnknownName
        If a strategy forges and there is nothing forged.
    """
    forging = [strategy for strategy in strategies if strategy.forged]
    if not forging:
        return None
    if forged is None:
        raise UnknownName(f"strategy {forging[0].name} forges images, which cannot be done here; choose another")
    X = design_matrix(forged.frame, forging[0].columns(data.frame))
    return Further(X, forged.y, forged.made_of)


def run_trial(
    trial: Trial,
    X: np.ndarray,
    X_tested: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    search_budget: int,
    further: Further | None = None,
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
        "train_fakes": int(y[split.train].sum()),
        "test_rows": len(split.test),
        "test_fakes": int(y[split.test].sum()),
        FAILED: "",
    }
    table: pd.DataFrame | None = None
    try:
        table, found = _tried(trial, X, X_tested, y, groups, search_budget, further)
        facts |= found
    except RealfakeError as error:  # one strategy must not cost the others
        facts[FAILED] = str(error)
    return (trial.strategy.name, trial.repeat, trial.fold), table, facts


def _tried(
    trial: Trial,
    X: np.ndarray,
    X_tested: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    search_budget: int,
    further: Further | None,
) -> tuple[pd.DataFrame, dict[str, object]]:
    """The scores of the test part, and what the trial found besides."""
    strategy, split = trial.strategy, trial.split
    X_train, y_train, mine = X[split.train], y[split.train], groups[split.train]
    begun = time.perf_counter()
    knobs, inner = search(X_train, y_train, mine, strategy, search_budget, derived_seed(trial.seed, 0), further)
    searched = time.perf_counter()
    X_taught, y_taught = with_further(X_train, y_train, mine, further)
    model = fit(strategy, X_taught, y_taught, derived_seed(trial.seed, 1), knobs)
    fitted = time.perf_counter()
    raw = score(model, X_tested[split.test])
    scored = time.perf_counter()
    threshold = best_f1_threshold(y_train, inner)
    ranked = at_even_odds(raw, strategy, y_taught)
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
    test = Scores(y[split.test], ranked, table["alarm"].to_numpy(), table["probability"].to_numpy())
    facts = {
        "train_forged": len(y_taught) - len(y_train),
        **{name: float(value[0]) for name, value in metrics.figures(test).items()},
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
    whole = partial(metrics.figures, prevalence=prevalence)
    judges = (
        ("", "probability", whole),
        ("_raw", "raw", metrics.calibration_figures),
        ("_corrected", "corrected", metrics.calibration_figures),
    )
    for ending, column, judge in judges:
        runs, rows = runs_of(scores, data.y, column)
        each = [judge(run, None) for run in runs]
        for name, drawn in metrics.bootstrap(runs, data.groups[rows], replicates, seed, judge).items():
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


def data_facts(data: Labelled) -> dict[str, object]:
    """Counts that stand beside every figure, and the fingerprint of the data."""
    fake_groups, genuine_groups = (len(np.unique(data.groups[data.y == value])) for value in (1, 0))
    return {
        "rows": len(data.y),
        "fakes": int(data.y.sum()),
        "genuine": int((data.y == 0).sum()),
        "prevalence": float(np.mean(data.y)),
        "groups": len(np.unique(data.groups)),
        "fake_groups": fake_groups,
        "genuine_groups": genuine_groups,
        "sha256": fingerprint(data),
        "table": data.name,
    }


def fingerprint(data: Labelled) -> str:
    """SHA-256 of the features, labels and groups that a run learns from."""
    columns = feature_columns(data.frame)
    digest = hashlib.sha256("\n".join(columns).encode())
    for part in (design_matrix(data.frame, columns), data.y, data.groups):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _summary(
    strategy: Strategy, found: Mapping[str, tuple[float, np.ndarray]], folds: pd.DataFrame
) -> dict[str, object]:
    summary: dict[str, object] = {}
    for name, (value, drawn) in found.items():
        interval = metrics.interval_of(name, value, drawn)
        summary |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    mine = folds[folds["strategy"] == strategy.name]
    summary["prevalence"] = float(mine["test_fakes"].sum() / mine["test_rows"].sum())
    summary["fit_seconds"] = float(mine["fit_seconds"].mean())
    summary["score_ms_per_image"] = float(1000 * mine["score_seconds"].sum() / max(1, mine["test_rows"].sum()))
    return summary
