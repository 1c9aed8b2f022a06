"""The case of one image: a self-contained page that says where it looks edited, why, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader

from realfake.forensics.box import Box
from realfake.forensics.catalog import FAMILIES, HEATMAPS, catalogue
from realfake.forensics.compression.history import blocks_on_grid, previous_quality
from realfake.forensics.content.checks.scene import field_name
from realfake.forensics.content.consistency import Finding, content_features
from realfake.forensics.content.reading import AUTO, MISSING
from realfake.forensics.draw import draw_map
from realfake.forensics.errors import BadModel
from realfake.forensics.evidence import Evidence, measure
from realfake.forensics.formats.ijg import fit_ijg
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import family_of
from realfake.forensics.text.regions import Regions
from realfake.pipeline.extraction.remote import read_pictures
from realfake.pipeline.habits.habits import habit_features
from realfake.pipeline.habits.reasons import Contradiction as Broken
from realfake.pipeline.models.judged import for_review, judge, worst
from realfake.pipeline.models.model import Model
from realfake.pipeline.reports.pictures import address, address_of_png, enlarged
from realfake.pipeline.settings import ARCHIVE, CONTENT
from realfake.pipeline.verdicts import CONTRADICTIONS, Verdict
from realfake.pipeline.words.scorer import summary_features
from realfake.pipeline.words.suspects import Suspect, peers_of

if TYPE_CHECKING:
    from realfake.pipeline.archive.finding import Finding as Past
    from realfake.pipeline.archive.store import Store
    from realfake.pipeline.reports.earlier import SideBySide

# Modules of the archive bring a database, and are imported where there is an archive.

TEMPLATES = Path(__file__).parent / "templates"
PEERS_SHOWN = 3
LARGEST_CROP = 900  # pixels of width
CLEAR_PAST = 0.5  # misfit of a JPEG past below which it is stated
MOST_VALUES = 40  # shown beside their crops
MAPS = ("ela", "ghosts", "flatness")
LIMITS = (
    "A screen rebuilt as a whole, or text spliced from another screenshot of the same app, may leave nothing to see.",
    "A score compares words with the others of their screen; it does not know whether the transfer took place.",
)


@dataclass(frozen=True)
class Exhibit:
    """A suspicious word as the page shows it; `box` is in pixels of the picture as it is read."""

    number: int
    suspect: Suspect
    box: Box
    crop: str
    peers: tuple[str, ...]


def case_page(path: str, model: Model, archive: Store | None = None) -> str:
    """The HTML page of one image; of a file that shows several pictures, of the one with the worst verdict.

    Parameters
    ----------
    path : the image
    model : one with a scorer of words
    archive : what was received before; the page then shows the earlier image beside a copy of it

    Raises
    ------
    BadImage
        If the image cannot be measured.
    BadModel
        If the model has no scorer of words.
    """
    return case_of(read_pictures(path), Path(path).name, model, archive)


def case_of(pictures: Iterable[ForensicImage], name: str, model: Model, archive: Store | None = None) -> str:
    """The HTML page of the pictures of one file; as `case_page`."""
    if model.scorer is None:
        raise BadModel("the model has no scorer of words and cannot say where; train with --regions")
    if ARCHIVE in model.families and archive is None:
        raise BadModel(
            "the model has learnt from what was received before; explain with --archive, or train it without"
        )
    judged = reduce(_worse, (_judged(image, model, archive) for image in pictures))
    image, regions, found, verdict = judged.image, judged.regions, judged.found, judged.verdict
    direction = regions.direction
    shown = direction.turned(image.rgb)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return environment.get_template("case.html").render(
        name=name,
        width=shown.shape[1],
        height=shown.shape[0],
        verdict=verdict,
        prevalence=model.expected_prevalence,
        reasons=plain_words(verdict.reasons),
        picture=address(shown),
        history=_of_the_file(image),
        lies=direction.sentence,
        exhibits=exhibits(image, shown, regions, found),
        maps=[
            (name, HEATMAPS[name].meaning, address_of_png(draw_map(image, name, turned=direction.turned)))
            for name in MAPS
        ],
        untold=[sentence for sentence in (judged.abstain, *_unread(judged.evidence), *LIMITS) if sentence],
        contradictions=[_contradiction(image, shown, regions, one) for one in judged.broken],
        counted=CONTENT in model.families or not judged.evidence.findings,
        values=_values(image, shown, regions, judged.evidence),
        words=len(regions.boxes),
        past=None if archive is None or judged.past is None else _beside(image, archive, judged.past),
    )


@dataclass(frozen=True)
class _Judged:
    image: ForensicImage
    evidence: Evidence
    regions: Regions
    abstain: str
    found: list[Suspect]
    broken: list[Finding | Broken]
    verdict: pd.Series
    past: Past | None


def _judged(image: ForensicImage, model: Model, archive: Store | None) -> _Judged:
    evidence = measure(image, [name for name in model.families if name in FAMILIES], reader=AUTO)
    assert evidence.words is not None
    judged = judge(evidence, model.scorer, habits=model.habits)
    row = judged.row
    past, altered = None, False
    if archive is not None:
        from realfake.pipeline.archive.columns import past_numbers
        from realfake.pipeline.archive.finding import ALTERED
        from realfake.pipeline.reports.earlier import looked_up

        past = looked_up(image, archive, evidence.receipt)
        if past is not None:
            row |= past_numbers(past)
            altered = past.case == ALTERED
    scored = model.predict(pd.DataFrame([row]))
    verdict = scored.assign(verdict=for_review(scored["verdict"], [row[CONTRADICTIONS]])).iloc[0].copy()
    if altered:
        verdict["verdict"] = Verdict(verdict["verdict"]).worth_a_look
    return _Judged(image, evidence, evidence.words, evidence.abstain, judged.words, judged.broken, verdict, past)


def _beside(image: ForensicImage, archive: Store, past: Past) -> SideBySide:
    from realfake.pipeline.reports.earlier import side_by_side

    return side_by_side(image, archive, past)


def _worse(one: _Judged, other: _Judged) -> _Judged:
    return (one, other)[worst(pd.DataFrame([one.verdict, other.verdict]), [2])[0]]


def _of_the_file(image: ForensicImage) -> str:
    return f"{history(image)} Of the file: {image.note}." if image.note else history(image)


def plain_words(reasons: str) -> list[str]:
    """The reasons of a prediction with the meaning of each feature in place of its column."""
    named = [reason.partition(" ") for reason in reasons.split("; ") if reason]
    families = {family_of(column) for column, _, _ in named}
    entries = [*catalogue(families & set(FAMILIES)), *content_features(), *habit_features(), *summary_features()]
    if ARCHIVE in families:
        from realfake.pipeline.archive.columns import past_features

        entries += past_features()
    meaning = {entry.column: entry.meaning for entry in entries}
    return [f"{meaning.get(column, column)}: {rest}" for column, _, rest in named]


def history(image: ForensicImage) -> str:
    """What is known of the file's compressions, in one sentence."""
    now = f"A {image.format} file of {image.width}x{image.height} pixels"
    if image.jpeg is not None and image.jpeg.luma_table is not None:
        fit = fit_ijg(image.jpeg.luma_table)
        tables = f"{'' if fit.exact else 'about '}quality {fit.quality}"
        return f"{now}, saved as JPEG at {tables} with {image.jpeg.sampling} chroma."
    quality, misfit = previous_quality(blocks_on_grid(image, (0, 0)))
    if np.isfinite(misfit) and misfit < CLEAR_PAST:
        return f"{now} whose pixels were once a JPEG of quality {quality:.0f}."
    return f"{now} without a trace of JPEG compression on the grid of its corner."


