"""What is done with images: measure them, score them, set thresholds by them, judge a model on them, explain one.

Each function composes what the rooms below offer and nothing else; heavy libraries are loaded when one is called.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

from realfake.data.manifest import any_names
from realfake.forensics.errors import RealfakeWarning, UnknownName
from realfake.forensics.files import (
    LINES_ENDINGS,
    PAGE_ENDINGS,
    TABLE_ENDINGS,
    keep_inputs,
    needs_ending,
    standard_output,
    write_whole,
)
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.settings import (
    CONTENT,
    REGIONS,
    Alarms,
    Workers,
)
from realfake.pipeline.workflows.given import (
    PathLike,
    Paths,
    Table,
    folder_of,
    model_of,
    open_archive,
    paths_among,
    scored_words_of,
    table_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from realfake.pipeline.archive.columns import Past
    from realfake.pipeline.extraction.inputs import Item
    from realfake.pipeline.extraction.summary import Summary
    from realfake.pipeline.models.calibrate import Calibrated
    from realfake.pipeline.models.model import Model


@overload
def extract(
    paths: Paths = (),
    output: None = None,
    *,
    manifest: PathLike | None = None,
    families: str | Sequence[str] = "full",
    words: Model | PathLike = "starter",
    level: str = "image",
    reader: str | None = None,
    with_text: bool | str = False,
    archive: PathLike | None = None,
    received: str | None = None,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame: ...


@overload
def extract(
    paths: Paths,
    output: PathLike,
    *,
    manifest: PathLike | None = None,
    families: str | Sequence[str] = "full",
    words: Model | PathLike = "starter",
    level: str = "image",
    reader: str | None = None,
    with_text: bool | str = False,
    archive: PathLike | None = None,
    received: str | None = None,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary: ...


@any_names
def extract(
    paths: Paths = (),
    output: PathLike | None = None,
    *,
    manifest: PathLike | None = None,
    families: str | Sequence[str] = "full",
    words: Model | PathLike = "starter",
    level: str = "image",
    reader: str | None = None,
    with_text: bool | str = False,
    archive: PathLike | None = None,
    received: str | None = None,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame | Summary:
    """Measure images into a feature table.

    Parameters
    ----------
    paths : files, folders, patterns, URLs, or `-` for a list on standard input
    output : CSV or, by its ending, Parquet file, `-` for standard output, or a folder where `workers` are a cluster
    manifest : CSV of labels; without `paths` it names the images
    families : names of families, or "full" or "fast" for all up to that cost
        `regions` sums up the words of an image, as a model scores them, and belongs to "full".
    words : model whose scorer of words fills the family `regions`; it must never have learnt from these images
    level : "image" for one row an image, "region" for one row a word, "field" for one row a value that was read
    reader : reads the screens, for the family `content`: "rapidocr", "tesseract", "both" (the second for what the first
        cannot read), or "auto" for the first that is installed; nothing is read where None, but for the level "field"
    with_text : write what was read into the rows of values, and not its form alone; where "masked", with names and
        numbers masked but for their ends
    archive : file or URL of an archive; fills the family `archive`, what was received before each image
    received : column of the manifest that says when an image came; only images received earlier count
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Returns
    -------
    DataFrame
        The table, where no `output` is named. An image that cannot be measured is a row with its `error`.
    Summary
        How it went, where the table was written to `output`.

    Raises
    ------
    RealfakeError
        If nothing is named, a name does not exist, or the output cannot be written.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> table = realfake.extract(folder, families=["ela"])
    >>> table["format"].tolist(), bool(table["ela__q90__mean"].iloc[0] > 0)
    (['PNG'], True)
    """
    from realfake.pipeline.extraction.bulk import extract_to, extract_to_stream, extract_to_table
    from realfake.pipeline.extraction.cluster import extract_on_cluster
    from realfake.pipeline.extraction.inputs import files_of, gather
    from realfake.pipeline.extraction.wanted import Wanted

    if archive is not None and level != "image":
        raise UnknownName("what was received before is told of images; leave --archive or --level out")
    tier = isinstance(families, str)
    summed_up = level == "image" and (families == "full" if tier else REGIONS in families)
    named = None if tier else tuple(name for name in families if name not in (REGIONS, CONTENT))
    if level == "field" or (not tier and CONTENT in families):
        from realfake.forensics.content.reading import AUTO

        reader = reader or AUTO
    wanted = Wanted(named, str(families) if tier else "full", level, reader, with_text or False)
    _check_reader(reader)
    on_cluster = _on_cluster(workers)
    if output is not None and not on_cluster:
        needs_ending(output, TABLE_ENDINGS)
    items = gather(paths, manifest)
    keep_inputs([output, output and f"{output}.part"], [manifest, archive, *files_of(items)])
    wanted = replace(
        wanted,
        summary=scored_words_of(words) if summed_up else None,
        past=_past(items, archive, received) if archive is not None else None,
    )
    if on_cluster:
        if output is None:
            raise UnknownName("a cluster writes its table to a folder; name it as the output")
        return extract_on_cluster(items, str(output), wanted, workers=workers, progress=progress)
    if output is None:
        return extract_to_table(items, wanted, workers=workers, progress=progress)
    if str(output) == "-":
        return extract_to_stream(items, standard_output(), wanted, workers=workers, progress=progress)
    return extract_to(items, output, wanted, workers=workers, progress=progress)


@overload
def predict(
    paths: Paths = (),
    output: None = None,
    *,
    manifest: PathLike | None = None,
    model: Model | PathLike = "starter",
    prevalence: float | None = None,
    json: bool = False,
    reader: str | None = None,
    habits: Table | None = None,
    archive: PathLike | None = None,
    add: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame: ...


@overload
def predict(
    paths: Paths,
    output: PathLike,
    *,
    manifest: PathLike | None = None,
    model: Model | PathLike = "starter",
    prevalence: float | None = None,
    json: bool = False,
    reader: str | None = None,
    habits: Table | None = None,
    archive: PathLike | None = None,
    add: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Summary: ...


def predict(
    paths: Paths = (),
    output: PathLike | None = None,
    *,
    manifest: PathLike | None = None,
    model: Model | PathLike = "starter",
    prevalence: float | None = None,
    json: bool = False,
    reader: str | None = None,
    habits: Table | None = None,
    archive: PathLike | None = None,
    add: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> pd.DataFrame | Summary:
    """Score images.

    Parameters
    ----------
    paths, manifest : as in `extract`
    output : CSV or, by its ending, Parquet file, `-` for standard output, or a folder or URL where `workers` are a
        cluster; a run that was stopped goes on where the same request is made again
    model : a model, its folder, or "starter"
    prevalence : share of fakes where the images come from, 0..1; the one that the model expects where None
    json : write JSON lines in place of a table
    reader : reads the screens and tells what on them contradicts itself, as in `extract`; a model that learnt from what
        is read needs none named
    habits : table of what was read on genuine receipts (`level="field"`), or its path; the screens are held against the
        habits of their apps that it teaches, in place of those that the model knows
    archive : file or URL of an archive; tells which images were received before, and which are altered copies
    add : add the images to the archive, each after it was looked up
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Returns
    -------
    DataFrame
        One row an image, where no `output` is named: `path`, `probability` of fake (0..1), `verdict` ("fake", "review",
        "no sign of editing", "cannot tell" or "error"), `reasons`, `suspects` (boxes in pixels, as JSON), `score` with
        its two thresholds, and what the file and the model were.
    Summary
        How it went, where predictions were written to `output`.

    Raises
    ------
    BadModel
        If the model cannot be loaded.
    RealfakeError
        If nothing is named or the output cannot be written. An image that cannot be measured is a row.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> found = realfake.predict(folder / "page.png")
    >>> found["verdict"].tolist(), bool(found["probability"].between(0, 1).all())
    (['review'], True)
    """
    from realfake.pipeline.extraction.inputs import files_of, gather, received_of
    from realfake.pipeline.models.predict import Judging, predict_on_cluster, predict_table, predict_to

    _check_reader(reader)
    on_cluster = _on_cluster(workers)
    if output is not None and not on_cluster:
        needs_ending(output, LINES_ENDINGS if json else TABLE_ENDINGS)
    items = gather(paths, manifest)
    inputs = [manifest, folder_of(model), *paths_among([habits]), *files_of(items)]
    keep_inputs([output, output and f"{output}.part"], [archive, *inputs])
    keep_inputs([archive if add else None], inputs)
    if add and archive is None:
        raise UnknownName("images are added to an archive; name it")
    if habits is not None:
        model, reader = _knowing(model, habits), reader or "auto"
    judging = Judging(model, prevalence, reader, received_of(items))
    if on_cluster:
        if output is None or json or archive is not None:
            raise UnknownName("a cluster writes Parquet files to a folder, which it needs, and asks no archive")
        judging = replace(judging, model=model_of(judging.model))
        return predict_on_cluster(items, judging, str(output), workers=workers, progress=progress)
    with open_archive(archive, create=add) as known:
        if known is not None:
            judging = replace(judging, archive=known.place, adding=add)
        if output is None:
            return predict_table(items, judging, archive=known, workers=workers, progress=progress)
        return predict_to(items, judging, output, as_json=json, archive=known, workers=workers, progress=progress)


@any_names
def calibrate(
    paths: Paths = (),
    output: PathLike | None = None,
    *,
    manifest: PathLike | None = None,
    model: Model | PathLike = "starter",
    alarms: Alarms = Alarms(),
    mostly_genuine: bool = False,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Calibrated:
    """Set a trained model's thresholds, and what it remembers of screens, by genuine images of one's own.

    Parameters
    ----------
    paths, manifest : as in `extract`; images that the manifest labels as fakes are left out
    output : folder to write the model to
    model : a model, its folder, or "starter"
    alarms : how many genuine images may raise an alarm or be looked at; `calibration` is not used
    mostly_genuine : images without a label are genuine, but for a few
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Returns
    -------
    Calibrated
        `model`, `promise` (one sentence), `scores` (one row an image), `summary`, and the method `write`.

    Raises
    ------
    TooFewGenuine
        If so few genuine images, copies of one capture counted once, cannot promise the rate of alarms.
    BadManifest
        If no image is known to be genuine.
    BadModel
        If the model cannot be loaded.

    Notes
    -----
    A new image's score exceeds the k-th highest of n exchangeable ones with probability k / (n + 1) at most, whatever
    the model is worth (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005): its conformal
    p-value is then at most `alarms.max_fpr`.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for i in range(4):
    ...     Image.fromarray(page()[: 191 - 16 * i, :: (-1) ** i]).save(folder / f"page{i}.png")
    >>> half = realfake.Alarms(max_fpr=0.5, review_fpr=0.5)
    >>> own = realfake.calibrate(folder, alarms=half, mostly_genuine=True)
    >>> own.model.decision.genuine <= 4, own.promise.startswith("From ")
    (True, True)
    >>> try:
    ...     realfake.calibrate(folder, mostly_genuine=True)
    ... except realfake.RealfakeError as error:
    ...     print(str(error).partition("; ")[2])
    gather 95 more, or raise --max-fpr
    """
    from realfake.pipeline.extraction.inputs import files_of, gather
    from realfake.pipeline.models.calibrate import calibrate_model
    from realfake.pipeline.models.folder import CARD

    folder, items = folder_of(model), gather(paths, manifest)
    keep_inputs([output], [manifest, folder, *files_of(items)])
    judge = model_of(model)
    before = (folder / CARD).read_text(encoding="utf-8") if folder and (folder / CARD).is_file() else ""
    calibrated = calibrate_model(
        judge, items, alarms, mostly_genuine, before=before, workers=workers, progress=progress
    )
    if output is not None:
        calibrated.write(output)
    return calibrated


@dataclass(frozen=True)
class Evaluation:
    """How a model does on labelled images.

    Attributes
    ----------
    metrics : one row for all images, one for each slice and one for each channel they were saved anew through
    false_alarms : whether its alarms stay within what the threshold promised, in one sentence
    summary : how measuring went: `images`, `failed`, `kept` and `first_error`
    """

    metrics: pd.DataFrame
    false_alarms: str
    summary: Summary


@any_names
def evaluate(
    manifest: PathLike,
    model: Model | PathLike = "starter",
    output: PathLike | None = None,
    *,
    predictions: PathLike | None = None,
    by: Sequence[str] = (),
    launder: str | None = None,
    workers: Workers = Workers(),
    progress: Progress = silent,
) -> Evaluation:
    """Tell how a trained model does on labelled images, whole and by slice.

    Parameters
    ----------
    manifest : CSV with path and label, best with group
    model : a model, its folder, or "starter"
    output : metric table to write
    predictions : what `predict` wrote of these images with this model, whose scores are taken; nothing is measured then
    by : columns of the manifest to slice by
    launder : grid such as `95,80,60x1,0.5`; also on the images saved anew at each quality and scale
    workers : who measures, and what one file may cost
    progress : called with the images done and the images in all

    Returns
    -------
    Evaluation
        `metrics`, a row for all images and one a slice; `false_alarms`, a sentence; `summary` of the measuring.

    Raises
    ------
    BadManifest
        If the manifest cannot be read, or lacks labels or a column to slice by.
    BadModel
        If the model cannot be loaded.
    BadTable
        If the predictions cannot be read, are of another model, or hold none of the images.

    Examples
    --------
    Two halves of one page, of which the second has been called a fake:

    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()[:96]).save(folder / "top.png")
    >>> Image.fromarray(page()[96:]).save(folder / "end.png")
    >>> labels = folder / "labels.csv"
    >>> lines = labels.write_text("path,label,group\\ntop.png,0,one\\nend.png,1,two\\n")
    >>> found = realfake.evaluate(labels)
    >>> found.summary.images, found.metrics["fakes"].tolist()
    (2, [1])
    """
    import pandas as pd

    from realfake.data.resave import resave_grid
    from realfake.pipeline.extraction.inputs import files_of, gather
    from realfake.pipeline.models.evaluate import (
        evaluate_laundered,
        evaluate_predictions,
        evaluate_table,
        false_alarms_against_expected,
        read_predictions,
        summary_of,
        with_labels,
    )
    from realfake.pipeline.models.judged import measure_for
    from realfake.pipeline.tables.table import write_table

    if output is not None:
        needs_ending(output, TABLE_ENDINGS)
    judge, items, cells = model_of(model), gather((), manifest), resave_grid(launder) if launder else []
    keep_inputs([output], [manifest, *([predictions] if predictions else []), folder_of(model), *files_of(items)])
    items = with_labels(items)
    if predictions is None:
        rows, summary = measure_for(judge, items, ("label", *by), workers=workers, progress=progress)
        figures = evaluate_table(judge, rows, by)
    else:
        scored = read_predictions(predictions)
        figures = evaluate_predictions(judge, scored, items, by)
        summary = summary_of(scored[scored["path"].isin([item.path for item in items])])
    if cells:
        anew = evaluate_laundered(judge, items, cells, workers, progress)
        figures = pd.concat([figures, anew], ignore_index=True)
    if output is not None:
        write_table(figures, output)
    return Evaluation(figures, false_alarms_against_expected(judge, figures), summary)


@any_names
def explain(
    image: PathLike,
    output: PathLike | None = None,
    *,
    model: Model | PathLike = "starter",
    habits: Table | None = None,
    archive: PathLike | None = None,
) -> str:
    """Say on one HTML page where an image looks edited, why, and what cannot be told.

    Parameters
    ----------
    image : path
    output : HTML file to write
    model : a model with a scorer of words, its folder, or "starter"
    habits : as in `predict`
    archive : file or URL of an archive; the page then shows the earlier image beside a copy of it

    Returns
    -------
    str
        The page.

    Raises
    ------
    BadImage
        If the image cannot be measured.
    BadModel
        If the model cannot be loaded or has no scorer of words.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import realfake
    >>> from PIL import Image
    >>> from skimage.data import page
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> Image.fromarray(page()).save(folder / "page.png")
    >>> shown = realfake.explain(folder / "page.png", folder / "case.html")
    >>> shown.startswith("<!doctype html>"), (folder / "case.html").exists()
    (True, True)
    """
    from realfake.pipeline.reports.case import case_page

    if output is not None:
        keep_inputs([output], [image, archive, folder_of(model), *paths_among([habits])])
        needs_ending(output, PAGE_ENDINGS)
    with open_archive(archive) as known:
        page = case_page(str(image), model_of(model) if habits is None else _knowing(model, habits), known)
    if output is not None:
        write_whole(Path(output), page.encode("utf-8", "backslashreplace"))
    return page


def _on_cluster(workers: Workers) -> bool:
    """Whether Dask measures; said before any file is looked for."""
    if workers.cluster is None and workers.scheduler is None:
        return False
    from realfake.pipeline.extraction.cluster import local_workers

    local_workers(workers.cluster)
    return True


def _check_reader(reader: str | None) -> None:
    """Say before the work that a reader is not there.

    Raises
    ------
    MissingExtra
        If one is named that is not installed.

    Warns
    -----
    RealfakeWarning
        If none is installed.
    """
    if reader is None:
        return
    from realfake.forensics.content.reading import MISSING, choose_reader

    if choose_reader(reader) is None:
        warnings.warn(MISSING, RealfakeWarning, stacklevel=3)


def _past(items: Sequence[Item], archive: PathLike, received: str | None) -> Past:
    """What fills the columns of what was received before these images."""
    from realfake.pipeline.archive.columns import Past
    from realfake.pipeline.archive.screens import moment_of, needs_columns

    with open_archive(archive):  # said before the work where it cannot be used
        needs_columns(list(items), received)
        return Past(os.fspath(archive), {item.path: moment_of(item, received) for item in items} if received else {})


def _knowing(model: Model | PathLike, habits: Table) -> Model:
    """A model that holds screens against the habits that a table teaches; all of it is genuine if it has no labels."""
    from realfake.pipeline.habits.habits import learn_from

    table = table_of(habits)
    return replace(model_of(model), habits=learn_from(table if "label" in table else table.assign(label=0)))
