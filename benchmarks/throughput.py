"""Speed, scaling, memory and resuming of `realfake extract` on mixed images: `python -m benchmarks.throughput`."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import numpy as np
from PIL import Image

from benchmarks.extraction import draw_photo
from benchmarks.processes import Cost, watch
from realfake.data.synth import synthesise

PROGRAM = [sys.executable, "-c", "from realfake.cli import main; main(prog_name='realfake')"]
SCREENS = 0.7  # of the images; the rest is like photographs
COPIES = 5  # ways in which each drawn screen is saved
PHOTOS = ((512, 768), (768, 1024), (960, 1280))  # pixels, height by width
SAVED = (
    ("png", {}), ("jpg", {"quality": 92}), ("jpg", {"quality": 75}),
    ("webp", {"quality": 80}), ("jpg", {"quality": 85}),
)  # fmt: skip


@click.command()
@click.option("--images", default=1000, show_default=True, help="Images: screens of telephones, photographs.")
@click.option("--cost", type=click.Choice(["fast", "full"]), default="full", show_default=True, help="As of extract.")
@click.option("--level", type=click.Choice(["image", "region", "verdict"]), default="image", show_default=True)
@click.option("--resume/--no-resume", default=True, show_default=True, help="Also stop a run and go on.")
@click.option("--folder", default="build/throughput", show_default=True, type=click.Path(path_type=Path))
def main(images: int, cost: str, level: str, resume: bool, folder: Path) -> None:
    """Print what one and two workers take for the same images, and what it costs to be stopped.

    Rows of images or of words are measured by `realfake extract`, verdicts by `realfake predict` with the starter.
    The start of a run, that of two images, is told apart.
    The images are drawn once and kept in the folder.
    """
    drawn = draw(folder / "images", images)
    size = sum(path.stat().st_size for path in drawn) / len(drawn) / 1000
    click.echo(f"{len(drawn)} images, {size:.0f} kB on average, --cost {cost} --level {level}")
    extract(folder, drawn[:4], "warm.csv", 2, cost, level)  # compiles the kernels, which are kept
    start = extract(folder, drawn[:2], "warm.csv", 1, cost, level)
    click.echo(f"{'start':14s}{start}")
    one = extract(folder, drawn, "one.csv", 1, cost, level)
    tell("one worker", one, len(drawn), 1)
    two = extract(folder, drawn, "two.csv", 2, cost, level)
    tell("two workers", two, len(drawn), 2)
    alone = (one.seconds - start.seconds) / (two.seconds - start.seconds)
    click.echo(f"the start apart, two workers are {alone:.2f} times as fast")
    same = (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()
    click.echo(f"two workers are {one.seconds / two.seconds:.2f} times as fast; {'the same' if same else 'OTHER'} rows")
    if resume:
        again = extract(folder, drawn, "two.csv", 2, cost, level, keep=True)
        click.echo(f"{'second start':14s}{again}")
        half = extract(folder, drawn, "half.csv", 2, cost, level, until=len(drawn) // 2)
        click.echo(f"{'killed':14s}{half}")
        rest = extract(folder, drawn, "half.csv", 2, cost, level, keep=True)
        click.echo(f"{'started again':14s}{rest}")
        same = (folder / "half.csv").read_bytes() == (folder / "two.csv").read_bytes()
        more = half.seconds + rest.seconds - two.seconds
        click.echo(f"being killed half-way cost {more:.1f} s; {'the same' if same else 'OTHER'} rows")


def draw(folder: Path, images: int) -> list[Path]:
    """Screens of `realfake synth`, each saved in several ways, and clouds with grain, as PNG, JPEG and WebP."""
    if len(list(folder.glob("*"))) < images:
        screens = round(images * SCREENS)
        count = -(-screens // COPIES)
        sources = folder.parent / "drawn"
        synthesise(sources, genuine=count, fake=0, apps=min(count, 12), seed=1, jobs=2)
        folder.mkdir(parents=True, exist_ok=True)
        for (name, picture), number in zip(pictures(sources, screens), range(images)):
            ending, options = SAVED[number % len(SAVED)]
            file = io.BytesIO()
            picture.save(file, {"jpg": "JPEG"}.get(ending, ending), **options)
            (folder / f"{number:04}-{name}.{ending}").write_bytes(file.getvalue())
    order = np.random.default_rng(1).permutation(sorted(folder.glob("*")))  # the kinds in turn, as in a real folder
    return [Path(path) for path in order[:images]]


def pictures(sources: Path, screens: int) -> Iterator[tuple[str, Image.Image]]:
    """So many screens, then photographs without end."""
    drawn = cycle(sorted(path for path in sources.rglob("genuine-*") if path.suffix != ".json"))
    for number in range(screens):
        picture = Image.open(next(drawn)).convert("RGB")
        top = 3 * (number % COPIES)  # another grid for each copy
        yield "screen", picture.crop((0, top, picture.width, picture.height))
    for number, (height, width) in enumerate(cycle(PHOTOS)):
        yield "photo", Image.fromarray(np.roll(draw_photo(height, width), 17 * number, axis=1))


def extract(
    folder: Path, images: list[Path], name: str, jobs: int, cost: str, level: str, keep: bool = False, until: int = 0
) -> Cost:
    """The cost of a run of the program as a user starts it, killed after `until` rows where that is not 0."""
    output, part = folder / name, folder / f"{name}.part"
    if not keep:
        output.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    listed = "".join(f"{path}\n" for path in images).encode()
    chosen = ["predict"] if level == "verdict" else ["extract", "--cost", cost, "--level", level]
    command = [*PROGRAM, "--quiet", *chosen, "-", "-o", str(output), "--jobs", str(jobs)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    assert process.stdin is not None
    process.stdin.write(listed)
    process.stdin.close()
    return watch(process.pid, running(process, part, until))


def running(process: subprocess.Popen, part: Path, until: int) -> Callable[[], bool]:
    """Whether the process still runs; it is killed once its table has so many rows."""

    def still() -> bool:
        if process.poll() is not None:
            return False
        if until and part.exists() and part.read_bytes().count(b"\n") > until:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return False
        return True

    return still


def tell(title: str, cost: Cost, images: int, workers: int) -> None:
    """A line of figures."""
    rate = images / cost.seconds
    click.echo(
        f"{title:14s}{cost}; {rate:.2f} images/s, {rate / workers:.2f} per worker, {cost.cpu / images:.3f} CPU s each"
    )


if __name__ == "__main__":
    main()
