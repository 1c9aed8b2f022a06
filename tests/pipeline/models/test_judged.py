"""Files that show several pictures are scored by the worst of them, and what is read is told."""

from dataclasses import replace

import numpy as np
import pandas as pd
from PIL import Image

from realfake.forensics.catalog import FAMILIES
from realfake.forensics.evidence import measure
from realfake.forensics.image import ForensicImage
from realfake.pipeline.models.judged import NOTE, judge, model_work, worst
from realfake.pipeline.models.model import load_model
from realfake.pipeline.verdicts import Verdict
from tests.lies import SENTENCE, false_receipt


def test_the_worst_verdict_of_each_file_is_found():
    no_sign, cannot_tell, error, review, fake = Verdict
    scored = pd.DataFrame(
        {
            "verdict": [no_sign, fake, review, no_sign, cannot_tell, no_sign, no_sign, error, no_sign],
            "probability": [0.9, 0.2, 0.3, 0.1, np.nan, 0.1, 0.4, np.nan, 0.5],
        }
    )
    assert worst(scored, [3, 2, 2, 2]).tolist() == [1, 4, 6, 7]


def test_a_model_of_words_measures_no_family_of_the_whole_image(monkeypatch, tmp_path):
    def fail(image):
        raise AssertionError("the starter weighs words alone")

    Image.new("RGB", (200, 300), "white").save(tmp_path / "blank.png")
    work = model_work(load_model("starter"))
    for name, family in FAMILIES.items():
        monkeypatch.setitem(FAMILIES, name, replace(family, compute=fail))
    (row,) = work(str(tmp_path / "blank.png"))
    assert row["regions__count__words"] == 0


def test_a_model_that_learnt_from_what_is_read_reads_and_counts():
    evidence = measure(ForensicImage.from_array(np.array(false_receipt())), ["ela"], words=False, reader="rapidocr")
    row = judge(evidence, None, counts=True).row
    assert row["content__total__off"] > 0 and row[NOTE] == SENTENCE
    row = judge(evidence, None).row
    assert row[NOTE] == f"{SENTENCE} (not counted in the score)"
