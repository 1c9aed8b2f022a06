"""Editors by name, each started when it is first asked for and kept until the process ends."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from functools import cache

from realfake.data.editors.chromium import Chromium
from realfake.data.editors.editor import Editor
from realfake.data.editors.gimp import Gimp
from realfake.data.editors.imagemagick import ImageMagick
from realfake.data.editors.pillow import Pillow
from realfake.forensics.errors import needs_one_of

EDITORS: dict[str, type[Editor]] = {
    "gimp": Gimp,
    "imagemagick": ImageMagick,
    "chromium": Chromium,
    "pillow": Pillow,
}


def check_editors(names: Iterable[str]) -> None:
    """Raise unless all editors of these names are installed.

    Raises
    ------
    UnknownName
        There is no such editor here.
    MissingEditor
        Its program is not there.
    """
    for name in names:
        needs_one_of("editor", name, EDITORS)
        getattr(EDITORS[name], "program", str)()


@cache
def opened(name: str) -> Editor:
    """The editor of a name, started."""
    editor = EDITORS[name]()
    atexit.register(editor.close)
    return editor
