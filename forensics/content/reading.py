"""Reading the lines that were found on a screen, by a kept library.

Two readers stand behind one small protocol. `rapidocr` runs the recogniser of PP-OCR (Du et al., PP-OCR: A Practical
Ultra Lightweight OCR System, arXiv:2009.09941), whose weights are in the wheel of RapidOCR, on the lines alone: Latin
letters, digits, currency signs, Chinese, Japanese. `tesseract` calls Tesseract (Smith, An Overview of the Tesseract OCR
Engine, ICDAR 2007) with the languages that are installed: every script that one has. `both` is the first, and the
second for what the first cannot read. Lines in Arabic and Persian a small network of our own reads instead of these.
"""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial, reduce
from importlib.machinery import PathFinder
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import cv2
import numpy as np

from realfake.forensics.box import Box
from realfake.forensics.content.eastern import NETWORK, is_eastern, said
from realfake.forensics.content.network import strength
from realfake.forensics.content.numerals import pieces
from realfake.forensics.content.receipt import Line
from realfake.forensics.content.values import SIGNS, WELL_GROUPED, currency_codes, plain
from realfake.forensics.errors import MissingExtra, needs_one_of
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.direction import UPSIDE_DOWN, Reading, read_stored, read_upright
from realfake.forensics.text.lines import Strokes, find_strokes

AUTO = "auto"
MOST = 300  # lines read on one screen, from the top
FLAT, STROKE = 0.6, 3.0  # of the height of common lines, and heights of width: a stroke that is no text
MARK, MARK_NEAR = 0.6, 0.35  # of a line's height: a comma, and how far from the line it stands
SCATTERED = 100  # marks no longer than an icon from which on they are the ground's pattern
AROUND, LEAST_AROUND = 0.2, 2  # of its height, and pixels: what a line's picture shows beside it
LEAST_HEIGHT, SPECK = 7, 6  # pixels of height that letters take, and heights of width of what is lower and none
HEIGHT = 48  # pixels to which a line is scaled for PP-OCR
WIDEST = 2400  # pixels of such a line; a longer one is squeezed
TOGETHER = 4800  # pixels of width read in one batch, so that its memory stays small
STEP = 1 / 64  # of confidence: what processors differ by is smaller
Told = tuple[str, float]  # a text, and how sure it is
EASTERN = 0.85  # confidence of a line in Arabic or Persian at most: too many are misread, so none contradicts anything
AMOUNT = re.compile(r"(?P<minus>[-+]?)(?P<before>[^\d\s]? ?)(?P<number>\d(?:[\d.,' ]*\d)?)(?P<after> ?[^\d\s]?)")
SEEN_AS = dict(
    zip("đĐdN#PもŁ老₤串由申郎邮Φき", "₫₫₫₦₦₱₺₺₺₺฿฿฿฿฿฿₹", strict=True)
)  # signs of money by what is seen in them
TAKEN_FOR = {
    "€": "₺",
    "$": "₺฿",
    "B": "฿",
}  # signs that others are surely taken for, which leave a trace of what is seen
OTHER_LETTER = re.compile(r"[\u0400-\u05ff\u0900-\u1c7f]")  # of scripts that neither PP-OCR nor our network knows
CYRILLIC, THAI = "\u0400\u052f", "\u0e00\u0e7f"  # scripts by their first and last letter
OTHER_PACKS = {  # languages of Tesseract in such scripts
    CYRILLIC: ("bel", "bul", "kaz", "kir", "mkd", "mon", "rus", "srp", "tgk", "ukr"), THAI: ("tha",),
    "\u0900\u097f": ("hin", "mar", "nep"),
}  # fmt: skip
ROUBLES = re.compile(r"(?<=\d) ?[PРр]$")  # what is seen of their sign
BAHT = re.compile(r"(?<![^\s+-])[$B](?= ?\d[\d.,]*$)")  # and of this one's
APART = re.compile(r"(?<=[\u0e00-\u0e7f]) (?=[\u0e00-\u0e7f])")  # letters that Tesseract parts
FEW, LINES = 3, 2  # letters of a line in such a script, and lines, from which on a screen is in it
TRIED = 3, 9  # lines that tell in which, and where they do not others; the rest are read with its languages alone
FOREIGN = 0.4  # share of lines
WESTERN = re.compile(
    r"[-+(]?[A-Z\d][A-Z\d.,:/•*-]*[-+%)₽]?|[•·|,-]"
)  # a word of digits and capitals, or what parts them
NUMBER = re.compile(r"\d")
LIKELY = 0.6  # confidence of words in such letters beside a number
SPACE = 0.2  # of a line's height: the gap between two words
CLEAR = 0.8  # confidence of what a reader can read
AGAIN = 0.9  # confidence below which a line is read again, as it would contradict nothing
MARGIN = 0.25  # of a line's height: ground around it when it is read again
LONG = 1.8  # heights of width from which on a picture that cannot be read is a line of text rather than an icon
UNSEEN = 0.03  # how likely a sign must be beside a number where no letter is likelier
SHORT = 7  # digits that an amount without points may have
TALL = 40  # pixels of height to which Tesseract is given letters
WAIT = 60  # seconds for one screen
BESIDE, GAP = 0.4, 1.2  # of the lower of two lines: common rows, and the gap between parts of one value
TALLEST = 1.5  # of a number's height: a sign or a mask beside it
WITHIN, CLOSE = 0.6, 0.5  # of the lower of two boxes in one row what is in the other's, and of the higher their gap
DOTS_WIDE = 2.0  # heights of a line: how wide some zeros are
MIDDLE = 0.3  # of its height: how far from a line's middle they stand
ENCLOSED = 0.5  # of their height: dots and counters of joined letters; of a line's area: what is inside of them
TIGHT, ALIKE = 0.35, 0.15  # of it: the gap within a number that was found as two lines, and how their heights differ
DOT = "•"  # what masks a sign
FEWEST_DOTS = 3  # that hide something
DOT_SIZES = 0.12, 0.7  # of the line's height
DOT_FULL = 0.68  # of its box that a dot fills; a disc fills 0.79
DOT_LIKE = 0.25  # of their size by which the dots of one mask differ
DOT_LEVEL = 0.25, 0.75  # of the height of the line's letters: where the middles of dots stand
DOT_GAP = 3.0  # diameters between the middles of two dots of one mask
SHORTEST_TAIL = 6  # characters
MISSING = "no reader of text is installed, so what the screen says was not looked at; pip install 'realfake[read]'"


