import csv
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import roc_auc_score

from realfake.data.manifest import read_manifest
from realfake.data.synth import REGION_COLUMNS, plan, synthesise
from realfake.forensics.errors import BadManifest
from realfake.forensics.files import CannotWrite
from tests.phones import SMALL_SET, small_phones

CONTAINER_GENUINE = CONTAINER_FAKE = 80
RESAMPLES = 1000


@pytest.fixture(scope="module")
def balanced(tmp_path_factory):
    out = tmp_path_factory.mktemp("balanced")
    with small_phones():
        synthesise(out, genuine=CONTAINER_GENUINE, fake=CONTAINER_FAKE, apps=12, seed=3)
    return read_manifest(out / "manifest.csv")


def digests(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def regions(folder: Path) -> list[dict[str, str]]:
    with open(folder / "regions.csv", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_manifest_names_images_of_both_classes(made):
    frame = read_manifest(made / "manifest.csv")
    assert (frame["label"] == 0).sum() == SMALL_SET["genuine"] and (frame["label"] == 1).sum() == SMALL_SET["fake"]
    assert frame["app"].nunique() == SMALL_SET["apps"]
    for column in ("group", "device", "editor", "received", "delivered"):
        assert (frame[column] != "").all()


def test_masks_are_as_large_as_their_image_and_mark_something(made):
    frame = read_manifest(made / "manifest.csv")
    for row in frame[frame["label"] == 1].itertuples():
        with Image.open(row.file) as image, Image.open(row.mask_file) as mask:
            assert image.size == mask.size
            share = np.asarray(mask).mean()
            assert 0 < share < 0.5
    assert (frame.loc[frame["label"] == 0, "mask"] == "").all()


def test_regions_lie_in_their_image_and_edited_ones_touch_the_mask(made):
    frame = read_manifest(made / "manifest.csv").set_index("path")
    rows = regions(made)
    assert list(rows[0]) == list(REGION_COLUMNS)
    assert {row["path"] for row in rows} == set(frame.index)
    marked = {path: np.asarray(Image.open(file)) for path, file in frame.loc[frame["label"] == 1, "mask_file"].items()}
    touched = set()
    for row in rows:
        x, y, width, height = (int(row[name]) for name in ("x", "y", "width", "height"))
        with Image.open(frame.loc[row["path"], "file"]) as image:
            assert x >= 0 and y >= 0 and width > 0 and height > 0
            assert x + width <= image.width and y + height <= image.height
        if row["edited"] == "1":
            touched.add(row["path"])
            assert marked[row["path"]][max(y - 3, 0) : y + height + 3, max(x - 3, 0) : x + width + 3].any()
    assert touched == set(marked)


def test_a_fake_shares_the_group_of_the_screen_it_was_made_of():
    jobs = list(plan(200, 100, 10, 1))
    screens = [job.screen for job in jobs if job.label == 1]
    paired = sum(screen < 200 for screen in screens)
    assert 30 <= paired <= 70
    assert len(set(screens)) == len(screens)
    assert all(job.app == job.screen % 10 for job in jobs)


def test_the_data_card_names_fonts_and_licences(made):
    card = (made / "README.md").read_text(encoding="utf-8")
    assert "| Roboto | OFL-1.1 |" in card
    assert "--genuine 8 --fake 5 --apps 3 --seed 7" in card


def test_forgers_of_content_are_named_and_what_they_changed_says_something_else(tmp_path):
    with small_phones():
        synthesise(tmp_path, genuine=1, fake=6, apps=4, seed=9, forgers=("careless", "careful", "partial"))
    frame = read_manifest(tmp_path / "manifest.csv").set_index("path")
    fakes = frame[frame["label"] == 1]
    assert set(fakes["forger"]) >= {"careless", "careful", "partial"}
    assert (fakes["forger"] != "").sum() >= 4  # on the smallest phones hardly a value is on the screen
    assert (frame.loc[frame["label"] == 0, "forger"] == "").all()
    changed = dict.fromkeys(fakes.index, 0)
    for row in regions(tmp_path):
        assert (row["says"] == row["text"]) == (row["edited"] == "0")
        changed[row["path"]] = changed.get(row["path"], 0) + int(row["edited"])
    assert all(changed[path] == 1 for path in fakes.index[fakes["forger"].isin(["careless", "partial"])])
    assert "key" in REGION_COLUMNS and any(row["key"] == "reference" for row in regions(tmp_path))


def test_the_same_seed_gives_the_same_bytes_whatever_the_workers(tmp_path):
    settings = {"genuine": 2, "fake": 1, "apps": 1, "seed": 11}
    synthesise(tmp_path / "one", **settings, jobs=1)
    synthesise(tmp_path / "two", **settings, jobs=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_set(made, tmp_path):
    with small_phones():
        synthesise(tmp_path, **(SMALL_SET | {"genuine": 1, "fake": 1, "seed": 12}))
    other = digests(tmp_path)
    assert not {digest for path, digest in digests(made).items() if path.startswith("genuine")} & set(other.values())


def test_a_run_that_was_stopped_goes_on(made, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    whole = digests(copy)
    kept = copy / "genuine"
    stamps = {file.name: file.stat().st_mtime_ns for file in kept.iterdir()}
    (copy / ".synth" / "fake-000001.json").unlink()
    next((copy / "fake").glob("fake-000003*")).unlink()
    (copy / "manifest.csv").unlink()
    steps = []
    with small_phones():
        synthesise(copy, **SMALL_SET, progress=lambda done, total: steps.append(done))
    assert digests(copy) == whole
    assert {file.name: file.stat().st_mtime_ns for file in kept.iterdir()} == stamps
    assert steps[-1] == SMALL_SET["genuine"] + SMALL_SET["fake"]


def test_a_set_with_other_settings_is_not_mixed_in(made):
    with pytest.raises(BadManifest, match="other settings"):
        synthesise(made, **(SMALL_SET | {"seed": 8}))


def test_a_folder_that_cannot_be_written_gives_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="cannot be written"):
        synthesise(tmp_path / "file" / "set", **SMALL_SET)


def container(frame: pd.DataFrame) -> np.ndarray:
    """What a file tells without its pixels: format, size, bytes per pixel, quantization tables."""
    rows = []
    for file in frame["file"]:
        with Image.open(file) as image:
            tables = getattr(image, "quantization", None) or {}
            levels = [float(np.mean(tables[i])) if i in tables else -1.0 for i in (0, 1)]
            first = [float(tables[0][i]) if 0 in tables else -1.0 for i in (0, 1, 8, 20)]
            bytes_per_pixel = Path(file).stat().st_size / (image.width * image.height)
            kinds = [
                image.format == "PNG",
                image.format == "WEBP",
                image.mode == "P",
                bool(image.info.get("progressive")),
            ]
            rows.append([image.width, image.height, bytes_per_pixel, *kinds, *levels, *first])
    return np.array(rows, float)


def test_a_classifier_on_container_columns_alone_scores_at_chance(balanced):
    features, labels = container(balanced), balanced["label"].to_numpy()
    known = balanced["app"].isin(sorted(balanced["app"].unique())[::2]).to_numpy()
    forest = ExtraTreesClassifier(200, min_samples_leaf=3, random_state=0).fit(features[known], labels[known])
    scores, truth = forest.predict_proba(features[~known])[:, 1], labels[~known]
    rng = np.random.default_rng(0)
    samples = [rng.integers(0, len(truth), len(truth)) for _ in range(RESAMPLES)]
    low, high = np.quantile([roc_auc_score(truth[drawn], scores[drawn]) for drawn in samples], (0.025, 0.975))
    assert low <= 0.5 <= high
    assert high - low < 0.3


def test_apps_are_of_the_locales_asked_for(tmp_path):
    with small_phones():
        synthesise(tmp_path / "arabic", genuine=2, fake=2, apps=2, seed=5, locales=("ar_EG", "fa_IR"))
    rows = regions(tmp_path / "arabic")
    assert any("\u0621" <= sign <= "\u06d3" for row in rows for sign in row["text"])
    card = (tmp_path / "arabic" / "README.md").read_text(encoding="utf-8")
    assert "--locale ar_EG --locale fa_IR" in card and "Cairo" in card
