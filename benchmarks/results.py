"""Makes docs/results.md from drawn screenshots: `python -m benchmarks.results WORK_FOLDER`."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import click
import joblib
import numpy as np
import pandas as pd
from jinja2 import Template

from realfake.data.forge import forge_folder
from realfake.data.synth import synthesise
from realfake.forensics.extract import extract_regions
from realfake.pipeline.comparison.compare import Comparison, compare_on
from realfake.pipeline.comparison.protocols import leave_out, undersample_fakes
from realfake.pipeline.comparison.record import Record, read_record
from realfake.pipeline.extraction.bulk import extract_to
from realfake.pipeline.extraction.inputs import gather
from realfake.pipeline.extraction.wanted import Wanted
from realfake.pipeline.learning.cross_validation import (
    LearningSet,
    Split,
    at_equal_priors,
    derived_seed,
    fit,
    grouped_folds,
    score,
)
from realfake.pipeline.learning.forged import Forged, forged_rows
from realfake.pipeline.learning.strategies import Strategy, choose_strategies, one_strategy
from realfake.pipeline.learning.training_set import further_rows
from realfake.pipeline.metrics.bootstrap import REPLICATES, group_weights, interval_of
from realfake.pipeline.metrics.intervals import Interval, percentile_interval
from realfake.pipeline.metrics.probabilities import calibration_error_of, expected_calibration_error
from realfake.pipeline.metrics.ranking import average_precision_of, ranking, rates, recall_at_fpr_of, roc_auc_of
from realfake.pipeline.models.folder import STARTER
from realfake.pipeline.models.model import load_model, versions
from realfake.pipeline.models.train import train_model
from realfake.pipeline.settings import CrossValidation, Deployment, Workers
from realfake.pipeline.tables.design import design_matrix
from realfake.pipeline.tables.labelled_words import labelled_words
from realfake.pipeline.tables.present import bracket, to_markdown
from realfake.pipeline.tables.table import Labelled, labelled, read_table
from realfake.pipeline.words.scored import ScoredWords
from realfake.pipeline.words.two_levels import only_families, with_region_scores, with_scores_of

PAGE = Path(__file__).parents[1] / "docs" / "results.md"
TEMPLATE = Path(__file__).with_name("results.md.template")
FAMILIES = ("ela", "residual", "quantization", "wavelet", "container")  # of the image level
RARITY = 50  # genuine images per fake in training
PREVALENCE = 1 / (RARITY + 1)
RUNGS = (20, RARITY)  # of the ladder, after the set as it is
TAUGHT = 8  # untouched words of each image that teach; all words are tested
FOLDS = 4
SMOTES = ("smote", "borderline-smote")
PARTS = ("balanced-bagging", "easy-ensemble", "balanced-forest", "rusboost")
WORD_STRATEGIES = (
    "plain", "class-weight", "focal", "random-over", "random-under", *SMOTES, *PARTS, "logistic", "forge",
    "forge+balanced-bagging",
)  # fmt: skip
FEW = ("plain", "class-weight", "smote", "balanced-bagging", "forge")  # on the ladder and for apps never seen
CONTROLS = ("prior", "container-only")
TIMED = 8  # images whose forging is timed
BOUNDS = 100  # replicates behind the bounds of calibration errors of words


@dataclass(frozen=True)
class Data:
    """The drawn set: images, their known words, and what was forged of the genuine ones."""

    images: Labelled
    words: Labelled
    word_table: pd.DataFrame
    forged: Forged


@dataclass(frozen=True)
class Judged:
    """Image scores of one way to find fakes, with figures and their replicates from the same draws of groups."""

    name: str
    figures: Mapping[str, Interval]
    replicates: Mapping[str, np.ndarray]


@click.command()
@click.argument("work", type=click.Path(file_okay=False, path_type=Path))
@click.option("--genuine", default=500, show_default=True)
@click.option("--fake", default=80, show_default=True)
@click.option("--apps", default=40, show_default=True)
@click.option("--forged", default=120, show_default=True, help="Genuine images that are forged for the strategy forge.")
@click.option("--seed", default=31, show_default=True)
@click.option("--jobs", "-j", default=joblib.cpu_count(), show_default=True)
@click.option("--output", "-o", type=click.Path(path_type=Path), default=PAGE, show_default=True)
def main(work: Path, genuine: int, fake: int, apps: int, forged: int, seed: int, jobs: int, output: Path) -> None:
    """Draw a set, compare every strategy on images and on words, and write the page. Stopped, it goes on."""
    data = draw(work, genuine, fake, apps, forged, seed, jobs)
    say("image level")
    images = kept(work / "images.csv", lambda: on_images(data.images, seed, jobs))
    rungs = {}
    for ratio in (None, *RUNGS):
        names = WORD_STRATEGIES if ratio == RARITY else FEW
        say(f"words, {named(ratio, data)}")
        make = lambda ratio=ratio, names=names: on_words(data, names, ratio, seed, jobs)  # noqa: E731
        rungs[named(ratio, data)] = kept(work / f"words-{ratio or 'all'}.csv", make)
    say("apps never seen")
    unseen = kept_table(work / "unseen.parquet", lambda: apps_left_out(data, seed, jobs))
    say("two levels")
    whole = kept_table(work / "two-levels.parquet", lambda: two_levels(data, seed))
    say("time of forging")
    making = kept_table(work / "times.parquet", lambda: pd.DataFrame([making_times(data, seed)])).iloc[0].to_dict()
    output.write_text(
        page(data, images, rungs, unseen, whole, making, (genuine, fake, apps, forged, seed)), encoding="utf-8"
    )
    say(f"wrote {output}")


def say(sentence: str) -> None:
    """A line on standard error with the time."""
    click.echo(f"{time.strftime('%H:%M:%S')} {sentence}", err=True)


def draw(work: Path, genuine: int, fake: int, apps: int, forged: int, seed: int, jobs: int) -> Data:
    """The set, measured on both levels, and the forgeries of its genuine images."""
    say("draw")
    made = synthesise(work / "set", genuine=genuine, fake=fake, apps=apps, seed=seed, jobs=jobs)
    items = gather((), made.manifest)
    starter = load_model(STARTER)
    summary = ScoredWords(starter.scorer, starter.fingerprint)  # type: ignore[arg-type]  # the starter has a scorer
    for name, wanted in (("images", Wanted(FAMILIES, summary=summary)), ("words", Wanted(level="region"))):
        say(f"measure {name}")
        if not (work / f"{name}.parquet").exists():
            extract_to(items, work / f"{name}.parquet", wanted, workers=Workers(jobs))
    images, table = labelled(read_table(work / "images.parquet")), read_table(work / "words.parquet")
    words = labelled_words(table)
    say("forge")
    return Data(images, words, table, forge(work, words, forged, seed, jobs))


def forge(work: Path, words: Labelled, count: int, seed: int, jobs: int) -> Forged:
    """Words of forgeries of some genuine images, kept from an earlier run where there was one."""
    path = work / "forged.parquet"
    if not path.exists():
        rng = np.random.default_rng(derived_seed(seed, 21))
        genuine = np.unique(words.frame["path"][words.frame["label"].astype(int) == 0])
        chosen = rng.permutation(genuine)[:count]
        some = words.take(np.flatnonzero(words.frame["path"].isin(chosen)))

        def make(manifest: Path, folder: Path) -> Path:
            return forge_folder(manifest, folder, per_image=1, seed=seed, jobs=jobs).manifest

        made = forged_rows(some, make, jobs)
        kept_rows = taught(made.frame["path"].to_numpy(), made.y, seed)
        frame = made.frame.iloc[kept_rows].assign(
            forged_y=made.y[kept_rows], forged_group=made.groups[kept_rows], forged_donor=made.donors[kept_rows]
        )
        frame.to_parquet(path)
    frame = pd.read_parquet(path).reset_index(drop=True)
    extra = (frame.pop(name).to_numpy() for name in ("forged_y", "forged_group", "forged_donor"))
    return Forged(frame, *extra)


def making_times(data: Data, seed: int) -> dict[str, float]:
    """Seconds an image, on one process: to measure its words, and to forge it once and measure the forgery's words."""
    frame = data.words.frame
    genuine = np.unique(frame["path"][frame["label"].astype(int) == 0])
    chosen = np.random.default_rng(derived_seed(seed, 23)).permutation(genuine)[:TIMED]
    some = data.words.take(np.flatnonzero(frame["path"].isin(chosen)))

    def make(manifest: Path, folder: Path) -> Path:
        return forge_folder(manifest, folder, per_image=1, seed=seed, jobs=1).manifest

    begun = time.perf_counter()
    for path in chosen:
        extract_regions(str(path))
    measured = time.perf_counter()
    forged_rows(some, make, 1)
    return {"measure": (measured - begun) / TIMED, "forge": (time.perf_counter() - measured) / TIMED}


