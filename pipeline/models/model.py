"""A trained model: scores tables, says why, and travels as a folder that can be loaded without trusting it."""

from __future__ import annotations

import json
import os
import platform
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from realfake.forensics.errors import BadModel, ModelWarning
from realfake.forensics.files import written_whole
from realfake.forensics.names import program_version
from realfake.pipeline.habits.habits import Habits, habits_from_json
from realfake.pipeline.learning.calibration import Calibrator, calibrator_from_json, prior_shift, shift_prior, snapped
from realfake.pipeline.learning.cross_validation import score
from realfake.pipeline.learning.explanations import contributions
from realfake.pipeline.learning.plain import NotPlain, PlainPipeline
from realfake.pipeline.learning.thresholds import Decision, decision_from_json
from realfake.pipeline.models.folder import (
    CARD,
    FACTS,
    LEARNER,
    SCORER,
    SECOND,
    SUMS,
    fingerprint,
    model_folder,
    sha256,
)
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.table import (
    distinct,
    failed_rows,
    families_in,
    filled,
    table_name,
    text_cells,
    write_table,
)
from realfake.pipeline.verdicts import Verdict
from realfake.pipeline.words.scorer import RegionScorer, scorer_from_json

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

FORMAT = 1  # of the folder
ABSTAIN = "abstain"  # column: why it should not be judged, empty where it can be
REASONS = 5
LIBRARIES = ("numpy", "scikit-learn", "imbalanced-learn", "lightgbm", "skops")
PICKLES = (".pkl", ".pickle", ".joblib", ".sav")
TRUSTED = (  # every type beyond skops' own list that a strategy's fitted pipeline is made of
    "collections.OrderedDict",
    "imblearn.ensemble._bagging.BalancedBaggingClassifier",
    "imblearn.ensemble._easy_ensemble.EasyEnsembleClassifier",
    "imblearn.ensemble._forest.BalancedRandomForestClassifier",
    "imblearn.pipeline.Pipeline",
    "imblearn.under_sampling._prototype_selection._random_under_sampler.RandomUnderSampler",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "numpy.arcsinh",  # which skops itself trusts from 0.15 on
    "numpy.dtype",
    "realfake.pipeline.learning.boosting.BoostedTrees",
    "realfake.pipeline.learning.focal.FocalBooster",
    "realfake.pipeline.learning.rusboost.RUSBoost",
    "sklearn.tree._tree.Tree",
)
FORMER = ("pipeline.focal.FocalBooster", "pipeline.rusboost.RUSBoost")  # our own types before they stood in `realfake`


def training_scores(folder: str | os.PathLike[str] = "starter") -> pd.DataFrame | None:
    """The scores that a model's training images got from learners that had not seen them.

    Parameters
    ----------
    folder : of the model; "starter" is the one that comes with the program

    Returns
    -------
    DataFrame or None
        `label` (1 for a fake), `score`, and `format` and `app` of the images where that is kept; None where the folder
        keeps none.

    Examples
    --------
    >>> import realfake
    >>> scores = realfake.training_scores()
    >>> bool(scores.loc[scores["label"] == 1, "score"].median() > scores.loc[scores["label"] == 0, "score"].median())
    True
    """
    file = model_folder(folder) / "out_of_fold.csv"
    kept = ("label", "score", "format", "app")
    return pd.read_csv(file, usecols=lambda name: name in kept).dropna(subset=kept[:2]) if file.is_file() else None


