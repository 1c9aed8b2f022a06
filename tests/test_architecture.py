"""Imports lead down the layers and nowhere else, and the picture in docs/architecture.svg shows exactly those."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("architecture", ROOT / "docs" / "architecture.py")
architecture = importlib.util.module_from_spec(spec)
spec.loader.exec_module(architecture)
OF_DATA = {"data.manifest", "data.masks", "data.forge", "data.resave"}  # what pipeline may know of data
REACHING = {"data.forge", "data.resave"}  # of these, what workflows alone may


def test_every_room_has_its_floor_and_every_floor_its_room():
    standing = set()
    for package in architecture.PACKAGES[1:]:
        inside = (ROOT / package).iterdir()
        found = {one for one in inside if one.suffix == ".py" or (one / "__init__.py").is_file()}
        standing |= {f"{package}.{one.stem}" for one in found} - {f"{package}.__init__"}
    assert standing | {"cli"} == set(architecture.floors())


def test_imports_lead_downwards():
    places = architecture.floors()
    upwards = [
        (here, there)
        for here, there in architecture.arrows()
        if there in places and places[there] < places[here]  # the same package and higher, or a package to the left
    ]
    assert upwards == []


def test_the_picture_shows_the_imports_that_there_are():
    assert architecture.PICTURE.read_text(encoding="utf-8") == architecture.picture(), "run python docs/architecture.py"


@pytest.mark.parametrize("package", architecture.PACKAGES[1:])
def test_a_chain_of_drawn_arrows_leads_wherever_an_import_does_and_nowhere_else(package):
    rooms = [name for name in architecture.floors() if name.startswith(f"{package}.")]
    imports = {(here, there) for here, there in architecture.arrows() if here in rooms and there in rooms}
    kept = architecture.needed(rooms, imports)
    assert kept < imports
    assert reached(kept) == reached(imports)
    assert all(reached(kept - {arrow}) != reached(imports) for arrow in kept), "an arrow too many"
    drawn = architecture.PICTURE.read_text(encoding="utf-8")
    assert all(f'<path id="{here}-{there}"' in drawn for here, there in kept)


def reached(arrows):
    """Every pair of rooms that a chain of arrows ties together."""
    found = set(arrows)
    while more := {(a, d) for a, b in found for c, d in arrows if b == c} - found:
        found |= more
    return found


def test_no_two_modules_of_a_room_import_each_other_in_a_circle():
    known = {}
    for package in architecture.PACKAGES:
        for file in architecture.modules(package):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            known[name] = architecture.imported(file)
    clear: set[str] = set()
    while ready := {name for name in known if name not in clear and known[name] & known.keys() <= clear | {name}}:
        clear |= ready
    assert known.keys() - clear == set()


def test_pipeline_knows_no_more_of_data_than_labels_masks_and_how_workflows_forge():
    knowing = {
        there for here, there in architecture.arrows() if here.startswith("pipeline.") and there.startswith("data.")
    }
    assert knowing <= OF_DATA
    reaching = {here for here, there in architecture.arrows() if there in REACHING and here.startswith("pipeline.")}
    assert reaching <= {"pipeline.workflows"}


@pytest.mark.parametrize("library", ["imblearn", "lightgbm", "skops", "click", "dask", "distributed"])
def test_pixels_are_measured_without_knowing_how_anybody_learns_from_them(library):
    users = [
        file.name
        for file in architecture.modules("forensics")
        if f"import {library}" in (text := file.read_text(encoding="utf-8")) or f"from {library}" in text
    ]
    assert users == []
