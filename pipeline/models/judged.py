"""What a model says of an image: measured, scored and explained in one place, where the model stays loaded."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from realfake.data.manifest import any_names
from realfake.forensics.catalog import FAMILIES, feature_names
from realfake.forensics.content.consistency import Finding, content_features
from realfake.forensics.content.reading import AUTO
from realfake.forensics.errors import BadManifest, BadModel, ModelWarning
from realfake.forensics.evidence import Evidence, measure
from realfake.forensics.image import ForensicImage
from realfake.forensics.names import PROVENANCE, SEPARATOR, program_version
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.extraction.inputs import Item, received_of
from realfake.pipeline.extraction.remote import read_pictures
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.extraction.workers import Work, measured
from realfake.pipeline.habits.habits import Habits, habit_features, summary_of
from realfake.pipeline.habits.reasons import Contradiction, contradictions
from realfake.pipeline.habits.screens import screen_of
from realfake.pipeline.models.model import ABSTAIN, Model, load_model
from realfake.pipeline.settings import ARCHIVE, CONTENT, HABITS, Workers
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.verdicts import CONTRADICTIONS, FILE, MEASURED, PREDICTION, TOLD, Verdict
from realfake.pipeline.words.scorer import RegionScorer, departures, summarise, summary_features, words_of
from realfake.pipeline.words.suspects import Suspect, suspects

NOTE = "note"  # column: what a reader should know of how the file was read


class Judge:
    """A model that stays where images are measured, and scores them there.

    Parameters
    ----------
    model : a model or its folder
    prevalence : share of fakes where the images come from; the one that the model expects where None
    reader : reads the screens too
    picture : whether the small picture is made that an archive keeps; None where there is no archive
    archive : file or URL of the archive, for a model that has learnt from what was received before
    received : when images came, by their paths

    Raises
    ------
    BadModel
        If it cannot be loaded, or was trained on features that this version does not compute.
    """

    def __init__(
        self,
        model: Model | str | os.PathLike[str],
        prevalence: float | None,
        reader: str | None,
        picture: bool | None,
        archive: str = "",
        received: Mapping[str, datetime] = MappingProxyType({}),
    ) -> None:
        self.prevalence, self.kept = prevalence, None if picture is None else Kept(picture, archive)
        self.told: list[str] = []
        with self._listening():
            self.model = model if isinstance(model, Model) else load_model(model)
        self.work = model_work(self.model, reader, self.kept, received)

    @any_names
    def prediction(self, path: str) -> Row:
        """The prediction on a file, of its worst picture where it shows several.

        Returns
        -------
        dict
            The columns `PREDICTION`; under `TOLD` the sentences of warnings; under `MEASURED`, where there is an
            archive, the row of its first picture with what an archive keeps.
        """
        rows = self.work(path)
        return self._told(rows) | ({} if self.kept is None else {MEASURED: rows[0]})

    @any_names
    def failed(self, path: str, why: str) -> Row:
        """The prediction on a file that could not be measured."""
        return self._told([{"path": path, "error": why}])

    def _told(self, rows: list[Row]) -> Row:
        with self._listening():
            scored = scored_rows(rows, self.model, self.prevalence)
        cells = scored.iloc[worst(scored, [len(rows)])[0]]
        plain = {str(name): cell.item() if isinstance(cell, np.generic) else cell for name, cell in cells.items()}
        return plain | {TOLD: list(self.told)}

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep what is warned of for the process that can tell it."""
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always", ModelWarning)
            yield
        self.told += [text for one in heard if (text := str(one.message)) not in self.told]


@dataclass(frozen=True)
class Kept:
    """What an archive is to know of each image: its signature, a small picture where it is added; and its place."""

    picture: bool
    archive: str = ""


def scored_rows(rows: list[Row], model: Model, prevalence: float | None = None) -> pd.DataFrame:
    """The predictions of measured pictures, one row each: the columns `PREDICTION`."""
    frame = _frame(rows, model)
    scored = model.predict(frame, prevalence).assign(
        suspects=frame["suspects"].fillna("").to_numpy(),
        **{name: _known(frame[name]) for name in FILE},
        model_sha256=model.fingerprint,
        model_version=model.version,
    )
    scored[CONTRADICTIONS] = frame[CONTRADICTIONS].fillna("").to_numpy()
    scored["verdict"] = for_review(scored["verdict"], scored[CONTRADICTIONS])
    scored["reasons"] = [
        "; ".join(filter(None, both)) for both in zip(frame[NOTE].fillna(""), scored["reasons"], strict=True)
    ]
    return scored[list(PREDICTION)]