@dataclass(frozen=True)
class Model:
    """A fitted strategy with calibration and thresholds.

    Attributes
    ----------
    strategy : name in the catalogue
    pipeline : fitted, without the steps that only resample; plain numbers where it was loaded and its steps are known
    columns : of the design matrix, in order
    typical : (len(columns),) medians of the genuine training images
    calibrator : from scores to probabilities at `prevalence`
    decision : thresholds on the score
    prevalence : share of fakes in training
    seen_prior : share of fakes that the learner believes in after weighting or resampling
    facts : seed, versions, data fingerprint and counts, for the record
    scorer : of words, where the model stands on both levels; its summary makes the columns of the family `regions`
    habits : of the apps in training, where it knows them; they make the columns of the family `habits`
    fingerprint : SHA-256 of the folder's checksums, "" before it is saved
    """

    strategy: str
    pipeline: Pipeline | PlainPipeline
    columns: tuple[str, ...]
    typical: np.ndarray
    calibrator: Calibrator
    decision: Decision
    prevalence: float
    seen_prior: float
    facts: Mapping[str, Any]
    scorer: RegionScorer | None = None
    fingerprint: str = ""
    habits: Habits | None = None

    @property
    def version(self) -> str:
        """The version of this program that trained the model."""
        return str(self.facts.get("versions", {}).get("realfake", ""))

    @property
    def families(self) -> list[str]:
        """The families of features that must be extracted for this model."""
        return families_in(self.columns)

    @property
    def expected_prevalence(self) -> float:
        """The share of fakes where the model works: the one stated in training, or that of the training set."""
        stated = self.facts.get("prevalence_stated")
        return self.prevalence if stated is None else float(stated)

    def scores(self, frame: pd.DataFrame) -> np.ndarray:
        """The learner's scores at even odds, (n,) float64, NaN for rows with an error or that cannot be judged.

        They are `snapped`: what is printed is what the verdict stands on.

        Raises
        ------
        BadModel
            If the table lacks a column of the model.
        """
        lacking = [name for name in families_in(self.columns) if not families_in(frame.columns).count(name)]
        if lacking and not failed_rows(frame).all():
            raise BadModel(
                f"{table_name(frame)} lacks the families {', '.join(lacking)} that the model was trained on; "
                f"extract with --families {','.join(self.families)}"
            )
        read = ~(failed_rows(frame) | _abstained(frame))
        scores = np.full(len(frame), np.nan)
        if read.any():
            raw = score(self.pipeline, design_matrix(frame.loc[read], self.columns))
            scores[read] = snapped(shift_prior(raw, self.seen_prior, 0.5))
        return scores

    def probabilities(self, scores: np.ndarray, prevalence: float | None = None) -> np.ndarray:
        """Calibrated probabilities of fake, (n,) float64, at the prevalence of training or at another."""
        shift = 0.0 if prevalence is None else prior_shift(self.prevalence, prevalence)
        return np.where(np.isnan(scores), np.nan, self.calibrator(np.nan_to_num(scores), shift))

    def verdicts(self, scores: np.ndarray, prevalence: float | None = None) -> np.ndarray:
        """`no sign of editing`, `review`, `fake`, or `error` where there is no score, (n,) str."""
        return np.where(np.isnan(scores), Verdict.ERROR, self.decision_at(prevalence).verdicts(scores))

    def decision_at(self, prevalence: float | None) -> Decision:
        """The thresholds where fakes are as frequent as stated."""
        if prevalence is None:
            return self.decision
        return self.decision.at_prevalence(self.calibrator, self.prevalence, prevalence)

    def predict(self, frame: pd.DataFrame, prevalence: float | None = None, reasons: int = REASONS) -> pd.DataFrame:
        """Probability, verdict and reasons for each row.

        Parameters
        ----------
        frame : a feature table, labels not needed
        prevalence : share of fakes where the images come from; the expected one where None
        reasons : features to name for each image

        Returns
        -------
        DataFrame
            `path`, `probability` of fake, `verdict`, and `reasons`: the features that weighed most with their value,
            the typical genuine value and what they added (positive towards fake); for `error` the extraction error.
            Then what the verdict stands on: `score`, strictly increasing with the probability, `threshold` (a fake
            scores above it) and `review_threshold`.
        """
        self.warn_of_other_circumstances(frame)
        scores, decision = self.scores(frame), self.decision_at(prevalence)
        return pd.DataFrame(
            {
                "path": frame["path"].to_numpy() if "path" in frame else [f"row {i + 1}" for i in range(len(frame))],
                "probability": self.probabilities(
                    scores, self.expected_prevalence if prevalence is None else prevalence
                ),
                "verdict": np.where(_abstained(frame), Verdict.CANNOT_TELL, self.verdicts(scores, prevalence)),
                "reasons": self.reasons(frame, reasons),
                "score": scores,
                "threshold": decision.fake,
                "review_threshold": decision.review,
            }
        )

    def reasons(self, frame: pd.DataFrame, count: int = REASONS) -> list[str]:
        """The features that weighed most in each row, or its extraction error."""
        failed = failed_rows(frame)
        texts = [str(error) for error in frame["error"]] if "error" in frame else [""] * len(frame)
        abstained = _abstained(frame)
        texts = [str(why) if mute else text for text, mute, why in zip(texts, abstained, frame.get(ABSTAIN, texts))]
        read = np.flatnonzero(~(failed | abstained))
        if not len(read) or not count:
            return texts
        X = design_matrix(frame.iloc[read], self.columns)
        for row, values, added in zip(read, X, contributions(self.pipeline, X, self.typical), strict=True):
            order = np.argsort(-np.abs(added), kind="stable")[:count]
            texts[row] = "; ".join(self._reason(i, values[i], added[i]) for i in order if added[i])
        return texts

    def warn_of_other_circumstances(self, frame: pd.DataFrame) -> None:
        """Warn where the table was measured by another decoder than the training table."""
        for column in ("decoder", "decoder_version"):
            trained = self.facts.get(column)
            found = distinct(frame, column)
            if trained and found and found != trained:
                warnings.warn(
                    f"{table_name(frame)} was measured with {column} {', '.join(found)}, the model was trained with "
                    f"{', '.join(trained)}; probabilities may shift",
                    ModelWarning,
                    stacklevel=3,
                )

    def _reason(self, column: int, value: float, added: float) -> str:
        return f"{self.columns[column]} {value:.4g} (typically {self.typical[column]:.4g}, {added:+.2g})"