def exhibits(image: ForensicImage, shown: np.ndarray, regions: Regions, found: list[Suspect]) -> list[Exhibit]:
    """The suspects in their order; text to compare a field with is shown beside the first of its words alone."""
    read = partial(regions.direction.read, width=image.width, height=image.height)
    fields, made = [regions.fields[suspect.region] for suspect in found], []
    for i, (suspect, field) in enumerate(zip(found, fields)):
        box = read(suspect.box)
        crop = enlarged(shown, read(field), LARGEST_CROP, None if suspect.box == field else box)
        peers = () if field in fields[:i] else peers_of(regions, suspect)[:PEERS_SHOWN]
        made.append(
            Exhibit(i + 1, suspect, box, crop, tuple(enlarged(shown, read(one), LARGEST_CROP) for one in peers))
        )
    return made


@dataclass(frozen=True)
class Read:
    """A place on the screen with what it is called and what was read there."""

    name: str
    text: str
    crop: str


@dataclass(frozen=True)
class Contradiction:
    """A sentence on what cannot both be true, and the places."""

    sentence: str
    places: tuple[Read, ...]


def _contradiction(
    image: ForensicImage, shown: np.ndarray, regions: Regions, finding: Finding | Broken
) -> Contradiction:
    places = zip(finding.boxes, finding.fields, strict=True)
    return Contradiction(
        finding.sentence, tuple(Read(name, "", _cut(image, shown, regions, box)) for box, name in places)
    )


def _values(image: ForensicImage, shown: np.ndarray, regions: Regions, evidence: Evidence) -> list[Read]:
    """Every labelled value beside its picture."""
    values = evidence.receipt.values if evidence.receipt else ()
    named = [value for value in values if value.key][:MOST_VALUES]
    return [Read(field_name(one), one.text, _cut(image, shown, regions, one.box)) for one in named]


def _cut(image: ForensicImage, shown: np.ndarray, regions: Regions, box: Box) -> str:
    return enlarged(shown, regions.direction.read(box, width=image.width, height=image.height), LARGEST_CROP)


def _unread(evidence: Evidence) -> list[str]:
    return [] if evidence.receipt else [MISSING.capitalize()]
