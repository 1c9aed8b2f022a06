"""Other tests than plain folds: an app left out, rarer fakes, shuffled labels, saved anew, another data set."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from realfake.forensics.errors import BadTable, RealfakeError, TooFewFakes, UnknownName, counted
from realfake.forensics.progress import Progress, shares, silent
from realfake.pipeline.comparison.compare import (
    FAILED,
    Comparison,
    check_any_fitted,
    compare_on,
    compare_strategies,
    splits_of,
)
from realfake.pipeline.comparison.record import RUN, write_record
from realfake.pipeline.extraction.launder import Channel, laundered
from realfake.pipeline.extraction.wanted import WordSummary
from realfake.pipeline.learning.alarms import EDITORS, saved_without_edit
from realfake.pipeline.learning.cross_validation import INNER_FOLDS, Split, derived_seed
from realfake.pipeline.learning.forged import Forge, Forged, forged_rows
from realfake.pipeline.learning.strategies import Strategy
from realfake.pipeline.learning.training_set import data_facts
from realfake.pipeline.metrics.bootstrap import REPLICATES, unsupported
from realfake.pipeline.models.evaluate import evaluate_table
from realfake.pipeline.models.train import scores_table, train_model
from realfake.pipeline.settings import Alarms, CrossValidation, Deployment, Protocol
from realfake.pipeline.tables.present import readable
from realfake.pipeline.tables.table import Labelled, TableWarning, failed_rows, labelled, table_name, write_table

AS_DELIVERED = "as delivered"  # the rung of the images as they came
FILE_NAME = str.maketrans({":": "-", " ": "-"})


def compare_under(
    data: Labelled,
    strategies: Sequence[Strategy],
    cv: CrossValidation = CrossValidation(),
    protocol: Protocol = Protocol(),
    deployment: Deployment = Deployment(),
    *,
    test: pd.DataFrame | None = None,
    neutral: Channel | None = None,
    launder: Sequence[Channel] = (),
    forge: Forge | None = None,
    summary: WordSummary | None = None,
    progress: Progress = silent,
) -> Comparison | Ladder | Transfer:
    """Compare strategies under one protocol: plain grouped folds, unless one of the others is named.

    Parameters
    ----------
    protocol : see `leave_out`, `imbalance_ladder`, `shuffled`, `transfer` and `laundering_grid`
    test : the other data set that the protocol names
    neutral : channel through which the images of both classes are sent and measured before anything else
    launder : the channels that the protocol names
    forge : makes the forgeries for the strategies that ask for them
    summary : what filled the columns that sum up words, where the table has such
    others : as in `compare_strategies`

    Raises
    ------
    UnknownName
        If several protocols are named at once, or an imbalance does not read `1:N`.
    """
    if sum(map(bool, (protocol.leave_out, protocol.imbalance, protocol.permute, launder, test is not None))) > 1:
        raise UnknownName(
            "one protocol at a time: choose one of --leave-out, --imbalance, --permute, --launder and --test"
        )
    if test is not None:
        if neutral is not None:
            raise UnknownName(
                "--neutral sends one table's images through a channel; extract both tables of it for --test"
            )
        return transfer(data, test, strategies, cv, progress=progress)
    forged = None
    if any(strategy.forged for strategy in strategies):
        if neutral is not None or forge is None:
            raise UnknownName("images cannot be forged here or sent through --neutral; leave the forge strategies out")
        forged = forged_rows(data, forge, cv.jobs, progress, summary)
    if neutral is not None:
        data = readable_rows(laundered(data, neutral, cv.jobs, progress, summary=summary))
    if protocol.imbalance:
        ratios = [genuine_per_fake(text) for text in protocol.imbalance]
        return imbalance_ladder(data, strategies, ratios, cv, deployment, forged=forged, progress=progress)
    if launder:
        return laundering_grid(
            data, strategies, launder, cv, deployment, summary=summary, forged=forged, progress=progress
        )
    if protocol.leave_out:
        column = protocol.leave_out
        splits = [leave_out(data, column, derived_seed(cv.seed, repeat)) for repeat in range(cv.repeats)]
        told = {"leave_out": column, "repeats": cv.repeats}
        return compare_on(data, strategies, splits, cv, deployment, settings=told, forged=forged, progress=progress)
    data = shuffled(data, cv.seed) if protocol.permute else data
    found = compare_strategies(data, strategies, cv, deployment, forged=forged, progress=progress)
    told = {"permute": protocol.permute, "neutral": neutral.name if neutral else None}
    return replace(found, settings=found.settings | told)


def genuine_per_fake(text: str) -> float:
    """The N of `1:N`.

    Raises
    ------
    UnknownName
        If it does not read so.
    """
    one, _, many = text.partition(":")
    try:
        ratio = float(many) / float(one)
    except (ValueError, ZeroDivisionError):
        ratio = 0.0
    if not 0 < ratio < np.inf:
        raise UnknownName(f"{text!r} is no imbalance; write it as fakes to genuine images, such as 1:50")
    return ratio


def shuffled(data: Labelled, seed: int) -> Labelled:
    """The same rows and groups with labels dealt anew: whatever still scores above chance is a fault."""
    y = np.random.default_rng(derived_seed(seed, 9)).permutation(data.y)
    return replace(data, frame=data.frame.assign(label=y), y=y)


def leave_out(data: Labelled, column: str, seed: int = 0) -> list[Split]:
    """One split for each value of a column, which is tested and never trained on.

    Where genuine images have no value in the column (the editor of a forgery), or an editor that only saved them, they
    are dealt out over the splits by group: left out together they would leave nothing genuine to learn from. A group
    that holds a tested image is never trained on.

    Raises
    ------
    BadTable
        If the table lacks the column or it has fewer than two values.
    TooFewFakes
        If a training part is left with too few groups of a class.
    """
    if column not in data.frame:
        raise BadTable(
            f"{data.name} has no column {column!r} to leave out by; add it to the manifest and extract again"
        )
    text = data.frame[column].astype(object).fillna("").astype(str).to_numpy()
    if column in EDITORS:
        text = np.where(saved_without_edit(data.frame[[column]]) & (data.y == 0), "", text)
    values = sorted(set(text) - {""})
    if len(values) < 2:
        raise BadTable(
            f"{data.name} has {counted(len(values), 'value')} in {column!r}, and leaving one out takes two; "
            "label images of more values"
        )
    names = np.unique(data.groups)
    deal = np.random.default_rng(derived_seed(seed, 8)).permutation(len(names)) % len(values)
    dealt = deal[np.searchsorted(names, data.groups)]
    splits = []
    for number, value in enumerate(values):
        test = (text == value) | ((text == "") & (data.y == 0) & (dealt == number))
        train = np.flatnonzero(~np.isin(data.groups, data.groups[test]))
        splits.append(Split(train, np.flatnonzero(test), value))
        for label, name in ((1, "fakes"), (0, "genuine images")):
            left = len(np.unique(data.groups[train][data.y[train] == label]))
            if left < INNER_FOLDS:
                raise TooFewFakes(
                    f"without {column} {value!r} {counted(left, 'group')} of {name} would be left to train on, and it "
                    f"takes {INNER_FOLDS}; label more {name} of other values, or leave out by another column"
                )
    return splits


def undersample_fakes(
    split: Split, y: np.ndarray, groups: np.ndarray, genuine_per_fake: float, seed: int
) -> Split | None:
    """The split with fakes left out of training by group until they are as rare as stated, or None if they are rarer.

    Whole groups of fakes go; the last group taken is kept only in part where it would be too much.
    """
    fakes, genuine = split.train[y[split.train] == 1], split.train[y[split.train] == 0]
    wanted = int(round(len(genuine) / genuine_per_fake))
    if wanted > len(fakes):
        return None
    order = np.random.default_rng(seed).permutation(np.unique(groups[fakes]))
    kept = np.concatenate([fakes[groups[fakes] == group] for group in order])[:wanted]
    if len(np.unique(groups[kept])) < INNER_FOLDS:
        return None
    return Split(np.sort(np.append(genuine, kept)), split.test, split.held_out)


@dataclass(frozen=True)
class Ladder:
    """How strategies do as one thing gets harder while all else stays the same.

    Attributes
    ----------
    axis : what gets harder: "imbalance" or "laundering"
    metrics : one row per rung and strategy, as in a Comparison, with the rung's name in the column named as the axis
    rungs : name, such as `1:50` or `q80 x0.5`, to its Comparison
    notes : why a rung or a figure is missing
    settings : configuration, seeds and the facts of the data
    """

    axis: str
    metrics: pd.DataFrame
    rungs: dict[str, Comparison]
    notes: dict[str, str]
    settings: dict[str, object]

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """What a person reads first, with titles."""
        return [("", self.metrics)]

    def write(self, output: str | os.PathLike[str]) -> None:
        """Write the metric table, and beside it a folder `<name>.run` with every rung's record."""
        output = Path(output)
        write_table(self.metrics, output)
        for name, rung in self.rungs.items():
            rung.write(output.with_suffix(RUN) / f"{name.translate(FILE_NAME)}.csv")
        _write(self, output)


