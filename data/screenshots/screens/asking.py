"""Screens that ask or show one thing: forms, dialogs, keypads, calendars, codes, the phone's own screens."""

from __future__ import annotations

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.chrome import (
    buttons,
    header,
    keyboard,
    nav_bar,
    nav_height,
    status_bar,
)
from realfake.data.screenshots.icons import ICONS, barcode, disc_icon, logo, qr_code
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.pictures import picture, scene
from realfake.data.screenshots.screens.lists import history, settings
from realfake.data.screenshots.screens.reading import article
from realfake.data.screenshots.screens.receipts import receipt


def form(page: Page) -> None:
    """Fields to fill in, often with the keyboard up."""
    y = header(page, page.word("actions"))
    typing = page.happens(0.55)
    bottom = page.height - nav_height(page)
    end = bottom - page.px(230) if typing else bottom - page.px(80)
    boxed = page.app.pick("form.kind", ("outlined", "underlined", "filled"))
    height, left, width = page.px(56), page.margin, page.width - 2 * page.margin
    y += page.px(20)
    for key in ("to", "account", "bank", "amount", "note", "reference"):
        if y > end - height:
            break
        _entry(page, boxed, page.word(key), _entry_text(page, key), left, y, width, height)
        y += height + page.px(page.app.between("form.gap", 12, 24))
    if typing:
        keyboard(page, bottom)
        nav_bar(page, (32, 33, 36) if page.palette.dark else (222, 225, 230))
    else:
        buttons(page, bottom - page.px(70), (page.word("actions"),))
        nav_bar(page, page.tone("ground"))


def _entry_text(page: Page, key: str) -> tuple[str, str]:
    content = page.content
    made = {
        "to": (content.name(), "to_name"),
        "account": (content.account(), "account"),
        "bank": (content.bank(page.app.banks), "body"),
        "amount": (content.money(content.amount()), "amount"),
        "note": (content.note(), "note"),
        "reference": (content.reference(), "reference"),
    }
    return made[key] if page.happens(0.75) else ("", "body")


def _entry(
    page: Page, kind: str, label: str, value: tuple[str, str], x: float, y: float, width: float, height: float
) -> None:
    chosen, unit = page.happens(0.2), page.px(1)
    edge = page.tone("brand") if chosen else page.tone("faint")
    inside = 0.0 if kind == "underlined" else page.px(14)
    if kind == "filled":
        page.canvas.rect(x, y, width, height, page.mixed("ink", "ground", 0.94), page.px(6))
    if kind == "outlined":
        page.canvas.rect(
            x, y, width, height, edge, page.px(page.app.pick("form.radius", (4, 8, 12))), 2 * unit if chosen else unit
        )
    else:
        page.canvas.rect(x, y + height - unit, width, 2 * unit if chosen else unit, edge)
    tone = page.tone("brand" if chosen else "soft")
    if not value[0]:
        page.text("body", label, x + inside, y + height / 2 + 0.36 * page.size("body"), "label", ink=tone)
        return
    if kind == "outlined":
        gap = page.width_of("caption", label) + 8 * unit
        page.canvas.rect(x + inside - 4 * unit, y - 2 * unit, gap, 4 * unit, page.tone("ground"))
        page.text("caption", label, x + inside, y + 0.36 * page.size("caption"), "label", ink=tone)
    else:
        page.text("caption", label, x + inside, y + page.size("caption") * 1.3, "label", ink=tone)
    low = 0.5 if kind == "outlined" else 0.72
    page.text(
        "body", value[0], x + inside, y + height * low + 0.36 * page.size("body"), value[1], limit=width - 2 * inside
    )


