"""The HTTP API: one function a route, which checks who asks, calls one function and tells what came of it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from realfake.service import decisions, erasure, intake, listing, queue, shapes
from realfake.service.access import ADMIN, REVIEW, SUBMIT, Caller
from realfake.service.choice import next_to_label
from realfake.service.desk import Desk, caller_of, desk_of
from realfake.service.errors import Forbidden, TooLarge, Unprocessable
from realfake.service.export import labelled_table

LONGEST_WAIT = 60.0  # seconds
LOOK_AGAIN = 0.05  # seconds between looks for a result that somebody waits for
MOST_FILES = 500  # of a batch
MOST_BATCH_BYTES = 4  # times those of one file
BYTES = ("image/", "application/octet-stream", "application/pdf")
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": shapes.Problem, "description": why}
    for status, why in {
        400: "not understood", 401: "nobody whom the desk knows", 403: "not allowed", 404: "no such thing",
        409: "against what was said before", 413: "too large", 415: "of a kind that is not taken",
        422: "of no use, as one sentence says", 429: "too many requests", 503: "not now",
    }.items()
}  # fmt: skip
LINE = {"type": "string", "maxLength": intake.LONGEST, "pattern": "^[^\\x00-\\x1f\\x7f]*$"}
FIELDS: dict[str, Any] = {
    "sender": LINE,
    "expected_amount": {"type": "number", "minimum": 0, "maximum": intake.MOST_AMOUNT},
    "expected_receiver": LINE,
    "received": LINE,
    "reference": LINE,
}
BINARY = {"type": "string", "format": "binary", "minLength": 1}
ONE_FILE: dict[str, Any] = {
    "parameters": [
        {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": intake.LONGEST_KEY}},
        {"name": "name", "in": "query", "schema": {"type": "string"}, "description": "of a file sent as bytes"},
        *({"name": name, "in": "query", "schema": schema} for name, schema in FIELDS.items()),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": BINARY, **FIELDS},
                    "additionalProperties": False,
                }
            },
            "application/octet-stream": {"schema": BINARY},
        },
    },
}
MANY_FILES = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "minItems": 1, "maxItems": MOST_FILES, "items": BINARY},
                        "said": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "a list with an object of fields for each file, in their order",
                        },
                    },
                    "additionalProperties": False,
                }
            }
        },
    },
}
ImageId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="id of an image")]
AskedDesk = Annotated[Desk, Depends(desk_of)]

router = APIRouter(prefix="/v1", responses=PROBLEMS)


def may(scope: str) -> Any:
    """The caller of a request, who must have a scope."""

    def check(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        caller.needs(scope)
        return caller

    return Depends(check)


Submitter = Annotated[Caller, may(SUBMIT)]
Reviewer = Annotated[Caller, may(REVIEW)]
Admin = Annotated[Caller, may(ADMIN)]


@router.post(
    "/images",
    status_code=202,
    response_model=shapes.Image,
    responses={200: {"model": shapes.Image, "description": "scored"}},
    openapi_extra=ONE_FILE,
)
async def submit(
    request: Request,
    response: Response,
    desk: AskedDesk,
    caller: Submitter,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for the result")] = 0.0,
) -> Any:
    """Take an image in: as multipart with fields, or its bytes as the body with fields in the address.

    Sent again, the same image with the same words is the same image; the header Idempotency-Key says so of anything.
    202 means that it is stored and will be scored; with `wait`, 200 brings the result. An image that cannot be measured
    gives 422 with a sentence, where it was waited for.
    """
    file = await _one_file(request)
    settings = desk.settings
    (image,), _, _ = await run_in_threadpool(
        intake.take, desk.database, desk.store, [file], caller.name, settings.most_bytes
    )
    desk.scoring.wake()
    told = await run_in_threadpool(desk.found, image)
    ends = time.monotonic() + wait
    while told["status"] not in (queue.DONE, queue.FAILED) and time.monotonic() < ends:
        await asyncio.sleep(LOOK_AGAIN)
        told = await run_in_threadpool(desk.found, image)
    if wait and told["status"] == queue.FAILED:
        raise Unprocessable(told["error"])
    if told["status"] == queue.DONE:
        response.status_code = 200
    return told


@router.get("/images/{image}", response_model=shapes.Image)
def image(image: ImageId, desk: AskedDesk, caller: Annotated[Caller, Depends(caller_of)]) -> Any:
    """All that is known of an image."""
    if not caller.scopes & {SUBMIT, REVIEW}:
        caller.needs(SUBMIT)
    return desk.found(image)


@router.delete("/images/{image}", response_model=shapes.Done)
def erase(image: ImageId, desk: AskedDesk, caller: Admin) -> Any:
    """Erase an image and all about it: file, scores, features, labels, what the archive remembers; the audit log keeps
    that it was erased."""
    erasure.erase(desk.database, desk.store, image, caller.name, desk.settings.archive)
    return {}


@router.put("/images/{image}/label", response_model=shapes.Image)
def label(image: ImageId, given: shapes.LabelGiven, desk: AskedDesk, caller: Reviewer) -> Any:
    """Say whether an image is fake, genuine, or cannot be told."""
    desk.decide(caller, image, given.label, who=given.who, why=given.why, field=given.field)
    return desk.found(image)


@router.delete("/images/{image}/label", response_model=shapes.Image)
def undo(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Any:
    """Take back what the caller said last of an image."""
    decisions.undo(desk.database, caller, image, desk.settings.second_opinion)
    return desk.found(image)


@router.get("/images/{image}/case", response_class=Response, responses={200: {"content": {"text/html": {}}}})
def case(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Response:
    """The case of an image as one HTML page."""
    return desk.case(image)


@router.get("/images/{image}/case.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def case_pdf(image: ImageId, desk: AskedDesk, caller: Reviewer) -> Response:
    """The case of an image as PDF."""
    return desk.case_pdf(image)


@router.post("/batches", status_code=202, response_model=shapes.Batch, openapi_extra=MANY_FILES)
async def submit_many(request: Request, desk: AskedDesk, caller: Submitter) -> Any:
    """Take many images in at once, all or none."""
    most = desk.settings.most_bytes
    files = await _many_files(request, most * MOST_BATCH_BYTES)
    _, _, batch = await run_in_threadpool(intake.take, desk.database, desk.store, files, caller.name, most, batch=True)
    desk.scoring.wake()
    return await run_in_threadpool(listing.batch_of, desk.database, str(batch))


@router.get("/batches/{batch}", response_model=shapes.Batch)
def batch(batch: ImageId, desk: AskedDesk, caller: Submitter) -> Any:
    """How far a batch is."""
    return listing.batch_of(desk.database, batch)


@router.get("/queue", response_model=shapes.Queue)
def ask_queue(
    desk: AskedDesk,
    caller: Reviewer,
    show: Annotated[Literal[tuple(listing.SHOWN)], Query()] = "open",  # type: ignore[valid-type]
    order: Annotated[Literal[tuple(listing.ORDERS)], Query()] = "score",  # type: ignore[valid-type]
    sender: Annotated[str | None, Query(max_length=intake.LONGEST, pattern=r"^[^\x00]*$")] = None,
    reference: Annotated[str | None, Query(max_length=intake.LONGEST, pattern=r"^[^\x00]*$")] = None,
    least_amount: Annotated[float | None, Query(ge=0, le=intake.MOST_AMOUNT)] = None,
    limit: Annotated[int, Query(ge=1, le=listing.MOST)] = listing.ON_PAGE,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """Images to be looked at, in order of score, expected loss or age."""
    wanted = listing.Wanted(show, order, sender, reference, least_amount, limit, skip)
    rows, total = listing.listed(desk.database, wanted)
    return {"total": total, "images": [listing.told(row, desk.settings.second_opinion) for row in rows]}


@router.get("/label-next", response_model=list[shapes.Next])
def label_next(desk: AskedDesk, caller: Reviewer, count: Annotated[int, Query(ge=1, le=100)] = 20) -> Any:
    """Images whose labels are worth most: those that chance drew, then those that would teach a model most."""
    chosen = next_to_label(desk.database, count)
    return [{"image": listing.told(row, desk.settings.second_opinion), "why": why} for row, why in chosen]


@router.get("/export.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export(desk: AskedDesk, caller: Reviewer) -> Response:
    """The labelled feature table, for `realfake train`."""
    return Response(labelled_table(desk.database, desk.settings.archive).to_csv(index=False), media_type="text/csv")


@router.get("/models", response_model=shapes.ModelsKnown)
def ask_models(desk: AskedDesk, caller: Reviewer) -> Any:
    """The models in use, and how the one in the shadow compares with the live one on the same images."""
    return desk.models()


@router.post("/models", response_model=list[shapes.ModelInUse])
def choose_model(chosen: shapes.ModelChosen, desk: AskedDesk, caller: Admin) -> Any:
    """Put a model to use for every image from now on, or let it score in the shadow."""
    desk.choose_model(chosen.name, chosen.role, caller.name)
    return desk.models()["in_use"]


@router.get("/statistics")
def ask_statistics(desk: AskedDesk, caller: Reviewer) -> dict[str, Any]:
    """Alerts a day, precision of those decided, estimated rates, drift."""
    return desk.statistics()


@router.post("/keys", status_code=201, response_model=shapes.KeyMade)
def make_key(wanted: shapes.KeyWanted, desk: AskedDesk, caller: Admin) -> Any:
    """Make an API key; it is shown this once."""
    return {"name": wanted.name, "key": desk.access.make_key(wanted.name, frozenset(wanted.scopes), caller.name)}


@router.delete("/keys/{name}", response_model=shapes.Done)
def drop_key(name: Annotated[shapes.Name, Path()], desk: AskedDesk, caller: Admin) -> Any:
    """Take an API key back."""
    desk.access.remove("key", name, caller.name)
    return {}


@router.put("/users", response_model=shapes.Done)
def set_user(wanted: shapes.UserWanted, desk: AskedDesk, caller: Admin) -> Any:
    """Let a person in, or change their password and role."""
    if desk.access.open and wanted.role != "admin":
        raise Forbidden("the first person must be an administrator, or nobody could let others in")
    desk.access.set_user(wanted.name, wanted.password, wanted.role, caller.name)
    return {}


@router.delete("/users/{name}", response_model=shapes.Done)
def drop_user(name: Annotated[shapes.Name, Path()], desk: AskedDesk, caller: Admin) -> Any:
    """Shut a person out."""
    if name == caller.name:
        raise Forbidden("you cannot shut yourself out; ask another administrator")
    desk.access.remove("user", name, caller.name)
    return {}


async def _one_file(request: Request) -> intake.File:
    key = request.headers.get("idempotency-key")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    given: dict[str, Any] = {name: value for name, value in request.query_params.items() if name != "wait"}
    name = given.pop("name", "image")
    in_address = intake.said(given)
    if kind.startswith(BYTES):
        return intake.File(name, await request.body(), in_address, key)
    _needs_form(kind)
    async with request.form(max_files=1, max_fields=len(intake.SAID)) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Unprocessable("the form lacks the part 'file' with a file name")
        given |= {field: value for field, value in form.multi_items() if field != "file"}
        return intake.File(file.filename or name, await file.read(), intake.said(given), key)


async def _many_files(request: Request, most_bytes: int) -> list[intake.File]:
    _needs_form(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    async with request.form(max_files=MOST_FILES, max_fields=1) as form:
        parts = [part for name, part in form.multi_items() if name == "files" and isinstance(part, UploadFile)]
        strange = [name for name, _ in form.multi_items() if name not in ("files", "said")]
        if strange or not parts:
            raise Unprocessable("a batch is one or more parts 'files', each with a file name, and at most one 'said'")
        if sum(part.size or 0 for part in parts) > most_bytes:
            raise TooLarge(f"the batch has more than {most_bytes:,} bytes; send it in parts")
        told = _said_list(form.get("said"), len(parts))
        return [
            intake.File(part.filename or "image", await part.read(), said)
            for part, said in zip(parts, told, strict=True)
        ]


def _said_list(given: object, count: int) -> list[intake.Said]:
    if given is None:
        return [intake.Said()] * count
    try:
        said = json.loads(given) if isinstance(given, str) else None
    except ValueError:
        said = None
    if not isinstance(said, list) or len(said) != count or not all(isinstance(one, dict) for one in said):
        raise Unprocessable("'said' must be a JSON list with an object for each file, in their order")
    return [intake.said(one) for one in said]


def _needs_form(kind: str) -> None:
    if kind != "multipart/form-data":
        raise UnknownKind("send multipart/form-data with the part 'file', or the bytes as application/octet-stream")


class UnknownKind(Unprocessable):
    """A body of a kind that is not taken."""

    status = 415
