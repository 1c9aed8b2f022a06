"""Figures against scikit-learn and against examples worked by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from realfake.pipeline import metrics as m

Y = np.array([1, 0, 1, 1, 0, 0, 0, 0, 0, 0])
S = np.array([0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def drawn(seed=0, n=300, ties=20):
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.15).astype(int)
    return y, np.round(rng.normal(size=n) + y, 1) if ties else rng.normal(size=n) + y


@pytest.mark.parametrize("seed", range(5))
def test_areas_agree_with_scikit_learn_with_ties_and_weights(seed):
    y, s = drawn(seed)
    assert m.roc_auc(y, s) == pytest.approx(reference.roc_auc_score(y, s))
    assert m.average_precision(y, s) == pytest.approx(reference.average_precision_score(y, s))
    weights = np.random.default_rng(seed).integers(0, 4, (3, len(y)))
    curve = m.rates(m.ranking(y, s), weights)
    for row, auc, ap in zip(weights, m.roc_auc_of(*curve), m.average_precision_of(*curve)):
        assert auc == pytest.approx(reference.roc_auc_score(y, s, sample_weight=row))
        assert ap == pytest.approx(reference.average_precision_score(y, s, sample_weight=row))


@pytest.mark.parametrize("seed", range(5))
def test_figures_of_alarms_agree_with_scikit_learn(seed):
    y, s = drawn(seed)
    alarm = s > 0.7
    count = m.confusion(y, alarm)
    assert m.precision_of(count)[0] == pytest.approx(reference.precision_score(y, alarm))
    assert m.recall_of(count)[0] == pytest.approx(reference.recall_score(y, alarm))
    assert m.f1_of(count)[0] == pytest.approx(reference.f1_score(y, alarm))
    assert m.mcc_of(count)[0] == pytest.approx(reference.matthews_corrcoef(y, alarm))
    assert m.balanced_accuracy_of(count)[0] == pytest.approx(reference.balanced_accuracy_score(y, alarm))
    p = 1 / (1 + np.exp(-s))
    assert m.brier(y, p) == pytest.approx(reference.brier_score_loss(y, p))


def test_partial_area_is_the_mean_recall_over_low_rates():
    y, s = drawn(1)
    fpr, tpr, _ = reference.roc_curve(y, s, drop_intermediate=False)
    grid = np.linspace(0, 0.1, 200_001)
    assert m.partial_auc(y, s, 0.1) == pytest.approx(np.trapezoid(np.interp(grid, fpr, tpr), grid) / 0.1, abs=1e-4)
    assert m.partial_auc(np.array([0, 1]), np.array([0.0, 1.0])) == pytest.approx(1)


def test_recall_at_a_rate_by_hand():
    # 7 genuine images: 15 % allows 1 alarm, the one at 0.8; the next genuine image stands at 0.6 with a fake
    assert m.threshold_at_fpr(Y, S, 0.15) == 0.6
    assert m.recall_at_fpr(Y, S, 0.15) == pytest.approx(2 / 3)
    assert m.recall_at_fpr(Y, S, 0.10) == pytest.approx(1 / 3)  # no alarm allowed: above 0.8
    assert m.recall_at_fpr(Y, S, 2 / 7) == 1


@pytest.mark.parametrize("fpr", [0.001, 0.01, 0.05, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_ties_never_let_through_more_false_alarms_than_stated(seed, fpr):
    y, s = drawn(seed)
    threshold = m.threshold_at_fpr(y, s, fpr)
    assert np.mean(s[y == 0] > threshold) <= fpr
    assert m.recall_at_fpr(y, s, fpr) == pytest.approx(np.mean(s[y == 1] > threshold))
    lower = s[s < threshold].max()
    assert np.mean(s[y == 0] > lower) > fpr


def test_a_constant_score_catches_nothing_at_a_low_rate():
    y = np.array([0] * 99 + [1])
    assert m.recall_at_fpr(y, np.full(100, 0.5), 0.01) == 0
    assert m.roc_auc(y, np.full(100, 0.5)) == 0.5
    assert m.average_precision(y, np.full(100, 0.5)) == pytest.approx(0.01)


def test_average_precision_at_another_prevalence_is_that_of_thinned_fakes():
    rng = np.random.default_rng(0)
    y = np.repeat([1, 0], [20_000, 20_000])
    s = rng.normal(size=40_000) + 1.5 * y
    thinned = np.append(np.arange(0, 20_000, 10), np.arange(20_000, 40_000))
    stated = m.average_precision(y, s, prevalence=1 / 11)
    assert stated == pytest.approx(m.average_precision(y[thinned], s[thinned]), abs=0.01)
    assert m.average_precision(y, s, prevalence=0.5) == pytest.approx(m.average_precision(y, s))


def test_the_f1_threshold_is_the_best_there_is():
    y, s = drawn(2)
    threshold = m.best_f1_threshold(y, s)
    best = max(reference.f1_score(y, s > cut) for cut in np.append(np.unique(s), -9))
    assert reference.f1_score(y, s > threshold) == pytest.approx(best)


def test_clopper_pearson_by_the_published_example():
    found = m.clopper_pearson(0, 30)  # rule of three: 3 / 30
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 30))
    found = m.clopper_pearson(4, 20)
    assert (found.low, found.high) == (pytest.approx(0.0573, abs=1e-4), pytest.approx(0.4366, abs=1e-4))


def test_a_rate_that_the_images_cannot_support_is_withheld_with_the_number_needed():
    assert m.needed_genuine(0.001) == 3000
    assert set(m.unsupported(299)) == {"recall_at_1pct_fpr", "recall_at_0.1pct_fpr"}
    assert m.unsupported(2999) == {"recall_at_0.1pct_fpr": "needs 3000 independent genuine images, has 2999"}
    assert m.unsupported(3000) == {}


def test_alerts_and_costs_by_hand():
    alerts = m.alerts_at(recall=0.8, fpr=0.01, prevalence=0.002)
    assert (alerts.caught, alerts.missed) == (pytest.approx(16), pytest.approx(4))
    assert alerts.false_alarms == pytest.approx(99.8)
    assert alerts.alerts == pytest.approx(115.8)
    assert m.expected_cost(0.8, 0.01, 0.002, 50, 1) == pytest.approx(0.002 * 0.2 * 50 + 0.998 * 0.01)


def test_the_cost_curve_is_zero_at_its_ends_and_never_above_the_better_constant():
    shares = np.linspace(0, 1, 11)
    curve = m.cost_curve(Y, S, shares)
    assert curve[0] == curve[-1] == 0
    assert np.all(curve <= np.minimum(shares, 1 - shares) + 1e-12)
    # at an even share: alarm above 0.5 catches all and raises 2 of 7, alarm above 0.8 catches 1 of 3 and raises none
    assert curve[5] == pytest.approx(min(2 / 7, 2 / 3, 1 / 7 + 1 / 3) / 2)


def test_calibration_error_by_hand():
    p = np.repeat([0.1, 0.9], 50)
    y = np.repeat([0, 1, 1], [45, 5, 50])  # 10 % of the first half are fake, all of the second
    assert m.expected_calibration_error(y, p) == pytest.approx(0.5 * 0.0 + 0.5 * 0.1)


def test_whole_groups_are_drawn_and_both_kinds_of_group_keep_their_number():
    y = np.array([1, 0, 0, 0, 0, 0])
    groups = np.array([5, 5, 7, 7, 8, 9])
    weights = m.group_weights(y, groups, 200, seed=0)
    assert np.all(weights[:, 0] == weights[:, 1]) and np.all(weights[:, 2] == weights[:, 3])
    assert np.all(weights[:, 0] == 1)  # the only group with a fake
    assert np.all(weights[:, 2] + weights[:, 4] + weights[:, 5] == 3)


def test_replicates_are_the_figures_of_rows_copied_by_their_weights():
    y, s = drawn(3, n=80)
    groups = np.arange(80) // 2
    run = m.Scores(y, s, s > 0.5, 1 / (1 + np.exp(-s)))
    weights = m.group_weights(y, groups, 5, seed=4)
    replicates = m.bootstrap([run], groups, 5, seed=4)
    for i, row in enumerate(weights):
        copied = np.repeat(np.arange(80), row)
        plain = m.figures(m.Scores(y[copied], s[copied], run.alarm[copied], run.probability[copied]))
        for name, value in plain.items():
            if name != "ece":  # whose bins are those of all rows
                assert replicates[name][i] == pytest.approx(value[0]), name


def test_replicates_of_the_calibration_error_keep_the_bins_and_count_copies():
    p = np.repeat([0.1, 0.9], 50)
    y = np.repeat([0, 1, 1], [45, 5, 50])
    weights = np.stack([np.ones(100), np.repeat([1, 2, 1], [45, 5, 50]), np.repeat([1, 0], 50)])
    # five fakes more among those called 10 %: 10 of 55, and 105 rows in all; then only those, of which 10 % are fake
    np.testing.assert_allclose(
        m.calibration_error_of(y, p, weights), [0.05, (55 * abs(10 / 55 - 0.1) + 50 * 0.1) / 105, 0.0], atol=1e-12
    )


def test_intervals_of_a_calibration_error_cover_the_truth():
    """Percentiles of the bare replicates lie above it, for chance counts in them twice."""
    y, p = _overstated(np.random.default_rng(99), 200_000)
    truth, hits, bare = m.expected_calibration_error(y, p), 0, 0
    for seed in range(40):
        y, p = _overstated(np.random.default_rng(seed), 300)
        value, drawn = (
            m.expected_calibration_error(y, p),
            m.calibration_error_of(y, p, m.group_weights(y, np.arange(300), 150, seed)),
        )
        found = m.interval_of("ece_raw", value, drawn)
        assert found.low <= found.value <= found.high
        hits += found.low <= truth <= found.high
        bare += np.mean(drawn) > value
    assert hits >= 35
    assert bare >= 35


def _overstated(rng, n):
    """Fakes with stated probabilities that are too high, a fifth of the rows as in every sample."""
    y = (np.arange(n) < n // 5).astype(int)
    return y, 1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * y - 1.2)))


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    truth = m.roc_auc(*_population(np.random.default_rng(99), 40_000))
    hits = {0.5: 0, 0.95: 0}
    for seed in range(60):
        y, s = _population(np.random.default_rng(seed), 120)
        run = m.Scores(y, s, s > 1, 1 / (1 + np.exp(-s)))
        drawn = m.bootstrap([run], np.arange(120), 150, seed)["roc_auc"]
        for level in hits:
            found = m.percentile_interval(m.roc_auc(y, s), drawn, level)
            hits[level] += found.low <= truth <= found.high
    assert 20 <= hits[0.5] <= 40  # wider ones would cover too often
    assert hits[0.95] >= 52


def _population(rng, n):
    y = (np.arange(n) < n // 5).astype(int)
    return y, rng.normal(size=n) + 1.2 * y


def test_rates_on_a_stream_are_within_their_interval_as_often_as_it_says():
    """Streams of 2,000 images of which 5 % are fakes, a model that catches 60 % of them, and 10 % of the rest drawn."""
    rng, hits = np.random.default_rng(0), {"recall": 0, "fpr": 0}
    for number in range(200):
        fake = rng.random(2000) < 0.05
        alarm = rng.random(2000) < np.where(fake, 0.6, 0.02)
        drawn = ~alarm & (rng.random(2000) < 0.1)
        strata = [
            m.Stratum(int(alarm.sum()), int((alarm & fake).sum()), int((alarm & ~fake).sum()), alarm=True),
            m.Stratum(int((~alarm).sum()), int((drawn & fake).sum()), int((drawn & ~fake).sum()), alarm=False),
        ]
        found = m.sampled_rates(strata, seed=number)
        truth = {"recall": (alarm & fake).sum() / fake.sum(), "fpr": (alarm & ~fake).sum() / (~fake).sum()}
        for name in hits:
            hits[name] += found[name].low <= truth[name] <= found[name].high
    assert all(180 <= count <= 200 for count in hits.values()), hits


def test_where_all_were_looked_at_nothing_is_uncertain():
    found = m.sampled_rates([m.Stratum(10, 6, 4, True), m.Stratum(90, 2, 88, False)])
    assert found["recall"].low == found["recall"].value == found["recall"].high == 6 / 8
    assert found["fpr"].value == 4 / 92 and found["prevalence"].value == 8 / 100


def test_chance_alone_seldom_looks_like_drift():
    rng = np.random.default_rng(0)
    above = 0
    for _ in range(200):
        found = m.population_stability(rng.normal(size=500), rng.normal(size=300))
        above += found.psi > found.chance
    assert above < 25, "1 in 20"


def test_weights_make_training_look_like_the_stream():
    rng = np.random.default_rng(0)
    trained = np.concatenate([rng.normal(0, 1, 1000), rng.normal(4, 1, 1000)])
    stream = np.concatenate([rng.normal(0, 1, 1980), rng.normal(4, 1, 20)])
    weights = np.repeat([0.99, 0.01], 1000)
    assert m.population_stability(trained, stream).psi > 0.25
    assert m.population_stability(trained, stream, weights).psi < 0.1


def test_names_are_compared_one_by_one():
    found = m.population_stability(np.array(["PNG"] * 50 + ["JPEG"] * 50), np.array(["WEBP"] * 100))
    assert found.psi > 1
    assert m.population_stability(np.array(["a", "b"] * 50), np.array(["a", "b"] * 20)).psi == 0
