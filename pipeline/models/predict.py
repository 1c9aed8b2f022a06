"""A model and many images: their verdicts as they are measured, or one table to evaluate the model on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from realfake.forensics.catalog import FAMILIES, feature_names
from realfake.forensics.content.consistency import content_features
from realfake.forensics.content.reading import AUTO
from realfake.forensics.delimited import dialect_of
from realfake.forensics.errors import BadManifest, BadModel, BadTable
from realfake.forensics.evidence import Evidence, measure
from realfake.forensics.extract import PROVENANCE, program_version
from realfake.forensics.files import LINES_ENDINGS, STREAMED_ENDINGS, needs_ending, written_whole
from realfake.forensics.measurement import SEPARATOR
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.archive.past import PAST, pasts_of, with_past
from realfake.pipeline.archive.screens import signed
from realfake.pipeline.archive.store import Store
from realfake.pipeline.extraction.bulk import Summary
from realfake.pipeline.extraction.inputs import Item, received_of
from realfake.pipeline.extraction.remote import read_pictures
from realfake.pipeline.extraction.resume import line, streamed
from realfake.pipeline.extraction.workers import Work, measured
from realfake.pipeline.habits.habits import Habits, habit_features, summary_of
from realfake.pipeline.habits.reasons import Contradiction, contradictions
from realfake.pipeline.habits.screens import screen_of
from realfake.pipeline.models.model import ABSTAIN, Model
from realfake.pipeline.settings import CONTENT, HABITS, Workers
from realfake.pipeline.tables.table import Row, separator_of
from realfake.pipeline.verdicts import Verdict
from realfake.pipeline.words.scorer import RegionScorer, departures, summarise, summary_features, words_of
from realfake.pipeline.words.suspects import Suspect, suspects

BATCH = 32  # images scored at a time: explaining them together is cheaper than one by one
CONTRADICTIONS = "contradictions"  # column: what on the screen contradicts what else it says, or its app's habits
NOTE = "note"  # column: what a reader should know of how the file was read
FILE = ("sha256", "width", "height")  # of the image, empty where it cannot be read
PREDICTION = (
    "path", "probability", "verdict", "reasons", "suspects", CONTRADICTIONS,
    "score", "threshold", "review_threshold", *FILE, "model_sha256", "model_version",
)  # fmt: skip


def predict_to(
    items: Sequence[Item],
    model: Model,
    output: str | os.PathLike[str],
    *,
    as_json: bool = False,
    prevalence: float | None = None,
    reader: str | None = None,
    archive: Store | None = None,
    adding: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary:
    """Measure what the model needs, score it, and write a line per file in the order of `items`.

    Of a file that shows several pictures (pages, frames of an animation) the worst verdict counts, and the reasons
    begin with the picture that it is of.

    Parameters
    ----------
    output : a file, which appears whole, or `-` for standard output; one that holds no predictions is left alone
    as_json : JSON lines in place of CSV
    prevalence : share of fakes where the images come from; the one that the model expects where None
    reader : reads the screens too, and tells what on them contradicts itself
    archive : what was received before; tells which images are copies, and of which
    adding : add the images to the archive
    workers : who measures, and what one file may cost
    progress : called with the files done and the files in all

    Raises
    ------
    BadTable
        If the output cannot be written, or holds columns that a person added.
    """
    needs_ending(output, LINES_ENDINGS if as_json else STREAMED_ENDINGS)
    summary, separator = Summary(), separator_of(Path(output))
    columns = (*PREDICTION, *(PAST if archive else ()))
    if not as_json:
        _keep_added_columns(Path(output))
    with _stream(output) as stream:
        if not as_json:
            stream.write(line(dict(zip(columns, columns)), columns, separator))
        for scored in predicted(items, model, prevalence, workers, reader, archive, adding):
            for cells in scored.itertuples(index=False):
                prediction = dict(zip(columns, cells))
                stream.write(_json_line(prediction) if as_json else line(prediction, columns, separator))
                summary.count(str(prediction["reasons"]) if prediction["verdict"] == Verdict.ERROR else "")
            stream.flush()
            progress(summary.images, len(items))
    return summary


def predict_table(
    items: Sequence[Item],
    model: Model,
    *,
    prevalence: float | None = None,
    reader: str | None = None,
    archive: Store | None = None,
    adding: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame:
    """The predictions of `predict_to` as a table, one row a file; `suspects` as JSON."""
    parts: list[pd.DataFrame] = []
    for scored in predicted(items, model, prevalence, workers, reader, archive, adding):
        parts.append(scored)
        progress(sum(map(len, parts)), len(items))
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=[*PREDICTION, *(PAST if archive else ())])
    )


def predicted(
    items: Sequence[Item],
    model: Model,
    prevalence: float | None,
    workers: Workers,
    reader: str | None = None,
    archive: Store | None = None,
    adding: bool = False,
) -> Iterator[pd.DataFrame]:
    """The predictions of some files at a time, as they are measured: `PREDICTION`, and `PAST` where there is one."""
    work = model_work(model, reader, received_of(items))
    if archive is not None:
        work = partial(_with_signature, work=work, picture=adding)
    for batch in _batches(measured(items, work, jobs=workers.jobs, limits=workers.limits)):
        scored = scored_rows([row for _, rows in batch for row in rows], model, prevalence)
        scored = scored.iloc[worst(scored, [len(rows) for _, rows in batch])]
        if archive is not None:
            pasts = pasts_of([rows[0] for _, rows in batch], archive, adding)
            rows = [dict(zip(PREDICTION, cells)) for cells in scored.itertuples(index=False)]
            told = [with_past(row, past) for row, past in zip(rows, pasts, strict=True)]
            scored = pd.DataFrame(told, columns=[*PREDICTION, *PAST])
        yield scored


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
    >>> from realfake.pipeline.models.predict import for_review
    >>> for_review(["no sign of editing", "fake", "cannot tell"], ["9 is not 8", "no", ""])
    ['review', 'fake', 'cannot tell']
    """
    gravest = {True: Verdict.REVIEW, False: Verdict.NO_SIGN}
    return [
        str(max(Verdict(verdict), gravest[bool(said)], key=lambda one: one.gravity))
        for verdict, said in zip(verdicts, contradictions, strict=True)
    ]


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
    for item, of_image in measured(
        items, model_work(model, None, received_of(items)), jobs=workers.jobs, limits=workers.limits
    ):
        if len(of_image) > 1:
            of_image = [of_image[worst(model.predict(_frame(of_image, model), reasons=0), [len(of_image)])[0]]]
        rows += [{**row, **item.labels} for row in of_image]
        summary.count(str(of_image[0]["error"]))
        progress(summary.images, len(items))
    return _frame(rows, model, list(items[0].labels) if items else []), summary


