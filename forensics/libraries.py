"""System libraries that compiled packages load: which are missing here, and the line that installs them.

Wheels carry most of what they need, but not what every desktop has: libGL, libxcb, libgomp. Only the standard library
is imported here, since this must run where nothing else does.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from realfake.forensics.errors import MissingLibrary

# Importing these loads every compiled package among the requirements: LightGBM imports NumPy, SciPy, pandas, ...
COMPILED = (
    "cv2", "skia", "freetype", "uharfbuzz", "jpeglib", "numba", "pywt", "skimage", "PIL.Image", "matplotlib.pyplot",
    "pyarrow", "lightgbm", "imblearn",
)  # fmt: skip
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
        if isinstance(error, (ImportError, OSError)) and (libraries := lacking(error)):
            package = (isinstance(error, ImportError) and error.name) or "a package"
            raise MissingLibrary(advice(missing_libraries() or {package: libraries})) from None
        if not is_of_opencv(error):
            raise
        # Only the first import in a process tells the cause, so that a fresh one is asked.
        raise MissingLibrary(
            advice(missing_libraries()) or f"OpenCV is not whole ({error}); {other_opencv()}"
        ) from None


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
    """Import each compiled package in another process; the names of the libraries that each lacks, as `libGL.so.1`.

    Packages that are not installed lack nothing.
    """
    tried = subprocess.run([sys.executable, "-P", "-m", __name__], capture_output=True, text=True)
    try:
        return json.loads(tried.stdout.splitlines()[-1])
    except (IndexError, ValueError):  # it died, and there is nothing to tell
        return {}


def lacking(error: ImportError | OSError) -> list[str]:
    """The library that an error of the loader names, and all others that the same file lacks."""
    named = LACKS.search(str(error))
    if named is None:
        return []
    file = getattr(error, "path", None)  # OSError, of ctypes, does not tell it
    return sorted({next(filter(None, named.groups())), *(unresolved(file) if file else ())})


def unresolved(file: str | os.PathLike[str]) -> set[str]:
    """Libraries that the loader does not find for a compiled file and those that it brings along, as ldd lists them."""
    if not shutil.which("ldd"):
        return set()
    listed = subprocess.run(["ldd", os.fspath(file)], capture_output=True, text=True)
    return {name for names in UNRESOLVED.findall(listed.stdout + listed.stderr) for name in names if name}


def is_of_opencv(error: Exception) -> bool:
    """Whether an error says that OpenCV is not there, or only a part of it."""
    if isinstance(error, AttributeError):
        return isinstance(error.obj, ModuleType) and error.obj.__name__ == "cv2"
    return isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "cv2" or '"cv2"' in str(error)


def advice(missing: Mapping[str, Iterable[str]]) -> str:
    """One sentence for the user of an installed program: the libraries and what to type; "" where none is missing."""
    if not missing:
        return ""
    return f"{sentence(missing)}; {other_opencv()}" if "cv2" in missing else sentence(missing)


def sentence(missing: Mapping[str, Iterable[str]]) -> str:
    """Which libraries are missing, and the line that installs them on Debian and Ubuntu."""
    needed = "; ".join(f"{package} needs {', '.join(names)}" for package, names in missing.items())
    names = {name for lacked in missing.values() for name in lacked}
    return f"system libraries are missing: {needed}; {install_line(names)}"


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


def load_all() -> Missing:
    """Import each compiled package here, and tell which libraries those lack that cannot be loaded."""
    missing = {}
    for module in COMPILED:
        try:
            import_module(module)
        except (ImportError, OSError) as error:
            if libraries := lacking(error):
                missing[module.partition(".")[0]] = libraries
    return missing


if __name__ == "__main__":
    print(json.dumps(load_all()))
