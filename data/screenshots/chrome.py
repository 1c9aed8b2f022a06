"""What surrounds an app's content: the phone's status and navigation bars, headers, tab bars, keyboards, buttons."""

from __future__ import annotations

import skia

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.artwork import artwork
from realfake.data.screenshots.content import TWELVE_HOURS
from realfake.data.screenshots.icons import ICONS, disc_icon, icon, logo
from realfake.data.screenshots.page import Page, mix
from realfake.data.screenshots.pictures import picture

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
CARRIERS = ("Vodex", "Telno", "MobiOne", "LTE", "Zentel", "Airwave")
ABROAD = (-7.0, -3.0, -1.0, 1.0, 2.0, 5.5, 8.0)  # hours by which a traveller's phone is ahead of the app
NETWORKS = ("5G", "4G", "LTE", "", "")


def status_bar(page: Page, ink: Colour) -> float:
    """Record the phone's status bar in one ink; return its height."""
    ios = page.device.platform == "ios"
    notched = page.height / page.width > 1.9
    height = page.px((47 if notched else 20) if ios else page.app.pick("status.height", (24, 24, 25, 28, 32, 36)))
    if not ios and not notched:
        height = page.px(24)
    middle = height * (0.58 if ios and notched else 0.5)
    kind = "system_bold" if ios and notched else "system"
    baseline = middle + 0.36 * page.size(kind)
    edge = page.px(24 if notched else 9)
    clock = _clock(page)
    if ios and not notched:
        page.text(kind, clock, page.width / 2, baseline, "time", "center", ink=ink, key="clock")
        page.text("system", page.choose(CARRIERS), page.px(8), baseline, "body", ink=ink)
        edge = page.px(8)
    elif ios or page.app.chance("status.clock.left", 0.8):
        page.text(kind, clock, edge + (page.px(8) if ios else 0), baseline, "time", ink=ink, key="clock")
        _notifications(page, edge + page.width_of(kind, clock) + page.px(14), middle, ink, ios)
    else:
        width = page.text(kind, clock, page.width - edge, baseline, "time", "right", ink=ink, key="clock")
        edge += round(width) + page.px(6)
        _notifications(page, page.px(10), middle, ink, ios)
    _status_icons(page, page.width - edge, middle, baseline, ink, ios)
    return height


def _clock(page: Page) -> str:
    """The phone's clock: of twelve hours by its user's choice, and now and then that of another country."""
    twelve = page.content.formats.country in TWELVE_HOURS and page.happens(0.4)
    abroad = float(page.choose(ABROAD)) if page.happens(0.015) else 0.0
    return page.content.clock(twelve, abroad)


def _notifications(page: Page, x: float, middle: float, ink: Colour, ios: bool) -> None:
    for _ in range(0 if ios else int(page.rng.integers(0, 5))):
        icon(page, page.choose(ICONS), x, middle, page.px(13), ink)
        x += page.px(19)


def _status_icons(page: Page, right: float, middle: float, baseline: float, ink: Colour, ios: bool) -> None:
    """Record battery, Wi-Fi and signal from the right edge leftwards."""
    canvas, unit = page.canvas, page.px(1)
    level = int(page.rng.integers(3, 101))
    percent_text = page.rng.random() < 0.6
    if percent_text and not ios:
        right -= page.text("system", f"{level}%", right, baseline, "number", "right", ink=ink) + 4 * unit
    if ios:
        width, height = 24 * unit, 11 * unit
        x, y = right - width - 2 * unit, middle - height / 2
        canvas.rect(x, y, width, height, (*ink, 100), 3.5 * unit, unit)
        canvas.rect(x + 2 * unit, y + 2 * unit, (width - 4 * unit) * level / 100, height - 4 * unit, ink, 1.8 * unit)
        canvas.rect(right - unit, middle - 2 * unit, 1.5 * unit, 4 * unit, (*ink, 110), unit)
        right = x - 6 * unit
    else:
        width, height = 8 * unit, 13 * unit
        x, y = right - width, middle - height / 2
        canvas.rect(x, y + unit, width, height - unit, (*ink, 90), unit)
        full = (height - unit) * level / 100
        canvas.rect(x, y + height - full, width, full, ink, unit)
        canvas.rect(x + 2.5 * unit, y - 0.5 * unit, 3 * unit, 1.5 * unit, ink)
        right = x - 6 * unit
    if page.rng.random() < 0.75:
        right = _wifi(page, right, middle, ink) - 4 * unit
    network = page.choose(NETWORKS)
    if page.rng.random() < 0.85:
        bars = int(page.rng.integers(1, 5))
        for i in range(4):
            tall = (4 + 2.6 * i) * unit
            x = right - (4 - i) * 4 * unit
            shade = (*ink, 255 if i < bars else 80)
            canvas.rect(x, middle + 5.5 * unit - tall, 3 * unit, tall, shade, 0.6 * unit)
        right -= 20 * unit
    if network:
        page.text("system", network, right, baseline, "body", "right", ink=ink)


