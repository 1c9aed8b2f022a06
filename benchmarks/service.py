"""Load on the desk, beside what `extract` does with the same images: `python -m benchmarks.service`."""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import httpx2 as httpx
import pandas as pd
import psutil
from PIL import Image

from realfake.data.synth import synthesise
from realfake.forensics.catalog import FAMILIES

PROGRAM = [sys.executable, "-c", "from realfake.cli import main; main(prog_name='realfake')"]
ADDRESS = "127.0.0.1:8321"
LOADS = (0.5, 0.9)  # of what the desk does at most
SENDERS = 16  # connections
PIECE = (400, 600)  # pixels of the small images
LOOKS = 20  # at memory
PARTS = ("throughput", "latency", "memory")
CLIENT = httpx.Client(timeout=600)
NUMBERS = count()  # what is sent twice is scored once, so every image is sent under a reference of its own


@click.command()
@click.option("--part", type=click.Choice(PARTS), multiple=True, default=PARTS, help="What to measure; all by default.")
@click.option("--images", default=100, show_default=True, help="Different images that are drawn.")
@click.option("--rounds", default=3, show_default=True, help="Of extract and desk in turn.")
@click.option("--total", default=5000, show_default=True, help="Small images while memory is looked at.")
@click.option("--workers", default=2, show_default=True, help="Of the desk, and of extract.")
def main(part: tuple[str, ...], images: int, rounds: int, total: int, workers: int) -> None:
    """Print images a minute of the desk and of extract, p95 of the answer at two loads, and memory as images pass."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fake = images // 10
        drawn = synthesise(folder / "set", genuine=images - fake, fake=fake, apps=20, seed=1, jobs=workers)
        files = [(folder / "set" / path).read_bytes() for path in pd.read_csv(drawn.manifest)["path"]]
        if "throughput" in part:
            _throughput(folder, files, drawn.manifest, rounds, workers)
        if "latency" in part:
            with _desk(folder, workers) as desk:
                _latency(files, desk)
        if "memory" in part:
            with _desk(folder, workers) as desk:
                _memory(list(map(_piece, files)), total, desk)


def _throughput(folder: Path, files: list[bytes], manifest: Path, rounds: int, workers: int) -> None:
    """Both in turn, by the clock and by the processors: on a machine that does other things besides only those compare.

    The desk measures every family, as `extract` does, and scores, explains and keeps each image.
    """
    everything = ("--families", ",".join(FAMILIES))
    alone, desk_rates = [], []
    with _desk(folder, workers, *everything) as desk:
        _full(files[:10], desk)
        for turn in range(rounds):
            command = [*PROGRAM, "-q", "extract", "--manifest", str(manifest), "--jobs", str(workers)]
            alone.append(_watched([*command, "-o", str(folder / f"{turn}.parquet")]))
            desk_rates.append(_full(files, desk))
    for what, sides in (("by the clock", 0), ("of the processors", 1)):
        extract, served = (statistics.median(one[sides] for one in found) for found in (alone, desk_rates))
        click.echo(
            f"{what}: extract --jobs {workers} {extract / len(files):.3f} s an image, the desk "
            f"{served / len(files):.3f} s; images a second {100 * (extract / served - 1):+.0f} % (median of {rounds})"
        )


def _latency(files: list[bytes], desk: psutil.Process) -> None:
    _full(files[:10], desk)
    seconds, _ = _full(files, desk)
    full = len(files) / seconds
    click.echo(f"the desk at full load: {60 * full:.0f} images a minute")
    for load in LOADS:
        answers = _paced(files, load * full, 200)
        p95 = statistics.quantiles(answers, n=20)[-1]
        click.echo(f"at {100 * load:.0f} % load: median {statistics.median(answers):.2f} s, p95 {p95:.2f} s")


def _memory(files: list[bytes], total: int, desk: psutil.Process) -> None:
    for look in range(LOOKS):
        some = [files[number % len(files)] for number in range(total // LOOKS)]
        _full(some, desk)
        click.echo(f"{(look + 1) * len(some)} images of {PIECE[0]} x {PIECE[1]}: {_held(desk):.0f} MiB")


@contextmanager
def _desk(folder: Path, workers: int, *options: str) -> Iterator[psutil.Process]:
    command = [*PROGRAM, "serve", "--bind", ADDRESS, "--workers", str(workers), *options]
    process = subprocess.Popen(command, cwd=tempfile.mkdtemp(dir=folder))
    try:
        while True:
            assert process.poll() is None, "the desk ended"
            try:
                if CLIENT.get(f"http://{ADDRESS}/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.5)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _send(file: bytes, wait: int = 0) -> float:
    """Seconds until the answer."""
    begun = time.monotonic()
    answer = CLIENT.post(
        f"http://{ADDRESS}/v1/images?wait={wait}&reference=T-{next(NUMBERS)}",
        content=file,
        headers={"Content-Type": "application/octet-stream"},
    )
    answer.raise_for_status()
    return time.monotonic() - begun


def _full(files: list[bytes], desk: psutil.Process) -> tuple[float, float]:
    """Seconds by the clock and of the processors when all are sent as fast as they are taken, until all are scored."""
    begun, spent = time.monotonic(), _tree_seconds(desk)
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(_send, files))
    while CLIENT.get(f"http://{ADDRESS}/healthz").json()["waiting"]:
        time.sleep(0.1)
    return time.monotonic() - begun, _tree_seconds(desk) - spent


def _paced(files: list[bytes], rate: float, number: int) -> list[float]:
    """Seconds until each result, of images that come at a steady rate."""
    with ThreadPoolExecutor(64) as senders:
        futures = []
        begun = time.monotonic()
        for turn in range(number):
            time.sleep(max(0.0, begun + turn / rate - time.monotonic()))
            futures.append(senders.submit(_send, files[turn % len(files)], 60))
        return [future.result() for future in futures]


def _piece(file: bytes) -> bytes:
    """The upper left of a screen as PNG."""
    with Image.open(io.BytesIO(file)) as picture:
        cut = picture.convert("RGB").crop((0, 0, min(PIECE[0], picture.width), min(PIECE[1], picture.height)))
    written = io.BytesIO()
    cut.save(written, "PNG")
    return written.getvalue()


def _tree(desk: psutil.Process) -> list[psutil.Process]:
    return [desk, *desk.children(recursive=True)]


def _tree_seconds(desk: psutil.Process) -> float:
    return sum(one.cpu_times().user + one.cpu_times().system for one in _tree(desk))


def _watched(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processors that a command takes, its workers with it."""
    begun, spent = time.monotonic(), dict[int, float]()
    process = psutil.Popen(command)
    while process.poll() is None:
        for one in _tree(process):
            with suppress(psutil.NoSuchProcess):
                spent[one.pid] = one.cpu_times().user + one.cpu_times().system
        time.sleep(0.1)
    assert process.returncode == 0
    return time.monotonic() - begun, sum(spent.values())


def _held(desk: psutil.Process) -> float:
    """MiB that the service and its workers hold, what they share counted once."""
    return sum(one.memory_full_info().pss for one in _tree(desk)) / 2**20


if __name__ == "__main__":
    main()
