"""What was decided is a table from which a model is trained."""

import io
from dataclasses import replace

import numpy as np
import pytest

import realfake
from realfake.service.errors import NotFound
from realfake.service.export import features_of, labelled_table, read_labels
from realfake.service.intake import archived
from tests.desks import add_image, add_model
from tests.payments import payment, receipt

STARTER = realfake.load_model().fingerprint


@pytest.fixture
def decided(database):
    """24 decided images, of which one says that it is genuine and looks like the fakes."""
    add_model(database)
    rng = np.random.default_rng(0)
    for number in range(24):
        fake = number % 3 == 0
        row = {
            "phash": f"{rng.integers(2**63):016x}",
            "error": "",
            "note": "x",
            "ela__q75__mean": 9.0 * fake + rng.random(),
        }
        label = "genuine" if number == 0 else "fake" if fake else "genuine"
        words = {"regions__score__largest": 1.0, "words_model": STARTER}
        add_image(database, row | words, label=label, submitted=float(number))
    add_image(database, {"ela__q75__mean": 0.0}, label="unsure")
    add_image(database, {"ela__q75__mean": 0.0})
    return database


def test_only_fakes_and_genuine_images_are_exported(decided):
    table = labelled_table(decided)
    assert table["label"].tolist() == [int(n % 3 == 0 and n > 0) for n in range(24)]
    assert list(table)[:3] == ["path", "label", "group"] and "note" not in table


def test_images_of_one_sender_or_one_look_are_one_group(database):
    add_model(database)
    looks = ("00000000000000ff", "00000000000000fe", "ffff000000000000", "0f0f0f0f0f0f0f0f")
    for number, (sender, phash) in enumerate(zip(("ann", "bob", "ann", None), looks, strict=True)):
        add_image(database, {"phash": phash, "ela__a__b": 1.0}, label="fake", sender=sender, submitted=float(number))
    assert labelled_table(database)["group"].tolist() == [0, 0, 0, 1]


def test_a_family_of_the_archive_is_one_group(database, tmp_path):
    add_model(database)
    folder = tmp_path / "archive.db"
    told = payment(3)
    ids = [add_image(database, {"ela__a__b": float(n)}, label="fake", submitted=float(n)) for n in range(3)]
    with realfake.ScoringPool(["starter"], archive=folder) as pool:
        for image, one in zip(ids, (told, replace(told, amount="9,999.99"), payment(4)), strict=True):
            file = io.BytesIO()
            receipt(one).save(file, "PNG")
            pool.score("r.png", file.getvalue(), archived(image))
    assert labelled_table(database)["group"].tolist() == [0, 1, 2]
    assert labelled_table(database, str(folder))["group"].tolist() == [0, 0, 1]


def test_what_another_scorer_of_words_said_is_left_out(database):
    add_model(database)
    for model in ("m", "o"):
        add_image(database, {"regions__score__largest": 1.0, "ela__a__b": 1.0}, label="fake", model=model * 64)
    assert sorted(labelled_table(database)["regions__score__largest"].isna()) == [False, True]


def test_nothing_decided_is_told(database):
    with pytest.raises(NotFound, match="nothing was decided yet"):
        labelled_table(database)


@pytest.mark.filterwarnings("ignore::realfake.forensics.errors.RealfakeWarning")
def test_a_model_is_trained_from_it_and_doubts_the_wrong_label(decided, tmp_path):
    table = read_labels(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    trained = realfake.train(table, "logistic", alarms=realfake.Alarms(max_fpr=0.3))
    assert trained.model.scorer, "the one that scored the words"
    assert trained.doubtful()["path"].iloc[0] == table["path"].iloc[0]


def test_a_row_comes_back_as_it_was_measured(database):
    import sqlalchemy as sa

    from realfake.service.schema import FEATURES

    add_image(database, {"ela__a__b": 1.5, "error": None})
    with database.read() as connection:
        assert features_of(connection.execute(sa.select(FEATURES.c.row)).scalar_one()) == {
            "ela__a__b": 1.5,
            "error": None,
        }
