"""CASIA: groups are the images that sources link, and masks are found where the set misnames them."""

from pathlib import PurePosixPath

from realfake.data.datasets import read_folder
from tests.trees import CASIA1, CASIA2, rows


def test_casia_groups_are_the_images_linked_by_sources_through_others_too(plant):
    imported = read_folder(plant(CASIA1))
    group = rows(imported, "group")
    linked = [path for path in group if "arc" in path or "ani" in path]
    assert len(linked) == 4 and {group[path] for path in linked} == {"ani0031"}
    assert group["Au/Au_nat_0078.jpg"] == group["Modified Tp/CM/Sp_S_CNN_A_nat0078_nat0078_0004.jpg"] == "nat0078"
    assert group["Au/Au_sec_0001.jpg"] == "sec0001"
    assert rows(imported, "label") == {path: int("Sp_" in path) for path in group}
    assert set(imported.frame["type"]) == {"", "splice", "copymove"}
    assert imported.fakes_without_mask == 1


def test_casia_masks_are_found_where_the_set_misnames_its_images(plant):
    mistakes = {
        "Tp/Sp_D_NNN_A_cha0052_cha0052_0309.jpg": "gt/Sp_S_NNN_A_cha0052_cha0052_0309_gt.png",
        "Tp/Sp_D_NNN_A_nat0019_cha0039_0320.jpg": "gt/Sp_D_NNN_A_cha0039_nat0019_0320_gt.png",
        "Tp/Sp_S_NRD_A_ani0040_ani0054.0257.jpg": "gt/Sp_D_NRD_A_ani0040_ani0054_0257_gt.png",
    }
    imported = read_folder(plant([*mistakes, *mistakes.values()]))
    assert rows(imported, "mask") == mistakes
    assert list(rows(imported, "type").values()) == ["copymove", "splice", "splice"]


def test_casia_masks_of_its_own_name_come_before_those_of_like_number(plant):
    imported = read_folder(
        plant(
            [
                "Tp/Sp_S_NNN_T_txt0006_txt0006_0006.jpg",
                "Tp/Sp_S_NNN_C_txt0006_txt0006_0006.jpg",
                "gt/Sp_S_NNN_T_txt0006_txt0006_0006_gt.png",
                "gt/Sp_S_NNN_C_txt0006_txt0006_0006_gt.png",
            ]
        )
    )
    stems = {PurePosixPath(path).stem: PurePosixPath(mask).stem for path, mask in rows(imported, "mask").items()}
    assert stems == {stem: stem + "_gt" for stem in stems} and len(stems) == 2


def test_casia2_links_the_sources_of_a_splice(plant):
    group = rows(read_folder(plant(CASIA2)), "group")
    assert group["Au/Au_ani_00001.jpg"] == group["Au/Au_ani_10171.jpg"] == "ani00001"
    assert group["Au/Au_txt_30029.jpg"] == "txt30029"