class Reader(Protocol):
    """What reads pictures of single lines.

    Attributes
    ----------
    name : as `--reader` knows it
    letters : every character that it can give; None where that is not known
    """

    @property
    def name(self) -> str: ...

    @property
    def letters(self) -> frozenset[str] | None: ...

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """The text of each picture, (h, w, 3) uint8, and how sure it is, 0..1 or NaN."""
        ...


@dataclass(frozen=True)
class RapidReader:
    """The recogniser that RapidOCR ships, on ONNX Runtime with one thread."""

    name: str = "rapidocr"

    @property
    def letters(self) -> frozenset[str]:
        """Every character of its output layer."""
        return frozenset(_recogniser()[1])

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """Read lines in batches of a like width, and again, smaller, those that were read unsurely.

        Of two readings that differ the surer one holds, and is no surer than the other. Where too many are unsure, they
        are of a script that it was not taught, and it reads none again.
        """
        read = _recognised(crops)
        long = [i for i, crop in enumerate(crops) if _is_long(crop)]
        unsure = [i for i in long if 0 < read[i][1] < AGAIN]
        if len(unsure) > max(FOREIGN * len(long), LINES):
            return read
        for i, again in zip(unsure, _recognised([_smaller(crops[i]) for i in unsure]), strict=True):
            less, more = sorted((read[i], again), key=lambda told: told[1])
            read[i] = more if less[0] == more[0] else (more[0], less[1])
        return read


def _recognised(crops: Sequence[np.ndarray]) -> list[Told]:
    """The texts of lines by PP-OCR, and how sure it is of each."""
    session, letters = _recogniser()
    widths = [min(max(math.ceil(HEIGHT * crop.shape[1] / crop.shape[0]), 8), WIDEST) for crop in crops]
    read: dict[int, tuple[str, float]] = {}
    for batch in _batches(widths):
        lines = np.zeros((len(batch), 3, HEIGHT, max(widths[i] for i in batch)), np.float32)
        for line, i in zip(lines, batch, strict=True):
            scaled = cv2.resize(crops[i], (widths[i], HEIGHT), interpolation=cv2.INTER_LINEAR)
            line[:, :, : widths[i]] = scaled[:, :, ::-1].transpose(2, 0, 1) / np.float32(127.5) - 1
        (likely,) = session.run(None, {session.get_inputs()[0].name: lines})
        for i, steps in zip(batch, likely, strict=True):
            read[i] = _decoded(steps, letters)
    return [read[i] for i in range(len(crops))]


def _is_long(crop: np.ndarray) -> bool:
    """Whether a picture is longer than that of an icon."""
    return bool(crop.shape[1] >= LONG * crop.shape[0])


