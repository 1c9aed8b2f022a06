"""Images from the queue to the worker processes and back, by threads that claim, wait and write."""

from __future__ import annotations

import json
import logging
import re
import secrets
import threading
import time
import zlib
from collections.abc import Callable
from random import SystemRandom
from typing import Any

import sqlalchemy as sa

from realfake.forensics.errors import BadArchive, RealfakeError
from realfake.pipeline import Scored, ScoringPool, Workers
from realfake.service import models, queue
from realfake.service.database import Database
from realfake.service.errors import Unready
from realfake.service.intake import IN_ARCHIVE, archived, discard
from realfake.service.listing import LOOKED_AT
from realfake.service.schema import DELIVERIES, FEATURES, IMAGES, SCORES
from realfake.service.settings import Settings
from realfake.service.store import ImageStore

LOG = logging.getLogger(__name__)
IDLE = 0.5  # seconds until an empty queue is looked at again, for what other instances took in
CHANCE = SystemRandom()


class Scoring:
    """The threads of one instance and the pools of worker processes that they use.

    Parameters
    ----------
    told : called with seconds and verdict when an image is scored
    """

    def __init__(
        self,
        database: Database,
        store: ImageStore,
        settings: Settings,
        told: Callable[[float, str], None] = lambda seconds, verdict: None,
    ) -> None:
        self.database, self.store, self.settings, self.told = database, store, settings, told
        self.instance = secrets.token_hex(16)
        self.ready = threading.Event()
        self._at_work: set[str] = set()  # images whose lease is kept; that of any other one ends, and it is tried again
        self._work = threading.Event()
        self._ending = threading.Event()
        self._switch = threading.Lock()
        self._pools: _Pools | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Load the model and begin; `ready` is set when the workers have compiled what they need.

        Raises
        ------
        BadModel
            If the model cannot be loaded.
        """
        models.begin(self.database, self.settings)
        self.follow()
        hands = [self._score_on] * (self.settings.workers + 1)  # one more, so that no worker waits for the database
        for target in (*hands, self._keep_leases):
            thread = threading.Thread(target=target, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End after what is under way."""
        self._ending.set()
        self._work.set()
        for thread in self._threads:
            thread.join()
        queue.release(self.database, self.instance)
        if self._pools:
            self._pools.close()

    def wake(self) -> None:
        """Say that something was queued."""
        self._work.set()

    def follow(self) -> None:
        """Use the models that the database names; whatever is being scored ends with the models that it began with."""
        with self._switch:
            wanted = models.in_use(self.database)
            if self._pools is not None and self._pools.wanted == wanted:
                return
            before, self._pools = self._pools, _Pools(wanted, self.settings)
            self._warm(self._pools)
        if before is not None:
            threading.Thread(target=before.close, daemon=True).start()

    def picture(self, name: str, data: bytes, frame: int, turn: int) -> bytes:
        """A PNG of an upload's pixels, made in a worker process."""
        return self._current().showing.picture(name, data, frame, turn)

    def explain(self, name: str, data: bytes) -> str:
        """The case of an upload as a page, made in a worker process."""
        return self._current().showing.explain(name, data)

    def _current(self) -> _Pools:
        if self._pools is None:
            raise Unready("the service is starting; try again in a moment")
        return self._pools

    def _warm(self, pools: _Pools) -> None:
        """Score a drawn page once, so that kernels are compiled before the first image waits for them."""
        from realfake.service.sample import drawn

        pools.scoring.score("sample.png", drawn())
        self.ready.set()

    def _keep_leases(self) -> None:
        while not self._ending.wait(queue.LEASE / 3):
            try:
                queue.renew(self.database, self.instance, list(self._at_work), time.time())
                self.follow()
            except Exception:  # the database may be away for a while
                LOG.exception("leases could not be renewed; trying again")

    def _score_on(self) -> None:
        while not self._ending.is_set():
            try:
                claimed = queue.claim(self.database, self.instance, time.time())
                if claimed is None:
                    self._work.wait(IDLE)
                    self._work.clear()
                else:
                    self._at_work.add(claimed.id)
                    try:
                        self._score(claimed)
                    finally:
                        self._at_work.discard(claimed.id)
            except Exception:  # the database or the store may be away for a while; the lease brings the image back
                LOG.exception("an image could not be scored; trying again")
                self._ending.wait(IDLE)

    def _score(self, claimed: queue.Claimed) -> None:
        begun, pools = time.monotonic(), self._current()
        data = self.store.get(claimed.sha256)
        try:
            scored = pools.scoring.score(
                claimed.name, data, archived(claimed.id), claimed.received or "", claimed.sender or ""
            )
        except BadArchive:
            raise  # it may be away for a while; the lease brings the image back
        except RealfakeError as error:
            self._write(claimed, {"status": queue.FAILED, "error": str(error), "verdict": "error"}, None, pools)
            self.told(time.monotonic() - begun, "error")
            return
        live, past = scored.predictions[0], linked(scored.past)
        values = {
            "status": queue.DONE,
            "model": pools.wanted[0].sha256,
            **{name: live[name] for name in ("score", "probability", "verdict")},
            "channel": scored.row.get("format"),
            "app": f"screen {past['template']}" if past and past["template"] else None,
            "earlier": past["image"] if past else None,
            "result": named(live)
            | {"display": scored.display, "note": scored.row.get("note"), "content": scored.content, "archive": past},
        }
        self._write(claimed, values, scored, pools)
        self.told(time.monotonic() - begun, str(live["verdict"]))

    def _write(self, claimed: queue.Claimed, values: dict[str, Any], scored: Scored | None, pools: _Pools) -> None:
        now, share = time.time(), self.settings.random_share
        drawn = scored is not None and CHANCE.random() < share
        values |= {"scored": now, "drawn": drawn, "draw_share": share}
        if values.get("probability") is not None:
            values["expected_loss"] = values["probability"] * IMAGES.c.expected_amount
        with self.database.write() as connection:
            if not queue.finish(connection, claimed.id, self.instance, values):
                return  # another instance has it now
            if scored is not None:
                self._write_scores(connection, claimed.id, scored, pools, now)
            if self.settings.webhook:
                connection.execute(sa.insert(DELIVERIES).values(image=claimed.id, next=now))
        keep = self.settings.keep
        if keep == "none" or (keep == "flagged" and values["verdict"] not in LOOKED_AT):
            waiting = IMAGES.c.status.in_((queue.QUEUED, queue.RUNNING))
            flagged = IMAGES.c.verdict.in_(LOOKED_AT) if keep == "flagged" else sa.false()
            discard(self.database, self.store, claimed.sha256, waiting | flagged)

    def _write_scores(self, connection: sa.Connection, image: str, scored: Scored, pools: _Pools, now: float) -> None:
        for number, (model, said) in enumerate(zip(pools.wanted, scored.predictions, strict=True)):
            names = ("score", "probability", "verdict", "threshold")
            told = {name: said[name] for name in names}
            connection.execute(
                sa.insert(SCORES).values(image=image, model=model.sha256, shadow=number > 0, at=now, **told)
            )
        packed = zlib.compress(json.dumps(scored.row).encode(), 1)
        connection.execute(
            sa.insert(FEATURES).values(
                image=image, model=pools.wanted[0].sha256, phash=scored.row.get("phash"), row=packed
            )
        )


