#!/usr/bin/env python3
"""nDCG@10 of exported text vectors, binary grades.

usage: text_ndcg.py DOCUMENTS.npy QUERIES.npy QRELS.tsv [--document-ids FILE] [--query-ids FILE] [--at 10]
                    [--results RESULTS.npy]

The vectors are compared by exact cosine. Ids stand one a line beside each .npy (NAME.ids) unless told. QRELS has a heading
and lines of query, document, grade; a grade above 0 counts. With --results, an int array of (queries, k) row numbers of
documents as an index returned them (-1 for none), those are judged instead of the exact order. Needs numpy alone.
"""
import argparse
import pathlib

import numpy as np


def ids(path, given):
    return pathlib.Path(given or path.with_suffix(".ids")).read_text(encoding="utf-8").splitlines()


def unit(rows):
    rows = rows.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", type=pathlib.Path)
    parser.add_argument("queries", type=pathlib.Path)
    parser.add_argument("qrels", type=pathlib.Path)
    parser.add_argument("--document-ids")
    parser.add_argument("--query-ids")
    parser.add_argument("--at", type=int, default=10)
    parser.add_argument("--results", type=pathlib.Path)
    args = parser.parse_args()
    documents, queries = np.load(args.documents), np.load(args.queries)
    document_ids, query_ids = ids(args.documents, args.document_ids), ids(args.queries, args.query_ids)
    if len(document_ids) != len(documents) or len(query_ids) != len(queries):
        parser.error("the ids are not as many as the vectors")
    relevant = {}
    for line in args.qrels.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(document)
    if args.results:
        order = np.load(args.results)
    else:
        order = np.argsort(-(unit(queries) @ unit(documents).T), axis=1, kind="stable")
    discounts = 1 / np.log2(np.arange(args.at) + 2)
    values = []
    for row, query in enumerate(query_ids):
        answers = relevant.get(query)
        if not answers:
            continue
        hits = [place >= 0 and document_ids[place] in answers for place in order[row, : args.at]]
        values.append(discounts[: len(hits)][hits].sum() / discounts[: min(args.at, len(answers))].sum())
    print(f"nDCG@{args.at} {np.mean(values):.4f} over {len(values)} queries")


if __name__ == "__main__":
    main()
