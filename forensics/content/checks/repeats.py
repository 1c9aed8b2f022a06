"""What is said twice: numbers and names on the screen, and all that a code says again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from realfake.forensics.content.checks.amounts import nearest, paid, share_off, step_of
from realfake.forensics.content.checks.scene import (
    MASK,
    MISREAD,
    NAN,
    Scene,
    Told,
    amount_of,
    check,
    field_name,
    lost_sign,
)
from realfake.forensics.content.receipt import Value
from realfake.forensics.content.values import folded

SHORTEST_TAIL = 4  # signs of an account that a mask leaves
ENDS = 3  # signs at both ends in which two numbers agree that were meant to be one
CAPITALS = str.maketrans("OQDILBSZG", "000118526")  # letters of names that are read for each other
NO_SUMS = ("balance", "fee", "tax", "discount")  # keys of amounts that no code is of
NEAR = 0.6  # share of the signs of two texts that agree where one was meant to be the other


@check("twice__differs", "signs", "that differ between what is said twice: a number, a name, the tail of an account")
def _twice(scene: Scene) -> Told:
    names = [value for value in scene.sure if value.key in ("recipient", "sender") and value.kind == "name"]
    same = NAN
    for one, other in (*combinations(scene.numbers, 2), *combinations(names, 2)):
        if not _one_thing(one, other):
            continue
        differing = _differing(*_compared(one, other))
        if differing == 0:
            same = 0.0
        elif differing is not None and not lost_sign(one, scene) and not lost_sign(other, scene):
            sentence = f"{field_name(one)} {one.text} and {field_name(other)} {other.text} are nearly the same"
            return Told(differing, sentence, (one, other))
    return Told(same)


def _one_thing(one: Value, other: Value) -> bool:
    """Whether two values may be the same thing: they have one key, or one of them stands without a label."""
    return one.key == other.key if one.key and other.key else not (one.label and other.label)


def _compared(one: Value, other: Value) -> tuple[str, str]:
    """The signs of two values that must be the same: of an account whose signs are masked, the last ones."""
    masked = [bool(MASK.search(value.text)) for value in (one, other)]
    if not any(masked):
        return _signs(one.text), _signs(other.text)
    tails = [_signs(MASK.split(value.text)[-1]) for value in (one, other)]
    length = min(map(len, tails))
    whose = one.key == other.key and one.key in ("recipient_account", "sender_account")
    return (
        (tails[0][-length:], tails[1][-length:]) if whose and not all(masked) and length >= SHORTEST_TAIL else ("", "")
    )


def _signs(text: str) -> str:
    """Letters and digits, with those that are read for each other as one; a name is the same in small and large."""
    if not any(map(str.isdigit, text)):
        return "".join(filter(str.isalnum, folded(text).upper().translate(CAPITALS)))
    upper = folded(text.translate(MISREAD)).upper()
    return "".join(filter(str.isalnum, upper.translate(MISREAD)))


def _differing(one: str, other: str) -> int | None:
    """Signs that differ between two texts of one length, where few do; None where they are not alike.

    Two numbers of one day or one bank begin alike: of numbers that were meant to be one the ends agree too.
    """
    if len(one) != len(other) or len(one) < SHORTEST_TAIL:
        return None
    differing = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if not differing or len(one) < 2 * ENDS:
        return len(differing) if len(differing) <= (1 - NEAR) * len(one) else None
    inside = differing[0] >= ENDS and differing[-1] < len(one) - ENDS
    return len(differing) if inside and len(differing) <= (1 - NEAR) * len(one) else None


@check("code__checksum", "0 or 1", "whether a code's own checksum does not hold")
def _checksum(scene: Scene) -> Told:
    sealed = [code for code in scene.codes if code.intact is not None]
    broken = [code for code in sealed if not code.intact]
    if not sealed:
        return Told()
    sentence = f"the checksum of the {broken[0].dialect} code does not hold" if broken else ""
    return Told(float(bool(broken)), sentence, tuple(broken))


@check("code__amount_off", "share", "how far the code's amount is from the nearest on the receipt")
def _code_amount(scene: Scene) -> Told:
    amounts = [value for value in scene.sure if value.amount is not None and value.key not in NO_SUMS]
    for code in scene.codes:
        if code.amount is None or not amounts:
            continue
        closest = nearest(amounts, code.amount)
        gap = abs(amount_of(closest) - code.amount)
        if gap <= (step_of(closest) if step_of(closest) > 1 else Decimal(0)) or code.amount in paid(scene):
            return Told(0.0)
        main = next(iter(scene.amounts("amount", "total", "headline")), closest)
        sentence = f"the code is of {code.amount}, the receipt of {main.text}"
        return Told(share_off(amount_of(closest), code.amount), sentence, (code, main))
    return Told()


@check("code__reference_off", "share", "of the code's reference that no number on the receipt has")
def _code_reference(scene: Scene) -> Told:
    return _code_against(scene, "reference", [value for value in scene.numbers if "account" not in value.key])


@check("code__receiver_off", "share", "of the code's receiver that no account on the receipt has")
def _code_receiver(scene: Scene) -> Told:
    return _code_against(scene, "receiver", scene.numbers)


@check("code__name_off", "share", "of the code's name that no name on the receipt has")
def _code_name(scene: Scene) -> Told:
    return _code_against(scene, "name", [value for value in scene.sure if value.kind in ("name", "text")])


def _code_against(scene: Scene, what: str, values: Sequence[Value]) -> Told:
    """What a code says against the nearest on the receipt; it contradicts where that is nearly the same and not it."""
    said = [(code, _signs(getattr(code, what))) for code in scene.codes]
    said = [(code, signs) for code, signs in said if len(signs) >= 6]
    if not said or not values:
        return Told()
    code, signs = said[0]
    best, share = values[0], 0.0
    for value in values:
        printed = _signs(value.text.rstrip(".…"))
        cut = signs[: len(printed)] if value.text.endswith(("...", "…")) else signs
        tail = signs[-len(printed) :] if re.search(r"[•*]", value.text) and len(printed) >= 3 else ""
        if printed and (printed in (cut, tail) or (len(printed) >= 6 and (printed in signs or signs in printed))):
            return Told(0.0)
        agreeing = sum(a == b for a, b in zip(printed, signs)) / max(len(printed), len(signs))
        if agreeing > share:
            best, share = value, agreeing
    near = share >= NEAR and len(_signs(best.text)) == len(signs)
    sentence = f"the code says {getattr(code, what)}, the {field_name(best)} is {best.text}" if near else ""
    return Told(1 - share, sentence, (code, best))


REPEATS = (_twice, _checksum, _code_amount, _code_reference, _code_receiver, _code_name)
