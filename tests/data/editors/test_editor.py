"""What editors are given is what was meant: one face in a file, a picture without loss; what is missing is named."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from realfake.data.drawing.fonts import catalogue
from realfake.data.editors import EditorFailed, MissingEditor
from realfake.data.editors.editor import face_file, from_png, program, to_png


def test_a_face_of_a_variable_font_becomes_a_file_of_that_weight():
    light, bold = (next(face for face in catalogue() if face.variable and face.weight == w) for w in (400, 700))
    assert light.family == bold.family
    one, other = (ImageFont.truetype(str(face_file(face)), 200) for face in (light, bold))
    ink = [np.asarray(font.getmask("HHH"), float).sum() for font in (one, other)]
    assert ink[1] > 1.15 * ink[0]
    assert one.getname()[0] == face_file(light).stem != other.getname()[0]


def test_a_picture_comes_back_as_it_went():
    rgb = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(from_png(to_png(rgb), "GIMP", rgb), rgb)


def test_what_is_no_picture_or_of_another_size_is_refused_in_a_sentence():
    rgb = np.zeros((5, 7, 3), np.uint8)
    for data in (b"", b"no picture", cv2.imencode(".png", rgb[:4])[1].tobytes()):
        with pytest.raises(EditorFailed, match="GIMP gave no picture back"):
            from_png(data, "GIMP", rgb)


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(MissingEditor, match=r"GIMP is not installed.*no-such-gimp or neither"):
        program("GIMP", ["no-such-gimp", "neither"])
