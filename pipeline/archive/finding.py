"""What an archive says of a screen: a duplicate, an altered copy, another screen of a known template, or unknown.

Rare words lead to earlier images, and the aligned difference decides. Payments to the same person of the same amount
share names, accounts and amounts; what no two payments share is the reference, the minute, and the phone's own bar
with its clock. So an altered copy is what agrees in those, or in nearly all rare words, and differs elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sql

from realfake.forensics.box import Box
from realfake.forensics.text.signature import Signature
from realfake.pipeline.archive.difference import Difference, difference
from realfake.pipeline.archive.keys import asked_keys
from realfake.pipeline.archive.store import FULL, IMAGES, LINKS, LISTS, TEMPLATE_LISTS, TEMPLATES, Entry, Store

DUPLICATE, ALTERED, TEMPLATE, UNKNOWN = CASES = ("duplicate", "altered", "template", "unknown")
CANDIDATES = 12  # earlier images that rare words name
VERIFIED = 5  # of them compared word by word
NAMED = 3  # templates compared
MEMBERS = 50  # screens of a template among which one that counts is looked for
COMMON = 0.05  # share of a template's screens in which a word stands that tells nothing
SEEN = 3  # screens in which a word may stand in any case and still be rare
OWN = ("identifier", "moment", "time")  # kinds of values that no two payments share
SAME_FEWEST = 4  # words that agree in any copy
BODY_SHARE = 0.7  # of rare words that agree in an altered copy where no word that no two payments share is seen
OWN_SHARE, CLOCK_SHARE = 0.6, 0.35  # the same where one of those agrees, and where two do, such as clock and battery
NEARLY_ALL = 0.9  # the same where one differs
MOST_LINES = 4  # lines that differ in an altered copy whose own words, such as the clock, are not seen to agree
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
    laid : scale and shift (right, down) by which the earlier screen lies over it, both as they are read, pixels
    template : number of its template in the archive, None where there is none
    sentence : the same in words
    """

    case: str
    earlier: Entry | None = None
    similarity: float = float("nan")
    same: tuple[Box, ...] = ()
    changed: tuple[Box, ...] = ()
    gone: tuple[Box, ...] = ()
    before: tuple[Box, ...] = ()
    laid: tuple[float, float, float] = (1.0, 0.0, 0.0)
    template: int | None = None
    sentence: str = ""


@dataclass(frozen=True)
class Match:
    """An earlier image that was compared with a screen: which case of the two, and by what."""

    case: str
    entry: Entry
    difference: Difference
    rare: int  # words that agree and that few other screens show
    own: int  # of the words that no two payments share, how many agree
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
    earlier: Callable[[Entry], bool] = lambda entry: True,
) -> Finding:
    """Look a screen up.

    Parameters
    ----------
    store, connection : an open archive
    signature : of the screen
    earlier : whether an archived image counts
    """
    matches = matches_of(store, connection, signature, earlier)
    copies = [match for match in matches if match.case in (DUPLICATE, ALTERED)]
    template = next((match.entry.template for match in matches if match.entry.template is not None), None)
    if copies:
        return _told(signature, min(copies, key=_order), template)
    if template is None:
        template = template_of(store, connection, signature)
    if template is None or not any(map(earlier, store.of_template(connection, template, MEMBERS))):
        return Finding(UNKNOWN, sentence="nothing like it was received before")
    return Finding(TEMPLATE, template=template, sentence="another screen of an app that is known")


def matches_of(
    store: Store,
    connection: sql.Connection,
    signature: Signature,
    earlier: Callable[[Entry], bool] = lambda entry: True,
) -> list[Match]:
    """Archived images of the same template that share rare words with a screen, each compared with it."""
    numbers = store.nearest(connection, LISTS, signature, CANDIDATES)
    known = {entry.id: entry for entry in store.entries(connection, numbers)}
    chosen = [known[number] for number in numbers if number in known and earlier(known[number])][:VERIFIED]
    if not chosen:
        return []
    signatures = store.signatures(connection, [entry.id for entry in chosen])
    shown = _screens_with(store, connection, signature)
    sizes = template_sizes(connection, {entry.template for entry in chosen if entry.template is not None})
    copies = copies_of(connection, [entry.id for entry in chosen])
    found = []
    for entry in chosen:
        compared = difference(signature, signatures[entry.id])
        if compared is not None and len(compared.same) >= SAME_FEWEST:
            rare = shown <= max(SEEN + copies.get(entry.id, 0), COMMON * sizes.get(entry.template, 0))
            found.append(_judged(signature, signatures[entry.id], compared, rare, entry))
    return [match for match in found if match is not None]


def copies_of(connection: sql.Connection, numbers: Sequence[int]) -> dict[int, int]:
    """How many archived copies images have: in so many more screens stand their rare words."""
    found: dict[int, int] = {}
    for column in (LINKS.c.one, LINKS.c.other):
        question = sql.select(column, sql.func.count()).where(column.in_(numbers)).group_by(column)
        for number, count in connection.execute(question):
            found[int(number)] = found.get(int(number), 0) + int(count)
    return found


