#!/usr/bin/env python3
"""Runs with less and less memory: a limit on addresses, and a control group. Right or refused with a message, never a hang.

A control group's limit ends in the kernel's kill, of which nobody can say anything; it must be resumable like every other.
"""
import os
import subprocess

import campaign

GROUP = "/sys/fs/cgroup/memory/vecmill-campaign"


def main():
    options = campaign.arguments(20, 8)
    reference = campaign.reference(options)
    top = lowest(options)
    # From half of what is enough to twice that, closest around it.
    factors = [0.5 + 0.5 * n / (options.count - 3) for n in range(options.count - 2)] + [1.2, 2]
    cases = [("addresses", int(top * factor)) for factor in factors]
    if grouped(16 << 20, options, 0):
        cases += [("group", (2 + 3 * n) << 20) for n in range(options.count)]

    def body(worker, case):
        what, limit = case
        place = campaign.Place(options, f"w{worker}").fresh()
        if what == "addresses":
            status, said = place.run(before=("bash", "-c", f'ulimit -v {limit >> 10}; exec "$0" "$@"'), timeout=30)
        else:
            group = grouped(limit, options, worker)
            status, said = place.run(before=("bash", "-c", f'echo $$ > {group}/cgroup.procs; exec "$0" "$@"'), timeout=30)
        if status == 0:
            return place.differences(reference) or place.verify(), {"enough": 1}
        killed = what == "group" and status == 137
        if status > 128 and not killed or status == 999:
            return f"with {limit >> 20} MiB it ended with {status}: {campaign.last(said)}", {}
        if not said.strip() and not killed:
            return f"with {limit >> 20} MiB it ended with {status} and said nothing", {}
        return place.resume(reference), {"killed" if killed else "refused": 1}

    tally = campaign.Tally(options).over(body, cases)
    for worker in range(options.jobs):
        if os.path.isdir(f"{GROUP}{worker}"):
            os.rmdir(f"{GROUP}{worker}")
    tally.end()


def lowest(options):
    """Bytes of addresses that are just enough."""
    low, high = 0, 4 << 30
    while high - low > 4 << 20:
        middle = (low + high) // 2
        place = campaign.Place(options, "try").fresh()
        before = ("bash", "-c", f'ulimit -v {middle >> 10}; exec "$0" "$@"')
        if place.run(before=before, timeout=5)[0] == 0:
            high = middle
        else:
            low = middle
    return high


def grouped(limit, options, worker):
    """A control group of the first version with this limit; nothing where there are none, or no right to them."""
    group = f"{GROUP}{worker}"
    try:
        os.makedirs(group, exist_ok=True)
        with open(f"{group}/memory.limit_in_bytes", "w") as file:
            file.write(str(limit))
        return group
    except OSError:
        return None


if __name__ == "__main__":
    main()
