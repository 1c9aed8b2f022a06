"""Many images to predictions: scored where they are measured, and written here row by row.

This process imports nothing that measures or scores: a verdict on one image costs what its worker costs.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from realfake.forensics.arrays.places import WORDS, prepare
from realfake.forensics.delimited import csv_line, dialect_of
from realfake.forensics.errors import BadModel, BadTable, ModelWarning
from realfake.forensics.files import (
    LINES_ENDINGS,
    PARQUET_ENDINGS,
    TABLE_ENDINGS,
    ending_of,
    needs_ending,
    standard_output,
    written_whole,
)
from realfake.forensics.limited import Limits
from realfake.forensics.names import program_version
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.remote import is_url
from realfake.pipeline.extraction.resume import cells_of, line, locked, records_of, resume, sha256_of, streamed
from realfake.pipeline.extraction.summary import Summary
from realfake.pipeline.extraction.workers import measured
from realfake.pipeline.models.folder import fingerprint, model_folder
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.cells import Row, separator_of, unguard
from realfake.pipeline.verdicts import FILE, MEASURED, PAST, PREDICTION, TOLD, Verdict

if TYPE_CHECKING:
    import pandas as pd

    from realfake.pipeline.archive.store import Store
    from realfake.pipeline.models.judged import Judge
    from realfake.pipeline.models.model import Model

BATCH = 32  # images looked up in an archive at a time
NUMBERS = ("probability", "score", "threshold", "review_threshold")
WHOLE = ("width", "height")


@dataclass(frozen=True)
class Judging:
    """The work of scoring a file, light to send: its model is loaded where the work is done.

    Attributes
    ----------
    model : a model or its folder
    prevalence : share of fakes where the images come from; the one that the model expects where None
    reader : reads the screens too, and tells what on them contradicts itself
    received : when images came, by their paths
    archive : file or URL of what was received before; none where empty
    adding : whether the images are added to the archive
    """

    model: Model | str | os.PathLike[str] = "starter"
    prevalence: float | None = None
    reader: str | None = None
    received: Mapping[str, datetime] = field(default_factory=dict)
    archive: str = ""
    adding: bool = False

    needs: ClassVar = ("realfake.pipeline.models.judged",)

    def __call__(self, path: str) -> list[Row]:
        return [self._judge.prediction(path)]

    def failed(self, path: str, why: str) -> Row:
        """The prediction on a file that could not be measured."""
        return self._judge.failed(path, why)

    @property
    def request(self) -> str:
        """What the predictions depend on besides the images; never the same twice for a model that was not saved."""
        model = self.model
        known = fingerprint(model_folder(model)) if isinstance(model, (str, os.PathLike)) else model.fingerprint
        habits = None if isinstance(model, (str, os.PathLike)) else repr(model.habits)  # which may not be its own
        asked = [self.prevalence, self.reader, self.received, self.archive, self.adding]
        told = [program_version(), known or uuid.uuid4().hex, habits, *asked]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]

    @cached_property
    def _judge(self) -> Judge:
        from realfake.pipeline.models.judged import Judge

        picture = self.adding if self.archive else None
        return Judge(self.model, self.prevalence, self.reader, picture, self.archive, self.received)

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}  # without the judge


def predict_to(
    items: Sequence[Item],
    judging: Judging,
    output: str | os.PathLike[str],
    *,
    as_json: bool = False,
    archive: Store | None = None,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary:
    """Measure what the model needs, score it, and write a line per file in the order of `items`.

    Of a file that shows several pictures (pages, frames of an animation) the worst verdict counts, and the reasons
    begin with the picture that it is of. A run that was stopped leaves `<output>.part`, from which the same request
    goes on.

    Parameters
    ----------
    judging : how they are scored
    output : a file, which appears whole, or `-` for standard output; one that holds no predictions is left alone
    as_json : JSON lines in place of a table
    archive : that of `judging`, open; tells which images are copies, and of which
    workers : who measures, and what one file may cost
    progress : called with the files done and the files in all

    Raises
    ------
    BadModel
        If the model cannot be loaded.
    BadTable
        If the output cannot be written, or holds columns that a person added.
    """
    needs_ending(output, LINES_ENDINGS if as_json else TABLE_ENDINGS)
    columns = (*PREDICTION, *(PAST if archive else ()))
    if str(output) == "-":
        rows = predicted(items, judging, workers, archive)
        return _to_stream(standard_output(), columns, as_json, rows, lambda done: progress(done, len(items)))
    output = Path(output)
    if not as_json:
        _keep_added_columns(output)
    part, counts = output.with_name(output.name + ".part"), Summary()
    kept = [*columns, f"request {judging.request}"]  # a part of another request has another header
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with locked(part, output), open(part, "a+b") as stream:
            for error in resume(stream, kept, items, _still_holds, _failure):
                counts.count(error)
            counts.kept = counts.images
            progress(counts.images, len(items))
            for row in predicted(items[counts.images :], judging, workers, archive):
                stream.write(line(row, kept))
                stream.flush()
                counts.count(_failure(row))
                progress(counts.images, len(items))
        _finish(part, output, columns, as_json)
    except OSError as error:
        reason = f"{output} cannot be written: {error.strerror}"
        raise BadTable(f"{reason}; choose a folder of yours that has room") from None
    return counts


def predict_table(
    items: Sequence[Item],
    judging: Judging,
    *,
    archive: Store | None = None,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame:
    """The predictions of `predict_to` as a table, one row a file; `suspects` as JSON."""
    import pandas as pd

    rows: list[Row] = []
    for row in predicted(items, judging, workers, archive):
        rows.append(row)
        progress(len(rows), len(items))
    columns = (*PREDICTION, *(PAST if archive else ()))
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=object if name in FILE else None) for name in columns}
    )


def predict_on_cluster(
    items: Sequence[Item], judging: Judging, output: str, *, workers: Workers, progress: Progress = silent
) -> Summary:
    """Predictions on Dask workers, into a folder or URL of Parquet files as `extract_on_cluster` writes it."""
    import pyarrow as pa

    from realfake.pipeline.extraction.cluster import Making, make_on_cluster

    types = dict.fromkeys(NUMBERS, pa.float64())
    making = Making(PREDICTION, judging, types=types, failed=judging.failed, failure=_failure, labels=False)
    return make_on_cluster(items, output, making, f"predictions {judging.request}", workers=workers, progress=progress)


def predicted(items: Iterable[Item], judging: Judging, workers: Workers, archive: Store | None) -> Iterator[Row]:
    """The prediction on each file, in order: `PREDICTION`, and `PAST` where there is an archive."""
    if workers.limits != Limits(None, None):
        prepare(WORDS)
    done = measured(
        items,
        judging,
        jobs=workers.jobs,
        limits=workers.limits,
        failed=judging.failed,
        fatal=(BadModel,),
        preload=judging.needs,
    )
    told: set[str] = set()
    rows = (rows[0] for _, rows in done)
    for row in rows if archive is None else _with_pasts(rows, archive, judging.adding):
        for sentence in row.pop(TOLD):
            if sentence not in told:
                told.add(sentence)
                warnings.warn(sentence, ModelWarning, stacklevel=3)
        yield row


def _with_pasts(rows: Iterator[Row], archive: Store, adding: bool) -> Iterator[Row]:
    from realfake.pipeline.archive.past import pasts_of, with_past

    while batch := list(islice(rows, BATCH)):
        pasts = pasts_of([row.pop(MEASURED, {}) for row in batch], archive, adding)
        yield from map(with_past, batch, pasts)


def _to_stream(
    stream: BinaryIO, columns: Sequence[str], as_json: bool, rows: Iterator[Row], progress: Callable[[int], None]
) -> Summary:
    """Write predictions as they come."""
    summary = Summary()
    if not as_json:
        stream.write(csv_line(columns, ","))
    for row in rows:
        cells = cells_of(row, columns)
        stream.write(_json_line(columns, cells) if as_json else csv_line(cells, ","))
        stream.flush()
        summary.count(_failure(row))
        progress(summary.images)
    return summary


def _failure(row: Mapping[str, object]) -> str:
    return str(row["reasons"]) if row["verdict"] == Verdict.ERROR else ""


def _still_holds(row: Mapping[str, object], item: Item) -> bool:
    """Whether a prediction of an earlier run of the same request still is what this run would write."""
    if row["path"] != item.path:
        return False
    return bool(_failure(row)) or is_url(item.path) or row["sha256"] == sha256_of(item.path)


def _finish(part: Path, output: Path, columns: Sequence[str], as_json: bool) -> None:
    """Put what the part holds in the place of the output, in the form that its name asks for."""
    with written_whole(output) as scratch, records_of(part) as records:
        lines = (cells[: len(columns)] for cells in records)
        header = next(lines)
        if ending_of(output) in PARQUET_ENDINGS:
            import pyarrow as pa

            from realfake.pipeline.tables.parquet import write_parquet

            write_parquet(lines, columns, scratch, dict.fromkeys(NUMBERS, pa.float64()))
        else:
            with streamed(scratch, output) as target:
                if as_json:
                    target.writelines(_json_line(columns, cells) for cells in lines)
                else:
                    separator = separator_of(output)
                    target.write(csv_line(header, separator))
                    target.writelines(csv_line(cells, separator) for cells in lines)
    part.unlink()


def _json_line(columns: Sequence[str], cells: Sequence[str]) -> bytes:
    return json.dumps({name: _json_value(name, cell) for name, cell in zip(columns, cells)}).encode() + b"\n"


def _json_value(name: str, cell: str) -> Any:
    if name == "suspects":
        return json.loads(str(unguard(cell)) or "[]")
    if name in NUMBERS:
        return float(cell) if cell and math.isfinite(float(cell)) else None
    if name in WHOLE:
        return int(cell) if cell else None
    return None if name in FILE and not cell else unguard(cell)


def _keep_added_columns(output: Path) -> None:
    """Refuse to write predictions over a file that holds something else, such as a reviewer's column."""
    if not output.is_file() or not output.stat().st_size or ending_of(output) in PARQUET_ENDINGS:
        return
    try:
        names = dialect_of(output, PREDICTION.__contains__)[1]
    except OSError as error:
        raise BadTable(f"{output} cannot be read: {error.strerror}; choose another output") from None
    added = [name for name in names if name not in (*PREDICTION, *PAST)]
    if added:
        raise BadTable(
            f"{output} exists and has the column {added[0]!r}, which no prediction has and which would be lost; "
            "choose another output, or delete the file"
        )
