"""An app: everything about how its screens look that stays the same from one screenshot to the next.

An app is a seed. Each fixed choice is drawn where it is used, from the seed and the choice's own name, so that adding a
choice to the grammar leaves all others as they were.
"""

from __future__ import annotations

import colorsys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from realfake.data.drawing.fonts import Font, catalogue, families, fonts
from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.content import LOCALES, USUAL, Formats, draw_formats
from realfake.data.screenshots.vocabulary import BANK_HEADS, BANK_TAILS, letters
from realfake.forensics.errors import MissingExtra, needs_one_of


@dataclass(frozen=True)
class Device:
    """A phone: ``platform`` is "android" or "ios", sizes in pixels, ``density`` pixels per dp."""

    platform: str
    width: int
    height: int
    density: float

    @property
    def name(self) -> str:
        """Such as "1080x2400@2.75"."""
        return f"{self.width}x{self.height}@{self.density:g}"


ANDROIDS = tuple(
    Device("android", *size)
    for size in (
        (480, 800, 1.5), (480, 854, 1.5), (540, 960, 1.5), (540, 1170, 1.5), (720, 1280, 2.0), (720, 1440, 2.0),
        (720, 1520, 2.0), (720, 1560, 1.75), (720, 1600, 2.0), (720, 1612, 1.75), (768, 1280, 2.0), (1080, 1794, 2.625),
        (1080, 1920, 2.625), (1080, 1920, 3.0), (1080, 2160, 2.75), (1080, 2220, 2.625), (1080, 2280, 2.75),
        (1080, 2340, 2.625), (1080, 2340, 2.75), (1080, 2340, 3.0), (1080, 2376, 2.75), (1080, 2400, 2.625),
        (1080, 2400, 2.75), (1080, 2400, 3.0), (1080, 2408, 2.4), (1080, 2460, 2.625), (1220, 2712, 3.0),
        (1240, 2772, 3.25), (1260, 2800, 3.0), (1440, 2560, 3.5), (1440, 2560, 4.0), (1440, 2960, 3.5),
        (1440, 3040, 4.0), (1440, 3120, 3.5), (1440, 3200, 3.5), (1440, 3200, 4.0),
    )
)  # fmt: skip
IPHONES = tuple(
    Device("ios", *size)
    for size in (
        (640, 1136, 2.0), (750, 1334, 2.0), (828, 1792, 2.0), (1125, 2436, 3.0), (1170, 2532, 3.0), (1179, 2556, 3.0),
        (1206, 2622, 3.0), (1242, 2208, 3.0), (1242, 2688, 3.0), (1284, 2778, 3.0), (1290, 2796, 3.0),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Palette:
    """The colours of one theme."""

    dark: bool
    ground: Colour
    card: Colour
    line: Colour
    ink: Colour
    soft: Colour
    faint: Colour
    brand: Colour
    on_brand: Colour
    accent: Colour
    good: Colour
    bad: Colour
    link: Colour

    def tone(self, name: str) -> Colour:
        """A colour by its name."""
        colour: Colour = getattr(self, name)
        return colour


@dataclass(frozen=True)
class Engine:
    """How an app's text is drawn: arguments of `TextStyle`, and what is rounded to whole pixels.

    ``snap`` is "both" (text stands on whole pixels), "baseline" (only its baseline does) or "none".
    """

    rasteriser: str
    hinting: str
    positioning: str
    antialias: str
    gamma: float
    snap: str

    @property
    def look(self) -> dict[str, Any]:
        """The arguments of `TextStyle`."""
        return {name: getattr(self, name) for name in ("rasteriser", "hinting", "positioning", "antialias", "gamma")}


@dataclass(frozen=True)
class Type:
    """A style of text within an app; ``size`` in scaled dp, ``spacing`` in ems, ``face`` and ``tone`` by name."""

    size: float
    weight: int
    tone: str
    face: str = "main"
    upper: bool = False
    spacing: float = 0.0
    tabular: bool = False
    slant: float = 0.0


ENGINES = (
    # share, engine. Android's own views draw unhinted glyphs on whole pixels, so that equal glyphs are equal bitmaps;
    # Flutter, Compose and iOS place them between pixels.
    (0.22, Engine("skia", "none", "whole", "gray", 1.0, "both")),
    (0.14, Engine("skia", "none", "snapped", "gray", 1.0, "both")),
    (0.18, Engine("skia", "none", "subpixel", "gray", 1.0, "both")),
    (0.12, Engine("skia", "none", "subpixel", "gray", 1.0, "baseline")),
    (0.06, Engine("skia", "none", "subpixel", "gray", 1.0, "none")),
    (0.10, Engine("skia", "none", "subpixel", "gray", 0.85, "baseline")),
    (0.02, Engine("skia", "slight", "snapped", "gray", 1.0, "both")),
    (0.04, Engine("skia", "slight", "subpixel", "gray", 1.0, "both")),
    (0.02, Engine("skia", "full", "whole", "gray", 1.0, "both")),
    (0.02, Engine("skia", "slight", "subpixel", "lcd", 1.0, "both")),
    (0.03, Engine("freetype", "slight", "subpixel", "gray", 1.0, "both")),
    (0.02, Engine("freetype", "full", "whole", "gray", 1.0, "both")),
    (0.02, Engine("freetype", "none", "subpixel", "gray", 1.0, "none")),
    (0.01, Engine("stb", "none", "snapped", "gray", 1.0, "both")),
)
DEFAULT_FAMILIES = ("Roboto", "Roboto", "Inter", "Open Sans", "Noto Sans", "Lato", "Montserrat", "Be Vietnam Pro")
SYSTEM_FAMILIES = ("Roboto", "Roboto", "Roboto", "Noto Sans", "Lato", "Manrope", "Public Sans")
IOS_SYSTEM_FAMILY = "Inter"
FONTS = "on Debian apt-get install fonts-wqy-microhei fonts-wqy-zenhei, and pip install 'realfake[synth]'"
PADDED = ("section", "item", "item_sub", "caption", "status", "headline", "value_small")  # may stand out of the column


class App:
    """One app, drawn from a seed.

    Parameters
    ----------
    seed : any non-negative integer; the same seed is the same app
    locales : it is of one of these, such as "zh_CN"; of any usual one where none is named
    """

    def __init__(self, seed: int, locales: Sequence[str] = ()) -> None:
        self.seed, self.locales = seed, tuple(locales)

    @property
    def name(self) -> str:
        """The fictional institution."""
        name: str = self.pick("name.head", BANK_HEADS) + self.pick("name.tail", BANK_TAILS)
        return name

    @property
    def key(self) -> str:
        """A name that no other app has, for tables."""
        return f"app-{self.seed}"

    def pick(self, key: str, options: Sequence[Any]) -> Any:
        """A fixed choice among options; more likely the more often one is listed."""
        return options[int(self.rng(key).integers(len(options)))]

    def between(self, key: str, low: float, high: float) -> float:
        """A fixed number from a range."""
        return float(self.rng(key).uniform(low, high))

    def chance(self, key: str, probability: float) -> bool:
        """A fixed yes or no."""
        return bool(self.rng(key).random() < probability)

    def rng(self, key: str) -> np.random.Generator:
        """A generator that belongs to the app and a key."""
        return np.random.default_rng([self.seed, zlib.crc32(key.encode())])

    @cached_property
    def locale(self) -> str:
        """Such as "vi_VN"."""
        return str(self.pick("locale", self.locales or ("vi_VN",) * 4 + USUAL))

    @cached_property
    def formats(self) -> Formats:
        """How it writes amounts, dates, names and numbers."""
        return draw_formats(self.rng("formats"), self.locale)

    @cached_property
    def engine(self) -> Engine:
        """What draws its text."""
        shares = np.array([share for share, _ in ENGINES])
        return ENGINES[int(self.rng("engine").choice(len(ENGINES), p=shares / shares.sum()))][1]

    @cached_property
    def devices(self) -> tuple[Device, ...]:
        """The phones that its users have."""
        rng = self.rng("devices")
        ios = self.engine.rasteriser == "skia" and self.engine.gamma < 1
        share = 1.0 if ios and self.chance("devices.ios", 0.6) else (0.25 if self.chance("devices.both", 0.3) else 0.0)
        count = int(rng.integers(1, 7))
        return tuple(
            IPHONES[int(rng.integers(len(IPHONES)))]
            if rng.random() < share
            else ANDROIDS[int(rng.integers(len(ANDROIDS)))]
            for _ in range(count)
        )

    @cached_property
    def faces(self) -> dict[str, tuple[Font, ...]]:
        """Its families by use: "main", "number", "mono", "display"."""
        able = families(fonts(covering=letters(self.formats.language)))
        sans = [name for name in able if able[name][0].category == "sans"]
        usual = [name for name in DEFAULT_FAMILIES if name in able] or sans
        text = [name for name in able if able[name][0].category != "mono"]
        main = (
            self.pick("face.main", usual) if self.chance("face.usual", 0.35) else self.pick("face.any", sans * 4 + text)
        )
        other = self.pick("face.other", text)
        number = other if self.chance("face.number", 0.12) else main
        display = self.pick("face.display", text) if self.chance("face.second", 0.2) else main
        monos = [name for name in able if able[name][0].category == "mono"]
        mono = self.pick("face.mono", monos) if monos else main
        return {
            use: able[name] for use, name in {"main": main, "number": number, "display": display, "mono": mono}.items()
        }

    def system_face(self, platform: str) -> tuple[Font, ...]:
        """The family of the phone's own status bar, dialogs and keyboard."""
        if self.formats.locale not in USUAL:
            return self.faces["main"]
        every = all_families()
        return every[IOS_SYSTEM_FAMILY if platform == "ios" else self.pick("face.system", SYSTEM_FAMILIES)]

    @cached_property
    def banks(self) -> tuple[str, ...]:
        """Other fictional banks that its screens name."""
        rng = self.rng("banks")
        heads, tails = rng.permutation(len(BANK_HEADS))[:9], rng.integers(0, len(BANK_TAILS), 9)
        return tuple(BANK_HEADS[a] + BANK_TAILS[b] for a, b in zip(heads, tails, strict=True))

    @cached_property
    def themes(self) -> tuple[Palette, Palette]:
        """Its light and its dark theme."""
        return _light(self.rng("theme")), _dark(self.rng("theme"))

    @property
    def dark_share(self) -> float:
        """Share of its screens in the dark theme."""
        return float(self.pick("theme.dark", (0.0, 0.1, 0.3, 0.5, 1.0)))

    @cached_property
    def types(self) -> dict[str, Type]:
        """Its styles of text by name."""
        return _draw_types(self)

    def shade(self, kind: str, colour: Colour) -> Colour:
        """The colour that a style of text really has: where many hands write an app, one grey is soon several."""
        rng = self.rng(f"shade.{kind}")
        if rng.random() >= self.pick("shades", (0.0, 0.0, 0.3, 0.6)):
            return colour
        step = (1 + rng.exponential(4.0)) * rng.choice((-1, 1))
        tint = rng.uniform(-2.0, 2.0, 3) * (rng.random() < 0.3)
        red, green, blue = (int(np.clip(round(value + step + by), 0, 255)) for value, by in zip(colour, tint))
        return red, green, blue

    def inset(self, kind: str) -> float:
        """How far text of a style stands inside its column, dp: a widget's own padding comes on top of the margin."""
        if kind not in PADDED:
            return 0.0
        rng = self.rng(f"inset.{kind}")
        return float(rng.uniform(0.4, 4.0)) if rng.random() < self.pick("insets", (0.0, 0.0, 0.2, 0.4)) else 0.0


def drawable_locales(locales: Sequence[str]) -> tuple[str, ...]:
    """Those of some locales for whose letters there is a font.

    Raises
    ------
    UnknownName
        One of them is none that can be drawn in.
    MissingExtra
        There is a font for none of them.
    """
    for locale in locales:
        needs_one_of("locale", locale, LOCALES)
    able = tuple(locale for locale in locales if fonts(covering=letters(LOCALES[locale][0]), category="sans"))
    if locales and not able:
        raise MissingExtra(f"no font here has the letters of {', '.join(locales)}; {FONTS}")
    return able


def all_families() -> dict[str, tuple[Font, ...]]:
    """Every family to draw with."""
    return _families(catalogue())


@lru_cache(maxsize=2)
def _families(faces: tuple[Font, ...]) -> dict[str, tuple[Font, ...]]:
    return families(faces)


def _draw_types(app: App) -> dict[str, Type]:
    small = app.between("type.small", 12.0, 14.5)
    medium = app.between("type.medium", 13.5, 17.5)
    strong = app.pick("type.strong", (500, 500, 600, 600, 700))
    caps = app.chance("type.caps", 0.12)
    tabular = app.chance("type.tabular", 0.3)
    label_tone = app.pick("type.label.tone", ("soft", "soft", "soft", "ink", "faint"))
    label = Type(
        size=medium if app.chance("type.label.same", 0.55) else small,
        weight=app.pick("type.label.weight", (400, 400, 400, 300, 500, strong)),
        tone=label_tone,
        upper=caps,
        spacing=0.06 if caps else app.pick("type.label.spacing", (0.0, 0.0, 0.0, 0.01, 0.02)),
    )
    value = Type(
        size=medium + app.pick("type.value.size", (0.0, 0.0, 0.0, 1.0, 2.0)),
        weight=app.pick("type.value.weight", (400, 400, 500, strong, strong)),
        tone="ink" if label_tone != "ink" or app.chance("type.value.ink", 0.6) else "soft",
        tabular=tabular,
    )
    hero = app.between("type.hero", 22.0, 40.0)
    button_caps = app.chance("type.button.caps", 0.18)
    return {
        "label": label,
        "value": value,
        "value_strong": _with(value, weight=strong),
        "value_amount": _with(
            value, weight=strong, tone=app.pick("type.amount.tone", ("ink", "ink", "brand", "bad", "good"))
        ),
        "value_link": _with(value, tone="link", weight=app.pick("type.link.weight", (400, 500, strong))),
        "value_mono": _with(value, face="mono", size=value.size - 1),
        "value_small": Type(small, 400, "soft", tabular=tabular),
        "hero": Type(
            hero,
            app.pick("type.hero.weight", (300, 400, 500, 600, 700, 700)),
            app.pick("type.hero.tone", ("ink", "ink", "brand", "good", "bad", "accent")),
            "number",
            tabular=tabular,
        ),
        "hero_sign": Type(
            hero * app.pick("type.sign.size", (0.5, 0.6, 0.7, 1.0)),
            app.pick("type.sign.weight", (400, 500, 700)),
            app.pick("type.sign.tone", ("ink", "soft", "brand")),
            "number",
        ),
        "status": Type(
            app.between("type.status", 14.0, 22.0),
            app.pick("type.status.weight", (400, 500, strong, strong)),
            app.pick("type.status.tone", ("ink", "good", "brand", "soft")),
        ),
        "title": Type(
            app.between("type.title", 16.0, 21.0),
            app.pick("type.title.weight", (400, 500, 600, 700)),
            "ink",
            "display",
            upper=app.chance("type.title.caps", 0.08),
        ),
        "section": Type(
            app.between("type.section", 12.0, 17.0),
            strong,
            app.pick("type.section.tone", ("ink", "soft", "brand")),
            upper=caps or app.chance("type.section.caps", 0.2),
            spacing=0.04 if caps else 0.0,
        ),
        "headline": Type(
            app.between("type.headline", 20.0, 32.0),
            app.pick("type.headline.weight", (400, 600, 700)),
            "ink",
            "display",
        ),
        "body": Type(medium, 400, app.pick("type.body.tone", ("ink", "ink", "soft"))),
        "bold": Type(medium, strong, "ink"),
        "italic": Type(medium, 400, "soft", slant=0.2),
        "caption": Type(small - 1, 400, app.pick("type.caption.tone", ("soft", "faint"))),
        "button": Type(
            app.between("type.button", 13.0, 17.0),
            app.pick("type.button.weight", (500, 600, 700)),
            "on_brand",
            upper=button_caps,
            spacing=0.05 if button_caps else 0.0,
        ),
        "button_quiet": Type(
            app.between("type.button", 13.0, 17.0),
            app.pick("type.button.weight", (500, 600, 700)),
            "brand",
            upper=button_caps,
            spacing=0.05 if button_caps else 0.0,
        ),
        "link": Type(medium, app.pick("type.link.weight", (400, 500, strong)), "link"),
        "item": Type(app.between("type.item", 14.0, 17.0), app.pick("type.item.weight", (400, 400, 500, 600)), "ink"),
        "item_sub": Type(small, 400, "soft"),
        "item_amount": Type(
            app.between("type.item", 14.0, 17.0),
            app.pick("type.item.amount", (400, 500, 600, 700)),
            "ink",
            "number",
            tabular=tabular,
        ),
        "tab": Type(app.between("type.tab", 10.0, 13.0), 500, "soft"),
        "chip": Type(small, 500, "ink"),
        "number": Type(
            app.between("type.number", 18.0, 28.0), app.pick("type.number.weight", (300, 400, 500)), "ink", "number"
        ),
    }


def _with(base: Type, **changes: Any) -> Type:
    return Type(**{**base.__dict__, **changes})


def _hsv(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, min(max(saturation, 0.0), 1.0), min(max(value, 0.0), 1.0))
    return round(red * 255), round(green * 255), round(blue * 255)


def _gray(value: float, hue: float, tint: float) -> Colour:
    return _hsv(hue, tint, value)


def _brand(rng: np.random.Generator) -> tuple[float, float, float]:
    return float(rng.random()), float(rng.uniform(0.45, 1.0)), float(rng.uniform(0.35, 0.95))


def _light(rng: np.random.Generator) -> Palette:
    hue, saturation, value = _brand(rng)
    tint = float(rng.choice((0.0, 0.0, 0.02, 0.05)))
    white_ground = rng.random() < 0.45
    brand = _hsv(hue, saturation, value)
    pale = float(rng.uniform(0.93, 0.99))
    ink = float(rng.choice((0.0, 0.0, 0.07, 0.13, 0.2)))
    return Palette(
        dark=False,
        ground=(255, 255, 255) if white_ground else _gray(pale, hue, tint),
        card=(255, 255, 255) if not white_ground or rng.random() < 0.5 else _gray(pale, hue, tint),
        line=_gray(float(rng.uniform(0.84, 0.94)), hue, tint),
        ink=_gray(ink, hue, float(rng.choice((0.0, 0.2, 0.5)))),
        soft=_gray(float(rng.uniform(0.36, 0.55)), hue, float(rng.choice((0.0, 0.0, 0.1, 0.25)))),
        faint=_gray(float(rng.uniform(0.55, 0.68)), hue, tint),
        brand=brand,
        on_brand=_readable(brand),
        accent=_hsv(hue + float(rng.choice((0.0, 0.08, 0.5, 0.33))), saturation, value),
        good=_hsv(float(rng.uniform(0.33, 0.45)), float(rng.uniform(0.6, 1.0)), float(rng.uniform(0.45, 0.7))),
        bad=_hsv(float(rng.uniform(0.96, 1.03)), float(rng.uniform(0.7, 1.0)), float(rng.uniform(0.7, 0.95))),
        link=brand if rng.random() < 0.6 else _hsv(0.6, 0.85, 0.85),
    )


def _dark(rng: np.random.Generator) -> Palette:
    hue, saturation, value = _brand(rng)
    tint = float(rng.choice((0.0, 0.0, 0.15, 0.5)))
    ground = float(rng.choice((0.0, 0.05, 0.07, 0.11, 0.18)))
    brand = _hsv(hue, saturation * 0.8, max(value, 0.7))
    ink = float(rng.choice((1.0, 1.0, 0.93, 0.87)))
    return Palette(
        dark=True,
        ground=_gray(ground, hue, tint),
        card=_gray(ground + float(rng.uniform(0.03, 0.09)), hue, tint),
        line=_gray(ground + float(rng.uniform(0.1, 0.2)), hue, tint),
        ink=_gray(ink, hue, 0.0),
        soft=_gray(float(rng.uniform(0.55, 0.72)), hue, tint * 0.3),
        faint=_gray(float(rng.uniform(0.4, 0.52)), hue, tint * 0.3),
        brand=brand,
        on_brand=_readable(brand),
        accent=_hsv(hue + float(rng.choice((0.0, 0.08, 0.5))), saturation * 0.7, 0.9),
        good=_hsv(float(rng.uniform(0.33, 0.45)), 0.6, 0.8),
        bad=_hsv(float(rng.uniform(0.96, 1.03)), 0.6, 0.95),
        link=brand,
    )


def _readable(ground: Colour) -> Colour:
    """White or near-black, whichever reads better on a ground."""
    light = (0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2]) / 255
    return (255, 255, 255) if light < 0.62 else (20, 20, 20)
