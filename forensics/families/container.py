"""Container: what the file around the pixels says of the program that wrote it and of the path it came."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import numpy as np
from PIL import ExifTags, Image

from realfake.forensics.arrays.exact import area_means, log, log10
from realfake.forensics.formats.jpeg import JpegFile
from realfake.forensics.formats.markers import DHT, DQT, DRI, SOS, START_OF_FRAME
from realfake.forensics.formats.png import FILTERS, PngFile
from realfake.forensics.image import ForensicImage
from realfake.forensics.measurement import Measurement, family, feature

APP0, APP1, APP2, APP12, APP13, APP14, COMMENT = 0xE0, 0xE1, 0xE2, 0xEC, 0xED, 0xEE, 0xFE
APPLICATION = range(0xE0, 0xF0)
ICC_HEADER = b"ICC_PROFILE\0"
RESOURCE_HEADER = b"Photoshop 3.0\0"

# Programs with which a person changes a picture.
EDITORS = re.compile(
    rb"photoshop|lightroom|imageready|fireworks|illustrator|\bgimp\b|pixelmator|affinity|snapseed|picsart|photopea|pixlr"
    rb"|\bcanva\b|\bfotor\b|polarr|facetune|meitu|\bvsco\b|luminar|krita|inkscape|paint\.net|paint ?shop|photofiltre"
    rb"|coreldraw|photo-paint|acdsee|darktable|rawtherapee|capture one|picasa|irfanview|xnview|photoscape|befunky"
    rb"|airbrush|touchretouch|lightx|\bfigma\b|acorn",
    re.IGNORECASE,
)
# Libraries through which a server, a script or a messenger rewrites a picture.
LIBRARIES = re.compile(
    rb"imagemagick|graphicsmagick|\blavc\d|ffmpeg|gd-jpeg|libvips|matplotlib|\bpillow\b|imageio|skia|libpng|cairo",
    re.IGNORECASE,
)
SCREENSHOT = re.compile(rb"s\0?c\0?r\0?e\0?e\0?n\0?[ _-]?\0?(s\0?h\0?o\0?t|c\0?a\0?p\0?t\0?u\0?r\0?e)", re.IGNORECASE)

# Screens of telephones and tablets in portrait, pixels: sizes of screenshots neither cropped nor resized.
DEVICE_SCREENS = frozenset({
    (320, 480), (320, 568), (480, 800), (480, 854), (540, 960), (640, 960), (640, 1136), (720, 1280), (720, 1440),
    (720, 1480), (720, 1520), (720, 1544), (720, 1560), (720, 1570), (720, 1600), (720, 1612), (720, 1640), (720, 1650),
    (750, 1334), (768, 1024), (768, 1280), (800, 1280), (828, 1792), (1080, 1920), (1080, 2016), (1080, 2160),
    (1080, 2220), (1080, 2232), (1080, 2240), (1080, 2244), (1080, 2246), (1080, 2248), (1080, 2256), (1080, 2270),
    (1080, 2280), (1080, 2310), (1080, 2312), (1080, 2316), (1080, 2340), (1080, 2376), (1080, 2388), (1080, 2400),
    (1080, 2404), (1080, 2408), (1080, 2412), (1080, 2424), (1080, 2436), (1080, 2448), (1080, 2460), (1080, 2520),
    (1080, 2640), (1084, 2412), (1125, 2436), (1170, 2532), (1179, 2556), (1200, 1920), (1200, 2000), (1206, 2622),
    (1216, 2640), (1220, 2712), (1224, 2700), (1240, 2772), (1242, 2208), (1242, 2688), (1260, 2800), (1264, 2780),
    (1280, 2856), (1284, 2778), (1290, 2796), (1312, 2848), (1320, 2868), (1344, 2992), (1440, 2560), (1440, 2880),
    (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3168), (1440, 3200), (1440, 3216), (1536, 2048),
    (1600, 2560), (1620, 2160), (1640, 2360), (1668, 2224), (1668, 2388), (2048, 2732),
})  # fmt: skip
DEVICE_WIDTHS = frozenset(width for width, _ in DEVICE_SCREENS)
SENT_SIDES = frozenset({1024, 1280, 1600, 2048, 2560})  # pixels; long sides to which messengers reduce pictures

# Code lengths of the four Huffman tables in ITU-T T.81 Annex K; an encoder that optimises writes others.
ANNEX_K_LENGTHS = frozenset({
    bytes((0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)),
    bytes((0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0)),
    bytes((0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125)),
    bytes((0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119)),
})  # fmt: skip
ANCILLARY_CHUNKS = (
    "sRGB", "gAMA", "cHRM", "iCCP", "pHYs", "sBIT", "bKGD", "tIME", "tEXt", "iTXt", "zTXt", "eXIf", "acTL",
)  # fmt: skip
ALPHA_MODES = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
BITS_PER_SAMPLE = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I": 32, "F": 32}
MAKE, SOFTWARE, DATE_TIME, EXIF_IFD, GPS_IFD = 0x010F, 0x0131, 0x0132, 0x8769, 0x8825
DATE_TIME_ORIGINAL = 0x9003
THUMBNAIL_IFD, THUMBNAIL_OFFSET, THUMBNAIL_LENGTH = ExifTags.IFD.IFD1, 0x0201, 0x0202

Parsed = TypeVar("Parsed")
Cue = tuple[str, str, str, Callable[[Parsed], float]]  # name, unit, meaning, how it is read


@family("container", source="Kee, Johnson & Farid 2011, doi:10.1109/TIFS.2011.2128309; ITU-T T.81; ISO/IEC 15948")
def container(image: ForensicImage) -> Iterator[Measurement]:
    """The file around the pixels: format, size, metadata, PNG chunks and JPEG markers."""
    png = PngFile.parse(image.data) if image.format == "PNG" else None
    webp = _riff_chunks(image.data) if image.format == "WEBP" else None
    exif = _exif(image)
    yield from _cues("file", FILE_CUES, image if image.data else None)
    yield from _cues("size", SIZE_CUES, image)
    yield from _cues("metadata", METADATA_CUES, (image, exif, _metadata(image, png)) if image.data else None)
    yield from _thumbnail(image, exif)
    yield from _cues("jpeg", JPEG_CUES, image.jpeg)
    yield from _cues("png", PNG_CUES, png)
    yield from _cues("webp", WEBP_CUES, webp)


def _cues(name: str, cues: tuple[Cue[Parsed], ...], parsed: Parsed | None) -> Iterator[Measurement]:
    for statistic, unit, meaning, read in cues:
        yield feature(f"{name}__{statistic}", np.nan if parsed is None else read(parsed), unit, meaning)


def _trailing_bytes(image: ForensicImage) -> float:
    if image.jpeg is not None:
        return len(image.stream) - image.jpeg.end
    if image.format == "PNG":
        return PngFile.parse(image.data).trailing
    return np.nan


def _leading_bytes(image: ForensicImage) -> float:
    if image.jpeg is None:
        return np.nan
    return image.mended.leading if image.mended else 0


def _end_missing(image: ForensicImage) -> float:
    if image.jpeg is None:
        return np.nan
    return not image.jpeg.ended or (image.mended is not None and image.mended.end_missing)


def _bits_per_sample(image: ForensicImage) -> int:
    if image.jpeg is not None:
        return image.jpeg.frame.payload[0]
    if image.format == "PNG":
        return PngFile.parse(image.data).bit_depth
    return BITS_PER_SAMPLE.get(image.mode, 8)


FILE_CUES: tuple[Cue[ForensicImage], ...] = (
    ("is_jpeg", "flag", "the file is a JPEG", lambda i: i.format == "JPEG"),
    ("is_png", "flag", "the file is a PNG", lambda i: i.format == "PNG"),
    ("is_webp", "flag", "the file is a WebP", lambda i: i.format == "WEBP"),
    ("is_tiff", "flag", "the file is a TIFF", lambda i: i.format == "TIFF"),
    ("is_bmp", "flag", "the file is a BMP", lambda i: i.format == "BMP"),
    ("log_bytes", "log10 bytes", "size of the file", lambda i: log10(len(i.data))),
    ("bytes_per_pixel", "bytes", "size of the file over its pixels", lambda i: len(i.data) / (i.width * i.height)),
    ("bits_per_sample", "bits", "depth of one sample as stored", _bits_per_sample),
    ("palette", "flag", "pixels are indices into a palette", lambda i: i.mode in ("P", "PA")),
    ("gray", "flag", "one channel without colour", lambda i: i.mode in ("1", "L", "LA", "I", "F") or "I;16" in i.mode),
    ("alpha", "flag", "an alpha channel or a transparent colour",
     lambda i: i.mode in ALPHA_MODES or "transparency" in i.info),
    ("cmyk", "flag", "colours are stored for print", lambda i: i.mode == "CMYK"),
    ("trailing_bytes", "log10(1 + bytes)", "data behind the end of the picture",
     lambda i: log10(1 + _trailing_bytes(i))),
    ("leading_bytes", "log10(1 + bytes)", "data before the start of a JPEG", lambda i: log10(1 + _leading_bytes(i))),
    ("end_missing", "flag", "a JPEG lacks its end marker", _end_missing),
)  # fmt: skip
SIZE_CUES: tuple[Cue[ForensicImage], ...] = (
    ("width", "pixels", "columns", lambda i: i.width),
    ("height", "pixels", "rows", lambda i: i.height),
    ("megapixels", "megapixels", "columns times rows", lambda i: i.width * i.height / 1e6),
    ("aspect", "1", "long side over short side", lambda i: max(i.width, i.height) / min(i.width, i.height)),
    ("device_screen", "flag", "the size is one of known telephones or tablets",
     lambda i: tuple(sorted((i.width, i.height))) in DEVICE_SCREENS),
    ("device_width", "flag", "the short side is one of known telephones or tablets",
     lambda i: min(i.width, i.height) in DEVICE_WIDTHS),
    ("messenger_side", "flag", "the long side is one to which messengers reduce pictures",
     lambda i: max(i.width, i.height) in SENT_SIDES),
    ("whole_blocks", "flag", "both sides are multiples of 8 pixels", lambda i: i.width % 8 == 0 and i.height % 8 == 0),
    ("whole_units", "flag", "both sides are multiples of 16 pixels",
     lambda i: i.width % 16 == 0 and i.height % 16 == 0),
)  # fmt: skip

Metadata = tuple[ForensicImage, Image.Exif, bytes]


def _dates_differ(metadata: Metadata) -> float:
    exif = metadata[1]
    changed, taken = exif.get(DATE_TIME), exif.get_ifd(EXIF_IFD).get(DATE_TIME_ORIGINAL)
    return changed != taken if changed and taken else np.nan


METADATA_CUES: tuple[Cue[Metadata], ...] = (
    ("bytes", "log10(1 + bytes)", "text, EXIF, XMP and application data", lambda m: log10(1 + len(m[2]))),
    ("editor_named", "flag", "an image editor is named", lambda m: EDITORS.search(m[2]) is not None),
    ("library_named", "flag", "an image library is named", lambda m: LIBRARIES.search(m[2]) is not None),
    ("screenshot_named", "flag", "the file calls itself a screenshot", lambda m: SCREENSHOT.search(m[2]) is not None),
    ("xmp", "flag", "an XMP packet is there", lambda m: b"<x:xmpmeta" in m[2] or b"adobe:ns:meta" in m[2]),
    ("xmp_history", "flag", "XMP lists editing steps", lambda m: b"xmpMM:History" in m[2]),
    ("exif_tags", "count", "entries of the first EXIF directory", lambda m: len(m[1])),
    ("camera_named", "flag", "EXIF names the maker of a camera", lambda m: MAKE in m[1]),
    ("software_named", "flag", "EXIF names a program", lambda m: SOFTWARE in m[1]),
    ("located", "flag", "EXIF holds a position", lambda m: bool(m[1].get_ifd(GPS_IFD))),
    ("dates_differ", "flag", "EXIF dates of taking and of changing differ", _dates_differ),
    ("orientation", "1..8", "EXIF orientation; 1 where none is stored", lambda m: m[0].orientation),
    ("icc_bytes", "bytes", "colour profile; 0 where none is stored",
     lambda m: len(m[0].info.get("icc_profile") or b"")),
    ("dots_per_inch", "1/inch", "stated resolution", lambda m: _resolution(m[0])),
)  # fmt: skip


def _resolution(image: ForensicImage) -> float:
    try:
        return float(image.info["dpi"][0])
    except (KeyError, TypeError, IndexError, ValueError, ZeroDivisionError):
        return np.nan


def _exif(image: ForensicImage) -> Image.Exif:
    """The EXIF directories; empty where there are none or where they are damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if image.format == "TIFF":
                with Image.open(io.BytesIO(image.data)) as picture:
                    return _read_directories(picture.getexif())
            exif = Image.Exif()
            exif.load(image.info.get("exif") or b"")
            return _read_directories(exif)
    except Exception:  # the directories are foreign bytes and Pillow raises anything on them
        return Image.Exif()


