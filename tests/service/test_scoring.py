"""Images go from the queue to the workers and back, whatever they hold; models are switched beneath them."""

import os
import shutil

import pytest
import sqlalchemy as sa

from realfake.forensics.errors import BadArchive, RealfakeError
from realfake.pipeline.models.folder import STARTER
from realfake.service import models, queue
from realfake.service.schema import IMAGES
from realfake.service.scoring import Scoring
from realfake.service.settings import Settings
from tests import desks


def row(database, image):
    with database.read() as connection:
        return connection.execute(sa.select(IMAGES).where(IMAGES.c.id == image)).one()


class Pools:
    """Workers that say what a test wants, in the place of those that measure."""

    wanted = (models.Named("starter", "m" * 64),)

    def __init__(self, verdict):
        self.scoring = self
        self.verdict = verdict

    def score(self, name, data, *about):
        said = {"score": 0.1, "probability": 0.25, "verdict": self.verdict, "threshold": 0.5, "suspects": []}
        from realfake.pipeline import Scored

        return Scored((said,), {"format": "PNG", "phash": None, "ela__a__b": 1.0}, {"suspects": []})


KEPT = [
        ("all", "no sign of editing", True), ("none", "fake", False), ("flagged", "fake", True),
        ("flagged", "review", True), ("flagged", "no sign of editing", False),
    ]  # fmt: skip


@pytest.mark.parametrize("keep, verdict, kept", KEPT)
def test_images_are_kept_as_the_operator_says(database, store, tmp_path, keep, verdict, kept):
    settings = Settings(keep=keep, random_share=0.0)
    scoring = Scoring(database, store, settings)
    scoring._pools = Pools(verdict)
    image = desks.add_image(
        database, status="queued", sha256=store.put(b"slip"), stored=True, expected_amount=200.0, verdict=None
    )
    scoring._score(queue.claim(database, scoring.instance, 0.0))
    found = row(database, image)
    assert (found.status, found.verdict, found.stored, found.drawn) == ("done", verdict, kept, False)
    assert found.expected_loss == pytest.approx(50.0) and found.channel == "PNG"
    assert any(path.is_file() for path in (tmp_path / "images").rglob("*")) is kept


def test_chance_draws_the_share_that_was_asked_for(database, store):
    scoring = Scoring(database, store, Settings(random_share=0.5))
    scoring._pools = Pools("no sign of editing")
    for _ in range(60):
        desks.add_image(database, status="queued", sha256=store.put(b"slip"), stored=True, drawn=False)
        scoring._score(queue.claim(database, scoring.instance, 0.0))
    with database.read() as connection:
        drawn = connection.execute(sa.select(IMAGES.c.drawn)).scalars().all()
    assert 10 < sum(drawn) < 50  # 1 in a million that it is not


def test_a_worker_that_dies_costs_its_image_alone(submit, desk, client):
    (worker,) = desk.scoring._pools.scoring._pool._pool._pool_manager.worker_manager.workers.values()
    os.kill(worker.pid, 9)
    assert submit(1)["status"] == "done"


def test_a_shadow_scores_beside_the_live_model_and_may_take_its_place(submit, desk, client):
    folder = desk.settings.models / "next"
    shutil.copytree(STARTER, folder)
    facts = (folder / "model.json").read_text().replace('"seed": 20', '"seed": 21')
    (folder / "model.json").write_text(facts)
    import hashlib

    sums = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("learner.skops", "model.json", "scorer.skops", "second_look.skops")
    ]
    (folder / "SHA256SUMS").write_text("".join(sums))
    before = client.get("/v1/models").json()["in_use"]
    assert client.post("/v1/models", json={"name": "next", "role": "shadow"}).status_code == 200
    scored = submit(2)
    assert scored["model_sha256"] == before[0]["sha256"]
    assert [one["verdict"] for one in scored["shadow"]] == [scored["verdict"]]
    assert client.get("/v1/models").json()["comparison"]["changed"] == 0
    used = client.post("/v1/models", json={"name": "next", "role": "live"}).json()
    assert [(one["name"], one["role"]) for one in used] == [("next", "live")]
    assert submit(3)["model_sha256"] == used[0]["sha256"] != before[0]["sha256"]
    client.post("/v1/models", json={"name": "starter", "role": "live"})


def test_an_altered_copy_is_linked_to_its_original_and_is_worth_a_look(copied):
    original, copy = copied
    assert original["archive"]["case"] in ("unknown", "template") and copy["archive"]["case"] == "altered"
    assert copy["archive"]["image"] == original["id"] and len(copy["archive"]["changed"]) == 1
    assert copy["verdict"] == "review" and f"image {original['id'][:12]}" in copy["reasons"]
    assert "desk:" not in copy["reasons"] + copy["archive"]["reason"]


def test_an_image_whose_archive_is_away_is_tried_again(database, store):
    class Away(Pools):
        def score(self, *_):
            raise BadArchive("the archive is locked; try again")

    scoring = Scoring(database, store, Settings())
    scoring._pools = Away("fake")
    image = desks.add_image(database, status="queued", sha256=store.put(b"slip"), stored=True)
    with pytest.raises(BadArchive):
        scoring._score(queue.claim(database, scoring.instance, 0.0))
    assert row(database, image).status == "running"


def test_an_image_whose_file_cannot_be_read_just_now_is_tried_again(database, store):
    scoring = Scoring(database, store, Settings())
    scoring._pools = Pools("fake")
    image = desks.add_image(database, status="queued", stored=True)
    with pytest.raises(RealfakeError, match="cannot be read"):
        scoring._score(queue.claim(database, scoring.instance, 0.0))
    assert row(database, image).status == "running"
    assert queue.claim(database, "another", queue.LEASE + 1).id == image
