"""Rules that are mined blind."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from realfake.forensics.content.relations import BOTH, CLASSES, DATES, LENGTHS, Moment, time_relations
from realfake.pipeline.habits.rules import Case, chance_of, mine_sums, mine_times, sums_tried
from tests.habitual import REFERENCES, minute, moments, seconds


def cases(write, count=12, days=200, seed=0):
    """Captures of an app whose references are written by a function of time."""
    rng = np.random.default_rng(seed)
    found = []
    for when in moments(rng, count, days):
        reference = write(when, rng)
        units = {"day": str(when.toordinal() % 61), "minute": str((when.hour * 60 + when.minute) % 61)}
        found.append(Case(held(reference, when), len(reference), units))
    return found


def held(reference, when):
    clock = minute(when)
    told = Moment("date", 0, when.date(), clock.hour * 3600 + clock.minute * 60, 60)
    return frozenset(one.rsplit(":", 1)[0] for one in time_relations(reference, told))


def whats(rules):
    return [one for rule in rules for one in rule.what]


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("yymmddHHMM", {"1:yymmdd", "7:HHMM"}),
        ("unixhex", {"0:unixhex+7h"}),
        ("hhMM", {"4:hhMM"}),
        ("ddd", {"2:ddd"}),
        ("none", set()),
    ],
)
def test_the_rule_of_a_dialect_is_found_and_nothing_else(dialect, expected):
    for seed in range(5):
        assert set(whats(mine_times(cases(REFERENCES[dialect], seed=seed)))) == expected


@pytest.mark.parametrize(("early", "exact"), [(0, True), (45, False)])
def test_a_rule_says_whether_it_held_within_seconds(early, exact):
    def made(when, rng):
        return f"{when - timedelta(seconds=early):%H%M%S}{rng.integers(10**6):06d}"

    def exactly(reference, when):
        told = Moment("date", 0, when.date(), seconds(when) % 86400, 1)
        return frozenset(one.rsplit(":", 1)[0] for one in time_relations(reference, told))

    rng, known = np.random.default_rng(0), []
    for when in moments(rng, 12):
        reference = made(when, rng)
        known.append(Case(exactly(reference, when), len(reference), {"minute": str(seconds(when) // 60 % 61)}))
    (rule,) = mine_times(known)
    assert rule.what == ("0:HHMM",) and rule.exact == exact


def test_the_p_value_is_stated_with_what_was_tried():
    (rule,) = mine_times(cases(REFERENCES["ddd"], 8))
    assert rule.support == 8
    assert rule.exceptions == 0
    assert rule.tried > 1000
    assert 0 < rule.p_value < 1e-6


def test_receipts_of_one_day_say_nothing_of_a_date():
    assert whats(mine_times(cases(REFERENCES["yymmddHHMM"], days=1))) == ["7:HHMM"]
    two_days = mine_times(cases(lambda when, rng: f"{when:%y%m%d}{rng.integers(10**6):06d}", 30, days=2))
    assert two_days == []


def test_copies_of_one_time_count_once():
    few = cases(REFERENCES["ddd"], 3)
    assert mine_times(few * 10) == []


def test_a_rule_with_more_than_a_twentieth_of_exceptions_is_none():
    known, others = cases(REFERENCES["ddd"], 38), cases(REFERENCES["none"], 2)
    others = [Case(frozenset(), known[0].length, case.units) for case in others]
    (rule,) = mine_times(known + others)
    assert (rule.support, rule.exceptions) == (38, 2)
    assert mine_times(known[:30] + others) == []


def test_digits_after_the_minute_are_not_taken_for_seconds():
    rules = mine_times(cases(lambda when, rng: f"{when:%H%M}{rng.integers(60):02d}{rng.integers(10**6):06d}", 8))
    assert whats(rules) == ["0:HHMM"]


def test_a_clock_that_was_only_seen_before_noon_may_be_of_either_kind():
    every = cases(lambda when, rng: f"{when:%H%M}{rng.integers(10**8):08d}", 60)
    (either,) = mine_times([case for case in every if "0:hhMM:0" in case.relations])
    assert set(either.what) == {"0:HHMM", "0:hhMM"}
    (sure,) = mine_times(every)
    assert set(sure.what) == {"0:HHMM"}


def test_a_clock_a_few_seconds_early_is_found_as_such():
    def early(when, rng):
        return f"{when - timedelta(seconds=int(rng.integers(1, 6))):%Y%m%d%I%M%S}{rng.integers(10**4):04d}"

    for seed in range(5):
        rules = mine_times(cases(early, 20, seed=seed))
        assert whats(rules) in (["0:yyyymmddhhMM"], ["0:yyyymmddhhMMSS"])


def test_identifiers_of_several_lengths_are_read_from_the_end_that_stays():
    rules = mine_times(cases(lambda when, rng: f"{rng.integers(10 ** int(rng.integers(3, 6)))}{when:%d%m%Y}", 20))
    assert whats(rules) == ["-8:ddmmyyyy"]


@pytest.mark.parametrize("encoding", [*DATES, *BOTH, "HHMM", "hhMMSS"])
def test_the_chance_of_an_encoding_is_that_of_random_digits(encoding):
    chances = [chance_of(encoding, kind) for kind in CLASSES]
    assert chances == sorted(chances)
    assert 10.0 ** -LENGTHS[encoding] <= chances[0] <= chances[-1] < 0.01


def test_the_chance_of_unix_seconds_is_a_minute_in_all_of_them():
    assert chance_of("unix", "0") == 60 / 10**10
    assert chance_of("unixhex-5h", "m") == 180 / 16**8


def test_random_identifiers_hold_no_rule():
    rng = np.random.default_rng(7)
    letters = np.array(list("0123456789abcdef"))
    for seed in range(60):
        length = int(rng.integers(6, 26))
        signs = letters[: 10 if seed % 2 else 16]
        found = mine_times(cases(lambda when, rng, n=length, s=signs: "".join(rng.choice(s, n)), 10, 60, seed))
        assert found == []


def test_a_counter_is_no_clock():
    new_year = datetime(2026, 1, 1)
    for start in range(0, 20_000_000, 1_000_003):
        found = mine_times(cases(lambda when, rng, s=start: f"{s + seconds(when, new_year) // 97:010d}", 10, 60, start))
        assert found == []


def sums(rows):
    others = frozenset({"amount", "fee"})
    return [Case(frozenset(relations), 0, {"worth": str(i)}, others) for i, relations in enumerate(rows)]


def test_a_sum_that_always_holds_is_kept_with_those_that_do_as_well():
    rule = mine_sums(sums([{"=amount+fee", "=amount"} for _ in range(10)]), sums_tried(3))
    assert set(rule.what) == {"=amount+fee", "=amount"}
    rule = mine_sums(sums([{"=amount+fee"} if i % 2 else {"=amount+fee", "=amount"} for i in range(10)]), sums_tried(3))
    assert rule.what == ("=amount+fee",)


def test_sums_may_take_turns():
    turns = sums([{"=amount-fee"} if i % 3 else {"=amount"} for i in range(12)])
    rule = mine_sums(turns, sums_tried(3))
    assert (rule.what, rule.support) == (("=amount-fee", "=amount"), 12)
    assert mine_sums(sums([{"=amount"} if i % 2 else set() for i in range(12)]), sums_tried(3)) is None


def test_a_sum_of_equal_receipts_or_of_few_is_none():
    same = [Case(frozenset({"=amount"}), 0, {"worth": "7"}, frozenset({"amount"}))] * 20
    assert mine_sums(same, sums_tried(2)) is None
    assert mine_sums(sums([set()] * 10), sums_tried(2)) is None


def test_a_sum_need_not_hold_where_a_term_is_lacking():
    able = sums([{"=amount+fee"} for _ in range(8)])
    without = [Case(frozenset(), 0, {"worth": str(20 + i)}, frozenset({"amount"})) for i in range(4)]
    rule = mine_sums(able + without, sums_tried(3))
    assert (rule.what, rule.support, rule.exceptions) == (("=amount+fee",), 8, 0)


def test_sums_are_counted():
    assert sums_tried(1) == 1
    assert sums_tried(2) == 2
    assert sums_tried(3) == 3 * (2 + 3)


def test_one_capture_of_eight_may_lack_a_rule_and_of_seven_none():
    for count, found in ((7, False), (9, True), (20, True)):
        known = cases(REFERENCES["hhMM"], count, seed=2)
        odd = [Case(frozenset(), known[0].length, known[0].units), *known[1:]]
        assert bool(mine_times(odd)) == found
    two = [Case(frozenset(), one.length, one.units) for one in known[:2]]
    assert not mine_times([*two, *known[2:12]])


def test_a_day_is_no_rule_of_its_own_where_a_moment_of_another_zone_covers_it():
    """A number made by the clock of Greenwich tells another day after 21:00 in Brazil."""
    known = cases(lambda when, rng: f"E12345678{when + timedelta(hours=3):%Y%m%d%H%M}77QX", 8, seed=4)
    assert whats(mine_times(known)) == ["9:yyyymmddHHMM-3h"]
