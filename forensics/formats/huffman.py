"""Decode the Huffman-coded coefficients of a sequential JPEG, several times faster than through a file and libjpeg."""

from __future__ import annotations

import numpy as np

from realfake.forensics.arrays.jit import compiled
from realfake.forensics.formats.markers import DHT, DRI, SOS, ZIGZAG, Segment, Stream

SEQUENTIAL = (0xC0, 0xC1)  # frame headers of baseline and extended sequential Huffman coding
LOOKUP_BITS = 16  # the longest Huffman code


class Unsupported(Exception):
    """The stream is progressive, arithmetic, 12-bit, or breaks a rule: a full decoder has to look at it."""


def decode_coefficients(jpeg: Stream) -> tuple[np.ndarray, ...]:
    """The quantized DCT coefficients of each component.

    Parameters
    ----------
    jpeg : Stream

    Returns
    -------
    tuple of ndarray, shape (rows, columns, 8, 8), int16
        In frame order, row-major frequencies.

    Raises
    ------
    Unsupported
        If the stream is not plain sequential Huffman coding.
    """
    frame = jpeg.frame
    if frame.marker not in SEQUENTIAL or frame.payload[0] != 8 or not 1 <= len(jpeg.components) <= 4:
        raise Unsupported
    height, width = (int.from_bytes(frame.payload[at : at + 2], "big") for at in (1, 3))
    tall, wide = (max(getattr(c, side) for c in jpeg.components) for side in ("vertical", "horizontal"))
    if not height or not width or not all(1 <= c.vertical <= 4 and 1 <= c.horizontal <= 4 for c in jpeg.components):
        raise Unsupported
    units = (-(-height // (8 * tall)), -(-width // (8 * wide)))  # minimum coded units down and across
    shapes = [(units[0] * c.vertical, units[1] * c.horizontal) for c in jpeg.components]
    firsts = np.cumsum([0, *(down * across for down, across in shapes)])
    blocks = np.zeros((firsts[-1], 64), np.int16)  # of all components, one after another
    sizes = [(-(-height * c.vertical // (8 * tall)), -(-width * c.horizontal // (8 * wide))) for c in jpeg.components]
    data = np.frombuffer(jpeg.data, np.uint8)
    tables: dict[int, np.ndarray] = {}
    restart = 0
    ends = [segment.offset for segment in jpeg.segments[1:]] + [jpeg.end]
    for segment, end in zip(jpeg.segments, ends, strict=True):
        if segment.marker == DHT:
            tables.update(_lookups(segment.payload))
        elif segment.marker == DRI and len(segment.payload) == 2:
            restart = int.from_bytes(segment.payload, "big")
        elif segment.marker == SOS:
            start = segment.offset + 4 + len(segment.payload)
            _decode_segment(jpeg, segment, data[start:end], tables, restart, blocks, firsts, shapes, sizes, units)
    planes = [part.reshape(*shape, 8, 8) for part, shape in zip(np.split(blocks, firsts[1:-1]), shapes, strict=True)]
    return tuple(
        np.ascontiguousarray(plane[:rows, :columns]) for plane, (rows, columns) in zip(planes, sizes, strict=True)
    )


def _decode_segment(
    jpeg: Stream,
    segment: Segment,
    stream: np.ndarray,
    tables: dict[int, np.ndarray],
    restart: int,
    blocks: np.ndarray,
    firsts: np.ndarray,
    shapes: list[tuple[int, int]],
    sizes: list[tuple[int, int]],
    units: tuple[int, int],
) -> None:
    payload = segment.payload
    count = payload[0] if payload else 0
    if not count or len(payload) != 4 + 2 * count or tuple(payload[-3:]) != (0, 63, 0):
        raise Unsupported
    identifiers = [c.identifier for c in jpeg.components]
    try:
        members = [identifiers.index(payload[1 + 2 * i]) for i in range(count)]
        coders = np.stack(
            [np.stack([tables[payload[2 + 2 * i] >> 4], tables[16 + (payload[2 + 2 * i] & 15)]]) for i in range(count)]
        )
    except (ValueError, KeyError) as error:
        raise Unsupported from error
    # A scan of one component covers its blocks one by one, without the padding of whole units.
    alone = count == 1
    factors = [(jpeg.components[m].vertical, jpeg.components[m].horizontal) for m in members]
    layout = np.array([(1, 1)] if alone else factors)
    down, across = sizes[members[0]] if alone else units
    strides = np.array([shapes[m][1] for m in members])
    starts = firsts[members]
    if not _decode_scan(stream, coders, layout, down, across, strides, starts, blocks, restart, ZIGZAG):
        raise Unsupported


def _lookups(payload: bytes) -> dict[int, np.ndarray]:
    """By class and slot (16 * class + slot), what the next 16 bits mean: 256 * code length + symbol; 0 for no code."""
    tables: dict[int, np.ndarray] = {}
    position = 0
    while position + 17 <= len(payload):
        slot, lengths = payload[position], payload[position + 1 : position + 17]
        symbols = payload[position + 17 : position + 17 + sum(lengths)]
        if len(symbols) < sum(lengths):
            raise Unsupported
        table = np.zeros(1 << LOOKUP_BITS, np.int32)
        at = used = 0
        for length, number in enumerate(lengths, start=1):
            for _ in range(number):
                span = 1 << (LOOKUP_BITS - length)
                table[at : at + span] = 256 * length + symbols[used]
                at += span
                used += 1
        if at > len(table):
            raise Unsupported
        tables[slot] = table
        position += 17 + used
    return tables


@compiled
def _decode_scan(
    stream: np.ndarray,
    coders: np.ndarray,
    layout: np.ndarray,
    down: int,
    across: int,
    strides: np.ndarray,
    starts: np.ndarray,
    blocks: np.ndarray,
    restart: int,
    zigzag: np.ndarray,
) -> bool:
    size = stream.shape[0]
    members = layout.shape[0]
    previous = np.zeros(members, np.int64)
    position, bits, held = 0, np.uint64(0), 0  # next byte; bits read ahead, the last `held` of them not used yet
    done = 0
    for unit_row in range(down):
        for unit_column in range(across):
            if restart > 0 and done > 0 and done % restart == 0:
                while position + 1 < size and not (stream[position] == 0xFF and 0xD0 <= stream[position + 1] <= 0xD7):
                    position += 1
                position += 2
                bits, held = np.uint64(0), 0
                previous[:] = 0
            done += 1
            for m in range(members):
                for v in range(layout[m, 0]):
                    for h in range(layout[m, 1]):
                        row, column = unit_row * layout[m, 0] + v, unit_column * layout[m, 1] + h
                        block = starts[m] + row * strides[m] + column
                        k = 0
                        while k < 64:
                            while held <= 40:
                                byte = np.uint64(0)
                                if position < size and not (
                                    stream[position] == 0xFF and position + 1 < size and stream[position + 1] != 0
                                ):
                                    byte = np.uint64(stream[position])
                                    position += 2 if stream[position] == 0xFF else 1
                                # A marker or the end stays where it is; zeros stand for what is missing.
                                bits = (bits << np.uint64(8)) | byte
                                held += 8
                            ahead = np.int64((bits >> np.uint64(held - 16)) & np.uint64(0xFFFF))
                            entry = coders[m, 0 if k == 0 else 1, ahead]
                            if entry == 0:
                                return False
                            held -= entry >> 8
                            symbol = entry & 255
                            extra = symbol & 15
                            if k == 0:
                                extra = symbol
                                if extra > 11:
                                    return False
                            value = np.int64(0)
                            if extra > 0:
                                value = np.int64((bits >> np.uint64(held - extra)) & np.uint64((1 << extra) - 1))
                                held -= extra
                                if value < 1 << (extra - 1):
                                    value -= (1 << extra) - 1
                            if k == 0:
                                previous[m] += value
                                blocks[block, 0] = previous[m]
                                k = 1
                            elif extra == 0:
                                if symbol != 0xF0:
                                    break
                                k += 16
                            else:
                                k += symbol >> 4
                                if k > 63:
                                    return False
                                blocks[block, zigzag[k]] = value
                                k += 1
    return True
