"""Screens whose words cannot be judged say why."""

import io

import numpy as np
from PIL import Image

from realfake.forensics.image import ForensicImage
from realfake.forensics.text.legible import cannot_tell
from realfake.forensics.text.regions import measure_regions
from tests.lettering import blank, pixels, slip, write


def why_not(picture: Image.Image, quality: int | None = None) -> str:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality) if quality else picture.save(file, "PNG")
    image = ForensicImage.from_bytes(file.getvalue(), name="slip")
    return cannot_tell(image, measure_regions(image))


def test_a_plain_screen_can_be_judged():
    assert why_not(slip()[0]) == ""
    assert why_not(slip()[0], quality=90) == ""


def test_a_screen_of_two_words_cannot_be_judged():
    picture = blank()
    write(picture, "TAKEN", 40, 100)
    write(picture, "247", 40, 200)
    assert why_not(picture) == "only 2 words were found, fewer than the 5 that a comparison needs"
    assert why_not(blank()).startswith("only 0 words were found")


def test_small_letters_a_coarse_jpeg_and_a_rippled_ground_cannot_be_judged():
    assert "pixels high, too small to be measured" in why_not(slip(size=8)[0])
    assert "saved at quality 30" in why_not(slip()[0], quality=30)
    screen = pixels(slip()[0]).astype(float)
    ripple = 9 * np.sin(np.arange(screen.shape[1]) / 6)[None, :, None] - 20  # deviation 6.4 gray levels, no edge
    rippled = np.where(screen > 128, screen + ripple, screen).clip(0, 255).astype(np.uint8)
    assert "as noisy as a photograph" in why_not(Image.fromarray(rippled))
    half = np.where(np.arange(screen.shape[0])[:, None, None] < screen.shape[0] // 2, rippled, screen)
    assert why_not(Image.fromarray(half.astype(np.uint8))) == ""  # a screen that shows a picture
