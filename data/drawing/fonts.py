"""The font catalogue: every face that the generator may draw with, its licence, and the characters it covers."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from realfake.forensics.errors import MissingExtra

WEIGHTS = (300, 400, 500, 600, 700)  # CSS weights that interfaces use; thinner and blacker ones are display faces
SLUGS = (  # PyPI distributions named fontpkg-<slug>, each one family of Google Fonts with its licence
    "arimo",
    "barlow",
    "be-vietnam-pro",
    "chakra-petch",
    "dm-sans",
    "figtree",
    "fira-sans",
    "hanken-grotesk",
    "ibm-plex-mono",
    "ibm-plex-sans",
    "inter",
    "jetbrains-mono",
    "kanit",
    "lato",
    "lexend",
    "lora",
    "manrope",
    "montserrat",
    "mulish",
    "noto-sans",
    "noto-sans-thai",
    "noto-serif",
    "nunito",
    "nunito-sans",
    "open-sans",
    "outfit",
    "plus-jakarta-sans",
    "poppins",
    "prompt",
    "public-sans",
    "quicksand",
    "roboto",
    "roboto-condensed",
    "roboto-mono",
    "rubik",
    "sarabun",
    "source-sans-3",
    "work-sans",
)
SCRIPTS = {  # fonts that only texts in a script of their own are drawn with: its characters, distributions, files
    "Arabic": ("\u0600", "\u06ff", (
        "almarai", "cairo", "ibm-plex-sans-arabic", "noto-kufi-arabic", "noto-sans-arabic", "tajawal",
    ), {}),
    "Chinese": ("\u4e00", "\u9fff", (), {
        "wqy-microhei.ttc": ("WenQuanYi Micro Hei", "sans", "Apache-2.0"),
        "wqy-zenhei.ttc": ("WenQuanYi Zen Hei", "sans", "GPL-2.0-with-font-exception"),
    }),
}  # fmt: skip
FEWEST_FAMILIES = 8
DEJAVU_LICENCE = "Bitstream-Vera"  # matplotlib ships these files and has no metadata.json for them
DEJAVU = {
    "DejaVuSans.ttf": ("DejaVu Sans", "sans", 400),
    "DejaVuSans-Bold.ttf": ("DejaVu Sans", "sans", 700),
    "DejaVuSansMono.ttf": ("DejaVu Sans Mono", "mono", 400),
    "DejaVuSansMono-Bold.ttf": ("DejaVu Sans Mono", "mono", 700),
    "DejaVuSerif.ttf": ("DejaVu Serif", "serif", 400),
    "DejaVuSerif-Bold.ttf": ("DejaVu Serif", "serif", 700),
}
SYSTEM_FOLDERS = tuple(  # where Linux, macOS and Windows keep the fonts that are installed
    os.path.expanduser(folder)
    for folder in (
        "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts",
        "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
    )
)  # fmt: skip
SYSTEM_LICENCE = "as installed"  # what a card says of a font that does not name its licence
ROMAN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:-/+()"  # what a text font has
FOLDERS: ContextVar[tuple[str, ...]] = ContextVar("font folders", default=())  # searched besides the packages
CATEGORIES = {"SANS_SERIF": "sans", "SERIF": "serif", "MONOSPACE": "mono"}


@dataclass(frozen=True)
class Font:
    """One face: a file and, for a variable font, the weight at which it is used.

    Attributes
    ----------
    family : name such as "Open Sans"
    path : path of the TrueType or OpenType file
    weight : CSS weight, 100..900
    category : "sans", "serif" or "mono"
    licence : SPDX identifier
    variable : True if ``weight`` is to be set on the file's ``wght`` axis
    """

    family: str
    path: str
    weight: int
    category: str
    licence: str
    variable: bool = False

    def covers(self, text: str) -> bool:
        """Whether every character has a glyph, so that no empty box is drawn."""
        return characters(self.path).issuperset(text)


@cache
def characters(path: str) -> frozenset[str]:
    """Characters for which a font file has a glyph."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as file:
        return frozenset(map(chr, file.getBestCmap()))


@contextmanager
def fonts_of(folders: Iterable[str]) -> Iterator[None]:
    """Draw with the text fonts below these folders too, as long as the block lasts."""
    token = FOLDERS.set(tuple(folders))
    try:
        yield
    finally:
        FOLDERS.reset(token)


def catalogue() -> tuple[Font, ...]:
    """All upright faces of the installed font packages and of the folders of `fonts_of`, in a fixed order.

    Raises
    ------
    MissingExtra
        Fewer than eight families are installed.
    """
    return _catalogue(FOLDERS.get())


