"""What any compiled kernel needs of Numba, loaded once for all workers; imported by the server that they come from.

Numba looks for the linear algebra of SciPy, which takes longer to import than all kernels to load. No kernel multiplies
matrices, so it is kept from looking; importing this is for processes that run kernels of this program alone.
"""

from __future__ import annotations

import sys

from numba.core.registry import cpu_target

ABSENT = "scipy.linalg"

if ABSENT not in sys.modules:
    sys.modules[ABSENT] = None  # type: ignore[assignment]  # which is how Python marks what cannot be imported
    try:
        from numba.np import arraymath as arraymath
    finally:
        del sys.modules[ABSENT]
cpu_target.typing_context.refresh()
cpu_target.target_context.refresh()