def save_model(
    model: Model, folder: str | os.PathLike[str], card: str = "", tables: Mapping[str, pd.DataFrame] | None = None
) -> None:
    """Write a model as a folder that appears whole or not at all.

    Parameters
    ----------
    folder : new, empty, or an older model, which is replaced
    card : Markdown that says what the model is
    tables : file name to a table to keep beside it, such as the out-of-fold scores

    Raises
    ------
    BadModel
        If the folder holds something else.
    CannotWrite
        If the system refuses.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / FACTS).exists())):
        raise BadModel(f"{folder} is not an empty folder and not a model; choose another folder for the model")
    _keep_added_files(folder)
    with written_whole(folder) as scratch:
        scratch.mkdir()
        (scratch / LEARNER).write_bytes(_skops(model.pipeline))
        (scratch / FACTS).write_text(json.dumps(_to_json(model), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        (scratch / CARD).write_text(card, encoding="utf-8")
        if model.scorer:
            (scratch / SCORER).write_bytes(_skops(model.scorer.pipeline))
        if model.scorer and model.scorer.second:
            (scratch / SECOND).write_bytes(_skops(model.scorer.second.pipeline))
        for name, table in (tables or {}).items():
            write_table(table, scratch / name)
        sums = [f"{sha256(file)}  {file.name}\n" for file in sorted(scratch.iterdir())]
        (scratch / SUMS).write_text("".join(sums), encoding="utf-8")


def load_model(folder: str | os.PathLike[str] = "starter") -> Model:
    """Read a model that `realfake train` or `Trained.write` wrote; nothing in it is executed.

    Parameters
    ----------
    folder : of the model; "starter" is the one that comes with the program

    Returns
    -------
    Model
        Its `strategy`, `columns`, `families`, `prevalence` (share of fakes in training, 0..1) and `facts`.

    Raises
    ------
    BadModel
        If it is no model, a pickle, damaged, holds a type that no strategy needs, or comes from another format.

    Warns
    -----
    ModelWarning
        If libraries have another version than in training.

    Examples
    --------
    >>> import realfake
    >>> model = realfake.load_model()
    >>> model.strategy, model.scorer is not None
    ('logistic', True)
    """
    folder = model_folder(folder)
    _refuse_pickles(folder)
    _check_sums(folder)
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadModel(f"{folder / FACTS} cannot be read ({error}); train the model again") from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise BadModel(f"{folder} is not a model of format {FORMAT}; train it again with this version")
    other = _other_versions(facts)
    pipeline = _load_learner(folder / LEARNER, other)
    try:
        model = Model(
            str(facts["strategy"]),
            pipeline,
            tuple(map(str, facts["columns"])),
            np.array([np.nan if v is None else v for v in facts["typical"]], np.float64),
            calibrator_from_json(facts["calibration"]),
            decision_from_json(facts["decision"]),
            float(facts["prevalence"]),
            float(facts["seen_prior"]),
            facts["facts"],
            _load_scorer(facts["scorer"], folder, other) if facts.get("scorer") else None,
            fingerprint(folder),
            habits_from_json(facts["habits"]) if facts.get("habits") else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadModel(f"{folder / FACTS} lacks what a model needs ({error}); train the model again") from None
    if len(model.typical) != len(model.columns):
        raise BadModel(f"{folder / FACTS} contradicts itself; train the model again")
    if other:
        sentence = f"{folder} was trained with {other}; train again if scores must be the same"
        warnings.warn(sentence, ModelWarning, stacklevel=2)
    return model


def habits_in(model: Model) -> Habits:
    """The habits that a model knows.

    Raises
    ------
    BadModel
        If it knows none.
    """
    if model.habits is None:
        raise BadModel("the model knows no habits of an app; train it with --fields")
    return model.habits


def without_habits(folder: str | os.PathLike[str], ids: Collection[str], output: str | os.PathLike[str]) -> Model:
    """Write a model anew without some of its habits; its learner, its thresholds and its tables stay as they are.

    Parameters
    ----------
    folder : of the model
    ids : of the habits, as `Habits.table` lists them
    output : folder for the new model

    Raises
    ------
    BadModel
        If the folder holds no model, or one that knows no habits.
    UnknownName
        If there is no such habit.
    """
    folder, model = model_folder(folder), load_model(folder)
    habits = habits_in(model)
    off = sorted({*model.facts.get("habits_off", ()), *ids})
    changed = replace(model, habits=habits.without(ids), facts={**model.facts, "habits_off": off})
    card = (folder / CARD).read_text(encoding="utf-8").rstrip("\n") + f"\n\nHabits switched off: {', '.join(off)}.\n"
    tables = {file.name: text_cells(file, lambda _: False)[1] for file in sorted(folder.glob("*.csv"))}
    save_model(changed, output, card, tables)
    return changed


def versions() -> dict[str, str]:
    """Versions of what a model's numbers depend on."""
    found = {name: version(name) for name in LIBRARIES}
    return {"realfake": program_version(), "python": platform.python_version()} | found


