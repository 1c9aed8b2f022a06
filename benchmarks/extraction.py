"""Speed and memory of extraction by family, beside the decode alone: `python -m benchmarks.extraction`.

With `--growth`, what a megapixel costs from small to large images, in place of families.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np
import pandas as pd
from PIL import Image

from realfake.forensics.catalog import FAMILIES, choose_families, measure
from realfake.forensics.extract import extract_features
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import keep_memory
from realfake.forensics.text.lines import find_text
from realfake.forensics.text.regions import measure_regions

SCREEN = (2400, 1080)  # pixels, height by width: a common telephone
PHOTO = (512, 768)
LONG = (2400, 5000, 10_000, 20_000)  # pixels: heights of screens, as they are scrolled
LARGE = (1000, 2000, 4000)  # pixels: longer sides of photographs
FIRST_FIVE = ("ela", "residual", "quantization", "wavelet", "container")
MIB = 2**20


@click.command()
@click.option("--repeats", default=7, show_default=True, help="Runs of each image.")
@click.option("--optional", is_flag=True, help="Families that are computed only when asked for, too.")
@click.option("--growth", is_flag=True, help="What a megapixel costs from small images to large.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(repeats: int, optional: bool, growth: bool, paths: tuple[Path, ...]) -> None:
    """Print CPU milliseconds and peak memory by family, one thread, for PATHS or for three generated images.

    A view that several families share is charged to the first of them. Beside the median of the runs stands the
    quickest: whatever else the machine does only ever adds to the time. What images before have freed is kept, as the
    program's workers keep it.
    """
    cv2.setNumThreads(1)
    names = list(FAMILIES) if optional else [family.name for family in choose_families()]
    images = {path.name: path.read_bytes() for path in paths} or (growing() if growth else generated())
    time_families(_encode(draw_screen(600, 400), "JPEG"), names)  # compiles the kernels
    if growth:
        tell_growth(images, names, repeats)
        return
    # Peaks first: a process that has measured once keeps the memory and would hand it to its children.
    peaks = {title: {name: _peak(data, [name]) for name in names} for title, data in images.items()}
    whole = {title: (_peak(data, []), _peak(data, names, words=True)) for title, data in images.items()}
    keep_memory()
    for title, data in images.items():
        runs = pd.DataFrame(time_families(data, names) for _ in range(repeats))
        runs["first five"], runs["all families"] = runs[list(FIRST_FIVE)].sum(axis=1), runs[names].sum(axis=1)
        middle, least = runs.median(), runs.min()
        peak = {"decode": whole[title][0], **peaks[title], "both levels from bytes": whole[title][1]}
        _line(title, "ms", "quickest", "x decode", "peak MiB")
        for name in runs.columns:
            times = f"{middle[name]:.1f}", f"{least[name]:.1f}", f"{middle[name] / middle['decode']:.1f}"
            _line(name, *times, f"{peak[name]:.0f}" if name in peak else "")
        click.echo()


def tell_growth(images: dict[str, bytes], names: Sequence[str], repeats: int) -> None:
    """Print the median CPU milliseconds of both levels of each image, and of a megapixel."""
    keep_memory()
    _line("", "megapixels", "ms", "ms each")
    for title, data in images.items():
        size = ForensicImage.from_bytes(data).luma.size / 1e6
        spent = float(np.median([timed(lambda data=data: _both_levels(data, names))[1] for _ in range(repeats)]))
        _line(title, f"{size:.1f}", f"{spent:.0f}", f"{spent / size:.0f}")


def time_families(data: bytes, names: Sequence[str]) -> dict[str, float]:
    """CPU milliseconds of the decode, each family in turn on the same image, a row, the words, and both levels."""
    spent = {}
    image, spent["decode"] = timed(lambda: ForensicImage.from_bytes(data))
    for family in choose_families(names):
        _, spent[family.name] = timed(lambda family=family: measure(image, family))
    _, spent["whole row from bytes"] = timed(lambda: extract_features(ForensicImage.from_bytes(data), names))
    _, spent["text found"] = timed(lambda: find_text(ForensicImage.from_bytes(data)))
    _, spent["words from bytes"] = timed(lambda: measure_regions(ForensicImage.from_bytes(data)))
    _, spent["both levels from bytes"] = timed(lambda: _both_levels(data, names))
    return spent


def _both_levels(data: bytes, names: Sequence[str]) -> None:
    image = ForensicImage.from_bytes(data)
    measure_regions(image)
    extract_features(image, names)


def generated() -> dict[str, bytes]:
    """A screen as JPEG and as PNG, and a photo-like JPEG."""
    screen, photo = draw_screen(*SCREEN), draw_photo(*PHOTO)
    return {
        f"screen {SCREEN[1]}x{SCREEN[0]} JPEG": _encode(screen, "JPEG", quality=85),
        f"screen {SCREEN[1]}x{SCREEN[0]} PNG": _encode(screen, "PNG"),
        f"photo {PHOTO[1]}x{PHOTO[0]} JPEG": _encode(photo, "JPEG", quality=90),
    }


def growing() -> dict[str, bytes]:
    """Screens as PNG and photo-like JPEGs, from small to large."""
    screens = {f"screen {SCREEN[1]}x{height} PNG": _encode(draw_screen(height, SCREEN[1]), "PNG") for height in LONG}
    sizes = [(side * 3 // 4, side) for side in LARGE]
    photos = {f"photo {w}x{h} JPEG": _encode(draw_photo(h, w), "JPEG", quality=90) for h, w in sizes}
    return screens | photos


def draw_screen(height: int, width: int) -> np.ndarray:
    """A telephone's screen full of text, cards and a gradient: (height, width, 3) uint8."""
    screen = np.full((height, width, 3), 247, np.uint8)
    shade = np.linspace(30, 90, height // 8).astype(np.uint8)
    screen[: height // 8] = np.stack([shade, shade // 2 + 40, 255 - shade], axis=1)[:, None]
    for top in range(height // 6, height - 300, 420):
        cv2.rectangle(screen, (40, top), (width - 40, top + 360), (255, 255, 255), -1)
        for line in range(5):
            place = (70, top + 60 + 62 * line)
            size = 0.8 + 0.15 * (line % 3)
            _write(screen, f"Beneficiary {top + line}", place, size, (90, 90, 100))
            amount = f"{(top * 7919 + line * 104729) % 1000000 / 100:,.2f}"
            _write(screen, amount, (width - 420, place[1]), size + 0.2, (20, 20, 20))
    return screen


def draw_photo(height: int, width: int) -> np.ndarray:
    """Smooth clouds of several sizes with grain: (height, width, 3) uint8."""
    rng = np.random.default_rng(5)
    total = np.full((height, width, 3), 128, np.float32)
    for size in (4, 12, 40, 120):
        cloud = rng.normal(0, 40 / np.sqrt(size / 4), (max(height * size // 512, 2), max(width * size // 512, 2), 3))
        total += cv2.resize(cloud.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(total + rng.normal(0, 3, total.shape), 0, 255).astype(np.uint8)


def _write(screen: np.ndarray, text: str, place: tuple[int, int], size: float, ink: tuple[int, int, int]) -> None:
    cv2.putText(screen, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, ink, 2, cv2.LINE_AA)


def _encode(pixels: np.ndarray, format: str, **options: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format, **options)
    return file.getvalue()


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its milliseconds of CPU: on an idle machine the clock's, on a busy one still its own."""
    start = time.process_time()
    result = call()
    return result, 1000 * (time.process_time() - start)


def _peak(data: bytes, names: Sequence[str], words: bool = False) -> float:
    """Largest resident set, in MiB, of a fresh worker that decodes the image and measures families, and words."""
    receiver, sender = get_context("fork").Pipe(duplex=False)
    worker = get_context("fork").Process(target=_peak_of_worker, args=(data, names, words, sender))
    worker.start()
    peak = receiver.recv()
    worker.join()
    return peak


def _peak_of_worker(data: bytes, names: Sequence[str], words: bool, sender: Any) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # Linux: forget the peak so far
    image = ForensicImage.from_bytes(data)
    for family in choose_families(names):
        measure(image, family)
    if words:
        measure_regions(image)
    status = Path("/proc/self/status").read_text()
    sender.send(int(status.split("VmHWM:")[1].split()[0]) * 1024 / MIB)


def _line(*cells: str) -> None:
    click.echo(f"{cells[0]:28s}" + "".join(f"{cell:>10s}" for cell in cells[1:]))


if __name__ == "__main__":
    main()
