"""What is worth forging, and what only looks like a line of text."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from realfake.data.forgeries.look import observe
from realfake.data.forgeries.target import readable, worth
from realfake.data.screenshots.screen import TextField
from realfake.forensics.box import Box


def test_labels_and_clipped_lines_are_worth_nothing(receipt):
    rgb, fields = receipt
    assert worth(fields[0], rgb.shape) == 0 < worth(fields[1], rgb.shape)
    assert worth(replace(fields[1], box=Box(-5, 100, 90, 20)), rgb.shape) == 0
    assert worth(replace(fields[1], box=Box(200, 2, 60, 14)), rgb.shape) < 0.1


def test_lines_of_a_picture_are_not_taken_for_text(receipt):
    rgb, fields = receipt
    unread = replace(fields[1], text="", field="body", style=None)
    busy = rgb.copy()
    noise = np.random.default_rng(0).integers(0, 256, (80, 420, 3))
    busy[110:160] = np.where(rgb[110:160] < 200, rgb[110:160], noise[:50])
    assert any(readable(rgb, unread, np.random.default_rng(seed)) for seed in range(9))
    assert not any(readable(busy, unread, np.random.default_rng(seed)) for seed in range(9))


def test_calm_spots_of_a_picture_are_not_taken_for_text():
    plain_ground = np.full((80, 260, 3), 230, np.uint8)
    box, seeds = Box.from_edges(30, 24, 212, 56), range(9)
    letters, spots = plain_ground.copy(), plain_ground.copy()
    for x, y in [(40, 30), (80, 44), (120, 33), (160, 48), (200, 38)]:
        cv2.rectangle(letters, (x - 8, 27), (x + 8, 52), (60, 80, 100), 3)
        cv2.circle(spots, (x, y), 5, (60, 80, 100), -1)

    def read(rgb):
        return any(readable(rgb, TextField(box, "body", ""), np.random.default_rng(seed)) for seed in seeds)

    assert read(letters)
    assert not read(spots), "they stand on no line"
    waves = np.sin(np.arange(260) / 8) ** 2 * (np.cos((np.arange(80)[:, None] - 40) / 10) ** 2)
    waves[:25], waves[55:] = 0, 0
    clouds = (plain_ground - 120 * waves[:, :, None]).astype(np.uint8)
    assert observe(clouds, box).standing > 0.9
    assert not read(clouds), "they are soft"
