"""What a desk must live through: `python -m tests.ordeal killed --images 500`, `python -m tests.ordeal hostile`.

`killed` sends images in and kills the service with signal 9 in their midst, again and again; a client that got no
answer asks again with the same idempotency key. `hostile` sends broken files, addresses, forms and headers, and counts
what is answered. Both print what they found and fail where an image is lost or scored twice, or an answer is a 500.
"""

from __future__ import annotations

import argparse
import random
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import sqlalchemy as sa

from realfake.service import queue
from realfake.service.database import Database
from realfake.service.schema import DELIVERIES, IMAGES, SCORES
from tests import desks
from tests.forensics.test_hostile import KEPT, SEEDS, changed

SENDERS = 8  # connections at once
SEED = 1
TURNS = ("set", "cut", "repeat", "insert", "end")  # of a file, as `changed` knows them
BAD_TEXT = (
    "", "\0", "../../etc/passwd", "%00", "a" * 3000, "\ud7ff\uffff", "'; DROP TABLE images; --", "<script>", "1e999",
    "-1", "NaN", "\u202eexe.png", "{}", "0" * 32, "f" * 32, "G" * 32, "٣", "%ff%fe", "..\\..\\x", "http://127.0.0.1:1/",
)  # fmt: skip
BODIES = (
    b"", b"{", b"[]", b"null", b'{"label": "fake", "why": "\\u0000"}', b"[" * 2000, b'{"a":' * 500, b"\xff\xfe\0",
    b'{"label": 1e400}', b'{"name": "../../x", "role": "live"}', b'{"name": "", "scopes": []}', b"--x\r\n", b"\0" * 300,
    b'{"label": "genuine", "who": "\\ud800"}', b'{"role": "shadow"}', b'{"scopes": ["root"], "name": "a"}',
)  # fmt: skip
TYPES = (
    "application/json", "multipart/form-data", "multipart/form-data; boundary=x", "image/png", "text/xml", "\x7f",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=" + "x" * 300, "application/octet-stream", "",
)  # fmt: skip
PLACES = (
    "/", "/review", "/review/{}", "/review/{}/picture.png", "/review/{}/label", "/review/{}/undo", "/review/{}/case",
    "/statistics", "/audit", "/login", "/logout", "/static/{}", "/healthz", "/metrics", "/v1/openapi.json",
    "/v1/images", "/v1/images/{}", "/v1/images/{}/label", "/v1/images/{}/case", "/v1/images/{}/case.pdf", "/v1/batches",
    "/v1/batches/{}", "/v1/queue", "/v1/label-next", "/v1/export.csv", "/v1/models", "/v1/statistics", "/v1/keys/{}",
    "/v1/users/{}", "/{}",
)  # fmt: skip
ASKED = ("wait", "limit", "skip", "show", "order", "sender", "least_amount", "count", "expected_amount", "last", "name")
METHODS = ("GET",) * 5 + ("POST",) * 5 + ("PUT", "PUT", "DELETE", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW")
RAW = (
    b"GET / HTTP/1.1\r\n\r\n", b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02\0\x01", b"\r\n" * 50,
    b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n", b"BREW / HTCPCP/1.0\r\n\r\n",
    b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\nabc",
    b"GET /review HTTP/1.1\r\nHost: [\r\n\r\n", b"GET /review HTTP/1.1\r\nHost: a]b:99999\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
)  # fmt: skip


def killed(folder: Path, images: int, kills: int, *options: str) -> str:
    """Send images to a desk that is killed in their midst; what was found, in a sentence.

    Parameters
    ----------
    folder : for the database and the images
    options : of `realfake serve`
    """
    accepted: dict[int, set[str]] = {number: set() for number in range(images)}
    waiting, asked_again, address = list(reversed(range(images))), Counter[str](), [""]
    lock = threading.Lock()

    def send_all() -> None:
        with httpx.Client(timeout=30.0) as client:
            while True:
                with lock:
                    if not waiting:
                        return
                    number = waiting.pop()
                headers = {"Content-Type": "image/png", "Idempotency-Key": f"order-{number}"}
                try:
                    answer = client.post(f"{address[0]}/v1/images", content=desks.screen(number), headers=headers)
                    assert answer.status_code in (200, 202), answer.text
                    accepted[number].add(answer.json()["id"])
                except httpx.TransportError:
                    asked_again["times"] += 1
                    with lock:
                        waiting.append(number)
                    time.sleep(0.2)

    senders = [threading.Thread(target=send_all, daemon=True) for _ in range(SENDERS)]
    for life in range(kills + 1):
        enough = images * (life + 1) // (kills + 1)
        with desks.started(folder, *options) as (process, address[0]):
            if not life:
                for sender in senders:
                    sender.start()
            if life < kills:
                desks.until(lambda: sum(map(bool, accepted.values())) >= enough)  # noqa: B023
                process.send_signal(signal.SIGKILL)
                continue
            for sender in senders:
                sender.join()
            desks.until(lambda: httpx.get(f"{address[0]}/healthz", timeout=60).json()["waiting"] == 0)
    return _whole(folder, accepted, asked_again["times"], kills)


def _whole(folder: Path, accepted: dict[int, set[str]], again: int, kills: int) -> str:
    database = Database(f"sqlite:///{folder / 'desk.sqlite'}")
    with database.read() as connection:
        statuses = dict(connection.execute(sa.select(IMAGES.c.id, IMAGES.c.status)).all())
        attempts = connection.execute(sa.select(IMAGES.c.attempts)).scalars().all()
        scored = Counter(connection.execute(sa.select(SCORES.c.image)).scalars())
        told = Counter(connection.execute(sa.select(DELIVERIES.c.image)).scalars())
    database.close()
    ids = [image for known in accepted.values() for image in known]
    lost = [image for image in ids if statuses.get(image) != "done"]
    twice = [image for image, count in (scored + told).items() if max(scored[image], told[image]) > 1]
    two_ids = [number for number, known in accepted.items() if len(known) != 1]
    strange = sorted(set(statuses) - set(ids))
    found = (
        f"{len(ids)} images accepted, {kills} kills, {again} requests sent again, "
        f"{sum(count > 1 for count in attempts)} images begun again; {len(lost)} lost, {len(twice)} scored twice, "
        f"{len(two_ids)} with another number of ids than one, {len(strange)} that nobody was told of"
    )
    assert not lost and not twice and not two_ids and not strange, found
    return found


def hostile(address: str, key: str, requests: int) -> Counter[str]:
    """Send what no client would; how often each status came, a closed connection as `closed`.

    Parameters
    ----------
    key : of a caller who may do everything
    requests : about four in ten are broken files, one in twenty is no HTTP
    """

    def one(number: int) -> str:
        chance = random.Random(SEED * 1_000_003 + number)
        kind = chance.random()
        try:
            if kind < 0.4:
                return _file(client, chance)
            return _raw(address, chance) if kind < 0.45 else _request(client, chance)
        except (httpx.TransportError, ConnectionError):  # a body that is too large is not read to its end
            return "closed"

    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, timeout=desks.PATIENCE) as client:
        known.append(client.post("/v1/images", files={"file": ("a.png", desks.screen(1))}).json()["id"])
        with ThreadPoolExecutor(SENDERS) as senders:
            return Counter(senders.map(one, range(requests)))


