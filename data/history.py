"""The life of one labelled file: captured, received, edited or not, saved, delivered.

Genuine and forged files live through the same steps, drawn from the same distributions; a forged one is edited between
the second and the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from realfake.data.channels import Transform, deliver, noop, receive
from realfake.data.files import mask_png
from realfake.data.forgeries.forger import Means, forge
from realfake.data.manifest import Label
from realfake.data.screenshots.screen import TextField
from realfake.forensics.files import write_whole

Generator = np.random.Generator

LIVES = 4  # histories drawn for a fake until one leaves the edit in the picture


@dataclass(frozen=True)
class Life:
    """A file and what is known of it.

    Attributes
    ----------
    data, suffix : the file's bytes and its ending with the dot
    transform : from the capture's pixels to the file's
    fields : the capture's lines in the file's pixels, as many as were given; those that left the frame have no area
    mask : ndarray, shape (height, width), bool; what was edited; None for a genuine file
    edited : numbers of the edited lines
    editor : the chain of operations of a fake; what an editor saved without an edit (`noop...`) for a genuine file
    received, delivered : names of channels
    donor : number of the donor that lent a fake its lines; None if there was none
    forger, says : as in `Forgery`
    """

    data: bytes
    suffix: str
    transform: Transform
    fields: tuple[TextField, ...]
    mask: np.ndarray | None
    edited: tuple[int, ...]
    editor: str
    received: str
    delivered: str
    donor: int | None = None
    forger: str = ""
    says: tuple[tuple[int, str], ...] = ()


def genuine_life(rgb: np.ndarray, fields: Sequence[TextField], rng: Generator) -> Life:
    """Send a capture, (H, W, 3) uint8, through an editor that changes nothing, to us."""
    opened = receive(rgb, rng)
    saved = noop(opened.rgb, rng)
    sent = deliver(saved.rgb, rng)
    transform = opened.transform.then(saved.transform).then(sent.transform)
    return Life(
        sent.data, sent.suffix, transform, carried(fields, transform), None, (), saved.name, opened.name, sent.name
    )


def fake_life(rgb: np.ndarray, fields: Sequence[TextField], rng: Generator, means: Means = Means()) -> Life | None:
    """Send a capture, (H, W, 3) uint8, to a forger and the forgery to us; None if nothing in it can be forged."""
    for _ in range(LIVES):
        opened = receive(rgb, rng)
        forgery = forge(opened.rgb, carried(fields, opened.transform), rng, means)
        if forgery is None:
            continue
        saved = noop(forgery.rgb, rng)
        sent = deliver(saved.rgb, rng)
        after = saved.transform.then(sent.transform)
        mask = after.mask(forgery.mask)
        if mask.any():
            transform = opened.transform.then(after)
            return Life(
                sent.data,
                sent.suffix,
                transform,
                carried(fields, transform),
                mask,
                forgery.edited,
                forgery.editor,
                opened.name,
                sent.name,
                forgery.donor,
                forgery.forger,
                forgery.says,
            )
    return None


def write_life(life: Life, out: Path, stem: str, group: str, **about: str) -> dict[str, Any]:
    """Write a file below `genuine/` or `fake/` of a set and its mask below `mask/`; return its row of the manifest.

    Parameters
    ----------
    stem : name of the file without its ending
    group : of everything that is made of one capture
    about : what else the manifest knows of the capture, such as `app`
    """
    label, mask = Label.GENUINE, ""
    if life.mask is not None:
        label, mask = Label.FAKE, f"mask/{stem}.png"
        write_whole(out / mask, mask_png(life.mask))
    path = f"{'genuine' if life.mask is None else 'fake'}/{stem}{life.suffix}"
    write_whole(out / path, life.data)
    return {
        "path": path,
        "label": label,
        "group": group,
        "mask": mask,
        **about,
        "editor": life.editor,
        "received": life.received,
        "delivered": life.delivered,
        "forger": life.forger,
    }


def carried(fields: Sequence[TextField], transform: Transform) -> tuple[TextField, ...]:
    """Lines in the pixels of a transformed image; sizes and places of their text change with them."""
    return tuple(_carried(field, transform) for field in fields)


def _carried(field: TextField, transform: Transform) -> TextField:
    scale = transform.scale_y
    style = field.style
    if style is not None and scale != 1.0:
        style = replace(style, size=style.size * scale, letter_spacing=style.letter_spacing * scale)
    return replace(
        field,
        box=transform.box(field.box),
        style=style,
        x=None if field.x is None else field.x * transform.scale_x + transform.dx,
        baseline=None if field.baseline is None else field.baseline * scale + transform.dy,
    )
