"""Tests mirror the program: each module is tested in the file of its name, and each such file has its module.

`forensics/text/lines.py` has `tests/forensics/text/test_lines.py`. A package whose `__init__` holds functions is tested
as a module is: `data/datasets/__init__.py` has `tests/data/test_datasets.py`. What only holds data needs no test.
Tests that stand right in `tests/` are about the whole: imports, packaging, manners, documentation, commands together.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("data", "forensics", "pipeline", "service")
WHOLE = ("golden", "hostile", "long_screens", "repeatability")  # of forensics/, more than one module each


def does_something(module: Path) -> bool:
    """Whether a module defines a function or a method, rather than constants and records alone."""
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.FunctionDef) for node in nodes)


def mirror_of(module: Path) -> Path:
    """The test of a module, below `tests`."""
    place = (module.parent if module.name == "__init__.py" else module).relative_to(ROOT)
    return place.with_name(f"test_{place.stem}.py")


def modules() -> list[Path]:
    return [ROOT / "cli.py", *(file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))]


def found() -> set[Path]:
    """Tests below `tests`, without those right in it that are no module's."""
    tests = {file.relative_to(ROOT / "tests") for file in (ROOT / "tests").rglob("test_*.py")}
    known = {mirror_of(module) for module in modules()}
    return {test for test in tests if test.parent != Path() or test in known}


def test_every_module_that_does_something_has_a_test_of_its_name():
    wanted = {mirror_of(module) for module in modules() if does_something(module)}
    assert sorted(map(str, wanted - found())) == []


def test_every_test_has_a_module_of_its_name_or_is_about_the_whole():
    known = {mirror_of(module) for module in modules()}
    whole = {Path("forensics", f"test_{name}.py") for name in WHOLE}
    assert found() - known == whole


def test_what_pytest_does_not_collect_holds_no_tests():
    for file in (ROOT / "tests").rglob("*.py"):
        if not file.name.startswith("test_"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            assert not [node.name for node in tree.body if getattr(node, "name", "").startswith("test_")], file
