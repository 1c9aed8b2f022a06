"""The plots of a report: one style, colours that the colour-blind can tell apart, each an SVG image."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from realfake.pipeline.metrics.bootstrap import Scores
from realfake.pipeline.metrics.decisions import cost_curve
from realfake.pipeline.metrics.probabilities import reliability
from realfake.pipeline.metrics.ranking import ranking, rates

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")  # Okabe and Ito 2008
DASHES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)), (0, (3, 2)))
CONTROL = "#888888"
WIDTH, HEIGHT = 4.0, 3.2  # inches; at this size labels stay readable across a phone
POINTS = 200
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif", "font.size": 9.5, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": "#e4e4e4", "axes.axisbelow": True, "lines.linewidth": 1.6, "svg.fonttype": "none",
    "svg.hashsalt": "realfake", "axes.titlesize": 10, "legend.frameon": False, "legend.fontsize": 9,
}  # fmt: skip
Runs = Mapping[str, Sequence[Scores]]  # by strategy, one entry per repeat
Draw = Callable[[Axes], None]


def plot(draw: Draw, height: float = HEIGHT) -> str:
    """The data URL of an SVG of whatever is drawn."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.add_subplot())
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode()


def precision_recall(runs: Runs, prevalence: float) -> str:
    """Precision against recall; by chance it is the prevalence everywhere."""

    def draw(axes: Axes) -> None:
        grid = np.linspace(0, 1, POINTS)
        for name, look, mine in _styled(runs):
            axes.plot(grid, _mean(mine, lambda run: _precision(run, grid)), label=name, **look)
        axes.axhline(prevalence, color=CONTROL, lw=0.8, ls=":")
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
        _legend(axes)

    return plot(draw)


def roc(runs: Runs) -> str:
    """Recall against false-positive rate."""

    def draw(axes: Axes) -> None:
        grid = np.linspace(0, 1, POINTS)
        for name, look, mine in _styled(runs):
            axes.plot(grid, _mean(mine, lambda run: _recall(run, grid)), label=name, **look)
        axes.plot([0, 1], [0, 1], color=CONTROL, lw=0.8, ls=":")
        axes.set(xlabel="false-positive rate", ylabel="recall", xlim=(0, 1), ylim=(0, 1.02))
        _legend(axes)

    return plot(draw)


def recall_at_low_fpr(runs: Runs, supported: float) -> str:
    """Recall against false-positive rate on a logarithmic axis, shaded where the genuine images are too few."""

    def draw(axes: Axes) -> None:
        genuine = max(int((run.y == 0).sum()) for mine in runs.values() for run in mine)
        grid = np.geomspace(1 / max(genuine, 2), 1, POINTS)
        for name, look, mine in _styled(runs):
            axes.plot(grid, _mean(mine, lambda run: _recall(run, grid)), label=name, **look)
        axes.plot(grid, grid, color=CONTROL, lw=0.8, ls=":")
        if supported > grid[0]:
            axes.axvspan(grid[0], min(supported, 1), color="#f0f0f0", zorder=0)
            axes.text(grid[0] * 1.1, 0.98, "too few genuine\nimages to tell", va="top", fontsize=8.5, color="#555555")
        axes.set(xscale="log", xlabel="false-positive rate", ylabel="recall", xlim=(grid[0], 1), ylim=(0, 1.02))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
        _legend(axes)

    return plot(draw)


def reliability_diagram(y: np.ndarray, probabilities: Mapping[str, np.ndarray]) -> str:
    """Share of fakes against stated probability, for probabilities before and after their corrections."""

    def draw(axes: Axes) -> None:
        top = 0.0
        for number, (name, probability) in enumerate(probabilities.items()):
            mean, share, _ = reliability(y, probability)
            top = max(top, float(share.max()), float(mean.max()))
            axes.plot(mean, share, marker="o", ms=3, color=COLOURS[number], ls=DASHES[number], label=name)
        top = min(1.0, 1.1 * top)
        axes.plot([0, top], [0, top], color=CONTROL, lw=0.8, ls=":")
        axes.set(xlabel="probability of fake", ylabel="share of fakes", xlim=(0, top), ylim=(0, top))
        _legend(axes)

    return plot(draw)


