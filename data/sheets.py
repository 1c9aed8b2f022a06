"""A contact sheet: genuine images beside fakes, with what was edited outlined."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from realfake.data.manifest import Label, any_names, read_manifest
from realfake.data.masks import read_mask
from realfake.forensics.errors import BadManifest
from realfake.forensics.files import keep_inputs, write_whole
from realfake.forensics.image import ForensicImage

ENDINGS = (".png", ".jpg", ".jpeg")
GAP = 8  # pixels between images
PAPER = (96, 96, 100)
OUTLINE = (255, 0, 80)
MARGIN = 5  # pixels between an edit and its outline
WIDEST = 1.2  # width over height at which an image is cut off, so that one landscape does not fill a row

Pixels = NDArray[np.uint8]


@any_names
def write_sheet(
    manifest: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    rows: int = 3,
    columns: int = 6,
    height: int = 640,
    seed: int = 1,
) -> int:
    """Write a picture that shows some images of a manifest: genuine ones in the left half, fakes in the right.

    Where a fake's group has a genuine image, the two stand at the same place of the two halves.

    Parameters
    ----------
    out : file to write, .png or .jpg
    rows, columns : of the sheet; half of the columns are for fakes if there are both classes
    height : of each image, pixels
    seed : chooses the images

    Returns
    -------
    int
        Images shown.

    Raises
    ------
    BadManifest
        The manifest or a mask cannot be read, or the sheet cannot be written or is no picture by its name.
    BadImage
        An image cannot be read.
    """
    out = Path(out)
    if out.suffix.lower() not in ENDINGS:
        raise BadManifest(f"{out} is no picture's name; let it end in one of {', '.join(ENDINGS)}")
    frame = read_manifest(manifest)
    keep_inputs([out], [manifest, *frame["file"], *filter(None, frame["mask_file"])])
    left, right = _chosen(frame, rows * columns, np.random.default_rng(seed))
    tiles = [[_tile(row, height) for _, row in half.iterrows()] for half in (left, right)]
    halves = [_grid(half, rows, height) for half in tiles if half]
    bar = np.full((halves[0].shape[0], 3 * GAP, 3), PAPER, np.uint8)
    sheet = np.hstack([halves[0]] + [part for half in halves[1:] for part in (bar, half)])
    data = cv2.imencode(out.suffix.lower(), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))[1].tobytes()
    write_whole(out, data)
    return len(left) + len(right)


def _chosen(frame: pd.DataFrame, places: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Genuine rows and fake rows to show; genuine ones of the fakes' groups come first, in the fakes' order."""
    shuffled = frame.iloc[rng.permutation(len(frame))]
    genuine, fakes = shuffled[shuffled["label"] == Label.GENUINE], shuffled[shuffled["label"] == Label.FAKE]
    if fakes.empty or genuine.empty:
        return shuffled.iloc[:places], shuffled.iloc[:0]
    if "group" in frame:
        twin = genuine.drop_duplicates("group").set_index("group", drop=False)
        fakes = fakes.loc[fakes["group"].isin(twin.index).sort_values(ascending=False, kind="stable").index]
        twins = [group for group in dict.fromkeys(fakes["group"]) if group in twin.index]
        first = twin.loc[twins]
        genuine = pd.concat([first, genuine[~genuine["path"].isin(first["path"])]])
        fakes = pd.concat([fakes.drop_duplicates("group"), fakes[fakes.duplicated("group")]])
    return genuine.iloc[: places // 2], fakes.iloc[: places // 2]


def _tile(row: pd.Series, height: int) -> Pixels:
    """An image at the sheet's height, its edit outlined."""
    rgb = ForensicImage.open(row["file"]).rgb
    scale = height / rgb.shape[0]
    size = max(round(rgb.shape[1] * scale), 1), height
    tile = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    if row["mask_file"]:
        mask = read_mask(row["mask_file"], rgb.shape[1], rgb.shape[0]).astype(np.float32)
        grown = cv2.dilate(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.ones((2 * MARGIN + 1,) * 2))
        outlines, _ = cv2.findContours((grown > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(tile, outlines, -1, OUTLINE, 2)
    return tile[:, : int(height * WIDEST)]


def _grid(tiles: list[Pixels], rows: int, height: int) -> Pixels:
    """Tiles in rows, each column as wide as its widest tile."""
    columns = -(-len(tiles) // rows)
    widths = [max(tile.shape[1] for tile in tiles[column::columns]) for column in range(columns)]
    sheet = np.full((rows * (height + GAP) + GAP, sum(widths) + GAP * (columns + 1), 3), PAPER, np.uint8)
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        y, x = GAP + row * (height + GAP), GAP + sum(widths[:column]) + GAP * column
        sheet[y : y + height, x : x + tile.shape[1]] = tile
    return sheet
