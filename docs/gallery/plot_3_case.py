"""
A case
======

One received screenshot: a score, a verdict, and a page that says where it looks edited and why.
"""

import html
import tempfile
from pathlib import Path

import realfake
from realfake.data import synthesise

folder = Path(tempfile.mkdtemp())
drawn = synthesise(folder / "set", genuine=2, fake=6, apps=4, seed=8)

# %%
# Scores
# ------
# The model that comes with the program has seen generated screenshots alone. It misses some of these fakes, and its
# verdict on them is "no sign of editing", not "genuine".
verdicts = realfake.predict(manifest=drawn.manifest)
names = verdicts["path"].map(lambda path: Path(path).name)
verdicts[["score", "probability", "verdict"]].set_axis(names)

# %%
# The page
# --------
# Boxes, crops beside their peers, the file's history, and what cannot be told.
worst = verdicts.loc[verdicts["score"].idxmax(), "path"]
page = realfake.explain(worst, folder / "case.html")


class Page:
    """A page inside this page."""

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{html.escape(page)}" width="100%" height="700"></iframe>'


Page()
