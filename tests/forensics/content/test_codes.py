"""Codes that tests make by the public specifications are read back with what they mean."""

import time
from decimal import Decimal

import numpy as np
import pytest
import segno

from realfake.forensics.box import Box
from realfake.forensics.content.codes import MOST, Code, crc16, find_codes, tlv, understood
from realfake.forensics.image import ForensicImage

NONSENSE = [
    "hello", "", "0002", "000201", "00020163", "upi://pay", "upi://[", "BCD\n002", "SPC", "9999", "٠٠٠٢٠١", "\ud800",
    "\x00" * 50, "https://example.com/r/1",
]  # fmt: skip


def qr(text: str, scale: int = 5) -> np.ndarray:
    """(H, W) uint8 of a QR code with its quiet zone."""
    matrix = np.array([[bool(cell) for cell in row] for row in segno.make(text, error="m").matrix_iter(border=4)])
    return np.kron(np.where(matrix, 0, 255), np.ones((scale, scale))).astype(np.uint8)


def screen(*codes: np.ndarray, width: int = 1000, height: int = 1600) -> ForensicImage:
    """Codes one below the other on a white screen."""
    plane, y = np.full((height, width), 255, np.uint8), 40
    for code in codes:
        plane[y : y + code.shape[0], 60 : 60 + code.shape[1]] = code
        y += code.shape[0] + 20
    return ForensicImage.from_array(np.repeat(plane[:, :, None], 3, axis=2))


def items(*pairs: tuple[str, str]) -> str:
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in pairs)


def sealed(text: str, tag: str = "63") -> str:
    text += f"{tag}04"
    return text + crc16(text)


def merchant(*account: tuple[str, str], currency: str = "764", amount: str = "1500.00", more: str = "") -> str:
    rest = (("52", "0000"), ("53", currency), ("54", amount), ("58", "TH"), ("59", "LENA KTLE"), ("60", "CITY"))
    return sealed(items(("00", "01"), ("01", "12"), *account, *rest, *((("62", more),) if more else ())))


def said(text: str) -> Code:
    return understood(Code(Box(0, 0, 10, 10), "QRCode", text))


SWISS = ["SPC", "0200", "1", "CH4431999123000889012", "S", "Lena Ktle", "Weg", "1", "8000", "Zug", "CH", *[""] * 7,
         "1949.75", "CHF", *[""] * 7, "QRR", "210000000003139471430009017", "", "EPD"]  # fmt: skip
HOLDER = items(("00", "970403"), ("01", "0011012345678"))
DIALECTS = {
    "promptpay": merchant(("29", items(("00", "A000000677010111"), ("01", "0066812345678")))),
    "thai-bill": merchant(("30", items(("00", "A000000677010112"), ("01", "099400015804189"), ("02", "REF7")))),
    "thai-slip": sealed(
        items(("00", items(("00", "000001"), ("01", "014"), ("02", "202406121611ABC"))), ("51", "TH")), "91"
    ),
    "vietqr": merchant(
        ("38", items(("00", "A000000727"), ("01", HOLDER), ("02", "QRIBFTTA"))),
        currency="704", amount="180000", more=items(("08", "thanh toan")),
    ),
    "pix": merchant(("26", items(("00", "br.gov.bcb.pix"), ("01", "lena@example.com"))), currency="986",
                    more=items(("05", "***"))),
    "qris": merchant(("26", items(("00", "ID.CO.QRIS.WWW"), ("01", "936000140000000001"))), currency="360"),
    "merchant": merchant(("26", items(("00", "com.example"), ("01", "X1"), ("02", "ACC9"))), more=items(("05", "R55"))),
    "upi": "upi://pay?pa=lena@bank&pn=Lena%20Ktle&am=250.50&cu=INR&tr=T2406121611",
    "epc": "BCD\n002\n1\nSCT\nBANKDEFF\nLena Ktle\nDE89370400440532013000\nEUR12.30\n\n\nInvoice 7",
    "swiss": "\r\n".join(SWISS),
}  # fmt: skip
MEANT = {
    "promptpay": {"receiver": "0066812345678", "amount": Decimal("1500.00"), "currency": "THB", "name": "LENA KTLE"},
    "thai-bill": {"receiver": "099400015804189", "reference": "REF7"},
    "thai-slip": {"bank": "014", "reference": "202406121611ABC", "amount": None},
    "vietqr": {"bank": "970403", "receiver": "0011012345678", "reference": "thanh toan", "currency": "VND"},
    "pix": {"receiver": "lena@example.com", "reference": "", "currency": "BRL"},
    "qris": {"receiver": "936000140000000001", "currency": "IDR"},
    "merchant": {"receiver": "ACC9", "reference": "R55"},
    "upi": {"receiver": "lena@bank", "name": "Lena Ktle", "amount": Decimal("250.50"), "reference": "T2406121611"},
    "epc": {"bank": "BANKDEFF", "receiver": "DE89370400440532013000", "amount": Decimal("12.30"), "currency": "EUR"},
    "swiss": {"receiver": "CH4431999123000889012", "amount": Decimal("1949.75"), "currency": "CHF"},
}  # fmt: skip
SEALED = {"promptpay", "thai-bill", "thai-slip", "vietqr", "pix", "qris", "merchant"}


