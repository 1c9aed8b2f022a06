"""Where the machine code of kernels is kept, so that nobody compiles what another has compiled.

First beside the program, where whoever installs it can put it for all users (`realfake warm`), else in a folder of the
user; each is read, and what is missing is written to the first that can be written. What Numba wrote is used where its
own version, the processor, the signature and the source of the kernel are the same, and ignored where one is not.
"""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, _Cache, _CacheLocator

from realfake.forensics.arrays.places import SETTING, beside, of_user

Folder = Callable[[str], Path]  # from the path of a source to where its machine code is kept


class KeptCode(_Cache):
    """The machine code of one kernel in several folders."""

    def __init__(self, kernel: Callable[..., Any]) -> None:
        folders: list[Folder] = [_of_setting] if os.environ.get(SETTING) else [beside, _below_user]
        self._caches = [_cache_in(folder)(kernel) for folder in folders]

    @property
    def cache_path(self) -> str:
        """The first folder."""
        return str(self._caches[0].cache_path)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The machine code for a signature, None where it must be compiled."""
        for cache in self._caches:
            try:
                found = cache.load_overload(sig, target_context)
            except OSError:  # a folder of somebody else
                continue
            if found is not None:
                return found
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep machine code where that is possible; without a folder it is compiled again another time."""
        for cache in self._caches:
            try:
                cache.save_overload(sig, data)
            except OSError:
                continue
            return

    def enable(self) -> None:
        """Part of what Numba asks for."""

    def disable(self) -> None:
        """Part of what Numba asks for."""

    def flush(self) -> None:
        """Part of what Numba asks for."""


def _of_setting(source: str) -> Path:
    return Path(os.environ[SETTING], _below(source))


def _below_user(source: str) -> Path:
    return of_user() / _below(source)


def _below(source: str) -> str:
    return str(_CacheLocator.get_suitable_cache_subpath(source))  # type: ignore[no-untyped-call]


def _cache_in(folder: Folder) -> type[Any]:
    """Numba's cache of a function, in a folder of ours and stamped with the content of its source."""

    class Locator(_CacheLocator):
        def __init__(self, source: str, line: int) -> None:
            self._source, self._line = source, line

        def get_cache_path(self) -> str:
            return str(folder(self._source))

        def get_source_stamp(self) -> str:
            return hashlib.sha256(Path(self._source).read_bytes()).hexdigest()

        def get_disambiguator(self) -> str:
            return str(self._line)

        def ensure_cache_path(self) -> None:
            os.makedirs(self.get_cache_path(), exist_ok=True)

        @classmethod
        def from_function(cls, kernel: Any, source: str) -> Locator:
            return cls(inspect.getfile(kernel), kernel.__code__.co_firstlineno)

    class Implementation(CompileResultCacheImpl):
        _locator_classes = [Locator]

    class Code(FunctionCache):
        _impl_class = Implementation

    return Code
