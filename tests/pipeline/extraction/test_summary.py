"""A run is counted in images."""

from realfake.pipeline.extraction.summary import Summary


def test_failures_are_counted_and_the_first_is_kept():
    summary = Summary(kept=1)
    for error in ("", "a.png is broken", "b.png is broken"):
        summary.count(error)
    assert (summary.images, summary.failed, summary.kept, summary.first_error) == (3, 2, 1, "a.png is broken")
