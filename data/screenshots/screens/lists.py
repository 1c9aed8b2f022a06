"""Screens that are lists: movements, settings, episodes, pictures, the first screen of a wallet."""

from __future__ import annotations

from realfake.data.screenshots.canvas import wrap
from realfake.data.screenshots.chrome import (
    banner,
    header,
    icon_row,
    nav_bar,
    nav_height,
    status_bar,
    tab_bar,
)
from realfake.data.screenshots.icons import ICONS, SUBJECTS, avatar, disc_icon, icon, logo
from realfake.data.screenshots.page import Page, mix
from realfake.data.screenshots.pictures import picture
from realfake.forensics.box import Box


def history(page: Page) -> None:
    """Movements of an account, by day."""
    bottom = list_bottom(page)
    y = header(page, str(page.app.pick("history.title", page.content.words["tabs"])))
    if page.app.chance("history.balance", 0.4):
        y = balance_card(page, y + page.px(10))
    if page.app.chance("history.chips", 0.4):
        y = chips(page, y + page.px(10))
    days_ago, row = 0.0, page.px(page.app.between("item.height", 52, 76))
    while y < bottom - row:
        y = section(page, y, page.content.date(days_ago) if page.happens(0.7) else page.content.word("sections"))
        for _ in range(int(page.rng.integers(1, 5))):
            if y > bottom - row:
                break
            _movement(page, y, row, days_ago)
            y += row
            if page.app.chance("item.divided", 0.4):
                page.divider(
                    page.margin + page.px(page.app.pick("item.indent", (0, 56, 72))), page.width - page.margin, y
                )
        days_ago += float(page.rng.integers(1, 6))
    list_end(page, bottom)


def _movement(page: Page, y: float, row: int, days_ago: float) -> None:
    app, content = page.app, page.content
    days_ago += float(page.rng.uniform(0, 0.9))
    incoming = page.happens(0.35)
    name = content.name() if page.happens(0.5) else content.company()
    radius = row * 0.29
    x = page.margin + radius
    kind = app.pick("movement.mark", ("avatar", "icon", "icon", "logo", "none"))
    if kind == "avatar":
        avatar(page, name, x, y + row / 2, radius)
    elif kind == "icon":
        tone = page.tone("good" if incoming else app.pick("movement.tone", ("brand", "accent", "soft")))
        disc_icon(page, page.choose(SUBJECTS), x, y + row / 2, radius, mix(tone, page.tone("ground"), 0.85), tone)
    elif kind == "logo":
        logo(page, x, y + row / 2, radius * 1.7, page.tone(page.choose(("brand", "accent", "good", "link"))), name)
    left = page.margin + (0 if kind == "none" else 2 * radius + page.px(12))
    sign = "+" if incoming else app.pick("movement.sign", ("-", "-", ""))
    coloured = app.pick("movement.colour", ("both", "in", "none"))
    money_tone = "good" if incoming and coloured != "none" else "bad" if coloured == "both" else "ink"
    money = content.money(content.amount(), sign)
    right = page.width - page.margin
    middle = y + row / 2
    lifted = middle - page.px(2) if app.chance("movement.two", 0.85) else middle + 0.36 * page.size("item")
    pending = page.happens(0.05)
    ink = page.tone("soft") if pending else None
    width = page.text("item_amount", money, right, lifted, "amount", "right", ink=ink or page.tone(money_tone))
    page.text("item", name, left, lifted, "to_name", limit=right - width - left - page.px(8), ink=ink)
    if app.chance("movement.two", 0.85):
        low = middle + page.size("item_sub") * 1.25
        dated = app.chance("movement.dated", 0.5)
        words, role = (content.moment(days_ago), "date") if dated else (content.note(), "note")
        page.text("item_sub", words, left, low, role, limit=(right - left) * 0.6)
        if app.chance("movement.right", 0.3):
            page.text("item_sub", content.time(days_ago), right, low, "time", "right")


