"""The marker segments of a JPEG stream, as ITU-T T.81 lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from realfake.forensics.errors import BadImage

SOI, EOI, SOS, DQT, DHT, DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
LOSSLESS, HIERARCHICAL, JPEG_LS = frozenset({0xC3, 0xC7, 0xCB, 0xCF}), frozenset({0xC5, 0xC6, 0xCD, 0xCE}), 0xF7
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
DECODING_SEGMENTS = START_OF_FRAME | {DQT, DHT, DRI, SOS, 0xEE}  # 0xEE: Adobe's colour transform

# Row-major position of each zig-zag index.
ZIGZAG = np.array(
    sorted(range(64), key=lambda i: (i // 8 + i % 8, (i // 8) if (i // 8 + i % 8) % 2 else (i % 8))), dtype=np.intp
)


@dataclass(frozen=True)
class Segment:
    """One marker segment: its code, where it starts in the file, and its payload without the length."""

    marker: int
    offset: int
    payload: bytes


@dataclass(frozen=True)
class Component:
    """One colour component of the frame header."""

    identifier: int
    horizontal: int
    vertical: int
    table: int


@dataclass(frozen=True)
class Stream:
    """A JPEG stream cut into its segments."""

    data: bytes
    segments: tuple[Segment, ...]
    end: int  # offset behind the last byte of the stream; what follows is trailing data
    ended: bool = True  # by an end marker

    def all(self, marker: int) -> list[Segment]:
        """Segments of one kind, in file order."""
        return [segment for segment in self.segments if segment.marker == marker]

    @cached_property
    def frame(self) -> Segment:
        """The first frame header (SOFn)."""
        for segment in self.segments:
            if segment.marker in START_OF_FRAME and len(segment.payload) >= 6:
                return segment
        raise BadImage("JPEG without a frame header")

    @property
    def progressive(self) -> bool:
        """Whether the frame is coded in successive scans."""
        return self.frame.marker in PROGRESSIVE

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """Components in frame order: luma first."""
        payload = self.frame.payload
        found = []
        for i in range(payload[5]):
            entry = payload[6 + 3 * i : 9 + 3 * i]
            if len(entry) == 3:
                found.append(Component(entry[0], entry[1] >> 4, entry[1] & 15, entry[2]))
        return tuple(found)

    def units(self, members: Sequence[int]) -> int:
        """Minimum coded units of a scan of the components with these identifiers.

        A scan of one component covers its blocks one by one, without the padding of whole units.
        """
        height, width = (int.from_bytes(self.frame.payload[at : at + 2], "big") for at in (1, 3))
        tall, wide = (max(getattr(c, side) for c in self.components) for side in ("vertical", "horizontal"))
        alone = [c for c in self.components if [c.identifier] == list(members)]
        down, across = (alone[0].vertical, alone[0].horizontal) if alone else (1, 1)
        if not tall or not wide:
            return 0
        blocks: int = -(-height * down // (8 * tall)) * -(-width * across // (8 * wide))
        return blocks
