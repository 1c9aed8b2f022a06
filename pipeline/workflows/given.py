"""What a user gives: a table, a model or an archive, or the path of one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Union

from realfake.forensics.errors import BadTable

if TYPE_CHECKING:
    import pandas as pd

    from realfake.pipeline.archive.store import Store
    from realfake.pipeline.models.model import Model
    from realfake.pipeline.words.scored import ScoredWords

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike]
Table = Union[PathLike, "pd.DataFrame"]


def paths_among(given: Sequence[object]) -> list[PathLike | None]:
    """What of these is a path, and not a table or model in memory."""
    return [one for one in given if isinstance(one, (str, os.PathLike))]


@contextmanager
def open_archive(place: PathLike | None, create: bool = False) -> Iterator[Store | None]:
    """An open archive; None where none is named."""
    if place is None:
        yield None
        return
    from realfake.pipeline.archive.store import Store

    with closing(Store(place, create)) as store:
        yield store


def folder_of(model: Model | PathLike) -> Path | None:
    """Where a model stands; None for one in memory."""
    from realfake.pipeline.models.folder import model_folder

    return model_folder(model) if isinstance(model, (str, os.PathLike)) else None


def table_of(table: Table) -> pd.DataFrame:
    """A table, read where its path is given.

    Raises
    ------
    BadTable
        If it is neither, has a column twice, or a feature that is infinite.
    """
    import pandas as pd

    from realfake.pipeline.tables.table import needs_finite, read_table

    if isinstance(table, (str, os.PathLike)):
        return read_table(table)
    if not isinstance(table, pd.DataFrame):
        raise BadTable(f"a {type(table).__name__} is no table; give a DataFrame or the path of one")
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise BadTable(f"the table has the column {twice!r} more than once; rename all but one")
    needs_finite(table)
    return table


def model_of(model: Model | PathLike) -> Model:
    """A model, loaded where its folder is given."""
    from realfake.pipeline.models.model import Model, load_model

    return model if isinstance(model, Model) else load_model(model)


def scored_words_of(base: Model | PathLike) -> ScoredWords:
    """What sums up words as a model scores them."""
    from realfake.pipeline.words.scored import ScoredWords

    model = model_of(base)
    if model.scorer is None:
        raise BadTable(f"the model {base} has no scorer of words; name another, such as starter")
    return ScoredWords(model.scorer, model.fingerprint)
