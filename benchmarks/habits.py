"""What habits find on apps that were never seen: `python -m benchmarks.habits`.

Receipts of made-up apps are lists of values as a reader would give them, with reading errors, and without pixels. Each
app has ten genuine receipts to learn from and others to be judged; forgers change an amount, a date or a reference in
one place (careless), or erase signs inside a reference (partial). A careless edit counts where the app ties the edited
value to another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

import click
import numpy as np
import pandas as pd

from realfake.forensics.box import Box
from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.content.relations import LOOKALIKES, facts
from realfake.forensics.measurement import column_name
from realfake.pipeline.habits.habits import Habits, learn_habits
from realfake.pipeline.metrics.intervals import clopper_pearson

WIDTH, HEIGHT, ROW, LEFT, RIGHT = 1080, 2340, 110, 60, 1020  # pixels
DIGIT, POINT, CAPITAL, SMALL = 22, 11, 25, 21  # pixels that signs are wide
CONFUSED = dict(zip("0O8B5S1lI", "O0B8S5l1l"))  # signs that readers take for others
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
DATES = ("%d %b %Y", "%d/%m/%Y", "%Y-%m-%d", "%b %d, %Y", "%d.%m.%Y")
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p")
FORMS = {  # of references: what is tied to the time, and the pattern; "#" a digit, "A" a letter or digit, "h" hex
    "T{%y%m%d%H%M}": "both", "T{%y%m%d%H%M}####": "both", "{%Y%m%d%I%M%S}": "both", "{%Y%m%d%H%M%S}######": "both",
    "{hex}hhhhhhhhhhhhhhhh": "both", "####{%H%M}########": "clock", "AA{%H%M%S}AAAA": "clock", "FT{%y%j}AAAAA": "day",
    "{%y%j}########": "day", "{%j}{%H%M}#####": "both", "{unix}": "both", "P{unix}###": "both",
    "{%d%m%y}-######": "day", "{%Y%m%d}########": "day", "{%y%m%d}AAAAAA": "day", "{%H%M}-####-####": "clock",
}  # fmt: skip
PLAIN = (
    "############", "AAAAAAAAAA", "FT###########", "AA########AA", "TXN-########", "AAAA-AAAA-AAAA", "#### #### ####",
    "E##################", "hhhhhhhhhhhhhhhhhhhhhhhh", "{count}", "00{count}", "TR{count}",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1)
SCORE = column_name("habits", "surprise__sum")
CONTRADICTED = column_name("habits", "contradicted__count")


@dataclass(frozen=True)
class App:
    """A made-up app: how it writes references and moments, which amounts it shows, its words and its time zone."""

    name: str
    form: str
    day: str
    clock: str
    apart: bool
    amounts: tuple[str, ...]
    decimals: int
    currency: str
    account: str
    labels: dict[str, str]
    zone: int
    early: int

    @property
    def tied(self) -> str:
        """What its references tell: `day`, `clock`, `both` or nothing."""
        return FORMS.get(self.form, "")


@dataclass(frozen=True)
class Told:
    """What a receipt says, as texts by key, and the widths that they take."""

    texts: dict[str, str]
    widths: dict[str, int]


def draw_app(number: int, rng: np.random.Generator, rules: bool | None = None) -> App:
    """An app; with or without a time in its references where `rules` says so."""
    dated = rng.random() < 0.5 if rules is None else rules
    forms = list(FORMS) if dated else PLAIN
    words = ("".join(rng.choice(list("abdefghkmnprtuvwy"), int(rng.integers(4, 11)))) for _ in range(12))
    keys = ("reference", "date", "time", "amount", "fee", "discount", "total", "account", "recipient", "title", "done")
    sums = ((), ("fee", "total"), ("total",), ("fee", "discount", "total"))
    return App(
        name=f"app{number}",
        form=str(rng.choice(forms)),
        day=str(rng.choice(DATES)),
        clock=str(rng.choice(CLOCKS)),
        apart=bool(rng.random() < 0.4),
        amounts=("amount", *sums[int(rng.integers(len(sums)))]),
        decimals=int(rng.choice([0, 2])),
        currency=str(rng.choice(["$", "Rp", "THB ", "€"])),
        account=str(rng.choice(["##########", "###-#-#####-#", "**** ####"])),
        labels={key: word.capitalize() for key, word in zip(keys, words)},
        zone=int(rng.integers(-8, 9)),
        early=int(rng.choice([0, 0, 5])),
    )


def filled(form: str, when: datetime, app: App, rng: np.random.Generator) -> str:
    """A reference of a form."""
    seconds = int((when - EPOCH).total_seconds()) - app.zone * 3600
    parts = []
    for part in form.replace("{", "\0{").replace("}", "\0").split("\0"):
        token = part.removeprefix("{")
        if part == token:
            signs = {"#": "0123456789", "A": LETTERS, "h": "0123456789abcdef"}
            parts.append("".join(str(rng.choice(list(signs.get(sign, sign)))) for sign in part))
        elif token == "count":
            parts.append(str(40_000_000 + (seconds - 1_600_000_000) // 7 + int(rng.integers(1000))))
        else:
            made = when - timedelta(seconds=int(rng.integers(app.early + 1)))
            parts.append({"unix": str(seconds), "hex": f"{seconds:08x}"}.get(token) or made.strftime(token))
    return "".join(parts)


def draw_receipt(app: App, rng: np.random.Generator) -> Told:
    """What a genuine receipt of an app says."""
    when = datetime(2026, 1, 10) + timedelta(seconds=int(rng.integers(90 * 86400)))
    texts = {"reference": filled(app.form, when, app, rng)}
    texts |= (
        {"date": f"{when:{app.day}}", "time": f"{when:{app.clock}}"}
        if app.apart
        else {"date": f"{when:{app.day} {app.clock}}"}
    )
    unit = Decimal(1).scaleb(-app.decimals)
    amount = Decimal(int(rng.lognormal(9, 1.2)) + 100) * unit
    fee = Decimal(int(rng.choice([0, int(rng.integers(1, 99))]))) * unit
    discount = Decimal(int(rng.choice([0, int(rng.integers(1, 99))]))) * unit
    known = {"amount": amount, "fee": fee, "discount": discount}
    known["total"] = amount + (fee if "fee" in app.amounts else 0) - (discount if "discount" in app.amounts else 0)
    texts |= {key: money(known[key], app) for key in app.amounts}
    texts["account"] = filled(app.account, when, app, rng)
    texts["recipient"] = str(rng.choice(["Jane Roe", "Max Mustermann", "Somchai J.", "Nguyen Van A"]))
    return Told(texts, {key: width(text) for key, text in texts.items()})


def money(amount: Decimal, app: App) -> str:
    """An amount as an app writes it."""
    return f"{app.currency}{amount:,.{app.decimals}f}"


def width(text: str) -> int:
    """Pixels that a text takes."""
    return sum(
        DIGIT if sign.isdigit() else CAPITAL if sign.isupper() else SMALL if sign.isalpha() else POINT for sign in text
    )


def misread(text: str, rng: np.random.Generator, confuse: float, drop: float) -> str:
    """A text as a reader reads it: signs taken for others that look alike, and signs left out."""
    chances = rng.random((len(text), 2))
    signs = [CONFUSED.get(sign, sign) if taken < confuse else sign for sign, (taken, _) in zip(text, chances)]
    return "".join(sign for sign, (_, lost) in zip(signs, chances) if lost >= drop)


def read(told: Told, app: App, rng: np.random.Generator, confuse: float, drop: float) -> Receipt:
    """A receipt as read: values with what their texts parse to, and the lines of their labels."""
    values, lines = (
        [],
        [_line(app.labels["title"], 60, rng, confuse, drop), _line(app.labels["done"], 170, rng, confuse, drop)],
    )
    for number, (key, text) in enumerate(told.texts.items()):
        top = 300 + ROW * number
        label = misread(app.labels[key], rng, confuse, drop)
        shown = misread(text, rng, confuse, drop)
        wide = told.widths[key] + int(rng.integers(-2, 3))
        box = Box(RIGHT - wide, top, wide, 40)
        values.append(replace(_parsed(key, shown, app), label=label, box=box))
        lines.append(Line(Box(LEFT, top, width(app.labels[key]), 40), label, 0.97))
    return Receipt(tuple(lines), tuple(values), None, (WIDTH, HEIGHT), "simulated")


def careless(told: Told, app: App, target: str, rng: np.random.Generator) -> Told | None:
    """One place changed, in a value that the app ties to another; None where it ties none of this kind."""
    if target == "amount":
        return _changed(told, _other_amount(told, app, rng)) if len(app.amounts) > 1 else None
    if target == "date":
        return _changed(told, _other_moment(told, app, rng)) if app.tied else None
    window = _window(app)
    if window is None:
        return None
    text = told.texts["reference"]
    places = [i for i, sign in enumerate(text) if sign.isalnum()][window[0] : window[1]]
    count = min(int(rng.integers(2, 6)), len(places))
    first = int(rng.integers(len(places) - count + 1))
    signs = list(text)
    for place in places[first : first + count]:
        signs[place] = str(rng.choice([sign for sign in "0123456789" if sign != signs[place]]))
    return _changed(told, {"reference": "".join(signs)})


def partial(told: Told, rng: np.random.Generator) -> Told:
    """Two to five signs inside the reference erased: what is left stands where it stood."""
    text = told.texts["reference"]
    places = [i for i, sign in enumerate(text) if sign.isalnum()]
    count = int(rng.integers(2, 6))
    first = int(rng.integers(1, len(places) - count))
    kept = "".join(sign for i, sign in enumerate(text) if i not in places[first : first + count])
    return Told(told.texts | {"reference": kept}, told.widths)


def _other_amount(told: Told, app: App, rng: np.random.Generator) -> dict[str, str]:
    key = str(rng.choice([key for key in app.amounts if key in ("amount", "total")]))
    old = _number(told.texts[key], app) or Decimal(1)
    new = (old * Decimal(float(np.exp(rng.normal(0.8, 0.8))))).quantize(Decimal(1).scaleb(-app.decimals))
    return {key: money(new if new != old else old + 1, app)}


def _other_moment(told: Told, app: App, rng: np.random.Generator) -> dict[str, str]:
    """Another day or another clock, whichever the reference tells."""
    part = app.tied if app.tied != "both" else str(rng.choice(["day", "clock"]))
    form = {"date": app.day, "time": app.clock} if app.apart else {"date": f"{app.day} {app.clock}"}
    when = datetime.strptime(" ".join(told.texts[key] for key in form), " ".join(form.values()))
    new = when
    while (new.date(), new.hour, new.minute) == (when.date(), when.hour, when.minute):
        other = when.replace(hour=int(rng.integers(24)), minute=int(rng.choice([when.minute, int(rng.integers(60))])))
        new = when.replace(day=int(rng.integers(1, 29))) if part == "day" else other
    return {key: f"{new:{shape}}" for key, shape in form.items()}


def _window(app: App) -> tuple[int, int] | None:
    """Where the time stands in a reference, in letters and digits."""
    if not app.tied:
        return None
    before, _, rest = app.form.partition("{")
    lengths = {"hex": 8, "unix": 10}
    tokens = [part.partition("}")[0] for part in rest.split("{")]
    start = sum(sign.isalnum() or sign in "#" for sign in before)
    return start, start + sum(lengths.get(token) or len(EPOCH.strftime(token)) for token in tokens)


def _changed(told: Told, new: dict[str, str]) -> Told:
    return Told(told.texts | new, told.widths | {key: width(text) for key, text in new.items()})


def _line(text: str, top: int, rng: np.random.Generator, confuse: float, drop: float) -> Line:
    wide = width(text)
    return Line(Box((WIDTH - wide) // 2, top, wide, 40), misread(text, rng, confuse, drop), 0.97)


def _parsed(key: str, text: str, app: App) -> Value:
    """A value as far as its text can be understood."""
    kinds = {"reference": "identifier", "account": "account", "recipient": "name", "date": "moment", "time": "time"}
    kind = kinds.get(key, "amount")
    value = Value(key, "", text, "date" if key == "date" and app.apart else kind, Box(0, 0, 1, 1), 0.97)
    if kind == "amount":
        return replace(value, amount=_number(text, app), currency=app.currency.strip())
    if kind not in ("moment", "time"):
        return value
    form = (app.day if key == "date" else app.clock) if app.apart else f"{app.day} {app.clock}"
    words = [word.translate(LOOKALIKES) if any(map(str.isdigit, word)) else word for word in text.split()]
    try:
        when = datetime.strptime(" ".join(words), form)
    except ValueError:
        return value
    day, clock = (key == "date" or not app.apart), (key == "time" or not app.apart)
    return replace(value, day=when.date() if day else None, clock=when.time() if clock else None)


def _number(text: str, app: App) -> Decimal | None:
    try:
        return Decimal(text.removeprefix(app.currency.strip()).strip().translate(LOOKALIKES).replace(",", ""))
    except InvalidOperation:
        return None


def table(receipts: Iterator[tuple[str, str, Receipt]], label: int) -> pd.DataFrame:
    """Facts of receipts given as path, app and receipt."""
    parts = [facts(told).assign(path=path, app=app, width=WIDTH, label=label) for path, app, told in receipts]
    return pd.concat(parts, ignore_index=True)


@click.command()
@click.option("--apps", default=100, show_default=True, help="Apps, half of which tie references to the time.")
@click.option("--learnt", default=10, show_default=True, help="Genuine receipts of each app to learn from.")
@click.option("--judged", default=20, show_default=True, help="Further genuine receipts of each app.")
@click.option("--ruleless", default=1000, show_default=True, help="Apps without a rule, for rules that are invented.")
@click.option("--confuse", default=0.01, show_default=True, help="Signs taken for others that look alike.")
@click.option("--drop", default=0.001, show_default=True, help="Signs that the reader leaves out.")
@click.option("--seed", default=1, show_default=True)
def main(apps: int, learnt: int, judged: int, ruleless: int, confuse: float, drop: float, seed: int) -> None:
    """Print what is contradicted in genuine receipts and in forgeries, and which rules are found and invented."""
    begun = time.process_time()
    rng = np.random.default_rng(seed)
    drawn = [draw_app(number, rng) for number in range(apps)]

    def reads(make: Callable[[App, int], Told | None], count: int, name: str) -> Iterator[tuple[str, str, Receipt]]:
        for app in drawn:
            for i in range(count):
                told = make(app, i)
                if told is not None:
                    yield f"{app.name}-{name}{i}", app.name, read(told, app, rng, confuse, drop)

    habits = learn_habits(table(reads(lambda app, _: draw_receipt(app, rng), learnt, "known"), 0))
    assert habits is not None
    fresh = habits.columns(table(reads(lambda app, _: draw_receipt(app, rng), judged, "fresh"), 0))
    wrong = int((fresh[CONTRADICTED] > 0).sum())
    threshold = float(np.quantile(fresh[SCORE].fillna(0.0), 0.99, method="higher"))
    click.echo(
        f"{apps} apps, {learnt} genuine receipts each; {len(fresh)} others: {share(wrong, len(fresh))} contradicted"
    )
    kinds = {
        f"careless {target}": (lambda app, _, t=target: careless(draw_receipt(app, rng), app, t, rng))
        for target in ("amount", "date", "reference")
    }
    kinds["partial erasure"] = lambda app, _: partial(draw_receipt(app, rng), rng)
    for name, make in kinds.items():
        found = habits.columns(table(reads(make, 4, name), 1))
        alarms = int((found[SCORE].fillna(0.0) > threshold).sum())
        plain = int((found[CONTRADICTED] > 0).sum())
        click.echo(
            f"{name}: {len(found)} fakes; recall at 1 % FPR {share(alarms, len(found))}; "
            f"contradicted {share(plain, len(found))}"
        )
    hits, possible, strange = rules_found(habits, drawn)
    click.echo(f"rules found: {share(hits, possible)} of apps that have one; others among them: {strange}")
    bare = [draw_app(number, rng, rules=False) for number in range(ruleless)]
    invented = 0
    for app in bare:
        told = (
            (f"{app.name}-{i}", app.name, read(draw_receipt(app, rng), app, rng, confuse, drop)) for i in range(learnt)
        )
        one = learn_habits(table(told, 0))
        invented += any(habit.kind == "time" for habit in one.habits) if one else 0
    click.echo(f"rules invented: {invented} in {ruleless} apps without one")
    click.echo(f"{time.process_time() - begun:.0f} s of one core")


def rules_found(habits: Habits, apps: list[App]) -> tuple[int, int, int]:
    """Apps whose rule was found, apps that have one, and apps for which one was found that they do not have."""
    found = {habit.id.partition("/")[0]: set[int]() for habit in habits.habits}
    for habit in habits.habits:
        if habit.kind == "time":
            found[habit.id.partition("/")[0]] |= {int(what.partition(":")[0]) for what in habit.what}
    hits = strange = 0
    for app in apps:
        window, places = _window(app), found.get(app.name, set())
        inside = {place for place in places if window and window[0] <= place < window[1]}
        hits += bool(inside)
        strange += bool(places - inside)
    return hits, sum(bool(app.tied) for app in apps), strange


def share(count: int, total: int) -> str:
    interval = clopper_pearson(count, total)
    return f"{100 * interval.value:.2f} % ({100 * interval.low:.2f} to {100 * interval.high:.2f})"


if __name__ == "__main__":
    main()
