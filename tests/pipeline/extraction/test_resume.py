"""What a stopped run left and what a finished one knows: taken over as far as it can be trusted."""

import csv
import gzip
import hashlib
import io
import math
from pathlib import Path

import pytest

from realfake.forensics.errors import BadTable
from realfake.forensics.extract import program_version
from realfake.pipeline.extraction.inputs import Item
from realfake.pipeline.extraction.resume import Earlier, agrees, cells_of, finish, line, locked, resume

COLUMNS = ["path", "sha256", "bytes", "realfake_version", "error", "words_model", "label", "ela__q90__mean"]


@pytest.fixture
def items(tmp_path):
    """Five files, labelled."""
    found = []
    for i in range(5):
        (tmp_path / f"{i}.png").write_bytes(b"x" * (i + 1))
        found.append(Item(str(tmp_path / f"{i}.png"), {"label": i % 2}))
    return found


def row(item: Item, **changed) -> dict:
    data = Path(item.path).read_bytes()
    known = {"path": item.path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    return (
        known
        | {"realfake_version": program_version(), "error": "", "words_model": "m", "ela__q90__mean": 0.1}
        | item.labels
        | changed
    )


def table_of(rows) -> bytes:
    return b"".join(line(one, COLUMNS) for one in [dict(zip(COLUMNS, COLUMNS)), *rows])


@pytest.fixture
def resumed(items, tmp_path):
    """A function that resumes a part of these bytes: the errors of the images kept, and what is left of the part."""

    def resumed(part: bytes) -> tuple[list[str], str]:
        (tmp_path / "part").write_bytes(part)
        with open(tmp_path / "part", "a+b") as stream:
            errors = resume(stream, COLUMNS, items)
        return errors, (tmp_path / "part").read_text()

    return resumed


def paths_in(text: str) -> list[str]:
    return [one["path"] for one in csv.DictReader(io.StringIO(text))]


def test_cells_hold_numbers_in_full_and_nothing_where_there_is_none():
    third = 1 / 3
    assert cells_of({"a": third, "b": math.nan, "c": None, "d": 7}, "abcde") == [repr(third), "", "", "7", ""]
    assert line({"a": "=1+1", "b": -1.5}, "ab") == b"'=1+1,-1.5\n"
    assert line({"a": "caf\udce9"}, "a") == b"caf\\xe9\n"


def test_all_but_the_last_image_of_a_part_are_kept(items, resumed):
    errors, left = resumed(table_of([row(items[0]), row(items[1], error="broken"), row(items[2])]))
    assert errors == ["", "broken"]
    assert paths_in(left) == [items[0].path, items[1].path]


def test_a_line_that_was_cut_off_is_dropped(items, resumed):
    errors, left = resumed(table_of([row(one) for one in items[:4]])[:-3])
    assert len(errors) == len(paths_in(left)) == 2, "the third is the last whole one"
    assert left.endswith("\n")


@pytest.mark.parametrize("changed", [{"label": 9}, {"bytes": 99}, {"realfake_version": "0.0.1"}, {"path": "other.png"}])
def test_images_are_trusted_up_to_the_first_that_disagrees(items, resumed, changed):
    _, left = resumed(table_of([row(items[0]), row(items[1], **changed), row(items[2]), row(items[3])]))
    assert paths_in(left) == [items[0].path]


def test_a_part_with_other_columns_begins_anew(resumed):
    errors, left = resumed(b"path,other\na.png,1\nb.png,1\n")
    assert errors == [] and left == ",".join(COLUMNS) + "\n"


def test_rows_of_a_finished_table_are_handed_out_for_files_that_did_not_change(items, tmp_path):
    table = tmp_path / "t.csv"
    table.write_bytes(table_of([row(one) for one in items]))
    (tmp_path / "1.png").write_bytes(b"y")
    earlier = Earlier(table, COLUMNS, {one.path for one in items})
    known = [earlier.rows(one) for one in items]
    assert [rows is not None for rows in known] == [True, False, True, True, True]
    assert earlier.taken == 4 and known[0][0]["ela__q90__mean"] == 0.1
    assert Earlier(tmp_path / "none.csv", COLUMNS, set()).rows(items[0]) is None


def test_rows_that_another_model_summed_up_are_measured_anew(items, tmp_path):
    table, mine = tmp_path / "t.csv", {"words_model": "m"}
    table.write_bytes(table_of([row(items[0]), row(items[1], words_model="n")]))
    earlier = Earlier(table, COLUMNS, {one.path for one in items}, mine)
    assert [earlier.rows(one) is not None for one in items[:2]] == [True, False]
    part = [{key: str(cell) for key, cell in row(items[0], words_model=model).items()} for model in "mn"]
    assert [agrees(one, items[0], mine) for one in part] == [True, False]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".tsv", ".parquet"])
def test_a_finished_part_becomes_what_the_ending_says_and_knows_its_rows(items, tmp_path, ending):
    part, output = tmp_path / "part", tmp_path / f"t{ending}"
    part.write_bytes(table_of([row(one) for one in items]))
    whole = part.read_bytes()
    finish(part, output, {})
    assert not part.exists()
    if ending == ".csv.gz":
        assert gzip.decompress(output.read_bytes()) == whole
    if ending == ".tsv":
        assert output.read_bytes() == whole.replace(b",", b"\t")
    earlier = Earlier(output, COLUMNS, {one.path for one in items})
    assert all(earlier.rows(one) for one in items)


def test_a_second_run_is_kept_out_of_the_same_output(tmp_path):
    part, output = tmp_path / "t.csv.part", tmp_path / "t.csv"
    refusal = pytest.raises(BadTable, match=r"t\.csv is being written by another run")
    with locked(part, output), refusal, locked(part, output):
        pass
    assert not list(tmp_path.iterdir())
    with locked(part, output):
        pass
