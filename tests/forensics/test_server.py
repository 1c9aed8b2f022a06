"""The server of workers ends at once and looks for no garbage; its workers do."""

import gc
import subprocess
import sys

from realfake.forensics.limited import Limits, limited


def test_it_ends_without_putting_things_in_order():
    program = """
import atexit
atexit.register(print, "put in order")
import realfake.forensics.server, gc
print(gc.isenabled(), flush=True)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "False\n")


def test_workers_look_for_garbage():
    ((_, told),) = limited(["__import__('gc').isenabled()"], eval, limits=Limits(timeout=60.0))
    assert told.result is True and gc.isenabled()


def test_a_worker_that_starts_as_its_parent_stops_says_nothing():
    program = "import realfake.forensics.server, sys; raise {}"
    said = [
        subprocess.run([sys.executable, "-c", program.format(error)], capture_output=True, text=True).stderr
        for error in ("FileNotFoundError(2, 'No such file or directory')", "ValueError('told')")
    ]
    assert said[0] == "" and said[1].endswith("ValueError: told\n")
