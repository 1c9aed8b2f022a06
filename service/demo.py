"""A desk to look at: a temporary database with drawn cases, and the page in a browser."""

from __future__ import annotations

import csv
import random
import re
import socket
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from realfake.data import synthesise
from realfake.service import intake
from realfake.service.database import Database
from realfake.service.server import serve
from realfake.service.settings import Settings, address
from realfake.service.store import ImageStore

GENUINE, FAKE, APPS, SEED = 14, 6, 5, 3
SENDERS = ("A. Sample", "B. Sample", "C. Sample")
SECOND_OPINION = 2000.0
KEYS = {"amount": ("headline", "total", "amount"), "receiver": ("recipient",), "reference": ("reference",)}
LOOKS, PAUSE = 600, 0.2  # at whether the desk answers, and seconds between them


def demo_desk(bind: str, told: Callable[[str], None], browse: bool = True) -> None:
    """Draw cases, take them in and run the desk on them until it is stopped; nothing of it stays.

    Parameters
    ----------
    told : called with sentences on how far it is, and where the page is found
    browse : open the page in a browser
    """
    with tempfile.TemporaryDirectory(prefix="realfake-desk-") as place:
        folder = Path(place)
        settings = Settings(
            database=f"sqlite:///{folder / 'desk.sqlite'}",
            images=str(folder / "images"),
            archive=str(folder / "archive.db"),
            families=("ela",),
            reader="auto" if find_spec("rapidocr") else None,
            second_opinion=SECOND_OPINION,
            random_share=0.2,
        )
        told(f"drawing {GENUINE + FAKE} cases; the page is there in about half a minute")
        fill(settings, folder / "drawn")
        page = f"http://{bind}/review"
        threading.Thread(target=_when_it_answers, args=(bind, page, told, browse), daemon=True).start()
        serve(settings, bind)


def fill(settings: Settings, folder: Path) -> None:
    """Take drawn screenshots in, with what a client would say of each: what its receipt said before anybody forged it.

    Those of which forged copies come are first, so that the archive knows them.
    """
    drawn = synthesise(folder, genuine=GENUINE, fake=FAKE, apps=APPS, seed=SEED)
    chance = random.Random(SEED)
    with open(drawn.manifest, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    texts: dict[str, dict[str, str]] = {row["path"]: {} for row in rows}
    with open(folder / "regions.csv", encoding="utf-8", newline="") as lines:
        for region in csv.DictReader(lines):
            texts[region["path"]].setdefault(region["key"], region["text"])
    chance.shuffle(rows)
    forged = {row["group"] for row in rows if row["label"] == "1"}
    rows.sort(key=lambda row: row["label"] == "1" or row["group"] not in forged)
    files = [
        intake.File(
            f"receipt-{number:02}{Path(row['path']).suffix}",
            (folder / row["path"]).read_bytes(),
            said(texts[row["path"]], chance.choice(SENDERS), f"T-{1000 + number}"),
        )
        for number, row in enumerate(rows)
    ]
    database = Database(settings.database)
    intake.take(database, ImageStore(settings.images), files, "demo", settings.most_bytes, batch=True)
    database.close()


def said(texts: Mapping[str, str], sender: str, reference: str) -> intake.Said:
    """What a client says of a receipt that said these texts."""
    known = {name: next((texts[key] for key in keys if key in texts), None) for name, keys in KEYS.items()}
    return intake.Said(
        sender, amount_of(known["amount"] or ""), known["receiver"], reference=known["reference"] or reference
    )


def amount_of(text: str) -> float | None:
    """The amount in a text, whichever way its thousands and decimals are written; None where there is none."""
    found = re.search(r"\d[\d.,' \u00a0\u202f]*", text)
    if found is None:
        return None
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{2}))?", found[0].strip(" .,'")).groups()  # type: ignore[union-attr]
    return float(f"{re.sub(r'[^0-9]', '', whole)}.{cents or '0'}")


def _when_it_answers(bind: str, page: str, told: Callable[[str], None], browse: bool) -> None:
    """Say where the page is, and open it, as soon as somebody listens there."""
    for _ in range(LOOKS):
        try:
            socket.create_connection(address(bind), timeout=PAUSE).close()
        except OSError:
            time.sleep(PAUSE)
            continue
        told(f"{GENUINE + FAKE} drawn cases are at {page}; Ctrl-C ends the desk and deletes them")
        if browse:
            webbrowser.open(page)
        return
