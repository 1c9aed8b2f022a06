#!/bin/sh
# The main job from images to verdicts, on screenshots that are drawn here: sh benchmarks/demo.sh FOLDER
set -eu
out=${1:-demo}
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)  # nproc would heed OMP_NUM_THREADS

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

run realfake synth "$out/images" --genuine 400 --fake 80 --apps 24 --seed 1 --jobs "$jobs"
run realfake synth "$out/unseen" --genuine 36 --fake 12 --apps 12 --seed 2 --jobs "$jobs"
begun=$(date +%s)
run realfake predict "$(find "$out/unseen" -name 'genuine-*' ! -name '*.json' | sort | head -n 1)"
echo "The first verdict took $(($(date +%s) - begun)) s, with whatever had to be compiled for this processor."
run realfake extract --manifest "$out/images/manifest.csv" --families regions,container -o "$out/features.csv" --jobs "$jobs"
run realfake compare "$out/features.csv" --folds 3 --repeats 1 --jobs "$jobs" -o "$out/metrics.csv"
run realfake train "$out/features.csv" --families regions --strategy rusboost --max-fpr 0.05 -o "$out/model"
run realfake predict --manifest "$out/unseen/manifest.csv" --model "$out/model" -o "$out/predictions.csv" --jobs "$jobs"
run realfake evaluate --model "$out/model" --manifest "$out/unseen/manifest.csv" --by delivered --jobs "$jobs"

cat <<END

Done. $out/ holds features.csv, metrics.csv, model/ and predictions.csv.
Next, on your own images:

    realfake manifest MY_FOLDER -o my.csv       # with the subfolders genuine/ and fake/
    realfake extract --manifest my.csv -o my-features.csv --jobs $jobs
    realfake compare my-features.csv
END
