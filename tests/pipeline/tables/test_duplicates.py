"""Near duplicates: banding and union-find find exactly what comparing every pair would."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from realfake.pipeline.tables.duplicates import join_groups, near_duplicate_groups


def as_hex(hashes):
    return [f"{int(h):016x}" for h in hashes]


def same_partition(a, b):
    return np.array_equal(a[:, None] == a[None, :], b[:, None] == b[None, :])


def flipped(hash_, bits):
    return int(hash_) ^ sum(1 << int(bit) for bit in bits)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), distance=st.integers(0, 15), rows=st.integers(1, 60), flips=st.integers(0, 6))
def test_the_groups_are_those_of_comparing_every_pair(seed, distance, rows, flips):
    rng = np.random.default_rng(seed)
    centres = rng.integers(0, 2**64, size=5, dtype=np.uint64)
    hashes = [
        flipped(rng.choice(centres), rng.choice(64, size=int(rng.integers(0, flips + 1)), replace=False))
        for _ in range(rows)
    ]
    words = np.array(hashes, dtype=np.uint64)
    apart = np.bitwise_count(words[:, None] ^ words[None, :])
    expected = connected_components(apart <= distance)[1]
    assert same_partition(near_duplicate_groups(as_hex(hashes), distance), expected)


def test_hashes_join_through_a_third_but_not_one_bit_too_far():
    chain = [0, 0b1111, 0b11111111]
    assert near_duplicate_groups(as_hex(chain), 4).tolist() == [0, 0, 0]
    assert near_duplicate_groups(as_hex([chain[0], chain[2]]), 4).tolist() == [0, 1]
    assert near_duplicate_groups(as_hex([0, 0b11111]), 4).tolist() == [0, 1]


@pytest.mark.parametrize("bit", range(0, 64, 7))
def test_the_differing_bit_may_stand_anywhere(bit):
    assert near_duplicate_groups(as_hex([5, flipped(5, [bit])]), 1).tolist() == [0, 0]


def test_rows_without_a_hash_stand_alone():
    hashes = ["00000000000000ff", float("nan"), "00000000000000ff", None, "", "not a hash at al", "ff"]
    assert near_duplicate_groups(hashes).tolist() == [0, 1, 0, 2, 3, 4, 5]


def test_no_rows_give_no_groups():
    assert near_duplicate_groups([]).tolist() == []


@pytest.mark.parametrize("distance", [-1, 16])
def test_a_distance_that_banding_cannot_serve_is_refused(distance):
    with pytest.raises(ValueError, match="0..15"):
        near_duplicate_groups(["0" * 16], distance)


def test_groups_are_numbered_in_order_of_appearance():
    assert near_duplicate_groups(as_hex([2**40, 7 << 20, 2**40, 0xFFFF << 8]), 0).tolist() == [0, 1, 0, 2]


def test_joined_partitions_join_what_any_of_them_joins():
    assert join_groups(np.array([0, 0, 1, 2, 3]), np.array([9, 8, 8, 7, 6])).tolist() == [0, 0, 0, 1, 2]
    assert join_groups(np.array(["a", "b", "a"], object)).tolist() == [0, 1, 0]


def test_twenty_thousand_screens_of_few_apps_take_seconds():
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 2**64, size=8, dtype=np.uint64)
    hashes = [flipped(centres[i % 8], rng.choice(64, 12, replace=False)) for i in range(20_000)]
    began = time.process_time()
    groups = near_duplicate_groups(as_hex(hashes), 4)
    assert time.process_time() - began < 10
    assert len(groups) == 20_000
