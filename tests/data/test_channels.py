"""Channels carry pixels, boxes and masks where they say, and tell nothing of the label."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from scipy.stats import chisquare
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from realfake.data.channels import (
    MESSENGER_SIDES,
    PASSES,
    JpegHabit,
    Transform,
    decode,
    deliver,
    draw_habit,
    noop,
    receive,
)
from realfake.data.quantization import own_tables
from realfake.forensics.box import Box

HEIGHT, WIDTH = 900, 500
SQUARE = Box(210, 400, 80, 60)


@pytest.fixture
def screen() -> np.ndarray:
    """White paper with a black square and a few gray lines."""
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    rgb[600:604] = 200
    rgb[SQUARE.slices] = 0
    return rgb


def black_box(rgb: np.ndarray) -> Box:
    """Where the square stands: dark pixels around the middle of the picture, apart from a gallery's bars."""
    top, left = rgb.shape[0] // 4, rgb.shape[1] // 4
    ys, xs = np.nonzero(rgb[top:-top, left:-left].max(axis=2) < 100)
    return Box.from_edges(left + xs.min(), top + ys.min(), left + xs.max() + 1, top + ys.max() + 1)


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_says_where_pixels_went(screen, name):
    for seed in range(6):
        rgb, transform = PASSES[name](screen, np.random.default_rng(seed))
        assert rgb.shape == (transform.height, transform.width, 3)
        assert black_box(rgb).iou(transform.box(SQUARE)) > 0.85


def test_a_whole_journey_carries_boxes_and_masks_along(screen):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[SQUARE.slices] = True
    for seed in range(25):
        rng = np.random.default_rng(seed)
        received = receive(screen, rng)
        sent = deliver(received.rgb, rng)
        transform = received.transform.then(sent.transform)
        pixels = decode(sent.data)
        assert pixels.shape[:2] == (transform.height, transform.width)
        found = black_box(pixels)
        assert found.iou(transform.box(SQUARE)) > 0.85
        ys, xs = np.nonzero(transform.mask(mask))
        assert found.iou(Box.from_edges(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)) > 0.8


def test_two_transforms_make_one():
    shrink = Transform(250, 450, 0.5, 0.5)
    crop = Transform(230, 440, dx=-20.0, dy=-10.0)
    box = Box(100, 100, 40, 20)
    assert shrink.then(crop).box(box) == crop.box(shrink.box(box)) == Box(30, 40, 20, 10)


def test_a_box_that_leaves_the_frame_has_no_area():
    assert Transform(100, 100, dx=-50.0).box(Box(0, 0, 40, 40)).area == 0


def test_the_same_seed_gives_the_same_bytes(screen):
    one, two = (deliver(screen, np.random.default_rng(7)) for _ in range(2))
    assert one.data == two.data and one.name == two.name


def test_files_of_all_kinds_are_delivered_and_read_back(screen):
    rng = np.random.default_rng(0)
    seen: Counter[str] = Counter()
    for _ in range(150):
        sent = deliver(screen, rng)
        with Image.open(io.BytesIO(sent.data)) as picture:
            seen[f"{picture.format} {picture.mode}"] += 1
            seen["progressive"] += "progressive" in picture.info
    assert {"PNG RGB", "PNG P", "JPEG RGB", "WEBP RGB"} <= set(seen)
    assert seen["progressive"] > 5


def test_an_image_received_as_a_png_is_untouched(screen):
    seen = set()
    for seed in range(40):
        received = receive(screen, np.random.default_rng(seed))
        if received.name in ("none", "png"):
            assert np.array_equal(received.rgb, screen)
            seen.add(received.name)
    assert seen == {"none", "png"}


def test_an_editor_without_an_edit_mostly_keeps_pixels(screen):
    names = Counter()
    for seed in range(60):
        saved = noop(screen, np.random.default_rng(seed))
        names[saved.name] += 1
        change = np.abs(saved.rgb.astype(int) - screen)
        assert saved.rgb.shape == screen.shape
        assert change.max() == 0 if saved.name == "noop" else change.mean() < 4
    assert names["noop"] > names["noop-jpeg"] > 0


