"""What a PNG file says of itself: chunks, header, compression level and row filters."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples per pixel by colour type
FILTERED_ROWS = 64  # rows whose filter is read; enough to tell encoders apart without inflating the picture
FILTERS = ("none", "sub", "up", "average", "paeth")


@dataclass(frozen=True)
class Chunk:
    """One chunk: its four-letter kind and its payload."""

    kind: str
    payload: bytes


@dataclass(frozen=True)
class PngFile:
    """A parsed PNG stream; checksums are the decoder's business."""

    chunks: tuple[Chunk, ...]
    trailing: int  # bytes behind IEND

    @classmethod
    def parse(cls, data: bytes) -> PngFile:
        """Walk the chunks of `data`; a chunk that runs over the end is left out."""
        chunks: list[Chunk] = []
        position = len(SIGNATURE)
        while position + 8 <= len(data):
            length = int.from_bytes(data[position : position + 4], "big")
            if position + 12 + length > len(data):
                break
            kind = data[position + 4 : position + 8].decode("latin-1")
            chunks.append(Chunk(kind, data[position + 8 : position + 8 + length]))
            position += 12 + length
            if kind == "IEND":
                break
        return cls(tuple(chunks), len(data) - position)

    def all(self, kind: str) -> list[Chunk]:
        """Chunks of one kind, in file order."""
        return [chunk for chunk in self.chunks if chunk.kind == kind]

    def has(self, kind: str) -> bool:
        """Whether a chunk of this kind is there."""
        return any(chunk.kind == kind for chunk in self.chunks)

    @cached_property
    def header(self) -> bytes:
        """Payload of IHDR, 13 bytes."""
        return self.chunks[0].payload.ljust(13, b"\0")

    @property
    def bit_depth(self) -> int:
        """Bits per sample: 1, 2, 4, 8 or 16."""
        return self.header[8]

    @property
    def interlaced(self) -> bool:
        """Whether the rows are stored in seven passes."""
        return self.header[12] == 1

    @property
    def compression_level(self) -> float:
        """Level in the zlib header: 0 fastest .. 3 best; NaN without image data."""
        data = self.all("IDAT")
        return data[0].payload[1] >> 6 if data and len(data[0].payload) > 1 else float("nan")

    @cached_property
    def row_filters(self) -> dict[str, float]:
        """Share of each filter among the first rows; NaN where the picture is interlaced."""
        samples = int.from_bytes(self.header[0:4], "big") * CHANNELS.get(self.header[9], 1)
        stride = 1 + (samples * self.bit_depth + 7) // 8
        rows = self._inflate(FILTERED_ROWS * stride)[::stride]
        if self.interlaced or not rows:
            return dict.fromkeys(FILTERS, float("nan"))
        return {name: rows.count(code) / len(rows) for code, name in enumerate(FILTERS)}

    def _inflate(self, wanted: int) -> bytes:
        stream, rows = zlib.decompressobj(), b""
        try:
            for chunk in self.all("IDAT"):
                rows += stream.decompress(chunk.payload, wanted - len(rows))
                if len(rows) >= wanted:
                    break
        except zlib.error:
            return rows
        return rows
