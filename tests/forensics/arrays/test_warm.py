"""The list of kernels is that of what is called: what is compiled beforehand is never compiled again."""

import json
import os
import subprocess
import sys
from importlib import import_module

from PIL import Image

from realfake.forensics.arrays.places import ALL, kernels
from realfake.forensics.arrays.warm import cores, types_of
from realfake.forensics.text import signature as text_signature
from realfake.pipeline.archive import alignment, template
from realfake.pipeline.archive import difference as archived_difference
from realfake.pipeline.archive.difference import difference
from realfake.pipeline.archive.template import ENOUGH, statics_of
from tests.payments import payment, receipt, signed
from tests.pictures import draw_screen

PROGRAM = """
import sys
from realfake.forensics.arrays.places import kernels, mark
import realfake.forensics.arrays.warm as warm
warm.kernels = lambda group: [one for one in kernels() if one[1] in ("_exponentials", "_logarithms")]
print(warm.warm("words", 2))
from realfake.forensics.arrays import exact
exact.exp(1.0), exact.log(1.0)
print(*(sum(kernel.machine_code().stats.cache_hits.values()) for kernel in (exact._exponentials, exact._logarithms)))
"""


def test_every_listed_kernel_exists_and_its_signature_is_read():
    for module, name, signature in kernels(ALL):
        assert callable(getattr(import_module(f"realfake.{module}"), name).machine_code), (module, name)
        assert types_of(signature), signature


def test_what_was_compiled_beforehand_in_several_processes_is_found(tmp_path):
    known = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=known, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["2", "1 1"]
    assert list(tmp_path.glob("kernels-words-*.compiled"))


def test_the_list_holds_whatever_a_model_of_words_calls(tmp_path):
    """If this fails, kernels were changed: python -m tests.kernels writes the list anew."""
    program = (
        "import sys, json\n"
        "from numba.core.dispatcher import Dispatcher\n"
        "found, compile_ = [], Dispatcher.compile\n"
        "def noted(self, signature):\n"
        "    module = self.py_func.__module__\n"
        "    if module.startswith('realfake.'):\n"
        "        found.append([module[9:], self.py_func.__name__, repr(tuple(signature))])\n"
        "    return compile_(self, signature)\n"
        "Dispatcher.compile = noted\n"
        "from realfake.pipeline.models.predict import Judging\n"
        "Judging()(sys.argv[1])\n"
        "print(json.dumps(found))"
    )
    Image.fromarray(draw_screen()).save(tmp_path / "screen.png")
    command = [sys.executable, "-c", program, str(tmp_path / "screen.png")]
    called = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    assert called and not {tuple(one) for one in called} - set(kernels("words"))


def test_the_list_holds_whatever_an_archive_calls():
    """If this fails, kernels were changed: python -m tests.kernels writes the list anew."""
    screens = [signed(receipt(payment(number))) for number in range(ENOUGH)]
    assert difference(screens[0], screens[1]) is not None and statics_of(screens) is not None
    listed = {(module, name): signature for module, name, signature in kernels(ALL)}
    called = 0
    for module in (alignment, template, archived_difference, text_signature):
        name = module.__name__.removeprefix("realfake.")
        for kernel in (one for one in vars(module).values() if hasattr(one, "machine_code")):
            called += 1
            signatures = {repr(one) for one in kernel.machine_code().signatures}
            assert signatures == {listed[name, kernel.__name__]}, kernel
    assert called == 5


def test_there_is_a_core():
    assert cores() >= 1
