"""Receipts of money transfers: heroes, rows of labels and values, parties, footers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.canvas import words_of
from realfake.data.screenshots.chrome import banner, buttons, header, icon_row, nav_bar, nav_height, status_bar, tab_bar
from realfake.data.screenshots.codes import Payment, code_text
from realfake.data.screenshots.content import fold, in_words
from realfake.data.screenshots.icons import SUBJECTS, avatar, disc_icon, icon, logo, qr_code, success
from realfake.data.screenshots.identifiers import Account
from realfake.data.screenshots.page import Page
from realfake.data.screenshots.pictures import pattern, picture

ROWS = (
    "from",
    "from_account",
    "to",
    "account",
    "bank",
    "amount",
    "words",
    "fee",
    "discount",
    "total",
    "when",
    "reference",
    "note",
    "method",
    "balance",
)
ROW_ROLES = {
    "from": "from_name", "from_account": "account", "to": "to_name", "account": "account", "bank": "body",
    "amount": "amount", "words": "body", "fee": "amount", "discount": "amount", "total": "amount", "when": "date",
    "reference": "reference", "note": "note", "method": "body", "balance": "amount", "state": "status",
}  # fmt: skip
ROW_KEYS = {"from": "sender", "from_account": "sender_account", "to": "recipient", "when": "date", "state": "status"}
SHARES = {"to": 0.95, "account": 0.95, "when": 0.95, "reference": 0.95, "words": 0.12, "discount": 0.2}  # others 0.5
HERO_ORDERS = (
    "mark status amount", "mark amount status", "amount status", "status amount", "mark status",
    "mark status amount moment", "avatar amount moment", "amount moment", "mark amount to",
)  # fmt: skip
ARRANGEMENTS = ("split",) * 7 + ("stacked",) * 3 + ("columns",) * 3 + ("icons",) * 2 + ("centred", "inline", "grid")
FRESH, SOON = 0.75, 0.1  # share of receipts captured within minutes and within the hour; the others days later
NUMBERS = ("reference", "account", "sender_account")  # keys of values that break where there is no space
FORMS = {"IBAN": "iban", "CLABE": "clabe"}  # labels that only accounts of this form bear
WORDY = 6  # lines that an amount in words may take
QR_SHARE = 0.25  # of the apps


@dataclass(frozen=True)
class Detail:
    """A label, its value, what the value is, its style, its key as in `TextField`, and a smaller line below it."""

    label: str
    value: str
    role: str
    kind: str
    key: str
    below: str = ""


@dataclass(frozen=True)
class MoneyTransfer:
    """What one receipt tells.

    Attributes
    ----------
    amount, fee, discount, total : in units of the currency; ``total`` is ``amount + fee - discount``
    headline : what stands large: the amount or the total, as the app chooses
    form : how the headline is written, as in `written_number`
    sign : before the headline
    rows : labels and values
    to, sender : names
    account, sender_account : theirs
    bank : the receiver's
    paid : local time
    reference : transaction number
    title, state, moment : words of success, of the state, and the moment as written
    """

    amount: Decimal
    fee: Decimal
    discount: Decimal
    total: Decimal
    headline: Decimal
    form: str
    sign: str
    rows: tuple[Detail, ...]
    to: str
    sender: str
    account: Account
    sender_account: Account
    bank: str
    paid: datetime
    reference: str
    title: str
    state: str
    moment: str


def draw_transfer(page: Page) -> MoneyTransfer:
    """Choose what a receipt tells: which rows is the app's choice, their content the screen's."""
    content, app = page.content, page.app
    order = _row_order(page)
    amount = content.exact(content.amount())
    fee, discount = _fee(page, amount, order), _discount(page, amount, order)
    total = amount + fee - discount
    to, sender = content.name(), content.name()
    account, sender_account = content.holder(), content.holder()
    paid = _paid(page)
    reference, bank = content.reference(paid), content.bank(app.banks)
    headline = total if app.chance("headline.total", 0.25) else amount
    texts = {
        "from": sender,
        "from_account": sender_account.shown,
        "to": to,
        "account": account.shown,
        "bank": bank,
        "amount": content.money(amount),
        "words": in_words(app.formats, amount),
        "fee": content.money(fee) if fee or app.chance("fee.zero", 0.4) else page.word("free"),
        "discount": content.money(discount, "-" if discount and app.chance("discount.minus", 0.6) else ""),
        "total": content.money(total),
        "when": content.moment(at=paid) + content.zone_name(),
        "reference": reference,
        "note": content.note(),
        "method": page.word("methods"),
        "balance": content.money(content.amount(1.0)),
        "state": page.word("state"),
    }
    return MoneyTransfer(
        amount,
        fee,
        discount,
        total,
        headline,
        _headline_form(page, headline),
        app.pick("hero.minus", ("", "", "", "-", "+")),
        tuple(_rows(page, order, texts, paid)),
        to,
        sender,
        account,
        sender_account,
        bank,
        paid,
        reference,
        page.word("success"),
        page.word("state"),
        texts["when"],
    )


def _fee(page: Page, amount: Decimal, order: list[str]) -> Decimal:
    """What the transfer costs: nothing, a fixed sum or a share; hardly any app asks for a fee that it does not show."""
    app, content = page.app, page.content
    if "fee" not in order and not app.chance("fee.hidden", 0.015):
        return Decimal(0)
    if page.happens(app.between("fee.free", 0.1, 1.0)):
        return Decimal(0)
    kind = app.pick("fee.kind", ("fixed", "fixed", "share", "any"))
    if kind == "share":
        return content.exact(amount * app.pick("fee.percent", (1, 2, 3, 5)) / 1000)
    if kind == "fixed":
        sums = (1, 2, 3, 5, 10)
        return content.exact(app.pick("fee.sum", sums) * 10 ** round(app.formats.scale - 2.3))
    return content.exact(content.amount(0.4) / 200)


def _discount(page: Page, amount: Decimal, order: list[str]) -> Decimal:
    if "discount" not in order or page.happens(0.4):
        return Decimal(0)
    return page.content.exact(amount * page.choose((1, 2, 5, 5, 10, 10, 20)) / 100)


def _headline_form(page: Page, headline: Decimal) -> str:
    """How the app writes the large amount: nearly always in full."""
    form = str(page.app.pick("headline.form", ("",) * 46 + ("rounded", "rounded", "short", "short")))
    return "" if form == "short" and (headline < 1000 or headline % 10) else form


def _paid(page: Page) -> datetime:
    """When it was paid: mostly a moment before the screen was captured, else hours or days."""
    rng, now = page.rng, page.content.now
    draw = rng.random()
    if draw < FRESH:
        return now - timedelta(seconds=int(rng.exponential(45)))
    if draw < FRESH + SOON:
        return now - timedelta(minutes=float(rng.integers(4, 60)))
    return now - timedelta(minutes=float(rng.integers(60, 60 * 24 * 40)))


def _rows(page: Page, order: list[str], texts: dict[str, str], paid: datetime) -> list[Detail]:
    app, content = page.app, page.content
    merged = app.chance("rows.merged", 0.3)  # the account stands small below the name
    rows = []
    for name in order:
        if name == "note" and page.happens(0.12):
            continue
        if merged and name in ("account", "from_account", "bank"):
            continue
        below = {"to": texts["account"], "from": texts["from_account"]}.get(name, "") if merged else ""
        kind = _value_kind(page, name)
        if name == "when" and app.chance("rows.split_when", 0.2):
            rows.append(Detail(page.word("date"), content.date(at=paid), "date", kind, "date"))
            time = content.time(at=paid) + content.zone_name()
            rows.append(Detail(page.word("time"), time, "time", kind, "time"))
            continue
        label = _label(page, name) + app.pick("rows.colon", ("", "", "", "", ":"))
        rows.append(Detail(label, texts[name], ROW_ROLES[name], kind, ROW_KEYS.get(name, name), below))
    return rows


def _label(page: Page, name: str) -> str:
    """The app's label of a row; none calls an account an IBAN that is no IBAN."""
    key = {"from_account": "account", "state": "status"}.get(name, name)
    form = page.app.formats.account
    words = [word for word in page.content.words[key] if form.startswith(FORMS.get(word, ""))]
    return str(page.app.pick(f"word.{key}", words))


