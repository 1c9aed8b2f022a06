"""What an archive says of a screen: a duplicate, an altered copy, another screen of a known template, or unknown.

Rare words lead to earlier images, and the aligned difference decides. Payments to the same person of the same amount
share names, accounts and amounts; what no two payments share is the minute, on the phone's clock or printed, and the
reference. So an altered copy is what shows the same minute, or a reference that was read, and differs in few lines.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import sqlalchemy as sql

from realfake.forensics.box import Box
from realfake.forensics.text.signature import ROWS, Signature, prints_of
from realfake.pipeline.archive.alignment import ASPECT, LIKE, Alignment, align
from realfake.pipeline.archive.difference import Difference, difference
from realfake.pipeline.archive.keys import asked_keys, keyed
from realfake.pipeline.archive.store import (
    ALL,
    FULL,
    IMAGES,
    LINKS,
    LISTS,
    TEMPLATE_LISTS,
    TEMPLATES,
    Before,
    Entry,
    Store,
)
from realfake.pipeline.archive.template import ENOUGH, MEMBERS, Departure, departure, statics_of

DUPLICATE, ALTERED, TEMPLATE, UNKNOWN = CASES = ("duplicate", "altered", "template", "unknown")
CANDIDATES = 64  # earlier images that rare words name
SHARING = 0.1, 0.25  # of a screen's rare words, below which the image that shares most, and any other, is no original
WEIGHT = 1 << 16  # of a word that no archived screen shows
VERIFIED = 4  # of them compared word by word: those that share most
NAMED = 3  # templates compared
KIN = 60  # earlier screens of a template that are asked for
STEP, STEADY = 8, 16  # numbers at which the screens looked at of a template begin, and how many are passed over
REMEMBERED = 64  # templates whose static words are kept in memory
COMMON = 0.05  # share of a template's screens in which a word stands that tells nothing
MANY = math.ceil(FULL / COMMON)  # screens from which on no list tells how many show a word
STANDING = 0.3  # share of them in which one stands that is the app's own
SEEN = 3  # screens in which a word may stand in any case and still be rare
OWN = "identifier"  # the kind of value that no two payments share, where it was read
SAME_FEWEST = 4  # words that agree in any copy
SHARE = 0.5  # of rare words that agree in an altered copy
MOST_LINES, FEW_LINES = 6, 3  # that differ in an altered copy whose clock agrees, and in one where that is doubtful
UNLIKE = 2.0  # times farther than usual, from which on a screen is unlike its app
TEMPLATE_SHARE = 0.3  # of a screen's words that agree with another's of its template


@dataclass(frozen=True)
class Finding:
    """What an archive says of one screen.

    Attributes
    ----------
    case : one of `CASES`
    earlier : the image that it is a copy of, None unless it is a duplicate or altered
    similarity : share of the compared words that are the same, 0..1; NaN where nothing was compared
    same, changed : boxes of its words, pixels of the stored picture; `changed` are new ones too
    gone : boxes of words that it lacks, pixels of the earlier picture
    before : boxes in the earlier picture where `changed` words stand in it
    spots, spots_before : boxes, some digit wide, where each of `changed` differs most, pixels of either picture
    laid : scale and shift (right, down) by which the earlier screen lies over it, both as they are read, pixels
    template : number of its template in the archive, None where there is none
    sentence : the same in words
    departure : how far it departs from earlier screens of its template, None where those are few
    unlike : boxes of the words that the app draws otherwise, where it departs much farther than they do
    copies : number and case of every archived image that it is a copy of
    changes : how often the archive had changed when all of it was asked, None where only earlier images were
    """

    case: str
    earlier: Entry | None = None
    similarity: float = float("nan")
    same: tuple[Box, ...] = ()
    changed: tuple[Box, ...] = ()
    gone: tuple[Box, ...] = ()
    before: tuple[Box, ...] = ()
    spots: tuple[Box, ...] = ()
    spots_before: tuple[Box, ...] = ()
    laid: tuple[float, float, float] = (1.0, 0.0, 0.0)
    template: int | None = None
    sentence: str = ""
    departure: Departure | None = None
    unlike: tuple[Box, ...] = ()
    copies: tuple[tuple[int, str], ...] = ()
    changes: int | None = None

    @property
    def said_of_template(self) -> str:
        """How the screen departs from its app's, in words; "" unless it does."""
        if self.departure is None or not self.unlike:
            return ""
        return (
            f"{len(self.unlike)} of {len(self.departure.words)} words that the app always shows are drawn otherwise "
            f"than on {self.departure.screens} earlier screens, {self.departure.beyond:.1f} times as far as is usual"
        )


