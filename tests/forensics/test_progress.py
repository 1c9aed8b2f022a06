"""One bar for a job of several parts."""

from realfake.forensics.progress import shares, silent


def test_equal_parts_fill_one_bar_from_end_to_end():
    told = []
    for part in shares(lambda done, total: told.append((done, total)), 3):
        for done in (0, 2, 4):
            part(done, 4)
    assert told == [(0, 12), (2, 12), (4, 12), (4, 12), (6, 12), (8, 12), (8, 12), (10, 12), (12, 12)]


def test_nobody_is_told_of_a_job_that_nobody_watches(capsys):
    assert silent(1, 2) is None
    assert capsys.readouterr() == ("", "")
