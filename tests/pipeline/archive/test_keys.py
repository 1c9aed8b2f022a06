"""Keys lead from a word to its copies, and hardly to other words."""

from dataclasses import replace

import numpy as np

from realfake.forensics.text.signature import ROWS, from_bytes, to_bytes
from realfake.pipeline.archive.keys import BANDS, asked_keys, keyed, word_keys
from tests.payments import payment, receipt, sent, signed


def hits(one, other):
    """Of the words of one, the share that share a key with some word of the other."""
    kept = {key for key, _ in word_keys(other)}
    found = {word for key, word in asked_keys(one) if key in kept}
    return len(found) / len({word for _, word in word_keys(one)})


def test_copies_share_keys_and_other_words_do_not(signatures):
    picture = receipt(payment(1))
    assert hits(signed(sent(picture, 80)), signatures[1]) > 0.7
    assert hits(signed(sent(picture, 85, 0.7)), signatures[1]) > 0.3
    values = {word for word in range(len(signatures[1])) if signatures[1].boxes[word, 0] > 200}
    kept = {key for key, _ in word_keys(signatures[2])}
    false = {word for key, word in asked_keys(signatures[1]) if key in kept} & values
    assert len(false) < len(values) / 2  # the bank, the fee, the status are the same


def test_keys_are_asked_for_as_they_are_kept(signatures):
    assert set(word_keys(signatures[0])) < set(asked_keys(signatures[0]))
    per_word = np.bincount([word for _, word in word_keys(signatures[0])])
    assert set(per_word) <= {0, BANDS}
    assert word_keys(from_bytes(to_bytes(signatures[0]))) == word_keys(signatures[0])


def test_signs_and_dots_of_a_pattern_have_no_keys(signatures):
    words = signatures[0].words.copy()
    words["columns"][::2] = ROWS
    assert not keyed(words)[::2].any()
    assert {word % 2 for _, word in word_keys(replace(signatures[0], words=words))} == {1}
