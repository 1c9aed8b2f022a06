"""The `realfake` command: parse, call one function, print."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from functools import wraps
from inspect import signature
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from realfake.forensics.errors import RealfakeError, RealfakeWarning, UnknownName, counted
from realfake.forensics.libraries import explained
from realfake.forensics.limited import Limits
from realfake.pipeline.settings import (
    CALIBRATIONS,
    LEVELS,
    TABLE_LEVELS,
    Alarms,
    Costs,
    CrossValidation,
    Deployment,
    Protocol,
    WordEvidence,
    Workers,
)

if TYPE_CHECKING:
    import pandas as pd

    from realfake.forensics.progress import Progress
    from realfake.pipeline.extraction.summary import Summary

FAILED_INPUTS, USAGE, INTERRUPTED = 1, 2, 130
RESUMABLE = ("add", "extract", "forge", "predict", "screens", "synth")
MOST_A_CORE = 4  # processes
TELL_EVERY = 60  # seconds between lines of progress where there is no terminal for a bar
FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
MANIFEST = click.Path(exists=True, dir_okay=False)
TABLE = click.Path(exists=True, dir_okay=False)
SEED = click.IntRange(0)
LEVEL = click.Choice(LEVELS)

Command = Callable[..., Any]


class Program(click.Group):
    """A group of commands that ends in one sentence and an exit code where the input is at fault."""

    def invoke(self, context: click.Context) -> Any:
        try:
            with explained():
                return super().invoke(context)
        except RealfakeError as error:
            say(f"Error: {error}")
            context.exit(USAGE if isinstance(error, UnknownName) else FAILED_INPUTS)
        except OSError as error:  # of standard output or temporary files: what else is written says so itself
            if error.errno != ENOSPC:
                raise
            say(f"Error: {error.strerror}; write to a disk that has room, temporary files (TMPDIR) included")
            context.exit(FAILED_INPUTS)
        except KeyboardInterrupt:
            again = " to go on where it stopped" if context.invoked_subcommand in RESUMABLE else ""
            say(f"Stopped; start the same command again{again}.")
            context.exit(INTERRUPTED)


class Number(click.FloatRange):
    """A number in a range, which neither nan nor inf is."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> float:
        number = float(super().convert(value, param, context))
        return number if isfinite(number) else self.fail(f"{value} is no number to reckon with", param, context)


class Jobs(click.IntRange):
    """A number of processes; above a few a core, which would only wait for each other, it counts as those."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        return min(int(super().convert(value, param, context)), MOST_A_CORE * (os.cpu_count() or 1))


class Names(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases of click only
    """Names given by repeated options or with commas, as one tuple."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> tuple[str, ...]:
        return tuple(name.strip() for name in str(value).split(",") if name.strip())


POSITIVE = Number(0, min_open=True)
SHARE = Number(0, 0.5, min_open=True)
PREVALENCE = Number(0, 1, min_open=True, max_open=True)
JOBS = Jobs(1)


