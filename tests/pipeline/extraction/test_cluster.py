"""Extraction on a cluster gives the rows of a single process, whatever dies on the way."""

import contextlib
import os
import signal
import socket
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake.forensics.errors import BadTable, RealfakeError, UnknownName
from realfake.forensics.limited import Limits
from realfake.pipeline.extraction.bulk import extract_to
from realfake.pipeline.extraction.cluster import Making, extract_on_cluster, local_workers, make_on_cluster
from realfake.pipeline.extraction.inputs import Item, gather
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.settings import Workers

distributed = pytest.importorskip("distributed", reason="the extra realfake[dask] is not installed")
NO_LIMITS, ELA = Limits(None, None), Wanted(("ela",))


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> list[Item]:
    folder = tmp_path_factory.mktemp("images")
    for i in range(30):
        pixels = np.random.default_rng(i).integers(0, 256, (32, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i:02}.png")
    (folder / "07.png").write_bytes(b"broken")
    return [Item(item.path, {"label": i % 2}) for i, item in enumerate(gather([str(folder)]))]


def single(images: list[Item], folder: Path) -> pd.DataFrame:
    extract_to(images, folder / "single.parquet", ELA, workers=Workers(1, NO_LIMITS))
    return pd.read_parquet(folder / "single.parquet")


def test_a_killed_worker_loses_and_doubles_no_row(images, tmp_path):
    killed = []

    def kill_one(done, total) -> None:
        """After the first partition, as the system does when memory runs out."""
        if done and not killed:
            killed.append(next(iter(distributed.default_client().run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    options = {"wanted": ELA, "partition": 3, "workers": Workers(cluster="local:2")}
    summary = extract_on_cluster(images, str(tmp_path / "table"), progress=kill_one, **options)
    assert killed and (summary.images, summary.failed) == (30, 1)
    together = pd.concat([pd.read_parquet(part) for part in sorted((tmp_path / "table").glob("*.parquet"))])
    pd.testing.assert_frame_equal(together.reset_index(drop=True), single(images, tmp_path))

    (tmp_path / "table" / "part-000004.parquet").unlink()  # as if the run had been stopped before it
    again = extract_on_cluster(images, str(tmp_path / "table"), **options)
    assert (again.images, again.kept) == (30, 27)
    assert len(list((tmp_path / "table").glob("*.parquet"))) == 10


def test_a_folder_with_another_table_is_left_alone(images, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "data.parquet").touch()
    with pytest.raises(BadTable, match="Parquet files of something else"):
        extract_on_cluster(images, str(tmp_path / "other"), ELA, workers=Workers(cluster="local:1"))
    (tmp_path / "planned").mkdir()
    (tmp_path / "planned" / "_plan.json").write_text('{"request": "x"}')
    with pytest.raises(BadTable, match="the table of another request"):
        extract_on_cluster(images, str(tmp_path / "planned"), ELA, workers=Workers(cluster="local:1"))


@pytest.mark.parametrize("wrong", ["local", "local:0", "local:x", "moon:2"])
def test_a_cluster_that_is_not_local_n_is_refused(wrong):
    with pytest.raises(UnknownName, match="write local:2"):
        local_workers(wrong)
    assert local_workers("local:3") == 3 and local_workers(None) is None


def test_images_in_a_store_are_listed_and_measured_like_files(images, tmp_path):
    store = pytest.importorskip("fsspec").filesystem("memory")
    for item in images[:3]:
        store.pipe_file(f"/shots/{Path(item.path).name}", Path(item.path).read_bytes())
    store.pipe_file("/shots/readme.txt", b"x")
    items = gather(["memory://shots"])
    assert [item.path for item in items] == [f"memory://shots/0{i}.png" for i in range(3)]
    items.append(Item("memory://shots/gone.png"))
    extract_to(items, tmp_path / "t.parquet", ELA, workers=Workers(1, NO_LIMITS))
    table, local = pd.read_parquet(tmp_path / "t.parquet"), single(images, tmp_path)
    assert list(table["sha256"][:3]) == list(local["sha256"][:3])
    assert list(table["ela__q90__mean"][:3]) == list(local["ela__q90__mean"][:3])
    assert "memory://shots/gone.png cannot be read" in table["error"][3]
    with pytest.raises(RealfakeError, match="holds no images"):
        gather(["memory://nothing"])
    with pytest.raises(RealfakeError, match="no address that can be opened"):
        gather(["moon://bucket/x"])


def test_a_cluster_starts_without_a_warning_where_another_holds_the_usual_port(images, tmp_path):
    with socket.socket() as other:
        with contextlib.suppress(OSError):  # held already
            other.bind(("", 8787))
            other.listen()
        summary = extract_on_cluster(images[:2], str(tmp_path / "table"), ELA, workers=Workers(cluster="local:1"))
    assert (summary.images, summary.failed) == (2, 0)


def test_parts_share_one_worker_process(tmp_path):
    told = "[{{'path': '{}', 'error': '', 'width': __import__('os').getpid()}}]"
    items = [Item(told.format(i)) for i in range(6)]
    making = Making(("path", "error", "width"), eval, {}, labels=False)
    make_on_cluster(items, str(tmp_path / "table"), making, workers=Workers(cluster="local:1"), partition=2)
    table = pd.read_parquet(tmp_path / "table")
    assert len(table) == 6 and table["width"].nunique() == 1
