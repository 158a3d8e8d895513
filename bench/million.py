#!/usr/bin/env python3
"""One million records through run, index and search: time, peak memory, bytes on disk, latency.

`vectors`: a .npy of 128 values a row in clusters, through ingest, IVF1024,PQ16 and export. `texts`: JSON lines of some
thirty words each in tar.gz archives, through hashing to 128 values as well. The input is made once, in .bench/cache,
from a fixed seed. Searches are calls of the program (each opens the bundle) and one batch. Writes .bench/million.json.
"""
import io
import json
import statistics
import subprocess
import sys
import tarfile
import time

import measuring

VECTORS = """\
pipeline: million
stages:
  rows: {kind: ingest, media: vectors, from: [INPUT]}
"""
TEXTS = """\
pipeline: million
stages:
  texts: {kind: ingest, media: text, from: [INPUT]}
  rows: {kind: featurize, input: texts, embedder: hashing, hashing: {dimensions: 128}}
"""
REST = """\
  index: {kind: index, input: rows, type: "TYPE", metric: l2}
  quality: {kind: evaluate, input: index, queries: 500}
  files: {kind: export, input: index, formats: [faiss], to: bundle}
"""


def make_vectors(rows):
    """Clusters of 128 values, written in parts; 1,000 queries of the same kind beside them."""
    import numpy as np

    folder = measuring.CACHE / "million"
    folder.mkdir(parents=True, exist_ok=True)
    base, queries = folder / f"vectors-{rows}.npy", folder / "queries.npy"
    random = np.random.default_rng(7)
    centers = random.normal(size=(5000, 128)).astype("<f4")

    def draw(count):
        return centers[random.integers(len(centers), size=count)] + random.normal(size=(count, 128), scale=0.5).astype("<f4")

    if not base.exists():
        np.save(queries, draw(1000).astype("<f4"))
        part = base.with_suffix(".part.npy")
        table = np.lib.format.open_memmap(part, "w+", "<f4", (rows, 128))
        for start in range(0, rows, 100_000):
            table[start : start + 100_000] = draw(min(100_000, rows - start))
        table.flush()
        part.rename(base)
    return base, queries


def make_texts(rows, archives=8):
    """Sentences of words drawn as in a language: the n-th word is 1/n as frequent as the first; topics share words."""
    import numpy as np

    folder = measuring.CACHE / "million" / f"texts-{rows}"
    if not folder.exists():
        part = measuring.fresh(folder.with_suffix(".part"))
        random = np.random.default_rng(8)
        syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
        words = np.array(["".join(random.choice(syllables, random.integers(2, 5))) for _ in range(50_000)])
        weights = 1 / np.arange(1, len(words) + 1)
        weights /= weights.sum()
        number = 0
        for archive in range(archives):
            lines, count = [], rows // archives
            common = words[random.choice(len(words), (count, 24), p=weights)]
            topics = random.integers(1000, size=count)
            special = words[2000 + 40 * topics[:, None] + random.integers(40, size=(count, 8))]
            for a, b in zip(common.tolist(), special.tolist()):
                lines.append(json.dumps({"id": f"t{number}", "text": " ".join(a + b)}))
                number += 1
            data = ("\n".join(lines) + "\n").encode()
            with tarfile.open(part / f"texts-{archive}.tar.gz", "w:gz", compresslevel=3) as file:
                info = tarfile.TarInfo(f"texts-{archive}.jsonl")
                info.size = len(data)
                file.addfile(info, io.BytesIO(data))
        part.rename(folder)
    return folder / "*.tar.gz"


def timed(command, cwd):
    start = time.perf_counter()
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stderr[-2000:]}")
    return time.perf_counter() - start, done.stdout


def latency(folder):
    """What the evaluate stage measured inside the program, in milliseconds."""
    path = next(folder.glob(".vecmill/artifacts/quality-*/latency.json"))
    return json.loads(path.read_text())


def trial(args, kind):
    folder = measuring.fresh(measuring.CACHE / "million" / f"run-{kind}")
    if kind == "vectors":
        source, queries = make_vectors(args.rows)
        asked = ["--vectors", str(queries), "--output", "answers"]
    else:
        source, asked = make_texts(args.rows), None
    text = (VECTORS if kind == "vectors" else TEXTS).replace("INPUT", json.dumps(str(source))) + REST.replace("TYPE", args.type)
    (folder / "million.yaml").write_text(text)
    cost = measuring.measure([args.vecmill, "run", "million.yaml", "--progress", "none", "--json", *args.run_options], folder, 0.5)
    summary = json.loads(cost["output"])
    again, _ = timed([args.vecmill, "run", "million.yaml", "--progress", "none"], folder)
    single = ["--id", str(first_id(folder))] if kind == "vectors" else ["--text", "some words to look for"]
    calls = [timed([args.vecmill, "search", "bundle", *single, "-k", "10", "--trust-files", "--json"], folder)[0] for _ in range(5)]
    row = {
        "task": f"million: {kind}", "rows": args.rows, "type": args.type, "run_s": cost["wall_s"], "cpu_s": cost["cpu_s"],
        "peak_mb": cost["peak_mb"], "nothing_to_do_s": again, "workspace_mb": measuring.size_mb(folder / ".vecmill"),
        "bundle_mb": measuring.size_mb(folder / "bundle"), "index_mb": (folder / "bundle/index.faiss").stat().st_size / 1e6,
        "items_mb": (folder / "bundle/items.sqlite").stat().st_size / 1e6, "search_call_s": statistics.median(calls),
        "stages_s": {stage["name"]: round(stage["seconds"], 2) for stage in summary["stages"]}, "latency": latency(folder),
    }
    if asked:
        row["batch_1000_s"] = timed([args.vecmill, "search", "bundle", *asked, "-k", "10", "--trust-files"], folder)[0]
    row["machine_load"] = measuring.machine()["load_1min"]
    measuring.emit(**row)
    if not args.keep:
        measuring.shutil.rmtree(folder)
    return row


def first_id(folder):
    import sqlite3

    with sqlite3.connect(folder / "bundle/items.sqlite") as items:
        return items.execute("select id from items order by row limit 1").fetchone()[0]


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--kinds", default="vectors,texts", help="which, with a comma")
    options.add_argument("--type", default="IVF1024,PQ16")
    options.add_argument("--keep", action="store_true", help="leave workspaces and bundles in .bench/cache")
    options.add_argument("run_options", nargs="*", help="options of `vecmill run`, after --")
    args = measuring.parse(options)
    rows = [trial(args, kind) for kind in args.kinds.split(",")]
    measuring.save("million", args, rows=rows)
    shown = ["run_s", "cpu_s", "peak_mb", "workspace_mb", "bundle_mb", "nothing_to_do_s", "search_call_s"]
    measuring.table(["task", "rows", *shown], [[r["task"], r["rows"], *(r[key] for key in shown)] for r in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
