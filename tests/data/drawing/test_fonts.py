"""Fonts of the packages, and those of this machine where they are asked for."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from realfake.data.drawing.fonts import FEWEST_FAMILIES, catalogue, fonts_of, licences
from realfake.data.synth import synthesise

SHIPPED = Path(str(importlib.util.find_spec("matplotlib").origin)).parent / "mpl-data" / "fonts"  # type: ignore[union-attr]


@pytest.fixture
def folder(tmp_path):
    """Two upright text fonts that no package brings, a slanted one, one of symbols, and what is no font."""
    for name in ("DejaVuSansDisplay", "DejaVuSans-Oblique", "STIXGeneral", "STIXGeneralBol", "STIXSizOneSymReg"):
        shutil.copy(SHIPPED / "ttf" / f"{name}.ttf", tmp_path)
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    return tmp_path


def test_packages_bring_enough_families_with_licences():
    assert len(licences()) >= FEWEST_FAMILIES
    assert all(licences().values())


def test_upright_text_fonts_of_a_folder_join_the_catalogue_for_as_long_as_asked(folder):
    before = catalogue()
    with fonts_of([str(folder)]):
        further = [face for face in catalogue() if face not in before]
        assert {face.family for face in further} == {"STIXGeneral"}
        assert sorted(face.weight for face in further) == [400, 700]
        assert "STIXGeneral" in licences()
        assert all(face.covers("Total 4,71") for face in further)
    assert catalogue() == before


def test_a_set_drawn_with_the_fonts_of_a_machine_is_another_set_and_names_them(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("realfake.data.synth.SYSTEM_FOLDERS", (str(folder),))
    cards, bytes_of = [], []
    for name in ("plain", "with"):
        synthesise(tmp_path / name, genuine=6, fake=0, apps=6, seed=3, system_fonts=name == "with")
        cards.append((tmp_path / name / "README.md").read_text())
        bytes_of.append([file.read_bytes() for file in sorted((tmp_path / name / "genuine").iterdir())])
    assert "STIXGeneral" not in cards[0] and "| STIXGeneral |" in cards[1]
    assert bytes_of[0] != bytes_of[1]
