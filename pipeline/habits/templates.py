"""Templates: screens that show the same static texts at the same places are of one app and one kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realfake.pipeline.habits.screens import Screen

ALIKE = 0.5  # share of the texts of a screen and its template that they have in common
SAME_APP = 0.3  # the same where they are known to be of one app
BESIDE = 0.04  # share of the width by which a text may stand elsewhere and still be the same
ANYWHERE = 1.0  # the same where they are known to be of one app: phones scale its margins differently
APART = 0.1  # by which a screen must be more like its template than like one of another app
COMMON = 0.5  # share of a template's screens that a text of the template stands on


@dataclass(frozen=True)
class Template:
    """What screens of one kind have in common.

    Attributes
    ----------
    name : the app where it is known, else t1, t2, ...; #2, #3, ... for further kinds of screen of one app
    app : "" where it is not known
    texts : hash of a text to its left edge as a share of the width
    """

    name: str
    app: str
    texts: dict[str, float]


def likeness(one: dict[str, float], other: dict[str, float], beside: float = BESIDE) -> float:
    """Texts in common, no farther apart than a share of the width, among all that either has, 0..1."""
    common = sum(name in other and abs(other[name] - place) <= beside for name, place in one.items())
    every = len(one.keys() | other.keys())
    return common / every if every else 0.0


def find_templates(screens: Sequence[Screen]) -> tuple[list[Template], np.ndarray]:
    """Templates of screens, and the number of each screen's template, (n,) int.

    Screens of different apps never share a template. Of screens without an app those whose texts are alike do; one
    without any text stands with others like it only where the app is known. A text that stands on one screen alone,
    such as a name, tells nothing.
    """
    seen = Counter((screen.app, name) for screen in screens for name in screen.statics)
    told = [{name: at for name, at in _texts(one).items() if seen[one.app, name] > 1} for one in screens]
    groups: list[list[int]] = []
    cores: list[dict[str, float]] = []
    for i in sorted(range(len(screens)), key=lambda i: (screens[i].app, screens[i].path)):
        app = screens[i].app
        shown = told[i]
        near = [g for g, members in enumerate(groups) if screens[members[0]].app == app]
        like = {g: likeness(cores[g], shown, ANYWHERE if app else BESIDE) for g in near}
        best = max(near, key=lambda g: like[g], default=None)
        alone = best is not None and app and not shown and not cores[best]
        if best is not None and (alone or like[best] >= (SAME_APP if app else ALIKE)):
            groups[best].append(i)
            cores[best] = _core([told[member] for member in groups[best]])
        else:
            groups.append([i])
            cores.append(shown)
    order = sorted(range(len(groups)), key=lambda g: (screens[groups[g][0]].app, -len(groups[g]), groups[g][0]))
    owner = np.zeros(len(screens), int)
    templates: list[Template] = []
    for number, g in enumerate(order):
        owner[groups[g]] = number
        app = screens[groups[g][0]].app
        before = sum(template.app == app for template in templates)
        name = (app if not before else f"{app}#{before + 1}") if app else f"t{before + 1}"
        templates.append(Template(name, app, cores[g]))
    return templates, owner


def nearest_template(screen: Screen, templates: Sequence[Template]) -> tuple[int, float]:
    """The number of the template that a screen is of, and its likeness; -1 where none or more than one is like it.

    Where the screen's app is known, it is of a template of that app, or of one of which no app is known.
    """
    own = [i for i, template in enumerate(templates) if screen.app and template.app == screen.app]
    nameless = [i for i, template in enumerate(templates) if not screen.app or not template.app]
    among = own or nameless
    known = {name for i in among for name in templates[i].texts}
    shown = {name: place for name, place in _texts(screen).items() if name in known}
    found = [(likeness(templates[i].texts, shown, ANYWHERE if own else BESIDE), -i) for i in among]
    if not found:
        return -1, 0.0
    best, place = max(found)
    if len(own) == 1 and not shown and not templates[own[0]].texts:
        return own[0], 1.0
    chosen = templates[-place]
    rival = max((like for like, i in found if templates[-i].app != chosen.app), default=0.0)
    return (-place, best) if best >= (SAME_APP if own else ALIKE) and best - rival > APART else (-1, best)


def _texts(screen: Screen) -> dict[str, float]:
    return {name: screen.place(fact) for name, fact in screen.statics.items()}


def _core(shown: Sequence[dict[str, float]]) -> dict[str, float]:
    """The texts that stand on most of some screens, with their usual places."""
    places: dict[str, list[float]] = {}
    for texts in shown:
        for name, place in texts.items():
            places.setdefault(name, []).append(place)
    least = max(1.0, COMMON * len(shown))
    return {name: float(np.median(seen)) for name, seen in places.items() if len(seen) >= least}
