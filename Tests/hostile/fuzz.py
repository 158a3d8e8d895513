#!/usr/bin/env python3
"""Fuzz every parser in turns, and add up what was done.

The corpora grow in .fuzz/corpora/TARGET, sound inputs from the shared corpora lie beside them in .fuzz/seeds, what was found lies
in .fuzz/found, and .fuzz/stats.json keeps the sums over all calls. Ends with 1 if anything was found.
"""
import argparse
import glob
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time

TARGETS = "archive bundle faiss jpeg model pipeline png state table vectors".split()
MAX_BYTES = 65536

# Corpus files for a target: the tar, the ending of names, and how many leading bytes the target puts there itself.
SEEDS = {
    "archive": [("libarchive", "", 0)],
    "jpeg": [("libjpeg-turbo", ".jpg", 3)],
    "png": [("pngsuite", ".png", 8), ("image-png", "", 8)],
}


def seeds(target, shared, root):
    """The folder of a target's files from the shared corpora; None where there are none."""
    folder = os.path.join(root, "seeds", target)
    if target not in SEEDS or os.path.isdir(folder):
        return folder if target in SEEDS else None
    if not os.path.isdir(os.path.join(shared, "corpora")):
        return None
    os.makedirs(folder + ".part", exist_ok=True)
    for tar, ending, skipped in SEEDS[target]:
        with tempfile.TemporaryDirectory() as unpacked:
            subprocess.run(["tar", "-xf", os.path.join(shared, "corpora", tar + ".tar.zst"), "-C", unpacked], check=True)
            paths = sorted(p for p in glob.glob(unpacked + "/**/*", recursive=True) if os.path.isfile(p) and p.endswith(ending))
            for number, path in enumerate(paths):
                with open(path, "rb") as file:
                    data = file.read()
                if len(data) <= MAX_BYTES:
                    with open(os.path.join(folder + ".part", f"{tar}-{number}"), "wb") as out:
                        out.write(data[skipped:])
    os.rename(folder + ".part", folder)
    return folder


def turn(binary, target, seconds, shared, root):
    """One run of libFuzzer; what it did."""
    found = os.path.join(root, "found", target + "-")
    before = set(glob.glob(found + "*"))
    command = [binary, target, os.path.join(root, "corpora", target)]
    if folder := seeds(target, shared, root):
        command.append(folder)
    # Ten seconds of the processor may be a minute on a busy machine; libarchive asks for memory that it never touches.
    command += [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=2048", "-malloc_limit_mb=65536", f"-max_len={MAX_BYTES}", "-print_final_stats=1",
                "-detect_leaks=1", f"-artifact_prefix={found}"]
    start = time.monotonic()
    with open(os.path.join(root, target + ".log"), "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = open(os.path.join(root, target + ".log"), errors="replace").read()
    figures = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)/", text)
    executed = re.findall(r"stat::number_of_executed_units: *(\d+)", text) or re.findall(r"^#(\d+)", text, re.M)[-1:] or ["0"]
    first = re.search(r"INITED cov: (\d+)", text)
    return {
        "seconds": time.monotonic() - start, "processor": usage.ru_utime + usage.ru_stime, "executions": int(executed[-1]),
        "begin": int(first[1]) if first else 0, "coverage": int(figures[-1][0]) if figures else 0,
        "features": int(figures[-1][1]) if figures else 0, "corpus": int(figures[-1][2]) if figures else 0,
        "found": sorted(os.path.basename(p) for p in set(glob.glob(found + "*")) - before), "status": process.returncode,
    }


def add(stats, target, done):
    sums = stats.setdefault(target, {"seconds": 0, "processor": 0, "executions": 0, "begin": done["begin"], "found": []})
    for key in ("seconds", "processor", "executions", "found"):
        sums[key] += done[key]
    sums.update({key: max(done[key], sums.get(key, 0)) for key in ("coverage", "features", "corpus")})


def table(stats):
    lines = ["| target | seconds | of the processor | executions | edges, first and last | features | corpus | found |",
             "| --- | --: | --: | --: | --: | --: | --: | --: |"]
    for target, s in sorted(stats.items()):
        lines.append(f"| {target} | {s['seconds']:,.0f} | {s['processor']:,.0f} | {s['executions']:,} | {s['begin']:,} → {s['coverage']:,} "
                     f"| {s['features']:,} | {s['corpus']:,} | {len(s['found'])} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--root", default=".fuzz")
    parser.add_argument("--seconds", type=int, default=3600, help="of each target")
    parser.add_argument("--turn", type=int, default=600, help="seconds of a target until it is the next one's turn")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("targets", nargs="*", default=TARGETS)
    arguments = parser.parse_args()
    for folder in ("corpora", "found"):
        os.makedirs(os.path.join(arguments.root, folder), exist_ok=True)
    path = os.path.join(arguments.root, "stats.json")
    stats = json.load(open(path)) if os.path.exists(path) else {}
    turns, lock, any_found = queue.Queue(), threading.Lock(), []
    for begin in range(0, arguments.seconds, arguments.turn):
        for target in arguments.targets:
            turns.put((target, min(arguments.turn, arguments.seconds - begin)))

    def work():
        while True:
            try:
                target, seconds = turns.get_nowait()
            except queue.Empty:
                return
            done = turn(arguments.binary, target, seconds, arguments.shared, arguments.root)
            with lock:
                any_found.extend(done["found"])
                add(stats, target, done)
                with open(path + ".part", "w") as file:
                    json.dump(stats, file, indent=1)
                os.replace(path + ".part", path)
                print(f"{target}: {done['executions']:,} executions in {done['seconds']:.0f} s, {done['coverage']:,} edges, "
                      f"corpus {done['corpus']:,}, status {done['status']}, found {done['found'] or 'nothing'}", flush=True)

    workers = [threading.Thread(target=work) for _ in range(arguments.jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(table(stats))
    return 1 if any_found else 0


if __name__ == "__main__":
    sys.exit(main())