@cache
def _catalogue(folders: tuple[str, ...]) -> tuple[Font, ...]:
    faces = [face for slug in SLUGS for face in _packaged(slug)] + _dejavu()
    known = {face.family for face in faces}
    files = sorted(file for folder in folders for file in Path(folder).rglob("*.[to]tf"))
    faces += [face for face in map(_installed, files) if face is not None and face.family not in known]
    if len({face.family for face in faces}) < FEWEST_FAMILIES or importlib.util.find_spec("fontTools") is None:
        raise MissingExtra("the fonts to draw screenshots with are not installed; run: pip install 'realfake[synth]'")
    return tuple(faces)


def fonts(covering: str = "", category: str | None = None) -> tuple[Font, ...]:
    """Faces with a glyph for every character of ``covering``; of one category ("sans", "serif", "mono") if given.

    Those of a script of its own are among them where ``covering`` has characters of it.
    """
    faces = catalogue() + tuple(face for script in scripts_of(covering) for face in script_faces(script))
    return tuple(face for face in faces if (category is None or face.category == category) and face.covers(covering))


def scripts_of(text: str) -> tuple[str, ...]:
    """The `SCRIPTS` of which a text has characters."""
    return tuple(name for name, (first, last, *_) in SCRIPTS.items() if any(first <= sign <= last for sign in text))


@cache
def script_faces(script: str) -> tuple[Font, ...]:
    """Faces of one of `SCRIPTS`: those of its packages, and its files among the fonts of this machine."""
    _, _, slugs, files = SCRIPTS[script]
    faces = [face for slug in slugs for face in _packaged(slug)]
    found = {file.name: file for folder in SYSTEM_FOLDERS for name in files for file in Path(folder).rglob(name)}
    for name, (family, category, licence) in files.items():
        if name in found:
            faces.append(Font(family, str(found[name]), 400, category, licence))
    return tuple(faces)


def families(faces: Iterable[Font]) -> dict[str, tuple[Font, ...]]:
    """Group faces by family, each sorted from light to bold."""
    groups: dict[str, list[Font]] = {}
    for face in faces:
        groups.setdefault(face.family, []).append(face)
    return {name: tuple(sorted(group, key=lambda face: face.weight)) for name, group in groups.items()}


def nearest_weight(family: Iterable[Font], weight: int) -> Font:
    """The face of a family whose weight is nearest, the lighter of two."""
    return min(family, key=lambda face: (abs(face.weight - weight), face.weight))


def licences(text: str = "") -> dict[str, str]:
    """Licence of each installed family, those for a text's own script among them."""
    faces = catalogue() + tuple(face for script in scripts_of(text) for face in script_faces(script))
    return {face.family: face.licence for face in faces}


def _packaged(slug: str) -> list[Font]:
    spec = importlib.util.find_spec(f"fontpkg_{slug.replace('-', '_')}")
    if spec is None or spec.origin is None:
        return []
    root = Path(spec.origin).parent
    about = json.loads((root / "metadata.json").read_text(encoding="utf-8"))
    category = "mono" if "mono" in slug else CATEGORIES.get(about["category"][0], "sans")
    axis = {axis["tag"]: axis for axis in about["axes"]}.get("wght")
    faces = []
    for file in about["files"]:
        if file["style"] != "normal":
            continue
        if file["variable"] and axis is not None:
            weights = [weight for weight in WEIGHTS if axis["min"] <= weight <= axis["max"]]
        else:
            weights = [file["weight"]] if file["weight"] in WEIGHTS else []
        look = about["family"], str(root / file["path"])
        faces += [Font(*look, weight, category, about["license"], file["variable"]) for weight in weights]
    return faces


def _dejavu() -> list[Font]:
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return [
        Font(family, str(folder / name), weight, category, DEJAVU_LICENCE)
        for name, (family, category, weight) in DEJAVU.items()
        if (folder / name).is_file()
    ]


def _installed(file: Path) -> Font | None:
    """The face of a font file, None if it is slanted, condensed, no text font or cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with file.open("rb") as stream, TTFont(stream, lazy=True) as font:  # of a broken file TTFont closes nothing
            names, look = font["name"], font["OS/2"]
            family = names.getDebugName(16) or names.getDebugName(1)
            upright = not look.fsSelection & 1 and look.usWidthClass == 5
            if not family or not upright or not set(map(ord, ROMAN)) <= set(font.getBestCmap() or ()):
                return None
            mono = bool(font["post"].isFixedPitch)
            serif = look.panose.bFamilyType == 2 and 2 <= look.panose.bSerifStyle <= 10
            licence = (names.getDebugName(13) or SYSTEM_LICENCE).splitlines()[0][:60]
    except (TTLibError, KeyError, OSError, AttributeError):
        return None
    weight = min(WEIGHTS, key=lambda known: abs(known - look.usWeightClass))
    return Font(family, str(file), weight, "mono" if mono else "serif" if serif else "sans", licence)
