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
families = ["ela", "residual", "container"]
table = realfake.extract(manifest=drawn.manifest, families=families)
shown = ["label", "format", "width", "height", "ela__q90__mean", "container__jpeg__progressive"]
table[shown].set_axis(table["path"].map(lambda path: Path(path).name))

# %%
# What a column means stands in the catalogue, beside its unit and its source.
realfake.list_features(["ela"]).head(8)[["column", "unit", "meaning"]]

# %%
# Where a family sees something
# -----------------------------
# Raw error levels light up wherever there is text, forged or not. Here they are per unit of gradient, which is better
# and, as the next example shows, not enough: a word is told from its neighbours, not from the screen.
forged = table.loc[table["label"] == 1, "path"].iloc[0]
picture = Image.open(io.BytesIO(realfake.draw_map(forged, "ela")))
figure = plt.figure(figsize=(5, 5 * picture.height / picture.width), dpi=150)
figure.add_axes((0, 0.01, 1, 0.98)).axis("off")
figure.axes[0].imshow(picture)
plt.show()
