"""What a user may set, grouped by what it is about: frozen, checked when made, passed down as it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from numbers import Integral, Real

from realfake.forensics.errors import UnknownName, needs_one_of
from realfake.forensics.limited import Limits

LEVELS = ("image", "region")
TABLE_LEVELS = (*LEVELS, "field")
CONTENT = "content"  # the family of columns that hold what a receipt says against itself
REGIONS = "regions"  # the family of columns that sum up the words of an image
HABITS = "habits"  # the family of columns that hold an image against the habits of its app
ARCHIVE = "archive"  # the family of columns that say what was received before
WORDS_MODEL = "words_model"  # the column that names the model whose scorer filled them, by its SHA-256
CALIBRATIONS = ("auto", "platt", "beta", "isotonic", "venn-abers")


@dataclass(frozen=True)
class Workers:
    """Who measures images, and what one file may cost.

    Attributes
    ----------
    jobs : processes on this machine
    limits : of one file
    cluster : `local:N` for N Dask workers started here; the output is then a folder of Parquet files
    scheduler : address of a running Dask scheduler; the output is then a folder or URL

    Examples
    --------
    >>> import realfake
    >>> realfake.Workers(jobs=2, limits=realfake.Limits(timeout=60)).limits.memory
    4096
    """

    jobs: int = 1
    limits: Limits = Limits()
    cluster: str | None = None
    scheduler: str | None = None


@dataclass(frozen=True)
class CrossValidation:
    """How strategies are tested on rows that they have not seen; no group stands on both sides of a split.

    Attributes
    ----------
    folds : parts, each tested once; at least 2
    repeats : times the folds are drawn anew
    seed : the same seed gives the same figures
    jobs : processes; figures do not depend on them
    search : hyper-parameter settings that each strategy may try in inner folds; 1 keeps the defaults

    Examples
    --------
    >>> import realfake
    >>> realfake.CrossValidation(folds=3, repeats=1)
    CrossValidation(folds=3, repeats=1, seed=0, jobs=1, search=1)
    """

    folds: int = 5
    repeats: int = 3
    seed: int = 0
    jobs: int = 1
    search: int = 1

    def __post_init__(self) -> None:
        for name, least in (("folds", 2), ("repeats", 1), ("seed", 0), ("jobs", 1), ("search", 1)):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < least:
                raise UnknownName(f"{name} is {value!r}; give a whole number of at least {least}")


@dataclass(frozen=True)
class Costs:
    """What a missed fake and a false alarm cost, in one unit of the user's choice.

    Attributes
    ----------
    miss, alarm : above 0

    Examples
    --------
    >>> import realfake
    >>> round(realfake.Costs(miss=500, alarm=4).break_even, 4)
    0.0079
    """

    miss: float
    alarm: float

    @property
    def break_even(self) -> float:
        """The probability of fake from which an alarm costs less than silence."""
        return self.alarm / (self.alarm + self.miss)

    @staticmethod
    def stated(miss: float | None, alarm: float | None) -> Costs | None:
        """Both costs, or None where neither is stated.

        Raises
        ------
        UnknownName
            If only one is stated.
        """
        if miss is None and alarm is None:
            return None
        if miss is None or alarm is None:
            raise UnknownName("one cost says nothing without the other; state both --cost-miss and --cost-alarm")
        return Costs(miss, alarm)


@dataclass(frozen=True)
class Deployment:
    """Where a model will work.

    Attributes
    ----------
    prevalence : share of fakes there, 0..1; that of the data where None
    costs : of a missed fake and a false alarm, where they are known

    Examples
    --------
    >>> import realfake
    >>> realfake.Deployment(prevalence=0.001, costs=realfake.Costs(500, 4)).costs.miss
    500
    """

    prevalence: float | None = None
    costs: Costs | None = None


@dataclass(frozen=True)
class Protocol:
    """Another test than plain folds; at most one of the first five.

    Attributes
    ----------
    leave_out : column, such as `app`, of which each value is tested and never trained on
    imbalance : such as `1:50`; trains with fakes as rare as each
    permute : shuffles the labels; every figure must fall to chance
    launder : grid such as `95,80,60x1,0.5`; tests on the images saved anew at each quality and scale
    test : table that is tested after training on the whole of the other
    neutral : first sends both classes through one channel, JPEG at quality 90

    Examples
    --------
    >>> import realfake
    >>> realfake.Protocol(leave_out="app").leave_out
    'app'
    """

    leave_out: str | None = None
    imbalance: tuple[str, ...] = ()
    permute: bool = False
    launder: str | None = None
    test: str | os.PathLike[str] | None = None
    neutral: bool = False


@dataclass(frozen=True)
class Alarms:
    """What a model may cost those who look at its alarms.

    Attributes
    ----------
    max_fpr : share of genuine images that may raise an alarm, 0..0.5; not used where costs are stated
    review_fpr : share of genuine images that may be looked at, alarms included; five times as many where None
    calibration : "platt", "beta", "isotonic", "venn-abers", or "auto" by the number of fakes

    Examples
    --------
    >>> import realfake
    >>> realfake.Alarms(max_fpr=0.02).calibration
    'auto'
    """

    max_fpr: float = 0.01
    review_fpr: float | None = None
    calibration: str = "auto"

    def __post_init__(self) -> None:
        needs_one_of("calibration", self.calibration, CALIBRATIONS)
        for name, rate in (("max_fpr", self.max_fpr), ("review_fpr", self.review_fpr)):
            if rate is not None and not (isinstance(rate, Real) and 0 < rate <= 0.5):
                raise UnknownName(f"{name} is {rate!r}; give a share above 0 and up to 0.5")


@dataclass(frozen=True)
class WordEvidence:
    """From where a model learns what words say.

    Attributes
    ----------
    regions : region table of the same images; None where the table of images sums up its words already
    base : model, such as "starter", whose scorer of words is used; with a region table, a scorer of one's own where
        None
    strategy : by which a scorer of one's own learns
    second_look : look again at the highest words of each image, by a learner trained on such words alone

    Examples
    --------
    >>> import realfake
    >>> realfake.WordEvidence("words.parquet", base="starter").strategy
    'plain'
    """

    regions: str | os.PathLike[str] | None = None
    base: str | os.PathLike[str] | None = None
    strategy: str = "plain"
    second_look: bool = True
