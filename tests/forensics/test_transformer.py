"""Extraction as a scikit-learn transformer, and what importing extraction brings along."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

from realfake.forensics.catalog import FAMILIES, family_features
from realfake.forensics.errors import BadImage, UnknownName
from realfake.forensics.extract import extract_features, extract_regions
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import Limits
from realfake.forensics.transformer import FailedImageWarning, ForensicFeatures
from tests.pictures import draw_screen, encode

SLOW_IMPORTS = {"sklearn", "scipy", "pandas", "numba", "pywt", "skimage.filters"}


@pytest.fixture
def screen(tmp_path):
    path = tmp_path / "screen.jpg"
    path.write_bytes(encode(draw_screen(), "JPEG", quality=80))
    return path


def test_importing_extraction_leaves_the_slow_libraries_for_later():
    program = "import sys, realfake.forensics.extract; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert SLOW_IMPORTS.isdisjoint(loaded)


def test_the_table_holds_the_numbers_of_extraction(screen):
    table = ForensicFeatures(families=["quantization", "ela"]).fit_transform([screen, screen])
    row = extract_features(screen, ["quantization", "ela"])
    assert list(table) == [f.column for name in ("quantization", "ela") for f in family_features(name)]
    np.testing.assert_array_equal(table.to_numpy()[1], [row[column] for column in table])


def test_a_copy_measures_the_same_and_names_its_columns(screen):
    copy = clone(ForensicFeatures(cost="fast")).fit([screen])
    families = {column.split("__")[0] for column in copy.get_feature_names_out()}
    assert families == {name for name, one in FAMILIES.items() if one.cost == "fast" and not one.optional}


def test_a_family_that_does_not_exist_is_named():
    with pytest.raises(UnknownName, match="colour_of_magic"):
        ForensicFeatures(families=["colour_of_magic"]).fit([])


def test_the_table_is_the_same_for_any_number_of_workers_and_for_images_in_memory(screen):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    images = [screen, ForensicImage.open(screen), ForensicImage.from_array(pixels)]
    one, two = (ForensicFeatures(["ela"], n_jobs=jobs).fit_transform(images) for jobs in (None, 2))
    pd.testing.assert_frame_equal(one, two)
    np.testing.assert_array_equal(one.iloc[0], one.iloc[1])
    assert not np.array_equal(one.iloc[0], one.iloc[2])


def test_an_image_that_cannot_be_measured_is_a_row_without_numbers_and_a_warning_that_says_why(screen, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    measuring = ForensicFeatures(["ela"]).fit([])
    with pytest.warns(
        FailedImageWarning, match="2 images of 3 could not be measured; the first: .*broken.png is a text"
    ):
        table = measuring.transform([broken, screen, tmp_path / "nowhere.png"])
    assert table.isna().all(axis=1).tolist() == [True, False, True]
    assert list(table.attrs["errors"]) == [0, 2] and "nowhere.png cannot be read" in table.attrs["errors"][2]
    with pytest.raises(BadImage, match="broken.png is a text and not an image"):
        measuring.set_params(on_error="raise").transform([screen, broken])


def test_an_image_that_takes_too_long_ends_its_worker_and_not_the_table(tmp_path):
    screen = tmp_path / "large.png"
    screen.write_bytes(encode(np.random.default_rng(0).integers(0, 256, (3000, 3000, 3), np.uint8), "PNG"))
    measuring = ForensicFeatures(limits=Limits(timeout=1e-3)).fit([])
    with pytest.warns(FailedImageWarning, match="took longer than 0.001 s"):
        assert measuring.transform([screen]).isna().all(axis=None)


def test_words_are_rows_that_name_their_image(screen):
    table = ForensicFeatures(level="region").fit_transform([screen, screen])
    words = extract_regions(screen)
    assert len(words) > 1 and len(table) == 2 * len(words)
    assert table.index.names == ["image", "region"]
    for image in (0, 1):
        assert list(table.loc[image].index) == [word["region"] for word in words]
    np.testing.assert_array_equal(table.loc[1].iloc[0], [words[0][column] for column in table])


def test_features_of_paths_feed_a_classifier_in_a_pipeline(tmp_path):
    paths, labels = [], [0, 1] * 4
    for number, label in enumerate(labels):
        noise = np.random.default_rng(number).integers(0, 100 + 155 * label, (64, 64, 3), np.uint8)
        paths.append(str(tmp_path / f"{number}.png"))
        Image.fromarray(noise).save(paths[-1])
    pipeline = make_pipeline(ForensicFeatures(["ela"]), StandardScaler(), LogisticRegression())
    assert pipeline.fit(paths[:6], labels[:6]).predict(paths[6:]).tolist() == labels[6:]


def test_levels_and_answers_to_errors_that_do_not_exist_are_named():
    with pytest.raises(UnknownName, match="no level 'pixel'; choose from image, region"):
        ForensicFeatures(level="pixel").fit([])
    with pytest.raises(UnknownName, match="no on_error 'ignore'; choose from nan, raise"):
        ForensicFeatures(on_error="ignore").fit([])
    with pytest.raises(UnknownName, match="leave the families out"):
        ForensicFeatures(["ela"], level="region").fit([])


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_mixin_order,
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_parameters_default_constructible,
    ],
)
def test_it_keeps_the_contract_of_scikit_learn(check):
    """As far as it can be checked: the other checks feed tables of numbers, and this takes images."""
    check("ForensicFeatures", ForensicFeatures(level="region", n_jobs=2, on_error="raise"))


def test_it_is_of_no_use_before_it_is_fitted(screen):
    for use in (ForensicFeatures().get_feature_names_out, lambda: ForensicFeatures().transform([screen])):
        with pytest.raises(NotFittedError):
            use()


def test_a_plain_script_may_measure_without_hiding_behind_its_name(screen, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from realfake.forensics.transformer import ForensicFeatures\n"
        f"print(ForensicFeatures(['ela']).fit_transform([{str(screen)!r}]).notna().any(axis=None))\n"
    )
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300, check=True)
    assert run.stdout == "True\n"
