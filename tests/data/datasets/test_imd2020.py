"""IMD2020: a folder is an original and its forgeries."""

from realfake.data.datasets import read_folder
from tests.trees import IMD2020, rows


def test_imd2020_groups_by_folder_and_tells_originals(plant):
    imported = read_folder(plant(IMD2020))
    assert rows(imported, "label")["1a1ogs/1a1ogs_orig.jpg"] == 0
    assert rows(imported, "mask")["1a1ogs/c8tf5mq_0.png"] == "1a1ogs/c8tf5mq_0_mask.png"
    assert rows(imported, "group")["1a3oag/c8tt7fg_0.jpg"] == "1a3oag"
    assert imported.fakes_without_mask == 1