def _to_json(model: Model) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "strategy": model.strategy,
        "columns": list(model.columns),
        "families": model.families,
        "typical": [None if np.isnan(v) else float(v) for v in model.typical],
        "prevalence": model.prevalence,
        "seen_prior": model.seen_prior,
        "scorer": model.scorer.to_json() if model.scorer else None,
        "habits": model.habits.to_json() if model.habits else None,
        "calibration": model.calibrator.to_json(),
        "decision": model.decision.to_json(),
        "facts": dict(model.facts),
    }


def _abstained(frame: pd.DataFrame) -> np.ndarray:
    """Rows of images that were measured but cannot be judged, (n,) bool."""
    return np.asarray(filled(frame, ABSTAIN) & ~failed_rows(frame))


def _keep_added_files(folder: Path) -> None:
    """Refuse to replace a model folder into which a person put something."""
    if not (folder / SUMS).is_file():
        return
    listed = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    own = {SUMS, *(line.partition("  ")[2] for line in listed)}
    if added := sorted(file.name for file in folder.iterdir() if file.name not in own):
        raise BadModel(f"{folder} holds {added[0]}, no part of the model, which would be lost; choose another folder")


def _refuse_pickles(folder: Path) -> None:
    if folder.is_file():
        kind = "a pickle, which can run any code when loaded" if folder.suffix in PICKLES else "a file, not a folder"
        raise BadModel(f"{folder} is {kind}; give the folder that `realfake train` wrote")
    if not folder.is_dir():
        raise BadModel(f"{folder} does not exist; train a model with `realfake train` or give another folder")
    if (folder / FACTS).exists() and (folder / LEARNER).exists():
        return
    pickles = [file.name for file in sorted(folder.iterdir()) if file.suffix in PICKLES]
    if pickles:
        raise BadModel(
            f"{folder} holds the pickle {pickles[0]}, which can run any code when loaded and is never opened; "
            "train the model again with `realfake train`"
        )
    raise BadModel(f"{folder} lacks {FACTS} or {LEARNER}; give the folder that `realfake train` wrote")


