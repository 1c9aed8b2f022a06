"""Receipts of money transfers: heroes, rows of labels and values, parties, footers."""

from __future__ import annotations

from dataclasses import dataclass

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.chrome import banner, buttons, header, icon_row, nav_bar, nav_height, status_bar, tab_bar
from realfake.data.screenshots.icons import SUBJECTS, avatar, disc_icon, icon, logo, qr_code, success
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.pictures import pattern, picture

ROWS = (
    "from",
    "from_account",
    "to",
    "account",
    "bank",
    "amount",
    "fee",
    "total",
    "when",
    "reference",
    "note",
    "method",
    "balance",
)
ROW_ROLES = {
    "from": "from_name", "from_account": "account", "to": "to_name", "account": "account", "bank": "body",
    "amount": "amount", "fee": "amount", "total": "amount", "when": "date", "reference": "reference", "note": "note",
    "method": "body", "balance": "amount", "state": "status",
}  # fmt: skip
HERO_ORDERS = (
    "mark status amount", "mark amount status", "amount status", "status amount", "mark status",
    "mark status amount moment", "avatar amount moment", "amount moment", "mark amount to",
)  # fmt: skip
ARRANGEMENTS = ("split",) * 7 + ("stacked",) * 3 + ("columns",) * 3 + ("icons",) * 2 + ("centred", "inline", "grid")


@dataclass(frozen=True)
class Detail:
    """A label, its value, what the value is, and a smaller line below it (or "")."""

    label: str
    value: str
    role: str
    kind: str
    below: str = ""


@dataclass(frozen=True)
class MoneyTransfer:
    """What one receipt tells."""

    amount: float
    sign: str
    rows: tuple[Detail, ...]
    to: str
    sender: str
    title: str
    state: str
    moment: str


def draw_transfer(page: Page) -> MoneyTransfer:
    """Choose what a receipt tells: which rows is the app's choice, their content the screen's."""
    content, app = page.content, page.app
    amount = content.amount()
    fee = 0.0 if page.happens(app.between("fee.free", 0.2, 1.0)) else content.amount(0.4) / 200
    to, sender = content.name(), content.name()
    texts = {
        "from": sender,
        "from_account": content.account(),
        "to": to,
        "account": content.account(),
        "bank": content.bank(app.banks),
        "amount": content.money(amount),
        "fee": content.money(fee) if fee or app.chance("fee.zero", 0.4) else page.word("free"),
        "total": content.money(amount + fee),
        "when": content.moment(),
        "reference": content.reference(),
        "note": content.note(),
        "method": page.word("methods"),
        "balance": content.money(content.amount(1.0)),
        "state": page.word("state"),
    }
    return MoneyTransfer(
        amount,
        app.pick("hero.minus", ("", "", "", "-", "+")),
        tuple(_rows(page, texts)),
        to,
        sender,
        page.word("success"),
        page.word("state"),
        content.moment(),
    )


def _rows(page: Page, texts: dict[str, str]) -> list[Detail]:
    app = page.app
    order = _row_order(page)
    merged = app.chance("rows.merged", 0.3)  # the account stands small below the name
    labels = {"from_account": "account"}
    rows = []
    for name in order:
        if name == "note" and page.happens(0.12):
            continue
        if merged and name in ("account", "from_account", "bank"):
            continue
        below = {"to": texts["account"], "from": texts["from_account"]}.get(name, "") if merged else ""
        value = texts[name]
        if name == "when" and app.chance("rows.split_when", 0.2):
            rows.append(Detail(page.word("when"), page.content.date(), "date", _value_kind(page, name)))
            rows.append(
                Detail(str(page.content.words["when"][-1]), page.content.time(), "time", _value_kind(page, name))
            )
            continue
        label = page.word(labels.get(name, name)) + app.pick("rows.colon", ("", "", "", "", ":"))
        rows.append(Detail(label, value, ROW_ROLES[name], _value_kind(page, name), below))
    return rows


def _row_order(page: Page) -> list[str]:
    app = page.app
    kept = [
        name
        for name in ROWS
        if app.chance(f"rows.has.{name}", 0.95 if name in ("to", "account", "when", "reference") else 0.5)
    ]
    if app.chance("rows.state", 0.2):
        kept.append("state")
    shuffled = app.rng("rows.order").permutation(len(kept))
    return [kept[i] for i in shuffled] if app.chance("rows.shuffled", 0.5) else kept


