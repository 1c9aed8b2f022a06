"""What is said of an image in the end; a verdict never claims more than the evidence."""

from __future__ import annotations

from enum import StrEnum

CONTRADICTIONS = "contradictions"  # column: what on the screen contradicts what else it says, or its app's habits
FILE = ("sha256", "width", "height")  # of the image, empty where it cannot be read
PREDICTION = (
    "path", "probability", "verdict", "reasons", "suspects", CONTRADICTIONS,
    "score", "threshold", "review_threshold", *FILE, "model_sha256", "model_version",
)  # fmt: skip
PAST = ("case", "earlier")  # columns of a prediction that knows an archive
TOLD, MEASURED = "told", "measured"  # what a prediction carries from its worker besides its columns


class Verdict(StrEnum):
    """From the least to the gravest, as one of several pictures in a file stands for all of them."""

    NO_SIGN = "no sign of editing"  # which does not say that the image is genuine
    CANNOT_TELL = "cannot tell"  # measured, and not to be judged
    ERROR = "error"  # could not be measured
    REVIEW = "review"
    FAKE = "fake"

    @property
    def gravity(self) -> int:
        """0 for the least."""
        return list(Verdict).index(self)

    @property
    def worth_a_look(self) -> Verdict:
        """The same, but `REVIEW` at least."""
        return max(Verdict.REVIEW, self, key=lambda one: one.gravity)