def _wifi(page: Page, right: float, middle: float, ink: Colour) -> float:
    unit = page.px(1)
    x, y = right - 8 * unit, middle + 5.5 * unit
    if page.app.chance("status.wifi.fan", 0.5):
        fan = skia.Path()
        fan.moveTo(x, y)
        fan.arcTo(skia.Rect.MakeLTRB(x - 12 * unit, y - 12 * unit, x + 12 * unit, y + 12 * unit), 225, 90, False)
        fan.close()
        page.canvas.path(fan, ink)
    else:
        for radius in (10, 6.2):
            arc = skia.Path()
            box = skia.Rect.MakeLTRB(x - radius * unit, y - radius * unit, x + radius * unit, y + radius * unit)
            arc.addArc(box, 228, 84)
            page.canvas.path(arc, ink, 2.2 * unit)
        page.canvas.circle(x, y - 1.5 * unit, 1.8 * unit, ink)
    return right - 17 * unit


def nav_height(page: Page) -> int:
    """Height of the phone's own bar at the bottom."""
    kinds = {"gesture": 20, "buttons": 48, "none": 0}
    return page.px(30 if page.device.platform == "ios" and page.height / page.width > 1.9 else kinds[_nav_kind(page)])


def nav_bar(page: Page, ground: Colour) -> None:
    """Record the phone's own bar at the bottom, on its ground."""
    height, kind = nav_height(page), _nav_kind(page)
    if not height:
        return
    light = sum(ground) > 380
    ink = (20, 20, 20) if light else (235, 235, 235)
    top, middle = page.height - height, page.height - height / 2
    page.canvas.rect(0, top, page.width, height, ground)
    if page.device.platform == "ios" or kind == "gesture":
        width = page.px(134 if page.device.platform == "ios" else 110)
        thick = max(page.px(4.5 if page.device.platform == "ios" else 3), 2)
        page.canvas.rect((page.width - width) / 2, middle, width, thick, ink, thick / 2)
        return
    if not page.app.chance("nav.white", 0.5) and not page.palette.dark:
        page.canvas.rect(0, top, page.width, height, (0, 0, 0))
        ink = (235, 235, 235)
    xs = [page.width * share for share in (0.22, 0.5, 0.78)]
    size, outlined = page.px(15), page.app.chance("nav.outlined", 0.5)
    triangle = skia.Path()
    triangle.addPoly(
        [
            skia.Point(xs[0] + size * 0.45, middle - size / 2),
            skia.Point(xs[0] + size * 0.45, middle + size / 2),
            skia.Point(xs[0] - size * 0.5, middle),
        ],
        True,
    )
    stroke = page.px(1.6) if outlined else 0
    page.canvas.path(triangle, ink, stroke)
    page.canvas.circle(xs[1], middle, size * 0.5, ink, stroke)
    page.canvas.rect(xs[2] - size * 0.45, middle - size * 0.45, size * 0.9, size * 0.9, ink, page.px(1), stroke)


def _nav_kind(page: Page) -> str:
    notched = page.height / page.width > 1.9
    if page.device.platform == "ios":
        return "gesture" if notched else "none"
    return str(
        page.app.pick(
            "nav.kind", ("gesture", "gesture", "buttons", "buttons", "none") if notched else ("buttons", "none")
        )
    )


