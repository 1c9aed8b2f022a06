"""Which words teach, and as what."""

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.tables.labelled_words import EDITED, UNTOUCHED, read_words, region_labels, scorer_columns
from realfake.pipeline.tables.table import write_table
from realfake.pipeline.words.scorer import lesson_of
from tests.regions import SMALL, TOLD


def test_a_word_is_edited_from_a_quarter_of_its_box_and_unknown_below_unless_hardly_touched():
    edited = [0, UNTOUCHED, UNTOUCHED + 0.001, EDITED - 0.001, EDITED, 1, np.nan, 1]
    table = pd.DataFrame({"edited": edited, "region": [0, 1, 2, 3, 4, 5, 6, -1]})
    np.testing.assert_array_equal(region_labels(table), [0, 0, np.nan, np.nan, 1, 1, np.nan, np.nan])


def test_a_table_without_masks_is_refused(words):
    with pytest.raises(BadTable, match="lacks the column 'edited'; extract it with --level region and a manifest"):
        lesson_of(words.drop(columns="edited"), STRATEGIES["plain"], SMALL)


def test_a_table_of_another_version_is_refused(words):
    with pytest.raises(BadTable, match=f"lacks 1 region columns, the first {TOLD[0]}; extract it again"):
        lesson_of(words.drop(columns=TOLD[0]), STRATEGIES["plain"], SMALL)


def test_a_scorer_learns_no_positions(words):
    learnt = scorer_columns(words)
    assert not [column for column in learnt if column.split("__")[1] == "place"]
    assert len(learnt) > 300


def test_words_are_read_in_single_precision_from_either_kind_of_table(words, tmp_path):
    few = words[:30]
    for name in ("w.csv", "w.parquet"):
        write_table(few, tmp_path / name)
        found = read_words(tmp_path / name)
        assert found[TOLD[0]].dtype == np.float32 and found.attrs["source"] == str(tmp_path / name)
        np.testing.assert_array_equal(found[list(TOLD)].to_numpy(), few[list(TOLD)].to_numpy(np.float32))
        np.testing.assert_array_equal(found["edited"], few["edited"])
    with pytest.raises(BadTable, match="is not a file"):
        read_words(tmp_path / "none.parquet")
    (tmp_path / "w.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadTable, match="cannot be read as a table"):
        read_words(tmp_path / "w.parquet")
