"""Trains what tells upright cuts through letters, and says how well: `python -m benchmarks.seams [--store]`.

Screens of fictional apps are drawn, and pages in the letters and symbols of many scripts, and again with a stretch of
every line laid over another place of it, sharp and as JPEG and messengers leave them. The shares of cuts that are told
are of pictures that the network never saw; this network is the one that is stored. No seed of these screens is one of
the starter model's.
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

from realfake.data.drawing.fonts import characters, families, fonts, script_faces
from realfake.data.drawing.rasterisers import TextStyle, draw_text
from realfake.data.forge import found_fields
from realfake.data.forgeries.edit import Edit
from realfake.data.forgeries.hand import draw_hand
from realfake.data.forgeries.overlay import lay_stretch
from realfake.data.screenshots.app import FONTS, App
from realfake.data.screenshots.draw import draw_screen
from realfake.forensics.box import Box
from realfake.forensics.errors import MissingExtra
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.seams import SCALE, STEPS, WEIGHTS, looked_at
from realfake.forensics.text.words import read_screen

HIDDEN, ITER, ALPHA = (160, 64, 24), 18, 1e-2  # cells of hidden layers, how often samples are seen, weight of weights
LOCALES = ("th_TH", "vi_VN", "zh_CN", "ar_EG", "th_TH", "ru_RU", "fa_IR", "vi_VN", "th_TH", "zh_CN", "tr_TR", "fr_FR")
SCRIPTS = (  # the first and last sign of what pages are written in
    "\u0e01\u0e4f", "\u0e01\u0e4f", "\u1ea0\u1ef9", "\u4e00\u9fa5", "\u4e00\u9fa5", "\uac00\ud7a3",
    "\u3041\u30fe", "\u0904\u094d", "\u0620\u064a", "\u05d0\u05ea", "\u0391\u03c9", "\u0400\u045f",
    "\u0531\u0587", "\u10d0\u10f0", "\u00c0\u017f", "\u0021\u007e", "\u2600\u27bf", "\u2190\u25ff",
    "", "", "", "",  # icons
)  # fmt: skip
PAGE = 1300, 720  # pixels
TALL = 16, 64  # pixels per em of a page's lines
SIGNS = 80  # at most so many signs stand on one page
FORGED = 3  # times that a screen is forged
OTHERS = 0.03  # share of the other boundaries of a forged screen that teach
SHARP, SCALED = 0.5, 0.25  # shares of pictures that are left as they are, and that are made smaller
SIZES, QUALITIES = (0.45, 1.0), (60, 97)
LEFT_OUT = 9  # one in so many screens tells how good the network is
FALSE = (0.01, 0.001)  # shares of genuine boundaries that are taken for cuts


@click.command()
@click.option("--screens", default=2000, show_default=True, help="Screens of apps and pages that are drawn.")
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
        layers = enumerate(zip(network.coefs_, network.intercepts_))
        kinds = ("weights", "biases")
        arrays = {f"{kind}_{layer}": array for layer, pair in layers for kind, array in zip(kinds, pair)}
        np.savez_compressed(
            WEIGHTS, **{name: np.rint(array * SCALE).astype(np.int16) for name, array in arrays.items()}
        )
        click.echo(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")


def trained(drawn: list[tuple[np.ndarray, np.ndarray]]) -> MLPClassifier:
    """A network on boundaries and whether they are cuts."""
    seen, cut = map(np.concatenate, zip(*drawn))
    network = MLPClassifier(HIDDEN, alpha=ALPHA, batch_size=256, max_iter=ITER, random_state=0)
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
    """A drawing, and the same with a stretch laid over each line that has room for one, and where those lie."""
    rng = np.random.default_rng([seed, number])
    rgb, of_letters = drawing(seed, number, rng)
    yield rgb, []
    if not of_letters:
        return
    fields = found_fields(ForensicImage(rgb, name=f"screen {number}"))
    for _ in range(FORGED):
        edit, stretches = Edit(rgb), []
        for field in fields:
            edit.mask[:] = False
            if lay_stretch(edit, field, draw_hand(rng), rng):
                rows, columns = (np.flatnonzero(edit.mask.any(axis=axis)) for axis in (1, 0))
                stretches.append(Box.from_edges(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
        yield edit.rgb, stretches


def drawing(seed: int, number: int, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
    """Of four two screens of any usual locale, one of those with letters like cuts, and one page; if it has letters."""
    turn, kind = divmod(number, 4)
    app = App(seed * 100_000 + number, (LOCALES[turn % len(LOCALES)],) if kind == 2 else ())
    if kind < 3:
        return draw_screen(app, rng).rgb, True
    script = SCRIPTS[turn % len(SCRIPTS)]
    return (page(app, script, rng), True) if script else (icons(app, rng), False)


def page(app: App, script: str, rng: np.random.Generator) -> np.ndarray:
    """Lines of random words in signs of one script, (H, W, 3) uint8, as an app draws letters."""
    every = set(map(chr, range(ord(script[0]), ord(script[-1]) + 1)))
    faces = fonts() + script_faces("Arabic") + script_faces("Chinese")
    able = list(families(face for face in faces if 2 * len(every & characters(face.path)) > len(every)).values())
    if not able:
        raise MissingExtra(f"no font here has the letters from {script[0]} to {script[-1]}; {FONTS}")
    family = able[int(rng.integers(len(able)))]
    font = family[int(rng.integers(len(family)))]
    signs = rng.permutation(sorted(every & characters(font.path)))[:SIGNS]
    palette = app.themes[int(rng.integers(2))]
    sizes = np.exp(rng.uniform(*np.log(TALL), 3))
    rgb = np.full((*PAGE, 3), palette.ground, np.uint8)
    baseline = 20.0
    while True:
        size = float(rng.choice(sizes))
        baseline += 1.7 * size
        if baseline > PAGE[0] - 0.5 * size:
            return rgb
        words = ["".join(rng.choice(signs, rng.integers(1, 9))) for _ in range(rng.integers(1, 5))]
        ink = (palette.ink, palette.soft, palette.brand)[int(rng.integers(3))]
        style = TextStyle(font, size, ink, **app.engine.look)
        draw_text(rgb, " ".join(words), float(rng.uniform(10, 120)), baseline, style)


def icons(app: App, rng: np.random.Generator) -> np.ndarray:
    """Rows of marks as stand in status bars and on buttons, (H, W, 3) uint8."""
    marks = [mark(rng) for _ in range(SIGNS)]
    palette = app.themes[int(rng.integers(2))]
    rgb = np.full((*PAGE, 3), palette.ground, np.uint8)
    top = 20
    while True:
        size = round(np.exp(rng.uniform(*np.log(TALL))))
        if top + size > PAGE[0]:
            return rgb
        ink = np.array((palette.ink, palette.soft, palette.brand)[int(rng.integers(3))])
        left, step = int(rng.integers(10, 120)), round(size * rng.uniform(1.05, 2.5))
        for x in range(left, PAGE[1] - size, step):
            if rng.random() < 0.7:
                shape = cv2.resize(marks[int(rng.integers(len(marks)))], (size, size), interpolation=cv2.INTER_AREA)
                place = rgb[top : top + size, x : x + size]
                place[:] = np.rint(place + (ink - place) * (shape / 255.0)[..., None])
        top += round(1.7 * size)


def mark(rng: np.random.Generator) -> np.ndarray:
    """A few boxes, rings, strokes and corners, some cut out of the others, half of the marks alike left and right."""
    shape = np.zeros((128, 128), np.uint8)
    for number in range(rng.integers(1, 6)):
        colour = 255 if number == 0 or rng.random() < 0.7 else 0
        corners = [(int(x), int(y)) for x, y in rng.integers(8, 120, (3, 2))]
        thick = -1 if rng.random() < 0.5 else int(rng.integers(6, 18))
        form = rng.random()
        if form < 0.45:
            cv2.rectangle(shape, *corners[:2], colour, thick)
        elif form < 0.65:
            cv2.circle(shape, corners[0], int(rng.integers(8, 50)), colour, thick)
        elif form < 0.85:
            cv2.line(shape, *corners[:2], colour, abs(thick) + 5)
        else:
            cv2.fillPoly(shape, [np.array(corners)], colour)
    return np.maximum(shape, shape[:, ::-1]) if rng.random() < 0.5 else shape


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
