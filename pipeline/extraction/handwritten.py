"""What a person wrote into a finished table: it goes on with the table that is measured anew, or the run is refused."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from realfake.data.manifest import label_of, printable
from realfake.forensics.catalog import FAMILIES
from realfake.forensics.content.values_table import VALUE_PLACE
from realfake.forensics.errors import BadTable
from realfake.forensics.extract import PROVENANCE, REGION_PLACE
from realfake.forensics.files import PARQUET_ENDINGS
from realfake.forensics.measurement import SEPARATOR, family_of
from realfake.forensics.text.regions import region_catalogue
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.settings import ARCHIVE, CONTENT, REGIONS, WORDS_MODEL
from realfake.pipeline.tables.cells import Row
from realfake.pipeline.tables.table import TableWarning, holds_words, text_cells

OWN = {*PROVENANCE, *REGION_PLACE, "edited", WORDS_MODEL}  # columns that the program fills
MARKS = {"path", "sha256", "realfake_version"}  # columns by which its tables are known


@dataclass(frozen=True)
class Handwritten:
    """What a person added to the table that stands where another will be written.

    Attributes
    ----------
    items : the images to measure, with what was written beside each as further labels
    word_columns : columns whose values differ between the words of an image
    types : Arrow types of the added columns, where the table is Parquet
    only_here : path to a column written word by word, which only rows that are taken over can keep
    output : the table
    """

    items: Sequence[Item]
    word_columns: tuple[str, ...] = ()
    types: Mapping[str, pa.DataType] = field(default_factory=dict)
    only_here: Mapping[str, str] = field(default_factory=dict)
    output: Path = Path()

    def check(self, path: str, rows: Sequence[Row]) -> None:
        """Raise BadTable where an image was measured anew whose words carry what a person wrote."""
        column = self.only_here.get(path)
        if column is not None and all(_blank(row.get(column)) for row in rows):
            raise BadTable(
                f"{self.output} has words of {printable(path)} with {column!r} written by hand, and the image must be "
                "measured anew, which may find other words; choose another output"
            )


def handwritten(items: Sequence[Item], output: Path, regions: bool) -> Handwritten:
    """Find out what a person wrote into the table at `output`.

    Columns that neither the program nor the manifest fills are kept, and so are cells where the manifest has none.

    Parameters
    ----------
    items : the images that will be measured
    output : a table, or a file that does not exist yet
    regions : whether a row of the new table is a word

    Raises
    ------
    BadTable
        If the file is no feature table, has rows of another level, says other than the manifest, or has rows that a
        person wrote of images that are not among `items`.
    """
    if not output.is_file() or not output.stat().st_size:
        return Handwritten(items, output=output)
    names, frame, types = _read(output)
    if not MARKS & set(names) - {"path"} or "path" not in names:
        raise BadTable(f"{output} exists and is not a feature table; choose another output, or delete the file")
    if holds_words(pd.DataFrame(columns=names)) != regions:
        level = "images" if regions else "words"
        raise BadTable(f"{output} exists and is a table of {level}; choose another output, or delete the file")
    given = list(items[0].labels) if items else []
    added = [name for name in names if name and not _is_own(name) and name not in given]
    _check_other_rows(output, frame, {item.path for item in items}, added)
    mine = frame[frame["path"].isin({item.path for item in items})]
    by_word = [name for name in added if regions and _differs(mine, name)]
    whole = [name for name in added if name not in by_word]
    _check_one_row(output, mine, [*whole, *given], regions)
    written = {
        path: rows.iloc[0] for path, rows in mine[["path", *whole, *(n for n in given if n in mine)]].groupby("path")
    }
    return Handwritten(
        [_with_written(item, written.get(item.path), whole, output) for item in items],
        tuple(by_word),
        {name: types[name] for name in added if name in types},
        _only_here(mine, [*by_word, *(["edited"] if regions and "edited" in mine else [])]),
        output,
    )


def nothing_written(items: Sequence[Item], output: Path) -> Handwritten:
    """For a table of values, in which nobody writes.

    Raises
    ------
    BadTable
        If the file at `output` is another one.
    """
    if output.is_file() and output.stat().st_size:
        names = _read(output)[0]
        given = list(items[0].labels) if items else []
        other = [name for name in names if name not in (*PROVENANCE, *VALUE_PLACE, "text", *given)]
        if other or not {*VALUE_PLACE} <= set(names):
            raise BadTable(f"{output} exists and is no table of values; choose another output, or delete the file")
    return Handwritten(items, output=output)


def label_types(items: Sequence[Item]) -> dict[str, pa.DataType]:
    """The Arrow type of the column `label` where it is not whole numbers alone."""
    labels = {str(item.labels.get("label", "")) for item in items}
    return {} if labels <= {"", "0", "1"} else {"label": pa.string()}


def _read(output: Path) -> tuple[list[str], pd.DataFrame, dict[str, pa.DataType]]:
    """All column names of a table, its columns without the program's features as text, and their Arrow types."""
    try:
        if output.suffix.lower() not in PARQUET_ENDINGS:
            return *text_cells(output, _is_feature_of_ours), {}
        schema = pq.read_schema(output)
        kept = [name for name in schema.names if not _is_feature_of_ours(name)]
        table = pq.read_table(output, columns=kept)
        cells = {name: table[name].cast(pa.string()).fill_null("").to_pylist() for name in kept}
        types = {name: schema.field(name).type for name in kept}
        return schema.names, pd.DataFrame(cells, dtype=object), types
    except (OSError, ValueError, EOFError, NotImplementedError) as error:
        cause = str(error).strip().split("\n")[0]
        raise BadTable(
            f"{output} exists and cannot be read as a feature table ({cause}); choose another output, or "
            "delete the file"
        ) from None


