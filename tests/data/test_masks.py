"""Masks in the size of their image."""

import numpy as np
import pytest
from PIL import Image

from realfake.data.masks import altered_shares, read_mask
from realfake.forensics.box import Box
from realfake.forensics.errors import BadManifest


@pytest.fixture
def mask(tmp_path):
    """White from column 50 on, of an image of 100 x 40."""
    altered = np.zeros((40, 100), np.uint8)
    altered[:, 50:] = 255
    Image.fromarray(altered).save(tmp_path / "mask.png")
    return str(tmp_path / "mask.png")


def test_a_mask_of_another_size_is_scaled_and_one_that_cannot_be_read_is_named(mask, tmp_path):
    small = read_mask(mask, 10, 4)
    assert small.shape == (4, 10) and not small[:, :5].any() and small[:, 5:].all()
    (tmp_path / "broken.png").write_bytes(b"no image")
    for bad in ("broken.png", "missing.png"):
        with pytest.raises(BadManifest, match=f"the mask .*{bad} cannot be read .*; mend the manifest"):
            read_mask(tmp_path / bad, 10, 4)


def shares(touched, *words, size=(40, 200)):
    altered = np.zeros(size, bool)
    altered[Box(*touched).slices] = True
    return altered_shares(altered, [Box(*word) for word in words]).tolist()


def test_one_replaced_digit_alters_a_number_however_long_it_is():
    assert shares((100, 8, 8, 24), (10, 10, 180, 20)) == [0.8]  # 8 of the 10 columns of a piece
    assert shares((100, 8, 12, 24), (10, 10, 180, 20)) == [1.0]


def test_a_patch_that_reaches_into_a_line_does_not_alter_it():
    assert shares((0, 0, 200, 12), (10, 10, 180, 20)) == [0.1]


def test_what_was_erased_beside_a_word_alters_it_unless_another_word_stands_there():
    assert shares((70, 8, 40, 24), (10, 10, 60, 20), (120, 10, 60, 20)) == [1.0, 0.0]
    assert shares((70, 8, 40, 24), (10, 10, 60, 20), (72, 10, 38, 20)) == [0.2, 1.0]
    assert shares((180, 8, 20, 24), (100, 10, 100, 20), (0, 10, 180, 20)) == [1.0, 0.0]


def test_words_at_the_edges_and_narrower_than_a_piece_are_measured():
    assert shares((0, 0, 4, 40), (0, 10, 4, 20), (196, 10, 4, 20)) == [1.0, 0.0]
    assert shares((0, 0, 200, 40)) == []
