"""What a strategy may be told: its hyper-parameters, and the least that it must see."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST = 2  # rows of each class that a strategy must see


@dataclass(frozen=True)
class Knobs:
    """Hyper-parameters; each strategy reads those that it has.

    The defaults are cautious, for hundreds to thousands of images and dozens of fakes.
    """

    trees: int = 100
    learning_rate: float = 0.08
    leaves: int = 8
    column_share: float = 0.3  # columns that each tree may see
    l2: float = 1.0
    members: int = 10  # of an ensemble of balanced parts
    member_trees: int = 40
    forest_trees: int = 120
    leaf_rows: int = 1  # least rows in a leaf of a forest
    inverse_penalty: float = 0.02  # logistic regression's C
    focus: float = 2.0  # gamma of the focal loss
