"""A model folder: what goes in comes out exactly, and what was not made here is not run."""

import hashlib
import json
import os
import pickle
import shutil
import zipfile
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
import skops.io
from imblearn.pipeline import Pipeline
from lightgbm import LGBMClassifier
from sklearn.cluster import DBSCAN

from realfake.forensics.errors import BadModel, BadTable, ModelWarning
from realfake.pipeline.habits.habits import with_habits
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.models.folder import CARD, FACTS, LEARNER, SCORER, SUMS
from realfake.pipeline.models.model import load_model, save_model, without_habits
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import Alarms, CrossValidation
from realfake.pipeline.tables.table import labelled
from tests.habitual import receipts_of, retimed, table

NOON = datetime(2026, 3, 3, 12, 30)
FEW = Knobs(trees=20, members=3, member_trees=10, forest_trees=10)
SMALL = {"rows": 80, "fakes": 12, "columns": 4}


@pytest.fixture(scope="module")
def trained(make_table):
    frame = make_table(rows=240, fakes=30)
    return frame, train_model(labelled(frame), STRATEGIES["plain"], Alarms(0.05), cv=CrossValidation(seed=2))


@pytest.fixture
def folder(trained, tmp_path):
    trained[1].write(tmp_path / "model")
    return tmp_path / "model"


def resealed(folder):
    files = [file for file in sorted(folder.iterdir()) if file.name != SUMS]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / SUMS).write_text("".join(lines))
    return folder


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_every_strategy_comes_back_exactly_as_it_was_saved(make_table, tmp_path, name):
    frame = make_table(**SMALL)
    model = train_model(labelled(frame), STRATEGIES[name], Alarms(0.1), cv=CrossValidation(2), knobs=FEW).model
    save_model(model, tmp_path / "model")
    back = load_model(tmp_path / "model")
    np.testing.assert_array_equal(back.scores(frame), model.scores(frame))
    pd.testing.assert_frame_equal(back.predict(frame.head(5)), model.predict(frame.head(5)))
    assert (back.decision, back.calibrator, back.columns) == (model.decision, model.calibrator, model.columns)


def test_a_model_says_which_families_it_needs(trained):
    assert trained[1].model.families == ["container", "ela"]


def test_a_prediction_holds_path_probability_verdict_and_reasons(trained):
    frame, result = trained
    new = frame.drop(columns=["label", "group"]).copy()
    new.loc[3, "error"] = "image3.png is truncated; send it again"
    new.loc[3, [c for c in new.columns if "__" in c]] = np.nan
    found = result.model.predict(new)
    stands_on = ["score", "threshold", "review_threshold"]
    assert list(found.columns) == ["path", "probability", "verdict", "reasons", *stands_on]
    assert found.loc[3, "verdict"] == "error" and np.isnan(found.loc[3, "probability"])
    assert found.loc[3, "reasons"] == "image3.png is truncated; send it again"
    read = found.drop(index=3)
    assert read["probability"].between(0, 1).all()
    assert set(read["verdict"]) <= {"no sign of editing", "review", "fake"}
    above = read["score"] > read["threshold"], read["score"] > read["review_threshold"]
    assert (read["verdict"] == np.select(above, ["fake", "review"], "no sign of editing")).all()
    ranked = read.sort_values("score")
    assert (np.diff(ranked["probability"]) > 0).tolist() == (np.diff(ranked["score"]) > 0).tolist()
    fakes = read[frame["label"].drop(index=3) == 1]
    assert fakes["reasons"].str.contains("ela__f[012]__mean").all()


def test_a_verdict_does_not_depend_on_the_images_beside_it(trained):
    frame, result = trained
    whole = result.model.predict(frame)
    alone = pd.concat([result.model.predict(frame.iloc[[i]]) for i in range(5)], ignore_index=True)
    pd.testing.assert_frame_equal(whole.head(5), alone)


def test_rarer_fakes_make_lower_probabilities_in_the_same_order(trained):
    frame, result = trained
    here, there = result.model.predict(frame), result.model.predict(frame, prevalence=0.001)
    assert (there["probability"] < here["probability"]).all()
    assert (there["probability"].rank() == here["probability"].rank()).all()
    assert (there["verdict"] == here["verdict"]).all()


def test_a_table_from_other_families_is_refused_with_those_it_needs(trained):
    frame, result = trained
    with pytest.raises(BadModel, match="lacks the families ela .* extract with --families container,ela"):
        result.model.predict(frame[[c for c in frame.columns if not c.startswith("ela__")]])