def names(*flags: str, **more: Any) -> Callable[[Command], Command]:
    """An option that may be repeated or hold commas; the command gets one flat tuple."""

    def flat(context: click.Context, parameter: click.Parameter, given: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        return tuple(name for some in given for name in some)

    return click.option(*flags, type=Names(), multiple=True, callback=flat, **more)


def grouped(
    name: str, make: Callable[..., Any], *options: Callable[[Command], Command]
) -> Callable[[Command], Command]:
    """Options that a command gets as one argument `name`: what `make` says of them, by their own names."""

    def wrap(command: Command) -> Command:
        @wraps(command)
        def call(*arguments: Any, **given: Any) -> Any:
            mine = {key: given.pop(key) for key in signature(make).parameters}
            return command(*arguments, **{name: make(**mine)}, **given)

        decorated: Command = call
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return wrap


seed_option = click.option(
    "--seed", type=SEED, default=0, show_default=True, help="The same seed gives the same figures."
)
jobs_option = click.option("--jobs", "-j", type=JOBS, default=1, show_default=True, help="Processes.")
search_option = click.option(
    "--search", type=click.IntRange(1), default=1, show_default=True, help="Settings each strategy may try."
)
rate_options = (
    click.option(
        "--max-fpr", type=SHARE, default=0.01, show_default=True, help="Genuine images that may raise an alarm."
    ),
    click.option("--review-fpr", type=SHARE, help="Genuine images that may be looked at, alarms included."),
)
prevalence_option = click.option("--prevalence", type=PREVALENCE, help="Share of fakes where images come from.")
manifest_option = click.option("--manifest", "-m", type=MANIFEST, help="CSV; without PATHS it names the images.")
archive_option = click.option(
    "--archive", "-A", required=True, metavar="FILE|URL", help="The archive: a file, or postgresql://USER@HOST/NAME."
)
past_option = click.option(
    "--archive", "-A", metavar="FILE|URL", help="Also tell what was received before, see realfake archive."
)
received_option = click.option(
    "--received", metavar="COLUMN", help="Column that says when an image came, as 2026-04-23."
)
model_option = click.option("--model", "-M", default="starter", show_default=True, help="A trained model's folder.")
database_option = click.option(
    "--database",
    default="sqlite:///desk.sqlite",
    show_default=True,
    help="Where decisions are kept; postgresql://USER@HOST/NAME to share it.",
)
images_option = click.option("--images", default="desk-images", show_default=True, help="Folder or URL of the images.")
bind_option = click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address to listen at.")
fields_option = click.option(
    "--fields", type=TABLE, help="Table of what was read on the same images: habits of their apps are learnt too."
)
habits_option = click.option(
    "--habits", type=TABLE, help="What was read on genuine receipts: hold screens against the habits of their apps."
)
words_option = click.option(
    "--words", default="starter", show_default=True, help="Model whose scorer of words fills the family regions."
)
launder_option = click.option(
    "--launder", metavar="QxS", help="Also on the images saved anew, such as 95,80t,60x1,0.5: each pair."
)


def reading_of(read: bool, reader: str | None) -> str | None:
    """What reads the screens, from options; None for nothing."""
    return reader or ("auto" if read else None)


def workers_of(jobs: int, timeout: float, memory: int) -> Workers:
    """Who measures, from options."""
    return Workers(jobs, Limits(timeout, memory))


def workers_anywhere(jobs: int, timeout: float, memory: int, cluster: str | None, scheduler: str | None) -> Workers:
    """Who measures, here or on a cluster, from options."""
    return Workers(jobs, Limits(timeout, memory), cluster, scheduler)


def deployment_of(prevalence: float | None, cost_miss: float | None, cost_alarm: float | None) -> Deployment:
    """Where a model will work, from options."""
    return Deployment(prevalence, Costs.stated(cost_miss, cost_alarm))


def words_of(regions: Path | None, base: str | None, word_strategy: str, second_look: bool) -> WordEvidence:
    """What is learnt of words, from options."""
    return WordEvidence(regions, base, word_strategy, second_look)


def folded(folds: int, repeats: int, seed: int, jobs: int) -> CrossValidation:
    """Cross-validation without a search, from options."""
    return CrossValidation(folds, repeats, seed, jobs)


def once(seed: int, search: int) -> CrossValidation:
    """The folds behind one training, from options."""
    return CrossValidation(seed=seed, search=search)


reader_options = grouped(
    "reader",
    reading_of,
    click.option("--read", is_flag=True, help="Read what the screens say and hold it against itself."),
    click.option(
        "--reader", type=click.Choice(["auto", "rapidocr", "tesseract", "both"]), help="What reads; implies --read."
    ),
)
limits_options = (
    jobs_option,
    click.option("--timeout", type=POSITIVE, default=300.0, show_default=True, help="Seconds a file may take."),
    click.option("--memory", type=click.IntRange(64), default=4096, show_default=True, help="MiB a file may take."),
)
cluster_options = (
    click.option("--cluster", help="local:N for N Dask workers here; OUTPUT is then a folder of Parquet files."),
    click.option("--scheduler", help="Address of a running Dask scheduler; OUTPUT is then a folder or URL."),
)
fold_options = (
    click.option("--folds", type=click.IntRange(2), default=5, show_default=True, help="Folds; no group is in two."),
    click.option(
        "--repeats", type=click.IntRange(1), default=3, show_default=True, help="Times the folds are drawn anew."
    ),
    seed_option,
    jobs_option,
)
cost_options = (
    prevalence_option,
    click.option("--cost-miss", type=POSITIVE, help="Cost of a missed fake; with --cost-alarm, costs are stated too."),
    click.option("--cost-alarm", type=POSITIVE, help="Cost of a false alarm."),
)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="realfake")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no warnings on standard error.")
@click.option("--verbose", "-v", is_flag=True, help="Tell every file that fails, as it fails.")
@click.pass_context
def main(context: click.Context, quiet: bool, verbose: bool) -> None:
    """Tell genuine images from manipulated ones.

    Example:  realfake extract screenshots/ --manifest labels.csv -o features.csv
    """
    context.obj = {"quiet": quiet}
    logging.basicConfig(level=logging.ERROR if quiet else logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("realfake").setLevel(logging.INFO if verbose else logging.NOTSET)
    warnings.simplefilter("default", RealfakeWarning)  # a line, also where Python is told to stop at warnings
    warnings.showwarning = lambda message, *_: None if quiet else say(f"Warning: {message}")


@main.command()
@click.argument("paths", nargs=-1)
@click.option("--output", "-o", type=click.Path(), required=True, help="Table: .csv, .tsv, .parquet, or - for stdout.")
@manifest_option
@names("--families", "-f", help="Only these families of features; repeat it or use commas.")
@click.option("--cost", type=click.Choice(["fast", "full"]), default="full", show_default=True, help="Dearest tier.")
@words_option
@click.option("--level", type=click.Choice(TABLE_LEVELS), default="image", help="One row per image, word or value.")
@reader_options
@click.option(
    "--with-text", "with_text", flag_value="whole", help="Write what was read too, with --level field: personal data."
)
@click.option(
    "--masked-text", "with_text", flag_value="masked", help="The same with names and numbers masked but for their ends."
)
@past_option
@received_option
@grouped(
    "workers",
    workers_anywhere,
    *cluster_options,
    *limits_options,
)
@click.pass_context
def extract(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    output: str,
    manifest: str | None,
    families: tuple[str, ...],
    cost: str,
    workers: Workers,
    **settings: Any,
) -> None:
    """Measure images into a feature table, one row per image or per word.

    PATHS are files, folders, patterns, or - for a list on standard input. A file that cannot be read becomes a row with
    its error. Started again after a stop, it goes on where it stopped.

    Example:  realfake extract screenshots/ --manifest labels.csv -o features.csv --jobs 2
    """
    from realfake.pipeline import extract

    with progress("extract") as advance:
        summary = extract(
            paths, output, manifest=manifest, families=families or cost, workers=workers, progress=advance, **settings
        )
    kept = f", {summary.kept} of them from an earlier run" if summary.kept else ""
    tell(f"{output}: {counted(summary.images, 'image')}{kept}")
    report_failures(context, summary)


@main.command()
@names("--family", "-f", "families", help="Only these families; repeat it or use commas.")
@click.option("--csv", "layout", flag_value="csv", help="Print comma-separated values.")
@click.option("--markdown", "layout", flag_value="markdown", help="Print a Markdown table per family.")
def features(families: tuple[str, ...], layout: str | None) -> None:
    """List the features: name, unit, meaning, source and cost.

    Example:  realfake features --family ela
    """
    from realfake.forensics import feature_markdown, list_features

    if layout == "markdown":
        click.echo(feature_markdown(families or None))
    elif layout == "csv":
        click.echo(list_features(families or None).to_csv(index=False), nl=False)
    else:
        echo_table(list_features(families or None))


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--layout", default="auto", show_default=True, help="auto, folders, or a public set.")
@click.option("--output", "-o", type=FILE, help="Manifest to write; FOLDER/manifest.csv by default.")
def manifest(folder: Path, layout: str, output: Path | None) -> None:
    """Write the manifest of a public set, or of one's own genuine/ and fake/ folders.

    Layouts: folders, casia1, casia2, columbia, comofod, coverage, doctamper, stfd, imd2020. Groups come from the names.

    Example:  realfake manifest CASIA2/ -o casia2.csv
    """
    from realfake.data import import_folder

    imported, written = import_folder(folder, layout, output)
    tell(f"wrote {written}")
    for sentence in imported.sentences():
        tell(sentence)


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--from", "kept", type=FOLDER, help="A folder that has the files already; nothing is fetched.")
@click.option("--base", help="Where files are, as a URL with {repo}, {commit} and {path}; GitHub by default.")
@click.pass_context
def screens(context: click.Context, folder: Path, kept: Path | None, base: str | None) -> None:
    """Fetch genuine screenshots of open-source apps into FOLDER, with a manifest.

    The program lists 567 of 140 apps by repository, commit, path, licence and SHA-256. Each file is held to its hash;
    failed.csv says which could not be had. Each stays under its repository's licence.

    Example:  realfake screens screens/
    """
    from realfake.data import fetch_screens

    with progress("screens") as advance:
        made = fetch_screens(folder, kept=kept, **({"base": base} if base else {}), progress=advance)
    tell(f"{made.manifest}: {made.images} genuine screenshots, {made.fetched} of them fetched now")
    if made.failed:
        tell(f"{len(made.failed)} could not be had; failed.csv says why, the first: {next(iter(made.failed.values()))}")
        context.exit(FAILED_INPUTS)


@main.command()
@click.argument("table", type=TABLE, required=False)
@names("--strategies", "-s", help="Only these, with the controls; repeat it or use commas.")
@grouped("cv", CrossValidation, *fold_options, search_option)
@grouped("deployment", deployment_of, *cost_options)
@grouped(
    "protocol",
    Protocol,
    click.option(
        "--leave-out", metavar="COLUMN", help="Test on each value of a column, such as app, never trained on."
    ),
    names("--imbalance", metavar="1:N", help="Train with fakes as rare as this; repeatable."),
    click.option("--permute", is_flag=True, help="Shuffle the labels: every figure must fall to chance."),
    launder_option,
    click.option("--test", type=TABLE, help="Train on TABLE, freeze the threshold, test on this table."),
    click.option("--neutral", is_flag=True, help="First send both classes through one channel: JPEG at quality 90."),
)
@click.option("--train", type=TABLE, help="The same as the argument TABLE; to be read with --test.")
@words_option
@click.option("--level", type=LEVEL, default="image", help="What a row of TABLE is.")
@fields_option
@click.option("--mlflow", is_flag=True, help="Log the record to MLflow too, where it is installed; with --output.")
@click.option("--output", "-o", type=FILE, help="Metric table to write; the record goes to <name>.run beside it.")
def compare(
    table: str | None,
    strategies: tuple[str, ...],
    train: str | None,
    mlflow: bool,
    output: Path | None,
    **settings: Any,
) -> None:
    """Cross-validate the strategies against class imbalance on a feature table.

    The strategies forge and forge+NAME, tried where they are named, forge the genuine images of each training part and
    learn from them too; the images must still be there. A region table is compared word by word with --level region.

    Example:  realfake compare features.csv -s smote -s balanced-bagging -o metrics.csv
    """
    from realfake.pipeline import compare
    from realfake.pipeline.tables.present import readable

    if (table is None) == (train is None):
        raise click.UsageError("give one table, as TABLE or as --train")
    if mlflow and not output:
        raise click.UsageError("--mlflow logs the record that --output leaves; give both")
    with progress("compare") as advance:
        result = compare(table or train or "", strategies, output, mlflow=mlflow, progress=advance, **settings)
    for title, shown in result.tables():
        echo_table(readable(shown), title)
    for column, reason in result.notes.items():
        tell(f"{column} is withheld: it {reason}")
    if output:
        tell(f"{output}: {len(result.metrics)} rows; the record of the run is in {output.with_suffix('.run')}")


@main.command()
@click.argument("table", type=TABLE, required=False)
@click.option("--from-database", metavar="URL", help="Learn from what was decided on a desk, in place of TABLE.")
@click.option("--archive", "-A", metavar="FILE|URL", help="The desk's archive, whose families stay on one side.")
@click.option("--strategy", "-s", default="balanced-bagging", show_default=True, help="How to learn from few fakes.")
@grouped(
    "alarms",
    Alarms,
    *rate_options,
    click.option("--calibration", type=click.Choice(CALIBRATIONS), default="auto", show_default=True, help="Method."),
)
@grouped("deployment", deployment_of, *cost_options)
@grouped(
    "words",
    words_of,
    click.option(
        "--regions", type=FILE, help="Region table of the same images: the model then stands on words as well."
    ),
    click.option("--from", "base", help="Model whose scorer of words is used, such as starter."),
    click.option("--word-strategy", default="plain", show_default=True, help="How the scorer of words learns."),
    click.option(
        "--second-look/--no-second-look",
        default=True,
        show_default=True,
        help="Look again at the highest words of each image, by a learner trained on such words alone.",
    ),
)
@fields_option
@names("--families", "-f", help="Learn from these families, or parts such as regions__second.")
@click.option("--group-by", default="group", show_default=True, help="Column whose rows stay on one side, such as app.")
@click.option("--about", default="", help="What the model card says of the data.")
@grouped("cv", once, seed_option, search_option)
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="Folder for the model.")
def train(
    table: str | None,
    from_database: str | None,
    archive: str | None,
    strategy: str,
    families: tuple[str, ...],
    output: Path,
    **settings: Any,
) -> None:
    """Train one strategy on a feature table, calibrate it and choose its thresholds.

    Example:  realfake train features.csv --strategy balanced-bagging --max-fpr 0.01 -o model/
    """
    from realfake.pipeline import train
    from realfake.pipeline.tables.present import readable

    if (table is None) == (from_database is None):
        raise click.UsageError("give a table, or a desk's database by --from-database")
    if archive is not None and from_database is None:
        raise click.UsageError("--archive is that of a desk; give its database by --from-database")
    data: str | pd.DataFrame = str(table)
    if from_database is not None:
        from realfake.service import read_labels

        data, settings["doubted"] = read_labels(from_database, archive), echo_doubtful
    trained = train(data, strategy, output, families=families or None, **settings)
    echo_table(readable(trained.metrics))
    tell(f"{output}: see {output / 'MODEL_CARD.md'}; score images with: realfake predict PATHS --model {output}")


