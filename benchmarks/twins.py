"""Our kernels beside the library functions that do the like: `python -m benchmarks.twins`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import imagehash
import numpy as np
import pandas as pd
import pywt
import scipy.fft
import scipy.stats
from PIL import Image
from skimage.feature import graycomatrix, local_binary_pattern
from skimage.filters import sobel
from skimage.measure import block_reduce, label, regionprops

from benchmarks.extraction import SCREEN, draw_screen
from realfake.forensics.arrays import blocks, exact, sequences
from realfake.forensics.arrays.dwt import decompose
from realfake.forensics.families import flatness, residual, texture
from realfake.forensics.image import ForensicImage, dct_plane, gradient_magnitude, rounded_modes
from realfake.forensics.phash import perceptual_hash
from realfake.pipeline.tables.present import to_markdown


class Twin(NamedTuple):
    """A function of ours, and the library's with which it shares a purpose."""

    ours: str
    library: str
    our_call: Callable[[], Any]
    library_call: Callable[[], Any]
    decision: str


@click.command()
@click.option("--repeats", default=7, show_default=True, help="Runs of each, of which the quickest counts.")
def main(repeats: int) -> None:
    """Print CPU milliseconds of ours and of the library's, one thread, on a drawn screen of 1080x2400."""
    cv2.setNumThreads(1)
    rows = []
    for twin in twins(draw_screen(*SCREEN)):
        ours, library = quickest(twin.our_call, repeats), quickest(twin.library_call, repeats)
        same = "yes" if equal(twin.our_call(), twin.library_call()) else "no"
        times = f"{ours:.2f}", f"{library:.2f}", f"{library / ours:.1f}"
        rows.append((f"`{twin.ours}`", f"`{twin.library}`", *times, same, twin.decision))
    titles = ["ours", "library", "ours, ms", "library, ms", "times", "same numbers", "what is used, and why"]
    click.echo(to_markdown(pd.DataFrame(rows, columns=titles)), nl=False)


def quickest(call: Callable[[], Any], repeats: int) -> float:
    """CPU milliseconds of the quickest of some calls, after one that compiles and warms up."""
    call()
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


def equal(ours: Any, library: Any) -> bool:
    """Whether two results, or sequences of results, are the same to the last bit, whatever their types."""
    if isinstance(ours, (list, tuple)):
        return len(ours) == len(library) and all(map(equal, ours, library))
    return np.array_equal(np.asarray(ours), np.asarray(library))


