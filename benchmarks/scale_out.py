"""Many small images, on one process and on a Dask cluster that loses a worker: `python -m benchmarks.scale_out`.

With `--verdicts`, what one worker of `realfake predict` keeps of few images and of many.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np
import pandas as pd

from benchmarks.extraction import draw_screen
from benchmarks.processes import Cost, watch
from realfake.pipeline.extraction.bulk import extract_to
from realfake.pipeline.extraction.cluster import extract_on_cluster
from realfake.pipeline.extraction.inputs import gather
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.settings import Workers
from realfake.pipeline.workflows.images import predict

CHEAP = Wanted(("ela",))  # so that what is measured is the handling
SIDE = 64  # pixels
CROP = (320, 160)  # pixels, height by width, of a drawn screen: some words each
FEW = 1000  # images, beside which the memory for all of them is seen


@click.command()
@click.option("--images", default=20_000, show_default=True, help="Images, every other one a JPEG, the rest PNG.")
@click.option("--workers", default=2, show_default=True, help="Dask workers, of which one is killed half-way.")
@click.option("--folder", default="build/scale-out", show_default=True, type=click.Path(path_type=Path))
@click.option("--verdicts", is_flag=True, help="Only verdicts of one worker, on crops of drawn screens.")
def main(images: int, workers: int, folder: Path, verdicts: bool) -> None:
    """Print time, memory, and whether both runs gave the same rows."""
    if verdicts:
        paths = cut(folder / "crops", images)
        for count in sorted({min(FEW, images), images}):
            tell("verdicts", count, apart(judge, paths[:count], folder / f"verdicts-{count}.csv"))
        return
    draw(folder / "images", images)
    few = gather([str(folder / "images")])[:FEW]
    tell("one worker", len(few), apart(one_process, [item.path for item in few], folder / "few.parquet"))
    every = [item.path for item in gather([str(folder / "images")])]
    tell("one worker", len(every), apart(one_process, every, folder / "single.parquet"))
    tell(f"{workers} on Dask", len(every), apart(cluster, every, folder / "cluster", workers))
    single = pd.read_parquet(folder / "single.parquet")
    together = pd.concat(pd.read_parquet(part) for part in sorted((folder / "cluster").glob("*.parquet")))
    lost, doubled = len(set(single["path"]) - set(together["path"])), int(together["path"].duplicated().sum())
    same = single.equals(together.reset_index(drop=True))
    click.echo(f"{len(together)} rows, {lost} lost, {doubled} doubled, {'the same' if same else 'NOT the same'} rows")


def draw(folder: Path, images: int) -> None:
    """Smooth random pictures; those that are there already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(images):
        path = folder / f"{number:06}.{'jpg' if number % 2 else 'png'}"
        if not path.exists():
            coarse = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
            cv2.imwrite(str(path), cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC))


def cut(folder: Path, images: int) -> list[str]:
    """Crops of a drawn screen, each elsewhere, JPEG and PNG by turns; those that are there already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    screen, (height, width) = draw_screen(2400, 1080), CROP
    paths = [folder / f"{number:06}.{'jpg' if number % 2 else 'png'}" for number in range(images)]
    for number, path in enumerate(paths):
        if not path.exists():
            top, left = 7 * number % (len(screen) - height), 11 * number % (screen.shape[1] - width)
            cv2.imwrite(str(path), screen[top : top + height, left : left + width])
    return [str(path) for path in paths]


def judge(paths: list[str], output: Path) -> None:
    """As `realfake predict --jobs 1` with the starter model, from the beginning."""
    output.unlink(missing_ok=True)
    predict(paths, output)


def one_process(paths: list[str], output: Path) -> None:
    """As `realfake extract --jobs 1`, from the beginning."""
    output.unlink(missing_ok=True)
    extract_to(gather(paths), output, CHEAP)


def cluster(paths: list[str], output: Path, workers: int) -> None:
    """As `realfake extract --cluster local:N`, from the beginning, with one worker killed as memory shortage kills."""
    from distributed import default_client

    for old in output.glob("*"):
        old.unlink()
    killed: list[int] = []

    def kill_one_half_way(done: int, total: int) -> None:
        if not killed and done >= total / 2:
            killed.append(next(iter(default_client().run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    here = Workers(cluster=f"local:{workers}")
    extract_on_cluster(gather(paths), str(output), CHEAP, workers=here, progress=kill_one_half_way)
    assert killed


def apart(work: Callable[..., None], *arguments: Any) -> Cost:
    """What work in a fresh process costs."""
    process = get_context("spawn").Process(target=_alone, args=(work, *arguments))
    process.start()
    assert process.pid is not None
    cost = watch(process.pid, process.is_alive)
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed")
    return cost


def _alone(work: Callable[..., None], *arguments: Any) -> None:
    os.setsid()  # the session is what is watched
    work(*arguments)


def tell(title: str, images: int, cost: Cost) -> None:
    """A line of figures."""
    click.echo(
        f"{title:10s} {images:6d} images {cost}; {images / cost.seconds:.1f} images/s, "
        f"{1000 * cost.cpu / images:.1f} CPU ms each"
    )


if __name__ == "__main__":
    main()
