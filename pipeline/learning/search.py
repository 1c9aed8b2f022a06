"""The choice of hyper-parameters inside a training part, at the same cost for every strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from realfake.pipeline.extras import import_extra
from realfake.pipeline.learning.cross_validation import (
    INNER_FOLDS,
    LearningSet,
    Split,
    most_splits,
    out_of_fold_scores,
)
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import Strategy
from realfake.pipeline.metrics.ranking import average_precision

ASKS = 20  # per setting of the budget: Optuna proposes some settings again, and a small space runs out


def search(
    known: LearningSet, strategy: Strategy, budget: int, seed: int, splits: Sequence[Split] | None = None
) -> tuple[Knobs, np.ndarray]:
    """The hyper-parameters with the best average precision in inner folds, and their out-of-fold scores.

    Every strategy gets the same budget of settings, fewer where its space is smaller. The first is always the default,
    with a budget of 1 the only one; the tree-structured Parzen estimator of Optuna proposes the others (Bergstra 2011).

    Parameters
    ----------
    splits : the inner folds, where they are known: `most_splits` of this seed

    Returns
    -------
    Knobs
    (n,) float64 out-of-fold scores of those Knobs

    Raises
    ------
    MissingExtra
        If the budget is above 1 and Optuna is not installed.
    TooFewFakes
        If there are too few groups of a class for two inner folds.
    """
    splits = splits or most_splits(known.y, known.groups, INNER_FOLDS, seed)
    scores: dict[Knobs, np.ndarray] = {}

    def judged(knobs: Knobs) -> float:
        if knobs not in scores:
            scores[knobs] = out_of_fold_scores(known, strategy, splits, seed, knobs)
        return average_precision(known.y, scores[knobs])

    best = Knobs()
    judged(best)
    if budget > 1 and strategy.space:
        optuna = import_optuna()
        study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
        space = {name: optuna.distributions.CategoricalDistribution(values) for name, values in strategy.space.items()}
        study.enqueue_trial({name: getattr(best, name) for name in space})
        for _ in range(ASKS * budget):
            if len(scores) >= budget:
                break
            trial = study.ask(space)
            study.tell(trial, judged(replace(Knobs(), **trial.params)))
        best = max(scores, key=judged)
    return best, scores[best]


def import_optuna() -> Any:
    """Optuna without messages of its own, as `import_extra` finds it."""
    optuna = import_extra("optuna", "--search needs Optuna", "search")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
