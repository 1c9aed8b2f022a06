"""Workers that hang, eat memory or die: `eval` is the work, so that each item's path says what its worker does."""

import itertools
import os

import pytest

from realfake.forensics.limited import AHEAD, Limits
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.workers import measured

HANG = "__import__('time').sleep(60)"
DIE = "__import__('os')._exit(3)"
ABORT = "__import__('os').abort()"
EAT = "[{'path': 'big', 'bytes': len(bytearray(2**30))}]"
RAISE = "1 / 0"
TIGHT = Limits(timeout=6.0, memory=256)


def well(name: str) -> str:
    return repr([{"path": name, "error": ""}])


def run(*paths: str, jobs: int = 2, limits: Limits = TIGHT, **more) -> list[dict]:
    return [row for _, rows in measured(map(Item, paths), eval, jobs=jobs, limits=limits, **more) for row in rows]


@pytest.mark.parametrize(
    "harm, sentence",
    [
        (HANG, "took longer than 6 s; raise --timeout"),
        (DIE, "ended its worker (exit code 3)"),
        (ABORT, "ended its worker (exit code -6)"),
        (EAT, "needs more memory than a worker may take; raise --memory"),
        (RAISE, "could not be measured (ZeroDivisionError: division by zero)"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_harms_its_worker_becomes_a_row_and_the_batch_goes_on(harm, sentence, jobs):
    rows = run(well("a"), harm, well("b"), well("c"), jobs=jobs)
    assert [row["path"] for row in rows] == ["a", harm, "b", "c"]
    assert sentence in rows[1]["error"]
    assert [rows[i]["error"] for i in (0, 2, 3)] == ["", "", ""]


def test_the_memory_limit_leaves_room_for_what_it_promises():
    (row,) = run("[{'path': 'fits', 'bytes': len(bytearray(200 * 2**20))}]")
    assert row["bytes"] == 200 * 2**20


def test_rows_come_in_the_order_of_the_items_whatever_is_done_first():
    slow_then_fast = [f"__import__('time').sleep({(3 - i) / 10}) or {well(str(i))}" for i in range(4)]
    assert [row["path"] for row in run(*slow_then_fast)] == ["0", "1", "2", "3"]


def test_only_a_few_images_are_under_way_however_many_there_are():
    handed_out = itertools.count()
    items = (Item(well(str(next(handed_out)))) for _ in iter(int, 1))  # without end
    stream = measured(items, eval, jobs=2)
    next(stream)
    assert next(handed_out) <= AHEAD * 2 + 1
    stream.close()


def test_known_rows_are_not_measured_again():
    known = {"b": [{"path": "b", "error": "", "kept": 1}]}
    rows = run(well("a"), "b", well("c"), known=lambda item: known.get(item.path))
    assert [row.get("kept") for row in rows] == [None, 1, None]


def test_one_job_without_limits_stays_in_this_process():
    (row,) = run("[{'path': 'here', 'pid': __import__('os').getpid()}]", jobs=1, limits=Limits(None, None))
    assert row["pid"] == os.getpid()
    (row,) = run("[{'path': 'there', 'pid': __import__('os').getpid()}]", jobs=1)
    assert row["pid"] != os.getpid()


def test_workers_hold_their_libraries_to_one_thread():
    threads = "max(pool['num_threads'] for pool in __import__('threadpoolctl').threadpool_info())"
    (row,) = run(f"[{{'path': 'threads', 'blas': {threads}, 'cv2': __import__('cv2').getNumThreads()}}]")
    assert (row["blas"], row["cv2"]) == (1, 1)
