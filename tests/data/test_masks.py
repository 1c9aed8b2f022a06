"""Masks in the size of their image."""

import numpy as np
import pytest
from PIL import Image

from realfake.data.masks import read_mask
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
