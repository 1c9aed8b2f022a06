"""From files to what is kept of them."""

import io
from datetime import time

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.content.receipt import Line, Receipt, Value
from realfake.forensics.errors import BadManifest, UnknownName
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import Limits
from realfake.forensics.text.signature import from_bytes, to_bytes
from realfake.pipeline.archive.screens import (
    LONG_SIDE,
    bearing,
    kept_path,
    moment_of,
    needs_columns,
    screens_of,
    small_picture,
)
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.settings import Workers
from tests.payments import payment, receipt, signed

HERE = Workers(limits=Limits(None, None))


def test_a_file_becomes_a_screen_and_a_bad_one_a_sentence(tmp_path):
    receipt(payment(1)).save(tmp_path / "slip.png")
    (tmp_path / "bad.png").write_bytes(b"nothing")
    labels = {"came": "2026-04-23 18:05", "who": "S1"}
    items = [Item(str(tmp_path / "slip.png"), labels), Item(str(tmp_path / "bad.png"), labels)]
    (_, good, no_error), (_, bad, error) = screens_of(items, True, "came", "who", HERE)
    assert (good.path, good.received, good.sender, no_error) == (items[0].path, "2026-04-23T18:05:00", "S1", "")
    assert len(good.signature) > 20
    assert max(Image.open(io.BytesIO(good.picture)).size) == LONG_SIDE
    assert bad is None and "bad.png" in error


def test_no_picture_is_kept_where_none_is_asked_for(tmp_path):
    receipt(payment(1)).save(tmp_path / "slip.png")
    ((_, screen, _),) = screens_of([Item(str(tmp_path / "slip.png"))], False, None, None, HERE)
    assert (screen.picture, screen.received, screen.sender) == (None, "", "")


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2026-04-23", "2026-04-23T00:00:00"),
        ("2026-04-23T18:05:09+02:00", "2026-04-23T16:05:09"),
        ("", ""),
        ("nan", ""),
    ],
)
def test_moments_are_read_and_told_in_one_zone(cell, read):
    assert moment_of(Item("a.png", {"came": cell}), "came") == read


def test_a_date_that_can_be_read_in_two_ways_is_refused():
    with pytest.raises(BadManifest, match="which is no date; write dates as"):
        moment_of(Item("a.png", {"came": "03/04/2026"}), "came")


def test_a_column_that_the_manifest_lacks_is_named():
    with pytest.raises(UnknownName, match="no column 'came'; its columns are: label"):
        needs_columns([Item("a.png", {"label": 1})], None, "came")
    needs_columns([], "came")


def test_a_small_image_is_kept_as_large_as_it_is():
    small = small_picture(ForensicImage.from_array(np.zeros((64, 48, 3), np.uint8)))
    assert Image.open(io.BytesIO(small)).size == (48, 64)


def test_paths_are_absolute_and_addresses_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert kept_path("a.png") == str(tmp_path / "a.png")
    assert kept_path("s3://bucket/a.png") == "s3://bucket/a.png"


def test_words_bear_what_was_read_and_what_it_is():
    signature = signed(receipt(payment(1)))
    box = signature.stored_box(0)
    value = Value("", "", "21:19", "time", box, 1.0, clock=time(21, 19))
    read = bearing(signature, Receipt((Line(box, "21:19", 1.0),), (value,), None, (540, 960), "a reader"))
    again = from_bytes(to_bytes(read))
    assert again.texts[0] == "21:19" and again.kinds[0] == "time"
    assert not any(again.texts[1:]) and not any(again.kinds[1:])
    assert bearing(signature, None) is signature
