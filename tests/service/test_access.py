"""Who is known may do what they may; of passwords and keys only hashes are kept."""

from pathlib import Path

import pytest

from realfake.service import access
from realfake.service.access import Access, Caller, Limiter
from realfake.service.errors import Forbidden, NotFound, TooMany, Unauthenticated, Unprocessable

PASSWORD = "correct-horse-battery"


@pytest.fixture
def guarded(database):
    found = Access(database)
    found.set_user("anna", PASSWORD, "review", "test")
    return found


def test_a_desk_is_open_until_there_is_a_person_or_a_key(database):
    one, other = Access(database), Access(database)
    assert one.by_cookie("").name == other.by_cookie("").name == "local"
    one.make_key("shop", frozenset({"submit"}), "test")
    for instance in (one, other, Access(database)):
        with pytest.raises(Unauthenticated):
            instance.by_cookie("")


def test_a_key_has_its_scopes_and_ends_when_it_is_taken_back(guarded):
    key = guarded.make_key("shop", frozenset({"submit"}), "test")
    caller = guarded.by_key(key)
    caller.needs("submit")
    with pytest.raises(Forbidden, match="needs the scope 'admin', which shop does not have"):
        caller.needs("admin")
    guarded.remove("key", "shop", "test")
    with pytest.raises(Unauthenticated):
        guarded.by_key(key)
    with pytest.raises(NotFound):
        guarded.remove("key", "shop", "test")


def test_neither_keys_nor_passwords_nor_cookies_are_in_the_database(guarded, tmp_path):
    key = guarded.make_key("shop", frozenset({"submit"}), "test")
    cookie = guarded.log_in("anna", PASSWORD, "here")
    kept = b"".join(file.read_bytes() for file in Path(tmp_path).glob("desk.sqlite*"))
    assert b"anna" in kept
    assert not any(secret.encode() in kept for secret in (key, PASSWORD, cookie))
    assert b"$argon2id$" in kept


def test_a_session_begins_with_the_password_and_ends(guarded, monkeypatch):
    cookie = guarded.log_in("anna", PASSWORD, "here")
    assert guarded.by_cookie(cookie).name == "anna"
    with pytest.raises(Forbidden):
        guarded.by_cookie(cookie).needs("admin")
    guarded.log_out(cookie)
    for old in (cookie, "", "x"):
        with pytest.raises(Unauthenticated):
            guarded.by_cookie(old)
    monkeypatch.setattr(access, "SESSION", -1.0)
    with pytest.raises(Unauthenticated):
        guarded.by_cookie(guarded.log_in("anna", PASSWORD, "here"))


def test_a_new_password_ends_the_sessions(guarded):
    cookie = guarded.log_in("anna", PASSWORD, "here")
    guarded.set_user("anna", PASSWORD + "2", "review", "test")
    with pytest.raises(Unauthenticated):
        guarded.by_cookie(cookie)
    assert guarded.has_password("anna", PASSWORD + "2") and not guarded.has_password("anna", PASSWORD)


def test_it_is_not_said_whether_the_name_or_the_password_is_wrong(guarded):
    said = []
    for name, password in (("anna", "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(Unauthenticated) as told:
            guarded.log_in(name, password, "here")
        said.append(str(told.value))
    assert said[0] == said[1]


def test_guessing_is_slow(guarded, monkeypatch):
    monkeypatch.setattr(access.time, "time", lambda: 1e9)  # all in one minute
    with pytest.raises(TooMany):
        for number in range(access.LOGINS_PER_MINUTE + 1):
            with pytest.raises(Unauthenticated):
                guarded.log_in("anna", f"guess {number}", f"address {number}")


def test_a_change_needs_the_token_of_its_session(guarded):
    caller = guarded.by_cookie(guarded.log_in("anna", PASSWORD, "here"))
    caller.proves(caller.csrf)
    for token in ("", "wrong", "\ud800"):
        with pytest.raises(Forbidden):
            caller.proves(token)
    Caller("key", frozenset()).proves("")


@pytest.mark.parametrize(
    "name, password, role",
    [("", PASSWORD, "admin"), ("a b", PASSWORD, "admin"), ("a", "short", "admin"), ("a", PASSWORD, "god")],
)
def test_people_who_will_not_do_are_refused(guarded, name, password, role):
    with pytest.raises(Unprocessable):
        guarded.set_user(name, password, role, "test")


@pytest.mark.parametrize("name, scopes", [("a\n", {"submit"}), ("a", set()), ("a", {"everything"})])
def test_keys_that_will_not_do_are_refused(guarded, name, scopes):
    with pytest.raises(Unprocessable):
        guarded.make_key(name, frozenset(scopes), "test")


def test_a_limit_counts_each_caller_and_begins_anew_each_minute(monkeypatch):
    limiter, now = Limiter(2), [60.0]
    monkeypatch.setattr(access.time, "time", lambda: now[0])
    for whom in ("a", "a", "b"):
        limiter.count(whom)
    with pytest.raises(TooMany, match="more than 2 requests in a minute"):
        limiter.count("a")
    now[0] = 120.0
    limiter.count("a")