def test_the_checksum_is_the_one_of_the_catalogues():
    assert crc16("123456789") == "29B1"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_is_read_as_its_specification_says(dialect):
    code = said(DIALECTS[dialect])
    assert code.dialect == dialect
    assert {name: getattr(code, name) for name in MEANT[dialect]} == MEANT[dialect]
    assert code.intact == (True if dialect in SEALED else None)


@pytest.mark.parametrize("dialect", sorted(SEALED))
def test_one_changed_digit_breaks_the_checksum(dialect):
    text = DIALECTS[dialect]
    place = next(
        i for i in range(len(text) - 9, 0, -1) if text[i].isdigit() and said(text[:i] + "7" + text[i + 1 :]).dialect
    )
    changed = text[:place] + ("7" if text[place] != "7" else "8") + text[place + 1 :]
    assert said(changed).intact is False


def test_codes_are_found_with_their_boxes():
    first, second = qr(DIALECTS["thai-slip"]), qr(DIALECTS["vietqr"])
    codes = find_codes(screen(first, second))
    assert [code.dialect for code in codes] == ["thai-slip", "vietqr"]
    for code, drawn, top in zip(codes, (first, second), (40, 60 + first.shape[0]), strict=True):
        ink = Box(60 + 20, top + 20, drawn.shape[1] - 40, drawn.shape[0] - 40)
        assert code.box.iou(ink) > 0.9


def test_a_code_is_read_whichever_way_up_the_screen_is_stored():
    upright = screen(qr(DIALECTS["upi"]))
    for quarter in range(4):
        turned = ForensicImage.from_array(np.ascontiguousarray(np.rot90(upright.rgb, quarter)))
        assert [code.dialect for code in find_codes(turned)] == ["upi"]


def test_a_code_on_a_long_screen_is_read_once():
    (code,) = find_codes(screen(np.full((2600, 10), 255, np.uint8), qr(DIALECTS["pix"]), height=5200))
    assert code.dialect == "pix" and code.box.y > 2600


def test_a_screen_without_codes_has_none():
    assert find_codes(screen()) == ()


@pytest.mark.parametrize("text", NONSENSE)
def test_what_no_dialect_explains_is_left_as_it_is(text):
    assert said(text).dialect in ("", "merchant")
    assert said(text).amount is None


def test_a_megabyte_of_nonsense_costs_nothing():
    begun = time.process_time()
    for text in (
        "0" * 10**6,
        "0099" * 250_000,
        "upi://pay?" + "a=1&" * 250_000,
        "BCD\n" * 250_000,
        "26" + "99" * 500_000,
    ):
        assert said(text).dialect == ""
    assert time.process_time() - begun < 1


def test_nested_items_end_where_their_length_says():
    assert tlv("000201" + "0103abc") == {"00": "01", "01": "abc"}
    assert tlv("0005ab") is None and tlv("xx02ab") is None and tlv("") is None


def test_two_hundred_codes_are_bounded():
    tile = qr("7", scale=2)
    row = np.concatenate([tile] * 16, axis=1)
    image = screen(*[row] * 16, width=60 + row.shape[1] + 60, height=60 + 16 * (row.shape[0] + 20))
    begun = time.process_time()
    codes = find_codes(image)
    assert 100 <= len(codes) <= MOST
    assert time.process_time() - begun < 20
