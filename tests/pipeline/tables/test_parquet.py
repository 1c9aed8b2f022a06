"""Feature tables as Parquet: types by name, and rows that come back image by image."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from realfake.pipeline.tables.parquet import STEP, finished_images, read_single, write_parquet

COLUMNS = ["path", "width", "label", "edited", "ela__q90__mean", "note"]
ROWS = [["a.png", "100", "1", "0.5", "1.25", "x"], ["b.png", "", "", "", "", ""]]


@pytest.fixture
def written(tmp_path):
    write_parquet(iter(ROWS), COLUMNS, tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def test_columns_have_the_types_that_their_names_tell_and_gaps_are_null(written):
    table = pq.read_table(written)
    types = [pa.string(), pa.int64(), pa.int64(), pa.float64(), pa.float64(), pa.string()]
    assert table.schema.types == types
    assert table.to_pylist() == [
        {"path": "a.png", "width": 100, "label": 1, "edited": 0.5, "ela__q90__mean": 1.25, "note": "x"},
        {"path": "b.png"} | dict.fromkeys(COLUMNS[1:]),
    ]


def test_a_type_that_is_given_counts_more_than_the_name():
    file = io.BytesIO()
    write_parquet(iter([["a.png", "fake"]]), ["path", "label"], file, {"label": pa.string()})
    assert pq.read_table(io.BytesIO(file.getvalue()))["label"].to_pylist() == ["fake"]


def test_names_that_a_spreadsheet_would_run_are_themselves_and_odd_bytes_are_written_with_backslashes():
    file = io.BytesIO()
    write_parquet(iter([["'=cmd()"], ["caf\udce9"]]), ["path"], file)
    assert pq.read_table(io.BytesIO(file.getvalue()))["path"].to_pylist() == ["=cmd()", "caf\\xe9"]


def test_rows_of_an_image_come_together_across_steps(tmp_path):
    rows = [[f"{i // 3}.png", str(i)] for i in range(3 * STEP)]
    write_parquet(iter(rows), ["path", "region"], tmp_path / "t.parquet")
    images = list(finished_images(tmp_path / "t.parquet", ["path", "region"]))
    assert len(images) == STEP and {len(image) for image in images} == {3}
    assert [row["region"] for image in images for row in image] == list(range(3 * STEP))


def test_a_file_with_other_columns_or_of_another_program_gives_nothing(written, tmp_path):
    assert len(list(finished_images(written, ["path", "note"]))) == 2
    assert list(finished_images(written, ["path", "ela__q75__mean"])) == []
    (tmp_path / "other.parquet").write_bytes(b"no parquet")
    assert list(finished_images(tmp_path / "other.parquet", ["path"])) == []


def test_a_table_is_read_in_single_precision_whatever_the_size_of_its_parts(tmp_path):
    rows = [[f"{i}.png", str(i), "0", "", "" if i % 7 == 0 else str(i / 3), "x"] for i in range(2 * STEP + 3)]
    write_parquet(iter(rows), COLUMNS, tmp_path / "t.parquet")
    frame = read_single(tmp_path / "t.parquet")
    assert list(frame["path"]) == [row[0] for row in rows] and list(frame["width"]) == list(range(len(rows)))
    expected = np.array([np.nan if i % 7 == 0 else i / 3 for i in range(len(rows))], np.float32)
    np.testing.assert_array_equal(frame["ela__q90__mean"].to_numpy(), expected)
    assert frame["ela__q90__mean"].dtype == np.float32


@pytest.mark.parametrize("cells", [pa.array(["soft"]), pa.array([np.inf])])
def test_features_that_are_no_finite_numbers_are_refused(tmp_path, cells):
    pq.write_table(pa.table({"path": ["a.png"], "ela__q90__mean": cells}), tmp_path / "t.parquet")
    with pytest.raises(ValueError, match="not a column of numbers|infinite"):
        read_single(tmp_path / "t.parquet")
