"""A model that stays loaded in worker processes and scores images as they come, one by one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from types import TracebackType
from typing import Any

import cv2
import numpy as np
import sqlalchemy as sql

from realfake.forensics.box import Box
from realfake.forensics.catalog import FAMILIES, choose_families, feature_names
from realfake.forensics.content.reading import AUTO
from realfake.forensics.content.receipt import Receipt
from realfake.forensics.errors import BadImage
from realfake.forensics.evidence import measure
from realfake.forensics.image import ForensicImage
from realfake.forensics.limited import LimitedPool
from realfake.forensics.text.direction import Direction
from realfake.forensics.text.regions import Regions
from realfake.forensics.text.signature import Signature, from_bytes, screen_signature, to_bytes
from realfake.pipeline.archive.adding import Screen, add
from realfake.pipeline.archive.finding import Finding
from realfake.pipeline.archive.past import found_of, with_past
from realfake.pipeline.archive.screens import moment
from realfake.pipeline.archive.store import IMAGES, Store
from realfake.pipeline.archive.workflows import found_row
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.models.judged import judge, model_work, scored_rows, worst
from realfake.pipeline.models.model import Model, load_model
from realfake.pipeline.reports.case import case_of
from realfake.pipeline.settings import CONTENT, HABITS, WORDS_MODEL, Workers
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.words.suspects import Suspect, peers_of

PEERS_NAMED = 3  # boxes of like text for one suspect


@dataclass(frozen=True)
class Scored:
    """What came of one file.

    Attributes
    ----------
    predictions : one a model: the columns of `predict` but `path`, with None for what is not known and `suspects` as
        dictionaries
    row : of the feature table, of the picture that the first model finds worst: where it comes from and its features,
        with those that the first model's scorer of words gives
    display : how that picture is shown: `frame` (from 1), `turn` (the EXIF orientation at which its text is read), and
        in pixels of the turned picture `width`, `height` and for each suspect of the first model `box` and `peers`,
        the boxes of the text most like it
    content : what is read on that picture, for each value its `label`, `key`, `text`, `kind`, `amount` and `currency`;
        None where nothing was read
    past : what the archive says of the first picture, as `realfake.archive.find` does, with the number of its
        `template`; where it is a copy, `shown` holds for both as they are read how the earlier picture lies over it,
        `laid` (x, y, width, height), the `size` of the earlier one, and `pairs` of boxes, of a word that differs and
        of its place in the earlier one; None without an archive

    Examples
    --------
    >>> import realfake
    >>> told = realfake.Scored(({"verdict": "review"},), {"width": 1080}, {"turn": 1})
    >>> told.predictions[0]["verdict"], told.content is None
    ('review', True)
    """

    predictions: tuple[dict[str, Any], ...]
    row: dict[str, Any]
    display: dict[str, Any]
    content: tuple[dict[str, Any], ...] | None = None
    past: dict[str, Any] | None = None


class ScoringPool:
    """Worker processes that hold models and score files as they come.

    Every model sees the same measurements, so that a second one costs next to nothing beside the first. Threads may
    share a pool.

    Parameters
    ----------
    models : models, their folders, or "starter"; the first decides which of several pictures of a file counts
    workers : how many processes, and what one file may cost
    families : families to measure whole; of others only what the models weigh is measured
    reader : what reads the screen, as in `measure`; where None, only a model that has learnt from it has it read
    archive : file or URL of an archive, which is made where there is none; files that `score` is given with a path are
        looked up in it and added, and an altered copy is at least worth a review

    Raises
    ------
    BadArchive
        If the archive cannot be used.
    BadModel
        If a model cannot be loaded, or needs features that this version does not compute.
    UnknownName
        If a family does not exist.

    Examples
    --------
    >>> import io
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> file = io.BytesIO()
    >>> Image.fromarray(page()).save(file, "PNG")
    >>> with realfake.ScoringPool(["starter"]) as pool:
    ...     scored = pool.score("page.png", file.getvalue())
    ...     try:
    ...         pool.score("note.txt", b"no image")
    ...     except realfake.RealfakeError as error:
    ...         print(error)
    note.txt is a text and not an image; check what the file is
    >>> scored.predictions[0]["verdict"], scored.row["width"]
    ('review', 384)
    """

    def __init__(
        self,
        models: Sequence[Model | str | os.PathLike[str]] = ("starter",),
        workers: Workers = Workers(),
        families: Sequence[str] = (),
        reader: str | None = None,
        archive: str | os.PathLike[str] | None = None,
    ) -> None:
        self.models = tuple(one if isinstance(one, Model) else load_model(one) for one in models)
        for model in self.models:
            model_work(model)  # refuses what this version cannot measure
        needed = [name for model in self.models for name in model.families if name in FAMILIES]
        named = {family.name for family in choose_families([*needed, *families])}
        if any({CONTENT, HABITS} & set(model.families) for model in self.models):
            reader = reader or AUTO
        wanted = [name for name in FAMILIES if name in named]
        self._archive = None if archive is None else Store(archive, create=True)
        columns = frozenset(chain(feature_names(families), *(model.columns for model in self.models)))
        work = partial(
            _done, models=self.models, families=wanted, columns=columns, reader=reader, signing=archive is not None
        )
        self._pool: LimitedPool[_Task, Any] = LimitedPool(work, workers.jobs, workers.limits)

    def score(self, name: str, data: bytes, path: str = "", received: str = "", sender: str = "") -> Scored:
        """Measure and score a file, and wait for it.

        Parameters
        ----------
        name : what sentences call the file
        data : its bytes
        path : under which the archive keeps it; where empty, the file is scored without one
        received, sender : when it came, ISO 8601, and from whom, as far as that is known, for an archive

        Raises
        ------
        BadArchive
            If the archive cannot be used.
        BadImage
            If it cannot be measured, takes too long or too much memory, or ends its worker.
        """
        scored, signature = self._wait(_Task("score", name, data))
        assert isinstance(scored, Scored)
        if self._archive is None or not path:
            return scored
        sha256 = hashlib.sha256(data).hexdigest()
        screen = Screen(path, sha256, from_bytes(signature), moment(received) or "", sender)
        found = found_of(screen, self._archive)
        add(self._archive, [screen], [found])
        return _with_past(scored, screen, found, self._archive)

    def explain(self, name: str, data: bytes) -> str:
        """The page that `explain` writes of a file by the first model; errors as in `score`."""
        page: str = self._wait(_Task("explain", name, data))
        return page

    def picture(self, name: str, data: bytes, frame: int = 1, turn: int = 1) -> bytes:
        """A PNG of the pixels of a file and nothing else of it, as `Scored.display` says; errors as in `score`."""
        png: bytes = self._wait(_Task("picture", name, data, frame, turn))
        return png

    def close(self) -> None:
        """End the workers when what they do is done."""
        self._pool.close()
        if self._archive is not None:
            self._archive.close()

    def __enter__(self) -> ScoringPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close(wait=kind is None)
        if self._archive is not None:
            self._archive.close()

    def _wait(self, task: _Task) -> Any:
        outcome = self._pool.do(task, task.name)
        if outcome.failure:
            raise BadImage(outcome.failure)
        return outcome.result


@dataclass(frozen=True)
class _Task:
    what: str
    name: str
    data: bytes
    frame: int = 1
    turn: int = 1


def _done(
    task: _Task,
    models: Sequence[Model],
    families: Sequence[str],
    columns: Collection[str],
    reader: str | None,
    signing: bool,
) -> Any:
    """In a worker: whatever was asked for; with a score the signature of the first picture, where that is wanted."""
    pictures = ForensicImage.all_from_bytes(task.data, task.name)
    if task.what == "score":
        first = next(pictures)
        scored = score_pictures(chain([first], pictures), models, families, reader, columns)
        return scored, to_bytes(screen_signature(first)) if signing else b""
    if task.what == "explain":
        return case_of(pictures, task.name, models[0])
    return _png(pictures, task)


def score_pictures(
    pictures: Iterable[ForensicImage],
    models: Sequence[Model],
    families: Sequence[str],
    reader: str | None = None,
    columns: Collection[str] | None = None,
) -> Scored:
    """What models say of the pictures of one file.

    Parameters
    ----------
    families : to measure, those of the models among them
    reader, columns : as in `measure`
    """
    rows: list[list[Row]] = [[] for _ in models]
    displays, read = [], []
    for image in pictures:
        evidence = measure(image, families, any(model.scorer for model in models), reader, columns=columns)
        judged = [judge(evidence, model.scorer, CONTENT in model.families, model.habits) for model in models]
        for kept, model, said in zip(rows, models, judged, strict=True):
            words_model = model.fingerprint if model.scorer else None
            kept.append(said.row | {"suspects": json.dumps(said.shown), WORDS_MODEL: words_model})
        read.append(_read(evidence.receipt))
        displays.append(_display(image, evidence.words, judged[0].words))
    scored = [scored_rows(of_model, model) for of_model, model in zip(rows, models, strict=True)]
    worst_of = [int(worst(frame, [len(frame)])[0]) for frame in scored]
    chosen = [_plain(frame.iloc[at].to_dict()) for frame, at in zip(scored, worst_of, strict=True)]
    row = {name: value for name, value in rows[0][worst_of[0]].items() if name != "suspects"}
    return Scored(tuple(chosen), _plain(row), displays[worst_of[0]], read[worst_of[0]])


def _with_past(scored: Scored, screen: Screen, found: Finding, archive: Store) -> Scored:
    """What was scored with what an archive says of it."""
    row = found_row(Item(screen.path), screen, found)
    own = sql.select(IMAGES.c.template).where(IMAGES.c.path == screen.path, IMAGES.c.sha256 == screen.sha256)
    with archive.reading() as connection:
        row["template"] = connection.execute(own).scalar()
        if found.earlier is not None:
            earlier = archive.signatures(connection, [found.earlier.id])[found.earlier.id]
            row["shown"] = _laid(screen.signature, earlier, found)
    told = []
    for prediction in scored.predictions:
        flat = prediction | {"suspects": json.dumps(prediction["suspects"]), "reasons": prediction["reasons"] or ""}
        told.append(_plain(with_past(flat, found)))
    return replace(scored, predictions=tuple(told), past=_plain(row))


def _laid(here: Signature, there: Signature, found: Finding) -> dict[str, Any]:
    scale, x, y = found.laid
    boxes = [
        [[int(side) for side in one.direction.read(box, *one.stored_size)] for box in of_one]
        for one, of_one in ((here, found.changed), (there, found.before))
    ]
    laid = [x, y, scale * there.size[0], scale * there.size[1]]
    return {"laid": laid, "size": list(there.size), "pairs": list(zip(*boxes, strict=True))}


def _read(receipt: Receipt | None) -> tuple[dict[str, Any], ...] | None:
    if receipt is None:
        return None
    return tuple(
        {
            **{name: getattr(one, name) for name in ("label", "key", "text", "kind", "currency")},
            "amount": None if one.amount is None else float(one.amount),
        }
        for one in receipt.values
    )


def _display(image: ForensicImage, words: Regions | None, found: Sequence[Suspect]) -> dict[str, Any]:
    turn = words.direction if words is not None else Direction()
    height, width = turn.turned(image.rgb).shape[:2]

    def read(box: Box) -> list[int]:
        return [int(side) for side in turn.read(box, image.width, image.height)]

    shown = [
        {"box": read(one.box), "peers": [read(peer) for peer in peers_of(words, one)[:PEERS_NAMED]]}
        for one in found
        if words is not None
    ]
    return {"frame": image.frame, "turn": turn.turn, "width": width, "height": height, "suspects": shown}


def _png(pictures: Iterable[ForensicImage], task: _Task) -> bytes:
    image = next((one for one in pictures if one.frame == task.frame), None)
    if image is None:
        raise BadImage(f"{task.name} shows no picture {task.frame}; score it again")
    turned = Direction(task.turn).turned(image.rgb)
    return cv2.imencode(".png", cv2.cvtColor(turned, cv2.COLOR_RGB2BGR))[1].tobytes()


def _plain(cells: Mapping[Any, Any]) -> dict[str, Any]:
    """Cells as JSON has them: None for what is not known, numbers of Python's own."""
    found: dict[str, Any] = {}
    for name, value in cells.items():
        value = value.item() if isinstance(value, np.generic) else value
        unknown = value is None or isinstance(value, float) and not np.isfinite(value)
        found[str(name)] = None if unknown else str(value) if isinstance(value, str) else value
    if isinstance(found.get("suspects"), str):
        found["suspects"] = json.loads(found["suspects"] or "[]")
    found.pop("path", None)
    return found