def for_review(verdicts: Iterable[str], contradictions: Iterable[str]) -> list[str]:
    """Verdicts of which those on screens that contradict themselves are `review` at least, whatever the score.

    Examples
    --------
    >>> from realfake.pipeline.models.judged import for_review
    >>> for_review(["no sign of editing", "fake", "cannot tell"], ["9 is not 8", "no", ""])
    ['review', 'fake', 'cannot tell']
    """
    both = zip(map(Verdict, verdicts), contradictions, strict=True)
    return [str(verdict.worth_a_look if said else verdict) for verdict, said in both]


def measure_for(
    model: Model,
    items: Sequence[Item],
    needed: Sequence[str] = ("label",),
    *,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> tuple[pd.DataFrame, Summary]:
    """The feature table that a model needs of these images, with their labels, and how measuring went.

    Raises
    ------
    BadManifest
        If the images lack a label that is needed; measuring does not begin.
    """
    lacking = [name for name in needed if items and name not in items[0].labels]
    if lacking:
        raise BadManifest(f"the manifest lacks the column {lacking[0]!r}; it has {', '.join(items[0].labels)}")
    rows, summary = [], Summary()
    work = model_work(model, None, None, received_of(items))
    for item, of_image in measured(items, work, jobs=workers.jobs, limits=workers.limits):
        if len(of_image) > 1:
            of_image = [of_image[worst(model.predict(_frame(of_image, model), reasons=0), [len(of_image)])[0]]]
        rows += [{**row, **item.labels} for row in of_image]
        summary.count(str(of_image[0]["error"]))
        progress(summary.images, len(items))
    return _frame(rows, model, list(items[0].labels) if items else []), summary


def model_work(
    model: Model,
    reader: str | None = None,
    kept: Kept | None = None,
    received: Mapping[str, datetime] = MappingProxyType({}),
) -> Work:
    """What must be measured of an image before the model can score it.

    A screen is read where the model has learnt from what is read, or a reader is named.

    Parameters
    ----------
    model : that scores
    reader : of screens
    kept : what an archive is to know of the image; None where there is none

    Raises
    ------
    BadModel
        If the model was trained on features that this version does not compute, or on those of an archive where there
        is none.
    """
    past = ARCHIVE in model.families
    if past and kept is None:
        raise BadModel(
            "the model has learnt from what was received before; predict with --archive, or train it without"
        )
    families = [name for name in model.families if name in FAMILIES]
    known = {*feature_names(families), *_summary(model), *(entry.column for entry in content_features())}
    known |= {entry.column for entry in habit_features() if model.habits}
    known |= set(_past_columns()) if past else set()
    strange = [column for column in model.columns if SEPARATOR in column and column not in known]
    if strange:
        raise BadModel(
            f"the model was trained on {len(strange)} features that realfake {program_version()} does not compute, "
            f"such as {strange[0]}; train it again with this version"
        )
    counts = CONTENT in model.families
    reader = reader or (AUTO if counts or HABITS in model.families else None)
    return partial(
        _each_picture,
        families=families,
        columns=frozenset(model.columns),
        scorer=model.scorer,
        reader=reader,
        counts=counts,
        habits=model.habits,
        kept=kept,
        past=past,
        received=dict(received) if reader else {},
    )


def _past_columns() -> list[str]:
    from realfake.pipeline.archive.columns import past_features  # brings the database

    return [entry.column for entry in past_features()]


def _each_picture(
    path: str,
    families: Sequence[str],
    columns: frozenset[str],
    scorer: RegionScorer | None,
    reader: str | None,
    counts: bool,
    habits: Habits | None,
    kept: Kept | None,
    past: bool,
    received: Mapping[str, datetime],
) -> list[Row]:
    """A row for each picture that a viewer shows of a file."""
    rows = []
    for image in read_pictures(path):
        evidence = measure(image, families, scorer is not None, reader, received.get(path), columns)
        judged = judge(evidence, scorer, counts, habits)
        shown = judged.shown
        rows.append(judged.row | {"suspects": json.dumps(shown) if scorer or shown else ""})
        if kept is not None and len(rows) == 1:
            rows[0] |= _kept(image, path, kept, evidence, past)
    return rows


def _kept(image: ForensicImage, path: str, kept: Kept, evidence: Evidence, past: bool) -> Row:
    """What an archive is to know of an image, with the columns of what it knows already where they are asked for."""
    from realfake.pipeline.archive.columns import Past, past_numbers
    from realfake.pipeline.archive.screens import signed

    row = signed(image, kept.picture, evidence.receipt)
    if not past:
        return row
    found = Past(kept.archive, {}).found(image, path)
    return row | past_numbers(found) | {"past": found}


@dataclass(frozen=True)
class Judged:
    """What a model scores of the evidence on an image, and what it names on it.

    Attributes
    ----------
    row : provenance, features, the summary of the words' scores, the columns of habits, why nothing should be said,
        what contradicts what, and the note on the file
    words : suspicious ones; none without a scorer of words
    broken : what contradicts itself, then what contradicts the habits of the app
    """

    row: Row
    words: list[Suspect]
    broken: list[Finding | Contradiction]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What is named, as the column `suspects` has it."""
        return [one.as_dict() for one in self.words] + [one.as_suspect() for one in self.broken]


def judge(
    evidence: Evidence, scorer: RegionScorer | None, counts: bool = False, habits: Habits | None = None
) -> Judged:
    """What a model says of the evidence on an image.

    Parameters
    ----------
    evidence : what was measured
    scorer : of words
    counts : whether the model has learnt from what is read, so that contradictions count in its score
    habits : of the apps that the model knows
    """
    numbers, against_habits = held_against(evidence, habits) if habits else ({}, [])
    broken: list[Finding | Contradiction] = [*evidence.findings, *against_habits]
    notes = [*(one.sentence for one in against_habits), _notes(evidence, counts)]
    row = evidence.row | numbers | {NOTE: "; ".join(filter(None, notes)), ABSTAIN: evidence.abstain}
    row[CONTRADICTIONS] = "; ".join(one.sentence for one in broken)
    if scorer is None or evidence.words is None:
        return Judged(row, [], broken)
    words = scorer.remembered(words_of(evidence.words, evidence.provenance))
    looks = scorer.looks(words)
    row |= summarise(looks, departures(evidence.words.table))
    return Judged(row, suspects(evidence.words, words, looks, scorer), broken)


def held_against(evidence: Evidence, habits: Habits) -> tuple[dict[str, float], list[Contradiction]]:
    """The columns of habits for an image, NaN where nothing was read, and what of them its screen contradicts."""
    if evidence.receipt is None:
        return {entry.column: np.nan for entry in habit_features()}, []
    dialects = [code.dialect for code in evidence.codes if code.dialect]
    template, findings = habits.judge(screen_of(evidence.receipt, dialects))
    return summary_of(template, findings), contradictions(findings, evidence.receipt)


def _notes(evidence: Evidence, counts: bool) -> str:
    """What a reader of the prediction should know, contradictions first."""
    aside = "" if counts else " (not counted in the score)"
    return "; ".join([*(f"{one.sentence}{aside}" for one in evidence.findings), *filter(None, [evidence.note])])


def worst(scored: pd.DataFrame, counts: Sequence[int]) -> np.ndarray:
    """Of predictions on one file each, `counts` at a time, the places of the worst verdicts."""
    owner = np.repeat(np.arange(len(counts)), counts)
    gravity = [Verdict(verdict).gravity for verdict in scored["verdict"]]
    order = np.lexsort((-scored["probability"].fillna(0.0), -np.array(gravity), owner))
    return order[np.unique(owner, return_index=True)[1]]


def _frame(rows: list[Row], model: Model, labels: Sequence[str] = ()) -> pd.DataFrame:
    families = [name for name in model.families if name in FAMILIES]
    content = [entry.column for entry in content_features()] if CONTENT in model.families else []
    content += [entry.column for entry in habit_features()] if HABITS in model.families else []
    content += _past_columns() if ARCHIVE in model.families else []
    columns = [*PROVENANCE, *labels, *feature_names(families), *_summary(model), *content, "suspects", ABSTAIN, NOTE]
    columns.append(CONTRADICTIONS)
    return pd.DataFrame({column: [row.get(column) for row in rows] for column in columns}, dtype=object).infer_objects()


def _summary(model: Model) -> list[str]:
    """The columns that the model's scorer of words adds to an image."""
    scorer = model.scorer
    return [entry.column for entry in summary_features(scorer.second is not None)] if scorer else []


def _known(cells: pd.Series) -> np.ndarray:
    """Whole numbers and text as they are, None where there is nothing."""
    known = [None if cell is None or cell != cell or cell == "" else cell for cell in cells]
    return np.array([cell if cell is None or isinstance(cell, str) else int(cell) for cell in known], object)
