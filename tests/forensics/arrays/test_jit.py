"""Kernels compute what their Python says, and are compiled when they are first called."""

import subprocess
import sys

import numpy as np

from realfake.forensics.arrays.jit import compiled


@compiled
def ratios(one, other):
    """Quotients, element by element."""
    found = np.empty(one.size)
    for i in range(one.size):
        found[i] = one[i] / other[i]
    return found


def test_a_kernel_gives_the_numbers_of_its_python_and_divides_by_zero_as_arrays_do():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 100))
    np.testing.assert_array_equal(ratios(one, other), ratios.__wrapped__(one, other))
    np.testing.assert_array_equal(ratios(np.array([1.0, -1.0, 0.0]), np.zeros(3)), [np.inf, -np.inf, np.nan])


def test_a_kernel_keeps_its_name_and_docstring():
    assert (ratios.__name__, ratios.__doc__) == ("ratios", "Quotients, element by element.")


def test_the_compiler_is_not_loaded_before_a_kernel_is_called():
    program = "import sys, realfake.forensics.arrays.blocks; print('numba' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
