"""Ink: colour, anti-aliasing and weight of a word, which one rasteriser gives to all text of a style."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import no_type_check

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.text.colours import luma_of
from realfake.forensics.text.measurement import RegionMeasurement, region_family, region_feature, region_features
from realfake.forensics.text.words import ScreenText, Word, upper

EPS = 1e-6
HISTOGRAM = np.array([0.1, 0.26, 0.42, 0.58, 0.74, 0.9])  # coverage of edge pixels


@region_family("ink", source="this program: anti-alias palette; stroke width as area over half the total variation")
def ink(screen: ScreenText) -> Iterator[RegionMeasurement]:
    """Ink and background colours, coverage histogram, softness of edges and weight of strokes."""
    inks = screen.per_word(lambda w: w.ink).reshape(-1, 3)
    grounds = screen.per_word(lambda w: w.background).reshape(-1, 3)
    for i, channel in enumerate(("red", "green", "blue")):
        yield region_feature(f"colour__{channel}", inks[:, i], "gray levels", 1.0, f"{channel} of the ink")
    yield region_feature("background__luma", luma_of(grounds), "gray levels", 0.3, "luma of the background")
    yield region_feature(
        "background__blue_red", grounds[:, 2] - grounds[:, 0], "gray levels", 0.3, "tint of the background"
    )
    yield region_feature(
        "contrast__luma", screen.per_word(lambda w: w.contrast), "gray levels", 1.0, "ink minus background"
    )
    near_ink, like_ink = nearest_colour(inks, screen)
    yield region_feature(
        "colour__nearest", near_ink, "gray levels", 0.5, "distance to the most similar ink of another field"
    )
    yield region_feature("colour__shared", like_ink, "fields", 1.0, "other fields with an ink at most 2 levels off")
    near_ground, like_ground = nearest_colour(grounds, screen)
    yield region_feature(
        "background__nearest",
        near_ground,
        "gray levels",
        0.3,
        "distance to the most similar background of another field",
    )
    yield region_feature(
        "background__shared", like_ground, "fields", 1.0, "other fields with a background at most 1 level off"
    )
    measures = screen.per_word(_strokes).reshape(-1, len(STROKES))
    yield from region_features(STROKES, measures)


STROKES = (
    ("stroke__width", "px", 0.03, "area of the ink over half its outline"),
    ("stroke__weight", "1", 0.003, "stroke width over word height"),
    ("edge__softness", "px", 0.02, "width of the transition from background to ink"),
    ("edge__softness_x", "px", 0.03, "the same across upright strokes"),
    ("edge__softness_y", "px", 0.03, "the same across level strokes"),
    ("edge__anisotropy", "1", 0.03, "log ratio of the two: vertical hinting makes level strokes crisp"),
    ("edge__steepest", "1/px", 0.01, "coverage step that 1 % of the box reaches"),
    *(
        (f"coverage__bin{i}", "1", 0.02, f"share of edge pixels covered {a:.2f} to {b:.2f}")
        for i, (a, b) in enumerate(zip(HISTOGRAM[:-1], HISTOGRAM[1:]))
    ),
    ("coverage__mean", "1", 0.01, "mean coverage of edge pixels: gamma and contrast of the rasteriser"),
    ("coverage__over", "1", 0.003, "share of pixels beyond ink or background: sharpening and ringing"),
    ("coverage__solid", "1", 0.02, "share of inked pixels that are fully covered"),
    ("colours__per_ink", "1", 0.02, "distinct colours over inked pixels"),
    ("axis__off_p95", "1", 0.005, "95th percentile distance from the line between the two colours"),
    ("axis__fringe", "1", 0.005, "red minus blue across upright strokes: LCD anti-aliasing"),
    ("density__ink", "1", 0.02, "share of the box that is inked"),
)


def _strokes(word: Word) -> list[float]:
    axis = word.ink - word.background
    length = math.hypot(*axis.tolist()) + EPS
    rows, columns = word.inner
    coverage, pixels = word.coverage[rows, columns], word.pixels[rows, columns]
    bins, seen = np.zeros(len(HISTOGRAM) - 1), np.zeros(1024, np.bool_)
    steep, off = np.zeros((2, *coverage.shape), np.float32)
    given = coverage, pixels, word.background, axis, HISTOGRAM, abs(word.contrast)
    of_edges, of_pixels = _outline(*given, seen, bins, steep, off)
    outline, soft, soft_x, steep_x, soft_y, steep_y, edges, edge_sum = of_edges
    area, over, solid, inked, covered, colours, fringe = of_pixels
    size = off.size
    across, along = soft_x / (steep_x + EPS), soft_y / (steep_y + EPS)
    width = 2 * area / (outline + EPS)
    return [
        width,
        width / word.box.height,
        soft / (outline + EPS),
        across,
        along,
        np.log((across + 0.05) / (along + 0.05)),
        upper(steep, 0.01),
        *(bins / max(edges, 1)),
        edge_sum / edges if edges else np.nan,
        over / size,
        solid / max(inked, 1),
        colours / max(covered, 1),
        upper(off, 0.05) / length,
        fringe / size / length,
        inked / size,
    ]


@compiled
@no_type_check
def _outline(coverage, pixels, ground, axis, edges, levels, seen, bins, steep, off):
    """Sums over a word's box in one pass; the box counts as surrounded by background."""
    height, width = coverage.shape
    last = bins.size
    area = outline = soft_sum = soft_x = steep_x = soft_y = steep_y = edge_sum = fringe = 0.0
    edge_pixels = over = solid = inked = covered = colours = 0
    for y in range(height + 1):
        previous_tint = 0.0
        for x in range(width + 1):
            here = min(max(coverage[y, x], 0.0), 1.0) if y < height and x < width else 0.0
            left = min(max(coverage[y, x - 1], 0.0), 1.0) if y < height and x > 0 else 0.0
            above = min(max(coverage[y - 1, x], 0.0), 1.0) if y > 0 and x < width else 0.0
            dx, dy = abs(here - left), abs(here - above)
            outline += np.sqrt(dx * dx + dy * dy)
            if y == height or x == width:
                continue
            soft = 4 * here * (1 - here)
            area += here
            soft_sum += soft
            steep[y, x] = max(dx, dy)
            if dx > 2 * dy:
                soft_x += soft
                steep_x += dx
            elif dy > 2 * dx:
                soft_y += soft
                steep_y += dy
            if edges[0] < here < edges[last]:
                edge_pixels += 1
                edge_sum += here
                for i in range(last):
                    if edges[i] <= here < edges[i + 1]:
                        bins[i] += 1
            raw = coverage[y, x]
            over += raw > 1.06 or raw < -0.06
            solid += here > 0.97
            inked += here > 0.5
            covered += here > 0.1
            tone = min(max(int(raw * levels + 384.5), 0), 1023)
            colours += not seen[tone]
            seen[tone] = True
            red = np.float32(pixels[y, x, 0]) - ground[0] - raw * axis[0]
            green = np.float32(pixels[y, x, 1]) - ground[1] - raw * axis[1]
            blue = np.float32(pixels[y, x, 2]) - ground[2] - raw * axis[2]
            off[y, x] = np.sqrt(red * red + green * green + blue * blue)
            if x > 0:
                fringe += abs(red - blue - previous_tint)
            previous_tint = red - blue
    of_edges = outline, soft_sum, soft_x, steep_x, soft_y, steep_y, edge_pixels, edge_sum
    return of_edges, (area, over, solid, inked, covered, colours, fringe)


def nearest_colour(colours: np.ndarray, screen: ScreenText) -> tuple[np.ndarray, np.ndarray]:
    """Largest channel difference to the nearest colour of another field, and how many fields have nearly this one.

    The difference is NaN where the colour, (n, k), is not known, or that of no other field.
    """
    if len(colours) == 0:
        return np.empty(0), np.empty(0)
    nearest, shared, fields = np.empty(len(colours)), np.empty(len(colours)), screen.line_of
    for part, around in screen.stretches(len(colours)):
        distance = np.abs(colours[part, None, :] - colours[None, around, :]).max(axis=2)
        distance[fields[part, None] == fields[None, around]] = np.inf
        nearest[part], shared[part] = np.fmin.reduce(distance, axis=1), (distance <= 2.0).sum(axis=1)
    return np.where(np.isfinite(nearest), nearest, np.nan), shared