def _smaller(crop: np.ndarray) -> np.ndarray:
    """A line with more of its ground around, so that its letters are smaller to the recogniser."""
    around = round(MARGIN * crop.shape[0])
    crop = np.ascontiguousarray(crop)
    return np.asarray(cv2.copyMakeBorder(crop, around, around, around, around, cv2.BORDER_REPLICATE))


@cache
def _recogniser() -> tuple[Any, list[str]]:
    """The session and its characters by number, the blank first."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(_weights()), options, providers=["CPUExecutionProvider"])
    letters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return session, ["", *letters, " "]


def _weights() -> Path | None:
    """The recogniser's file inside RapidOCR, which is not imported for it."""
    spec = find_spec("rapidocr")
    folders = spec.submodule_search_locations if spec else None
    found = sorted(file for folder in folders or () for file in Path(folder, "models").glob("*_rec_*.onnx"))
    return found[-1] if found else None


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Places of lines of a like width, the narrow ones first."""
    batches: list[list[int]] = [[]]
    for i in np.argsort(widths, kind="stable").tolist():
        if (len(batches[-1]) + 1) * widths[i] > TOGETHER and batches[-1]:
            batches.append([])
        batches[-1].append(i)
    return [batch for batch in batches if batch]


def _decoded(likely: np.ndarray, letters: Sequence[str]) -> tuple[str, float]:
    """The likeliest character of each step, (steps, characters), where it is not the one before; and their mean."""
    best = likely.argmax(axis=1)
    kept = best != 0
    kept[1:] &= best[1:] != best[:-1]
    text = "".join(letters[number] for number in best[kept])
    sure = float(likely.max(axis=1)[kept].mean(dtype=np.float64)) if kept.any() else 0.0
    if sure >= CLEAR:
        text = _with_sign(text, likely, np.flatnonzero(kept))
    return text, round(sure / STEP) * STEP


def _with_sign(text: str, likely: np.ndarray, steps: np.ndarray) -> str:
    """A number with the currency's sign beside it that is likelier than any other sign there, though not than none.

    Recognisers saw few signs of the dong, the naira and the rupee: they leave them out or take them for letters.
    """
    form = AMOUNT.fullmatch(text)
    if form is None or not WELL_GROUPED.fullmatch(form["number"]):
        return text
    known = {form["before"].strip(), form["after"].strip()} & {*SIGNS, *TAKEN_FOR}
    others = "".join(TAKEN_FOR.get(sign, "") for sign in known) if known else _sign_places()
    if (known and not others) or (form["number"].isdigit() and len(form["number"]) > SHORT):
        return text
    first, last = steps[form.start("number")], steps[form.end("number") - 1]
    before, after = _likeliest_sign(likely[:first], others), _likeliest_sign(likely[last + 1 :], others)
    if max(before, after)[0] < UNSEEN:
        return text
    if before > after:
        return form["minus"] + before[1] + form["number"] + form["after"]
    return form["minus"] + form["before"] + form["number"] + after[1]


def _likeliest_sign(likely: np.ndarray, signs: Iterable[str]) -> tuple[float, str]:
    """How likely some currencies' signs are at their best steps, the likeliest of them; 0 where there is no step."""
    if not len(likely):
        return 0.0, ""
    places = _sign_places()
    return max((round(float(likely[:, places[sign]].sum(axis=1).max()), 2), sign) for sign in signs)


@cache
def _sign_places() -> dict[str, list[int]]:
    """Signs of currencies, and the numbers of the characters that they are seen as."""
    places: dict[str, list[int]] = {}
    for number, letter in enumerate(_recogniser()[1]):
        if (len(letter) == 1 and letter in SIGNS) or letter in SEEN_AS:
            places.setdefault(SEEN_AS.get(letter, letter), []).append(number)
    return places


@dataclass(frozen=True)
class TesseractReader:
    """Tesseract with some of the languages that are installed; all of them where none is named."""

    languages: tuple[str, ...] = ()
    name: str = "tesseract"

    @property
    def letters(self) -> None:
        """Not known."""
        return None

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """Read all lines in one run of the program."""
        if not crops:
            return []
        import pytesseract

        languages = "+".join(self.languages or _languages())
        with TemporaryDirectory(prefix="realfake-") as folder:
            names = []
            for number, crop in enumerate(crops):
                names.append(str(Path(folder, f"{number}.png")))
                cv2.imwrite(names[-1], _dark_on_light(crop))
            listed = Path(folder, "lines.txt")
            listed.write_text("\n".join(names), encoding="utf-8")
            try:
                table = pytesseract.image_to_data(
                    str(listed),
                    lang=languages,
                    config="--psm 7 --oem 1",
                    timeout=WAIT,
                    output_type=pytesseract.Output.DICT,
                )
            except (RuntimeError, OSError, subprocess.SubprocessError):  # its time ran out, or it failed on them
                return [("", float("nan"))] * len(crops)
        words: list[list[tuple[str, float]]] = [[] for _ in crops]
        for page, word, sure in zip(table["page_num"], table["text"], table["conf"], strict=True):
            if str(word).strip() and 1 <= int(page) <= len(crops):
                words[int(page) - 1].append((str(word).strip(), float(sure) / 100))
        return [_line_of(line) for line in words]


