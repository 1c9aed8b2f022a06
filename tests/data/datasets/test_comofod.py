"""CoMoFoD: every processed copy goes with the mask of its scene."""

from realfake.data.datasets import read_folder
from tests.trees import COMOFOD, rows


def test_comofod_masks_go_with_every_processed_forgery(plant):
    imported = read_folder(plant(COMOFOD))
    assert rows(imported, "mask")["001_F_JC1.jpg"] == "001_B.png"
    assert rows(imported, "mask")["001_O_JC1.jpg"] == ""
    assert rows(imported, "delivered")["002_F_CA3.png"] == "CA3"
    assert set(imported.frame["group"]) == {"001", "002"}
    assert imported.frame["label"].sum() == 3
