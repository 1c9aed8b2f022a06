"""The report of a run: one self-contained page with the data, the results, what speaks for each method, what to do."""

from __future__ import annotations

import base64
import os
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader

from realfake.forensics.errors import CannotFit, RealfakeError
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import family_of
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.auditing.audit import audit_table
from realfake.pipeline.comparison.compare import compare_strategies
from realfake.pipeline.comparison.record import COMPARISON, MODEL, RUN, TRANSFER, Record, read_record
from realfake.pipeline.comparison.significance import FIGURE, verdicts
from realfake.pipeline.learning.cross_validation import (
    INNER_FOLDS,
    LearningSet,
    derived_seed,
    fit,
    most_folds,
    out_of_fold_scores,
)
from realfake.pipeline.learning.explanations import contributions, typical_values
from realfake.pipeline.learning.strategies import Strategy, choose_strategies, one_strategy
from realfake.pipeline.metrics.bootstrap import group_weights
from realfake.pipeline.metrics.intervals import RULE_OF_THREE, percentile_interval
from realfake.pipeline.metrics.ranking import average_precision_of, ranking, rates
from realfake.pipeline.reports import plots
from realfake.pipeline.reports.findings import CONTAINER, Ablation, advice, best_of, by_strategy, opinions, standing
from realfake.pipeline.settings import CrossValidation
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.present import bracket, failures, readable
from realfake.pipeline.tables.table import Labelled, families_in, is_feature_table, labelled, read_table

TEMPLATES = Path(__file__).parent / "templates"
DRAWN = 4  # strategies that a plot shows, and the container beside them
ERRORS = 3  # images of each kind of error
THUMBNAIL = 300  # pixels of width
TALLEST = 2.2  # of a thumbnail, in widths; the rest is cut off
TOP = 15  # features that are named
EXPLAINED = 60  # rows of each class whose scores are explained
REPLICATES = 200
Table = list[list[str]]


@dataclass(frozen=True)
class Chart:
    """A plot with its title and a sentence that says how to read it."""

    title: str
    url: str
    note: str


@dataclass(frozen=True)
class Mistake:
    """An image that the best strategy got wrong."""

    path: str
    picture: str
    told: str


def compared(
    table: str | os.PathLike[str],
    page: str | os.PathLike[str],
    strategies: Sequence[str],
    cv: CrossValidation,
    progress: Progress = silent,
) -> Path:
    """Compare strategies on a feature table and leave the record beside the page; return its folder."""
    data = labelled(read_table(table))
    found = compare_strategies(data, choose_strategies(strategies), cv, progress=progress)
    found.write(Path(page).with_suffix(".csv"))
    return Path(page).with_suffix(RUN)


def written_beside(sources: Sequence[str | os.PathLike[str]], page: str | os.PathLike[str]) -> list[Path]:
    """What is written besides the page: the record of a comparison, where a source is a feature table."""
    if not any(is_feature_table(one) for one in sources):
        return []
    return [Path(page).with_suffix(".csv"), Path(page).with_suffix(RUN)]


def report_page(
    sources: Sequence[str | os.PathLike[str]],
    page: str | os.PathLike[str],
    *,
    strategies: Sequence[str] = (),
    cv: CrossValidation = CrossValidation(),
    ablate: bool = True,
    progress: Progress = silent,
) -> str:
    """The HTML page of one run and those that go with it.

    Parameters
    ----------
    sources : the first is what the page is about: a feature table, which is compared now with its record left beside
        `page`, or the record of a comparison or a model. Others are records of ladders, grids, transfers or
        comparisons under another protocol, which fill their places.
    page : where it will be written
    strategies, cv : of the comparison of a feature table
    ablate : whether each family of features is tried alone and left out, where the feature table is still there
    progress : called with the steps done and the steps in all of each part

    Raises
    ------
    BadTable
        If a source holds no record, or the first is not of a comparison or model.
    """
    records = [
        read_record(compared(one, page, strategies, cv, progress)) if is_feature_table(one) else read_record(one)
        for one in sources
    ]
    main, others = records[0], records[1:]
    if main.kind not in (COMPARISON, MODEL):
        raise RealfakeError(f"{sources[0]} is a run of the kind {main.kind}; name a comparison or a model before it")
    data = main.data()
    best = _best(main)
    ablation = family_ablation(data, one_strategy(best), cv.seed, progress) if data and ablate else []
    found = audit_table(data.frame) if data else []
    ladder, grid = (next((r.metrics for r in others if r.kind == axis), None) for axis in ("imbalance", "laundering"))
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("report.html").render(
        title=Path(str(main.settings.get("table", main.path))).name,
        settings=main.settings,
        record=main,
        other_images=on_other_images(main, others),
        table_there=data is not None,
        audit=found,
        standing=standing(main.metrics, main.pairs),
        best=best,
        classes=_classes(main),
        metrics=_cells(readable(main.table)),
        failures=failures(main.table),
        decisions=_cells(readable(main.decisions)),
        withheld=main.settings.get("withheld", {}),
        pairs=_cells(_pairs(main.pairs)),
        charts=_charts(main),
        calibration=_cells(_calibration(main.metrics)),
        ladder=_ladder(ladder, main),
        grid=_grid(grid, best),
        ablation=_ablation_charts(ablation),
        importances=_importances(data, one_strategy(best), cv.seed),
        mistakes=_mistakes(main, best),
        others=_others(others),
        times=_times(main.metrics),
        opinions=opinions(main.metrics, main.pairs, main.decisions, ladder),
        advice=advice(main.settings, main.metrics, main.pairs, found, ablation, grid),
    )


