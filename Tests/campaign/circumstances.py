#!/usr/bin/env python3
"""What else happens to a workspace: clocks that jump, no right to write, another path, deleted parts, other versions.

Each case says what must come of it: the same result, the right part done again, or a refusal that gives its reason.
"""
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess

import campaign
import kill_calls


def main():
    options = campaign.arguments(0, 60)
    library = campaign.shim(options)
    reference = campaign.reference(options)
    whole = campaign.Place(options, "whole").fresh()
    assert whole.run()[0] == 0
    world = World(options, library, reference, whole)
    cases = [(kind, case) for kind in KINDS for case in kind.cases(world)]
    if options.count:
        cases = campaign.draw(options.seed, "cases").sample(cases, min(options.count, len(cases)))
    campaign.Tally(options).over(lambda worker, case: (case[0].body(world, worker, case[1]), {case[0].name: 1}), cases).end()


class World:
    def __init__(self, options, library, reference, whole):
        self.options, self.library, self.reference, self.whole = options, library, reference, whole

    def copy(self, worker):
        place = campaign.Place(self.options, f"w{worker}")
        make_writable(place.path)
        shutil.rmtree(place.path, ignore_errors=True)
        shutil.copytree(self.whole.path, place.path)
        return place

    def fresh(self, worker):
        place = campaign.Place(self.options, f"w{worker}")
        make_writable(place.path)
        return place.fresh()


class Clock:
    """Runs under a clock that is wrong, or jumps at every look; killed half-way, resumed under another."""
    name = "clock"

    @staticmethod
    def cases(world):
        offsets = ["jump", "-1700000000", "-86400", "-3600", "-1", "1", "3600", "86400", "3000000000"]
        return [(one, other) for one in offsets for other in offsets]

    @staticmethod
    def body(world, worker, case):
        place = world.fresh(worker)
        first, second = case
        env = {"LD_PRELOAD": world.library, "VF_UNDER": place.path}
        at = campaign.draw("clock", case).randint(30, 800)
        status, said = place.run(env={**env, "VF_CLOCK": first, "VF_AT": str(at), "VF_ACT": "kill"})
        if status not in (0, 137):
            return f"under the clock {first} it ended with {status}: {campaign.last(said)}"
        status, said = place.run(env={**env, "VF_CLOCK": second})
        if status != 0:
            return f"under the clock {second} it ended with {status}: {campaign.last(said)}"
        return place.resume(world.reference)


class Deleted:
    """Removes parts of a workspace that was done; what is needed is made again, and nothing else."""
    name = "deleted"

    @staticmethod
    def cases(world):
        paths = [path for path in world.reference if path[-1] != "*"]
        return paths + [".vecmill/", "out/", "runs", "run.lock", "sources.json"]

    @staticmethod
    def body(world, worker, case):
        place = world.copy(worker)
        path = place.file(".vecmill", case) if case in ("runs", "run.lock", "sources.json") else place.file(case)
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        status, said = place.run()
        if case == "out/bundle.json":
            # A folder that is no bundle holds somebody's files.
            return None if status == 73 and "no bundle" in said else f"without {case} it ended with {status}"
        if status != 0:
            return f"without {case} it ended with {status}: {campaign.last(said)}"
        # A summary saves reading the manifest, and says nothing new.
        if os.path.basename(case) in (*campaign.FLEETING, "summary.json") or case == "runs":
            return None
        fault = place.differences(world.reference)
        if not fault:
            return place.verify()
        if case.endswith(("/", "/manifest.json")) and "/artifacts/" in case:
            # An artifact that nothing needs any more is not made again for its own sake.
            return place.verify()
        # A run trusts what is sealed until it reads it; verify looks at all of it.
        what = "out" if case.startswith("out/") else ".vecmill"
        status, said = place.run(["verify", what])
        return None if status == 65 and case in said else f"verify {what} ended with {status} without {case}"


class Forced:
    """Removes a file of a sealed artifact and forces all stages after it: never a wrong result, and a way back."""
    name = "damaged_input"

    @staticmethod
    def cases(world):
        return [path for path in world.reference
                if "/artifacts/" in path and path[-1] not in "*/" and os.path.basename(path) not in campaign.FLEETING]

    @staticmethod
    def body(world, worker, case):
        place = world.copy(worker)
        with open(place.file(case), "r+b") as file:
            byte = file.read(1)
            file.seek(0)
            file.write(bytes([byte[0] ^ 1]) if byte else b"x")
        stages = ["notes", "kept", "features", "unit", "index", "quality", "files"]
        mine = os.path.basename(os.path.dirname(case)).rsplit("-", 1)[0]
        later = stages[stages.index(mine) + 1:]
        status, said = place.run([*campaign.RUN, *[word for stage in later for word in ("--force", stage)]])
        if status not in (0, 65):
            return f"with {case} damaged it ended with {status}: {campaign.last(said)}"
        if status == 65 and os.path.basename(case).split(".")[0] not in said:
            return f"with {case} damaged it was refused without saying so: {campaign.last(said)}"
        # What verify names can be forced, and then all is as it was.
        status, said = place.run([*campaign.RUN, *[word for stage in [mine, *later] for word in ("--force", stage)]])
        if status != 0:
            return f"with {case} damaged and {mine} forced it ended with {status}: {campaign.last(said)}"
        return place.differences(world.reference) or place.verify()


