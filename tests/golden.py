"""Golden values of every feature on pictures that the tests draw; `python -m tests.golden` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from realfake.forensics.catalog import FAMILIES, measure
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_photo, draw_screen, encode, jpeg

GOLDEN = Path(__file__).parent / "forensics" / "golden.csv"
DIGITS = "%.7g"


def pictures() -> dict[str, bytes]:
    """The files that are measured: a screen as PNG, JPEGs of one and of two compressions, and a grainy photograph."""
    screen, photo = draw_screen(), draw_photo(192, 256)
    return {
        "screen_png": encode(screen),
        "screen_jpeg": encode(screen, "JPEG", quality=88),
        "photo_double_jpeg": encode(jpeg(photo, 70), "JPEG", quality=92),
        "photo_png": encode(draw_photo(192, 256, seed=1, grain=9.0)),
    }


def measured() -> pd.DataFrame:
    """Every feature of every family, optional ones too: one row per feature, one column per picture."""
    columns = {}
    for name, data in pictures().items():
        image = ForensicImage.from_bytes(data, name=name)
        columns[name] = {column: value for one in FAMILIES.values() for column, value in measure(image, one).items()}
    return pd.DataFrame(columns).rename_axis("feature")


if __name__ == "__main__":
    measured().to_csv(GOLDEN, float_format=DIGITS, lineterminator="\n")
    print(f"{GOLDEN} written; look at the difference before you commit it")
