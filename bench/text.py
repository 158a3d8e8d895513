#!/usr/bin/env python3
"""nDCG@10 of searches in words over the Cranfield abstracts, by exact search and through product quantizers.

One pipeline reads, embeds and indexes; each of the 225 queries is a call of `vecmill search --text`. Judgements are
binary. BM25 has .488 and scikit-learn's truncated SVD of 256 values .500 on this collection. Writes .bench/text.json.
"""
import concurrent.futures
import json
import math
import os
import subprocess
import sys
import time

import measuring

PIPELINE = """\
pipeline: cranfield
stages:
  abstracts: {kind: ingest, media: text, from: [ARCHIVE], text_field: FIELDS, caption_field: title, max_rejects: 10}
  features: {kind: featurize, input: abstracts, embedder: hashing, hashing: {stop_words: STOPS, dimensions: DIMENSIONS}}
"""
INDEX = """\
  index-PLACE: {kind: index, input: features, type: "TYPE", metric: cosine}
  files-PLACE: {kind: export, input: index-PLACE, formats: [faiss], to: bundle-PLACE}
"""
DEPTH = 10


def search(args, bundle, query):
    command = [args.vecmill, "search", bundle, "--text", query["text"], "-k", DEPTH, "--jobs", 1, "--trust-files", "--json"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stderr[-2000:]}")
    return [hit["fields"]["id"] for hit in json.loads(done.stdout)["hits"]]


def gain(found, right):
    """nDCG of one query with grades of 0 and 1."""
    ideal = sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(right))))
    return sum(1 / math.log2(place + 2) for place, name in enumerate(found[:DEPTH]) if name in right) / ideal


def judgements(folder):
    right = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            right.setdefault(query, set()).add(document)
    return right


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--types", default="Flat;PQ32;OPQ32,PQ32", help="index types, with semicolons")
    options.add_argument("--fields", default="[title, text]", help="the ingest stage's text_field")
    options.add_argument("--stop-words", default="none", choices=["none", "english"])
    options.add_argument("--dimensions", type=int, default=256)
    args = measuring.parse(options)
    data, types = args.shared / "data/text", args.types.split(";")
    text = PIPELINE.replace("ARCHIVE", json.dumps(str(data / "cranfield.tar.gz"))).replace("FIELDS", args.fields)
    text = text.replace("STOPS", args.stop_words).replace("DIMENSIONS", str(args.dimensions))
    text += "".join(INDEX.replace("TYPE", type_).replace("PLACE", str(place)) for place, type_ in enumerate(types))
    folder = measuring.fresh(measuring.CACHE / "text")
    (folder / "cranfield.yaml").write_text(text)
    cost = measuring.measure([args.vecmill, "run", "cranfield.yaml", "--progress", "none", "--json"], folder)
    texts = next(stage["rows"] for stage in json.loads(cost["output"])["stages"] if stage["kind"] == "ingest")
    right = judgements(data)
    queries = [json.loads(line) for line in (data / "queries.jsonl").read_text().splitlines()]
    queries = [query for query in queries if str(query["id"]) in right]
    rows = []
    for place, type_ in enumerate(types):
        start = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(lambda query: search(args, folder / f"bundle-{place}", query), queries))
        seconds = time.perf_counter() - start
        value = sum(gain(found, right[str(query["id"])]) for query, found in zip(queries, answers)) / len(queries)
        row = {
            "task": "text: cranfield", "index": type_, "dimensions": args.dimensions, "fields": args.fields, "texts": texts,
            "queries": len(queries), "ndcg_at_10": round(value, 4), "search_calls_per_s": round(len(queries) / seconds, 1),
            "run_s": round(cost["wall_s"], 2), "peak_mb": round(cost["peak_mb"], 1),
        }
        measuring.emit(**row)
        rows.append(row)
    measuring.save("text", args, rows=rows)
    measuring.table(["index", "nDCG@10", "calls/s"], [[r["index"], f"{r['ndcg_at_10']:.4f}", r["search_calls_per_s"]] for r in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
