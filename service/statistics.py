"""What the desk has seen and decided, in figures."""

from __future__ import annotations

from typing import Any

from realfake.service.database import Database
from realfake.service.settings import Settings


def all_of(database: Database, settings: Settings, now: float) -> dict[str, Any]:
    return {"shadow": shadow_comparison(database)}


def shadow_comparison(database: Database) -> dict[str, Any] | None:
    return None
