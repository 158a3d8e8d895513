#!/usr/bin/env python3
"""Fills the disk under a small run: a tmpfs of rising size, one of few inodes, and a limit on file sizes."""
import os
import re
import subprocess

import campaign


def main():
    options = campaign.arguments(120, 18)
    reference = campaign.reference(options)
    third = max(1, options.count // 3)
    # From nothing to a little more than a run needs.
    cases = [("size", 16 + 700 * n // third) for n in range(third)]
    cases += [("nr_inodes", 6 + 300 * n // third) for n in range(third)]
    cases += [("ulimit", 1 + 40 * n // third) for n in range(third)]
    if not can_mount(options):
        cases = [case for case in cases if case[0] == "ulimit"]
        print("full_disk: no right to mount: only file sizes are limited", flush=True)

    def body(worker, case):
        what, limit = case
        place = campaign.Place(options, f"w{worker}")
        if what == "ulimit":
            status, said = place.fresh().run(before=("bash", "-c", f'ulimit -f {limit}; exec "$0" "$@"'))
            return judge(status, said, place, reference), {"failed_runs": status != 0}
        os.makedirs(place.path, exist_ok=True)
        size = f"size={limit}k" if what == "size" else f"size=64m,nr_inodes={limit}"
        mount(place.path, size)
        try:
            try:
                place.fill()
            except OSError:
                return None, {"inputs_did_not_fit": 1}
            status, said = place.run()
            # Space returns.
            mount(place.path, "remount,size=64m,nr_inodes=9999")
            return judge(status, said, place, reference), {"failed_runs": status != 0}
        finally:
            subprocess.run(["umount", "-l", place.path], check=True)

    campaign.Tally(options).over(body, cases).end()


def judge(status, said, place, reference):
    # SQLite words a file that may not grow as an I/O error.
    if status == 0:
        fault = place.differences(reference)
        fault = None if fault and fault.startswith(".vecmill/sources.json") else fault
    elif status != 73 and not (status == 74 and "SQLite" in said):
        fault = f"ended with {status}: {campaign.last(said)}"
    elif not re.search(r"error: .*(\.vecmill|out)", said):
        fault = f"no path is named: {campaign.last(said)}"
    else:
        fault = None
    return fault or place.resume(reference)


def mount(path, options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], check=True, capture_output=True)


def can_mount(options):
    path = os.path.join(options.room, "try")
    os.makedirs(path)
    try:
        mount(path, "size=64k")
        subprocess.run(["umount", path], check=True)
        return True
    except (OSError, subprocess.CalledProcessError):
        return False


if __name__ == "__main__":
    main()
