#!/usr/bin/env python3
"""Holds Vecmill's files against the programs that others will open them with; see oracles.mk.

Prints a table of subjects and ends with "N passed, M failed"; the status is 0 only if nothing failed. Needs the virtual
environment that `make oracles` makes, and the shared oracle scripts.
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vecmill", default=HERE.parent / ".build/release/vecmill", type=pathlib.Path, help="the program")
    parser.add_argument("--shared", default=os.environ.get("VECMILL_SHARED", HERE.parent.parent / "shared"), type=pathlib.Path)
    parser.add_argument("--only", default="indexes,files,texts,images,hashing,quality,lineage", help="which checks, with commas")
    parser.add_argument("--keep", type=pathlib.Path, help="work in this folder and leave it there")
    parser.add_argument("--verbose", action="store_true", help="a line for every check")
    return parser.parse_args()


def run_pipeline(name, vecmill, peers, results):
    """A pipeline of the project over its fixtures, exported in every format."""
    import files

    source = (HERE.parent / "pipelines" / f"{name}.yaml").read_text()
    lines = [line if "formats:" not in line else "    formats: [faiss, npy, parquet, fvecs, fbin]" for line in source.splitlines()]
    (vecmill.folder / f"{name}.yaml").write_text("\n".join(lines) + "\n")
    summary = vecmill.run(f"{name}.yaml", archives=HERE.parent / "fixtures" / name / "*", to=f"out/{name}")
    rows = next(stage["rows"] for stage in summary["stages"] if stage["kind"] == "export")
    files.check_bundle(vecmill.folder / "out" / name, peers, results, rows)


def main():
    args = arguments()
    sys.path.insert(0, str(HERE))
    sys.dont_write_bytecode = True
    import files
    import hashing
    import indexes
    import lineage
    import quality
    from results import Peers, Results, Vecmill

    folder = pathlib.Path(args.keep or tempfile.mkdtemp(prefix="vecmill-oracles-")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    vecmill, peers, results = Vecmill(args.vecmill, folder), Peers(args.shared), Results(args.verbose)
    wanted = args.only.split(",")
    try:
        if "indexes" in wanted:
            indexes.check(vecmill, peers, results)
        if "files" in wanted and "indexes" in wanted:
            for case in indexes.cases():
                if case.type in ("Flat", "IVF32,PQ16"):
                    files.check_bundle(folder / "out" / case.name, peers, results, indexes.ROWS)
        for part, name in (("texts", "articles"), ("images", "photos")):
            if part in wanted:
                run_pipeline(name, vecmill, peers, results)
        if "files" in wanted:
            files.check_npy(folder / ".vecmill", peers, results, "artifacts")
            files.check_npy(folder / "out", peers, results, "exported files")
        if "hashing" in wanted:
            hashing.check(vecmill, peers, results)
        if "quality" in wanted:
            quality.check(vecmill, peers, results)
        if "lineage" in wanted:
            lineage.check(vecmill, peers, results)
    except RuntimeError as error:
        results.note("vecmill", "a command", False, error)
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    results.show()
    return int(bool(results.failed) or not results.rows)


if __name__ == "__main__":
    sys.exit(main())
