"""Pages of drawn text, stored in every direction, with the right tag, a wrong one or none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from realfake.forensics.box import Box
from realfake.forensics.extract import extract_regions
from realfake.forensics.image import ORIENTATION_TAG, ForensicImage
from realfake.forensics.text.direction import Direction, Signs, _level, find_direction, read_upright
from realfake.forensics.text.legible import cannot_tell
from realfake.forensics.text.regions import Regions, measure_regions
from realfake.forensics.text.words import read_screen
from tests.lettering import blank, pixels, write

STORED = {  # by tag: what makes the picture that a viewer turns upright, the inverse of Pillow's own exif_transpose
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip
UNTAGGED, TAGS = (1, 3, 6, 8), (1, *STORED)
SENTENCES = (
    "Transfer completed, thank you", "Paid to Lydia Hartwell", "Reference 20,471.50", "Booked today, half past ten",
    "Delivery by ordinary mail", "Questions, ask the helpdesk", "Fees, taxes, tolls included",
)  # fmt: skip
ON_GRID = ("laundering__ghost", "laundering__grid", "laundering__high", "histories", "quiet__ends")


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """A page of sentences whose sides are no multiple of 8."""
    picture = blank(669, 541)
    for i, sentence in enumerate(SENTENCES):
        write(picture, sentence, 30, 60 + 68 * i, 36)
    return picture


def stored(picture: Image.Image, tag: int) -> Image.Image:
    """The picture as a file of this tag would hold it."""
    return picture.transpose(STORED[tag]) if tag in STORED else picture


def filed(picture: Image.Image, tag: int | None, kind: str = "PNG") -> ForensicImage:
    """The picture as a file with an orientation tag, or none."""
    file, exif = io.BytesIO(), Image.Exif()
    if tag is not None:
        exif[ORIENTATION_TAG] = tag
    picture.save(file, kind, exif=exif, **({"quality": 80} if kind == "JPEG" else {}))
    return ForensicImage.from_bytes(file.getvalue())


def off_grid(regions: Regions):
    """The measurements that do not stand on blocks."""
    return regions.table[[name for name in regions.table if not name.startswith(ON_GRID)]]


@pytest.mark.parametrize("tag", TAGS)
def test_every_direction_is_read_with_its_tag_as_viewers_show_it(page, tag):
    image = filed(stored(page, tag), tag)
    reading = read_upright(image)
    assert reading.direction == Direction(tag)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(image.data)))
    assert np.array_equal(reading.image.rgb, np.array(shown))


@pytest.mark.parametrize("tag", UNTAGGED)
def test_every_direction_is_read_without_a_tag(page, tag):
    assert read_upright(filed(stored(page, tag), None)).direction == Direction(tag)


@pytest.mark.parametrize("wrong", TAGS[1:])
@pytest.mark.parametrize("true", UNTAGGED)
def test_a_tag_that_the_strokes_contradict_is_not_applied(page, true, wrong):
    found = read_upright(filed(stored(page, true), wrong)).direction
    same_top = {2: 1, 4: 3, 5: 6, 7: 8}.get(wrong, wrong) == true  # a mirror is known by the tag alone
    assert found == Direction(wrong if same_top else true)


@pytest.mark.parametrize("tag", TAGS[1:])
def test_a_turned_picture_has_the_measurements_of_the_upright_one(page, tag):
    upright, turned = measure_regions(filed(page, None)), measure_regions(filed(stored(page, tag), tag))
    assert off_grid(upright).equals(off_grid(turned))
    assert len(upright.boxes) > 15


@pytest.mark.parametrize("tag", TAGS[1:])
def test_boxes_come_back_in_stored_pixels(page, tag):
    upright, image = measure_regions(filed(page, None)), filed(stored(page, tag), tag)
    regions = measure_regions(image)
    for kind in ("boxes", "fields"):
        for there, here in zip(getattr(upright, kind), getattr(regions, kind), strict=True):
            crop = Image.fromarray(pixels(page)[there.slices])
            assert np.array_equal(np.array(stored(crop, tag)), image.rgb[here.slices])
    rows = extract_regions(image)
    assert {row["direction"] for row in rows} == {tag}
    assert [Box(row["x"], row["y"], row["region_width"], row["region_height"]) for row in rows] == regions.boxes


@pytest.mark.parametrize("tag", TAGS)
def test_a_box_goes_there_and_back(tag):
    box, direction = Box(3, 5, 20, 9), Direction(tag)
    plane = np.zeros((47, 61), bool)
    plane[box.slices] = True
    read = direction.read(box, 61, 47)
    turned = direction.turned(plane)
    assert turned[read.slices].all() and turned.sum() == read.area
    assert direction.stored(read, 61, 47) == box


@pytest.mark.parametrize("tag", TAGS)
def test_the_blocks_of_a_turned_jpeg_are_those_of_the_file(page, tag):
    image = filed(stored(page, tag), tag, "JPEG")
    screen = read_screen(image)
    blocks = Direction(tag).turned(image.dct8)  # the order of the blocks turns, and so do their frequencies
    blocks = blocks.swapaxes(2, 3) if tag in (5, 6, 7, 8) else blocks
    assert screen.on_grid.dct8.shape == blocks.shape
    assert np.allclose(np.abs(screen.on_grid.dct8), np.abs(blocks), atol=2e-2)


@pytest.mark.parametrize("tag", (2, 3, 4))
def test_block_measurements_are_equal_where_the_grid_turns_onto_itself(tag):
    picture = blank(672, 544)
    for i, sentence in enumerate(SENTENCES):
        write(picture, sentence, 30, 60 + 68 * i, 36)
    upright, turned = measure_regions(filed(picture, None)), measure_regions(filed(stored(picture, tag), tag))
    names = [name for name in upright.table if name.startswith(("laundering__ghost", "laundering__high"))]
    raw = [name for name in names if "__z_" not in name]
    assert np.allclose(upright.table[raw], turned.table[raw], rtol=1e-3, atol=1e-3, equal_nan=True)


def test_letters_that_are_alike_upside_down_do_not_tell_the_top_of_a_page_on_its_side():
    picture = blank(480, 420)
    for i in range(7):
        write(picture, "8008 0880 8808 0080", 30, 60 + 50 * i, 26)
    image = filed(stored(picture, 6), None)
    assert "nothing tells its top" in cannot_tell(image, measure_regions(image))
    for tag in (6, 8):  # the hint decides
        image = filed(stored(picture, 6), tag)
        assert read_upright(image).direction == Direction(tag)
    assert read_upright(filed(picture, None)).direction == Direction(), "an upright one is not doubted"


def test_a_page_of_square_characters_set_downwards_is_not_judged():
    picture = blank(420, 480)
    for x in range(40, 380, 60):
        for y in range(40, 440, 34):
            write(picture, "O", x, y, 40)  # as wide as high, and nearer to the next one below than beside
    image = filed(picture, None)
    assert "lie on its side" in cannot_tell(image, measure_regions(image))


def test_signs_that_contradict_each_other_leave_a_page_as_it_is():
    assert _level(Signs(feet=0, tops=20, low=9, high=0), hint=1) == (1, "")
    assert _level(Signs(feet=0, tops=20, low=0, high=9), hint=1) == (3, "")
    turn, doubt = _level(Signs(feet=0, tops=20, low=0, high=0), hint=1)
    assert turn == 1
    assert "upside down" in doubt


def test_a_picture_without_strokes_is_as_its_tag_says():
    for tag in TAGS:
        assert find_direction(np.empty((0, 5), np.int32), tag) == Direction(tag)
