"""Files that show several pictures are scored by the worst of them."""

import csv
import io
import json

import numpy as np
import pandas as pd
from PIL import Image

from realfake.forensics.evidence import measure
from realfake.forensics.image import ForensicImage
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.models.model import STARTER, load_model
from realfake.pipeline.models.predict import NOTE, judge, predict_table, predict_to, worst
from realfake.pipeline.verdicts import Verdict
from tests.lies import LIE, SENTENCE, false_receipt
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


def test_what_a_receipt_says_against_itself_is_told_and_not_counted(tmp_path):
    false_receipt().save(tmp_path / "slip.png")
    items, model = [Item(str(tmp_path / "slip.png"))], load_model(STARTER)
    plain, read = (predict_table(items, model, reader=reader).iloc[0] for reader in (None, "rapidocr"))
    assert plain["score"] == read["score"] and read["score"] < read["review_threshold"]
    assert (plain["verdict"], read["verdict"]) == (Verdict.NO_SIGN, Verdict.REVIEW)
    assert (plain["contradictions"], read["contradictions"]) == ("", SENTENCE)
    assert f"{SENTENCE} (not counted in the score)" in read["reasons"] and SENTENCE not in plain["reasons"]
    found = json.loads(read["suspects"])[-1]
    assert found["feature"] == "content__total__off" and found["reasons"] == [SENTENCE] and found["score"] is None
    assert found["fields"] == ["total", "amount", "fee"] and len(found["boxes"]) == 3


def test_a_receipt_of_a_day_after_it_came_is_for_review(tmp_path):
    false_receipt(LIE | {"Total": "$1,202.50"}).save(tmp_path / "slip.png")
    items = [Item(str(tmp_path / "slip.png"), {"received": day}) for day in ("2020-01-31", "2031-01-31")]
    early, late = (predict_table([item], load_model(STARTER), reader="rapidocr").iloc[0] for item in items)
    assert (early["verdict"], late["verdict"]) == (Verdict.REVIEW, Verdict.NO_SIGN)
    assert early["contradictions"].startswith("the file was received on 2020-01-31, the receipt is of 2024-")


def test_a_model_that_learnt_from_what_is_read_reads_and_counts():
    evidence = measure(ForensicImage.from_array(np.array(false_receipt())), ["ela"], words=False, reader="rapidocr")
    row, _ = judge(evidence, None, counts=True)
    assert row["content__total__off"] > 0 and row[NOTE] == SENTENCE
    row, _ = judge(evidence, None)
    assert row[NOTE] == f"{SENTENCE} (not counted in the score)"