def _row_order(page: Page) -> list[str]:
    app = page.app
    kept = [name for name in ROWS if app.chance(f"rows.has.{name}", SHARES.get(name, 0.5))]
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
    barred = frame in ("header", "ticket")
    scroll = page.px(page.rng.uniform(10, 160)) if barred and page.happens(0.1) else 0
    with page.canvas.under() as below:
        if barred:
            top = header(page, page.word("receipt"), page.app.name if app.chance("header.subtitle", 0.2) else "")
        else:
            top = _free_top(page, frame)
        y = top + page.px(app.pick("receipt.top", (4, 8, 12, 16, 24))) - scroll

        def content() -> None:
            _footer(page, _body(page, transfer, frame, y), page.height - nav_height(page))
            if scroll:
                page.canvas.rect(0, 0, page.width, top, page.tone("ground"))

        if scroll:
            below(content)
        else:
            content()


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
        coded = app.pick("qr.at", ("top", "bottom")) if app.chance("body.qr", QR_SHARE) else ""
        if coded == "top":
            y = _code(page, transfer, left, right, y)
        if frame == "ticket":
            y = _perforation(page, y)
        y = _rows_block(page, transfer.rows, left, right, y, apart)
        if coded == "bottom":
            y = _code(page, transfer, left, right, y)
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


