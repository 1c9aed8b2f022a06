"""Columbia: the parts of one capture are a group."""

from realfake.data.datasets import read_folder
from tests.trees import COLUMBIA, rows


def test_columbia_parts_of_one_capture_are_one_group_and_its_limit_is_told(plant):
    imported = read_folder(plant(COLUMBIA))
    group = rows(imported, "group")
    assert group["4cam_auth/canong3_02_sub_01.tif"] == group["4cam_auth/canong3_02_sub_09.tif"] == "canong3_02"
    assert group["4cam_auth/canong3_05_sub_01.tif"] == "canong3_05"
    assert rows(imported, "label")["4cam_splc/nikond70_canonxt_sub_14.tif"] == 1
    assert "captures" in imported.notes[0]
