"""Tables of many images."""

import csv

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.catalog import feature_names
from realfake.forensics.errors import BadTable
from realfake.forensics.extract import PROVENANCE
from realfake.forensics.limited import Limits
from realfake.forensics.text.regions import region_names
from realfake.pipeline.extraction.bulk import columns_and_work, extract_to, mark_edited
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.table import read_table
from tests.lies import LIE, false_receipt
from tests.pictures import draw_screen


@pytest.fixture
def mask(tmp_path):
    """White from column 50 on, of an image of 100 x 40."""
    altered = np.zeros((40, 100), np.uint8)
    altered[:, 50:] = 255
    Image.fromarray(altered).save(tmp_path / "mask.png")
    return str(tmp_path / "mask.png")


def rows_at(*left: int) -> list[dict]:
    """Words of 20 x 10 pixels that begin at these columns."""
    known = {"error": "", "width": 100, "height": 40, "y": 5, "region_width": 20, "region_height": 10}
    return [known | {"region": i, "x": x} for i, x in enumerate(left)]


def test_a_word_is_edited_as_far_as_the_mask_covers_it(mask):
    rows = rows_at(0, 28, 40, 60)
    mark_edited(rows, Item("a.png", {"label": 1, "mask": mask}))
    assert [row["edited"] for row in rows] == [0.0, 0.0, 1.0, 1.0]


def test_words_of_genuine_images_are_untouched_and_those_of_others_unknown(mask):
    for labels, expected in (
        ({"label": 0, "mask": ""}, 0.0),
        ({"label": 1, "mask": ""}, None),
        ({"label": ""}, None),
        ({}, None),
    ):
        rows = rows_at(60)
        mark_edited(rows, Item("a.png", labels))
        assert rows[0].get("edited") == expected
    failed = [{"path": "a.png", "error": "a.png is empty"}]
    mark_edited(failed, Item("a.png", {"label": 1, "mask": mask}))
    assert "edited" not in failed[0]


def test_a_broken_image_is_counted_and_its_row_says_why(tmp_path):
    good, bad = tmp_path / "a.png", tmp_path / "b.png"
    Image.fromarray(draw_screen()).save(good)
    bad.write_bytes(b"no image")
    here = Workers(limits=Limits(None, None))  # in this process, which is quicker
    seen = []
    items, output = [Item(str(good)), Item(str(bad))], tmp_path / "t.csv"
    summary = extract_to(items, output, Wanted(("ela",)), workers=here, progress=lambda *at: seen.append(at))
    assert (summary.images, summary.failed, summary.kept) == (2, 1, 0)
    assert "b.png is" in summary.first_error and seen[-1] == (2, 2)
    table = read_table(output)
    assert [name for name in table if "__" in name] == feature_names(["ela"])
    assert table.filter(like="ela__").isna().all(axis=1).tolist() == [False, True]
    again = extract_to(items, output, Wanted(("ela",)), workers=here)
    assert again.kept == 1, "a row that did not change is taken over, and one with an error is measured again"
    assert not output.with_name("t.csv.part").exists()


def test_columns_stand_in_the_order_of_provenance_labels_and_measurements():
    items = [Item("a.png", {"label": 1, "app": "bank"})]
    columns, _ = columns_and_work(items, Wanted(("ela", "spam")))
    assert columns == [*PROVENANCE, "label", "app", *feature_names(["ela", "spam"])]
    words, _ = columns_and_work(items, Wanted(level="region"), ["note"])
    assert words[: len(PROVENANCE) + 3] == [*PROVENANCE, "label", "app", "note"]
    assert words[-len(region_names()) :] == region_names() and "edited" in words


def test_what_is_read_is_columns_of_an_image_and_rows_of_values(tmp_path):
    false_receipt().save(tmp_path / "slip.png")
    Image.new("RGB", (64, 64)).save(tmp_path / "black.png")
    items = [Item(str(tmp_path / name)) for name in ("slip.png", "black.png", "none.png")]
    extract_to(items, tmp_path / "images.csv", Wanted(("ela",), reader="rapidocr"))
    images = read_table(tmp_path / "images.csv")
    assert images["content__total__off"].round(3).tolist()[:1] == [0.079]
    assert images["content__total__off"].isna().tolist() == [False, True, True]
    for more in ({}, {"with_text": True}):
        extract_to(items, tmp_path / f"values{len(more)}.csv", Wanted(level="field", **more))
    masked, told = (pd.read_csv(tmp_path / f"values{i}.csv") for i in (0, 1))
    assert masked["key"].dropna().tolist() == ["amount", "fee", "total", "date", "recipient"]
    assert masked["shape"][:2].tolist() == ["$9,999.99", "$9.99"] and "text" not in masked
    assert told["text"][:2].tolist() == ["$1,200.00", "$2.50"]
    black = masked["path"].str.endswith("black.png")
    assert masked["field"][black].tolist() == [-1]
    assert masked["error"].notna().tolist() == [False] * (len(masked) - 1) + [True]


def test_no_other_table_makes_way_for_one_of_values(tmp_path):
    Image.new("RGB", (64, 64)).save(tmp_path / "black.png")
    items = [Item(str(tmp_path / "black.png"))]
    extract_to(items, tmp_path / "table.csv", Wanted(("ela",)))
    with pytest.raises(BadTable, match="is no table of values"):
        extract_to(items, tmp_path / "table.csv", Wanted(level="field"))


def test_a_receipt_of_a_day_after_it_came_is_told(tmp_path):
    false_receipt().save(tmp_path / "slip.png")
    for number, received in enumerate(("2020-01-31", "2031-01-31", "messenger")):
        items = [Item(str(tmp_path / "slip.png"), {"received": received})]
        extract_to(items, tmp_path / f"{number}.csv", Wanted(("ela",), reader="rapidocr"))
    early, late, unknown = (read_table(tmp_path / f"{i}.csv")["content__file__before"].iloc[0] for i in range(3))
    assert early > 24 and late < 0 and np.isnan(unknown)


def test_cells_that_a_spreadsheet_would_run_are_text(tmp_path):
    false_receipt(LIE | {"Note": "=1+1+cmd"}).save(tmp_path / "slip.png")
    extract_to([Item(str(tmp_path / "slip.png"))], tmp_path / "values.csv", Wanted(level="field", with_text=True))
    with (tmp_path / "values.csv").open() as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    assert "'=1+1+cmd" in cells