def _code(page: Page, transfer: MoneyTransfer, left: float, right: float, y: float) -> float:
    """Record a QR code that says what the receipt says, if there is room for it; return the bottom."""
    app = page.app
    side = page.px(app.between("qr.side", 104, 170))
    if y + side + page.px(20) > page.height - nav_height(page):
        return y
    qr_code(page, (left + right - side) / 2, y + page.px(8), side, code_text(app.formats.code, payment(page, transfer)))
    return y + side + page.px(20)


def payment(page: Page, transfer: MoneyTransfer) -> Payment:
    """What a receipt's code repeats of its transfer."""
    app = page.app
    return Payment(
        amount=transfer.amount,
        currency=app.formats.currency,
        country=app.formats.country,
        to=fold(transfer.to).upper(),
        account=transfer.account.full,
        bank=transfer.bank,
        sender_bank=app.name,
        reference=transfer.reference,
        address=app.name.replace(" ", "").lower() + ".example",
    )


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
            key = {"status": "status", "moment": "date", "to": "recipient"}[part]
            y += page.size(kind) + gap
            page.text(kind, words, x, y, role, align, right - left, ink, key)
            y += page.size(kind) * 0.3
    return y + page.px(app.between("hero.below", 6, 26))


def _hero_amount(
    page: Page, transfer: MoneyTransfer, x: float, y: float, centred: bool, ink: Colour | None, room: float
) -> None:
    app = page.app
    sign, number = page.content.money_parts(transfer.headline, transfer.form)
    if app.formats.sign_first:
        sign = transfer.sign + sign
    else:
        number = transfer.sign + number
    if app.chance("hero.one_style", 0.55):
        words = page.content.money(transfer.headline, transfer.sign, transfer.form)
        page.text("hero", words, x, y, "amount", "center" if centred else "left", room, ink, "headline")
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
    page.text("hero_sign", sign.strip(), at_sign, y - raised, "label", ink=ink, key="currency")
    page.text("hero", number, at_number, y, "amount", ink=ink, key="headline")


