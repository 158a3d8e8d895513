#!/usr/bin/env python3
"""What `kind: adapt` brings to classes that it never saw: the grocery photos with half of the classes held out.

A copy of the archive gets a sidecar with a label for each photo of half of the classes. One pipeline leaves three bundles:
the vectors as they are, adapted without labels (fitted on all photos), and adapted with labels (fitted on the labelled
half). The exported vectors of the other half are scored by the peers' retrieval_eval.py. Figures are means over
several halves, drawn by seed. Writes .bench/adapt.json.
"""
import io
import json
import pathlib
import random
import sqlite3
import statistics
import subprocess
import sys
import tarfile

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measuring

PIPELINE = """\
pipeline: adapt
stages:
  photos: {kind: ingest, media: image, from: [labelled.tar]}
  features: {kind: featurize, input: photos, embedder: cnn, size: SIZE}
  plain: {kind: normalize, input: features}
  unlabelled: {kind: adapt, input: plain}
  labelled: {kind: adapt, input: plain, labels: {field: label}}
"""
KINDS = ("plain", "unlabelled", "labelled")
for kind in KINDS:
    PIPELINE += f"""\
  {kind}-index: {{kind: index, input: {kind}, type: Flat, metric: cosine}}
  {kind}-files: {{kind: export, input: {kind}-index, formats: [npy], to: {kind}-bundle}}
"""


def label(archive, target, chosen):
    """Copies an archive and puts a sidecar beside each photo of the chosen classes."""
    with tarfile.open(archive) as source, tarfile.open(target, "w") as copy:
        for member in source:
            if not member.isfile():
                continue
            copy.addfile(member, source.extractfile(member))
            kind = member.name.split("/")[-2]
            if kind in chosen:
                text = json.dumps({"label": kind}).encode()
                beside = tarfile.TarInfo(str(pathlib.PurePosixPath(member.name).with_suffix(".json")))
                beside.size = len(text)
                copy.addfile(beside, io.BytesIO(text))


def score(args, folder, bundle, chosen):
    """R@1 and mAP@10 among the classes that had no label."""
    with sqlite3.connect(folder / bundle / "items.sqlite") as items:
        names = [row[0] for row in items.execute("select entry from items order by row")]
    table = numpy.load(next((folder / bundle).glob("img_emb/*.npy")))
    kept = [row for row, name in enumerate(names) if name.split("/")[-2] not in chosen]
    numpy.save(folder / "held.npy", table[kept])
    (folder / "held.txt").write_text("".join(names[row] + "\n" for row in kept))
    command = [args.peers, args.shared / "peers/retrieval_eval.py", "score-vectors", folder / "held.npy", folder / "held.txt"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    row = json.loads(done.stdout.splitlines()[0])
    return row["r_at_1"], row["map_at_10"]


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--peers", type=pathlib.Path, default=measuring.ROOT / ".venv-peers/bin/python", help="Python with the peers' packages")
    options.add_argument("--splits", type=int, default=5, help="halves of the classes that are drawn")
    options.add_argument("--sizes", type=int, nargs="*", default=[64, 96], help="of the featurize stage")
    args = measuring.parse(options)
    archive = args.shared / "data/eval/grocery.tar"
    with tarfile.open(archive) as source:
        classes = sorted({name.split("/")[-2] for name in source.getnames() if name.endswith(".jpg")})
    rows = []
    for size in args.sizes:
        figures = {kind: [] for kind in KINDS}
        for split in range(args.splits):
            chosen = set(random.Random(split).sample(classes, len(classes) // 2))
            folder = measuring.fresh(measuring.CACHE / "adapt")
            label(archive, folder / "labelled.tar", chosen)
            (folder / "adapt.yaml").write_text(PIPELINE.replace("SIZE", str(size)))
            measuring.measure([args.vecmill, "run", "adapt.yaml", "--progress", "none", "--json"], folder)
            for kind in KINDS:
                figures[kind].append(score(args, folder, f"{kind}-bundle", chosen))
        for kind in KINDS:
            recall, precision = (statistics.mean(values) for values in zip(*figures[kind]))
            rows.append({
                "task": f"grocery, half of the classes held out, {size} pixels, {kind}", "recall": round(recall, 4), "map_at_10": round(precision, 4),
                "recalls": [round(one, 4) for one, _ in figures[kind]], "splits": args.splits})
            measuring.emit(**rows[-1])
    measuring.save("adapt", args, rows=rows)
    measuring.table(["task", "R@1", "mAP@10"], [[row["task"], f"{row['recall']:.3f}", f"{row['map_at_10']:.3f}"] for row in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
