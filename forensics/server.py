"""The process that workers are forked from: imported there first, and nowhere else.

It imports much and makes nothing else, so that the search for garbage, a tenth of its time, finds none; a worker takes
it up again. It ends at once where its parent ends: there is nothing to put in order.
"""

from __future__ import annotations

import atexit
import gc
import os

gc.disable()
atexit.register(os._exit, 0)
