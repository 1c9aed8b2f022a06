"""Work on untrusted files in watched processes: a time and a memory limit each, results in order, memory bounded."""

from __future__ import annotations

import copy
import ctypes
import errno
import gc
import importlib
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import Future, TimeoutError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
from typing import Any, Generic, TypeVar

from realfake.forensics.errors import MissingLibrary, RealfakeError
from realfake.forensics.libraries import check_opencv

TIMEOUT = 300.0  # seconds a file may take
MEMORY = 4096  # MiB a file may take on top of the idle worker
KEPT = 256  # MiB that a worker does not give back
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1  # numbers of malloc.h
LOOK_AGAIN = 1.0  # seconds between looks at whether a pool still works
AHEAD = 4  # tasks handed out per worker before the oldest one must be back
NATIVE = ("cv2", "realfake.forensics.arrays.ready", "PIL.Image")  # loaded before a worker's limits are drawn
OUT_OF_MEMORY = frozenset({1, *(-number for number in (4, 5, 6, 7, 9, 11))})  # exit codes of native code at its limit
NO_MEMORY = (  # how libraries say so that raise no MemoryError
    "insufficient memory", "out of memory", "cannot allocate", "failed to allocate", "could not allocate", "bad_alloc",
    "failed to map segment", "shared object", "not enough memory", "unable to allocate", "can't start new thread",
)  # fmt: skip
TOO_LITTLE = "needs more memory than a worker may take; raise --memory or crop the image"

Task = TypeVar("Task")
Result = TypeVar("Result")

_given: list[Callable[[Any], Any]] = []  # inside a worker: its work, sent once, since a model in it weighs megabytes
_ceiling: list[int] = []  # inside a worker: bytes that its address space may reach


@dataclass(frozen=True)
class Limits:
    """What one file may cost.

    Attributes
    ----------
    timeout : seconds by the clock; None for no limit
    memory : MiB on top of the idle worker; None for no limit

    Examples
    --------
    >>> import realfake
    >>> realfake.Limits(timeout=60)
    Limits(timeout=60, memory=4096)
    """

    timeout: float | None = TIMEOUT
    memory: int | None = MEMORY


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """What came of one task: its result, or one sentence on why there is none."""

    result: Result | None
    failure: str = ""


def limited(
    tasks: Iterable[Task],
    work: Callable[[Task], Result],
    *,
    name: Callable[[Task], str] = str,
    jobs: int = 1,
    limits: Limits = Limits(),
    known: Callable[[Task], Result | None] | None = None,
    fatal: tuple[type[Exception], ...] = (),
    preload: tuple[str, ...] = (),
) -> Iterator[tuple[Task, Outcome[Result]]]:
    """Do work in worker processes and yield what comes of it in the order of `tasks`.

    A few tasks per worker are under way at any time, however many there are. A failure of any kind becomes a sentence:
    a worker that takes too long, eats memory or dies is replaced.

    Parameters
    ----------
    tasks : Iterable, picklable
    work : picklable
    name : what sentences call the file of a task
    jobs : worker processes
    limits : Limits
    known : a result that need not be made again, or None for a task that must be done
    fatal : errors that are not the file's and end everything, such as a full disk
    preload : modules that the work needs, imported once for all workers
    """
    with LimitedPool(work, jobs, limits, fatal, preload) as pool:
        yield from pool.each(tasks, name, known)


class LimitedPool(Generic[Task, Result]):
    """Worker processes that stay until the block ends, for work that comes piece by piece; threads may share one.

    Parameters
    ----------
    work, jobs, limits, fatal, preload : as in `limited`
    """

    def __init__(
        self,
        work: Callable[[Task], Result],
        jobs: int = 1,
        limits: Limits = Limits(),
        fatal: tuple[type[Exception], ...] = (),
        preload: tuple[str, ...] = (),
    ) -> None:
        self.limits, self.fatal = limits, fatal
        self._given = (work, jobs, preload)
        self._replacing, self._closed = Lock(), False
        self._pool = self._new()

    def do(self, task: Task, name: str) -> Outcome[Result]:
        """Do a task and wait for what comes of it; a failure of any kind is a sentence."""
        pool = self._working()
        future = pool.schedule(_attempt_given, (task, name, self.fatal), timeout=self.limits.timeout)
        while pool.active and not futures.wait([future], LOOK_AGAIN).done:
            pass
        if not future.done():  # whoever kills a worker that waits for work breaks the whole pool
            return Outcome(None, f"{name} lost its worker, which was killed from outside; send it again")
        return self.outcome(future, name)

    def each(
        self,
        tasks: Iterable[Task],
        name: Callable[[Task], str] = str,
        known: Callable[[Task], Result | None] | None = None,
    ) -> Iterator[tuple[Task, Outcome[Result]]]:
        """Do tasks and yield what comes of them in their order, a few per worker ahead; arguments as in `limited`."""
        waiting: deque[tuple[Task, Future[Outcome[Result]]]] = deque()
        self._working()
        for task in tasks:
            result = known(task) if known else None
            waiting.append((task, self.schedule(task, name(task)) if result is None else _done(Outcome(result))))
            if len(waiting) >= AHEAD * self._given[1]:
                task, future = waiting.popleft()
                yield task, self.outcome(future, name(task))
        while waiting:
            task, future = waiting.popleft()
            yield task, self.outcome(future, name(task))

    def schedule(self, task: Task, name: str) -> Future[Outcome[Result]]:
        """Queue a task; `outcome` tells what came of it."""
        future: Future[Outcome[Result]] = self._pool.schedule(
            _attempt_given, (task, name, self.fatal), timeout=self.limits.timeout
        )
        return future

    def outcome(self, future: Future[Outcome[Result]], name: str) -> Outcome[Result]:
        """Wait for what came of a task."""
        return _outcome(future, name, self.limits)

    def _new(self) -> Any:
        from pebble import ProcessPool  # brings asyncio, which a command's help does without

        work, jobs, preload = self._given
        given = (work, self.limits.memory)
        return ProcessPool(jobs, initializer=_start_worker, initargs=given, context=_context(preload))

    def _working(self) -> Any:
        """The pool, or a new one in the place of one that broke."""
        with self._replacing:
            if not self._pool.active and not self._closed:
                self._pool.stop()
                self._pool = self._new()
            return self._pool

    def __enter__(self) -> LimitedPool[Task, Result]:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(wait=kind is None)

    def close(self, wait: bool = True) -> None:
        """End the workers, after what is queued where `wait`, else at once."""
        self._closed = True
        if wait:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()