def cost_curves(runs: Runs) -> str:
    """Lowest normalised cost at every share of the cost that misses could bring (Drummond and Holte 2006)."""

    def draw(axes: Axes) -> None:
        shares = np.linspace(0, 1, 101)
        for name, look, mine in _styled(runs):
            axes.plot(shares, _mean(mine, lambda run: cost_curve(run.y, run.score, shares)), label=name, **look)
        axes.plot(shares, np.minimum(shares, 1 - shares), color=CONTROL, lw=0.8, ls=":", label="no model")
        axes.set(xlabel="share of possible cost that is missed fakes", ylabel="normalised cost", xlim=(0, 1))
        axes.set_ylim(0, 0.52)
        _legend(axes)

    return plot(draw)


def degradation(metrics: pd.DataFrame, strategies: Sequence[str], figure: str, label: str) -> str:
    """A figure of some strategies as fakes get rarer in training, with intervals."""

    def draw(axes: Axes) -> None:
        rungs = list(dict.fromkeys(metrics["imbalance"]))
        for number, name in enumerate(strategies):
            mine = metrics[metrics["strategy"] == name].set_index("imbalance").reindex(rungs)
            at = np.arange(len(rungs)) + 0.07 * (number - len(strategies) / 2)
            reach = [mine[figure] - mine[f"{figure}_low"], mine[f"{figure}_high"] - mine[figure]]
            axes.errorbar(
                at,
                mine[figure],
                np.abs(reach),
                color=COLOURS[number % 6],
                ls=DASHES[number % 6],
                marker="o",
                ms=3,
                capsize=2,
                elinewidth=0.8,
                label=name,
            )
        axes.set_xticks(range(len(rungs)), rungs)
        axes.set(xlabel="fakes to genuine images in training", ylabel=label, ylim=(0, None))
        _legend(axes)

    return plot(draw)


def bars(values: Mapping[str, float], label: str, bounds: Mapping[str, tuple[float, float]] | None = None) -> str:
    """Horizontal bars by name, the first on top, with intervals where there are any."""

    def draw(axes: Axes) -> None:
        names = list(values)
        widths = [values[name] for name in names]
        reach = None
        if bounds:
            reach = np.abs([[values[n] - bounds[n][0] for n in names], [bounds[n][1] - values[n] for n in names]])
        axes.barh(names, widths, color=COLOURS[0], height=0.65, xerr=reach, error_kw={"lw": 0.8, "capsize": 2})
        axes.axvline(0, color="#444444", lw=0.8)
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0, labelsize=8.5)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(label)

    return plot(draw, height=0.7 + 0.22 * max(len(values), 3))


def _styled(runs: Runs) -> list[tuple[str, dict[str, Any], Sequence[Scores]]]:
    return [
        (name, {"color": COLOURS[number % 6], "ls": DASHES[number % 6]}, mine)
        for number, (name, mine) in enumerate(runs.items())
    ]


def _mean(runs: Sequence[Scores], curve: Callable[[Scores], np.ndarray]) -> np.ndarray:
    return np.asarray(np.mean([curve(run) for run in runs], axis=0))


def _recall(run: Scores, fpr: np.ndarray) -> np.ndarray:
    caught, alarmed = (counts[0] for counts in rates(ranking(run.y, run.score)))
    recall: np.ndarray = np.interp(fpr, alarmed / alarmed[-1], caught / caught[-1])
    return recall


def _precision(run: Scores, recall: np.ndarray) -> np.ndarray:
    """Best precision at each recall or above, so that the curve does not saw."""
    caught, alarmed = (counts[0][1:] for counts in rates(ranking(run.y, run.score)))
    envelope = np.maximum.accumulate((caught / (caught + alarmed))[::-1])[::-1]
    return envelope[np.minimum(np.searchsorted(caught / caught[-1], recall), len(envelope) - 1)]


def _legend(axes: Axes) -> None:
    axes.figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=2)