def header(page: Page, title: str, subtitle: str = "") -> float:
    """Record status bar and title bar; return where the content starts."""
    kind = page.app.pick("header", ("plain", "plain", "plain", "bar", "bar", "gradient", "card"))
    coloured = kind in ("bar", "gradient")
    ink = page.tone("on_brand") if coloured else page.tone("ink")
    height = page.px(page.app.pick("header.height", (44, 48, 56, 56, 64)))
    tall = page.px(20) if subtitle else 0

    with page.canvas.under() as below:
        status = status_bar(page, ink)
        bottom = status + height + tall
        baseline = status + height / 2 + 0.36 * page.size("title")
        _title(page, title, subtitle, baseline, ink)

        def ground() -> None:
            if kind == "gradient":
                colours = [page.tone("brand"), page.tone("accent")]
                page.canvas.gradient(
                    0, 0, page.width, bottom, colours, page.app.pick("header.angle", ("down", "across", "corner"))
                )
            elif kind == "bar":
                page.canvas.rect(0, 0, page.width, bottom, page.tone("brand"))
                if page.app.chance("header.status.dark", 0.4):
                    page.canvas.rect(0, 0, page.width, status, mix(page.tone("brand"), (0, 0, 0), 0.2))
            elif kind == "card":
                page.canvas.rect(0, 0, page.width, bottom, page.tone("card"))
                page.canvas.rect(0, bottom - max(page.px(0.5), 1), page.width, max(page.px(0.5), 1), page.tone("line"))

        below(ground)
    return bottom


def _title(page: Page, title: str, subtitle: str, baseline: float, ink: Colour) -> None:
    centred = page.device.platform == "ios" or page.app.chance("header.centred", 0.35)
    middle = baseline - 0.36 * page.size("title")
    leading = page.app.pick("header.leading", ("back", "arrow", "close", "menu", "none", "logo"))
    left = page.margin
    if leading == "logo":
        logo(page, page.margin + page.px(14), middle, page.px(26), ink)
        left = page.margin + page.px(40)
    elif leading != "none":
        icon(page, leading, page.margin + page.px(10), middle, page.px(22), ink)
        left = page.margin + page.px(38)
    right = page.width - page.margin
    for name in page.app.pick(
        "header.trailing", ((), (), ("share",), ("dots",), ("search", "dots"), ("bell",), ("home",), ("close",))
    ):
        icon(page, name, right - page.px(10), middle, page.px(22), ink)
        right -= page.px(36)
    if centred:
        limit = page.width - 2 * max(left, page.width - right)
        page.text("title", title, page.width / 2, baseline, "title", "center", limit, ink)
    else:
        page.text("title", title, left, baseline, "title", limit=right - left, ink=ink)
    if subtitle:
        x, align = (page.width / 2, "center") if centred else (left, "left")
        page.text(
            "item_sub",
            subtitle,
            x,
            baseline + page.px(20),
            "body",
            align,
            right - left,
            mix(ink, page.tone("brand"), 0.2),
        )


def buttons(page: Page, y: float, labels: tuple[str, ...]) -> float:
    """Record one or two buttons, side by side or one above the other; return the bottom."""
    height = page.px(page.app.pick("button.height", (40, 44, 48, 48, 52, 56)))
    radius = min(page.px(page.app.pick("button.radius", (0, 4, 8, 12, 16, 99))), height / 2)
    gap = page.px(page.app.pick("button.gap", (8, 12, 16)))
    beside = len(labels) == 2 and page.app.chance("button.beside", 0.5)
    width = (page.width - 2 * page.margin - (gap if beside else 0)) / (2 if beside else 1)
    for i, label in enumerate(labels):
        x = page.margin + (i * (width + gap) if beside else 0)
        top = y + (0 if beside else i * (height + gap))
        main = (i == 0) != page.app.chance("button.main.last", 0.4) if len(labels) == 2 else True
        _button(page, x, top, width, height, radius, label, main)
    return y + height + (0 if beside else (len(labels) - 1) * (height + gap))


def _button(page: Page, x: float, y: float, width: float, height: float, radius: float, label: str, main: bool) -> None:
    baseline = y + height / 2 + 0.36 * page.size("button")
    if main:
        if page.app.chance("button.gradient", 0.15):
            page.canvas.gradient(x, y, width, height, [page.tone("brand"), page.tone("accent")], "across", radius)
        else:
            page.canvas.rect(x, y, width, height, page.tone("brand"), radius)
        page.text("button", label, x + width / 2, baseline, "button", "center", width)
        return
    quiet = page.app.pick("button.quiet", ("outline", "tint", "text"))
    if quiet == "outline":
        stroke = max(page.px(1), 1)
        page.canvas.rect(
            x + stroke / 2, y + stroke / 2, width - stroke, height - stroke, page.tone("brand"), radius, stroke
        )
    elif quiet == "tint":
        page.canvas.rect(x, y, width, height, page.mixed("brand", "ground", 0.88), radius)
    page.text("button_quiet", label, x + width / 2, baseline, "button", "center", width)


