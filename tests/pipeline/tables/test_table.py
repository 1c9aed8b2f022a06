"""Reading, writing and checking feature tables."""

import os

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, TooFewFakes
from realfake.pipeline.tables.table import (
    TableWarning,
    feature_columns,
    groups,
    labelled,
    labels,
    read_table,
    write_table,
)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_reads_back_as_it_was_written(tmp_path, make_table, ending):
    frame = make_table(rows=40, fakes=4)
    frame["tool"] = np.where(frame["label"] == 1, "=cmd()", "-")
    write_table(frame, tmp_path / f"t.{ending}")
    back = read_table(tmp_path / f"t.{ending}")
    assert list(back.columns) == list(frame.columns)
    features = feature_columns(frame)
    np.testing.assert_array_equal(back[features].to_numpy(), frame[features].to_numpy())
    assert list(back["tool"]) == list(frame["tool"])
    assert list(back["label"].astype(int)) == list(frame["label"])


def test_a_cell_that_a_spreadsheet_would_run_is_guarded_in_csv_only_where_it_is_text(tmp_path):
    frame = pd.DataFrame({"path": ["=1+1", "'=x", "'plain", "-a", "b"], "ela__a__b": [-1.0, 2.0, 3.0, 4.0, 5.0]})
    write_table(frame, tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text()
    assert "\n'=1+1,-1.0\n" in text
    assert "\n'plain,3.0\n" in text
    assert list(read_table(tmp_path / "t.csv")["path"]) == list(frame["path"])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_groups_may_be_named_by_bytes_that_are_not_utf8(tmp_path, make_table, ending):
    frame = make_table(rows=40, fakes=4)
    frame["group"] = [os.fsdecode(b"caf\xe9 ") + str(i // 2) for i in range(40)]
    write_table(frame, tmp_path / f"t.{ending}")
    assert len(set(labelled(read_table(tmp_path / f"t.{ending}")).groups)) == 20


def test_a_failed_write_leaves_the_old_table_and_no_scratch(tmp_path, monkeypatch):
    frame = pd.DataFrame({"path": ["a"], "ela__a__b": [1.0]})
    write_table(frame, tmp_path / "t.csv")
    before = (tmp_path / "t.csv").read_bytes()

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(BadTable, match="No space left"):
        write_table(frame.assign(path="b"), tmp_path / "t.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_bytes() == before


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "cannot be read as a table"),
        (b"path,ela__a__b\n", "has no rows"),
        (b"path,ela__a__b\na,many\n", "has text in the feature column 'ela__a__b'"),
        (b"path,ela__a__b\na,inf\n", "infinite"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path, content, sentence):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(BadTable, match=sentence):
        read_table(tmp_path / "t.csv")


def test_a_table_that_is_not_there_or_not_parquet_is_refused(tmp_path):
    with pytest.raises(BadTable, match="is not a file"):
        read_table(tmp_path / "no.csv")
    (tmp_path / "t.parquet").write_bytes(b"not parquet")
    with pytest.raises(BadTable, match="cannot be read as a table"):
        read_table(tmp_path / "t.parquet")


def test_labels_other_than_0_and_1_are_refused(make_table):
    frame = make_table(rows=40, fakes=4)
    with pytest.raises(BadTable, match="no column 'label'"):
        labels(frame.drop(columns="label"))
    frame["label"] = frame["label"].astype(object)
    frame.loc[7, "label"] = "maybe"
    with pytest.raises(BadTable, match="'maybe' in row 8"):
        labels(frame)


def test_one_class_is_refused(make_table):
    frame = make_table(rows=40, fakes=4)
    with pytest.raises(TooFewFakes, match="only genuine images"):
        labelled(frame[frame["label"] == 0])
    with pytest.raises(TooFewFakes, match="only fakes"):
        labelled(frame[frame["label"] == 1])


def test_a_table_without_features_is_refused(make_table):
    with pytest.raises(BadTable, match="has no features"):
        labelled(make_table(rows=40, fakes=4)[["path", "label", "group"]])


def test_unreadable_and_unlabelled_rows_are_left_out_with_a_warning(make_table):
    frame = make_table(rows=40, fakes=4)
    frame["label"] = frame["label"].astype(float)
    genuine = np.flatnonzero(frame["label"] == 0)
    frame.loc[genuine[0], "error"] = "truncated"
    frame.loc[genuine[1], "label"] = np.nan
    with pytest.warns(TableWarning, match="2 of 40 rows are left out"):
        data = labelled(frame)
    assert len(data.y) == len(data.frame) == len(data.groups) == 38
    assert not {genuine[0], genuine[1]} & {int(path[5:-4]) for path in data.frame["path"]}


def test_a_table_without_groups_gets_them_from_near_duplicates_with_a_warning(make_table):
    frame = make_table(rows=6, fakes=2).drop(columns="group")
    frame["phash"] = ["0" * 16, "0" * 15 + "1", "f" * 16, "5" * 16, "a" * 16, "c" * 16]
    with pytest.warns(TableWarning, match="6 images fell into 5 groups"):
        found = groups(frame)
    assert found[0] == found[1]
    assert len(set(found)) == 5


def test_identical_files_in_two_groups_are_told(make_table):
    frame = make_table(rows=40, fakes=4)
    frame.loc[1, "sha256"] = frame.loc[0, "sha256"]
    with pytest.warns(TableWarning, match="1 files stand in more than one group"):
        labelled(frame)
