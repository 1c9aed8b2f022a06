"""Files that every viewer shows and a strict decoder refuses: a copy of their bytes that it takes.

Nothing is guessed: a PNG whose pixels fail their own checksum and a JPEG whose scan breaks off stay damaged.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from realfake.forensics.errors import BadImage
from realfake.forensics.formats.jpeg import JpegFile
from realfake.forensics.formats.markers import DRI, SOS, Segment
from realfake.forensics.formats.png import LARGE_TEXT, SIGNATURE, Chunk, PngFile

MOST_LEADING = 4096  # bytes before a JPEG within which its start is looked for
MOST_TEXT = 16 * 2**20  # bytes of large texts and profiles of one PNG that are kept
FILLINGS = (b"\x00" * 32, b"\x55" * 32, b"\xb6" * 32)  # unlike bits, by which a scan that breaks off is known
ANIMATION = ("acTL", "fcTL", "fdAT")
VITAL = ("IHDR", "PLTE")


@dataclass(frozen=True)
class Mended:
    """A stream that decodes, and what was wrong with the file.

    Attributes
    ----------
    stream : bytes for the decoder
    note : what was mended, in a few words
    info : texts and profile that the decoder was not given, by Pillow's names
    leading : bytes before the start of a JPEG
    end_missing : whether a JPEG lacks its end marker
    """

    stream: bytes
    note: str
    info: dict[str, str | bytes] = field(default_factory=dict)
    leading: int = 0
    end_missing: bool = False


def mend(data: bytes) -> Mended | None:
    """Mend the bytes of a file that does not decode; None where nothing is known to help.

    Raises
    ------
    BadImage
        If it is known why the file is beyond mending.
    """
    if data.startswith(SIGNATURE):
        return _mended_png(PngFile.parse(data))
    start = data.find(b"\xff\xd8\xff", 0, MOST_LEADING)
    return _mended_jpeg(data, start) if start >= 0 else None


def _mended_png(png: PngFile) -> Mended | None:
    bad = [chunk for chunk in png.chunks if not chunk.intact]
    large = png.large_texts
    if not bad and not large:
        return None
    if lost := next((chunk.kind for chunk in bad if chunk.kind in VITAL), None):
        raise BadImage(f"wrong checksum of {lost}")
    if any(chunk.kind == "IDAT" for chunk in bad) and not png.pixels_whole:
        raise BadImage("wrong checksum of IDAT, and of the pixels in it")
    dropped = {id(chunk) for chunk in [*bad, *large] if chunk.ancillary and chunk.kind not in ANIMATION}
    kept = b"".join(_written(chunk) for chunk in png.chunks if id(chunk) not in dropped)
    notes = []
    if bad:
        notes.append(f"wrong checksum of {', '.join(sorted({chunk.kind for chunk in bad}))}")
    if large:
        notes.append(f"{', '.join(sorted({chunk.kind for chunk in large}))} of more than {LARGE_TEXT // 2**20} MiB")
    return Mended(SIGNATURE + kept, "; ".join(notes), _info([chunk for chunk in large if chunk.intact]))


def _written(chunk: Chunk) -> bytes:
    kind = chunk.kind.encode("latin-1")
    checksum = zlib.crc32(chunk.payload, zlib.crc32(kind))
    return len(chunk.payload).to_bytes(4, "big") + kind + chunk.payload + checksum.to_bytes(4, "big")


def _info(chunks: list[Chunk]) -> dict[str, str | bytes]:
    found: dict[str, str | bytes] = {}
    room = MOST_TEXT
    for chunk in chunks:
        text = chunk.inflated(room)
        room -= len(text)
        if chunk.kind == "iCCP":
            found["icc_profile"] = text
        else:
            found[chunk.keyword] = text.decode("utf-8", "replace")
    return found


def _mended_jpeg(data: bytes, start: int) -> Mended | None:
    stream = data[start:]
    try:
        jpeg = JpegFile.parse(stream)
    except BadImage:
        return None
    if jpeg.ended and not start:
        return None
    if not jpeg.ended:
        stream = stream.removesuffix(b"\xff")  # of a marker cut in two
        if not (_all_sent(jpeg) and _restarts_whole(jpeg) and _ends_whole(stream)):
            return None
    notes = [f"{start} bytes before the start of the JPEG"] if start else []
    notes += [] if jpeg.ended else ["the JPEG lacks its end marker"]
    return Mended(
        stream if jpeg.ended else stream + b"\xff\xd9", "; ".join(notes), leading=start, end_missing=not jpeg.ended
    )


def _all_sent(jpeg: JpegFile) -> bool:
    """Whether the scans send every coefficient of every component to its last bit."""
    missing = {component.identifier: set(range(64)) for component in jpeg.components}
    for _, members, (first, last, bits) in _scans(jpeg):
        if bits & 15 == 0:
            for member in members:
                missing.get(member, set()).difference_update(range(first, last + 1))
    return not any(missing.values())


def _restarts_whole(jpeg: JpegFile) -> bool:
    """Whether each scan has as many restart markers as its size asks for: a decoder fills lost intervals silently."""
    interval = 0
    ends = [segment.offset for segment in jpeg.segments[1:]] + [jpeg.end]
    members = {segment.offset: found for segment, found, _ in _scans(jpeg)}
    for segment, end in zip(jpeg.segments, ends, strict=True):
        if segment.marker == DRI and len(segment.payload) == 2:
            interval = int.from_bytes(segment.payload, "big")
        if segment.marker == SOS and interval:
            coded = jpeg.data[segment.offset : end]
            restarts = sum(coded.count(bytes((0xFF, code))) for code in range(0xD0, 0xD8))
            if restarts < -(-jpeg.units(members[segment.offset]) // interval) - 1:
                return False
    return True


def _scans(jpeg: JpegFile) -> Iterator[tuple[Segment, list[int], tuple[int, int, int]]]:
    """Each scan with its components, and first and last frequency and the bits sent."""
    for segment in jpeg.all(SOS):
        payload = segment.payload
        count = payload[0] if payload else 0
        if len(payload) >= 4 + 2 * count:
            first, last, bits = payload[1 + 2 * count : 4 + 2 * count]
            yield segment, list(payload[1 : 1 + 2 * count : 2]), (first, last, bits)


def _ends_whole(stream: bytes) -> bool:
    """Whether the last scan needs no more bits: whatever follows it, the pixels are the same."""
    seen = set()
    for filling in FILLINGS:
        with Image.open(io.BytesIO(stream + filling + b"\xff\xd9"), formats=("JPEG",)) as picture:
            seen.add(zlib.crc32(picture.tobytes()))
    return len(seen) == 1
