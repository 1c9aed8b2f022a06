"""COVERAGE: forgeries stand beside their originals."""

from realfake.data.datasets import read_folder
from tests.trees import COVERAGE, rows


def test_coverage_pairs_each_forgery_with_its_original(plant):
    imported = read_folder(plant(COVERAGE))
    assert rows(imported, "mask") == {
        "image/1.tif": "",
        "image/1t.tif": "mask/1forged.tif",
        "image/100.tif": "",
        "image/100t.tif": "mask/100forged.tif",
    }
    assert rows(imported, "group")["image/100t.tif"] == rows(imported, "group")["image/100.tif"] == "100"
