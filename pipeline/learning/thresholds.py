"""Where genuine ends and fake begins: thresholds on scores of unseen rows, with what they promise."""

from __future__ import annotations

import math
import warnings
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from realfake.forensics.errors import BadModel, RealfakeWarning, UnknownName
from realfake.pipeline.learning.calibration import Calibrator
from realfake.pipeline.learning.odds import expit, logit
from realfake.pipeline.metrics.intervals import upper_bound
from realfake.pipeline.settings import Costs
from realfake.pipeline.verdicts import Verdict

CONFIDENCE = 0.95
REVIEW_TIMES = 5  # the review zone lets through this many times the false alarms, unless stated otherwise


class ThresholdWarning(RealfakeWarning):
    """A threshold cannot promise what was asked of it."""


@dataclass(frozen=True)
class ConformalThreshold:
    """A threshold from the order statistic of genuine scores, and the false-positive rate that it promises.

    Attributes
    ----------
    threshold : an alarm is a score strictly above it
    rank : the threshold is the rank-th highest genuine score
    genuine : genuine scores it was chosen from
    expected_fpr : upper bound of the expected rate on new images: rank / (genuine + 1)
    fpr_bound : rate that is not exceeded with 95 % confidence
    """

    threshold: float
    rank: int
    genuine: int
    expected_fpr: float
    fpr_bound: float


def best_rate(genuine: int) -> float:
    """The lowest false-positive rate that so many genuine scores can promise, rounded up so that one can ask for it."""
    return math.ceil(1e4 / (genuine + 1)) / 1e4


def conformal_threshold(genuine_scores: np.ndarray, fpr: float) -> ConformalThreshold:
    """The lowest threshold whose expected false-positive rate on exchangeable new images is at most `fpr`.

    With n genuine scores and the threshold at the k-th highest, a new one exceeds it with probability at most
    k / (n + 1), whatever the distribution (Vovk, Gammerman and Shafer 2005); the rate itself is Beta(k, n + 1 - k).
    Where even the highest score promises too little, it is taken, with a warning.
    """
    n = len(genuine_scores)
    rank = math.floor(fpr * (n + 1) + 1e-9)
    if rank < 1:
        warnings.warn(
            f"{n} genuine images cannot promise a false-positive rate of {fpr:g}: the best is {best_rate(n):g}; "
            f"label at least {math.ceil(1 / fpr - 1e-9) - 1}",
            ThresholdWarning,
            stacklevel=2,
        )
        rank = 1
    threshold = float(np.sort(genuine_scores)[::-1][rank - 1])
    return ConformalThreshold(threshold, rank, n, rank / (n + 1), upper_bound(rank - 1, n, CONFIDENCE))


@dataclass(frozen=True)
class Decision:
    """Two thresholds on the score: above `fake` an alarm, above `review` a person looks, else nothing is said.

    Attributes
    ----------
    rule : "max-fpr" or "costs"
    fake, review : thresholds; a score strictly above counts
    max_fpr, review_fpr : false-positive rates asked for
    costs : of a miss and a false alarm, for the rule "costs"
    genuine : genuine out-of-fold scores behind the thresholds
    expected_fpr, fpr_bound : what the alarm threshold promises: the expected rate, and its 95 % upper bound
    """

    rule: str
    fake: float
    review: float
    max_fpr: float | None
    review_fpr: float
    costs: Costs | None
    genuine: int
    expected_fpr: float
    fpr_bound: float

    def verdicts(self, scores: np.ndarray) -> np.ndarray:
        """`no sign of editing`, `review` or `fake` for each score, (n,) str."""
        return np.select([scores > self.fake, scores > self.review], [Verdict.FAKE, Verdict.REVIEW], Verdict.NO_SIGN)

    def at_prevalence(self, calibrator: Calibrator, trained: float, stated: float) -> Decision:
        """The decision where fakes are as frequent as stated: the rule "costs" moves, the rule "max-fpr" does not."""
        if self.costs is None:
            return self
        fake = calibrator.score_at(_moved(self.costs.break_even, stated, trained))
        return replace(self, fake=fake, review=min(self.review, fake))

    def to_json(self) -> dict[str, object]:
        """Plain values for a JSON file."""
        return asdict(self)


def decision_from_json(values: dict[str, Any]) -> Decision:
    """The inverse of `Decision.to_json`.

    Raises
    ------
    BadModel
        If the values are not those of a Decision.
    """
    try:
        costs = Costs(**values["costs"]) if values["costs"] else None
        return Decision(**(values | {"costs": costs}))
    except (KeyError, TypeError) as error:
        raise BadModel(f"the model's thresholds cannot be read ({error}); train the model again") from None


def check_rates(max_fpr: float, review_fpr: float | None) -> None:
    """Refuse a review zone that lets fewer genuine images through than the alarms inside it.

    Raises
    ------
    UnknownName
        If `review_fpr` is below `max_fpr`.
    """
    if review_fpr is not None and review_fpr < max_fpr:
        raise UnknownName(
            f"--review-fpr {review_fpr:g} is below --max-fpr {max_fpr:g}, and alarms count among what is looked at; "
            f"state at least {max_fpr:g}, or lower --max-fpr"
        )


def decide_by_fpr(y: np.ndarray, scores: np.ndarray, max_fpr: float, review_fpr: float | None = None) -> Decision:
    """Thresholds that promise a rate of false alarms, on out-of-fold scores.

    Parameters
    ----------
    y : (n,) 0 or 1
    scores : (n,) of models that had not seen the rows
    max_fpr : share of genuine images that may raise an alarm
    review_fpr : share that may be looked at, alarms included; five times `max_fpr` where None

    Raises
    ------
    UnknownName
        As in `check_rates`.
    """
    check_rates(max_fpr, review_fpr)
    genuine = scores[y == 0]
    alarm = conformal_threshold(genuine, max_fpr)
    review_fpr = min(0.5, REVIEW_TIMES * max_fpr) if review_fpr is None else review_fpr
    review = min(alarm.threshold, conformal_threshold(genuine, review_fpr).threshold)
    return Decision(
        "max-fpr", alarm.threshold, review, max_fpr, review_fpr, None, len(genuine), alarm.expected_fpr, alarm.fpr_bound
    )


def decide_by_costs(
    y: np.ndarray, scores: np.ndarray, costs: Costs, calibrator: Calibrator, prevalence: float, review_fpr: float = 0.05
) -> Decision:
    """The threshold at which an alarm and silence cost the same by the calibrated probability.

    Parameters
    ----------
    calibrator : from scores to probabilities at the prevalence of `y`
    prevalence : share of fakes where the model will work
    review_fpr : share of genuine images that may be looked at, alarms included
    """
    genuine = scores[y == 0]
    fake = calibrator.score_at(_moved(costs.break_even, prevalence, float(np.mean(y))))
    review = min(fake, conformal_threshold(genuine, review_fpr).threshold)
    above = int(np.sum(genuine > fake))
    n = len(genuine)
    bound = upper_bound(above, n, CONFIDENCE)
    return Decision("costs", fake, review, None, review_fpr, costs, n, (above + 1) / (n + 1), bound)


def _moved(probability: float, from_prior: float, to_prior: float) -> float:
    return float(expit(logit(probability) + logit(to_prior) - logit(from_prior)))
