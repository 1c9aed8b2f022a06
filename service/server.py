"""Starting the desk: who may reach it is settled before it listens."""

from __future__ import annotations

from dataclasses import replace

from realfake.forensics.errors import RealfakeError
from realfake.service import models
from realfake.service.app import application
from realfake.service.desk import Desk
from realfake.service.settings import Settings, address, is_loopback, secret

ADMIN = "admin"


def with_secrets(settings: Settings) -> Settings:
    """The settings with what the environment says in confidence.

    Raises
    ------
    RealfakeError
        If there is a webhook and no secret to sign with.
    """
    signing = secret("WEBHOOK_SECRET")
    if settings.webhook and not signing:
        raise RealfakeError(
            "what a webhook is told is signed; put a secret into REALFAKE_WEBHOOK_SECRET, or a file named in "
            "REALFAKE_WEBHOOK_SECRET_FILE"
        )
    return replace(
        settings,
        webhook_secret=signing,
        database=secret("DATABASE") or settings.database,
        archive=secret("ARCHIVE") or settings.archive,
    )


def serve(settings: Settings, bind: str = "127.0.0.1:8000") -> None:
    """Run the desk until it is told to stop.

    Parameters
    ----------
    bind : host and port to listen at; another than this machine's own only with authentication

    Raises
    ------
    RealfakeError
        If it would be open to others without authentication, or something it stands on cannot be used.
    """
    import uvicorn

    host, port = address(bind)
    settings = with_secrets(settings)
    if settings.models is not None and not settings.models.is_dir():
        raise RealfakeError(f"there is no folder {settings.models} of models to choose from; make it, or name another")
    desk = Desk(settings)
    if (password := secret("ADMIN_PASSWORD")) and not desk.access.has_password(ADMIN, password):
        desk.access.set_user(ADMIN, password, "admin", "command line")
    if desk.access.open and not is_loopback(host):
        raise RealfakeError(
            f"{bind} is reached from other machines, and nobody would be asked who they are; put a password into "
            "REALFAKE_ADMIN_PASSWORD, or a file named in REALFAKE_ADMIN_PASSWORD_FILE"
        )
    models.begin(desk.database, settings)
    for named in models.in_use(desk.database):  # told here, as uvicorn would tell where in the code
        models.load(named, settings)
    uvicorn.run(application(desk), host=host, port=port, log_level="warning", server_header=False, access_log=False)
