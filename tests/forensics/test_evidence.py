"""All evidence of an image at once is what its parts give alone."""

import gc
import weakref

import numpy as np
import pytest

from realfake.forensics.catalog import family_features
from realfake.forensics.content import reading
from realfake.forensics.errors import BadImage, UnknownName
from realfake.forensics.evidence import measure
from realfake.forensics.extract import PROVENANCE, extract_features
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import measure_regions
from tests.lettering import pixels, slip


@pytest.fixture(scope="module")
def image() -> ForensicImage:
    return ForensicImage.from_array(pixels(slip()[0]))


def test_one_pass_gives_what_its_parts_give_alone(image):
    evidence = measure(image, ["ela"])
    np.testing.assert_equal(evidence.row, extract_features(image, ["ela"]))
    assert set(evidence.provenance) == set(PROVENANCE)
    assert list(evidence.features) == [entry.column for entry in family_features("ela")]
    assert evidence.words.boxes == measure_regions(image).boxes
    assert evidence.abstain == ""


def test_a_picture_is_let_go_at_once_and_not_when_the_collector_comes_by():
    """Else a worker that measures one picture after the other takes up more and more memory."""
    picture = ForensicImage.from_array(pixels(slip()[0]))
    gone = weakref.ref(picture)
    gc.disable()
    try:
        evidence = measure(picture, reader="auto")
        assert evidence.receipt.values
        del picture, evidence
        assert gone() is None
    finally:
        gc.enable()


def test_words_are_left_out_where_they_are_not_asked_for(image):
    evidence = measure(image, ["ela"], words=False)
    assert evidence.words is None and evidence.abstain == ""


def test_a_picture_without_words_is_measured_and_not_judged_by_them():
    evidence = measure(ForensicImage.from_array(np.full((64, 64, 3), 200, np.uint8)), ["ela"])
    assert evidence.abstain.startswith("only 0 words were found")
    assert evidence.features["ela__q90__mean"] == 0


def test_what_cannot_be_measured_is_said(image, tmp_path):
    with pytest.raises(BadImage, match="none.png cannot be read"):
        measure(tmp_path / "none.png")
    with pytest.raises(UnknownName, match="colour_of_magic"):
        measure(image, ["colour_of_magic"])


def test_what_a_screen_says_is_read_where_that_is_asked_for(image):
    evidence = measure(image, ["ela"], words=False, reader="auto")
    assert {value.key: value.text for value in evidence.receipt.values}["sender"] == "LENA KTLE"
    assert evidence.receipt.reader == "rapidocr" and evidence.codes == () and evidence.note == ""
    assert measure(image, ["ela"], words=False).receipt is None
    with pytest.raises(UnknownName, match="no reader 'abacus'"):
        measure(image, ["ela"], reader="abacus")


def test_without_a_reader_one_sentence_says_so(image, monkeypatch):
    monkeypatch.setattr(reading, "READERS", {})
    evidence = measure(image, ["ela"], words=False, reader="auto")
    assert evidence.receipt is None
    assert evidence.note.startswith("no reader of text is installed") and "realfake[read]" in evidence.note
