"""Draw the rooms and their imports: python docs/architecture.py writes docs/architecture.svg.

LAYERS is the order that imports follow: a room imports from those below it alone. The picture leaves out an arrow that
others imply, so that a reader can follow those that are left.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
LAYERS = {  # from the top to the bottom
    "cli": ["cli"],
    "service": [
        "check", "demo", "server", "app", "pages", "api", "desk", "scoring", "webhooks", "erasure", "statistics",
        "choice", "export", "models", "shapes", "listing", "decisions", "intake", "store", "queue", "access", "audit",
        "database", "migrations", "schema", "settings", "errors", "sample", "pdf",
    ],
    "pipeline": [
        "workflows", "scoring", "reports", "comparison", "auditing", "models", "archive", "words", "habits", "learning",
        "extraction", "tables", "settings", "verdicts", "metrics", "extras",
    ],
    "data": [
        "sheets", "synth", "forge", "history", "forgeries", "editors", "screenshots", "resave", "channels",
        "quantization", "drawing", "datasets", "masks", "manifest", "files",
    ],
    "forensics": [
        "transformer", "detections", "listing", "evidence", "extract", "draw", "content", "text", "phash", "catalog",
        "families", "measurement", "compression", "image", "formats", "arrays", "limited", "server", "libraries",
        "delimited", "files", "progress", "names", "box", "errors",
    ],
}  # fmt: skip
PACKAGES = list(LAYERS)
ROOM, HIGH, SIDE, STEP = 104, 26, 14, 48  # pixels: a room's width and height, space beside it, from row to row
THIN = 24  # pixels: what an arrow takes that passes a row
PANEL, BETWEEN, MARGIN = 880, 40, 60  # pixels: a package's width, space below it, space beside it
SWEEPS = 24
FEW = 4  # rooms that a line between packages may name

Arrow = tuple[str, str]
Spot = tuple[str, int]  # a room, or the arrow `here>there` on its way, and its row


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


def needed(rooms: Sequence[str], drawn: set[Arrow]) -> set[Arrow]:
    """The arrows among rooms, which stand in the order of LAYERS, that no chain of others implies."""
    nexts = {here: {there for one, there in drawn if one == here and there in rooms} for here in rooms}
    below: dict[str, set[str]] = {}
    for here in reversed(rooms):
        below[here] = nexts[here].union(*(below[there] for there in nexts[here]))
    return {
        (here, there)
        for here in rooms
        for there in nexts[here]
        if not any(there in below[other] for other in nexts[here] - {there})
    }


def paths(rooms: Sequence[str], kept: set[Arrow]) -> dict[Arrow, list[Spot]]:
    """The spots that each arrow leads through, one a row; a room stands as low as its arrows allow."""
    height: dict[str, int] = {}
    for here in reversed(rooms):
        height[here] = max((height[there] + 1 for one, there in kept if one == here), default=0)
    top = max(height.values())
    row = {name: top - height[name] for name in rooms}
    found = {(name, name): [(name, row[name])] for name in rooms}  # rooms without arrows stand somewhere too
    for here, there in sorted(kept):
        passed = [(f"{here}>{there}", number) for number in range(row[here] + 1, row[there])]
        found[here, there] = [(here, row[here]), *passed, (there, row[there])]
    return found


def arranged(ways: Mapping[Arrow, Sequence[Spot]]) -> dict[Spot, float]:
    """The middle of each spot, pixels from the left of its package.

    Rows are sorted by what their spots are tied to, again and again (Sugiyama 1981), and then drawn towards it.
    """
    spots = list(dict.fromkeys(spot for way in ways.values() for spot in way))
    ties: dict[Spot, list[Spot]] = {spot: [] for spot in spots}
    for way in ways.values():
        for one, other in pairwise(way):
            ties[one].append(other)
            ties[other].append(one)
    rows = [[spot for spot in spots if spot[1] == number] for number in range(1 + max(row for _, row in spots))]
    place = {spot: x for row in rows for spot, x in zip(row, spread(row, [PANEL / 2] * len(row)))}
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 else rows[::-1]:
            wish = {spot: mean([place[tie] for tie in ties[spot]] or [place[spot]]) for spot in row}
            if sweep < SWEEPS / 2:
                row.sort(key=wish.__getitem__)
            place.update(zip(row, spread(row, [wish[spot] for spot in row])))
    aside = (min(place.values()) + max(place.values()) - PANEL) / 2
    return {spot: x - aside for spot, x in place.items()}


def spread(row: Sequence[Spot], wishes: Sequence[float]) -> list[float]:
    """Middles as near to the wishes as room beside each other allows, in this order, inside the package."""
    wide = [THIN if ">" in name else ROOM + SIDE for name, _ in row]
    ends = [sum(wide[: number + 1]) for number in range(len(wide))]
    base = [end - width / 2 for end, width in zip(ends, wide)]
    free = [wish - start for wish, start in zip(wishes, base)]  # must not fall from left to right
    rising = [(max(free[: n + 1]) + min(free[n:])) / 2 for n in range(len(free))]
    return [min(max(move, 0), PANEL - ends[-1]) + start for move, start in zip(rising, base)]


def curve(points: Sequence[tuple[float, float]]) -> str:
    """A line from the first room's lower edge to the last one's upper edge, upright in the rows that it passes."""
    (x, y), *others = points
    found, y = f"M{x:.0f} {y + HIGH / 2:.0f}", y + HIGH / 2
    for number, (nextx, middle) in enumerate(others, start=1):
        nexty = middle - HIGH / 2
        bend = (nexty - y) / 2
        found += f"C{x:.0f} {y + bend:.0f} {nextx:.0f} {nexty - bend:.0f} {nextx:.0f} {nexty:.0f}"
        if number < len(others):
            found += f"v{HIGH}"
        x, y = nextx, middle + HIGH / 2
    return found


def shown(name: str) -> str:
    """What stands in a room's box."""
    return "cli.py" if name == "cli" else name.split(".")[-1]


