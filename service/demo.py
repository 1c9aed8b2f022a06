"""A desk to look at: a temporary database with drawn cases, and the page in a browser."""

from __future__ import annotations

import csv
import random
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from realfake.data import synthesise
from realfake.service import intake
from realfake.service.database import Database
from realfake.service.server import serve
from realfake.service.settings import Settings
from realfake.service.store import ImageStore

GENUINE, FAKE, APPS, SEED = 14, 6, 5, 3
SENDERS = ("A. Sample", "B. Sample", "C. Sample")
SECOND_OPINION = 2000.0


def demo_desk(bind: str, told: Callable[[str], None], browse: bool = True) -> None:
    """Draw cases, take them in and run the desk on them until it is stopped; nothing of it stays.

    Parameters
    ----------
    told : called with a sentence where the page is found
    browse : open the page in a browser
    """
    with tempfile.TemporaryDirectory(prefix="realfake-desk-") as place:
        folder = Path(place)
        settings = Settings(
            database=f"sqlite:///{folder / 'desk.sqlite'}",
            images=str(folder / "images"),
            families=("ela",),
            second_opinion=SECOND_OPINION,
            random_share=0.2,
        )
        fill(settings, folder / "drawn")
        address = f"http://{bind}/review"
        told(f"{GENUINE + FAKE} drawn cases are at {address}; Ctrl-C ends the desk and deletes them")
        if browse:
            threading.Timer(2.0, webbrowser.open, [address]).start()
        serve(settings, bind)


def fill(settings: Settings, folder: Path) -> None:
    """Take drawn screenshots in, with what a client might say of each."""
    drawn = synthesise(folder, genuine=GENUINE, fake=FAKE, apps=APPS, seed=SEED)
    chance = random.Random(SEED)
    with open(drawn.manifest, encoding="utf-8", newline="") as lines:
        paths = [row["path"] for row in csv.DictReader(lines)]
    chance.shuffle(paths)
    files = [
        intake.File(
            f"receipt-{number:02}{Path(path).suffix}",
            (folder / path).read_bytes(),
            intake.Said(
                chance.choice(SENDERS), round(chance.lognormvariate(6, 1.4), 2), reference=f"T-{1000 + number}"
            ),
        )
        for number, path in enumerate(paths)
    ]
    database = Database(settings.database)
    intake.take(database, ImageStore(settings.images), files, "demo", settings.most_bytes, batch=True)
    database.close()
