"""The audit warns of each thing that makes a result meaningless, and is silent where there is nothing to warn of."""

import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.data.manifest import read_manifest, write_manifest
from realfake.forensics.errors import BadTable
from realfake.pipeline.auditing.audit import audit_file, audit_table
from realfake.pipeline.settings import Limits, Workers
from realfake.pipeline.tables.table import is_feature_table
from tests.commands import realfake


def clean(genuine=300, fakes=60, seed=0):
    """A table whose files say nothing of the label."""
    rng = np.random.default_rng(seed)
    rows = genuine + fakes
    return pd.DataFrame(
        {
            "path": [f"{i}.png" for i in range(rows)],
            "label": rng.permutation(np.repeat([0, 1], [genuine, fakes])),
            "group": [f"g{i}" for i in range(rows)],
            "sha256": [f"{i:064x}" for i in range(rows)],
            "phash": [f"{rng.integers(2**63):016x}" for _ in range(rows)],
            "format": rng.choice(["PNG", "JPEG"], rows),
            "width": rng.choice([720, 1080], rows),
            "height": rng.choice([1600, 2400], rows),
            "bytes": rng.integers(100_000, 900_000, rows),
            "error": "",
            "mask": "m.png",
            "editor": rng.choice(["", "gimp"], rows),
            "received": rng.choice(["png", "messenger"], rows),
            "container__metadata__exif_tags": rng.integers(0, 9, rows).astype(float),
            "quantization__luma__quality": np.where(
                rng.random(rows) < 0.3, np.nan, rng.choice([75.0, 90.0, 95.0], rows)
            ),
        }
    )


def facts(genuine=300, fakes=60):
    """The same without anything of the files, which is quick to audit."""
    return clean(genuine, fakes)[["path", "label", "group", "sha256", "phash", "error", "mask", "editor"]]


def warned(frame, topic=None, **options):
    return [f.sentence for f in audit_table(frame, **options) if f.severity == "warning" and topic in (None, f.topic)]


def noted(frame, topic):
    return [f.sentence for f in audit_table(frame) if f.severity == "note" and f.topic == topic]


def one(sentences, part):
    found = [sentence for sentence in sentences if part in sentence]
    assert len(found) == 1, sentences
    return found[0]


def test_clean_data_raises_no_warning():
    assert warned(clean()) == []
    assert "do not tell the label" in noted(clean(), "leak")[0]


def test_chance_is_hardly_ever_taken_for_a_leak():
    tables = [clean(90, 30, seed) for seed in range(1, 11)]
    assert sum(bool(warned(table, "leak")) for table in tables) <= 1


def test_quantization_tables_that_tell_the_class_are_named():
    frame = clean()
    frame["quantization__luma__quality"] = np.where(frame["label"] == 1, 75.0, 95.0)
    found = warned(frame, "leak")
    assert "AUC 1.00" in one(found, "format, size, metadata and JPEG tables alone tell")
    told = one(found, "JPEG quantization tables: quantization__luma__quality")
    assert "0% of fakes and 100% of genuine" in told or "100% of fakes and 0% of genuine" in told


@pytest.mark.parametrize(
    ("column", "fake", "genuine", "kind"),
    [
        ("format", "TIFF", "JPEG", "file format"),
        ("width", 700, 1080, "size in pixels"),
        ("received", "gallery", "messenger", "column received"),
        ("quantization__luma__quality", np.nan, 95.0, "JPEG quantization tables"),
    ],
)
def test_a_column_that_is_mostly_of_one_class_is_named_with_its_shares(column, fake, genuine, kind):
    frame = clean()
    mostly = np.random.default_rng(1).random(len(frame)) < 0.9
    values = np.where((frame["label"] == 1).to_numpy() == mostly, fake, genuine)
    frame[column] = values if isinstance(fake, str) else values.astype(float)
    assert f"to the {kind}" in one(warned(frame, "leak"), f"to the {kind}")


def test_a_leak_that_follows_groups_and_not_the_label_is_none():
    frame = clean()
    frame["group"] = [f"g{i // 5}" for i in range(len(frame))]
    by_group = {group: i for i, group in enumerate(dict.fromkeys(frame["group"]))}
    frame["container__metadata__exif_tags"] = frame["group"].map(by_group).astype(float)
    assert warned(frame, "leak") == []