@main.command()
@click.argument("paths", nargs=-1)
@manifest_option
@model_option
@click.option("--output", "-o", default="-", show_default=True, help="Table: .csv, .tsv, .parquet, or - for stdout.")
@click.option("--json", is_flag=True, help="Write JSON lines in place of a table.")
@prevalence_option
@reader_options
@past_option
@habits_option
@click.option("--add", is_flag=True, help="Add the images to the archive, each after it was looked up.")
@grouped("workers", workers_anywhere, *cluster_options, *limits_options)
@click.pass_context
def predict(context: click.Context, /, paths: tuple[str, ...], output: str, **settings: Any) -> None:
    """Score images: probability of fake, verdict, and the features that weighed most.

    Started again after a stop, it goes on where it stopped.

    Example:  realfake predict inbox/ --model model/ -o predictions.csv
    """
    from realfake.pipeline import predict

    with progress("predict") as advance:
        summary = predict(paths, output, progress=advance, **settings)
    kept = f", {summary.kept} of them from an earlier run" if summary.kept else ""
    tell(f"{output}: {counted(summary.images, 'image')}{kept}")
    report_failures(context, summary)


@main.command()
@click.argument("paths", nargs=-1)
@manifest_option
@model_option
@grouped("alarms", lambda max_fpr, review_fpr: Alarms(max_fpr, review_fpr), *rate_options)
@click.option(
    "--mostly-genuine", is_flag=True, help="Images without a label are genuine, but for a few that nobody knows of."
)
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="Folder for the model.")
@grouped("workers", workers_of, *limits_options)
@click.pass_context
def calibrate(context: click.Context, /, paths: tuple[str, ...], output: Path, **settings: Any) -> None:
    """Set a model's thresholds, and what it remembers of screens, by genuine images of your own.

    Example:  realfake calibrate genuine/ --mostly-genuine --model starter --max-fpr 0.01 -o model/
    """
    from realfake.pipeline import calibrate

    with progress("calibrate") as advance:
        found = calibrate(paths, output, progress=advance, **settings)
    tell(found.promise)
    tell(f"{output}: see {output / 'MODEL_CARD.md'}; score images with: realfake predict PATHS --model {output}")
    report_failures(context, found.summary)