def balance_card(page: Page, y: float) -> float:
    app, height = page.app, page.px(page.app.between("balance.height", 90, 170))
    x, width = page.margin, page.width - 2 * page.margin
    radius = page.px(app.pick("balance.radius", (8, 12, 16, 20)))
    page.canvas.gradient(
        x, y, width, height, [page.tone("brand"), page.mixed("brand", "accent", 0.7)], "corner", radius
    )
    ink, inside = page.tone("on_brand"), page.px(16)
    page.text(
        "body", page.word("balance"), x + inside, y + page.px(28), "label", ink=mix(ink, page.tone("brand"), 0.25)
    )
    money = page.content.money(page.content.amount(1.0))
    page.text(
        "number",
        money,
        x + inside,
        y + page.px(30) + page.size("number") * 1.3,
        "amount",
        limit=width - 2 * inside,
        ink=ink,
    )
    if height > page.px(125):
        page.text("caption", page.content.account(), x + inside, y + height - page.px(14), "account", ink=ink)
        page.text(
            "caption", page.content.name(), x + width - inside, y + height - page.px(14), "from_name", "right", ink=ink
        )
    return y + height + page.px(8)


def chips(page: Page, y: float) -> float:
    height, x = page.px(32), float(page.margin)
    for i, word in enumerate(page.content.words["sections"]):
        width = page.width_of("chip", word) + page.px(24)
        if x + width > page.width:
            break
        chosen = i == 0
        page.canvas.rect(
            x, y, width, height, page.tone("brand") if chosen else page.mixed("ink", "ground", 0.9), height / 2
        )
        ink = page.tone("on_brand") if chosen else page.tone("ink")
        page.text("chip", word, x + width / 2, y + height / 2 + 0.36 * page.size("chip"), "button", "center", ink=ink)
        x += width + page.px(8)
    return y + height + page.px(6)


def section(page: Page, y: float, words: str) -> float:
    height = page.size("section") * 2.2
    if page.app.chance("section.band", 0.25):
        page.canvas.rect(0, y, page.width, height, page.mixed("ink", "ground", 0.95))
    page.text("section", words, page.margin, y + height * 0.66, "label")
    if page.app.chance("section.link", 0.2):
        page.text(
            "link", page.word("links"), page.width - page.margin, y + height * 0.66, "button", "right", page.width * 0.4
        )
    return y + height


def list_bottom(page: Page) -> float:
    tabs = page.app.pick("tabs.height", (50, 56, 64)) if page.app.chance("list.tabs", 0.5) else 0
    return page.height - nav_height(page) - page.px(tabs)


def list_end(page: Page, bottom: float) -> None:
    """Record what covers the end of a list: a floating button, tabs, the phone's bar."""
    hide_below(page, bottom)
    if page.app.chance("list.float", 0.3):
        radius = page.px(28)
        x, y = page.width - page.margin - radius, bottom - radius - page.px(16)
        page.canvas.shadow(x - radius, y - radius, 2 * radius, 2 * radius, radius, page.px(8), 70)
        disc_icon(
            page,
            page.app.pick("float.icon", ("plus", "edit", "search", "chat")),
            x,
            y,
            radius,
            page.tone("accent"),
            (255, 255, 255),
        )
        page.canvas.cover(Box.from_edges(int(x - radius), int(y - radius), int(x + radius), int(y + radius)))
    if page.app.chance("list.tabs", 0.5):
        tab_bar(page, page.height - nav_height(page))
        nav_bar(page, page.tone("card"))
    else:
        nav_bar(page, page.tone("ground"))


def hide_below(page: Page, y: float) -> None:
    page.canvas.rect(0, y, page.width, page.height - y, page.tone("ground"))