def _read_directories(exif: Image.Exif) -> Image.Exif:
    for directory in (EXIF_IFD, GPS_IFD, THUMBNAIL_IFD):
        exif.get_ifd(directory)  # kept by `exif`, so that nothing is read from a closed file later
    return exif


def _metadata(image: ForensicImage, png: PngFile | None) -> bytes:
    """Every byte of the file in which a program could have left its name."""
    if image.jpeg is not None:
        wanted = [s.payload for s in image.jpeg.segments if s.marker in APPLICATION or s.marker == COMMENT]
        # The profile and the resource header name Adobe whoever writes them.
        return b"\n".join(p.removeprefix(RESOURCE_HEADER) for p in wanted if not p.startswith(ICC_HEADER))
    if png is not None:
        texts = [f"{key}={value}".encode() for key, value in image.info.items() if isinstance(value, str)]
        return b"\n".join(texts + [chunk.payload for chunk in png.all("eXIf")])
    texts = [value for key, value in image.info.items() if isinstance(value, bytes) and key != "icc_profile"]
    return b"\n".join(texts + [str(value).encode("utf-8", "replace") for value in _exif(image).values()])


def _thumbnail(image: ForensicImage, exif: Image.Exif) -> Iterator[Measurement]:
    small = _embedded_thumbnail(image, exif)
    aspect = difference = np.nan
    if small is not None:
        height, width = small.shape[:2]
        aspect = abs(log(width * image.height / (height * image.width)))
        shrunk = np.stack([area_means(plane, (height, width)) for plane in np.moveaxis(image.rgb, 2, 0)], axis=2)
        difference = np.sqrt(np.mean((np.rint(shrunk) - small) ** 2))
    yield feature("thumbnail__present", small is not None if image.data else np.nan, "flag", "EXIF holds a thumbnail")
    yield feature("thumbnail__aspect_change", aspect, "log ratio", "thumbnail and picture differ in shape")
    yield feature("thumbnail__difference", difference, "gray levels", "RMS difference of thumbnail and reduced picture")


