"""Whatever library meets the memory limit first, the sentence is the same."""

import pytest

from realfake.forensics.limited import Limits, limited

SAID = "needs more memory than a worker may take; raise --memory"


def outcome(work: str) -> str:
    ((_, found),) = limited([work], eval, name=lambda task: "slip.png", limits=Limits(timeout=30.0, memory=128))
    return found.failure


@pytest.mark.parametrize(
    "work",
    [
        "bytearray(2**30)",
        "__import__('numpy').zeros(2**28).fill(1)",
        "__import__('cv2').resize(__import__('numpy').zeros((8, 8), 'u1'), (40000, 40000))",
        "exec('raise OSError(\"Could not find/load shared object file libllvmlite.so\")')",
        "exec('raise ImportError(\"x.so: failed to map segment from shared object\")')",
        "exec('import errno; raise OSError(errno.ENOMEM, \"Cannot allocate memory\")')",
        "exec('raise RuntimeError(\"std::bad_alloc\")')",
        "__import__('os').abort()",
        "__import__('os').kill(__import__('os').getpid(), 11)",
        "__import__('os').kill(__import__('os').getpid(), 9)",
        "__import__('os')._exit(1)",
    ],
)
def test_too_little_memory_is_said_as_such(work):
    failure = outcome(work)
    assert failure.startswith("slip.png ") and SAID in failure and "report it" not in failure


def test_an_error_of_another_kind_is_not_laid_on_memory():
    assert "raise --memory" not in outcome("1 / 0")


def test_what_is_fatal_ends_everything():
    with pytest.raises(OSError, match="No space"):
        list(limited(["exec('raise OSError(28, \"No space left\")')"], eval, fatal=(OSError,)))
