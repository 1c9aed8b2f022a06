"""The public workflows: what a command does, a notebook does by one call with the same words.

Each composes what the rooms below offer and nothing else; heavy libraries are loaded when a workflow is called.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, overload

from realfake.data.manifest import any_names
from realfake.forensics.errors import BadTable, RealfakeWarning, UnknownName, needs_one_of
from realfake.forensics.files import (
    LINES_ENDINGS,
    PAGE_ENDINGS,
    TABLE_ENDINGS,
    keep_inputs,
    needs_ending,
    write_whole,
)
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.settings import (
    CONTENT,
    HABITS,
    LEVELS,
    REGIONS,
    Alarms,
    CrossValidation,
    Deployment,
    Protocol,
    WordEvidence,
    Workers,
)

if TYPE_CHECKING:
    import pandas as pd

    from realfake.pipeline.archive.columns import Past
    from realfake.pipeline.archive.store import Store
    from realfake.pipeline.auditing.audit import Finding
    from realfake.pipeline.comparison.compare import Comparison
    from realfake.pipeline.comparison.protocols import Ladder, Transfer
    from realfake.pipeline.extraction.inputs import Item
    from realfake.pipeline.extraction.summary import Summary
    from realfake.pipeline.habits.habits import Habits
    from realfake.pipeline.learning.forged import Forge
    from realfake.pipeline.models.calibrate import Calibrated
    from realfake.pipeline.models.model import Model
    from realfake.pipeline.models.train import Trained
    from realfake.pipeline.words.scored import ScoredWords

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike]
Table = Union[PathLike, "pd.DataFrame"]


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
    items = gather(_listed(paths), manifest)
    keep_inputs([output, output and f"{output}.part"], [manifest, *files_of(items)])
    wanted = replace(
        wanted,
        summary=_scored_words(words) if summed_up else None,
        past=_past(items, archive, received) if archive is not None else None,
    )
    if on_cluster:
        if output is None:
            raise UnknownName("a cluster writes its table to a folder; name it as the output")
        return extract_on_cluster(items, str(output), wanted, workers=workers, progress=progress)
    if output is None:
        return extract_to_table(items, wanted, workers=workers, progress=progress)
    if str(output) == "-":
        return extract_to_stream(items, sys.stdout.buffer, wanted, workers=workers, progress=progress)
    return extract_to(items, output, wanted, workers=workers, progress=progress)


@any_names
def audit(
    data: Table, fpr: float = 0.01, *, workers: Workers = Workers(), progress: Progress = silent
) -> list[Finding]:
    """Warn of what makes a result on labelled images meaningless.

    Parameters
    ----------
    data : feature table, or path of one or of a manifest, whose images are then opened to read their headers
    fpr : false-positive rate at which a model is to work, 0..1
    workers : who opens the images of a manifest, and what one may cost
    progress : called with the images done and the images in all

    Returns
    -------
    list of Finding
        Warnings first; each has `severity` ("warning" or "note"), `topic` and `sentence`.

    Raises
    ------
    BadTable, BadManifest
        If it cannot be read or has no labels.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import realfake
    >>> y = np.repeat([0, 1], [40, 10])
    >>> drawn = np.random.default_rng(0).normal(size=(50, 2)) + 2 * y[:, None]
    >>> table = pd.DataFrame(drawn, columns=["ela__q75__mean", "ela__q90__mean"]).assign(label=y, group=range(50))
    >>> next(finding.topic for finding in realfake.audit(table) if "rule of three" in finding.sentence)
    'size'
    """
    import pandas as pd

    from realfake.pipeline.auditing.audit import audit_file, audit_table

    if isinstance(data, pd.DataFrame):
        return audit_table(data, fpr)
    return audit_file(data, fpr, workers=workers, progress=progress)


@any_names
def compare(
    table: Table,
    strategies: Sequence[str] = (),
    output: PathLike | None = None,
    *,
    cv: CrossValidation = CrossValidation(),
    protocol: Protocol = Protocol(),
    deployment: Deployment = Deployment(),
    words: Model | PathLike = "starter",
    level: str = "image",
    fields: Table | None = None,
    mlflow: bool = False,
    progress: Progress = silent,
) -> Comparison | Ladder | Transfer:
    """Cross-validate strategies against class imbalance on a feature table.

    Parameters
    ----------
    table : feature table or its path; of words where `level` is "region"
    strategies : names; all but those that forge where empty, always with the controls
    output : metric table to write; the record of the run goes to `<name>.run` beside it
    cv : folds, repeats, seed, processes and the budget of the search
    protocol : another test than plain folds
    deployment : prevalence and costs at which figures are stated too
    words : model whose scorer filled the family `regions`, which fills it again where images are sent or forged
    level : what a row of the table is, "image" or "region"
    fields : table of what was read on the same images; each image is then held against the habits of its app, learnt
        from genuine images of other groups
    mlflow : log the record to MLflow too; needs an output
    progress : called with the trials done and the trials in all

    Returns
    -------
    Comparison, Ladder or Transfer
        By the protocol; each has the data frame `metrics`, one row a strategy (and a rung or a test), with every figure
        as `NAME`, `NAME_low` and `NAME_high`, and the method `write`.

    Raises
    ------
    UnknownName
        If a strategy, a level or a column to leave out does not exist, or two protocols are asked for at once.
    BadTable
        If the table cannot be read, has no labels or no feature that varies.
    TooFewFakes
        If there are too few groups of a class for so many folds.
    CannotFit
        If no strategy can be fitted.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import realfake
    >>> y = np.repeat([0, 1], [40, 10])
    >>> drawn = np.random.default_rng(0).normal(size=(50, 2)) + 2 * y[:, None]
    >>> table = pd.DataFrame(drawn, columns=["ela__q75__mean", "ela__q90__mean"]).assign(label=y, group=range(50))
    >>> result = realfake.compare(table, ["logistic"], cv=realfake.CrossValidation(folds=2, repeats=1))
    >>> area = result.metrics.set_index("strategy")["roc_auc"]
    >>> bool(area["logistic"] > 0.9), float(area["prior"])
    (True, 0.5)
    """
    from realfake.data.resave import Resave, resave_grid
    from realfake.pipeline.comparison.protocols import compare_under
    from realfake.pipeline.comparison.record import RUN, import_mlflow, log_to_mlflow
    from realfake.pipeline.learning.search import import_optuna
    from realfake.pipeline.learning.strategies import choose_strategies
    from realfake.pipeline.tables.labelled_words import labelled_words
    from realfake.pipeline.tables.table import labelled

    needs_one_of("level", level, LEVELS)
    if protocol.test is not None and level == "region":
        raise UnknownName("--test compares tables of images; leave --level region out")
    if fields is not None and (protocol.test is not None or level == "region"):
        raise UnknownName("habits are learnt for folds of a table of images; leave --fields out")
    if output is not None:
        needs_ending(output, TABLE_ENDINGS)
        keep_inputs([output, Path(output).with_suffix(RUN)], _files([table, protocol.test, fields]))
    if mlflow and output is None:
        raise UnknownName("MLflow is given the record that an output leaves; name an output")
    if mlflow:
        import_mlflow()  # if it is missing, that is said before the work, not after it
    if cv.search > 1:
        import_optuna()
    rows, chosen = _with_habits(_table(table), fields)[0], choose_strategies(strategies)
    opens_images = protocol.neutral or protocol.launder or any(strategy.forged for strategy in chosen)
    if fields is not None and opens_images:
        raise UnknownName("images that are saved or forged anew are not read anew; leave --fields out")
    data = labelled_words(rows) if level == "region" else labelled(rows)
    result = compare_under(
        data,
        chosen,
        cv,
        protocol,
        deployment,
        test=_table(protocol.test) if protocol.test is not None else None,
        neutral=Resave() if protocol.neutral else None,
        launder=resave_grid(protocol.launder) if protocol.launder else (),
        forge=forger(cv.seed, cv.jobs),
        summary=_summary_of(rows, words) if opens_images else None,
        progress=progress,
    )
    if output is not None:
        result.write(output)
        if mlflow:
            log_to_mlflow(Path(output).with_suffix(RUN))
    return result


@any_names
def train(
    table: Table,
    strategy: str = "balanced-bagging",
    output: PathLike | None = None,
    *,
    alarms: Alarms = Alarms(),
    deployment: Deployment = Deployment(),
    words: WordEvidence = WordEvidence(),
    fields: Table | None = None,
    families: Sequence[str] | None = None,
    group_by: str = "group",
    cv: CrossValidation = CrossValidation(),
    about: str = "",
    doubted: Callable[[pd.DataFrame], None] | None = None,
) -> Trained:
    """Train a strategy on a feature table, calibrate it and choose its thresholds on out-of-fold scores.

    Parameters
    ----------
    table : feature table or its path
    strategy : name, one of `STRATEGIES`, or `forge` or `forge+NAME`
    output : folder to write the model to
    alarms : what its alarms may cost those who look at them
    deployment : prevalence and costs where it will work
    words : from where the model learns what words say
    fields : table of what was read on the same images, for a model that knows the habits of their apps
    families : learn from these alone, or from parts of them, such as `regions__second`
    group_by : column whose rows stay on one side of every split
    cv : folds, seed and search
    about : what the model card says of the data
    doubted : called, before the model is fitted, with the labels that images of other groups contradict

    Returns
    -------
    Trained
        `model`, `metrics` and `scores` of rows it had not seen, and the method `write`.

    Raises
    ------
    UnknownName
        If a strategy, a family, a calibration or a column to group by does not exist.
    BadTable
        If the table cannot be read, has no labels or no feature that varies.
    TooFewFakes
        If there are too few groups of a class to learn from some and test on others.

    Warns
    -----
    ThresholdWarning
        If so few genuine images cannot promise the rate of false alarms that is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import realfake
    >>> y = np.repeat([0, 1], [40, 10])
    >>> drawn = np.random.default_rng(0).normal(size=(50, 2)) + 2 * y[:, None]
    >>> table = pd.DataFrame(drawn, columns=["ela__q75__mean", "ela__q90__mean"]).assign(label=y, group=range(50))
    >>> trained = realfake.train(table, "logistic", alarms=realfake.Alarms(max_fpr=0.05))
    >>> trained.model.columns, bool(trained.metrics["roc_auc"].iloc[0] > 0.9)
    (('ela__q75__mean', 'ela__q90__mean'), True)
    """
    from realfake.pipeline.learning.forged import forged_rows
    from realfake.pipeline.learning.search import import_optuna
    from realfake.pipeline.learning.strategies import one_strategy
    from realfake.pipeline.learning.thresholds import check_rates
    from realfake.pipeline.models.cost import cost_of
    from realfake.pipeline.models.folder import model_folder
    from realfake.pipeline.models.train import train_model
    from realfake.pipeline.tables.table import labelled
    from realfake.pipeline.words.two_levels import only_families, regrouped

    if cv.search > 1:
        import_optuna()
    if deployment.costs is None:
        check_rates(alarms.max_fpr, alarms.review_fpr)
    if output is not None:
        read = [table, fields, words.regions, words.base and model_folder(words.base)]
        keep_inputs([output], _files(read))
    chosen, forge = one_strategy(strategy), forger(cv.seed, cv.jobs)
    if fields is not None and chosen.forged:
        raise UnknownName(
            "images that are forged anew are not read anew; choose another strategy or leave --fields out"
        )
    images = regrouped(_table(table), group_by)
    if fields is not None and families is not None:
        families = [*(name for name in families if name != HABITS), HABITS]
    if words.regions is None:
        images = only_families(images, families and [name for name in families if name != HABITS])
    images, summary = _with_words(images, words, cv.seed, forge)
    images, known = _with_habits(images, fields)
    data = labelled(only_families(images, families))
    trained = train_model(
        data,
        chosen,
        alarms,
        deployment,
        cv,
        scorer=summary.scorer if summary else None,
        habits=known,
        forged=forged_rows(data, forge, summary=summary) if chosen.forged else None,
        about=about,
        doubted=doubted,
    )
    if output is not None:
        trained.write(output, cost_of(trained.model, data.frame))
    return trained


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
    (['no sign of editing'], True)
    """
    from realfake.pipeline.extraction.inputs import files_of, gather, received_of
    from realfake.pipeline.models.predict import Judging, predict_on_cluster, predict_table, predict_to

    _check_reader(reader)
    on_cluster = _on_cluster(workers)
    if output is not None and not on_cluster:
        needs_ending(output, LINES_ENDINGS if json else TABLE_ENDINGS)
    items = gather(_listed(paths), manifest)
    inputs = [manifest, _folder(model), *_files([habits]), *files_of(items)]
    keep_inputs([output, output and f"{output}.part", archive if add else None], inputs)
    if add and archive is None:
        raise UnknownName("images are added to an archive; name it")
    if habits is not None:
        model, reader = _knowing(model, habits), reader or "auto"
    judging = Judging(model, prevalence, reader, received_of(items))
    if on_cluster:
        if output is None or json or archive is not None:
            raise UnknownName("a cluster writes Parquet files to a folder, which it needs, and asks no archive")
        judging = replace(judging, model=_model(judging.model))
        return predict_on_cluster(items, judging, str(output), workers=workers, progress=progress)
    with _archive(archive, create=add) as known:
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

    folder, items = _folder(model), gather(_listed(paths), manifest)
    keep_inputs([output], [manifest, folder, *files_of(items)])
    judge = _model(model)
    before = (folder / CARD).read_text(encoding="utf-8") if folder and (folder / CARD).is_file() else ""
    options: dict[str, Any] = {"before": before, "workers": workers, "progress": progress}
    calibrated = calibrate_model(judge, items, alarms, mostly_genuine, **options)
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
    judge, items, cells = _model(model), gather((), manifest), resave_grid(launder) if launder else []
    keep_inputs([output], [manifest, *([predictions] if predictions else []), _folder(model), *files_of(items)])
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
def report(
    sources: Paths,
    output: PathLike,
    *,
    strategies: Sequence[str] = (),
    cv: CrossValidation = CrossValidation(),
    ablate: bool = True,
    progress: Progress = silent,
) -> str:
    """Write one HTML page on a comparison: data, results, pros and cons of each method, what can be done.

    Parameters
    ----------
    sources : a feature table, which is compared now, or records that `compare` or `train` left
    output : HTML file to write; the record of a comparison made now goes beside it
    strategies, cv : of the comparison of a feature table
    ablate : try each family alone and without it
    progress : called with the trials done and the trials in all

    Returns
    -------
    str
        The page.

    Raises
    ------
    BadTable
        If a source is neither a feature table nor a record.
    RealfakeError
        As `compare` raises it, or if the output cannot be written.

    Examples
    --------
    >>> import pathlib
    >>> import tempfile
    >>> import numpy as np
    >>> import pandas as pd
    >>> import realfake
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> y = np.repeat([0, 1], [40, 10])
    >>> drawn = np.random.default_rng(0).normal(size=(50, 2)) + 2 * y[:, None]
    >>> table = pd.DataFrame(drawn, columns=["ela__q75__mean", "ela__q90__mean"]).assign(label=y, group=range(50))
    >>> table.to_csv(folder / "features.csv", index=False)
    >>> cv = realfake.CrossValidation(folds=2, repeats=1)
    >>> asked = {"strategies": ["logistic"], "cv": cv, "ablate": False}
    >>> page = realfake.report(folder / "features.csv", folder / "report.html", **asked)
    >>> page == (folder / "report.html").read_text(encoding="utf-8"), "logistic" in page
    (True, True)
    """
    from realfake.pipeline.comparison.record import RUN
    from realfake.pipeline.reports.report import report_page, written_beside

    needs_ending(output, PAGE_ENDINGS)
    read = [one for path in _listed(sources) for one in (path, Path(path).with_suffix(RUN))]
    keep_inputs([output, *written_beside(_listed(sources), output)], read)
    page = report_page(_listed(sources), output, strategies=strategies, cv=cv, ablate=ablate, progress=progress)
    write_whole(Path(output), page.encode("utf-8", "backslashreplace"))
    return page


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
        keep_inputs([output], [image, _folder(model), *_files([habits])])
        needs_ending(output, PAGE_ENDINGS)
    with _archive(archive) as known:
        page = case_page(str(image), _model(model) if habits is None else _knowing(model, habits), known)
    if output is not None:
        write_whole(Path(output), page.encode("utf-8", "backslashreplace"))
    return page


