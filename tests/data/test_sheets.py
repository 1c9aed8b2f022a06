"""Contact sheets show both classes and outline edits."""

import cv2
import pytest

from realfake.data.sheets import write_sheet
from realfake.forensics.errors import BadManifest
from tests.commands import realfake
from tests.phones import small_phones


def test_the_command_draws_a_set_and_a_sheet_of_it(tmp_path):
    out, sheet = tmp_path / "set", tmp_path / "sheet.png"
    with small_phones():
        realfake("synth", out, "--genuine", 2, "--fake", 2, "--apps", 1, "--seed", 5)
    realfake("sheet", out / "manifest.csv", "-o", sheet, "--rows", 2, "--columns", 2)
    assert sheet.is_file()


def test_a_sheet_shows_both_classes_and_outlines_edits(made, tmp_path):
    assert write_sheet(made / "manifest.csv", tmp_path / "sheet.png", rows=2, columns=4, height=300) == 8
    picture = cv2.cvtColor(cv2.imread(str(tmp_path / "sheet.png")), cv2.COLOR_BGR2RGB)
    assert picture.shape[0] == 2 * (300 + 8) + 8
    outlined = (picture == (255, 0, 80)).all(axis=2)
    half = picture.shape[1] // 2
    assert outlined[:, half:].sum() > 50 * max(outlined[:, : half // 2].sum(), 1)


def test_a_sheet_with_another_ending_is_refused(made, tmp_path):
    with pytest.raises(BadManifest, match="no picture's name"):
        write_sheet(made / "manifest.csv", tmp_path / "sheet.txt")
