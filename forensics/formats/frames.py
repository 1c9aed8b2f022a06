"""Files that hold several pictures: which of them a viewer shows, and for how long.

An animation is looked at where a viewer rests: its first picture (all that a viewer without animation shows), the one
it stops at, and those that fill `SHARE` of its time. Pages of a TIFF are all shown. Of a multi-picture JPEG (gain map,
depth, second eye) viewers show the primary image alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.kinds import MASK, OLD_SUBFILE_TYPE, REDUCED, SUBFILE_TYPE

ANIMATED = ("PNG", "WEBP", "GIF")
SHARE = 0.95  # of an animation's time that the pictures to look at must fill
MOST_STILLS, MOST_PAGES = 8, 32  # pictures of one file that are looked at
MOST_FRAMES = 2_000
MOST_PIXELS = 1_000_000_000  # of all pictures of an animation together
SHORTEST, USUAL = 0.010, 0.100  # seconds; what is stated shorter, browsers show for the usual time
OLD_REDUCED = 2  # of the older SubfileType


@dataclass(frozen=True)
class Shown:
    """Which pictures of a file are looked at.

    Attributes
    ----------
    count : pictures in the file
    chosen : their numbers from 0, in file order
    main : the one that a viewer shows most of the time; None where it shows several alike
    what : what a picture is called: `page` or `frame`; empty where there is one
    seconds : of each chosen picture in one round of an animation
    """

    count: int = 1
    chosen: tuple[int, ...] = (0,)
    main: int | None = 0
    what: str = ""
    seconds: tuple[float, ...] = ()

    def note(self, number: int) -> str:
        """Which picture of the file this is, such as `frame 2 of 2, shown for 60 s`; empty where there is one."""
        if not self.what:
            return ""
        shown = f", shown for {self.seconds[self.chosen.index(number)]:.3g} s" if self.seconds else ""
        return f"{self.what} {number + 1} of {self.count}{shown}"


def shown_pictures(picture: Image.Image, name: str, least: int) -> Shown:
    """Which pictures of an opened file are looked at.

    Parameters
    ----------
    picture : as Pillow opened it
    name : for error messages
    least : pixels of a side below which a page is no picture of its own

    Raises
    ------
    BadImage
        If there are more pictures than can be looked at, or an animation rests nowhere.
    """
    if picture.format == "TIFF":
        return _pages(picture, name, least)
    if picture.format in ANIMATED and getattr(picture, "is_animated", False):
        return _stills(picture, name)
    return Shown(count=getattr(picture, "n_frames", 1))


def _pages(picture: Image.Image, name: str, least: int) -> Shown:
    pages, count = [], 0
    for number in _frames(picture, name):
        count += 1
        tags = picture.tag_v2  # type: ignore[attr-defined]
        small = tags.get(SUBFILE_TYPE, 0) & (REDUCED | MASK) or tags.get(OLD_SUBFILE_TYPE) == OLD_REDUCED
        if not small and min(picture.size) >= least:
            pages.append(number)
    picture.seek(0)
    if len(pages) <= 1:
        page = pages[0] if pages else 0
        return Shown(count, (page,), page)
    if len(pages) > MOST_PAGES:
        raise BadImage(f"{name} has {len(pages)} pages, more than the {MOST_PAGES} that are looked at; split the file")
    return Shown(count, tuple(pages), None, "page")


def _stills(picture: Image.Image, name: str) -> Shown:
    times: dict[bytes, float] = {}
    first_of: dict[bytes, int] = {}
    digest, pixels = b"", 0
    for number in _frames(picture, name):
        pixels += picture.width * picture.height
        if pixels > MOST_PIXELS:
            raise BadImage(f"{name} is an animation of over {MOST_PIXELS:,} pixels in all; save what matters as PNG")
        digest = hashlib.blake2b(picture.convert("RGBA").tobytes(), digest_size=16).digest()
        first_of.setdefault(digest, number)
        unplayed = number == 0 and picture.info.get("default_image")  # shown by viewers without animation alone
        times[digest] = times.get(digest, 0.0) + (0.0 if unplayed else _seconds(picture))
    last, count, round_ = first_of[digest], number + 1, sum(times.values())
    stops = picture.info.get("loop") != 0
    weight = {first_of[one]: time for one, time in times.items()}
    shown = dict(weight)
    if stops:  # the end stays in view, however long the way to it
        weight[last] += round_
    longest = max(weight, key=weight.__getitem__)
    chosen = {0, *_filling(weight, SHARE)} | ({last} if stops else set())
    if len(chosen) > MOST_STILLS:
        raise BadImage(f"{name} is an animation that rests on no picture; save the picture that matters as PNG")
    ordered = tuple(sorted(chosen))
    main = longest if weight[longest] > sum(weight.values()) / 2 or len(weight) == 1 else None
    what = "frame" if len(weight) > 1 else ""
    return Shown(count, ordered, main, what, tuple(shown[one] for one in ordered))


def _filling(weight: dict[int, float], share: float) -> Iterator[int]:
    """The heaviest, until they make this share of all."""
    missing = share * sum(weight.values())
    for number in sorted(weight, key=lambda number: -weight[number]):
        if missing <= 0:
            return
        missing -= weight[number]
        yield number


def _frames(picture: Image.Image, name: str) -> Iterator[int]:
    for number in range(MOST_FRAMES + 1):
        try:
            picture.seek(number)
        except EOFError:
            return
        if number == MOST_FRAMES:
            raise BadImage(f"{name} holds more than {MOST_FRAMES:,} pictures; save the one that matters as PNG")
        yield number


def _seconds(picture: Image.Image) -> float:
    stated = float(picture.info.get("duration") or 0) / 1000
    return stated if stated > SHORTEST else USUAL
