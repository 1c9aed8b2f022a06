"""What a JPEG file says of itself: segments, quantization tables, sampling and its own DCT coefficients."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from functools import cached_property

import jpeglib
import numpy as np

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.huffman import Unsupported, decode_coefficients
from realfake.forensics.formats.markers import (
    DECODING_SEGMENTS,
    DQT,
    EOI,
    HIERARCHICAL,
    JPEG_LS,
    LOSSLESS,
    SOI,
    SOS,
    STANDALONE,
    ZIGZAG,
    Segment,
    Stream,
)

MARKER = re.compile(b"\xff[^\x00\xff%s]" % re.escape(bytes(STANDALONE)), re.DOTALL)


@dataclass(frozen=True)
class JpegFile(Stream):
    """A parsed JPEG stream; the pixels themselves are the decoder's business."""

    @classmethod
    def parse(cls, data: bytes) -> JpegFile:
        """Walk the marker segments of `data`, which starts with SOI.

        Raises
        ------
        BadImage
            If a segment runs over the end of the data or the frame header is missing.
        """
        segments: list[Segment] = []
        position, ended = 2, False
        while position + 1 < len(data):
            if data[position] != 0xFF:
                position = _next_marker(data, position)
                continue
            marker = data[position + 1]
            if marker in (0xFF, 0x00):
                position += 1
                continue
            if marker == EOI:
                position, ended = position + 2, True
                break
            if marker in STANDALONE or marker == SOI:
                position += 2
                continue
            length = int.from_bytes(data[position + 2 : position + 4], "big")
            if length < 2 or position + 2 + length > len(data):
                raise BadImage(f"JPEG segment 0x{marker:02X} at byte {position} runs over the end of the file")
            segments.append(Segment(marker, position, data[position + 4 : position + 2 + length]))
            position += 2 + length
            if marker == SOS:
                position = _next_marker(data, position)
        parsed = cls(data, tuple(segments), position, ended)
        _ = parsed.frame  # a stream without a frame header is no image
        return parsed

    @property
    def sampling(self) -> str:
        """Chroma subsampling as `4:2:0`, `4:2:2`, `4:4:4`, `4:4:0`, `4:1:1`, `gray`, or the raw factors."""
        if len(self.components) == 1:
            return "gray"
        factors = [(c.horizontal, c.vertical) for c in self.components]
        names = {(2, 2): "4:2:0", (2, 1): "4:2:2", (1, 1): "4:4:4", (1, 2): "4:4:0", (4, 1): "4:1:1"}
        if all(factor == (1, 1) for factor in factors[1:]) and factors[0] in names:
            return names[factors[0]]
        return ",".join(f"{h}x{v}" for h, v in factors)

    @cached_property
    def tables(self) -> dict[int, np.ndarray]:
        """Quantization tables by their slot, each (8, 8) int32 in row-major frequency order, 1..65535."""
        tables: dict[int, np.ndarray] = {}
        for segment in self.all(DQT):
            position = 0
            while position < len(segment.payload):
                precision, slot = segment.payload[position] >> 4, segment.payload[position] & 15
                size = 128 if precision else 64
                raw = segment.payload[position + 1 : position + 1 + size]
                if len(raw) < size:
                    break
                table = np.zeros(64, np.int32)
                table[ZIGZAG] = np.frombuffer(raw, ">u2" if precision else np.uint8)
                tables[slot] = table.reshape(8, 8)
                position += 1 + size
        return tables

    @property
    def luma_table(self) -> np.ndarray | None:
        """(8, 8) table of the first component, or None in a stream that lacks it."""
        return self.tables.get(self.components[0].table) if self.components else None

    @property
    def chroma_table(self) -> np.ndarray | None:
        """(8, 8) table of the second component, or None in a gray stream."""
        return self.tables.get(self.components[1].table) if len(self.components) > 1 else None

    @cached_property
    def _coefficients(self) -> tuple[np.ndarray | None, ...]:
        try:
            return (*decode_coefficients(self), None, None)[:3]
        except Unsupported:  # progressive, arithmetic, or broken in a way that libjpeg may mend
            return self._read_by_libjpeg()

    def _read_by_libjpeg(self) -> tuple[np.ndarray | None, ...]:
        # libjpeg meets only what decoding needs: no metadata, however large or broken.
        with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
            file.write(self._bare_stream())
            file.flush()
            try:
                jpeg = jpeglib.read_dct(file.name)
                return jpeg.Y, jpeg.Cb, jpeg.Cr
            except (OSError, ValueError):  # streams that the pixel decoder mends and libjpeg refuses
                return None, None, None

    @property
    def luma_coefficients(self) -> np.ndarray | None:
        """The file's own quantized luma DCT coefficients, (rows, columns, 8, 8) int16, [.., v, u] frequencies.

        None where only the pixels can be read: arithmetic coding, or a stream that the pixel decoder mends.
        """
        return self._coefficients[0]

    @property
    def chroma_coefficients(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Quantized (Cb, Cr) coefficients, each (rows, columns, 8, 8) int16, or None in a gray file."""
        _, blue, red = self._coefficients
        return None if blue is None or red is None else (blue, red)

    def _bare_stream(self) -> bytes:
        parts = [b"\xff\xd8"]
        offsets = [segment.offset for segment in self.segments] + [self.end]
        for segment, following in zip(self.segments, offsets[1:], strict=True):
            if segment.marker in DECODING_SEGMENTS:
                end = following if segment.marker == SOS else segment.offset + 4 + len(segment.payload)
                parts.append(self.data[segment.offset : end])
        parts.append(b"\xff\xd9")
        return b"".join(parts)


def undecodable(data: bytes) -> str:
    """Of which kind a JPEG is that common decoders do not read, such as `lossless`; empty for the usual ones."""
    try:
        frame = JpegFile.parse(data).frame
    except BadImage:
        return "JPEG-LS" if bytes((0xFF, JPEG_LS)) in data[:64] else ""
    if frame.marker in LOSSLESS:
        return "lossless"
    if frame.marker in HIERARCHICAL:
        return "hierarchical"
    if frame.payload[0] != 8:
        return f"{frame.payload[0]} bits a sample"
    return "" if frame.payload[5] in (1, 3, 4) else f"{frame.payload[5]} colour components"


def _next_marker(data: bytes, position: int) -> int:
    """Offset of the next real marker: not a stuffed zero, not a restart."""
    found = MARKER.search(data, position)
    return found.start() if found else len(data)
