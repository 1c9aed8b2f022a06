import numpy as np
import pytest
from scipy.fft import dctn

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.formats.ijg import CHROMA_BASE, ijg_table
from realfake.forensics.image import ForensicImage
from tests.pictures import encode


@pytest.fixture(scope="module")
def scene():
    y, x = np.mgrid[0:96, 0:128]
    noise = np.random.default_rng(1).normal(0, 12, (96, 128, 3))
    return np.clip(np.stack([x + y, 2 * y, x], axis=2) + noise, 0, 255).astype(np.uint8)


def saved(pixels, format="JPEG", **options):
    return ForensicImage.from_bytes(encode(pixels, format, **options))


def row(image):
    return measure(image, FAMILIES["quantization"])


def test_tables_sampling_and_quality_gap_are_those_that_were_written(scene):
    tables = [ijg_table(90).ravel().tolist(), ijg_table(70, CHROMA_BASE).ravel().tolist()]
    values = row(saved(scene, qtables=tables, subsampling="4:2:2"))
    assert values["quantization__luma__quality"] == 90
    assert values["quantization__chroma__quality"] == 70
    assert values["quantization__tables__quality_gap"] == 20
    assert values["quantization__sampling__horizontal"] == 2
    assert values["quantization__sampling__vertical"] == 1


def test_the_coefficients_are_those_of_scipys_dct(scene):
    image = saved(scene[:, :, 1], quality=75)
    shifted = scene[:, :, 1].astype(float) - 128
    blocks = dctn(shifted.reshape(12, 8, 16, 8).transpose(0, 2, 1, 3), axes=(2, 3), norm="ortho")
    exact = blocks / ijg_table(75)
    expected = np.rint(exact)
    differing = image.jpeg.luma_coefficients != expected
    assert differing.mean() < 0.005
    assert np.abs(image.jpeg.luma_coefficients - exact).max() < 0.53  # ties aside, rounded as SciPy would
    nonzero = (expected != 0).reshape(-1, 64)[:, 1:]
    assert row(image)["quantization__coefficients__zeros"] == pytest.approx(1 - nonzero.mean(), abs=5e-3)


def test_coarser_quantization_leaves_more_zeros(scene):
    zeros = [row(saved(scene, quality=q))["quantization__coefficients__zeros"] for q in (95, 75, 40)]
    assert zeros == sorted(zeros)


def test_a_flat_picture_has_only_flat_blocks():
    values = row(saved(np.full((32, 32, 3), 200, np.uint8), quality=80))
    assert values["quantization__coefficients__flat_blocks"] == 1
    assert values["quantization__coefficients__zeros"] == 1
    assert np.isnan(values["quantization__coefficients__ones"])


def test_nothing_applies_to_a_picture_that_is_no_jpeg(scene):
    values = row(saved(scene, "PNG"))
    assert all(np.isnan(value) for value in values.values())
    assert values.keys() == row(saved(scene)).keys()


def test_a_gray_jpeg_has_luma_and_no_chroma(scene):
    values = row(saved(scene[:, :, 0], quality=85))
    assert values["quantization__luma__quality"] == 85
    assert np.isnan(values["quantization__chroma__quality"])
    assert np.isnan(values["quantization__sampling__horizontal"])


def test_a_table_with_a_step_of_zero_gives_numbers_or_nan_in_every_family(scene):
    data = bytearray(encode(scene, "JPEG", quality=90))
    table = data.index(b"\xff\xdb") + 5
    data[table + 1] = 0
    image = ForensicImage.from_bytes(bytes(data))
    for name in ("quantization", "ghosts", "dct", "grid"):
        assert not any(np.isinf(value) for value in measure(image, FAMILIES[name]).values())
