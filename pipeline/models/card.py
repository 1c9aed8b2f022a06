"""The model card: what a model is, what it was made from and what it promises."""

from __future__ import annotations

import pandas as pd
from skops.card import Card

from realfake.pipeline.models.model import Model

FIGURES = "Out-of-fold figures"
LIMITS = """The figures hold for images like the training images: other apps, devices, editors or delivery channels must
be tested with `realfake evaluate`. A low score does not prove an image genuine."""


def model_card(model: Model, row: pd.Series, cost: str = "") -> str:
    """What a model is, what it was made from and what it promises, in Markdown.

    Parameters
    ----------
    row : the figures of its out-of-fold scores
    cost : of one image, in a sentence; "" where it is not known
    """
    title = f"Model card: {model.strategy}"
    families = ", ".join(model.families) or "none"
    versions = ", ".join(f"{name} {number}" for name, number in model.facts["versions"].items())
    figures = f"{title}/{FIGURES}"
    card = Card(None, model_diagram=False, template=None)
    told = f"Scores images for manipulation from {len(model.columns)} columns; families: {families}."
    card.add(**{title: f"{told} {cost}." if cost else told})
    card.add(**{f"{title}/Data": _data(model)})
    card.add_table(description=_unseen(model), **{figures: _figures(model, row)})
    card.select(figures).title = FIGURES  # skops shows the whole path of a table
    card.add(**{f"{title}/Decisions": _decisions(model, row)})
    card.add(**{f"{title}/Limits": f"{LIMITS}\n\nVersions: {versions}."})
    return str(card.render()).lstrip("\n")


def calibrated_card(model: Model, promise: str, before: str = "") -> str:
    """What a model was set anew on and what it promises since, before the card that it had, in Markdown.

    Parameters
    ----------
    promise : in one sentence
    before : card of the model before
    """
    facts, decision = model.facts["calibrated"], model.decision
    taken = "taken to be genuine but for a few fakes" if facts["mostly_genuine"] else "labelled genuine"
    remembers = "Its memory has learnt how their screens look.\n" if facts["remembers"] else ""
    card = f"""# Model card: {model.strategy}, calibrated

Scores images for manipulation; its thresholds were chosen on images of one's own.

## Calibration
{promise}.
A score above {decision.fake:.6g} is an alarm (`fake`), above {decision.review:.6g} is for review.

{facts["images"]} images, {taken}: {facts["genuine"]} counted, {facts["near_duplicates"]} more of the same captures,
{facts["cannot_tell"]} that cannot be judged, {facts["failed"]} that could not be measured.
{remembers}Fingerprint of the images (SHA-256): `{facts["sha256"]}`.
Model before (SHA-256): `{facts["of_model"] or "not saved"}`.

Probabilities are those of the model before; no fake took part, so that nothing new is known of how many are caught.
Calibrate again after an app's redesign or where images arrive another way.
"""
    if not before:
        return card
    return f"{card}\n# The model before\nThe thresholds and rates below no longer hold.\n\n{_deeper(before)}"


def _deeper(card: str) -> str:
    """A card whose headings stand one level lower."""
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in card.splitlines()) + "\n"


def _data(model: Model) -> str:
    data = model.facts["data"]
    about = f"{model.facts['about']}\n\n" if model.facts.get("about") else ""
    return f"""{about}{data["genuine"]} genuine images and {data["fakes"]} fakes ({100 * data["prevalence"]:.2f} %),
in {data["groups"]} groups.
Fingerprint (SHA-256): `{data["sha256"]}`. Seed {model.facts["seed"]}."""


def _unseen(model: Model) -> str:
    return f"""Each image was scored by a model that had not seen its group ({model.facts["folds"]} folds).
Brackets are 95 % intervals."""


def _figures(model: Model, row: pd.Series) -> dict[str, list[str]]:
    names = {
        f"PR-AUC (by chance {model.facts['data']['prevalence']:.3f})": "pr_auc",
        "ROC-AUC": "roc_auc",
        "recall at the alarm threshold": "recall",
        "false-positive rate at the alarm threshold": "fpr",
        "Brier score as learnt": "brier_raw",
        f"Brier score after calibration ({model.calibrator.kind})": "brier",
        "mean distance of probability and share of fakes as learnt": "ece_raw",
        "the same after calibration": "ece",
    }
    return {"figure": list(names), "value": [_bracket(row, name) for name in names.values()]}


def _decisions(model: Model, row: pd.Series) -> str:
    decision = model.decision
    if decision.costs is None:
        asked = f"at most {decision.max_fpr:g} of genuine images"
    else:
        asked = f"a missed fake costs {decision.costs.miss:g}, a false alarm {decision.costs.alarm:g}"
    return f"""Rule: {asked}.
A score above {decision.fake:.6g} is an alarm (`fake`), above {decision.review:.6g} is for review.
From {decision.genuine} genuine out-of-fold scores: expected false-positive rate at most
{decision.expected_fpr:.4g}, and at most {decision.fpr_bound:.4g} with 95 % confidence,
for new images like these, one per capture.
Among 10,000 images at a prevalence of {row["prevalence_stated"]:.4g}: {row["alerts_per_10000"]:.0f} alerts,
{row["caught_per_10000"]:.1f} fakes caught, {row["missed_per_10000"]:.1f} missed,
{row["reviews_per_10000"]:.0f} in review."""


def _bracket(row: pd.Series, name: str) -> str:
    return f"{row[name]:.3f} [{row[f'{name}_low']:.3f}, {row[f'{name}_high']:.3f}]"
