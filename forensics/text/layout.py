"""Layout: whether a word stands where the others do, and is as large as they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature
from realfake.forensics.text.ranked import ranked
from realfake.forensics.text.words import ScreenText, middle

SAME_ROW = 0.5  # of the lower height: fields that overlap more stand in one row
ALIGNED = 0.6  # of the height: edges nearer than this belong to one column


@region_family(
    "layout",
    source="after Bertrand et al., intrinsic features for fraudulent document detection, ICDAR 2013",
)
def layout(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Baselines, anchors, pitch, sizes and advances of words."""
    words = screen.words
    owner, spans, tops, bottoms = screen.glyphs
    baselines = screen.per_word(lambda w: w.baseline)
    caps = screen.per_word(lambda w: w.cap_height)
    heights = screen.per_word(lambda w: w.box.height)
    yield region_feature("height__log", np.log(heights), "log px", 0.02, "height of the word's strokes")
    yield region_feature("cap_height__log", np.log(np.maximum(caps, 1)), "log px", 0.01, "baseline to highest glyph")
    yield region_feature(
        "glyph_height__log_median",
        np.log(np.maximum(ranked(bottoms - tops, owner, len(words)).middle, 1)),
        "log px",
        0.03,
        "height of the typical glyph",
    )
    counts = np.bincount(owner, minlength=len(words))
    yield region_feature("glyphs__count", counts, "glyphs", 1.0, "glyphs in the word")
    phase = baselines - np.floor(baselines)
    yield region_feature("baseline__phase_sine", np.sin(2 * np.pi * phase), "1", 0.1, "sub-pixel baseline, as a circle")
    yield region_feature(
        "baseline__phase_cosine", np.cos(2 * np.pi * phase), "1", 0.1, "sub-pixel baseline, as a circle"
    )
    near = np.abs(bottoms - baselines.astype(np.float32)[owner]) < (0.12 * heights)[owner]
    spread = _deviations(bottoms[near], owner[near], len(words))
    yield region_feature(
        "baseline__spread",
        np.where(np.bincount(owner[near], minlength=len(words)) > 1, spread, np.nan),
        "px",
        0.05,
        "disagreement of glyph bottoms on the baseline",
    )
    yield region_feature(
        "baseline__off_line", off_line(screen, baselines), "px", 0.1, "baseline minus that of the field's other words"
    )
    yield region_feature(
        "cap_height__off_line",
        off_line(screen, np.log(np.maximum(caps, 1))),
        "log px",
        0.01,
        "cap height against the field's other words",
    )
    row, partner_gap = row_offset(screen, baselines)
    yield region_feature("baseline__off_row", row, "px", 0.1, "baseline minus that of the nearest field in the row")
    yield region_feature("row__gap", partner_gap, "heights", 0.2, "distance to the nearest field in the row")
    left, right, centre, best = _anchors(screen)
    yield region_feature("anchor__left", left, "px", 0.3, "left edge of the field against the nearest column of edges")
    yield region_feature(
        "anchor__right", right, "px", 0.3, "right edge of the field against the nearest column of edges"
    )
    yield region_feature(
        "anchor__centre", centre, "px", 0.3, "centre of the field against the nearest column of centres"
    )
    yield region_feature("anchor__best", best, "px", 0.2, "least of the three anchor residuals")
    pitch, pitch_share = off_pitch(screen, baselines)
    yield region_feature("pitch__off", pitch, "px", 0.2, "baseline against the mean of the lines above and below")
    yield region_feature("pitch__off_relative", pitch_share, "1", 0.01, "the same in pitches")
    inside = owner[1:] == owner[:-1]
    gaps, gap_of = (spans[1:, 0] - spans[:-1, 1])[inside], owner[1:][inside]
    gap = ranked(gaps, gap_of, len(words)).middle
    yield region_feature("spacing__glyph_gap", gap / heights, "heights", 0.01, "space between neighbouring glyphs")
    unevenness = np.where(counts > 2, _deviations(gaps, gap_of, len(words)), np.nan)
    yield region_feature("spacing__gap_spread", unevenness / heights, "heights", 0.01, "unevenness of that space")
    before, after = _word_gaps(screen)
    yield region_feature("spacing__before", before / heights, "heights", 0.03, "space before the word in its field")
    yield region_feature("spacing__after", after / heights, "heights", 0.03, "space after the word in its field")
    yield region_feature(
        "glyph_width__log_median",
        np.log(np.maximum(ranked(spans[:, 1] - spans[:, 0], owner, len(words)).middle, 1)),
        "log px",
        0.05,
        "width of the typical glyph",
    )
    yield region_feature(
        "field__words", np.bincount(screen.line_of)[screen.line_of] if words else [], "words", 1.0, "words in the field"
    )
    yield region_feature(
        "place__y", screen.per_word(lambda w: w.box.y) / screen.image.height, "1", 0.05, "how far down the screen"
    )
    yield region_feature(
        "place__x", screen.per_word(lambda w: w.box.x) / screen.image.width, "1", 0.05, "how far to the right"
    )


def _deviations(values: np.ndarray, groups: np.ndarray, number: int) -> np.ndarray:
    """(number,) float64: the standard deviation of the values of each group; 0 of an empty one."""
    counts = np.maximum(np.bincount(groups, minlength=number), 1)
    off = values - (np.bincount(groups, values, number) / counts)[groups]
    return np.asarray(np.sqrt(np.bincount(groups, off * off, number) / counts))


