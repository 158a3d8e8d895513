#!/usr/bin/env python3
"""What a night costs on which 1 % of the records changed, and one on which nothing did, in CPU seconds beside the full run.

Archives are made of the pictures of the evaluation set, each with a comment of its own in its JPEG, so that every content is
another and decodes at full cost. A night packs all archives anew with 1 % of the entries of each replaced, takes one archive
away and adds one, or changes nothing. "Reading" is the run up to ingest: digests of the archives and of their entries. The share
is the CPU time, user and system, of a second run that does all the rest (featurize, normalize, index, export), over that of
the full run from nothing with the same options; the goal is 3 %. System time grows with the load of a machine and with what
others delete on the same file system: only figures of a quiet one are worth comparing. Nothing else need be installed. Writes
.bench/increments.json.
"""
import json
import os
import random
import shutil
import struct
import sys
import tarfile

import measuring

PIPELINE = """\
pipeline: nights
stages:
  photos: {{kind: ingest, media: image, from: ["{folder}/*.tar"]{option}}}
  features: {{kind: featurize, input: photos, embedder: cnn}}
  unit: {{kind: normalize, input: features, steps: [center, {{pca: 64}}, l2]}}
  index: {{kind: index, input: unit, type: "IVF256,PQ16", metric: cosine}}
  files: {{kind: export, input: index, formats: [faiss], to: bundle}}
"""


def pictures(shared):
    with tarfile.open(shared / "data/eval/imagenette224.tar") as archive:
        return [archive.extractfile(member).read() for member in archive if member.isfile()]


