#!/usr/bin/env python3
"""Images a second of whole runs, ingest to bundle, beside the Python pipeline of the peers on the same archives.

Both decode, embed with their own small network, and quantise with PQ16; the peer with Faiss' PQ16np, which leaves out
polysemous training. Each program runs in turn, with one thread and with all; the figures are medians. Imports and the
start of the programs count. The peer's OpenMP threads sleep while they wait (OMP_WAIT_POLICY=PASSIVE): spinning, they took 29 s
instead of 0.4 s to train on a machine with 22 runnable threads for its 4 cores. Memory is the peak proportional set size of all processes. Writes .bench/run.json.
"""
import json
import os
import pathlib
import sys

import measuring

PIPELINE = """\
pipeline: bench
stages:
  photos: {{kind: ingest, media: image, from: {archives}}}
  features: {{kind: featurize, input: photos, embedder: cnn}}
  index: {{kind: index, input: features, type: PQ16, metric: cosine}}
  files: {{kind: export, input: index, formats: [faiss], to: bundle}}
"""


def archives(shared):
    """Names of tasks and the archives of each. One archive three times needs three names, as ids come from names."""
    full = shared / "data/decode/inet_full.tar"
    copies = []
    for number in range(3):
        copy = measuring.CACHE / "full" / f"inet_full-{number}.tar"
        copy.parent.mkdir(exist_ok=True)
        if not copy.exists():
            os.link(full, copy) if full.stat().st_dev == copy.parent.stat().st_dev else copy.write_bytes(full.read_bytes())
        copies.append(copy)
    return {"full x3": copies, "all": [full, shared / "data/eval/grocery.tar", shared / "data/eval/imagenette224.tar"]}


def run_ours(args, paths, threads):
    folder = measuring.fresh(measuring.CACHE / "run")
    (folder / "bench.yaml").write_text(PIPELINE.format(archives=json.dumps([str(path) for path in paths])))
    cost = measuring.measure([args.vecmill, "run", "bench.yaml", "--jobs", threads, "--progress", "none", "--json"], folder)
    summary = json.loads(cost.pop("output"))
    stages = {stage["kind"]: stage for stage in summary["stages"]}
    return cost | {"images": stages["export"]["rows"], "stages": {kind: round(stage["seconds"], 3) for kind, stage in stages.items()}}


def run_peer(args, paths, threads):
    folder = measuring.fresh(measuring.CACHE / "run-peer")
    script = args.shared / "peers/python_pipeline.py"
    command = [args.peers, script, "--workers", threads, "--factory", "PQ16np", "--index", folder / "index.faiss", *paths]
    cost = measuring.measure(command, OMP_WAIT_POLICY="PASSIVE")
    printed = json.loads(cost.pop("output").splitlines()[-1])
    return cost | {"images": printed["images"], "stages": printed["phase_s"], "versions": printed["versions"]}


def compare(args, task, paths, threads):
    ours, peer = [], []
    for _ in range(args.runs):
        ours.append(run_ours(args, paths, threads))
        peer.append(run_peer(args, paths, threads))
    rates = [[run["images"] / run["wall_s"] for run in runs] for runs in (ours, peer)]
    ours_rate, peer_rate = (sorted(rate)[len(rate) // 2] for rate in rates)
    row = {
        "task": f"images: {task}", "threads": threads, "unit": "images/s", "ours": round(ours_rate, 1), "peer": round(peer_rate, 1),
        "peer_name": "python_pipeline.py (Pillow, onnxruntime, Faiss PQ16np)", "ratio": round(ours_rate / peer_rate, 3),
        "ours_range": [round(min(rates[0]), 1), round(max(rates[0]), 1)], "peer_range": [round(min(rates[1]), 1), round(max(rates[1]), 1)],
        "images": ours[0]["images"], "peer_images": peer[0]["images"], "runs": args.runs,
        "ours_cpu_s": round(measuring.median(ours, "cpu_s"), 2), "peer_cpu_s": round(measuring.median(peer, "cpu_s"), 2),
        "ours_peak_mb": round(measuring.median(ours, "peak_mb"), 1), "peer_peak_mb": round(measuring.median(peer, "peak_mb"), 1),
        "ours_stages_s": ours[-1]["stages"], "peer_stages_s": peer[-1]["stages"], "load_1min": round(os.getloadavg()[0], 2),
    }
    measuring.emit(**row)
    return row, peer[0]["versions"]


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--peers", type=pathlib.Path, default=measuring.ROOT / ".venv-peers/bin/python", help="Python with the peers' packages")
    options.add_argument("--runs", type=int, default=3, help="runs of each program; the median counts")
    options.add_argument("--quick", action="store_true", help="one run of one task, with all threads")
    options.add_argument("--threads", type=int, nargs="*", help="default: 1 and all")
    args = measuring.parse(options)
    args.peers = args.peers.absolute()
    if args.quick:
        args.runs = 1
    tasks = archives(args.shared)
    for path in {path for paths in tasks.values() for path in paths}:
        path.read_bytes()  # into the page cache, for both alike
    rows, versions = [], {}
    for task, paths in list(tasks.items())[: 1 if args.quick else None]:
        for threads in args.threads or ([os.cpu_count()] if args.quick else [1, os.cpu_count()]):
            row, versions = compare(args, task, paths, threads)
            rows.append(row)
    measuring.save("run-quick" if args.quick else "run", args, versions=versions, rows=rows)
    measuring.table(
        ["task", "threads", "ours/s", "peer/s", "ratio", "ours CPU s", "peer CPU s", "ours MB", "peer MB"],
        [[r["task"], r["threads"], r["ours"], r["peer"], r["ratio"], r["ours_cpu_s"], r["peer_cpu_s"], r["ours_peak_mb"], r["peer_peak_mb"]] for r in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