def test_the_sums_are_those_of_sha256sum_and_a_changed_file_is_refused(folder):
    names = {line.split("  ")[1] for line in (folder / SUMS).read_text().splitlines()}
    assert names == {LEARNER, FACTS, CARD, "metrics.csv", "out_of_fold.csv"}
    facts = json.loads((folder / FACTS).read_text())
    facts["decision"]["fake"] = 0.0
    (folder / FACTS).write_text(json.dumps(facts))
    with pytest.raises(BadModel, match="changed or damaged"):
        load_model(folder)


def test_a_folder_that_was_copied_in_part_is_refused(folder):
    with open(folder / SUMS, "a", encoding="utf-8") as sums:
        sums.write(f"{'0' * 64}  {SCORER}\n")
    with pytest.raises(BadModel, match="scorer.skops is not there; copy the whole model folder again"):
        load_model(folder)


def test_a_truncated_learner_is_refused(folder):
    (folder / LEARNER).write_bytes((folder / LEARNER).read_bytes()[:1000])
    with pytest.raises(BadModel, match="changed or damaged"):
        load_model(folder)
    with pytest.raises(BadModel, match="cannot be used"):
        load_model(resealed(folder))


def test_a_learner_with_a_type_that_no_strategy_needs_is_refused(folder):
    (folder / LEARNER).write_bytes(skops.io.dumps(Pipeline([("learn", DBSCAN(metric=os.system))])))
    with pytest.raises(BadModel, match="system, a type that no strategy needs"):
        load_model(resealed(folder))


@pytest.mark.parametrize("strategy, name", [("focal", "focal.FocalBooster"), ("rusboost", "rusboost.RUSBoost")])
def test_a_model_of_the_days_before_the_package_says_to_train_it_again(make_table, tmp_path, strategy, name):
    folder = tmp_path / "old"
    train_model(labelled(make_table(**SMALL)), STRATEGIES[strategy], Alarms(0.05), knobs=FEW).write(folder)
    rename_types(folder / LEARNER, f"realfake.pipeline.learning.{name}", f"pipeline.{name}")
    with pytest.raises(BadModel, match=f"earlier version of this program, which said pipeline.{name}; train the model"):
        load_model(resealed(folder))


