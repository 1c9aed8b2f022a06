"""Flat ground ends with the blocks of a JPEG, but around what was written later."""

import numpy as np
from PIL import Image

from tests.lettering import ALTERED, nearest, pixels, regions_of, slip
from tests.pictures import jpeg, pasted


def test_what_was_written_after_a_jpeg_ends_flat_ground_off_its_grid():
    picture, _, values = slip()
    fresh, box = pixels(picture), values[ALTERED]
    received = jpeg(fresh, 60, "4:4:4")
    found = regions_of(Image.fromarray(pasted(received, fresh, box.grown(9, *picture.size))))
    field = np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])
    off, flat = found.table["quiet__ends__off_grid"], found.table["quiet__flat__block"]
    assert off[field].min() > 0.7 > 0.6 > off[~field].max()
    assert flat[field].min() > flat[~field].max()


def test_what_was_pasted_from_another_place_of_the_grid_ends_there():
    picture, _, values = slip()
    box = values[ALTERED].grown(6, *picture.size)
    received = jpeg(pixels(picture), 60, "4:4:4")
    moved = np.roll(jpeg(np.roll(pixels(picture), (-3, -3), (0, 1)), 60, "4:4:4"), (3, 3), (0, 1))
    found = regions_of(Image.fromarray(pasted(received, moved, box)))
    field = np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])
    foreign = found.table["quiet__ends__foreign"]
    assert foreign[field].min() > 0.3 > foreign[~field].max()
