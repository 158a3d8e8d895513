#!/usr/bin/env python3
"""Times Vecmill's engine beside Faiss and ScaNN, in turns within one run; a table, and FILE as JSON.

    bench_pq.py VECMILL_BENCH FOLDER [--only WORDS] [--threads 1,4] [--json FILE]

FOLDER holds base, learn, query and truth as .npy (peers/make_sift.py makes them). Vecmill and Faiss search the same index
file, written by Faiss, with the same threads. ratio > 1: Vecmill is ahead; cpu is the same ratio by the processor's time
of all threads, which other work on the machine disturbs less. limit is the share of what the machine could do at most:
the arithmetic, lookups and bytes that the task needs, at the peaks measured at the start. Memory is the peak during the
task beyond the vectors, in MB.
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
parser.add_argument("--readme", type=Path, help="a page whose table of figures is replaced")
args = parser.parse_args()
# Seconds. What is shorter than SHORT is done twice, and the second time counts: threads that sleep take as long to wake up.
SPIN, SHORT = 0.3, 0.2
WIDTHS = [int(width) for width in args.threads.split(",")]
# Before Faiss is imported: its BLAS reads the environment only then.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(max(WIDTHS))

import faiss  # noqa: E402
import numpy as np  # noqa: E402

D, N, LISTS = 128, 1_000_000, 1024
PROBES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96)


def status(name):
    """A line of /proc/self/status, in MB."""
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def reset_peak():
    Path("/proc/self/clear_refs").write_text("5")


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
        self.ground = self.ours("memory")["resident"], status("VmRSS")
        self.rows = []
        self.temporary = tempfile.TemporaryDirectory()
        self.cache = args.cache or Path(self.temporary.name)
        self.cache.mkdir(parents=True, exist_ok=True)
        self.spent = {}

    # The least seconds that work takes on one core, by the peaks measured at the start.
    def flops(self, count):
        return count / self.limits["fma"] / 1e9

    def lookups(self, count):
        return count / self.limits["lookups"] / 1e9

    def read(self, count):
        return count / self.limits["memory"] / 1e9

    def turns(self, threads, ours, peer, runs=None):
        """Medians of seconds, the two taken in turns; processor time and peak memory of both in self.spent."""
        faiss.omp_set_num_threads(threads)
        mine, theirs, cpus = [], [], ([], [])
        self.ours("memory", reset=1)
        reset_peak()
        for _ in range(runs or args.runs):
            for again in (False, True):
                start, cpu = time.perf_counter(), time.process_time()
                peer()
                took = time.perf_counter() - start, time.process_time() - cpu
                if took[0] > SHORT or again:
                    break
            theirs.append(took[0])
            cpus[1].append(took[1])
            # Faiss' threads go on spinning when their work is done, and took half of our cores.
            time.sleep(SPIN)
            answer = ours()
            if answer["seconds"] <= SHORT:
                answer = ours()
            mine.append(answer["seconds"])
            cpus[0].append(answer["cpu"])
        self.spent = dict(
            cpu_ratio=statistics.median(cpus[1]) / max(1e-9, statistics.median(cpus[0])),
            memory_mb=max(0, self.ours("memory")["peak"] - self.ground[0]), peer_memory_mb=max(0, status("VmHWM") - self.ground[1]),
        )  # fmt: skip
        return statistics.median(mine), statistics.median(theirs)

    def row(self, task, threads, unit, ours, peer, limit=None, recall=None, peer_name=f"Faiss {faiss.__version__}", **more):
        """Rates (larger is better) of both; for seconds the ratio is turned round. limit is a rate or seconds of one core."""
        ratio = peer / ours if unit == "s" else ours / peer
        share = None if limit is None else (limit / threads / ours if unit == "s" else ours / (limit * threads))
        more = {**self.spent, **more}
        self.rows.append(dict(task=task, threads=threads, unit=unit, ours=ours, peer=peer, peer_name=peer_name,
                              ratio=ratio, limit_share=share, recall=recall, **more))  # fmt: skip
        self.spent = {}
        extra = " ".join(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
                         for name, value in more.items() if name != "cpu_ratio" and "memory" not in name)  # fmt: skip
        cpu = f"{more['cpu_ratio']:6.2f}x" if "cpu_ratio" in more else " " * 7
        memory = f"{more['memory_mb']:5.0f} {more['peer_memory_mb']:5.0f}" if "memory_mb" in more else " " * 11
        share = "" if share is None else f"{share * 100:3.0f}%"
        found = "" if recall is None else f"{recall:.3f}"
        print(f"{task:45} {threads} {ours:9.5g} {peer:9.5g} {unit:4} {ratio:6.2f}x {cpu} {share:>5} {memory} {found:5} {extra}",
              flush=True)  # fmt: skip

    def error(self, pq, rows):
        return float(((pq.decode(pq.compute_codes(rows)) - rows) ** 2).sum(1).mean())

    def train(self):
        points = self.learn[:65536]
        for threads in WIDTHS:
            result, trained = {}, {}

            def ours():
                result.update(self.ours("train", parts=16, bits=8, points=65536, threads=threads))
                return result

            def peer():
                trained["pq"] = faiss.ProductQuantizer(D, 16, 8)
                trained["pq"].train(points)

            mine, theirs = self.turns(threads, ours, peer)
            # Every centroid tried for every point; bounds save part of that.
            limit = self.flops(65536 * 256 * D * 25 * 2)
            self.row("train PQ16x8, 65536 points, 25 iterations", threads, "s", mine, theirs, limit,
                     error=result["error"], peer_error=self.error(trained["pq"], self.query))  # fmt: skip

    def opq(self):
        points = self.learn[:65536]
        plain = self.ours("train", parts=16, bits=8, points=65536, threads=max(WIDTHS))["error"]
        # Two encodings, a rotation and a product of a turn, on 12 turns' worth of all points, 24 of a quarter, the pilots.
        turn = 65536 * 2 * (2 * 256 * D + 2 * D * D)
        limit = self.flops(turn * (12 + 24 / 4 + 2 * 6 / 8) + 2 * 10 * 8192 * 256 * D * 2)
        for threads in WIDTHS:
            result, trained = {}, {}

            def ours():
                result.update(self.ours("opq", parts=16, points=65536, threads=threads))
                return result

            def peer():
                trained["opq"] = faiss.OPQMatrix(D, 16)
                trained["opq"].train(points)

            mine, theirs = self.turns(threads, ours, peer, runs=1)
            pq = faiss.ProductQuantizer(D, 16, 8)
            faiss.omp_set_num_threads(max(WIDTHS))
            pq.train(trained["opq"].apply(points))
            self.row("train OPQ16", threads, "s", mine, theirs, limit, error=result["error"],
                     peer_error=self.error(pq, trained["opq"].apply(self.query)), plain_pq_error=plain)  # fmt: skip

    def rotation(self):
        """Recall by OPQ on vectors that need it: the 64 principal components of SIFT vectors, whose variances differ much."""
        some = self.base[:200_000]
        centre = some.mean(0)
        axes = np.linalg.eigh(np.cov((some[:50_000] - centre).T))[1][:, ::-1][:, :64]
        rows, queries = ((part - centre) @ axes for part in (some, self.query))
        rows, queries = np.ascontiguousarray(rows, np.float32), np.ascontiguousarray(queries, np.float32)
        flat = faiss.IndexFlatL2(64)
        flat.add(rows)
        truth = flat.search(queries, 1)[1]
        with tempfile.TemporaryDirectory() as folder:
            path = {name: f"{folder}/{name}" for name in ("rows.npy", "queries.npy", "index", "ids.npy", "distances.npy")}
            np.save(path["rows.npy"], rows)
            np.save(path["queries.npy"], queries)
            found = {}
            for factory in ("PQ8", "OPQ8,PQ8"):
                build = ["--base", path["rows.npy"], "--type", factory, "--output", path["index"]]
                subprocess.run([args.tool, "pq-index", *build], check=True)
                search = ["--index", path["index"], "--queries", path["queries.npy"], "-k", "10"]
                search += ["--ids", path["ids.npy"], "--distances", path["distances.npy"]]
                subprocess.run([args.tool, "pq-search", *search], check=True)
                index = faiss.index_factory(64, factory.replace("PQ8", "PQ8np") if "O" not in factory else "OPQ8,PQ8np")
                index.train(rows[:65536])
                index.add(rows)
                ours = np.load(path["ids.npy"]).reshape(-1, 10)
                found[factory] = [float((ids[:, :1] == truth).mean()) for ids in (ours, index.search(queries, 10)[1])]
        (plain, peer_plain), (turned, peer_turned) = found["PQ8"], found["OPQ8,PQ8"]
        self.row("R@1 of OPQ8,PQ8 on 64 principal components", max(WIDTHS), "R@1", turned, peer_turned, recall=turned,
                 plain_pq=plain, gain_in_points=100 * (turned - plain), peer_plain_pq=peer_plain)  # fmt: skip

    def coarse(self):
        for threads in WIDTHS:
            result, trained = {}, {}

            def ours():
                result.update(self.ours("coarse", lists=LISTS, points=262144, iterations=10, threads=threads))
                return result

            def peer():
                trained["km"] = faiss.Kmeans(D, LISTS, niter=10, max_points_per_centroid=256)
                trained["km"].train(self.learn)

            mine, theirs = self.turns(threads, ours, peer, runs=1 if threads == 1 else 3)
            error = float(trained["km"].index.search(self.query, 1)[0].mean())
            limit = self.flops(262144 * LISTS * D * 10 * 2)
            self.row("k-means 1024, 262144 points, 10 iterations", threads, "s", mine, theirs, limit,
                     error=result["error"], peer_error=error)  # fmt: skip

    def path(self, factory):
        return self.cache / f"{factory.replace(',', '_')}.faiss"

    def index(self, factory):
        """A filled Faiss index, kept as a file; ours loads it too."""
        path = self.path(factory)
        if not path.exists():
            faiss.omp_set_num_threads(max(WIDTHS))
            index = faiss.index_factory(D, factory)
            index.train(self.learn if "IVF" in factory else self.learn[:65536])
            index.add(self.base)
            faiss.write_index(index, str(path))
        self.ours("load", path=path)
        return faiss.read_index(str(path))

    def encode(self):
        rows = self.base[:200_000]
        for factory, flops in (("PQ16x8np", 256 * D * 2), ("PQ32x4np", 16 * D * 2)):
            index = self.index(factory)
            for threads in WIDTHS:
                mine, theirs = self.turns(
                    threads, lambda: self.ours("encode", rows=200_000, threads=threads), lambda: index.pq.compute_codes(rows)
                )
                limit = 1 / max(self.flops(flops), self.read(D * 4)) / 1e6
                self.row(f"encode {factory[:-2]}", threads, "M/s", 0.2 / mine, 0.2 / theirs, limit)

    def recall(self, ids):
        nearest = self.truth[: len(ids), :1]
        overlap = [len(np.intersect1d(a[:10], b[:10])) / 10 for a, b in zip(ids, self.truth)]
        return float((ids[:, :1] == nearest).any(1).mean()), float(np.mean(overlap))

    def search(self, name, factory, queries, k, threads, single=False, nprobe=None, limit=None, peer=None):
        """limit: the least seconds of a query."""
        index = self.index(factory)
        other = self.index(peer) if peer else index
        if peer:
            self.ours("load", path=self.path(factory))
        rows = self.query[:queries]
        if nprobe:
            faiss.extract_index_ivf(other).nprobe = nprobe
        path = self.cache / "ids.npy"
        found = {}
        extra = {"nprobe": nprobe} if nprobe else {}

        def ours():
            return self.ours("search", queries=queries, k=k, threads=threads, single=int(single), ids=path, **extra)

        def theirs():
            if single:
                found["ids"] = np.vstack([other.search(rows[i : i + 1], k)[1] for i in range(queries)])
            else:
                found["ids"] = other.search(rows, k)[1]

        mine, peer_seconds = self.turns(threads, ours, theirs)
        ids = np.load(path).reshape(queries, k)
        (r1, overlap), (peer_r1, peer_overlap) = self.recall(ids), self.recall(found["ids"])
        self.row(name, threads, "QPS", queries / mine, queries / peer_seconds, limit and 1 / limit,
                 recall=overlap, peer_recall=peer_overlap, same_ids=float((ids == found["ids"]).mean()), r1=r1,
                 peer_r1=peer_r1)  # fmt: skip

    def flat(self):
        lookups = self.lookups(N * 16)
        for threads in WIDTHS:
            for k in (10, 100):
                self.search(f"flat PQ16x8, batch of 200, k={k}", "PQ16x8np", 200, k, threads, limit=lookups)
        self.search("flat PQ16x8, batch of 200, k=1000", "PQ16x8np", 200, 1000, 1, limit=lookups)
        for k in (10, 100):
            limit = max(lookups, self.read(N * 16))
            self.search(f"flat PQ16x8, single, k={k}", "PQ16x8np", 60, k, 1, single=True, limit=limit)

    def fastscan(self):
        lookups = self.lookups(N * 16)  # a byte of two codes at a time
        for threads in WIDTHS:
            self.search("flat PQ32x4fs, batch of 400, k=10", "PQ32x4fs", 400, 10, threads, limit=lookups)
        limit = max(lookups, self.read(N * 16))
        self.search("flat PQ32x4fs, single, k=10", "PQ32x4fs", 100, 10, 1, single=True, limit=limit)
        for threads in WIDTHS:
            self.search("flat PQ16x8 beside Faiss' PQ32x4fs, batch of 400", "PQ16x8np", 400, 10, threads, peer="PQ32x4fs",
                        limit=lookups)  # fmt: skip

    def ivf(self):
        def limit(nprobe, tables, read=False):
            """The coarse step, tables of 256 (or of 16, once), a lookup a byte of code."""
            least = self.flops(2 * D * LISTS + 2 * tables * D) + self.lookups(nprobe * N / LISTS * 16)
            return max(least, self.read(nprobe * N / LISTS * 16 + LISTS * D * 4)) if read else least

        for threads in WIDTHS:
            for nprobe in (8, 32):
                self.search(f"IVF1024,PQ16, batch of 1000, nprobe {nprobe}", "IVF1024,PQ16x8np", 1000, 10, threads,
                            nprobe=nprobe, limit=limit(nprobe, 256 * nprobe))  # fmt: skip
                self.search(f"IVF1024,PQ32x4fs, batch of 1000, nprobe {nprobe}", "IVF1024,PQ32x4fs", 1000, 10, threads,
                            nprobe=nprobe, limit=limit(nprobe, 16))  # fmt: skip
        for nprobe in (8, 32):
            self.search(f"IVF1024,PQ16, single, nprobe {nprobe}", "IVF1024,PQ16x8np", 200, 10, 1, single=True,
                        nprobe=nprobe, limit=limit(nprobe, 256 * nprobe, read=True))  # fmt: skip
        for threads in WIDTHS:
            self.search("Flat, batch of 200, k=10", "Flat", 200, 10, threads, limit=self.flops(N * D * 2))

    def scann(self):
        """The fastest setting of either side that finds so many of the 10 nearest: ScaNN's tree with its 4-bit codes
        and exact reordering, our inverted lists with PQ32x4fs or PQ16 and Refine(Flat)."""
        try:
            import scann
        except ImportError as error:
            print(f"ScaNN is left out: {error}")
            return
        rows, before = self.query[:1000], status("VmRSS")
        maker = scann.scann_ops_pybind.builder(self.base, 10, "squared_l2").set_n_training_threads(max(WIDTHS))
        maker = maker.tree(LISTS, 32, training_sample_size=len(self.learn))
        maker = maker.score_ah(4, hash_type="lut16", training_sample_size=65536).reorder(200)
        tree = maker.build()
        peer_memory = status("VmRSS") - before
        for threads in WIDTHS:
            ask = tree.search_batched_parallel if threads > 1 else tree.search_batched

            def measured(run):
                seconds, cpu, ids = zip(*(run() for _ in range(args.runs)))
                return len(rows) / statistics.median(seconds), self.recall(ids[-1])[1], statistics.median(cpu) / len(rows)

            def theirs(probes, reorder):
                start, cpu = time.perf_counter(), time.process_time()
                ids = ask(rows, 10, leaves_to_search=probes, pre_reorder_num_neighbors=reorder)[0]
                return time.perf_counter() - start, time.process_time() - cpu, ids.astype(np.int64)

            peers = [(measured(lambda: theirs(probes, reorder)), f"{probes} leaves, {reorder} reordered")
                     for probes in PROBES for reorder in (20, 40, 100, 200)]  # fmt: skip
            mine, path = [], self.cache / "ids.npy"
            for factory in ("IVF1024,PQ32x4fs,RFlat", "IVF1024,PQ16,RFlat"):
                # Our own: of residuals, which Faiss' factory leaves out for fast scan.
                own = self.cache / f"own_{factory.replace(',', '_')}.faiss"
                if not own.exists():
                    self.ours("build", type=factory, path=own, threads=max(WIDTHS), iterations=10)
                self.ours("load", path=own)
                memory = self.ours("memory")["resident"] - self.ground[0]

                def ours(probes, factor):
                    answer = self.ours("search", queries=len(rows), k=10, threads=threads, ids=path, nprobe=probes, refinement=factor)
                    return answer["seconds"], answer["cpu"], np.load(path).reshape(-1, 10)

                mine += [(measured(lambda: ours(probes, factor)), f"{factory} nprobe {probes}, {factor * 10} refined", memory)
                         for probes in PROBES for factor in (2, 4, 10, 20)]  # fmt: skip
            for wanted in (0.8, 0.9, 0.95, 0.98):
                one = max((one for one in mine if one[0][1] >= wanted), default=None)
                other = max((other for other in peers if other[0][1] >= wanted), default=None)
                if one is None or other is None:
                    continue
                self.spent = dict(cpu_ratio=other[0][2] / one[0][2], memory_mb=one[2], peer_memory_mb=peer_memory)
                self.row(f"tree beside ScaNN's, recall@10 of {wanted}", threads, "QPS", one[0][0], other[0][0],
                         recall=one[0][1], peer_name="ScaNN 1.4.2", peer_recall=other[0][1], ours_is=one[1],
                         peer_is=other[1])  # fmt: skip


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write_table(page, bench):
    """Puts the rows between the page's marks."""
    limits, lines = bench.limits, []
    for row in bench.rows:
        share = "" if row["limit_share"] is None else f"{row['limit_share'] * 100:.0f} %"
        cpu = f"{row['cpu_ratio']:.1f}×" if "cpu_ratio" in row else ""
        memory = f"{row['memory_mb']:.0f} / {row['peer_memory_mb']:.0f}" if "memory_mb" in row else ""
        found = "" if row["recall"] is None else f"{row['recall']:.3f}"
        if row.get("peer_recall") is not None:
            found += f" / {row['peer_recall']:.3f}"
        if "error" in row:
            found = f"error {row['error']:,.0f} / {row['peer_error']:,.0f}"
        name = row["task"] if row["peer_name"].startswith("Faiss") else f"{row['task']} ({row['peer_name']})"
        lines.append(f"| {name} | {row['threads']} | {number(row['ours'])} | {number(row['peer'])} | {row['unit']} "
                     f"| **{row['ratio']:.1f}×** | {cpu} | {share} | {found} | {memory} |")  # fmt: skip
    head = [
        f"Peaks of one core in that run: {limits['fma']:.0f} GFLOP/s, {limits['lookups']:.0f} G byte lookups/s, "
        f"{limits['memory']:.0f} GB/s read; load of the machine at its end {os.getloadavg()[0]:.1f}.",
        "",
        "| task | threads | ours | peer | unit | ratio | by CPU time | of the limit | recall ours / peer | MB ours / peer |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    before, rest = page.read_text().split("<!-- figures -->\n")
    after = rest.split("<!-- end of figures -->")[1]
    text = "\n".join(head + lines)
    page.write_text(f"{before}<!-- figures -->\n{text}\n<!-- end of figures -->{after}")


def main():
    bench = Bench()
    limits = bench.limits
    print(f"peaks of one core: {limits['fma']:.0f} GFLOP/s, {limits['lookups']:.0f} G lookups/s, {limits['memory']:.1f} GB/s read")
    print(f"{'task':45} t {'ours':>9} {'peer':>9} unit   ratio     cpu limit  MB ours peer recall", flush=True)
    # Training first: an index that was searched stays in memory.
    for name in ("train", "coarse", "opq", "rotation", "encode", "fastscan", "ivf", "flat", "scann"):
        if not args.only or any(word in name for word in args.only.split(",")):
            getattr(bench, name)()
    if args.readme:
        write_table(args.readme, bench)
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        machine = {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine(),
                   "load": os.getloadavg()[0], "limits": bench.limits}  # fmt: skip
        versions = {"faiss": faiss.__version__, "numpy": np.__version__, "python": platform.python_version(), "scann": "1.4.2"}
        args.json.write_text(json.dumps({"machine": machine, "versions": versions, "rows": bench.rows}, indent=1))


if __name__ == "__main__":
    main()
