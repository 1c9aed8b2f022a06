"""Days and times: whether they can be at all and fit each other, the phone's clock, the file's own time."""

from __future__ import annotations

import re
from calendar import monthrange
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
    one_less,
)
from realfake.forensics.content.receipt import Value
from realfake.forensics.content.values import Moment, folded
from realfake.forensics.image import ForensicImage

HALF_DAY = 720  # minutes: a clock of twelve hours whose half was not read
SAME_MINUTES = 10  # within which a receipt's moments may differ
JUST_BEFORE = 2, 5  # minutes: a status bar that is so little earlier than the payment shows no other day


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


@check("moments__apart", "minutes", "between the moments that the receipt tells, the widest gap")
def _moments(scene: Scene) -> Told:
    whole = [(value, told) for value, told in scene.moments if told.clock and len(told.days) >= 1]
    widest, contradicts = NAN, False
    of: tuple[Value, ...] = ()
    for (one, a), (other, b) in combinations(whole, 2):
        assert a.clock is not None and b.clock is not None
        days = min(abs((day - night).days) for day in a.days for night in b.days)
        clocks = abs(minutes_of(a.clock) - minutes_of(b.clock))
        gap = 1440 * days + clocks
        if not gap <= widest:
            widest, of = float(gap), (one, other)
            twice = not (one.label and other.label) or folded(one.label) == folded(other.label)
            zones = clocks % 30 == 0 and bool(a.zone or b.zone)
            apart = days == 0 and clocks > SAME_MINUTES and clocks != HALF_DAY and not zones
            lost = one_less(*map(digits_of, of)) or one_less(*(folded(value.text) for value in of))
            read = not (lost or any(lost_sign(value, scene) for value in of))
            contradicts = read and ((clocks == 0 and days > 0) or (twice and apart))
    if not of:
        return Told()
    sentence = f"one moment is {of[0].text}, the other {of[1].text}" if contradicts else ""
    return Told(widest, sentence, of)


@check("clock__ahead", "minutes", "by which the status bar's clock is ahead of the printed time, -720..720")
def _clock(scene: Scene) -> Told:
    printed = [(value, told.clock) for value, told in scene.moments if told.clock]
    if scene.receipt.status_clock is None or not printed:
        return Told()
    value, clock = printed[0]
    shown = scene.receipt.status_clock
    ahead = (minutes_of(shown) - minutes_of(clock) + 720) % 1440 - 720
    before = JUST_BEFORE[0] <= -ahead <= JUST_BEFORE[1]
    sentence = f"the status bar says {shown:%H:%M}, before the payment at {clock:%H:%M}" if before else ""
    return Told(ahead, sentence, (value,))


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