def rename_types(file, now, then):
    """Writes a learner anew in which a type has the name that it had in an earlier version."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    (module, _, kind), (former, _, _) = now.rpartition("."), then.rpartition(".")
    schema = parts["schema.json"].decode()
    assert f'"{module}"' in schema and f'"{kind}"' in schema
    parts["schema.json"] = schema.replace(f'"{module}"', f'"{former}"').encode()
    with zipfile.ZipFile(file, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def test_a_pickle_is_never_opened(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "model.pkl").write_bytes(pickle.dumps({}))
    with pytest.raises(BadModel, match="pickle model.pkl, which can run any code"):
        load_model(tmp_path / "old")
    with pytest.raises(BadModel, match="is a pickle, which can run any code"):
        load_model(tmp_path / "old" / "model.pkl")


def test_what_is_no_model_is_refused(tmp_path, folder):
    with pytest.raises(BadModel, match="does not exist; train a model"):
        load_model(tmp_path / "no")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadModel, match="lacks model.json"):
        load_model(tmp_path / "empty")
    (folder / FACTS).write_text('{"format": 99}')
    with pytest.raises(BadModel, match="not a model of format 1"):
        load_model(resealed(folder))
    (folder / FACTS).write_text('{"format": 1, "strategy": "plain"}')
    with pytest.raises(BadModel, match="lacks what a model needs"):
        load_model(resealed(folder))


def test_other_versions_are_told(folder):
    facts = json.loads((folder / FACTS).read_text())
    facts["facts"]["versions"]["lightgbm"] = "0.1"
    (folder / FACTS).write_text(json.dumps(facts))
    with pytest.warns(ModelWarning, match="trained with lightgbm 0.1"):
        load_model(resealed(folder))


def test_a_bug_fix_of_python_is_no_other_version(folder, recwarn):
    facts = json.loads((folder / FACTS).read_text())
    facts["facts"]["versions"]["python"] = facts["facts"]["versions"]["python"].rsplit(".", 1)[0] + ".99"
    (folder / FACTS).write_text(json.dumps(facts))
    load_model(resealed(folder))
    assert not [told for told in recwarn if issubclass(told.category, ModelWarning)]


def test_a_learner_that_these_versions_cannot_run_is_refused_with_those_it_needs(trained, folder):
    """Such as scikit-learn before 1.8, which looks for an attribute that later ones do not save."""
    (folder / LEARNER).write_bytes(skops.io.dumps(Pipeline([("learn", LGBMClassifier())])))
    facts = json.loads((folder / FACTS).read_text())
    facts["facts"]["versions"]["scikit-learn"] = "99"
    (folder / FACTS).write_text(json.dumps(facts))
    with pytest.raises(BadModel, match=r"cannot be used .* with scikit-learn 99 \(now .* train the model again"):
        load_model(resealed(folder))


def test_a_table_that_lacks_one_column_is_refused(trained):
    frame, result = trained
    with pytest.raises(BadTable, match="lacks 1 of .* the first 'ela__f1__mean'"):
        result.model.predict(frame.drop(columns="ela__f1__mean"))


def test_another_decoder_is_told(make_table):
    frame = make_table(**SMALL).assign(decoder="Pillow", decoder_version="13")
    model = train_model(labelled(frame), STRATEGIES["plain"], Alarms(0.1), cv=CrossValidation(2)).model
    with pytest.warns(ModelWarning, match="decoder_version 99, the model was trained with 13"):
        model.predict(frame.assign(decoder_version="99"))


def test_a_folder_that_holds_something_else_is_not_overwritten(trained, folder):
    trained[1].write(folder)  # an older model is replaced
    load_model(folder)
    (folder.parent / "photos").mkdir()
    (folder.parent / "photos" / "a.jpg").touch()
    with pytest.raises(BadModel, match="not an empty folder and not a model"):
        trained[1].write(folder.parent / "photos")
    assert [p.name for p in (folder.parent / "photos").iterdir()] == ["a.jpg"]


def test_a_model_moves_with_its_folder(trained, folder, tmp_path):
    shutil.move(folder, tmp_path / "elsewhere")
    frame, result = trained
    np.testing.assert_array_equal(load_model(tmp_path / "elsewhere").scores(frame), result.model.scores(frame))


@pytest.fixture(scope="module")
def habitual():
    """A model that knows the habits of an app, and the table that it learnt from."""
    shown = receipts_of("yymmddHHMM", 40)
    fakes = {f"fake{path}": retimed(told, NOON) for path, told in list(shown.items())[:15]}
    facts = pd.concat([table(shown), table(fakes, 1)], ignore_index=True)
    images = facts.drop_duplicates("path")[["path", "label", "app"]].reset_index(drop=True)
    images = images.assign(group=images["path"].str.removeprefix("fake"), error="", ela__q75__mean=0.5)
    joined, habits = with_habits(images, facts)
    return joined, train_model(
        labelled(joined), STRATEGIES["logistic"], Alarms(0.1), cv=CrossValidation(3), habits=habits
    )


def test_habits_are_saved_with_a_model_and_switched_off_by_their_ids(habitual, tmp_path):
    joined, trained = habitual
    trained.write(tmp_path / "model")
    back = load_model(tmp_path / "model")
    assert back.habits.to_json() == trained.model.habits.to_json()
    assert back.families == ["ela", "habits"]
    changed = without_habits(tmp_path / "model", ["bank/reference/time@7"], tmp_path / "changed")
    again = load_model(tmp_path / "changed")
    assert [habit.id for habit in again.habits.habits] == [habit.id for habit in changed.habits.habits]
    assert {habit.id for habit in back.habits.habits} - {habit.id for habit in again.habits.habits} == {
        "bank/reference/time@7"
    }
    assert again.facts["habits_off"] == ["bank/reference/time@7"]
    assert "Habits switched off: bank/reference/time@7." in (tmp_path / "changed" / CARD).read_text()
    for name in ("metrics.csv", "out_of_fold.csv"):
        assert (tmp_path / "changed" / name).read_bytes() == (tmp_path / "model" / name).read_bytes()
    np.testing.assert_array_equal(again.scores(joined), back.scores(joined))


def test_a_model_without_habits_has_none_to_switch_off(folder, tmp_path):
    with pytest.raises(BadModel, match="knows no habits"):
        without_habits(folder, ["bank/reference/time@7"], tmp_path / "changed")


def test_a_model_learns_from_habits(habitual):
    _, trained = habitual
    assert trained.metrics["roc_auc"].iloc[0] > 0.95
