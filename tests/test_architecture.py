"""Imports run one way, and the picture in docs/architecture.md shows exactly those that there are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("cli", "pipeline", "data", "forensics")
TOLD_APART = ("realfake.data.manifest", "realfake.data.masks")  # the files that pipeline may know of data
PICTURE = ROOT / "docs" / "architecture.svg"


def modules(room: str) -> list[Path]:
    return [ROOT / "cli.py"] if room == "cli" else sorted((ROOT / room).rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Every module that a file imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module in ROOMS}
    return found


def known(room: str) -> set[str]:
    """The other rooms that a room imports from."""
    whole = {name for file in modules(room) for name in imported(file)}
    return {name.split(".")[0] for name in whole} & set(ROOMS) - {room}


def test_the_picture_shows_every_import_between_rooms_and_no_other():
    drawn = set(re.findall(r'id="(\w+)-(\w+)"', PICTURE.read_text(encoding="utf-8")))
    assert drawn == {(room, other) for room in ROOMS for other in known(room)}
    assert all(ROOMS.index(room) < ROOMS.index(other) for room, other in drawn), "imports run one way"


def test_pipeline_knows_no_more_of_data_than_manifests_and_masks():
    of_data = {name for file in modules("pipeline") for name in imported(file) if name.startswith("data.")}
    assert {".".join(name.split(".")[:2]) for name in of_data} == set(TOLD_APART)


@pytest.mark.parametrize("library", ["imblearn", "lightgbm", "skops", "click", "dask", "distributed"])
def test_pixels_are_measured_without_knowing_how_anybody_learns_from_them(library):
    users = [file.name for file in modules("forensics") if library in {name.split(".")[0] for name in imported(file)}]
    assert users == []
