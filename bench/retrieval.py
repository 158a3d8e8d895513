#!/usr/bin/env python3
"""How well the built-in network finds: R@1 and mAP@10 on the evaluation archives and on altered copies.

Each archive goes through a pipeline of its own; the exported vectors are scored by the peers' retrieval_eval.py, exactly
by cosine, the names of rows coming from items.sqlite. With --peer the baseline network of the peers is scored as well,
with --descriptors plain ones: colour histogram, HOG, raw pixels.
Writes .bench/retrieval.json.
"""
import itertools
import json
import pathlib
import sqlite3
import subprocess
import sys

import measuring

PIPELINE = """\
pipeline: retrieval
stages:
  photos: {kind: ingest, media: image, from: [ARCHIVE]}
  features: {kind: featurize, input: photos, embedder: cnn, size: SIZE, crop: CROP}
  index: {kind: index, input: features, type: Flat, metric: cosine}
  files: {kind: export, input: index, formats: [npy], to: bundle}
"""


def sets(args):
    """The archives by name; the copies are made once, of the pictures of the decoding archive."""
    copies = measuring.CACHE / "copies.tar"
    if not copies.exists():
        peer(args, "copies", args.shared / "data/decode/inet_full.tar", copies.with_suffix(".part"))
        copies.with_suffix(".part").rename(copies)
    return {"grocery": args.shared / "data/eval/grocery.tar", "imagenette": args.shared / "data/eval/imagenette224.tar", "copies": copies}


def peer(args, *words):
    """The JSON lines that retrieval_eval.py prints."""
    command = [args.peers, args.shared / "peers/retrieval_eval.py", *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stderr[-3000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def vectors(args, name, archive, size, crop):
    """Files of vectors and of names, one a row, of a pipeline's bundle."""
    folder = measuring.fresh(measuring.CACHE / "retrieval" / name)
    (folder / "retrieval.yaml").write_text(PIPELINE.replace("ARCHIVE", json.dumps(str(archive))).replace("SIZE", str(size)).replace("CROP", crop))
    measuring.measure([args.vecmill, "run", "retrieval.yaml", "--progress", "none", "--json"], folder)
    with sqlite3.connect(folder / "bundle/items.sqlite") as items:
        names = [row[0] for row in items.execute("select entry from items order by row")]
    (folder / "names.txt").write_text("\n".join(names) + "\n")
    return next(folder.glob("bundle/img_emb/*.npy")), folder / "names.txt"


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--peers", type=pathlib.Path, default=measuring.ROOT / ".venv-peers/bin/python", help="Python with the peers' packages")
    options.add_argument("--factory", default="", help="search through this Faiss index instead of exactly")
    options.add_argument("--sizes", type=int, nargs="*", default=[64], help="of the built-in networks")
    options.add_argument("--crops", nargs="*", default=["inner"], help="of the featurize stage; inner is its default")
    options.add_argument("--descriptors", action="store_true", help="score plain descriptors too")
    options.add_argument("--peer", action="store_true", help="score the baseline network of the peers too")
    args = measuring.parse(options)
    rows = []
    for name, archive in sets(args).items():
        words = (["--by-file"] if name == "copies" else []) + (["--factory", args.factory] if args.factory else [])
        found = []
        for size, crop in itertools.product(args.sizes, args.crops):
            table, names = vectors(args, name, archive, size, crop)
            found += peer(args, "score-vectors", table, names, "--title", f"vecmill cnn {size} px {crop}", *words)
        if args.descriptors:
            found += peer(args, "score", archive, *words)
        if args.peer:
            model = args.shared / "peers/baseline_cnn.onnx"
            found += peer(args, "score", archive, "--features", "", "--model", model, *words)
        for row in found:
            measuring.emit(**row)
        rows += found
    measuring.save("retrieval", args, rows=rows)
    heads = ["set", "features", "group", "values", "R@1", "mAP@10"]
    measuring.table(heads, [[r["set"], r["features"], r["group"], r["dimensions"], f"{r['r_at_1']:.3f}", f"{r['map_at_10']:.3f}"] for r in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