def _line_of(words: Sequence[tuple[str, float]]) -> tuple[str, float]:
    if not words:
        return "", float("nan")
    sure = sum(sure for _, sure in words) / len(words)
    return APART.sub("", " ".join(word for word, _ in words)), round(sure / STEP) * STEP


def _dark_on_light(crop: np.ndarray) -> np.ndarray:
    """A line as Tesseract likes it: gray, dark letters, tall enough, a margin around."""
    gray = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY)
    rim = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    if np.median(rim) < np.mean(gray):
        gray = 255 - gray
        rim = 255 - rim
    factor = max(1.0, TALL / gray.shape[0])
    gray = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.asarray(
        cv2.copyMakeBorder(gray, 10, 10, 10, 10, cv2.BORDER_CONSTANT, value=(float(np.median(rim)),)), np.uint8
    )


@cache
def _languages() -> tuple[str, ...]:
    """Languages of the installed Tesseract; none where there is no such program."""
    if find_spec("pytesseract") is None:
        return ()
    import pytesseract

    try:
        found = pytesseract.get_languages(config="")
    except (OSError, RuntimeError, subprocess.SubprocessError):
        return ()
    return tuple(sorted(name for name in found if name != "osd"))


@dataclass(frozen=True)
class BothReader:
    """RapidOCR, and Tesseract for long lines that it cannot read: those of scripts that it was not taught."""

    first: Reader = RapidReader()
    second: Reader = TesseractReader()
    name: str = "both"

    @property
    def letters(self) -> frozenset[str] | None:
        """Those of the first, which may leave others out of what it reads."""
        return self.first.letters

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """Read all lines, and again those of which the first is not sure; the surer reading holds."""
        read = self.first.read(crops)
        unread = [i for i, (text, sure) in enumerate(read) if (not text.strip() or sure < CLEAR) and _is_long(crops[i])]
        script, again = self._in_other_script(crops, unread)
        if script:
            read = self._of_other_script(script, crops, read, set(unread))
        for i, (text, sure) in again.items():
            if text and (sure > read[i][1] or not read[i][0].strip()):
                read[i] = text, sure
        return read

    def _in_other_script(self, crops: Sequence[np.ndarray], unread: Sequence[int]) -> tuple[str, dict[int, Told]]:
        """The script of a screen by a few of the lines that the first cannot read, and what the second reads of these.

        All of them are read where some tell a script. Where none of the few does, they are marks and pictures.
        """
        left = sorted(unread, key=lambda i: crops[i].shape[1])
        script, again = "", dict[int, Told]()
        for count in TRIED:
            if left and not script:
                middle = max(len(left) - count, 0) // 2
                again |= _by_place(self._second(*OTHER_PACKS.values(), ("eng",)), left[middle : middle + count], crops)
                left = left[:middle] + left[middle + count :]
                script = _script_of(again.values())
        if script:
            again |= _by_place(self._second(OTHER_PACKS[script]), left, crops)
        return script, again

    def _second(self, *packs: Sequence[str]) -> Reader:
        """The second reader; Tesseract with such languages as are installed, where no other are asked for."""
        if self.second != TesseractReader():
            return self.second
        return TesseractReader(tuple(name for some in packs for name in some if name in _languages()))

    def _of_other_script(
        self, script: str, crops: Sequence[np.ndarray], read: list[Told], unread: set[int]
    ) -> list[Told]:
        """What the first reader read on a screen with such letters, lines with numbers by words."""
        mixed = {i: crops[i] for i, (text, _) in enumerate(read) if i not in unread and NUMBER.search(text)}
        by_words = self._by_words(mixed, self._second(OTHER_PACKS[script]))
        told = [by_words.get(i, one) for i, one in enumerate(read)]
        for seen, sign, of_script in ((ROUBLES, "₽", CYRILLIC), (BAHT, "฿", THAI)):
            if script == of_script:
                told = [(seen.sub(sign, text), sure) for text, sure in told]
        return told

    def _by_words(self, crops: dict[int, np.ndarray], second: Reader) -> dict[int, Told]:
        """Lines with numbers on a screen whose letters the first reader does not know, of several words each.

        It leaves such letters out of a line and is sure of the rest: words that it reads as numbers or capitals are its
        own, and what is between them is the second's.
        """
        spans = {i: words for i, crop in crops.items() if len(words := _words_of(crop)) > 1}
        places = [(i, left, right) for i, words in spans.items() for left, right in words]
        told = self.first.read([_padded(crops[i][:, left:right], crops[i]) for i, left, right in places])
        western = [sure >= CLEAR and bool(WESTERN.fullmatch(text)) for text, sure in told]
        runs = [list(run) for _, run in groupby(range(len(places)), key=lambda at: (places[at][0], western[at]))]
        others = [run for run in runs if not western[run[0]]]
        pictures = [
            _padded(crops[places[run[0]][0]][:, places[run[0]][1] : places[run[-1]][2]], crops[places[run[0]][0]])
            for run in others
        ]
        between = iter(second.read(pictures))
        texts: dict[int, list[Told]] = {i: [] for i in spans}
        for run in runs:
            texts[places[run[0]][0]] += [told[at] for at in run] if western[run[0]] else [next(between)]
        return {
            i: (" ".join(text for text, _ in some), min(sure for _, sure in some))
            for i, some in texts.items()
            if any(OTHER_LETTER.search(text) for text, _ in some) and all(sure >= LIKELY for _, sure in some)
        }


