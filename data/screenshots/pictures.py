"""Pictures inside screens: photographs, drawn backgrounds, patterns; as apps show them, often once JPEG and scaled."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import skimage
import sklearn
from numpy.typing import NDArray

Picture = NDArray[Any]
Colour = tuple[int, int, int]

PHOTOGRAPHS = (  # photographs that come with packages this one needs anyway
    (skimage, "data/coffee.png"),
    (skimage, "data/astronaut.png"),
    (skimage, "data/chelsea.png"),
    (skimage, "data/rocket.jpg"),
    (skimage, "data/motorcycle_left.png"),
    (skimage, "data/grass.png"),
    (skimage, "data/brick.png"),
    (sklearn, "datasets/images/china.jpg"),
    (sklearn, "datasets/images/flower.jpg"),
)
SMALLEST_CROP = 90  # pixels of the photograph


def picture(rng: np.random.Generator, width: int, height: int) -> Picture:
    """A picture of (height, width, 3): a crop of a photograph or a drawn scene, as a server would have sent it."""
    made = _photograph(rng, width, height) if rng.random() < 0.6 else scene(rng, width, height)
    return compressed(rng, made) if rng.random() < 0.8 else made


def compressed(rng: np.random.Generator, made: Picture) -> Picture:
    """The picture after a JPEG compression at its own or a smaller size."""
    height, width = made.shape[:2]
    scale = rng.choice((1.0, 0.75, 0.5, 0.37))
    small = cv2.resize(
        made, (max(round(width * scale), 8), max(round(height * scale), 8)), interpolation=cv2.INTER_AREA
    )
    _, data = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(55, 96))))
    small = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def scene(rng: np.random.Generator, width: int, height: int) -> Picture:
    """A drawn scene: clouds of noise between a few colours, sometimes with shapes and grain."""
    coarse: NDArray[Any] = np.zeros((height // 4 + 1, width // 4 + 1), np.float32)
    for octave in range(int(rng.integers(1, 6))):
        cells = 2 + 2**octave
        noise = rng.random((cells, cells), np.float32)
        coarse = coarse + cv2.resize(noise, coarse.shape[::-1], interpolation=cv2.INTER_CUBIC) / 1.8**octave
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    field = (field - field.min()) / max(float(np.ptp(field)), 1e-6)
    stops = rng.integers(0, 256, (int(rng.integers(2, 5)), 3))
    table = np.stack(
        [np.interp(np.linspace(0, 1, 256), np.linspace(0, 1, len(stops)), stops[:, i]) for i in range(3)], 1
    )
    made: np.ndarray = table.astype(np.uint8)[(field * 255).astype(np.uint8)]
    for _ in range(int(rng.integers(0, 6))):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        colour = tuple(map(int, rng.integers(0, 256, 3)))
        cv2.circle(made, centre, int(rng.integers(4, max(width // 3, 5))), colour, -1, cv2.LINE_AA)
    if rng.random() < 0.5:
        grain = rng.standard_normal((height, width), np.float32)[..., None] * rng.uniform(1, 9)
        made = np.clip(made + grain, 0, 255).astype(np.uint8)
    return made


def pattern(rng: np.random.Generator, width: int, height: int, ground: Colour, ink: Colour) -> Picture:
    """A faint repeated drawing on a ground, as behind receipts and chats."""
    made = np.empty((height, width, 3), np.uint8)
    made[:] = ground
    kind = int(rng.integers(4))
    step = int(rng.integers(12, 90))
    if kind == 0:
        for x in range(-height, width, step):
            cv2.line(made, (x, 0), (x + height, height), ink, int(rng.integers(1, 3)), cv2.LINE_AA)
    elif kind == 1:
        for y in range(0, height, step):
            for x in range(0, width, step):
                cv2.circle(made, (x + (y // step % 2) * step // 2, y), max(step // 8, 1), ink, -1, cv2.LINE_AA)
    elif kind == 2:
        xs = np.arange(0, width + 8, 8)
        for y in range(0, height, step):
            ys = y + step / 3 * np.sin(xs / (step * 1.5) + y)
            cv2.polylines(made, [np.stack([xs, ys], 1).astype(np.int32)], False, ink, 1, cv2.LINE_AA)
    else:
        for _ in range(int(rng.integers(3, 12))):
            centre = (int(rng.integers(width)), int(rng.integers(height)))
            cv2.circle(made, centre, int(rng.integers(width // 8, width)), ink, int(rng.integers(1, 30)), cv2.LINE_AA)
    return made


def _photograph(rng: np.random.Generator, width: int, height: int) -> Picture:
    source = _load(int(rng.integers(len(PHOTOGRAPHS))))
    rows, columns = source.shape[:2]
    largest = min(rows / height, columns / width)
    scale = largest * rng.uniform(min(SMALLEST_CROP / (largest * min(height, width)), 1.0), 1.0)
    crop = max(round(height * scale), 1), max(round(width * scale), 1)
    top, left = int(rng.integers(rows - crop[0] + 1)), int(rng.integers(columns - crop[1] + 1))
    made = source[top : top + crop[0], left : left + crop[1]]
    if rng.random() < 0.5:
        made = made[:, ::-1]
    made = cv2.resize(made, (width, height), interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC)
    gains = rng.uniform(0.6, 1.2, 3) * rng.uniform(0.7, 1.15)
    tables = np.clip(np.arange(256)[:, None] * gains, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.stack([tables[made[..., i], i] for i in range(3)], axis=2))


@cache
def _load(number: int) -> Picture:
    package, name = PHOTOGRAPHS[number]
    picture = np.asarray(cv2.imread(str(Path(str(package.__file__)).parent / name), cv2.IMREAD_COLOR))
    return np.ascontiguousarray(picture[..., ::-1])
