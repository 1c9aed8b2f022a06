#!/bin/sh
# Make the starter model: sh benchmarks/starter.sh WORK_FOLDER MODEL_FOLDER [SCREENS_FOLDER [LABELLED_FOLDER ...]]
# It learns from generated screenshots and, where SCREENS_FOLDER has a manifest.csv of genuine real ones (path, label,
# group, app), from those too: as they are, forged, and forged with the editors that EDITORS names. LABELLED_FOLDERs have
# manifests of images that others forged (path, label, app, mask), which teach as they are. LEAVE_OUT names a file of
# apps, one a line, of which it sees no screen in SCREENS_FOLDER.
set -eu
work=$1 model=$2 screens=${3:-}
[ $# -le 3 ] && set -- || shift 3
editors=${EDITORS-gimp,imagemagick,chromium,pillow}
mkdir -p "$work/labelled"
for folder in "$@"; do ln -sfn "$(realpath "$folder")" "$work/labelled/$(basename "$folder")"; done
[ -z "$screens" ] || ln -sfn "$(realpath "$screens")" "$work/screens"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)  # nproc would heed OMP_NUM_THREADS

if [ -n "$screens" ]; then seeds=20 genuine=500 fakes=650; else seeds="20 21" genuine=1000 fakes=2600; fi
for seed in $seeds; do
    realfake synth "$work/$seed" --genuine $genuine --fake $fakes --apps $genuine --seed "$seed" --jobs "$jobs"
done
# Forgers of drawn transfers go for values; a forger of any other screen changes whatever line stands there.
if [ -z "$screens" ]; then
    realfake forge "$work/20/manifest.csv" -o "$work/forged" --per-image 1 --seed 22 --jobs "$jobs"
else
    python - "$screens" "$work/screens.csv" "${LEAVE_OUT:-}" <<'PYTHON'
import os
import sys
from pathlib import Path

import pandas as pd

screens, output, leave_out = sys.argv[1:]
left = Path(leave_out).read_text(encoding="utf-8").split("\n") if leave_out else []
frame = pd.read_csv(Path(screens) / "manifest.csv", dtype={"app": str, "group": str})
frame = frame[(frame["label"] == 0) & ~frame["app"].isin([name.strip() for name in left])]
frame["path"] = [os.path.relpath(Path(screens) / path, Path(output).parent) for path in frame["path"]]
frame[["path", "label", "group", "app"]].to_csv(output, index=False)
PYTHON
    # Each real screen is forged twice, and sent anew unforged each time. Then real and drawn screens once more: in the
    # hands of those who open a program, and for what is rare above and hard to learn from few (a digit, characters erased,
    # a stretch). A line: name, seed, which real and which drawn screens (the first, one in so many), what teaches, and how.
    rare=partial,strike,digit,rearrange
    cat >"$work/rounds.txt" <<ROUNDS
real 23 0:1 none all
edited 24 0:2 0:4 fakes --editors $editors
stretched 25 1:6 1:8 fakes --kinds lay-stretch
rare 26 1:2 1:2 fakes --kinds $rare
real2 27 0:1 none all
edited2 28 1:2 2:4 fakes --editors $editors
rare2 29 0:2 0:2 fakes --kinds $rare
ROUNDS
    python - "$work" <<'PYTHON'
import sys
from pathlib import Path

import pandas as pd

work = Path(sys.argv[1])
drawn = pd.read_csv(work / "20" / "manifest.csv", dtype=str).query("label == '0'")
drawn["path"] = "20/" + drawn["path"]
screens = pd.read_csv(work / "screens.csv", dtype=str)
for line in (work / "rounds.txt").read_text(encoding="utf-8").splitlines():
    name, _, *which = line.split()[:4]
    chosen = []
    for frame, places in zip((screens, drawn), which):
        if places != "none":
            first, every = map(int, places.split(":"))
            chosen.append(frame[first::every][screens.columns])
    pd.concat(chosen).to_csv(work / f"{name}.csv", index=False)
PYTHON
    while read -r name seed _ _ _ how; do
        # shellcheck disable=SC2086  # words of an option and its value
        realfake forge "$work/$name.csv" -o "$work/$name" --per-image 1 --seed "$seed" $how --jobs "$jobs" </dev/null
    done <"$work/rounds.txt"
fi
about=$(python - "$work" "$screens" "$seeds" "$editors" "$@" <<'PYTHON'
import os
import sys
from pathlib import Path

import pandas as pd

COLUMNS = ["path", "label", "group", "mask", "app"]
work, real, seeds, editors, labelled = Path(sys.argv[1]), bool(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:]
parts, about = [], "Generated screenshots of fictional apps alone: no real app, bank or person is in it."
made = "make starter-model"
rounds = [line.split() for line in (work / "rounds.txt").read_text(encoding="utf-8").splitlines()] if real else []
forged = {name: taught for name, _, _, _, taught, *_ in rounds} or {"forged": "all"}
for name, taught in (dict.fromkeys(seeds.split(), "all") | forged).items():
    part = pd.read_csv(work / name / "manifest.csv", keep_default_na=False, dtype={"app": str, "group": str})
    if taught == "fakes":
        part = part[part["label"] == 1]
    part["path"] = name + "/" + part["path"]
    part["mask"] = [name + "/" + mask if mask else "" for mask in part["mask"]]
    parts.append(part[COLUMNS])
if real:
    whole = pd.read_csv(work / "screens.csv", dtype={"app": str, "group": str}).assign(mask="")
    whole["path"] = [f"screens/{os.path.relpath(work / path, sys.argv[2])}" for path in whole["path"]]
    parts.append(whole[COLUMNS])
    about = (
        f"Generated screenshots of fictional apps, and {len(whole)} genuine screenshots of {whole['app'].nunique()} "
        f"open-source apps (realfake screens lists them), as published and forged by realfake forge, also with {editors}."
    )
    made += " SCREENS=folder"
for folder in labelled:
    part = pd.read_csv(Path(folder) / "manifest.csv", keep_default_na=False, dtype={"app": str})
    name = Path(folder).name
    part["mask"] = [f"labelled/{name}/{mask}" if mask else "" for mask in part["mask"]]
    part["path"] = f"labelled/{name}/" + part["path"]
    parts.append(part.assign(group=part["app"])[COLUMNS])
    about += f" {len(part)} images of {part['app'].nunique()} apps, {int((part['label'] == 1).sum())} of them forged by others."
if labelled:
    made += f" LABELLED='{' '.join(Path(folder).name for folder in labelled)}'"
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
