"""A browser that ended is told in a sentence; one message after another is read from what comes together."""

import os

import pytest

from realfake.data.editors import EditorFailed, chromium
from realfake.data.editors.chromium import Chromium


def test_a_program_that_ends_at_once(monkeypatch):
    monkeypatch.setattr(chromium, "PROGRAMS", ("true",))
    with pytest.raises(EditorFailed, match="Chromium ended or took too long"):
        Chromium()


def test_messages_that_come_in_one_piece_are_taken_apart():
    reading, writing = os.pipe()
    half = Chromium.__new__(Chromium)
    half._in, half._unread = reading, b""
    os.write(writing, b'{"id": 1}\0{"id": 2}\0{"i')
    assert [half._message(), half._message()] == [b'{"id": 1}', b'{"id": 2}']
    os.write(writing, b'd": 3}\0')
    os.close(writing)
    assert half._message() == b'{"id": 3}'
    os.close(reading)