@main.command()
@click.option("--manifest", "-m", type=MANIFEST, required=True, help="CSV with path and label, best with group.")
@model_option
@click.option(
    "--predictions",
    type=click.Path(exists=True, path_type=Path),
    help="What predict wrote of these images with this model: its scores are taken, nothing is measured.",
)
@names("--by", help="Columns of the manifest to slice by; repeat it or use commas.")
@launder_option
@click.option("--output", "-o", type=FILE, help="Metric table to write.")
@grouped("workers", workers_of, *limits_options)
@click.pass_context
def evaluate(context: click.Context, /, manifest: str, output: Path | None, **settings: Any) -> None:
    """Tell how a trained model does on labelled images, whole and by slice.

    Example:  realfake evaluate --model model/ --manifest fresh.csv --by tool,delivered
    """
    from realfake.pipeline import evaluate
    from realfake.pipeline.tables.present import readable

    with progress("evaluate") as advance:
        found = evaluate(manifest, output=output, progress=advance, **settings)
    echo_table(readable(found.metrics))
    tell(found.false_alarms)
    report_failures(context, found.summary)


@main.command()
@click.argument("data", type=MANIFEST, metavar="TABLE|MANIFEST")
@click.option("--fpr", type=SHARE, default=0.01, show_default=True, help="Genuine images that may raise an alarm.")
@grouped("workers", workers_of, *limits_options)
def audit(data: str, fpr: float, workers: Workers) -> None:
    """Warn of what makes a result meaningless: files that tell the label, leaking copies, too little data.

    The images of a manifest are opened to read their headers; a feature table needs the family container.

    Example:  realfake audit manifest.csv --fpr 0.01
    """
    from realfake.pipeline import audit

    with progress("audit") as advance:
        findings = audit(data, fpr, workers=workers, progress=advance)
    for finding in findings:
        click.echo(f"{finding.severity} ({finding.topic}): {finding.sentence}")