def package(name: str, top: float, drawn: set[Arrow]) -> tuple[list[str], float]:
    """A package as SVG, and where it ends: boxes are rooms, in rows from what imports to what is imported."""
    rooms = ["cli"] if name == "cli" else [f"{name}.{one}" for one in LAYERS[name]]
    kept = needed(rooms, drawn)
    ways = paths(rooms, kept)
    place = arranged(ways)
    left, first = MARGIN, top + (HIGH if name == "cli" else STEP)
    end = first + STEP * max(row for _, row in place) + HIGH
    lines = [
        f'<rect x="{left}" y="{top:.0f}" width="{PANEL}" height="{end - top:.0f}" rx="8" fill="#f6f8fb"/>',
        f'<text x="{left + 12}" y="{top + 20:.0f}" font-weight="bold">{"" if name == "cli" else f"{name}/"}</text>',
    ]
    point = {spot: (left + x, first + STEP * spot[1]) for spot, x in place.items()}
    for here, there in sorted(kept):
        path = curve([point[spot] for spot in ways[here, there]])
        lines.append(f'<path id="{here}-{there}" d="{path}" fill="none" stroke="#678" marker-end="url(#thin)"/>')
    for one in rooms:
        x, y = point[ways[one, one][0]]
        shape = f'width="{ROOM}" height="{HIGH}" rx="5" fill="#fff" stroke="#345"'
        lines.append(f'<rect x="{x - ROOM / 2:.0f}" y="{y - HIGH / 2:.0f}" {shape}/>')
        lines.append(f'<text x="{x:.0f}" y="{y + 4.5:.0f}" text-anchor="middle">{shown(one)}</text>')
    return lines, end


def lanes(tops: Mapping[str, float], ends: Mapping[str, float], drawn: set[Arrow]) -> list[str]:
    """The lines between packages: straight to the next one, beside the others to those further down."""
    lines, left, right = [], 0, 0
    for upper, here in enumerate(PACKAGES):
        for lower, there in enumerate(PACKAGES):
            named = {other for one, other in drawn if one.split(".")[0] == here and other.split(".")[0] == there}
            if lower <= upper or not named:
                continue
            rooms = sorted(name.split(".")[1] for name in named if "." in name)
            if lower == upper + 1:
                x, path = MARGIN + PANEL / 2, f"V{tops[there] - 2:.0f}"
                begin = f"M{x:.0f} {ends[here]:.0f}"
                if here != "cli" and len(rooms) <= FEW:
                    y = (ends[here] + tops[there]) / 2 + 4
                    lines.append(f'<text x="{x + 12:.0f}" y="{y:.0f}" font-size="12">{", ".join(rooms)}</text>')
            else:
                outside = upper == 0
                left, right = left + outside, right + (not outside)
                edge = MARGIN if outside else MARGIN + PANEL
                lane = MARGIN - 18 * left if outside else MARGIN + PANEL + 18 * right
                begin = f"M{edge} {(tops[here] + ends[here]) / 2 + 8 * (left - 1) * outside:.0f}"
                path = f"H{lane}V{tops[there] + 15}H{edge + (-2 if outside else 2)}"
            lines.append(
                f'<path id="{here}-{there}" d="{begin}{path}" fill="none" stroke="#345" stroke-width="2" '
                'marker-end="url(#thick)"/>'
            )
    return lines


def picture() -> str:
    """The SVG: packages from the top to the bottom, thick lines between them, their rooms and thin lines inside."""
    drawn, parts = arrows(), []
    tops, ends, y = {}, {}, 10.0
    for name in PACKAGES:
        lines, ends[name] = package(name, y, drawn)
        tops[name], y = y, ends[name] + BETWEEN
        parts += lines
    high, wide = y - BETWEEN + 10, PANEL + 2 * MARGIN
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="{size}" markerHeight="{size}" '
        f'orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
        for name, size, colour in (("thin", 8, "#678"), ("thick", 12, "#345"))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high:.0f}" font-family="sans-serif" '
            'font-size="13" role="img" aria-label="Rooms of the program; every import leads downwards">',
            f"<defs>{heads}</defs>",
            f'<rect width="{wide}" height="{high:.0f}" fill="#fff"/>',
            *parts,
            *lanes(tops, ends, drawn),
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
