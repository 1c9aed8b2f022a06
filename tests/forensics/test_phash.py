"""The perceptual hash: copies of a picture stay near, others are far, and each bit is the sign it claims to be."""

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.image import ForensicImage
from realfake.forensics.phash import perceptual_hash
from tests.pictures import encode


def distance(a, b):
    return (int(a, 16) ^ int(b, 16)).bit_count()


def picture(seed, height=400, width=300):
    """Random blobs of several sizes with a few lines of text-like bars."""
    rng = np.random.default_rng(seed)
    canvas = np.full((height, width), 235.0)
    for _ in range(25):
        top, left = rng.integers(0, height - 20), rng.integers(0, width - 20)
        canvas[top : top + rng.integers(8, 120), left : left + rng.integers(8, 120)] = rng.integers(0, 256)
    return np.repeat(canvas.astype(np.uint8)[:, :, None], 3, axis=2)


def hash_of(rgb):
    return perceptual_hash(ForensicImage.from_array(rgb))


def saved(rgb, **options):
    return perceptual_hash(ForensicImage.from_bytes(encode(rgb, **options)))


@pytest.mark.parametrize("seed", range(5))
def test_saving_scaling_and_brightening_leave_a_picture_near_itself(seed):
    rgb = picture(seed)
    original = hash_of(rgb)
    height, width = rgb.shape[:2]
    assert saved(rgb, format="PNG") == original
    assert distance(original, saved(rgb, format="JPEG", quality=75)) <= 2
    assert distance(original, saved(rgb, format="WEBP", quality=70)) <= 2
    half = np.asarray(Image.fromarray(rgb).resize((width // 2, height // 2), Image.Resampling.LANCZOS))
    assert distance(original, hash_of(half)) <= 4
    assert distance(original, hash_of((rgb * 0.8 + 20).astype(np.uint8))) <= 2


def test_other_pictures_are_far():
    hashes = [hash_of(picture(seed)) for seed in range(12)]
    distances = [distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(distances) > 10
    assert 26 < np.mean(distances) < 38


def test_the_hash_is_sixteen_hexadecimal_digits_half_of_whose_bits_are_set():
    found = hash_of(picture(3))
    assert len(found) == 16
    assert int(found, 16).bit_count() == 32


@pytest.mark.parametrize(("vertical", "horizontal"), [(1, 1), (2, 3), (8, 1), (5, 8)])
def test_each_bit_is_the_sign_of_its_frequency(vertical, horizontal):
    rows, columns = np.arange(256)[:, None], np.arange(256)[None, :]
    wave = np.cos(np.pi * (2 * rows + 1) * vertical / 512) * np.cos(np.pi * (2 * columns + 1) * horizontal / 512)
    bit = 63 - ((vertical - 1) * 8 + horizontal - 1)
    for sign, expected in ((1, 1), (-1, 0)):
        gray = np.rint(128 + sign * 100 * wave).astype(np.uint8)
        assert int(hash_of(np.repeat(gray[:, :, None], 3, axis=2)), 16) >> bit & 1 == expected


def test_a_flat_picture_hashes_to_zero_whatever_its_colour():
    for colour in (7, (200, 10, 90)):
        assert hash_of(np.full((64, 80, 3), colour, np.uint8)) == "0" * 16
