"""The scripts that set a machine up: what they install, and the one sentence where they may not or cannot."""

import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (ROOT / ".ci").exists() or os.name != "posix", reason="needs the sources")


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def environment(folder: Path, *requirements: str, **variables: str) -> subprocess.CompletedProcess:
    command = ["/bin/sh", str(ROOT / ".ci" / "environment"), str(folder / "venv"), *requirements]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, **variables})


def test_a_python_that_is_too_old_is_told_with_the_one_that_is_needed(tmp_path):
    old = script(tmp_path / "python", '[ "$1" = --version ] && echo Python 3.9.2 || exit 1')
    failed = environment(tmp_path, PYTHON=str(old))
    assert failed.returncode == 1
    assert failed.stderr.startswith("realfake needs Python 3.11 or newer, and Python 3.9.2 is here; ")
    assert failed.stderr.count("\n") == 1


def test_no_python_at_all_is_told(tmp_path):
    failed = environment(tmp_path, PATH=str(tmp_path), PYTHON="")
    assert failed.returncode == 1
    assert failed.stderr.startswith("realfake needs Python 3.11 or newer, and no python3 is here; ")


def test_a_python_of_another_name_is_found(tmp_path):
    script(tmp_path / "python3", "exit 1")
    script(tmp_path / "python3.11", f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    assert environment(tmp_path, PATH=str(tmp_path), PYTHON="").stderr.startswith("python3.11 cannot make virtual ")


def test_a_python_without_venv_is_told_with_its_package(tmp_path):
    bare = script(tmp_path / "python", f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    failed = environment(tmp_path, PYTHON=str(bare))
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert failed.returncode == 1
    assert failed.stderr.endswith(f"run as root: apt-get install -y {package}\n")
    assert failed.stderr.count("\n") == 1


def test_a_machine_without_a_network_is_told_so(tmp_path):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}  # nobody listens at port 9
    failed = environment(tmp_path, "a-package-that-nobody-has", **nowhere)
    assert failed.returncode == 1
    assert failed.stderr.startswith("pip cannot reach the index of packages (")
    assert failed.stderr.count("\n") == 1


@pytest.fixture
def install(monkeypatch, tmp_path):
    """The installer on a Debian that lacks libgomp, with an apt-get that writes down what it is asked for."""
    spec = importlib.util.spec_from_file_location("install_libraries", ROOT / ".ci" / "libraries.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = tmp_path / "asked"
    script(tmp_path / "apt-get", f'echo "apt-get $*" >> {asked}')
    script(tmp_path / "apt-cache", "echo libgomp1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"})
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody to ask for a password

    def missing_libraries() -> dict[str, list[str]]:
        installed = asked.exists() and "apt-get install" in asked.read_text()
        return {} if installed else {"lightgbm": ["libgomp.so.1"]}

    monkeypatch.setattr(module, "missing_libraries", missing_libraries)
    module.asked = asked
    return module


def test_root_installs_what_is_missing(install, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    install.main()
    update, installed = install.asked.read_text().splitlines()
    assert update.startswith("apt-get update")
    assert installed.startswith("apt-get install -y") and installed.endswith(" libgomp1")


def test_sudo_is_used_where_it_asks_for_no_password(install, monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    script(tmp_path / "sudo", f'[ "$2" = true ] || {{ echo "sudo $*" >> {install.asked}; shift; "$@"; }}')
    install.main()
    assert "sudo -n apt-get install -y" in install.asked.read_text()


@pytest.mark.parametrize("sudo, line", [(None, "run as root: apt-get"), ("exit 1", "run: sudo apt-get")])
def test_who_may_not_install_reads_the_line_to_type(install, monkeypatch, tmp_path, sudo, line):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    if sudo:
        script(tmp_path / "sudo", sudo)
    with pytest.raises(SystemExit) as stopped:
        install.main()
    lacks = "system libraries are missing: lightgbm needs libgomp.so.1"
    assert stopped.value.code == f"{lacks}; {line} install -y libgomp1"
    assert not install.asked.exists()


def test_an_installation_that_changes_nothing_is_not_tried_again(install, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(install, "missing_libraries", lambda: {"lightgbm": ["libgomp.so.1"]})
    with pytest.raises(SystemExit, match="libgomp.so.1"):
        install.main()
    assert len(install.asked.read_text().splitlines()) == 2


def test_a_machine_that_lacks_nothing_is_left_alone(install, monkeypatch):
    monkeypatch.setattr(install, "missing_libraries", dict)
    install.main()
    assert not install.asked.exists()
