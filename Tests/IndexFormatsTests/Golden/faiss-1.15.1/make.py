"""Wrote the files of this folder with Faiss 1.15.1, once: index files, queries, and Faiss' own answers to them."""

import faiss
import numpy as np

D, COUNT, K = 8, 120, 10
TYPES = [
    "Flat", "PQ4np", "PQ4x4np", "PQ8x4fs", "OPQ4,PQ4np", "IVF4,Flat", "IVF4,PQ4np", "IVF4,PQ8x4fs", "IDMap2,Flat",
    "IDMap2,PQ4np", "IDMap2,PQ8x4fs", "IDMap2,OPQ2_6,PQ2np", "PQ4x4np,RFlat", "IVF4,PQ4x4np,Refine(SQ8)",
]  # fmt: skip

random = np.random.default_rng(15)
centres = random.normal(0, 4, (6, D))
rows = (centres[random.integers(0, 6, 400)] + random.normal(0, 1, (400, D))).astype(np.float32)
queries = rows[390:]
np.save("queries.npy", queries)
for name in TYPES:
    index = faiss.index_factory(D, name)
    index.train(rows)
    if name.startswith("IDMap2"):
        index.add_with_ids(rows[:COUNT], np.arange(COUNT) * 7 + 1000)
    else:
        index.add(rows[:COUNT])
    if "IVF" in name:
        faiss.extract_index_ivf(index).nprobe = 3
    stem = name.replace(",", "_").replace("(", "").replace(")", "")
    faiss.write_index(index, f"{stem}.faiss")
    distances, ids = index.search(queries, K)
    np.save(f"{stem}.ids.npy", ids.ravel())
    np.save(f"{stem}.distances.npy", distances)
