"""What a made set holds besides images: masks that are read back, settings that are kept to."""

import numpy as np
import pandas as pd
import pytest

from realfake.data.files import count_table, mask_png, remember_settings
from realfake.data.masks import read_mask
from realfake.forensics.errors import BadManifest


def test_a_mask_comes_back_as_it_was_written(tmp_path):
    mask = np.random.default_rng(0).random((13, 21)) < 0.3
    (tmp_path / "mask.png").write_bytes(mask_png(mask))
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.png", 21, 13), mask)


@pytest.fixture
def settings(tmp_path):
    """Where a set remembers what it is made with."""
    (tmp_path / ".synth").mkdir()
    return tmp_path / ".synth" / "settings.json"


def test_a_set_goes_on_with_the_same_settings_and_with_no_others(settings):
    remember_settings(settings, {"seed": 1, "apps": 3})
    remember_settings(settings, {"apps": 3, "seed": 1})
    with pytest.raises(BadManifest, match="holds a set made with other settings or by another version"):
        remember_settings(settings, {"seed": 2, "apps": 3})
    remember_settings(settings, {"seed": 1, "apps": 3})


def test_a_set_of_another_version_is_not_mixed_in(settings, monkeypatch):
    remember_settings(settings, {"seed": 1})
    monkeypatch.setattr("realfake.data.files.version", lambda name: "0.0.1")
    with pytest.raises(BadManifest, match="by another version"):
        remember_settings(settings, {"seed": 1})


def test_settings_that_cannot_be_read_are_said(settings):
    settings.write_text("{broken")
    with pytest.raises(BadManifest, match="cannot be read .*; choose another folder"):
        remember_settings(settings, {"seed": 1})


def test_names_are_counted_and_the_commonest_comes_first():
    lines = list(count_table("Editors", pd.Series(["splice", "erase", "splice"])))
    assert lines == ["## Editors", "", "| | images |", "|---|---:|", "| splice | 2 |", "| erase | 1 |", ""]
