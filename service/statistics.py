"""What the desk has seen and decided, in figures with intervals and in plain sentences."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from realfake.pipeline import load_model, training_scores
from realfake.pipeline.metrics import (
    Interval,
    Stability,
    Stratum,
    clopper_pearson,
    population_stability,
    sampled_rates,
)
from realfake.service import models
from realfake.service.database import Database
from realfake.service.decisions import FAKE, GENUINE
from realfake.service.listing import ALARM, LOOKED_AT
from realfake.service.queue import DONE
from realfake.service.schema import IMAGES, MODELS, SCORES
from realfake.service.settings import Settings

DAY = 86400.0  # seconds
DAYS, LATELY = 14, 7.0  # days that are shown, and that are compared with what was before
FEWEST = 50  # images with which a comparison begins
SOME, MUCH = 0.1, 0.25  # population stability index, as commonly read
MOST_SCORES = 20_000  # latest ones that drift is told from


def all_of(database: Database, settings: Settings, now: float) -> dict[str, Any]:
    """Everything that the page of statistics shows.

    Parameters
    ----------
    now : seconds since 1970
    """
    live = models.in_use(database)[0]
    folder = models.available(settings).get(live.name)
    trained = _trained(str(folder), live.sha256) if folder is not None else None
    with database.read() as connection:
        since = connection.execute(
            sa.select(sa.func.min(MODELS.c.since)).where(MODELS.c.sha256 == live.sha256)
        ).scalar_one()
        counts = _decided(connection, live.sha256)
        found = {
            "model": live.name,
            "days": _days(connection, now),
            "precision": _precision(counts),
            "rates": _rates(_strata(connection, live.sha256)),
            "learning": _learning(connection, counts, since),
            "channels": _shares(connection, live.sha256, IMAGES.c.channel, trained, "format", now),
            "apps": _shares(connection, live.sha256, IMAGES.c.app, trained, "app", now),
        }
        scores = _scores(connection, live.sha256, now)
    return found | {"drift": _drift(trained, scores), "shadow": shadow_comparison(database)}


def shadow_comparison(database: Database) -> dict[str, Any] | None:
    """How the model in the shadow would have judged the images that both scored; None without such a model."""
    used = models.in_use(database)
    if len(used) < 2:
        return None
    live, shadow = (sa.alias(SCORES, name) for name in ("live", "shade"))
    both = (
        sa.select(live.c.verdict, shadow.c.verdict.label("other"), IMAGES.c.label, sa.func.count().label("images"))
        .join(shadow, (shadow.c.image == live.c.image) & (shadow.c.model == used[1].sha256))
        .join(IMAGES, IMAGES.c.id == live.c.image)
        .where(live.c.model == used[0].sha256)
        .group_by(live.c.verdict, shadow.c.verdict, IMAGES.c.label)
    )
    with database.read() as connection:
        rows = connection.execute(both).all()

    def count(verdict: str | None = None, other: str | None = None, label: str | None = None) -> int:
        return sum(
            row.images
            for row in rows
            if verdict in (None, row.verdict) and other in (None, row.other) and label in (None, row.label)
        )

    told = {
        "name": used[1].name,
        "sha256": used[1].sha256,
        "images": count(),
        "alarms": {"live": count(ALARM), "shadow": count(other=ALARM)},
        "fakes_caught": {"live": count(ALARM, label=FAKE), "shadow": count(other=ALARM, label=FAKE)},
        "false_alarms": {"live": count(ALARM, label=GENUINE), "shadow": count(other=ALARM, label=GENUINE)},
        "changed": sum(row.images for row in rows if row.verdict != row.other),
    }
    return told | {"sentence": _compared(told)}


def _compared(told: dict[str, Any]) -> str:
    if not told["images"]:
        return f"{told['name']} has scored no image yet."
    caught, wrong = told["fakes_caught"], told["false_alarms"]
    return (
        f"On {told['images']} images {told['name']} would have changed {told['changed']} verdicts; of those decided it "
        f"alarms on {caught['shadow']} fakes (now {caught['live']}) and {wrong['shadow']} genuine images (now "
        f"{wrong['live']}). Only what was decided can be compared, and that was mostly what the live model alarmed on."
    )


def _days(connection: sa.Connection, now: float) -> list[dict[str, Any]]:
    midnight = now - now % DAY
    days = []
    for back in reversed(range(DAYS)):
        begin = midnight - back * DAY
        of_day = (IMAGES.c.scored >= begin) & (IMAGES.c.scored < begin + DAY)
        by_verdict = sa.select(IMAGES.c.verdict, sa.func.count()).where(of_day).group_by(IMAGES.c.verdict)
        counts: dict[str, int] = dict(connection.execute(by_verdict).all())
        day = datetime.datetime.fromtimestamp(begin, datetime.UTC).strftime("%d %b")
        days.append({"day": day, "images": sum(counts.values()), "alerts": counts.get(ALARM, 0)})
    return days


Counts = dict[tuple[str, str], int]  # by verdict and label


def _decided(connection: sa.Connection, model: str) -> Counts:
    grouped = sa.select(IMAGES.c.verdict, IMAGES.c.label, sa.func.count()).group_by(IMAGES.c.verdict, IMAGES.c.label)
    rows = connection.execute(grouped.where(IMAGES.c.model == model, IMAGES.c.label.is_not(None)))
    return {(verdict, label): count for verdict, label, count in rows}


def _precision(counts: Counts) -> dict[str, Any]:
    right, wrong = counts.get((ALARM, FAKE), 0), counts.get((ALARM, GENUINE), 0)
    told = _interval(clopper_pearson(right, right + wrong))
    some = f"{right} of {right + wrong} decided alarms were fakes."
    return told | {"sentence": some if right + wrong else "No alarm was decided yet."}


def _strata(connection: sa.Connection, model: str) -> list[tuple[Stratum, float]]:
    """The stream of a model in parts, and the share of each that is looked at: all alarms, and what chance drew.

    What people pick themselves among the others tells nothing of the rest and is not counted.
    """
    looked = IMAGES.c.verdict.in_(LOOKED_AT)
    share = sa.case((looked, 1.0), else_=IMAGES.c.draw_share)
    known = sa.case((looked | IMAGES.c.drawn, IMAGES.c.label))
    part = sa.case((looked, IMAGES.c.verdict), else_="other")
    grouped = (
        sa.select(part, share, known, sa.func.count())
        .where(IMAGES.c.model == model, IMAGES.c.status == DONE)
        .group_by(part, share, known)
    )
    counts: dict[tuple[str, float], dict[str | None, int]] = defaultdict(dict)
    for name, of, label, count in connection.execute(grouped):
        counts[name, of][label] = count
    return [
        (Stratum(sum(found.values()), found.get(FAKE, 0), found.get(GENUINE, 0), name == ALARM), of)
        for (name, of), found in counts.items()
    ]


def _rates(strata: Sequence[tuple[Stratum, float]]) -> dict[str, Any]:
    found = {name: _interval(one) for name, one in sampled_rates([one for one, _ in strata]).items()}
    drawn = sum(one.fakes + one.genuine for one, share in strata if share < 1)
    blind = sum(one.images for one, _ in strata if not one.fakes + one.genuine)
    if blind:
        why = f"Not known: of {blind} images none was decided; decide alarms and what was drawn by chance."
    else:
        why = f"From the decided alarms and {drawn} decided images that chance drew from the rest."
    return found | {"sentence": why, "drawn": drawn}


def _learning(connection: sa.Connection, counts: Counts, since: float | None) -> dict[str, Any]:
    """What was decided since the model in use was chosen, and what of it the model had wrong."""
    fresh = IMAGES.c.labelled > (since or 0.0)
    grouped = sa.select(IMAGES.c.label, sa.func.count()).where(fresh).group_by(IMAGES.c.label)
    labels: dict[str, int] = dict(connection.execute(grouped).all())
    fakes, genuine = labels.get(FAKE, 0), labels.get(GENUINE, 0)
    missed = sum(count for (verdict, label), count in counts.items() if label == FAKE and verdict != ALARM)
    wrong = counts.get((ALARM, GENUINE), 0)
    sentence = (
        f"{fakes} fakes and {genuine} genuine images were decided since this model was chosen. It missed {missed} of "
        f"the decided fakes and alarmed on {wrong} genuine images: these are what a new model could learn."
    )
    return {"fakes": fakes, "genuine": genuine, "missed": missed, "false_alarms": wrong, "sentence": sentence}


def _shares(
    connection: sa.Connection, model: str, column: sa.Column[Any], trained: Trained | None, known: str, now: float
) -> dict[str, Any]:
    """How often each value came lately, and in training; where the model's folder does not tell, before.

    Parameters
    ----------
    known : the column of the training images that says the same
    """
    lately = (IMAGES.c.scored >= now - LATELY * DAY).label("lately")
    grouped = sa.select(column, lately, sa.func.count()).where(IMAGES.c.model == model, column.is_not(None))
    counts = connection.execute(grouped.group_by(column, lately)).all()
    came, after = ({name: count for name, late, count in counts if bool(late) is side} for side in (False, True))
    told = trained is not None and known in trained.rows and bool(trained.rows[known].notna().any())
    if trained is not None and told:
        there = trained.rows[known].notna().to_numpy()
        then, weights = trained.rows[known].to_numpy(str)[there], trained.weights[there]
        before = {str(name): float(weights[then == name].sum()) for name in np.unique(then)}
    else:
        before = {name: float(count) for name, count in came.items()}
        then, weights = np.repeat(list(came), list(came.values())), np.ones(sum(came.values()))
    what = "training, at the share of fakes that is expected" if told else "what came in before"
    names = sorted({*before, *after}, key=lambda name: (-after.get(name, 0), -before.get(name, 0), name))
    shares = [{"name": name, "before": round(before.get(name, 0)), "lately": after.get(name, 0)} for name in names]
    found = {"against": "training" if told else "before", "shares": shares}
    if min(len(then), sum(after.values())) < FEWEST:
        return found | {"psi": None, "sentence": f"Fewer than {FEWEST} images {what} or in the last 7 days."}
    stability = population_stability(then, np.repeat(list(after), list(after.values())), weights)
    return found | {"psi": stability.psi, "sentence": _drifted(stability, what)}


def _scores(connection: sa.Connection, model: str, now: float) -> np.ndarray:
    lately = (IMAGES.c.model == model) & (IMAGES.c.scored >= now - LATELY * DAY) & IMAGES.c.score.is_not(None)
    chosen = sa.select(IMAGES.c.score).where(lately).order_by(IMAGES.c.scored.desc()).limit(MOST_SCORES)
    return np.array(connection.execute(chosen).scalars().all(), float)


@dataclass(frozen=True)
class Trained:
    """What is known of a model's training images, and how many images of the stream each stands for."""

    rows: pd.DataFrame
    weights: np.ndarray