def linked(past: dict[str, Any] | None) -> dict[str, Any] | None:
    """What an archive says, with `image`, the id of the earlier image where it came to the desk too."""
    if past is None:
        return None
    name = str(past["earlier"] or "")
    image = name.removeprefix(IN_ARCHIVE) if name.startswith(IN_ARCHIVE) else None
    return named(past) | {"image": image}


def named(told: dict[str, Any]) -> dict[str, Any]:
    """The same with images of the desk named in its sentences as people know them: by the beginning of their id."""
    text = re.sub(rf"{IN_ARCHIVE}([0-9a-f]{{12}})[0-9a-f]{{20}}", r"image \1", json.dumps(told))
    found: dict[str, Any] = json.loads(text)
    return found


class _Pools:
    """Worker processes with the models in use: some that score, and one that shows, so that nobody waits to look."""

    def __init__(self, wanted: tuple[models.Named, ...], settings: Settings) -> None:
        self.wanted = wanted
        loaded = [models.load(one, settings) for one in wanted]
        limits = settings.limits
        workers = Workers(settings.workers, limits)
        self.scoring = ScoringPool(loaded, workers, settings.families, settings.reader, settings.archive)
        self.showing = ScoringPool(loaded[:1], Workers(1, limits))

    def close(self) -> None:
        """End the processes when what they do is done."""
        self.scoring.close()
        self.showing.close()