def on_other_images(main: Record, others: Sequence[Record]) -> list[str]:
    """What to say of records that stand on other images than the page's; a transfer does so by its nature."""

    def counts(record: Record) -> tuple[object, object]:
        return record.settings.get("rows"), record.settings.get("fakes")

    said = "{} stands on other images than the rest of this page: {}, of which {} are fakes"
    return [
        said.format(other.path.stem, *counts(other))
        for other in others
        if other.kind != TRANSFER and counts(other) != counts(main)
    ]


def family_ablation(data: Labelled, strategy: Strategy, seed: int, progress: Progress = silent) -> list[Ablation]:
    """PR-AUC of a strategy by grouped folds with each family alone, and without it, largest loss first.

    Bounds come from the same draws of groups for the whole table and the part.
    """
    columns = strategy.columns(data.frame)
    families = families_in(columns)
    if strategy.shortcut or len(families) < 2:
        return []
    folds = most_folds(data.y, data.groups, INNER_FOLDS, seed)
    weights = group_weights(data.y, data.groups, REPLICATES, derived_seed(seed, 5))
    steps = 2 * len(families) + 1

    def judged(kept: list[str], done: int) -> tuple[float, np.ndarray]:
        known = LearningSet(design_matrix(data.frame, kept), data.y, data.groups)
        try:
            scores = out_of_fold_scores(known, strategy, folds, seed)
        except CannotFit:  # in some fold these columns are all the same, and tell nothing
            scores = np.zeros(len(data.y))
        order = ranking(data.y, scores)
        progress(done, steps)
        return float(average_precision_of(*rates(order))[0]), average_precision_of(*rates(order, weights))

    whole, drawn = judged(columns, 1)
    found = []
    for number, family in enumerate(families):
        mine = [name for name in columns if family_of(name) == family]
        alone, _ = judged(mine, 2 * number + 2)
        rest, others = judged([name for name in columns if family_of(name) != family], 2 * number + 3)
        loss = percentile_interval(whole - rest, drawn - others)
        found.append(Ablation(family, len(mine), alone, loss.value, loss.low, loss.high))
    return sorted(found, key=lambda one: -one.loss)


def _best(record: Record) -> str:
    metrics = record.metrics
    mine = metrics[~metrics["control"].astype(bool)] if "control" in metrics.columns else metrics
    return best_of(by_strategy(mine if len(mine) else metrics))


def _classes(record: Record) -> list[tuple[str, Table]]:
    """Counts of both classes, in all and by what the manifest knows."""
    first = record.scores[record.scores["strategy"] == record.scores["strategy"].iloc[0]].drop_duplicates("row")
    found = []
    for column in ("app", "delivered", "received", "editor", "device"):
        if column in first and first[column].nunique() > 1:
            counts = first.groupby(first[column].astype(object).fillna("").astype(str))["label"].agg(["size", "sum"])
            counts = counts.sort_values("size", ascending=False)
            numbers = zip(counts.index, counts["size"], counts["sum"])
            rows = [[str(name), f"{size - fakes}", f"{fakes}"] for name, size, fakes in numbers]
            found.append((column, [[column, "genuine", "fake"], *rows]))
    return found


def _cells(frame: pd.DataFrame) -> Table:
    return [list(map(str, frame.columns)), *frame.astype(str).to_numpy().tolist()] if len(frame) else []


def _pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    if not len(pairs):
        return pairs
    gaps = zip(pairs["difference"], pairs["difference_low"], pairs["difference_high"])
    return pd.DataFrame(
        {
            "better": pairs["better"],
            "worse": pairs["worse"],
            "difference": [bracket(*gap) for gap in gaps],
            "p (Holm)": [f"{p:.3f}" for p in pairs["p_holm"]],
            "the worse is": verdicts(pairs),
        }
    )