def dialog(page: Page) -> None:
    """A question over a darkened screen."""
    page.choose((settings, history, receipt, article))(page)
    page.canvas.scrim((0, 0, 0), page.app.between("scrim", 0.3, 0.65))
    width = round(page.width * page.app.between("dialog.width", 0.76, 0.92))
    sheet = page.app.chance("dialog.sheet", 0.35)
    width = page.width if sheet else width
    inside, left = page.px(22), (page.width - width) // 2
    radius = page.px(page.app.pick("dialog.radius", (2, 8, 16, 28)))
    title, words = page.content.title(), page.content.paragraph(int(page.rng.integers(1, 3)))
    height = round(page.size("status") * 2 + page.size("body") * 1.6 * (len(words) / 24 + 1) + page.px(110))
    top = page.height - height if sheet else (page.height - height) // 2
    page.canvas.rect(left, top, width, height + (radius if sheet else 0), page.tone("card"), radius)
    y: float = top + inside
    y += page.paragraph("status", title, left + inside, y, width - 2 * inside, "title") + page.px(8)
    page.paragraph("body", words, left + inside, y, width - 2 * inside)
    baseline = top + height - page.px(30)
    right: float = left + width - inside
    for word in page.rng.permutation(len(page.content.words["actions"]))[:2]:
        right -= page.text(
            "button_quiet", page.content.words["actions"][word], right, baseline, "button", "right", width * 0.45
        ) + page.px(24)


def calendar(page: Page) -> None:
    """A month, some days with entries."""
    y = header(page, page.content.date())
    bottom = page.height - nav_height(page)
    full = page.app.chance("calendar.full", 0.5)
    column, row = page.width / 7, (bottom - y - page.px(40)) / 6 if full else page.px(46)
    for i in range(7):
        page.text("caption", "MTWTFSS"[i], (i + 0.5) * column, y + page.px(24), "label", "center")
    y += page.px(36)
    first, today = int(page.rng.integers(7)), int(page.rng.integers(1, 29))
    for cell in range(42):
        x, top = (cell % 7 + 0.5) * column, y + cell // 7 * row
        day = (cell - first) % 31 + 1
        inside = 0 <= cell - first < 31
        baseline = top + page.px(22)
        if inside and day == today:
            page.canvas.circle(x, baseline - 0.36 * page.size("body"), page.px(15), page.tone("brand"))
        ink = page.tone("on_brand") if inside and day == today else page.tone("ink" if inside else "faint")
        page.text("body", str(day), x, baseline, "number", "center", ink=ink)
        if full and inside and page.happens(0.45):
            for i in range(int(page.rng.integers(1, 4))):
                tone = page.tone(page.choose(("brand", "accent", "good", "bad", "link")))
                high = page.size("tab") * 1.5
                if page.px(30) + (i + 1) * (high + 2) < row:
                    page.canvas.rect(
                        x - column * 0.46, top + page.px(30) + i * (high + 2), column * 0.92, high, tone, page.px(2)
                    )
                    low = top + page.px(30) + i * (high + 2) + high * 0.74
                    words = page.content.title()
                    page.text("tab", words, x - column * 0.42, low, limit=column * 0.84, ink=(255, 255, 255))
    if not full:
        y += 6 * row + page.px(8)
        while y < bottom - page.px(60):
            page.canvas.rect(
                page.margin,
                y + page.px(8),
                page.px(4),
                page.px(40),
                page.tone(page.choose(("brand", "accent", "good"))),
            )
            page.text("item", page.content.title(), page.margin + page.px(16), y + page.px(26), "title")
            page.text(
                "item_sub",
                f"{page.content.time()} - {page.content.time(0.9)}",
                page.margin + page.px(16),
                y + page.px(46),
                "time",
            )
            y += page.px(60)
    nav_bar(page, page.tone("ground"))


