"""The session in the README runs as it stands."""

import re
import shutil
import warnings
from pathlib import Path

import pandas as pd
import pytest

from realfake.data import synthesise

ROOT = Path(__file__).parents[1]
(SESSION,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.S)


def test_the_session_in_python_runs_on_drawn_images(tmp_path, monkeypatch, capsys):
    drawn = synthesise(tmp_path / "drawn", genuine=18, fake=6, apps=4, seed=3)
    table = pd.read_csv(drawn.manifest)
    table.assign(path="drawn/" + table["path"])[["path", "label", "group"]].to_csv(tmp_path / "my.csv", index=False)
    later = synthesise(tmp_path / "later", genuine=1, fake=1, apps=4, seed=4)
    (tmp_path / "inbox").mkdir()
    for path in pd.read_csv(later.manifest)["path"]:
        shutil.copy(tmp_path / "later" / path, tmp_path / "inbox")
    monkeypatch.chdir(tmp_path)
    said = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 18 genuine images promise little, and the program says so
        exec(compile(SESSION, "README.md", "exec"), said)
    assert {path.name for path in tmp_path.iterdir()} == {"drawn", "later", "inbox", "my.csv", "model", "case.html"}
    assert len(said["table"]) == 24 and len(said["found"]) == 2
    assert said["found"]["verdict"].isin(["fake", "review", "no sign of editing"]).all()
    assert {"plain", "smote", "prior", "container-only"} == set(said["result"].metrics["strategy"])
    assert "<svg" in (page := Path("case.html").read_text(encoding="utf-8")) or "<img" in page
    printed = capsys.readouterr().out
    assert "rule of three" in printed and "smote" in printed and "verdict" in printed


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md"))]
)
def test_every_file_that_a_page_leads_to_or_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    folder = (ROOT / page).parent
    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}
    made = "gallery_made/"  # by make docs
    assert [link for link in links - {""} if not link.startswith(made) and not (folder / link).exists()] == []
    rooms = "|".join(("forensics", "pipeline", "data", "service", "tests", "benchmarks", "docs"))
    named = set(re.findall(rf"`((?:{rooms})/[\w/.]+)`", text))
    assert [name for name in named if not (ROOT / name).exists()] == []
