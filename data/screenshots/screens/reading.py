"""Screens to read: chats, articles, logs, welcomes."""

from __future__ import annotations

from functools import partial

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.canvas import wrap
from realfake.data.screenshots.chrome import (
    buttons,
    header,
    nav_bar,
    nav_height,
    status_bar,
)
from realfake.data.screenshots.icons import avatar, disc_icon, pictogram
from realfake.data.screenshots.page import Page, mix
from realfake.data.screenshots.pictures import pattern, picture, scene
from realfake.data.screenshots.screens.feed import still
from realfake.data.screenshots.screens.lists import hide_below


def chat(page: Page) -> None:
    """Two people writing."""
    bottom = page.height - nav_height(page) - page.px(56)
    with page.canvas.under() as below:
        y = float(
            header(
                page,
                page.content.first_name(),
                page.word("hints").format(n=2, m=1) if page.app.chance("chat.sub", 0.6) else "",
            )
        )
        below(lambda: _wallpaper(page))
    y += page.px(10)
    while y < bottom - page.px(70):
        if page.happens(0.15):
            y = _day(page, y)
        y = _bubble(page, y, page.happens(0.5), bottom)
    _composer(page, bottom)


def _wallpaper(page: Page) -> None:
    kind = page.app.pick("chat.ground", ("plain", "plain", "pattern", "photo", "gradient"))
    size = page.width, page.height
    if kind == "pattern":
        page.canvas.image(
            pattern(page.app.rng("chat.pattern"), *size, page.tone("ground"), page.mixed("brand", "ground", 0.88)), 0, 0
        )
    elif kind == "photo":
        page.canvas.image(scene(page.app.rng("chat.photo"), *size), 0, 0)
    elif kind == "gradient":
        page.canvas.gradient(0, 0, *size, [page.tone("ground"), page.mixed("brand", "ground", 0.7)])


def _day(page: Page, y: float) -> float:
    words = page.content.date(float(page.rng.integers(0, 30)))
    width, height = page.width_of("caption", words) + page.px(20), page.size("caption") * 1.9
    page.canvas.rect((page.width - width) / 2, y, width, height, page.mixed("ink", "ground", 0.88), height / 2)
    page.text("caption", words, page.width / 2, y + height * 0.66, "date", "center", ink=page.tone("ink"))
    return y + height + page.px(8)


def _bubble(page: Page, y: float, mine: bool, bottom: float) -> float:
    app, inside = page.app, page.px(page.app.between("bubble.inside", 8, 13))
    if not mine:
        ground = page.tone("card")
    else:
        ground = page.tone("brand") if app.chance("bubble.brand", 0.5) else page.mixed("brand", "card", 0.85)
    ink: Colour = page.tone("on_brand") if ground == page.tone("brand") else page.tone("ink")
    radius = page.px(app.pick("bubble.radius", (4, 8, 14, 18)))
    if page.happens(0.08) and y < bottom - page.px(220):
        return _sent_picture(page, y, mine, radius)
    if page.happens(0.06):
        centre = page.width - page.margin - page.px(20) if mine else page.margin + page.px(20)
        pictogram(page.canvas, centre, y + page.px(20), page.px(36), int(page.rng.integers(7)))
        return y + page.px(48)
    words = (
        page.content.money(page.content.amount())
        if page.happens(0.08)
        else page.content.paragraph(int(page.rng.integers(1, 3)))
    )
    style = page.style("body", ink)
    lines = wrap(words, style, page.width * 0.68)
    step = style.size * 1.35
    stamp = page.content.time(float(page.rng.uniform(0, 0.05)))
    text_width = max(max(page.width_of("body", line) for line in lines), page.width_of("caption", stamp) + page.px(8))
    stamped = app.chance("bubble.stamp", 0.7)
    width = text_width + 2 * inside
    height = len(lines) * step + 1.4 * inside + (page.size("caption") * 1.2 if stamped else 0)
    x: float = page.width - page.margin - width if mine else page.margin
    if not mine and app.chance("bubble.avatar", 0.3):
        avatar(page, page.content.first_name(), x + page.px(14), y + page.px(16), page.px(14))
        x += page.px(36)
    page.canvas.rect(x, y, width, height, ground, radius)
    for i, line in enumerate(lines):
        page.canvas.text(line, x + inside, y + inside * 0.7 + (i + 0.76) * step, style, "body")
    if stamped:
        page.text(
            "caption", stamp, x + width - inside, y + height - inside * 0.7, "time", "right", ink=mix(ink, ground, 0.4)
        )
    return y + height + page.px(app.between("bubble.gap", 3, 10))


def _sent_picture(page: Page, y: float, mine: bool, radius: int) -> float:
    width, height = page.px(page.rng.uniform(140, 220)), page.px(page.rng.uniform(100, 170))
    x = page.width - page.margin - width if mine else page.margin
    if page.happens(0.35):
        return still(page, x, y, width, height) + page.px(8)
    page.canvas.image(picture(page.rng, width, height), x, y, radius)
    return y + height + page.px(8)


def _composer(page: Page, top: float) -> None:
    page.canvas.rect(0, top, page.width, page.height - top, page.tone("card"))
    height = page.px(38)
    page.canvas.rect(
        page.margin,
        top + page.px(9),
        page.width - 2 * page.margin - page.px(48),
        height,
        page.mixed("ink", "card", 0.93),
        height / 2,
    )
    page.text(
        "body",
        page.word("note"),
        page.margin + page.px(16),
        top + page.px(28) + 0.36 * page.size("body"),
        "body",
        ink=page.tone("faint"),
    )
    x, y, radius = page.width - page.margin - page.px(19), top + page.px(28), page.px(19)
    disc_icon(
        page,
        page.app.pick("chat.send", ("next", "plus", "bolt")),
        x,
        y,
        radius,
        page.tone("brand"),
        page.tone("on_brand"),
    )
    nav_bar(page, page.tone("card"))


