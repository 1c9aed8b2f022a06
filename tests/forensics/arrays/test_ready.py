"""What kernels need of Numba is loaded without SciPy's linear algebra, which stays there for everybody else."""

import subprocess
import sys


def test_scipy_is_neither_loaded_nor_lost():
    program = """
import sys
import realfake.forensics.arrays.ready
from realfake.forensics.arrays import exact
assert exact.exp(0.0) == 1.0
assert "scipy.linalg" not in sys.modules
import scipy.linalg
assert scipy.linalg.norm([3.0, 4.0]) == 5.0
"""
    subprocess.run([sys.executable, "-c", program], check=True)
