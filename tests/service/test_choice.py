"""What chance drew comes first, then what is unsure and differs."""

from realfake.service.choice import CHANCE, UNSURE, next_to_label
from tests.desks import add_image, add_model


def test_chance_comes_first_then_unsure_images_that_differ(database):
    add_model(database)
    clean = {"verdict": "no sign of editing"}
    known = add_image(database, {"ela__a__b": 0.0}, score=0.6, label="fake")
    drawn = add_image(database, {"ela__a__b": 0.0}, score=0.0, drawn=True, **clean)
    like_known = add_image(database, {"ela__a__b": 0.1}, score=0.6, **clean)
    other = add_image(database, {"ela__a__b": 9.0}, score=0.55, **clean)
    sure = [add_image(database, {"ela__a__b": 5.0}, score=0.0, **clean) for _ in range(30)]
    found = [(row["id"], why) for row, why in next_to_label(database, 3)]
    assert found[:2] == [(drawn, CHANCE), (other, UNSURE)]
    assert len(found) == 3 and known not in dict(found)
    assert len(next_to_label(database, 100)) == 2 + 1 + len(sure)
    assert like_known in {row["id"] for row, _ in next_to_label(database, 100)}


def test_a_desk_without_images_has_nothing_to_label(database):
    add_model(database)
    assert next_to_label(database, 5) == []
