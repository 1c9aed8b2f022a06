"""Extraction as a scikit-learn transformer, and what importing extraction brings along."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone

from realfake.forensics.catalog import FAMILIES, family_features
from realfake.forensics.errors import UnknownName
from realfake.forensics.extract import extract_features
from realfake.forensics.transformer import ForensicFeatures
from tests.pictures import draw_screen, encode

SLOW_IMPORTS = {"sklearn", "scipy", "pandas", "numba", "pywt", "skimage"}


@pytest.fixture
def screen(tmp_path):
    path = tmp_path / "screen.jpg"
    path.write_bytes(encode(draw_screen(), "JPEG", quality=80))
    return path


def test_importing_extraction_leaves_the_slow_libraries_for_later():
    program = "import sys, forensics.extract; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert SLOW_IMPORTS.isdisjoint(loaded)


def test_the_table_holds_the_numbers_of_extraction(screen):
    table = ForensicFeatures(families=["quantization", "ela"]).fit_transform([screen, screen])
    row = extract_features(screen, ["quantization", "ela"])
    assert list(table) == [f.column for name in ("quantization", "ela") for f in family_features(name)]
    np.testing.assert_array_equal(table.to_numpy()[1], [row[column] for column in table])


def test_a_copy_measures_the_same_and_names_its_columns(screen):
    copy = clone(ForensicFeatures(cost="fast")).fit([screen])
    families = {column.split("__")[0] for column in copy.get_feature_names_out()}
    assert families == {name for name, one in FAMILIES.items() if one.cost == "fast" and not one.optional}


def test_a_family_that_does_not_exist_is_named():
    with pytest.raises(UnknownName, match="colour_of_magic"):
        ForensicFeatures(families=["colour_of_magic"]).fit([])
