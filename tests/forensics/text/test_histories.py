"""What a JPEG left in the frequencies of all words but those that were written or pasted later."""

import numpy as np
import pytest

from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import Regions, measure_regions
from tests.lettering import ALTERED, nearest, pixels, slip
from tests.pictures import encode, jpeg, pasted


def delivered(changed: np.ndarray | None, quality: int) -> tuple[Regions, np.ndarray]:
    """A slip as received, in which the pixels of one value were changed, as PNG or as a JPEG of some quality; and
    which words are those."""
    picture, _, values = slip()
    shown, box = jpeg(pixels(picture), 60), values[ALTERED].grown(4, *picture.size)
    shown = shown if changed is None else pasted(shown, changed, box)
    data = encode(shown, "JPEG", quality=quality) if quality else encode(shown)
    found = measure_regions(ForensicImage.from_bytes(data))
    return found, np.array([one == found.fields[nearest(found.boxes, box)] for one in found.fields])


def moved(row: int, column: int) -> np.ndarray:
    """The slip as if a JPEG's blocks began elsewhere."""
    return np.roll(jpeg(np.roll(pixels(slip()[0]), (-row, -column), (0, 1)), 60), (row, column), (0, 1))


@pytest.mark.parametrize("quality", [0, 85])
def test_a_value_written_after_a_jpeg_does_not_agree_with_what_it_left(quality):
    plain, field = delivered(None, quality)
    found, _ = delivered(pixels(slip()[0]), quality)
    before, after = (one.table["histories__values__agreement"] for one in (plain, found))
    assert after[field].max() < after[~field].min()
    assert (before - after)[field].min() > 0.04
    assert found.table["histories__field__departure"][field].max() < -3


def test_a_value_pasted_from_another_place_of_the_blocks_does_not_agree():
    found, field = delivered(moved(3, 5), 85)
    departure = found.table["histories__field__departure"]
    assert departure[field].max() < -3
    assert departure[field].max() < departure[~field].min()


def test_values_of_one_history_do_not_depart():
    plain, _ = delivered(None, 85)
    assert plain.table["histories__values__departure"].abs().median() < 2


def test_a_second_jpeg_leaves_peaks_where_a_first_leaves_few():
    once = measure_regions(ForensicImage.from_bytes(encode(pixels(slip()[0]), "JPEG", quality=85)))
    twice, _ = delivered(None, 85)
    peaks = "histories__values__peaks"
    assert twice.table[peaks].median() > 1.5 * once.table[peaks].median()
