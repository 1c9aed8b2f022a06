"""The perceptual hash: 64 bits of an image's coarse look, nearly equal for copies that were re-saved or resized."""

from __future__ import annotations

import cv2
import numpy as np

from realfake.forensics.image import ForensicImage

THUMBNAIL = 32  # pixels a side that the luma is shrunk to
FREQUENCIES = slice(1, 9)  # 8 x 8 DCT coefficients are kept; frequency 0 is left out, it only tells brightness
FLAT = 1e-2  # gray levels; a smaller coefficient is rounding noise and counts as zero


def perceptual_hash(image: ForensicImage) -> str:
    """Hash an image by the signs of its low DCT frequencies about their median.

    The luma is averaged down to 32 x 32 pixels and transformed by an orthonormal DCT-II; each of the 64 coefficients of
    vertical and horizontal frequency 1..8 gives one bit, row by row, 1 where it lies above the median of the 64.

    Returns
    -------
    str
        16 hexadecimal digits. The number of differing bits (0..64) says how unlike two images look.

    Notes
    -----
    Source: Zauner, "Implementation and benchmarking of perceptual image hash functions", thesis, Upper Austria
    University of Applied Sciences, 2010, section 3.2.1. Area averaging stands for his 7 x 7 mean filter.
    """
    thumbnail = cv2.resize(image.luma, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    low = cv2.dct(thumbnail)[FREQUENCIES, FREQUENCIES]
    low = np.where(np.abs(low) < FLAT, 0.0, low)
    bits = (low > np.median(low)).ravel()
    return np.packbits(bits).tobytes().hex()
