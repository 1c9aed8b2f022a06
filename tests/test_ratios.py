"""The bench of ratios: told of runs whose truth is known, it fails what it should and nothing else."""

import json
import subprocess

import pytest

from benchmarks import ratios

BEFORE = {"screen": {"whole row": 10.0, "words": 5.0, "ela": 1.0}}


def now(row: float = 10.0, words: float = 5.0, ela: float = 1.0) -> ratios.Ratios:
    return {"screen": {"whole row": row, "words": words, "ela": ela}}


def test_a_gate_that_costs_more_than_its_share_of_what_it_did_is_told_of_alone():
    assert ratios.too_slow(now(row=12.9, words=6.4, ela=9.0), BEFORE) == []
    (told,) = ratios.too_slow(now(row=13.5), BEFORE)
    assert told == "whole row of screen costs 13.5 decodes, 1.35 times the stored 10.0; 1.3 is the most"


def test_another_processor_is_given_more(tmp_path, monkeypatch):
    here = ratios.processor(*ratios.NAMED)
    kept = tmp_path / "kept.json"
    monkeypatch.setattr(ratios, "STORED", kept)
    for name, most in ((here, ratios.MOST), (["another"], ratios.ELSEWHERE)):
        kept.write_text(json.dumps({"processor": name, "ratios": {"screen": {"words": 5.0}}}))
        assert ratios.most_allowed() == most and ratios.stored() == {"screen": {"words": 5.0}}
    assert ratios.too_slow(now(row=13.5), BEFORE, ratios.ELSEWHERE) == []


@pytest.mark.parametrize(("second", "code"), [(11.0, 0), (14.0, 1)])
def test_a_check_that_would_fail_measures_once_more(second, code, capsys):
    taken = iter([now(row=15.0), now(row=second)])
    assert ratios.report_check(lambda: next(taken), BEFORE) == code
    assert ("1.3 is the most" in capsys.readouterr().err) == bool(code)


def test_a_check_that_passes_measures_once():
    taken = iter([now()])
    assert ratios.report_check(lambda: next(taken), BEFORE) == 0


def test_one_slow_pair_of_several_does_not_count():
    assert ratios.medians({"screen": {"words": [5.0, 90.0, 5.2]}}) == {"screen": {"words": 5.2}}


def test_the_change_is_told_where_something_was_stored(capsys):
    ratios.print_change(BEFORE, {"screen": {"words": 4.0, "srm": 2.0}}, "stored")
    words, srm = capsys.readouterr().out.splitlines()[1:]
    assert words.split() == ["screen:", "words", "5.00", "4.00", "-20", "%"]
    assert srm.split() == ["screen:", "srm", "2.00"]


def test_every_gate_of_every_screen_has_a_stored_ratio():
    kept = ratios.stored()
    screens = [title for title in ratios.generated() if title.startswith("screen")]
    assert screens and all(kept[title][gate] > 0 for title in screens for gate in ratios.GATES)


def test_a_commit_is_measured_in_a_folder_of_its_own(tmp_path):
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True
        )

    git("init", "--quiet")
    for text in ("first", "second"):
        (tmp_path / "file").write_text(text)
        git("add", "file")
        git("commit", "--quiet", "-m", text)
    with ratios.tree_of("HEAD~1", tmp_path) as tree:
        assert (tree / "file").read_text() == "first"
    assert not tree.exists() and (tmp_path / "file").read_text() == "second"
