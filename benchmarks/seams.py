"""Trains what tells upright cuts through letters, and says how well: `python -m benchmarks.seams [--store]`.

Screens of fictional apps are drawn, and again with a stretch of every line laid over another place of it, sharp and as
JPEG and messengers leave them. The shares of cuts that are told are of screens that the network never saw; what is
stored was trained on all. No seed of these screens is one of the starter model's.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from functools import partial

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import joblib
import numpy as np
from sklearn.neural_network import MLPClassifier

from realfake.data.forge import found_fields
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.hand import draw_hand
from realfake.data.forgeries.overlay import lay_stretch
from realfake.data.screenshots.app import App
from realfake.data.screenshots.draw import draw_screen
from realfake.forensics.box import Box
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.seams import SCALE, STEPS, WEIGHTS, looked_at
from realfake.forensics.text.words import read_screen

HIDDEN, ITER, ALPHA = 96, 18, 1e-2  # cells of the hidden layer, how often samples are seen, weight of small weights
FORGED = 3  # times that a screen is forged
OTHERS = 0.03  # share of the other boundaries of a forged screen that teach
SHARP, SCALED = 0.5, 0.25  # shares of pictures that are left as they are, and that are made smaller
SIZES, QUALITIES = (0.45, 1.0), (60, 97)
LEFT_OUT = 10  # one in so many screens tells how good the network is
FALSE = (0.01, 0.001)  # shares of genuine boundaries that are taken for cuts


@click.command()
@click.option("--screens", default=225, show_default=True, help="Apps that are drawn, with one screen each.")
@click.option("--first", default=125, show_default=True, help="Number of the first.")
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=1, show_default=True)
@click.option("--store", is_flag=True, help="Write the weights into the package.")
def main(screens: int, first: int, seed: int, jobs: int, store: bool) -> None:
    """Print how many cuts are told at fixed shares of genuine boundaries, on screens that were left out."""
    work = joblib.delayed(partial(samples, seed=seed))
    drawn = joblib.Parallel(n_jobs=jobs)(work(number) for number in range(first, first + screens))
    some, left_out = (
        [one for i, one in enumerate(drawn) if ((first + i) % LEFT_OUT == 0) == out] for out in (False, True)
    )
    network = trained(some)
    seen, cut = map(np.concatenate, zip(*left_out))
    odds = network.predict_proba(seen / np.float32(STEPS))[:, 1]
    plain = np.sort(odds[~cut])[::-1]
    told = ", ".join(f"{np.mean(odds[cut] > plain[int(share * len(plain))]):.2f} at {share:.1%}" for share in FALSE)
    click.echo(f"{cut.sum()} cuts of {len(left_out)} screens left out, told of {len(plain)} other boundaries: {told}")
    if store:
        network = trained(drawn)
        layers = [*zip(network.coefs_, network.intercepts_)]
        names = ("first", "first_bias", "second", "second_bias")
        arrays = dict(zip(names, (array for layer in layers for array in layer)))
        np.savez_compressed(
            WEIGHTS, **{name: np.rint(array * SCALE).astype(np.int16) for name, array in arrays.items()}
        )
        click.echo(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")


def trained(drawn: list[tuple[np.ndarray, np.ndarray]]) -> MLPClassifier:
    """A network on boundaries and whether they are cuts."""
    seen, cut = map(np.concatenate, zip(*drawn))
    network = MLPClassifier((HIDDEN,), alpha=ALPHA, batch_size=256, max_iter=ITER, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops before it converges
        return network.fit(seen / np.float32(STEPS), cut)


def samples(number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """What the network sees of the boundaries of a drawn screen and its forgeries, (n, SEEN) int16; which are cuts."""
    seen, cut = [], []
    for turn, (rgb, stretches) in enumerate(pictures(seed, number)):
        rng = np.random.default_rng([seed, number, turn])
        rgb, scale = sent(rgb, rng)
        screen = read_screen(ForensicImage(rgb, name=f"screen {number}"))
        for field, places, looks in looked_at(screen):
            box = screen.lines[field].box
            mine = np.zeros(len(places), bool)
            near = np.zeros(len(places), bool)
            for stretch in stretches:
                low, high = box.y + 0.3 * box.height, box.bottom - 0.3 * box.height
                if len(places) and stretch.bottom * scale >= low and stretch.y * scale <= high:
                    for end in (stretch.x * scale, stretch.right * scale):
                        off = np.abs(places - end)
                        mine[off.argmin()] |= off.min() <= (0.6 if scale == 1 else 1.2)
                        near |= off <= 2.5
            kept = mine | (~near & (rng.random(len(places)) < (1 if turn == 0 else OTHERS)))
            seen.append(looks[kept].astype(np.int16))
            cut.append(mine[kept])
    return np.concatenate(seen), np.concatenate(cut)


def pictures(seed: int, number: int) -> Iterator[tuple[np.ndarray, list[Box]]]:
    """A drawn screen, and the same with a stretch laid over each line that has room for one, and where those lie."""
    rng = np.random.default_rng([seed, number])
    screen = draw_screen(App(seed * 100_000 + number), rng)
    yield screen.rgb, []
    fields = found_fields(ForensicImage(screen.rgb, name=f"screen {number}"))
    for _ in range(FORGED):
        edit, stretches = Edit(screen.rgb), []
        for field in fields:
            edit.mask[:] = False
            if lay_stretch(edit, field, draw_hand(rng), rng):
                rows, columns = (np.flatnonzero(edit.mask.any(axis=axis)) for axis in (1, 0))
                stretches.append(Box.from_edges(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
        yield edit.rgb, stretches


def sent(rgb: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """A picture as it arrives, and its scale: as it is, as a JPEG, or made smaller before."""
    kind, scale = rng.random(), 1.0
    if kind < SHARP:
        return rgb, scale
    if kind > 1 - SCALED:
        scale = rng.uniform(*SIZES)
        how = (cv2.INTER_AREA, cv2.INTER_LINEAR)[int(rng.integers(2))]
        rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=how)
    halved = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if rng.random() < 0.6 else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    how = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*QUALITIES)), cv2.IMWRITE_JPEG_SAMPLING_FACTOR, halved]
    coded = cv2.imencode(".jpg", rgb[:, :, ::-1], how)[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[:, :, ::-1]), scale


if __name__ == "__main__":
    main()
