"""A frozen model on labelled images: its figures, whole and by slice."""

from __future__ import annotations

import gzip
import json
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from realfake.data.manifest import label_of, printable
from realfake.data.masks import read_mask
from realfake.forensics.box import Box
from realfake.forensics.errors import BadManifest, BadTable
from realfake.forensics.files import LINES_ENDINGS, PACKED, PARQUET_ENDINGS, ending_of
from realfake.forensics.progress import Progress, shares, silent
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.launder import Channel, resaved
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.learning.alarms import saved_without_edit
from realfake.pipeline.metrics.bootstrap import Scores
from realfake.pipeline.metrics.intervals import clopper_pearson
from realfake.pipeline.models.judged import for_review, measure_for
from realfake.pipeline.models.model import Model
from realfake.pipeline.models.train import figures_with_intervals
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.table import TableWarning, groups, labels, table_name, text_cells
from realfake.pipeline.verdicts import CONTRADICTIONS, FILE, PREDICTION, Verdict

ALL, LAUNDERED = "all", "laundered"
BLANK = "(blank)"  # the value of a slice of rows without one
USED = ["path", "verdict", "reasons", "suspects", CONTRADICTIONS, "score", "model_sha256", *FILE]  # of predictions
ON_MASK = 0.1  # share of a word's box that a mask covers, from which the word counts as found


def evaluate_table(model: Model, table: pd.DataFrame, by: Sequence[str] = (), seed: int = 0) -> pd.DataFrame:
    """The figures of a model at its stored thresholds.

    A slice holds the rows with one value of a column and no others; those without a value are a slice of their own,
        `(blank)`. A value that only fakes have (the tool of a forgery) is a slice of recall alone, and one that only
    genuine images have (an editor that saved without an edit) of false alarms alone.

    Parameters
    ----------
    table : feature table with labels
    by : columns to slice by
    seed : of the group bootstrap

    Returns
    -------
    DataFrame
        One row for all images and one per slice: `slice`, `value`, counts (`abstained`: images that could not be
        measured, which are in no figure), the share of images in `review`, as `predict` has it: screens that contradict
        themselves among them, where the table says so; figures with `_low` and `_high` bounds; NaN
        where a class is missing or too small for the figure. `noop_fpr` is the share of alarms among genuine images
        that an editor saved without an edit, where there are any. `localised` is the share of caught fakes with a mask
        whose most suspicious word it covers.

    Raises
    ------
    BadTable
        If a column or the labels are missing.
    BadModel
        If the table lacks a column of the model.
    """
    _needs(table, by)
    model.warn_of_other_circumstances(table)
    return _whole_and_by_slice(model, table, model.scores(table), by, seed)


def evaluate_predictions(
    model: Model, predictions: pd.DataFrame, items: Sequence[Item], by: Sequence[str] = (), seed: int = 0
) -> pd.DataFrame:
    """The same figures from the scores that `predict` wrote with this model: nothing is measured.

    Parameters
    ----------
    predictions : as `read_predictions` gives them
    items : labelled images; those without a prediction are left out with a warning

    Raises
    ------
    BadTable
        If another model scored one of the images, none has a prediction, or a column to slice by is missing.
    """
    name = table_name(predictions)
    last = predictions.drop_duplicates("path", keep="last").set_index("path")
    known = [item for item in items if item.path in last.index]
    if not known:
        raise BadTable(f"{name} has none of the images of the manifest; predict them with: --manifest")
    if len(known) < len(items):
        warnings.warn(
            f"{len(items) - len(known)} of {len(items)} images have no prediction in {name} and are left out",
            TableWarning,
            stacklevel=2,
        )
    scored = last.loc[[item.path for item in known]]
    others = scored["model_sha256"].ne(model.fingerprint)
    if others.any():
        raise BadTable(
            f"{name}: {printable(str(others.idxmax()))} was scored by another model; give that one with --model"
        )
    table = pd.DataFrame([{"path": item.path, **item.labels} for item in known])
    for column in ("suspects", CONTRADICTIONS, *FILE):
        table[column] = scored[column].to_numpy()
    table.attrs["source"] = name
    _needs(table, by)
    return _whole_and_by_slice(model, table, scored["score"].to_numpy(float), by, seed)


