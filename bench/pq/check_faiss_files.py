#!/usr/bin/env python3
"""Holds Vecmill's index files against Faiss, both ways.

    check_faiss_files.py VECMILL_BENCH

Files that vecmill-bench builds are searched by Faiss and by vecmill-bench: the same ids (up to equal distances), distances
within 1e-4 of the largest; Faiss must write the same bytes again. Files that Faiss builds are read, searched and
written again by vecmill-bench likewise. Exit status 1 if anything differs.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import faiss  # noqa: E402
import numpy as np  # noqa: E402

K = 10
OURS = [
    # type, metric, steps in front, first id, nprobe, all ids must agree
    ("Flat", "l2", "", None, None, True),
    ("Flat", "ip", "", 100, None, True),
    ("Flat", "cosine", "center+pca24+l2", 100, None, True),
    ("PQ8", "l2", "", None, None, True),
    ("PQ8", "cosine", "center+pca24+l2", 100, None, True),
    ("PQ16x4", "l2", "whiten16+l2", 100, None, True),
    ("PQ11x4", "l2", "pca22", None, None, True),
    ("PQ16x4fs", "l2", "", 100, None, False),
    ("PQ11x4fs", "l2", "pca22", None, None, False),
    ("OPQ8,PQ8", "l2", "center", 100, None, True),
    ("OPQ8_16,PQ8", "cosine", "center+l2", 100, None, True),
    ("IVF32,Flat", "l2", "", 100, 8, True),
    ("IVF32,Flat", "cosine", "center+pca24+l2", 100, 8, True),
    ("IVF32,PQ8", "l2", "center", None, 8, True),
    ("IVF32,PQ8", "ip", "", 100, 8, True),
    ("IVF32,PQ8", "cosine", "center+pca24+l2", 100, 8, True),
    ("IVF32,PQ16x4", "l2", "", 100, 8, True),
    ("IVF32,PQ16x4fs", "l2", "", 100, 8, False),
    ("OPQ8,IVF32,PQ8", "l2", "center", 100, 8, True),
    ("PQ8,RFlat", "l2", "center", 100, None, True),
    ("PQ8,Refine(SQ8)", "l2", "", 100, None, True),
    ("IVF32,PQ8,RFlat", "cosine", "center+l2", 100, 8, True),
    ("OPQ8,IVF32,PQ8,RFlat", "l2", "pca24", 100, 8, True),
]
THEIRS = [
    "Flat", "PQ8np", "PQ16x4np", "PQ16x4fs", "OPQ8,PQ8np", "OPQ8_16,PQ8np", "PCA16,PQ8np", "L2norm,Flat",
    "IVF32,Flat", "IVF32,PQ8np", "IVF32,PQ16x4np", "IVF32,PQ16x4fs", "OPQ8,IVF32,PQ8np", "PQ8np,RFlat",
    "PQ8np,Refine(SQ8)", "IVF32,PQ8np,RFlat", "IDMap2,PQ8np", "IDMap2,Flat", "IDMap2,PQ16x4fs",
    "IDMap2,OPQ8,PQ8np", "PCA16,IVF32,PQ8np", "IDMap2,PQ8np,RFlat",
]  # fmt: skip


def agrees(name, ours, theirs, exact):
    """Whether two (ids, distances) agree."""
    (our_ids, our_distances), (ids, distances) = ours, theirs
    scale = np.abs(distances[ids >= 0]).max()
    if not exact:  # Faiss rounds its tables to 8 bits in these
        overlap = np.mean([len(set(a) & set(b)) / K for a, b in zip(our_ids, ids)])
        gap = np.abs(our_distances - distances).max() / scale
        good = overlap > 0.8 and gap < 0.05
        print(f"{'ok  ' if good else 'BAD '} {name}: overlap {overlap:.3f}, distances within {gap:.1e} of the scale")
        return good
    gap = np.abs(np.where(ids >= 0, our_distances - distances, 0)).max() / scale
    other = our_ids != ids
    # Another order is right only among distances that are equal to rounding.
    near = np.abs(our_distances - distances) <= 1e-5 * scale
    ties = int((other & near).sum())
    bad = int((other & ~near).sum())
    good = gap <= 1e-4 and bad == 0 and ties <= 0.01 * ids.size
    print(f"{'ok  ' if good else 'BAD '} {name}: {bad} other ids, {ties} within rounding, distances within {gap:.1e}")
    return good


def vecmill(tool, folder, index, queries, nprobe):
    command = [tool, "pq-search", "--index", index, "--queries", queries, "-k", str(K)]
    command += ["--ids", folder / "i.npy", "--distances", folder / "d.npy", "--rewrite", folder / "again.faiss"]
    if nprobe:
        command += ["--nprobe", str(nprobe)]
    subprocess.run(command, check=True)
    return np.load(folder / "i.npy").reshape(-1, K), np.load(folder / "d.npy")


def peer(index, queries, nprobe):
    if nprobe:
        inner = index
        while not hasattr(inner, "nprobe"):
            inner = faiss.downcast_index(inner.base_index if hasattr(inner, "base_index") else inner.index)
        inner.nprobe = nprobe
    distances, ids = index.search(queries, K)
    return ids, distances


def main():
    tool = Path(sys.argv[1]).resolve()
    random = np.random.default_rng(7)
    centres = random.standard_normal((40, 32)) * 2 + 0.5
    base = (centres[random.integers(0, 40, 6000)] + random.standard_normal((6000, 32))).astype("float32")
    queries = (centres[random.integers(0, 40, 100)] + random.standard_normal((100, 32))).astype("float32")
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "base.npy", base)
        np.save(folder / "queries.npy", queries)
        for kind, metric, front, first, nprobe, exact in OURS:
            file = folder / "ours.faiss"
            command = [tool, "pq-index", "--base", folder / "base.npy", "--type", kind, "--metric", metric]
            command += ["--front", front, "--output", file] + (["--first-id", str(first)] if first else [])
            subprocess.run(command, check=True)
            index = faiss.read_index(str(file))
            ours = vecmill(tool, folder, file, folder / "queries.npy", nprobe)
            label = f"ours   {kind} {metric} {front} ids {first}"
            good &= agrees(label, ours, peer(index, queries, nprobe), exact)
            if file.read_bytes() != (folder / "again.faiss").read_bytes():
                print(f"BAD  {label}: read and written again by Vecmill it has other bytes")
                good = False
            if file.read_bytes() != faiss.serialize_index(faiss.read_index(str(file))).tobytes():
                print(f"BAD  {label}: read and written again by Faiss it has other bytes")
                good = False
        for kind in THEIRS:
            for metric in (faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT):
                index = faiss.index_factory(32, kind, metric)
                index.train(base)
                if kind.startswith("IDMap"):
                    index.add_with_ids(base, np.arange(len(base)) * 3 + 5)
                else:
                    index.add(base)
                file = folder / "theirs.faiss"
                faiss.write_index(index, str(file))
                nprobe = 8 if "IVF" in kind else None
                ours = vecmill(tool, folder, file, folder / "queries.npy", nprobe)
                label = f"theirs {kind} {'l2' if metric else 'ip'}"
                good &= agrees(label, ours, peer(index, queries, nprobe), "fs" not in kind)
                original = faiss.serialize_index(faiss.read_index(str(file))).tobytes()
                if original != (folder / "again.faiss").read_bytes():
                    print(f"     {label}: written again it has other bytes")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
