"""Template memory: the habits of apps that were seen before, and what departs from them."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import Birch

from realfake.forensics.box import Box
from realfake.forensics.text.direction import Direction
from realfake.forensics.text.regions import region_catalogue
from realfake.pipeline.learning.knobs import Knobs
from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.words.memory import (
    _clusters,
    _places,
    cross_fitted_memory,
    learn_memory,
    memory_columns,
    memory_features,
    memory_from_json,
    remembering_too,
    seen_screens,
)
from realfake.pipeline.words.scorer import cross_fitted, lesson_of

WORDS = 30
SMALL = Knobs(trees=30, leaves=8)
SOFT = "ink__edge__softness"


def screens(captures=12, apps=2, seed=0, soft_word=None) -> pd.DataFrame:
    """Words of genuine screens of a few apps; in a fake (every third capture) one word is softer than its app's habit.

    The softness of an app is its own, so that only who remembers the app can tell the edited word.
    """
    rng, tables = np.random.default_rng(seed), []
    for capture in range(captures):
        app = capture % apps
        table = pd.DataFrame(
            {entry.column: rng.normal(0, 0.02, WORDS) for entry in region_catalogue()},
        )
        table["layout__glyph_height__log_median"] = 3.0 + 0.4 * (np.arange(WORDS) % 2) + 0.3 * app
        table["layout__glyph_width__log_median"] = table["layout__glyph_height__log_median"] - 0.2
        table["ink__stroke__width"] = 3.0
        table["ink__background__luma"] = 255.0 - 60 * app
        table[SOFT] = 0.5 + app + rng.normal(0, 0.02, WORDS)
        fake = capture % 3 == 2
        edited = (np.arange(WORDS) == capture % WORDS) & fake
        table.loc[edited, SOFT] = 0.5 + (app + 1) % apps
        place = pd.DataFrame(
            {
                "path": f"c{capture}.png",
                "error": "",
                "label": int(fake),
                "width": 1000,
                "region": np.arange(WORDS),
                "x": 40 + 500 * (np.arange(WORDS) % 2),
                "region_width": 200,
                "edited": edited * 1.0,
                "group": capture,
            }
        )
        tables.append(pd.concat([place, table], axis=1))
    return pd.concat(tables, ignore_index=True)


def learnt(words):
    """A memory of all of them."""
    return learn_memory(seen_screens(words), words["group"].to_numpy(), np.ones(len(words), bool))


def test_a_word_that_departs_from_its_apps_habit_is_told_and_its_neighbours_are_not():
    words = screens()
    memory = learnt(words)
    assert memory is not None and len(memory.centres) == 2
    told = memory.columns(screens(seed=1))
    edited = screens(seed=1)["edited"] == 1
    assert (told["memory__template__near"] == 1).all()
    assert (
        told.loc[edited, "memory__habit__largest"].min()
        > 5
        > told.loc[~edited, "memory__habit__largest"].quantile(0.99)
    )
    assert (told["memory__edge__distance"] < 0.002).all()


def test_a_screen_of_an_app_never_seen_gets_no_departures_and_a_column_that_says_so():
    words = screens(apps=1)
    memory = learnt(words)
    assert memory is not None
    strange = screens(captures=1)
    strange["ink__background__luma"] = 0.0
    told = memory.columns(strange)
    assert (told["memory__template__near"] == 0).all()
    assert told.drop(columns=["memory__template__near", "memory__template__distance"]).isna().all(axis=None)


def test_captures_seen_once_make_no_template():
    words = screens(captures=2, apps=2)
    assert learnt(words) is None
    same = screens(captures=12)
    assert learnt(same.assign(group=0)) is None  # many files of one capture are one habit


def test_a_memory_comes_back_as_it_was_written():
    words = screens()
    memory = learnt(words)
    assert memory is not None
    back = memory_from_json(json.loads(json.dumps(memory.to_json())))
    pd.testing.assert_frame_equal(back.columns(words), memory.columns(words))
    assert [entry.column for entry in memory_features()] == list(back.columns(words).columns)


def test_no_capture_is_remembered_by_its_own_screens():
    words = screens(captures=15)
    groups = words["group"].to_numpy()
    told, _ = cross_fitted_memory(seen_screens(words), groups, np.ones(len(words), bool))
    own = (groups == 3).copy()
    changed = words.copy()
    changed.loc[own, "ink__edge__anisotropy"] += 4.0
    again, _ = cross_fitted_memory(seen_screens(changed), groups, np.ones(len(changed), bool))
    assert told is not None and again is not None
    departure = list(memory_columns()).index("memory__habit__edge_anisotropy")
    assert (again[own, departure] > 3).all()  # the habit that it departs from is not its own


@pytest.mark.parametrize("remember", [False, True])
def test_a_scorer_with_a_memory_sees_what_one_without_it_cannot(remember):
    words = screens(captures=45)
    groups = words["group"].to_numpy()
    lame = words.drop(columns="label") if not remember else words
    scores = cross_fitted(lesson_of(lame, STRATEGIES["plain"], SMALL, groups), 3, nested=False).scores
    edited = words["edited"].to_numpy() == 1
    rank = (scores[edited][:, None] > scores[~edited]).mean()
    scorer = lesson_of(lame, STRATEGIES["plain"], SMALL, groups).scorer()
    assert (scorer.memory is not None) == remember
    assert (rank > 0.95) == remember


def test_clusters_are_numbered_without_gaps():
    points = np.random.default_rng(56).normal(size=(60, 2))
    labels = Birch(threshold=0.5 * np.sqrt(2), n_clusters=None).fit(points).labels_
    assert len(np.unique(labels)) <= labels.max(), "one centre has lost its points"
    numbers = _clusters(points, 0.5)
    assert sorted(set(numbers.tolist())) == list(range(numbers.max() + 1))
    assert len(np.unique(np.stack([labels, numbers]), axis=1).T) == len(np.unique(labels)), "the same clusters"


@pytest.mark.parametrize("seed", range(5))
def test_clusters_are_those_of_birch(seed):
    points = np.random.default_rng(seed).normal(size=(300, 4))
    labels = Birch(threshold=0.6 * np.sqrt(4), n_clusters=None, branching_factor=400).fit(points).labels_
    numbers = _clusters(points, 0.6)
    assert numbers.max() > 10
    assert len(np.unique(np.stack([labels, numbers]), axis=1).T) == len(np.unique(labels)) == numbers.max() + 1


def test_a_point_between_two_centres_goes_to_the_first():
    points = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    assert _clusters(points, 0.5).tolist() == [0, 1, 0]


def test_a_word_on_a_turned_screen_is_remembered_where_it_is_read():
    read = pd.DataFrame([{"x": 30, "region_width": 80, "y": 50, "region_height": 20, "width": 400, "height": 700}])
    box = Direction(6).stored(Box(30, 50, 80, 20), 700, 400)
    turned = pd.DataFrame(
        [
            {
                "x": box.x,
                "region_width": box.width,
                "y": box.y,
                "region_height": box.height,
                "width": 700,
                "height": 400,
            }
        ]
    )
    for upright in (read, read.assign(direction=1)):
        assert [part.tolist() for part in _places(upright)] == [[30], [110], [400]]
    assert [part.tolist() for part in _places(turned.assign(direction=6))] == [[30], [110], [400]]


def test_a_memory_learns_further_screens_and_judges_each_by_the_others():
    words = screens(captures=12, apps=2)
    first_app = words[words["group"] % 2 == 0].reset_index(drop=True)
    memory = learnt(first_app)
    other_app = words[words["group"] % 2 == 1].assign(label=0).reset_index(drop=True)
    own = other_app["group"].to_numpy()
    near = "memory__template__near"
    assert memory.columns(other_app)[near].sum() == 0
    columns, both = remembering_too(memory, other_app, own)
    assert columns[near].mean() == 1 and list(columns.index) == list(other_app.index)
    assert both.columns(first_app)[near].mean() == both.columns(other_app)[near].mean() == 1
    # A screen's own capture has no part in what is said of it.
    odd = other_app.copy()
    odd.loc[own == 3, SOFT] += 9.0
    again, _ = remembering_too(memory, odd, own)
    assert (again.loc[own == 3, "memory__habit__largest"] > 20).all()
    assert (columns.loc[own == 3, "memory__habit__largest"] < 20).mean() > 0.9
    alone = other_app[own == 3].reset_index(drop=True)
    pair = pd.concat([alone, alone.assign(path="b")], ignore_index=True)
    nothing, same = remembering_too(memory, pair, np.repeat([0, 1], len(alone)))
    assert nothing[near].sum() == 0 and len(same.centres) == len(memory.centres), "two captures make no template"
