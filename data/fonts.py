"""The font catalogue: every face that the generator may draw with, its licence, and the characters it covers."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forensics.errors import MissingExtra

WEIGHTS = (300, 400, 500, 600, 700)  # CSS weights that interfaces use; thinner and blacker ones are display faces
SLUGS = (  # PyPI distributions named fontpkg-<slug>, each one family of Google Fonts with its licence
    "arimo",
    "barlow",
    "be-vietnam-pro",
    "dm-sans",
    "figtree",
    "fira-sans",
    "hanken-grotesk",
    "ibm-plex-mono",
    "ibm-plex-sans",
    "inter",
    "jetbrains-mono",
    "lato",
    "lexend",
    "lora",
    "manrope",
    "montserrat",
    "mulish",
    "noto-sans",
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

    with TTFont(path, lazy=True) as file:
        return frozenset(map(chr, file.getBestCmap()))


@cache
def catalogue() -> tuple[Font, ...]:
    """All upright faces of the installed font packages, in a fixed order.

    Raises
    ------
    MissingExtra
        Fewer than eight families are installed.
    """
    faces = [face for slug in SLUGS for face in _packaged(slug)] + _dejavu()
    if len({face.family for face in faces}) < FEWEST_FAMILIES or importlib.util.find_spec("fontTools") is None:
        raise MissingExtra("the fonts to draw screenshots with are not installed; run: pip install 'realfake[synth]'")
    return tuple(faces)


def fonts(covering: str = "", category: str | None = None) -> tuple[Font, ...]:
    """Faces with a glyph for every character of ``covering``; of one category ("sans", "serif", "mono") if given."""
    return tuple(
        face for face in catalogue() if (category is None or face.category == category) and face.covers(covering)
    )


def families(faces: Iterable[Font]) -> dict[str, tuple[Font, ...]]:
    """Group faces by family, each sorted from light to bold."""
    groups: dict[str, list[Font]] = {}
    for face in faces:
        groups.setdefault(face.family, []).append(face)
    return {name: tuple(sorted(group, key=lambda face: face.weight)) for name, group in groups.items()}


def nearest_weight(family: Iterable[Font], weight: int) -> Font:
    """The face of a family whose weight is nearest, the lighter of two."""
    return min(family, key=lambda face: (abs(face.weight - weight), face.weight))


def licences() -> dict[str, str]:
    """Licence of each installed family."""
    return {face.family: face.licence for face in catalogue()}


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