@main.command()
@click.argument("source", type=click.Path(exists=True), metavar="FIELDS|MODEL")
@names("--without", help="Ids of habits to switch off; repeat it or use commas.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Table to write, or folder for the changed model."
)
def habits(source: str, without: tuple[str, ...], output: Path | None) -> None:
    """Tell what the genuine receipts of each app always do: how a value is written, sums, times inside references.

    FIELDS is a table of what was read on labelled images (`extract --level field`), MODEL a model that was trained with
    --fields. A habit that should not count is switched off by its id.

    Example:  realfake habits model/ --without bank/reference/time@7 -o changed/
    """
    from realfake.pipeline import list_habits

    found = list_habits(source, output, without=without)
    echo_table(found.assign(p_value=[f"{value:.1e}" if value == value else "" for value in found["p_value"]]))
    if output:
        tell(f"{output}: {len(found)} habits")


@main.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--output", "-o", type=FILE, required=True, help="HTML file to write.")
@names("--strategies", "-s", help="Only these, with the controls; for a feature table.")
@grouped("cv", folded, *fold_options)
@click.option("--ablate/--no-ablate", default=True, show_default=True, help="Try each family alone and without it.")
def report(sources: tuple[Path, ...], output: Path, **settings: Any) -> None:
    """Write one HTML page on a comparison: data, results, pros and cons of each method, what can be done.

    SOURCES are a feature table, which is compared now, or what `compare` or `train` left: a metric table with its
    record, or a folder. Further records (of --imbalance, --launder, --leave-out, --permute, --test) fill their places.

    Example:  realfake report metrics.csv rarer.csv laundered.csv -o report.html
    """
    from realfake.pipeline import report

    with progress("report") as advance:
        page = report(sources, output, progress=advance, **settings)
    tell(f"{output}: {len(page) / 1e6:.1f} MB, nothing else is needed to read it")


