"""Pictures of evidence: a family's map laid over the image, with a colour bar."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

import cv2
import numpy as np

from realfake.forensics.catalog import HEATMAPS
from realfake.forensics.errors import UnknownName
from realfake.forensics.files import keep_inputs, needs_ending, write_whole
from realfake.forensics.image import ForensicImage

WIDTH = 7.0  # inches
DOTS = 110  # per inch
TAIL = 0.5  # percent of a map's values beyond each end of the colour bar


def draw_map(
    image: str | os.PathLike[str] | ForensicImage,
    family: str,
    output: str | os.PathLike[str] | None = None,
    *,
    turned: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> bytes:
    """A PNG of the image in gray with the family's map in colour over it.

    Parameters
    ----------
    image : path or ForensicImage
    family : one that has a map, such as `ela`, `ghosts`, `grid` or `flatness`
    output : file to write it to
    turned : turns a plane of the stored pixels to how they are shown; as they are stored by default

    Returns
    -------
    bytes
        Of the PNG file.

    Raises
    ------
    UnknownName
        If the family has no map.
    BadImage
        If the image cannot be read.
    CannotWrite
        If the output cannot be written.

    Examples
    --------
    >>> import realfake
    >>> from skimage.data import page
    >>> realfake.draw_map(realfake.ForensicImage.from_array(page()), "ela")[1:4]
    b'PNG'
    """
    if family not in HEATMAPS:
        raise UnknownName(f"family {family} has no map; choose from {', '.join(sorted(HEATMAPS))}")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if output is not None:
        keep_inputs([output], [None if isinstance(image, ForensicImage) else image])
        needs_ending(output, (".png",))
    if not isinstance(image, ForensicImage):
        image = ForensicImage.open(image)
    chosen = HEATMAPS[family]
    values, luma = turned(np.asarray(chosen.compute(image), np.float32)), turned(image.luma8)
    known = values[np.isfinite(values)]
    low, high = np.percentile(known, [TAIL, 100 - TAIL]) if known.size else (0.0, 1.0)
    width = int(WIDTH * DOTS)
    if luma.shape[1] > width:  # as wide as it is drawn
        size = width, max(luma.shape[0] * width // luma.shape[1], 1)
        luma = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
        values = cv2.resize(values, size, interpolation=cv2.INTER_NEAREST)
    figure = Figure(figsize=(WIDTH, WIDTH * luma.shape[0] / luma.shape[1] + 0.8), dpi=DOTS, layout="compressed")
    axes = figure.add_subplot()
    axes.imshow(luma, cmap="gray", vmin=0, vmax=255)
    shown = axes.imshow(np.ma.masked_invalid(values), cmap="viridis", alpha=0.6, vmin=low, vmax=max(high, low + 1e-6))
    axes.set_axis_off()
    axes.set_title(f"{family}: {chosen.meaning}" + ("" if known.size else " (nothing to show)"), fontsize=9, wrap=True)
    figure.colorbar(shown, ax=axes, label=chosen.unit, orientation="horizontal", shrink=0.8, pad=0.01)
    stream = io.BytesIO()
    FigureCanvasAgg(figure).print_png(stream)  # type: ignore[no-untyped-call]
    if output is not None:
        write_whole(output, stream.getvalue())
    return stream.getvalue()
