"""Importers: trees with the real names of each public set give the labels, groups and masks that those names mean."""

import os
from pathlib import PurePosixPath

import pytest

from realfake.data.datasets import read_folder, write_import
from realfake.data.datasets.layout import link
from realfake.data.manifest import read_manifest
from realfake.forensics.errors import BadManifest, UnknownName

CASIA1 = [
    "Au/Au_ani_0031.jpg", "Au/Au_arc_0024.jpg", "Au/Au_nat_0078.jpg", "Au/Au_sec_0001.jpg",
    "Modified Tp/Sp/Sp_D_CRN_A_arc0024_ani0031_0265.jpg",
    "Modified Tp/Sp/Sp_D_NND_A_art0040_arc0024_0600.jpg",
    "Modified Tp/CM/Sp_S_CNN_A_nat0078_nat0078_0004.jpg",
    "CASIA 1.0 groundtruth/Sp/Sp_D_CRN_A_arc0024_ani0031_0265_gt.png",
    "CASIA 1.0 groundtruth/CM/Sp_S_CNN_A_nat0078_nat0078_0004_gt.png",
]  # fmt: skip
CASIA2 = [
    "Au/Au_ani_00001.jpg", "Au/Au_ani_10171.jpg", "Au/Au_txt_30029.jpg",
    "Tp/Tp_D_NRN_S_N_ani10171_ani00001_12458.jpg", "Tp/Tp_S_NNN_S_N_pla20095_pla20095_02347.tif",
    "CASIA 2 Groundtruth/Tp_D_NRN_S_N_ani10171_ani00001_12458_gt.png",
]  # fmt: skip
COLUMBIA = [
    "4cam_auth/canong3_02_sub_01.tif", "4cam_auth/canong3_02_sub_09.tif", "4cam_auth/canong3_05_sub_01.tif",
    "4cam_auth/kodakdcs330_01_sub_01.tif", "4cam_auth/edgemask/canong3_02_sub_01_edgemask.jpg",
    "4cam_splc/canong3_canonxt_sub_01.tif", "4cam_splc/nikond70_canonxt_sub_14.tif",
    "4cam_splc/edgemask/canong3_canonxt_sub_01_edgemask.jpg",
    "4cam_splc/edgemask/canong3_canonxt_sub_01_edgemask_3.jpg", "README.txt",
]  # fmt: skip
COMOFOD = [
    "001_O.png", "001_F.png", "001_B.png", "001_M.png", "001_O_JC1.jpg", "001_F_JC1.jpg", "002_F_CA3.png", "002_B.png",
    "002_O_NA2.png", "readme.txt",
]  # fmt: skip
COVERAGE = [
    "image/1.tif", "image/1t.tif", "image/100.tif", "image/100t.tif", "mask/1copy.tif", "mask/1forged.tif",
    "mask/1paste.tif", "mask/100copy.tif", "mask/100forged.tif", "mask/100paste.tif", "label/1.mat", "readme.txt",
]  # fmt: skip
DOCTAMPER = [
    "DocTamperV1-FCD_new/images/0.jpg", "DocTamperV1-FCD_new/images/1.jpg", "DocTamperV1-FCD_new/masks/0.png",
    "DocTamperV1-SCD/tampered/0.jpg", "DocTamperV1-SCD/mask/0.png",
]  # fmt: skip
STFD = [
    "1_Copy-move/tamper/ffa3cedd4317633601c6fb82d94fc783.png", "1_Copy-move/masks/ffa3cedd4317633601c6fb82d94fc783.png",
    "2_Splicing/tamper/0a3cedd4317633601c6fb82d94fc7834.jpg", "2_Splicing/masks/0a3cedd4317633601c6fb82d94fc7834.png",
    "5_Replacement/tamper/ffa3cedd4317633601c6fb82d94fc783.png",
]  # fmt: skip
IMD2020 = [
    "1a1ogs/1a1ogs_orig.jpg", "1a1ogs/c8tf5mq_0.png", "1a1ogs/c8tf5mq_0_mask.png", "1a1ogs/c8tgxx1_0.jpg",
    "1a3oag/1a3oag_orig.jpg", "1a3oag/c8tt7fg_0.jpg", "1a3oag/c8tt7fg_0_mask.png",
]  # fmt: skip
OWN = [
    "genuine/case1/a.png", "genuine/case2/b.jpg", "genuine/7.png",
    "fake/case1/c.png", "fake/case2/d.png", "fake/case2/d_mask.png", "fake/7.jpg", "masks/case1/c.png",
]  # fmt: skip
TREES = {
    "casia1": CASIA1, "casia2": CASIA2, "columbia": COLUMBIA, "comofod": COMOFOD, "coverage": COVERAGE,
    "doctamper": DOCTAMPER, "stfd": STFD, "imd2020": IMD2020, "folders": OWN,
}  # fmt: skip


