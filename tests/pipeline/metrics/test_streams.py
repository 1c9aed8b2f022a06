"""Rates from samples of a stream whose truth is known, and drift that there is or is not."""

import numpy as np

from realfake.pipeline.metrics.streams import Stratum, population_stability, sampled_rates


def test_rates_on_a_stream_are_within_their_interval_as_often_as_it_says():
    """Streams of 2,000 images of which 5 % are fakes, a model that catches 60 % of them, and 10 % of the rest drawn."""
    rng, hits = np.random.default_rng(0), {"recall": 0, "fpr": 0}
    for number in range(200):
        fake = rng.random(2000) < 0.05
        alarm = rng.random(2000) < np.where(fake, 0.6, 0.02)
        drawn = ~alarm & (rng.random(2000) < 0.1)
        strata = [
            Stratum(int(alarm.sum()), int((alarm & fake).sum()), int((alarm & ~fake).sum()), alarm=True),
            Stratum(int((~alarm).sum()), int((drawn & fake).sum()), int((drawn & ~fake).sum()), alarm=False),
        ]
        found = sampled_rates(strata, seed=number)
        truth = {"recall": (alarm & fake).sum() / fake.sum(), "fpr": (alarm & ~fake).sum() / (~fake).sum()}
        for name in hits:
            hits[name] += found[name].low <= truth[name] <= found[name].high
    assert all(180 <= count <= 200 for count in hits.values()), hits


def test_where_all_were_looked_at_nothing_is_uncertain():
    found = sampled_rates([Stratum(10, 6, 4, True), Stratum(90, 2, 88, False)])
    assert found["recall"].low == found["recall"].value == found["recall"].high == 6 / 8
    assert found["fpr"].value == 4 / 92 and found["prevalence"].value == 8 / 100


def test_chance_alone_seldom_looks_like_drift():
    rng = np.random.default_rng(0)
    above = 0
    for _ in range(200):
        found = population_stability(rng.normal(size=500), rng.normal(size=300))
        above += found.psi > found.chance
    assert above < 25, "1 in 20"


def test_weights_make_training_look_like_the_stream():
    rng = np.random.default_rng(0)
    trained = np.concatenate([rng.normal(0, 1, 1000), rng.normal(4, 1, 1000)])
    stream = np.concatenate([rng.normal(0, 1, 1980), rng.normal(4, 1, 20)])
    weights = np.repeat([0.99, 0.01], 1000)
    assert population_stability(trained, stream).psi > 0.25
    assert population_stability(trained, stream, weights).psi < 0.1


def test_names_are_compared_one_by_one():
    found = population_stability(np.array(["PNG"] * 50 + ["JPEG"] * 50), np.array(["WEBP"] * 100))
    assert found.psi > 1
    assert population_stability(np.array(["a", "b"] * 50), np.array(["a", "b"] * 20)).psi == 0