def imbalance_ladder(
    data: Labelled,
    strategies: Sequence[Strategy],
    ratios: Sequence[float],
    cv: CrossValidation = CrossValidation(),
    deployment: Deployment = Deployment(),
    *,
    replicates: int = REPLICATES,
    forged: Forged | None = None,
    progress: Progress = silent,
) -> Ladder:
    """Compare strategies trained with fakes left out by group, each repeat with other folds and other fakes.

    Parameters
    ----------
    ratios : genuine images per fake in training, such as 10, 50, 100
    others : as in `compare_strategies`

    Raises
    ------
    TooFewFakes
        If no ratio can be made: the data has fewer fakes than the mildest asks for, or leaves too few groups.
    """
    whole, seed = splits_of(data, cv), cv.seed
    thinned: dict[str, list[list[Split]]] = {}
    notes: dict[str, str] = {}
    for ratio in sorted(ratios):
        made = _undersample_all(whole, data, ratio, seed)
        if made:
            thinned[f"1:{ratio:g}"] = made
        else:
            notes[f"1:{ratio:g}"] = f"leaves fewer than {INNER_FOLDS} groups of fakes in training, or the data is rarer"
    if not thinned:
        fakes, genuine = (counted(int((data.y == v).sum()), n) for v, n in ((1, "fake"), (0, "genuine image")))
        # at the ratio of the part with the most genuine images to a fake
        mildest = float(np.ceil(max(np.sum(data.y[s.train] == 0) / data.y[s.train].sum() for r in whole for s in r)))
        other = f"ask for 1:{mildest:g} or label" if _undersample_all(whole, data, mildest, seed) else "label"
        raise TooFewFakes(
            f"{data.name} has {fakes} and {genuine}, from which no training part of {', '.join(notes)} can be made; "
            f"{other} more fakes from other captures"
        )
    rungs = {}
    for (name, splits), step in zip(thinned.items(), shares(progress, len(thinned))):
        told = {"folds": cv.folds, "repeats": cv.repeats, "imbalance": name}
        rungs[name] = compare_on(
            data,
            strategies,
            splits,
            cv,
            deployment,
            replicates=replicates,
            settings=told,
            forged=forged,
            progress=step,
        )
    return _ladder("imbalance", data, rungs, notes, cv)


