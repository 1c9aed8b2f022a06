"""Histories: whether a word's frequencies take the values that earlier compressions left all over the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.formats.markers import ZIGZAG
from realfake.forensics.text.laundering import blocks_of
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_features
from realfake.forensics.text.words import ScreenText

MODES = ZIGZAG[1:25]
PIXELS_STEP = 2.0  # in which frequencies are counted where the file is no JPEG, of its own pixels
VALUES = 32  # steps up to which they are counted
PRIOR = 8.0  # added to each count
REACH = 2  # values to either side over which the trend of a histogram is taken
ERROR = 0.05  # of the logarithm at one value: histograms that are even depart by nothing
FEW = 12  # values that are not 0


@region_family(
    "histories",
    source="this program, after Lin, He, Tang & Tang 2009, doi:10.1016/j.patcog.2009.03.019",
)
def histories(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """How well a word's quantized frequencies agree with the peaks and gaps of all other fields' histograms."""
    found = _agreement(screen)
    yield from region_features(HISTORIES, found)


HISTORIES = (
    (
        "values__agreement",
        "1",
        0.02,
        "mean log of the other fields' histogram of frequencies over its trend, at the word's",
    ),
    (
        "values__departure",
        "deviations",
        0.3,
        "agreement of the word's frequencies with other fields' histogram against what those have, over its error",
    ),
    (
        "values__excess",
        "1",
        0.02,
        "agreement of the word's frequencies with other fields' histogram against what those have",
    ),
    (
        "field__departure",
        "deviations",
        0.3,
        "agreement of the field's frequencies with other fields' histogram against what those have, over its error",
    ),
    ("values__peaks", "1", 0.02, "how plain the peaks of other fields' histogram of frequencies are"),
    (
        "values__zeros",
        "deviations",
        0.3,
        "frequencies that are 0 against the share of them in other fields, over its error",
    ),
)


def _agreement(screen: ScreenText) -> np.ndarray:
    image = screen.on_grid
    rows, columns = image.height // 8, image.width // 8
    table = image.jpeg.luma_table if image.jpeg else None
    steps = np.full(64, PIXELS_STEP) if table is None else np.asarray(table, np.float64).reshape(-1)
    spans = np.array([blocks_of(word, screen.grid, rows, columns) for word in screen.words], int).reshape(-1, 4)
    lines = screen.line_of.astype(np.int64)
    words, fields, kinds = len(spans), len(screen.lines), len(MODES)
    counts = np.zeros((words, kinds, VALUES + 1), np.int32)
    of_field = np.zeros((fields + 1, kinds, VALUES + 1), np.int32)
    found = np.full((words, len(HISTORIES)), np.nan)
    bars, of_modes, sums = np.zeros((kinds + 1, VALUES)), np.zeros((3, kinds)), np.zeros((fields, 3))
    _values(spans, lines, image.dct_plane, MODES, steps[MODES], counts, of_field, bars, of_modes, sums, found)
    return found


@compiled
@no_type_check
def _values(spans, lines, dct_plane, modes, steps, counts, of_field, heights, of_modes, sums, found):
    """What `HISTORIES` says of words whose blocks are the rows and columns `spans`.

    `counts` are of the values of each word by mode, and `of_field` of each field, last of all; `heights` of the bars of
    values 1, 2, ... against their trend, logarithms, by mode, and in the last row the logarithms of the bars of one
    mode; `of_modes` the mean height, its spread and the share of zeros; `sums` are of each field.
    """
    fields, largest = sums.shape[0], heights.shape[1]
    total, logs = of_field[fields], heights[modes.shape[0]]
    means, spreads, zeros = of_modes[0], of_modes[1], of_modes[2]
    words, kinds = spans.shape[0], modes.shape[0]
    for word in range(words):
        for row in range(spans[word, 0], spans[word, 1]):
            for column in range(spans[word, 2], spans[word, 3]):
                for k in range(kinds):
                    value = abs(dct_plane[8 * row + modes[k] // 8, 8 * column + modes[k] % 8]) / steps[k]
                    counts[word, k, min(int(value + 0.5), largest)] += 1
    for word in range(words):
        for k in range(kinds):
            for value in range(largest + 1):
                of_field[lines[word], k, value] += counts[word, k, value]
                total[k, value] += counts[word, k, value]
    field = -1
    for word in range(words):
        if lines[word] != field:
            field = lines[word]
            for k in range(kinds):
                seen = square = mean = 0.0
                for value in range(1, largest):
                    logs[value] = np.log(total[k, value] - of_field[field, k, value] + PRIOR)
                for value in range(1, largest):
                    bar = total[k, value] - of_field[field, k, value]
                    trend = weight = 0.0
                    reach = min(REACH, value - 1, largest - 1 - value)  # as far on either side: slopes cancel out
                    for off in range(1, reach + 1):
                        share = 1.0 / off
                        for near in (value - off, value + off):
                            trend += share * logs[near]
                            weight += share
                    height = logs[value] - trend / weight if weight > 0 else 0.0
                    heights[k, value] = height
                    seen += bar
                    mean += bar * height
                    square += bar * height * height
                means[k] = mean / max(seen, 1.0)
                spreads[k] = max(square / max(seen, 1.0) - means[k] * means[k], 0.0)
                nothing = total[k, 0] - of_field[field, k, 0]
                zeros[k] = (nothing + 0.5) / (seen + nothing + 1)
        number = agreement = expected = variance = 0.0
        empty = likely = doubt = 0.0
        for k in range(kinds):
            mine = 0.0
            for value in range(1, largest):
                mine += counts[word, k, value]
                agreement += counts[word, k, value] * heights[k, value]
            number += mine
            expected += mine * means[k]
            variance += mine * spreads[k]
            empty += counts[word, k, 0]
            both = mine + counts[word, k, 0]
            likely += both * zeros[k]
            doubt += both * zeros[k] * (1 - zeros[k])
        if number >= FEW:
            found[word, 0] = agreement / number
            found[word, 2] = (agreement - expected) / number
            found[word, 4] = np.sqrt(variance / number)
            found[word, 1] = (agreement - expected) / np.sqrt(variance + ERROR * ERROR * number)
        sums[field, 0] += agreement - expected
        sums[field, 1] += variance + ERROR * ERROR * number
        sums[field, 2] += number
        if doubt > 0:
            found[word, 5] = (empty - likely) / np.sqrt(doubt)
    for word in range(words):
        if sums[lines[word], 2] >= FEW:
            found[word, 3] = sums[lines[word], 0] / np.sqrt(sums[lines[word], 1])