def twins(rgb: np.ndarray) -> Iterator[Twin]:
    """Every pair, on one picture."""
    image = ForensicImage.from_array(rgb)
    luma, gray, gradient = image.luma, image.luma8, gradient_magnitude(image.luma, image.repeated_rows, 0, image.height)
    yield Twin(
        "dwt.decompose",
        "pywt.wavedec2",
        lambda: [list(bands) for bands in decompose(luma, 4)],
        lambda: [list(bands) for bands in pywt.wavedec2(luma, "db4", "symmetric", 4)[:0:-1]],
        "ours: other last digits, on which whole 1024ths turn",
    )
    yield Twin(
        "blocks.block_means, float32",
        "skimage.measure.block_reduce",
        lambda: blocks.block_means(gradient, 16),
        lambda: block_reduce(_whole(gradient, 16), 16, np.mean),
        "ours: the order of its sums is stated",
    )
    yield Twin(
        "blocks.block_means, uint8",
        "skimage.measure.block_reduce",
        lambda: blocks.block_means(gray, 16),
        lambda: block_reduce(_whole(gray, 16), 16, np.mean).astype(np.float32),
        "ours: time",
    )
    yield Twin(
        "flatness.block_ranges",
        "skimage.measure.block_reduce",
        lambda: flatness.block_ranges(ForensicImage.from_array(rgb)),
        lambda: (block_reduce(rgb, (8, 8, 1), np.max) - block_reduce(rgb, (8, 8, 1), np.min)).max(axis=2),
        "ours: time",
    )
    cells = blocks.block_means(gray, 4) < 100
    yield Twin(
        "cv2.connectedComponentsWithStats",
        "skimage.measure.regionprops",
        lambda: [
            int(row[cv2.CC_STAT_AREA])
            for row in cv2.connectedComponentsWithStats(cells.view(np.uint8), connectivity=4)[2][1:]
        ],
        lambda: [int(region.area) for region in regionprops(label(cells, connectivity=1))],
        "OpenCV: some hundred patches are frequent",
    )
    yield Twin(
        "texture.binary_patterns",
        "skimage.feature.local_binary_pattern",
        lambda: texture.binary_patterns(gray),
        lambda: local_binary_pattern(gray, 8, 1)[1:-1, 1:-1],
        "ours: on flats, rounding decides there",
    )
    codes = sequences.difference_codes(gray, (0, 1), 3)
    yield Twin(
        "sequences.sequence_counts, pairs",
        "skimage.feature.graycomatrix",
        lambda: sequences.sequence_counts(codes, 7, 2, (0, 1)),
        lambda: graycomatrix(codes, [1], [0], 7)[:, :, 0, 0],
        "ours: counts longer sequences too",
    )
    yield Twin(
        "sequences.difference_codes",
        "numpy.clip",
        lambda: sequences.difference_codes(gray, (0, 1), 3),
        lambda: np.clip(gray[:, :-1].astype(np.int16) - gray[:, 1:], -3, 3) + 3,
        "ours: time",
    )
    yield Twin(
        "blocks.byte_counts",
        "numpy.bincount",
        lambda: blocks.byte_counts(gray),
        lambda: np.bincount(gray.ravel(), minlength=256),
        "ours: time",
    )
    yield Twin(
        "blocks.moments",
        "scipy.stats.skew, kurtosis",
        lambda: blocks.moments(gradient),
        lambda: tuple(
            float(of(gradient, axis=None)) for of in (np.mean, np.var, scipy.stats.skew, scipy.stats.kurtosis)
        ),
        "ours: time",
    )
    few = gradient[:20, :100]
    yield Twin(
        "blocks.robust_spread, 2000 values",
        "scipy.stats.median_abs_deviation",
        lambda: blocks.robust_spread(few),
        lambda: float(scipy.stats.median_abs_deviation(few, axis=None, scale=1 / blocks.MAD_TO_SIGMA)),
        "ours: time, as often as it is called",
    )
    yield Twin(
        "image.chroma_half",
        "cv2.cvtColor, cv2.resize",
        lambda: list(ForensicImage.from_array(rgb).chroma_half),
        lambda: list(cv2.split(cv2.resize(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb), None, None, 0.5, 0.5, 3))[:0:-1]),
        "ours: time",
    )
    yield Twin(
        "image.luma",
        "cv2.transform",
        lambda: ForensicImage.from_array(rgb).luma,
        lambda: cv2.transform(rgb.astype(np.float32), np.array([[19595, 38470, 7471]], np.float32) / 65536),
        "ours: time",
    )
    yield Twin(
        "image.gradient_magnitude",
        "skimage.filters.sobel",
        lambda: gradient_magnitude(luma, image.repeated_rows, 0, len(luma)),
        lambda: sobel(luma),
        "ours: other sums and units",
    )
    yield Twin(
        "image.dct_plane",
        "scipy.fft.dctn",
        lambda: dct_plane(luma, level=128),
        lambda: scipy.fft.dctn(
            (luma - 128).reshape(SCREEN[0] // 8, 8, SCREEN[1] // 8, 8), axes=(1, 3), norm="ortho"
        ).reshape(luma.shape),
        "ours: flat blocks are exactly 0",
    )
    modes, plane = np.arange(1, 10), image.dct_plane
    yield Twin(
        "image.rounded_modes, nine",
        "numpy.rint",
        lambda: rounded_modes(plane, modes),
        lambda: np.stack([np.rint(plane[mode // 8 :: 8, mode % 8 :: 8]) for mode in modes]),
        "ours: time",
    )
    yield Twin(
        "residual.square_residual",
        "cv2.filter2D",
        lambda: residual.square_residual(gray),
        lambda: cv2.filter2D(gray, cv2.CV_16S, np.outer(residual.SECOND, -residual.SECOND)),
        "the library",
    )
    one, other = (residual.square_residual(plane) for plane in image.chroma_half)
    yield Twin(
        "residual._correlation",
        "numpy.dot",
        lambda: residual._correlation(one, other),
        lambda: _cosine(*(plane[1:-1, 1:-1].astype(np.float64).ravel() for plane in (one, other))),
        "ours: time and memory",
    )
    yield Twin(
        "flatness.palette",
        "numpy.unique",
        lambda: list(flatness.palette(ForensicImage.from_array(rgb))),
        lambda: list(np.unique(rgb.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32), return_counts=True)),
        "ours: time",
    )
    values = np.random.default_rng(0).random(100_000) + 0.1
    for name in ("log", "log2", "exp"):
        yield Twin(
            f"exact.{name}, 100,000 values",
            f"numpy.{name}",
            lambda name=name: getattr(exact, name)(values),  # type: ignore[misc]
            lambda name=name: getattr(np, name)(values),  # type: ignore[misc]
            "ours: NumPy chooses code by processor",
        )
    yield Twin(
        "exact.correlation, 100,000 values",
        "numpy.corrcoef",
        lambda: exact.correlation(values, values[::-1]),
        lambda: np.corrcoef(values, values[::-1])[0, 1],
        "ours: BLAS chooses code by processor",
    )
    yield Twin(
        "exact.area_means",
        "cv2.resize, INTER_AREA",
        lambda: exact.area_means(gray, (32, 32)),
        lambda: cv2.resize(gray, (32, 32), interpolation=cv2.INTER_AREA),
        "ours: fractions of a gray level are kept",
    )
    picture = Image.fromarray(rgb)
    yield Twin(
        "phash.perceptual_hash",
        "imagehash.phash",
        lambda: perceptual_hash(image),
        lambda: str(imagehash.phash(picture)),
        "ours: other bits, and tables hold these",
    )


def _whole(plane: np.ndarray, size: int) -> np.ndarray:
    return plane[: plane.shape[0] // size * size, : plane.shape[1] // size * size]


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))


if __name__ == "__main__":
    main()
