"""Folders of one's own: their names tell the class, however they are spelt."""

import pytest

from realfake.data.datasets import read_folder
from realfake.forensics.errors import BadManifest
from tests.trees import OWN, rows


def test_own_folders_group_by_subfolder_and_find_masks(plant):
    imported = read_folder(plant(OWN))
    group = rows(imported, "group")
    assert group["genuine/case1/a.png"] == group["fake/case1/c.png"] == "case1"
    assert group["genuine/7.png"] == group["fake/7.jpg"] == "7"
    mask = rows(imported, "mask")
    assert mask["fake/case1/c.png"] == "masks/case1/c.png"
    assert mask["fake/case2/d.png"] == "fake/case2/d_mask.png"
    assert mask["fake/7.jpg"] == ""
    assert "2 images stand directly" in imported.notes[0]


@pytest.mark.parametrize(
    ("genuine", "fake"),
    [
        ("Genuines", "Fakes"),
        ("legit", "fraud"),
        ("0", "1"),
        ("REAL images", "Forged_Screenshots"),
        ("real", "Falso"),
        ("01-original", "02-tampered"),
        ("Auténticos", "falsificados"),
        ("Echte", "Gefälscht"),
    ],
)
def test_own_folders_are_known_by_other_names_of_the_classes(plant, genuine, fake):
    imported = read_folder(plant([f"{genuine}/a.png", f"{fake}/b.png", f"{fake}/c.png"]))
    assert imported.layout == "folders" and not imported.unmatched
    assert dict(zip(imported.frame["path"], imported.frame["label"])) == {
        f"{genuine}/a.png": 0,
        f"{fake}/b.png": 1,
        f"{fake}/c.png": 1,
    }


@pytest.mark.parametrize(
    "names", [("real", "suspicious"), ("good", "bad"), ("true", "false"), ("case 1", "case 0"), ("a", "fake")]
)
def test_folders_that_tell_one_class_or_none_are_refused_with_the_names_that_are_known(plant, names):
    with pytest.raises(BadManifest, match=r"known names are genuine,.*fake,") as told:
        read_folder(plant([f"{name}/{name}.png" for name in names]))
    assert "casia" not in str(told.value)


def test_numbers_name_classes_only_where_there_are_no_others(plant):
    with pytest.raises(BadManifest, match="'0', '1', '2'"):
        read_folder(plant(["0/a.png", "1/b.png", "2/c.png"]))
    imported = read_folder(plant(["genuine/0/a.png", "fake/0/b.png", "fake/1/c.png"]))
    assert imported.frame["label"].tolist() == [1, 1, 0] and imported.frame["group"].tolist() == ["0", "1", "0"]