def _calibration(metrics: pd.DataFrame) -> pd.DataFrame:
    kinds = {"as learnt": "_raw", "prior corrected": "_corrected", "calibrated": ""}
    shown: dict[str, object] = {"strategy": readable(metrics)["strategy"]}
    for figure, title in (("ece", "ECE"), ("brier", "Brier")):
        for name, kind in kinds.items():
            column = f"{figure}{kind}"
            if column in metrics:
                lows, highs = (metrics.get(f"{column}_{side}", [np.nan] * len(metrics)) for side in ("low", "high"))
                shown[f"{title} {name}"] = [bracket(*values, 3) for values in zip(metrics[column], lows, highs)]
    return pd.DataFrame(shown)


def _shown(record: Record) -> list[str]:
    """The strategies that plots show: the best few, and the container beside them."""
    order = record.metrics.sort_values(FIGURE, ascending=False)["strategy"].tolist()
    picked = [name for name in order if name not in (CONTAINER, "prior")][:DRAWN]
    return picked + [name for name in (CONTAINER,) if name in order]


def _charts(record: Record) -> list[Chart]:
    shown = _shown(record)
    runs = {name: record.runs(name) for name in shown}
    prevalence = float(runs[shown[0]][0].y.mean())
    supported = RULE_OF_THREE / max(1, int(record.settings["genuine_groups"]))
    first = record.scores[(record.scores["strategy"] == _best(record)) & (record.scores["repeat"] == 0)]
    kinds = {"as learnt": "raw", "prior corrected": "corrected", "calibrated": "probability"}
    known = {name: first[column].to_numpy() for name, column in kinds.items() if column in first}
    return [
        Chart(
            "Precision and recall",
            plots.precision_recall(runs, prevalence),
            f"Dotted: chance, which is the share of fakes, {prevalence:.3f}.",
        ),
        Chart("ROC", plots.roc(runs), "Dotted: chance. Half of this plot is of no use where fakes are rare."),
        Chart(
            "Recall at few false alarms",
            plots.recall_at_low_fpr(runs, supported),
            f"Grey: below {100 * supported:.2g} % the genuine images are too few (rule of three).",
        ),
        Chart(
            f"Reliability of {_best(record)}",
            plots.reliability_diagram(first["label"].to_numpy(), known),
            "On the dotted line a stated probability is the share of fakes among such images.",
        ),
        Chart(
            "Costs",
            plots.cost_curves(runs),
            "Left: false alarms are what costs; right: missed fakes. Dotted: no model, never or always an alarm.",
        ),
    ]


def _ladder(ladder: pd.DataFrame | None, record: Record) -> list[Chart]:
    if ladder is None:
        return []
    measured = list(ladder["strategy"].unique())
    names = [name for name in _shown(record) if name in measured] or measured[:6]
    note = "The same test images on every rung; only training has fewer fakes. Bars are 95 % intervals."
    return [
        Chart("PR-AUC as fakes get rarer in training", plots.degradation(ladder, names, FIGURE, "PR-AUC"), note),
    ]


def _grid(grid: pd.DataFrame | None, best: str) -> Table:
    """PR-AUC of one strategy by quality (rows) and scale (columns), the images as they came first."""
    if grid is None:
        return []
    mine = grid[grid["strategy"] == (best if best in set(grid["strategy"]) else grid["strategy"].iloc[0])]
    shown = {
        str(row["laundering"]): bracket(row[FIGURE], row[f"{FIGURE}_low"], row[f"{FIGURE}_high"])
        for row in mine.to_dict("records")
    }
    cells = {name: name[1:].split(" x") for name in shown if " x" in name and name.startswith("q")}
    qualities, scales = ([*dict.fromkeys(cell[place] for cell in cells.values())] for place in (0, 1))
    rows = [
        [f"quality {quality}", *(shown.get(f"q{quality} x{scale}", "-") for scale in scales)] for quality in qualities
    ]
    first = [name for name in shown if name not in cells]
    head = [mine["strategy"].iloc[0], *(f"scale {scale}" for scale in scales)]
    return [head, *([name, shown[name], *[""] * (len(scales) - 1)] for name in first), *rows]


def _ablation_charts(ablation: Sequence[Ablation]) -> list[Chart]:
    if not ablation:
        return []
    bounds = {one.family: (one.loss_low, one.loss_high) for one in ablation}
    alone = {one.family: one.alone for one in sorted(ablation, key=lambda one: -one.alone)}
    return [
        Chart(
            "Lost without a family",
            plots.bars({o.family: o.loss for o in ablation}, "PR-AUC lost", bounds),
            "Below 0 the model is better without it. Bars that cross 0 are noise.",
        ),
        Chart("A family alone", plots.bars(alone, "PR-AUC"), "What each family reaches by itself."),
    ]


