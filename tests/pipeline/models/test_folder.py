"""Where a model stands, and what it is known by."""

import shutil

from realfake.pipeline.models.folder import LEARNER, STARTER, fingerprint, model_folder
from realfake.pipeline.models.model import load_model


def test_starter_is_the_model_that_comes_along_unless_a_folder_has_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert model_folder("starter") == STARTER and str(model_folder("mine")) == "mine"
    (tmp_path / "starter").mkdir()
    assert str(model_folder("starter")) == "starter"


def test_a_fingerprint_is_that_of_what_scores(tmp_path):
    shutil.copytree(STARTER, tmp_path / "model")
    assert fingerprint(tmp_path / "model") == fingerprint(STARTER) == load_model().fingerprint
    (tmp_path / "model" / "metrics.csv").write_text("changed")
    assert fingerprint(tmp_path / "model") == fingerprint(STARTER)
    (tmp_path / "model" / LEARNER).write_bytes(b"changed")
    assert fingerprint(tmp_path / "model") != fingerprint(STARTER)
