"""The page of one case."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from realfake.forensics.content import reading
from realfake.forensics.draw import draw_map
from realfake.forensics.errors import BadModel, UnknownName
from realfake.forensics.image import ORIENTATION_TAG, ForensicImage
from realfake.forensics.text.regions import measure_regions
from realfake.pipeline.models.folder import STARTER
from realfake.pipeline.models.model import load_model
from realfake.pipeline.reports.case import case_page, exhibits, history
from realfake.pipeline.words.suspects import Suspect
from tests.lies import LIE, SENTENCE, false_receipt

BOXED = r'<rect (x="\d+" y="\d+" width="\d+" height="\d+" fill="none" stroke="#d0021b") stroke-opacity="([\d.]+)"'
ROWS = (
    ("From", "Anna Kowalska"), ("To", "Pedro Alvarez"), ("Amount", "1,250.00"), ("Date", "12 May 2026"),
    ("Fee", "0.00"),
)  # fmt: skip


@pytest.fixture(scope="module")
def slip(tmp_path_factory):
    path = tmp_path_factory.mktemp("case") / "slip <1>.png"
    picture = Image.new("RGB", (480, 640), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(22)
    for i, (label, value) in enumerate(ROWS):
        pen.text((24, 80 + 70 * i), label, fill=(110, 110, 120), font=font)
        pen.text((240, 80 + 70 * i), value, fill=(20, 20, 30), font=font)
    picture.save(path)
    return path


def test_the_starter_writes_a_self_contained_page_with_words_and_reasons(slip):
    page = case_page(str(slip), load_model(STARTER))
    assert "slip &lt;1&gt;.png" in page  # the name is escaped
    assert page.count("<rect") >= 1
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert "without a trace of JPEG compression" in page


def test_text_to_compare_a_field_with_is_shown_beside_the_first_of_its_words(slip):
    image = ForensicImage.open(slip)
    words = measure_regions(image)
    found = [Suspect(i, box, 0.5, ()) for i, box in enumerate(words.boxes)]
    shown = exhibits(image, image.rgb, words, found)
    assert len(shown) == len(words.boxes) > len({*words.fields})
    first = [field not in words.fields[:i] for i, field in enumerate(words.fields)]
    assert [bool(one.peers) for one in shown] == first


def test_a_picture_on_its_side_is_shown_as_it_is_read(slip, tmp_path):
    path, exif = tmp_path / "side.png", Image.Exif()
    exif[ORIENTATION_TAG] = 6
    with Image.open(slip) as picture:
        picture.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    upright, side = case_page(str(slip), load_model(STARTER)), case_page(str(path), load_model(STARTER))
    assert 'viewBox="0 0 480 640"' in side
    assert "must be turned by 90 degrees clockwise" in side and "must be turned" not in upright
    (here, surely), (there, as_surely) = (re.search(BOXED, page).groups() for page in (side, upright))
    assert here == there and float(surely) == pytest.approx(float(as_surely), abs=0.011)


def test_a_model_without_a_scorer_of_words_cannot_explain(slip):
    from dataclasses import replace

    with pytest.raises(BadModel, match="no scorer of words"):
        case_page(str(slip), replace(load_model(STARTER), scorer=None))


def test_the_history_of_a_jpeg_names_its_quality(slip, tmp_path):
    saved = tmp_path / "slip.jpg"
    Image.open(slip).save(saved, quality=83)
    assert "quality 83" in history(ForensicImage.open(saved))


def test_a_map_is_drawn_over_the_image_and_an_unknown_one_is_refused(slip):
    image = ForensicImage.open(slip)
    assert draw_map(image, "ela").startswith(b"\x89PNG")
    with pytest.raises(UnknownName, match="has no map"):
        draw_map(image, "container")


def test_a_blank_image_has_no_words_and_says_so(tmp_path):
    path = tmp_path / "blank.png"
    Image.fromarray(np.full((200, 200, 3), 255, np.uint8)).save(path)
    page = case_page(str(path), load_model(STARTER))
    assert "cannot tell" in page and "only 0 words" in page


def test_what_a_receipt_says_against_itself_stands_with_its_places_and_what_was_read(tmp_path):
    path = tmp_path / "false.png"
    false_receipt(LIE | {"Note": "<b>&"}).save(path)
    page = case_page(str(path), load_model(STARTER))
    assert SENTENCE in page and "not counted in the score" in page
    assert "recipient: Lena Ktle<img" in page and 'alt="total"' in page
    assert "<b>&" not in page


def test_a_page_without_a_reader_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "READERS", {})
    path = tmp_path / "false.png"
    false_receipt().save(path)
    page = case_page(str(path), load_model(STARTER))
    assert "No reader of text is installed" in page and SENTENCE not in page
