#!/usr/bin/env python3
"""Holds branches.py against a program whose outcomes were counted by hand (sample/main.swift)."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import branches

SAMPLE = pathlib.Path(__file__).resolve().parent / "sample/main.swift"


def main():
    swiftc = shutil.which("swiftc")
    tools = pathlib.Path(swiftc).resolve().parent
    text = SAMPLE.read_text(encoding="latin-1")
    with tempfile.TemporaryDirectory() as folder:
        def at(name):
            return os.path.join(folder, name)
        subprocess.run([
            swiftc, "-O", "-profile-generate", "-profile-coverage-mapping", "-Xllvm", "-instrprof-atomic-counter-update-all",
            str(SAMPLE), "-o", at("sample")], check=True, stderr=subprocess.DEVNULL)
        subprocess.run([at("sample")], check=True, env={"LLVM_PROFILE_FILE": at("raw")})
        subprocess.run([tools / "llvm-profdata", "merge", at("raw"), "-o", at("profile")], check=True)
        export = subprocess.run(
            [tools / "llvm-cov", "export", at("sample"), "-instr-profile", at("profile")], check=True, capture_output=True).stdout
    found = {}
    segments = json.loads(export)["data"][0]["files"][0]["segments"]
    for line, _, what, times in sorted(branches.Decisions(text, segments).find(), key=lambda outcome: outcome[:2]):
        found.setdefault(line, []).append((what, times))
    wrong = 0
    for line, content in enumerate(text.splitlines(), 1):
        expected = [int(number) for number in content.partition("  // ")[2].split()] if line > 1 else []
        if [times for _, times in found.get(line, [])] != expected:
            wrong += 1
            print(f"{SAMPLE.name}:{line}: {expected} outcomes by hand, {found.get(line, [])} found")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
