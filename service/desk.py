"""One desk: what its routes share, made once when the service starts."""

from __future__ import annotations

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response

from realfake.forensics.errors import RealfakeError
from realfake.pipeline import archive
from realfake.service import decisions, erasure, listing, models, queue, statistics, webhooks
from realfake.service.access import Access, Caller, Limiter
from realfake.service.database import Database
from realfake.service.errors import Conflict, NotFound, Unauthenticated, Unprocessable
from realfake.service.scoring import Scoring
from realfake.service.settings import Settings
from realfake.service.store import ImageStore

COOKIE = "realfake_desk"
SAFE = ("GET", "HEAD", "OPTIONS")
SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # of pages that show an upload
SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)


class Desk:
    """The parts of a running service.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    RealfakeError
        If the database, the store or the model cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database)
        self.store = ImageStore(settings.images)
        self.access = Access(self.database)
        self.limiter = Limiter(settings.requests_per_minute)
        self.metrics = CollectorRegistry()
        self._verdicts = Counter("realfake_images", "Images scored", ["verdict"], registry=self.metrics)
        self._seconds = Histogram("realfake_seconds", "Seconds to score", buckets=SECONDS, registry=self.metrics)
        waiting = Gauge("realfake_waiting", "Images that are not yet scored", registry=self.metrics)
        waiting.set_function(lambda: queue.waiting(self.database))
        self.scoring = Scoring(self.database, self.store, settings, self._count)
        self.errands = webhooks.Errands(
            [
                lambda: webhooks.deliver(self.database, settings),
                lambda: erasure.erase_old(self.database, self.store, settings.retention_days, settings.archive),
            ]
        )

    def start(self) -> None:
        """Begin to score."""
        self.scoring.start()
        self.errands.start()

    def stop(self) -> None:
        """End after what is under way."""
        self.errands.stop()
        self.scoring.stop()
        self.database.close()

    def found(self, image: str) -> dict[str, Any]:
        """All that is known of an image, as the API tells it."""
        return listing.found(self.database, image, self.settings.second_opinion)

    def decide(self, caller: Caller, image: str, label: str, **said: str | None) -> None:
        """Say what an image is."""
        limit = self.settings.second_opinion
        decisions.decide(self.database, caller, image, label, second_opinion=limit, **said)

    def models(self) -> dict[str, Any]:
        """The models in use, those that may be chosen, and how the one in the shadow compares with the live one."""
        roles = zip(models.in_use(self.database), models.ROLES, strict=False)
        return {
            "in_use": [{"name": one.name, "sha256": one.sha256, "role": role} for one, role in roles],
            "available": sorted(models.available(self.settings)),
            "comparison": statistics.shadow_comparison(self.database),
        }

    def choose_model(self, name: str, role: str, who: str) -> None:
        """Put a model to use, or into the shadow, from the next image on."""
        models.choose(self.database, self.settings, name, role, who)
        self.scoring.follow()

    def picture(self, image: str) -> Response:
        """The pixels of an upload as a PNG of our own making."""
        row, data = self._upload(image)
        display = (row["result"] or {}).get("display") or {"frame": 1, "turn": 1}
        png = self.scoring.picture(row["name"], data, display["frame"], display["turn"])
        return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    def earlier(self, image: str) -> Response:
        """The small picture that the archive keeps of what an image is a copy of."""
        with self.database.read() as connection:
            past = (listing.one_row(connection, image)["result"] or {}).get("archive")
        if not past or not self.settings.archive:
            raise NotFound("no archive tells of an earlier image")
        small = archive.picture(past["earlier"], self.settings.archive)
        if small is None:
            raise NotFound("the archive keeps no picture of the earlier image")
        return Response(small, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})

    def case(self, image: str) -> Response:
        """The page on an image, which shows what was uploaded and may therefore do nothing."""
        return Response(self._page(image), media_type="text/html", headers={"Content-Security-Policy": SANDBOX})

    def case_pdf(self, image: str) -> Response:
        """The same, to be printed or sent."""
        from realfake.service.pdf import pdf_of

        pdf = pdf_of(self._page(image))
        headers = {"Content-Disposition": f'attachment; filename="case-{image[:12]}.pdf"'}
        return Response(pdf, media_type="application/pdf", headers=headers)

    def statistics(self) -> dict[str, Any]:
        """What a day brings, how right the alarms are, and whether the stream still looks as in training."""
        return statistics.all_of(self.database, self.settings, time.time())

    def _page(self, image: str) -> str:
        row, data = self._upload(image)
        if row["status"] == queue.FAILED:
            raise Unprocessable(row["error"])
        if row["status"] != queue.DONE:
            raise Conflict("the image is not scored yet; wait for it")
        return self.scoring.explain(row["name"], data)

    def _upload(self, image: str) -> tuple[dict[str, Any], bytes]:
        with self.database.read() as connection:
            row = listing.one_row(connection, image)
        if not row["stored"]:
            raise NotFound("the file of this image is no longer kept")
        try:
            return row, self.store.get(row["sha256"])
        except RealfakeError as error:
            raise NotFound(str(error)) from None

    def _count(self, seconds: float, verdict: str) -> None:
        self._verdicts.labels(verdict).inc()
        self._seconds.observe(seconds)


def desk_of(request: Request) -> Desk:
    """The desk of the application that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def caller_of(request: Request) -> Caller:
    """Who sent a request, and that they meant it.

    Raises
    ------
    Unauthenticated, Forbidden, TooMany
        If nobody knows them, a page of somebody else may have sent it, or they ask too often.
    """
    desk = desk_of(request)
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    try:
        if kind:
            if kind.lower() != "bearer":
                raise Unauthenticated("send the API key as: Authorization: Bearer KEY")
            caller = desk.access.by_key(key.strip())
        else:
            caller = desk.access.by_cookie(request.cookies.get(COOKIE, ""))
    except Unauthenticated:
        desk.limiter.count(f"address {address_of(request)}")
        raise
    desk.limiter.count(f"caller {caller.name}")
    if not kind and not desk.access.open and request.method not in SAFE:
        caller.proves(request.headers.get("x-csrf-token", ""))
    return caller


def address_of(request: Request) -> str:
    """Where a request came from."""
    return request.client.host if request.client else "nowhere"
