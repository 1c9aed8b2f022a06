"""Reading, writing and checking feature tables."""

import os

import numpy as np
import pandas as pd
import pytest

from realfake.forensics.errors import BadTable, TooFewFakes, UnknownName
from realfake.pipeline.tables.table import (
    TableWarning,
    distinct,
    feature_columns,
    groups,
    holds_words,
    labelled,
    labels,
    needs_words,
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
    names = [os.fsdecode(b"caf\xe9 ") + str(i // 2) for i in range(40)]
    frame["group"] = pd.Series(names, dtype=object)  # Arrow strings cannot hold them
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
        (b"path,ela__a__b\na,-1e39\n", "infinite"),
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


def test_labels_that_pandas_calls_not_available_are_left_out(make_table):
    frame = make_table(rows=40, fakes=4)
    frame["label"] = frame["label"].astype("Int64").where(frame.index != np.flatnonzero(frame["label"] == 0)[0])
    with pytest.warns(TableWarning, match="1 of 40 rows are left out"):
        assert len(labelled(frame).y) == 39


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


def as_saved(frame, separator=";", mark=",", encoding="utf-8", thousands="", first=""):
    """The bytes of a table as a spreadsheet saves it, a blank column and a row of separators at its end."""

    def cell(value):
        if not isinstance(value, float):
            return str(value)
        text = f"{value:{',' if thousands else ''}.17g}" if value == value else ""
        return text.translate(str.maketrans({".": mark, ",": thousands}))

    rows = [list(frame.columns), *([cell(value) for value in row] for row in frame.itertuples(index=False))]
    lines = [separator.join([*(f'"{text}"' if separator in text else text for text in row), ""]) for row in rows]
    return (first + "\r\n".join([*lines, separator * len(frame.columns), ""])).encode(encoding)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"mark": "."},
        {"separator": "\t"},
        {"separator": "\t", "encoding": "utf-16"},
        {"encoding": "utf-8-sig"},
        {"separator": ",", "mark": "."},
        {"separator": ",", "mark": ","},
        {"first": "sep=;\r\n"},
        {"thousands": "."},
        {"mark": ".", "thousands": ","},
        {"separator": "|", "encoding": "utf-16-le"},
    ],
)
def test_a_table_reads_alike_however_a_spreadsheet_saved_it(tmp_path, make_table, how):
    frame = make_table(rows=40, fakes=4)
    features = feature_columns(frame)
    frame[features[0]] *= 100_000  # thousands, and hundreds of them
    (tmp_path / "t.csv").write_bytes(as_saved(frame, **how))
    back = read_table(tmp_path / "t.csv")
    assert list(back.columns) == list(frame.columns)
    np.testing.assert_array_equal(back[features].to_numpy(), frame[features].to_numpy())
    assert list(labelled(back).y) == list(frame["label"])
    assert list(back["width"]) == list(frame["width"])


def test_a_comma_and_a_point_that_contradict_each_other_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("path;label;ela__a__b\na;1;0,5\nb;0;1.234\n")
    with pytest.raises(BadTable, match=r"semicolons\) has both points and commas"):
        read_table(tmp_path / "t.csv")


def test_a_workbook_is_named_and_not_read(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(BadTable, match="workbook"):
        read_table(tmp_path / "t.csv")


def test_more_cells_than_the_header_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("path,label,ela__a__b\na,1,0.5,lost\n")
    with pytest.raises(BadTable, match="more cells than the header"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "tsv.gz", "parquet"])
def test_an_ending_is_honoured(tmp_path, make_table, ending):
    frame = make_table(rows=40, fakes=4)
    path = tmp_path / f"t.{ending}"
    write_table(frame, path)
    start = path.read_bytes()[:5]
    assert start == {"csv": b"path,", "tsv": b"path\t", "parquet": start}.get(ending, start)
    assert start.startswith(b"\x1f\x8b") == ending.endswith("gz")
    features = feature_columns(frame)
    np.testing.assert_array_equal(read_table(path)[features].to_numpy(), frame[features].to_numpy())


@pytest.mark.parametrize("ending", ["xlsx", "json", "txt", "gz"])
def test_an_ending_that_is_not_known_is_refused(tmp_path, ending):
    with pytest.raises(UnknownName, match="end in one of .csv"):
        write_table(pd.DataFrame({"path": ["a"]}), tmp_path / f"t.{ending}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([-1, 0, 1], "'-1'"),
        ([2.0, 0.0, 1.0], "2 in row 1"),
        (["0", "1", " "], "nothing in row 3"),
        (["yes", 0, 1], "'yes'"),
    ],
)
def test_a_label_that_names_no_class_is_shown_as_it_was_written(cells, shown):
    with pytest.raises(BadTable, match=shown) as told:
        labels(pd.DataFrame({"label": pd.Series(cells)}))
    assert "np." not in str(told.value)


@pytest.mark.parametrize(
    "cells", [[True, False], ["True", "False"], ["TRUE", "FALSE"], ["fake", "genuine"], [1.0, 0.0]]
)
def test_booleans_and_words_are_labels(cells):
    assert list(labels(pd.DataFrame({"label": cells}))) == [1, 0]


def test_the_row_of_a_wrong_label_is_the_one_of_the_file(make_table):
    frame = make_table(rows=40, fakes=4)
    frame["label"] = frame["label"].astype(object)
    frame.loc[3, "label"] = ""
    frame.loc[7, "label"] = "maybe"
    with pytest.warns(TableWarning, match="1 of 40 rows"), pytest.raises(BadTable, match="in row 8;"):
        labelled(frame)


def words_table(make_table):
    frame = make_table(rows=40, fakes=4)
    return frame.assign(region=0, x=0, y=0, region_width=9, region_height=9)


def test_a_table_knows_whether_its_rows_are_words(make_table):
    images, words = make_table(rows=40, fakes=4), words_table(make_table)
    assert holds_words(words) and not holds_words(images)
    assert not holds_words(images.assign(region="Europe")), "a column of the manifest may have this name"
    bare = images[["path", "label"]].assign(glyphs__weight__mean=1.0, ink__tone__mean=2.0)
    assert holds_words(bare), "what was measured tells it too"
    with pytest.raises(BadTable, match="a row is a word; use --level region"):
        labelled(words)
    with pytest.raises(BadTable, match="extract the images with --level region"):
        needs_words(images)


def test_the_different_texts_of_a_column_are_named_once():
    assert distinct(pd.DataFrame({"app": ["b", "", "a", None, "b"]}), "app") == ["a", "b"]
    assert distinct(pd.DataFrame({"app": ["b"]}), "device") == []
