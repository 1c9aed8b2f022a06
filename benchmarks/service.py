"""Load on the desk, beside what `extract` does with the same images: `python -m benchmarks.service`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import httpx2 as httpx
import pandas as pd
import psutil

from realfake.data.synth import synthesise

PROGRAM = [sys.executable, "-c", "from realfake.cli import main; main(prog_name='realfake')"]
ADDRESS = "127.0.0.1:8321"
LOADS = (0.5, 0.9)  # of what the desk does at most
SENDERS = 16  # connections
AGAIN = 20  # seconds between looks at memory
CLIENT = httpx.Client(timeout=600)


@click.command()
@click.option("--images", default=200, show_default=True, help="Different images that are drawn.")
@click.option("--total", default=1000, show_default=True, help="Images that are sent in at full load.")
@click.option("--workers", default=2, show_default=True, help="Of the desk, and of extract.")
def main(images: int, total: int, workers: int) -> None:
    """Print images a minute of the desk and of extract, p95 of the answer at two loads, and memory as images pass."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fake = images // 10
        drawn = synthesise(folder / "set", genuine=images - fake, fake=fake, apps=20, seed=1, jobs=workers)
        files = [(folder / "set" / path).read_bytes() for path in pd.read_csv(drawn.manifest)["path"]]
        begun = time.monotonic()
        measured = ["--level", "region", "--jobs", str(workers), "-o", str(folder / "t.parquet")]
        subprocess.run([*PROGRAM, "-q", "extract", "--manifest", str(drawn.manifest), *measured], check=True)
        alone = images / (time.monotonic() - begun)
        click.echo(f"extract --level region --jobs {workers}: {60 * alone:.0f} images a minute")
        command = [*PROGRAM, "serve", "--bind", ADDRESS, "--workers", str(workers), "--random-share", "0.02"]
        desk = subprocess.Popen(command, cwd=folder)
        try:
            _wait()
            full = _full(files, total, desk.pid)
            click.echo(f"the desk: {60 * full:.0f} images a minute, {100 * (full / alone - 1):+.0f} %")
            for load in LOADS:
                seconds = _paced(files, load * full, min(total, 200))
                p95 = statistics.quantiles(seconds, n=20)[-1]
                click.echo(f"at {100 * load:.0f} % load: median {statistics.median(seconds):.2f} s, p95 {p95:.2f} s")
        finally:
            desk.terminate()
            desk.wait()


def _send(file: bytes, number: int, wait: int = 0) -> float:
    """Seconds until the answer; the reference makes each an image of its own."""
    begun = time.monotonic()
    answer = CLIENT.post(
        f"http://{ADDRESS}/v1/images?wait={wait}&reference=T-{number}",
        content=file,
        headers={"Content-Type": "application/octet-stream"},
    )
    answer.raise_for_status()
    return time.monotonic() - begun


def _full(files: list[bytes], total: int, pid: int) -> float:
    """Images a second when all are sent as fast as they are taken, and what the desk's processes hold meanwhile."""
    begun, told = time.monotonic(), 0.0
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(lambda n: _send(files[n % len(files)], n), range(total)))
    while waiting := CLIENT.get(f"http://{ADDRESS}/healthz").json()["waiting"]:
        if time.monotonic() - told > AGAIN:
            told = time.monotonic()
            click.echo(f"{total - waiting} images: {_memory(pid):.0f} MiB")
        time.sleep(0.2)
    return total / (time.monotonic() - begun)


def _paced(files: list[bytes], rate: float, count: int) -> list[float]:
    """Seconds until each result, of images that come at a steady rate."""
    with ThreadPoolExecutor(64) as senders:
        futures = []
        for number in range(count):
            futures.append(senders.submit(_send, files[number % len(files)], 1_000_000 + number, 60))
            time.sleep(1 / rate)
        return [future.result() for future in futures]


def _memory(pid: int) -> float:
    """MiB that the service and its workers hold, what they share counted once."""
    root = psutil.Process(pid)
    return sum(one.memory_full_info().pss for one in [root, *root.children(recursive=True)]) / 2**20


def _wait() -> None:
    while True:
        try:
            if CLIENT.get(f"http://{ADDRESS}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)


if __name__ == "__main__":
    main()