def _undersample_all(
    whole: Sequence[Sequence[Split]], data: Labelled, genuine_per_fake: float, seed: int
) -> list[list[Split]] | None:
    """Every split thinned, or None where one of them cannot be."""
    tried = [
        [
            undersample_fakes(s, data.y, data.groups, genuine_per_fake, derived_seed(seed, 7, r, f))
            for f, s in enumerate(repeat)
        ]
        for r, repeat in enumerate(whole)
    ]
    made = [[split for split in repeat if split is not None] for repeat in tried]
    return made if [len(repeat) for repeat in made] == [len(repeat) for repeat in whole] else None


def laundering_grid(
    data: Labelled,
    strategies: Sequence[Strategy],
    channels: Sequence[Channel],
    cv: CrossValidation = CrossValidation(),
    deployment: Deployment = Deployment(),
    *,
    summary: WordSummary | None = None,
    forged: Forged | None = None,
    progress: Progress = silent,
) -> Ladder:
    """Train on the images as they came, test on the same images after each channel.

    Images that cannot be measured after a channel are not tested there.

    Parameters
    ----------
    channels : each a rung, after one of the images as they came
    summary : what filled the columns that sum up words, where the table has such
    others : as in `compare_strategies`

    Raises
    ------
    BadTable
        If the images of the table are not there.
    """
    splits, steps = splits_of(data, cv), shares(progress, 2 * (len(channels) + 1))
    rungs: dict[str, Comparison] = {}
    for channel, measuring, comparing in zip([None, *channels], steps[::2], steps[1::2]):
        name = channel.name if channel else AS_DELIVERED
        tested = laundered(data, channel, cv.jobs, measuring, summary=summary) if channel else data
        read = ~failed_rows(tested.frame)
        kept = [[replace(split, test=split.test[read[split.test]]) for split in repeat] for repeat in splits]
        told = {"folds": cv.folds, "repeats": cv.repeats, "laundering": name}
        rungs[name] = compare_on(
            data,
            strategies,
            kept,
            cv,
            deployment,
            settings=told,
            tested=tested.frame,
            forged=forged,
            progress=comparing,
        )
    return _ladder("laundering", data, rungs, {}, cv)


def readable_rows(data: Labelled) -> Labelled:
    """The rows without an error."""
    return data.take(~failed_rows(data.frame))


