#!/usr/bin/env python3
"""Crashes the commit code on a simulated disk (Tests/CrashTests): unsynced work lost, torn, reordered; in release mode, by the tests."""
import os
import re
import subprocess

import campaign


def main():
    options = campaign.arguments(1_000_000, 20_000)
    tally = campaign.Tally(options)
    command = [
        "swift", "test", "-c", "release", "--skip-build", "--disable-testable-imports", "--filter",
        "CrashTests/noPromiseIsBrokenAndNoHalfStateBelieved"]
    environment = {**os.environ, "VECMILL_CRASH_STATES": str(options.count), "VECMILL_CRASH_SEED": str(options.seed)}
    run = subprocess.run(command, cwd=campaign.ROOT, env=environment, capture_output=True, text=True)
    for name, count, failures in re.findall(r"crash states: scenario=(\w+) count=(\d+) failures=(\d+)", run.stdout):
        tally.count += int(count)
        tally.notes[name] = int(count)
        tally.failures += [f"{name}: see the output"] * int(failures)
    if run.returncode or tally.count < options.count:
        print(run.stdout[-4000:], run.stderr[-2000:])
        tally.failures.append(f"swift test ended with {run.returncode}")
    tally.end()


if __name__ == "__main__":
    main()