def off_line(screen: ScreenText, values: np.ndarray) -> np.ndarray:
    """Each word's value minus the median of the other words of its field; NaN for a lone word."""
    off = np.full(len(values), np.nan)
    for mine in screen.members:
        for i in mine if len(mine) > 1 else ():
            others = values[mine[mine != i]]
            off[i] = values[i] - middle(others[np.isfinite(others)])
    return off


def _word_gaps(screen: ScreenText) -> tuple[np.ndarray, np.ndarray]:
    before, after = np.full((2, len(screen.words)), np.nan)
    for i in range(1, len(screen.words)):
        previous, word = screen.words[i - 1], screen.words[i]
        if previous.line == word.line:
            before[i] = after[i - 1] = word.box.x - previous.box.right
    return before, after


def _field_baselines(screen: ScreenText, baselines: np.ndarray) -> np.ndarray:
    fields = np.full(len(screen.lines), np.nan)
    for line, members in enumerate(screen.members):
        mine = baselines[members]
        fields[line] = middle(mine[np.isfinite(mine)])
    return fields


def row_offset(screen: ScreenText, baselines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    fields = _field_baselines(screen, baselines)
    boxes = np.array([line.box for line in screen.lines], float).reshape(-1, 4)
    if len(fields) == 0:
        return np.empty(0), np.empty(0)
    partner, nearest = np.zeros(len(fields), np.intp), np.empty(len(fields))
    for part, around in screen.stretches(len(fields)):
        distance = _beside(boxes[part], boxes[around], np.isfinite(fields[around]))
        partner[part], nearest[part] = around.start + distance.argmin(axis=1), distance.min(axis=1)
    h = boxes[:, 3]
    has = np.isfinite(nearest)
    offset = np.where(has[screen.line_of], baselines - fields[partner][screen.line_of], np.nan)
    return offset, np.where(has, nearest / h, np.nan)[screen.line_of]


def _beside(mine: np.ndarray, around: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(mine, around): the gap between fields that stand in one row and are of like height, infinite for all others."""
    x, y, w, h = mine.T[:, :, None]
    other_x, other_y, other_w, other_h = around.T
    overlap = np.minimum(y + h, other_y + other_h) - np.maximum(y, other_y)
    gap = np.maximum(x, other_x) - np.minimum(x + w, other_x + other_w)
    beside = (overlap > SAME_ROW * np.minimum(h, other_h)) & (gap > 0)
    beside &= np.maximum(h, other_h) < 2 * np.minimum(h, other_h)
    return np.where(beside & known, gap, np.inf)


def _anchors(screen: ScreenText) -> tuple[np.ndarray, ...]:
    """Residual of each field's left, right and centre to the column of such edges that it stands in."""
    boxes = np.array([line.box for line in screen.lines], float).reshape(-1, 4)
    x, _, w, h = boxes.T
    found = []
    for edge in (x, x + w, x + w / 2):
        residual = np.full(len(edge), np.nan)
        for part, around in screen.stretches(len(edge)):
            difference = edge[part, None] - edge[None, around]
            np.fill_diagonal(difference[:, part.start - around.start :], np.inf)
            near = np.where(np.abs(difference) < ALIGNED * h[part, None], difference, np.nan)
            # Two others must agree before they make a column: take the median of those near.
            enough = np.flatnonzero(np.isfinite(near).sum(axis=1) >= 2)
            if len(enough):
                residual[part.start + enough] = np.nanmedian(near[enough], axis=1)
        found.append(residual)
    left, right, centre = found
    stacked = np.abs(np.stack(found)) if len(x) else np.empty((3, 0))
    best = np.where(
        np.isfinite(stacked).any(axis=0),
        np.where(np.isfinite(stacked), stacked, np.inf).min(axis=0, initial=np.inf),
        np.nan,
    )
    return tuple(values[screen.line_of] for values in (left, right, centre, best))


def off_pitch(screen: ScreenText, baselines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each field's baseline against its aligned neighbours above and below, where the two distances are alike."""
    fields = _field_baselines(screen, baselines)
    boxes = np.array([line.box for line in screen.lines], float).reshape(-1, 4)
    off, relative = np.full((2, len(fields)), np.nan)
    for part, around in screen.stretches(len(fields)):
        x, _, w, h = boxes[around].T
        lines = fields[around]
        for i in range(part.start - around.start, part.stop - around.start):
            aligned = (np.abs(x - x[i]) < ALIGNED * h[i]) | (np.abs(x + w - x[i] - w[i]) < ALIGNED * h[i])
            aligned &= np.isfinite(lines)
            above = lines[aligned & (lines < lines[i] - 0.5 * h[i])]
            below = lines[aligned & (lines > lines[i] + 0.5 * h[i])]
            if len(above) and len(below):
                up, down = lines[i] - above.max(), below.min() - lines[i]
                if max(up, down) < 1.25 * min(up, down):
                    off[around.start + i] = (up - down) / 2
                    relative[around.start + i] = off[around.start + i] / ((up + down) / 2)
    return off[screen.line_of], relative[screen.line_of]
