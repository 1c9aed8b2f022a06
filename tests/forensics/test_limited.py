"""Whatever library meets the memory limit first, the sentence is the same."""

import os
import platform
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from realfake.forensics.limited import LimitedPool, Limits, limited

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


def test_a_pool_whose_waiting_worker_was_killed_from_outside_goes_on():
    with LimitedPool(eval, limits=Limits(timeout=60.0)) as pool:
        number = pool.do("__import__('os').getpid()", "one").result
        os.kill(number, signal.SIGKILL)
        time.sleep(0.5)
        outcomes = [pool.do("1 + 1", name) for name in ("two", "three", "four")]
    assert outcomes[-1].result == 2
    assert all(outcome.result == 2 or "was killed from outside" in outcome.failure for outcome in outcomes)


def test_threads_may_share_a_pool():
    with LimitedPool(eval, jobs=2) as pool, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: pool.do(f"{n} * {n}", str(n)).result, range(40)))
    assert found == [n * n for n in range(40)]


def test_a_task_that_ends_its_worker_costs_itself_alone():
    with LimitedPool(eval) as pool:
        assert "ended its worker" in pool.do("__import__('os')._exit(3)", "bad").failure
        assert pool.do("2 + 2", "good").result == 4


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the C library of GNU can be told")
def test_a_worker_asks_for_no_new_pages_where_arrays_lay_before():
    pages = "__import__('resource').getrusage(0).ru_minflt"
    arrays = "len([__import__('numpy').full(400_000, 1.0) for _ in range(50)])"  # 160 MB, forty thousand pages
    with LimitedPool(eval) as pool:
        asked = pool.do(f"[{arrays}, {arrays}, {pages}, {arrays}, {pages}]", "arrays").result
    assert asked[4] - asked[2] < 4000