def model_work(
    model: Model, reader: str | None = None, received: Mapping[str, datetime] = MappingProxyType({})
) -> Work:
    """What must be measured of an image before the model can score it.

    A screen is read where the model has learnt from what is read, or a reader is named.

    Raises
    ------
    BadModel
        If the model was trained on features that this version does not compute.
    """
    families = [name for name in model.families if name in FAMILIES]
    known = {*feature_names(families), *_summary(model), *(entry.column for entry in content_features())}
    known |= {entry.column for entry in habit_features() if model.habits}
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
        scorer=model.scorer,
        reader=reader,
        counts=counts,
        habits=model.habits,
        received=dict(received) if reader else {},
    )


def _each_picture(
    path: str,
    families: Sequence[str],
    scorer: RegionScorer | None,
    reader: str | None,
    counts: bool,
    habits: Habits | None,
    received: Mapping[str, datetime],
) -> list[Row]:
    """A row for each picture that a viewer shows of a file."""
    rows = []
    for image in read_pictures(path):
        evidence = measure(image, families, words=scorer is not None, reader=reader, received=received.get(path))
        row, found = judge(evidence, scorer, counts, habits)
        shown = [suspect.as_dict() for suspect in found] + [finding.as_suspect() for finding in evidence.findings]
        shown += [one.as_suspect() for one in held_against(evidence, habits)[1]] if habits else []
        rows.append(row | {"suspects": json.dumps(shown) if scorer or shown else ""})
    return rows


def _with_signature(path: str, work: Work, picture: bool) -> list[Row]:
    """The rows of an image, the first with what an archive keeps of it."""
    rows = work(path)
    return [rows[0] | signed(path, picture), *rows[1:]]


def judge(
    evidence: Evidence, scorer: RegionScorer | None, counts: bool = False, habits: Habits | None = None
) -> tuple[Row, list[Suspect]]:
    """What a model scores of the evidence on an image, and its suspicious words: none without a scorer of words.

    Parameters
    ----------
    evidence : what was measured
    scorer : of words
    counts : whether the model has learnt from what is read, so that contradictions count in its score
    habits : of the apps that the model knows

    Returns
    -------
    dict
        Provenance, features, the summary of the words' scores, the columns of habits, why nothing should be said, what
        contradicts what, and the note on the file.
    list of Suspect
    """
    numbers, broken = held_against(evidence, habits) if habits else ({}, [])
    notes = [*(one.sentence for one in broken), _notes(evidence, counts)]
    said = "; ".join([one.sentence for one in evidence.findings] + [one.sentence for one in broken])
    row = evidence.row | numbers | {NOTE: "; ".join(filter(None, notes)), ABSTAIN: evidence.abstain}
    row[CONTRADICTIONS] = said
    if scorer is None or evidence.words is None:
        return row, []
    words = scorer.remembered(words_of(evidence.words, evidence.provenance))
    looks = scorer.looks(words)
    row |= summarise(looks, departures(evidence.words.table))
    return row, suspects(evidence.words, words, looks, scorer)


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


def _batches(stream: Iterator[tuple[Item, list[Row]]]) -> Iterator[list[tuple[Item, list[Row]]]]:
    while batch := list(islice(stream, BATCH)):
        yield batch


def _frame(rows: list[Row], model: Model, labels: Sequence[str] = ()) -> pd.DataFrame:
    families = [name for name in model.families if name in FAMILIES]
    content = [entry.column for entry in content_features()] if CONTENT in model.families else []
    content += [entry.column for entry in habit_features()] if HABITS in model.families else []
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


def _keep_added_columns(output: Path) -> None:
    """Refuse to write predictions over a file that holds something else, such as a reviewer's column."""
    if str(output) == "-" or not output.is_file() or not output.stat().st_size:
        return
    try:
        names = dialect_of(output, PREDICTION.__contains__)[1]
    except OSError as error:
        raise BadTable(f"{output} cannot be read: {error.strerror}; choose another output") from None
    added = [name for name in names if name not in (*PREDICTION, *PAST)]
    if added:
        raise BadTable(
            f"{output} exists and has the column {added[0]!r}, which no prediction has and which would be lost; "
            "choose another output, or delete the file"
        )


def _json_line(prediction: dict[str, Any]) -> bytes:
    known = {key: None if value != value or value == np.inf else value for key, value in prediction.items()}
    known["suspects"] = json.loads(known["suspects"] or "[]")
    return json.dumps(known).encode() + b"\n"


@contextmanager
def _stream(output: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    if str(output) == "-":
        yield sys.stdout.buffer
        return
    with written_whole(output) as scratch, streamed(scratch, Path(output)) as stream:
        yield stream
