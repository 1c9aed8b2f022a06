"""What is measured on words, where the truth was drawn: a word set lower, another ink, a patch, a pasted glyph."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw, ImageFilter

from realfake.forensics.box import Box
from realfake.forensics.extract import REGION_PLACE, extract_regions
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.contrast import KINDS, contrast
from realfake.forensics.text.legible import cannot_tell
from realfake.forensics.text.regions import Regions, measure_regions, region_catalogue
from tests.lettering import BLACK, Colour, blank, nearest, pixels, slip, write

WORDS = ("NALE", "KENT", "HALT")  # of the row that tests alter
ROW = 4  # where it stands in the slip
INK = [f"ink__colour__{c}__z_{kind}" for c in ("red", "green", "blue") for kind in KINDS]


def regions_of(picture: Image.Image) -> Regions:
    return measure_regions(ForensicImage.from_array(pixels(picture)))


def altered_slip(lower: int = 0, ink: Colour = BLACK) -> tuple[Image.Image, Box]:
    """A slip in one row of which the middle word of three stands lower or has another ink, and the word's box."""
    picture, _, values = slip()
    ImageDraw.Draw(picture).rectangle((values[ROW].x, values[ROW].y, picture.width, values[ROW].bottom), "white")
    baseline, x, box = 52 * (ROW + 1), 208, None
    for number, word in enumerate(WORDS):
        changed = number == 1
        at = write(picture, word, x, baseline + lower * changed, ink=ink if changed else BLACK)
        box, x = (at if changed else box), at.right + 9
    assert box is not None
    return picture, box


@pytest.fixture(scope="module")
def plain() -> Regions:
    return regions_of(slip()[0])


# --- known answers ----------------------------------------------------------------------------------------------------


def test_a_word_set_two_pixels_lower_stands_out_by_its_baseline():
    picture, box = altered_slip(lower=2)
    found = regions_of(picture)
    word = nearest(found.boxes, box)
    row = found.table.iloc[word]
    assert row["layout__baseline__off_line"] == pytest.approx(2, abs=0.2)
    assert row["layout__baseline__off_row"] == pytest.approx(2, abs=0.2)
    for column in ("layout__baseline__off_line", "layout__baseline__off_row"):
        assert found.table[f"{column}__z_style"].idxmax() == word
        assert row[f"{column}__z_style"] > 5


def test_a_word_in_line_with_the_others_does_not_stand_out_by_its_baseline():
    picture, box = altered_slip()
    row = regions_of(picture).table.iloc[nearest(regions_of(picture).boxes, box)]
    assert abs(row["layout__baseline__off_line"]) < 0.2
    assert abs(row["layout__baseline__off_row"]) < 0.2


def test_a_word_in_another_ink_stands_out_by_its_colour():
    picture, box = altered_slip(ink=(20, 20, 64))
    found = regions_of(picture)
    word = nearest(found.boxes, box)
    largest = found.table[INK].abs().max(axis=1)
    assert largest.idxmax() == word
    assert found.table.loc[word, "ink__colour__blue__z_line"] > 5
    assert found.table.loc[word, "ink__colour__blue"] == pytest.approx(64, abs=8)
    assert found.table.loc[word, "ink__colour__red"] == pytest.approx(20, abs=8)


def patched(levels: int, beyond: int) -> tuple[Regions, int]:
    """A slip with one word on a patch that is some levels darker and reaches beyond its box."""
    picture = slip(size=40)[0]
    box = write(blank(), "TAKE", 320, 400, 40)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((318, 350, picture.width, 420), "white")
    patch = box.grown(beyond, *picture.size)
    draw.rectangle((patch.x, patch.y, patch.right - 1, patch.bottom - 1), (255 - levels,) * 3)
    write(picture, "TAKE", 320, 400, 40)
    found = regions_of(picture)
    return found, nearest(found.boxes, box)