def _value_kind(page: Page, name: str) -> str:
    """The text style of a value: mostly the usual one, with each app's own exceptions."""
    app = page.app
    if name in ("amount", "total") and app.chance("value.amount", 0.5):
        return "value_amount"
    if name == "reference" and app.chance("value.mono", 0.15):
        return "value_mono"
    if name in ("to", "from") and app.chance("value.name", 0.3):
        return "value_strong"
    if name in ("fee", "state") and app.chance("value.link", 0.2):
        return "value_link"
    return "value_strong" if app.chance(f"value.strong.{name}", 0.08) else "value"


def receipt(page: Page) -> None:
    """Record a whole receipt."""
    app, transfer = page.app, draw_transfer(page)
    frame = app.pick(
        "receipt.frame", ("header", "header", "header", "bare", "band", "band", "photo", "ticket", "pattern")
    )
    scroll = page.px(page.rng.uniform(10, 160)) if page.happens(0.06) else 0
    if frame in ("header", "ticket"):
        top = header(page, page.word("receipt"), page.app.name if app.chance("header.subtitle", 0.2) else "")
    else:
        top = _free_top(page, frame)
    y = top + page.px(app.pick("receipt.top", (4, 8, 12, 16, 24))) - scroll
    y = _body(page, transfer, frame, y)
    bottom = page.height - nav_height(page)
    _footer(page, y, bottom)
    if scroll:
        _repeat_header(page)


def _repeat_header(page: Page) -> None:
    """Lay the status bar once more over what was scrolled beneath it."""
    height = page.px(60)
    page.canvas.rect(0, 0, page.width, height, page.tone("ground"))
    status_bar(page, page.tone("ink"))


def _free_top(page: Page, frame: str) -> float:
    """Record the ground of a receipt without a title bar; return where its content starts."""
    app = page.app
    band = round(page.height * app.between("band.height", 0.16, 0.34))
    if frame == "photo":
        page.canvas.image(picture(page.app.rng("frame.photo"), page.width, band), 0, 0)
        page.canvas.rect(0, 0, page.width, band, (0, 0, 0, 70))
    elif frame == "pattern":
        lines = page.mixed("brand", "ground", app.between("pattern.faint", 0.75, 0.93))
        page.canvas.image(pattern(app.rng("frame.pattern"), page.width, page.height, page.tone("ground"), lines), 0, 0)
    elif frame == "band":
        colours = [page.tone("brand"), page.tone("accent" if app.chance("band.gradient", 0.4) else "brand")]
        page.canvas.gradient(0, 0, page.width, band, colours, app.pick("band.angle", ("down", "across", "corner")))
    ink: Colour = (255, 255, 255) if frame == "photo" else page.tone("on_brand" if frame == "band" else "ink")
    y: float = status_bar(page, ink) + page.px(6)
    if app.chance("top.logo", 0.45):
        side = page.px(app.between("top.logo.size", 22, 40))
        name_width = page.width_of("headline", app.name) * 0.75
        x = (
            page.width / 2 - name_width / 2 - side * 0.7
            if app.chance("top.logo.centre", 0.6)
            else page.margin + side / 2
        )
        logo(page, x, y + side * 0.6, side, ink if frame in ("band", "photo") else page.tone("brand"))
        page.text("title", app.name, x + side * 0.75, y + side * 0.6 + 0.36 * page.size("title"), "title", ink=ink)
        y += side * 1.3
    else:
        icon(
            page,
            app.pick("top.icon", ("close", "back", "arrow", "home")),
            page.margin + page.px(10),
            y + page.px(18),
            page.px(22),
            ink,
        )
        y += page.px(34)
    return y


