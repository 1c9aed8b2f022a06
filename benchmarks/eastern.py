"""Trains what tells the digits of Arabic and Persian, and says how well: `python -m benchmarks.eastern [--store]`.

Numbers, words and Latin texts are drawn with every font that has such digits, at many sizes, sharp and as a messenger
leaves them. The share of signs and of numbers that are told right is of fonts that the network never saw, one family
held out at a time; what is stored was trained on all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np

from realfake.data.drawing.fonts import Font, families, fonts
from realfake.data.drawing.rasterisers import TextStyle, directed, draw_text, measure_text
from realfake.data.screenshots.content import DIGITS
from realfake.data.screenshots.vocabulary import WORDS
from realfake.forensics.content.eastern import CLASSES, OTHER, PLACE, WEIGHTS, looks, pieces_of, strength

HIDDEN = 96  # cells of the hidden layer
MARKS = ".,/:-"
TOLD = {",": ".", "•": OTHER}  # what is not told by its own name
SLIM, LOW = 0.4, 0.4  # of a letter's height and of its word's: what may as well be a digit or a dot
LATIN = "ABCDEFGHIJKLMNPRSTUWXYZabcdefghijkmnpqrstuwxyz12345678"  # less what looks like a digit of the East


@click.command()
@click.option("--lines", default=700, show_default=True, help="Drawn with each family.")
@click.option("--seed", default=1, show_default=True)
@click.option("--store", is_flag=True, help="Write the weights into the package.")
def main(lines: int, seed: int, store: bool) -> None:
    """Print the share of signs and numbers told right, by the family of fonts that was held out."""
    able = families(fonts(covering=DIGITS["ar"] + DIGITS["fa"]) + fonts(covering=DIGITS["ar"]))
    drawn = {name: list(samples(faces, lines, seed + i)) for i, (name, faces) in enumerate(able.items())}
    for name in able if not store else ():
        network = trained([line for other, some in drawn.items() if other != name for line in some])
        right, total, whole, numbers = 0, 0, 0, 0
        for seen, truth in filter(lambda line: len(line[1]), drawn[name]):
            told = [CLASSES[i] for i in network.predict(seen)]
            right, total = right + sum(map(str.__eq__, told, truth)), total + len(truth)
            if OTHER not in truth:
                whole, numbers = whole + (told == truth), numbers + 1
        click.echo(
            f"{name:24s} signs {right / total:.4f} of {total}, numbers {whole / max(numbers, 1):.4f} of {numbers}"
        )
    if store:
        network = trained([line for some in drawn.values() for line in some])
        names = ("first", "second"), ("first_bias", "second_bias")
        arrays = dict(zip(names[0], network.coefs_)) | dict(zip(names[1], network.intercepts_))
        np.savez_compressed(WEIGHTS, **{name: array.astype(np.float16) for name, array in arrays.items()})
        click.echo(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")


def trained(lines: list[tuple[np.ndarray, list[str]]]):
    """A network on signs and their classes."""
    from sklearn.neural_network import MLPClassifier

    seen = np.concatenate([line for line, _ in lines])
    truth = np.array([CLASSES.index(sign) for _, signs in lines for sign in signs])
    network = MLPClassifier((HIDDEN,), alpha=1e-3, batch_size=200, max_iter=16, random_state=0)
    network.classes_ = np.arange(len(CLASSES))
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return network.fit(
            np.concatenate([seen, np.zeros((len(CLASSES), seen.shape[1]), np.float32)]),
            np.concatenate([truth, np.arange(len(CLASSES))]),
        )


def samples(faces: tuple[Font, ...], lines: int, seed: int) -> Iterator[tuple[np.ndarray, list[str]]]:
    """What the network sees of each word, and the class of each of its signs."""
    rng = np.random.default_rng(seed)
    western = fonts(covering="0123456789")
    letters = [word for language in DIGITS for words in WORDS[language].values() for word in words]
    for _ in range(lines):
        face = faces[int(rng.integers(len(faces)))]
        digits = DIGITS["fa" if rng.random() < 0.5 and face.covers(DIGITS["fa"]) else "ar"]
        kind = rng.random()
        if kind < 0.56:
            text = number(rng, digits) if rng.random() < 0.9 else str(rng.choice(list("+-"))) + number(rng, digits)
            seen = "".join(part if way == "ltr" else part[::-1] for part, way in directed(text, rtl=False))
            truth = [
                TOLD.get(sign, str(digits.index(sign)) if sign in digits else sign) for sign in seen if sign != " "
            ]
            if rng.random() < 0.5:
                text = text.translate(str.maketrans(".,", "٫٬"))
        elif kind < 0.74:
            text, truth = letters[int(rng.integers(len(letters)))], None
        else:
            text, truth = "".join(rng.choice(list(LATIN), int(rng.integers(2, 9)))), None
            face = western[int(rng.integers(len(western)))] if rng.random() < 0.7 else face
        if not face.covers(text.replace("{n}", "").replace(" ", "")):
            continue
        ink = strength(picture(text, face, rng))
        words = pieces_of(ink)
        signs = [sign for word in words for sign in word]
        if truth is not None and len(signs) != len(truth):
            continue
        for word in words:
            if truth is None:
                seen = looks(ink, word)
                plain = (seen[:, -3] >= PLACE * SLIM) & (seen[:, -5] >= PLACE * LOW)
                yield seen[plain], [OTHER] * int(plain.sum())
            else:
                mine, truth = truth[: len(word)], truth[len(word) :]
                yield looks(ink, word), mine


def number(rng: np.random.Generator, digits: str) -> str:
    """An amount, a day, a time or a row of digits."""
    some = lambda count: "".join(digits[int(i)] for i in rng.integers(0, 10, count))  # noqa: E731
    kind = int(rng.integers(6))
    if kind == 5:
        return some(2) + " • " + some(2)
    if kind == 0:
        groups = [some(int(rng.integers(1, 4)))] + [some(3) for _ in range(int(rng.integers(0, 3)))]
        return ",".join(groups) + ("." + some(2) if rng.random() < 0.5 else "")
    if kind == 1:
        return str(rng.choice(list("/-."))).join((some(4), some(2), some(2)))
    if kind == 2:
        return ":".join([some(2)] * int(rng.integers(2, 4)))
    return some(int(rng.integers(2, 15)))


def picture(text: str, face: Font, rng: np.random.Generator) -> np.ndarray:
    """A line as it is cut out of a screen: around it a fifth of its height, sharp or as a messenger leaves it."""
    size = float(np.exp(rng.uniform(np.log(15), np.log(80))))
    style = TextStyle(face, size, rasteriser="skia" if rng.random() < 0.7 else "freetype", hinting="none", rtl=False)
    ground = int(rng.integers(0, 256))
    ink = int(np.clip(ground + (1 if ground < 128 else -1) * rng.integers(90, 256), 0, 255))
    style = TextStyle(**{**style.__dict__, "ink": (ink, ink, ink)})
    wide = round(measure_text(text, style).width + 4 * size)
    rgb = np.full((round(5 * size), wide, 3), ground, np.uint8)
    box = draw_text(rgb, text, 2 * size, 3 * size, style)
    if rng.random() < 0.45:
        scale = rng.uniform(0.45, 1.0) if size > 30 else 1.0
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 95))])[1]
        rgb = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
        box = type(box)(*(round(side * scale) for side in box))
    around = max(2, round(0.2 * box.height)) + int(rng.integers(0, 3))
    return rgb[box.grown(around, rgb.shape[1], rgb.shape[0]).slices]


if __name__ == "__main__":
    main()
