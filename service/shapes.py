"""What the API takes and gives, as OpenAPI describes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from realfake.service.access import LONGEST, SHORTEST
from realfake.service.decisions import LONGEST_WHY

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")]
Line = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Strict(BaseModel):
    """What is taken: nothing besides what is named."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why a request was not carried out, in one sentence."""

    detail: str


class Suspect(BaseModel):
    """A word that looks edited: its box (x, y, width, height in pixels of the stored picture), score and reasons."""

    box: list[int]
    score: float | None
    reasons: list[str]


class Opinion(BaseModel):
    """What one person said of an image."""

    label: str
    who: str
    why: str | None
    field: str | None
    at: float


class ShadowScore(BaseModel):
    """What the model in the shadow said."""

    model: str
    score: float | None
    probability: float | None
    verdict: str
    threshold: float | None


class Image(BaseModel):
    """All that is known of an image; times are seconds since 1970."""

    id: str
    status: Literal["queued", "running", "done", "failed"]
    error: str | None
    name: str
    sha256: str
    submitted: float
    scored: float | None
    sender: str | None
    expected_amount: float | None
    expected_receiver: str | None
    received: str | None
    reference: str | None
    score: float | None
    probability: float | None
    verdict: str | None
    threshold: float | None
    review_threshold: float | None
    expected_loss: float | None
    reasons: str | None
    suspects: list[Suspect]
    width: int | None
    height: int | None
    note: str | None
    model_sha256: str | None
    content: Any = Field(description="what the receipt says, where it was read")
    archive: Any = Field(description="links to what was received before, where there is an archive")
    expected_stands: Any = Field(description="whether the expected values stand on the receipt, where it was read")
    label: str | None
    labelled: float | None
    needs_two: bool
    stored: bool
    opinions: list[Opinion] = []
    shadow: list[ShadowScore] = []


class Queue(BaseModel):
    """A part of the queue, and how many there are in all."""

    total: int
    images: list[Image]


class Next(BaseModel):
    """An image to label, and why it."""

    image: Image
    why: str


class Batch(BaseModel):
    """How far a batch is."""

    id: str
    images: list[str]
    total: int
    done: int
    failed: int
    finished: bool


class LabelGiven(Strict):
    """What somebody says of an image."""

    label: Literal["fake", "genuine", "unsure"]
    who: Line | None = Field(None, description="the person for whom an API key speaks")
    why: Annotated[str, Field(max_length=LONGEST_WHY, pattern=r"^[^\x00-\x1f\x7f]*$")] | None = None
    field: Line | None = Field(None, description="what was altered, such as amount")


class ModelChosen(Strict):
    """A model by the name of its folder, and what for; the model in use as shadow empties the shadow."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Literal["live", "shadow"] = "live"


class ModelInUse(BaseModel):
    """A model that scores."""

    name: str
    sha256: str
    role: str


class ModelsKnown(BaseModel):
    """The models in use, those that may be chosen, and how the shadow compares."""

    in_use: list[ModelInUse]
    available: list[str]
    comparison: Any


class KeyWanted(Strict):
    """An API key to be made."""

    name: Name
    scopes: Annotated[list[Literal["submit", "review", "admin"]], Field(min_length=1)]


class KeyMade(BaseModel):
    """An API key, shown this once."""

    name: str
    key: str


class UserWanted(Strict):
    """A person to be let in."""

    name: Name
    password: Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]
    role: Literal["review", "admin"] = "review"


class Done(BaseModel):
    """It is done."""

    done: bool = True


class Health(BaseModel):
    """Whether the service answers and its workers are ready."""

    status: Literal["ok", "starting"]
    waiting: int
