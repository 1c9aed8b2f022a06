"""Words of a screen and their looks, where the truth was written."""

import numpy as np
from PIL import Image, ImageDraw

from realfake.forensics.image import ForensicImage
from realfake.forensics.text import words
from realfake.forensics.text.legible import cannot_tell
from realfake.forensics.text.lines import find_text
from realfake.forensics.text.regions import measure_regions
from realfake.forensics.text.words import read_screen
from tests.lettering import pixels, write


def test_a_photograph_does_not_crowd_out_the_words_below_it(monkeypatch):
    random = np.random.default_rng(0)
    mottled = np.full((900, 600, 3), 255, np.uint8)
    mottled[:600] = random.integers(172, 187, (600, 600, 1))
    picture = Image.fromarray(mottled)
    draw = ImageDraw.Draw(picture)
    for x in range(10, 570, 26):
        for y in range(10, 570, 24):
            draw.rectangle((x, y, x + 9, y + 11), tuple(random.integers(0, 80, 3).tolist()))
    amount = write(picture, "4 247 EK", 60, 760, 40)
    image = ForensicImage.from_array(pixels(picture))
    found = sum(len(line.words) for line in find_text(image))
    assert found > 200
    monkeypatch.setattr(words, "MAX_WORDS", 200)
    screen = read_screen(image)
    assert len(screen.words) == 200 < screen.found <= found
    told = cannot_tell(image, measure_regions(image))
    assert told.startswith(f"only 200 of {screen.found:,} words were compared")
    around = amount.grown(3, 600, 900)
    inside = [word.box for word in screen.words if around.intersection(word.box) == word.box]
    assert len(inside) == 3, "4, 247 and EK"
    places = [(word.line, word.box.x) for word in screen.words]
    assert places == sorted(places)
