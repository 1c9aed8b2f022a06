"""Days and times: whether they can be at all and fit each other, the phone's clock, the file's own time."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import combinations

from PIL import Image

from realfake.forensics.content.checks.scene import (
    NAN,
    Scene,
    Told,
    check,
    digits_of,
    lost_sign,
    minutes_of,
)
from realfake.forensics.content.receipt import Value
from realfake.forensics.content.relations import pattern
from realfake.forensics.content.values import Moment, folded, one_less
from realfake.forensics.image import ForensicImage

HALF_DAY = 720  # minutes: a clock of twelve hours whose half was not read
SAME_MINUTES = 10  # within which a receipt's moments may differ


@check("time__impossible", "values", "days and times that no calendar and no clock have")
def _impossible(scene: Scene) -> Told:
    wrong = [(value, told) for value, told in scene.moments if told.wrong]
    if not scene.moments:
        return Told()
    sentence = "; ".join(told.wrong for _, told in wrong)
    return Told(len(wrong), sentence, tuple(value for value, _ in wrong))


@check("weekday__wrong", "0 or 1", "whether a weekday stands beside a day that is another")
def _weekday(scene: Scene) -> Told:
    named = [(value, told) for value, told in scene.moments if told.weekday is not None and told.days]
    for value, told in named:
        if told.weekday not in [day.weekday() for day in told.days]:
            unsure = lost_sign(value, scene) or _lost_digit(told, value.text)
            return Told(1.0, "" if unsure else f"{value.text!r}: that day is a {told.days[0]:%A}", (value,))
    return Told(0.0 if named else NAN)


def _lost_digit(told: Moment, text: str) -> bool:
    """Whether the weekday fits a day of two digits of which the reader lost one."""
    day = told.days[0]
    alone = re.search(rf"(?<!\d){day.day}(?!\d)", text)
    others = [n for n in range(10, 32) if str(day.day) in str(n)] if day.day < 10 and alone else []
    return any(date(day.year, day.month, n).weekday() == told.weekday for n in others if n <= _last_day(day))


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


@dataclass(frozen=True)
class _Stated:
    """A day with a time, as one value states it or two that stand apart."""

    of: tuple[Value, ...]
    days: tuple[date, ...]
    clock: time
    zone: str

    @property
    def text(self) -> str:
        return " ".join(value.text for value in self.of)


def _stated(scene: Scene) -> list[_Stated]:
    """The days with a time on a screen; the only day and the only time with labels of their own are one."""
    found = [
        _Stated((value,), told.days, told.clock, told.zone) for value, told in scene.moments if told.clock and told.days
    ]
    days = [(value, told) for value, told in scene.moments if value.key and told.days and not told.clock]
    clocks = [(value, told, told.clock) for value, told in scene.moments if value.key and told.clock and not told.days]
    if len(days) == len(clocks) == 1:
        ((day, of), (hour, at, clock)) = (days[0], clocks[0])
        found.append(_Stated((day, hour), of.days, clock, of.zone or at.zone))
    return found


@check("moments__apart", "minutes", "between the moments that the receipt tells, the widest gap")
def _moments(scene: Scene) -> Told:
    widest, contradicts = NAN, False
    of: tuple[_Stated, ...] = ()
    for one, other in combinations(_stated(scene), 2):
        days = min(abs((day - night).days) for day in one.days for night in other.days)
        clocks = abs(minutes_of(one.clock) - minutes_of(other.clock))
        gap = 1440 * days + clocks
        if not gap <= widest:
            widest, of = float(gap), (one, other)
            zones = clocks % 30 == 0 and one.zone != other.zone
            halved = clocks == HALF_DAY and not _of_whole_day(one, other)
            apart = days == 0 and clocks > SAME_MINUTES and not halved and not zones
            contradicts = (clocks == 0 and days > 0) or (apart and _one_event(one, other))
    if not of:
        return Told()
    contradicts = contradicts and not _lost(of[0], of[1], scene)
    sentence = f"one moment is {of[0].text}, the other {of[1].text}" if contradicts else ""
    return Told(widest, sentence, of[0].of + of[1].of)


def _one_event(one: _Stated, other: _Stated) -> bool:
    """Whether two moments are of one thing: they have one label, or one of them has none."""
    labels = [folded(stated.of[0].label) for stated in (one, other)]
    return not all(labels) or labels[0] == labels[1]


def _of_whole_day(one: _Stated, other: _Stated) -> bool:
    """Whether two moments are written alike and one of them shows an hour that only a clock of 24 hours has."""
    late = max(one, other, key=lambda stated: stated.clock)
    alike = sorted(map(pattern, one.text.split())) == sorted(map(pattern, other.text.split()))
    return alike and bool(re.search(rf"(?<!\d){late.clock.hour}(?!\d)", late.text))


def _lost(one: _Stated, other: _Stated, scene: Scene) -> bool:
    """Whether a sign that the reader lost may be all that differs between two moments."""
    alone = len(one.of) == len(other.of)
    if alone and (
        one_less(*map(digits_of, (one.of[0], other.of[0]))) or one_less(folded(one.text), folded(other.text))
    ):
        return True
    if not alone and _one_off(one, other):
        return True
    return any(lost_sign(value, scene) for value in one.of + other.of)


def _one_off(one: _Stated, other: _Stated) -> bool:
    """Whether one of two days, years or hours is the other with a digit lost."""
    days = [str(stated.days[0].day) for stated in (one, other)]
    years = [str(stated.days[0].year % 100) for stated in (one, other)]
    return one_less(*days) or one_less(*years) or one_less(*map(_shown_hour, (one, other)))


def _shown_hour(stated: _Stated) -> str:
    """The hour as it is printed, on a clock of 12 or of 24 hours."""
    hours = [str(stated.clock.hour), str(stated.clock.hour % 12 or 12)]
    return next((hour for hour in hours if re.search(rf"(?<!\d)0?{hour}(?=:\d)", stated.text)), hours[0])


@check("clock__ahead", "minutes", "by which the status bar's clock is ahead of the printed time, -720..720")
def _clock(scene: Scene) -> Told:
    printed = [(value, told.clock) for value, told in scene.moments if told.clock]
    if scene.receipt.status_clock is None or not printed:
        return Told()
    value, clock = printed[0]
    shown = scene.receipt.status_clock
    ahead = (minutes_of(shown) - minutes_of(clock) + 720) % 1440 - 720
    return Told(ahead, "", (value,))


@check("file__before", "hours", "by which the printed day begins after the file was made, or came: the earlier of both")
def _file(scene: Scene) -> Told:
    saved = file_time(scene.image) if scene.image is not None else None
    known = [(when, how) for when, how in ((saved, "made"), (scene.received, "received")) if when is not None]
    if not known or not scene.days:
        return Told()
    day, (when, how) = min(scene.days), min(known)
    hours = (datetime.combine(day, time()) - when).total_seconds() / 3600
    value = next(value for value, told in scene.moments if day in told.days)
    late = f"the file was {how} on {when:%Y-%m-%d}, the receipt is of {day.isoformat()}"
    return Told(hours, late if hours > 24 else "", (value,))


def file_time(image: ForensicImage) -> datetime | None:
    """When a file says that it was made: the original time of its EXIF data, or the last change; None without."""
    raw = image.info.get("exif")
    if not isinstance(raw, bytes):
        return None
    exif = Image.Exif()
    try:
        exif.load(raw)
        told = exif.get_ifd(0x8769).get(36867) or exif.get(306)
        return datetime.strptime(str(told).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except (ValueError, SyntaxError, KeyError, TypeError, OSError, OverflowError):
        return None


@check("zone__named", "0 or 1", "whether a time zone is named")
def _zone(scene: Scene) -> Told:
    return Told(float(any(told.zone for _, told in scene.moments)) if scene.moments else NAN)


TIMES = (_impossible, _weekday, _moments, _clock, _file, _zone)
