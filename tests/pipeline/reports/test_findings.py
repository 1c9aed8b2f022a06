"""What is said of a run, of tables whose figures are set here."""

import pandas as pd

from realfake.pipeline.learning.strategies import one_strategy
from realfake.pipeline.reports.findings import advice, opinions, standing


def figures(name, pr_auc, **more):
    row = {
        "strategy": name,
        "control": name == "container-only",
        "prevalence": 0.1,
        "to_best": "noise",
        "ece_raw": 0.01,
        "ece": 0.01,
        "fit_seconds": 1.0,
    }
    return row | {"pr_auc": pr_auc, "pr_auc_low": pr_auc - 0.05, "pr_auc_high": pr_auc + 0.05} | more


def pair(better, worse, gap, noise):
    return {
        "better": better,
        "worse": worse,
        "difference": gap,
        "difference_low": gap - 0.02,
        "difference_high": gap + 0.02,
        "noise": noise,
    }


TABLE = pd.DataFrame(
    [
        figures("plain", 0.8, to_best="best"), figures("smote", 0.6, to_best="worse", ece_raw=0.3, fit_seconds=9.0),
        figures("logistic", 0.25), figures("container-only", 0.3),
    ]
)  # fmt: skip
PAIRS = pd.DataFrame(
    [pair("plain", "smote", 0.2, False), pair("plain", "container-only", 0.5, False),
     pair("smote", "container-only", 0.3, False), pair("container-only", "logistic", 0.05, True)]
)  # fmt: skip


def test_opinions_say_what_was_measured_and_no_more():
    said = {one.strategy: one for one in opinions(TABLE, PAIRS, pd.DataFrame())}
    assert list(said) == ["plain", "smote", "logistic"]
    assert said["plain"].pros[:2] == [
        "highest PR-AUC of all: 0.80 [0.75, 0.85]",
        "leads the container alone by 0.50 [0.48, 0.52] of PR-AUC, more than noise",
    ]
    assert not said["plain"].cons
    cons = " ".join(said["smote"].cons)
    assert "below plain by 0.20 [0.18, 0.22]" in cons and "off by 0.30" in cons and "slow: 9 s" in cons
    assert any("no better than the container alone" in con for con in said["logistic"].cons)


def test_advice_counts_what_is_missing():
    said = advice({"genuine_groups": 100, "fake_groups": 8}, TABLE, PAIRS, [], [])
    assert said[0].startswith("Add genuine images: 100") and "300" in said[0]
    assert said[1].startswith("Add fakes: with 8")
    assert not any("container" in sentence for sentence in said)


def test_the_result_is_one_sentence_that_admits_chance():
    assert standing(TABLE, PAIRS).startswith("The best is plain with PR-AUC 0.80 [0.75, 0.85]")
    nothing = TABLE.assign(pr_auc_low=0.05)
    assert standing(nothing, PAIRS).endswith("nothing here stands apart from chance.")


def test_a_forged_strategy_has_its_summary():
    (said,) = opinions(pd.DataFrame([figures("forge", 0.5)]), PAIRS, pd.DataFrame())
    assert said.summary == one_strategy("forge").summary
