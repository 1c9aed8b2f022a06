"""Desks for tests: images that came in, a running service, a real PostgreSQL."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import sqlalchemy as sa
import uvicorn
from PIL import Image, ImageDraw

from realfake.service.app import application
from realfake.service.database import Database
from realfake.service.desk import Desk
from realfake.service.schema import FEATURES, IMAGES, LABELS, MODELS, SCORES
from realfake.service.settings import Settings
from tests.postgres import server

ROOT = Path(__file__).parents[1]
PASSWORD = "correct-horse-battery"
KNOWN = {
    "name": "slip.png", "bytes": 10, "submitted_by": "test", "status": "done", "stored": False, "model": "m" * 64,
    "score": 0.5, "probability": 0.1, "verdict": "fake", "draw_share": 0.1, "result": {},
}  # fmt: skip
PATIENCE = 600  # seconds; a starved machine takes its time


def screen(number: int = 0, words: int = 3) -> bytes:
    """A PNG with two lines of text, different for each number."""
    picture = Image.new("RGB", (200, 40), "white")
    for line in (0, 1):
        told = " ".join(f"{number:04}{line}{i}" for i in range(words))
        ImageDraw.Draw(picture).text((8, 2 + 20 * line), told, "black", font_size=14)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def add_model(database: Database, name: str = "starter", sha256: str = "m" * 64, role: str = "live") -> None:
    """A model in use, without a folder."""
    with database.write() as connection:
        connection.execute(sa.insert(MODELS).values(name=name, sha256=sha256, role=role, since=0.0, who="test"))


def add_image(database: Database, features: dict[str, object] | None = None, **values: object) -> str:
    """An image that is scored, or whatever `values` say of it."""
    image = secrets.token_hex(16)
    digest = hashlib.sha256(image.encode()).hexdigest()
    now = time.time()
    row = KNOWN | {"id": image, "sha256": digest, "content_key": digest, "submitted": now, "scored": now} | values
    told = {name: row[name] for name in ("score", "probability", "verdict", "model")}
    with database.write() as connection:
        connection.execute(sa.insert(IMAGES).values(**row))
        if row["status"] == "done":
            connection.execute(sa.insert(SCORES).values(image=image, shadow=False, at=0.0, threshold=0.6, **told))
        if features is not None:
            packed = zlib.compress(json.dumps(features).encode())
            connection.execute(
                sa.insert(FEATURES).values(
                    image=image, model=str(row["model"]), phash=features.get("phash"), row=packed
                )
            )
        if row.get("label"):
            connection.execute(sa.insert(LABELS).values(image=image, at=0.0, who="test", label=row["label"]))
    return image


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Desk, str]]:
    """A desk that is served by this process, and its address; the admin has `PASSWORD`."""
    desk = Desk(settings)
    desk.access.set_user("admin", PASSWORD, "admin", "test")
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application(desk), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    wait_for(address, thread.is_alive)
    try:
        yield desk, address
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def started(
    folder: Path, *options: str, lease: float = 3.0, **environment: str
) -> Iterator[tuple[subprocess.Popen, str]]:
    """A desk in a process of its own, which may be killed."""
    address = f"127.0.0.1:{free_port()}"
    program = (
        f"from realfake.service import queue; queue.LEASE = {lease}; from realfake.cli import main; "
        "main(prog_name='realfake')"
    )
    command = [sys.executable, "-c", program, "serve", "--bind", address, *options]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    process = subprocess.Popen(command, cwd=folder, env=known)
    try:
        wait_for(f"http://{address}", lambda: process.poll() is None)
        yield process, f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, alive) -> None:
    """Until a service is ready."""
    ends = time.monotonic() + PATIENCE
    with httpx.Client() as client:
        while time.monotonic() < ends:
            assert alive(), "the service ended"
            try:
                if client.get(f"{address}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.3)
    raise AssertionError("the service never was ready")


def until(condition) -> None:
    """Until something holds."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.2)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """The address, as the desk takes it, of an empty database."""
    with server() as url:
        yield url.replace("postgresql://", "postgresql+psycopg://")


def new_database(address: str) -> str:
    """The address of a new database beside the one that `postgres` gives."""
    name = f"desk_{secrets.token_hex(4)}"
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.removesuffix("postgres") + name
