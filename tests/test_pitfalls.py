"""docs/pitfalls.md prints what it says it prints."""

import contextlib
import io
import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[1] / "docs" / "pitfalls.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^## (.*?)\n.*?```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, flags=re.S | re.M)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TOLERANCE = 0.05  # other versions of the libraries grow slightly other trees


def test_every_pitfall_has_a_block():
    assert len(BLOCKS) == TEXT.count("\n## ") == 6


@pytest.mark.parametrize("title, code, stated", BLOCKS, ids=[title for title, _, _ in BLOCKS])
def test_a_pitfall_shows_the_effect_that_the_page_states(title, code, stated):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, title, "exec"), {})
    assert NUMBER.sub("0", printed.getvalue()) == NUMBER.sub("0", stated)
    found, written = (list(map(float, NUMBER.findall(text))) for text in (printed.getvalue(), stated))
    assert found == pytest.approx(written, abs=TOLERANCE)
