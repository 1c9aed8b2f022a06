"""The page on which a service tries itself has words to compare."""

import realfake
from realfake.service.sample import drawn


def test_words_are_found_on_it():
    evidence = realfake.measure(realfake.ForensicImage.from_bytes(drawn()), families=[])
    assert len(evidence.words.boxes) >= 10 and not evidence.abstain
