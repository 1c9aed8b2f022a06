"""Whether a screen can be judged by its text at all, and if not, why."""

from __future__ import annotations

import numpy as np

from realfake.forensics.formats.ijg import fit_ijg
from realfake.forensics.image import ForensicImage
from realfake.forensics.text.regions import Regions

FEWEST_WORDS = 5
SMALLEST_LETTERS = 7.0  # pixels, typical glyph; below it a glyph is a smear
LOWEST_QUALITY = 40  # IJG, of the file's own luma table
NOISIEST_GROUND = 4.0  # gray levels of deviation beside words: a photograph of a screen
CALM_SHARE = 0.2  # of the words stand on a calmer ground even where a screen shows pictures, and none on its photograph


def cannot_tell(image: ForensicImage, regions: Regions) -> str:
    """Why nothing should be said of an image, as one sentence; empty where it can be judged.

    Parameters
    ----------
    image : ForensicImage
    regions : what `measure_regions` found on it
    """
    words = regions.table
    if regions.direction.doubt:
        return regions.direction.doubt
    if regions.found > len(words):
        return f"only {len(words):,} of {regions.found:,} words were compared; cut the picture into parts and send each"
    if regions.dropped:
        return f"{regions.dropped:,} strokes too many for a comparison were left out; send the screen without pictures"
    if len(words) < FEWEST_WORDS:
        return f"only {len(words)} words were found, fewer than the {FEWEST_WORDS} that a comparison needs"
    # Rounded: the exponential of a logarithm may fall short of the whole number that it should be.
    letters = round(float(np.exp(np.nanmedian(words["layout__glyph_height__log_median"]))), 3)
    if letters < SMALLEST_LETTERS:
        return f"the letters are {letters:.0f} pixels high, too small to be measured; ask for the original size"
    table = image.jpeg.luma_table if image.jpeg else None
    quality = fit_ijg(table).quality if table is not None else 100
    if quality < LOWEST_QUALITY:
        return f"the JPEG was saved at quality {quality:.0f}, which leaves no trace of what came before"
    noise = words["surroundings__noise__out"].to_numpy()
    if np.isfinite(noise).any() and np.nanquantile(noise, CALM_SHARE) > NOISIEST_GROUND:
        return "the background is as noisy as a photograph; ask for a screenshot, not a photo of the screen"
    return ""
