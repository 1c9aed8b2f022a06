"""
A feature table
===============

Screenshots of fictional apps are drawn, some are forged, and all are measured: one row an image, one named number a
column, a meaning for each.
"""

import io
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
from PIL import Image

import realfake
from realfake.data import synthesise

folder = Path(tempfile.mkdtemp())
drawn = synthesise(folder / "set", genuine=6, fake=3, apps=3, seed=5)

# %%
# Measuring
# ---------
# A manifest names the images with their labels. Families are chosen by name; without names all are measured.
table = realfake.extract(manifest=drawn.manifest, families=["ela", "residual", "container"])
table[["path", "label", "format", "width", "height", "ela__q90__mean", "residual__luma__mean"]]

# %%
# What a column means stands in the catalogue, beside its unit and its source.
realfake.list_features(["ela"]).head(8)[["column", "unit", "meaning"]]

# %%
# Where a family sees something
# -----------------------------
# Raw error levels show text; that is why a forged line does not stand out in them.
forged = table.loc[table["label"] == 1, "path"].iloc[0]
picture = Image.open(io.BytesIO(realfake.draw_map(forged, "ela")))
plt.figure(figsize=(5, 5 * picture.height / picture.width))
plt.imshow(picture)
plt.axis("off")
plt.show()
