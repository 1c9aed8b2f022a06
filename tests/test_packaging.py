"""What is installed: data files, types, a version, and a sentence for each extra that is not there."""

import os
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import distribution, requires, version
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[1]
SOURCES = pytest.mark.skipif(not (ROOT / "setup.cfg").exists(), reason="runs on an installed wheel")


def python(*arguments: str, folder: Path, errors: str = "strict") -> subprocess.CompletedProcess:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, errors=errors)


@pytest.mark.parametrize(
    "package, name",
    [
        ("realfake", "py.typed"),
        ("realfake", "__init__.pyi"),
        ("realfake.pipeline", "__init__.pyi"),
        ("realfake.data", "quantization.npz"),
        ("realfake.data.datasets", "screens.csv"),
        ("realfake.data.screenshots", "vocabulary.json"),
        ("realfake.forensics.text", "seams.npz"),
        ("realfake.pipeline.reports", "templates/case.html"),
        ("realfake.pipeline.reports", "templates/report.html"),
        ("realfake.pipeline.models", "starter/SHA256SUMS"),
        ("realfake.service", "templates/part.html"),
        ("realfake.service", "static/htmx.min.js"),
        ("realfake.service", "static/htmx-LICENSE.txt"),
        ("realfake.pipeline.models", "starter/scorer.skops"),
    ],
)
def test_data_files_are_installed(package, name):
    assert files(package).joinpath(name).is_file()


def test_the_starter_scores_an_image_from_any_folder(tmp_path):
    picture = Image.new("RGB", (360, 420), "white")
    for i in range(6):
        ImageDraw.Draw(picture).text((20, 20 + 60 * i), f"Amount 1{i}7.50 paid", "black", font_size=24)
    picture.save(tmp_path / "slip.png")
    odd = os.fsdecode(b"not \xff UTF-8.png")
    picture.save(tmp_path / odd)
    program = "from realfake.cli import main; main(prog_name='realfake')"
    scored = python("-c", program, "predict", "slip.png", odd, folder=tmp_path, errors="surrogateescape")
    assert scored.returncode == 0, scored.stderr
    header, *rows = scored.stdout.splitlines()
    assert header.startswith("path,probability,verdict")
    assert [row.split(",")[0] for row in rows] == ["slip.png", r"not \xff UTF-8.png"]


@pytest.mark.parametrize(
    "without, arguments, extra",
    [
        ("distributed", ["extract", "a.png", "-o", "table", "--cluster", "local:2"], "dask"),
        ("fsspec", ["extract", "s3://bucket/a.png", "-o", "t.csv"], "dask"),
        ("optuna", ["compare", "t.csv", "--search", "2"], "search"),
        ("mlflow", ["compare", "t.csv", "--mlflow", "-o", "m.csv"], "mlflow"),
        ("fastapi", ["serve"], "serve"),
        ("skia", ["synth", "set", "--genuine", "1", "--fake", "0", "--apps", "1"], "synth"),
    ],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(tmp_path, without, arguments, extra):
    Image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    (tmp_path / "t.csv").write_text("path,label\n")
    program = f"import sys; sys.modules[{without!r}] = None; from realfake.cli import main; main(prog_name='realfake')"
    failed = python("-c", program, *arguments, folder=tmp_path)
    assert failed.returncode == 1
    assert f"pip install 'realfake[{extra}]'" in failed.stderr.strip().splitlines()[-1]
    assert "Traceback" not in failed.stderr


@SOURCES
def test_every_folder_of_modules_is_a_package_that_is_installed():
    options = ConfigParser()
    options.read(ROOT / "setup.cfg")
    folders = [
        file.parent for room in ("data", "forensics", "pipeline", "service") for file in (ROOT / room).rglob("*.py")
    ]
    names = {".".join(("realfake", *folder.relative_to(ROOT).parts)) for folder in folders}
    assert set(options["options"]["packages"].split()) == {"realfake", *names}


def test_nothing_is_installed_under_another_name():
    installed = distribution("realfake")
    if installed.read_text("WHEEL") is None or "editable" in (installed.read_text("direct_url.json") or ""):
        pytest.skip("the sources are used as they stand")
    tops = {file.parts[0] for file in installed.files or [] if file.parts[0] != ".."}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"realfake"}


@pytest.fixture
def crowded(tmp_path):
    """A folder whose own modules have the names of this program's rooms, and an image."""
    for name in ("cli", "data", "forensics", "pipeline", "tests"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module was imported')\n")
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(tmp_path / "a.png")
    return tmp_path


def test_modules_of_the_users_own_do_not_stand_in_the_way_of_the_command(crowded):
    done = python("-m", "realfake.cli", "extract", "a.png", "-f", "ela", "-o", "-", "--jobs", "2", folder=crowded)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("a.png,")


def test_modules_of_the_users_own_do_not_stand_in_the_way_of_a_notebook(crowded):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    code = "import realfake\nprint(len(realfake.extract('a.png', families=['ela'])))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(crowded)}}, timeout=120).execute()
    assert notebook.cells[0].outputs[0].text == "1\n"


def test_importing_loads_nothing_heavy_and_changes_nothing(tmp_path):
    program = """
import sys, os
import realfake
assert not {"cv2", "sklearn", "pandas", "numpy", "lightgbm", "click"} & set(sys.modules), sorted(sys.modules)
import cv2, sklearn
import pandas as pd
before = dict(os.environ)  # as those libraries left it
options = {name: pd.get_option(name) for name in ("mode.string_storage", "display.max_rows")}
import realfake.pipeline.workflows.images, realfake.pipeline.workflows.tables
import realfake.forensics.catalog, realfake.data.manifest
from realfake import *
assert options == {name: pd.get_option(name) for name in options}
assert before == dict(os.environ)
"""
    done = python("-W", "ignore", "-c", program, folder=tmp_path)
    assert done.returncode == 0, done.stderr


@SOURCES
def test_every_requirement_states_its_oldest_version():
    options = ConfigParser()
    options.read(ROOT / "setup.cfg")
    assert all(">=" in requirement for requirement in options["options"]["install_requires"].split())
    assert version("realfake") == options["metadata"]["version"]


def test_what_is_installed_is_what_was_declared():
    assert any(requirement.startswith("opencv-python>=") for requirement in requires("realfake") or [])


@SOURCES
def test_an_archive_does_not_tell_when_or_by_whom_it_was_built():
    import importlib.util
    import io
    import tarfile

    spec = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
    release = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(release)

    def packed(date: int, owner: str, names: list[str]) -> bytes:
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as archive:
            for name in names:
                member = tarfile.TarInfo(name)
                member.mtime, member.uname, member.size = date, owner, 3
                archive.addfile(member, io.BytesIO(b"abc"))
        return stream.getvalue()

    here, there = packed(1, "me", ["a", "b"]), packed(2, "you", ["b", "a"])
    assert here != there
    assert release.undated(here) == release.undated(there)