@main.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--output", "-o", type=FOLDER, required=True, help="Folder to fill.")
@click.option("--per-image", type=click.IntRange(1, 100), default=2, show_default=True, help="Fakes per image.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Same seed, same bytes.")
@names("--editors", help="Make each fake with one of these programs: gimp, imagemagick, chromium, pillow.")
@names("--kinds", help="Only these kinds of edits: retype, digit, word, splice, rearrange, lay-word, lay-stretch, ...")
@jobs_option
@grouped("limits", Limits, *limits_options[1:])
def forge(source: Path, output: Path, **settings: Any) -> None:
    """Make labelled fakes out of your own genuine screenshots.

    SOURCE is a folder (a subfolder is an app) or a manifest, of which the genuine rows are taken. Text lines are found
    automatically; genuine and forged images are sent through the same channels, and groups are kept. With --editors,
    text is written and holes are filled by real programs, which must be installed.

    Example:  realfake forge genuine/ -o forged/ --per-image 2 --editors gimp,chromium
    """
    from realfake.data import forge_folder

    with progress("forge") as advance:
        made = forge_folder(source, output, progress=advance, **settings)
    if made.skipped:
        say(f"{len(made.skipped)} images were skipped, see skipped.csv: {next(iter(made.skipped.values()))}")
    tell(f"{made.manifest}: {made.genuine} genuine, {made.fake} fake")


@main.command()
@click.argument("output", type=FOLDER)
@click.option("--genuine", type=click.IntRange(1), default=2000, show_default=True, help="Genuine screenshots.")
@click.option("--fake", type=click.IntRange(0), default=100, show_default=True, help="Forged screenshots.")
@click.option("--apps", type=click.IntRange(1), default=40, show_default=True, help="Apps among which they are spread.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Same seed, same bytes.")
@jobs_option
@click.option("--system-fonts", is_flag=True, help="Draw with this machine's fonts too; the bytes then depend on them.")
@click.option(
    "--forger",
    "forgers",
    multiple=True,
    type=click.Choice(("careless", "careful", "partial")),
    help="Only these forgers of what receipts say; may be given again.",
)
@click.option(
    "--locale", "locales", multiple=True, help="Apps of these, such as zh_CN, ar_EG, fa_IR; may be given again."
)
def synth(output: Path, **settings: Any) -> None:
    """Draw a labelled set of genuine and forged screenshots of fictional apps.

    Example:  realfake synth demo --genuine 2000 --fake 100 --apps 40 --seed 1
    """
    from realfake.data import synthesise

    with progress("draw") as advance:
        made = synthesise(output, progress=advance, **settings)
    tell(f"{made.manifest}: {made.genuine} genuine, {made.fake} fake")


@main.command()
@click.argument("manifest", type=MANIFEST)
@click.option("--output", "-o", type=FILE, required=True, help="Picture to write: .png or .jpg.")
@click.option("--rows", type=click.IntRange(1, 50), default=3, show_default=True, help="Rows of images.")
@click.option("--columns", type=click.IntRange(2, 50), default=6, show_default=True, help="Images in a row.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Chooses the images.")
def sheet(manifest: str, output: Path, **settings: Any) -> None:
    """Show genuine images beside fakes on one sheet, edits outlined.

    Example:  realfake sheet demo/manifest.csv -o sheet.png
    """
    from realfake.data import write_sheet

    tell(f"{output}: {counted(write_sheet(manifest, output, **settings), 'image')}")


@main.command("map")
@click.argument("image", type=click.Path(exists=True, dir_okay=False))
@click.option("--family", "-f", required=True, help="A family with a map: ela, ghosts, grid, dct, noise, flatness, ...")
@click.option("--output", "-o", type=FILE, required=True, help="PNG to write.")
def map_command(image: str, family: str, output: Path) -> None:
    """Draw where a family of evidence sees something, over the image, with a colour bar.

    Example:  realfake map slip.png --family ghosts -o ghosts.png
    """
    from realfake.forensics import draw_map

    draw_map(image, family, output)
    tell(f"{output}: {family} over {image}")


