"""A trained model set anew for one's own stream: genuine images of it say how high innocent ones score."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from realfake.data.manifest import Label, label_of
from realfake.forensics.errors import BadManifest, TooFewGenuine
from realfake.forensics.progress import Progress, shares, silent
from realfake.pipeline.extraction.bulk import extract_to_table
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.learning.thresholds import CONFIDENCE, best_rate, check_rates, decide_by_fpr
from realfake.pipeline.models.card import calibrated_card
from realfake.pipeline.models.evaluate import with_labels
from realfake.pipeline.models.judged import measure_for
from realfake.pipeline.models.model import Model, save_model
from realfake.pipeline.settings import Alarms, Workers
from realfake.pipeline.tables.duplicates import SAME_PICTURE, join_groups, near_duplicate_groups
from realfake.pipeline.tables.table import failed_rows
from realfake.pipeline.verdicts import Verdict
from realfake.pipeline.words.memory import remembering_too
from realfake.pipeline.words.two_levels import with_looks


@dataclass(frozen=True)
class Calibrated:
    """A model with thresholds for one's own images, and the images behind them.

    Attributes
    ----------
    model : with the new thresholds
    scores : one row an image: `path`, `score` (NaN where there is none), `capture` (one number for near-duplicates),
        `counted` (whether it stands for its capture), `verdict`
    promise : what so many images can promise, in one sentence
    summary : how measuring went: `images`, `failed`, `kept` and `first_error`
    card : of the model, in Markdown
    """

    model: Model
    scores: pd.DataFrame
    promise: str
    summary: Summary
    card: str

    def write(self, folder: str | os.PathLike[str]) -> None:
        """Write the model folder with its card and `calibration.csv`."""
        save_model(self.model, folder, self.card, {"calibration.csv": self.scores})


def genuine_items(items: Sequence[Item], mostly_genuine: bool = False) -> list[Item]:
    """The images to calibrate on: those that are labelled genuine, or all without a label where that is stated.

    Raises
    ------
    BadManifest
        If a label names no class, or there is no image left.
    """
    blank = {item.path for item in items if not str(item.labels.get("label", "")).strip()}
    told = [item for item in items if item.path not in blank]
    told = with_labels(items if told and not mostly_genuine else told)
    genuine = {item.path for item in told if label_of(item.labels["label"]) == Label.GENUINE}
    taken = genuine | blank if mostly_genuine else genuine
    chosen = [item for item in items if item.path in taken]
    if not chosen:
        raise BadManifest(
            "no image is known to be genuine; name a manifest with label 0 for genuine ones, or state --mostly-genuine "
            "where hardly any of these images can be a fake"
        )
    return chosen


def calibrate_model(
    model: Model,
    items: Sequence[Item],
    alarms: Alarms = Alarms(),
    mostly_genuine: bool = False,
    *,
    before: str = "",
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Calibrated:
    """Choose a model's thresholds on genuine images of one's own, and let its memory learn how their screens look.

    Parameters
    ----------
    items : images; fakes among them are left out by their label
    alarms : how many genuine images may raise an alarm or be looked at
    mostly_genuine : images without a label are genuine, but for a few; each fake among them can only raise a threshold
    before : the card of the model
    progress : called with the images measured and the images in all

    Raises
    ------
    TooFewGenuine
        If so few genuine images cannot promise the rate.
    BadManifest, UnknownName
        As in `genuine_items` and `check_rates`.
    """
    check_rates(alarms.max_fpr, alarms.review_fpr)
    items = genuine_items(items, mostly_genuine)
    check_enough(len(items), alarms.max_fpr)  # before they are measured
    memory = model.scorer.memory if model.scorer else None
    steps = shares(progress, 2 if memory else 1)
    table, summary = measure_for(model, items, (), workers=workers, progress=steps[0])
    capture = captures(table)
    if memory and model.scorer:
        words = extract_to_table(items, Wanted(level="region"), workers=workers, progress=steps[1])
        words = words.copy().assign(label=int(Label.GENUINE))  # in one piece, which it is not as it is read
        of_path = dict(zip(table["path"], capture, strict=True))
        columns, memory = remembering_too(memory, words, words["path"].map(of_path).to_numpy())
        table = with_looks(table, words, model.scorer.looks(words.join(columns)))
        model = replace(model, scorer=replace(model.scorer, memory=memory))
    scores = model.scores(table)
    counted = highest_of_each(scores, capture)
    known = scores[counted]
    check_enough(len(known), alarms.max_fpr)
    decision = decide_by_fpr(np.zeros(len(known)), known, alarms.max_fpr, alarms.review_fpr)
    failed = int(failed_rows(table).sum())
    facts = {
        "genuine": len(known),
        "images": len(table),
        "near_duplicates": int(np.isfinite(scores).sum()) - len(known),
        "cannot_tell": int(np.isnan(scores).sum()) - failed,
        "failed": failed,
        "mostly_genuine": mostly_genuine,
        "remembers": memory is not None,
        "sha256": hashlib.sha256("\n".join(sorted(map(str, table["sha256"]))).encode()).hexdigest(),
        "of_model": model.fingerprint,
    }
    model = replace(model, decision=decision, facts={**model.facts, "calibrated": facts})
    told = pd.DataFrame(
        {"path": table["path"].to_numpy(), "score": scores, "capture": capture, "counted": counted}
    ).assign(verdict=np.where(np.isnan(scores), Verdict.ERROR, decision.verdicts(scores)))
    said = promise(model)
    return Calibrated(model, told, said, summary, calibrated_card(model, said, before))


def captures(table: pd.DataFrame) -> np.ndarray:
    """One number for the files of one capture, (n,) int64: of one group, byte-identical or nearly alike."""
    identity = pd.factorize(table["sha256"].astype(object).where(table["sha256"].notna(), table["path"]))[0]
    return join_groups(identity, near_duplicate_groups(table["phash"], SAME_PICTURE), *_stated(table))


def _stated(table: pd.DataFrame) -> list[np.ndarray]:
    """The groups that the manifest states, none where it states none."""
    if "group" not in table:
        return []
    group = table["group"].astype(object)
    alone = group.isna() | (group.astype(str).str.strip() == "")
    return [pd.factorize(group.astype(str).where(~alone, [f"\0{i}" for i in range(len(table))]))[0]]


def highest_of_each(scores: np.ndarray, capture: np.ndarray) -> np.ndarray:
    """Which rows stand for their capture, (n,) bool: the highest score of each, none of captures without a score.

    Copies of one capture are no further evidence of how others score; the highest makes no promise that one of them
    breaks.
    """
    order = np.lexsort((-np.nan_to_num(scores, nan=-1.0), capture))
    first = np.unique(capture[order], return_index=True)[1]
    counted = np.zeros(len(scores), bool)
    counted[order[first]] = True
    return np.asarray(counted & np.isfinite(scores))


def check_enough(genuine: int, max_fpr: float) -> None:
    """Refuse to promise what so few genuine images cannot.

    Raises
    ------
    TooFewGenuine
        If even an alarm above the highest of their scores is expected more often than `max_fpr`.
    """
    needed = math.ceil(1 / max_fpr - 1e-9) - 1
    if genuine < needed:
        best = f"at best {best_rate(genuine):g}" if genuine else "nothing"
        raise TooFewGenuine(
            f"{genuine} genuine images that can be judged, one a capture, promise {best}, not a false-positive rate of "
            f"{max_fpr:g}, which takes {needed}; gather {needed - genuine} more, or raise --max-fpr"
        )


def promise(model: Model) -> str:
    """What the thresholds of a calibrated model promise, in one sentence."""
    decision = model.decision
    bound = f"no more than {decision.fpr_bound:.2%} with {CONFIDENCE:.0%} confidence"
    return (
        f"From {decision.genuine} genuine images, one a capture: at most {decision.expected_fpr:.2%} of new ones like "
        f"them are expected to raise an alarm, and {bound}"
    )
