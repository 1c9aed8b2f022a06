"""What `make docs` needs before it begins: every page has its place, every name its entry, every link is followed."""

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import SphinxError

import realfake

DOCS = Path(__file__).parents[1] / "docs"
spec = importlib.util.spec_from_file_location("conf", DOCS / "conf.py")
conf = importlib.util.module_from_spec(spec)
spec.loader.exec_module(conf)


def test_every_page_stands_in_the_table_of_contents():
    trees = re.findall(r"```\{toctree\}\n(.*?)```", (DOCS / "index.md").read_text(encoding="utf-8"), flags=re.S)
    listed = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    pages = {page.stem for page in DOCS.glob("*.md")} - {"index"}
    assert sorted(listed) == sorted(pages | {"gallery_made/index"})


def test_every_public_name_stands_in_the_reference():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\.\. auto(?:function|class|data|exception):: (\w+)", page, flags=re.M))
    assert named == set(realfake.__all__) - {"metrics", "archive"} | set(realfake.archive.__all__)
    assert ".. automodule:: realfake.pipeline.metrics" in page


def test_the_gallery_holds_three_examples_in_order():
    examples = sorted((DOCS / conf.sphinx_gallery_conf["examples_dirs"]).glob("*.py"))
    assert [one.stem for one in examples] == ["plot_1_feature_table", "plot_2_honest_comparison", "plot_3_case"]
    for one in examples:
        assert re.match(conf.sphinx_gallery_conf["filename_pattern"], one.name)
        compile(one.read_text(encoding="utf-8"), one.name, "exec")


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path):
    site = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path)
    (tmp_path / "other.html").write_text('<p id="here">')
    (tmp_path / "page.html").write_text('<a href="other.html#here"> <a href="https://example.org/gone"> <a href="">')
    conf.check_links(site, None)
    (tmp_path / "page.html").write_text('<a href="other.html#there"> <img src="lost.png">')
    with pytest.raises(SphinxError, match=r"(?s)page.html leads to lost.png.*page.html leads to other.html#there"):
        conf.check_links(site, None)


def test_settings_stand_in_signatures_without_what_they_are_made_of():
    long = "(a=Workers(jobs=1, limits=Limits(timeout=300.0, memory=4096)), progress=<function silent>, *, b=(1, 2))"
    short = conf.short_defaults(None, "function", "name", None, None, long, "")
    assert short == ("(a=Workers(), progress=silent, *, b=(1, 2))", "")
