"""What to label next: images on which the model is unsure, and which differ from each other and from what is known."""

from __future__ import annotations

import numpy as np

CANDIDATES = 10  # times as many as are asked for: the least certain, among which different ones are chosen


def choose_to_label(
    scores: np.ndarray, threshold: float, X: np.ndarray, count: int, known: np.ndarray | None = None
) -> np.ndarray:
    """Choose images whose labels would teach a model most.

    The images nearest the threshold are candidates; of them, that one is taken again and again that lies farthest from
    all that are taken or known.

    Parameters
    ----------
    scores : (n,) float
    threshold : of the model
    X : (n, columns) float, features; NaN where one does not apply
    count : how many to choose
    known : (m, columns) float, features of images that are labelled

    Returns
    -------
    (count,) int64
        Rows, best first; fewer where there are fewer.

    References
    ----------
    Lewis and Gale, A sequential algorithm for training text classifiers, SIGIR 1994 (uncertainty); Sener and Savarese,
    Active learning for convolutional neural networks: a core-set approach, ICLR 2018 (k-center).

    Examples
    --------
    >>> import numpy as np
    >>> import realfake
    >>> X = np.array([[0.0], [0.1], [5.0], [9.0]])
    >>> realfake.choose_to_label(np.array([0.5, 0.5, 0.4, 0.0]), 0.5, X, count=2).tolist()
    [0, 3]
    """
    scores = np.asarray(scores, float)
    nearest = np.argsort(np.abs(scores - threshold), kind="stable")[: CANDIDATES * count]
    points = _comparable(np.asarray(X, float))[nearest]
    distance = np.full(len(points), np.inf)
    if known is not None and len(known):
        beside = _comparable(np.asarray(X, float), np.asarray(known, float))
        for one in beside:
            distance = np.minimum(distance, ((points - one) ** 2).sum(axis=1))
    chosen: list[int] = []
    while len(chosen) < min(count, len(points)):
        at = int(np.argmax(distance))
        chosen.append(at)
        distance = np.minimum(distance, ((points - points[at]) ** 2).sum(axis=1))
        distance[at] = -1.0
    return nearest[chosen]


def _comparable(X: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Rows, or those of X, in deviations of the columns of X; what does not apply stands in the middle."""
    rows = X if rows is None else rows
    applies = np.isfinite(X)
    many = np.maximum(applies.sum(axis=0), 1)
    middle = np.where(applies, X, 0.0).sum(axis=0) / many
    spread = np.sqrt(np.where(applies, (X - middle) ** 2, 0.0).sum(axis=0) / many)
    scaled = (rows - middle) / np.where(spread > 0, spread, 1.0)
    return np.clip(np.where(np.isfinite(scaled), scaled, 0.0), -10, 10)
