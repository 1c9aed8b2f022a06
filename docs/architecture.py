"""Draw the rooms and their imports: python docs/architecture.py writes docs/architecture.svg.

LAYERS is the order that imports follow: a room imports from those below it alone.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
LAYERS = {  # from the top to the bottom
    "cli": ["cli"],
    "pipeline": [
        "workflows", "reports", "comparison", "auditing", "models", "words", "learning", "extraction", "tables",
        "settings", "verdicts", "metrics", "extras",
    ],
    "data": [
        "sheets", "synth", "forge", "history", "forgeries", "screenshots", "resave", "channels", "drawing", "datasets",
        "masks", "manifest", "files",
    ],
    "forensics": [
        "transformer", "detections", "listing", "evidence", "extract", "draw", "text", "phash", "catalog", "families",
        "measurement", "compression", "image", "formats", "arrays", "limited", "libraries", "delimited", "files",
        "progress", "box", "errors",
    ],
}  # fmt: skip
PACKAGES = list(LAYERS)
LEFT, TOP, WIDE, HIGH, GAP, APART = 60, 70, 130, 26, 12, 240  # pixels


def modules(package: str) -> list[Path]:
    """The files of a package."""
    return [ROOT / "cli.py"] if package == "cli" else sorted((ROOT / package).rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Every module of the program that a file imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {
                inner if is_module(inner := f"{node.module}.{alias.name}") else node.module for alias in node.names
            }
    return {name.removeprefix("realfake.") for name in found if name.startswith("realfake.")}


def is_module(name: str) -> bool:
    """Whether a name of the program is that of a module, and not of something inside one."""
    path = ROOT.joinpath(*name.split(".")[1:])
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def room(module: str) -> str:
    """The room that a module stands in: `pipeline.models` for `pipeline.models.train`."""
    return ".".join(module.split(".")[:2])


def arrows() -> set[tuple[str, str]]:
    """Which room imports from which other."""
    found = set()
    for package in PACKAGES:
        for file in modules(package):
            here = room(".".join(file.relative_to(ROOT).with_suffix("").parts))
            found |= {(here, room(name)) for name in imported(file) if room(name) != here}
    return {(here, there) for here, there in found if not here.endswith("__init__")}


def floors() -> dict[str, tuple[int, int]]:
    """The place of each room: its package's column and its floor, counted from the top."""
    return {
        name if package == "cli" else f"{package}.{name}": (column, floor)
        for column, (package, names) in enumerate(LAYERS.items())
        for floor, name in enumerate(names)
    }


def picture() -> str:
    """The SVG: a column a package, a box a room; arcs are imports within a package, lines those between packages."""
    places, drawn = floors(), sorted(arrows())
    high = TOP + max(map(len, LAYERS.values())) * (HIGH + GAP) + GAP
    wide = LEFT + len(LAYERS) * APART
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="13" '
        'role="img" aria-label="Rooms of the program; imports lead downwards or to the right">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#345"/></marker></defs>',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
    ]
    for column, package in enumerate(LAYERS):
        x = LEFT + column * APART + WIDE / 2
        title = "cli.py" if package == "cli" else f"{package}/"
        lines.append(f'<text x="{x}" y="24" text-anchor="middle" font-weight="bold">{title}</text>')
    between = sorted({(here.split(".")[0], there.split(".")[0]) for here, there in drawn})
    lanes = {pair: 40 + 6 * number for number, pair in enumerate(pair for pair in between if pair[0] != pair[1])}
    lines.append('<g stroke="#345" stroke-width="1.5" fill="none" marker-end="url(#head)">')
    for (here, there), y in lanes.items():
        begin, end = (LEFT + PACKAGES.index(one) * APART + WIDE / 2 for one in (here, there))
        lines.append(f'<path id="{here}-{there}" d="M{begin} 30V{y}H{end - 8 + 4 * PACKAGES.index(here)}V{TOP - 2}"/>')
    lines.append('</g><g stroke="#89a" stroke-width="1" fill="none">')
    for here, there in drawn:
        if here in places and there in places and places[here][0] == places[there][0]:
            (column, upper), (_, lower) = places[here], places[there]
            x = LEFT + column * APART
            begin, end = (TOP + floor * (HIGH + GAP) + HIGH / 2 for floor in (upper, lower))
            out = x - 6 - 3.2 * abs(lower - upper)
            lines.append(f'<path id="{here}-{there}" d="M{x} {begin}C{out} {begin} {out} {end} {x} {end}"/>')
    lines.append('</g><g text-anchor="middle">')
    for name, (column, floor) in places.items():
        x, y = LEFT + column * APART, TOP + floor * (HIGH + GAP)
        lines.append(f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="5" fill="#eef3fa" stroke="#345"/>')
        lines.append(f'<text x="{x + WIDE / 2}" y="{y + 17}">{name.split(".")[-1]}</text>')
    return "\n".join([*lines, "</g></svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