def _by_place(reader: Reader, places: Sequence[int], crops: Sequence[np.ndarray]) -> dict[int, Told]:
    """What some of the lines say."""
    return dict(zip(places, reader.read([crops[i] for i in places]), strict=True))


def _script_of(told: Iterable[Told]) -> str:
    """The script, of `OTHER_PACKS`, that lines are in, where enough of them are clearly so; else ""."""
    clear = [text for text, sure in told if sure >= CLEAR and len(OTHER_LETTER.findall(text)) >= FEW]
    if len(clear) < LINES:
        return ""
    return max(OTHER_PACKS, key=lambda ends: sum(ends[0] <= sign <= ends[1] for sign in "".join(clear)))


def _has_rapidocr() -> bool:
    return PathFinder.find_spec("onnxruntime") is not None and _weights() is not None


TESSERACT = "pip install 'realfake[read]', and on Debian apt-get install tesseract-ocr with the languages that you need"
READERS: dict[str, tuple[Callable[[], Reader], Callable[[], bool], str]] = {  # what makes it, whether it is there
    "rapidocr": (RapidReader, _has_rapidocr, "pip install 'realfake[read]'"),
    "tesseract": (
        TesseractReader,
        lambda: bool(_languages()),
        TESSERACT,
    ),
    "both": (BothReader, lambda: _has_rapidocr() and bool(_languages()), TESSERACT),
}


def choose_reader(name: str = AUTO) -> Reader | None:
    """A reader by name, or with `auto` the first that is installed; None where none is.

    Raises
    ------
    UnknownName
        If there is no such reader.
    MissingExtra
        If a reader is named that is not installed.

    Examples
    --------
    >>> from realfake.forensics.content.reading import choose_reader
    >>> try:
    ...     choose_reader("crystal ball")
    ... except ValueError as error:
    ...     print(error)
    there is no reader 'crystal ball'; choose from auto, rapidocr, tesseract, both
    """
    needs_one_of("reader", name, (AUTO, *READERS))
    if name == AUTO:
        return next((make() for make, there, _ in READERS.values() if there()), None)
    make, there, install = READERS[name]
    if not there():
        raise MissingExtra(f"the reader {name} is not installed; {install}")
    return make()


def read_lines(image: ForensicImage, reader: Reader) -> tuple[Reading, tuple[Line, ...]]:
    """Read the lines of a screen.

    Parameters
    ----------
    image : ForensicImage
    reader : Reader

    Returns
    -------
    Reading
        How the picture was turned.
    tuple of Line
        From the top down, boxes in pixels of the turned picture; at most `MOST`.
    """
    upright = _right_way_up(image)
    rgb, found = upright.image.rgb, _with_marks([line.box for line in upright.lines])
    boxes, read, shown = _of_text(found), _read, cache(lambda box: NETWORK.shown(_around(rgb, box)))
    if _is_eastern(boxes, shown):
        words = _taken_for_frames(found, find_strokes(upright.steps))
        boxes, read = _of_text(_joined([*_with_zeros(found), *words])), partial(_read_eastern, shown)
    else:
        boxes = _without_strokes(rgb, boxes)
    lines = read(rgb, boxes, reader)
    torn = _belonging(lines)
    whole = [reduce(Box.union, (lines[i].box for i in some)) for some in torn]
    parts = {i for some in torn for i in some}
    lines = [line for i, line in enumerate(lines) if i not in parts]
    lines += read(rgb, whole, reader)
    return upright, tuple(sorted(lines, key=lambda line: (line.box.y, line.box.x)))


