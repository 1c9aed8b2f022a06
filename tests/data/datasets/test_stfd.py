"""STFD: the folder names the kind of forgery."""

from realfake.data.datasets import read_folder
from tests.trees import STFD


def test_stfd_names_the_kind_of_forgery_and_groups_equal_names(plant):
    imported = read_folder(plant(STFD))
    assert set(imported.frame["type"]) == {"copymove", "splice", "replacement"}
    assert imported.frame["group"].nunique() == 2
    assert imported.fakes_without_mask == 1
