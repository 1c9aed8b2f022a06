"""What kind a file is by its first bytes, whatever its name says, and which files of a folder are images."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import PurePath

HEAD = 4096  # bytes that tell a file's kind
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif")
UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".opdownload", ".tmp", ".!ut", ".aria2")
SPOKEN_WITH_AN = (*"AEIOaeio", "SVG", "HTML", "XML", "MNG")
DOCUMENTS = {"PDF": "pypdfium2", "HEIC": "pillow_heif", "HEIF": "pillow_heif"}  # kinds that another package opens
SYSTEM_FILES = ("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r")


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name as it stands in a sentence, whether it is a picture, and whether it is decoded here."""

    name: str
    picture: bool = False
    decoded: bool = False

    @property
    def with_article(self) -> str:
        """Such as `an AVIF`."""
        return f"{'an' if self.name.startswith(SPOKEN_WITH_AN) else 'a'} {self.name}"


PNG, JPEG, WEBP, BMP, TIFF, GIF = (Kind(name, True, True) for name in ("PNG", "JPEG", "WebP", "BMP", "TIFF", "GIF"))
UNKNOWN, EMPTY = Kind("file of an unknown kind"), Kind("empty file")
APPLE_DOUBLE, RAW, SVG = Kind("AppleDouble"), Kind("camera raw", True), Kind("SVG", True)

MAGIC = (  # first bytes and what they mean; the longer one first where two begin alike
    (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF),
    (b"II\xbc\x01", Kind("JPEG XR", True)), (b"IIU\0", RAW), (b"IIRO", RAW), (b"IIRS", RAW), (b"MMOR", RAW),
    (b"FUJIFILMCCD-RAW", RAW), (b"FOVb", RAW), (b"\0MRM", RAW), (b"II\x1a\0\0\0HEAPCCDR", RAW),
    (b"II*\0", TIFF), (b"MM\0*", TIFF), (b"II+\0", TIFF), (b"MM\0+", TIFF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind("JPEG 2000", True)), (b"\xff\x4f\xff\x51", Kind("JPEG 2000", True)),
    (b"\0\0\0\x0cJXL \r\n\x87\n", Kind("JPEG XL", True)), (b"\xff\x0a", Kind("JPEG XL", True)),
    (b"8BPS", Kind("Photoshop document", True)), (b"gimp xcf", Kind("GIMP document", True)),
    (b"\0\0\1\0", Kind("icon", True)), (b"\0\0\2\0", Kind("cursor", True)), (b"icns", Kind("icon", True)),
    (b"qoif", Kind("QOI", True)), (b"\x76\x2f\x31\x01", Kind("OpenEXR", True)), (b"DDS ", Kind("DDS", True)),
    (b"#?RADIANCE", Kind("Radiance HDR", True)), (b"\x8aMNG", Kind("MNG", True)), (b"\x8bJNG", Kind("JNG", True)),
    (b"\xd7\xcd\xc6\x9a", Kind("Windows metafile", True)), (b"AT&TFORM", Kind("DjVu", True)),
    (b"BPG\xfb", Kind("BPG", True)), (b"FLIF", Kind("FLIF", True)), (b"SIMPLE  =", Kind("FITS", True)),
    (b"\0\5\x16\7", APPLE_DOUBLE), (b"\0\5\x16\0", APPLE_DOUBLE), (b"\0\0\0\1Bud1", Kind(".DS_Store")),
    (b"\x1aE\xdf\xa3", Kind("video")), (b"FLV\1", Kind("video")), (b"\0\0\1\xba", Kind("video")),
    (b"\0\0\1\xb3", Kind("video")), (b"0&\xb2u\x8ef\xcf\x11", Kind("video")), (b"OggS", Kind("Ogg recording")),
    (b"ID3", Kind("sound")), (b"\xff\xfb", Kind("sound")), (b"fLaC", Kind("sound")),
    (b"%PDF-", Kind("PDF")), (b"%!PS", Kind("PostScript", True)), (b"\xc5\xd0\xd3\xc6", Kind("PostScript", True)),
    (b"PK\3\4", Kind("ZIP archive or Office document")), (b"PK\5\6", Kind("ZIP archive or Office document")),
    (b"\x1f\x8b", Kind("gzip archive")), (b"7z\xbc\xaf\x27\x1c", Kind("7z archive")), (b"Rar!", Kind("RAR archive")),
    (b"BZh", Kind("bzip2 archive")), (b"\xfd7zXZ\0", Kind("xz archive")), (b"\x28\xb5\x2f\xfd", Kind("zstd archive")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind("old Office document or thumbnail database")),
    (b"SQLite format 3\0", Kind("database")), (b"PAR1", Kind("Parquet table")), (b"\x7fELF", Kind("program")),
    (b"MZ", Kind("program")), (b"L\0\0\0\1\x14\2\0", Kind("Windows shortcut")), (b"bplist00", Kind("property list")),
    (b"version https://git-lfs", Kind("Git LFS pointer")),
)  # fmt: skip
BRANDS = {  # of ISO base media files, first to last of what names them
    "HEIC": (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"),
    "AVIF": (b"avif", b"avis"),
    "camera raw": (b"crx ",),
    "JPEG 2000": (b"jp2 ", b"jpx ", b"jpm ", b"mjp2"),
    "HEIF": (b"mif1", b"msf1", b"mif2", b"1pic"),
}
PNM = re.compile(rb"P([1-7])\s+(#[^\n]*\s+)*\d|P7\nWIDTH")
BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})  # bytes
MARKUP = ((b"<svg", SVG), (b"<!doctype html", Kind("HTML page")), (b"<html", Kind("HTML page")),
          (b"<head", Kind("HTML page")), (b"<body", Kind("HTML page")))  # fmt: skip

