#!/bin/sh
# Make the starter model: sh benchmarks/starter.sh WORK_FOLDER MODEL_FOLDER [SCREENS_FOLDER]
# It learns from generated screenshots and, where SCREENS_FOLDER has a manifest.csv of genuine real ones (path, label,
# group, app), from those too: as they are, and forged. LEAVE_OUT names a file of apps, one a line, that it never sees.
set -eu
work=$1 model=$2 screens=${3:-}
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)  # nproc would heed OMP_NUM_THREADS

if [ -n "$screens" ]; then seeds=20 genuine=500 fakes=1300; else seeds="20 21" genuine=1000 fakes=2600; fi
for seed in $seeds; do
    realfake synth "$work/$seed" --genuine $genuine --fake $fakes --apps $genuine --seed "$seed" --jobs "$jobs"
done
# Forgers of drawn transfers go for values; a forger of any other screen changes whatever line stands there.
realfake forge "$work/20/manifest.csv" -o "$work/forged" --per-image 1 --seed 22 --jobs "$jobs"
if [ -n "$screens" ]; then
    python - "$screens" "$work/screens.csv" "${LEAVE_OUT:-}" <<'PYTHON'
import sys
from pathlib import Path

import pandas as pd

screens, output, leave_out = sys.argv[1:]
left = Path(leave_out).read_text(encoding="utf-8").split("\n") if leave_out else []
frame = pd.read_csv(Path(screens) / "manifest.csv", dtype={"app": str, "group": str})
frame = frame[(frame["label"] == 0) & ~frame["app"].isin([name.strip() for name in left])]
frame["path"] = [str(Path(screens).resolve() / path) for path in frame["path"]]
frame[["path", "label", "group", "app"]].to_csv(output, index=False)
PYTHON
    realfake forge "$work/screens.csv" -o "$work/real" --per-image 2 --seed 23 --jobs "$jobs"
fi
about=$(python - "$work" "$screens" $seeds <<'PYTHON'
import sys
from pathlib import Path

import pandas as pd

COLUMNS = ["path", "label", "group", "mask", "app"]
work, real, seeds = Path(sys.argv[1]), bool(sys.argv[2]), sys.argv[3:]
parts, about = [], "Generated screenshots of fictional apps alone: no real app, bank or person is in it."
made = "make starter-model"
for name in (*seeds, "forged", *["real"] * real):
    part = pd.read_csv(work / name / "manifest.csv", keep_default_na=False, dtype={"app": str, "group": str})
    if real and name == "forged":
        part = part[part["label"] == 1]  # the genuine ones are those of the generated set through another channel
    part["path"] = name + "/" + part["path"]
    part["mask"] = [name + "/" + mask if mask else "" for mask in part["mask"]]
    parts.append(part[COLUMNS])
if real:
    whole = pd.read_csv(work / "screens.csv", dtype={"app": str, "group": str}).assign(mask="")
    parts.append(whole[COLUMNS])
    about = (
        f"Generated screenshots of fictional apps, and {len(whole)} genuine screenshots of {whole['app'].nunique()} "
        "open-source apps (realfake screens lists them), as published and forged by realfake forge."
    )
    made += " SCREENS=folder"
pd.concat(parts).to_csv(work / "manifest.csv", index=False)
print(f"{about} Made by: {made}")
PYTHON
)
realfake extract --manifest "$work/manifest.csv" --level region -o "$work/regions.parquet" --jobs "$jobs"
realfake extract --manifest "$work/manifest.csv" --families container -o "$work/features.csv" --jobs "$jobs"
# Apps stay on one side of every split: the threshold must hold on apps that were never seen.
# Seven of the columns that sum up words: with all of them, screens that were sent on raised more alarms than stated.
columns=regions__second,regions__score__largest,regions__score__margin,regions__score__gap,regions__count__words
realfake train "$work/features.csv" --regions "$work/regions.parquet" --families "$columns" --group-by app \
    --strategy logistic --word-strategy plain --max-fpr 0.01 --review-fpr 0.05 --prevalence 0.01 --seed 20 \
    --about "$about" -o "$model"