def test_a_messenger_never_exceeds_its_longest_side():
    large = np.full((3000, 1400, 3), 240, np.uint8)
    for seed in range(8):
        rgb, transform = PASSES["messenger"](large, np.random.default_rng(seed))
        assert max(rgb.shape) in MESSENGER_SIDES or max(rgb.shape) == 3000
        assert transform.scale_x <= 1


def test_a_habit_writes_what_it_says():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    for sampling, layers in {"4:4:4": (1, 1), "4:2:2": (2, 1), "4:2:0": (2, 2)}.items():
        with Image.open(io.BytesIO(JpegHabit(80, sampling, progressive=True).encode(noise))) as picture:
            assert picture.layer[0][1:3] == layers
            assert picture.info["progressive"]


def test_an_encoder_of_its_own_has_tables_that_no_quality_gives():
    rng = np.random.default_rng(3)
    blank = np.zeros((16, 16, 3), np.uint8)
    usual = set()
    for quality in range(1, 101):
        with Image.open(io.BytesIO(JpegHabit(quality, "4:4:4").encode(blank))) as picture:
            usual.add(tuple(picture.quantization[0]))
    tables = own_tables(80, rng)
    with Image.open(io.BytesIO(JpegHabit(80, "4:4:4", tables).encode(blank))) as picture:
        written = tuple(picture.quantization[0])
    assert written not in usual
    assert sorted(written) == sorted(tables[0])


def test_entropy_coding_does_not_touch_pixels(screen):
    habit = JpegHabit(85, "4:2:0", optimize=True, progressive=True)
    assert np.array_equal(habit.pixels(screen), decode(habit.encode(screen)))


def test_messengers_are_coarser_than_editors():
    rng = np.random.default_rng(0)
    editors = [draw_habit(rng, editor=True).quality for _ in range(200)]
    messengers = [draw_habit(rng, messenger=True).quality for _ in range(200)]
    assert np.median(editors) > np.median(messengers) + 8


def container_row(data: bytes, suffix: str) -> list[float]:
    """What a file tells without its pixels."""
    with Image.open(io.BytesIO(data)) as picture:
        tables = getattr(picture, "quantization", {}) or {}
        layers = getattr(picture, "layer", [(0, 0, 0)])
        return [
            [".png", ".jpg", ".webp"].index(suffix),
            picture.width,
            picture.height,
            len(data) / (picture.width * picture.height),
            picture.mode == "P",
            "progressive" in picture.info,
            len(tables),
            sum(map(sum, tables.values())),
            sum(tables[0][:4]) if tables else 0,
            layers[0][1],
            layers[0][2],
            "exif" in picture.info,
            len(picture.info),
        ]


def test_containers_do_not_tell_forged_from_genuine(drawn_screen):
    from realfake.data.history import fake_life, genuine_life

    rows, labels = [], []
    for i in range(40):
        rgb, fields = drawn_screen(i % 11)
        for label, life in enumerate((genuine_life, fake_life)):
            made = life(rgb, fields, np.random.default_rng([label, i]))
            rows.append(container_row(made.data, made.suffix))
            labels.append(label)
    forest = RandomForestClassifier(60, min_samples_leaf=3, random_state=0)
    scores = cross_val_predict(forest, rows, labels, cv=5, method="predict_proba")[:, 1]
    auc = roc_auc_score(labels, scores)
    spread = np.sqrt((len(labels) + 1) / (12 * (len(labels) / 2) ** 2))  # of the area under the curve by chance
    assert abs(auc - 0.5) < 2.6 * spread
    kinds = np.array([[row[0] for row, label in zip(rows, labels) if label == wanted] for wanted in (0, 1)])
    counts = np.array([[np.sum(kind == value) for value in (0, 1)] for kind in kinds])
    assert chisquare(counts[1], counts[0] * counts[1].sum() / counts[0].sum()).pvalue > 0.001
