"""Settings are checked when they are made, and secrets come from where they cannot be read by others."""

import pytest

from realfake.forensics.errors import RealfakeError
from realfake.service.settings import Settings, address, is_loopback, secret


def test_a_secret_comes_from_the_environment_or_a_file_that_it_names(tmp_path):
    (tmp_path / "password").write_text("from a file\n")
    assert secret("X", {}) == ""
    assert secret("X", {"REALFAKE_X": "from here"}) == "from here"
    assert secret("X", {"REALFAKE_X_FILE": str(tmp_path / "password")}) == "from a file"
    with pytest.raises(RealfakeError, match="which REALFAKE_X_FILE names, cannot be read"):
        secret("X", {"REALFAKE_X_FILE": str(tmp_path / "lost")})


def test_settings_that_are_printed_hold_no_secret():
    shown = repr(Settings(database="postgresql://desk:hunter2@host/desk", webhook_secret="hunter3"))
    assert "hunter" not in shown


@pytest.mark.parametrize(
    "bind, expected", [("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:0", ("::1", 0)), ("desk:8000", ("desk", 8000))]
)
def test_an_address_is_a_host_and_a_port(bind, expected):
    assert address(bind) == expected


@pytest.mark.parametrize("bind", ["8000", ":8000", "host:", "host:port", "host:70000"])
def test_what_is_no_address_is_told(bind):
    with pytest.raises(RealfakeError, match="is no address to listen at"):
        address(bind)


@pytest.mark.parametrize(
    "host, own",
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("example.org", False),
    ],
)
def test_this_machine_is_known_from_others(host, own):
    assert is_loopback(host) is own


@pytest.mark.parametrize("given", [{"keep": "some"}, {"webhook": "file:///etc/passwd"}])
def test_settings_that_will_not_do_are_refused(given):
    with pytest.raises(RealfakeError):
        Settings(**given)