def test_the_same_file_in_two_groups_or_with_two_labels_is_warned_of():
    frame = facts()
    frame.loc[[3, 4], "sha256"] = "same"
    frame.loc[[3, 4], "label"] = [0, 1]
    found = warned(frame, "duplicates")
    assert "3.png = 4.png" in one(found, "both fake and genuine")
    assert "1 files stand in more than one group" in one(found, "more than one group")


def test_copies_inside_a_group_are_only_noted():
    frame = facts()
    frame.loc[[3, 4], "sha256"] = "same"
    frame.loc[[3, 4], "group"] = "pair"
    frame.loc[[3, 4], "label"] = 0
    assert warned(frame, "duplicates") == []
    assert "1 images are byte-identical copies" in noted(frame, "duplicates")[0]


def test_look_alikes_across_groups_are_warned_of_and_others_are_not():
    frame = facts()
    frame.loc[[10, 20], "phash"] = ["0f0f0f0f0f0f0f0f", "0f0f0f0f0f0f0f0c"]
    assert "10.png = 20.png" in one(warned(frame, "duplicates"), "look the same")
    frame.loc[20, "phash"] = "0f0f0f0f0f0f00ff"
    assert warned(frame, "duplicates") == []


def test_look_alikes_of_one_app_are_only_noted():
    frame = facts().assign(app="bank")
    frame.loc[range(5), "phash"] = "0f0f0f0f0f0f0f0f"
    assert warned(frame, "duplicates") == []
    assert "0.png = 1.png = 2.png and 2 more" in noted(frame, "duplicates")[0]
    frame.loc[3, "app"] = "other"
    assert one(warned(frame, "duplicates"), "look the same")


def test_missing_groups_are_warned_of():
    frame = facts()
    assert "360 images fall into 360" in one(warned(frame.drop(columns="group"), "groups"), "there are no groups")
    frame["group"] = frame["group"].where(frame.index > 6)
    assert "7 images have no group" in one(warned(frame, "groups"), "no group")


def test_one_group_with_most_fakes_is_warned_of():
    frame = facts()
    frame.loc[frame["label"] == 1, "group"] = ["big"] * 36 + [f"f{i}" for i in range(24)]
    assert "60% of the fakes" in one(warned(frame, "groups"), "one group holds")


def test_a_group_of_several_apps_is_noted():
    frame = facts().assign(app="bank")
    frame.loc[[1, 2], "group"] = "g"
    frame.loc[1, "app"] = "other"
    assert "more than one app" in noted(frame, "groups")[0]


@pytest.mark.parametrize(("label", "name"), [(0, "0 fakes"), (1, "0 genuine images")])
def test_a_single_class_is_warned_of(label, name):
    frame = facts().assign(label=label)
    assert name in one(warned(frame), "one class alone").replace("360 genuine images and ", "")
    assert "cannot be tested" in one(warned(frame, "leak"), "cannot be tested")


def test_too_few_genuine_images_for_the_rate_asked_is_the_rule_of_three():
    assert warned(facts(), "size", fpr=0.01) == []
    assert "takes 300" in one(warned(facts(299), "size", fpr=0.01), "rule of three")
    assert "ask for 1.1% or label more" in one(warned(facts(299), "size"), "rule of three")  # 1.0 % is not enough
    assert "(rule of three); label more" in one(warned(facts(4), "size"), "from 4 groups")
    assert "takes 3,000" in one(warned(facts(), "size", fpr=0.001), "rule of three")
    many_of_one = facts()
    genuine = many_of_one.index[many_of_one["label"] == 0]
    many_of_one.loc[genuine, "group"] = [f"g{i // 2}" for i in range(len(genuine))]
    assert "150 groups" in one(warned(many_of_one, "size"), "rule of three")


def test_few_fakes_leave_recall_uncertain():
    assert "12 groups of fakes" in one(warned(facts(fakes=12), "size"), "a recall is uncertain")
    assert warned(facts(), "size") == []


def test_fakes_without_masks_are_counted():
    frame = facts()
    frame.loc[frame.index[frame["label"] == 1][:9], "mask"] = ["", None, np.nan] * 3
    assert "9 of 60 fakes have no mask" in noted(frame, "masks")[0]
    assert "60 of 60" in noted(frame.drop(columns="mask"), "masks")[0]


def test_editors_on_fakes_only_are_warned_of():
    frame = facts()
    assert "of the genuine images went through an editor without an edit" in noted(frame, "controls")[0]
    frame["editor"] = np.where(frame["label"] == 1, "gimp", "")
    assert "no genuine image went through an editor" in warned(frame, "controls")[0]