def _parties(page: Page, transfer: MoneyTransfer, left: float, right: float, y: float) -> float:
    """Record who paid whom, as two entries with pictures; return the bottom."""
    radius = page.px(page.app.between("party.radius", 16, 24))
    parties = (
        (transfer.sender, transfer.sender_account, "from", "sender", "sender_account"),
        (transfer.to, transfer.account, "to", "recipient", "account"),
    )
    for i, (name, account, key, named, numbered) in enumerate(parties):
        middle = y + radius
        if page.app.chance("party.logo", 0.4):
            logo(page, left + radius, middle, radius * 1.6, page.tone("brand" if i == 0 else "accent"), key)
        else:
            avatar(page, name, left + radius, middle, radius)
        x = left + 2 * radius + page.px(12)
        role = "from_name" if key == "from" else "to_name"
        page.text("item", name, x, middle - page.px(2), role, limit=right - x, key=named)
        below = middle + page.size("item_sub") * 1.2
        page.text("item_sub", account.shown, x, below, "account", limit=right - x, key=numbered)
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
    free = (right - left - widest if align == "right" else at - left) - page.px(6)
    labels = _broken(page, "label", row.label, free)
    for i, words in enumerate(labels):
        page.text("label", words, left, baseline + i * page.size("label") * 1.3, "label", limit=free, key="label")
    for words in lines:
        page.text(row.kind, words, at, baseline, row.role, align, room, key=row.key)
        baseline += page.size(row.kind) * 1.32
    below = max((len(lines) - 1) * page.size(row.kind) * 1.32, (len(labels) - 1) * page.size("label") * 1.3)
    bottom = y + line + (len(lines) - 1) * page.size(row.kind) * 1.32
    if row.below:
        low = bottom + page.size("value_small")
        page.text("value_small", row.below, at, low, "account", align, room, key=_below_key(row))
        bottom += page.size("value_small") * 1.3
    return max(bottom, y + line + below)


def _stacked(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label above value."""
    return _above(page, row, left, right, y, "left")


def _centred(page: Page, row: Detail, left: float, right: float, y: float) -> float:
    """Label above value, both in the middle."""
    return _above(page, row, left, right, y, "center")


def _above(page: Page, row: Detail, left: float, right: float, y: float, align: str) -> float:
    x = left if align == "left" else (left + right) / 2
    y += page.size("label") * 0.95
    page.text("label", row.label, x, y, "label", align, right - left, key="label")
    for words in _wrapped(page, row, right - left):
        y += page.size(row.kind) * 1.36
        page.text(row.kind, words, x, y, row.role, align, right - left, key=row.key)
    if row.below:
        y += page.size("value_small") * 1.4
        page.text("value_small", row.below, x, y, "account", align, right - left, key=_below_key(row))
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
    width = page.text("label", row.label, left, y, "label", limit=(right - left) * 0.5, key="label")
    x = left + width + page.size("label") * 0.35
    page.text(row.kind, row.value, x, y, row.role, limit=right - x, key=row.key)
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


def _below_key(row: Detail) -> str:
    """Key of the account below a name."""
    return "account" if row.key == "recipient" else "sender_account"


ROW_DRAWERS = {
    "split": _split,
    "columns": _columns,
    "stacked": _stacked,
    "centred": _centred,
    "icons": _icons,
    "inline": _inline,
}


def _wrapped(page: Page, row: Detail, room: float) -> list[str]:
    """The value in at most two lines, an amount in words in as many as it takes; a long number breaks anywhere."""
    if " " not in row.value and row.key in NUMBERS and (width := page.width_of(row.kind, row.value)) > room:
        fitting = int(len(row.value) * room / width) - 1
        return [row.value[:fitting], row.value[fitting:]] if 2 * fitting > len(row.value) else [row.value]
    return _broken(page, row.kind, row.value, room, WORDY if row.key == "words" else 2)


def _broken(page: Page, kind: str, text: str, room: float, most: int = 2) -> list[str]:
    """A text in lines of a style that are broken between words; the last of ``most`` lines holds all that is left."""
    if page.width_of(kind, text) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for word in words_of(text):
        longer = line + word
        if line and len(lines) < most - 1 and page.width_of(kind, longer) > room:
            lines.append(line)
            line = word.lstrip()
        else:
            line = longer
    return [*lines, line]


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
