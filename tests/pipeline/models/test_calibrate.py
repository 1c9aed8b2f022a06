"""A model set anew on genuine images of one's own: what it counts, what it promises, what it refuses."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from crepes import ConformalClassifier

import realfake
from realfake.forensics.errors import BadManifest, TooFewGenuine, UnknownName
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.learning.thresholds import conformal_threshold
from realfake.pipeline.models.calibrate import (
    calibrate_model,
    captures,
    check_enough,
    genuine_items,
    highest_of_each,
)
from realfake.pipeline.models.model import load_model
from realfake.pipeline.settings import Alarms
from realfake.pipeline.tables.table import TableWarning
from realfake.pipeline.words.memory import SIGNATURE, TemplateMemory
from tests import commands
from tests.lettering import slip, write


def test_an_alarm_is_a_conformal_p_value_of_at_most_the_rate():
    rng = np.random.default_rng(0)
    genuine = np.round(rng.normal(size=137), 1)  # with ties
    new = np.unique(np.concatenate([genuine, rng.normal(size=200), [-9, 9]]))
    p_values = ConformalClassifier().fit(genuine).predict_p(new[:, None], smoothing=False)[:, 0]
    for rate in (0.01, 0.02, 0.05, 0.1, 0.5):
        threshold = conformal_threshold(genuine, rate).threshold
        np.testing.assert_array_equal(new > threshold, p_values <= rate + 1e-12)


@pytest.mark.parametrize(("rate", "needed"), [(0.01, 99), (0.05, 19), (0.5, 1), (0.3, 3)])
def test_as_many_genuine_images_are_needed_as_make_the_highest_score_promise_the_rate(rate, needed):
    check_enough(needed, rate)
    assert 1 / (needed + 1) <= rate < 1 / needed
    with pytest.raises(TooFewGenuine, match=f"takes {needed}; gather 1 more, or raise --max-fpr"):
        check_enough(needed - 1, rate)


def test_the_highest_score_stands_for_its_capture_and_none_for_one_without_a_score():
    scores = np.array([0.2, 0.7, np.nan, 0.1, 0.7, np.nan])
    capture = np.array([0, 0, 0, 1, 1, 2])
    assert list(highest_of_each(scores, capture)) == [False, True, False, False, True, False]


def test_copies_near_copies_and_stated_groups_are_one_capture():
    table = pd.DataFrame(
        {
            "path": list("abcdef"),
            "sha256": ["1", "1", "2", "3", "4", None],
            "phash": ["f" * 16, "f" * 16, "f" * 15 + "c", "0" * 16, "0" * 8 + "f" * 8, None],
        }
    )
    assert list(captures(table)) == [0, 0, 0, 1, 2, 3]
    assert list(captures(table.assign(group=["", "", "", "x", "x", ""]))) == [0, 0, 0, 1, 1, 2]


def test_fakes_are_left_out_and_images_without_a_label_count_only_where_that_is_stated():
    items = [Item("a.png", {"label": "0"}), Item("b.png", {"label": "1"}), Item("c.png", {"label": ""})]
    with pytest.warns(TableWarning, match="1 of 3 images have no label"):
        assert [item.path for item in genuine_items(items)] == ["a.png"]
    assert [item.path for item in genuine_items(items, mostly_genuine=True)] == ["a.png", "c.png"]
    bare = [Item("a.png", {}), Item("b.png", {})]
    assert genuine_items(bare, mostly_genuine=True) == bare
    with pytest.raises(BadManifest, match="no image is known to be genuine; .* or state --mostly-genuine"):
        genuine_items(bare)
    with pytest.raises(BadManifest, match="'maybe' for d.png"):
        genuine_items([*items, Item("d.png", {"label": "maybe"})], mostly_genuine=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Five slips, a copy of the first, a blank page that nobody can judge, a fake, and a file that is no image."""
    folder = tmp_path_factory.mktemp("stream")
    for i in range(5):
        picture, _, _ = slip()
        for line in range(i + 1):
            write(picture, "LETTERS AND MORE"[: 7 + 2 * i], 8, 8 + 24 * line)
        picture.save(folder / f"slip{i}.png")
    (folder / "copy.png").write_bytes((folder / "slip0.png").read_bytes())
    slip()[0].crop((0, 0, 60, 40)).save(folder / "blank.png")
    slip()[0].save(folder / "fake.png")
    (folder / "broken.png").write_bytes(b"no image")
    rows = [f"slip{i}.png,0,g{i}" for i in range(5)]
    rows += ["copy.png,0,", "blank.png,0,", "broken.png,0,", "fake.png,1,"]
    (folder / "manifest.csv").write_text("path,label,group\n" + "\n".join(rows) + "\n")
    return folder


ALARMS = Alarms(max_fpr=0.25, review_fpr=0.5)


@pytest.fixture(scope="module")
def calibrated(folder):
    return realfake.calibrate(manifest=folder / "manifest.csv", alarms=ALARMS)


