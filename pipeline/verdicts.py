"""What is said of an image in the end; a verdict never claims more than the evidence."""

from __future__ import annotations

from enum import StrEnum


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
