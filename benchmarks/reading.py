"""How well and how fast receipts are read: `python -m benchmarks.reading` draws those of apps that nothing has seen.

With `--locale`, given once or more, or `all` for one of each language, the apps take turns in these: a second table has
a line for each language, and how much CPU time its screens take.

Three measures, apart: a value's text to the last sign; the whole line that it stands in, labels included; and of an
amount what the receipt says by it, its number and its currency. Of screens from right to left the words of a value are
compared in any order: some readers give them as they are said, some as they stand.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import cv2
import numpy as np

from realfake.data.channels import Transform, draw_habit
from realfake.data.history import carried
from realfake.data.screenshots.app import App, drawable_locales
from realfake.data.screenshots.content import LOCALES, RIGHT_TO_LEFT
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screen import TextField
from realfake.data.screenshots.screens.receipts import receipt
from realfake.forensics.box import Box
from realfake.forensics.content.consistency import check_content
from realfake.forensics.content.fields import read_receipt, repaired
from realfake.forensics.content.reading import READERS, choose_reader
from realfake.forensics.content.receipt import Value
from realfake.forensics.content.values import SIGNS, currency_codes, money, plain
from realfake.forensics.image import ForensicImage

FIRST_APP = 900_000  # apps of the starter's set have other numbers
VALUES = ("amount", "date", "time", "reference", "account", "number")  # roles with digits
KIND = {"amount": "amount", "number": "amount", "date": "moment", "time": "moment", "account": "account"}
SIDE = 1600  # pixels of the longer side that the messenger sends
PAIRS = ("0O", "1l", "1I", "8B", "5S")  # confusions that are counted, either way
SAME = 0.3  # of the smaller of two boxes: what they share where they are one line
CHANNELS = ("png", "jpeg", "messenger")
EVERY = "all"  # languages
MEASURES = ("its digits", "its line", "its number", "its currency")  # beside the text of values
CROWDED, WIDTH = range(30, 41), 1080  # lines of a full screen, and its pixels
DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
PARTING = "-•|"  # between a day and a time
CUT = re.compile(r"\.{2,}|…")  # the end of a text that had no room


@dataclass(frozen=True)
class Compared:
    """A value as it was drawn and as it was read, and both lines whole; `field` is its role, `box` where it stands.

    `said` is the value in the order in which it is said.
    """

    field: str
    truth: str
    text: str
    line_truth: str
    line: str
    box: Box
    said: str


@click.command()
@click.option("--apps", default=40, show_default=True)
@click.option("--screens", default=2, show_default=True, help="Receipts of each app.")
@click.option("--first", default=FIRST_APP, show_default=True, help="Number of the first app.")
@click.option("--reader", type=click.Choice(["auto", *READERS]), default="auto", show_default=True)
@click.option(
    "--locale", "locales", multiple=True, help="Such as zh_CN, or all, one of each language; the usual by default."
)
@click.option("--misread", is_flag=True, help="Print each value that was read otherwise.")
def main(apps: int, screens: int, first: int, reader: str, locales: tuple[str, ...], misread: bool) -> None:
    """Print the share of values read exactly, by kind and channel, the confusions, and the CPU time."""
    chosen = choose_reader(reader)
    if chosen is None:
        raise click.ClickException("no reader is installed; pip install 'realfake[read]'")
    right, total, confused, seconds, lines, crowded = Counter(), Counter(), Counter(), [], [], []
    contradicted, read, spans = Counter(), Counter(), {}
    one_of_each = {language: locale for locale, (language, _) in reversed(LOCALES.items())}
    locales = drawable_locales(tuple(one_of_each.values()) if EVERY in locales else locales)
    for rgb, fields, channel, locale in drawn(apps, screens, first, locales):
        language = LOCALES[locale][0]
        image = ForensicImage.from_array(rgb)
        begun = spent()
        said = read_receipt(image, chosen)
        seconds.append(spent() - begun)
        lines.append(len(said.lines))
        spans.setdefault(language, []).append(seconds[-1])
        if len(said.lines) in CROWDED and rgb.shape[1] == WIDTH:
            crowded.append(seconds[-1])
        findings = check_content(said)[1]
        read[channel] += 1
        contradicted[channel] += bool(findings)
        for finding in findings if misread else ():
            click.echo(f"{channel} {locale}: {finding.sentence}")
        rtl = language in RIGHT_TO_LEFT
        for one in compared(fields, [(line.box, line.text) for line in said.lines], rtl):
            tell = judged(one, said.values)
            if locales:
                tell[language] = tell[one.field]
            for measure, holds in tell.items():
                total[channel, measure] += 1
                right[channel, measure] += holds
            wrong = [measure for measure, holds in tell.items() if not holds]
            if wrong and misread:
                click.echo(f"{channel} {locale} {one.field}: {one.truth} was read {one.text} ({', '.join(wrong)})")
            confused.update(confusions(one.truth, one.text))
    click.echo(f"{'kind':12s}" + "".join(f"{channel:>16s}" for channel in CHANNELS))
    for kind in (*VALUES, EVERY, *MEASURES):
        kinds = VALUES if kind == EVERY else (kind,)
        shares = [[sum(counter[channel, one] for one in kinds) for counter in (right, total)] for channel in CHANNELS]
        click.echo(f"{kind:12s}" + "".join(f"{hits / max(of, 1):8.3f} of {of:4d}" for hits, of in shares))
    if locales:
        head = "".join(f"{channel:>16s}" for channel in CHANNELS)
        click.echo(f"{'language':12s}{head}{'CPU s':>8s}{'most':>8s}")
    for language, cost in sorted(spans.items()) if locales else ():
        cells = "".join(f"{f'{right[channel, language]} of {total[channel, language]}':>16s}" for channel in CHANNELS)
        click.echo(f"{language:12s}{cells}{np.median(cost):8.2f}{max(cost):8.2f}")
    click.echo("read for each other: " + ", ".join(f"{a}/{b} {confused[a + b]}" for a, b in PAIRS))
    told = ", ".join(f"{channel} {contradicted[channel]} of {read[channel]}" for channel in CHANNELS)
    click.echo(f"genuine receipts that contradict themselves: {told}")
    if crowded:
        click.echo(
            f"{len(crowded)} screens {WIDTH} wide with {CROWDED[0]} to {CROWDED[-1]} lines: "
            f"{np.median(crowded):.2f} s CPU, at most {max(crowded):.2f}"
        )
    per = 1000 * sum(seconds[2:]) / max(sum(lines[2:]), 1)
    click.echo(
        f"{per:.1f} ms CPU a line, all in all; {np.median(seconds):.2f} s a screen of {np.median(lines):.0f} lines"
    )


def spent() -> float:
    """CPU seconds so far, those of programs that were run among them."""
    return sum(os.times()[:4])


def drawn(
    apps: int, screens: int, first: int, locales: Sequence[str] = ()
) -> Iterator[tuple[np.ndarray, Sequence[TextField], str, str]]:
    """Each receipt as captured, saved as JPEG, and as a messenger sends it: pixels, lines, channel and locale."""
    for number in range(apps):
        app = App(first + number, locales[number % len(locales) :][:1] if locales else ())
        for screen in range(screens):
            rng = np.random.default_rng([number, screen])
            page = Page(app, app.devices[int(rng.integers(len(app.devices)))], rng)
            receipt(page)
            rgb, fields = page.canvas.paint()
            yield rgb, fields, "png", app.locale
            yield draw_habit(np.random.default_rng([number, screen, 1])).pixels(rgb), fields, "jpeg", app.locale
            height, width = rgb.shape[:2]
            scale = min(1.0, SIDE / max(height, width))
            size = round(width * scale), round(height * scale)
            small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
            sent = draw_habit(rng, messenger=True).pixels(np.asarray(small, np.uint8))
            yield sent, carried(fields, Transform(*size, size[0] / width, size[1] / height)), "messenger", app.locale


def judged(one: Compared, values: Sequence[Value]) -> dict[str, bool]:
    """Whether a value was read exactly, by its role and by measure."""
    digits = [sorted(DIGITS.findall(text)) for text in (one.truth, one.text)]
    found = {one.field: one.truth == one.text, "its digits": digits[0] == digits[1]}
    found["its line"] = one.line_truth == one.line
    told = money(one.said, bare=True) if KIND.get(one.field) == "amount" else None
    if told:
        on = [value for value in values if value.amount is not None and _share(value.box, one.box) > SAME]
        found["its number"] = any(value.amount == told.amount for value in on)
        if told.currency:
            found["its currency"] = any(value.currency == told.currency for value in on)
    return found


def compared(fields: Sequence[TextField], lines: Sequence[tuple[Box, str]], rtl: bool = False) -> Iterator[Compared]:
    """Truth and reading of each value with digits; spaces aside, which nobody sees for certain,
    what parts a day from a time, and which of its two signs the dong has.

    What is read of a value is what stands in its place of the lines that were read on it, as these align with all that
    was drawn there. The clock of the status bar is no value.
    """
    clock = min((field.box.bottom for field in fields), default=0) + 20
    for field in fields:
        if field.field not in VALUES or field.box.bottom <= clock or not any(map(str.isdigit, field.text)):
            continue
        around = _around(field.box, lines)
        on = sorted((other for other in fields if _share(other.box, around) > SAME), key=lambda other: other.box.x)
        read = " ".join(
            text for _, text in sorted((box.x, text) for box, text in lines if _share(box, field.box) > SAME)
        )
        if rtl:
            own = [other for other in on if other is field or _is_sign(other.text)]
            yield _in_any_order(field, own, on, read)
            continue
        told, read = CUT.sub("…", plain(" ".join(other.text for other in on))), CUT.sub("…", plain(read))
        own = [i for i, other in enumerate(on) if other is field or _is_sign(other.text)]
        starts = [len(CUT.sub("…", plain(" ".join(other.text for other in on[:i])))) for i in range(len(on) + 1)]
        kind = KIND.get(field.field, "identifier")
        truth = CUT.sub("…", plain(" ".join(on[i].text for i in range(own[0], own[-1] + 1))))
        text = CUT.sub("…", plain(read_between(told, read, starts[own[0]], starts[own[-1] + 1])))
        pairs = [(truth, text), (told, read)]
        if kind in ("amount", "moment"):
            pairs = [(repaired(one, kind), repaired(other, kind)) for one, other in pairs]
        else:
            pairs = [(one, repaired(other, kind)) for one, other in pairs]
        (truth, text), (told, read) = [(one.replace(" ", ""), other.replace(" ", "")) for one, other in pairs]
        yield Compared(field.field, truth, text, told, read, field.box, truth)


def _in_any_order(field: TextField, own: Sequence[TextField], on: Sequence[TextField], read: str) -> Compared:
    """A value among what was read in its line: its words, and of these those that were read there."""
    kind, marks = KIND.get(field.field, "identifier"), str.maketrans("٫٬", ".,")
    truths = [" ".join(repaired(plain(other.text).translate(marks), kind) for other in some) for some in (own, on)]
    texts = (*truths, repaired(plain(read).translate(marks), kind))
    pieces = [WORDS.findall(CUT.sub("…", text)) for text in texts]
    if kind == "moment":  # either may stand first, so what parts them is not told by what it stands behind
        pieces = [[word for word in words if word not in PARTING] for words in pieces]
    found = list((Counter(pieces[2]) & Counter(pieces[0])).elements())
    missing = [word for word in (Counter(pieces[2]) - Counter(pieces[1])).elements() if word.isalnum()]
    texts = [" ".join(sorted(words)) for words in (pieces[0], found + missing, pieces[1], pieces[2])]
    return Compared(field.field, *texts, field.box, truths[0])


def _is_sign(text: str) -> bool:
    return plain(text).strip("+- ") in SIGNS or plain(text).strip("+- ") in currency_codes()


def read_between(truth: str, read: str, start: int, end: int) -> str:
    """What is read in the place of `truth[start:end]`; what was added at its ends is part of it."""
    first, last = len(read), 0
    for what, a, b, c, d in SequenceMatcher(None, truth, read, autojunk=False).get_opcodes():
        if what == "insert":
            if start <= a <= end:
                first, last = min(first, c), max(last, d)
        elif a < end and b > start:
            first = min(first, c if a >= start else max(c, d - (b - start)) if what == "replace" else c + start - a)
            last = max(last, d if b <= end else min(d, c + end - a))
    return read[first:last]


def _around(box: Box, lines: Sequence[tuple[Box, str]]) -> Box:
    """A value's box with the lines that were read on it."""
    for line, _ in lines:
        if _share(line, box) > SAME:
            box = box.union(line)
    return box


def _share(one: Box, other: Box) -> float:
    return one.intersection(other).area / max(min(one.area, other.area), 1)


def confusions(truth: str, text: str) -> Iterator[str]:
    """Pairs of signs that were read for each other."""
    for what, a, b, c, d in SequenceMatcher(None, truth, text, autojunk=False).get_opcodes():
        if what == "replace" and b - a == d - c:
            for pair in zip(truth[a:b], text[c:d], strict=True):
                yield from (one for one in PAIRS if set(one) == set(pair))


if __name__ == "__main__":
    main()
