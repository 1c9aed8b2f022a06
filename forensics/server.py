"""The process that workers are forked from: imported there first, and nowhere else.

It imports much and makes nothing else, so that the search for garbage, a tenth of its time, finds none; a worker takes
it up again. It ends at once where its parent ends: there is nothing to put in order. A worker that finds, as it starts,
that its parent is stopping says nothing.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from types import TracebackType


def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell of what went wrong as a worker started, but not of what its parent has taken away already."""
    if not isinstance(error, (OSError, EOFError)):
        sys.__excepthook__(kind, error, trace)


gc.disable()
sys.excepthook = told
atexit.register(os._exit, 0)
