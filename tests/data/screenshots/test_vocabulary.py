"""Every language has every word."""

from realfake.data.drawing.fonts import families, fonts
from realfake.data.screenshots.vocabulary import WORDS, letters

FEWEST = {"th": 5, "zh": 0}  # Chinese fonts are those of the machine


def test_every_language_has_every_word_and_enough_fonts():
    for language, words in WORDS.items():
        assert set(words) == set(WORDS["en"])
        assert all(words.values())
        assert len(families(fonts(covering=letters(language)))) >= FEWEST.get(language, 8)
