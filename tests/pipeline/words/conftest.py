"""A scorer of words."""

import pytest

from realfake.pipeline.learning.strategies import STRATEGIES
from realfake.pipeline.words.scorer import fit_scorer
from tests.regions import SMALL


@pytest.fixture(scope="module")
def scorer(words):
    return fit_scorer(words, STRATEGIES["plain"], knobs=SMALL)
