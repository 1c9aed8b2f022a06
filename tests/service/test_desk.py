"""What routes share: the caller, and what is shown of an upload."""

import pytest
from starlette.requests import Request

from realfake.service import access
from realfake.service.desk import Desk, address_of, caller_of
from realfake.service.errors import Forbidden, NotFound, TooMany, Unauthenticated
from realfake.service.settings import Settings
from tests.desks import PASSWORD, add_image


@pytest.fixture
def quiet(tmp_path, monkeypatch):
    """A desk that does not score, within one minute."""
    monkeypatch.setattr(access.time, "time", lambda: 1e9)
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'desk.sqlite'}", images=str(tmp_path / "images"), requests_per_minute=3
    )
    found = Desk(settings)
    yield found
    found.database.close()


def request(desk, method="GET", cookie="", **headers):
    class App:
        class state:
            pass

    App.state.desk = desk
    known = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    cookies = [(b"cookie", f"realfake_desk={cookie}".encode())] if cookie else []
    return Request(
        {"type": "http", "method": method, "headers": known + cookies, "app": App, "client": ("10.0.0.7", 1)}
    )


def test_a_cookie_alone_changes_nothing(quiet):
    quiet.access.set_user("anna", PASSWORD, "review", "test")
    cookie = quiet.access.log_in("anna", PASSWORD, "here")
    caller = caller_of(request(quiet, cookie=cookie))
    with pytest.raises(Forbidden):
        caller_of(request(quiet, "POST", cookie))
    assert caller_of(request(quiet, "POST", cookie, x_csrf_token=caller.csrf)).name == "anna"


def test_who_asks_too_often_is_told_to_wait(quiet):
    key = quiet.access.make_key("shop", frozenset({"submit"}), "test")
    for _ in range(3):
        caller_of(request(quiet, authorization=f"Bearer {key}"))
    with pytest.raises(TooMany):
        caller_of(request(quiet, authorization=f"Bearer {key}"))


def test_who_guesses_keys_is_stopped_by_address(quiet):
    quiet.access.make_key("shop", frozenset({"submit"}), "test")
    for number in range(4):
        with pytest.raises(TooMany if number == 3 else Unauthenticated):
            caller_of(request(quiet, authorization=f"Bearer guess{number}"))
    assert address_of(request(quiet)) == "10.0.0.7"


def test_what_is_no_longer_kept_is_not_shown(quiet):
    image = add_image(quiet.database)
    for show in (quiet.picture, quiet.case):
        with pytest.raises(NotFound, match="no longer kept"):
            show(image)
    lost = add_image(quiet.database, stored=True)
    with pytest.raises(NotFound, match="cannot be read"):
        quiet.picture(lost)
