"""Every index type against Faiss: the file opens, the same bytes come back, the same neighbours at the same distances."""
import dataclasses
import json

import faiss
import numpy as np

TYPES = ["Flat", "PQ8", "PQ16x4", "PQ16x4fs", "IVF32,Flat", "IVF32,PQ16", "IVF32,PQ16x4fs", "OPQ16,PQ16", "PQ16,RFlat"]
METRICS = ["cosine", "ip", "l2"]
FRONTS = {"plain": None, "front": "[center, {pca: 32, whiten: false}, l2]"}
DIMENSIONS, ROWS, QUERIES, NPROBE = 64, 3000, 40, 6


@dataclasses.dataclass
class Case:
    type: str
    metric: str
    front: str

    @property
    def name(self):
        word = self.type.lower().replace(",", "-")
        return f"{word}-{self.metric}-{self.front}"

    @property
    def approximate(self):
        """Faiss rounds the table of a fast scan to 8 bits: its distances are about right, its order nearly so."""
        return self.type.endswith("fs")


def cases():
    return [Case(type_, metric, front) for front in FRONTS for metric in METRICS for type_ in TYPES]


def write_inputs(folder):
    """Clusters of uneven spread, rows of uneven length, ids with gaps; queries near the rows."""
    random = np.random.default_rng(20261123)
    centers = random.normal(size=(40, DIMENSIONS)) * 2
    rows = centers[random.integers(40, size=ROWS)] + random.normal(size=(ROWS, DIMENSIONS)) * random.uniform(0.3, 1.2, (ROWS, 1))
    queries = rows[random.choice(ROWS, QUERIES, replace=False)] + random.normal(size=(QUERIES, DIMENSIONS)) * 0.2
    np.save(folder / "base.npy", rows.astype("<f4"))
    np.save(folder / "base.ids.npy", (random.permutation(ROWS).astype("<i8") * 7 + (1 << 40)))
    np.save(folder / "queries.npy", queries.astype("<f4"))


def pipeline():
    lines = ["pipeline: oracles", "stages:", "  base:", "    kind: ingest", "    media: vectors", "    from: [base.npy]"]
    for front, steps in FRONTS.items():
        if steps:
            lines += [f"  {front}:", "    kind: normalize", "    input: base", f"    steps: {steps}"]
    for case in cases():
        source = case.front if FRONTS[case.front] else "base"
        lines += [f"  {case.name}:", "    kind: index", f"    input: {source}", f"    type: '{case.type}'", f"    metric: {case.metric}"]
        lines += [f"  to-{case.name}:", "    kind: export", f"    input: {case.name}", "    formats: [faiss, npy, parquet, fvecs]"]
        lines += [f"    to: out/{case.name}"]
    return "\n".join(lines) + "\n"


def same_answers(want, got, want_distances, got_distances, tolerance):
    """How far distances are apart, place by place, and how many ids only one list has though they do not lie at its edge.

    Vectors of the same code lie equally far: which of them comes last is nobody's to say.
    """
    scale = np.maximum(1, np.abs(want_distances))
    apart = np.abs(want_distances - got_distances) / scale
    strangers = 0
    for a, b, d in zip(want, got, want_distances):
        edge = d[-1]
        strangers += sum(abs(d[list(a).index(i)] - edge) > tolerance * max(1, abs(edge)) for i in set(a) - set(b))
    return apart, strangers


