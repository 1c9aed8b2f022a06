"""How a run over many images went."""

from __future__ import annotations

import logging
from dataclasses import dataclass

LOG = logging.getLogger(__name__)


@dataclass
class Summary:
    """How an extraction went, in images."""

    images: int = 0
    failed: int = 0
    kept: int = 0  # taken over from an earlier run
    first_error: str = ""

    def count(self, error: str) -> None:
        """Add an image, failed where `error` is not empty."""
        if error:
            LOG.info("%s", error)
        self.images += 1
        self.failed += bool(error)
        self.first_error = self.first_error or error
