"""The review page: server-rendered, by keyboard or pointer, with or without script."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from realfake.service import decisions, listing
from realfake.service.access import ADMIN, REVIEW, SESSION, Caller
from realfake.service.api import AskedDesk, ImageId
from realfake.service.choice import next_to_label
from realfake.service.desk import COOKIE, Desk, address_of, caller_of
from realfake.service.erasure import ERASED
from realfake.service.errors import Refused, TooMany, Unauthenticated
from realfake.service.schema import AUDIT, IMAGES

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
SHOWN = {
    "open": "to decide", "alarms": "alarms", "drawn": "drawn by chance", "second opinion": "awaiting a second opinion",
    "learn": "worth most to learn from", "undecided": "not decided", "decided": "decided", "failed": "failed",
    "all": "all",
}  # fmt: skip
ORDERS = {"score": "score", "loss": "expected loss", "age": "oldest first", "newest": "newest first"}
FIELDS = ("amount", "date", "name", "account", "reference", "status", "other")
NAMES = {"expected_amount": "Amount", "expected_receiver": "Receiver", "reference": "Reference"}
KINDS = {
    "desk.css": "text/css",
    "icon.svg": "image/svg+xml",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
}
LEARN = "learn"
PAIRS = 6  # words that differ from an earlier image, shown large
SOME = 4  # values that were read, beside one that is expected
KIND_OF = {"expected_amount": "amount", "expected_receiver": "name", "reference": "identifier"}
LOG_ROWS = 200

router = APIRouter(include_in_schema=False)


def reviewer(request: Request) -> Caller:
    """A person who may review; everybody else is sent to log in."""
    caller = caller_of(request)
    caller.needs(REVIEW)
    return caller


Reviewer = Annotated[Caller, Depends(reviewer)]
LastId = Annotated[str, Query(pattern="^([0-9a-f]{32})?$")]


@router.get("/static/{name}")
def static(name: str) -> Response:
    """A file of the page."""
    if name not in KINDS:
        return Response(status_code=404)
    return Response((STATIC / name).read_bytes(), media_type=KINDS[name], headers={"Cache-Control": "max-age=3600"})


@router.get("/")
def root() -> Response:
    """The queue is where one begins."""
    return RedirectResponse("/review")


@router.get("/login")
def login_page(desk: AskedDesk) -> Response:
    """Where a name and a password are asked for."""
    return RedirectResponse("/review") if desk.access.open else page("login.html", caller=None, problem="")


@router.post("/login")
async def login(request: Request, desk: AskedDesk) -> Response:
    """Begin a session."""
    form = await request.form()
    name, password = str(form.get("name", "")), str(form.get("password", ""))
    try:
        cookie = await run_in_threadpool(desk.access.log_in, name, password, address_of(request))
    except (Unauthenticated, TooMany) as refused:
        return page("login.html", refused.status, caller=None, problem=str(refused))
    answer = RedirectResponse("/review", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, cookie, max_age=int(SESSION), httponly=True, secure=secure, samesite="strict")
    return answer


@router.post("/logout")
async def logout(request: Request, desk: AskedDesk) -> Response:
    """End the session."""
    await _meant(request, desk)
    await run_in_threadpool(desk.access.log_out, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/review")
def review(request: Request, desk: AskedDesk, caller: Reviewer) -> Response:
    """The queue."""
    wanted = wanted_of(request)
    if wanted.show == LEARN:
        rows = [row for row, _ in next_to_label(desk.database, listing.ON_PAGE)]
        total = len(rows)
    else:
        rows, total = listing.listed(desk.database, wanted)
    step = listing.ON_PAGE
    return page(
        "queue.html",
        caller=caller,
        open=desk.access.open,
        here="review",
        rows=rows,
        total=total,
        wanted=wanted,
        shown=SHOWN,
        orders=ORDERS,
        query=query_of(wanted),
        earlier=query_of(wanted, skip=max(0, wanted.skip - step)),
        later=query_of(wanted, skip=wanted.skip + step),
    )


@router.get("/review/{image}")
def case(image: ImageId, request: Request, desk: AskedDesk, caller: Reviewer, last: LastId = "") -> Response:
    """One image, to be decided on."""
    return page("case.html", **_case(desk, caller, image, wanted_of(request), last))


@router.get("/review/{image}/picture.png")
def picture(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Response:
    """The pixels of an upload."""
    return desk.picture(image)


@router.get("/review/{image}/earlier.webp")
def earlier(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Response:
    """The small picture that an archive keeps of the earlier image."""
    return desk.earlier(image)


@router.get("/review/{image}/case")
def whole_case(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Response:
    """The self-contained page on an image."""
    return desk.case(image)


@router.get("/review/{image}/case.pdf")
def whole_case_pdf(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Response:
    """The same as PDF."""
    return desk.case_pdf(image)


@router.post("/review/{image}/label")
async def label(image: ImageId, request: Request, desk: AskedDesk) -> Response:
    """Decide, and go on to the next."""
    caller, form = await _meant(request, desk)
    wanted = wanted_of(request)
    said = {name: str(form.get(name, "")) or None for name in ("why", "field")}

    def decide() -> str | None:
        following = _following(desk, wanted, image)
        desk.decide(caller, image, str(form.get("label", "")), **said)
        return following

    following = await run_in_threadpool(decide)
    return await run_in_threadpool(_go_on, request, desk, caller, following, wanted, image)


@router.post("/review/{image}/undo")
async def undo(image: ImageId, request: Request, desk: AskedDesk) -> Response:
    """Take back, and look at it again."""
    caller, _ = await _meant(request, desk)
    await run_in_threadpool(decisions.undo, desk.database, caller, image, desk.settings.second_opinion)
    return await run_in_threadpool(_go_on, request, desk, caller, image, wanted_of(request), "")


@router.get("/statistics")
def statistics(desk: AskedDesk, caller: Reviewer) -> Response:
    """What the desk has seen and decided."""
    return page("statistics.html", caller=caller, open=desk.access.open, here="statistics", **desk.statistics())


@router.get("/models")
def ask_models(desk: AskedDesk, caller: Reviewer) -> Response:
    """Which models score, and which might."""
    known = desk.models()
    return page(
        "models.html",
        caller=caller,
        open=desk.access.open,
        here="models",
        in_use={one["name"]: one for one in reversed(known["in_use"])},
        available=known["available"],
        comparison=known["comparison"],
        folder=desk.settings.models,
        may_switch=ADMIN in caller.scopes,
    )


@router.post("/models")
async def choose_model(request: Request, desk: AskedDesk) -> Response:
    """Switch the model."""
    caller, form = await _meant(request, desk)
    caller.needs(ADMIN)
    await run_in_threadpool(desk.choose_model, str(form.get("name", "")), str(form.get("role", "")), caller.name)
    return RedirectResponse("/models", 303)


@router.get("/audit")
def audit(desk: AskedDesk, caller: Reviewer) -> Response:
    """Who did what, newest first."""
    latest = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(LOG_ROWS)
    with desk.database.read() as connection:
        rows = connection.execute(latest).mappings().all()
    return page("audit.html", caller=caller, open=desk.access.open, here="audit", rows=rows)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A template as an answer."""
    return Response(ENVIRONMENT.get_template(template).render(**values), status, media_type="text/html")


