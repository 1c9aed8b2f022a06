"""What a PNG file says of itself: chunks, header, compression level and row filters."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples per pixel by colour type
FILTERED_ROWS = 64  # rows whose filter is read; enough to tell encoders apart without inflating the picture
FILTERS = ("none", "sub", "up", "average", "paeth")
LARGE_TEXT = 2**20  # bytes inflated, beyond which a text or profile is large
MOST_INFLATED = 64 * 2**20  # bytes of texts and profiles that are inflated to find the large ones
PIECE = 2**20  # bytes of pixels inflated at a time


@dataclass(frozen=True)
class Chunk:
    """One chunk: its four-letter kind, its payload and the checksum that stands behind it."""

    kind: str
    payload: bytes
    checksum: int = 0

    @property
    def intact(self) -> bool:
        """Whether the checksum is right."""
        return zlib.crc32(self.payload, zlib.crc32(self.kind.encode("latin-1"))) == self.checksum

    @property
    def ancillary(self) -> bool:
        """Whether the picture can be shown without it."""
        return self.kind[:1].islower()

    @property
    def keyword(self) -> str:
        """The name of a text or profile."""
        return self.payload.partition(b"\0")[0][:79].decode("latin-1")

    def inflated(self, most: int) -> bytes:
        """The first `most` bytes of a text or profile; empty for other chunks and where it is damaged."""
        text = self.payload.partition(b"\0")[2]
        if self.kind == "tEXt":
            return text[:most]
        compressed = self.kind in ("zTXt", "iCCP")
        if self.kind == "iTXt":
            compressed, text = text[:1] == b"\1", text[1:]
        elif not compressed:
            return b""
        text = text[1:]  # the method of compression
        if self.kind == "iTXt":
            text = text.partition(b"\0")[2].partition(b"\0")[2]  # behind language and translated name
        if not compressed or not most:  # to zlib, 0 means no limit
            return text[:most]
        try:
            return zlib.decompressobj().decompress(text, most)
        except zlib.error:
            return b""


@dataclass(frozen=True)
class PngFile:
    """A parsed PNG stream."""

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
            end = position + 8 + length
            chunks.append(Chunk(kind, data[position + 8 : end], int.from_bytes(data[end : end + 4], "big")))
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
    def bad_checksums(self) -> int:
        """The number of chunks whose checksum is wrong."""
        return sum(not chunk.intact for chunk in self.chunks)

    @cached_property
    def large_texts(self) -> list[Chunk]:
        """Profiles and texts of more than `LARGE_TEXT` inflated, and all compressed ones behind `MOST_INFLATED`."""
        large, total = [], 0
        for chunk in self.chunks:
            if chunk.kind not in ("zTXt", "iCCP", "iTXt", "tEXt"):
                continue
            size = len(chunk.inflated(LARGE_TEXT + 1)) if total < MOST_INFLATED else LARGE_TEXT + 1
            total += size
            if size > LARGE_TEXT:
                large.append(chunk)
        return large

    @property
    def pixels_whole(self) -> bool:
        """Whether the pixels pass their own checksum, the Adler-32 of their stream."""
        stream = zlib.decompressobj()
        try:
            for chunk in self.all("IDAT"):
                piece = stream.decompress(chunk.payload, PIECE)
                while piece and not stream.eof:
                    piece = stream.decompress(stream.unconsumed_tail, PIECE)
        except zlib.error:
            return False
        return stream.eof

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
