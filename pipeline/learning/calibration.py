"""From scores to probabilities: the prior that resampling changed, and calibration on scores of unseen rows."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from realfake.forensics.errors import BadModel
from realfake.pipeline.learning.odds import expit, logit

EDGE = 1e-6  # scores are held this far from 0 and 1 before their logarithm is taken
FAKES_FOR_BETA = 50  # below it Platt's two parameters are all that can be told
FAKES_FOR_ISOTONIC = 500  # isotonic regression over-fits below about this many (Niculescu-Mizil and Caruana 2005)
KINDS = ("platt", "beta", "isotonic", "venn-abers")
VENN_KNOTS = 200
DECIMALS = 7  # of a score: steps that a probability still tells apart
TILT = 1e-3  # share of the score's own log-odds that is added to the calibrated ones, so that no two scores are equal
MOST = math.log((1 - EDGE) / (1 - (1 - EDGE)))  # log-odds beyond which calibration says no more
BISECTIONS = 60


def snapped(scores: np.ndarray) -> np.ndarray:
    """Scores on the grid of `DECIMALS` decimals, on which calibrated probabilities are strictly increasing."""
    return np.round(scores, DECIMALS)


def shift_prior(probability: np.ndarray, from_prior: float | np.ndarray, to_prior: float) -> np.ndarray:
    """Probabilities at another prevalence, where the classes themselves look the same.

    Parameters
    ----------
    probability : (n,) in 0..1, right at `from_prior`
    from_prior, to_prior : share of fakes, in 0..1 exclusive; the first may differ from row to row

    Returns
    -------
    (n,) float64

    References
    ----------
    Saerens, Latinne and Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", 2002,
    doi:10.1162/089976602753284446.
    """
    shift = logit(to_prior) - logit(from_prior)
    return np.asarray(expit(logit(np.clip(probability, 1e-15, 1 - 1e-15)) + shift))


def prior_shift(from_prior: float, to_prior: float) -> float:
    """What another prevalence adds to every log-odds."""
    return float(logit(to_prior) - logit(from_prior))


@dataclass(frozen=True)
class Calibrator:
    """A strictly increasing map from scores to probabilities.

    Isotonic steps, and slopes that are 0, would give many scores one probability: a queue of ties, and two verdicts for
    one probability. `TILT` of the score's log-odds is added to the calibrated log-odds, at most 1.4 % of the odds.

    Attributes
    ----------
    kind : one of `KINDS`
    slope : of the log-score (platt: of the log-odds)
    slope_low : of the log of one minus the score (beta)
    offset : in log-odds
    knots, heights : scores and their probabilities, with straight lines between (isotonic, venn-abers)
    """

    kind: str
    slope: float = 1.0
    slope_low: float = 1.0
    offset: float = 0.0
    knots: tuple[float, ...] = ()
    heights: tuple[float, ...] = ()

    def __call__(self, score: np.ndarray, shift: float = 0.0) -> np.ndarray:
        """Probabilities of scores, (n,) float64, moved by `shift` in log-odds, as `prior_shift` says for a prevalence.

        Two scores that differ on the grid of `snapped` have different probabilities.
        """
        calibrated = np.clip(self._log_odds(score) + shift, -MOST, MOST)
        own = np.log(np.asarray(score) + EDGE) - np.log(1 - np.asarray(score) + EDGE)
        return np.asarray(expit(calibrated + TILT * own))

    def _log_odds(self, score: np.ndarray) -> np.ndarray:
        if self.knots:
            return np.asarray(logit(np.clip(np.interp(score, self.knots, self.heights), EDGE, 1 - EDGE)))
        s = np.clip(score, EDGE, 1 - EDGE)
        return np.asarray(self.slope * np.log(s) - self.slope_low * np.log1p(-s) + self.offset)

    def score_at(self, probability: float) -> float:
        """The lowest score that reaches a probability, inf where none does."""
        if self(np.ones(1))[0] < probability:
            return np.inf
        low, high = 0.0, 1.0
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (low, middle) if self(np.array([middle]))[0] >= probability else (middle, high)
        return high

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self)


def calibrator_from_json(values: dict[str, Any]) -> Calibrator:
    """The inverse of `Calibrator.to_json`.

    Raises
    ------
    BadModel
        If the values are not those of a Calibrator.
    """
    try:
        knots, heights = tuple(map(float, values["knots"])), tuple(map(float, values["heights"]))
        numbers = {name: float(values[name]) for name in ("slope", "slope_low", "offset")}
        return Calibrator(str(values["kind"]), knots=knots, heights=heights, **numbers)
    except (KeyError, TypeError, ValueError) as error:
        raise BadModel(f"the model's calibration cannot be read ({error}); train the model again") from None


def calibrate(y: np.ndarray, score: np.ndarray, kind: str = "auto") -> Calibrator:
    """Fit a calibrator on scores of rows that their models had not seen.

    Parameters
    ----------
    y : (n,) 0 or 1
    score : (n,) in 0..1
    kind : one of `KINDS`, or "auto" to choose among the first three by the number of fakes

    Notes
    -----
    Venn-Abers is the inductive kind: a score gets the isotonic probabilities that it would have as a genuine image, p0,
    and as a fake, p1, merged to p1 / (1 - p0 + p1), at `VENN_KNOTS` scores with straight lines between.

    References
    ----------
    Platt 1999; Kull, Silva Filho and Flach, "Beta calibration", AISTATS 2017; Zadrozny and Elkan 2002;
    Vovk, Petej and Fedorova, "Large-scale probabilistic predictors with and without guarantees of validity", 2015,
    arXiv:1511.00213.
    """
    fakes = int(np.sum(y))
    if kind == "auto":
        kind = "platt" if fakes < FAKES_FOR_BETA else "beta" if fakes < FAKES_FOR_ISOTONIC else "isotonic"
    return {"platt": _platt, "beta": _beta, "isotonic": _isotonic, "venn-abers": _venn_abers}[kind](
        np.asarray(y, np.float64), score
    )


def _smoothed(y: np.ndarray) -> np.ndarray:
    """Platt's targets: never quite 0 or 1, so that separable scores keep a finite slope."""
    fakes, genuine = y.sum(), len(y) - y.sum()
    targets: np.ndarray = np.where(y == 1, (fakes + 1) / (fakes + 2), 1 / (genuine + 2))
    return targets