def wanted_of(request: Request) -> listing.Wanted:
    """What an address asks for; what is not understood is as if not said."""
    asked = request.query_params
    show, order = asked.get("show", "open"), asked.get("order", "score")
    return listing.Wanted(
        show if show in SHOWN else "open",
        order if order in listing.ORDERS else "score",
        _clean(asked.get("sender")),
        _clean(asked.get("reference")),
        _number(asked.get("least_amount")),
        skip=int(min(_number(asked.get("skip")) or 0, 1_000_000)),
    )


def query_of(wanted: listing.Wanted, skip: int = 0) -> str:
    """The address that asks for it."""
    known = {
        "show": wanted.show,
        "order": wanted.order,
        "sender": wanted.sender,
        "reference": wanted.reference,
        "least_amount": wanted.least_amount,
        "skip": skip or None,
    }
    return urlencode({name: value for name, value in known.items() if value is not None})


def _case(desk: Desk, caller: Caller, image: str, wanted: listing.Wanted, last: str) -> dict[str, Any]:
    limit = desk.settings.second_opinion
    with desk.database.read() as connection:
        row = listing.one_row(connection, image)
        opinions = decisions.said_of(connection, image)
        before = connection.execute(sa.select(IMAGES).where(IMAGES.c.id == last)).mappings().one_or_none()
        mine = [one["label"] for one in decisions.said_of(connection, last) if one["undone"] is None] if before else []
    told, result = listing.told(row, limit), row["result"] or {}
    display = result.get("display") if row["stored"] else None
    return {
        "caller": caller,
        "open": desk.access.open,
        "here": "review",
        "row": told | {"drawn": row["drawn"], "opinions": row["opinions"]},
        "shown": display,
        "earlier": _earlier(told, display),
        "expected": expected_of(told),
        "suspects": [one for one in told["suspects"] if not _is_of_archive(one)],
        "content": [(one["label"] or one["key"] or "–", one["text"]) for one in told["content"] or []],
        "facts": facts_of(told),
        "opinions": opinions,
        "needs_two": told["needs_two"],
        "second_opinion": limit,
        "fields": FIELDS,
        "query": query_of(wanted),
        "following": _following(desk, wanted, image),
        "last": {"id": last, "name": before["name"], "label": mine[-1]} if before and mine else None,
    }


