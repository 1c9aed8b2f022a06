"""What came of an image is told to the operator's address, signed, until it arrives."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sqlalchemy as sa

from realfake.service import webhooks
from realfake.service.schema import DELIVERIES
from realfake.service.settings import Settings
from tests.desks import add_image, until

SECRET = "between us"


@pytest.fixture
def receiver():
    """A server that answers with the statuses that a test puts into `answers`, then 200, and keeps what it got."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((self.headers[webhooks.SIGNATURE], body))
            self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def due(database):
    image = add_image(database, result={})
    with database.write() as connection:
        connection.execute(sa.insert(DELIVERIES).values(image=image, next=0.0))
    return image


def settings(receiver):
    return Settings(webhook=f"http://127.0.0.1:{receiver.server_port}/hook", webhook_secret=SECRET)


def delivery(database):
    with database.read() as connection:
        return connection.execute(sa.select(DELIVERIES)).one()


def again(database):
    with database.write() as connection:
        connection.execute(sa.update(DELIVERIES).values(next=0.0))


def test_a_result_arrives_once_with_a_signature_that_the_receiver_can_check(database, due, receiver):
    for _ in range(2):
        webhooks.deliver(database, settings(receiver))
    ((header, body),) = receiver.got
    at, mac = (part.partition("=")[2] for part in header.split(","))
    assert mac == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert json.loads(body)["id"] == due
    assert delivery(database).arrived


def test_it_is_tried_again_until_it_arrives(database, due, receiver):
    receiver.answers += [500, 404]
    for tries in (1, 2, 3):
        webhooks.deliver(database, settings(receiver))
        assert delivery(database).attempts == tries
        if tries < 3:
            assert delivery(database).arrived is None and delivery(database).error
            webhooks.deliver(database, settings(receiver))
            assert len(receiver.got) == tries, "not before its time"
            again(database)
    assert delivery(database).arrived and delivery(database).next is None


def test_it_is_given_up_in_the_end(database, due, receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_TRIES", 1)
    receiver.answers += [500]
    webhooks.deliver(database, settings(receiver))
    assert delivery(database).next is None and delivery(database).arrived is None


def test_the_receiver_cannot_send_it_elsewhere(database, due, receiver):
    receiver.answers += [302]
    webhooks.deliver(database, settings(receiver))
    assert len(receiver.got) == 1 and delivery(database).arrived is None


def test_an_errand_that_fails_does_not_keep_the_others_from_being_done():
    done = []
    errands = webhooks.Errands([lambda: 1 / 0, lambda: done.append(1)], pause=0.01)
    errands.start()
    until(lambda: len(done) > 2)
    errands.stop()
