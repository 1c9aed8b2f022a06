"""GIMP that ended is told in a sentence, and text cannot leave its quotes."""

import shutil

import numpy as np
import pytest

from realfake.data.editors import EditorFailed, gimp
from realfake.data.editors.gimp import Gimp
from realfake.forensics.box import Box


def test_a_program_that_ends_at_once(monkeypatch):
    monkeypatch.setattr(gimp, "PROGRAMS", ("true",))
    started = Gimp()
    with pytest.raises(EditorFailed, match="GIMP ended or took too long"):
        started.fill(np.zeros((20, 20, 3), np.uint8), Box(2, 2, 4, 4), (1, 2, 3))
    started.close()


def test_quotes_and_backslashes_are_escaped():
    assert gimp._quoted('a"b\\c\n') == '"a\\"b\\\\c "'
    assert shutil.which("true")
