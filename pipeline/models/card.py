"""The model card: what a model is, what it was made from and what it promises."""

from __future__ import annotations

import pandas as pd

from realfake.pipeline.models.model import Model


def model_card(model: Model, row: pd.Series) -> str:
    """What a model is, what it was made from and what it promises, in Markdown.

    Parameters
    ----------
    row : the figures of its out-of-fold scores
    """
    data, decision = model.facts["data"], model.decision
    if decision.costs is None:
        asked = f"at most {decision.max_fpr:g} of genuine images"
    else:
        asked = f"a missed fake costs {decision.costs.miss:g}, a false alarm {decision.costs.alarm:g}"
    versions = ", ".join(f"{name} {number}" for name, number in model.facts["versions"].items())
    about = f"{model.facts['about']}\n\n" if model.facts.get("about") else ""
    return f"""# Model card: {model.strategy}

Scores images for manipulation from {len(model.columns)} columns; families: {", ".join(model.families) or "none"}.

## Data
{about}{data["genuine"]} genuine images and {data["fakes"]} fakes ({100 * data["prevalence"]:.2f} %),
in {data["groups"]} groups.
Fingerprint (SHA-256): `{data["sha256"]}`. Seed {model.facts["seed"]}.

## Out-of-fold figures
Each image was scored by a model that had not seen its group ({model.facts["folds"]} folds).
Brackets are 95 % intervals.

| figure | value |
|---|---|
| PR-AUC (by chance {data["prevalence"]:.3f}) | {_bracket(row, "pr_auc")} |
| ROC-AUC | {_bracket(row, "roc_auc")} |
| recall at the alarm threshold | {_bracket(row, "recall")} |
| false-positive rate at the alarm threshold | {_bracket(row, "fpr")} |
| Brier score as learnt | {_bracket(row, "brier_raw")} |
| Brier score after calibration ({model.calibrator.kind}) | {_bracket(row, "brier")} |
| mean distance of probability and share of fakes as learnt | {_bracket(row, "ece_raw")} |
| the same after calibration | {_bracket(row, "ece")} |

## Decisions
Rule: {asked}. A score above {decision.fake:.6g} is an alarm (`fake`), above {decision.review:.6g} is for review.
From {decision.genuine} genuine out-of-fold scores: expected false-positive rate at most
{decision.expected_fpr:.4g}, and at most {decision.fpr_bound:.4g} with 95 % confidence,
for new images like these, one per capture.
Among 10,000 images at a prevalence of {row["prevalence_stated"]:.4g}: {row["alerts_per_10000"]:.0f} alerts,
{row["caught_per_10000"]:.1f} fakes caught, {row["missed_per_10000"]:.1f} missed,
{row["reviews_per_10000"]:.0f} in review.

## Limits
The figures hold for images like the training images: other apps, devices, editors or delivery channels must be tested
with `realfake evaluate`. A low score does not prove an image genuine.

Versions: {versions}.
"""


def _bracket(row: pd.Series, name: str) -> str:
    return f"{row[name]:.3f} [{row[f'{name}_low']:.3f}, {row[f'{name}_high']:.3f}]"