def test_a_patch_two_levels_darker_shows_in_the_background_of_the_word_on_it():
    found, word = patched(levels=2, beyond=2)
    inside = found.table["surroundings__ground__in_out"]
    assert inside[word] == pytest.approx(2, abs=0.3)
    assert inside.drop(index=word).max() < 1e-9
    assert inside.idxmax() == word


def test_the_edge_of_a_patch_is_a_seam():
    found, word = patched(levels=2, beyond=10)
    for column in ("surroundings__seam__upright", "surroundings__seam__level"):
        assert found.table.loc[word, column] == pytest.approx(2, abs=0.1)
        assert found.table[column].drop(index=word).max() < 1e-9
    assert found.table["surroundings__row_seam__step"][word] == pytest.approx(2, abs=0.1)
    assert found.table["surroundings__residue__share"].idxmax() == word


def test_a_tone_far_from_the_background_under_a_word_is_a_patch():
    found, word = patched(levels=12, beyond=10)
    assert found.table.loc[word, "surroundings__patch__offset"] == 12
    assert found.table.loc[word, "surroundings__patch__rectangularity"] > 0.3
    assert found.table["surroundings__patch__share"].idxmax() == word
    assert found.table["surroundings__patch__share"].drop(index=word).max() == 0


def number_of(raised: int = 0, ink: Colour = BLACK) -> pd.Series:
    """What is measured on a number of six digits, of which the last three stand higher or have another ink."""
    picture, _, values = slip()
    where = values[ROW]
    ImageDraw.Draw(picture).rectangle((where.x - 2, where.y - 2, picture.width, where.bottom + 2), "white")
    left = write(picture, "472", 208, 52 * (ROW + 1))
    right = write(picture, "742", left.right, 52 * (ROW + 1) - raised, ink=ink)
    found = regions_of(picture)
    box = Box.from_edges(left.x, min(left.y, right.y), right.right, left.bottom)
    return found.table.iloc[nearest(found.boxes, box)]


def test_digits_that_stand_higher_than_the_rest_of_their_number_split_it():
    plain, raised = number_of(), number_of(raised=2)
    assert plain["layout__glyphs__count"] == raised["layout__glyphs__count"] == 6
    for end in ("foot", "top"):
        assert plain[f"runs__{end}__split"] < 0.2
        assert raised[f"runs__{end}__split"] == pytest.approx(2, abs=0.3)
        assert raised[f"runs__{end}__excess"] >= 0.9


def test_digits_in_another_ink_than_the_rest_of_their_number_split_it():
    plain, other = number_of(), number_of(ink=(60, 60, 60))
    assert plain["runs__ink__split"] < 2
    assert other["runs__ink__split"] == pytest.approx(40, abs=6)


def test_the_same_glyph_pasted_twice_has_no_distance_within_its_word():
    glyph = blank(24, 40)
    write(glyph, "4", 2, 34)
    soft = glyph.filter(ImageFilter.GaussianBlur(0.6))
    for second, exact in ((glyph, True), (soft, False)):
        picture = slip()[0]
        at = (26, 436)
        picture.paste(glyph.crop((0, 0, 19, 40)), at)
        picture.paste(second.crop((0, 0, 19, 40)), (at[0] + 19, at[1]))
        found = regions_of(picture)
        word = nearest(found.boxes, Box(at[0] + 2, at[1] + 15, 34, 20))
        assert found.table.loc[word, "layout__glyphs__count"] == 2
        distance = found.table.loc[word, "glyphs__within__distance"]
        assert distance == pytest.approx(0, abs=1e-6) if exact else distance > 0.02


# --- contrast with peers ----------------------------------------------------------------------------------------------