def _embedded_thumbnail(image: ForensicImage, exif: Image.Exif) -> np.ndarray | None:
    directory = exif.get_ifd(THUMBNAIL_IFD)
    raw = (image.info.get("exif") or b"").removeprefix(b"Exif\0\0")
    try:
        start = int(directory[THUMBNAIL_OFFSET])
        stream = raw[start : start + int(directory[THUMBNAIL_LENGTH])]
        with Image.open(io.BytesIO(stream), formats=("JPEG",)) as picture:
            if picture.width * picture.height > image.width * image.height:
                return None
            return np.asarray(picture.convert("RGB"))
    except Exception:  # no thumbnail, or one that does not decode
        return None


def _starts(marker: int, header: bytes, jpeg: JpegFile) -> bool:
    return any(segment.payload.startswith(header) for segment in jpeg.all(marker))


def _first(markers: frozenset[int] | set[int], jpeg: JpegFile) -> int:
    return next((i for i, segment in enumerate(jpeg.segments) if segment.marker in markers), len(jpeg.segments))


def _standard_huffman(jpeg: JpegFile) -> float:
    lengths = set()
    for segment in jpeg.all(DHT):
        position = 0
        while position + 17 <= len(segment.payload):
            counts = segment.payload[position + 1 : position + 17]
            lengths.add(counts)
            position += 17 + sum(counts)
    return lengths <= ANNEX_K_LENGTHS if lengths else np.nan


