"""Training: fit a strategy on everything, calibrate it and choose its thresholds on out-of-fold scores."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from realfake.pipeline.habits.habits import Habits
from realfake.pipeline.learning.calibration import calibrate, shift_prior, snapped
from realfake.pipeline.learning.cross_validation import LearningSet, derived_seed, fit, most_splits, out_of_fold_scores
from realfake.pipeline.learning.explanations import typical_values
from realfake.pipeline.learning.forged import Forged
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.search import search
from realfake.pipeline.learning.strategies import Strategy
from realfake.pipeline.learning.thresholds import decide_by_costs, decide_by_fpr
from realfake.pipeline.learning.training_set import IDENTITY, check_variation, data_facts, further_rows
from realfake.pipeline.metrics.bootstrap import (
    Scores,
    bootstrap,
    calibration_figures,
    figures,
    interval_of,
    unsupported,
)
from realfake.pipeline.metrics.decisions import PER, Alerts, alerts_at
from realfake.pipeline.metrics.intervals import Interval, clopper_pearson
from realfake.pipeline.models.card import model_card
from realfake.pipeline.models.model import Model, save_model, versions
from realfake.pipeline.settings import Alarms, CrossValidation, Deployment
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.table import Labelled, distinct, labels
from realfake.pipeline.verdicts import Verdict
from realfake.pipeline.words.scorer import RegionScorer


@dataclass(frozen=True)
class Trained:
    """A model with the evidence behind its calibration and thresholds.

    Attributes
    ----------
    model : fitted on all rows
    scores : one row per image: out-of-fold score, calibrated probability and verdict
    metrics : one row: the figures of those out-of-fold scores
    """

    model: Model
    scores: pd.DataFrame
    metrics: pd.DataFrame

    def doubtful(self, most: int = 20) -> pd.DataFrame:
        """Labels that the images of other groups contradict, the most doubtful first.

        A row is doubtful where its out-of-fold probability of the other class is at least what is usual of images that
        carry that label (confident learning: Northcutt et al., JAIR 2021).

        Returns
        -------
        DataFrame
            `path`, `label` and `probability` of fake.
        """
        return doubtful_labels(self.scores, most)

    def write(self, folder: str | os.PathLike[str], cost: str = "") -> None:
        """Write the model folder with its card, `out_of_fold.csv` and `metrics.csv`.

        Parameters
        ----------
        cost : what the card says of the cost of an image
        """
        tables = {"out_of_fold.csv": self.scores, "metrics.csv": self.metrics}
        save_model(self.model, folder, model_card(self.model, self.metrics.iloc[0], cost), tables)


def doubtful_labels(scores: pd.DataFrame, most: int = 20) -> pd.DataFrame:
    """As `Trained.doubtful`, of rows with `label` and `probability` by models that had not seen them."""
    label, p = scores["label"].to_numpy(), scores["probability"].to_numpy()
    usual_fake, usual_genuine = p[label == 1].mean(), (1 - p[label == 0]).mean()
    against = np.where(label == 1, (1 - p) / usual_genuine, p / usual_fake)
    order = [row for row in np.argsort(-against, kind="stable")[:most] if against[row] >= 1]
    columns = [name for name in ("path", "label", "probability") if name in scores]
    return scores.iloc[order][columns].reset_index(drop=True)


def train_model(
    data: Labelled,
    strategy: Strategy,
    alarms: Alarms = Alarms(),
    deployment: Deployment = Deployment(),
    cv: CrossValidation = CrossValidation(),
    *,
    knobs: Knobs | None = None,
    scorer: RegionScorer | None = None,
    habits: Habits | None = None,
    forged: Forged | None = None,
    about: str = "",
    doubted: Callable[[pd.DataFrame], None] | None = None,
) -> Trained:
    """Fit, calibrate and choose thresholds.

    Parameters
    ----------
    data : labelled rows
    alarms : what its alarms may cost those who look at them
    deployment : prevalence, for costs and stated loads, and costs; the alarm threshold then stands where a missed fake
        and a false alarm cost the same
    cv : folds of the out-of-fold scores, fewer where the groups do not suffice; seed and budget of the search
    knobs : hyper-parameters where no search chooses them; the defaults where None
    scorer : of words, kept with the model, where its summary stands among the columns
    habits : kept with the model, where their columns stand among the columns
    forged : what a strategy that forges learns from besides
    about : what the model card says of the data, besides counts
    doubted : called with the labels that `Trained.doubtful` lists, before the model is fitted

    Raises
    ------
    TooFewFakes
        If there are too few groups of a class to learn from some and test on others.
    BadTable
        If no feature varies.
    CannotFit
        If the strategy cannot be fitted on these rows.
    """
    check_variation(data)
    seed, costs, prevalence = cv.seed, deployment.costs, deployment.prevalence
    columns = strategy.columns(data.frame)
    y, further = data.y, further_rows(forged, [strategy], data)
    known = LearningSet(design_matrix(data.frame, columns), y, data.groups, further)
    splits = most_splits(y, data.groups, cv.folds, derived_seed(seed, 0))
    if cv.search > 1:
        knobs, _ = search(known, strategy, cv.search, derived_seed(seed, 1))
    unseen = snapped(out_of_fold_scores(known, strategy, splits, derived_seed(seed, 0), knobs))
    calibrator = calibrate(y, unseen, alarms.calibration)
    if doubted is not None:
        paths = {"path": data.frame["path"].to_numpy()} if "path" in data.frame else {}
        doubted(doubtful_labels(pd.DataFrame({**paths, "label": y, "probability": calibrator(unseen)})))
    expected = float(np.mean(y)) if prevalence is None else prevalence
    if costs is None:
        decision = decide_by_fpr(y, unseen, alarms.max_fpr, alarms.review_fpr)
    else:
        review = 0.05 if alarms.review_fpr is None else alarms.review_fpr
        decision = decide_by_costs(y, unseen, costs, calibrator, expected, review)
    X_taught, y_taught = known.taught()
    pipeline = fit(strategy, X_taught, y_taught, derived_seed(seed, 2), knobs).for_scoring()
    facts = {
        "seed": seed,
        "folds": len(splits),
        "search_budget": cv.search,
        "settings": asdict(knobs) if knobs else {},
        "prevalence_stated": prevalence,
        "about": about,
        "data": data_facts(data),
        "versions": versions(),
        **{name: distinct(data.frame, name) for name in ("decoder", "decoder_version")},
    }
    model = Model(
        strategy.name,
        pipeline,
        tuple(columns),
        typical_values(known.X[y == 0]),
        calibrator,
        decision,
        float(np.mean(y)),
        strategy.seen_prior(y_taught),
        facts,
        scorer,
        habits=habits,
    )
    return Trained(model, scores_table(model, data.frame, unseen), _figures_table(model, data, unseen, expected))


def expected_load(model: Model, y: np.ndarray, scores: np.ndarray, prevalence: float) -> tuple[Alerts, float]:
    """Alerts among 10,000 images at a prevalence, and images in review, by the model's thresholds on these scores."""
    verdicts = model.verdicts(scores)
    alarm, review = verdicts == Verdict.FAKE, verdicts == Verdict.REVIEW
    alerts = alerts_at(float(alarm[y == 1].mean()), float(alarm[y == 0].mean()), prevalence)
    share = prevalence * review[y == 1].mean() + (1 - prevalence) * review[y == 0].mean()
    return alerts, float(share * PER)