known: list[str] = []  # an image that is there


def _file(client: httpx.Client, chance: random.Random) -> str:
    """A damaged file of the fuzzing corpus, in one of the ways in which files come."""
    whole = chance.choice([*SEEDS, *(path.read_bytes() for path in KEPT)])
    turns = [(chance.random(), chance.choice(TURNS), chance.randbytes(chance.randint(1, 16)))] * chance.randint(1, 3)
    data = changed(whole, turns)
    if chance.random() < 0.5:
        address = f"/v1/images?sender={chance.choice(['a', 'b'])}"
        return str(client.post(address, content=data, headers={"Content-Type": "image/png"}).status_code)
    if chance.random() < 0.9:
        said = {name: chance.choice(BAD_TEXT) for name in chance.sample(["reference", "expected_amount"], 1)}
        return str(client.post("/v1/images", files={"file": (chance.choice(BAD_TEXT), data)}, data=said).status_code)
    said_of_all = {"said": chance.choice(["[]", "{}", "[{}, {}]", '[{"sender": 1}, {}]', "x"])}
    return str(client.post("/v1/batches", files=[("files", ("a", data))] * 2, data=said_of_all).status_code)


def _request(client: httpx.Client, chance: random.Random) -> str:
    place = chance.choice(PLACES).format(chance.choice([*BAD_TEXT, *known * 5]))
    asked = {name: chance.choice(BAD_TEXT) for name in chance.sample(ASKED, chance.randint(0, 3)) if name != "wait"}
    headers = {"Content-Type": chance.choice(TYPES)}
    if chance.random() < 0.3:
        headers["Idempotency-Key"] = chance.choice(["", "x" * 500, "\xff", "k"])
    if chance.random() < 0.1:
        headers["Cookie"] = chance.choice(
            ["realfake_desk=", "realfake_desk=\xff", "=;=;", "realfake_desk=" + "x" * 5000]
        )
    if chance.random() < 0.1:
        headers["Authorization"] = chance.choice(["Bearer", "Bearer \xff", "Basic x", "x" * 5000, ""])
    if chance.random() < 0.1:
        headers[chance.choice(["Origin", "Sec-Fetch-Site", "Range", "X-Forwarded-For"])] = chance.choice(
            ["null", "x", ""]
        )
    sent = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
    method = chance.choice(METHODS)
    if method == "DELETE" and known[0] in place and place.endswith(known[0]):
        method = "GET"  # the image stays, to be asked for
    url = httpx.URL(client.base_url, path=place.replace("\0", "%00"), params=asked)
    return str(client.request(method, url, content=chance.choice(BODIES), headers=sent).status_code)