def _is_own(name: str) -> bool:
    return name in OWN or _is_feature_of_ours(name)


def _is_feature_of_ours(name: str) -> bool:
    if SEPARATOR not in name:
        return False
    return family_of(name) in {*FAMILIES, REGIONS, CONTENT, ARCHIVE, *(entry.family for entry in region_catalogue())}


def _check_other_rows(output: Path, frame: pd.DataFrame, named: set[str], added: Sequence[str]) -> None:
    """Refuse to drop rows that a person wrote, or wrote into, and tell of others that carry labels."""
    others = frame[~frame["path"].isin(named)]
    measured = (others.get("sha256", "") != "") | (others.get("error", "") != "")
    written = others[~measured | (others[added] != "").any(axis=1)] if len(others) else others
    if len(written):
        shown = f" ({', '.join(added)})" if added else ""
        raise BadTable(
            f"{output} has rows{shown} that were written by hand, of images that are not named now: {len(written)}, "
            f"the first {printable(str(written['path'].iloc[0]))}; name those images too or choose another output"
        )
    labels = [name for name in frame if name not in OWN]
    if len(others) and (others[labels] != "").to_numpy().any():
        warnings.warn(
            f"{output}: {len(others)} rows of images that are not named any more are dropped",
            TableWarning,
            stacklevel=4,
        )


def _check_one_row(output: Path, mine: pd.DataFrame, columns: Sequence[str], regions: bool) -> None:
    if regions:
        twice = mine.duplicated(["path", "region"])
    else:
        twice = mine.duplicated("path")
        differing = next((name for name in columns if name in mine and _differs(mine, name)), None)
        if not differing:
            return
    if twice.any():
        path = printable(str(mine.loc[twice, "path"].iloc[0]))
        raise BadTable(f"{output} has more than one row of {path}; keep one of them, or choose another output")


def _differs(mine: pd.DataFrame, name: str) -> bool:
    """Whether rows of one image have different cells."""
    return bool((mine.groupby("path")[name].nunique() > 1).any())


def _with_written(item: Item, row: pd.Series | None, added: Sequence[str], output: Path) -> Item:
    labels = dict(item.labels)
    if row is not None:
        for name, value in item.labels.items():
            old = row.get(name, "")
            if not _blank(old) and _blank(value):
                labels[name] = old
            elif not _blank(old) and not _equal(name, old, value):
                raise BadTable(
                    f"{output} says {name} {old!r} of {printable(item.path)} and the manifest says {str(value)!r}; "
                    "correct one of them, or choose another output"
                )
    return replace(item, labels=labels | {name: "" if row is None else row[name] for name in added})


def _equal(name: str, old: str, value: object) -> bool:
    """Whether two cells say the same, as numbers or as text."""
    if old == str(value) or old.strip() == str(value).strip():
        return True
    if name == "label" and label_of(old) is not None:
        return label_of(old) == label_of(value)
    try:
        return math.isclose(float(old), float(str(value)))
    except ValueError:
        return False


def _only_here(mine: pd.DataFrame, columns: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in columns:
        for path in mine.loc[mine[name] != "", "path"].unique():
            found.setdefault(path, name)
    return found


def _blank(cell: object) -> bool:
    return cell is None or cell != cell or str(cell).strip() == ""
