"""Addresses whose package is missing, and folders of a store."""

import pytest

from realfake.forensics.errors import MissingExtra
from realfake.pipeline.extraction.inputs import gather
from tests.pictures import draw_screen, encode

fsspec = pytest.importorskip("fsspec")


@pytest.mark.parametrize(
    "url, package", [("s3://b/a.png", "s3fs"), ("gs://b/a.png", "gcsfs"), ("abfs://b/a.png", "adlfs")]
)
def test_the_package_that_is_missing_is_named(monkeypatch, url, package):
    def lacking(url):
        raise ImportError(f"Install {package}") from ModuleNotFoundError(name="botocore")

    monkeypatch.setattr("fsspec.core.url_to_fs", lacking)
    with pytest.raises(MissingExtra, match=rf"pip install {package}$"):
        gather([url])


def test_a_folder_of_a_store_is_read_by_content(caplog):
    store = fsspec.filesystem("memory")
    files = {"nameless": encode(draw_screen()), "b.avif": b"\0\0\0\x18ftypavif", "._a.png": b"x"}
    store.pipe({f"/kinds/{name}": data for name, data in files.items()})
    assert [item.path for item in gather(["memory://kinds"])] == ["memory://kinds/nameless"]
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == "2 files skipped: 1 AppleDouble, 1 AVIF (not decoded)"
    store.rm("/kinds", recursive=True)