def _platt(y: np.ndarray, score: np.ndarray) -> Calibrator:
    x = logit(np.clip(score, EDGE, 1 - EDGE))[:, None]
    (slope,), offset = _logistic(x, _smoothed(y))
    return Calibrator("platt", slope, slope, offset)


def _beta(y: np.ndarray, score: np.ndarray) -> Calibrator:
    s = np.clip(score, EDGE, 1 - EDGE)
    (slope, slope_low), offset = _logistic(np.column_stack([np.log(s), -np.log1p(-s)]), _smoothed(y))
    return Calibrator("beta", slope, slope_low, offset)


def _isotonic(y: np.ndarray, score: np.ndarray) -> Calibrator:
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(y_min=EDGE, y_max=1 - EDGE, out_of_bounds="clip").fit(score, y)
    knots, heights = (tuple(map(float, values)) for values in (steps.X_thresholds_, steps.y_thresholds_))
    return Calibrator("isotonic", knots=knots, heights=heights)


def _venn_abers(y: np.ndarray, score: np.ndarray) -> Calibrator:
    from sklearn.isotonic import isotonic_regression

    scores, place = np.unique(score, return_inverse=True)
    rows, fakes = np.bincount(place).astype(float), np.bincount(place, y)
    chosen = np.unique(np.linspace(0, len(scores) - 1, min(VENN_KNOTS, len(scores))).round().astype(int))
    heights = []
    for knot in chosen:
        extra = (np.arange(len(scores)) == knot).astype(float)
        p0, p1 = (
            isotonic_regression((fakes + label * extra) / (rows + extra), sample_weight=rows + extra)[knot]
            for label in (0, 1)
        )
        heights.append(float(p1 / (1 - p0 + p1)))
    return Calibrator("venn-abers", knots=tuple(map(float, scores[chosen])), heights=tuple(heights))


def _logistic(x: np.ndarray, target: np.ndarray) -> tuple[list[float], float]:
    """Logistic regression with slopes that cannot be negative, so that calibration never turns the order round."""
    from scipy.optimize import minimize

    scale = np.maximum(np.abs(x).max(axis=0), 1.0)
    z = x / scale

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        raw = z @ w[:-1] + w[-1]
        slack = expit(raw) - target
        return float(np.mean(np.logaddexp(0, raw) - target * raw)), np.append(z.T @ slack, slack.sum()) / len(z)

    start = np.append(scale, 0.0)
    bounds = [(0.0, None)] * x.shape[1] + [(None, None)]
    precise = {"maxiter": 500, "gtol": 1e-9, "ftol": 1e-14}
    w = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=precise).x
    return [float(v) for v in w[:-1] / scale], float(w[-1])
