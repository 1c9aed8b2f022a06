"""The database names the models in use, and a folder that changed since is not taken for the one that was chosen."""

import shutil

import pytest

from realfake.pipeline.models.folder import STARTER
from realfake.service import audit, models
from realfake.service.errors import NotFound, Unprocessable
from realfake.service.settings import Settings

OURS = "ff18df42"


@pytest.fixture
def settings(tmp_path):
    shutil.copytree(STARTER, tmp_path / "models" / "copy")
    (tmp_path / "models" / "empty").mkdir()
    return Settings(models=tmp_path / "models")


def used(database):
    return [one.name for one in models.in_use(database)]


def test_models_are_found_by_the_names_of_their_folders(settings, tmp_path):
    assert sorted(models.available(settings)) == ["copy", "starter"]
    assert "mine" in models.available(Settings(model=str(tmp_path / "mine")))


def test_the_command_line_names_the_first_model_and_no_later_one(database, settings):
    models.begin(database, settings)
    models.choose(database, settings, "copy", "live", "anna")
    models.begin(database, settings)
    assert used(database) == ["copy"]
    assert audit.check(database).rows == 2


def test_the_shadow_is_another_model_than_the_live_one(database, settings):
    models.choose(database, settings, "starter", "live", "anna")
    models.choose(database, settings, "copy", "shadow", "anna")
    assert used(database) == ["starter"], "the copy is the same model"


@pytest.mark.parametrize("name", ["lost", "../models/copy", "/etc", "", "empty", "copy/"])
def test_a_client_cannot_name_a_path(database, settings, name):
    with pytest.raises(NotFound):
        models.choose(database, settings, name, "live", "anna")


def test_a_role_that_there_is_not_is_refused(database, settings):
    with pytest.raises(Unprocessable, match="live or shadow"):
        models.choose(database, settings, "copy", "king", "anna")


def test_a_folder_that_holds_another_model_now_is_not_used(settings):
    with pytest.raises(Unprocessable, match="no longer holds what was chosen"):
        models.load(models.Named("copy", "0" * 64), settings)