def keypad(page: Page) -> None:
    """A calculator, a PIN or an amount being typed."""
    ground_top = status_bar(page, page.tone("ink"))
    bottom = page.height - nav_height(page) - page.px(16)
    calculator = page.app.chance("keypad.calculator", 0.4)
    columns = 4 if calculator else 3
    row = min(page.px(page.app.between("keypad.row", 56, 84)), round((bottom - ground_top) * 0.13))
    top = bottom - 4 * row
    keys = "789/456*123-0.=+" if calculator else "123456789•0<"
    shaped = page.app.pick("keypad.shape", ("none", "disc", "tile"))
    width = page.width / columns
    for i, key in enumerate(keys):
        x, y = (i % columns + 0.5) * width, top + (i // columns + 0.5) * row
        tone = page.mixed("ink", "ground", 0.92)
        if shaped == "disc":
            page.canvas.circle(x, y, row * 0.44, tone)
        elif shaped == "tile":
            page.canvas.rect(x - width * 0.47, y - row * 0.45, width * 0.94, row * 0.9, tone, page.px(8))
        page.text("number", key, x, y + 0.36 * page.size("number"), "button", "center")
    middle = (ground_top + top) / 2
    words = page.content.money(page.content.amount())
    page.text("body", page.word("amount"), page.width / 2, middle - page.size("hero"), "label", "center")
    page.text("hero", words, page.width / 2, middle + page.size("hero") * 0.4, "amount", "center", page.width * 0.9)
    page.text(
        "caption",
        page.content.sentence(),
        page.width / 2,
        middle + page.size("hero") * 1.2,
        "body",
        "center",
        page.width * 0.9,
    )
    nav_bar(page, page.tone("ground"))


def launcher(page: Page) -> None:
    """The phone's home screen or lock screen, over a picture."""
    make = picture if page.happens(0.6) else scene
    page.canvas.image(make(page.rng, page.width, page.height), 0, 0)
    white: Colour = (255, 255, 255)
    status_bar(page, white)
    style = page.style("hero", white)
    page.canvas.text(page.content.clock(), page.width / 2, page.height * 0.2, style, "time", "center")
    page.text(
        "system", page.content.date(), page.width / 2, page.height * 0.2 + style.size * 0.7, "date", "center", ink=white
    )
    if page.happens(0.5):
        for _ in range(int(page.rng.integers(1, 4))):
            _notification(page, round(page.height * (0.3 + 0.1 * _)))
    columns, step = 4, page.width / 4
    for i in range(columns * int(page.rng.integers(1, 4))):
        x, y = (i % columns + 0.5) * step, page.height * 0.62 + i // columns * page.px(92)
        if y > page.height - page.px(90):
            break
        tone = page.tone(page.choose(("brand", "accent", "good", "bad", "link", "card")))
        disc_icon(
            page,
            page.choose(ICONS),
            x,
            y,
            page.px(26),
            tone,
            white if tone != page.tone("card") else page.tone("brand"),
        )
        page.text("system", page.content.word("tabs"), x, y + page.px(44), "body", "center", step, white)


def _notification(page: Page, y: int) -> None:
    height = page.px(76)
    page.canvas.rect(
        page.px(12),
        y,
        page.width - page.px(24),
        height,
        page.tone("card"),
        page.px(page.app.pick("notice.radius", (4, 16, 26))),
    )
    logo(page, page.px(36), y + page.px(24), page.px(20), page.tone("brand"))
    page.text("system", page.app.name, page.px(54), y + page.px(28), "title")
    page.text(
        "system", page.content.time(), page.width - page.px(26), y + page.px(28), "time", "right", ink=page.tone("soft")
    )
    words = f"{page.word('success')} {page.content.money(page.content.amount(), '+')}"
    page.text(
        "system", words, page.px(28), y + page.px(54), "amount", limit=page.width - page.px(56), ink=page.tone("ink")
    )


def ticket(page: Page) -> None:
    """A card with a code to scan."""
    y = header(page, page.content.title())
    bottom = page.height - nav_height(page)
    left, width = page.margin, page.width - 2 * page.margin
    height = min(round(bottom - y - page.px(100)), page.px(430))
    page.card(left, y + page.px(16), width, height)
    y += page.px(16) + page.px(20)
    page.text(
        "headline", page.content.title(), page.width / 2, y + page.size("headline"), "title", "center", width * 0.9
    )
    y += page.size("headline") * 1.8
    side = min(page.px(200), height // 2)
    if page.app.chance("ticket.bars", 0.4):
        barcode(page, left + page.px(20), y, width - page.px(40), page.px(90))
        y += page.px(96)
    else:
        qr_code(page, (page.width - side) / 2, y, side, page.content.digits(26))
        y += side
    page.text(
        "value_mono",
        page.content.digits(int(page.rng.integers(8, 14))),
        page.width / 2,
        y + page.size("value") * 1.6,
        "number",
        "center",
    )
    y += page.size("value") * 2.6
    page.text("body", page.content.name(), page.width / 2, y + page.size("body"), "to_name", "center", width * 0.9)
    buttons(page, bottom - page.px(72), (page.word("actions"),))
    nav_bar(page, page.tone("ground"))
