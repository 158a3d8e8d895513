#!/usr/bin/env python3
"""Time and memory of IVF1024,PQ16 over the number of vectors, ours beside Faiss', as a table, JSON and one chart.

    cost.py VECMILL_BENCH FOLDER --work FOLDER [--counts 100000,1000000,5000000] [--threads 4] [--svg FILE] [--json FILE]

FOLDER holds base, learn and query as .npy (peers/make_sift.py makes them). More vectors than base has are copies of it
with noise of 4 in every value. Both train on learn, add, write a file and search 1000 queries (nprobe 8); each is a
process of its own, and its memory is the peak beyond the vectors. Opening is timed to the first answer.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("tool", type=Path)
parser.add_argument("folder", type=Path)
parser.add_argument("--work", type=Path, required=True)
parser.add_argument("--counts", default="100000,1000000,5000000")
parser.add_argument("--threads", type=int, default=4)
parser.add_argument("--svg", type=Path)
parser.add_argument("--json", type=Path)
parser.add_argument("--faiss", type=Path, help=argparse.SUPPRESS)  # a process of Faiss' own
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(args.threads)

import numpy as np  # noqa: E402


def status(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def faiss_cost(folder):
    """Prints Faiss' figures."""
    import faiss

    faiss.omp_set_num_threads(args.threads)
    base, learn, query = (np.load(folder / f"{name}.npy") for name in ("base", "learn", "query"))
    ground = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    index = faiss.index_factory(128, "IVF1024,PQ16x8np")
    start = time.perf_counter()
    index.train(learn)
    train = time.perf_counter() - start
    start = time.perf_counter()
    index.add(base)
    add = time.perf_counter() - start
    path = folder / "faiss.index"
    faiss.write_index(index, str(path))
    peak = status("VmHWM") - ground
    index.nprobe = 8
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        index.search(query[:1000], 10)
        seconds.append(time.perf_counter() - start)
    del index
    start = time.perf_counter()
    faiss.read_index(str(path)).search(query[:1], 10)
    opened = time.perf_counter() - start
    start = time.perf_counter()
    faiss.read_index(str(path), faiss.IO_FLAG_MMAP).search(query[:1], 10)
    mapped = time.perf_counter() - start
    print(json.dumps(dict(train=train, add=add, qps=1000 / sorted(seconds)[1], memory=peak, open=opened, mapped=mapped,
                          file=path.stat().st_size / 1e6)))  # fmt: skip
    path.unlink()


