"""What is taken for a word and is none differs from text in its strokes, colours and ground."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from realfake.forensics.text.regions import Regions
from tests.lettering import ALTERED, nearest, pixels, regions_of, slip


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


def drawn(kind: str) -> tuple[Regions, int]:
    """A slip in which something else stands in the place of a value, and which word that is."""
    picture, _, values = slip()
    where = values[ALTERED]
    draw = ImageDraw.Draw(picture)
    draw.rectangle((where.x - 2, where.y - 2, picture.width, where.bottom + 2), "white")
    if kind == "bar":
        draw.rectangle((where.x, where.y, where.x + 120, where.bottom - 1), (20, 20, 20))
    else:
        for i in range(3):
            face = (where.x + 24 * i, where.y, where.x + 24 * i + 19, where.y + 19)
            draw.ellipse(face, (250, 190, 30))
            draw.ellipse((face[0] + 4, face[1] + 5, face[0] + 8, face[1] + 9), (40, 40, 200))
            draw.ellipse((face[0] + 11, face[1] + 5, face[0] + 15, face[1] + 9), (200, 30, 60))
    found = regions_of(picture)
    return found, nearest(found.boxes, where)


def test_a_row_of_emoji_has_more_colours_than_ink_and_ground(plain):
    found, word = drawn("emoji")
    assert found.boxes[word].iou(slip()[2][ALTERED]) > 0.1
    third = found.table["likeness__colours__third"]
    assert third[word] > 0.05 > plain.table["likeness__colours__third"].max()
    assert found.table["likeness__strokes__typical"].idxmax() == word


def test_strokes_of_text_are_of_one_width(plain):
    table = plain.table
    assert table["likeness__strokes__typical"].between(0.05, 0.3).all()
    assert table["likeness__strokes__density"].median() == pytest.approx(2, abs=1)
    assert (table["likeness__ground__plain"] == 1).all()
    assert table["likeness__ground__slope"].max() < 0.01


def test_flat_ground_under_a_word_on_a_gradient_lies_off_the_plane_around_it():
    picture, _, values = slip()
    rgb, box = pixels(picture).astype(int), values[ALTERED].grown(3, *picture.size)
    shade = (
        2 * np.arange(rgb.shape[0])[:, None, None] // 7
        + np.random.default_rng(0).integers(0, 3, rgb.shape[:2])[:, :, None]
    )
    shaded = np.clip(rgb - shade, 0, 255)
    patched = shaded.copy()
    patched[box.slices] = np.where(rgb[box.slices] == 255, shaded[box.y, box.x], rgb[box.slices])
    found = regions_of(Image.fromarray(patched.astype(np.uint8)))
    field = np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])
    table = found.table
    assert table["likeness__ground__flattened"][field].min() < -1 < table["likeness__ground__flattened"][~field].min()
    assert (
        table["likeness__ground__lifted"][field].abs().min()
        > 1.5
        > table["likeness__ground__lifted"][~field].abs().max()
    )
    assert table["likeness__ground__slope"].median() > 10
