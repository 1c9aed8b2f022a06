"""A pool that stays says of a file what `predict` says of it."""

import io
import json

import numpy as np
import pytest
from PIL import Image

import realfake
from realfake.forensics.catalog import FAMILIES, feature_names
from realfake.forensics.image import ForensicImage
from realfake.pipeline.scoring import score_pictures
from tests.lettering import slip
from tests.pictures import draw_screen


def png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(draw_screen()).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def pool():
    with realfake.ScoringPool(["starter", "starter"], families=["ela"]) as found:
        yield found


def test_a_file_is_scored_as_predict_scores_it(pool, tmp_path):
    (tmp_path / "slip.png").write_bytes(png())
    told = realfake.predict(tmp_path / "slip.png", workers=realfake.Workers(1, realfake.Limits(None, None))).iloc[0]
    scored = pool.score("slip.png", png())
    for prediction in scored.predictions:
        assert prediction["score"] == told["score"] and prediction["verdict"] == told["verdict"]
        assert prediction["suspects"] == json.loads(told["suspects"]) and prediction["sha256"] == told["sha256"]
    assert len(scored.predictions) == 2
    assert scored.row["ela__q75__mean"] > 0 and scored.row["words_model"] == realfake.load_model().fingerprint
    assert json.loads(json.dumps(scored.row)) == scored.row, "as JSON has it"
    named = {column for column in scored.row if column.partition("__")[0] in FAMILIES}
    assert named == set(feature_names(["ela"])), "whole families that are named"


def test_of_other_families_only_the_columns_that_are_weighed_are_measured():
    columns = {"noise__luma__p10", "ela__q75__mean"}
    image = ForensicImage.from_array(draw_screen())
    row = score_pictures([image], [realfake.load_model()], ["ela", "noise", "srm"], columns=columns).row
    assert {column for column in row if column.partition("__")[0] in FAMILIES} == columns


def test_what_cannot_be_measured_is_an_error_and_the_pool_goes_on(pool):
    with pytest.raises(realfake.RealfakeError, match="x.png is a text and not an image"):
        pool.score("x.png", b"text")
    assert pool.score("slip.png", png()).row["width"] == 240


def test_a_picture_is_its_pixels_and_nothing_else(pool):
    file = io.BytesIO()
    Image.fromarray(draw_screen()).save(file, "PNG", pnginfo=None, icc_profile=b"secret" * 20)
    shown = pool.picture("slip.png", file.getvalue())
    assert b"secret" not in shown
    with Image.open(io.BytesIO(shown)) as picture:
        assert np.array_equal(np.asarray(picture.convert("RGB")), draw_screen())
    with Image.open(io.BytesIO(pool.picture("slip.png", png(), turn=3))) as turned:
        assert np.array_equal(np.asarray(turned.convert("RGB")), draw_screen()[::-1, ::-1])
    with pytest.raises(realfake.RealfakeError, match="shows no picture 2"):
        pool.picture("slip.png", png(), frame=2)


def test_boxes_stand_where_the_picture_is_shown_with_text_like_each():
    screen = np.asarray(slip()[0].convert("RGB"))
    height, width = screen.shape[:2]
    upright = ForensicImage.from_array(screen, "upright")
    sideways = ForensicImage.from_array(np.ascontiguousarray(np.rot90(screen)), "turned")
    shown, turned = (score_pictures([one], [realfake.load_model()], []).display for one in (upright, sideways))
    assert (shown["turn"], turned["turn"]) == (1, 6)
    assert (turned["width"], turned["height"]) == (width, height)
    first = shown["suspects"][0]
    assert 1 <= len(first["peers"]) <= 3 and first["box"] not in first["peers"]
    assert all(
        x >= 0 and x + w <= width and y >= 0 and y + h <= height for x, y, w, h in (first["box"], *first["peers"])
    )


def test_the_case_of_bytes_is_the_case_of_their_file(pool, tmp_path):
    (tmp_path / "slip.png").write_bytes(png())
    assert pool.explain("slip.png", png()) == realfake.explain(tmp_path / "slip.png")