def icon_row(page: Page, y: float, labels: tuple[str, ...]) -> float:
    """Record a row of round icons with captions below; return the bottom."""
    step = (page.width - 2 * page.margin) / len(labels)
    radius = page.px(page.app.between("iconrow.radius", 18, 26))
    tinted = page.app.chance("iconrow.tinted", 0.6)
    for i, label in enumerate(labels):
        x = page.margin + (i + 0.5) * step
        colour = page.tone(page.app.pick(f"iconrow.tone{i}", ("brand", "brand", "accent", "good", "bad", "link")))
        ground = page.mixed("brand", "card", 0.85) if tinted else colour
        name = page.app.pick(f"iconrow.icon{label}", ICONS)
        disc_icon(page, name, x, y + radius, radius, ground, colour if tinted else (255, 255, 255))
        page.text("tab", label, x, y + 2 * radius + page.px(16), "button", "center", step * 0.96, page.tone("ink"))
    return y + 2 * radius + page.px(24)


def tab_bar(page: Page, bottom: float) -> float:
    """Record the app's bar of tabs above ``bottom``; return its top."""
    height = page.px(page.app.pick("tabs.height", (50, 56, 64)))
    top = bottom - height
    count = page.app.pick("tabs.count", (3, 4, 5, 5))
    names = [page.app.pick(f"tabs.{i}", page.content.words["tabs"]) for i in range(count)]
    page.canvas.rect(0, top, page.width, page.height - top, page.tone("card"))
    page.canvas.rect(0, top, page.width, max(page.px(0.5), 1), page.tone("line"))
    chosen = int(page.rng.integers(count))
    for i, name in enumerate(names):
        x, ink = page.width * (i + 0.5) / count, page.tone("brand" if i == chosen else "soft")
        icon(page, page.app.pick(f"tabs.icon{i}", ICONS), x, top + height * 0.38, page.px(22), ink)
        page.text("tab", name, x, top + height * 0.86, "button", "center", page.width / count, ink)
    return top


def keyboard(page: Page, bottom: float) -> float:
    """Record the phone's keyboard above ``bottom``; return its top."""
    dark = page.palette.dark or page.app.chance("keys.dark", 0.3)
    ground, key, ink = (
        ((32, 33, 36), (60, 62, 66), (235, 235, 235)) if dark else ((222, 225, 230), (255, 255, 255), (25, 25, 25))
    )
    row, gap = page.px(page.app.pick("keys.row", (46, 52, 54))), page.px(5)
    radius = page.px(page.app.pick("keys.radius", (0, 4, 6, 18)))
    top = bottom - 4 * row - page.px(10)
    page.canvas.rect(0, top, page.width, page.height - top, ground)
    unit = page.width / 10
    capital = page.happens(0.3)
    for i, letters in enumerate(KEYS):
        indent = (10 - len(letters)) / 2 * unit
        y = top + page.px(6) + i * row
        for j, letter in enumerate(letters):
            page.canvas.rect(indent + j * unit + gap / 2, y + gap / 2, unit - gap, row - gap, key, radius)
            words = letter.upper() if capital else letter
            x = indent + (j + 0.5) * unit
            page.text("key", words, x, y + row / 2 + 0.34 * page.size("key"), "button", "center", ink=ink)
    y = top + page.px(6) + 3 * row
    page.canvas.rect(2.5 * unit, y + gap / 2, 5 * unit, row - gap, key, radius)
    page.text("key_small", "?123", unit, y + row / 2 + 0.34 * page.size("key_small"), "button", "center", ink=ink)
    icon(page, "next", 9 * unit, y + row / 2, page.px(20), ink)
    return top


def banner(page: Page, y: float, height: float) -> float:
    """Record a promotional picture with words baked into it by other means than the app's text; return the bottom."""
    width = page.width - 2 * page.margin
    ground = picture(page.rng, round(width), round(height))
    pixels, lines = artwork(page.rng, ground, page.content.title(), page.content.sentence())
    page.canvas.image(pixels, page.margin, y, page.px(page.app.pick("banner.radius", (0, 8, 12, 16))), lines)
    return y + height