@any_names
def list_habits(
    source: Table | Model | PathLike, output: PathLike | None = None, *, without: Sequence[str] = ()
) -> pd.DataFrame:
    """Tell what genuine receipts of each app always do, as a table teaches it or as a model knows it.

    Parameters
    ----------
    source : table of what was read on labelled images, or a model, or the path of either
    output : where `source` is a model's folder, folder for the model without the habits that are switched off; else a
        table to write
    without : ids of habits to switch off

    Returns
    -------
    DataFrame
        One row a habit: `id`, `kind`, `rule` in words, `support` and `exceptions` (genuine captures that agreed and
        that did not) and, of what was mined, the `p_value` that chance does as well, corrected for the number tried.

    Raises
    ------
    BadTable, BadModel
        If it cannot be read, or no app has enough genuine receipts.
    UnknownName
        If there is no habit of such an id.

    Examples
    --------
    >>> import pandas as pd
    >>> import realfake
    >>> row = {"called": "reference", "kind": "identifier", "pattern": "AA999999", "relations": "", "confidence": 0.99}
    >>> place = {"field": 0, "x": 60, "y": 300, "region_width": 200, "region_height": 40, "width": 1080}
    >>> rows = [{"path": f"{i}.png", "label": 0, "app": "bank"} | row | place for i in range(6)]
    >>> known = realfake.list_habits(pd.DataFrame(rows))
    >>> known.loc[known["kind"] == "length", ["id", "rule", "support"]].values.tolist()
    [['bank/reference/length', 'reference has 8 letters and digits', 6]]
    """
    import pandas as pd

    from realfake.pipeline.habits.habits import learn_from
    from realfake.pipeline.models.model import Model, habits_in, without_habits
    from realfake.pipeline.tables.table import write_table

    if isinstance(source, pd.DataFrame):
        known = learn_from(source).without(without)
    elif isinstance(source, Model) or _folder_of_model(source):
        if output is not None and not isinstance(source, Model):
            keep_inputs([output], [_folder(source)])
            return habits_in(without_habits(source, without, output)).table()
        return habits_in(_model(source)).without(without).table()
    else:
        known = learn_from(_table(source)).without(without)
    found = known.table()
    if output is not None:
        needs_ending(output, TABLE_ENDINGS)
        keep_inputs([output], _files([source]))
        write_table(found, output)
    return found


