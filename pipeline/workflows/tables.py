"""What is done with feature tables: audit, compare, train, report, and tell the habits that one teaches.

Each function composes what the rooms below offer and nothing else; heavy libraries are loaded when one is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from realfake.data.manifest import any_names
from realfake.forensics.errors import UnknownName, needs_one_of
from realfake.forensics.files import (
    PAGE_ENDINGS,
    TABLE_ENDINGS,
    keep_inputs,
    needs_ending,
    write_whole,
)
from realfake.forensics.progress import Progress, silent
from realfake.pipeline.settings import (
    HABITS,
    LEVELS,
    Alarms,
    CrossValidation,
    Deployment,
    Protocol,
    WordEvidence,
    Workers,
)
from realfake.pipeline.workflows.given import (
    PathLike,
    Paths,
    Table,
    folder_of,
    model_of,
    paths_among,
    scored_words_of,
    table_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from realfake.pipeline.auditing.audit import Finding
    from realfake.pipeline.comparison.compare import Comparison
    from realfake.pipeline.comparison.protocols import Ladder, Transfer
    from realfake.pipeline.habits.habits import Habits
    from realfake.pipeline.learning.forged import Forge
    from realfake.pipeline.models.model import Model
    from realfake.pipeline.models.train import Trained
    from realfake.pipeline.words.scored import ScoredWords


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
    strategies : names, or one; all but those that forge where empty, always with the controls
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
        keep_inputs([output, Path(output).with_suffix(RUN)], paths_among([table, protocol.test, fields]))
    if mlflow and output is None:
        raise UnknownName("MLflow is given the record that an output leaves; name an output")
    if mlflow:
        import_mlflow()  # if it is missing, that is said before the work, not after it
    if cv.search > 1:
        import_optuna()
    rows, chosen = _with_habits(table_of(table), fields)[0], choose_strategies(strategies)
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
        test=table_of(protocol.test) if protocol.test is not None else None,
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
        keep_inputs([output], paths_among(read))
    chosen, forge = one_strategy(strategy), forger(cv.seed, cv.jobs)
    if fields is not None and chosen.forged:
        raise UnknownName(
            "images that are forged anew are not read anew; choose another strategy or leave --fields out"
        )
    images = regrouped(table_of(table), group_by)
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
    from realfake.pipeline.extraction.inputs import listed
    from realfake.pipeline.reports.report import report_page, written_beside

    needs_ending(output, PAGE_ENDINGS)
    named = listed(sources)
    read = [one for path in named for one in (path, Path(path).with_suffix(RUN))]
    keep_inputs([output, *written_beside(named, output)], read)
    page = report_page(named, output, strategies=strategies, cv=cv, ablate=ablate, progress=progress)
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
            keep_inputs([output], [folder_of(source)])
            return habits_in(without_habits(source, without, output)).table()
        return habits_in(model_of(source)).without(without).table()
    else:
        known = learn_from(table_of(source)).without(without)
    found = known.table()
    if output is not None:
        needs_ending(output, TABLE_ENDINGS)
        keep_inputs([output], paths_among([source]))
        write_table(found, output)
    return found


def _folder_of_model(source: PathLike) -> bool:
    return Path(source).is_dir() or str(source) == "starter"


def _summary_of(images: pd.DataFrame, base: Model | PathLike) -> ScoredWords | None:
    """What summed up the words of a table of images; None where the table says nothing of words."""
    from realfake.pipeline.words.scored import sums_up_words

    if not sums_up_words(images):
        return None
    summary = scored_words_of(base)
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
    summary = scored_words_of(words.base)
    return with_scores_of(images, regions, summary.scorer), summary


def _with_habits(images: pd.DataFrame, fields: Table | None) -> tuple[pd.DataFrame, Habits | None]:
    """The table with the columns of habits, and the habits: the table as it is without fields."""
    from realfake.pipeline.habits.habits import with_habits
    from realfake.pipeline.tables.table import needs_images

    if fields is None:
        return images, None
    needs_images(images)
    return with_habits(images, table_of(fields))


def forger(seed: int, jobs: int) -> Forge:
    """What makes a set of forgeries in a folder from a manifest of genuine images."""

    def forge(manifest: Path, folder: Path) -> Path:
        from realfake.data.forge import forge_folder

        return forge_folder(manifest, folder, seed=seed, jobs=jobs).manifest

    return forge
