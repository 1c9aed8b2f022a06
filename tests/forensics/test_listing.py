"""The page of features says what the catalogue says."""

from pathlib import Path

from forensics.catalog import FAMILIES, catalogue
from forensics.listing import PAGE, feature_markdown

PAGE_FILE = Path(__file__).parents[2] / "docs" / "features.md"


def test_the_page_of_features_is_fresh():
    assert PAGE_FILE.read_text() == PAGE + feature_markdown() + "\n", (
        "run `python -m forensics.listing > docs/features.md`"
    )


def test_the_page_counts_every_feature():
    page = feature_markdown()
    for name in FAMILIES:
        assert f"## {name}\n" in page
    heads = ("| ---", "| column | unit")
    total = sum(line.startswith("| ") and not line.startswith(heads) for line in page.splitlines())
    merged = [line.split("(")[1].split(")")[0] for line in page.splitlines() if "__* (" in line]
    assert total - len(merged) + sum(map(int, merged)) == len(catalogue())
