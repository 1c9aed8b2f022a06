"""The families of evidence: a module each, imported in the order of the table's columns.

Whichever of them is imported first, this runs before it, so the order never depends on who came first.
"""

from realfake.forensics.families import (  # isort: skip
    ela,
    residual,
    quantization,
    wavelet,
    container,
    dct,
    ghosts,
    grid,
    noise,
    flatness,
    sharpness,
    texture,
    markov,
    srm,
    resampling,
    cfa,
    copymove,
    spam,
)

__all__ = [
    "ela",
    "residual",
    "quantization",
    "wavelet",
    "container",
    "dct",
    "ghosts",
    "grid",
    "noise",
    "flatness",
    "sharpness",
    "texture",
    "markov",
    "srm",
    "resampling",
    "cfa",
    "copymove",
    "spam",
]