def _on_cluster(workers: Workers) -> bool:
    """Whether Dask measures; said before any file is looked for."""
    if workers.cluster is None and workers.scheduler is None:
        return False
    from realfake.pipeline.extraction.cluster import local_workers

    local_workers(workers.cluster)
    return True


def _folder_of_model(source: PathLike) -> bool:
    return Path(source).is_dir() or str(source) == "starter"


def _listed(paths: Paths) -> list[str]:
    return [os.fspath(paths)] if isinstance(paths, (str, os.PathLike)) else [os.fspath(path) for path in paths]


def _files(given: Sequence[object]) -> list[PathLike | None]:
    """What of these is a path, and not a table or model in memory."""
    return [one for one in given if isinstance(one, (str, os.PathLike))]


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


@contextmanager
def _archive(place: PathLike | None, create: bool = False) -> Iterator[Store | None]:
    """An open archive; None where none is named."""
    if place is None:
        yield None
        return
    from realfake.pipeline.archive.store import Store

    with closing(Store(place, create)) as store:
        yield store


def _past(items: Sequence[Item], archive: PathLike, received: str | None) -> Past:
    """What fills the columns of what was received before these images."""
    from realfake.pipeline.archive.columns import Past
    from realfake.pipeline.archive.screens import moment_of, needs_columns

    with _archive(archive):  # said before the work where it cannot be used
        needs_columns(list(items), received)
        return Past(os.fspath(archive), {item.path: moment_of(item, received) for item in items} if received else {})