def _body(page: Page, transfer: MoneyTransfer, frame: str, y: float) -> float:
    """Record hero and rows, on a card or on the ground; return the bottom."""
    app = page.app
    carded = frame in ("photo", "band", "ticket", "pattern") or app.chance("body.card", 0.45)
    apart = not carded and app.chance("rows.card", 0.35)
    inside = page.px(app.between("card.inside", 12, 22)) if carded else 0
    left, right = page.margin + inside, page.width - page.margin - inside
    ink = page.tone("on_brand") if frame == "band" and not carded else None
    with page.canvas.under() as below:
        start = y
        y += inside
        y = _hero(page, transfer, left, right, y, ink)
        if app.chance("parties", 0.18):
            y = _parties(page, transfer, left, right, y)
        if frame == "ticket":
            y = _perforation(page, y)
        y = _rows_block(page, transfer.rows, left, right, y, apart)
        if app.chance("body.qr", 0.12):
            side = page.px(app.between("qr.side", 70, 130))
            qr_code(
                page,
                (left + right - side) / 2,
                y + page.px(8),
                side,
                page.content.reference() + page.content.digits(20),
            )
            y += side + page.px(20)
        if app.chance("body.smallprint", 0.3):
            y += page.px(10) + page.paragraph("caption", page.word("sentences"), left, y + page.px(8), right - left)
        y += inside

        def ground() -> None:
            page.card(page.margin, start, page.width - 2 * page.margin, y - start)
            if app.chance("watermark", 0.15):
                _watermark(page, start, y)

        if carded:
            below(ground)
    return y