def settings(page: Page) -> None:
    """Preferences with switches and arrows."""
    bottom = list_bottom(page)
    y = header(page, str(page.app.pick("settings.title", page.content.words["settings"])))
    two = page.app.chance("settings.two", 0.6)
    icons = page.app.chance("settings.icons", 0.5)
    row = page.px(72 if two else page.app.pick("settings.row", (48, 52, 56)))
    grouped = page.app.chance("settings.grouped", 0.35)
    order = page.rng.permutation(len(page.content.words["settings"]))
    position = 0
    while y < bottom - row and position < 40:
        y = section(page, y, page.content.word("sections")) if position or page.happens(0.6) else y + page.px(8)
        count = min(int(page.rng.integers(2, 7)), int((bottom - y) // row))
        if grouped:
            page.card(page.margin, y, page.width - 2 * page.margin, count * row)
        for i in range(count):
            words = page.content.words["settings"][order[position % len(order)]]
            _setting(page, y, row, words, two, icons, page.px(14) if grouped else 0)
            y += row
            position += 1
            if page.app.chance("settings.divided", 0.5) and i < count - 1:
                page.divider(
                    page.margin + page.px(page.app.pick("settings.indent", (0, 16, 56))), page.width - page.margin, y
                )
        y += page.px(6)
    list_end(page, bottom)


def _setting(page: Page, y: float, row: int, words: str, two: bool, icons: bool, inside: int) -> None:
    left, right, middle = page.margin + inside, page.width - page.margin - inside, y + row / 2
    if icons:
        name = page.app.pick(f"setting.{words}", ICONS)
        if page.app.chance("settings.tiles", 0.35):
            tone = page.tone(page.app.pick(f"setting.tone.{words}", ("brand", "accent", "good", "bad", "link", "soft")))
            disc_icon(page, name, left + page.px(14), middle, page.px(14), tone, (255, 255, 255))
        else:
            icon(page, name, left + page.px(12), middle, page.px(22), page.tone("soft"))
        left += page.px(page.app.pick("settings.text", (40, 48, 56)))
    end = page.choose(("switch", "next", "none", "value"))
    room = right - left - page.px(56 if end == "switch" else 110 if end == "value" else 30)
    disabled = page.happens(0.06)
    ink, soft = (page.mixed(name, "ground", 0.5) if disabled else None for name in ("ink", "soft"))
    if two and page.happens(0.75):
        page.text("item", words, left, middle - page.px(3), "body", limit=room, ink=ink)
        low = middle + page.size("item_sub") * 1.25
        page.text("item_sub", page.content.hint(), left, low, "body", limit=room, ink=soft)
    else:
        page.text("item", words, left, middle + 0.36 * page.size("item"), "body", limit=room, ink=ink)
    if end == "switch":
        _switch(page, right, middle, page.happens(0.5))
    elif end == "next":
        icon(page, "next", right - page.px(8), middle, page.px(18), page.tone("faint"))
    elif end == "value":
        page.text(
            "item_sub", page.content.hint(), right, middle + 0.36 * page.size("item_sub"), "body", "right", page.px(100)
        )


def _switch(page: Page, right: float, middle: float, on: bool) -> None:
    kind = page.app.pick("switch", ("ios", "material", "box", "thin"))
    unit = page.px(1)
    colour = page.tone("brand") if on else page.mixed("ink", "ground", 0.75)
    if kind == "box":
        page.canvas.rect(
            right - 18 * unit, middle - 9 * unit, 18 * unit, 18 * unit, colour, 2 * unit, 0 if on else 2 * unit
        )
        if on:
            icon(page, "check", right - 9 * unit, middle, 16 * unit, page.tone("on_brand"))
        return
    height = {"ios": 28, "material": 24, "thin": 14}[kind] * unit
    width = {"ios": 46, "material": 44, "thin": 34}[kind] * unit
    ground = mix(colour, page.tone("ground"), 0.5) if kind == "thin" else colour
    page.canvas.rect(right - width, middle - height / 2, width, height, ground, height / 2)
    radius = 10 * unit if kind == "thin" else height / 2 - 2 * unit
    x = (
        right - radius - (0 if kind == "thin" else 2 * unit)
        if on
        else right - width + radius + (0 if kind == "thin" else 2 * unit)
    )
    page.canvas.circle(x, middle, radius, colour if kind == "thin" and on else (250, 250, 250))


def media(page: Page) -> None:
    """A list of episodes or songs, with a player below."""
    bottom = page.height - nav_height(page) - page.px(64)
    y = header(page, str(page.content.word("tabs")))
    row, side = page.px(page.app.between("media.row", 68, 100)), page.px(page.app.between("media.picture", 44, 60))
    while y < bottom:
        page.canvas.image(
            picture(page.rng, side, side),
            page.margin,
            y + (row - side) / 2,
            page.px(page.app.pick("media.radius", (0, 4, 8))),
        )
        left, right = page.margin + side + page.px(14), page.width - page.margin - page.px(44)
        style = page.style("item")
        lines = wrap(f"{page.content.title()} {page.content.title()}", style, right - left)[
            : page.app.pick("media.lines", (1, 2))
        ]
        page.text(
            "item_sub",
            f"{page.content.date(3.0)} • {int(page.rng.integers(4, 200))} MB",
            left,
            y + page.px(20),
            "date",
            limit=right - left,
        )
        for i, line in enumerate(lines):
            page.canvas.text(
                line, left, y + page.px(22) + (i + 1) * style.size * 1.25, style, "title", limit=right - left
            )
        icon(
            page,
            page.app.pick("media.icon", ("play", "download", "dots")),
            page.width - page.margin - page.px(14),
            y + row / 2,
            page.px(22),
            page.tone("soft"),
        )
        y += row
        if page.app.chance("item.divided", 0.4):
            page.divider(page.margin, page.width - page.margin, y)
    hide_below(page, bottom)
    page.canvas.rect(0, bottom, page.width, page.px(64), page.mixed("ink", "ground", 0.92))
    page.canvas.rect(0, bottom, page.width * float(page.rng.random()), page.px(2), page.tone("brand"))
    page.canvas.image(picture(page.rng, page.px(64), page.px(62)), 0, bottom + page.px(2))
    page.text("item", page.content.title(), page.px(78), bottom + page.px(28), "title", limit=page.width * 0.6)
    page.text("item_sub", page.content.title(), page.px(78), bottom + page.px(48), "body", limit=page.width * 0.6)
    icon(page, "play", page.width - page.px(32), bottom + page.px(32), page.px(26), page.tone("ink"))
    nav_bar(page, page.tone("ground"))


def gallery(page: Page) -> None:
    """Pictures in a grid, some with captions."""
    bottom = list_bottom(page)
    y = header(page, page.content.title())
    columns, gap = page.app.pick("gallery.columns", (2, 2, 3, 4)), page.px(page.app.pick("gallery.gap", (1, 2, 4, 10)))
    side = (page.width - gap * (columns + 1)) // columns
    captions = page.app.chance("gallery.captions", 0.5) and columns < 4
    while y < bottom:
        for i in range(columns):
            x = gap + i * (side + gap)
            page.canvas.image(
                picture(page.rng, side, side), x, y + gap, page.px(page.app.pick("gallery.radius", (0, 0, 6, 12)))
            )
            if captions:
                page.text(
                    "item_sub",
                    page.content.title(),
                    x + page.px(4),
                    y + gap + side + page.size("item_sub") * 1.3,
                    "body",
                    limit=side - page.px(8),
                )
        y += side + gap + (page.size("item_sub") * 2 if captions else 0)
    list_end(page, bottom)


def home(page: Page) -> None:
    """The first screen of a wallet: balance, actions, offers, movements."""
    app, bottom = page.app, page.height - nav_height(page) - page.px(page.app.pick("tabs.height", (50, 56, 64)))
    with page.canvas.under() as below:
        band = round(page.height * app.between("home.band", 0.12, 0.3))
        coloured = app.chance("home.coloured", 0.5)
        ink = page.tone("on_brand") if coloured else page.tone("ink")
        y: float = status_bar(page, ink) + page.px(30)
        avatar(page, page.content.name(), page.margin + page.px(18), y, page.px(18))
        page.text(
            "title",
            page.content.first_name(),
            page.margin + page.px(48),
            y + 0.36 * page.size("title"),
            "from_name",
            ink=ink,
        )
        icon(page, "bell", page.width - page.margin - page.px(12), y, page.px(22), ink)
        if coloured:
            below(
                lambda: page.canvas.gradient(
                    0, 0, page.width, band, [page.tone("brand"), page.tone("accent")], "across"
                )
            )
    y = balance_card(page, y + page.px(30))
    words = page.content.words["settings"]
    for i in range(app.pick("home.rows", (1, 2, 2))):
        y = icon_row(page, y + page.px(10), tuple(app.pick(f"home.{i}{j}", words) for j in range(4)))
    if page.happens(0.7) and y < bottom - page.px(120):
        y = banner(page, y + page.px(12), page.px(app.between("banner.height", 70, 130))) + page.px(8)
    row = page.px(app.between("item.height", 52, 76))
    y = section(page, y, page.word("sections"))
    while y < bottom:
        _movement(page, y, row, 1.0)
        y += row
    hide_below(page, bottom)
    tab_bar(page, page.height - nav_height(page))
    nav_bar(page, page.tone("card"))
