"""Files that show several pictures are scored by the worst of them."""

import csv
import io

import numpy as np
import pandas as pd
from PIL import Image

from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.models.model import STARTER, load_model
from realfake.pipeline.models.predict import predict_to, worst
from realfake.pipeline.verdicts import Verdict
from tests.pictures import draw_screen


def test_the_worst_verdict_of_each_file_is_found():
    no_sign, cannot_tell, error, review, fake = Verdict
    scored = pd.DataFrame(
        {
            "verdict": [no_sign, fake, review, no_sign, cannot_tell, no_sign, no_sign, error, no_sign],
            "probability": [0.9, 0.2, 0.3, 0.1, np.nan, 0.1, 0.4, np.nan, 0.5],
        }
    )
    assert worst(scored, [3, 2, 2, 2]).tolist() == [1, 4, 6, 7]


def test_a_file_of_several_pages_is_one_line_that_names_the_page(tmp_path):
    blank, screen = Image.new("RGB", (240, 320), "white"), Image.fromarray(draw_screen())
    screen.save(tmp_path / "pages.tiff", save_all=True, append_images=[blank])
    items = [Item(str(tmp_path / name)) for name in ("pages.tiff", "lost.png")]
    predict_to(items, load_model(STARTER), tmp_path / "out.csv")
    pages, lost = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text()))
    assert pages["verdict"] == Verdict.CANNOT_TELL and pages["reasons"].startswith(
        "page 2 of 2; only 0 words were found"
    )
    assert lost["verdict"] == Verdict.ERROR
