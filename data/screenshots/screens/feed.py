"""Screens of posts: a name with a paler handle beside it, small coloured pictures among words, pictures with words."""

from __future__ import annotations

from realfake.data.drawing.rasterisers import Colour
from realfake.data.screenshots.artwork import artwork
from realfake.data.screenshots.chrome import header, nav_bar
from realfake.data.screenshots.content import fold
from realfake.data.screenshots.icons import avatar, icon, pictogram
from realfake.data.screenshots.page import Page, mix
from realfake.data.screenshots.pictures import picture
from realfake.data.screenshots.screens.lists import hide_below, list_bottom, list_end

REACTIONS = ("chat", "share", "star", "dots", "bell", "next")
MARKS = ("@{}", "@{}@{}", "u/{}", "({})", "· {}")


def feed(page: Page) -> None:
    """Posts of several people, one below the other."""
    bottom = list_bottom(page)
    y = header(page, page.app.name if page.app.chance("feed.named", 0.5) else page.content.word("tabs")) + page.px(8)
    while y < bottom - page.px(60):
        y = _post(page, y, bottom)
    list_end(page, bottom)


def player(page: Page) -> None:
    """A film that stands still, with words in it and words below."""
    bottom = list_bottom(page)
    y = float(header(page, page.content.title())) if page.app.chance("player.headed", 0.5) else 0.0
    height = round(page.width * page.app.pick("player.shape", (0.5625, 0.5625, 0.75)))
    y = still(page, 0, y, page.width, height)
    y += page.px(12)
    y += page.paragraph("headline", page.content.title(), page.margin, y, page.width - 2 * page.margin, "title")
    y += page.px(6)
    while y < bottom - page.px(60):
        y = _post(page, y, bottom)
    hide_below(page, bottom)
    nav_bar(page, page.tone("ground"))


def still(page: Page, x: float, y: float, width: int, height: int) -> float:
    """Record a picture with words that are part of it, as in a film's still or a shared image; return the bottom."""
    ground = picture(page.rng, width, height)
    pixels, lines = artwork(page.rng, ground, page.content.title(), page.content.sentence())
    radius = page.px(page.app.pick("still.radius", (0, 0, 8, 16)))
    page.canvas.image(pixels, x, y, radius, lines)
    if page.happens(0.6):
        page.canvas.circle(x + width / 2, y + height / 2, page.px(24), (0, 0, 0, 130))
        icon(page, "next", x + width / 2, y + height / 2, page.px(24), (255, 255, 255))
    if page.happens(0.6):
        words = f"{int(page.rng.integers(0, 60))}:{int(page.rng.integers(60)):02d}"
        wide, high = page.width_of("caption", words) + page.px(8), page.size("caption") * 1.5
        left, top = x + width - wide - page.px(6), y + height - high - page.px(6)
        page.canvas.rect(left, top, wide, high, (0, 0, 0, 190), page.px(3))
        page.text("caption", words, left + page.px(4), top + high * 0.74, "time", ink=(255, 255, 255))
    return y + height


def _post(page: Page, y: float, bottom: float) -> float:
    app, content, radius = page.app, page.content, page.px(page.app.between("feed.face", 14, 22))
    name, left = content.name(), page.margin + 2.5 * radius
    avatar(page, name, page.margin + radius, y + radius + page.px(4), radius)
    baseline = y + page.px(4) + page.size("bold")
    right = page.width - page.margin
    x = left + page.text("bold", name, left, baseline, "to_name", limit=(right - left) * 0.6) + page.px(5)
    if page.happens(0.25):
        x += _pictogram(page, x, baseline) + page.px(3)
    handle = fold(name).lower().replace(" ", app.pick("feed.joint", ("", "_", ".")))
    words = app.pick("feed.mark", MARKS).format(handle, app.name.lower().replace(" ", ""))
    page.text(
        app.pick("feed.handle", ("body", "item_sub")), words, x, baseline, "body", limit=right - x, ink=_pale(page)
    )
    if app.chance("feed.dated", 0.6):
        baseline += page.size("caption") * 1.4
        page.text("caption", content.moment(float(page.rng.uniform(0, 9))), left, baseline, "date")
    y = baseline + page.px(4)
    y += page.paragraph("body", content.paragraph(int(page.rng.integers(1, 4))), left, y, right - left)
    if page.happens(0.35):
        x = left
        for _ in range(int(page.rng.integers(1, 5))):
            x += _pictogram(page, x, y + page.size("body")) + page.px(2)
        y += page.size("body") * 1.5
    if page.happens(0.35) and y < bottom - page.px(200):
        y = still(page, left, y + page.px(6), round(right - left), page.px(page.rng.uniform(110, 190)))
    y += page.px(22)
    step = (right - left) / 4
    for i, sign in enumerate(REACTIONS[:4]):
        icon(page, sign, left + i * step + page.px(8), y, page.px(16), page.tone("soft"))
        count = str(int(page.rng.integers(0, 400)))
        page.text("caption", count, left + i * step + page.px(22), y + 0.36 * page.size("caption"), "number")
    y += page.px(16)
    if app.chance("feed.divided", 0.7):
        page.divider(0, page.width, y)
    return y + page.px(6)


def _pictogram(page: Page, x: float, baseline: float) -> float:
    """Record a small coloured picture as high as letters; return its width."""
    size = page.size("body") * 1.15
    pictogram(page.canvas, x + size / 2, baseline - 0.36 * page.size("body"), size, int(page.rng.integers(7)))
    return size


def _pale(page: Page) -> Colour:
    """A gray a level or a few from the app's own: several hands wrote the app."""
    tone = mix(page.tone("soft"), page.tone("ground"), page.app.between("feed.pale", 0.0, 0.25))
    red, green, blue = (
        min(max(level + int(page.app.pick("feed.off", (-3, -1, 0, 1, 2, 5))), 0), 255) for level in tone
    )
    return red, green, blue
