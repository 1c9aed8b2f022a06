"""Keys by which a word is looked up: bits of its print, cut into bands, with its proportions; and its text where read.

Two words that agree in all bits of one band share a key, as locality-sensitive hashing does it (Indyk and Motwani 1998;
Gionis, Indyk and Motwani 1999), so that exact inverted lists find what is alike.
"""

from __future__ import annotations

import hashlib

import numpy as np

from realfake.forensics.text.signature import HORIZONTAL, Signature

BANDS, BITS = 4, 20  # bands of so many bits each
FREQUENCIES = (4, 12)  # of the print, the lowest: less is changed there by another file format
STEP = 0.15  # of the logarithm of length over height: words of one key are alike in it
OFFSET = 40  # steps, so that no key is negative
LOW, SHORT = 7, 20  # pixels of height and cells of length below which a word has no key: signs, dots of a pattern
PLAIN = 60  # of 255, the same for the share of plain ground around it: less is a photograph
LETTERS = 4  # a shorter text has no key of its own


def keyed(words: np.ndarray) -> np.ndarray:
    """(n,) bool: which words of a signature are text enough to be looked up."""
    return np.asarray((words["plain"] >= PLAIN) & (words["height"] >= LOW) & (words["columns"] >= SHORT))


def word_keys(signature: Signature) -> list[tuple[int, int]]:
    """Each key of a screen with the number of its word, as it is kept."""
    return [pair for pair, _ in _keys(signature, neighbours=False)]


def asked_keys(signature: Signature) -> list[tuple[int, int]]:
    """Each key to look for with the number of its word: those of `word_keys`, and those of lengths nearby."""
    return [pair for pair, _ in _keys(signature, neighbours=True)]


def _keys(signature: Signature, neighbours: bool) -> list[tuple[tuple[int, int], int]]:
    chosen = np.flatnonzero(keyed(signature.words))
    if not len(chosen):
        return []
    boxes = signature.boxes[chosen]
    length = np.log((boxes[:, 2] - boxes[:, 0]) / (boxes[:, 3] - boxes[:, 1])) / STEP
    steps = [np.floor(length)]
    if neighbours:
        steps.append(np.floor(length) + np.where(length % 1 < 0.5, -1, 1))
    prints = signature.prints[chosen].reshape(len(chosen), -1, HORIZONTAL)
    bits = prints[:, : FREQUENCIES[0], : FREQUENCIES[1]].reshape(len(chosen), -1)[:, 1:]
    found = []
    for band, places in enumerate(_bands(bits.shape[1])):
        codes = bits[:, places].astype(np.int64) @ (1 << np.arange(BITS, dtype=np.int64))
        for step in steps:
            at = np.clip(step + OFFSET, 0, 127).astype(np.int64)
            keys = (band << (BITS + 7)) | (at << BITS) | codes
            found += [((int(key), int(word)), band) for key, word in zip(keys, chosen, strict=True)]
    for word, text in enumerate(signature.texts):
        if len(text) >= LETTERS:
            digest = hashlib.blake2b(text.encode(), digest_size=5).digest()
            found.append((((BANDS << (BITS + 7)) + int.from_bytes(digest, "big"), word), BANDS))
    return found


def _bands(bits: int) -> list[np.ndarray]:
    """Which bits make each band: every draw of them is as good, so one is drawn for good."""
    order = np.random.default_rng(1)
    return [np.sort(order.choice(bits, BITS, replace=False)) for _ in range(BANDS)]