def _raw(address: str, chance: random.Random) -> str:
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), timeout=60) as line:
        line.sendall(chance.choice(RAW))
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(100)
    return answer.split(b" ")[1].decode() if answer.startswith(b"HTTP/") else "closed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ordeal", choices=["killed", "hostile"])
    parser.add_argument("--images", type=int, default=500, help="that are sent to a service that is killed")
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--requests", type=int, default=10_000, help="that are hostile")
    parser.add_argument("--workers", default="2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if options.ordeal == "killed":
            print(killed(folder, options.images, options.kills, "--workers", options.workers))
            return
        with desks.started(folder, "--workers", options.workers) as (process, address):
            made = httpx.post(f"{address}/v1/keys", json={"name": "a", "scopes": ["submit", "review", "admin"]})
            counts = hostile(address, made.json()["key"], options.requests)
            print(", ".join(f"{count} x {status}" for status, count in sorted(counts.items())), flush=True)
            desks.until(lambda: httpx.get(f"{address}/healthz", timeout=60).json()["waiting"] == 0)
            assert process.poll() is None
        database = Database(f"sqlite:///{folder / 'desk.sqlite'}")
        grouped = sa.select(IMAGES.c.status, sa.func.count()).group_by(IMAGES.c.status)
        with database.read() as connection:
            print("images:", dict(connection.execute(grouped).all()))
            errors = connection.execute(sa.select(IMAGES.c.error).where(IMAGES.c.error.is_not(None))).scalars().all()
        given_up = [error for error in errors if queue.GIVEN_UP in error or "ended its worker" in error]
        print(f"{len(errors)} images with a sentence, {len(given_up)} of them took a worker down", *given_up[:3])
        sys.exit(any(status.startswith("5") and status != "503" for status in counts))


if __name__ == "__main__":
    main()