def _right_way_up(image: ForensicImage) -> Reading:
    """A screen as its strokes tell its top, but for Arabic letters: they hang from their line, as if upside down."""
    upright = read_upright(image)
    if upright.direction.turn == UPSIDE_DOWN:
        stored = read_stored(image)
        boxes = _of_text([line.box for line in stored.lines])
        if _is_eastern(boxes, lambda box: NETWORK.shown(_around(image.rgb, box))):
            return stored
    return upright


def _is_eastern(boxes: Sequence[Box], shown: Callable[[Box], Told]) -> bool:
    """Whether a screen is in Arabic or Persian, by its widest lines."""
    return is_eastern(map(shown, sorted(boxes, key=lambda box: -box.width)))


def _taken_for_frames(found: Sequence[Box], strokes: Strokes) -> list[Box]:
    """Joined letters that were taken for a frame, as what they enclose are their dots and counters."""
    sizes = strokes.stats[strokes.letters, :4]
    wide = sizes[(sizes[:, 3] >= LEAST_HEIGHT) & (sizes[:, 2] > sizes[:, 3])]
    return [box for box in (Box(*map(int, one)) for one in wide) if _holds_marks_alone(box, found)]


def _holds_marks_alone(box: Box, lines: Sequence[Box]) -> bool:
    """Whether all lines that were found in a box are far smaller than it is high; others may reach into it."""
    largest = ENCLOSED * box.height
    inside = [one for one in lines if one.intersection(box).area > ENCLOSED * one.area]
    return all(max(one.width, one.height) <= largest for one in inside)


