"""Extraction on a Dask cluster: partitions of images to a folder or bucket of Parquet files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

from realfake.forensics.errors import BadTable, MissingLibrary, RealfakeError, UnknownName
from realfake.forensics.libraries import check_opencv
from realfake.forensics.limited import LimitedPool, Limits
from realfake.forensics.names import program_version
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.extraction.bulk import columns_and_work, mark_edited
from realfake.pipeline.extraction.handwritten import label_types
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.remote import file_system
from realfake.pipeline.extraction.resume import cells_of
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.extraction.workers import Work, measured, pool_of, unmeasured
from realfake.pipeline.extras import import_extra
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.tables.parquet import write_parquet

PARTITION = 200  # images in one file: what is measured again when a worker dies
AHEAD = 3  # partitions under way per worker
NEEDED = "a cluster needs Dask"
RETRIES = 5  # workers that may die over one partition
QUIET_SCHEDULER = {"dashboard_address": "127.0.0.1:0"}  # any free port: several clusters may run on one machine
PLAN = "_plan.json"  # names of an underscore are no data to readers of Parquet folders


def extract_on_cluster(
    items: Sequence[Item],
    output: str,
    wanted: Wanted,
    *,
    workers: Workers,
    partition: int = PARTITION,
    progress: Progress = silent,
) -> Summary:
    """Measure images on Dask workers into `<output>/part-000000.parquet` and so on.

    A partition's file appears whole or not at all and has one name, so a worker that dies and a run that is started
    again neither lose nor double a row.

    Parameters
    ----------
    items : Sequence of Item
    output : folder or fsspec URL such as `s3://bucket/table`, that the workers can write to
    wanted : what the table holds
    workers : its `cluster` says how many processes to start here, its `scheduler` where one runs
    partition : images in one file
    progress : called with the images done and the images in all

    Raises
    ------
    MissingExtra
        If Dask is not installed.
    MissingLibrary
        If a worker cannot load OpenCV.
    BadTable
        If the output holds the table of another request or cannot be written.
    """
    columns, work = columns_and_work(items, wanted)
    making = Making(columns, work, types=label_types(items), edited=wanted.words)
    return make_on_cluster(items, output, making, workers=workers, partition=partition, progress=progress)


@dataclass(frozen=True)
class Making:
    """What is made of each image; must be picklable.

    Attributes
    ----------
    columns : of the table
    work : from a path to the image's rows
    types : Arrow types of columns, where they are not those of the program
    failed : from a path and a sentence to the row of an image that could not be measured
    failure : from the first row of an image, why it could not be measured
    edited : mark which words were altered
    labels : whether what the manifest knows stands in the table too
    """

    columns: Sequence[str]
    work: Work
    types: Mapping[str, Any]
    failed: Callable[[str, str], Row] = unmeasured
    failure: Callable[[Row], object] = itemgetter("error")
    edited: bool = False
    labels: bool = True


def make_on_cluster(
    items: Sequence[Item],
    output: str,
    making: Making,
    request: str = "",
    *,
    workers: Workers,
    partition: int = PARTITION,
    progress: Progress = silent,
) -> Summary:
    """Make a table on Dask workers, which keep their own worker processes from one part to the next.

    Parameters
    ----------
    making : what is made of each image
    request : what the rows depend on besides the images and the columns
    items, output, workers, partition, progress : as in `extract_on_cluster`; so are the errors
    """
    import_dask()  # if it is missing, that is said before anything is written
    parts = [items[start : start + partition] for start in range(0, len(items), partition)]
    names = [f"part-{number:06}.parquet" for number in range(len(parts))]
    plan, done = _begin(output, making.columns, items, partition, request)
    counts = Summary(kept=sum(len(part) for part, name in zip(parts, names) if name in done))
    counts.images = counts.kept
    progress(counts.images, len(items))
    missing = ((name, part) for name, part in zip(names, parts) if name not in done)
    todo = ((output, name, part, making, workers.limits, plan) for name, part in missing)
    with _client(local_workers(workers.cluster), workers.scheduler) as client:
        _check_workers(client)
        try:
            for errors in _streamed(client, todo):
                for error in errors:
                    counts.count(error)
                progress(counts.images, len(items))
        finally:
            client.run(_end_workers, plan)
    return counts


def local_workers(cluster: str | None) -> int | None:
    """The number in `local:N`.

    Raises
    ------
    UnknownName
        If it reads otherwise.
    """
    if cluster is None:
        return None
    kind, _, number = cluster.partition(":")
    if kind != "local" or not number.isdecimal() or int(number) < 1:
        raise UnknownName(f"--cluster {cluster} is not known; write local:2 for two workers, or use --scheduler")
    return int(number)


def measure_partition(
    output: str, name: str, items: Sequence[Item], making: Making, limits: Limits, request: str
) -> list[str]:
    """Make one Parquet file of a few images, in a worker; returns the error of each, "" where there was none."""
    pool = None if limits == Limits(None, None) else _workers_of(making.work, limits, request)
    made = list(measured(items, making.work, limits=limits, failed=making.failed, pool=pool))
    if making.edited:
        for item, rows in made:
            mark_edited(rows, item)
    known = ({**row, **(item.labels if making.labels else {})} for item, rows in made for row in rows)
    system, folder = file_system(output)
    scratch = f"{folder}/.{name}.{hashlib.sha256(repr(items).encode('utf-8', 'replace')).hexdigest()[:12]}"
    with system.open(scratch, "wb") as file:
        write_parquet((cells_of(row, making.columns) for row in known), making.columns, file, making.types)
    system.mv(scratch, f"{folder}/{name}")
    return [str(making.failure(rows[0]) or "") for _, rows in made]


def _kept() -> dict[str, Any]:
    """What this Dask worker keeps between parts: a pool of processes for each request."""
    from distributed import get_worker

    kept: dict[str, Any] = vars(get_worker()).setdefault("realfake_pools", {})
    return kept


def _workers_of(work: Work, limits: Limits, request: str) -> LimitedPool[Item, list[Row]]:
    pools = _kept()
    if request not in pools:
        pools[request] = pool_of(work, limits)
    pool: LimitedPool[Item, list[Row]] = pools[request]
    return pool


def _end_workers(request: str, dask_worker: Any) -> None:
    pool = vars(dask_worker).get("realfake_pools", {}).pop(request, None)
    if pool is not None:
        pool.close(wait=False)


def _begin(
    output: str, columns: Sequence[str], items: Sequence[Item], partition: int, more: str
) -> tuple[str, set[str]]:
    """Claim the output for this request; its hash, and the names of the partitions that stand there already."""
    request = [program_version(), list(columns), partition, [(item.path, dict(item.labels)) for item in items]]
    request += [more] if more else []
    plan = {"request": hashlib.sha256(json.dumps(request).encode()).hexdigest(), "images": len(items)}
    try:
        system, folder = file_system(output)
        system.makedirs(folder, exist_ok=True)
        present = {path.rsplit("/", 1)[-1] for path in system.ls(folder, detail=False)}
        if PLAN in present:
            if json.loads(system.cat_file(f"{folder}/{PLAN}")) != plan:
                raise BadTable(f"{output} holds the table of another request; choose another folder or empty it")
        elif any(name.endswith(".parquet") for name in present):
            raise BadTable(f"{output} holds Parquet files of something else; choose another folder")
        else:
            system.pipe_file(f"{folder}/{PLAN}", json.dumps(plan).encode())
    except OSError as error:
        raise BadTable(f"{output} cannot be written: {error}; choose a folder that is yours") from None
    return str(plan["request"]), present


def _check_workers(client: Any) -> None:
    """A worker that cannot load OpenCV would die over its first task, and the run wait for ever."""
    try:
        client.run(check_opencv)
    except MissingLibrary as error:
        raise MissingLibrary(f"on a worker of the cluster, {error}") from None


def _streamed(client: Any, todo: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Results as they come, with a few tasks per worker under way, however many there are."""
    from distributed import as_completed

    def submit(task: tuple[Any, ...]) -> Any:
        return client.submit(measure_partition, *task, retries=RETRIES, pure=False)

    workers = max(1, len(client.scheduler_info()["workers"]))
    running: Any = as_completed([submit(task) for task in islice(todo, AHEAD * workers)])  # type: ignore[no-untyped-call]
    for future in running:
        yield future.result()
        for task in islice(todo, 1):
            running.add(submit(task))


@contextmanager
def _client(local: int | None, scheduler: str | None) -> Iterator[Any]:
    dask, distributed = import_dask()
    if scheduler is not None:
        try:
            with distributed.Client(scheduler, timeout=10) as client:
                yield client
        except OSError as error:
            raise RealfakeError(f"no Dask scheduler answers at {scheduler} ({error}); check its address") from None
        return
    # The workers start workers of their own, so that a file that hangs or crashes takes only those along.
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        distributed.LocalCluster(
            n_workers=local, threads_per_worker=1, dashboard_address=None, scheduler_kwargs=QUIET_SCHEDULER
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def import_dask() -> tuple[Any, Any]:
    """Dask and its scheduler, quiet, as `import_extra` finds them."""
    dask = import_extra("dask", NEEDED, "dask")
    dask.config.set({"logging.distributed": "warning"})  # read when distributed is imported
    return dask, import_extra("distributed", NEEDED, "dask")
