#!/usr/bin/env python3
"""Kills a run at random moments, resumes it, and compares every byte with an undisturbed run.

Each trial has a workspace of its own: a run is killed (SIGKILL) or asked to stop (SIGTERM: out within 2 seconds with
status 143), then run again until done. Afterwards all files of the artifacts and of the bundle must be those of the
undisturbed run; only latency.json, which holds times, may differ. With --storm one workspace is killed again and again
until a run gets through. The seed is printed. Ends with 1 on any difference.
"""
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import measuring

IMAGES = """\
pipeline: kills
stages:
  photos: {kind: ingest, media: image, from: [data/decode/inet_full.tar, data/eval/grocery.tar], shard_size: 64}
  features: {kind: featurize, input: photos, embedder: cnn}
  unit: {kind: normalize, input: features, steps: [center, {pca: 64, whiten: false}, l2]}
  index: {kind: index, input: unit, type: "IVF32,PQ16", metric: cosine}
  quality: {kind: evaluate, input: index, queries: 100}
  files: {kind: export, input: index, formats: [faiss, npy, parquet], to: bundle}
"""
TEXTS = """\
pipeline: kills
stages:
  abstracts: {kind: ingest, media: text, from: [data/text/cranfield.tar.gz], shard_size: 100, max_rejects: 10}
  features: {kind: featurize, input: abstracts, embedder: hashing}
  index: {kind: index, input: features, type: "OPQ32,PQ32", metric: cosine}
  quality: {kind: evaluate, input: index, queries: 100}
  files: {kind: export, input: index, formats: [faiss, parquet], to: bundle}
"""


def digests(folder):
    """The digest of every file that has to be the same; files of time are left out, leftovers are not."""
    found = {}
    for part in (".vecmill/artifacts", "bundle"):
        for path in sorted((folder / part).rglob("*")):
            if path.is_file() and path.name != "latency.json" and not states_times(path):
                found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def states_times(path):
    """Whether a checkpoint or manifest is one that holds the digest of latency.json."""
    return path.suffix == ".json" and path.parent.name.startswith("quality") and b"latency.json" in path.read_bytes()


class Trials:
    def __init__(self, args, text):
        self.args, self.text = args, text
        self.base = measuring.fresh(measuring.CACHE / "kills")
        self.chance = random.Random(args.seed)

    def folder(self, name):
        folder = measuring.fresh(self.base / name)
        (folder / "kills.yaml").write_text(self.text)
        (folder / "data").symlink_to(self.args.shared / "data")
        return folder

    def start(self, folder):
        command = [self.args.vecmill, "run", "kills.yaml", "--progress", "none", "--jobs", str(self.chance.choice([1, 2, 4]))]
        return subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, folder):
        """Runs to the end; how many jobs the run before had left done is in the trace."""
        process = self.start(folder)
        _, err = process.communicate()
        if process.returncode != 0:
            sys.exit(f"{folder}: a resumed run ended with {process.returncode}\n{err.decode()[-3000:]}")

    def reference(self):
        folder = self.folder("reference")
        start = time.perf_counter()
        self.finish(folder)
        return digests(folder), time.perf_counter() - start

    def disturb(self, folder, seconds, signal_number):
        """What became of one run that got a signal after so many seconds: its status, and how long it took to go."""
        process = self.start(folder)
        try:
            process.wait(seconds)
            process.stderr.close()
            return process.returncode, 0.0
        except subprocess.TimeoutExpired:
            start = time.perf_counter()
            process.send_signal(signal_number)
            process.communicate()
            return process.returncode, time.perf_counter() - start


def different(want, got):
    return sorted(name for name in want.keys() | got.keys() if want.get(name) != got.get(name))


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--moments", type=int, default=20, help="kills, each in a fresh workspace")
    options.add_argument("--terms", type=int, default=5, help="the same with SIGTERM")
    options.add_argument("--storm", type=int, default=0, help="kills of one and the same workspace")
    options.add_argument("--media", choices=["images", "texts"], default="images")
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    args = measuring.parse(options)
    trials = Trials(args, IMAGES if args.media == "images" else TEXTS)
    want, seconds = trials.reference()
    rows, faults = [], 0

    def judge(name, folder, status, moment, gone):
        nonlocal faults
        trials.finish(folder)
        unequal = different(want, digests(folder))
        late = "term" in name and (status not in (0, 143) or gone > 2)
        faults += bool(unequal) + bool(late)
        row = {"trial": name, "at_s": moment, "status": status, "gone_after_s": gone, "different": unequal[:10], "files": len(want)}
        measuring.emit(**row)
        rows.append(row)

    for count, kind, number in ((args.moments, "kill", signal.SIGKILL), (args.terms, "term", signal.SIGTERM)):
        for trial in range(count):
            longest = seconds
            for _ in range(20):  # a run that got through before its moment is no trial: on a busy machine runs differ much
                folder, moment = trials.folder(f"{kind}-{trial}"), trials.chance.uniform(0.02, longest)
                status, gone = trials.disturb(folder, moment, number)
                if status != 0:
                    break
                longest = moment
            judge(f"{kind}-{trial}", folder, status, moment, gone)
            if not rows[-1]["different"]:
                measuring.shutil.rmtree(folder)
    if args.storm:
        folder = trials.folder("storm")
        for _ in range(args.storm):
            status, gone = trials.disturb(folder, trials.chance.uniform(0.02, seconds / 3), signal.SIGKILL)
        judge("storm", folder, status, 0.0, gone)
    killed = sum(row["status"] in (-9, 143) for row in rows)
    least = args.moments + args.terms
    measuring.save("kills", args, seed=args.seed, media=args.media, undisturbed_s=round(seconds, 2), rows=rows)
    print(f"seed {args.seed}: {len(rows)} trials of a {seconds:.1f} s run, {killed} of them caught while working, {len(want)} files compared, {faults} faults")
    return int(faults > 0 or killed < least)


if __name__ == "__main__":
    sys.exit(main())