@main.command()
@click.argument("image", type=click.Path(exists=True, dir_okay=False))
@model_option
@habits_option
@past_option
@click.option("--output", "-o", type=FILE, required=True, help="HTML file to write.")
def explain(image: str, model: str, archive: str | None, habits: str | None, output: Path) -> None:
    """Write one HTML page on an image: where it looks edited, why, and what cannot be told.

    Example:  realfake explain slip.png -o case.html
    """
    from realfake.pipeline import explain

    explain(image, output, model=model, archive=archive, habits=habits)
    tell(f"{output}: the case of {image}")


@main.command()
@click.option("--jobs", "-j", type=JOBS, help="Processes; as many as there are cores by default.")
def warm(jobs: int | None) -> None:
    """Compile what measuring needs, once for this processor; the first run does so by itself where nobody has.

    Run by whoever installs the program, it spares every user of an installation that they cannot write to.

    Example:  realfake warm
    """
    from realfake.forensics.arrays.warm import warm

    tell(f"{warm(jobs=jobs)} kernels are compiled")


@main.group(cls=Program)
def archive() -> None:
    """Remember what was received, and tell what came before: duplicates, altered copies, families.

    An archive is one file, or a PostgreSQL database by its URL.

    Example:  realfake archive add inbox/ --archive received.db
    """


@archive.command("add")
@click.argument("paths", nargs=-1)
@manifest_option
@archive_option
@received_option
@click.option("--sender", metavar="COLUMN", help="Column that says from whom an image came.")
@click.option(
    "--thumbnails/--no-thumbnails", default=True, show_default=True, help="Keep a small picture of each image."
)
@grouped("workers", workers_of, *limits_options)
@click.pass_context
def archive_add(context: click.Context, /, paths: tuple[str, ...], archive: str, **settings: Any) -> None:
    """Add images to an archive, which is made where there is none.

    Example:  realfake archive add inbox/ --archive received.db
    """
    from realfake.pipeline.archive import add
    from realfake.pipeline.archive.store import without_password

    with progress("add") as advance:
        summary = add(paths, archive, progress=advance, **settings)
    kept = f", {summary.kept} of them in it already" if summary.kept else ""
    tell(f"{without_password(archive)}: {counted(summary.images, 'image')}{kept}")
    if summary.differing:
        say(
            f"{counted(summary.differing, 'image')} came at another time or from another sender by what the archive "
            "has, which stays; forget an image and add it again to change that"
        )
    report_failures(context, summary)


@archive.command("find")
@click.argument("paths", nargs=-1)
@manifest_option
@archive_option
@received_option
@click.option("--output", "-o", default="-", show_default=True, help="CSV to write; - for standard output.")
@click.option("--json", is_flag=True, help="Write JSON lines in place of CSV.")
@grouped("workers", workers_of, *limits_options)
@click.pass_context
def archive_find(context: click.Context, /, paths: tuple[str, ...], archive: str, output: str, **settings: Any) -> None:
    """Look images up: sent before, altered, another screen of a known app, or unknown.

    Example:  realfake archive find inbox/ --archive received.db -o links.csv
    """
    from realfake.pipeline.archive import find

    with progress("find") as advance:
        summary = find(paths, archive, output, progress=advance, **settings)
    tell(f"{output}: {counted(summary.images, 'image')}")
    report_failures(context, summary)


@archive.command("families")
@archive_option
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
def archive_families(archive: str, as_csv: bool) -> None:
    """List images that all descend from one capture, with the likely origin of each family.

    Example:  realfake archive families --archive received.db
    """
    from realfake.pipeline.archive import families

    found = families(archive)
    if as_csv:
        click.echo(found.to_csv(index=False), nl=False)
    else:
        echo_table(found)


@archive.command("forget")
@click.argument("which", metavar="PATH|SHA256")
@archive_option
def archive_forget(which: str, archive: str) -> None:
    """Erase every trace of an image from an archive.

    Example:  realfake archive forget inbox/slip.png --archive received.db
    """
    from realfake.pipeline.archive import forget
    from realfake.pipeline.archive.store import without_password

    tell(f"{without_password(archive)}: {counted(forget(which, archive), 'image')} erased")


@archive.command("check")
@archive_option
@click.pass_context
def archive_check(context: click.Context, /, archive: str) -> None:
    """Read a whole archive and say what is wrong with it.

    Example:  realfake archive check --archive received.db
    """
    from realfake.pipeline.archive import check
    from realfake.pipeline.archive.store import without_password

    found = check(archive)
    for sentence in found:
        click.echo(sentence)
    if found:
        context.exit(FAILED_INPUTS)
    tell(f"{without_password(archive)}: nothing is wrong")