def attempt(
    work: Callable[[Task], Result], task: Task, name: str, fatal: tuple[type[Exception], ...] = ()
) -> Outcome[Result]:
    """Do the work of one task here; whatever goes wrong becomes a sentence, but for errors that are `fatal`."""
    try:
        return Outcome(work(task))
    except Exception as error:  # one bad file must not stop the batch
        if _for_want_of_memory(error):
            return Outcome(None, f"{name} {TOO_LITTLE}")
        if isinstance(error, fatal):
            raise
        if isinstance(error, RealfakeError):
            return Outcome(None, str(error) if name in str(error) else f"{name}: {error}")
        cause = f"{type(error).__name__}: {error}".split("\n")[0]
        return Outcome(None, f"{name} could not be measured ({cause}); please report it with the file")


START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"  # Windows has no server


class _Worker(multiprocessing.get_context(START).Process):  # type: ignore[misc]
    """A process that does not run the caller's script again: a script need not hide behind `__name__`."""

    def start(self) -> None:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")  # what a worker would import first
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main


def _context(preload: tuple[str, ...] = ()) -> multiprocessing.context.BaseContext:
    """Workers of a server that has imported everything once, where there is such a server."""
    context = copy.copy(multiprocessing.get_context(START))
    context.Process = _Worker  # type: ignore[attr-defined]
    if START == "spawn":
        return context
    context.set_forkserver_preload(["realfake.forensics.server", "realfake.forensics.extract", *NATIVE, *preload])
    # Workers inherit from the server that Ctrl-C is left to the parent, also while they start.
    resource_tracker.ensure_running()  # when the server starts it, it lets signals through again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return context


def _attempt_given(task: Any, name: str, fatal: tuple[type[Exception], ...]) -> Outcome[Any]:
    return attempt(_given[0], task, name, (*fatal, MissingLibrary))


def _for_want_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it was raised from, says in its library's words that memory ran out."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        if _ceiling and any(sign in str(error).lower() for sign in NO_MEMORY):
            return True
        error = error.__cause__ or error.__context__
    return False


def _outcome(future: Future[Outcome[Result]], name: str, limits: Limits) -> Outcome[Result]:
    from pebble import ProcessExpired

    try:
        return future.result()
    except TimeoutError:
        return Outcome(None, f"{name} took longer than {limits.timeout:g} s; raise --timeout or leave it out")
    except ProcessExpired as death:
        ended = f"{name} ended its worker (exit code {death.exitcode})"
        if limits.memory is not None and death.exitcode in OUT_OF_MEMORY:
            likely = "most likely it needs more memory than a worker may take; raise --memory or leave it out"
            return Outcome(None, f"{ended}: {likely}")
        return Outcome(None, f"{ended}; leave it out and report it")


def _done(outcome: Outcome[Result]) -> Future[Outcome[Result]]:
    future: Future[Outcome[Result]] = Future()
    future.set_result(outcome)
    return future


def _start_worker(work: Callable[[Any], Any], memory: int | None) -> None:
    """One thread per worker, a ceiling on its memory, Ctrl-C left to the parent, and no life after it."""
    gc.freeze()  # what was imported before the fork is looked through no more, and stays shared
    gc.enable()
    try:
        check_opencv()
    except MissingLibrary as error:  # told with the first task: a worker that dies would be replaced for ever
        _given[:] = [partial(_refuse, why=str(error))]
        return
    for name in NATIVE:
        importlib.import_module(name)
    import cv2
    import threadpoolctl

    keep_memory()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders mutter there about every broken byte
    _given[:] = [work]
    Thread(target=_die_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    threadpoolctl.threadpool_limits(1)
    if memory is not None and os.path.exists("/proc/self/statm"):
        import resource  # POSIX only

        idle = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _ceiling[:] = [idle + memory * 2**20]
        resource.setrlimit(resource.RLIMIT_AS, (_ceiling[0], resource.RLIM_INFINITY))


def keep_memory() -> None:
    """Let arrays lie where those of images before lay, in place of giving pages back and asking for new ones.

    Only the C library of GNU has these settings.
    """
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        for setting in M_MMAP_THRESHOLD, M_TRIM_THRESHOLD:
            library.mallopt(setting, KEPT * 2**20)


def _refuse(task: Any, why: str) -> Any:
    raise MissingLibrary(why)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # workers always have one
    wait([parent.sentinel])
    os._exit(1)  # also in the midst of a file that hangs
