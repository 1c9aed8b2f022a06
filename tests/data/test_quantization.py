"""Tables of real files are whole, are written as they are, and stand in for the quality that was asked for."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from realfake.data.channels import JpegHabit, draw_habit
from realfake.data.quantization import FILE, LUMA_TABLE, found_tables

BLANK = np.full((32, 32, 3), 128, np.uint8)


def written(tables):
    with Image.open(io.BytesIO(JpegHabit(80, "4:4:4", tables).encode(BLANK))) as picture:
        return tuple(picture.quantization[0]), tuple(picture.quantization[1])


def test_the_file_holds_tables_that_a_baseline_jpeg_can_carry():
    with np.load(FILE) as kept:
        for name, fewest in (("luma", 800), ("chroma", 250)):
            assert kept[name].shape[1] == 64 and len(np.unique(kept[name], axis=0)) == len(kept[name]) > fewest
            assert kept[name].dtype == np.uint8 and kept[name].min() >= 1


@pytest.mark.parametrize("quality", [60, 75, 85, 92])
def test_a_found_table_is_about_as_coarse_as_the_quality(quality):
    ijg = np.clip(np.rint(LUMA_TABLE * (200 - 2 * quality) / 100), 1, 255).mean()
    drawn = [found_tables(quality, np.random.default_rng(seed))[0] for seed in range(20)]
    assert all(abs(np.log(np.mean(luma) / ijg)) < 0.35 for luma in drawn)
    assert len(set(drawn)) > 5


def test_tables_are_written_row_by_row_as_they_were_given():
    tables = found_tables(80)
    assert written(tables) == tables
    assert found_tables(80) == tables


def test_a_share_of_the_habits_has_the_tables_of_real_files():
    with np.load(FILE) as kept:
        real = {tuple(table) for table in kept["luma"].tolist()}
    rng = np.random.default_rng(0)
    habits = [draw_habit(rng) for _ in range(300)]
    share = np.mean([habit.tables is not None and habit.tables[0] in real for habit in habits])
    assert 0.22 < share < 0.45
