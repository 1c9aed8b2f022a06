"""Which models score: the one in use, and one in its shadow; the database names them, so that all instances agree."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from realfake.pipeline import load_model
from realfake.service import audit
from realfake.service.database import Database
from realfake.service.errors import NotFound, Unprocessable
from realfake.service.schema import MODELS
from realfake.service.settings import Settings

if TYPE_CHECKING:
    from realfake.pipeline.models.model import Model

LIVE, SHADOW, FORMER = "live", "shadow", "former"
ROLES = (LIVE, SHADOW)
CHOOSING = 0x6D6F6465  # key of the lock under which one model at a time is chosen


@dataclass(frozen=True)
class Named:
    """A model by the name under which its folder is found, and by what it is."""

    name: str
    sha256: str


def available(settings: Settings) -> dict[str, Path | str]:
    """The models that may be chosen, by name: that of the command line, the starter, and the folders of `models`."""
    found: dict[str, Path | str] = {"starter": "starter"}
    if settings.models is not None and settings.models.is_dir():
        found |= {one.name: one for one in sorted(settings.models.iterdir()) if (one / "model.json").is_file()}
    return found | {Path(settings.model).name: settings.model}


def load(named: Named, settings: Settings) -> Model:
    """A model from its folder.

    Raises
    ------
    NotFound
        If no folder has the name.
    BadModel
        If it cannot be loaded.
    Unprocessable
        If the folder holds another model than the one that was chosen.
    """
    folders = available(settings)
    if named.name not in folders:
        raise NotFound(f"there is no model {named.name!r}; choose from {', '.join(sorted(folders))}")
    model = load_model(folders[named.name])
    if named.sha256 and model.fingerprint != named.sha256:
        raise Unprocessable(
            f"the folder of the model {named.name} no longer holds what was chosen; put it back, or choose it anew"
        )
    return model


def begin(database: Database, settings: Settings) -> None:
    """Name the model of the command line, where the database names none."""
    if not in_use(database):
        choose(database, settings, Path(settings.model).name, LIVE, "command line")


def choose(database: Database, settings: Settings, name: str, role: str, who: str) -> Named:
    """Put a model to use, from the next image on, or into the shadow; errors as in `load`.

    The shadow is emptied by choosing for it the model in use.
    """
    if role not in ROLES:
        raise Unprocessable(f"a model is {LIVE} or {SHADOW}, not {role[:40]!r}")
    named = Named(name, load(Named(name, ""), settings).fingerprint)
    with database.write() as connection:
        database.alone(connection, CHOOSING)
        live = connection.execute(sa.select(MODELS.c.sha256).where(MODELS.c.role == LIVE)).scalar_one_or_none()
        put_away = MODELS.c.role == role
        if role == LIVE:
            put_away |= (MODELS.c.role == SHADOW) & (MODELS.c.sha256 == named.sha256)
        connection.execute(sa.update(MODELS).where(put_away).values(role=FORMER))
        if role == LIVE or named.sha256 != live:
            row = {"name": name, "sha256": named.sha256, "role": role, "since": time.time(), "who": who}
            connection.execute(sa.insert(MODELS).values(**row))
        audit.append(database, connection, who, "model", name, role=role, sha256=named.sha256)
    return named


def in_use(database: Database) -> tuple[Named, ...]:
    """The model in use, then the one in its shadow, if there is one; nothing before the first start."""
    order = sa.case((MODELS.c.role == LIVE, 0), else_=1)
    with database.read() as connection:
        rows = connection.execute(sa.select(MODELS).where(MODELS.c.role.in_(ROLES)).order_by(order)).all()
    return tuple(Named(row.name, row.sha256) for row in rows)
