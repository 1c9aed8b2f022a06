"""How a desk is run: what an operator sets, frozen; secrets come from a file or the environment and are not shown."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from realfake.forensics.errors import RealfakeError, needs_one_of
from realfake.forensics.limited import Limits

KEEP = ("none", "flagged", "all")
PREFIX = "REALFAKE_"


@dataclass(frozen=True)
class Settings:
    """What an operator sets.

    Attributes
    ----------
    model : folder of the model to begin with, or "starter"; once another was chosen, the database names it
    models : folder whose subfolders are the models that may be chosen by name
    database : address, as SQLAlchemy reads it
    images : folder or fsspec URL of the stored images
    archive : file or URL of the archive in which images are looked up, and to which they are added
    keep : which images stay when they are scored: "none", "flagged" for those with an alarm, or "all"
    families : families that are measured for training beyond those of the model
    reader : what reads the screens; None where only a model that has learnt from it has them read
    workers : processes that score
    limits : what one image may cost
    most_bytes : of one file
    requests_per_minute : that one caller may make
    second_opinion : amount above which two people must agree; None where one is enough
    random_share : share of the images that are put up for labelling by chance, 0..1
    retention_days : after which an image and all about it is erased; None for never
    webhook : address that is told of each result
    hosts : names under which the desk is reached
    """

    model: str = "starter"
    models: Path | None = None
    database: str = field(default="sqlite:///desk.sqlite", repr=False)
    images: str = "desk-images"
    archive: str | None = field(default=None, repr=False)
    keep: str = "all"
    families: tuple[str, ...] = ()
    reader: str | None = None
    workers: int = 1
    limits: Limits = Limits(120.0)
    most_bytes: int = 64 * 2**20
    requests_per_minute: int = 6000
    second_opinion: float | None = None
    random_share: float = 0.02
    retention_days: float | None = None
    webhook: str | None = None
    webhook_secret: str = field(default="", repr=False)
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        needs_one_of("way to keep images", self.keep, KEEP)
        if self.webhook and not self.webhook.startswith(("http://", "https://")):
            raise RealfakeError(f"the webhook {self.webhook} is no http address; give one that begins with https://")


def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """A secret from the environment: `REALFAKE_NAME`, or the first line of the file that `REALFAKE_NAME_FILE` names.

    Raises
    ------
    RealfakeError
        If the file cannot be read.
    """
    file = environment.get(f"{PREFIX}{name}_FILE")
    if not file:
        return environment.get(f"{PREFIX}{name}", "")
    try:
        return Path(file).read_text(encoding="utf-8").split("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RealfakeError(f"{file}, which {PREFIX}{name}_FILE names, cannot be read ({error}); check it") from None


def address(bind: str) -> tuple[str, int]:
    """Host and port of `host:port`.

    Raises
    ------
    RealfakeError
        If it is none.
    """
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) < 65536:
        raise RealfakeError(f"{bind} is no address to listen at; give a host and a port, such as 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
