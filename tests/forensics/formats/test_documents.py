"""Pages of a PDF and HEIC photos: what is embedded is measured as it is, what is not is rendered, and each says so."""

import hashlib
import io
import sys

import numpy as np
import pytest
from PIL import Image

from realfake.forensics.errors import BadImage
from realfake.forensics.extract import extract_features
from realfake.forensics.formats.documents import is_document
from realfake.forensics.image import ForensicImage
from tests.pictures import draw_screen


def jpeg(quality=80) -> bytes:
    file = io.BytesIO()
    Image.fromarray(draw_screen()).save(file, "JPEG", quality=quality)
    return file.getvalue()


def pdf_of_jpegs(*files: bytes) -> bytes:
    """A PDF with a page for each JPEG, whose bytes stand in it as they are."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for data in files:
        image = pypdfium2.PdfImage.new(document)
        image.load_jpeg(io.BytesIO(data), inline=True)
        width, height = image.get_px_size()
        image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        page = document.new_page(width, height)
        page.insert_obj(image)
        page.gen_content()
    file = io.BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


TEXT_PDF = (  # one page with a line of text, without the table of places that a strict reader asks for
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 41>>stream\nBT /F 24 Tf 20 40 Td (Amount 125.00) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def test_a_jpeg_in_a_pdf_is_measured_as_if_it_had_been_sent_by_itself():
    inner = jpeg()
    document = pdf_of_jpegs(inner)
    image = ForensicImage.from_bytes(document, "bill.pdf")
    assert image.data == inner and image.format == "JPEG"
    assert image.note == "page 1 of 1, the JPEG embedded in it"
    assert image.sha256 == hashlib.sha256(document).hexdigest()
    alone = extract_features(ForensicImage.from_bytes(inner, "bill.jpg"), ["quantization", "ela"])
    found = extract_features(image, ["quantization", "ela"])
    assert [found[name] for name in found if "__" in name] == pytest.approx(
        [alone[name] for name in alone if "__" in name], nan_ok=True
    )


def test_every_page_is_a_picture_and_a_row_holds_one():
    document = pdf_of_jpegs(jpeg(), jpeg(60))
    pictures = list(ForensicImage.all_from_bytes(document, "bills.pdf"))
    assert [(one.frame, one.frames) for one in pictures] == [(1, 2), (2, 2)]
    assert pictures[1].note == "page 2 of 2, the JPEG embedded in it"
    with pytest.raises(BadImage, match="bills.pdf has 2 pages or images, of which a row can hold one"):
        ForensicImage.from_bytes(document, "bills.pdf")


def test_an_image_that_is_no_jpeg_is_taken_as_it_is_embedded_and_the_row_says_so():
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    bitmap = pypdfium2.PdfBitmap.from_pil(Image.fromarray(draw_screen()))
    image, page = pypdfium2.PdfImage.new(document), document.new_page(*bitmap.to_pil().size)
    image.set_bitmap(bitmap)
    image.set_matrix(pypdfium2.PdfMatrix().scale(*bitmap.to_pil().size))
    page.insert_obj(image)
    page.gen_content()
    file = io.BytesIO()
    document.save(file)
    found = ForensicImage.from_bytes(file.getvalue(), "bill.pdf")
    assert np.array_equal(found.rgb, draw_screen())
    assert extract_features(found, ["ela"])["format"] == "PDF image"
    assert found.note == "page 1 of 1, the image embedded in it"


def test_a_page_of_text_is_rendered_and_says_so():
    image = ForensicImage.from_bytes(TEXT_PDF, "text.pdf")
    assert (image.format, image.width, image.height) == ("PDF", 400, 200)
    assert image.note == "page 1 of 1, rendered at 144 dpi"
    assert image.rgb.min() < 50 and image.rgb.max() == 255


def test_a_photo_in_heic_is_decoded_and_says_so():
    import pillow_heif

    file = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(draw_screen())).save(file, quality=-1)
    image = ForensicImage.from_bytes(file.getvalue(), "photo.heic")
    assert image.format == "HEIC" and "decoded by libheif" in image.note
    assert np.abs(image.rgb.astype(int) - draw_screen()).mean() < 8


@pytest.mark.parametrize("size", [20, 200, -50])
def test_a_broken_document_is_a_sentence(size):
    for document in (pdf_of_jpegs(jpeg()), b"\0\0\0\x18ftypheic" + bytes(400)):
        broken = document[:size]
        assert is_document(broken)
        with pytest.raises(BadImage, match="x.pdf"):
            list(ForensicImage.all_from_bytes(broken, "x.pdf"))


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(BadImage, match=r"text.pdf is a PDF; to open it: pip install 'realfake\[documents\]'"):
        ForensicImage.from_bytes(TEXT_PDF, "text.pdf")


def test_a_page_that_is_too_large_is_refused_before_it_is_rendered():
    huge = TEXT_PDF.replace(b"[0 0 200 100]", b"[0 0 14400 14400]")
    with pytest.raises(BadImage, match="28800x28800 pixels, too large"):
        ForensicImage.from_bytes(huge, "huge.pdf")