@pytest.fixture
def plant(tmp_path):
    def plant(files, name="set"):
        for file in files:
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        return tmp_path / name

    return plant


def rows(imported, column):
    return dict(zip(imported.frame["path"], imported.frame[column], strict=True))


@pytest.mark.parametrize("layout", TREES)
def test_each_layout_is_told_from_the_names_and_knows_every_image(plant, layout):
    imported = read_folder(plant(TREES[layout]))
    assert imported.layout == layout
    assert imported.unmatched == ()
    chosen = read_folder(imported.folder, layout)
    assert chosen.frame.equals(imported.frame)


@pytest.mark.parametrize("layout", TREES)
def test_every_written_path_and_mask_is_a_file(plant, tmp_path, layout):
    imported = read_folder(plant(TREES[layout]))
    for output in (None, tmp_path / "elsewhere.csv"):
        frame = read_manifest(write_import(imported, output), require=("label", "group"))
        assert all(map(os.path.isfile, frame["mask_file"][frame["mask_file"] != ""]))
        assert frame["label"].tolist() == imported.frame["label"].tolist()


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


def test_columbia_parts_of_one_capture_are_one_group_and_its_limit_is_told(plant):
    imported = read_folder(plant(COLUMBIA))
    group = rows(imported, "group")
    assert group["4cam_auth/canong3_02_sub_01.tif"] == group["4cam_auth/canong3_02_sub_09.tif"] == "canong3_02"
    assert group["4cam_auth/canong3_05_sub_01.tif"] == "canong3_05"
    assert rows(imported, "label")["4cam_splc/nikond70_canonxt_sub_14.tif"] == 1
    assert "captures" in imported.notes[0]


def test_comofod_masks_go_with_every_processed_forgery(plant):
    imported = read_folder(plant(COMOFOD))
    assert rows(imported, "mask")["001_F_JC1.jpg"] == "001_B.png"
    assert rows(imported, "mask")["001_O_JC1.jpg"] == ""
    assert rows(imported, "delivered")["002_F_CA3.png"] == "CA3"
    assert set(imported.frame["group"]) == {"001", "002"}
    assert imported.frame["label"].sum() == 3


def test_coverage_pairs_each_forgery_with_its_original(plant):
    imported = read_folder(plant(COVERAGE))
    assert rows(imported, "mask") == {
        "image/1.tif": "",
        "image/1t.tif": "mask/1forged.tif",
        "image/100.tif": "",
        "image/100t.tif": "mask/100forged.tif",
    }
    assert rows(imported, "group")["image/100t.tif"] == rows(imported, "group")["image/100.tif"] == "100"


def test_doctamper_is_all_fake_and_says_so(plant):
    imported = read_folder(plant(DOCTAMPER))
    assert imported.frame["label"].tolist() == [1, 1, 1]
    assert rows(imported, "mask")["DocTamperV1-SCD/tampered/0.jpg"] == "DocTamperV1-SCD/mask/0.png"
    assert imported.frame["group"].nunique() == 3
    assert "every DocTamper image is tampered" in imported.notes[0]


def test_a_doctamper_database_must_be_unpacked_first(plant):
    with pytest.raises(BadManifest, match="unpack"):
        read_folder(plant(["DocTamperV1-FCD/data.mdb", "DocTamperV1-FCD/lock.mdb"]), "doctamper")
    with pytest.raises(BadManifest, match="unpack"):
        read_folder(plant(["DocTamperV1-SCD/data.mdb"], "other"))


def test_stfd_names_the_kind_of_forgery_and_groups_equal_names(plant):
    imported = read_folder(plant(STFD))
    assert set(imported.frame["type"]) == {"copymove", "splice", "replacement"}
    assert imported.frame["group"].nunique() == 2
    assert imported.fakes_without_mask == 1


