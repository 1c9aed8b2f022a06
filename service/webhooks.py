"""Telling another system what came of an image: signed, tried again, and only to an address of the operator's."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import sqlalchemy as sa

from realfake.service.database import Database
from realfake.service.listing import found
from realfake.service.schema import DELIVERIES
from realfake.service.settings import Settings

LOG = logging.getLogger(__name__)
SIGNATURE = "X-Realfake-Signature"
PAUSE = 1.0  # seconds between looks
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 3600.0  # seconds until the next try; doubled each time
MOST_TRIES = 20
PATIENCE = 10.0  # seconds that an answer may take
AT_ONCE = 20


def signature(secret: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over the time and the body, as the receiver reckons it."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def deliver(database: Database, settings: Settings) -> None:
    """Tell what is due."""
    if not settings.webhook:
        return
    now = time.time()
    due = sa.select(DELIVERIES).where(DELIVERIES.c.next <= now).order_by(DELIVERIES.c.next).limit(AT_ONCE)
    with database.write() as connection:
        rows = connection.execute(due.with_for_update(skip_locked=True)).all()
        for row in rows:  # so that no other instance tells it while this one does
            pause = min(FIRST_PAUSE * 2**row.attempts, LONGEST_PAUSE) + PATIENCE
            values = {"attempts": row.attempts + 1, "next": now + pause if row.attempts + 1 < MOST_TRIES else None}
            connection.execute(sa.update(DELIVERIES).where(DELIVERIES.c.number == row.number).values(**values))
    for row in rows:
        error = _post(settings, found(database, row.image, settings.second_opinion))
        told = {"error": error} if error else {"arrived": time.time(), "next": None, "error": None}
        with database.write() as connection:
            connection.execute(sa.update(DELIVERIES).where(DELIVERIES.c.number == row.number).values(**told))


def _post(settings: Settings, what: dict[str, object]) -> str:
    """Post a result; why it did not arrive, or nothing."""
    assert settings.webhook is not None
    body, at = json.dumps(what, sort_keys=True).encode(), f"{time.time():.0f}"
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: f"t={at},v1={signature(settings.webhook_secret, at, body)}",
    }
    try:
        with _OPENER.open(Request(settings.webhook, body, headers, method="POST"), timeout=PATIENCE):
            return ""
    except (URLError, OSError, ValueError) as error:
        LOG.warning("the webhook did not take a result (%s); it is tried again", error)
        return str(error)[:500]


class _NoRedirect(HTTPRedirectHandler):
    """The receiver may not send results elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = build_opener(_NoRedirect)


class Errands:
    """A thread that does small things again and again; one that fails does not keep the others from being done."""

    def __init__(self, things: Sequence[Callable[[], None]], pause: float = PAUSE) -> None:
        self._things, self._pause = things, pause
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the thing under way."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(self._pause):
            for thing in self._things:
                try:
                    thing()
                except Exception:  # the database may be away for a while
                    LOG.exception("an errand failed; trying again")
