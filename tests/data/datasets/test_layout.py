"""Trees of files: links are followed once, and joined groups take one name."""

from realfake.data.datasets import read_folder
from realfake.data.datasets.layout import link


def test_a_loop_of_links_ends_and_a_linked_folder_is_entered(plant, tmp_path):
    folder = plant(["fake/x/a.png"])
    (folder / "fake" / "again").symlink_to(folder)
    plant(["one/b.png"], "far")
    (folder / "genuine").symlink_to(tmp_path / "far")
    (folder / "genuine" / "loop.png").symlink_to("loop.png")
    assert read_folder(folder).frame["path"].tolist() == ["fake/x/a.png", "genuine/one/b.png"]


def test_links_join_through_others_and_take_the_least_name():
    assert link([["b", "c"], ["d"], ["c", "a"]]) == {"a": "a", "b": "a", "c": "a", "d": "d"}