@dataclass(frozen=True)
class Match:
    """An earlier image that was compared with a screen: which case of the two, and by what."""

    case: str
    entry: Entry
    difference: Difference
    rare: int  # words that agree and that few other screens show
    own: int  # of what no two payments share, the minute and the reference, how much agrees
    again: bool  # whether its own words differ and nothing else
    earlier: Signature = field(repr=False)

    @property
    def similarity(self) -> float:
        """Share of the compared words that are the same."""
        same = len(self.difference.same)
        return same / max(same + self.difference.differing, 1)


def find(
    store: Store,
    connection: sql.Connection,
    signature: Signature,
    before: Before = ALL,
) -> Finding:
    """Look a screen up.

    Parameters
    ----------
    store, connection : an open archive
    signature : of the screen
    before : which archived images count
    """
    matches, template = looked_up(store, connection, signature, before)
    copies = copies_among(matches)
    kin = [] if template is None else store.of_template(connection, template, KIN, before)
    static = departure_of(store, connection, signature, [entry.id for entry in kin], dict(copies))
    if copies:
        found = _told(signature, min(matches, key=_order), template)
    elif kin:
        found = Finding(TEMPLATE, template=template, sentence="another screen of an app that is known")
    else:
        found = Finding(UNKNOWN, sentence="nothing like it was received before")
    changes = store.changes(connection) if before.clause is None else None
    found = replace(found, copies=copies, changes=changes)
    return found if static is None else _with_departure(found, static, signature)


def looked_up(
    store: Store, connection: sql.Connection, signature: Signature, before: Before = ALL
) -> tuple[list[Match], int | None]:
    """Archived images compared with a screen, and the number of its template, None where there is none.

    Compared are those that share enough rare words with it to be its copies; others tell its template alone.
    """
    pairs = asked_keys(signature)
    counts = store.counts(connection, LISTS, sorted({key for key, _ in pairs}), before)
    numbers = store.nearest(connection, LISTS, counts, CANDIDATES, before)
    entries = {entry.id: entry for entry in store.entries(connection, numbers) if before(entry)}
    known = [entries[number] for number in numbers if number in entries]
    words = store.words(connection, [entry.id for entry in known])
    alike = _alike(signature, [words[entry.id] for entry in known])
    shown = _screens_with(pairs, counts, len(signature))
    among = np.maximum(shown, alike.sum(axis=0))  # small pictures share few keys with what they look like
    weights = np.rint(WEIGHT / (1.0 + among) ** 2).astype(int)  # whole numbers add up exactly
    chosen = np.argsort(-(alike @ weights), kind="stable")[:VERIFIED].tolist()
    signatures = store.signatures(connection, [known[at].id for at in chosen])
    sizes = template_sizes(connection, {known[at].template for at in chosen} - {None}, before)
    copies = copies_of(connection, [known[at].id for at in chosen], before)
    found: list[Match] = []
    template = None
    for at in chosen:
        entry, earlier = known[at], signatures[known[at].id]
        size, seen = sizes.get(entry.template, 0), SEEN + copies.get(entry.id, 0)
        limits = max(seen, COMMON * size), max(seen, STANDING * size)
        telling = (shown <= limits[0]) & keyed(signature.words)
        sharing = not telling.any() or alike[at, telling].mean() >= SHARING[at != chosen[0]]
        alignment = align(signature, earlier) if sharing or template is None else None
        match = None
        if sharing and alignment is not None:
            compared = difference(signature, earlier, shown <= limits[0], alignment)
            if compared is not None and len(compared.same) >= SAME_FEWEST:
                match = _judged(signature, earlier, compared, shown, limits, entry)
        found += [match] if match is not None else []
        if template is None and (match is not None or same_template(signature, alignment)):
            template = entry.template
    return found, template_of(store, connection, signature, before) if template is None else template


def copies_among(matches: Sequence[Match]) -> tuple[tuple[int, str], ...]:
    """Number and case of the archived images that a screen is a copy of."""
    return tuple((match.entry.id, match.case) for match in matches if match.case in (DUPLICATE, ALTERED))


def departure_of(
    store: Store, connection: sql.Connection, signature: Signature, kin: Sequence[int], copied: Container[int] = ()
) -> Departure | None:
    """How far a screen departs from earlier ones of its template but its copies; None where those are too few."""
    fixed = next((at for at, number in enumerate(kin[:STEADY]) if number % STEP == 0), 0)
    if fixed + MEMBERS > len(kin):
        fixed = 0
    numbers = tuple(kin[fixed : fixed + MEMBERS])  # the same ones until a few more have come
    without = [at for at, number in enumerate(numbers) if number in copied]
    if len(numbers) - len(without) < ENOUGH:
        return None
    if numbers not in store.statics:
        if len(store.statics) >= REMEMBERED:
            store.statics.pop(next(iter(store.statics)))
        signatures = store.signatures(connection, numbers)
        store.statics[numbers] = statics_of([signatures[number] for number in numbers])
    known = store.statics[numbers]
    return None if known is None else departure(signature, known, without)


