"""The desk: an HTTP service and a review page over the public API; nothing is measured or learnt here.

Imported without the packages of the extra `serve`, it raises MissingExtra.
"""

import lazy_loader

from realfake.pipeline.extras import import_extra

for _package in (
    "sqlalchemy",
    "alembic",
    "fastapi",
    "uvicorn",
    "python_multipart",
    "argon2",
    "prometheus_client",
    "fsspec",
):
    import_extra(_package, "the desk needs its own packages", "serve")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
