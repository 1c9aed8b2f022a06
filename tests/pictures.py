"""Small pictures that tests make themselves: a screen, photographs, and files with a known past."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from realfake.forensics.box import Box


def draw_screen(height: int = 320, width: int = 240) -> np.ndarray:
    """A screen with a coloured bar, a card and lines of text: (height, width, 3) uint8."""
    screen = np.full((height, width, 3), 247, np.uint8)
    screen[: height // 6] = (25, 90, 160)
    cv2.rectangle(screen, (12, height // 5), (width - 12, height - 12), (255, 255, 255), -1)
    for line, top in enumerate(range(height // 5 + 26, height - 24, 30)):
        cv2.putText(screen, f"Field {line}", (20, top), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (110, 110, 120), 1, cv2.LINE_AA)
        amount = f"{(line * 7919) % 9973 / 10:.2f}"
        cv2.putText(screen, amount, (width - 96, top), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (20, 20, 20), 1, cv2.LINE_AA)
    return screen


def draw_photo(height: int = 256, width: int = 320, seed: int = 0, grain: float = 3.0) -> np.ndarray:
    """Coloured clouds of several sizes with grain: (height, width, 3) uint8."""
    rng = np.random.default_rng(seed)
    total = np.full((height, width, 3), 128, np.float32)
    for cells in (4, 12, 48):
        cloud = rng.normal(0, 60 / np.sqrt(cells / 2), (cells, cells, 3)).astype(np.float32)
        total += cv2.resize(cloud, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(total + rng.normal(0, grain, total.shape), 0, 255).astype(np.uint8)


def draw_shapes(height: int, width: int, seed: int, grain: float) -> np.ndarray:
    """Smooth shapes and noise, far from black and white: (height, width) uint8."""
    y, x = np.mgrid[0:height, 0:width]
    shapes = 110 + 50 * np.sin(x / 17) * np.cos(y / 23) + 15 * ((x // 40 + y // 24) % 2)
    return np.clip(shapes + np.random.default_rng(seed).normal(0, grain, shapes.shape), 20, 235).astype(np.uint8)


def draw_scales(height: int = 320, width: int = 400) -> np.ndarray:
    """Smooth shapes and noise of many scales, far from black and white: (height, width) uint8; sides in whole 16ths."""
    rng = np.random.default_rng(6)
    y, x = np.mgrid[0:height, 0:width]
    scales = sum(np.kron(rng.normal(0, 14, (height // s, width // s)), np.ones((s, s))) for s in (1, 2, 4, 8, 16))
    return np.clip(120 + 30 * np.sin(x / 17) * np.cos(y / 23) + scales, 20, 235).astype(np.uint8)


def draw_simplest(kind: str, side: int) -> np.ndarray:
    """One colour ("flat"), "noise" or "checks" of one pixel: (side, side) uint8."""
    if kind == "noise":
        return np.random.default_rng(0).integers(0, 256, (side, side)).astype(np.uint8)
    if kind == "flat":
        return np.full((side, side), 200, np.uint8)
    return (np.indices((side, side)).sum(axis=0) % 2 * 255).astype(np.uint8)


def encode(pixels: np.ndarray, format: str = "PNG", **options: int | str) -> bytes:
    """The bytes of a file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format, **options)
    return file.getvalue()


def decode(data: bytes) -> np.ndarray:
    """The pixels of a file: (H, W, 3) uint8, or (H, W) of a gray one."""
    picture = Image.open(io.BytesIO(data))
    return np.array(picture if picture.mode == "L" else picture.convert("RGB"))


def jpeg(pixels: np.ndarray, quality: int, subsampling: str = "4:2:0") -> np.ndarray:
    """The pixels after one JPEG compression."""
    return decode(encode(pixels, "JPEG", quality=quality, subsampling=subsampling))


def on_grid(pixels: np.ndarray, quality: int, row: int, column: int) -> np.ndarray:
    """A gray picture after one JPEG compression on a grid that starts at (row, column)."""
    compressed = jpeg(np.pad(pixels, ((8 - row, 0), (8 - column, 0)), mode="reflect"), quality)
    return compressed[8 - row :, 8 - column :]


def pasted(pixels: np.ndarray, patch: np.ndarray, box: Box) -> np.ndarray:
    """The picture with what another of its size shows in a box."""
    forged = pixels.copy()
    forged[box.slices] = patch[box.slices]
    return forged
