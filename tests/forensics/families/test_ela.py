"""Error level analysis against pictures whose history is known."""

import cv2
import numpy as np
import pytest

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.families.ela import error_level_map, recompression_error
from realfake.forensics.image import ForensicImage
from tests.pictures import jpeg


@pytest.fixture(scope="module")
def texture() -> np.ndarray:
    gray = np.random.default_rng(1).normal(128, 25, (256, 256))
    return np.repeat(np.clip(gray, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def test_a_second_compression_at_the_same_quality_changes_little(texture):
    once = ForensicImage.from_array(jpeg(texture, 90))
    never = ForensicImage.from_array(texture)
    (_, once_changed), (_, changed) = recompression_error(once, 90), recompression_error(never, 90)
    assert once_changed.mean() < 0.5 * changed.mean()


def test_each_pixel_of_the_image_counts_once():
    gray = np.tile(np.repeat(np.arange(0, 250, 25, dtype=np.uint8), 11), (43, 1))  # flat blocks, edges, no whole blocks
    counts, blocks = recompression_error(ForensicImage.from_array(gray), 75)
    filled = np.pad(gray, ((0, 5), (0, 2)), "edge")
    again = cv2.imdecode(cv2.imencode(".jpg", filled, [cv2.IMWRITE_JPEG_QUALITY, 75])[1], cv2.IMREAD_GRAYSCALE)
    change = np.abs(filled.astype(int) - again)
    np.testing.assert_array_equal(counts, np.bincount(change[:43, :110].ravel(), minlength=256))
    np.testing.assert_allclose(blocks, change[:32, :96].reshape(2, 16, 6, 16).mean(axis=(1, 3)), atol=1e-6)


def test_the_map_points_at_a_patch_with_another_past(texture):
    forged = jpeg(texture, 90)
    forged[96:160, 96:160] = texture[96:160, 96:160]
    where = error_level_map(ForensicImage.from_array(forged))
    assert where.shape == (256, 256) and where.dtype == np.float32
    inside = where[96:160, 96:160].mean()
    assert inside > 1.5 * np.median(where)


def test_a_flat_picture_has_no_error():
    row = measure(ForensicImage.from_array(np.full((64, 64, 3), 200, np.uint8)), FAMILIES["ela"])
    assert row["ela__q90__mean"] == 0.0
    assert row["ela__q90__zero"] == 1.0


def test_more_text_raises_raw_error_more_than_normalised_error():
    rows = []
    for lines in (3, 15):
        screen = np.full((512, 320, 3), 250, np.uint8)
        for line in range(lines):
            cv2.putText(screen, f"Paid {line * 37}.90", (20, 30 + 32 * line), cv2.FONT_HERSHEY_SIMPLEX, 1, (20,) * 3, 2)
        rows.append(measure(ForensicImage.from_array(screen), FAMILIES["ela"]))
    raw = rows[1]["ela__q75__mean"] / rows[0]["ela__q75__mean"]
    normal = rows[1]["ela__q75__per_edge"] / rows[0]["ela__q75__per_edge"]
    assert raw > 3
    assert normal < 0.6 * raw
