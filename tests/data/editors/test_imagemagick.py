"""ImageMagick that hangs or fails is told in a sentence."""

import stat

import numpy as np
import pytest

from realfake.data.editors import EditorFailed, imagemagick
from realfake.data.editors.imagemagick import ImageMagick
from realfake.forensics.box import Box


@pytest.mark.parametrize(
    "does, told", [("exec sleep 20", "took more than 0 s"), ("exit 1", "ImageMagick gave no picture back")]
)
def test_a_program_that_gives_nothing_back(tmp_path, monkeypatch, does, told):
    program = tmp_path / "magick"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(imagemagick, "PATIENCE", 0.3)
    with pytest.raises(EditorFailed, match=told):
        ImageMagick().fill(np.zeros((20, 20, 3), np.uint8), Box(2, 2, 4, 4), (1, 2, 3))