def _folder(model: Model | PathLike) -> Path | None:
    from realfake.pipeline.models.folder import model_folder

    return model_folder(model) if isinstance(model, (str, os.PathLike)) else None


def _table(table: Table) -> pd.DataFrame:
    import pandas as pd

    from realfake.pipeline.tables.table import read_table

    return table if isinstance(table, pd.DataFrame) else read_table(table)


def _model(model: Model | PathLike) -> Model:
    from realfake.pipeline.models.model import Model, load_model

    return model if isinstance(model, Model) else load_model(model)


def _knowing(model: Model | PathLike, habits: Table) -> Model:
    """A model that holds screens against the habits that a table teaches; all of it is genuine if it has no labels."""
    from realfake.pipeline.habits.habits import learn_from

    table = _table(habits)
    return replace(_model(model), habits=learn_from(table if "label" in table else table.assign(label=0)))


def _scored_words(base: Model | PathLike) -> ScoredWords:
    """What sums up words as a model scores them."""
    from realfake.pipeline.words.scored import ScoredWords

    model = _model(base)
    if model.scorer is None:
        raise BadTable(f"the model {base} has no scorer of words; name another, such as starter")
    return ScoredWords(model.scorer, model.fingerprint)


def _summary_of(images: pd.DataFrame, base: Model | PathLike) -> ScoredWords | None:
    """What summed up the words of a table of images; None where the table says nothing of words."""
    from realfake.pipeline.words.scored import sums_up_words

    if not sums_up_words(images):
        return None
    summary = _scored_words(base)
    summary.check(images)
    return summary


