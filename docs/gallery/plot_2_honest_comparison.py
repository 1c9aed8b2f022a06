"""
An honest comparison
====================

Strategies against imbalance are compared on grouped folds, with intervals, beside two controls: one that knows the
prevalence alone, and one that sees the file and no pixel. A strategy that does not beat them has learnt nothing.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.model_selection import cross_val_score

import realfake
from realfake.data import synthesise

folder = Path(tempfile.mkdtemp())
drawn = synthesise(folder / "set", genuine=60, fake=15, apps=10, seed=6, jobs=2)
families, workers = ["ela", "residual", "container"], realfake.Workers(jobs=2)
table = realfake.extract(manifest=drawn.manifest, families=families, workers=workers)

# %%
# Whole images
# ------------
# Statistics of a whole screen hardly notice one forged line, and the table says so: every interval holds 0.5, which is
# chance, and no strategy beats the controls. With 15 fakes a single figure without its interval would tell a tale.
cv = realfake.CrossValidation(folds=3, repeats=1)
result = realfake.compare(table, ["plain", "smote", "balanced-bagging"], cv=cv)
shown = ["strategy", "roc_auc", "roc_auc_low", "roc_auc_high", "pr_auc"]
result.metrics[shown].round(2)

# %%
fig, axes = plt.subplots(figsize=(6, 3))
rows = result.metrics
low, high = rows["roc_auc"] - rows["roc_auc_low"], rows["roc_auc_high"] - rows["roc_auc"]
axes.errorbar(rows["roc_auc"], rows["strategy"], xerr=[low, high], fmt="o")
axes.axvline(0.5, color="gray", linestyle=":")
axes.set_xlabel("ROC-AUC with a 95 % interval; 0.5 is chance")
plt.tight_layout()
plt.show()

# %%
# The same learners in scikit-learn
# ---------------------------------
# A strategy is a classifier like any other. It resamples inside the training part of each fold.
X, y = table.filter(like="__"), table["label"]
classifier = realfake.StrategyClassifier("smote", random_state=0)
cross_val_score(classifier, X, y, cv=3, scoring="roc_auc").round(2)
