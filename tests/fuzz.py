"""Coverage-guided fuzzing of the decoders and every family: `python -m tests.fuzz --minutes 30 --keep FOLDER`.

Needs `pip install atheris`. libFuzzer mutates the files of the bounded run in `test_hostile`; what crashes is
written to the folder, and belongs into `tests/forensics/hostile` once it is understood.
"""

import argparse
import hashlib
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import atheris

from realfake.forensics.catalog import FAMILIES
from realfake.forensics.errors import RealfakeError
from tests.forensics.test_hostile import KEPT, SEEDS, extracted

PARSERS = ("container", "quantization", "dct")  # families that read the file itself, which is where mutations hit
WHOLE = 8  # every so many files, all families


class Fuzzer:
    """Feeds files to the extractors and keeps those that end in anything but a row or a sentence."""

    def __init__(self, folder: Path, minutes: float, slow: float) -> None:
        self.folder, self.slow = folder, slow
        self.end = time.process_time() + 60 * minutes
        self.files = self.rows = 0
        self.found: dict[str, str] = {}

    def __call__(self, data: bytes) -> None:
        """One file; ends the process when the time is over."""
        begun = time.process_time()
        if begun > self.end:
            print(f"{self.files} files, {self.rows} of them measured, {len(self.found)} kinds of failures")
            sys.stdout.flush()
            raise KeyboardInterrupt
        self.files += 1
        try:
            extracted(data, FAMILIES if self.files % WHOLE == 0 else PARSERS)
            self.rows += 1
        except RealfakeError as error:
            if "; " not in str(error):
                self.keep(data, f"a sentence without advice: {error}")
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self.keep(data, f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}")
        if time.process_time() - begun > self.slow:
            self.keep(data, f"slower than {self.slow:g} s")

    def keep(self, data: bytes, kind: str) -> None:
        """Write the first file of each kind of failure, and say so."""
        if kind not in self.found:
            self.found[kind] = hashlib.sha256(data).hexdigest()[:12]
            (self.folder / self.found[kind]).write_bytes(data)
            print(f"{self.found[kind]}: {kind}", flush=True)


def plain_functions() -> Iterator[FunctionType]:
    """Every function and method of `forensics` that Python runs; Numba could not compile an instrumented kernel."""
    modules = [module for name, module in sys.modules.items() if name.startswith("realfake.forensics.")]
    owners = [*modules, *{thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}]
    for owner in owners:
        for value in vars(owner).values():
            value = getattr(value, "__func__", None) or getattr(value, "fget", None) or getattr(value, "func", value)
            if (
                isinstance(value, FunctionType)
                and value.__module__.startswith("realfake.forensics.")
                and not is_kernel(value)
            ):
                yield value


def is_kernel(function: FunctionType) -> bool:
    """Whether it is the wrapper of a compiled kernel."""
    return hasattr(function, "__wrapped__")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="of CPU time")
    parser.add_argument("--keep", type=Path, required=True, help="folder for what crashes, and for the corpus")
    parser.add_argument("--slow", type=float, default=30, help="CPU seconds from which a small file counts as hanging")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    corpus = options.keep / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate([*SEEDS, *(path.read_bytes() for path in KEPT)]):
        (corpus / f"seed{number:02}").write_bytes(data)
    for data in SEEDS:
        extracted(data)  # compiles the kernels
    for function in set(plain_functions()):
        atheris.instrument_func(function)
    # The tracing itself takes up more memory with every file; and a fuzzer that was stopped for a while has not hung.
    arguments = [
        sys.argv[0],
        str(corpus),
        "-rss_limit_mb=16384",
        "-malloc_limit_mb=4096",
        "-timeout=1800",
        "-max_len=65536",
        "-print_final_stats=1",
        f"-artifact_prefix={options.keep}/",
    ]
    atheris.Setup(arguments, Fuzzer(options.keep, options.minutes, options.slow))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