def _alike(later: Signature, earlier: Sequence[np.ndarray]) -> np.ndarray:
    """(m, n) bool: which words of a screen look like one of the words of each of others."""
    mine, kept = np.flatnonzero(keyed(later.words)), [words[keyed(words)] for words in earlier]
    alike = np.zeros((len(earlier), len(later)), bool)
    filled = np.flatnonzero([len(words) > 0 for words in kept])
    if not len(mine) or not len(filled):
        return alike
    words = np.concatenate([kept[i] for i in filled])
    here, there = (one.astype(np.float32) for one in (later.prints[mine], prints_of(words)))
    like = np.abs(_aspects(later.words[mine])[:, None] - _aspects(words)) <= ASPECT
    like &= here.sum(axis=1)[:, None] + there.sum(axis=1) - 2 * (here @ there.T) <= LIKE
    starts = np.cumsum([0] + [len(kept[i]) for i in filled])[:-1]
    alike[np.ix_(filled, mine)] = np.logical_or.reduceat(like, starts, axis=1).T
    return alike


def _aspects(words: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(words["width"] / words["height"]))


def copies_of(connection: sql.Connection, numbers: Sequence[int], before: Before = ALL) -> dict[int, int]:
    """How many archived copies images have: in so many more screens stand their rare words."""
    found: dict[int, int] = {}
    for column, copy in ((LINKS.c.one, LINKS.c.other), (LINKS.c.other, LINKS.c.one)):
        question = sql.select(column, sql.func.count()).where(column.in_(numbers)).group_by(column)
        if before.clause is not None:
            question = question.join(IMAGES, IMAGES.c.id == copy).where(before.clause)
        for number, count in connection.execute(question):
            found[int(number)] = found.get(int(number), 0) + int(count)
    return found


def template_of(store: Store, connection: sql.Connection, signature: Signature, before: Before = ALL) -> int | None:
    """The template that a screen is of, None where none is near."""
    counts = store.counts(connection, TEMPLATE_LISTS, sorted({key for key, _ in asked_keys(signature)}), before)
    numbers = store.nearest(connection, TEMPLATE_LISTS, counts, NAMED, before)
    rows = connection.execute(sql.select(TEMPLATES.c.id, TEMPLATES.c.first).where(TEMPLATES.c.id.in_(numbers)))
    first = {int(template): int(image) for template, image in rows}
    known = store.signatures(connection, first.values())
    for number in numbers:
        other = known.get(first.get(number, 0))
        if other is not None and same_template(signature, align(signature, other)):
            return number
    return None


def same_template(screen: Signature, alignment: Alignment | None) -> bool:
    """Whether a screen has the words of one template in common with another that lies on it so, each in its place."""
    long = np.count_nonzero(screen.words["columns"] > ROWS)
    return alignment is not None and alignment.words >= max(SAME_FEWEST, TEMPLATE_SHARE * long)


def template_sizes(connection: sql.Connection, templates: set[int], before: Before = ALL) -> dict[int | None, int]:
    """How many archived screens templates have, `MANY` at most: more decide nothing."""
    found: dict[int | None, int] = {}
    for template in templates:
        some = sql.select(IMAGES.c.id).where(IMAGES.c.template == template)
        if before.clause is not None:
            some = some.where(before.clause)
        question = sql.select(sql.func.count()).select_from(some.limit(MANY).subquery())
        found[template] = int(connection.execute(question).scalar_one())
    return found


def _screens_with(pairs: Sequence[tuple[int, int]], counts: Mapping[int, int], words: int) -> np.ndarray:
    """(words,) int: in how many archived screens each word of a screen stands, as far as the lists of its keys tell."""
    shown = np.zeros(words, int)
    for key, word in pairs:
        count = counts.get(key, 0)
        shown[word] = max(shown[word], count if count < FULL else np.iinfo(int).max)
    return shown


