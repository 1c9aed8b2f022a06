"""System libraries that compiled packages load: which are missing here, and the line that installs them.

Wheels carry most of what they need, but not what every desktop has: libGL, libxcb, libgomp. At its top this imports
the standard library alone, since it must run where nothing else does. What is missing is found by looking at the files.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

from realfake.forensics.errors import MissingLibrary

COMPILED = (
    "cv2", "skia", "lightgbm", "freetype", "uharfbuzz", "zxingcpp", "PIL", "matplotlib", "numba", "pyarrow",
    "scipy", "sklearn", "bidi",
)  # fmt: skip
LOADED = ("*.so", "lib/*.so")  # files that importing a package loads; plug-ins stand deeper and may stay unloaded
OPENCVS = ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")
LACKS = re.compile(  # as the loaders of glibc, musl and macOS say it of a library that is not a file of the package
    r"^([^\s/:]+\.so[.\d]*): cannot open shared object file|Error loading shared library ([^\s:]+):"
    r"|Library not loaded: (?:\S*/)?([^\s/]+\.dylib)"
)
UNRESOLVED = re.compile(r"^\s*(\S+) => not found|Error loading shared library ([^\s:]+):", re.MULTILINE)
ODD_NAMES = {  # libraries whose Debian package is not named after them
    "libglib-2.0": "libglib2.0", "libgthread-2.0": "libglib2.0", "libgobject-2.0": "libglib2.0",
    "libgmodule-2.0": "libglib2.0", "libgio-2.0": "libglib2.0",
}  # fmt: skip

Missing = dict[str, list[str]]


@contextmanager
def explained() -> Iterator[None]:
    """Say in one sentence why a compiled package cannot be loaded; every other error passes.

    Raises
    ------
    MissingLibrary
        In place of the ImportError, OSError or AttributeError of a package whose system libraries are missing, or of
        an OpenCV that is there in part.
    """
    try:
        yield
    except (ImportError, OSError, AttributeError) as error:
        named = named_library(error)
        if not named and not is_of_opencv(error):
            raise
        missing = missing_libraries()
        if named and not any(named in libraries for libraries in missing.values()):
            missing[culprit(error)] = [named]
        told = advice(missing) if missing else f"OpenCV is not whole ({error}); {other_opencv()}"
        raise MissingLibrary(told) from None


def check_opencv() -> None:
    """Load OpenCV, before processes are started that need it.

    Raises
    ------
    MissingLibrary
        If it cannot be loaded.
    """
    with explained():
        import cv2

        cv2.setNumThreads  # noqa: B018  (not there if only the folder is)


def missing_libraries() -> Missing:
    """The libraries, as `libGL.so.1`, that the loader does not find for each package that is installed."""
    missing = {package: sorted(unresolved(compiled_files(package))) for package in COMPILED}
    return {package: libraries for package, libraries in missing.items() if libraries}


def compiled_files(package: str) -> list[Path]:
    """The compiled files that importing a package loads; it is not imported."""
    spec = PathFinder.find_spec(package)
    if spec is None:
        return []
    if spec.submodule_search_locations is None:
        return [Path(spec.origin)] if spec.origin and spec.origin.endswith(".so") else []
    return [file for folder in spec.submodule_search_locations for some in LOADED for file in Path(folder).glob(some)]


def unresolved(files: Iterable[Path]) -> set[str]:
    """Libraries that the loader does not find for these files and for those that they load, as ldd lists them."""
    paths = [str(file) for file in files]
    if not paths or not shutil.which("ldd"):
        return set()
    listed = subprocess.run(["ldd", *paths], capture_output=True, text=True)
    return {name for names in UNRESOLVED.findall(listed.stdout + listed.stderr) for name in names if name}


def named_library(error: Exception) -> str:
    """The library that an error of the loader names, or ""."""
    named = LACKS.search(str(error)) if isinstance(error, (ImportError, OSError)) else None
    return next(filter(None, named.groups())) if named else ""


def culprit(error: Exception) -> str:
    """The compiled package that an error comes from."""
    frames = traceback.walk_tb(error.__traceback__)
    modules = [getattr(error, "name", None) or "", *(frame.f_globals.get("__name__", "") for frame, _ in frames)]
    packages = [name.partition(".")[0] for name in reversed(modules)]
    return next((name for name in packages if name in COMPILED), "a package")


def is_of_opencv(error: Exception) -> bool:
    """Whether an error says that OpenCV is not there, or only a part of it."""
    if isinstance(error, AttributeError):
        return isinstance(error.obj, ModuleType) and error.obj.__name__ == "cv2"
    return isinstance(error, ImportError) and culprit(error) == "cv2"


def advice(missing: Mapping[str, Iterable[str]]) -> str:
    """The sentence for whoever installed with pip, who may also take another OpenCV."""
    return f"{sentence(missing)}; {other_opencv()}" if "cv2" in missing else sentence(missing)


def sentence(missing: Mapping[str, Iterable[str]]) -> str:
    """Which libraries are missing, and the line that installs them on Debian and Ubuntu."""
    needed = "; ".join(f"{package} needs {', '.join(names)}" for package, names in missing.items())
    line = install_line({name for names in missing.values() for name in names})
    return f"system libraries are missing: {needed}; {line}"


def install_line(libraries: Iterable[str]) -> str:
    """What to type for these libraries, in the words of this system."""
    if not is_debian():
        return "install the packages of this system that hold them"
    packages = debian_packages(libraries)
    commands = [f"apt-get install -y {' '.join(packages)}"]
    if not all(name in known_packages(name) for name in packages):
        commands.insert(0, "apt-get update")
    if os.geteuid() and shutil.which("sudo"):
        return "run: " + " && ".join(f"sudo {command}" for command in commands)
    return "run as root: " + " && ".join(commands)


def is_debian() -> bool:
    """Whether this is Debian, Ubuntu, or a system made from them."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    return bool({system["ID"], *system.get("ID_LIKE", "").split()} & {"debian", "ubuntu"})


def debian_packages(libraries: Iterable[str]) -> list[str]:
    """The packages that hold these libraries, sorted.

    A package of a shared library is named after it and its version (Debian Policy, 8.1); where its 64-bit `time_t`
    changed the library, `t64` stands behind. apt is asked which of both there is.
    """
    packages = set()
    for library in libraries:
        name, _, number = library.partition(".so")
        name = ODD_NAMES.get(name, name).lower().replace("_", "-")
        hyphen = "-" if name[-1].isdigit() else ""
        package = f"{name}{hyphen}{number.lstrip('.')}"
        known = known_packages(package)
        packages.add(f"{package}t64" if package not in known and f"{package}t64" in known else package)
    return sorted(packages)


def known_packages(prefix: str) -> set[str]:
    """Names of packages that apt knows and that begin so; none before the first `apt-get update`."""
    if not shutil.which("apt-cache"):
        return set()
    return set(subprocess.run(["apt-cache", "pkgnames", prefix], capture_output=True, text=True).stdout.split())


def other_opencv() -> str:
    """How to come to the build of OpenCV that needs no display, and is whole."""
    installed = [name for name in OPENCVS if is_installed(name)]
    pip = f"{sys.executable} -m pip"
    away = f"{pip} uninstall -y {' '.join(installed)} && " if installed else ""
    reason = f"{' and '.join(installed)} overwrite each other" if len(installed) > 1 else "OpenCV without a display"
    return f"{reason}: {away}{pip} install opencv-python-headless"


def is_installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
