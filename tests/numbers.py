"""All that is measured and decided on files, for the comparison of machines: `python -m tests.numbers OUT FILES`.

Environment variables that choose code for a processor are read when libraries are loaded: each machine that is acted
needs a process of its own.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd

from realfake.forensics.catalog import FAMILIES, choose_families, measure
from realfake.forensics.detections import DETECTIONS
from realfake.forensics.evidence import measure as measure_evidence
from realfake.forensics.image import ForensicImage
from realfake.forensics.phash import perceptual_hash
from realfake.pipeline.models.folder import STARTER
from realfake.pipeline.models.judged import judge
from realfake.pipeline.models.model import Model, load_model
from realfake.pipeline.words.scorer import words_of
from tests.golden import pictures


def told_of(image: ForensicImage, optional: bool, model: Model) -> dict[str, dict[str, Any]]:
    """What must be equal (`decisions`) and what must be close (`columns`) on every machine."""
    names = list(FAMILIES) if optional else [family.name for family in choose_families()]
    columns: dict[str, float] = {}
    for name in names:
        columns |= measure(image, FAMILIES[name])
    evidence = measure_evidence(image, [])
    regions = evidence.words
    scores = model.scorer.scores(model.scorer.remembered(words_of(regions)))
    row = pd.DataFrame([judge(evidence, model.scorer).row])
    predicted = model.predict(row, reasons=0)
    for number, word in enumerate(regions.table.to_dict("records")):
        columns |= {f"{name} of word {number}": value for name, value in word.items()}
        columns[f"score of word {number}"] = scores[number]
    columns |= {name: row[name][0] for name in model.columns}
    columns |= {"score": model.scores(row)[0], "probability": predicted["probability"][0]}
    found = {f"{d.family} {d.name}": list(d.find(image)) for d in DETECTIONS}
    return {
        "columns": columns,
        "decisions": {
            "boxes": regions.boxes,
            "fields": regions.fields,
            "verdict": predicted["verdict"][0],
            "abstains": row["abstain"][0],
            "perceptual hash": perceptual_hash(image),
            **found,
            **{f"peers of {kind}": peers.tolist() for kind, peers in regions.peers.indices.items()},
        },
    }


def main(output: str, files: list[str]) -> None:
    """Measure the golden pictures and the files, and write a pickle that only the test reads."""
    cv2.setNumThreads(int(os.environ["OMP_NUM_THREADS"]))
    model = load_model(STARTER)
    told = {}
    with np.errstate(all="ignore"):
        for name, data in pictures().items():
            told[name] = told_of(ForensicImage.from_bytes(data, name=name), True, model)
        for file in files:
            told[Path(file).name] = told_of(ForensicImage.open(file), False, model)
    Path(output).write_bytes(pickle.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