def _ladder(
    axis: str, data: Labelled, rungs: dict[str, Comparison], notes: dict[str, str], cv: CrossValidation
) -> Ladder:
    table = pd.concat([rung.metrics.assign(**{axis: name}) for name, rung in rungs.items()], ignore_index=True)
    table.insert(0, axis, table.pop(axis))
    for rung in rungs.values():
        notes |= rung.notes
    told = {"folds": cv.folds, "repeats": cv.repeats, "seed": cv.seed, axis: list(rungs)}
    return Ladder(axis, table, rungs, notes, data_facts(data) | told)


@dataclass(frozen=True)
class Transfer:
    """Strategies trained on one data set and tested on another with their thresholds frozen.

    Attributes
    ----------
    metrics : one row per strategy: figures on the second data set, or why it `failed`
    scores : one row per strategy and image of the second data set: score at even odds, probability, verdict
    notes, settings : as in a Comparison
    """

    metrics: pd.DataFrame
    scores: pd.DataFrame
    notes: dict[str, str]
    settings: dict[str, object]

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """What a person reads first, with titles."""
        return [("", self.metrics)]

    def write(self, output: str | os.PathLike[str]) -> None:
        """Write the metric table, and beside it a folder `<name>.run` with the record."""
        output = Path(output)
        write_table(self.metrics, output)
        _write(self, output, {"scores.csv": self.scores})


def _write(found: Ladder | Transfer, output: Path, more: Mapping[str, pd.DataFrame] | None = None) -> None:
    write_record(
        output.with_suffix(RUN),
        found.settings | {"withheld": found.notes},
        {"metrics.csv": found.metrics, **(more or {})},
        {"metrics": readable(found.metrics)},
    )


def transfer(
    train: Labelled,
    test: pd.DataFrame,
    strategies: Sequence[Strategy],
    cv: CrossValidation = CrossValidation(),
    alarms: Alarms = Alarms(),
    *,
    progress: Progress = silent,
) -> Transfer:
    """Train on one data set, freeze the threshold, test on another.

    Groups and files of the second that stand in the first are left out of the test, with a warning.
    """
    kept = _without_shared(train, test)
    y = labelled(kept)
    calls = [joblib.delayed(_transfer_one)(train, kept, s, cv, alarms) for s in strategies]
    rows, scores = {}, {}
    workers = joblib.Parallel(n_jobs=cv.jobs, return_as="generator_unordered")
    for count, (name, row, scored) in enumerate(workers(calls), start=1):
        rows[name], scores[name] = row, scored
        progress(count, len(calls))
    failed = {name: str(row[FAILED]) for name, row in rows.items() if row[FAILED]}
    check_any_fitted(failed, strategies)
    table = pd.DataFrame([{"strategy": s.name, "control": s.control} | rows[s.name] for s in strategies])
    notes = dict(unsupported(len(np.unique(y.groups[y.y == 0]))))
    settings = {
        "train": data_facts(train),
        "test": data_facts(y),
        "max_fpr": alarms.max_fpr,
        "seed": cv.seed,
        "tested": y.name,
    }
    judged = [scores[s.name] for s in strategies if s.name not in failed]
    return Transfer(table, pd.concat(judged, ignore_index=True), notes, settings)


def _transfer_one(
    train: Labelled, test: pd.DataFrame, strategy: Strategy, cv: CrossValidation, alarms: Alarms
) -> tuple[str, dict[str, object], pd.DataFrame]:
    try:
        model = train_model(train, strategy, alarms, cv=cv).model
    except RealfakeError as error:  # one strategy must not cost the others
        return strategy.name, {FAILED: str(error)}, pd.DataFrame()
    row = evaluate_table(model, test, seed=cv.seed).iloc[0].drop(["slice", "value"])
    return strategy.name, {str(name): value for name, value in row.items()} | {FAILED: ""}, scores_table(model, test)


def _without_shared(train: Labelled, test: pd.DataFrame) -> pd.DataFrame:
    shared = np.zeros(len(test), bool)
    for column in ("group", "sha256"):
        if column in test and column in train.frame:
            known = set(train.frame[column].dropna().astype(str)) - {""}
            shared |= test[column].astype(str).isin(known).to_numpy()
    if shared.all():
        raise BadTable(f"{table_name(test)} holds no group that {train.name} does not hold; test on other captures")
    if shared.any():
        warnings.warn(
            f"{table_name(test)}: {int(shared.sum())} images share a group or file with {train.name} and are left out",
            TableWarning,
            stacklevel=3,
        )
    kept = test.loc[~shared].reset_index(drop=True)
    kept.attrs = dict(test.attrs)
    return kept