def _is_of_archive(suspect: dict[str, Any]) -> bool:
    """Whether a suspect only says that a word differs from an earlier image, which is shown beside it."""
    return all(reason.startswith("differs from ") for reason in suspect["reasons"])


def _following(desk: Desk, wanted: listing.Wanted, image: str) -> str | None:
    """The image to look at after one."""
    if wanted.show != LEARN:
        return listing.after(desk.database, wanted, image)
    chosen = [row["id"] for row, _ in next_to_label(desk.database, listing.ON_PAGE)]
    return next((one for one in chosen if one != image), None)


def _earlier(told: dict[str, Any], display: dict[str, Any] | None) -> dict[str, Any] | None:
    """The earlier picture, and how it is laid over this one; None where there is none to show."""
    past = told["archive"] or {}
    if not display or "shown" not in past or past["earlier"] == ERASED:
        return None
    picture = f"/review/{past['image']}/picture.png" if past["image"] else f"/review/{told['id']}/earlier.webp"
    shown: dict[str, Any] = past["shown"]
    return shown | {"picture": picture, "pairs": shown["pairs"][:PAIRS]}


def expected_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What the client expects beside what was read, for each value that they named."""
    found = []
    for name, stands in (told["expected_stands"] or {}).items():
        read = [one["text"] for one in told["content"] if one["kind"] == KIND_OF[name]]
        expected = amount(told[name]) if name == "expected_amount" else told[name]
        found.append({"name": NAMES[name], "expected": expected, "stands": stands, "read": ", ".join(read[:SOME])})
    return found


def facts_of(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What is said and known of an image, for a reader."""
    known = [
        ("Sender", told["sender"]),
        ("Expected amount", amount(told["expected_amount"])),
        ("Expected receiver", told["expected_receiver"]),
        ("Received", told["received"]),
        ("Reference", told["reference"]),
        ("Expected loss", amount(told["expected_loss"])),
        ("Came in", when(told["submitted"])),
        ("Score", "" if told["score"] is None else f"{told['score']:.3f}"),
        ("Alarm above", "" if told["threshold"] is None else f"{told['threshold']:.3f}"),
        ("Size", f"{told['width']} × {told['height']}" if told["width"] else ""),
        ("File", told["note"]),
        ("SHA-256", told["sha256"]),
        ("Model", (told["model_sha256"] or "")[:12]),
    ]
    return [(name, value) for name, value in known if value]


def _go_on(
    request: Request, desk: Desk, caller: Caller, image: str | None, wanted: listing.Wanted, last: str
) -> Response:
    query = query_of(wanted) + (f"&last={last}" if last else "")
    address = f"/review/{image}?{query}" if image else f"/review?{query}"
    if "hx-request" not in request.headers:
        return RedirectResponse(address, 303)
    if image is None:
        return Response(headers={"HX-Redirect": address})
    values = _case(desk, caller, image, wanted, last)
    title = Markup("<title>{} · realfake</title>").format(values["row"]["name"])
    answer = page("part.html", **values)
    return Response(
        title.encode() + bytes(answer.body), media_type="text/html", headers={"HX-Push-Url": address.split("&last=")[0]}
    )


async def _meant(request: Request, desk: Desk) -> tuple[Caller, Any]:
    """Who sent a form of ours, and the form."""
    form = await request.form()
    caller = await run_in_threadpool(desk.access.by_cookie, request.cookies.get(COOKIE, ""))
    caller.needs(REVIEW)
    caller.proves(request.headers.get("x-csrf-token") or str(form.get("csrf", "")))
    return caller, form


def to_login(request: Request, refused: Refused) -> Response:
    """What a person sees who is not let in: where to log in, or the sentence why not."""
    if isinstance(refused, Unauthenticated):
        return (
            Response(headers={"HX-Redirect": "/login"})
            if "hx-request" in request.headers
            else RedirectResponse("/login", 303)
        )
    return page("problem.html", refused.status, caller=None, problem=str(refused))


def when(at: float | None) -> str:
    """A time, in UTC."""
    if at is None:
        return ""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M")


def amount(value: float | None) -> str:
    """An amount with two decimals."""
    return "" if value is None else f"{value:,.2f}"


def share(value: float | None) -> str:
    """A share in per cent, with the digits that count."""
    if value is None or value != value:
        return "–" if value is not None else ""
    return f"{100 * value:.{0 if value >= 0.1 else 1 if value >= 0.01 else 2}f} %"


def verdict(name: str) -> Markup:
    """A verdict as a coloured word."""
    return Markup('<span class="verdict {}">{}</span>').format(name.replace(" ", "-"), name)


def _clean(text: str | None) -> str | None:
    return text.replace("\0", "") or None if text else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e15 else None


ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
ENVIRONMENT.globals.update(when=when, amount=amount, share=share, verdict=verdict)