def commented(picture, text):
    """The picture with a comment behind its first marker: other bytes, the same pixels."""
    comment = text.encode()
    return picture[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture[2:]


def header(name, size):
    info = tarfile.TarInfo(name)
    info.size, info.mtime = size, 1_700_000_000
    return info.tobuf(tarfile.USTAR_FORMAT)


class Corpus:
    """Archives by number, each a list of the texts that make its entries' contents different."""

    def __init__(self, folder, archives, entries, sources, seed):
        self.folder, self.entries, self.sources, self.chance = measuring.fresh(folder), entries, sources, random.Random(seed)
        self.texts = {}
        for number in range(archives):
            self.add(number)

    def add(self, number):
        self.texts[number] = [f"{number} {entry} 0" for entry in range(self.entries)]
        self.pack(number)

    def remove(self, number):
        del self.texts[number]
        (self.folder / f"a-{number:04}.tar").unlink()

    def pack(self, number):
        parts = []
        for entry, text in enumerate(self.texts[number]):
            content = commented(self.sources[(number * self.entries + entry) % len(self.sources)], text)
            parts += [header(f"p-{number:04}-{entry:05}.jpg", len(content)), content, bytes(-len(content) % 512)]
        path = self.folder / f"a-{number:04}.tar"
        path.with_suffix(".new").write_bytes(b"".join(parts) + bytes(1024))
        path.with_suffix(".new").rename(path)

    def change(self, share, night):
        """Packs every archive anew with a share of its entries replaced; how many that are."""
        changed = 0
        for number, texts in self.texts.items():
            for entry in self.chance.sample(range(self.entries), max(1, round(share * self.entries))):
                texts[entry] = f"{number} {entry} {night}"
                changed += 1
            self.pack(number)
        return changed


def run(args, folder, *options):
    cost = measuring.measure([args.vecmill, "run", "nights.yaml", "--progress", "none", "--json", *options], folder)
    cost["summary"] = json.loads(cost.pop("output"))
    return cost


def stage(cost, name):
    return next(stage for stage in cost["summary"]["stages"] if stage["name"] == name)


def night(args, folder):
    """A run in two parts: reading the archives, then all the rest."""
    reading = run(args, folder, "--until", "photos")
    rest = run(args, folder)
    return reading, rest


def unchanged(args, folder, runs=7):
    costs = [run(args, folder) for _ in range(runs)]
    assert all(cost["summary"]["outcome"] == "fresh" for cost in costs)
    return {key: measuring.median(costs, key) for key in ("wall_s", "cpu_s")}


def site(args, name, archives, entries, sources, shard_size=None):
    folder = measuring.fresh(measuring.CACHE / "increments" / name)
    corpus = Corpus(folder / "archives", archives, entries, sources, args.seed)
    option = f", shard_size: {shard_size}" if shard_size else ""
    (folder / "nights.yaml").write_text(PIPELINE.format(folder="archives", option=option))
    return folder, corpus


def row(task, unit, value, **more):
    figures = {"task": task, "threads": os.cpu_count(), "unit": unit, "ours": round(value, 4), "peer": None, "peer_name": None, "ratio": None,
               "limit_share": None, "recall": None} | more
    measuring.emit(**figures)
    return figures


def nights(args, sources, shard_size=None):
    """A full run, then nights on which little changed; the figures as rows."""
    name = f"shards of {shard_size}" if shard_size else "shards as by default"
    folder, corpus = site(args, name.replace(" ", "-"), args.archives, args.entries, sources, shard_size)
    records = args.archives * args.entries
    full = run(args, folder)
    assert stage(full, "features")["rows"] == records
    rows = [row(f"full run of {records} records, {name}", "CPU s", full["cpu_s"], wall_s=round(full["wall_s"], 2), peak_mb=round(full["peak_mb"]))]
    quiet = unchanged(args, folder)
    rows.append(row(f"unchanged, {args.archives} archives of {args.entries}, {name}", "s", quiet["wall_s"], cpu_s=round(quiet["cpu_s"], 4), goal=0.2))
    for number, task in enumerate(["repacked", "repacked again", "an archive less, one more"]):
        if number < 2:
            changed = corpus.change(args.share, number + 1)
        else:
            corpus.remove(0)
            corpus.add(args.archives)
            changed = args.entries
        reading, rest = night(args, folder)
        features = stage(rest, "features")
        assert features["made"] == changed and features["removed"] == changed, features
        rows.append(row(
            f"{task}: {changed} of {records} records, {name}", "CPU s beyond reading", rest["cpu_s"], wall_s=round(rest["wall_s"], 2),
            reading_cpu_s=round(reading["cpu_s"], 2), share_of_full=round(rest["cpu_s"] / full["cpu_s"], 4), goal=0.03 if number < 2 else None,
            made=features["made"], reused=features["reused"], removed=features["removed"],
            stages_s={one["name"]: round(one["seconds"], 3) for one in rest["summary"]["stages"] if one.get("seconds")},
            training={name: stage(rest, name).get("training") for name in ("unit", "index")}))
    return rows


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--archives", type=int, default=100)
    options.add_argument("--entries", type=int, default=1000, help="entries an archive")
    options.add_argument("--share", type=float, default=0.01, help="of the entries that change in a night")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--quick", action="store_true", help="10 archives of 200 entries")
    options.add_argument("--keep", action="store_true", help="leave archives and workspaces behind")
    args = measuring.parse(options)
    if args.quick:
        args.archives, args.entries = 10, 200
    sources = pictures(args.shared)
    rows = nights(args, sources)
    # Fewer and larger shards: the same work in fewer files, each of which is synced on its own.
    rows += nights(args, sources, shard_size=1000)
    for archives, entries in [] if args.quick else [(10, 1000), (100, 100), (10, 100)]:
        small, _ = site(args, f"{archives}x{entries}", archives, entries, sources)
        run(args, small)
        quiet = unchanged(args, small)
        rows.append(row(f"unchanged, {archives} archives of {entries}", "s", quiet["wall_s"], cpu_s=round(quiet["cpu_s"], 4)))
    measuring.save("increments-quick" if args.quick else "increments", args, rows=rows)
    if not args.keep:
        shutil.rmtree(measuring.CACHE / "increments")
    measuring.table(["task", "unit", "ours", "share of full"], [[r["task"], r["unit"], r["ours"], r.get("share_of_full") or "-"] for r in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
