"""A name that does not exist is answered with those that do, from Python and from the command line."""

import re

import numpy as np
import pytest
from PIL import Image

import realfake
from tests import commands
from tests.pictures import draw_screen

FAMILY = r"no family elo; choose from .*\bela\b"
STRATEGY = r"no strategy smoke; choose from .*\bsmote\b"
LEVEL = r"no level 'letter'; choose from image, region"
COST = "no cost 'slow'; choose from fast, full"
CALIBRATION = r"calibration 'plato'.*platt"


@pytest.fixture
def screen(tmp_path):
    Image.fromarray(draw_screen()).save(tmp_path / "screen.png")
    return tmp_path / "screen.png"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    y = np.repeat([0, 1], [20, 8])
    rows = [f"{n},{label},{value:.3f}" for n, (label, value) in enumerate(zip(y, np.sin(np.arange(28.0)) + y))]
    path.write_text("\n".join(["group,label,ela__q90__mean", *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda screen, table: realfake.extract(screen, families=["elo"]), FAMILY),
        (lambda screen, table: realfake.measure(screen, families=["elo"]), FAMILY),
        (lambda screen, table: realfake.extract_features(screen, families=["elo"]), FAMILY),
        (lambda screen, table: realfake.ForensicFeatures(families=["elo"]).fit([screen]), FAMILY),
        (lambda screen, table: realfake.list_features(["elo"]), FAMILY),
        (lambda screen, table: realfake.draw_map(screen, "elo"), r"family elo has no map; choose from .*\bela\b"),
        (lambda screen, table: realfake.train(table, families=["elo"]), "no features of the family elo, only of ela"),
        (lambda screen, table: realfake.extract(screen, families="slow"), COST),
        (lambda screen, table: realfake.ForensicFeatures(cost="slow").fit([screen]), COST),
        (lambda screen, table: realfake.compare(table, ["smoke"]), STRATEGY),
        (lambda screen, table: realfake.train(table, "smoke"), STRATEGY),
        (
            lambda screen, table: realfake.train(table, "forge+smoke"),
            r"no strategy forge\+smoke; choose from .*\bsmote\b",
        ),
        (lambda screen, table: realfake.StrategyClassifier("smoke").fit([[0.0], [1.0]] * 4, [0, 1] * 4), STRATEGY),
        (lambda screen, table: realfake.extract(screen, level="letter"), LEVEL),
        (lambda screen, table: realfake.compare(table, level="letter"), LEVEL),
        (lambda screen, table: realfake.ForensicFeatures(level="letter").fit([screen]), LEVEL),
        (lambda screen, table: realfake.train(table, alarms=realfake.Alarms(calibration="plato")), CALIBRATION),
    ],
)
def test_python_names_those_that_there_are(screen, table, call, sentence):
    with pytest.raises(realfake.RealfakeError, match=sentence):
        call(screen, table)


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["extract", "SCREEN", "-o", "OUT", "--families", "elo"], FAMILY),
        (["features", "--family", "elo"], FAMILY),
        (["compare", "TABLE", "-s", "smoke"], STRATEGY),
        (["train", "TABLE", "-s", "smoke", "-o", "OUT"], STRATEGY),
        (["extract", "SCREEN", "-o", "OUT", "--level", "letter"], "'letter' is not one of 'image', 'region'"),
        (["compare", "TABLE", "--level", "letter"], "'letter' is not one of 'image', 'region'"),
    ],
)
def test_the_command_line_names_those_that_there_are(screen, table, arguments, sentence):
    places = {"SCREEN": str(screen), "TABLE": str(table), "OUT": str(screen.with_name("out.csv"))}
    assert re.search(sentence, commands.realfake(*(places.get(one, one) for one in arguments), code=2).stderr)
    assert not screen.with_name("out.csv").exists()
