"""Names of columns, and the version that stands beside them: light to import, unlike what measures."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

SEPARATOR = "__"  # between the parts of a column's name: family, feature, statistic
PROVENANCE = (
    "path", "sha256", "phash", "format", "width", "height", "bytes", "frame", "frames",
    "decoder", "decoder_version", "realfake_version", "error",
)  # fmt: skip


@cache
def program_version() -> str:
    """The installed version of this program."""
    try:
        return version("realfake")
    except PackageNotFoundError:
        return "0+source"
