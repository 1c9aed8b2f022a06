"""What a made set of images holds besides images: masks, the settings it was made with, the tables of its card."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from realfake.forensics.errors import BadManifest
from realfake.forensics.files import write_whole


def mask_png(mask: np.ndarray) -> bytes:
    """A black and white PNG of an (H, W) bool mask, white where true."""
    stream = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).convert("1").save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def remember_settings(path: Path, settings: Mapping[str, object]) -> None:
    """Write down what a set is made with, or refuse to go on with a set that was made otherwise.

    Raises
    ------
    BadManifest
        If the file tells of other settings or of another version of the program, or cannot be written.
    """
    known = dict(settings) | {"program": version("realfake")}
    try:
        if path.exists() and json.loads(path.read_text(encoding="utf-8")) != known:
            raise BadManifest(
                f"{path.parent.parent} holds a set made with other settings or by another version; "
                "choose another folder or delete it"
            )
        write_whole(path, json.dumps(known).encode())
    except (OSError, ValueError) as error:
        where = path.parent.parent
        raise BadManifest(f"{where} cannot be read ({error}); choose another folder") from None


def count_table(title: str, names: pd.Series) -> Iterator[str]:
    """Markdown lines: how many images have each name."""
    yield from (f"## {title}", "", "| | images |", "|---|---:|")
    yield from (f"| {name} | {count} |" for name, count in Counter(names).most_common())
    yield ""
