"""The rows that a run learns from."""

import numpy as np
import pytest

from realfake.forensics.errors import BadTable, UnknownName
from realfake.pipeline.learning.forged import NOBODY, Forged
from realfake.pipeline.learning.strategies import STRATEGIES, one_strategy
from realfake.pipeline.learning.training_set import check_variation, data_facts, fingerprint, further_rows
from realfake.pipeline.tables.table import Labelled, labelled


@pytest.fixture
def data(make_table) -> Labelled:
    return labelled(make_table(rows=60, fakes=12, columns=3, per_group=2))


@pytest.mark.parametrize("value", [np.nan, 3.0])
def test_features_that_do_not_vary_teach_nothing_and_their_families_are_named(make_table, value):
    frame = make_table(rows=40, fakes=4, columns=2)
    features = [name for name in frame if "__" in name]
    check_variation(labelled(frame))
    frame[features[1:]] = value
    check_variation(labelled(frame))
    frame[features] = value
    with pytest.raises(BadTable, match=r"all 3 features are empty or the same in all 40 rows \(families .*ela.*\)"):
        check_variation(labelled(frame))
    with pytest.raises(BadTable, match="its one feature is empty or the same"):
        check_variation(labelled(frame.drop(columns=features[1:])))


def test_the_facts_are_counts_of_rows_and_of_groups(data):
    facts = data_facts(data)
    assert (facts["rows"], facts["fakes"], facts["genuine"], facts["prevalence"]) == (60, 12, 48, 0.2)
    assert (facts["groups"], facts["fake_groups"], facts["genuine_groups"]) == (30, 6, 24)
    assert facts["sha256"] == fingerprint(data)


def test_the_fingerprint_changes_with_what_is_learnt_from_and_with_nothing_else(data):
    feature = next(name for name in data.frame if "__" in name)
    renamed = data.frame.assign(path=[f"other/{path}" for path in data.frame["path"]])
    assert fingerprint(Labelled(renamed, data.y, data.groups)) == fingerprint(data)
    off = data.frame.copy()
    off.loc[0, feature] = 0.123
    others = [
        Labelled(off, data.y, data.groups),
        Labelled(data.frame, 1 - data.y, data.groups),
        Labelled(data.frame, data.y, data.groups[::-1].copy()),
        Labelled(data.frame.rename(columns={feature: "ela__other__mean"}), data.y, data.groups),
    ]
    assert len({fingerprint(one) for one in [data, *others]}) == 5


def test_forged_rows_are_for_strategies_that_forge(data):
    plain, forging = STRATEGIES["plain"], one_strategy("forge")
    forged = Forged(data.frame.head(3), np.ones(3, np.int8), data.groups[:3], np.full(3, NOBODY))
    assert further_rows(forged, [plain], data) is None
    further = further_rows(forged, [plain, forging], data)
    columns = forging.columns(data.frame)
    np.testing.assert_array_equal(further.X, data.frame.head(3)[columns].to_numpy())
    with pytest.raises(UnknownName, match="strategy forge forges images, which cannot be done here"):
        further_rows(None, [plain, forging], data)
