#!/usr/bin/env python3
"""Carries out every attack in turn (or those named), each in a process of its own; ends with 1 if one failed."""
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ATTACKS = [
    ["simulated_crashes"], ["kill_calls"], ["kill_times"], ["faults"], ["full_disk"], ["power_cuts", "--fs", "ext4"],
    ["power_cuts", "--fs", "xfs"], ["flips"], ["signals"], ["memory_limits"], ["double_start"], ["circumstances"]]


def main():
    names = [word for word in sys.argv[1:] if word in {attack[0] for attack in ATTACKS}]
    options = [word for word in sys.argv[1:] if word not in names]
    start, failed = time.monotonic(), []
    for name, *more in ATTACKS:
        if names and name not in names:
            continue
        status = subprocess.run([sys.executable, os.path.join(HERE, name + ".py"), *more, *options]).returncode
        if status not in (0, 77):
            failed.append(" ".join([name, *more]))
    print(f"campaign: {time.monotonic() - start:.0f} s; " + (f"failed: {', '.join(failed)}" if failed else "nothing failed"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
