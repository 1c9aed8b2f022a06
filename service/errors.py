"""What a caller of the service did that it cannot do, with the HTTP status that says so."""

from __future__ import annotations

from realfake.forensics.errors import RealfakeError


class Refused(RealfakeError):
    """A request that is not carried out; `status` is its HTTP status."""

    status = 400


class Unauthenticated(Refused):
    """Nobody whom the desk knows."""

    status = 401


class Forbidden(Refused):
    """Somebody who may not."""

    status = 403


class NotFound(Refused):
    """Nothing of that name."""

    status = 404


class Conflict(Refused):
    """Against what was said before."""

    status = 409


class TooLarge(Refused):
    """More bytes than are taken."""

    status = 413


class Unprocessable(Refused):
    """Understood, and of no use."""

    status = 422


class TooMany(Refused):
    """More requests than are answered."""

    status = 429


class Unready(Refused):
    """Not now."""

    status = 503