REDUCED, MASK = 1, 4  # bits of NewSubfileType
SUBFILE_TYPE, OLD_SUBFILE_TYPE, SUB_IFDS, DNG_VERSION, PHOTOMETRIC = 254, 255, 330, 50706, 262
SENSOR_DATA = frozenset({32803, 34892})  # photometric interpretations: colour filter array, linear raw


def kind_of(data: bytes) -> Kind:
    """The kind of a file.

    Parameters
    ----------
    data : its first `HEAD` bytes, or all of them; a camera's raw TIFF is told from other TIFFs by the whole file
    """
    if not data:
        return EMPTY
    if data[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"AVI ": Kind("video"), b"WAVE": Kind("sound")}.get(data[8:12], UNKNOWN)
    if data[4:8] == b"ftyp":
        return _of_brands(data)
    if data[:2] == b"BM" and len(data) > 18 and int.from_bytes(data[14:18], "little") in BMP_HEADERS:
        return BMP
    found = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if found is TIFF:
        return RAW if _is_raw(data) else TIFF
    if found is not None:
        return found
    if PNM.match(data):
        return Kind("PNM", True)
    return _of_text(data[:HEAD])


def why_skipped(path: str, head: Callable[[], bytes], documents: bool = False) -> str:
    """Why a file of a folder is no image to measure; empty where it is one.

    A name with the ending of an image claims to be one, so that a damaged or misnamed file is told and not left out.

    Parameters
    ----------
    path : of the file
    head : reads its first `HEAD` bytes, called only where the name does not tell
    documents : take pages of PDFs and HEIC photos too, where the packages for them are installed
    """
    name = PurePath(path).name.lower()
    if name.startswith("._"):
        return APPLE_DOUBLE.name
    if name.startswith("."):
        return "hidden file"
    if name in SYSTEM_FILES:
        return "system file"
    if name.endswith(UNFINISHED):
        return "unfinished download"
    if name.endswith(SUFFIXES):
        return ""
    kind = kind_of(head())
    if kind.decoded:
        return ""
    if documents and kind.name in DOCUMENTS:
        return "" if find_spec(DOCUMENTS[kind.name]) else f"{kind.name} (to open it: pip install 'realfake[documents]')"
    return f"{kind.name} (not decoded)" if kind.picture else kind.name


def read_head(path: str) -> bytes:
    """The first `HEAD` bytes of a file; none where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def skipped_sentence(skipped: Counter[str]) -> str:
    """Such as `3 files skipped: 1 HEIC (not decoded), 1 PDF, 1 AppleDouble`; empty where none were."""
    count = skipped.total()
    kinds = ", ".join(f"{number} {why}" for why, number in skipped.most_common())
    return f"{count} file{'s' if count > 1 else ''} skipped: {kinds}" if count else ""


def tiff_tags(data: bytes) -> dict[int, int]:
    """The first number of each tag in the first directory of a TIFF; empty where it cannot be read."""
    if data[2:4] not in (b"*\0", b"\0*"):  # larger files have another layout, and no camera writes them
        return {}
    order = "<" if data[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        return dict(_entries(data, start + 2, count, order))
    except struct.error:
        return {}


def _entries(data: bytes, start: int, count: int, order: str) -> Iterator[tuple[int, int]]:
    for at in range(start, start + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", data, at)
        yield tag, struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 8)[0]


def _is_raw(data: bytes) -> bool:
    """Whether a TIFF is what a camera's sensor saw, beside which its first picture is a thumbnail."""
    tags = tiff_tags(data)
    thumbnail_first = bool(tags.get(SUBFILE_TYPE, 0) & REDUCED) and SUB_IFDS in tags
    of_sensor = tags.get(PHOTOMETRIC) in SENSOR_DATA
    return data[8:10] == b"CR" or DNG_VERSION in tags or thumbnail_first or of_sensor


def _of_brands(data: bytes) -> Kind:
    size = min(int.from_bytes(data[:4], "big"), HEAD)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
    for name, known in BRANDS.items():
        if any(brand in known for brand in brands):
            return Kind(name, True)
    return Kind("sound" if data[8:11] == b"M4A" else "video")


def _of_text(head: bytes) -> Kind:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", "replace").encode() if wide else head.removeprefix(b"\xef\xbb\xbf")
    text = text.strip()
    lowered = text.lower()
    for mark, kind in MARKUP:
        if lowered.startswith(mark) or (lowered.startswith((b"<?xml", b"<!--", b"<!doctype")) and mark in lowered):
            return kind
    if not text or any(byte < 9 or 13 < byte < 32 for byte in text) or not _is_utf8(text):
        return UNKNOWN
    if lowered.startswith(b"<"):
        return Kind("XML")
    return Kind("JSON") if text[:1] in b"{[" else Kind("text")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(text) - error.start < 4  # a letter cut at the end of the head
    return True
