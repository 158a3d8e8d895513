#!/usr/bin/env python3
"""Whether --memory holds: the peak of whole runs under ceilings, and how it grows with the number of records.

`photos`: thirty links to the archive of full-size originals in ../shared. `vectors`: files of 64 values a row in clusters,
made once in .bench/cache from a fixed seed; 100,000, a million and five million of them, to IVF1024,PQ16 and to Flat. A run
that the ceiling is too little for has to refuse before it does anything. Peaks are the kernel's own, VmHWM: pages of mapped files
count as well. Writes .bench/memory.json.
"""
import json
import os
import subprocess
import sys
import time

import measuring

CEILINGS = ["256MiB", "1GiB", "4GiB"]
REST = """\
  unit: {kind: normalize, input: rows, steps: [l2]}
  index: {kind: index, input: unit, type: "TYPE", metric: cosine}
  quality: {kind: evaluate, input: index, queries: 200}
  files: {kind: export, input: index, formats: [faiss], to: bundle}
"""
VECTORS = "pipeline: memory\nstages:\n  rows: {kind: ingest, media: vectors, from: ['INPUT/*.npy']}\n" + REST
PHOTOS = """\
pipeline: memory
stages:
  photos: {kind: ingest, media: image, from: ['INPUT/*.tar']}
  rows: {kind: featurize, input: photos, embedder: cnn}
""" + REST
FILE = 100_000


def make_vectors(count):
    """A folder of links to the first files of one set."""
    import numpy as np

    whole = measuring.CACHE / "memory"
    whole.mkdir(parents=True, exist_ok=True)
    folder = measuring.CACHE / f"memory-{count}"
    folder.mkdir(exist_ok=True)
    centers = np.random.default_rng(1).standard_normal((512, 64), dtype=np.float32)
    for number in range(count // FILE):
        path = whole / f"{number:02}.npy"
        if not path.exists():
            random = np.random.default_rng((2, number))
            rows = centers[random.integers(512, size=FILE)] + 0.5 * random.standard_normal((FILE, 64), dtype=np.float32)
            part = path.with_suffix(".part.npy")
            np.save(part, rows)
            part.rename(path)
        link = folder / path.name
        if not link.exists():
            link.hardlink_to(path)
    return folder


def make_photos(shared):
    """Thirty names of one archive."""
    folder = measuring.CACHE / "memory-photos"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(30):
        link = folder / f"{number:02}.tar"
        if not link.is_symlink():
            link.symlink_to((shared / "data/decode/inet_full.tar").resolve())
    return folder


def parsed(ceiling):
    return int(ceiling[:-3]) << {"MiB": 20, "GiB": 30}[ceiling[-3:]]


def attempt(args, text, source, kind, ceiling):
    """One run from nothing: its status, peak in bytes, seconds, and what it said."""
    folder = measuring.fresh(measuring.CACHE / "memory-run")
    (folder / "p.yaml").write_text(text.replace("INPUT", str(source)).replace("TYPE", kind))
    start = time.monotonic()
    process = subprocess.Popen(
        [str(args.vecmill), "run", "p.yaml", "--memory", ceiling, "--progress", "none"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    code = status >> 8 if status & 0x7F == 0 else -(status & 0x7F)
    return code, usage.ru_maxrss << 10, time.monotonic() - start, said.strip()


def stages():
    """The peak of each stage of the last run in 10^6 bytes, as its record has it: sampled while the stage was at work."""
    for record in (measuring.CACHE / "memory-run").glob(".vecmill/runs/*/run.json"):
        found = json.loads(record.read_text()).get("stages", [])
        return {stage["name"]: round(stage["peakMemory"] / 1e6) for stage in found if stage.get("peakMemory")}
    return {}


def main():
    parser = measuring.parser(__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    parser.add_argument("--only", default="", metavar="TEXT", help="tasks with this in their names; figures of others are kept")
    args = measuring.parse(parser)
    shared = args.shared
    tasks = [("photos, 10,020 of 107 KB", PHOTOS, lambda: make_photos(shared), "IVF64,PQ16", ceiling) for ceiling in CEILINGS]
    largest = max(args.counts)
    for kind in ["IVF1024,PQ16", "Flat"]:
        for ceiling in CEILINGS:
            tasks.append((f"{largest:,} vectors, {kind}", VECTORS, lambda: make_vectors(largest), kind, ceiling))
    # The least that its training sample fits into, and one in which an index of five million is searched in memory.
    tasks += [
        (f"{count:,} vectors, IVF1024,PQ16", VECTORS, lambda count=count: make_vectors(count), "IVF1024,PQ16", ceiling)
        for count in args.counts for ceiling in ["320MiB", "1GiB"] if count != largest or ceiling not in CEILINGS]
    rows, wrong = [], 0
    names = [f"{task}, --memory {ceiling}" for task, _, _, _, ceiling in tasks]
    known = measuring.OUT / "memory.json"
    if args.only and known.exists():
        rows = [row for row in json.loads(known.read_text())["rows"] if row["task"] in names and args.only not in row["task"]]
    for task, text, make, kind, ceiling in tasks:
        if args.only not in f"{task}, --memory {ceiling}":
            continue
        source = make()
        code, peak, seconds, said = attempt(args, text, source, kind, ceiling)
        limit = parsed(ceiling)
        refused = code == 78 and "needs" in said and seconds < 30
        held = code == 0 and peak <= limit
        wrong += not (held or refused)
        outcome = "refused" if refused else "held" if held else f"exit {code}" if code else "over"
        rows.append({
            "task": f"{task}, --memory {ceiling}", "threads": os.cpu_count(), "unit": "MB peak", "ours": peak / 1e6,
            "peer": limit / 1e6, "peer_name": "ceiling", "ratio": limit / peak, "limit_share": peak / limit,
            "recall": None, "outcome": outcome, "seconds": round(seconds, 1), "said": said.splitlines()[0] if refused else None,
            "stages": stages()})
        print(f"{task:40} {ceiling:>7}  {outcome:8} peak {peak / 1e6:7.0f} MB  {seconds:6.1f} s  {stages()}", flush=True)
    rows.sort(key=lambda row: names.index(row["task"]))
    measuring.save("memory", args, rows=rows)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