def taught(paths: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Every edited word, and a few untouched ones of each image, drawn once for all strategies: positions."""
    order = np.random.default_rng(derived_seed(seed, 22)).permutation(len(paths))
    place = pd.Series(paths[order]).groupby(paths[order]).cumcount().to_numpy()
    return np.sort(np.concatenate([order[(place < TAUGHT) & (y[order] == 0)], np.flatnonzero(y == 1)]))


def named(ratio: int | None, data: Data) -> str:
    """The rarity in training as people write it."""
    y = data.images.y
    return f"1:{ratio}" if ratio else f"1:{(y == 0).sum() / y.sum():.0f}"


def kept(path: Path, make: Callable[[], Comparison]) -> Record:
    """The record of a comparison, made where there is none from an earlier run."""
    if not path.with_suffix(".run").exists():
        scratch = path.with_name(f"making-{path.name}")
        make().write(scratch)
        scratch.replace(path)
        shutil.move(scratch.with_suffix(".run"), path.with_suffix(".run"))
    return read_record(path)


def kept_table(path: Path, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """A table, made where there is none from an earlier run."""
    if not path.exists():
        make().to_parquet(path)
    return pd.read_parquet(path)


def image_splits(data: Labelled, ratio: int | None, seed: int, repeat: int = 0) -> list[Split]:
    """Grouped folds whose training parts have fakes as rare as stated."""
    whole = grouped_folds(data.y, data.groups, FOLDS, derived_seed(seed, repeat))
    return [thinned(split, data, ratio, derived_seed(seed, 7, repeat, n)) for n, split in enumerate(whole)]


def thinned(split: Split, data: Labelled, ratio: int | None, seed: int) -> Split:
    """The split with so many genuine images per fake in training; unchanged where they are rarer already."""
    return (undersample_fakes(split, data.y, data.groups, ratio, seed) if ratio else None) or split


def on_images(data: Labelled, seed: int, jobs: int) -> Comparison:
    """Every strategy on the features of whole images."""
    splits = [image_splits(data, RARITY, seed)]
    return compare_on(data, choose_strategies(), splits, CrossValidation(seed=seed, jobs=jobs), Deployment(PREVALENCE))


def on_words(data: Data, names: Sequence[str], ratio: int | None, seed: int, jobs: int) -> Comparison:
    """Strategies on words, in the folds of their images."""
    splits = [word_split(split, data, seed) for split in image_splits(data.images, ratio, seed)]
    strategies = [one_strategy(name) for name in names]
    cv = CrossValidation(seed=seed, jobs=jobs)
    return compare_on(data.words, strategies, [splits], cv, forged=data.forged)


def word_split(split: Split, data: Data, seed: int) -> Split:
    """The words of a split of images: some of them teach, all of them are tested."""
    paths = data.words.frame["path"].to_numpy()
    teaching = np.zeros(len(paths), bool)
    teaching[taught(paths, data.words.y, seed)] = True
    train, test = (data.images.frame["path"].iloc[part] for part in (split.train, split.test))
    return Split(np.flatnonzero(teaching & np.isin(paths, train)), np.flatnonzero(np.isin(paths, test)), split.held_out)


def app_splits(data: Data, seed: int) -> list[Split]:
    """One app left out at a time, with training parts as rare as stated."""
    splits = enumerate(leave_out(data.images, "app"))
    return [thinned(split, data.images, RARITY, derived_seed(seed, 8, number)) for number, split in splits]


def apps_left_out(data: Data, seed: int, jobs: int) -> pd.DataFrame:
    """Word scores by learners that saw nothing of the app: `strategy`, `path`, `score`."""
    splits = [word_split(split, data, seed) for split in app_splits(data, seed)]
    strategies = [one_strategy(name) for name in FEW]
    X = design_matrix(data.words.frame, strategies[0].columns(data.words.frame))
    known = LearningSet(X, data.words.y, data.words.groups)
    further = further_rows(data.forged, strategies, data.words)
    calls = [
        joblib.delayed(unseen_scores)(s, split, replace(known, further=further if s.forged else None), seed)
        for split in splits
        for s in strategies
    ]
    found = joblib.Parallel(n_jobs=jobs, max_nbytes="1M")(calls)
    paths = data.words.frame["path"].to_numpy()
    parts = [pd.DataFrame({"strategy": name, "path": paths[rows], "score": scores}) for name, rows, scores in found]
    return pd.concat(parts, ignore_index=True)


def unseen_scores(
    strategy: Strategy, split: Split, known: LearningSet, seed: int
) -> tuple[str, np.ndarray, np.ndarray]:
    """Scores of a test part at even odds."""
    X_train, y_train = known.part(split.train).taught()
    model = fit(strategy, X_train, y_train, seed)
    return strategy.name, split.test, at_equal_priors(score(model, known.X[split.test]), strategy, y_train)


def two_levels(data: Data, seed: int) -> pd.DataFrame:
    """Image scores of the starter and of a model of both levels trained on this set: `strategy`, `path`, `score`."""
    model = load_model(STARTER)
    table = data.images.frame
    starter = model.scores(with_scores_of(table, data.word_table, model.scorer))  # type: ignore[arg-type]
    joined, scorer = with_region_scores(table, data.word_table, one_strategy("plain"), seed)
    rows = labelled(only_families(joined, ["regions"]))
    own = train_model(rows, one_strategy("logistic"), cv=CrossValidation(seed=seed), scorer=scorer)
    parts = {"starter": (table["path"], starter), "trained": (own.scores["path"], own.scores["score"])}
    return pd.concat([pd.DataFrame({"strategy": n, "path": p, "score": s}) for n, (p, s) in parts.items()])


def judge(scores: pd.DataFrame, data: Data, seed: int) -> dict[str, Judged]:
    """Figures of images by their highest score, which is that of the most suspicious word where rows are words."""
    known = data.images.frame.set_index("path")["label"].astype(int)
    group = pd.Series(data.images.groups, index=data.images.frame["path"])
    found = {}
    for name, mine in scores.groupby("strategy", sort=False):
        top = mine.groupby("path")["score"].max().reindex(known.index).fillna(0.0)
        y, value = known.to_numpy(), top.to_numpy()
        weights = group_weights(y, group.reindex(known.index).to_numpy(), REPLICATES, seed)
        order = ranking(y, value)
        figures, replicates = {}, {}
        for title, figure in FIGURES.items():
            one, many = figure(*rates(order))[0], figure(*rates(order, weights))
            figures[title], replicates[title] = percentile_interval(float(one), many), many
        found[str(name)] = Judged(str(name), figures, replicates)
    return found


PR, ROC, RECALL = f"PR-AUC at 1:{RARITY}", "ROC-AUC", "recall at 5 % FPR"
FIGURES: Mapping[str, Callable[..., np.ndarray]] = {
    PR: lambda caught, alarmed: average_precision_of(caught, alarmed, PREVALENCE),
    ROC: roc_auc_of,
    RECALL: lambda caught, alarmed: recall_at_fpr_of(caught, alarmed, 0.05),
}


def difference(judged: Mapping[str, Judged], one: str, other: str, figure: str = ROC) -> Interval:
    """How much better one is than the other, with bounds from the same draws."""
    a, b = judged[one], judged[other]
    return percentile_interval(
        a.figures[figure].value - b.figures[figure].value, a.replicates[figure] - b.replicates[figure]
    )


def verdict(gap: Interval) -> str:
    """What an interval says of a difference."""
    return "better" if gap.low > 0 else "worse" if gap.high < 0 else "no different, as far as this set can tell"


def against(judged: Mapping[str, Judged], names: Sequence[str], other: str) -> str:
    """One line per strategy: its difference to another in two figures, and what that says."""
    lines = []
    for name in names:
        gap, area = difference(judged, name, other, PR), difference(judged, name, other)
        said = verdict(area)
        if verdict(gap) != said:
            said = f"by ROC-AUC {said}; by PR-AUC {verdict(gap)}"
        lines.append(f"- `{name}` against `{other}`: {signed(area)} of ROC-AUC, {signed(gap)} of PR-AUC: {said}.")
    return "\n".join(lines)


def on_both(pictures: Mapping[str, Judged], words: Mapping[str, Judged], names: Sequence[str], other: str) -> str:
    """The same question asked of images, whose rows sum up their words, and of words one by one."""
    of_images = against(pictures, [name for name in names if name in pictures], other)
    return f"On images:\n\n{of_images}\n\nWord by word:\n\n{against(words, names, other)}"


def signed(gap: Interval) -> str:
    """`+0.02 [-0.01, +0.05]`."""
    return f"{gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"


def figure_table(judged: Mapping[str, Judged], more: Callable[[str], dict[str, str]] = lambda name: {}) -> str:
    """A Markdown table, best first."""
    ordered = sorted(judged.values(), key=lambda one: -one.figures[ROC].value)
    rows = [
        {"": one.name}
        | {title: bracket(found.value, found.low, found.high) for title, found in one.figures.items()}
        | more(one.name)
        for one in ordered
    ]
    return to_markdown(pd.DataFrame(rows))


def page(
    data: Data,
    images: Record,
    rungs: Mapping[str, Record],
    unseen: pd.DataFrame,
    whole: pd.DataFrame,
    making: Mapping[str, float],
    made: Sequence[int],
) -> str:
    """The page."""
    genuine, fake, apps, forged, seed = made
    rare = f"1:{RARITY}"
    main_rung = rungs[rare]
    words = judge(main_rung.scores, data, seed)
    pictures = judge(images.scores, data, seed)
    left = judge(unseen, data, seed)
    levels = judge(whole, data, seed)
    real = {name: one for name, one in words.items() if name not in CONTROLS}
    forging = [name for name in real if name.startswith("forge")]
    best = first(one for one in real.values() if one.name not in forging)
    rivals = {best.name: forging}
    rivals.setdefault("plain", forging[:1])
    best_image = first(one for one in pictures.values() if one.name not in CONTROLS)
    facts = main_rung.metrics.set_index("strategy")
    times = facts["fit_seconds"]
    lost = [name for name in real if difference(words, name, "plain").high < 0]
    won = [name for name in real if name != "plain" and difference(words, name, "plain").low > 0]

    errors = {name: calibration_errors(main_rung, name, data, seed) for name in real}

    def cost(name: str) -> dict[str, str]:
        stated = {title: bracket(one.value, one.low, one.high, 3) for title, one in errors[name].items()}
        return {"seconds to fit": f"{facts.loc[name, 'fit_seconds']:.2f}"} | stated

    steps = {rung: judge(record.scores, data, seed) for rung, record in rungs.items()}
    ladder = pd.DataFrame(
        [
            {"strategy": name} | {rung: bracket_of(found[name].figures[ROC]) for rung, found in steps.items()}
            for name in FEW
        ]
    )
    both = pd.DataFrame(
        [
            {
                "strategy": name,
                "other captures": bracket_of(words[name].figures[ROC]),
                "other apps": bracket_of(left[name].figures[ROC]),
                "difference": signed(unpaired(left, words, name)),
            }
            for name in FEW
        ]
    )
    quickest, slowest = str(times.idxmin()), str(times.idxmax())
    template = Template(TEMPLATE.read_text(encoding="utf-8"), keep_trailing_newline=True)
    return template.render(
        genuine=genuine,
        fake=fake,
        apps=apps,
        forged=forged,
        seed=seed,
        rarity=RARITY,
        prevalence=PREVALENCE,
        folds=FOLDS,
        families=", ".join(FAMILIES),
        image_table=figure_table(pictures),
        best_image=best_image,
        best_image_auc=bracket_of(best_image.figures[ROC]),
        words=len(data.words.y),
        edited=int(data.words.y.sum()),
        container_auc=bracket_of(pictures["container-only"].figures[ROC]),
        word_table=figure_table(words, cost),
        image_verdict=image_verdict(pictures, best_image.name),
        level_table=figure_table(levels),
        best=best,
        smote=on_both(pictures, words, SMOTES, "plain"),
        parts=on_both(pictures, words, PARTS, "class-weight"),
        forging="\n".join(against(words, some, name) for name, some in rivals.items()),
        ladder=to_markdown(ladder),
        forge_by_rung=forge_by_rung(steps),
        taught=taught_fakes(data, seed),
        unseen=against(left, [name for name in FEW if name != "plain"], "plain"),
        making=making,
        both=to_markdown(both),
        calibration=calibration_said(errors),
        quickest=quickest,
        slowest=slowest,
        times=times,
        lost=listed(lost),
        won=listed(won),
        image_loss=image_loss(pictures),
        versions=", ".join(f"{name} {number}" for name, number in versions().items()),
    )


def first(judged: Iterable[Judged]) -> Judged:
    """The one of the highest ROC-AUC."""
    return max(judged, key=lambda one: one.figures[ROC].value)


def bracket_of(found: Interval) -> str:
    """`0.71 [0.60, 0.82]`."""
    return bracket(found.value, found.low, found.high)


def unpaired(left: Mapping[str, Judged], words: Mapping[str, Judged], name: str) -> Interval:
    """What a strategy loses on apps never seen, on the same images."""
    a, b = left[name], words[name]
    return percentile_interval(a.figures[ROC].value - b.figures[ROC].value, a.replicates[ROC] - b.replicates[ROC])


def image_verdict(pictures: Mapping[str, Judged], best: str) -> str:
    """Whether whole images tell anything beyond chance and the container."""
    if pictures[best].figures[ROC].low <= 0.5:
        return "That is chance: these columns do not find edits of a few letters, whatever the strategy."
    gap = difference(pictures, best, "container-only")
    return f"Its lead over that control is {signed(gap)}: {verdict(gap)}."


def image_loss(pictures: Mapping[str, Judged]) -> str:
    """Which strategies cannot tell fakes among images."""
    lost = [n for n, one in pictures.items() if n not in CONTROLS and one.figures[ROC].low <= 0.5]
    return f"On images, {len(lost)} of {len(pictures) - len(CONTROLS)} strategies cannot be told from chance."


def forge_by_rung(steps: Mapping[str, Mapping[str, Judged]]) -> str:
    """One line per rarity: `forge` against the best of those that do not forge."""
    lines = []
    for rung, found in steps.items():
        other = first(found[name] for name in FEW if name != "forge").name
        gap = difference(found, "forge", other)
        lines.append(f"- at {rung}, `forge` against `{other}`: {signed(gap)} of ROC-AUC: {verdict(gap)}.")
    return "\n".join(lines)


def taught_fakes(data: Data, seed: int) -> Mapping[str, float]:
    """Forged images that a training part holds at the stated rarity, by captures and by apps, on average."""
    by_capture = image_splits(data.images, RARITY, seed)
    by_app = app_splits(data, seed)
    return {
        name: float(np.mean([data.images.y[split.train].sum() for split in splits]))
        for name, splits in (("captures", by_capture), ("apps", by_app))
    }


def calibration_errors(record: Record, name: str, data: Data, seed: int) -> dict[str, Interval]:
    """The mean distance of a word's stated probability from the share of edited words, before and after."""
    mine = record.scores[record.scores["strategy"] == name]
    y = mine["label"].to_numpy()
    weights = group_weights(y, data.words.groups[mine["row"]], BOUNDS, seed)
    found = {}
    for title, column in (("ECE as learnt", "raw"), ("prior moved", "corrected"), ("calibrated", "probability")):
        stated = mine[column].to_numpy()
        drawn = calibration_error_of(y, stated, weights)
        found[title] = interval_of("ece", expected_calibration_error(y, stated), drawn)
    return found


def calibration_said(errors: Mapping[str, Mapping[str, Interval]]) -> str:
    """The worst and best of words' probabilities before and after."""
    learnt, after = (
        sorted(errors, key=lambda name: errors[name][title].value) for title in ("ECE as learnt", "calibrated")
    )

    def said(name: str, title: str) -> str:
        one = errors[name][title]
        return f"{bracket(one.value, one.low, one.high, 3)} (`{name}`)"

    return (
        "Mean distance of a word's stated probability from the share of edited words: as learnt between "
        f"{said(learnt[0], 'ECE as learnt')} and {said(learnt[-1], 'ECE as learnt')}, with "
        f"{said('smote', 'ECE as learnt')} and {said('forge', 'ECE as learnt')} between them; after calibration on "
        f"unseen scores at most {said(after[-1], 'calibrated')}. Untouched words were thinned for training, so part of "
        "what is off as learnt is the prior's."
    )


def listed(names: Sequence[str]) -> str:
    """Names in code type."""
    return ", ".join(f"`{name}`" for name in names) or "none"


if __name__ == "__main__":
    main()