def test_unreadable_images_are_left_out_and_counted():
    frame = facts()
    frame.loc[:4, "error"] = "broken"
    assert "5 of 360 images" in one(warned(frame), "cannot be read and are left out; the first: broken")
    with pytest.raises(BadTable, match="no image that could be read; the first: broken"):
        audit_table(frame.assign(error="broken"))


def test_a_table_without_labels_or_container_says_so():
    with pytest.raises(BadTable, match="label"):
        audit_table(facts().drop(columns="label"))
    bare = clean()[["path", "label", "group"]].assign(ela__q90__mean=1.0)
    assert one(warned(bare, "leak"), "no container features")


@pytest.fixture
def photographs(tmp_path):
    """Sixty noisy JPEGs whose class does or does not decide the quality."""

    def make(genuine_quality, fake_quality):
        rng = np.random.default_rng(0)
        rows = []
        for i in range(60):
            label = int(i % 3 == 0)
            quality = fake_quality if label else genuine_quality
            pixels = np.clip(rng.normal(128, 20, (32, 32, 3)).cumsum(axis=0) % 256, 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"{i}.jpg", quality=int(rng.choice(quality)))
            rows.append({"path": f"{i}.jpg", "label": label, "group": f"g{i}", "mask": "lost.png" if i == 0 else ""})
        write_manifest(pd.DataFrame(rows), tmp_path / "manifest.csv")
        return tmp_path / "manifest.csv"

    return make


def test_a_manifest_is_audited_by_the_headers_of_its_images(photographs):
    findings = audit_file(photographs([90, 95], [75, 80]))
    said = [finding.sentence for finding in findings if finding.severity == "warning"]
    assert any("JPEG quantization tables" in sentence for sentence in said)
    assert "lost.png" in one(said, "masks are not there")
    assert [f.severity for f in findings] == sorted((f.severity for f in findings), reverse=True)


def test_a_manifest_of_one_channel_shows_no_leak(photographs):
    findings = audit_file(photographs([75, 90], [75, 90]))
    assert not [f for f in findings if f.topic == "leak" and f.severity == "warning"]


def test_odd_names_and_groups_do_not_stop_the_audit(photographs):
    manifest = photographs([75, 90], [75, 90])
    odd = os.fsdecode(b"a\n\xff.jpg")
    os.rename(manifest.parent / "0.jpg", manifest.parent / odd)
    frame = read_manifest(manifest, missing="keep").astype({"path": object, "group": object})
    frame.loc[0, ["path", "group"]] = [odd, odd]
    frame.loc[1, "group"] = ""
    write_manifest(frame.assign(app=pd.Series([odd] * 30 + ["b"] * 30, dtype=object)), manifest)
    assert any("1 images have no group" in finding.sentence for finding in audit_file(manifest))


def test_tables_and_manifests_are_told_apart(tmp_path):
    clean(20, 10).to_csv(tmp_path / "features.csv", index=False)
    (tmp_path / "manifest.csv").write_text("path,label\na.png,1\n")
    assert is_feature_table(tmp_path / "features.csv")
    assert not is_feature_table(tmp_path / "manifest.csv")
    assert is_feature_table(tmp_path / "features.parquet")
    with pytest.raises(BadTable, match="cannot be read"):
        is_feature_table(tmp_path / "none.csv")


def test_the_command_prints_a_sentence_a_line(tmp_path):
    frame = clean()
    frame["quantization__luma__quality"] = np.where(frame["label"] == 1, 75.0, 95.0)
    frame.to_csv(tmp_path / "features.csv", index=False)
    lines = realfake("audit", tmp_path / "features.csv", "--fpr", 0.001).stdout.splitlines()
    assert all(line.startswith(("warning (", "note (")) for line in lines)
    assert any("rule of three" in line for line in lines) and any("quantization tables" in line for line in lines)


def test_the_same_data_gives_the_same_findings():
    assert audit_table(clean(90, 30)) == audit_table(clean(90, 30))


def test_an_image_without_end_is_left_out_of_the_audit_with_one_job_too(photographs):
    manifest = photographs([90, 95], [75, 80])
    os.remove(manifest.parent / "0.jpg")
    os.mkfifo(manifest.parent / "0.jpg")  # nobody writes to it: whoever reads waits for ever
    findings = audit_file(manifest, workers=Workers(1, Limits(timeout=10.0)))
    assert any("1 of 60 images cannot be read" in finding.sentence for finding in findings)