def test_a_contrast_is_the_distance_from_the_median_in_robust_deviations():
    values = np.array([[10.0], [1.0], [2.0], [4.0]])
    peers = np.array([[1, 2, 3, -1], [2, -1, -1, -1], [-1, -1, -1, -1], [2, 1, 0, -1]], np.int32)
    z = contrast(values, np.array([0.5]), peers)[:, 0]
    # Peers 1, 2, 4: median 2, absolute deviations 1, 0, 2, of which the median is 1.
    assert z[0] == pytest.approx((10 - 2) / (np.sqrt(1.4826**2 + 0.5**2) * (1 + 2 / 3)))
    assert z[1] == pytest.approx((1 - 2) / (0.5 * (1 + 2 / 1)))
    assert np.isnan(z[2])
    # Peers 2, 1, 10: median 2, absolute deviations 0, 1, 8.
    assert z[3] == pytest.approx((4 - 2) / (np.sqrt(1.4826**2 + 0.5**2) * (1 + 2 / 3)))


def test_peers_without_the_measurement_do_not_count():
    values = np.array([[3.0, np.nan], [1.0, 1.0], [np.nan, 1.0]])
    peers = np.array([[1, 2], [2, -1], [0, 1]], np.int32)
    z = contrast(values, np.array([1.0, 1.0]), peers)
    assert z[0, 0] == pytest.approx((3 - 1) / 3)  # one peer that knows
    assert np.isnan(z[0, 1]) and np.isnan(z[1, 0]) and np.isnan(z[2, 0])
    assert z[2, 1] == 0


def test_fewer_peers_make_a_smaller_contrast():
    values = np.array([[5.0], *[[0.0]] * 8])
    sizes = []
    for count in (1, 2, 4, 8):
        peers = np.full((9, 8), -1, np.int32)
        peers[0, :count] = np.arange(1, count + 1)
        sizes.append(contrast(values, np.array([1.0]), peers)[0, 0])
    assert sizes == pytest.approx([5 / 3, 5 / 2, 5 / 1.5, 5 / 1.25])


# --- the table --------------------------------------------------------------------------------------------------------


def test_an_untouched_screen_on_one_flat_colour_gives_no_infinite_number(plain):
    values = plain.table.to_numpy()
    assert len(values) >= 16
    assert not np.isinf(values).any()
    assert np.isfinite(values).mean() > 0.5


def test_the_catalogue_names_the_columns_of_the_table_in_order(plain):
    columns = [entry.column for entry in region_catalogue()]
    assert columns == list(plain.table.columns)
    assert len(set(columns)) == len(columns)
    assert all(entry.unit and entry.meaning and entry.source for entry in region_catalogue())
    assert list(regions_of(blank(64, 64)).table.columns) == columns


def test_the_same_screen_gives_the_same_table(plain):
    again = regions_of(slip()[0])
    assert again.boxes == plain.boxes and again.fields == plain.fields
    pd.testing.assert_frame_equal(again.table, plain.table, check_exact=True)


def test_every_word_stands_in_its_field_and_counts_its_peers(plain):
    assert all(field.intersection(word) == word for word, field in zip(plain.boxes, plain.fields, strict=True))
    words = plain.table["layout__field__words"]
    assert (plain.table["peers__line__count"] == words - 1).all()
    alone = plain.table["peers__line__count"] == 0
    assert plain.table.loc[alone, [c for c in plain.table if c.endswith("__z_line")]].isna().all(axis=None)


def test_a_row_of_the_region_table_says_where_its_word_stands(plain):
    rows = extract_regions(ForensicImage.from_array(pixels(slip()[0])))
    assert [row["region"] for row in rows] == list(range(len(plain.boxes)))
    assert [Box(*(row[name] for name in REGION_PLACE[1:5])) for row in rows] == plain.boxes
    assert [Box(*(row[name] for name in REGION_PLACE[5:9])) for row in rows] == plain.fields
    assert {row["error"] for row in rows} == {""}


@pytest.mark.parametrize("side", [16, 64])
def test_an_image_without_text_is_one_row_without_measurements(side):
    (row,) = extract_regions(ForensicImage.from_array(np.full((side, side, 3), 200, np.uint8)))
    assert row["region"] == -1
    assert all(np.isnan(row[entry.column]) for entry in region_catalogue())


# --- what cannot be judged --------------------------------------------------------------------------------------------


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
