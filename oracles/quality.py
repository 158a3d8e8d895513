"""Recall, overlap of answers and paired intervals of `compare`, computed again from the answers with numpy and scipy."""
import json

import numpy as np
from scipy import stats

PIPELINE = """
pipeline: judged
params: {{type: Flat}}
stages:
  vectors: {{kind: ingest, media: vectors, from: [judged.npy]}}
  index: {{kind: index, input: vectors, type: "${{type}}", metric: l2}}
  files: {{kind: export, input: index, to: "out/judged-{name}"}}
"""
DEPTH = 10


def rank_biased(one, other, p=0.9):
    """Webber et al. (2010), eq. 23, of two lists of one length."""
    agreement = [len(set(one[:depth]) & set(other[:depth])) / depth for depth in range(1, len(one) + 1)]
    return agreement[-1] * p ** len(one) + (1 - p) / p * sum(a * p ** (d + 1) for d, a in enumerate(agreement))


def answers(vecmill, bundle):
    found = json.loads(vecmill("search", bundle, "--vectors", "asked.npy", "-k", DEPTH, "--json"))
    return [[hit["id"] for hit in query["hits"]] for query in found]


def check(vecmill, peers, results):
    random = np.random.default_rng(7)
    base = random.standard_normal((2000, 24)).astype(np.float32)
    asked = random.standard_normal((150, 24)).astype(np.float32)
    np.save(vecmill.folder / "judged.npy", base)
    np.save(vecmill.folder / "asked.npy", asked)
    for name, kind in (("exact", "Flat"), ("good", "PQ12"), ("poor", "PQ4")):
        (vecmill.folder / "judged.yaml").write_text(PIPELINE.format(name=name))
        vecmill.run("judged.yaml", type=kind)
    truth = np.array(answers(vecmill, "out/judged-exact"), dtype=np.int64)
    np.save(vecmill.folder / "truth.npy", truth)
    good, poor = answers(vecmill, "out/judged-good"), answers(vecmill, "out/judged-poor")
    told = json.loads(
        vecmill("compare", "out/judged-good", "out/judged-poor", "--queries", "asked.npy", "--truth", "truth.npy", "-k", DEPTH, "--json"))
    told = {figure["figure"]: figure for figure in told["figures"]}

    def same(figure, side, wanted):
        got = told[figure][side]
        results.note("quality", f"{figure} {side}", abs(got - wanted) < 1e-9, f"{got} for {wanted}")

    same(f"rbo@{DEPTH}", "new", np.mean([rank_biased(a, b) for a, b in zip(good, poor)]))
    same(f"jaccard@{DEPTH}", "new", np.mean([len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in zip(good, poor)]))
    shares = {side: np.array([len(set(a) & set(t)) / DEPTH for a, t in zip(found, truth)]) for side, found in (("old", good), ("new", poor))}
    for side, share in shares.items():
        same(f"recall@{DEPTH}", side, share.mean())
    # Both draw at random: ends of 95 % intervals of a thousand draws differ by a tenth of their width at most.
    low, high = stats.bootstrap((shares["new"] - shares["old"],), np.mean, n_resamples=20000, method="percentile", random_state=1).confidence_interval
    ours = told[f"recall@{DEPTH}"]["difference"]
    results.note(
        "quality", "paired interval", max(abs(ours[0] - low), abs(ours[1] - high)) < 0.1 * (high - low), f"{ours} for {[low, high]}")
    # The same figures of one bundle alone.
    report = json.loads(vecmill("evaluate", "out/judged-good", "--queries", "asked.npy", "--truth", "truth.npy", "--json"))
    got = report["gate"]["figures"][f"{DEPTH}-recall@{DEPTH}"]
    results.note("quality", "evaluate", abs(got - shares["old"].mean()) < 1e-9, f"{got} for {shares['old'].mean()}")