def _with_words(
    images: pd.DataFrame, words: WordEvidence, seed: int, forge: Forge
) -> tuple[pd.DataFrame, ScoredWords | None]:
    """The table that a model learns from, and what will sum up the words of new images in the same columns."""
    import pandas as pd

    from realfake.pipeline.learning.strategies import one_strategy
    from realfake.pipeline.tables.labelled_words import read_words
    from realfake.pipeline.tables.table import in_single_precision, needs_images, needs_words
    from realfake.pipeline.words.scored import ScoredWords
    from realfake.pipeline.words.two_levels import with_region_scores, with_scores_of

    if words.regions is None:
        return images, _summary_of(images, words.base or "starter")
    needs_images(images)
    given = words.regions
    regions = in_single_precision(given) if isinstance(given, pd.DataFrame) else read_words(given)
    needs_words(regions)
    if words.base is None:
        joined, scorer = with_region_scores(
            images, regions, one_strategy(words.strategy), seed, forge=forge, second=words.second_look
        )
        return joined, ScoredWords(scorer, "")
    summary = _scored_words(words.base)
    return with_scores_of(images, regions, summary.scorer), summary


def _with_habits(images: pd.DataFrame, fields: Table | None) -> tuple[pd.DataFrame, Habits | None]:
    """The table with the columns of habits, and the habits: the table as it is without fields."""
    from realfake.pipeline.habits.habits import with_habits
    from realfake.pipeline.tables.table import needs_images

    if fields is None:
        return images, None
    needs_images(images)
    return with_habits(images, _table(fields))


def forger(seed: int, jobs: int) -> Forge:
    """What makes a set of forgeries in a folder from a manifest of genuine images."""

    def forge(manifest: Path, folder: Path) -> Path:
        from realfake.data.forge import forge_folder

        return forge_folder(manifest, folder, seed=seed, jobs=jobs).manifest

    return forge
