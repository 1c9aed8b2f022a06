"""Leaks: the AUC of dependent rows has an honest interval, and a telling column is described by what it tells."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from realfake.pipeline.auditing.leaks import auc_interval, leaking_columns
from realfake.pipeline.metrics.bootstrap import group_weights
from realfake.pipeline.metrics.ranking import ranking, rates, roc_auc_of


def clustered(seed, clusters=80, rows=300, shift=0.5):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, clusters, rows)
    y = (rng.random(rows) < 0.3).astype(int)
    score = rng.normal(0, 1, clusters)[groups] + shift * y + rng.normal(0, 1, rows)
    return y, np.round(score, 1), groups


def spread(interval, level):
    return (interval.high - interval.low) / 2 / norm.ppf((1 + level) / 2)


@pytest.mark.parametrize("seed", range(4))
def test_the_auc_is_that_of_scikit_learn_with_ties(seed):
    y, score, groups = clustered(seed)
    assert auc_interval(y, score, groups).value == pytest.approx(roc_auc_score(y, score))


@pytest.mark.parametrize("seed", range(4))
def test_the_spread_is_that_of_drawing_groups_again(seed):
    y, score, groups = clustered(seed)
    drawn = roc_auc_of(*rates(ranking(y, score), group_weights(y, groups, 2000, seed))).std()
    assert spread(auc_interval(y, score, groups, 0.95), 0.95) == pytest.approx(drawn, rel=0.1)


def test_rows_of_their_own_give_the_variance_of_delong():
    y, score, _ = clustered(1)
    fake, genuine = score[y == 1], score[y == 0]
    wins = (fake[:, None] > genuine[None, :]) + 0.5 * (fake[:, None] == genuine[None, :])
    variance = wins.mean(axis=1).var(ddof=1) / len(fake) + wins.mean(axis=0).var(ddof=1) / len(genuine)
    # rows of their own have no product of both classes, and each class its own correction
    assert spread(auc_interval(y, score, np.arange(len(y)), 0.9), 0.9) == pytest.approx(np.sqrt(variance), rel=2e-3)


def test_repeating_every_row_inside_its_group_adds_no_certainty():
    y, score, groups = clustered(2)
    once = auc_interval(y, score, groups)
    thrice = auc_interval(np.tile(y, 3), np.tile(score, 3), np.tile(groups, 3))
    assert spread(thrice, 0.99) == pytest.approx(spread(once, 0.99))


def test_constant_scores_say_nothing():
    y, _, groups = clustered(3)
    assert auc_interval(y, np.zeros(len(y)), groups).value == 0.5


def frame_of(**columns):
    return pd.DataFrame(columns)


def test_a_flag_is_described_by_its_value_and_a_number_by_a_cut():
    y = np.repeat([0, 1], [90, 30])
    rng = np.random.default_rng(0)
    flag = np.where(y == 1, rng.random(120) < 0.9, rng.random(120) < 0.05).astype(float)
    level = rng.normal(0, 1, 120) + 5 * y
    frame = frame_of(container__jpeg__progressive=flag, container__metadata__bytes=level)
    told = {one.column: one for one in leaking_columns(frame, y, np.arange(120))}
    flagged, cut = told["container__jpeg__progressive"], told["container__metadata__bytes"]
    assert flagged.condition == "= 1" and flagged.kind == "way the JPEG was written"
    assert flagged.fakes == flag[y == 1].mean() and flagged.genuine == flag[y == 0].mean()
    assert cut.condition.startswith("> ") and cut.fakes > 0.9 and cut.genuine < 0.1


def test_of_columns_that_say_the_same_the_plainest_is_named():
    y = np.repeat([0, 1], [90, 30])
    steps = np.where(y == 1, np.tile([10.0, 20.0, 30.0], 40), np.tile([11.0, 21.0, 31.0], 40))
    quality = np.where(y == 1, 75.0, 95.0)
    frame = frame_of(quantization__luma__dc_step=steps, quantization__luma__quality=quality)
    (told,) = leaking_columns(frame, y, np.arange(120))
    assert told.column == "quantization__luma__quality"


def test_a_text_column_of_the_manifest_is_judged_by_value_and_a_rare_value_is_not_trusted():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [90, 30])
    assert leaking_columns(frame_of(device=[f"phone {i}" for i in range(120)]), y, np.arange(120)) == []
    delivered = np.where(y == 1, "png", rng.choice(["png", "chat"], 120))
    (told,) = leaking_columns(frame_of(delivered=delivered), y, np.arange(120))
    assert told.condition == "= 'png'" and told.fakes == 1
