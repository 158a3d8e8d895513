#!/usr/bin/env python3
"""Read every file of the campaign and of the corpora with the built program.

For each file: what became of it, seconds, peak memory. Fails if the program dies, if a file takes over 512 MB or over
2 seconds of the processor, or if a file of the campaign ends otherwise than expected. Pictures are counted against
Pillow's verdicts, differences by cause.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

MEMORY, SECONDS = 512_000_000, 2.0

# Where another ending than that of expected.json is right; docs/hostile-input.md says why.
OTHERWISE = {"bomb-4GiB.tar.gz": "fail-archive"}


def read(vecmill, paths, text=False):
    """Findings by path; a file that killed the program has the signal as its failure."""
    found, left = {}, list(paths)
    while left:
        command = [vecmill, "oracle", "reading"] + (["--text"] if text else [])
        run = subprocess.run(command, input="\n".join(left) + "\n", capture_output=True, text=True)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        found.update((line["path"], line) for line in lines)
        left = left[len(lines):]
        if left:
            print(f"DIED at {left[0]}: status {run.returncode}: {run.stderr[-500:]}", flush=True)
            found[left[0]] = {"path": left[0], "good": 0, "rejects": {}, "failure": f"died {run.returncode}", "seconds": 0, "processorSeconds": 0, "peak": 0}
            left = left[1:]
    return found


def unpack(shared, corpus, folder):
    """The files of a corpus, by their names in it."""
    archive = os.path.join(shared, "corpora", corpus + ".tar.zst")
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    listing = subprocess.run(["tar", "-tf", archive], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: os.path.join(folder, name) for name in listing if os.path.isfile(os.path.join(folder, name))}


def campaign(arguments, folder):
    script = os.path.join(arguments.shared, "campaign", "hostile", "make_hostile.py")
    subprocess.run([sys.executable, script, folder], check=True, stdout=subprocess.DEVNULL)
    expected = json.load(open(os.path.join(folder, "expected.json")))
    is_text = lambda name: name.endswith((".txt", ".jsonl"))
    found = {}
    for text in (False, True):
        names = [name for name in expected if is_text(name) == text]
        results = read(arguments.vecmill, [os.path.join(folder, name) for name in names], text)
        found.update((os.path.basename(path), result) for path, result in results.items())
    wrong = [f"{name}: {why}" for name in expected if (why := fault(expected[name], found[name], OTHERWISE.get(name)))]
    return found, wrong


def fault(expected, found, otherwise):
    """Why the ending is not as expected; None if it is."""
    action, failure, rejects = otherwise or expected["action"], found.get("failure"), sum(found["rejects"].values())
    fine = {
        "keep": not failure and not rejects, "keep-escaped": not failure and not rejects,
        "skip-entry": not failure and rejects > 0, "reject-line": not failure and rejects > 0,
        "fail-archive": bool(failure), "fail-stage": bool(failure) or rejects == expected["entries"],
        "keep|skip-entry": not failure,
    }[action]
    if not fine:
        return f"{action} expected, {found}"
    if expected["good"] is not None and found["good"] != expected["good"]:
        return f"{expected['good']} good expected, {found}"
    return None


def cause(finding):
    """The difference in words: the message without its numbers."""
    text = finding.get("message") or finding.get("failure") or "decoded"
    code = next(iter(finding["rejects"]), finding.get("failure") or "")
    return code + ": " + re.sub(r"0x[0-9a-f]+|\d+", "N", text)


def against_pillow(shared, corpus, found):
    """Counts of agreement, and of differences by cause."""
    table = collections.Counter()
    with open(os.path.join(shared, "corpora", "verdicts.tsv")) as lines:
        for line in lines:
            tar, name, _, verdict, form, *_ = line.rstrip("\n").split("\t")
            finding = found.get(name)
            if tar != corpus or finding is None:
                continue
            pillow, ours = verdict == "ok", finding["good"] > 0
            if pillow == ours:
                table[f"both {'take' if ours else 'refuse'} it"] += 1
            elif pillow:
                table[f"only Pillow ({form}): {cause(finding)}"] += 1
            else:
                table[f"only Vecmill ({form})"] += 1
    return table


def against_bsdtar(shared, found):
    table, slow = collections.Counter(), []
    with open(os.path.join(shared, "corpora", "archives.tsv")) as lines:
        next(lines)
        for line in lines:
            name, _, verdict, *_ = line.rstrip("\n").split("\t")
            finding = found.get(name)
            if finding is None:
                continue
            ours = finding.get("failure") or "read"
            table[f"bsdtar {verdict}, {ours}"] += 1
    return table


def summary(name, found):
    slowest = max(found.values(), key=lambda f: f["processorSeconds"])
    largest = max(found.values(), key=lambda f: f["peak"])
    over = [f["path"] for f in found.values() if f["processorSeconds"] > SECONDS or f["peak"] > MEMORY]
    died = [f["path"] for f in found.values() if (f.get("failure") or "").startswith("died")]
    print(f"{name}: {len(found)} files; slowest {slowest['processorSeconds']:.2f} s of the processor {os.path.basename(slowest['path'])}; "
          f"most memory {largest['peak'] / 1e6:.0f} MB {os.path.basename(largest['path'])}; over {len(over)}, died {len(died)}", flush=True)
    return over, died


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vecmill", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--out")
    parser.add_argument("--only", nargs="*", default=["campaign", "libarchive", "pngsuite", "image-png", "libjpeg-turbo"])
    arguments = parser.parse_args()
    if not os.path.isdir(os.path.join(arguments.shared, "corpora")):
        print(f"hostile: skipped: {arguments.shared} holds no corpora; set VECMILL_SHARED to the folder that does")
        return 0
    faults, results = [], {}
    for name in arguments.only:
        with tempfile.TemporaryDirectory() as folder:
            table = {}
            if name == "campaign":
                found, wrong = campaign(arguments, folder)
                faults += wrong
            else:
                files = unpack(arguments.shared, name, folder)
                by_path = read(arguments.vecmill, files.values())
                found = {file: by_path[path] for file, path in files.items()}
                table = against_bsdtar(arguments.shared, found) if name == "libarchive" else against_pillow(arguments.shared, name, found)
            over, died = summary(name, found)
            for cell, count in sorted(table.items(), key=lambda item: -item[1]):
                print(f"  {count:5} {cell}")
            faults += [f"over its ceiling: {path}" for path in over] + [f"died: {path}" for path in died]
            results[name] = {"table": table, "files": found}
    if arguments.out:
        os.makedirs(os.path.dirname(arguments.out) or ".", exist_ok=True)
        json.dump(results, open(arguments.out, "w"), indent=1)
    for line in faults:
        print("FAULT", line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