def _jfif_version(jpeg: JpegFile) -> float:
    headers = [s.payload for s in jpeg.all(APP0) if s.payload.startswith(b"JFIF\0") and len(s.payload) >= 7]
    return headers[0][5] + headers[0][6] / 100 if headers else np.nan


JPEG_CUES: tuple[Cue[JpegFile], ...] = (
    ("progressive", "flag", "coded in successive scans", lambda j: j.progressive),
    ("scans", "count", "scans", lambda j: len(j.all(SOS))),
    ("components", "count", "colour components", lambda j: len(j.components)),
    ("segments", "count", "marker segments", lambda j: len(j.segments)),
    ("table_segments", "count", "segments that carry quantization tables", lambda j: len(j.all(DQT))),
    ("huffman_segments", "count", "segments that carry Huffman tables", lambda j: len(j.all(DHT))),
    ("huffman_standard", "flag", "Huffman tables of Annex K, not optimised ones", _standard_huffman),
    ("restart", "flag", "restart intervals are defined", lambda j: bool(j.all(DRI))),
    ("huffman_before_frame", "flag", "Huffman tables stand before the frame header",
     lambda j: _first({DHT}, j) < _first(START_OF_FRAME, j)),
    ("tables_behind_frame", "flag", "quantization tables stand behind the frame header",
     lambda j: _first({DQT}, j) > _first(START_OF_FRAME, j)),
    ("exif_before_jfif", "flag", "EXIF stands before, or instead of, JFIF",
     lambda j: _first({APP1}, j) < _first({APP0}, j)),
    ("jfif_version", "1", "major version and hundredths of JFIF", _jfif_version),
    ("comment", "flag", "a comment is there", lambda j: bool(j.all(COMMENT))),
    ("exif", "flag", "APP1 holds EXIF", partial(_starts, APP1, b"Exif\0")),
    ("icc", "flag", "APP2 holds a colour profile", partial(_starts, APP2, ICC_HEADER)),
    ("multi_picture", "flag", "APP2 announces further pictures", partial(_starts, APP2, b"MPF\0")),
    ("ducky", "flag", "APP12 is Photoshop's Save for Web", partial(_starts, APP12, b"Ducky")),
    ("photoshop", "flag", "APP13 holds Photoshop resources", partial(_starts, APP13, RESOURCE_HEADER)),
    ("adobe", "flag", "APP14 is Adobe's colour transform", partial(_starts, APP14, b"Adobe")),
    ("application_segments", "count", "APPn segments", lambda j: sum(s.marker in APPLICATION for s in j.segments)),
)  # fmt: skip