def our_cost(folder):
    process = subprocess.Popen([args.tool, "pq", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(task, **arguments):
        print(" ".join([task] + [f"{name}={value}" for name, value in arguments.items()]), file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())

    path = folder / "ours.faiss"
    ground = ask("memory", reset=1)["resident"]
    built = ask("build", type="IVF1024,PQ16", path=path, threads=args.threads, iterations=10)
    peak = ask("memory")["peak"] - ground
    search = dict(k=10, nprobe=8)
    qps = 1000 / sorted(ask("search", queries=1000, threads=args.threads, **search)["seconds"] for _ in range(3))[1]
    opened, mapped = (ask("load", path=path, mapped=flag)["seconds"] + ask("search", queries=1, **search)["seconds"]
                      for flag in (0, 1))  # fmt: skip
    process.stdin.close()
    process.wait()
    figures = dict(train=built["train"], add=built["add"], qps=qps, memory=peak, open=opened, mapped=mapped,
                   file=path.stat().st_size / 1e6)  # fmt: skip
    path.unlink()
    return figures


def prepare(count):
    """A folder with so many vectors."""
    folder = args.work / str(count)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("learn.npy", "query.npy"):
        if not (folder / name).exists():
            (folder / name).symlink_to((args.folder / name).resolve())
    target = folder / "base.npy"
    if not target.exists():
        base = np.load(args.folder / "base.npy", mmap_mode="r")
        out = np.lib.format.open_memmap(folder / "part.npy", mode="w+", dtype=np.float32, shape=(count, base.shape[1]))
        random = np.random.default_rng(1)
        for start in range(0, count, 100_000):
            rows = np.arange(start, min(count, start + 100_000))
            noise = random.normal(0, 4, (len(rows), base.shape[1])) if start >= len(base) else 0
            out[rows] = base[rows % len(base)] + noise
        out.flush()
        del out
        (folder / "part.npy").rename(target)
    return folder


SERIES = (("ours", "#2f6fde"), ("faiss", "#d2691e"))


def panel(rows, left, title, value, unit):
    """One drawing, both axes logarithmic."""
    width, height, top = 250, 220, 46
    counts = [row["count"] for row in rows]
    values = [value(row[name]) for row in rows for name, _ in SERIES]
    low, high = (10 ** np.floor(np.log10(min(values))), 10 ** np.ceil(np.log10(max(values))))

    def place(count, number):
        x = left + (np.log(count / counts[0]) / np.log(counts[-1] / counts[0])) * width
        y = top + height - np.log(number / low) / np.log(high / low) * height
        return float(x), float(y)

    parts = [f'<text x="{left + width / 2}" y="24" text-anchor="middle" class="title">{title}</text>']
    level = low
    while level <= high * 1.0001:
        y = place(counts[0], level)[1]
        parts.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{level:g} {unit}</text>')
        level *= 10
    for count in counts:
        words = f"{count // 1_000_000}M" if count >= 1_000_000 else f"{count // 1000}k"
        parts.append(f'<text x="{place(count, low)[0]:.1f}" y="{top + height + 18}" text-anchor="middle">{words}</text>')
    for name, colour in SERIES:
        points = [place(row["count"], value(row[name])) for row in rows]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), row in zip(points, rows):
            number = value(row[name])
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{number:.3g} {unit}</title></circle>')
            parts.append(f'<text x="{x:.1f}" y="{y + (16 if name == "ours" else -8):.1f}" text-anchor="middle" '
                         f'fill="{colour}">{number:.3g}</text>')  # fmt: skip
    return "\n".join(parts)


def chart(rows):
    style = (
        "text{font:12px sans-serif;fill:#555}.title{font-size:14px;fill:#222}.grid{stroke:#ddd}"
        "@media(prefers-color-scheme:dark){.title{fill:#eee}text{fill:#aaa}.grid{stroke:#444}}"
    )
    panels = [
        panel(rows, 70, "Training, encoding, building", lambda row: row["train"] + row["add"], "s"),
        panel(rows, 420, "Peak memory beyond the vectors", lambda row: row["memory"], "MB"),
        panel(rows, 780, "Queries a second, nprobe 8", lambda row: row["qps"], ""),
    ]
    legend = '<text x="70" y="312" fill="#2f6fde">Vecmill</text><text x="140" y="312" fill="#d2691e">Faiss 1.15.1</text>'
    note = f'<text x="1030" y="312" text-anchor="end">IVF1024,PQ16, {args.threads} threads, over the number of vectors</text>'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1070 325"><style>{style}</style>\n'
            + "\n".join(panels) + f"\n{legend}{note}\n</svg>\n")  # fmt: skip


def main():
    rows = []
    print(f"{'vectors':>9} {'':6} {'train':>7} {'add':>7} {'QPS':>8} {'MB peak':>8} {'open':>8} {'mapped':>8} {'file MB':>8}")
    for count in map(int, args.counts.split(",")):
        folder = prepare(count)
        own = [sys.executable, __file__, args.tool, args.folder, "--work", args.work, "--threads", str(args.threads)]
        theirs = json.loads(subprocess.run([*own, "--faiss", folder], check=True, capture_output=True, text=True).stdout)
        rows.append(dict(count=count, ours=our_cost(folder), faiss=theirs))
        for name, _ in SERIES:
            row = rows[-1][name]
            print(f"{count:9} {name:6} {row['train']:6.1f}s {row['add']:6.1f}s {row['qps']:8.0f} {row['memory']:8.0f} "
                  f"{row['open'] * 1000:6.1f}ms {row['mapped'] * 1000:6.1f}ms {row['file']:8.1f}", flush=True)  # fmt: skip
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"type": "IVF1024,PQ16", "threads": args.threads, "rows": rows}, indent=1))
    if args.svg:
        args.svg.write_text(chart(rows))


if __name__ == "__main__":
    faiss_cost(args.faiss) if args.faiss else main()