def _watermark(page: Page, top: float, bottom: float) -> None:
    """Record a faint repeated mark on the card."""
    colour = page.mixed("brand", "card", 0.93)
    step = page.px(page.app.between("watermark.step", 60, 130))
    for i in range(int((bottom - top) // step)):
        for j in range(int(page.width // step)):
            logo(page, (j + 0.5 + 0.5 * (i % 2)) * step, top + (i + 0.6) * step, step * 0.4, colour)


def _perforation(page: Page, y: float) -> float:
    """Record the torn line of a ticket; return the bottom."""
    radius = page.px(8)
    y += page.px(14)
    for x in (page.margin, page.width - page.margin):
        page.canvas.circle(x, y, radius, page.tone("ground"))
    dash = (page.px(5), page.px(4))
    page.canvas.line(
        page.margin + 2 * radius,
        y,
        page.width - page.margin - 2 * radius,
        y,
        page.tone("line"),
        max(page.px(1), 1),
        dash,
    )
    return y + page.px(10)


def _hero(page: Page, transfer: MoneyTransfer, left: float, right: float, y: float, ink: Colour | None) -> float:
    """Record the mark, the words and the amount that open a receipt; return the bottom."""
    app = page.app
    if app.chance("hero.none", 0.12):
        return y
    order = app.pick("hero.order", HERO_ORDERS)
    centred = app.chance("hero.centred", 0.75)
    x, align = ((left + right) / 2, "center") if centred else (left, "left")
    gap = page.px(app.between("hero.gap", 4, 12))
    for part in order.split():
        if part in ("mark", "avatar"):
            radius = page.px(app.between("hero.mark", 18, 38))
            y += radius + gap
            centre = x if centred else left + radius
            if part == "mark":
                success(page, centre, y, radius)
            else:
                avatar(page, transfer.to, centre, y, radius)
            y += radius + gap
        elif part == "amount":
            y += page.size("hero") * 1.05 + gap
            _hero_amount(page, transfer, x, y, centred, ink, right - left)
            y += page.size("hero") * 0.25 + gap
        else:
            kind = "status" if part == "status" else "body"
            words = {"status": transfer.title, "moment": transfer.moment, "to": f"{page.word('to')} {transfer.to}"}[
                part
            ]
            role = {"status": "status", "moment": "date", "to": "to_name"}[part]
            y += page.size(kind) + gap
            page.text(kind, words, x, y, role, align, right - left, ink)
            y += page.size(kind) * 0.3
    return y + page.px(app.between("hero.below", 6, 26))


def _hero_amount(
    page: Page, transfer: MoneyTransfer, x: float, y: float, centred: bool, ink: Colour | None, room: float
) -> None:
    app = page.app
    sign, number = page.content.money_parts(transfer.amount)
    if app.formats.sign_first:
        sign = transfer.sign + sign
    else:
        number = transfer.sign + number
    if app.chance("hero.one_style", 0.55):
        words = transfer.sign + page.content.money(transfer.amount)
        page.text("hero", words, x, y, "amount", "center" if centred else "left", room, ink)
        return
    first = app.formats.sign_first
    space = page.size("hero_sign") * 0.25 if sign != sign.strip() else 0.0
    widths = page.width_of("hero_sign", sign.strip()), page.width_of("hero", number)
    start = x - (sum(widths) + space) / 2 if centred else x
    raised = (
        page.size("hero") * 0.3
        if app.chance("hero.raised", 0.3) and page.size("hero_sign") < page.size("hero")
        else 0.0
    )
    at_sign, at_number = (start, start + widths[0] + space) if first else (start + widths[1] + space, start)
    page.text("hero_sign", sign.strip(), at_sign, y - raised, "label", ink=ink)
    page.text("hero", number, at_number, y, "amount", ink=ink)


def _parties(page: Page, transfer: MoneyTransfer, left: float, right: float, y: float) -> float:
    """Record who paid whom, as two entries with pictures; return the bottom."""
    radius = page.px(page.app.between("party.radius", 16, 24))
    for i, (name, key) in enumerate(((transfer.sender, "from"), (transfer.to, "to"))):
        middle = y + radius
        if page.app.chance("party.logo", 0.4):
            logo(page, left + radius, middle, radius * 1.6, page.tone("brand" if i == 0 else "accent"), key)
        else:
            avatar(page, name, left + radius, middle, radius)
        x = left + 2 * radius + page.px(12)
        role = "from_name" if key == "from" else "to_name"
        page.text("item", name, x, middle - page.px(2), role, limit=right - x)
        page.text(
            "item_sub", page.content.account(), x, middle + page.size("item_sub") * 1.2, "account", limit=right - x
        )
        y += 2 * radius + page.px(14)
    return y + page.px(4)


def _rows_block(page: Page, rows: tuple[Detail, ...], left: float, right: float, y: float, apart: bool) -> float:
    """Record the rows in the app's arrangement, on a card of their own if ``apart``; return the bottom."""
    arrangement = page.app.pick("rows.arrangement", ARRANGEMENTS)
    inside = page.px(page.app.between("rows.inside", 10, 20)) if apart else 0
    with page.canvas.under() as below:
        start = y
        bottom = _arranged(page, arrangement, rows, left + inside, right - inside, y + inside) + inside
        if apart:
            below(lambda: page.card(left, start, right - left, bottom - start))
    return bottom


def _arranged(page: Page, arrangement: str, rows: tuple[Detail, ...], left: float, right: float, y: float) -> float:
    app = page.app
    pad = page.px(app.between("rows.pad", 5, 16))
    divided = app.chance("rows.divided", 0.5)
    if arrangement == "grid":
        return _grid(page, rows, left, right, y, pad)
    for i, row in enumerate(rows):
        y += pad
        y = ROW_DRAWERS[arrangement](page, row, left, right, y)
        y += pad
        if divided and i < len(rows) - 1:
            indent = page.px(app.pick("rows.indent", (0, 0, 0, 16, 48)))
            page.divider(left + indent, right, y)
    return y


def _split(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label at the left, value at the right; a long value wraps."""
    return _beside(page, row, left, right, y, right, "right")


def _columns(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label at the left, values in a column of their own."""
    return _beside(page, row, left, right, y, left + (right - left) * page.app.between("columns.at", 0.38, 0.5), "left")


def _beside(page: Page, row: Detail, left: float, right: float, y: float, at: float, align: str) -> float:
    line = max(page.size("label"), page.size(row.kind)) * 1.3
    baseline = y + line * 0.78
    room = (right - left) * 0.58 if align == "right" else right - at
    lines = _wrapped(page, row, room)
    widest = min(max(page.width_of(row.kind, words) for words in lines), room)
    free = right - left - widest if align == "right" else at - left
    page.text("label", row.label, left, baseline, "label", limit=free - page.px(6))
    for words in lines:
        page.text(row.kind, words, at, baseline, row.role, align, room)
        baseline += page.size(row.kind) * 1.32
    bottom = y + line + (len(lines) - 1) * page.size(row.kind) * 1.32
    if row.below:
        page.text("value_small", row.below, at, bottom + page.size("value_small"), "account", align, room)
        bottom += page.size("value_small") * 1.3
    return bottom


def _stacked(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label above value."""
    return _above(page, row, left, right, y, "left")


def _centred(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label above value, both in the middle."""
    return _above(page, row, left, right, y, "center")


def _above(page: Page, row: Detail, left: float, right: float, y: float, align: str) -> float:
    x = left if align == "left" else (left + right) / 2
    y += page.size("label") * 0.95
    page.text("label", row.label, x, y, "label", align, right - left)
    for words in _wrapped(page, row, right - left):
        y += page.size(row.kind) * 1.36
        page.text(row.kind, words, x, y, row.role, align, right - left)
    if row.below:
        y += page.size("value_small") * 1.4
        page.text("value_small", row.below, x, y, "account", align, right - left)
    if page.app.chance("rows.copy", 0.15) and row.role in ("account", "reference") and align == "left":
        icon(page, "file", right - page.px(10), y - page.size(row.kind) * 0.36, page.px(16), page.tone("brand"))
    return y + page.size(row.kind) * 0.3


def _icons(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """An icon, then label above value."""
    radius = page.px(page.app.between("rows.icon", 13, 20))
    name = page.app.pick(f"rows.icon.{row.label}", SUBJECTS)
    disc_icon(page, name, left + radius, y + radius, radius, page.mixed("brand", "card", 0.88), page.tone("brand"))
    return max(_above(page, row, left + 2 * radius + page.px(12), right, y, "left"), y + 2 * radius)


def _inline(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label and value in one line of text."""
    y += page.size("label") * 1.1
    width = page.text("label", row.label, left, y, "label", limit=(right - left) * 0.5)
    x = left + width + page.size("label") * 0.35
    page.text(row.kind, row.value, x, y, row.role, limit=right - x)
    return y + page.size("label") * 0.2


def _grid(page: Page, rows: tuple[Detail, ...], left: float, right: float, y: float, pad: int) -> float:
    """Two columns of label above value."""
    middle = (left + right) / 2
    for i in range(0, len(rows), 2):
        y += pad
        bottoms = [_above(page, rows[i], left, middle - page.px(8), y, "left")]
        if i + 1 < len(rows):
            bottoms.append(_above(page, rows[i + 1], middle + page.px(4), right, y, "left"))
        y = max(bottoms) + pad
    return y


ROW_DRAWERS = {
    "split": _split,
    "columns": _columns,
    "stacked": _stacked,
    "centred": _centred,
    "icons": _icons,
    "inline": _inline,
}


def _wrapped(page: Page, row: Detail, room: float) -> list[str]:
    """The value in at most two lines."""
    if page.width_of(row.kind, row.value) <= room or " " not in row.value:
        return [row.value]
    words = row.value.split()
    half = next(i for i in range(len(words), 0, -1) if i == 1 or page.width_of(row.kind, " ".join(words[:i])) <= room)
    return [" ".join(words[:half]), " ".join(words[half:])] if half < len(words) else [row.value]


def _footer(page: Page, y: float, bottom: float) -> None:
    """Record what stands below the receipt: buttons, icons, links, a banner, tabs; and the phone's bar."""
    app, words = page.app, page.content.words
    labels = (page.word("actions"), app.pick("footer.second", words["actions"]))
    count = 2 if labels[0] != labels[1] and app.chance("footer.two", 0.45) else 1
    kind = app.pick("footer", ("buttons", "buttons", "fixed", "fixed", "icons", "link", "tabs", "none"))
    y += page.px(app.between("footer.gap", 10, 24))
    room = bottom - y
    if app.chance("footer.banner", 0.15) and room > page.px(170):
        y = banner(page, y, page.px(app.between("banner.height", 70, 110))) + page.px(12)
    if app.chance("footer.link", 0.2) and bottom - y > page.px(90):
        page.text("link", page.word("links"), page.width / 2, y + page.size("link"), "button", "center")
        y += page.size("link") * 2.2
    if kind == "fixed" and bottom - y > page.px(70):
        height = page.px(64) * (1 if count == 1 or app.chance("button.beside", 0.5) else 2)
        buttons(page, max(bottom - height, y), labels[:count])
    elif kind == "buttons" and bottom - y > page.px(60) * count:
        y = buttons(page, y, labels[:count])
    elif kind == "icons" and bottom - y > page.px(90):
        shown = app.rng("footer.icons").permutation(len(words["actions"]))[: app.pick("footer.icon_count", (3, 4))]
        y = icon_row(page, y, tuple(words["actions"][i] for i in shown))
    elif kind == "tabs" and bottom - y > page.px(60):
        tab_bar(page, bottom)
    nav_bar(page, page.tone("card" if kind == "tabs" else "ground"))
