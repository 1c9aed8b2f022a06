"""Many images measured by watched worker processes, yielded in order while memory stays bounded."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

from pebble import ProcessExpired, ProcessPool

from realfake.data.manifest import printable
from realfake.forensics.errors import RealfakeError
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.tables.table import Row

TIMEOUT = 300.0  # seconds a file may take
MEMORY = 4096  # MiB a file may take on top of the idle worker
AHEAD = 4  # images handed out per worker before the oldest one must be back

Work = Callable[[str], list[Row]]

_given: list[Work] = []  # inside a worker: its work, sent once, since a model in it weighs megabytes


@dataclass(frozen=True)
class Limits:
    """What one file may cost: seconds, and MiB on top of the idle worker; None for no limit."""

    timeout: float | None = TIMEOUT
    memory: int | None = MEMORY


def measured(
    items: Iterable[Item],
    work: Work,
    *,
    jobs: int = 1,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    known: Callable[[Item], list[Row] | None] | None = None,
) -> Iterator[tuple[Item, list[Row]]]:
    """Measure images in worker processes and yield their rows in the order of `items`.

    A few images per worker are under way at any time, however many there are. A failure of any kind becomes one row
    with the columns `path` and `error`: a worker that takes too long, eats memory or dies is replaced.

    Parameters
    ----------
    items : Iterable of Item
    work : from a path to the image's rows; must be picklable
    jobs : worker processes; one job without limits runs in this process
    limits : Limits
    known : rows that need not be measured again, or None for an image that must be
    """
    known = known or _unknown
    if jobs == 1 and limits == Limits(None, None):
        for item in items:
            yield item, known(item) or _attempt(work, item.path)
        return
    context = _context()
    waiting: deque[tuple[Item, Future[list[Row]]]] = deque()
    with ProcessPool(jobs, initializer=_start_worker, initargs=(work, limits.memory), context=context) as pool:
        try:
            for item in items:
                rows = known(item)
                if rows is None:
                    waiting.append((item, pool.schedule(_attempt_given, (item.path,), timeout=limits.timeout)))
                else:
                    waiting.append((item, _done(rows)))
                if len(waiting) >= AHEAD * jobs:
                    yield _collect(*waiting.popleft(), limits)
            while waiting:
                yield _collect(*waiting.popleft(), limits)
        except BaseException:  # also a consumer that stops early
            pool.stop()
            raise


def _context() -> multiprocessing.context.BaseContext:
    """Workers of a server that has imported everything once; Windows has none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["realfake.forensics.extract"])
    # Workers inherit from the server that Ctrl-C is left to the parent, also while they start.
    resource_tracker.ensure_running()  # when the server starts it, it lets signals through again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return context


def _attempt_given(path: str) -> list[Row]:
    return _attempt(_given[0], path)


def _attempt(work: Work, path: str) -> list[Row]:
    try:
        return work(path)
    except RealfakeError as error:
        return _failure(path, str(error) if path in str(error) else f"{path}: {error}")
    except MemoryError:
        return _failure(path, f"{path} needs more memory than a worker may take; raise --memory or crop the image")
    except Exception as error:  # one bad file must not stop the batch
        cause = f"{type(error).__name__}: {error}".split("\n")[0]
        return _failure(path, f"{path} could not be measured ({cause}); please report it with the file")


def _collect(item: Item, future: Future[list[Row]], limits: Limits) -> tuple[Item, list[Row]]:
    path = item.path
    try:
        return item, future.result()
    except TimeoutError:
        return item, _failure(path, f"{path} took longer than {limits.timeout:g} s; raise --timeout or leave it out")
    except ProcessExpired as death:
        return item, _failure(path, f"{path} ended its worker (exit code {death.exitcode}); leave it out and report it")


def _failure(path: str, sentence: str) -> list[Row]:
    return [{"path": path, "error": printable(sentence)}]


def _done(rows: list[Row]) -> Future[list[Row]]:
    future: Future[list[Row]] = Future()
    future.set_result(rows)
    return future


def _unknown(item: Item) -> None:
    return None


def _start_worker(work: Work, memory: int | None) -> None:
    """One thread per worker, a ceiling on its memory, Ctrl-C left to the parent, and no life after it."""
    import cv2
    import threadpoolctl

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders mutter there about every broken byte
    _given[:] = [work]
    Thread(target=_die_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    threadpoolctl.threadpool_limits(1)
    if memory is not None and os.path.exists("/proc/self/statm"):
        import resource  # POSIX only

        idle = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (idle + memory * 2**20, resource.RLIM_INFINITY))


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # workers always have one
    wait([parent.sentinel])
    os._exit(1)  # also in the midst of a file that hangs