def _has(kind: str, png: PngFile) -> bool:
    return png.has(kind)


def _row_filter(name: str, png: PngFile) -> float:
    return png.row_filters[name]


PNG_CUES: tuple[Cue[PngFile], ...] = (
    ("chunks", "count", "kinds of chunks", lambda p: len({chunk.kind for chunk in p.chunks})),
    ("data_chunks", "count", "IDAT chunks", lambda p: len(p.all("IDAT"))),
    ("data_chunk_bytes", "bytes", "size of the largest IDAT chunk: the writer's buffer",
     lambda p: max((len(chunk.payload) for chunk in p.all("IDAT")), default=np.nan)),
    ("colour_type", "0..6", "gray, RGB, palette, or these with alpha", lambda p: p.header[9]),
    ("interlaced", "flag", "rows are stored in seven passes", lambda p: p.interlaced),
    ("bad_checksums", "count", "chunks whose checksum is wrong", lambda p: p.bad_checksums),
    ("large_texts", "count", "profiles and texts of more than 1 MiB inflated", lambda p: len(p.large_texts)),
    ("compression_level", "0..3", "level in the zlib header", lambda p: p.compression_level),
    *((f"{kind}_chunk", "flag", f"a chunk {kind} is there", partial(_has, kind))
      for kind in ANCILLARY_CHUNKS),
    *((f"filter_{name}", "share", f"rows filtered with `{name}` among the first", partial(_row_filter, name))
      for name in FILTERS),
)  # fmt: skip


def _riff_chunks(data: bytes) -> list[bytes]:
    """Kinds of the chunks of a WebP file, in file order."""
    kinds, position = [], 12
    while position + 8 <= len(data):
        kinds.append(data[position : position + 4])
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + length + length % 2
    return kinds


WEBP_CUES: tuple[Cue[list[bytes]], ...] = (
    ("lossless", "flag", "coded without loss", lambda kinds: b"VP8L" in kinds),
    ("extended", "flag", "the extended file layout is used", lambda kinds: b"VP8X" in kinds),
    ("exif", "flag", "EXIF is there", lambda kinds: b"EXIF" in kinds),
    ("xmp", "flag", "XMP is there", lambda kinds: b"XMP " in kinds),
)
