#!/usr/bin/env python3
"""Cuts the power under a small run: the shutdown ioctl of ext4 and XFS drops all that the file system has not made durable.

After each cut the file system is mounted again, which replays its journal. What the program had promised must be there: every file that
was renamed in a folder whose sync had returned before the cut, with the bytes of an undisturbed run; and the exported folder.
Then the run is resumed, half of the times after a second cut.
"""
import fcntl
import os
import shutil
import struct
import subprocess
import sys
import time

import campaign
import kill_calls
import kill_times

SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN of ext4 and XFS
NO_LOG_FLUSH = struct.pack("I", 2)
SIZES = {"ext4": "48M", "xfs": "320M"}


def main():
    options = campaign.arguments(2000, 30, fs=("ext4", "ext4 or xfs"))
    if os.geteuid() != 0 or not shutil.which(f"mkfs.{options.fs}"):
        campaign.impossible(f"needs root and mkfs.{options.fs}")
    library = campaign.shim(options)
    reference = campaign.reference(options)
    usual = kill_times.duration(options)
    disks = [Disk(options, number) for number in range(options.jobs)]
    try:
        for disk in disks:
            disk.make()

        def body(worker, case):
            random, disk = campaign.draw(options.seed, options.fs, case), disks[worker]
            place = campaign.Place(options, f"disk{worker}/site").fresh()
            os.sync() if case == 0 else subprocess.run(["sync", "-f", place.path], check=True)
            notes, promised = {"cuts": 0, "promised": 0}, set()
            for _ in range(random.choice((1, 2))):
                fault = cut(disk, place, library, random.uniform(0, 1.5 * usual), reference, promised)
                notes["cuts"] += 1
                notes["promised"] = len(promised)
                if fault:
                    return fault, notes
            return place.resume(reference, verify=case % 10 == 0), notes

        tally = campaign.Tally(options, f"power_cuts_{options.fs}").over(body, range(options.count))
    finally:
        for disk in disks:
            disk.remove()
    tally.end()


class Disk:
    """A file system in a file, on a loop device."""

    def __init__(self, options, number):
        self.kind, self.image = options.fs, os.path.join(options.room, f"disk{number}.image")
        self.folder = os.path.join(options.room, f"disk{number}")

    def make(self):
        with open(self.image, "wb") as file:
            file.truncate(int(SIZES[self.kind][:-1]) << 20)
        quiet = ["-q", "-F"] if self.kind == "ext4" else ["-q", "-f"]
        subprocess.run([f"mkfs.{self.kind}", *quiet, self.image], check=True)
        os.makedirs(self.folder)
        try:
            # One device for all mounts: one that is let go with its mount may still be held when the next one comes.
            words = ["losetup", "--find", "--show", self.image]
            self.device = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
            self.mount()
        except subprocess.CalledProcessError as error:
            campaign.impossible(f"cannot mount a loop device: {error}")

    def mount(self):
        subprocess.run(["mount", self.device, self.folder], check=True)

    def unmount(self):
        for _ in range(200):
            if subprocess.run(["umount", self.folder], capture_output=True).returncode == 0:
                return
            # Not by looking at the folder: of a file system that was shut down that fails, mounted or not.
            with open("/proc/self/mounts") as file:
                if not any(line.split()[1] == self.folder for line in file):
                    return
            time.sleep(0.05)
        sys.exit(f"{self.folder} cannot be unmounted")

    def remove(self):
        self.unmount()
        subprocess.run(["losetup", "--detach", self.device], check=True)

    def lose_power(self):
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, NO_LOG_FLUSH)
        finally:
            os.close(folder)


def cut(disk, place, library, delay, reference, promised):
    """Runs, cuts, mounts again; what is wrong. What was promised is added to what was before."""
    log = disk.folder + ".log"
    open(log, "w").close()
    process = place.start(env=kill_calls.faults(library, place, VF_LOG=log))
    time.sleep(delay)
    with open(log) as file:
        before = file.read()
    disk.lose_power()
    status, said = campaign.ended(process, 20)
    disk.unmount()
    disk.mount()
    if status == 999:
        return said
    promised |= promises(before, place.path)
    tree = place.tree()
    for path in promised:
        if path in reference and tree.get(path) != reference[path]:
            return f"{path} was promised, and {'differs' if path in tree else 'is gone'} after the cut"
    if "out" in promised:
        for path in reference:
            if path.startswith("out/") and tree.get(path) != reference[path]:
                return f"the export was promised, and {path} is not there"


def promises(log, top):
    """Paths that had been renamed before a sync of their folder began that has returned."""
    renamed, begun, safe = {}, {}, set()
    for line in log.splitlines():
        number, op, result, path = (line.split(" ", 3) + ["", "", ""])[:4]
        if op == "rename" and result == "0":
            renamed.setdefault(os.path.dirname(path), []).append(os.path.relpath(path, top))
        elif op == "begin":
            begun[number] = len(renamed.get(path, []))
        elif op == "fsync" and result == "0" and number in begun:
            safe.update(renamed.get(path, [])[:begun[number]])
    return safe


if __name__ == "__main__":
    main()
