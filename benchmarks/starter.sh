#!/bin/sh
# Make the starter model from generated screenshots alone: sh benchmarks/starter.sh WORK_FOLDER MODEL_FOLDER
set -eu
work=$1
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)  # nproc would heed OMP_NUM_THREADS

for seed in 20 21; do
    realfake synth "$work/$seed" --genuine 1000 --fake 2600 --apps 1000 --seed "$seed" --jobs "$jobs"
done
# Forgers of drawn transfers go for values; a forger of any other screen changes whatever line stands there.
realfake forge "$work/20/manifest.csv" -o "$work/forged" --per-image 1 --seed 22 --jobs "$jobs"
python - "$work" <<'PYTHON'
import sys
from pathlib import Path

import pandas as pd

work, parts = Path(sys.argv[1]), []
for name in ("20", "21", "forged"):
    part = pd.read_csv(work / name / "manifest.csv")
    part[["path", "mask"]] = name + "/" + part[["path", "mask"]]
    parts.append(part[["path", "label", "group", "mask", "app"]])
pd.concat(parts).to_csv(work / "manifest.csv", index=False)
PYTHON
realfake extract --manifest "$work/manifest.csv" --level region -o "$work/regions.parquet" --jobs "$jobs"
realfake extract --manifest "$work/manifest.csv" --families container -o "$work/features.csv" --jobs "$jobs"
# Apps stay on one side of every split: the threshold must hold on apps that were never seen.
realfake train "$work/features.csv" --regions "$work/regions.parquet" --families regions --group-by app \
    --strategy logistic --word-strategy plain --max-fpr 0.01 --review-fpr 0.05 --prevalence 0.01 --seed 20 \
    --about "Generated screenshots of fictional apps alone: no real app, bank or person is in it. Made by: make starter-model" \
    -o "$2"