def _before(model: Model, unseen: np.ndarray) -> dict[str, np.ndarray]:
    """Probabilities before calibration, as a Comparison names them: as learnt, and with the prior put back."""
    priors = {"raw": model.seen_prior, "corrected": model.prevalence}
    return {name: shift_prior(unseen, 0.5, prior) for name, prior in priors.items()}


def scores_table(model: Model, table: pd.DataFrame, scores: np.ndarray | None = None) -> pd.DataFrame:
    """What a model says of each labelled row: score, probabilities before and after calibration, verdict.

    Parameters
    ----------
    scores : of models that had not seen the rows, in place of this model's own
    """
    found = model.scores(table) if scores is None else scores
    return pd.DataFrame(
        {"strategy": model.strategy}
        | {column: table[column].to_numpy() for column in (*IDENTITY, "format") if column in table}
        | {"label": labels(table), "score": found, **_before(model, found)}
        | {"probability": model.probabilities(found), "verdict": model.verdicts(found)}
    )


def _figures_table(model: Model, data: Labelled, unseen: np.ndarray, prevalence: float) -> pd.DataFrame:
    alarm = model.verdicts(unseen) == Verdict.FAKE
    run = Scores(data.y, unseen, alarm, model.probabilities(unseen))
    row: dict[str, object] = {"strategy": model.strategy} | figures_with_intervals(run, data.groups, 0)
    alerts, reviews = expected_load(model, data.y, unseen, prevalence)
    row |= {
        "prevalence": float(np.mean(data.y)),
        "prevalence_stated": prevalence,
        "alerts_per_10000": alerts.alerts,
        "caught_per_10000": alerts.caught,
        "missed_per_10000": alerts.missed,
        "reviews_per_10000": reviews,
    }
    for ending, probability in _before(model, unseen).items():
        before = Scores(data.y, unseen, alarm, probability)
        drawn = bootstrap([before], data.groups, judge=calibration_figures)
        for name, value in calibration_figures(before).items():
            row |= _named(f"{name}_{ending}", interval_of(name, float(value[0]), drawn[name]))
    return pd.DataFrame([row])


def figures_with_intervals(run: Scores, groups: np.ndarray, seed: int) -> dict[str, object]:
    """Every figure with bounds: recall and false-positive rate by Clopper-Pearson, the others by group bootstrap.

    Recall at a false-positive rate that the genuine images cannot support is NaN.
    """
    drawn = bootstrap([run], groups, seed=seed)
    row: dict[str, object] = {}
    withheld = unsupported(len(np.unique(groups[run.y == 0])))
    for name, value in figures(run).items():
        interval = interval_of(name, float(value[0]), drawn[name])
        if name in withheld:
            interval = Interval(np.nan, np.nan, np.nan)
        row |= _named(name, interval)
    for name, label in (("recall", 1), ("fpr", 0)):
        rows = run.y == label
        row |= _named(name, clopper_pearson(int(run.alarm[rows].sum()), int(rows.sum())))
    return row


def _named(name: str, interval: Interval) -> dict[str, object]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
