"""What is done with tables: refused before any work where it cannot go together."""

import pytest

from realfake.forensics.errors import UnknownName
from realfake.pipeline.settings import Protocol
from realfake.pipeline.workflows.tables import compare


def test_what_cannot_go_together_is_refused_before_any_work(tmp_path):
    with pytest.raises(UnknownName, match="leave --level region out"):
        compare(tmp_path / "none.csv", protocol=Protocol(test=tmp_path / "other.csv"), level="region")
    with pytest.raises(UnknownName, match="MLflow is given the record that an output leaves; name an output"):
        compare(tmp_path / "none.csv", mlflow=True)
