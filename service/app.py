"""The application: routes, the headers of every answer, and what a request must not do before anybody looks at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any
from urllib.parse import SplitResult, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from realfake.forensics.errors import RealfakeError
from realfake.service import api, pages, queue, shapes
from realfake.service.desk import SAFE, Desk, caller_of, desk_of
from realfake.service.errors import Refused
from realfake.service.settings import is_loopback

CONTENT_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
AROUND = 2**20  # bytes of a request besides its files
SMALL = 2**20  # bytes of a request that brings no files


def application(desk: Desk) -> FastAPI:
    """The application of a desk, which starts and stops with it."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(desk.start)
        yield
        await run_in_threadpool(desk.stop)

    app = FastAPI(
        title="realfake desk",
        version=version("realfake"),
        description="Screens images for manipulation, and keeps what people decide.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.desk = desk
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_api_route("/healthz", healthz, response_model=shapes.Health, responses={503: {"model": shapes.Health}})
    app.add_api_route("/metrics", metrics, response_class=Response, responses=api.PROBLEMS)
    app.add_exception_handler(RealfakeError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_middleware(Guard, desk=desk)
    return app


def healthz(request: Request, response: Response) -> Any:
    """Whether the service answers, and whether its workers are ready."""
    desk = desk_of(request)
    ready = desk.scoring.ready.is_set()
    response.status_code = 200 if ready else 503
    return {"status": "ok" if ready else "starting", "waiting": queue.waiting(desk.database)}


def metrics(request: Request) -> Response:
    """Counters for Prometheus, for whoever may review."""
    caller_of(request).needs("review")
    return Response(generate_latest(desk_of(request).metrics), media_type="text/plain; version=0.0.4")


class Guard:
    """Stands before everything: sizes, foreign pages, and headers.

    A desk without authentication answers only under names of this machine and to nobody behind a proxy, so that neither
    a page elsewhere nor a careless proxy opens it to the world.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        try:
            self._check(scope, headers)
            await self.app(scope, self._limited(scope, headers, receive), with_headers)
        except _Stop as stop:
            if not begun:
                answer = JSONResponse({"detail": stop.sentence}, stop.status)
                await answer(scope, receive, with_headers)

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = _place(f"//{headers.get('host', '')}").hostname or ""
        known = self.desk.settings.hosts
        if self.desk.access.open and (not is_loopback(host) or "x-forwarded-for" in headers or "forwarded" in headers):
            raise _Stop(403, "a desk without authentication answers this machine alone; set REALFAKE_ADMIN_PASSWORD")
        if known and host not in known and not is_loopback(host):
            raise _Stop(400, "the desk is not reached under this name; say --host NAME when it is started")
        if scope["method"] not in SAFE:
            origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
            foreign = origin is not None and _place(origin).netloc != headers.get("host", "")
            if foreign or site not in ("same-origin", "none"):
                raise _Stop(403, "a page of another site may not change anything here")

    def _limited(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        most = self._most(scope["path"])
        stated = headers.get("content-length", "0")
        if not stated.isdecimal() or int(stated) > most:
            raise _Stop(413, f"a request here may have {most:,} bytes at most")
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _Stop(413, f"a request here may have {most:,} bytes at most")
            return message

        return counted

    def _most(self, path: str) -> int:
        file = self.desk.settings.most_bytes
        return {"/v1/images": file + AROUND, "/v1/batches": file * api.MOST_BATCH_BYTES + AROUND}.get(path, SMALL)


def _place(address: str) -> SplitResult:
    """The parts of an address; of one that is none, empty ones."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


class _Stop(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def _told(request: Request, error: Exception) -> Response:
    if isinstance(error, Refused) and not request.url.path.startswith(("/v1/", "/metrics")):
        return pages.to_login(request, error)
    status = error.status if isinstance(error, Refused) else 422
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"detail": str(error)}, status, headers)


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = " ".join(str(part) for part in first["loc"])
    return JSONResponse({"detail": f"{place}: {first['msg']}"[:500].encode("utf-8", "replace").decode()}, 422)


def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # each route knows its own methods alone
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return JSONResponse({"detail": str(error.detail)}, error.status_code, headers)


def _methods(request: Request) -> set[str]:
    """What may be done at the address of a request."""
    found = set[str]()
    for template, operations in request.app.openapi()["paths"].items():
        if compile_path(template)[0].match(request.url.path):
            found |= {method.upper() for method in operations}
    return found
