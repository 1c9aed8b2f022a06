"""Trains what reads lines in Arabic and Persian, and says how well: `python -m benchmarks.eastern FONTS --store`.

Lines are drawn with the fonts of a folder, which are not those that screens are drawn with: amounts, moments, numbers
and words with digits of the East and of the West, cut with more and less around them, small and large, sharp and as a
messenger leaves them. The words are the locale data's of Unicode, Faker's and chance's; none is of the receipts that
are drawn. Needs PyTorch (`pip install torch`), and minutes of one core.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import babel
import babel.dates
import click
import cv2
import numpy as np
import torch
from faker import Faker
from num2words import num2words
from persiantools.jdatetime import MONTH_NAMES_FA
from torch import nn

from realfake.data.drawing.fonts import Font, catalogue, characters, families, fonts, script_faces
from realfake.data.drawing.rasterisers import TextStyle, directed, draw_text, measure_text
from realfake.data.screenshots.content import DIGITS
from realfake.forensics.content.eastern import LETTERS, MARKS, NETWORK
from realfake.forensics.content.network import HEIGHT, seen

LANGUAGES = {  # letters that random words are made of
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي", "fa": "آئابتثجحخدذرزسشصضطظعغفقلمنهوپچژگکی",
}  # fmt: skip
LOCALES = {"ar": ("ar", "ar_EG", "ar_SA", "ar_MA", "ar_SY"), "fa": ("fa",)}  # whose months and days are written
HALVES = {"ar": ("ص", "م", "AM", "PM"), "fa": ("ق.ظ", "ب.ظ", "صبح", "عصر")}  # of a day
MONEY = {
    "ar": ("ر.س", "د.إ", "ج.م", "ريال", "درهم", "جنيه", "دينار", "ليرة", "د.ك", "ر.ق", "ر.ع", "د.ج", "د.ت", "ل.ل"),
    "fa": ("ریال", "تومان"),
}
CODES = ("EGP", "SAR", "AED", "IRR", "USD", "EUR", "KWD", "QAR", "JOD", "IQD")
OTHERS = ("ru_RU", "th_TH", "zh_CN", "hi_IN")  # whose letters are none that it tells
ALIKE = str.maketrans("ک۰۱۲۳۷۸۹", "ك٠١٢٣٧٨٩")  # what looks alike
MIRRORED = str.maketrans("()", ")(")
UNSEEN = "\u200c\u200f\u200e\u0640"
UNUSUAL = ("Italic", "Oblique", "Slant", "Quran", "Qurn", "Colored", "Thin", "Black")  # in the names of fonts
BATCH = 32
RATE = 3e-3
LONGEST = 40  # signs


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lines", default=24_000, show_default=True, help="Drawn, each seen in two states.")
@click.option("--steps", default=3_000, show_default=True, help="Batches to learn from.")
@click.option("--seed", default=1, show_default=True)
@click.option("--state", type=click.Path(path_type=Path), help="Where training goes on if it was stopped.")
@click.option("--store", is_flag=True, help="Write the weights into the package.")
def main(folder: Path, lines: int, steps: int, seed: int, state: Path | None, store: bool) -> None:
    """Print how many lines that it did not learn from are read exactly as training goes on."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    pool = drawn(folder, lines, seed, state)
    network, done = Trained().to(memory_format=torch.channels_last), 0
    rule = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
    if state is not None and state.exists():
        kept = torch.load(state)
        network.load_state_dict(kept["network"])
        rule.load_state_dict(kept["rule"])
        done = kept["done"]
    held, pool = pool[: len(pool) // 80], pool[len(pool) // 80 :]
    pool.sort(key=lambda line: line[0].shape[1])
    rng = np.random.default_rng([seed, done])
    loss_of = nn.CTCLoss(zero_infinity=True)
    while done < steps:
        start = int(rng.integers(0, len(pool) - 8 * BATCH))
        some = [pool[start + int(i)] for i in rng.choice(8 * BATCH, BATCH, replace=False)]  # of a like width
        for group in rule.param_groups:
            group["lr"] = RATE * min(1.0, done / 300) * (1 + math.cos(math.pi * done / steps)) / 2 + 1e-5
        with torch.autocast("cpu", torch.bfloat16):
            told = network(batch_of([picture for picture, _ in some], rng))
        truth = torch.tensor([sign for _, signs in some for sign in signs])
        lengths = torch.tensor([len(signs) for _, signs in some])
        widths = torch.full((len(some),), told.shape[2])
        loss = loss_of(told.float().permute(2, 0, 1).log_softmax(2), truth, widths, lengths)
        rule.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        rule.step()
        done += 1
        if done % 250 == 0 or done == steps:
            right, alike = measured(network, held)
            click.echo(f"{done} batches, loss {loss.item():.3f}, lines {right:.4f}, signs {alike:.4f}")
            if state is not None:
                torch.save({"network": network.state_dict(), "rule": rule.state_dict(), "done": done}, state)
    if store:
        np.savez_compressed(NETWORK.weights, **packed(network))
        click.echo(f"{NETWORK.weights}: {NETWORK.weights.stat().st_size} bytes")


class Trained(nn.Module):
    """The network's layers, each with what is usual in a batch, which is folded into its weights at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList()
        self.norms = nn.ModuleList()
        for layer in NETWORK.layers:
            where = layer.size, layer.step, layer.around, (1, layer.apart)
            self.convolutions.append(nn.Conv2d(layer.fed, layer.cells, *where, bias=layer.last))
            self.norms.append(nn.Identity() if layer.last else nn.BatchNorm2d(layer.cells))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Scores of each sign at each step, (n, signs, steps), of (n, 1, h, w)."""
        held = pictures.to(memory_format=torch.channels_last)
        for layer, convolution, norm in zip(NETWORK.layers, self.convolutions, self.norms, strict=True):
            told = norm(convolution(held))
            told = told if layer.last else torch.relu(told)
            held = held + told if layer.adds else told
        return held[:, :, 0]


def packed(network: Trained) -> dict[str, np.ndarray]:
    """Weights in eight bits, (cells, fed * rows * columns) int8, with the scale of each cell, and its bias."""
    arrays = {}
    parts = zip(NETWORK.layers, network.convolutions, network.norms, strict=True)
    for i, (layer, convolution, norm) in enumerate(parts):
        weights = convolution.weight.detach().contiguous().numpy().reshape(layer.cells, -1)
        if layer.last:
            bias = convolution.bias.detach().numpy()
        else:
            factor = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().numpy()
            weights = weights * factor[:, None]
            bias = norm.bias.detach().numpy() - norm.running_mean.numpy() * factor
        scale = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
        arrays[f"weights{i}"] = np.round(weights / scale[:, None]).astype(np.int8)
        arrays[f"scale{i}"], arrays[f"bias{i}"] = scale.astype(np.float32), bias.astype(np.float32)
    return arrays


def batch_of(pictures: Sequence[np.ndarray], rng: np.random.Generator | None = None) -> torch.Tensor:
    """Pictures side by side, (n, 1, h, w), a little stretched, moved and worn where there is a generator."""
    stretch = 1.0 if rng is None else float(np.exp(rng.uniform(-0.12, 0.12)))
    wide = round(max(picture.shape[1] for picture in pictures) * stretch)
    stacked = np.zeros((len(pictures), 1, HEIGHT, -(-wide // 4) * 4), np.float32)
    for row, picture in zip(stacked, pictures, strict=True):
        if rng is not None:
            width = max(round(picture.shape[1] * stretch), 8)
            dx, dy = rng.uniform(-1, 1), rng.uniform(-1.5, 1.5)
            zoom = float(np.exp(rng.normal(0, 0.04)))
            move = np.float32([[width / picture.shape[1], 0, dx], [0, zoom, dy + (1 - zoom) * HEIGHT / 2]])
            picture = cv2.warpAffine(picture, move, (width, HEIGHT), flags=cv2.INTER_LINEAR)
        row[0, :, : picture.shape[1]] = picture.astype(np.float32) / 255
        if rng is not None:
            row += rng.normal(0, rng.uniform(0, 0.06), row.shape).astype(np.float32)
            row *= rng.uniform(0.75, 1.05)
    return torch.from_numpy(stacked)


def measured(network: Trained, lines: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """The share of lines that are read exactly, and of their signs by edits."""
    network.eval()
    right, edits, signs = 0, 0, 0
    ordered = sorted(lines, key=lambda line: line[0].shape[1])
    with torch.no_grad():
        for start in range(0, len(ordered), BATCH):
            some = ordered[start : start + BATCH]
            best = network(batch_of([picture for picture, _ in some])).argmax(1).numpy()
            for row, (_, truth) in zip(best, some, strict=True):
                kept = row[(row != 0) & (row != np.concatenate([[0], row[:-1]]))]
                right += list(kept) == list(truth)
                edits += distance(kept, truth)
                signs += len(truth)
    network.train()
    return right / len(lines), 1 - edits / signs


def distance(one: Sequence[int], other: Sequence[int]) -> int:
    """Signs to change, add or leave out."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def drawn(folder: Path, lines: int, seed: int, state: Path | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pictures as the network sees them, (h, w) uint8, and the numbers of their signs, kept beside the state."""
    kept = None if state is None else state.with_suffix(f".{lines}.npz")
    if kept is not None and kept.exists():
        with np.load(kept) as stored:
            cuts = np.cumsum(stored["widths"])[:-1], np.cumsum(stored["lengths"])[:-1]
            pictures = np.split(stored["pictures"], cuts[0], axis=1)
            return list(zip(pictures, np.split(stored["signs"], cuts[1]), strict=True))
    writer = Writer(faces_in(folder), np.random.default_rng(seed))
    pool = [sample for _ in range(lines) for sample in writer.samples()]
    if kept is not None:
        pictures, signs = [picture for picture, _ in pool], [signs for _, signs in pool]
        np.savez(
            kept,
            pictures=np.concatenate(pictures, axis=1),
            widths=[picture.shape[1] for picture in pictures],
            signs=np.concatenate(signs),
            lengths=[len(some) for some in signs],
        )
    return pool


def faces_in(folder: Path) -> list[list[Font]]:
    """Upright fonts of a folder with Arabic letters, by family; none of those that screens are drawn with."""
    used = {face.family.replace(" ", "") for face in fonts(covering=DIGITS["ar"])}
    found: dict[str, list[Font]] = {}
    for file in sorted(folder.rglob("*.[to]tf")):
        name = file.stem.removeprefix("ae_").replace("-", "_").split("_")[0]
        if any(mark in file.stem for mark in UNUSUAL) or name in used:
            continue
        try:
            able = {"\u0628", "\u0661"} <= characters(str(file))
        except Exception:  # noqa: BLE001 - a font that cannot be read is none
            continue
        if able:
            found.setdefault(name, []).append(Font(name, str(file), 400, "sans", ""))
    return list(found.values())


class Writer:
    """Draws lines with the faces of some families, half of them with those that have several weights."""

    def __init__(self, faces: list[list[Font]], rng: np.random.Generator) -> None:
        self.rng = rng
        self.faces = faces
        self.usual = [family for family in faces if len(family) > 2 and family[0].covers("Az09.,:/")] or faces
        used = {face.family for face in fonts(covering=DIGITS["ar"])}
        self.western = [face for name, some in families(catalogue()).items() if name not in used for face in some]
        self.western += list(script_faces("Chinese"))
        self.fakers = {"ar": Faker("ar_AA"), "fa": Faker("fa_IR"), "en": Faker("en_US")}
        self.fakers |= {other: Faker(other) for other in OTHERS}
        for faker in self.fakers.values():
            faker.seed_instance(int(rng.integers(2**31)))
        self.names = {language: names_of(language) for language in LANGUAGES}

    def samples(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """A line in two states."""
        rng = self.rng
        language = self.pick(tuple(LANGUAGES))
        text, eastern = self.text(language)
        own = any(sign in LETTERS + "یک" for sign in text)
        strange = not own and any(sign >= "\u0400" and sign not in MARKS for sign in text)
        latin = any("A" <= sign.upper() <= "Z" for sign in text)
        if eastern and rng.random() < (0.1 if latin else 0.55):
            text = text.translate(str.maketrans("0123456789", DIGITS[language]))
        else:
            strange |= not own and rng.random() < 0.3
        text = "".join(sign for sign in text if not "\u064b" <= sign <= "\u065f" and sign not in UNSEEN)
        text = " ".join(text.split())
        rtl = bool(own or rng.random() < 0.7)
        visual = "".join(part if way == "ltr" else part[::-1].translate(MIRRORED) for part, way in directed(text, rtl))
        told = labelled(visual.translate(ALIKE))
        if any(sign >= "\u0400" and sign not in NETWORK.signs for sign in told) and not own:
            told = []  # letters of others are none
        face = self.face(text, strange)
        if face is None or len(told) > LONGEST or any(sign not in NETWORK.signs for sign in told):
            return
        numbers = np.array([NETWORK.signs.index(sign) for sign in told], np.int64)
        apart = sum(a == b for a, b in zip(told, told[1:], strict=False))
        for picture in self.pictures(text, face, rtl):
            ready = seen(picture)
            if ready.shape[1] // 4 >= len(numbers) + apart and ready.shape[1] <= 1100:
                yield np.round(ready * 255).clip(0, 255).astype(np.uint8), numbers

    def pick(self, options: Sequence):
        """One of some options."""
        return options[int(self.rng.integers(len(options)))]

    def digits(self, count: int) -> str:
        """A row of digits, at times with one of them again and again."""
        some = self.rng.integers(0, 10, count)
        if self.rng.random() < 0.15:
            some[self.rng.random(count) < 0.6] = int(self.rng.integers(10)) if self.rng.random() < 0.5 else 0
        return "".join(map(str, some))

    def text(self, language: str) -> tuple[str, bool]:
        """A text, and whether its digits may be those of the East."""
        rng, kind = self.rng, self.rng.random()
        if kind < 0.04:
            faker = self.fakers[self.pick(OTHERS)]
            words = self.pick((faker.name, faker.city, faker.company))().split()
            return " ".join(words[: int(rng.integers(1, 4))]), False
        if kind < 0.21:
            return self.amount(language), True
        if kind < 0.42:
            return self.moment(language), True
        if kind < 0.56:
            return self.identifier(), True
        if kind < 0.62:
            faker = self.fakers["en"]
            word = self.pick((faker.name, faker.company, faker.city, faker.bban, faker.iban, faker.word))()
            return (word.upper() if rng.random() < 0.4 else word), False
        if kind < 0.72:
            letters = list(LANGUAGES[language])
            return " ".join(
                "".join(rng.choice(letters, int(rng.integers(1, 8)))) for _ in range(int(rng.integers(1, 4)))
            ), True
        if kind < 0.8:
            words = str(num2words(int(10 ** rng.uniform(0, 6)), lang=language)).split()
            return " ".join(words[: int(rng.integers(1, 6))]), True
        if kind < 0.9:
            faker = self.fakers[language]
            words = self.pick((faker.name, faker.company, faker.city, faker.sentence, faker.first_name))().split()
            text = " ".join(words[: int(rng.integers(1, 6))])
        else:
            text = " ".join(self.pick(self.names[language]).split()[:4])
        if rng.random() < 0.3:
            some = self.digits(int(rng.integers(1, 5)))
            text += self.pick((":", ".", " " + some, "؟", "…", f" ({some})"))
        return text, True

    def amount(self, language: str) -> str:
        """An amount, most with a currency."""
        rng = self.rng
        groups = [self.digits(int(rng.integers(1, 4)))] + [self.digits(3) for _ in range(int(rng.integers(0, 4)))]
        mark, point = self.pick((",", ",", "٬", ".", "")), self.pick((".", ".", "٫", ","))
        number = mark.join(groups)[:14] + (point + self.digits(2) if rng.random() < 0.5 and point != mark else "")
        number = self.pick(("", "", "", "-", "+")) + number
        if rng.random() < 0.25:
            return number
        name = self.pick(MONEY[language] + CODES if rng.random() < 0.8 else self.names[language])
        gap = " " if rng.random() < 0.85 else ""
        return number + gap + name if rng.random() < 0.75 else name + gap + number

    def moment(self, language: str) -> str:
        """A day, a time, or both."""
        rng = self.rng
        year, month, day = int(rng.integers(1990, 2040)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
        solar = language == "fa" and rng.random() < 0.6
        year -= 621 if solar else 0
        locale = babel.Locale.parse(self.pick(LOCALES[language]))
        months = locale.months["format"][self.pick(("wide", "abbreviated"))]
        name = MONTH_NAMES_FA[month] if solar else months[month]
        weekday = locale.days["format"]["wide"][int(rng.integers(7))]
        d, m = (f"{day:02d}", f"{month:02d}") if rng.random() < 0.6 else (str(day), str(month))
        mark = self.pick("//-.")
        written = f"{d} {name}", f"{d} {name} {year}"
        numbers = mark.join((d, m, str(year))), mark.join((str(year), m, d))
        date = self.pick((*numbers, *written, f"{weekday} {written[1]}", f"{weekday}, {written[0]}"))
        hour, minute = int(rng.integers(0, 24)), int(rng.integers(60))
        clock = f"{hour:02d}:{minute:02d}" if rng.random() < 0.7 else f"{hour % 12 + 1}:{minute:02d}"
        clock += f":{int(rng.integers(60)):02d}" if rng.random() < 0.35 else ""
        clock += " " + self.pick(HALVES[language]) if rng.random() < 0.35 else ""
        clock += self.pick((" GMT+3", " (GMT+2)", " UTC+3", " (GMT+3:30)")) if rng.random() < 0.12 else ""
        join = self.pick((" ", " ", " - ", ", ", " • ", " | ", "، "))
        return self.pick((date, date + join + clock, clock + join + date, clock))

    def identifier(self) -> str:
        """A number of an account, of a payment, or a row of digits."""
        rng, kind = self.rng, int(self.rng.integers(9))
        if kind == 0:
            return " ".join(self.digits(4) for _ in range(int(rng.integers(2, 5))))
        if kind == 1:
            return self.pick(CODES)[:2] + self.digits(2) + " " + " ".join(self.digits(4) for _ in range(3))
        if kind == 2:
            return "".join(rng.choice(list("0123456789abcdef"), int(rng.integers(6, 17))))
        if kind == 3:
            return "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), int(rng.integers(4, 13))))
        if kind == 4:
            gap = self.pick((" ", ""))
            end = self.pick("•*xX") * int(rng.integers(3, 7)) + gap + self.digits(int(rng.integers(2, 5)))
            return self.pick((end, self.digits(4) + gap + end))
        if kind == 5:
            return "-".join(self.digits(int(rng.integers(2, 7))) for _ in range(int(rng.integers(2, 4))))
        if kind == 6:
            return self.digits(int(rng.integers(1, 4))) + self.pick(("%", "", " %"))
        return self.digits(int(rng.integers(2, 17)))

    def face(self, text: str, western: bool) -> Font | None:
        """A face with all signs of a text; None where none was found soon."""
        for _ in range(60 if western else 8):
            if western:
                face = self.pick(self.western)
            else:
                face = self.pick(self.pick(self.usual if self.rng.random() < 0.5 else self.faces))
            if face.covers(text.replace(" ", "")):
                return face
        return None

    def pictures(self, text: str, face: Font, rtl: bool) -> Iterator[np.ndarray]:
        """A line as it is cut out of a screen, with about a fifth of its height around it, and so from a messenger."""
        rng = self.rng
        size = float(np.exp(rng.uniform(np.log(15), np.log(60))))
        ground = ink = rng.integers(0, 256, 3)
        while abs(int(ink.mean()) - int(ground.mean())) < 60:
            ink = rng.integers(0, 256, 3)
        style = TextStyle(
            face,
            size,
            tuple(map(int, ink)),
            rasteriser="skia" if rng.random() < 0.7 else "freetype",
            hinting="none",
            rtl=rtl,
            embolden=bool(rng.random() < 0.1),
            letter_spacing=float(rng.choice([0, 0, 0, rng.uniform(-0.02, 0.08) * size])) if text.isascii() else 0.0,
        )
        wide = round(measure_text(text, style).width + 4 * size)
        if wide > 1600:
            return
        rgb = np.empty((round(5 * size), wide, 3), np.uint8)
        rgb[:] = ground
        box = draw_text(rgb, text, 2 * size, 3 * size, style)
        for worn in (False, True):
            state, at = rgb, box
            if worn or rng.random() < 0.3:
                scale = rng.uniform(0.5, 1.0) if size > 26 else rng.uniform(0.85, 1.0)
                small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(55, 97))]
                state = np.asarray(cv2.imdecode(cv2.imencode(".jpg", small, quality)[1], cv2.IMREAD_COLOR), np.uint8)
                at = type(box)(*(round(side * scale) for side in box))
            around = max(2, round(0.2 * at.height))
            low, high = np.round(rng.uniform(-0.08, 0.12, 2) * at.height + around).astype(int).clip(0)
            left, right = np.round(rng.uniform(-0.1, 0.3, 2) * at.height + around).astype(int).clip(0)
            top, start = max(at.y - low, 0), max(at.x - left, 0)
            yield state[top : at.bottom + high, start : at.right + right]


def names_of(language: str) -> tuple[str, ...]:
    """Languages, countries and currencies as a language names them."""
    locale = babel.Locale.parse(language)
    names = (*locale.languages.values(), *locale.territories.values(), *locale.currencies.values())
    return tuple(name for name in names if isinstance(name, str))


def labelled(visual: str) -> list[str]:
    """The signs of a text as they stand: the Persian yeh as the Arabic one that looks like it."""
    told = list(visual)
    for i, sign in enumerate(told):
        if sign == "ی":  # what stands left of it is said after it
            told[i] = "ي" if i > 0 and told[i - 1] in LETTERS + "ی" else "ى"
    return told


if __name__ == "__main__":
    main()
