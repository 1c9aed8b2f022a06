"""How the source is written, where no linter looks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from realfake import cli

ROOT = Path(cli.__file__).parent
ROOMS = ("forensics", "pipeline", "data", "service", "benchmarks", "docs", "tests")
SKIP = "# fmt: " + "skip"


def unformatted_code(source: str) -> list[int]:
    """Lines of `source` that the formatter passes over although no table of data, a constant, ends there."""
    constants = {
        node.end_lineno
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and all(name.isupper() for name in names(node))
    }
    skipped = [
        number for number, line in enumerate(source.splitlines(), 1) if SKIP in line or "# fmt: " + "off" in line
    ]
    return [number for number in skipped if number not in constants]


def names(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """The names that an assignment binds."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (f"TABLE = (\n    1, 2,\n)  {SKIP}\n", []),
        (f"TABLE: tuple[int, ...] = (\n    1, 2,\n)  {SKIP}\n", []),
        (f"f(1,\n  2)  {SKIP}\n", [2]),
        (f"def f():\n    TABLE = (\n        1, 2,\n    )  {SKIP}\n", [4]),
        (f"value = (\n    1, 2,\n)  {SKIP}\n", [3]),
    ],
)
def test_only_a_constant_at_the_top_of_a_module_is_a_table_of_data(source, found):
    assert unformatted_code(source) == found


def test_the_formatter_passes_over_tables_of_data_alone():
    files = [ROOT / "cli.py", *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]
    assert len(files) > 200
    found = {file.name: lines for file in files if (lines := unformatted_code(file.read_text(encoding="utf-8")))}
    assert not found
