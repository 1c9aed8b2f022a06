"""What a person wrote into a table goes on with it, or the run is refused."""

import pandas as pd
import pyarrow as pa
import pytest

from realfake.forensics.errors import BadTable
from realfake.pipeline.extraction.handwritten import handwritten, label_types
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.tables.table import TableWarning

ITEMS = [Item("a.png", {"label": 1}), Item("b.png", {"label": ""})]


@pytest.fixture
def table(tmp_path):
    """A function that writes a table of the two images with further columns."""

    def write(name: str = "t.csv", **columns):
        known = {"path": ["a.png", "b.png"], "sha256": ["0", "1"], "error": "", "ela__q90__mean": [1.0, 2.0]}
        frame = pd.DataFrame(known | columns)
        frame.to_parquet(tmp_path / name) if name.endswith("parquet") else frame.to_csv(tmp_path / name, index=False)
        return tmp_path / name

    return write


def words(**columns) -> dict:
    """Columns that make each row a word of one image."""
    place = {"path": "a.png", "region": [0, 1], "x": 0, "y": 0, "region_width": 9, "region_height": 9}
    return place | columns


def test_where_there_is_no_table_nothing_was_written(tmp_path):
    found = handwritten(ITEMS, tmp_path / "none.csv", regions=False)
    assert list(found.items) == ITEMS and found.word_columns == ()


def test_a_column_of_ones_own_goes_on_and_columns_of_the_program_do_not(table):
    found = handwritten(ITEMS, table(reviewer=["Ann", ""], label=[1, ""]), regions=False)
    assert [item.labels for item in found.items] == [{"label": 1, "reviewer": "Ann"}, {"label": "", "reviewer": ""}]


def test_a_label_that_the_manifest_lacks_is_kept_and_one_that_it_contradicts_is_refused(table):
    kept = handwritten(ITEMS, table(label=["1.0", "0"]), regions=False)
    assert [str(item.labels["label"]) for item in kept.items] == ["1", "0"]
    with pytest.raises(BadTable, match=r"says label '0' of a.png and the manifest says '1'; correct one of them"):
        handwritten(ITEMS, table(label=["0", ""]), regions=False)


def test_types_of_a_parquet_column_are_remembered(table):
    found = handwritten(ITEMS, table("t.parquet", score=[0.5, 1.5]), regions=False)
    assert found.types == {"score": pa.float64()}


def test_rows_of_images_that_are_not_named_are_refused_where_a_person_wrote_them(table):
    with pytest.raises(BadTable, match=r"has rows \(reviewer\) that were written by hand.*the first b.png"):
        handwritten(ITEMS[:1], table(reviewer=["", "Ann"]), regions=False)
    with pytest.warns(TableWarning, match="1 rows of images that are not named any more are dropped"):
        handwritten(ITEMS[:1], table(label=["1", "0"]), regions=False)


def test_what_is_no_feature_table_or_of_another_level_is_left_alone(table, tmp_path):
    (tmp_path / "notes.csv").write_text("path,opinion\na.png,good\n")
    with pytest.raises(BadTable, match="exists and is not a feature table"):
        handwritten(ITEMS, tmp_path / "notes.csv", regions=False)
    with pytest.raises(BadTable, match="exists and is a table of images"):
        handwritten(ITEMS, table(), regions=True)
    (tmp_path / "t.parquet").write_bytes(b"broken")
    with pytest.raises(BadTable, match="exists and cannot be read as a feature table"):
        handwritten(ITEMS, tmp_path / "t.parquet", regions=False)


def test_two_rows_of_one_image_that_differ_are_refused(table):
    twice = {"path": "a.png", "reviewer": ["Ann", "Bob"]}
    with pytest.raises(BadTable, match="has more than one row of a.png; keep one of them"):
        handwritten(ITEMS, table(**twice), regions=False)


def test_what_was_written_word_by_word_survives_only_with_the_same_words(table):
    items = [Item("a.png")]
    found = handwritten(items, table(**words(verdict=["odd", "fine"], seen="yes")), regions=True)
    assert found.word_columns == ("verdict",)
    assert found.items[0].labels == {"seen": "yes"}
    found.check("a.png", [{"verdict": "odd"}, {"verdict": "fine"}])
    with pytest.raises(BadTable, match="has words of a.png with 'verdict' written by hand"):
        found.check("a.png", [{"verdict": None}, {"verdict": ""}])


@pytest.mark.parametrize(("labels", "type"), [(["0", "1", ""], None), ([1, 0], None), (["fake", 0], pa.string())])
def test_labels_are_whole_numbers_or_text(labels, type):
    items = [Item(f"{i}.png", {"label": label}) for i, label in enumerate(labels)]
    assert label_types(items).get("label") == type