@lru_cache(maxsize=4)
def _trained(folder: str, sha256: str) -> Trained | None:
    """Scores of training images by learners that had not seen them, and how much of the stream each stands for."""
    rows = training_scores(folder)
    if rows is None:
        return None
    share = load_model(folder).expected_prevalence
    fakes = rows["label"].to_numpy() == 1
    weights = np.where(fakes, share / max(fakes.mean(), 1e-9), (1 - share) / max((~fakes).mean(), 1e-9))
    return Trained(rows, weights)


def _drift(trained: Trained | None, scores: np.ndarray) -> dict[str, Any]:
    if trained is None:
        return {"psi": None, "sentence": "The model's folder keeps no scores of its training (out_of_fold.csv)."}
    if len(scores) < FEWEST:
        return {"psi": None, "sentence": f"Fewer than {FEWEST} images were scored in the last 7 days."}
    stability = population_stability(trained.rows["score"].to_numpy(), scores, trained.weights)
    return {"psi": stability.psi, "sentence": _drifted(stability, "training, at the share of fakes that is expected")}


def _drifted(stability: Stability, before: str) -> str:
    """What an index means, in plain words."""
    figure = f"(population stability index {stability.psi:.2f}; chance alone gives up to {stability.chance:.2f})"
    if stability.psi <= max(SOME, stability.chance):
        return f"The last 7 days look like {before} {figure}."
    much = "very different from" if stability.psi > MUCH else "different from"
    return (
        f"The last 7 days look {much} {before} {figure}: look at what changed, and label before you trust the scores."
    )


def _interval(one: Interval) -> dict[str, float | None]:
    cells = {"value": one.value, "low": one.low, "high": one.high}
    return {name: None if cell != cell else cell for name, cell in cells.items()}
