"""Copy-move: parts of the picture that stand in it twice, exactly or nearly, at one common displacement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, no_type_check

import cv2
import numpy as np

from realfake.forensics.arrays.blocks import spread_blocks
from realfake.forensics.arrays.exact import log2
from realfake.forensics.arrays.jit import compiled
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature, heatmap

WINDOW = 8  # pixels; exact repeats
SAMPLING = 16  # one window in so many, chosen by its content so that equal windows are chosen together
MIN_RANGE = 24  # gray levels; a flatter window repeats by chance
MOST_ALIKE = 8  # windows or key points; a commoner one is a pattern of the design
NEAREST = 24  # pixels; nearer repeats are texture
BLOCK = 16  # pixels; verification
BUSY = 6.0  # gray levels: least standard deviation of a block that can be verified
ALIKE = 0.9  # least correlation of a block with its copy
KEYPOINTS = 800
BITS = 36  # of 256: largest distance of matching descriptors
BIN = 4  # pixels; resolution of key points' displacements


class Repeat(NamedTuple):
    """A displacement that many parts of the picture share."""

    votes: int
    matches: int
    dx: int  # pixels
    dy: int


NONE = Repeat(0, 0, 0, 0)


@family(
    "copymove",
    cost="full",
    min_side=64,
    source="V. Christlein et al., An Evaluation of Popular Copy-Move Forgery Detection Approaches, IEEE TIFS 2012, "
    "doi:10.1109/TIFS.2012.2218597; E. Rublee et al., ORB, ICCV 2011, doi:10.1109/ICCV.2011.6126544",
)
def repeated_parts(image: ForensicImage) -> Iterator[Measurement]:
    """Exact repeats of textured windows, key points that match at one displacement, and blocks that verify it."""
    sampled, repeated, exact = exact_repeats(image.luma8)
    yield from _consensus("exact", exact, "textured 8x8 windows that repeat exactly")
    yield feature("exact__repeated", repeated / max(sampled, 1), "share", "textured 8x8 windows with an exact repeat")
    points, near = keypoint_repeats(image.luma8)
    yield from _consensus("keypoint", near, "matching key points")
    yield feature("keypoint__matched", near.matches / max(points, 1), "share", "key points that match another")
    best = max(exact, near, key=lambda repeat: repeat.votes)
    alike = verified_blocks(image, best)
    yield feature("verified__share", alike.mean(), "share", "16x16 blocks that repeat at the commonest displacement")
    yield feature("verified__largest", _largest(alike) / alike.size, "share", "largest connected group of them")
    yield feature("verified__largest_blocks", _largest(alike), "blocks", "largest connected group of them")


@heatmap("copymove", unit="1", meaning="1 where a 16x16 block repeats at the commonest displacement, 0 elsewhere")
def repeat_map(image: ForensicImage) -> np.ndarray:
    """Where the picture repeats itself."""
    if min(image.width, image.height) < 64:
        return np.zeros(image.luma8.shape, np.float32)
    best = max(exact_repeats(image.luma8)[2], keypoint_repeats(image.luma8)[1], key=lambda repeat: repeat.votes)
    there = verified_blocks(image, best)
    back = verified_blocks(image, best._replace(dx=-best.dx, dy=-best.dy))
    return spread_blocks((there | back).astype(np.float32), BLOCK, image.luma8.shape)


def exact_repeats(plane: np.ndarray) -> tuple[int, int, Repeat]:
    """Textured 8x8 windows, at any pixel, that stand in the plane more than once.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8

    Returns
    -------
    sampled, repeated : int
        Windows looked at, and those among them with an exact repeat.
    repeat : Repeat
        The commonest displacement between repeats.
    """
    # A number holds the hash of a window and then its place: sorted, windows that are alike stand together.
    found = np.sort(_textured_windows(np.ascontiguousarray(plane)))
    hashes = found >> np.uint64(32)
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if hashes.size else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, hashes.size])
    few = (sizes > 1) & (sizes <= MOST_ALIKE)
    group = np.repeat(sizes[few], sizes[few])
    member = np.arange(group.size) - np.repeat(np.cumsum(sizes[few]) - sizes[few], sizes[few])
    at = np.repeat(starts[few], sizes[few]) + member
    down, right = np.divmod((found[at] & np.uint64(0xFFFFFFFF)).astype(np.int64), plane.shape[1])
    places = np.stack([right, down], axis=1)
    steps = []
    for gap in range(1, MOST_ALIKE):
        # Pairs within one group that stand `gap` places apart in it.
        first = np.flatnonzero(member + gap < group)
        steps.append(places[first + gap] - places[first])
    repeated = int(sizes[sizes > 1].sum())
    return hashes.size, repeated, _commonest(np.concatenate(steps), 1)


def keypoint_repeats(plane: np.ndarray) -> tuple[int, Repeat]:
    """Key points whose descriptors match elsewhere in the picture.

    Parameters
    ----------
    plane : ndarray, shape (H, W), uint8

    Returns
    -------
    points : int
        Key points found, about 800 at most.
    repeat : Repeat
        The commonest displacement, to 4 pixels, between matches.
    """
    detector = cv2.ORB.create(nfeatures=KEYPOINTS, nlevels=3, fastThreshold=12)
    found, descriptors = detector.detectAndCompute(plane, None)
    if descriptors is None:
        return 0, NONE
    here, there = _alike(np.ascontiguousarray(descriptors).view(np.uint64))
    number = np.bincount(np.concatenate([here, there]), minlength=len(found)) + 1  # each is like itself
    rare = (number[here] <= MOST_ALIKE) & (number[there] <= MOST_ALIKE)
    here, there = here[rare], there[rare]
    places = np.rint([point.pt for point in found]).astype(np.int64)
    return len(found), _commonest(places[there] - places[here], BIN)


def _alike(descriptors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of descriptors, (n, 4) uint64, at most `BITS` apart: of each the lower and the higher number, in order."""
    pairs = np.empty((len(descriptors) * (len(descriptors) - 1) // 2, 2), np.int64)
    here, there = pairs[: _match(descriptors, BITS, pairs)].T
    return here, there


@compiled
@no_type_check
def _match(descriptors, bits, pairs):
    ones, twos, fours = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    one, two, four, top, each = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56), np.uint64(0x0101010101010101)
    number = 0
    for i in range(descriptors.shape[0]):
        for j in range(i + 1, descriptors.shape[0]):
            apart = np.uint64(0)
            for word in range(4):
                # Bits that differ, counted by twos, fours and eights; processors have an instruction for it.
                odd = descriptors[i, word] ^ descriptors[j, word]
                odd = odd - ((odd >> one) & ones)
                odd = (odd & twos) + ((odd >> two) & twos)
                odd = (odd + (odd >> four)) & fours
                apart += (odd * each) >> top
            if apart <= bits:
                pairs[number, 0], pairs[number, 1] = i, j
                number += 1
    return number


def verified_blocks(image: ForensicImage, repeat: Repeat) -> np.ndarray:
    """Textured 16x16 blocks that correlate with what stands at the displacement: (H // 16, W // 16) bool."""
    height, width = image.luma8.shape
    alike = np.zeros((height // BLOCK, width // BLOCK), bool)
    if repeat.votes < 2:
        return alike
    plane = image.luma8
    top, bottom = max(-repeat.dy, 0), height - max(repeat.dy, 0)
    left, right = max(-repeat.dx, 0), width - max(repeat.dx, 0)
    # Whole blocks of the picture's own grid, so that the map stands where the picture does.
    top, left = -(-top // BLOCK) * BLOCK, -(-left // BLOCK) * BLOCK
    if bottom - top < BLOCK or right - left < BLOCK:
        return alike
    sums = np.zeros(((bottom - top) // BLOCK, (right - left) // BLOCK, 5), np.int32)
    _joint_sums(np.ascontiguousarray(plane), top, left, repeat.dy, repeat.dx, int(BUSY**2) - 1, sums)
    means = sums.astype(np.float32) / np.float32(BLOCK * BLOCK)  # exact: whole 256ths below 2 ** 16
    mean_here, mean_there, square_here, square_there, product = np.moveaxis(means, 2, 0)
    var_here, var_there = square_here - mean_here**2, square_there - mean_there**2
    joint = product - mean_here * mean_there
    busy = (var_here > BUSY**2) & (var_there > BUSY**2)
    correlation = joint / np.sqrt(np.maximum(var_here * var_there, BUSY**4))
    row, column = top // BLOCK, left // BLOCK
    alike[row : row + busy.shape[0], column : column + busy.shape[1]] = busy & (correlation > ALIKE)
    return alike


@compiled
@no_type_check
def _joint_sums(plane, top, left, down, right, least, sums):
    """Of each block and of what stands at the displacement: sums, sums of squares, of products; 0 where it is flat."""
    for row in range(sums.shape[0]):
        for column in range(sums.shape[1]):
            y0, x0 = top + 16 * row, left + 16 * column
            total = squares = np.int32(0)
            for y in range(y0, y0 + 16):
                line = plane[y, x0 : x0 + 16]
                for x in range(16):
                    value = np.int32(line[x])
                    total += value
                    squares += value * value
            if 256 * np.int64(squares) - np.int64(total) * total <= 65536 * least:
                continue
            others = other_squares = products = np.int32(0)
            for y in range(y0, y0 + 16):
                line, other = plane[y, x0 : x0 + 16], plane[y + down, x0 + right : x0 + right + 16]
                for x in range(16):
                    value = np.int32(other[x])
                    others += value
                    other_squares += value * value
                    products += value * np.int32(line[x])
            sums[row, column, 0], sums[row, column, 1] = total, others
            sums[row, column, 2], sums[row, column, 3], sums[row, column, 4] = squares, other_squares, products


def _consensus(name: str, repeat: Repeat, what: str) -> Iterator[Measurement]:
    yield feature(f"{name}__votes", log2(repeat.votes + 1), "log2", f"pairs of {what} at the commonest displacement")
    yield feature(f"{name}__agreement", repeat.votes / max(repeat.matches, 1), "share", f"of all pairs of {what}")
    yield feature(f"{name}__distance", np.hypot(repeat.dx, repeat.dy), "pixels", "how far apart they stand")


def _commonest(steps: np.ndarray, resolution: int) -> Repeat:
    """The displacement, (n, 2) as (dx, dy), that occurs most often, whichever way round."""
    steps = steps[np.abs(steps).max(axis=1, initial=0) >= NEAREST]
    if not len(steps):
        return NONE
    backward = (steps[:, 1] < 0) | ((steps[:, 1] == 0) & (steps[:, 0] < 0))
    steps = np.where(backward[:, None], -steps, steps)
    cells = np.floor_divide(steps + resolution // 2, resolution) @ np.array([1, 1 << 32])
    values, counts = np.unique(cells, return_counts=True)
    best = int(np.argmax(counts))
    dx, dy = np.rint(np.median(steps[cells == values[best]], axis=0)).astype(int)
    return Repeat(int(counts[best]), len(steps), int(dx), int(dy))


def _largest(mask: np.ndarray) -> int:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return int(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0


def _textured_windows(plane: np.ndarray) -> np.ndarray:
    """(n,) uint64 of the textured windows that the sampling chooses: a hash, and in the low 32 bits its first pixel."""
    found = np.empty(plane.size, np.uint64)
    multipliers = np.array([0x9E3779B1, 0x85EBCA77], np.uint32)  # odd, so that no pixel is lost
    return found[: _choose_windows(plane, multipliers, np.uint32(2**32 // SAMPLING), MIN_RANGE, found)]


@compiled
@no_type_check
def _choose_windows(plane, multipliers, limit, least, found):
    height, width = plane.shape
    first, second = multipliers
    deep, wide = 32, 64  # windows of a tile down and across: what is kept of one stays in the first cache
    across, value = np.empty((39, 64), np.uint32), np.empty(64, np.uint32)
    alike = np.empty(39, np.int64)  # rows up to here that are of one and the same level
    number = 0
    for top in range(0, height - 7, deep):
        for left in range(0, width - 7, wide):
            n, reach = min(wide, width - 7 - left), min(deep + 7, height - top)
            for y in range(reach):
                row = plane[top + y, left : left + n + 7]
                level, change = row[0], np.uint8(0)
                for x in range(row.size):
                    change |= row[x] ^ level
                go_on = y > 0 and alike[y - 1] > 0 and plane[top + y - 1, left] == level
                alike[y] = 0 if change != 0 else alike[y - 1] + 1 if go_on else 1
            ready = 0
            for y in range(reach - 7):
                if alike[y + 7] >= 8:  # nothing varies
                    continue
                for r in range(max(ready, y), y + 8):
                    row, out = plane[top + r, left : left + n + 7], across[r]
                    for x in range(n):
                        total = np.uint32(row[x]) + np.uint32(1)
                        for tap in range(1, 8):
                            total = np.uint32(total * first + np.uint32(row[x + tap]) + np.uint32(1))
                        out[x] = total
                ready = y + 8
                part = across[y : y + 8]
                for x in range(n):
                    total = part[0, x]
                    for tap in range(1, 8):
                        total = np.uint32(total * second + part[tap, x])
                    value[x] = total
                for x in range(n):
                    # Only high bits of a product depend on all pixels.
                    if value[x] >= limit:
                        continue
                    low, high = 255, 0
                    for dy in (0, 3, 7):
                        for dx in (0, 3, 7):
                            pixel = np.int64(plane[top + y + dy, left + x + dx])
                            low, high = min(low, pixel), max(high, pixel)
                    if high - low >= least:
                        found[number] = np.uint64(value[x]) << np.uint64(32) | np.uint64((top + y) * width + left + x)
                        number += 1
    return number