def check_case(case, vecmill, peers, results):
    bundle = vecmill.folder / "out" / case.name
    ivf = case.type.startswith("IVF")
    probing = ["--nprobe", NPROBE] if ivf else []
    vecmill("search", bundle, "--vectors", "queries.npy", "-k", 10, "--output", f"answers-{case.name}", *probing)
    ids = np.load(vecmill.folder / f"answers-{case.name}.ids.npy")
    distances = np.load(vecmill.folder / f"answers-{case.name}.distances.npy")
    expected = vecmill.folder / f"answers-{case.name}.json"
    expected.write_text(json.dumps({"ids": ids.tolist()}))
    least = 0.85 if case.approximate else 0.99 if "x4" not in case.type else 0.9
    report, status = peers(
        "check_faiss.py", "--rewrite", "--queries", vecmill.folder / "queries.npy", "-k", 10, *probing, "--expected", expected,
        "--min-recall", least, bundle / "index.faiss")
    subject = f"faiss {case.type} {case.metric} {case.front}"
    if not results.note(subject, "check_faiss.py", status == 0, report if isinstance(report, str) else f"recall {report.get('recall')}"):
        return
    apart, strangers = same_answers(ids, report["ids"], distances, np.array(report["distances"]), 1e-4)
    if case.approximate:
        close = np.median(apart) <= 0.01 and apart.max() <= 0.1
        if not ivf:
            check_codes(subject, bundle, vecmill, ids, distances, case.metric, results)
    else:
        close = apart.max() <= 1e-4
        results.note(subject, "the same ids", strangers == 0, "" if strangers == 0 else f"{strangers} ids of one only")
    results.note(subject, "distances", close, f"off by {apart.max():.1e}")
    check_preprocessing(case, bundle, vecmill, results)


def check_codes(subject, bundle, vecmill, ids, distances, metric, results):
    """The distances are exact to what Faiss makes of the codes, which its own fast scan only estimates."""
    whole = faiss.read_index(str(bundle / "index.faiss"))
    inner, queries, labels = whole, np.load(vecmill.folder / "queries.npy"), None
    while hasattr(inner, "index"):
        if hasattr(inner, "chain"):
            for place in range(inner.chain.size()):
                queries = faiss.downcast_VectorTransform(inner.chain.at(place)).apply(queries)
        if hasattr(inner, "id_map"):
            labels = faiss.vector_to_array(inner.id_map)
        inner = faiss.downcast_index(inner.index)
    rows = {label: row for row, label in enumerate(labels.tolist())}
    decoded = np.stack([inner.reconstruct(int(row)) for row in range(inner.ntotal)]).astype("f8")
    found = decoded[np.vectorize(rows.get)(ids)]
    want = ((found - queries[:, None]) ** 2).sum(2) if metric == "l2" else (found * queries[:, None]).sum(2)
    worst = float((np.abs(want - distances) / np.maximum(1, np.abs(want))).max())
    results.note(subject, "distances to the decoded codes", worst <= 1e-4, f"off by {worst:.1e} from the codes")


def check_preprocessing(case, bundle, vecmill, results):
    """The steps of preprocessing.npz in numpy give what the index's own chain gives."""
    steps = np.load(bundle / "preprocessing.npz")
    values = np.load(vecmill.folder / "queries.npy").astype("f8")
    names = bytes(steps["steps"]).decode().split("\n")
    for place, unit in enumerate(steps["l2"]):
        if unit:
            norms = np.linalg.norm(values, axis=1, keepdims=True)
            values = values / np.where(norms == 0, 1, norms)
        else:
            values = values @ steps[f"A{place}"].T.astype("f8") + steps[f"b{place}"]
    whole = index = faiss.read_index(str(bundle / "index.faiss"))  # `whole` owns what is found inside
    while hasattr(index, "index") and not hasattr(index, "chain"):
        index = faiss.downcast_index(index.index)
    queries = np.load(vecmill.folder / "queries.npy")
    if hasattr(index, "chain"):
        # A rotation that belongs to the index type is the chain's last link and no step of ours.
        for place in range(min(index.chain.size(), len(steps["l2"]))):
            queries = faiss.downcast_VectorTransform(index.chain.at(place)).apply(queries)
    same = queries.shape == values.shape and np.allclose(queries, values, rtol=1e-4, atol=1e-4)
    del whole
    results.note(f"faiss {case.type} {case.metric} {case.front}", "preprocessing.npz", same, "" if same else f"steps {names}")


def check(vecmill, peers, results):
    write_inputs(vecmill.folder)
    (vecmill.folder / "indexes.yaml").write_text(pipeline())
    vecmill("check", "indexes.yaml")
    vecmill.run("indexes.yaml")
    for case in cases():
        check_case(case, vecmill, peers, results)
