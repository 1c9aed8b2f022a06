"""Templates by static texts."""

from dataclasses import replace

import numpy as np

from realfake.pipeline.habits.screens import screens_of
from realfake.pipeline.habits.templates import find_templates, likeness, nearest_template
from tests.habitual import moments, receipt, table


def screens(labels="", app="", count=6, seed=0):
    rng = np.random.default_rng(seed)
    told = [receipt(when, "T1", 10.0, 1.0, labels) for when in moments(rng, count)]
    return screens_of(table({f"{labels}{app}{i}.png": one for i, one in enumerate(told)}, app=app))


def test_screens_with_other_texts_are_of_other_templates():
    mixed = screens(" one") + screens(" two")
    templates, owner = find_templates(mixed)
    assert owner.tolist() == [0] * 6 + [1] * 6
    assert [template.name for template in templates] == ["t1", "t2"]
    assert nearest_template(screens(" two", seed=5)[0], templates)[0] == 1
    assert nearest_template(screens(" other")[0], templates) == (-1, 0.0)


def test_apps_are_kept_apart_and_kinds_of_screens_of_one_app_too():
    templates, owner = find_templates(screens(app="a") + screens(app="b") + screens(" two", app="b", count=3))
    assert [template.name for template in templates] == ["a", "b", "b#2"]
    assert owner.tolist() == [0] * 6 + [1] * 6 + [2] * 3
    assert nearest_template(screens(app="b")[0], templates)[0] == 1
    assert nearest_template(screens(" two")[0], templates) == (2, 1.0)


def test_screens_of_one_app_whose_margins_differ_are_of_one_template():
    narrow, wide = screens(app="a"), []
    for screen in screens(app="a", seed=1):
        moved = (replace(fact, box=fact.box._replace(x=fact.box.x + 100)) for fact in screen.facts)
        wide.append(replace(screen, path="wide" + screen.path, facts=tuple(moved)))
    templates, owner = find_templates(narrow + wide)
    assert len(templates) == 1 and set(owner) == {0}
    assert nearest_template(wide[0], templates)[0] == 0
    unknown = [replace(screen, app="") for screen in narrow + wide]
    assert len(find_templates(unknown)[0]) == 2


def test_some_misread_texts_do_not_make_another_template():
    shown = screens()
    texts = dict(find_templates(shown)[0][0].texts)
    misread = dict(list(texts.items())[:-2]) | {"~a": 0.1, "~b": 0.1}
    assert likeness(texts, misread) >= 0.5
    assert likeness(texts, {name: place + 0.2 for name, place in texts.items()}) == 0.0
    assert likeness({}, {}) == 0.0


def test_screens_without_texts_stand_together_where_the_app_is_known():
    bare = [replace(screen, facts=tuple(f for f in screen.facts if f.kind != "static")) for screen in screens(app="a")]
    templates, owner = find_templates(bare)
    assert len(templates) == 1
    assert nearest_template(bare[0], templates) == (0, 1.0)
    unknown = [replace(screen, app="") for screen in bare]
    assert len(find_templates(unknown)[0]) == len(unknown)
    assert nearest_template(unknown[0], []) == (-1, 0.0)


def test_a_screen_without_an_app_that_is_like_two_apps_is_of_neither():
    templates, _ = find_templates(screens(app="a") + screens(app="b"))
    assert nearest_template(screens()[0], templates)[0] == -1
    assert nearest_template(screens(app="b")[0], templates)[0] == 1


def test_texts_of_one_screen_alone_such_as_names_do_not_make_another_template():
    shown = screens()
    named = []
    for number, screen in enumerate(shown):
        text = screen.facts[-1]
        more = [replace(text, name=f"~name{number}-{i}", box=text.box._replace(x=10 * i)) for i in range(20)]
        named.append(replace(screen, facts=(*screen.facts, *more)))
    templates, owner = find_templates(named)
    assert len(templates) == 1 and set(owner) == {0}
    assert nearest_template(named[0], templates) == (0, 1.0)