def _judged(
    later: Signature,
    earlier: Signature,
    compared: Difference,
    shown: np.ndarray,
    limits: tuple[float, float],
    entry: Entry,
) -> Match | None:
    """Which case two screens are, None where they are not even of one template."""
    rare, own = shown <= limits[0], shown <= limits[1]
    read = np.array([kind == OWN for kind in later.kinds or ("",) * len(later)], bool)
    minutes = compared.times & (compared.status | own)
    same, other = compared.same, np.concatenate([compared.changed, compared.new]).astype(int)
    body, changed = same[rare[same] & ~compared.status[same]], other[~compared.status[other]]
    identified = bool(read[same].any()) and not read[other].any()
    late = bool((compared.times & compared.status)[other].any())
    clock = not late and bool((compared.times & compared.status)[same].any())
    agree = int((minutes & ~(late & compared.status))[same].sum()) + identified
    gone = compared.gone[~compared.gone_status]
    if not len(gone) and np.isin(changed, compared.new).all() and 2 * rare[changed].sum() < len(changed):
        changed = changed[:0]  # the app's own words, which were not found on the earlier screen
    lines = _lines(later.boxes[changed]) + _lines(earlier.boxes[gone])
    differing = len(changed) + len(gone)
    share = len(body) / max(len(body) + differing, 1)
    if not differing:
        case = DUPLICATE if len(body) + agree >= 2 or not rare.any() else TEMPLATE
    elif not agree:
        case = TEMPLATE
    else:
        doubtful = not clock or bool(minutes[changed].any())
        case = ALTERED if lines <= (FEW_LINES if doubtful else MOST_LINES) and share >= SHARE else TEMPLATE
    if case == TEMPLATE and not same_template(later, compared.alignment):
        return None
    return Match(case, entry, compared, len(body), agree, case == DUPLICATE and late, earlier)


def _lines(boxes: np.ndarray) -> int:
    """How many lines of text boxes stand in."""
    if not len(boxes):
        return 0
    middles = np.sort((boxes[:, 1] + boxes[:, 3]) / 2)
    return 1 + int((np.diff(middles) > np.median(boxes[:, 3] - boxes[:, 1]) / 2).sum())


def _order(match: Match) -> tuple[int, float, int]:
    return CASES.index(match.case), -match.similarity, match.entry.id


def _with_departure(found: Finding, static: Departure, signature: Signature) -> Finding:
    """The same with its departure, and with boxes of the words that depart where it does."""
    if not static.beyond > UNLIKE or found.case == DUPLICATE:
        return replace(found, departure=static)
    words = static.words[static.each >= np.median(static.each)].tolist()
    told = replace(found, departure=static, unlike=tuple(signature.stored_box(word) for word in words))
    return replace(told, sentence=f"{found.sentence}; {told.said_of_template}")


def _told(signature: Signature, match: Match, template: int | None) -> Finding:
    compared = match.difference
    numbers: Sequence[int] = [*compared.changed.tolist(), *compared.new.tolist()]
    scale, shift = compared.alignment.scale, np.array([compared.alignment.dx, compared.alignment.dy] * 2)
    before = [_stored(match.earlier, (signature.boxes[word] - shift) / scale) for word in numbers]
    spots = signature.boxes[numbers]
    spots[: len(compared.spots), [0, 2]] = compared.spots
    return Finding(
        match.case,
        match.entry,
        match.similarity,
        tuple(signature.stored_box(word) for word in compared.same.tolist()),
        tuple(signature.stored_box(word) for word in numbers),
        tuple(match.earlier.stored_box(word) for word in compared.gone.tolist()),
        tuple(before),
        tuple(_stored(signature, spot) for spot in spots),
        tuple(_stored(match.earlier, (spot - shift) / scale) for spot in spots),
        (float(scale), *shift[:2].tolist()),
        template,
        _sentence(signature, match),
    )


def _stored(signature: Signature, edges: np.ndarray) -> Box:
    """A box of a screen as it is read, in pixels of the stored picture."""
    width, height = signature.stored_size
    left, top, right, bottom = np.rint(edges).astype(int).tolist()
    return signature.direction.stored(Box.from_edges(left, top, right, bottom), width, height)


def _sentence(signature: Signature, match: Match) -> str:
    entry, compared = match.entry, match.difference
    name = f"{entry.path}, received {entry.received}" if entry.received else entry.path
    if match.case == DUPLICATE:
        what = "the same receipt captured again" if match.again else "the same capture sent again"
        return f"{what}: all {len(compared.same)} words that can be compared are those of {name}"
    differ, gone = len(compared.changed) + len(compared.new), len(compared.gone)
    said = [f"{differ} word{'s differ' if differ > 1 else ' differs'}"] if differ else []
    said += [f"{gone} {'are' if gone > 1 else 'is'} gone"] if gone else []
    if signature.kinds:
        kinds = {signature.kinds[word] for word in (*compared.changed, *compared.new)} - {"", "text"}
        said += [f"among them {' and '.join(sorted(kinds))}"] if kinds else []
    own = "minute" if compared.times[compared.same].any() else "reference"
    return (
        f"the {own} and {len(compared.same)} words, {match.rare} of them rare, are those of {name}; {', '.join(said)}"
    )