def _of_text(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of lines that are read, from the top down."""
    return list(_without_pattern([box for box in boxes if not _is_speck(box)])[:MOST])


def _with_marks(boxes: Sequence[Box]) -> list[Box]:
    """Lines with the commas and points in them or right beside them that were found apart."""
    lines = [box for box in boxes if box.width >= LONG * box.height]
    marks = sorted(set(boxes) - set(lines))
    left = []
    for mark in marks if len(marks) < SCATTERED else ():
        beside = next((i for i, line in enumerate(lines) if _is_mark_of(mark, line)), None)
        if beside is None:
            left.append(mark)
        else:
            lines[beside] = lines[beside].union(mark)
    return sorted(lines + (left if len(marks) < SCATTERED else marks), key=lambda box: (box.y, box.x))


def _is_mark_of(mark: Box, line: Box) -> bool:
    """Whether a mark is far lower than a line and stands in it or right beside it."""
    near, middle = MARK_NEAR * line.height, mark.y + mark.height / 2
    level = line.y <= middle <= line.bottom + near
    return mark.height <= MARK * line.height and level and line.x - near <= mark.x and mark.right <= line.right + near


def _is_speck(box: Box) -> bool:
    """Whether a line is too low to be letters, and too short to be the dots of a mask: dashes and parts of icons."""
    return box.height < LEAST_HEIGHT and box.width < SPECK * box.height


def _without_pattern(boxes: Sequence[Box]) -> Sequence[Box]:
    """Lines without the marks of a patterned ground: what is no longer than an icon, where it is too many for icons."""
    long = [box for box in boxes if box.width >= LONG * box.height]
    return long if len(boxes) - len(long) >= SCATTERED else boxes


def _without_strokes(rgb: np.ndarray, boxes: Sequence[Box]) -> list[Box]:
    """Lines without the waves of a ground and parts of frames: low and long ones that are no two pieces of ink."""
    single = [len(pieces(strength(_around(rgb, box)))) < 2 for box in boxes]
    heights = [box.height for box, alone in zip(boxes, single, strict=True) if not alone]
    low = FLAT * float(np.median(heights)) if heights else 0.0
    return [
        box
        for box, alone in zip(boxes, single, strict=True)
        if not alone or box.height > low or box.width < STROKE * box.height
    ]


def _with_zeros(boxes: Sequence[Box]) -> list[Box]:
    """Lines with the zeros at their ends, and other marks unless they are a patterned ground's."""
    lines = [box for box in boxes if box.width >= LONG * box.height]
    marks, before = sorted(set(boxes) - set(lines)), -1
    while len(marks) != before:
        before, left = len(marks), []
        for mark in marks:
            beside = next((i for i, line in enumerate(lines) if _is_close(*sorted((mark, line)))), None)
            if beside is None:
                left.append(mark)
            else:
                lines[beside] = lines[beside].union(mark)
        marks = left
    return lines + (marks if len(marks) < SCATTERED else [])


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of one row as one where they stand close: zeros of the East are dots, which are found apart."""
    whole: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.x):
        near = next((i for i, other in enumerate(whole) if _is_close(other, box)), None)
        if near is None:
            whole.append(box)
        else:
            whole[near] = whole[near].union(box)
    outer = [box for box in whole if not any(box != other and box.union(other) == other for other in whole)]
    return sorted(outer, key=lambda box: (box.y, box.x))


def _is_close(one: Box, other: Box) -> bool:
    lower, higher = sorted((one, other), key=lambda box: box.height)
    common = min(one.bottom, other.bottom) - max(one.y, other.y)
    off = abs(one.y + one.bottom - other.y - other.bottom) / 2
    zeros = lower.width <= DOTS_WIDE * higher.height and off <= MIDDLE * higher.height
    alike = higher.height <= TALLEST * lower.height or zeros
    in_row = common >= WITHIN * lower.height and -higher.height <= other.x - one.right <= CLOSE * higher.height
    return alike and in_row


def _around(rgb: np.ndarray, box: Box) -> np.ndarray:
    """The picture of a line, with a little of what is beside it."""
    around = max(LEAST_AROUND, round(AROUND * box.height))
    return rgb[box.grown(around, rgb.shape[1], rgb.shape[0]).slices]


def _read(rgb: np.ndarray, boxes: Sequence[Box], reader: Reader) -> list[Line]:
    if not boxes:
        return []
    cut = [_pieces(_around(rgb, box)) for box in boxes]
    read = iter(reader.read([piece for parts in cut for piece in parts if not isinstance(piece, str)]))
    lines = []
    for box, parts in zip(boxes, cut, strict=True):
        told = [(piece, 1.0) if isinstance(piece, str) else next(read) for piece in parts]
        lines.append(Line(box, "".join(text for text, _ in told), float(np.min([sure for _, sure in told]))))
    return lines


def _read_eastern(shown: Callable[[Box], Told], rgb: np.ndarray, boxes: Sequence[Box], reader: Reader) -> list[Line]:
    """Lines of a screen in Arabic or Persian; the reader reads those that have nothing of these."""
    read = [shown(box) for box in boxes]
    told = said([text for text, _ in read])
    others = iter(_read(rgb, [box for box, text in zip(boxes, told, strict=True) if text is None], reader))
    return [
        _spaced(next(others), stands) if text is None else Line(box, text, min(sure, EASTERN))
        for box, text, (stands, sure) in zip(boxes, told, read, strict=True)
    ]


def _spaced(line: Line, stands: str) -> Line:
    """A line with the spaces that the network sees, where it reads the same."""
    return replace(line, text=stands) if stands.replace(" ", "") == line.text.replace(" ", "") else line


def _pieces(crop: np.ndarray) -> list[np.ndarray | str]:
    """A line as pictures of what is to be read, and the dots of masks, which a recogniser hardly counts."""
    masks = dot_runs(crop)
    if not masks:
        return [crop]
    parts: list[np.ndarray | str] = []
    inked, left = np.asarray(_ink(crop).max(axis=0)), 0
    for start, stop, count in (*masks, (crop.shape[1], crop.shape[1], 0)):
        if inked[left:start].any():
            parts.append(_padded(crop[:, left:start], crop))
        parts += [DOT * count] if count else []
        left = stop
    return parts


def _padded(part: np.ndarray, crop: np.ndarray) -> np.ndarray:
    """A part of a line with ground on both sides, as wide as the line's own margin."""
    side = np.median(crop[0], axis=0).astype(np.uint8)
    margin = np.broadcast_to(side, (crop.shape[0], max(LEAST_AROUND, crop.shape[0] // 8), 3))
    return np.ascontiguousarray(np.concatenate([margin, part, margin], axis=1))


def _words_of(crop: np.ndarray) -> list[tuple[int, int]]:
    """Left and right edges of the words of a line's picture."""
    inked = np.flatnonzero(_ink(crop).max(axis=0))
    if not len(inked):
        return []
    gaps = np.flatnonzero(np.diff(inked) > max(SPACE * crop.shape[0], 2))
    starts, stops = [0, *(gaps + 1)], [*gaps, len(inked) - 1]
    return [(int(inked[a]), int(inked[b]) + 1) for a, b in zip(starts, stops, strict=True)]


def _ink(crop: np.ndarray) -> np.ndarray:
    """Where a line's picture is nearer to its ink than to its ground, (h, w) uint8."""
    return np.asarray(strength(crop) > 0.5, np.uint8)


def dot_runs(crop: np.ndarray) -> list[tuple[int, int, int]]:
    """The masks in a line's picture: left and right edge, and number of the dots of one size in a row.

    Parameters
    ----------
    crop : ndarray, (h, w, 3) uint8
        The line with a margin around.
    """
    _, _, found, middles = cv2.connectedComponentsWithStats(_ink(crop), connectivity=8)
    boxes, middles = found[1:], middles[1:]
    if len(boxes) < FEWEST_DOTS:
        return []
    top, bottom = int(boxes[:, 1].min()), int((boxes[:, 1] + boxes[:, 3]).max())
    high = bottom - top
    low, most = (share * crop.shape[0] for share in DOT_SIZES)
    wide, tall, area = (boxes[:, i].astype(float) for i in (2, 3, 4))
    level = (middles[:, 1] - top) / max(high, 1)
    round_ones = (
        (np.abs(wide - tall) <= np.maximum(1, DOT_LIKE * tall))
        & (tall >= max(low, 3))
        & (tall <= most)
        & (area >= DOT_FULL * wide * tall)
    )
    alone = bool(round_ones.all())  # nothing but dots
    round_ones &= alone | ((level >= DOT_LEVEL[0]) & (level <= DOT_LEVEL[1]))
    runs, beside = list[list[int]](), False
    for i in np.argsort(middles[:, 0], kind="stable").tolist():
        last = runs[-1][-1] if runs and beside else None
        if not round_ones[i]:
            beside &= last is not None and max(wide[i], tall[i]) <= tall[last] / 2  # a speck parts no dots
            continue
        like = last is not None and abs(tall[i] - tall[last]) <= max(1, DOT_LIKE * tall[last])
        if last is not None and like and middles[i, 0] - middles[last, 0] <= DOT_GAP * tall[last]:
            runs[-1].append(i)
        else:
            runs.append([i])
        beside = True
    return [
        (int(boxes[run[0], 0]), int(boxes[run[-1], 0] + boxes[run[-1], 2]), len(run))
        for run in runs
        if len(run) >= FEWEST_DOTS + alone  # three dots alone may be what ends a text that was cut
    ]


def _belonging(lines: Sequence[Line]) -> list[list[int]]:
    """Places of lines that are one value: a currency's sign or the dots of a mask, and what stands beside them."""
    group = list(range(len(lines)))
    parts = [_is_part(plain(line.text)) for line in lines]
    for i, line in enumerate(lines):
        for j, other in enumerate(lines):
            as_tall = line.box.height <= TALLEST * other.box.height  # a picture beside a number is taller
            valued = parts[i] and as_tall and (other.text[:1].isdigit() or other.text[:1] in (DOT, "-") or parts[j])
            if i != j and (_cut(line, other) or (valued and _adjoin(line.box, other.box))):
                old, new = max(group[i], group[j]), min(group[i], group[j])
                group = [new if number == old else number for number in group]
    sets = [[i for i in range(len(lines)) if group[i] == number] for number in sorted(set(group))]
    return [some for some in sets if len(some) > 1 and any(any(map(str.isdigit, lines[i].text)) for i in some)]


def _is_part(text: str) -> bool:
    sign = text.strip("+- ")
    masks = set(text) <= set("•*-_ 0oO.") and ("•" in text or "*" in text)
    tail = text[:1] in "•*-" and len(text) <= SHORTEST_TAIL  # the digits that a mask leaves
    return sign in SIGNS or sign in currency_codes() or masks or (tail and any(map(str.isdigit, text)))


def _cut(line: Line, other: Line) -> bool:
    """Whether one number was found as two lines: as high, in one row, and no farther apart than its signs."""
    lower, higher = sorted((line.box.height, other.box.height))
    return (
        line.text[-1:].isdigit()
        and other.text[:1].isdigit()
        and higher - lower <= ALIKE * lower
        and abs(line.box.y - other.box.y) <= ALIKE * lower
        and 0 <= other.box.x - line.box.right <= TIGHT * lower
    )


def _adjoin(one: Box, other: Box) -> bool:
    """Whether two lines stand in one row, hardly farther apart than the lower one is high."""
    lower, higher = sorted((one.height, other.height))
    if min(one.bottom, other.bottom) - max(one.y, other.y) < BESIDE * lower:
        return False
    gap = max(one.x, other.x) - min(one.right, other.right)
    return -higher <= gap <= GAP * lower
