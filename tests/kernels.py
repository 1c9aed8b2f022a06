"""Which kernels are compiled beforehand, and for which arguments: python -m tests.kernels writes the list anew.

It measures drawn screens and photographs, first as a model of words does, remembers receipts in an archive, and lists
each kernel with the signatures that it was called with and the CPU seconds that it took to compile. A kernel that was
listed keeps its seconds unless they are far off, so that a change shows in the lines of what changed alone.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from PIL import Image

from realfake.forensics.arrays.places import ALL, KERNELS, WORDS


def files() -> Iterator[bytes]:
    """Screens and photographs, in colour and gray, as PNG, JPEG and WebP."""
    from benchmarks.extraction import draw_photo, draw_screen

    for picture in (draw_screen(600, 400), draw_photo(256, 320)):
        image = Image.fromarray(picture)
        for shown in (image, image.convert("L"), image.rotate(180)):
            for kind, options in (("PNG", {}), ("JPEG", {"quality": 85}), ("JPEG", {"quality": 95}), ("WEBP", {})):
                file = io.BytesIO()
                shown.save(file, kind, **options)
                yield file.getvalue()


def called() -> dict[tuple[str, str, str], tuple[float, str]]:
    """Module, name and signature of each kernel that these files call: seconds to compile, and the group."""
    from numba.core.dispatcher import Dispatcher

    found: dict[tuple[str, str, str], tuple[float, str]] = {}
    compile_, group = Dispatcher.compile, [WORDS]

    def noted(self: Dispatcher, signature: tuple) -> object:
        begun = time.process_time()
        result = compile_(self, signature)
        module = self.py_func.__module__
        if module.startswith("realfake."):
            key = (module.removeprefix("realfake."), self.py_func.__name__, repr(tuple(signature)))
            found.setdefault(key, (time.process_time() - begun, group[0]))
        return result

    Dispatcher.compile = noted
    try:
        from realfake.forensics.extract import extract_features
        from realfake.forensics.image import ForensicImage
        from realfake.pipeline.models.predict import Judging

        judging, shown = Judging(), list(files())
        with tempfile.TemporaryDirectory() as folder:
            for data in shown:
                Path(folder, "image").write_bytes(data)
                judging(str(Path(folder, "image")))
        group[0] = ALL
        for data in shown:
            extract_features(ForensicImage.from_bytes(data))
        remember()
    finally:
        Dispatcher.compile = compile_
    return found


def remember() -> None:
    """Add receipts to an archive one by one and look them up again."""
    from realfake.pipeline.archive.adding import Screen, add
    from realfake.pipeline.archive.past import found_of
    from realfake.pipeline.archive.store import Store
    from tests.payments import payment, receipt, signed

    screens = [Screen(str(i), str(i), signed(receipt(payment(i)))) for i in range(12)]
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder, "archive.db"), create=True)) as store:
        for screen in screens:
            add(store, [screen])
        for screen in screens:
            found_of(screen, store)


def kept(before: float | None, now: float) -> float:
    """The seconds that were listed, where they are right within a factor of two."""
    return before if before and now / 2 <= before <= now * 2 else now


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder  # nothing is compiled there yet
        found = called()
    before = {tuple(one[:3]): one[4] for one in json.loads(KERNELS.read_text(encoding="utf-8"))}
    listed = [
        [*key, group, kept(before.get(key), round(seconds, 2))] for key, (seconds, group) in sorted(found.items())
    ]
    KERNELS.write_text("[\n" + ",\n".join(json.dumps(one) for one in listed) + "\n]\n", encoding="utf-8")
    print(len(listed), "signatures,", round(sum(seconds for seconds, _ in found.values()), 1), "CPU s to compile;")
    print(sum(one[3] == WORDS for one in listed), "of words", file=sys.stdout)


if __name__ == "__main__":
    main()