def test_imd2020_groups_by_folder_and_tells_originals(plant):
    imported = read_folder(plant(IMD2020))
    assert rows(imported, "label")["1a1ogs/1a1ogs_orig.jpg"] == 0
    assert rows(imported, "mask")["1a1ogs/c8tf5mq_0.png"] == "1a1ogs/c8tf5mq_0_mask.png"
    assert rows(imported, "group")["1a3oag/c8tt7fg_0.jpg"] == "1a3oag"
    assert imported.fakes_without_mask == 1


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


def test_images_that_the_layout_does_not_know_are_named(plant):
    imported = read_folder(plant([*CASIA1, "Au/holiday.jpg", "Au/notes.txt"]))
    assert imported.layout == "casia1"
    assert imported.unmatched == (PurePosixPath("Au/holiday.jpg"),)
    assert imported.sentences() == [
        "layout casia1: 4 genuine images and 3 fakes in 3 groups",
        "1 of 3 fakes have no mask",
        "left out because their names do not fit, 1: Au/holiday.jpg",
        "1 file skipped: 1 text",
    ]


def test_a_folder_of_unknown_names_gets_a_sentence(plant):
    with pytest.raises(BadManifest, match="genuine/ and fake/"):
        read_folder(plant(["a.png", "b/c.jpg"]))
    with pytest.raises(BadManifest, match="layout casia2"):
        read_folder(plant(CASIA1), "casia2")


def test_a_missing_empty_or_unknown_request_gets_a_sentence(tmp_path):
    with pytest.raises(BadManifest, match="cannot be read"):
        read_folder(tmp_path / "none")
    with pytest.raises(BadManifest, match="is empty"):
        read_folder(tmp_path)
    with pytest.raises(UnknownName, match="casia1"):
        read_folder(tmp_path, "casia3")


def test_an_existing_manifest_is_replaced_only_when_named(plant):
    imported = read_folder(plant(OWN))
    written = write_import(imported)
    with pytest.raises(BadManifest, match="exists already"):
        write_import(imported)
    assert write_import(imported, written) == written


def test_a_loop_of_links_ends_and_a_linked_folder_is_entered(plant, tmp_path):
    folder = plant(["fake/x/a.png"])
    (folder / "fake" / "again").symlink_to(folder)
    plant(["one/b.png"], "far")
    (folder / "genuine").symlink_to(tmp_path / "far")
    (folder / "genuine" / "loop.png").symlink_to("loop.png")
    assert read_folder(folder).frame["path"].tolist() == ["fake/x/a.png", "genuine/one/b.png"]


def test_odd_file_names_survive(plant):
    name = os.fsdecode(b"a\n,\xff.png")
    imported = read_folder(plant([f"fake/g/{name}", "genuine/g/b.png"]))
    frame = read_manifest(write_import(imported))
    assert name in {os.path.basename(path) for path in frame["path"]}


def test_links_join_through_others_and_take_the_least_name():
    assert link([["b", "c"], ["d"], ["c", "a"]]) == {"a": "a", "b": "a", "c": "a", "d": "d"}


def test_images_without_an_ending_are_imported_and_other_kinds_counted(tmp_path):
    for name, data in {
        "genuine/a.png": b"x",
        "genuine/nameless": b"\x89PNG\r\n\x1a\n",
        "fake/b.jpg_large": b"\xff\xd8\xff\xe0",
        "fake/c.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "fake/._b.png": b"\0\5\x16\7",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    imported = read_folder(tmp_path)
    assert imported.frame["path"].tolist() == ["fake/b.jpg_large", "genuine/a.png", "genuine/nameless"]
    assert imported.sentences()[-1] == "2 files skipped: 1 AppleDouble, 1 HEIC (not decoded)"


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


def test_columns_added_to_a_manifest_are_not_lost_by_writing_it_anew(plant):
    imported = read_folder(plant(["genuine/a.png", "fake/b.png"]))
    path = write_import(imported)
    write_import(imported, path)
    path.write_text(path.read_text().replace("path,", "reviewer,path,", 1))
    before = path.read_text()
    with pytest.raises(BadManifest, match="'reviewer', which would be lost"):
        write_import(imported, path)
    assert path.read_text() == before