def read_predictions(path: str | os.PathLike[str]) -> pd.DataFrame:
    """What `predict` wrote: a CSV, JSON lines, a Parquet file, or the folder of them that a cluster filled.

    Raises
    ------
    BadTable
        If it cannot be read, or holds no predictions.
    """
    path = Path(path)
    try:
        frame = _as_written(path)
        lacking = [column for column in USED if column not in frame]
        if lacking:
            raise BadTable(f"{path} lacks the column {lacking[0]!r}; give what `realfake predict` wrote")
        frame = frame[USED].assign(score=pd.to_numeric(frame["score"]))
    except (ValueError, OSError, EOFError) as error:  # pandas' and arrow's parser errors are ValueErrors
        raise BadTable(f"{path} cannot be read ({str(error).strip().splitlines()[0]}); predict anew") from None
    strange = frame["score"].notna() & ~frame["score"].between(0, 1)
    if strange.any():
        raise BadTable(f"{path} has the score {frame['score'][strange].iloc[0]}, which is not in 0..1; predict anew")
    frame.attrs["source"] = str(path)
    return frame


def _as_written(path: Path) -> pd.DataFrame:
    if path.is_dir() or path.suffix.lower() in PARQUET_ENDINGS:
        return pd.read_parquet(path)
    if ending_of(path) not in LINES_ENDINGS:
        return text_cells(path, lambda name: name not in PREDICTION)[1]
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix.lower() == PACKED else data).splitlines()
    frame = pd.DataFrame(map(json.loads, lines))
    return frame.assign(suspects=frame["suspects"].map(json.dumps)) if "suspects" in frame else frame


def summary_of(predictions: pd.DataFrame) -> Summary:
    """How many images were scored, and how many could not be."""
    summary = Summary()
    for verdict, why in zip(predictions["verdict"], predictions["reasons"], strict=True):
        summary.count(str(why) if verdict == Verdict.ERROR else "")
    return summary


def _needs(table: pd.DataFrame, by: Sequence[str]) -> None:
    unknown = [column for column in by if column not in table]
    if unknown:
        raise BadTable(f"{table_name(table)} has no column {unknown[0]!r} to slice by; add it to the manifest")


def _whole_and_by_slice(
    model: Model, table: pd.DataFrame, scores: np.ndarray, by: Sequence[str], seed: int
) -> pd.DataFrame:
    y, group = labels(table), groups(table)
    found, untouched = localised(table), saved_without_edit(table)
    verdicts = model.verdicts(scores)
    if CONTRADICTIONS in table:
        verdicts = np.array(for_review(verdicts, table[CONTRADICTIONS].fillna("")), str)
    slices = [(ALL, "", np.ones(len(y), bool)), *(s for column in by for s in _slices(column, table[column]))]
    named = [({"slice": name, "value": value}, rows) for name, value, rows in slices]
    figures = [
        name
        | _figures(model, y[rows], group[rows], scores[rows], verdicts[rows], found[rows], seed)
        | (_noop(model, scores[rows & untouched & (y == 0)]) if untouched.any() else {})
        for name, rows in named
    ]
    return pd.DataFrame(figures)


def with_labels(items: Sequence[Item]) -> list[Item]:
    """The images whose label is known, with a warning of how many others there are.

    Raises
    ------
    BadManifest
        If a label is neither blank nor the name of a class, or none is there.
    """
    told = [item for item in items if str(item.labels.get("label", "")).strip() != ""]
    strange = [item for item in told if label_of(item.labels["label"]) is None]
    if strange:
        raise BadManifest(
            f"the manifest has the label {str(strange[0].labels['label'])!r} for {printable(strange[0].path)}; "
            "use 0 for genuine and 1 for fake"
        )
    if items and not told:
        raise BadManifest("the manifest has no label; write 1 for fake and 0 for genuine into the column label")
    if len(told) < len(items):
        warnings.warn(
            f"{len(items) - len(told)} of {len(items)} images have no label and are left out",
            TableWarning,
            stacklevel=2,
        )
    return told


def localised(table: pd.DataFrame) -> np.ndarray:
    """1 where the most suspicious word lies on the mask, 0 where it does not, NaN without words or mask; (n,) float."""
    found = np.full(len(table), np.nan)
    if not {"mask", "suspects", "width", "height"} <= set(table.columns):
        return found
    rows = zip(table["mask"].fillna("").astype(str), table["suspects"].fillna("").astype(str), strict=True)
    for i, (mask, words) in enumerate(rows):
        if mask and words not in ("", "[]"):
            try:
                size = int(table["width"].iloc[i]), int(table["height"].iloc[i])
                box = Box(*map(int, json.loads(words)[0]["box"]))
            except (ValueError, TypeError, LookupError):
                raise BadTable(f"{table_name(table)}: row {i} has suspects that are no boxes; predict anew") from None
            found[i] = float(read_mask(mask, *size)[box.slices].mean() >= ON_MASK)
    return found