def _importances(data: Labelled | None, strategy: Strategy, seed: int) -> list[Chart]:
    """Mean size of what each feature adds to a score, on some rows of both classes."""
    if data is None:
        return []
    columns = strategy.columns(data.frame)
    X = design_matrix(data.frame, columns)
    rng = np.random.default_rng(derived_seed(seed, 6))
    rows = np.concatenate([rng.permutation(np.flatnonzero(data.y == label))[:EXPLAINED] for label in (0, 1)])
    learner, typical = fit(strategy, X, data.y, seed).for_scoring(), typical_values(X[data.y == 0])
    added = np.abs(contributions(learner, X[rows], typical)).mean(axis=0)
    top = [place for place in np.argsort(-added, kind="stable")[:TOP] if added[place] > 0]
    if not top:
        return []
    values = {_short(columns[place]): float(added[place] / added.sum()) for place in top}
    note = "What the fitted model leans on, which need not be what is true of other data."
    return [Chart(f"What {strategy.name} leans on", plots.bars(values, "share of all contributions"), note)]


def _short(column: str) -> str:
    family, _, rest = column.partition("__")
    return f"{family}: {rest.replace('__', ' ').replace('_', ' ')}" if rest else column


def _mistakes(record: Record, best: str) -> list[tuple[str, list[Mistake]]]:
    """The genuine images that score highest and the fakes that score lowest, over all repeats."""
    mine = record.scores[record.scores["strategy"] == best]
    if "path" not in mine:
        return []
    held = [c for c in ("path", "label", "app", "editor", "tool", "delivered") if c in mine]
    one = mine.groupby("row").agg({"probability": "mean"} | dict.fromkeys(held, "first"))
    genuine, fakes = (one[one["label"] == label] for label in (0, 1))
    return [
        ("Genuine images that score highest", [_mistake(row) for row in _ordered(genuine, ascending=False)]),
        ("Fakes that score lowest", [_mistake(row) for row in _ordered(fakes, ascending=True)]),
    ]


def _ordered(rows: pd.DataFrame, ascending: bool) -> list[dict[Hashable, Any]]:
    return rows.sort_values("probability", ascending=ascending, kind="stable").head(ERRORS).to_dict("records")


def _mistake(row: dict[Hashable, Any]) -> Mistake:
    known = [f"{name} {row[name]}" for name in ("editor", "tool", "delivered") if isinstance(row.get(name), str)]
    return Mistake(str(row["path"]), _thumbnail(str(row["path"])), ", ".join([f"{row['probability']:.3f}", *known]))


def _thumbnail(path: str) -> str:
    """A small JPEG as a data URL; empty where the image is not there any more."""
    try:
        rgb = ForensicImage.open(path).rgb
    except (RealfakeError, OSError):
        return ""
    height = min(round(THUMBNAIL * rgb.shape[0] / rgb.shape[1]), round(TALLEST * THUMBNAIL))
    shown = rgb[: max(1, round(height * rgb.shape[1] / THUMBNAIL))]
    small = cv2.resize(shown, (THUMBNAIL, max(1, height)), interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 82])[1].tobytes()
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def _others(records: Sequence[Record]) -> list[tuple[str, str, Table]]:
    """Comparisons under another protocol: a title, what they say, and their figures."""
    found = []
    for record in records:
        settings = record.settings
        if record.kind == TRANSFER:
            said = f"Trained on {settings['table']}, thresholds frozen, tested on {settings['tested']}."
            found.append(("Another data set", said, _cells(readable(record.table))))
        elif settings.get("permute"):
            top = max(by_strategy(record.metrics).values(), key=lambda row: row["roc_auc"])
            chance = top["roc_auc_low"] <= 0.5
            verdict = "which is chance, as it must be"
            if not chance:
                verdict = "above chance in this one shuffle: try other seeds; if it stays above, something leaks"
            found.append(("Shuffled labels", f"The highest ROC-AUC is {top['roc_auc']:.2f}, {verdict}.", []))
        elif settings.get("leave_out"):
            said = f"Tested on each {settings['leave_out']} by models that never saw one of it."
            found.append((f"One {settings['leave_out']} left out", said, _cells(readable(record.table))))
        elif settings.get("neutral"):
            said = f"Both classes were first sent through one channel ({settings['neutral']}), so files tell nothing."
            found.append(("One channel for all", said, _cells(readable(record.table))))
        elif record.kind == COMPARISON:
            said = f"Another comparison, on {settings['table']}."
            found.append((Path(record.path).stem, said, _cells(readable(record.table))))
    return found


def _times(metrics: pd.DataFrame) -> list[Chart]:
    if "fit_seconds" not in metrics:
        return []
    seconds = dict(zip(metrics["strategy"], metrics["fit_seconds"]))
    note = "One fit on one thread, mean over folds."
    return [Chart("Seconds to fit", plots.bars(dict(sorted(seconds.items(), key=lambda one: one[1])), "s"), note)]
