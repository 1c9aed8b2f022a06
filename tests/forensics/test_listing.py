"""The page of features says what the catalogue says."""

import subprocess
import sys
from pathlib import Path

import pytest

from realfake.forensics.catalog import FAMILIES, catalogue
from realfake.forensics.content.consistency import content_features
from realfake.forensics.errors import UnknownName
from realfake.forensics.listing import PAGE, feature_markdown, list_features
from realfake.forensics.text.measurement import REGION_FAMILIES
from realfake.forensics.text.regions import PEERS, region_catalogue

PAGE_FILE = Path(__file__).parents[2] / "docs" / "features.md"


def test_the_page_of_features_is_fresh():
    assert PAGE_FILE.read_text() == PAGE + feature_markdown() + "\n", (
        "run `python -m realfake.forensics.listing > docs/features.md`"
    )


def test_the_page_counts_every_feature():
    page = feature_markdown(FAMILIES)
    for name in FAMILIES:
        assert f"## {name}\n" in page
    heads = ("| ---", "| column | unit")
    total = sum(line.startswith("| ") and not line.startswith(heads) for line in page.splitlines())
    merged = [line.split("(")[1].split(")")[0] for line in page.splitlines() if "__* (" in line]
    assert total - len(merged) + sum(map(int, merged)) == len(catalogue())


def test_the_catalogue_tells_every_measurement_of_words_with_its_source():
    told = list_features()
    assert set(told["column"]) == {entry.column for entry in (*catalogue(), *content_features(), *region_catalogue())}
    assert told["source"].str.len().min() > 0
    page = feature_markdown(REGION_FAMILIES)
    raw = [entry.column for entry in region_catalogue() if "__z_" not in entry.column and entry.family != PEERS]
    assert all(f"| {column} |" in page for column in raw)
    assert set(list_features(["runs"])["family"]) == {"runs"} < set(REGION_FAMILIES)


def test_an_unknown_family_is_named_beside_those_that_there_are():
    with pytest.raises(UnknownName, match="no family colour; choose from .*ela.*; of words: .*glyphs"):
        list_features(["colour"])


def test_columns_keep_their_order_whatever_is_imported_first():
    families = "from realfake.forensics.catalog import FAMILIES; print(*FAMILIES)"
    orders = {
        subprocess.run(
            [sys.executable, "-c", f"import {first}; {families}"], capture_output=True, text=True, check=True
        ).stdout
        for first in ("realfake.forensics.families", "realfake.forensics.text.regions")
    }
    assert len(orders) == 1
