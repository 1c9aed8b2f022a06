"""The `realfake` command: parse, call one function, print."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from realfake.forensics.errors import RealfakeError, UnknownName
from realfake.forensics.libraries import explained

if TYPE_CHECKING:
    from realfake.pipeline.extraction.bulk import Summary

FAILED_INPUTS, USAGE, INTERRUPTED = 1, 2, 130
RESUMABLE = ("extract", "forge", "synth")
TELL_EVERY = 60  # seconds between lines of progress where there is no terminal for a bar
FILE = click.Path(dir_okay=False, path_type=Path)
MANIFEST = click.Path(exists=True, dir_okay=False)
POSITIVE = click.FloatRange(0, min_open=True)
TABLE = click.Path(exists=True, dir_okay=False)
SHARE = click.FloatRange(0, 0.5, min_open=True)
SEED = click.IntRange(0)
CALIBRATIONS = ("auto", "platt", "beta", "isotonic", "venn-abers")
PREVALENCE = click.FloatRange(0, 1, min_open=True, max_open=True)


class Program(click.Group):
    """A group of commands that ends in one sentence and an exit code where the input is at fault."""

    def invoke(self, context: click.Context) -> Any:
        try:
            with explained():
                return super().invoke(context)
        except RealfakeError as error:
            say(f"Error: {error}")
            context.exit(USAGE if isinstance(error, UnknownName) else FAILED_INPUTS)
        except KeyboardInterrupt:
            again = " to go on where it stopped" if context.invoked_subcommand in RESUMABLE else ""
            say(f"Stopped; start the same command again{again}.")
            context.exit(INTERRUPTED)


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
    logging.getLogger("pipeline").setLevel(logging.INFO if verbose else logging.NOTSET)
    warnings.showwarning = lambda message, *_: None if quiet else say(f"Warning: {message}")  # type: ignore[assignment]


def worker_options(command: Callable[..., None]) -> Callable[..., None]:
    """How many processes measure images, and what one file may cost them."""
    for option in (
        click.option("--memory", type=click.IntRange(64), default=4096, show_default=True, help="MiB a file may take."),
        click.option("--timeout", type=POSITIVE, default=300.0, show_default=True, help="Seconds a file may take."),
        click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Worker processes."),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("paths", nargs=-1)
@click.option("--output", "-o", type=click.Path(), required=True, help="Table: .csv, .parquet, or - for CSV on stdout.")
@click.option("--manifest", "-m", type=MANIFEST, help="CSV of labels; without PATHS it names the images.")
@click.option("--families", "-f", multiple=True, help="Only these families of features; repeat it or use commas.")
@click.option("--cost", type=click.Choice(["fast", "full"]), default="full", show_default=True, help="Dearest tier.")
@click.option("--level", type=click.Choice(["image", "region"]), default="image", help="One row per image or word.")
@click.option("--cluster", help="local:N for N Dask workers here; OUTPUT is then a folder of Parquet files.")
@click.option("--scheduler", help="Address of a running Dask scheduler; OUTPUT is then a folder or URL.")
@worker_options
@click.pass_context
def extract(
    context: click.Context,
    paths: tuple[str, ...],
    output: str,
    manifest: str | None,
    families: tuple[str, ...],
    cost: str,
    level: str,
    cluster: str | None,
    scheduler: str | None,
    jobs: int,
    timeout: float,
    memory: int,
) -> None:
    """Measure images into a feature table, one row per image or per word.

    PATHS are files, folders, patterns, or - for a list on standard input. A file that cannot be read becomes a row with
    its error. Started again after a stop, it goes on where it stopped.

    Example:  realfake extract screenshots/ --manifest labels.csv -o features.csv --jobs 2
    """
    from realfake.pipeline.extraction.bulk import extract_to, extract_to_stream
    from realfake.pipeline.extraction.cluster import extract_on_cluster, local_workers
    from realfake.pipeline.extraction.inputs import gather
    from realfake.pipeline.extraction.workers import Limits

    workers = local_workers(cluster)
    items = gather(paths, manifest)
    with progress("extract", len(items)) as advance:
        common: dict[str, Any] = {
            "families": split(families),
            "cost": cost,
            "regions": level == "region",
            "limits": Limits(timeout, memory),
            "advance": lambda so_far: advance(so_far.images),
        }
        if workers or scheduler:
            summary = extract_on_cluster(items, output, local=workers, scheduler=scheduler, **common)
        elif output == "-":
            summary = extract_to_stream(items, sys.stdout.buffer, jobs=jobs, **common)
        else:
            summary = extract_to(items, output, jobs=jobs, **common)
    kept = f", {summary.kept} of them from an earlier run" if summary.kept else ""
    tell(f"{output}: {summary.images} images{kept}")
    report_failures(context, summary)


@main.command()
@click.option("--family", "-f", "families", multiple=True, help="Only these families; repeat it or use commas.")
@click.option("--csv", "layout", flag_value="csv", help="Print comma-separated values.")
@click.option("--markdown", "layout", flag_value="markdown", help="Print a Markdown table per family.")
def features(families: tuple[str, ...], layout: str | None) -> None:
    """List the features: name, unit, meaning, source and cost.

    Example:  realfake features --family ela
    """
    from realfake.forensics.listing import feature_frame, feature_markdown

    if layout == "csv":
        click.echo(feature_frame(split(families)).to_csv(index=False), nl=False)
    elif layout == "markdown":
        click.echo(feature_markdown(split(families)))
    else:
        echo_table(feature_frame(split(families)))


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--layout", default="auto", show_default=True, help="auto, folders, or a public set.")
@click.option("--output", "-o", type=FILE, help="Manifest to write; FOLDER/manifest.csv by default.")
def manifest(folder: Path, layout: str, output: Path | None) -> None:
    """Write the manifest of a public set, or of one's own genuine/ and fake/ folders.

    Layouts: folders, casia1, casia2, columbia, comofod, coverage, doctamper, stfd, imd2020. Groups come from the names.

    Example:  realfake manifest CASIA2/ -o casia2.csv
    """
    from realfake.data.datasets import import_folder, write_import

    imported = import_folder(folder, layout)
    tell(f"wrote {write_import(imported, output)}")
    for sentence in imported.sentences():
        tell(sentence)


@main.command()
@click.argument("table", type=TABLE, required=False)
@click.option("--strategies", "-s", multiple=True, help="Only these, with the controls; repeat it or use commas.")
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True, help="Folds; no group is in two.")
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True, help="Times the folds are drawn anew.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="The same seed gives the same figures.")
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--search", type=click.IntRange(1), default=1, show_default=True, help="Settings each strategy may try.")
@click.option("--prevalence", type=PREVALENCE, help="Share of fakes at which PR-AUC and alerts are stated.")
@click.option("--cost-miss", type=POSITIVE, help="Cost of a missed fake; with --cost-alarm, costs are stated too.")
@click.option("--cost-alarm", type=POSITIVE, help="Cost of a false alarm.")
@click.option("--leave-out", metavar="COLUMN", help="Test on each value of a column, such as app, never trained on.")
@click.option("--imbalance", multiple=True, metavar="1:N", help="Train with fakes as rare as this; repeatable.")
@click.option("--permute", is_flag=True, help="Shuffle the labels: every figure must fall to chance.")
@click.option("--launder", metavar="QxS", help="Test on the images saved anew, such as 95,80,60x1,0.5: each pair.")
@click.option("--neutral", is_flag=True, help="First send both classes through one channel: JPEG at quality 90.")
@click.option("--train", type=TABLE, help="The same as the argument TABLE; to be read with --test.")
@click.option("--test", type=TABLE, help="Train on TABLE, freeze the threshold, test on this table.")
@click.option("--level", type=click.Choice(["image", "region"]), default="image", help="What a row of TABLE is.")
@click.option("--mlflow", is_flag=True, help="Log the record to MLflow too, where it is installed; with --output.")
@click.option("--output", "-o", type=FILE, help="Metric table to write; the record goes to <name>.run beside it.")
def compare(
    table: str | None,
    strategies: tuple[str, ...],
    folds: int,
    repeats: int,
    seed: int,
    jobs: int,
    search: int,
    prevalence: float | None,
    cost_miss: float | None,
    cost_alarm: float | None,
    leave_out: str | None,
    imbalance: tuple[str, ...],
    permute: bool,
    launder: str | None,
    neutral: bool,
    train: str | None,
    test: str | None,
    level: str,
    mlflow: bool,
    output: Path | None,
) -> None:
    """Cross-validate the strategies against class imbalance on a feature table.

    The strategies forge and forge+NAME, tried where they are named, forge the genuine images of each training part and
    learn from them too; the images must still be there. A region table is compared word by word with --level region.

    Example:  realfake compare features.csv -s smote -s balanced-bagging -o metrics.csv
    """
    from realfake.data.resave import Resave, resave_grid
    from realfake.pipeline.comparison.experiment import import_mlflow, log_to_mlflow
    from realfake.pipeline.comparison.protocols import compare_under
    from realfake.pipeline.learning.search import import_optuna
    from realfake.pipeline.learning.strategies import choose_strategies
    from realfake.pipeline.learning.thresholds import stated_costs
    from realfake.pipeline.tables.labelled_words import labelled_words
    from realfake.pipeline.tables.present import failures, readable
    from realfake.pipeline.tables.table import labelled, read_table

    if (table is None) == (train is None):
        raise click.UsageError("give one table, as TABLE or as --train")
    if mlflow and not output:
        raise click.UsageError("--mlflow logs the record that --output leaves; give both")
    if mlflow:
        import_mlflow()  # if it is missing, that is said before the work, not after it
    if search > 1:
        import_optuna()
    rows = read_table(table or train or "")
    data = labelled_words(rows) if level == "region" else labelled(rows)
    chosen = choose_strategies(split(strategies) or ())
    with progress("compare") as advance:
        result = compare_under(
            data,
            chosen,
            leave_out_by=leave_out,
            imbalance=split(imbalance) or (),
            permute=permute,
            test=read_table(test) if test else None,
            folds=folds,
            repeats=repeats,
            seed=seed,
            jobs=jobs,
            progress=advance,
            search_budget=search,
            prevalence=prevalence,
            costs=stated_costs(cost_miss, cost_alarm),
            neutral=Resave() if neutral else None,
            launder=resave_grid(launder) if launder else (),
            forge=forger(seed, jobs),
        )
    for title, shown in result.tables():
        echo_table(readable(shown), title)
    for column, reason in result.notes.items():
        tell(f"{column} is withheld: it {reason}")
    for sentence in failures(result.metrics):
        tell(sentence)
    if output:
        result.write(output)
        tell(f"{output}: {len(result.metrics)} rows; the record of the run is in {output.with_suffix('.run')}")
    if output and mlflow:
        log_to_mlflow(output.with_suffix(".run"))


@main.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
@click.option("--strategy", "-s", default="balanced-bagging", show_default=True, help="How to learn from few fakes.")
@click.option("--max-fpr", type=SHARE, default=0.01, show_default=True, help="Genuine images that may raise an alarm.")
@click.option("--review-fpr", type=SHARE, help="Genuine images that may be looked at, alarms included.")
@click.option("--cost-miss", type=POSITIVE, help="Cost of a missed fake; with --cost-alarm, in place of --max-fpr.")
@click.option("--cost-alarm", type=POSITIVE, help="Cost of a false alarm.")
@click.option("--prevalence", type=PREVALENCE, help="Share of fakes where the model will work.")
@click.option("--calibration", type=click.Choice(CALIBRATIONS), default="auto", show_default=True, help="Method.")
@click.option("--search", type=click.IntRange(1), default=1, show_default=True, help="Settings to try.")
@click.option("--regions", type=FILE, help="Region table of the same images: the model then stands on words as well.")
@click.option("--from", "base", help="Model whose scorer of words is used, such as starter; with --regions.")
@click.option("--word-strategy", default="plain", show_default=True, help="How the scorer of words learns.")
@click.option("--families", "-f", multiple=True, help="Learn from these families only; repeat it or use commas.")
@click.option("--group-by", default="group", show_default=True, help="Column whose rows stay on one side, such as app.")
@click.option("--about", default="", help="What the model card says of the data.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="The same seed gives the same model.")
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="Folder for the model.")
def train(
    table: str,
    strategy: str,
    max_fpr: float,
    review_fpr: float | None,
    cost_miss: float | None,
    cost_alarm: float | None,
    prevalence: float | None,
    calibration: str,
    search: int,
    regions: Path | None,
    base: str | None,
    word_strategy: str,
    families: tuple[str, ...],
    group_by: str,
    about: str,
    seed: int,
    output: Path,
) -> None:
    """Train one strategy on a feature table, calibrate it and choose its thresholds.

    Example:  realfake train features.csv --strategy balanced-bagging --max-fpr 0.01 -o model/
    """
    from realfake.pipeline.learning.forged import forged_rows
    from realfake.pipeline.learning.search import import_optuna
    from realfake.pipeline.learning.strategies import one_strategy
    from realfake.pipeline.learning.thresholds import stated_costs
    from realfake.pipeline.models.train import train_model
    from realfake.pipeline.tables.present import readable
    from realfake.pipeline.tables.table import labelled, read_table
    from realfake.pipeline.words.two_levels import only_families, regrouped, two_levels

    if search > 1:
        import_optuna()
    images = regrouped(read_table(table), group_by)
    images, scorer = two_levels(images, regions, base, one_strategy(word_strategy), seed, forger(seed, 1))
    data, chosen = labelled(only_families(images, split(families))), one_strategy(strategy)
    result = train_model(
        data,
        chosen,
        max_fpr,
        stated_costs(cost_miss, cost_alarm),
        seed,
        review_fpr=review_fpr,
        prevalence=prevalence,
        calibration=calibration,
        search_budget=search,
        scorer=scorer,
        forged=forged_rows(data, forger(seed, 1)) if chosen.forged else None,
        about=about,
    )
    result.write(output)
    echo_table(readable(result.metrics))
    tell(f"{output}: see {output / 'MODEL_CARD.md'}; score images with: realfake predict PATHS --model {output}")


@main.command()
@click.argument("paths", nargs=-1)
@click.option("--manifest", "-m", type=MANIFEST, help="CSV with a column path; without PATHS it names the images.")
@click.option("--model", "-M", "folder", default="starter", show_default=True, help="A trained model's folder.")
@click.option("--output", "-o", default="-", show_default=True, help="CSV to write; - for standard output.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON lines in place of CSV.")
@click.option("--prevalence", type=PREVALENCE, help="Share of fakes where the images come from.")
@worker_options
@click.pass_context
def predict(
    context: click.Context,
    paths: tuple[str, ...],
    manifest: str | None,
    folder: str,
    output: str,
    as_json: bool,
    prevalence: float | None,
    jobs: int,
    timeout: float,
    memory: int,
) -> None:
    """Score images: probability of fake, verdict, and the features that weighed most.

    Example:  realfake predict inbox/ --model model/ -o predictions.csv
    """
    from realfake.pipeline.extraction.inputs import gather
    from realfake.pipeline.extraction.workers import Limits
    from realfake.pipeline.models.model import load_model, model_folder
    from realfake.pipeline.models.predict import predict_to

    model, items = load_model(model_folder(folder)), gather(paths, manifest)
    with progress("predict", len(items)) as advance:
        summary = predict_to(
            items,
            model,
            output,
            as_json=as_json,
            prevalence=prevalence,
            jobs=jobs,
            limits=Limits(timeout, memory),
            advance=lambda so_far: advance(so_far.images),
        )
    tell(f"{output}: {summary.images} images")
    report_failures(context, summary)


@main.command()
@click.option("--manifest", "-m", type=MANIFEST, required=True, help="CSV with path and label, best with group.")
@click.option("--model", "-M", "folder", default="starter", show_default=True, help="A trained model's folder.")
@click.option("--by", multiple=True, help="Columns of the manifest to slice by; repeat it or use commas.")
@click.option("--launder", metavar="QxS", help="Also on the images saved anew, such as 95,80,60x1,0.5: each pair.")
@click.option("--output", "-o", type=FILE, help="Metric table to write.")
@worker_options
@click.pass_context
def evaluate(
    context: click.Context,
    manifest: str,
    folder: str,
    by: tuple[str, ...],
    launder: str | None,
    output: Path | None,
    jobs: int,
    timeout: float,
    memory: int,
) -> None:
    """Tell how a trained model does on labelled images, whole and by slice.

    Example:  realfake evaluate --model model/ --manifest fresh.csv --by tool,delivered
    """
    import pandas as pd

    from realfake.data.resave import resave_grid
    from realfake.pipeline.extraction.inputs import gather
    from realfake.pipeline.extraction.workers import Limits
    from realfake.pipeline.models.evaluate import evaluate as evaluate_model
    from realfake.pipeline.models.evaluate import evaluate_laundered, promise_kept
    from realfake.pipeline.models.model import load_model, model_folder
    from realfake.pipeline.models.predict import measure_for
    from realfake.pipeline.tables.present import readable
    from realfake.pipeline.tables.table import write_table

    model, items, slices = load_model(model_folder(folder)), gather((), manifest), split(by) or []
    with progress("measure", len(items)) as advance:
        table, summary = measure_for(
            model,
            items,
            ("label", *slices),
            jobs=jobs,
            limits=Limits(timeout, memory),
            advance=lambda so_far: advance(so_far.images),
        )
    figures = evaluate_model(model, table, slices)
    if launder:
        cells = resave_grid(launder)
        with progress("launder", len(cells) * len(items)) as advance:
            figures = pd.concat([figures, evaluate_laundered(model, items, cells, jobs, advance)], ignore_index=True)
    echo_table(readable(figures))
    tell(promise_kept(model, figures))
    if output:
        write_table(figures, output)
    report_failures(context, summary)


@main.command()
@click.argument("data", type=MANIFEST, metavar="TABLE|MANIFEST")
@click.option("--fpr", type=SHARE, default=0.01, show_default=True, help="Genuine images that may raise an alarm.")
@worker_options
def audit(data: str, fpr: float, jobs: int, timeout: float, memory: int) -> None:
    """Warn of what makes a result meaningless: files that tell the label, leaking copies, too little data.

    The images of a manifest are opened to read their headers; a feature table needs the family container.

    Example:  realfake audit manifest.csv --fpr 0.01
    """
    from realfake.pipeline.auditing.audit import audit_file
    from realfake.pipeline.extraction.workers import Limits

    with progress("audit") as advance:
        findings = audit_file(data, fpr, jobs=jobs, limits=Limits(timeout, memory), advance=advance)
    for finding in findings:
        click.echo(f"{finding.severity} ({finding.topic}): {finding.sentence}")


@main.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--output", "-o", type=FILE, required=True, help="HTML file to write.")
@click.option("--strategies", "-s", multiple=True, help="Only these, with the controls; for a feature table.")
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True, help="Folds; for a feature table.")
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True, help="Repeats; for a feature table.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="The same seed gives the same figures.")
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--ablate/--no-ablate", default=True, show_default=True, help="Try each family alone and without it.")
def report(
    sources: tuple[Path, ...],
    output: Path,
    strategies: tuple[str, ...],
    folds: int,
    repeats: int,
    seed: int,
    jobs: int,
    ablate: bool,
) -> None:
    """Write one HTML page on a comparison: data, results, pros and cons of each method, what can be done.

    SOURCES are a feature table, which is compared now, or what `compare` or `train` left: a metric table with its
    record, or a folder. Further records (of --imbalance, --launder, --leave-out, --permute, --test) fill their places.

    Example:  realfake report metrics.csv rarer.csv laundered.csv -o report.html
    """
    from realfake.data.files import write_whole
    from realfake.pipeline.reports.report import report_page

    with progress("report") as advance:
        page = report_page(
            sources,
            output,
            strategies=split(strategies) or (),
            folds=folds,
            repeats=repeats,
            seed=seed,
            jobs=jobs,
            ablate=ablate,
            progress=advance,
        )
    write_whole(output, page.encode("utf-8", "backslashreplace"))
    tell(f"{output}: {len(page) / 1e6:.1f} MB, nothing else is needed to read it")


@main.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to fill.")
@click.option("--per-image", type=click.IntRange(1, 100), default=2, show_default=True, help="Fakes per image.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes.")
@worker_options
def forge(source: Path, output: Path, per_image: int, seed: int, jobs: int, timeout: float, memory: int) -> None:
    """Make labelled fakes out of your own genuine screenshots.

    SOURCE is a folder (a subfolder is an app) or a manifest, of which the genuine rows are taken. Text lines are found
    automatically; genuine and forged images are sent through the same channels, and groups are kept.

    Example:  realfake forge genuine/ -o forged/ --per-image 2 --seed 1
    """
    from realfake.data.forge import find_sources, forge_folder
    from realfake.pipeline.extraction.workers import Limits

    with progress("forge", len(find_sources(source, output))) as advance:
        made = forge_folder(
            source,
            output,
            per_image=per_image,
            seed=seed,
            jobs=jobs,
            limits=Limits(timeout * per_image, memory),
            advance=advance,
        )
    if made.skipped:
        say(f"{len(made.skipped)} images were skipped, see skipped.csv: {next(iter(made.skipped.values()))}")
    tell(f"{made.manifest}: {made.genuine} genuine, {made.fake} fake")


@main.command()
@click.argument("output", type=click.Path(file_okay=False, path_type=Path))
@click.option("--genuine", type=click.IntRange(1), default=2000, show_default=True, help="Genuine screenshots.")
@click.option("--fake", type=click.IntRange(0), default=100, show_default=True, help="Forged screenshots.")
@click.option("--apps", type=click.IntRange(1), default=40, show_default=True, help="Apps among which they are spread.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Worker processes.")
@click.option("--system-fonts", is_flag=True, help="Draw with this machine's fonts too; the bytes then depend on them.")
def synth(output: Path, genuine: int, fake: int, apps: int, seed: int, jobs: int, system_fonts: bool) -> None:
    """Draw a labelled set of genuine and forged screenshots of fictional apps.

    Example:  realfake synth demo --genuine 2000 --fake 100 --apps 40 --seed 1
    """
    from realfake.data.drawing.fonts import SYSTEM_FOLDERS
    from realfake.data.synth import synthesise

    with progress("draw", genuine + fake) as advance:
        made = synthesise(
            output,
            genuine=genuine,
            fake=fake,
            apps=apps,
            seed=seed,
            jobs=jobs,
            advance=advance,
            font_folders=SYSTEM_FOLDERS if system_fonts else (),
        )
    tell(f"{made.manifest}: {made.genuine} genuine, {made.fake} fake")


@main.command()
@click.argument("manifest", type=MANIFEST)
@click.option("--output", "-o", type=FILE, required=True, help="Picture to write: .png or .jpg.")
@click.option("--rows", type=click.IntRange(1, 50), default=3, show_default=True, help="Rows of images.")
@click.option("--columns", type=click.IntRange(2, 50), default=6, show_default=True, help="Images in a row.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Chooses the images.")
def sheet(manifest: str, output: Path, rows: int, columns: int, seed: int) -> None:
    """Show genuine images beside fakes on one sheet, edits outlined.

    Example:  realfake sheet demo/manifest.csv -o sheet.png
    """
    from realfake.data.sheets import write_sheet

    shown = write_sheet(manifest, output, rows=rows, columns=columns, seed=seed)
    tell(f"{output}: {shown} images")


@main.command("map")
@click.argument("image", type=click.Path(exists=True, dir_okay=False))
@click.option("--family", "-f", required=True, help="A family with a map: ela, ghosts, grid, dct, noise, flatness, ...")
@click.option("--output", "-o", type=FILE, required=True, help="PNG to write.")
def map_command(image: str, family: str, output: Path) -> None:
    """Draw where a family of evidence sees something, over the image, with a colour bar.

    Example:  realfake map slip.png --family ghosts -o ghosts.png
    """
    from realfake.data.files import write_whole
    from realfake.forensics.draw import draw_map
    from realfake.forensics.image import ForensicImage

    write_whole(output, draw_map(ForensicImage.open(image), family))
    tell(f"{output}: {family} over {image}")


@main.command()
@click.argument("image", type=click.Path(exists=True, dir_okay=False))
@click.option("--model", "-M", "folder", default="starter", show_default=True, help="Model with a scorer of words.")
@click.option("--output", "-o", type=FILE, required=True, help="HTML file to write.")
def explain(image: str, folder: str, output: Path) -> None:
    """Write one HTML page on an image: where it looks edited, why, and what cannot be told.

    Example:  realfake explain slip.png -o case.html
    """
    from realfake.data.files import write_whole
    from realfake.pipeline.models.model import load_model, model_folder
    from realfake.pipeline.reports.case import case_page

    page = case_page(image, load_model(model_folder(folder)))
    write_whole(output, page.encode("utf-8", "backslashreplace"))
    tell(f"{output}: the case of {image}")


def split(names: tuple[str, ...]) -> list[str] | None:
    """Names given by repeated options or with commas; None where none are given."""
    return [name.strip() for given in names for name in given.split(",") if name.strip()] or None


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
        say(f"{summary.failed} of {summary.images} images failed; the first: {summary.first_error}")
        context.exit(FAILED_INPUTS)


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Tell on standard error how far a long command is and how long it will take; nothing with --quiet.

    Yields a function that takes the steps done, and in all. A terminal gets a bar, anything else a line a minute.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield by_the_minute(title, total)
        return
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=console, disable=click.get_current_context().obj["quiet"]) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done, steps=total: bar.update(task, completed=done, total=steps)


def by_the_minute(title: str, total: int | None) -> Callable[..., None]:
    """A function like the one of `progress`, which says a line now and then."""
    begun = told = monotonic()
    first: int | None = None  # what an earlier run had done says nothing of the speed of this one

    def advance(done: int, steps: int | None = total) -> None:
        nonlocal first, told
        first = done if first is None else first
        now = monotonic()
        if steps and first < done and now - told >= TELL_EVERY:
            told = now
            left = (now - begun) * (steps - done) / (done - first) / 60
            tell(f"{title}: {done} of {steps}, about {left:.0f} min left")

    return advance


def echo_table(frame: Any, title: str | None = None, digits: int = 3) -> None:
    """Print a DataFrame on standard output, as wide as the terminal allows; whole lines where there is none."""
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


def forger(seed: int, jobs: int) -> Callable[[Path, Path], Path]:
    """What makes a set of forgeries in a folder from a manifest of genuine images."""

    def forged(manifest: Path, folder: Path) -> Path:
        from realfake.data.forge import forge_folder

        return forge_folder(manifest, folder, seed=seed, jobs=jobs).manifest

    return forged


if __name__ == "__main__":
    main()
