"""Files with several pictures: what is measured is what a viewer shows."""

import io

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.errors import BadImage
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, draw_screen, encode

SCREEN, OTHER, THIRD = draw_screen(), draw_photo(320, 240), draw_photo(320, 240, seed=5)


def animation(kind: str, *pictures: tuple[np.ndarray, int], loop: int = 0, **options) -> bytes:
    """A file that shows each picture for its milliseconds."""
    images = [Image.fromarray(pixels) for pixels, _ in pictures]
    file, times = io.BytesIO(), [time for _, time in pictures]
    options |= {"lossless": True} if kind == "WEBP" else {}
    images[0].save(
        file, kind, save_all=True, append_images=images[1:], duration=times, loop=loop, minimize_size=False, **options
    )
    return file.getvalue()


def looked_at(data: bytes) -> list[int]:
    return [image.frame for image in ForensicImage.all_from_bytes(data)]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_the_frame_that_is_shown_longest_is_measured_and_named(kind):
    data = animation(kind, (SCREEN, 100), (OTHER, 60_000), (SCREEN, 100))
    image = ForensicImage.from_bytes(data)
    assert (image.frame, image.frames) == (2, 3) and image.note == "frame 2 of 3, shown for 60 s"
    assert np.abs(image.rgb.astype(int) - OTHER).mean() < 20  # a palette of 256 colours at worst
    assert looked_at(data) == [1, 2]  # the first is all that a viewer without animation shows


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_frames_that_are_shown_alike_are_all_looked_at_and_no_row_takes_the_first(kind):
    data = animation(kind, (SCREEN, 2000), (OTHER, 2000))
    assert looked_at(data) == [1, 2]
    with pytest.raises(BadImage, match="shows several pictures for long"):
        ForensicImage.from_bytes(data)


def test_a_long_frame_cut_into_equal_short_ones_is_still_the_longest():
    data = animation("WEBP", (SCREEN, 900), *[(OTHER, 400), (THIRD, 20)] * 6)
    assert ForensicImage.from_bytes(data).frame == 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_an_animation_that_stops_is_measured_where_it_stops(kind):
    data = animation(kind, (SCREEN, 3000), (OTHER, 50), loop=1)
    assert ForensicImage.from_bytes(data).frame == 2 and looked_at(data) == [1, 2]


def test_the_picture_for_viewers_without_animation_is_looked_at_too():
    data = animation("PNG", (SCREEN, 0), (OTHER, 1000), (OTHER, 1000), default_image=True)
    assert looked_at(data)[0] == 1 and 2 in looked_at(data)


def test_an_animation_that_rests_nowhere_gets_a_sentence():
    frames = [(draw_photo(64, 64, seed=seed), 40) for seed in range(12)]
    with pytest.raises(BadImage, match="rests on no picture; save the picture that matters as PNG"):
        ForensicImage.from_bytes(animation("WEBP", *frames))


def test_one_frame_of_a_gif_is_an_image_like_others():
    image = ForensicImage.from_bytes(encode(SCREEN, "GIF"))
    assert (image.format, image.frames, image.note) == ("GIF", 1, "") and image.rgb.shape == SCREEN.shape


def pages(*pictures: np.ndarray, kinds: tuple[int, ...] = ()) -> bytes:
    """A TIFF whose pages are of these subfile types."""
    file = io.BytesIO()
    images = [Image.fromarray(pixels) for pixels in pictures]
    for image, kind in zip(images, kinds):
        image.encoderinfo = {"tiffinfo": {254: kind}}
    first = {"tiffinfo": {254: kinds[0]}} if kinds else {}
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:], **first)
    return file.getvalue()


def test_every_page_is_looked_at_and_a_row_cannot_hold_them():
    data = pages(SCREEN, OTHER, THIRD)
    found = list(ForensicImage.all_from_bytes(data))
    assert [image.note for image in found] == ["page 1 of 3", "page 2 of 3", "page 3 of 3"]
    np.testing.assert_array_equal(found[1].rgb, OTHER)
    with pytest.raises(BadImage, match="has 3 pages, of which a row can hold one; save each as a file of its own"):
        ForensicImage.from_bytes(data)


def test_a_thumbnail_beside_the_page_is_no_page():
    data = pages(SCREEN[:80, :60].copy(), SCREEN, kinds=(1, 0))
    image = ForensicImage.from_bytes(data)
    assert (image.frame, image.frames, image.rgb.shape) == (2, 2, SCREEN.shape)


def test_more_pages_than_are_looked_at_get_a_sentence():
    with pytest.raises(BadImage, match="has 40 pages, more than the 32 that are looked at; split the file"):
        ForensicImage.from_bytes(pages(*[SCREEN[:32, :32].copy()] * 40))


def test_of_a_multi_picture_jpeg_the_primary_image_is_measured():
    file = io.BytesIO()
    Image.fromarray(SCREEN).save(file, "MPO", save_all=True, append_images=[Image.fromarray(OTHER)], quality=95)
    (image,) = ForensicImage.all_from_bytes(file.getvalue())
    assert (image.format, image.frame, image.frames) == ("JPEG", 1, 2)
    assert np.abs(image.rgb.astype(int) - SCREEN).mean() < 3
