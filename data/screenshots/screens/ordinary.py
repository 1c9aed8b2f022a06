"""All kinds of screen that are no receipts, by name."""

from __future__ import annotations

from collections.abc import Callable

from realfake.data.screenshots.page import Page
from realfake.data.screenshots.screens.asking import calendar, dialog, form, keypad, launcher, ticket
from realfake.data.screenshots.screens.feed import feed, player
from realfake.data.screenshots.screens.lists import gallery, history, home, media, settings
from realfake.data.screenshots.screens.reading import article, chat, terminal, welcome

ORDINARY: dict[str, Callable[[Page], None]] = {
    "history": history,
    "settings": settings,
    "chat": chat,
    "article": article,
    "home": home,
    "form": form,
    "dialog": dialog,
    "gallery": gallery,
    "media": media,
    "calendar": calendar,
    "keypad": keypad,
    "launcher": launcher,
    "ticket": ticket,
    "terminal": terminal,
    "welcome": welcome,
    "feed": feed,
    "player": player,
}
