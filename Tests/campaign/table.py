#!/usr/bin/env python3
"""Writes the table of RELIABILITY.md from the figures of full attacks in .bench/campaign.json."""
import json
import os

import campaign

BEGIN, END = "<!-- figures: written by Tests/campaign/table.py -->", "<!-- end of figures -->"
WORDS = {
    "simulated_crashes": "crash states of the commit code, simulated",
    "kill_calls": "kill -9 at every file-changing call, whole and torn, and again in the next run",
    "kill_times": "kill -9 at random moments, one to three runs in a row",
    "faults": "no space, I/O error, short write at every call, once and for good",
    "full_disk": "tmpfs full of bytes or of inodes; file-size limit",
    "power_cuts_ext4": "power cuts on ext4", "power_cuts_xfs": "power cuts on XFS",
    "flips": "bits flipped and files cut short: found by verify, never built on",
    "signals": "SIGTERM or SIGINT at random moments: gone in 2 s, resumable",
    "memory_limits": "limits on memory: right, or refused with a message",
    "double_start": "double starts: one works, the others say who does",
    "circumstances": "clock jumps, read-only, moved, deleted or damaged parts, other versions"}


def main():
    folder = os.environ.get("VECMILL_BENCH", os.path.join(campaign.ROOT, ".bench"))
    with open(os.path.join(folder, "campaign.json")) as file:
        figures = {one["attack"]: one for one in json.load(file) if not one["quick"]}
    lines = ["| attack | cases | failures | seed | time | of them | date, commit |", "| --- | --: | --: | --: | --: | --- | --- |"]
    for attack, words in WORDS.items():
        if one := figures.get(attack):
            notes = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in sorted(one.get("notes", {}).items()))
            lines.append(
                f"| {words} | {one['count']:,} | {one['failures']} | {one['seed']} | {one['seconds']:,.0f} s | {notes} "
                f"| {one['date']}, `{one['commit']}` |")
    machines = sorted({one["machine"] for one in figures.values()})
    path = os.path.join(campaign.ROOT, "RELIABILITY.md")
    with open(path) as file:
        text = file.read()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    body = "\n".join([BEGIN, "", *lines, "", "Machine: " + "; ".join(machines) + ".", "", END])
    with open(path, "w") as file:
        file.write(before + body + after)


if __name__ == "__main__":
    main()
