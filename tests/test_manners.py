"""How the program behaves on a command line: what goes where, how long it takes, how it ends."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake import cli
from tests.interrupts import heed

PROGRAM = [sys.executable, "-c", "from realfake.cli import main; main(prog_name='realfake')"]
ROOT = Path(cli.__file__).parent


@pytest.fixture
def album(tmp_path) -> Path:
    for i in range(3):
        pixels = np.random.default_rng(i).integers(0, 256, (40, 48, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{i}.png")
    (tmp_path / "broken.png").write_bytes(b"x")
    return tmp_path


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    known = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=known)


def on_terminal(*arguments: str, columns: int, **environment: str) -> str:
    """What the program writes to a terminal of this width."""
    ours, theirs = pty.openpty()
    known = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "TERM": "xterm-256color", **environment}
    process = subprocess.Popen([*PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=known)
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux: nobody holds the other end any more
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert process.wait() == 0, written
    return written.decode()


def test_verbose_tells_each_file_that_fails_as_it_fails(album):
    verbose = run("--verbose", "extract", album, "-f", "ela", "-o", album / "t.csv")
    assert verbose.returncode == 1 and verbose.stdout == ""
    assert verbose.stderr.splitlines()[0].startswith(f"{album}/broken.png is a text and not an image")
    assert len(verbose.stderr.splitlines()) == 3, "the file, the table, the count of failures"


def test_a_table_can_be_written_to_standard_output(album, monkeypatch):
    monkeypatch.chdir(album)
    written, filed = (run("extract", "0.png", "-f", "ela", "-o", output) for output in ("-", "t.csv"))
    assert written.returncode == filed.returncode == 0
    assert written.stdout == (album / "t.csv").read_text()
    assert not (album / "-").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell):
    assert "realfake" in run(_REALFAKE_COMPLETE=f"{shell}_source").stdout
    words = {"COMP_WORDS": "realfake ext", "COMP_CWORD": "ext" if shell == "fish" else "1"}
    assert "extract" in run(_REALFAKE_COMPLETE=f"{shell}_complete", **words).stdout


def test_a_table_fits_a_narrow_terminal_and_has_no_colour_where_none_is_wanted():
    shown = on_terminal("features", "--family", "ela", columns=40, NO_COLOR="1")
    plain = shown.replace("\x1b[1m", "").replace("\x1b[0m", "")  # bold is no colour
    assert "\x1b" not in plain
    assert max(map(len, plain.replace("\r", "").splitlines())) <= 40


def test_without_a_terminal_the_time_left_is_told_by_the_minute(monkeypatch):
    lines, clock = [], iter([1.0, 200.0, 201.0, 290.0, 291.0, 410.0])
    monkeypatch.setattr(cli, "tell", lines.append)
    monkeypatch.setattr(cli, "monotonic", lambda: next(clock))
    advance = cli.by_the_minute("extract")
    for done in (40, 41, 42, 50, 51, 70):  # 40 were there already, and 41 waited for kernels to be compiled
        advance(done, 100)
    assert lines == ["extract: 50 of 100, about 8 min left", "extract: 70 of 100, about 4 min left"]


def test_an_interrupted_command_that_cannot_go_on_does_not_say_so(album, tmp_path_factory):
    archive = str(tmp_path_factory.mktemp("archive") / "a.db")
    assert run("archive", "add", str(album / "0.png"), "-A", archive).returncode == 0
    os.mkfifo(album / "waits.png")
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*PROGRAM, "archive", "find", str(album), "-A", archive, "-o", str(album / "p.csv")]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=known, preexec_fn=heed, start_new_session=True
    )
    while not list(album.glob(".p.csv.*")):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to workers that are just starting, too
    _, printed = process.communicate(timeout=120)
    assert process.returncode == 130
    said = [line for line in printed.splitlines() if not re.fullmatch(r"find: \d+ of \d+, about \d+ min left", line)]
    assert said == ["Stopped; start the same command again."]
    assert sorted(path.suffix for path in album.iterdir()) == [".png"] * 5, "no half file is left"