def test_the_threshold_is_that_of_the_captures_that_could_be_judged(calibrated):
    found = calibrated.scores.assign(name=[path.rsplit("/")[-1] for path in calibrated.scores["path"]])
    found = found.set_index("name")
    assert "fake.png" not in found.index
    assert found.loc[["blank.png", "broken.png"], "score"].isna().all()
    assert found.loc["copy.png", "capture"] == found.loc["slip0.png", "capture"]
    assert found.loc[["copy.png", "slip0.png"], "counted"].sum() == 1
    known = np.sort(found.loc[found["counted"], "score"])
    assert len(known) == found.loc[found["score"].notna(), "capture"].nunique() == calibrated.model.decision.genuine
    assert calibrated.model.decision.fake == known[::-1][int(0.25 * (len(known) + 1)) - 1]
    facts = calibrated.model.facts["calibrated"]
    assert (facts["genuine"], facts["images"], facts["failed"], facts["cannot_tell"]) == (len(known), 8, 1, 1)
    assert facts["near_duplicates"] == found["score"].notna().sum() - len(known)
    assert calibrated.promise.startswith(f"From {len(known)} genuine images, one a capture: at most ")


def test_a_calibrated_model_is_a_model_like_any_other_and_its_card_says_on_what(calibrated, folder, tmp_path):
    calibrated.write(tmp_path / "own")
    model, starter = load_model(tmp_path / "own"), load_model()
    assert model.fingerprint != starter.fingerprint and model.facts["calibrated"]["of_model"] == starter.fingerprint
    assert (model.decision.fake, model.decision.max_fpr) == (calibrated.model.decision.fake, 0.25)
    assert list(pd.read_csv(tmp_path / "own" / "calibration.csv")["path"]) == list(calibrated.scores["path"])
    card = (tmp_path / "own" / "MODEL_CARD.md").read_text()
    assert calibrated.promise in card and "8 images, labelled genuine" in card
    assert "# The model before\nThe thresholds and rates below no longer hold." in card
    one, other = (realfake.predict(folder / "slip1.png", model=m) for m in (model, starter))
    assert one["score"].tolist() == other["score"].tolist()
    assert one["probability"].tolist() == other["probability"].tolist()
    assert one["threshold"].tolist() == [calibrated.model.decision.fake] != other["threshold"].tolist()


def test_too_few_are_refused_before_and_after_copies_are_counted_once(folder):
    with pytest.raises(
        TooFewGenuine, match=r"^8 genuine images .* promise at best 0.1112, not .* 0.01, which takes 99"
    ):
        realfake.calibrate(manifest=folder / "manifest.csv")
    with pytest.raises(TooFewGenuine, match=r"^[1-5] genuine images .* one a capture, .* which takes 7; gather"):
        realfake.calibrate(manifest=folder / "manifest.csv", alarms=Alarms(max_fpr=0.125))
    with pytest.raises(UnknownName, match="--review-fpr 0.1 is below --max-fpr 0.5"):
        calibrate_model(load_model(), [], Alarms(max_fpr=0.5, review_fpr=0.1))


def test_the_data_of_a_calibration_has_a_fingerprint_whatever_its_order(calibrated, folder):
    images = [folder / "slip2.png", folder / "slip4.png", folder / "slip0.png"]
    half = Alarms(max_fpr=0.5, review_fpr=0.5)
    one, other = (realfake.calibrate(some, alarms=half, mostly_genuine=True).model for some in (images, images[::-1]))
    digests = sorted(hashlib.sha256(image.read_bytes()).hexdigest() for image in images)
    expected = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    assert one.facts["calibrated"] == other.facts["calibrated"]
    assert one.facts["calibrated"]["sha256"] == expected != calibrated.model.facts["calibrated"]["sha256"]
    assert json.loads(json.dumps(one.facts["calibrated"])) == one.facts["calibrated"]


def test_a_scorer_with_a_memory_learns_how_these_screens_look_and_scores_each_by_the_others(folder):
    starter = load_model()
    nobody = TemplateMemory(np.full((1, len(SIGNATURE)), 1e6), ((),))
    model = replace(starter, scorer=replace(starter.scorer, memory=nobody))
    images = [folder / f"slip{i}.png" for i in range(5)]
    own = realfake.calibrate(images, model=model, alarms=Alarms(0.5, 0.5), mostly_genuine=True)
    assert own.model.facts["calibrated"]["remembers"] and "has learnt how their screens look" in own.card
    memory = own.model.scorer.memory
    assert len(memory.centres) > 1
    words = realfake.extract(images, level="region")
    assert memory.columns(words)["memory__template__near"].sum() > nobody.columns(words)["memory__template__near"].sum()
    # The starter's scorer looks at no memory, so that its scores stay what they were.
    before = realfake.predict(images, model=starter).set_index("path")["score"]
    assert own.scores.set_index("path")["score"].to_dict() == before.to_dict()


def test_the_command_says_what_it_promises_and_writes_a_model_or_nothing(folder, tmp_path):
    images, own = [folder / f"slip{i}.png" for i in range(5)], tmp_path / "own"
    result = commands.realfake("calibrate", *images, "--mostly-genuine", "--max-fpr", 0.5, "-o", own)
    assert "From " in result.stderr and "are expected to raise an alarm" in result.stderr
    assert load_model(own).decision.max_fpr == 0.5 and load_model(own).decision.review_fpr == 0.5
    unsaid = commands.realfake("calibrate", *images, "--max-fpr", 0.5, "-o", tmp_path / "none", code=1)
    few = commands.realfake("calibrate", *images, "--mostly-genuine", "-o", tmp_path / "none", code=1)
    assert not (tmp_path / "none").exists()
    assert "state --mostly-genuine" in unsaid.stderr
    assert "which takes 99; gather 94 more" in few.stderr
