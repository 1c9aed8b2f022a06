"""What a measured run says for and against each strategy, and what would make the model better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import pandas as pd

from realfake.pipeline.auditing.audit import Finding
from realfake.pipeline.comparison.significance import FIGURE
from realfake.pipeline.learning.strategies import is_strategy, one_strategy
from realfake.pipeline.metrics.intervals import clopper_pearson, needed_genuine
from realfake.pipeline.tables.present import bracket

CONTAINER = "container-only"
PER_CENT = 0.01  # the false-positive rate at which thresholds were chosen
OFF = 0.05  # mean distance of probability and frequency from which probabilities are called wrong
TIMES = 3.0  # slower or quicker than the median by so much is worth a word
LOSS = 0.05  # of PR-AUC or ROC-AUC that is worth a word
WIDE = 0.2  # half-width of a recall's interval that is worth a word


Figures = dict[str, Any]  # column to cell of a metric table
Rows = dict[str, Figures]  # by strategy
Said = tuple[bool, str]  # whether it speaks for the strategy, and what


@dataclass(frozen=True)
class Opinion:
    """A strategy with what speaks for it and against it in this run."""

    strategy: str
    summary: str
    pros: list[str]
    cons: list[str]


@dataclass(frozen=True)
class Ablation:
    """A family of features: PR-AUC with it alone, and what is lost without it, each with bounds."""

    family: str
    columns: int
    alone: float
    loss: float
    loss_low: float
    loss_high: float


def opinions(
    metrics: pd.DataFrame, pairs: pd.DataFrame, decisions: pd.DataFrame, ladder: pd.DataFrame | None = None
) -> list[Opinion]:
    """For and against each strategy that is no control, best first.

    Parameters
    ----------
    metrics, pairs, decisions : as in a Comparison
    ladder : metrics of an imbalance ladder, if one was measured
    """
    table, alarms = by_strategy(metrics), by_strategy(decisions)
    mine = {name: row for name, row in table.items() if not row.get("control", False)}
    found = []
    for name in sorted(mine, key=lambda name: -mine[name][FIGURE]):
        said = [
            *_rank(name, table, pairs),
            *_calibration(table[name]),
            *_speed(name, mine),
            *(_alarms(alarms[name]) if name in alarms else ()),
            *(_rarity(name, ladder) if ladder is not None else ()),
        ]
        pros, cons = ([sentence for good, sentence in said if good is side] for side in (True, False))
        found.append(Opinion(name, one_strategy(name).summary if is_strategy(name) else "", pros, cons))
    return found


def by_strategy(frame: pd.DataFrame) -> Rows:
    """The rows of a metric table by the name of the strategy."""
    return {str(row["strategy"]): {str(name): value for name, value in row.items()} for row in frame.to_dict("records")}


def best_of(table: Rows) -> str:
    """The strategy of the highest PR-AUC."""
    return max(table, key=lambda name: table[name][FIGURE])


def _rank(name: str, table: Rows, pairs: pd.DataFrame) -> list[Said]:
    own, best = table[name], best_of(table)
    said: list[Said] = []
    if len(table) > 1 and name == best:
        said.append((True, f"highest PR-AUC of all: {_figure(own, FIGURE)}"))
    elif own.get("to_best") == "noise":
        gap = table[best][FIGURE] - own[FIGURE]
        said.append((True, f"PR-AUC {own[FIGURE]:.2f}, {gap:.2f} below {best}, which is within noise"))
    elif own.get("to_best") == "worse" and (row := _pair(pairs, best, name)):
        said.append((False, f"PR-AUC {own[FIGURE]:.2f}, below {best} by {_gap(row)}, which is more than noise"))
    elif own.get("to_best") == "unsure" and (row := _pair(pairs, best, name)):
        said.append((False, f"PR-AUC {own[FIGURE]:.2f}, below {best} by {_gap(row)}; the two tests disagree on that"))
    if CONTAINER in table and name != CONTAINER:
        said.append(_against_container(name, table, pairs))
    return said


def _against_container(name: str, table: Rows, pairs: pd.DataFrame) -> Said:
    gap = table[name][FIGURE] - table[CONTAINER][FIGURE]
    row = _pair(pairs, name, CONTAINER)
    if gap <= 0:
        return False, f"no better than the container alone, which sees no pixel (PR-AUC {-gap:.2f} lower)"
    if row is None or row["difference_low"] <= 0:
        return False, f"its lead over the container alone, {gap:.2f} of PR-AUC, is within noise"
    sure = "more than noise" if not row["noise"] else "though the folds are too few for the t-test to agree"
    return True, f"leads the container alone by {_gap(row)} of PR-AUC, {sure}"


def _gap(pair: Figures) -> str:
    return bracket(pair["difference"], pair["difference_low"], pair["difference_high"])


def _pair(pairs: pd.DataFrame, one: str, other: str) -> Figures | None:
    rows = ({str(name): value for name, value in row.items()} for row in pairs.to_dict("records"))
    return next((row for row in rows if {row["better"], row["worse"]} == {one, other}), None)


def _calibration(own: Figures) -> list[Said]:
    if "ece_raw" not in own:
        return []
    if own["ece_raw"] > OFF:
        return [
            (
                False,
                f"probabilities as learnt are off by {own['ece_raw']:.2f} on average; calibration leaves "
                f"{own['ece']:.3f}",
            )
        ]
    return [(True, f"probabilities as learnt are off by {own['ece_raw']:.3f} on average")]


def _speed(name: str, table: Rows) -> list[Said]:
    if "fit_seconds" not in table[name] or len(table) < 3:
        return []
    own, middle = table[name]["fit_seconds"], median(row["fit_seconds"] for row in table.values())
    if own > TIMES * middle:
        return [(False, f"slow: {own:.2g} s to fit, {own / middle:.0f} times the median")]
    return [(True, f"quick: {own:.2g} s to fit")] if own < middle / TIMES else []


def _alarms(own: Figures) -> list[Said]:
    said: list[Said] = []
    rate = bracket(100 * own["fpr"], 100 * own["fpr_low"], 100 * own["fpr_high"], 1)
    if own["fpr_low"] > PER_CENT:
        said.append((False, f"breaks its threshold: {rate} % false alarms where 1 % was allowed"))
    if own["recall_low"] > own["fpr_high"]:
        said.append((True, f"catches {100 * own['recall']:.0f} % of the fakes at {rate} % false alarms"))
    elif own["recall"] <= own["fpr_high"]:
        said.append((False, f"catches no more fakes than chance at 1 % false alarms ({100 * own['recall']:.0f} %)"))
    if own["noop_fpr_low"] > own["fpr_high"]:
        said.append((False, f"takes {100 * own['noop_fpr']:.0f} % of files that were saved without an edit for fakes"))
    return said


def _rarity(name: str, ladder: pd.DataFrame) -> list[Said]:
    mine = _rungs(ladder, name)
    if len(mine) < 2:
        return []
    first, last = mine[0], mine[-1]
    lost = first[FIGURE] - last[FIGURE]
    rungs = f"from {first['imbalance']} to {last['imbalance']}"
    if lost > LOSS:
        return [(False, f"loses {lost:.2f} of PR-AUC {rungs}")]
    return [(True, f"holds as fakes get rarer: {max(lost, 0):.2f} of PR-AUC lost {rungs}")]


def advice(
    settings: dict[str, Any],
    metrics: pd.DataFrame,
    pairs: pd.DataFrame,
    audit: Sequence[Finding],
    ablation: Sequence[Ablation],
    grid: pd.DataFrame | None = None,
) -> list[str]:
    """What would make the model better, as far as this run can say.

    Parameters
    ----------
    settings : facts of the data
    audit : its findings
    ablation : by family, empty where it was not measured
    grid : metrics of a laundering grid, if one was measured
    """
    table = by_strategy(metrics)
    best = best_of(table)
    said = [f"Mend what the audit warns of first: {one.sentence}." for one in audit if one.severity == "warning"]
    genuine, fakes = int(settings["genuine_groups"]), int(settings["fake_groups"])
    for fpr in (0.01, 0.001):
        if genuine < needed_genuine(fpr):
            said.append(
                f"Add genuine images: {genuine} independent ones cannot speak of {100 * fpr:g} % false alarms, it "
                f"takes {needed_genuine(fpr):,}."
            )
            break
    half = clopper_pearson(fakes // 2, fakes)
    reach = (half.high - half.low) / 2
    if reach > WIDE / 2:
        said.append(f"Add fakes: with {fakes} independent ones a recall is known to {100 * reach:.0f} points at best.")
    if CONTAINER in table and best != CONTAINER and not _against_container(best, table, pairs)[0]:
        said.append(
            "The pixels tell no more than the container: measure words (`realfake extract --level region`, then "
            "`realfake train --regions`), where an edit of a few letters shows."
        )
    if best == CONTAINER:
        said.append(
            "The container alone is ahead: files tell the label. Send both classes through one channel (`--neutral`) "
            "and see what is left before believing any figure."
        )
    idle = [one.family for one in ablation if one.loss_high < LOSS and one.loss < 0]
    if idle:
        said.append(f"Try without the families {', '.join(idle)}: without each of them PR-AUC was not lower.")
    strong = [one for one in ablation if one.loss_low > 0]
    if strong:
        top = max(strong, key=lambda one: one.loss)
        said.append(f"What {top.family} measures carries most: {top.loss:.2f} of PR-AUC is lost without it.")
    if grid is not None:
        said += _journeys(best, grid)
    return said


def _journeys(best: str, grid: pd.DataFrame) -> list[str]:
    mine = _rungs(grid, best)
    if not mine:
        return []
    first, worst = mine[0], min(mine, key=lambda row: row[FIGURE])
    if first[FIGURE] - worst[FIGURE] <= LOSS:
        return []
    return [
        f"Ask senders for original files, or train on images saved anew: after {worst['laundering']} {best} falls from "
        f"PR-AUC {first[FIGURE]:.2f} to {worst[FIGURE]:.2f}."
    ]


def _rungs(ladder: pd.DataFrame, name: str) -> list[Figures]:
    mine = ladder[ladder["strategy"] == name].to_dict("records")
    return [{str(column): value for column, value in row.items()} for row in mine]


def standing(metrics: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """The result in one sentence."""
    table = by_strategy(metrics)
    best = best_of(table)
    chance = float(table[best]["prevalence"])
    said = f"The best is {best} with PR-AUC {_figure(table[best], FIGURE)}; by chance it would be {chance:.3f}"
    if table[best][f"{FIGURE}_low"] <= chance:
        return f"{said}: nothing here stands apart from chance."
    noise = [name for name, row in table.items() if row.get("to_best") == "noise"]
    if noise:
        said += f". Of {len(table) - 1} others {len(noise)} differ from it by no more than noise ({', '.join(noise)})"
    if best == CONTAINER:
        said += ". It sees no pixel: files tell the label here, or nothing does"
    if CONTAINER in table and best != CONTAINER and not _against_container(best, table, pairs)[0]:
        said += ". Its lead over the container alone is not more than noise, so it may have learnt files, not pictures"
    return said + "."


def _figure(row: Figures, name: str) -> str:
    return bracket(row[name], row[f"{name}_low"], row[f"{name}_high"])