def article(page: Page) -> None:
    """A text with a headline, pictures, bold words and links."""
    bottom = page.height - nav_height(page)
    y = header(page, page.app.name if page.app.chance("article.named", 0.5) else page.content.title())
    left, width = page.margin, page.width - 2 * page.margin
    if page.app.chance("article.picture", 0.6):
        y = _figure(page, y)
    y += page.px(12)
    y += page.paragraph("headline", page.content.title() + " " + page.content.title(), left, y, width, "title")
    page.text("caption", f"{page.content.name()} • {page.content.date()}", left, y + page.px(20), "date", limit=width)
    y += page.px(36)
    while y < bottom - page.px(60):
        kind = page.choose(("text", "text", "text", "rich", "heading", "picture", "points"))
        if kind == "text":
            y += page.paragraph("body", page.content.paragraph(int(page.rng.integers(2, 6))), left, y, width) + page.px(
                10
            )
        elif kind == "rich":
            y = _rich(page, y, left, width)
        elif kind == "heading":
            y += page.paragraph("status", page.content.title(), left, y, width, "title") + page.px(6)
        elif kind == "picture" and y < bottom - page.px(260):
            y = _figure(page, y)
        elif kind == "points":
            for _ in range(int(page.rng.integers(2, 5))):
                page.canvas.circle(left + page.px(4), y + page.size("body") * 0.75, page.px(2.2), page.tone("ink"))
                y += page.paragraph(
                    "body", page.content.sentence(), left + page.px(16), y, width - page.px(16)
                ) + page.px(4)
    hide_below(page, bottom)
    nav_bar(page, page.tone("ground"))


def _figure(page: Page, y: float) -> float:
    inset = page.margin if page.app.chance("figure.inset", 0.5) else 0
    width, height = page.width - 2 * inset, page.px(page.app.between("figure.height", 120, 230))
    if page.happens(0.3):
        return still(page, inset, y, width, height) + page.px(10)
    page.canvas.image(picture(page.rng, width, height), inset, y, page.px(8) if inset else 0)
    return y + height + page.px(10)


def _rich(page: Page, y: float, left: float, width: float) -> float:
    """A paragraph in which some words are bold, slanted or links."""
    x, step = float(left), page.size("body") * 1.45
    space = page.size("body") * 0.27
    kind, run = "body", ""
    for word in page.content.paragraph(4).split():
        new = page.choose(("body",) * 8 + ("bold", "link", "italic")) if page.happens(0.3) else kind
        if run and (new != kind or x + page.width_of(kind, f"{run} {word}") > left + width):
            wrapped = x + page.width_of(kind, f"{run} {word}") > left + width
            draw = page.link if kind == "link" else partial(page.text, kind)
            x += draw(run, x, y + step * 0.75) + space
            if wrapped:
                x, y = float(left), y + step
            run = word
        else:
            run = f"{run} {word}" if run else word
        kind = new
    page.text(kind, run, x, y + step * 0.75, limit=left + width - x)
    return y + step + page.px(10)


def terminal(page: Page) -> None:
    """Dense plain text: a log, source code, a table of numbers."""
    y = header(page, page.content.title())
    bottom = page.height - nav_height(page)
    size = page.size("value_mono") * page.app.between("terminal.size", 0.7, 1.0)
    step = size * page.app.between("terminal.step", 1.2, 1.5)
    kind = page.app.types["value_mono"]
    while y < bottom - step:
        y += step
        words = _log_line(page)
        tone = page.tone(page.choose(("ink", "ink", "ink", "soft", "good", "bad", "link")))
        page.text(kind, words, page.px(6), y, "body", limit=page.width - page.px(12), ink=tone)
    hide_below(page, bottom)
    nav_bar(page, page.tone("ground"))


def _log_line(page: Page) -> str:
    content = page.content
    kind = int(page.rng.integers(5))
    if kind == 0:
        return f"{content.date()} {content.digits(6)} {content.reference()}"
    if kind == 1:
        return f"{content.reference()}: {content.digits(4)}"
    return content.paragraph(kind - 2)


def welcome(page: Page) -> None:
    """A big picture or drawing, a few words and a button."""
    if page.app.chance("welcome.full", 0.4):
        page.canvas.image(picture(page.rng, page.width, page.height), 0, 0)
        page.canvas.rect(0, 0, page.width, page.height, (0, 0, 0, 110))
        ink: Colour = (255, 255, 255)
    else:
        side = round(page.width * 0.7)
        page.canvas.image(
            scene(page.rng, side, side),
            (page.width - side) / 2,
            page.height * 0.14,
            page.px(page.app.pick("welcome.radius", (0, 24, 400))),
        )
        ink = page.tone("ink")
    status_bar(page, ink)
    y = page.height * 0.62
    page.text("headline", page.content.title(), page.width / 2, y, "title", "center", page.width * 0.9, ink)
    style = page.style("body", ink)
    for i, line in enumerate(wrap(page.content.paragraph(2), style, page.width * 0.8)[:4]):
        page.canvas.text(line, page.width / 2, y + (i + 1.6) * style.size * 1.5, style, "body", "center")
    buttons(page, page.height - nav_height(page) - page.px(80), (page.word("actions"),))