class Moved:
    """Moves a workspace that was done, or killed, to another path, by renaming or copying."""
    name = "moved"

    @staticmethod
    def cases(world):
        return [(how, at) for how in ("rename", "copy", "workspace") for at in range(0, 900, 90)]

    @staticmethod
    def body(world, worker, case):
        how, at = case
        place = world.fresh(worker)
        if at:
            place.run(env=kill_calls.faults(world.library, place, VF_AT=str(at), VF_ACT="kill"))
        else:
            place.run()
        if how == "workspace":
            moved = campaign.Place(world.options, f"elsewhere{worker}")
            shutil.rmtree(moved.path, ignore_errors=True)
            os.makedirs(moved.path)
            if os.path.exists(place.file(".vecmill")):
                os.rename(place.file(".vecmill"), moved.file("store"))
            status, said = place.run([*campaign.RUN, "--workspace", moved.file("store")])
            if status != 0:
                return f"ended with {status}: {campaign.last(said)}"
            os.rename(moved.file("store"), place.file(".vecmill"))
            return place.resume(world.reference)
        moved = campaign.Place(world.options, f"moved/deep/w{worker}")
        shutil.rmtree(moved.path, ignore_errors=True)
        os.makedirs(os.path.dirname(moved.path), exist_ok=True)
        os.rename(place.path, moved.path) if how == "rename" else shutil.copytree(place.path, moved.path)
        return moved.resume(world.reference)


class Unwritable:
    """Takes the right to write from all folders, from one, or mounts it read-only; given back, the run goes on."""
    name = "read_only"

    @staticmethod
    def cases(world):
        return ["all", ".vecmill", ".vecmill/artifacts", ".vecmill/runs", "mount"]

    @staticmethod
    def body(world, worker, case):
        place = world.copy(worker)
        shutil.rmtree(place.file(".vecmill/artifacts/" + next(
            name for name in os.listdir(place.file(".vecmill/artifacts")) if name.startswith("index"))))
        shutil.rmtree(place.file("out"))
        if case == "mount":
            if subprocess.run(["mount", "--bind", place.path, place.path], capture_output=True).returncode:
                return None
            subprocess.run(["mount", "-o", "remount,ro,bind", place.path], check=True)
            try:
                status, said = place.run()
            finally:
                subprocess.run(["umount", "-l", place.path], check=True)
        else:
            folders = [folder for folder, _, _ in os.walk(place.path)] if case == "all" else [place.file(case)]
            for folder in folders:
                os.chmod(folder, 0o555)
            # Root may write all the same: the same answer from the shim.
            env = {}
            if os.geteuid() == 0:
                env = kill_calls.faults(
                    world.library, place, VF_AT="1", VF_STICKY="1", VF_ACT=str(errno.EACCES), VF_OPS="open,reopen,mkdir,rename,unlink,link")
                env["VF_UNDER"] = place.path if case == "all" else place.file(case)
            status, said = place.run(env=env)
            make_writable(place.path)
        if status not in (73, 74) or not re.search(r"error: .*cannot .*(\.vecmill|out)", said):
            return f"ended with {status}: {campaign.last(said)}"
        return place.resume(world.reference)


class Versions:
    """Changes what another version of the program would have left: a newer format, another algorithm, an older one."""
    name = "versions"

    @staticmethod
    def cases(world):
        recipes = [path for path in world.reference if path.endswith(("/recipe.json", "/manifest.json"))]
        checkpoints = [path for path in world.reference if path.endswith(".checkpoint.json")]
        return ([("format", path) for path in world.reference if path.endswith("/manifest.json")]
                + [("format", path) for path in checkpoints[::7]] + [("algorithm", path) for path in recipes] + [("bundle", "out/bundle.json")])

    @staticmethod
    def body(world, worker, case):
        what, path = case
        place = world.copy(worker)
        document = unsealed(place.file(path))
        if what == "algorithm":
            recipe = document["recipe"] if "recipe" in document else document
            recipe["version"] += 1
            # As the other version would have: its key, and so its folder, are others.
            seal(place.file(path), document)
            status, said = place.run(["verify", ".vecmill"])
            if status != 65:
                return f"verify ended with {status} though {path} is of another algorithm"
            # The artifact of this version is missing then, and is made; the other one's stays.
            folder = os.path.dirname(place.file(path))
            os.rename(folder, folder[:-16] + "0123456789abcdef")
            status, said = place.run()
            if status != 0:
                return f"ended with {status}: {campaign.last(said)}"
            for name, value in world.reference.items():
                if place.tree().get(name) != value and not name.startswith(os.path.relpath(folder, place.path)):
                    return f"{name} differs"
            return None
        document["version" if what == "bundle" else "format"] = 99
        seal(place.file(path), document)
        for name in os.listdir(place.path):
            if what != "bundle" and name == "out":
                shutil.rmtree(place.file(name))
        status, said = place.run()
        if status not in (0, 65, 73):
            return f"ended with {status}: {campaign.last(said)}"
        if status != 0 and not re.search("version|format", said):
            return f"refused without a reason: {campaign.last(said)}"
        if status == 0 and what == "format" and path.endswith("manifest.json"):
            return place.differences(world.reference) or place.verify()
        return None


KINDS = [Clock, Deleted, Forced, Moved, Unwritable, Versions]


def unsealed(path):
    document = json.load(open(path))
    document.pop("seal")
    return document


def seal(path, document):
    body = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(body.encode()).hexdigest()
    with open(path, "w") as file:
        file.write(f'{body[:-1]},"seal":"{digest}"}}\n')


def make_writable(path):
    for folder, _, _ in os.walk(path):
        os.chmod(folder, 0o755)


if __name__ == "__main__":
    main()
