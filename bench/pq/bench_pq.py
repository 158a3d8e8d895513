#!/usr/bin/env python3
"""Times Vecmill's engine beside Faiss, in turns within one run; a table, and FILE as JSON.

    bench_pq.py VECMILL_BENCH FOLDER [--only WORDS] [--threads 1,4] [--json FILE]

FOLDER holds base, learn, query and truth as .npy (peers/make_sift.py makes them). Both search the same index file,
written by Faiss, with the same threads. ratio > 1: Vecmill is ahead.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("tool", type=Path)
parser.add_argument("folder", type=Path)
parser.add_argument("--only", default="", help="tasks whose names contain one of these words (comma-separated)")
parser.add_argument("--threads", default="1,4")
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--cache", type=Path, help="folder that keeps the indexes between runs")
parser.add_argument("--json", type=Path)
args = parser.parse_args()
WIDTHS = [int(width) for width in args.threads.split(",")]
# Before Faiss is imported: its BLAS reads the environment only then.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(max(WIDTHS))

import faiss  # noqa: E402
import numpy as np  # noqa: E402


class Vecmill:
    """The benchmark tool, answering one line for each line."""

    def __init__(self):
        self.process = subprocess.Popen(
            [args.tool, "pq", args.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, task, **arguments):
        line = " ".join([task] + [f"{name}={value}" for name, value in arguments.items()])
        print(line, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"vecmill-bench failed at: {line}")
        return json.loads(answer)


class Bench:
    def __init__(self):
        self.base, self.learn = np.load(args.folder / "base.npy"), np.load(args.folder / "learn.npy")
        self.query, self.truth = np.load(args.folder / "query.npy"), np.load(args.folder / "truth.npy")
        self.ours = Vecmill()
        self.limits = self.ours("limits")
        self.rows = []
        self.temporary = tempfile.TemporaryDirectory()
        self.cache = args.cache or Path(self.temporary.name)
        self.cache.mkdir(parents=True, exist_ok=True)

    def turns(self, threads, ours, peer, runs=None):
        """Medians of seconds, the two taken in turns."""
        faiss.omp_set_num_threads(threads)
        mine, theirs = [], []
        for _ in range(runs or args.runs):
            start = time.perf_counter()
            peer()
            theirs.append(time.perf_counter() - start)
            mine.append(ours())
        return statistics.median(mine), statistics.median(theirs)

    def row(self, task, threads, unit, ours, peer, limit=None, recall=None, **more):
        """Rates (larger is better) of both; for seconds the ratio is turned round."""
        ratio = peer / ours if unit == "s" else ours / peer
        share = None if limit is None else (limit / ours if unit == "s" else ours / limit)
        self.rows.append(dict(task=task, threads=threads, unit=unit, ours=ours, peer=peer, peer_name="Faiss 1.15.1",
                              ratio=ratio, limit_share=share, recall=recall, **more))  # fmt: skip
        extra = " ".join(f"{name} {value:.5g}" if isinstance(value, float) else f"{name} {value}"
                         for name, value in more.items())  # fmt: skip
        share = "" if share is None else f"{share * 100:5.0f}%"
        print(f"{task:42} {threads} {ours:12.5g} {peer:12.5g} {unit:5} {ratio:7.2f}x {share:6} {extra}", flush=True)

    def error(self, pq, rows):
        return float(((pq.decode(pq.compute_codes(rows)) - rows) ** 2).sum(1).mean())

    def train(self):
        points = self.learn[:65536]
        for threads in WIDTHS:
            result, trained = {}, {}

            def ours():
                result.update(self.ours("train", parts=16, bits=8, points=65536, threads=threads))
                return result["seconds"]

            def peer():
                trained["pq"] = faiss.ProductQuantizer(128, 16, 8)
                trained["pq"].train(points)

            mine, theirs = self.turns(threads, ours, peer)
            limit = 65536 * 256 * 128 * 25 * 2 / self.limits["fma"] / 1e9 / threads
            self.row("train PQ16x8, 65536 points, 25 iterations", threads, "s", mine, theirs, limit,
                     error=result["error"], peer_error=self.error(trained["pq"], self.query))  # fmt: skip

    def opq(self):
        points = self.learn[:65536]
        for threads in WIDTHS:
            result, trained = {}, {}

            def ours():
                result.update(self.ours("opq", parts=16, points=65536, threads=threads))
                return result["seconds"]

            def peer():
                trained["opq"] = faiss.OPQMatrix(128, 16)
                trained["opq"].train(points)

            mine, theirs = self.turns(threads, ours, peer, runs=1)
            pq = faiss.ProductQuantizer(128, 16, 8)
            faiss.omp_set_num_threads(max(WIDTHS))
            pq.train(trained["opq"].apply(points))
            self.row("train OPQ16", threads, "s", mine, theirs, error=result["error"],
                     peer_error=self.error(pq, trained["opq"].apply(self.query)))  # fmt: skip

    def coarse(self):
        for threads in WIDTHS:
            result, trained = {}, {}

            def ours():
                result.update(self.ours("coarse", lists=1024, points=262144, iterations=10, threads=threads))
                return result["seconds"]

            def peer():
                trained["km"] = faiss.Kmeans(128, 1024, niter=10, max_points_per_centroid=256)
                trained["km"].train(self.learn)

            mine, theirs = self.turns(threads, ours, peer, runs=1 if threads == 1 else 3)
            error = float(trained["km"].index.search(self.query, 1)[0].mean())
            limit = 262144 * 1024 * 128 * 10 * 2 / self.limits["fma"] / 1e9 / threads
            self.row("k-means 1024, 262144 points, 10 iterations", threads, "s", mine, theirs, limit,
                     error=result["error"], peer_error=error)  # fmt: skip

    def index(self, factory):
        """A filled Faiss index, kept as a file; ours loads it too."""
        path = self.cache / f"{factory.replace(',', '_')}.faiss"
        if not path.exists():
            faiss.omp_set_num_threads(max(WIDTHS))
            index = faiss.index_factory(128, factory)
            index.train(self.learn if "IVF" in factory else self.learn[:65536])
            index.add(self.base)
            faiss.write_index(index, str(path))
        self.ours("load", path=path)
        return faiss.read_index(str(path))

    def encode(self):
        rows = self.base[:200_000]
        for factory, flops in (("PQ16x8np", 256 * 128 * 2), ("PQ32x4np", 16 * 128 * 2)):
            index = self.index(factory)
            for threads in WIDTHS:
                mine, theirs = self.turns(
                    threads, lambda: self.ours("encode", rows=200_000, threads=threads)["seconds"],
                    lambda: index.pq.compute_codes(rows),
                )  # fmt: skip
                limit = threads * self.limits["fma"] * 1e9 / flops / 1e6
                self.row(f"encode {factory[:-2]}", threads, "M/s", 0.2 / mine, 0.2 / theirs, limit)

    def recall(self, ids):
        nearest = self.truth[: len(ids), :1]
        figures = {f"r_at_{r}": float((ids[:, :r] == nearest).any(1).mean()) for r in (1, 10) if r <= ids.shape[1]}
        figures["overlap_at_10"] = float(
            np.mean([len(np.intersect1d(a[:10], b[:10])) / 10 for a, b in zip(ids, self.truth)])
        )
        return figures

    def search(self, name, factory, queries, k, threads, single=False, nprobe=None, lookups=None, peer=None):
        index = self.index(factory)
        other = self.index(peer) if peer else index
        if peer:
            self.ours("load", path=self.cache / f"{factory.replace(',', '_')}.faiss")
        rows = self.query[:queries]
        if nprobe:
            faiss.extract_index_ivf(other).nprobe = nprobe
        path = self.cache / "ids.npy"
        found = {}

        def ours():
            extra = {"nprobe": nprobe} if nprobe else {}
            return self.ours("search", queries=queries, k=k, threads=threads, single=int(single), ids=path,
                             **extra)["seconds"]  # fmt: skip

        def theirs():
            if single:
                found["ids"] = np.vstack([other.search(rows[i : i + 1], k)[1] for i in range(queries)])
            else:
                found["ids"] = other.search(rows, k)[1]

        mine, peer_seconds = self.turns(threads, ours, theirs)
        ids = np.load(path).reshape(queries, k)
        same = float((ids == found["ids"]).mean())
        figures, peer_figures = self.recall(ids), self.recall(found["ids"])
        limit = None if lookups is None else threads * self.limits["lookups"] * 1e9 / lookups
        self.row(name, threads, "QPS", queries / mine, queries / peer_seconds, limit, recall=figures["overlap_at_10"],
                 same_ids=same, r1=figures["r_at_1"], peer_r1=peer_figures["r_at_1"])  # fmt: skip

    def flat(self):
        for threads in WIDTHS:
            for k in (10, 100):
                self.search(f"flat PQ16x8, batch of 200, k={k}", "PQ16x8np", 200, k, threads, lookups=16e6)
        self.search("flat PQ16x8, batch of 200, k=1000", "PQ16x8np", 200, 1000, 1, lookups=16e6)
        for k in (10, 100):
            self.search(f"flat PQ16x8, single, k={k}", "PQ16x8np", 60, k, 1, single=True, lookups=16e6)

    def fastscan(self):
        for threads in WIDTHS:
            self.search("flat PQ32x4fs, batch of 400, k=10", "PQ32x4fs", 400, 10, threads, lookups=16e6)
        self.search("flat PQ32x4fs, single, k=10", "PQ32x4fs", 100, 10, 1, single=True, lookups=16e6)
        self.search("flat PQ16x8 beside Faiss' PQ32x4fs, batch", "PQ16x8np", 400, 10, 1, peer="PQ32x4fs")

    def ivf(self):
        for threads in WIDTHS:
            for nprobe in (8, 32):
                self.search(f"IVF1024,PQ16, batch of 1000, nprobe {nprobe}", "IVF1024,PQ16x8np", 1000, 10, threads,
                            nprobe=nprobe)  # fmt: skip
        for nprobe in (8, 32):
            self.search(f"IVF1024,PQ32x4fs, batch of 1000, nprobe {nprobe}", "IVF1024,PQ32x4fs", 1000, 10, 1,
                        nprobe=nprobe)  # fmt: skip
            self.search(f"IVF1024,PQ16, single, nprobe {nprobe}", "IVF1024,PQ16x8np", 200, 10, 1, single=True,
                        nprobe=nprobe)  # fmt: skip
        for threads in WIDTHS:
            self.search("Flat, batch of 200, k=10", "Flat", 200, 10, threads)


def main():
    bench = Bench()
    print(f"{'task':42} t {'ours':>12} {'Faiss':>12} unit    ratio limit", flush=True)
    for name in ("encode", "flat", "fastscan", "ivf", "train", "coarse", "opq"):
        if not args.only or any(word in name for word in args.only.split(",")):
            getattr(bench, name)()
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        machine = {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine(),
                   "load": os.getloadavg()[0], "limits": bench.limits}  # fmt: skip
        versions = {"faiss": faiss.__version__, "numpy": np.__version__, "python": platform.python_version()}
        args.json.write_text(json.dumps({"machine": machine, "versions": versions, "rows": bench.rows}, indent=1))


if __name__ == "__main__":
    main()
