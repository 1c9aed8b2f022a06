"""Ink: colour, anti-aliasing and weight of a word, which one rasteriser gives to all text of a style."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forensics.catalog import RegionMeasurement, region_family, region_feature
from forensics.text.words import ScreenText, Word

EPS = 1e-6
HISTOGRAM = np.array([0.1, 0.26, 0.42, 0.58, 0.74, 0.9])  # coverage of edge pixels


@region_family("ink", source="SIGNALS: anti-alias palette; stroke width as area over half the total variation")
def ink(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Ink and background colours, coverage histogram, softness of edges and weight of strokes."""
    inks = screen.per_word(lambda w: w.ink).reshape(-1, 3)
    grounds = screen.per_word(lambda w: w.background).reshape(-1, 3)
    for i, channel in enumerate(("red", "green", "blue")):
        yield region_feature(f"colour__{channel}", inks[:, i], "gray levels", 1.0, f"{channel} of the ink")
    yield region_feature("background__luma", grounds @ [0.299, 0.587, 0.114], "gray levels", 0.3, "luma of the background")
    yield region_feature("background__blue_red", grounds[:, 2] - grounds[:, 0], "gray levels", 0.3, "tint of the background")
    yield region_feature("contrast__luma", screen.per_word(lambda w: w.contrast), "gray levels", 1.0, "ink minus background")
    near_ink, like_ink = _nearest_colour(inks, screen.line_of)
    yield region_feature("colour__nearest", near_ink, "gray levels", 0.5, "distance to the most similar ink of another field")
    yield region_feature("colour__shared", like_ink, "fields", 1.0, "other fields with an ink at most 2 levels off")
    near_ground, like_ground = _nearest_colour(grounds, screen.line_of)
    yield region_feature("background__nearest", near_ground, "gray levels", 0.3, "distance to the most similar background of another field")
    yield region_feature("background__shared", like_ground, "fields", 1.0, "other fields with a background at most 1 level off")
    measures = screen.per_word(_strokes).reshape(-1, len(STROKES))
    for i, (name, unit, floor, meaning) in enumerate(STROKES):
        yield region_feature(name, measures[:, i], unit, floor, meaning)


STROKES = (
    ("stroke__width", "px", 0.03, "area of the ink over half its outline"),
    ("stroke__weight", "1", 0.003, "stroke width over word height"),
    ("edge__softness", "px", 0.02, "width of the transition from background to ink"),
    ("edge__softness_x", "px", 0.03, "the same across upright strokes"),
    ("edge__softness_y", "px", 0.03, "the same across level strokes"),
    ("edge__anisotropy", "1", 0.03, "log ratio of the two: vertical hinting makes level strokes crisp"),
    ("edge__steepest", "1/px", 0.01, "95th percentile of the coverage step, over 1"),
    *((f"coverage__bin{i}", "1", 0.02, f"share of edge pixels covered {a:.2f} to {b:.2f}") for i, (a, b) in enumerate(zip(HISTOGRAM[:-1], HISTOGRAM[1:]))),
    ("coverage__mean", "1", 0.01, "mean coverage of edge pixels: gamma and contrast of the rasteriser"),
    ("coverage__over", "1", 0.003, "share of pixels beyond ink or background: sharpening and ringing"),
    ("coverage__solid", "1", 0.02, "share of inked pixels that are fully covered"),
    ("colours__per_ink", "1", 0.02, "distinct colours over inked pixels"),
    ("axis__off_p95", "1", 0.005, "95th percentile distance from the line between the two colours"),
    ("axis__fringe", "1", 0.005, "red minus blue across upright strokes: LCD anti-aliasing"),
    ("density__ink", "1", 0.02, "share of the box that is inked"),
)


def _strokes(word: Word) -> list[float]:
    coverage = word.coverage[word.inner]
    clipped = np.clip(coverage, 0, 1)
    # One empty row and column around, so that strokes on the rim have both their edges.
    padded = np.pad(clipped, 1)
    dx, dy = np.diff(padded, axis=1), np.diff(padded, axis=0)
    variation_x, variation_y = np.abs(dx).sum(), np.abs(dy).sum()
    outline = np.hypot(dx[:-1, :], dy[:, :-1]).sum() + EPS
    soft = 4 * clipped * (1 - clipped)
    steep_x, steep_y = np.abs(dx[1:-1, 1:]), np.abs(dy[1:, 1:-1])
    upright = steep_x > 2 * steep_y
    level = steep_y > 2 * steep_x
    soft_x, soft_y = soft[upright].sum() / (steep_x[upright].sum() + EPS), soft[level].sum() / (steep_y[level].sum() + EPS)
    width = 2 * clipped.sum() / outline
    edge = (clipped > HISTOGRAM[0]) & (clipped < HISTOGRAM[-1])
    bins = np.histogram(clipped[edge], HISTOGRAM)[0] / max(edge.sum(), 1)
    inked = clipped > 0.5
    pixels_off, fringe = _off_axis(word)
    return [
        width, width / word.box.height, soft.sum() / outline, soft_x, soft_y, np.log((soft_x + 0.05) / (soft_y + 0.05)),
        np.percentile(np.maximum(steep_x, steep_y), 99.0) if variation_x + variation_y > 0 else np.nan, *bins,
        clipped[edge].mean() if edge.any() else np.nan, ((coverage > 1.06) | (coverage < -0.06)).mean(),
        (clipped > 0.97).sum() / max(inked.sum(), 1), _colours(word) / max((clipped > 0.1).sum(), 1),
        pixels_off, fringe, inked.mean(),
    ]  # fmt: skip


def _colours(word: Word) -> int:
    levels = np.rint(word.coverage[word.inner] * abs(word.contrast)).astype(np.int64)
    return int(np.count_nonzero(np.bincount((levels - levels.min()).ravel())))


def _off_axis(word: Word) -> tuple[float, float]:
    pixels = word.pixels[word.inner]
    axis = word.ink - word.background
    length = float(np.linalg.norm(axis)) + EPS
    rest = pixels - word.background - word.coverage[word.inner][:, :, None] * axis
    off = np.sqrt(np.einsum("ijk,ijk->ij", rest, rest)) / length
    tint = (rest[:, :, 0] - rest[:, :, 2]) / length
    return float(np.percentile(off, 95)), float(np.abs(np.diff(tint, axis=1)).mean())


def _nearest_colour(colours: np.ndarray, fields: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest channel difference to the nearest colour of another field, and how many fields have nearly this one."""
    if len(colours) == 0:
        return np.empty(0), np.empty(0)
    distance = np.abs(colours[:, None, :] - colours[None, :, :]).max(axis=2)
    distance[fields[:, None] == fields[None, :]] = np.inf
    nearest = distance.min(axis=1)
    return np.where(np.isfinite(nearest), nearest, np.nan), (distance <= 2.0).sum(axis=1).astype(float)