@main.command()
@model_option
@click.option("--models", type=click.Path(file_okay=False, path_type=Path), help="Folder of models to choose from.")
@database_option
@images_option
@past_option
@click.option("--keep-images", "keep", type=click.Choice(["none", "flagged", "all"]), default="all", show_default=True)
@bind_option
@click.option("--host", "hosts", multiple=True, help="Name under which the desk is reached; repeatable.")
@click.option("--workers", "-w", type=JOBS, default=1, show_default=True, help="Processes that score.")
@names("--families", "-f", help="Families measured for training beyond those of the model.")
@click.option("--second-opinion", type=POSITIVE, help="Amount above which two people must agree.")
@click.option("--random-share", type=SHARE, default=0.02, show_default=True, help="Images to label by chance.")
@click.option("--retention-days", type=POSITIVE, help="Days until an image and all about it is erased.")
@reader_options
@click.option("--webhook", help="Address that is told of each result; its secret is REALFAKE_WEBHOOK_SECRET.")
@grouped("limits", Limits, *limits_options[1:])
def serve(bind: str, **settings: Any) -> None:
    """Run the desk: an HTTP service that scores images, and a page where people decide on them.

    Secrets come from the environment, or from files that it names: REALFAKE_ADMIN_PASSWORD, REALFAKE_WEBHOOK_SECRET,
    REALFAKE_DATABASE and REALFAKE_ARCHIVE, addresses with a password in them; each also with _FILE.

    Example:  realfake serve --model model/ --workers 2
    """
    from realfake.service import Settings, serve

    serve(Settings(**settings), bind)


@main.command("service-check")
@database_option
@images_option
@past_option
@click.option("--head", help="Hash that an earlier check printed; it must still stand in the log.")
@click.pass_context
def service_check(context: click.Context, /, head: str | None, **settings: Any) -> None:
    """Follow the audit log of a desk from its beginning, and read every image that it keeps and its archive.

    Example:  realfake service-check --database sqlite:///desk.sqlite
    """
    from realfake.service import Settings, check_desk

    found = check_desk(Settings(**settings), head)
    click.echo(
        f"{found.rows} rows in the audit log, {found.images} images kept; the last row has the hash {found.head}"
    )
    for problem in found.problems:
        say(problem)
    if found.problems:
        context.exit(FAILED_INPUTS)


@main.command("demo-desk")
@bind_option
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page.")
def demo_desk(bind: str, browser: bool) -> None:
    """Fill a temporary desk with drawn cases and open its review page.

    Example:  realfake demo-desk
    """
    from realfake.service import demo_desk

    here = click.get_current_context()

    def told(sentence: str) -> None:
        with here.scope(cleanup=False):  # it is told from a thread of its own
            tell(sentence)

    demo_desk(bind, told, browser)


def echo_doubtful(found: pd.DataFrame) -> None:
    """List the labels that a person should look at again."""
    if len(found):
        echo_table(found, "Labels to look at again before you use the model: images of other groups say otherwise")


def say(sentence: str) -> None:
    """A line on standard error, whatever it is made of."""
    click.echo(sentence.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n"), err=True)


def tell(sentence: str) -> None:
    """A line on standard error that --quiet leaves out."""
    if not click.get_current_context().obj["quiet"]:
        say(sentence)


def report_failures(context: click.Context, summary: Summary) -> None:
    """Say how many images failed, and end with the exit code for it."""
    if summary.failed:
        say(f"{summary.failed} of {counted(summary.images, 'image')} failed; the first: {summary.first_error}")
        context.exit(FAILED_INPUTS)


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Tell on standard error how far a long command is and how long it will take; nothing with --quiet.

    A terminal gets a bar, anything else a line a minute.
    """
    if not sys.stderr.isatty():
        yield by_the_minute(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=console, disable=click.get_current_context().obj["quiet"]) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def by_the_minute(title: str) -> Progress:
    """A progress that says a line now and then."""
    known: int | None = None  # what an earlier run had done says nothing of the speed of this one
    first, begun, told = 0, 0.0, 0.0  # the first step of this one, which waits for kernels to be compiled, and its time

    def advance(done: int, total: int) -> None:
        nonlocal known, first, begun, told
        now = monotonic()
        known = done if known is None else known
        if not first and done > known:
            first, begun, told = done, now, now
        if total and 0 < first < done and now - told >= TELL_EVERY:
            told = now
            left = (now - begun) * (total - done) / (done - first) / 60
            tell(f"{title}: {done} of {total}, about {left:.0f} min left")

    return advance


def echo_table(frame: pd.DataFrame, title: str | None = None, digits: int = 3) -> None:
    """Print a table on standard output, as wide as the terminal allows; whole lines where there is none."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=10_000)
    table = Table(title=title, box=None, header_style="bold", title_justify="left")
    for column in frame.columns:
        table.add_column(str(column), justify="right" if frame[column].dtype.kind in "fiu" else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{cell:.{digits}f}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(table)


if __name__ == "__main__":
    main()
