"""Real editors that forgers use, each driven as a program of its own: GIMP, ImageMagick, Chromium's canvas, Pillow."""

from realfake.data.editors.editor import Editor, EditorFailed, MissingEditor
from realfake.data.editors.opened import EDITORS, check_editors, opened

__all__ = ["EDITORS", "Editor", "EditorFailed", "MissingEditor", "check_editors", "opened"]
