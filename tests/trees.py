"""Names of the files of public sets, as each is unpacked, and of folders of one's own."""

from __future__ import annotations

from realfake.data.datasets import Imported

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


def rows(imported: Imported, column: str) -> dict[str, object]:
    """A column of what was imported, by path."""
    return dict(zip(imported.frame["path"], imported.frame[column], strict=True))
