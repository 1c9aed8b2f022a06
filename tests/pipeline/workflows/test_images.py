"""What is done with images: refused before any work where it cannot go together, and handed back as asked for."""

import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.errors import UnknownName
from realfake.forensics.limited import Limits
from realfake.pipeline.settings import Workers
from realfake.pipeline.tables.table import read_table
from realfake.pipeline.workflows.images import extract, predict
from tests.pictures import draw_screen


@pytest.fixture
def screen(tmp_path):
    Image.fromarray(draw_screen()).save(tmp_path / "screen.png")
    return tmp_path / "screen.png"


def test_a_table_in_memory_and_a_table_in_a_file_hold_the_same(screen, tmp_path):
    here = Workers(limits=Limits(None, None))  # in this process, which is quicker
    table = extract(screen, families=["ela"], workers=here)
    summary = extract([screen], tmp_path / "t.csv", families=["ela"], workers=here)
    assert (summary.images, summary.failed) == (1, 0)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_column_type=False)


def test_what_cannot_go_together_is_refused_before_any_work(screen):
    with pytest.raises(UnknownName, match="writes its table to a folder; name it as the output"):
        extract(screen, workers=Workers(cluster="local:2"))
    with pytest.raises(UnknownName, match="leave --archive or --level out"):
        extract(screen, archive="none.db", level="region")
    with pytest.raises(UnknownName, match="images are added to an archive; name it"):
        predict(screen, add=True)
