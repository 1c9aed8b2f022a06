"""Whoever lacks a library of the system reads which, and what to type; never a traceback."""

import os
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from realfake.forensics import libraries
from realfake.forensics.errors import MissingLibrary
from realfake.forensics.libraries import (
    COMPILED,
    advice,
    compiled_files,
    debian_packages,
    explained,
    other_opencv,
    sentence,
    unresolved,
)

ROOT = Path(__file__).parents[2]
NOT_FOUND = "cannot open shared object file: No such file or directory"
PROGRAM = "from realfake.cli import main; main(prog_name='realfake')"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="takes a library of Linux apart")


def realfake(*arguments: str, path: Path, folder: Path) -> subprocess.CompletedProcess:
    """The program, with packages in `path` that stand before the installed ones."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)


def package(folder: Path, name: str, code: str) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(code)
    return folder


def on_debian(monkeypatch, tmp_path: Path, *known: str) -> None:
    """A Debian whose apt knows these packages."""
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "debian"})
    apt = tmp_path / "apt-cache"
    apt.write_text("#!/bin/sh\n" + "".join(f"case {name} in $2*) echo {name};; esac\n" for name in known))
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)


@pytest.fixture
def lame(tmp_path) -> Path:
    """A folder with a compiled module `skia`, made from a real library, that needs two libraries that nobody has."""
    whole = Path(str(find_spec("lightgbm").origin)).with_name("lib") / "lib_lightgbm.so"
    code = whole.read_bytes()
    for name, other in ((b"libgomp.so.1", b"libgone.so.1"), (b"libstdc++.so.6", b"libabsent.so.6")):
        assert name in code
        code = code.replace(name, other)
    (tmp_path / "lame").mkdir()
    (tmp_path / "lame" / "skia.abi3.so").write_bytes(code)
    return tmp_path / "lame"


@LINUX
def test_every_library_that_a_compiled_file_lacks_is_found(lame):
    assert unresolved([lame / "skia.abi3.so"]) == {"libgone.so.1", "libabsent.so.6"}


@LINUX
def test_a_module_that_the_loader_refuses_is_told_with_all_that_it_lacks(lame, tmp_path):
    failed = realfake("synth", "set", "--genuine", "1", "--fake", "0", "--apps", "1", path=lame, folder=tmp_path)
    assert failed.returncode == 1
    line = failed.stderr.strip().splitlines()[-1]
    assert line.startswith("Error: system libraries are missing: skia needs libabsent.so.6, libgone.so.1; ")
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "arguments",
    [["extract", "x.png", "-o", "t.csv", "--jobs", "2"], ["map", "x.png", "--family", "ela", "-o", "m.png"]],
)
def test_no_command_ends_in_a_traceback_where_a_library_is_missing(tmp_path, arguments):
    Image.new("RGB", (64, 64)).save(tmp_path / "x.png")
    path = package(tmp_path / "path", "cv2", f"raise ImportError('libxcb.so.1: {NOT_FOUND}')")
    failed = realfake(*arguments, path=path, folder=tmp_path)
    assert failed.returncode == 1
    assert "system libraries are missing: cv2 needs libxcb.so.1; " in failed.stderr
    assert "pip install opencv-python-headless" in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


@LINUX
def test_scoring_says_what_the_library_of_trees_lacks(lame, tmp_path):
    Image.new("RGB", (64, 64)).save(tmp_path / "x.png")
    path = package(tmp_path / "path", "lightgbm", "")
    (path / "lightgbm" / "lib").mkdir()
    (lame / "skia.abi3.so").rename(path / "lightgbm" / "lib" / "lib_lightgbm.so")
    failed = realfake("predict", "x.png", path=path, folder=tmp_path)
    assert failed.returncode == 1
    assert "Error: system libraries are missing: lightgbm needs libabsent.so.6, libgone.so.1; " in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_help_and_version_need_no_library(tmp_path):
    for name in ("cv2", "lightgbm", "skia", "numba"):
        package(tmp_path / "path", name, f"raise ImportError('libGL.so.1: {NOT_FOUND}')")
    for arguments in (["--help"], ["--version"], ["extract", "--help"]):
        done = realfake(*arguments, path=tmp_path / "path", folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")


def test_an_opencv_of_which_another_build_left_the_folder_is_named_with_both_builds(tmp_path):
    path = package(tmp_path / "path", "cv2", "")
    for name in ("opencv_python", "opencv_python_headless"):
        (path / f"{name}-5.0.0.dist-info").mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 5.0.0\n"
        (path / f"{name}-5.0.0.dist-info" / "METADATA").write_text(metadata)
    Image.new("RGB", (64, 64)).save(tmp_path / "x.png")
    for arguments in (["extract", "x.png", "-o", "t.csv"], ["predict", "x.png", "--jobs", "2"]):
        failed = realfake(*arguments, path=path, folder=tmp_path)
        assert failed.returncode == 1
        assert "opencv-python and opencv-python-headless overwrite each other: " in failed.stderr
        assert "pip uninstall -y opencv-python opencv-python-headless && " in failed.stderr
        assert "Traceback" not in failed.stderr


def test_an_opencv_that_is_not_there_is_asked_for(monkeypatch):
    monkeypatch.setattr(libraries, "is_installed", lambda name: False)
    assert other_opencv().endswith(f": {sys.executable} -m pip install opencv-python-headless")
    with pytest.raises(MissingLibrary, match="No module named"), explained():
        raise ModuleNotFoundError("No module named 'cv2'", name="cv2")


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "No such file or directory", "a.png"),
        OSError("/opt/lib_lightgbm.so: cannot open shared object file: No such file or directory"),
        ImportError("libLLVM.so: failed to map segment from shared object: Cannot allocate memory", name="llvmlite"),
        ModuleNotFoundError("No module named 'optuna'", name="optuna"),
        AttributeError("'list' object has no attribute 'resize'", name="resize", obj=[]),
    ],
)
def test_errors_of_other_causes_pass_as_they_are(error):
    with pytest.raises(type(error)) as caught, explained():
        raise error
    assert caught.value is error


@pytest.mark.parametrize(
    "said, library",
    [
        (OSError(f"libgomp.so.1: {NOT_FOUND}"), "libgomp.so.1"),
        (ImportError("Error loading shared library libGL.so.1: No such file (needed by /x)"), "libGL.so.1"),
        (OSError("dlopen(lib.dylib): Library not loaded: @rpath/libomp.dylib\n  Referenced from"), "libomp.dylib"),
    ],
)
def test_the_loaders_of_glibc_musl_and_macos_are_understood(monkeypatch, said, library):
    monkeypatch.setattr(libraries, "missing_libraries", dict)
    with pytest.raises(MissingLibrary, match=f" needs {library}; "), explained():
        raise said


@pytest.mark.parametrize(
    "library, package",
    [
        ("libxcb.so.1", "libxcb1"),
        ("libGL.so.1", "libgl1"),
        ("libX11.so.6", "libx11-6"),
        ("libSM.so.6", "libsm6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libgcc_s.so.1", "libgcc-s1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libstdc++.so.6", "libstdc++6"),
        ("libpng16.so.16", "libpng16-16"),
    ],
)
def test_packages_are_named_as_debian_names_them(monkeypatch, tmp_path, library, package):
    on_debian(monkeypatch, tmp_path)
    assert debian_packages([library]) == [package]


def test_the_name_that_a_newer_release_gave_a_package_is_the_one_that_apt_knows(monkeypatch, tmp_path):
    on_debian(monkeypatch, tmp_path, "libglib2.0-0t64", "libgl1")
    missing = {"cv2": ["libGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0"]}
    assert sentence(missing).endswith("; run as root: apt-get install -y libgl1 libglib2.0-0t64")


def test_the_line_fetches_the_lists_of_apt_where_there_are_none(monkeypatch, tmp_path):
    on_debian(monkeypatch, tmp_path)
    line = "; run as root: apt-get update && apt-get install -y libgomp1"
    assert sentence({"lightgbm": ["libgomp.so.1"]}).endswith(line)


def test_an_ordinary_user_is_told_to_use_sudo_where_there_is_one(monkeypatch, tmp_path):
    on_debian(monkeypatch, tmp_path, "libgomp1")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    (tmp_path / "sudo").touch(0o755)
    assert sentence({"lightgbm": ["libgomp.so.1"]}).endswith("; run: sudo apt-get install -y libgomp1")


@pytest.mark.parametrize("system", [{"ID": "fedora"}, {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, None])
def test_systems_without_apt_are_told_the_libraries_alone(monkeypatch, system):
    def release():
        if system is None:
            raise OSError("no os-release")
        return system

    monkeypatch.setattr("platform.freedesktop_os_release", release)
    told = advice({"cv2": ["libGL.so.1"]})
    assert "cv2 needs libGL.so.1; install the packages of this system that hold them" in told
    assert "apt" not in told


@pytest.mark.skipif(not (ROOT / "setup.cfg").exists(), reason="runs on an installed wheel")
def test_every_compiled_requirement_is_looked_at():
    options = ConfigParser()
    options.read(ROOT / "setup.cfg")
    lines = (options["options"]["install_requires"] + options["options.extras_require"]["synth"]).split()
    required = {line.partition(">=")[0].lower() for line in lines if not line.startswith("fontpkg")}
    tops = {top for top, names in packages_distributions().items() if required & {name.lower() for name in names}}
    compiled = {top for top in tops if compiled_files(top)}
    assert {"cv2", "lightgbm", "skia"} <= compiled <= set(COMPILED)
