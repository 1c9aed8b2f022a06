"""The desk: an HTTP service and a review page over the public API; nothing is measured or learnt here.

Without the packages of the extra `serve`, whatever is imported from it raises MissingExtra.
"""

from typing import Any

import lazy_loader

from realfake.pipeline.extras import import_extra

PACKAGES = (
    "sqlalchemy",
    "alembic",
    "fastapi",
    "uvicorn",
    "python_multipart",
    "argon2",
    "prometheus_client",
    "fsspec",
)

_of_the_stub, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        for package in PACKAGES:
            import_extra(package, "the desk needs its own packages", "serve")
    return _of_the_stub(name)
