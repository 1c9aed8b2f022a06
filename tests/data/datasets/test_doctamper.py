"""DocTamper: all of it is forged, and a database is not read."""

import pytest

from realfake.data.datasets import read_folder
from realfake.forensics.errors import BadManifest
from tests.trees import DOCTAMPER, rows


def test_doctamper_is_all_fake_and_says_so(plant):
    imported = read_folder(plant(DOCTAMPER))
    assert imported.frame["label"].tolist() == [1, 1, 1]
    assert rows(imported, "mask")["DocTamperV1-SCD/tampered/0.jpg"] == "DocTamperV1-SCD/mask/0.png"
    assert imported.frame["group"].nunique() == 3
    assert "every DocTamper image is tampered" in imported.notes[0]


def test_a_doctamper_database_must_be_unpacked_first(plant):
    with pytest.raises(BadManifest, match="unpack"):
        read_folder(plant(["DocTamperV1-FCD/data.mdb", "DocTamperV1-FCD/lock.mdb"]), "doctamper")
    with pytest.raises(BadManifest, match="unpack"):
        read_folder(plant(["DocTamperV1-SCD/data.mdb"], "other"))