def evaluate_laundered(
    model: Model,
    items: Sequence[Item],
    channels: Sequence[Channel],
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame:
    """The figures of a model on the same images after each channel, one row a channel as in `evaluate`.

    Parameters
    ----------
    items : labelled images
    progress : called with the images measured and the images in all, over all channels
    """
    parts = []
    for channel, step in zip(channels, shares(progress, len(channels))):
        with resaved(items, channel, workers.jobs, workers.limits) as files:
            table, _ = measure_for(model, files, workers=workers, progress=step)
        parts.append(evaluate_table(model, table).assign(slice=LAUNDERED, value=channel.name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def false_alarms_against_expected(model: Model, figures: pd.DataFrame) -> str:
    """Whether the model's alarms on fresh genuine images stay within what its threshold promised, in one sentence."""
    row, asked = figures.iloc[0], model.decision.max_fpr
    if not row["genuine"]:
        return "There is no genuine image, so what the threshold promised cannot be checked"
    if asked is None:
        asked, promised = model.decision.expected_fpr, "expected"
    else:
        promised = "allowed"
    found = f"{row['fpr']:.2%} [{row['fpr_low']:.2%}, {row['fpr_high']:.2%}] on {row['genuine']} genuine images"
    if row["fpr_low"] > asked:
        verdict = "broken: these images are not like those it was trained on"
    elif row["fpr_high"] <= asked:
        verdict = "kept"
    else:
        verdict = "not contradicted, and not shown by so few images"
    return f"The threshold {promised} {asked:.2%} false alarms; found {found}: {verdict}"


def _slices(column: str, values: pd.Series) -> list[tuple[str, str, np.ndarray]]:
    text = values.astype(object).fillna("").astype(str).str.strip().to_numpy()
    return [
        (column, value or BLANK, text == value) for value in sorted(set(text), key=lambda value: (not value, value))
    ]


def _noop(model: Model, scores: np.ndarray) -> dict[str, object]:
    """Alarms among genuine images that an editor saved without an edit."""
    read = scores[~np.isnan(scores)]
    share = clopper_pearson(int(np.sum(model.verdicts(read) == Verdict.FAKE)), len(read))
    return {"noop_images": len(read), "noop_fpr": share.value, "noop_fpr_low": share.low, "noop_fpr_high": share.high}


def _figures(
    model: Model,
    y: np.ndarray,
    group: np.ndarray,
    scores: np.ndarray,
    verdicts: np.ndarray,
    found: np.ndarray,
    seed: int,
) -> dict[str, object]:
    read = ~np.isnan(scores)
    judged = verdicts != Verdict.ERROR  # one that contradicts itself is, even where there is nothing to score
    counts: dict[str, object] = {
        "images": len(y),
        "fakes": int((y == 1).sum()),
        "genuine": int((y == 0).sum()),
        "abstained": int((~judged).sum()),
        "review_fakes": int(((verdicts == Verdict.REVIEW) & (y == 1)).sum()),
        "review_genuine": int(((verdicts == Verdict.REVIEW) & (y == 0)).sum()),
        "prevalence": float(np.mean(y[read])) if read.any() else np.nan,
    }
    review = clopper_pearson(int(np.sum(verdicts == Verdict.REVIEW)), int(judged.sum()))
    counts |= {"review": review.value, "review_low": review.low, "review_high": review.high}
    caught = found[(verdicts == Verdict.FAKE) & (y == 1) & np.isfinite(found)]
    share = clopper_pearson(int(caught.sum()), len(caught))
    counts |= {"localised": share.value, "localised_low": share.low, "localised_high": share.high}
    if not read.any():
        return counts
    run = Scores(y[read], scores[read], verdicts[read] == Verdict.FAKE, model.probabilities(scores[read]))
    figures = figures_with_intervals(run, group[read], seed)
    if 0 < run.y.mean() < 1:
        return counts | figures
    meaningful = "recall" if run.y.all() else "fpr"  # of one class alone, only the share of alarms means something
    known = {name for name in figures if name.startswith(meaningful) and "_at_" not in name}
    return counts | {name: figures[name] if name in known else np.nan for name in figures}
