"""What every answer carries, and what is refused before anybody looks at it."""

import http.client
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from realfake.service.app import HEADERS, application
from realfake.service.desk import Desk
from realfake.service.settings import Settings
from tests import ordeal


@pytest.fixture
def opened(tmp_path):
    """A desk without authentication that does not score."""
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'desk.sqlite'}",
        images=str(tmp_path / "images"),
        most_bytes=1000,
        hosts=("desk.example",),
    )
    desk = Desk(settings)
    yield TestClient(application(desk), base_url="http://127.0.0.1")
    desk.database.close()


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/queue", "/review", "/login", "/static/desk.js", "/nothing", "/v1/images/x"]
)
def test_every_answer_carries_the_headers_that_protect_a_browser(client, path):
    found = client.get(path).headers
    assert {name: found.get(name) for name in HEADERS if name != "Cache-Control"} == {
        name: value for name, value in HEADERS.items() if name != "Cache-Control"
    }
    assert "unsafe" not in found["content-security-policy"]


def test_whether_it_is_well_is_told_to_anybody_and_counts_to_reviewers(client, served):
    assert httpx.get(f"{served[1]}/healthz").json()["status"] == "ok"
    assert "realfake_waiting" in client.get("/metrics").text
    assert httpx.get(f"{served[1]}/metrics").status_code == 401


def test_an_unknown_method_is_told_which_there_are(client):
    answer = client.request("OPTIONS", "/v1/models")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET, POST"


def test_a_desk_that_does_not_score_yet_says_so(opened):
    assert opened.get("/healthz").status_code == 503


@pytest.mark.parametrize(
    "headers",
    [{"Host": "desk.evil"}, {"X-Forwarded-For": "203.0.113.5"}, {"Forwarded": "for=203.0.113.5"}, {"Host": ""}],
)
def test_an_open_desk_answers_this_machine_alone(opened, headers):
    answer = opened.get("/v1/queue", headers=headers)
    assert answer.status_code == 403 and "REALFAKE_ADMIN_PASSWORD" in answer.json()["detail"]
    assert opened.get("/v1/queue").status_code == 200


def test_a_guarded_desk_answers_under_its_names(tmp_path, opened):
    opened.app.state.desk.access.set_user("anna", "correct-horse-battery", "admin", "test")
    for host, status in (("desk.example", 401), ("desk.example:443", 401), ("localhost", 401), ("other.example", 400)):
        assert opened.get("/v1/queue", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(opened, headers):
    answer = opened.post("/v1/images", files={"file": ("a.png", b"x")}, headers=headers)
    assert answer.status_code == 403 and "page of another site" in answer.json()["detail"]
    own = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert opened.post("/v1/images", files={"file": ("a.png", b"x")}, headers=own).status_code == 202


def test_what_is_too_large_is_refused_while_it_comes(opened):
    large = 2_000_000 * b"x"
    assert opened.post("/v1/images", content=large, headers={"Content-Type": "image/png"}).status_code == 413
    pieces = (large[:100_000] for _ in range(20))
    assert opened.post("/v1/images", content=pieces, headers={"Content-Type": "image/png"}).status_code == 413
    assert opened.put("/v1/users", content=large, headers={"Content-Type": "application/json"}).status_code == 413


def test_a_file_over_the_limit_is_refused_in_a_sentence(opened):
    answer = opened.post("/v1/images", files={"file": ("a.png", bytes(1001))})
    assert answer.status_code == 413 and "more than the limit of 1,000" in answer.json()["detail"]


@pytest.mark.parametrize("length", ["-1", "many", "1e3"])
def test_a_length_that_is_no_number_is_refused(served, length):
    place = urlsplit(served[1])
    connection = http.client.HTTPConnection(place.hostname, place.port)
    connection.putrequest("POST", "/v1/images")
    connection.putheader("Content-Length", length)
    connection.endheaders()
    assert connection.getresponse().status in (400, 413)
    connection.close()


def test_whatever_comes_is_answered_and_never_by_a_500(served, client, monkeypatch):
    monkeypatch.setattr(ordeal, "PLACES", [place for place in ordeal.PLACES if place != "/login"])  # tries are counted
    counts = ordeal.hostile(served[1], client.headers["authorization"].split()[1], 300)
    assert counts.total() == 300 and not [status for status in counts if status.startswith("5")], counts
    assert client.get("/healthz").status_code == 200
