"""Who may reach the desk is settled before it listens; one that is killed loses nothing, and two share the work."""

import signal
from collections import Counter

import httpx2 as httpx
import pytest
import sqlalchemy as sa

from realfake.forensics.errors import BadModel, RealfakeError
from realfake.service.database import Database
from realfake.service.schema import IMAGES, SCORES
from realfake.service.server import serve, with_secrets
from realfake.service.settings import Settings
from tests import desks, ordeal

MANY = 40  # images sent in


def place(tmp_path, **more):
    return Settings(database=f"sqlite:///{tmp_path / 'desk.sqlite'}", images=str(tmp_path / "images"), **more)


@pytest.mark.parametrize("bind", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:0"])
def test_an_open_desk_listens_to_this_machine_alone(tmp_path, bind, monkeypatch):
    monkeypatch.delenv("REALFAKE_ADMIN_PASSWORD", raising=False)
    with pytest.raises(RealfakeError, match="nobody would be asked who they are; put a password"):
        serve(place(tmp_path), bind)


def test_with_a_password_it_may_listen_to_others(tmp_path, monkeypatch):
    import uvicorn

    bound = []
    monkeypatch.setenv("REALFAKE_ADMIN_PASSWORD", desks.PASSWORD)
    monkeypatch.setattr(uvicorn, "run", lambda app, host, port, **_: bound.append((host, port)))
    serve(place(tmp_path), "0.0.0.0:8000")
    assert bound == [("0.0.0.0", 8000)]


def test_a_model_that_cannot_be_loaded_is_told_before_the_desk_listens(tmp_path, monkeypatch):
    import uvicorn

    monkeypatch.setattr(uvicorn, "run", None)
    with pytest.raises(BadModel, match="nowhere does not exist"):
        serve(place(tmp_path, model=str(tmp_path / "nowhere")))


def test_a_folder_of_models_that_is_not_there_is_told_before_the_desk_listens(tmp_path, monkeypatch):
    import uvicorn

    monkeypatch.setattr(uvicorn, "run", None)
    with pytest.raises(RealfakeError, match="no folder .*nowhere of models"):
        serve(place(tmp_path, models=tmp_path / "nowhere"))


def test_a_webhook_needs_a_secret(tmp_path, monkeypatch):
    with pytest.raises(RealfakeError, match="put a secret into REALFAKE_WEBHOOK_SECRET"):
        with_secrets(place(tmp_path, webhook="http://127.0.0.1/hook"))
    monkeypatch.setenv("REALFAKE_WEBHOOK_SECRET", "s")
    assert with_secrets(place(tmp_path, webhook="http://127.0.0.1/hook")).webhook_secret == "s"


def send(address, numbers):
    with httpx.Client(base_url=address, timeout=desks.PATIENCE) as client:
        return [
            client.post("/v1/images", content=desks.screen(number), headers={"Content-Type": "image/png"}).json()["id"]
            for number in numbers
        ]


def statuses(address):
    database = Database(address)
    with database.read() as connection:
        images = dict(connection.execute(sa.select(IMAGES.c.id, IMAGES.c.status)).all())
        scores = Counter(connection.execute(sa.select(SCORES.c.image)).scalars())
    database.close()
    return images, scores


def test_two_desks_share_one_postgresql_and_one_that_is_killed_loses_no_image_and_scores_none_twice(postgres, tmp_path):
    address = desks.new_database(postgres)
    options = ("--database", address, "--images", str(tmp_path / "images"))
    with desks.started(tmp_path, *options) as (first, one), desks.started(tmp_path, *options) as (_, other):
        accepted = send(one, range(MANY // 2))
        desks.until(lambda: sum(statuses(address)[1].values()) > 1)
        first.send_signal(signal.SIGKILL)
        accepted += send(other, range(MANY // 2, MANY))
        desks.until(lambda: set(statuses(address)[0].values()) == {"done"})
    images, scores = statuses(address)
    assert set(images) == set(accepted) and len(accepted) == MANY
    assert scores == dict.fromkeys(accepted, 1)


def test_a_desk_on_sqlite_that_is_killed_while_images_come_in_loses_none_and_scores_none_twice(tmp_path):
    found = ordeal.killed(tmp_path, MANY // 2, 1)
    assert found.startswith(f"{MANY // 2} images accepted, 1 kills") and "0 lost, 0 scored twice" in found
