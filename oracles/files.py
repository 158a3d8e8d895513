"""Every file of a workspace and its bundles against the readers that others will use: numpy, pyarrow, DuckDB, sqlite3."""
import json
import sqlite3

import numpy as np


def check_npy(folder, peers, results, subject):
    """All .npy and .npz files load without pickles, also as a memory map."""
    for path in sorted(folder.rglob("*.np[yz]")):
        report, status = peers("check_npy.py", *(["--mmap"] if path.suffix == ".npy" else []), path)
        finite = status == 0 and (path.suffix == ".npz" or report["finite"])
        results.note(subject, f"check_npy.py {path.relative_to(folder)}", finite, "" if finite else report)


def vectors_of(bundle):
    """The exported vectors in row order."""
    return sorted([*bundle.glob("img_emb/*.npy"), *bundle.glob("text_emb/*.npy")])


def check_bundle(bundle, peers, results, rows):
    """Parquet, clip-retrieval's metadata and items.sqlite agree with each other and with the vectors."""
    subject = "exported files"
    vectors = vectors_of(bundle)
    for path in vectors:
        report, status = peers("check_npy.py", "--dtype", "<f4", "--shape", f"{rows},*", "--mmap", path)
        results.note(subject, f"check_npy.py {bundle.name}/{path.name}", status == 0, "" if status == 0 else report)
    items = bundle / "items.parquet"
    if items.exists():
        same = ["--vector", "vector", "--same", vectors[0]] if len(vectors) == 1 else []
        report, status = peers("check_parquet.py", "--rows", rows, *same, items)
        results.note(subject, f"check_parquet.py {bundle.name}/items.parquet", status == 0, "" if status == 0 else report)
    for path in sorted(bundle.glob("metadata/*.parquet")):
        report, status = peers("check_parquet.py", "--rows", rows, path)
        results.note(subject, f"check_parquet.py {bundle.name}/{path.name}", status == 0, "" if status == 0 else report)
    check_fvecs(bundle, vectors, results)
    check_items(bundle, items, results, rows)


def check_fvecs(bundle, vectors, results):
    for path in sorted(bundle.glob("*.fvecs")):
        raw = np.fromfile(path, "<i4")
        width = raw[0]
        table = raw.reshape(-1, width + 1)
        same = (table[:, 0] == width).all() and len(vectors) == 1 and np.array_equal(table[:, 1:].view("<f4"), np.load(vectors[0]))
        results.note("exported files", f"fvecs {bundle.name}", same)


def check_items(bundle, parquet, results, rows):
    """items.sqlite as Python's own sqlite3 reads it, row by row as the Parquet file."""
    subject = "items.sqlite"
    with sqlite3.connect(f"file:{bundle / 'items.sqlite'}?mode=ro", uri=True) as items:
        results.note(subject, f"integrity {bundle.name}", items.execute("pragma integrity_check").fetchone() == ("ok",))
        table = items.execute("select row, id, archive, entry, caption, text, fields from items order by row").fetchall()
    results.note(subject, f"rows {bundle.name}", len(table) == rows and [r[0] for r in table] in (list(range(rows)), list(range(1, rows + 1))))
    results.note(subject, f"fields are JSON {bundle.name}", all(isinstance(json.loads(r[6]), dict) for r in table if r[6]))
    if not parquet.exists():
        return
    import pyarrow.parquet

    columns = pyarrow.parquet.read_table(parquet).to_pydict()
    same = columns["id"] == [r[1] for r in table] and columns["entry"] == [r[3] for r in table]
    same &= "caption" not in columns or columns["caption"] == [r[4] for r in table]
    results.note(subject, f"ids, entries and captions as in Parquet {bundle.name}", same)