def template_of(store: Store, connection: sql.Connection, signature: Signature) -> int | None:
    """The template that a screen is of, None where none is near."""
    numbers = store.nearest(connection, TEMPLATE_LISTS, signature, NAMED)
    rows = connection.execute(sql.select(TEMPLATES.c.id, TEMPLATES.c.first).where(TEMPLATES.c.id.in_(numbers)))
    first = {int(template): int(image) for template, image in rows}
    known = store.signatures(connection, first.values())
    for number in numbers:
        other = known.get(first.get(number, 0))
        if other is not None and (compared := difference(signature, other)) and same_template(compared):
            return number
    return None


def same_template(compared: Difference) -> bool:
    """Whether two screens have the words of one template in common."""
    same = len(compared.same)
    return same >= SAME_FEWEST and same / (same + compared.differing) >= TEMPLATE_SHARE


def template_sizes(connection: sql.Connection, templates: set[int]) -> dict[int | None, int]:
    """How many archived screens templates have."""
    question = (
        sql.select(IMAGES.c.template, sql.func.count())
        .where(IMAGES.c.template.in_(templates))
        .group_by(IMAGES.c.template)
    )
    return dict(connection.execute(question).all()) if templates else {}


def _screens_with(store: Store, connection: sql.Connection, signature: Signature) -> np.ndarray:
    """(n,) int: in how many archived screens each word of a screen stands, as far as the lists tell."""
    pairs = asked_keys(signature)
    counts = store.counts(connection, LISTS, sorted({key for key, _ in pairs}))
    shown = np.zeros(len(signature), int)
    for key, word in pairs:
        count = counts.get(key, 0)
        shown[word] = max(shown[word], count if count < FULL else np.iinfo(int).max)
    return shown


def _judged(later: Signature, earlier: Signature, compared: Difference, rare: np.ndarray, entry: Entry) -> Match | None:
    """Which case two screens are, None where one is simply another screen of the template."""
    kinds = np.isin(later.kinds, OWN) if later.kinds else np.zeros(len(later), bool)
    own = compared.status | kinds
    same, other = compared.same[rare[compared.same]], np.concatenate([compared.changed, compared.new]).astype(int)
    own_same, own_other = int(own[same].sum()), int(own[other].sum())
    body_same, body_other = len(same) - own_same, len(other) - own_other + len(compared.gone)
    lines = _lines(later.boxes[other[~own[other]]]) + _lines(earlier.boxes[compared.gone])
    share = len(same) / max(len(same) + body_other, 1)
    only_status = len(compared.gone) == 0 and bool(compared.status[other].all())
    if only_status:
        case = DUPLICATE if body_same + own_same >= 2 or not rare.any() else None
    elif own_other:
        case = ALTERED if share >= NEARLY_ALL and lines == 1 and own_same > own_other else None
    elif own_same:
        case = ALTERED if share >= (CLOCK_SHARE if own_same > 1 else OWN_SHARE) else None
    else:
        case = ALTERED if share >= BODY_SHARE and lines <= MOST_LINES else None
    if case is None:
        return (
            Match(TEMPLATE, entry, compared, len(same), own_same, False, earlier) if same_template(compared) else None
        )
    return Match(case, entry, compared, len(same), own_same, case == DUPLICATE and own_other > 0, earlier)


def _lines(boxes: np.ndarray) -> int:
    """How many lines of text boxes stand in."""
    if not len(boxes):
        return 0
    middles = np.sort((boxes[:, 1] + boxes[:, 3]) / 2)
    return 1 + int((np.diff(middles) > np.median(boxes[:, 3] - boxes[:, 1]) / 2).sum())


def _order(match: Match) -> tuple[int, float, int]:
    return CASES.index(match.case), -match.similarity, match.entry.id


def _told(signature: Signature, match: Match, template: int | None) -> Finding:
    compared = match.difference
    numbers: Sequence[int] = [*compared.changed.tolist(), *compared.new.tolist()]
    scale, shift = compared.alignment.scale, np.array([compared.alignment.dx, compared.alignment.dy] * 2)
    before = [_stored(match.earlier, (signature.boxes[word] - shift) / scale) for word in numbers]
    return Finding(
        match.case,
        match.entry,
        match.similarity,
        tuple(signature.stored_box(word) for word in compared.same.tolist()),
        tuple(signature.stored_box(word) for word in numbers),
        tuple(match.earlier.stored_box(word) for word in compared.gone.tolist()),
        tuple(before),
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
    said = (
        [f"{len(compared.changed) + len(compared.new)} words differ"]
        if compared.changed.size + compared.new.size
        else []
    )
    said += [f"{len(compared.gone)} are gone"] if len(compared.gone) else []
    if signature.kinds:
        kinds = {signature.kinds[word] for word in (*compared.changed, *compared.new)} - {"", "text"}
        said += [f"among them {' and '.join(sorted(kinds))}"] if kinds else []
    own = " and the phone's clock or battery" if match.own else ""
    return f"{len(compared.same)} words, {match.rare} of them rare,{own} are those of {name}; {', '.join(said)}"