def _check_sums(folder: Path) -> None:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        stated = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        guarded = [LEARNER, FACTS, *(name for name in (SCORER, SECOND) if name in stated or (folder / name).exists())]
        if gone := [name for name in guarded if not (folder / name).exists()]:
            raise BadModel(f"{folder / gone[0]} is not there; copy the whole model folder again")
        wrong = [name for name in guarded if stated.get(name) != sha256(folder / name)]
    except (OSError, ValueError) as error:
        raise BadModel(f"{folder / SUMS} cannot be read ({error}); copy the whole model folder again") from None
    if wrong:
        raise BadModel(f"{folder / wrong[0]} was changed or damaged since training; copy or train the model again")


def _load_scorer(values: dict[str, Any], folder: Path, other_versions: str) -> RegionScorer:
    second = _load_learner(folder / SECOND, other_versions) if values.get("second") else None
    return scorer_from_json(values, _load_learner(folder / SCORER, other_versions), second)


def _skops(pipeline: Pipeline | PlainPipeline) -> bytes:
    """A pipeline as the bytes of a skops file; one that was loaded, as those that it was loaded from."""
    if isinstance(pipeline, PlainPipeline):
        return pipeline.archive
    import skops.io

    written: bytes = skops.io.dumps(pipeline)
    return written


def _load_learner(file: Path, other_versions: str) -> Pipeline | PlainPipeline:
    """A learner as plain numbers where it is made of known steps, else as skops reads it."""
    try:
        return PlainPipeline(file.read_bytes())
    except NotPlain:
        return _load_by_skops(file, other_versions)


def _load_by_skops(file: Path, other_versions: str) -> Pipeline:
    import skops.io
    from imblearn.pipeline import Pipeline

    try:
        types = set(skops.io.get_untrusted_types(file=file)) - set(TRUSTED)
        strange, former = sorted(types - set(FORMER)), sorted(types & set(FORMER))
        if strange:
            raise BadModel(f"{file} holds {strange[0]}, a type that no strategy needs; do not trust this model")
        if former:
            raise BadModel(
                f"{file} was written by an earlier version of this program, which said {former[0]}; train the model "
                "again with this version: `realfake train`"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions, which `load_model` tells in one sentence
            learner = skops.io.load(file, trusted=list(TRUSTED))
            if not isinstance(learner, Pipeline):
                raise BadModel(f"{file} is not a strategy's pipeline; train the model again")
            learner.predict_proba(np.zeros((1, learner.n_features_in_)))  # one library may not read another's work
    except BadModel:
        raise
    except Exception as error:  # whatever the broken part raises
        cause = str(error).strip().split("\n")[0]
        trained = f"it was trained with {other_versions}, install those or " if other_versions else ""
        raise BadModel(f"{file} cannot be used ({cause}); {trained}train the model again") from None
    return learner


def _other_versions(facts: Mapping[str, Any]) -> str:
    """Libraries that had another version in training, "" where none had."""
    trained, now = facts.get("facts", {}).get("versions", {}), versions()
    other = [name for name in now if _release(name, trained.get(name, now[name])) != _release(name, now[name])]
    return ", ".join(f"{name} {trained[name]} (now {now[name]})" for name in other)


def _release(name: str, number: str) -> str:
    """A version as far as it can change a number: the bug fixes of Python do not."""
    return ".".join(number.split(".")[:2]) if name == "python" else number
