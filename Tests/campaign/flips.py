#!/usr/bin/env python3
"""Flips bits of committed files, and cuts files short: verify must name every one, and a run must not build on any.

Files of up to 4 KiB in artifacts, and up to 1 KiB in an export: every bit of each. Larger ones (vectors, codes, index, items, exports of
a wider run): --count flips in all, at random places. Damaged workspaces whose manifests are gone, as after a crash, are also given
to a run, which must end with the bytes of an undisturbed one.
"""
import json
import os
import random
import shutil

import campaign

SMALL = 4 << 10
# Copies of every artifact in one workspace, each with a bit of its own flipped, so that one verify looks at as many states.
COPIES = 64


def main():
    options = campaign.arguments(100_000, 3_000)
    reference = campaign.reference(options)
    whole = campaign.Place(options, "whole").fresh()
    done(whole)
    wide = campaign.Place(options, "wide", dimensions=8).fresh()
    widen(wide)
    done(wide)
    tally = campaign.Tally(options)

    small = committed(whole)
    inside = [(path, size) for path, size in small if "/artifacts/" in path and size <= SMALL]
    firsts = range(0, max(size for _, size in inside) * 8, COPIES)
    firsts = firsts if not options.quick else firsts[::max(1, len(firsts) // 8)]
    tally.over(lambda worker, first: bits_of_artifacts(options, worker, whole, inside, first, reference), firsts)
    outside = [(path, size) for path, size in small if path.startswith("out/") and size <= SMALL // 4]
    bits = range(max(size for _, size in outside) * 8)
    bits = bits if not options.quick else bits[::len(bits) // 30]
    tally.over(lambda worker, bit: bits_of_export(options, worker, whole, outside, bit), bits)

    large = [(path, size) for path, size in committed(wide) if size > SMALL]
    rounds = -(-options.count // len(large))
    tally.over(lambda worker, case: bits_of_large(options, worker, wide, large, case), range(rounds))
    tally.over(lambda worker, case: truncation(options, worker, whole, small, case), range(20 if options.quick else 400))
    tally.count = sum(value for key, value in tally.notes.items() if key in ("small_bits", "large_flips", "truncations"))
    tally.end()


def done(place):
    status, said = place.run()
    if status != 0:
        raise SystemExit(f"the undisturbed run ended with {status}: {said}")


def widen(place):
    """Six thousand lines, so that there are files of hundreds of kilobytes."""
    draw = random.Random(5)
    with open(place.file("notes.jsonl"), "w") as file:
        for number in range(6000):
            file.write(json.dumps({"id": str(number), "text": f"line {draw.getrandbits(64):x} {draw.getrandbits(64):x}"}) + "\n")
    with open(place.file("pipeline.yaml")) as file:
        text = file.read().replace("notes-*.tar", "notes.jsonl").replace("shard_size: 5, ", "shard_size: 2000, ").replace("R@10: 0.1", "R@10: 0")
    with open(place.file("pipeline.yaml"), "w") as file:
        file.write(text)


def committed(place):
    """Every file that a digest or a seal protects, with its size."""
    found = []
    for path in sorted(place.tree()):
        if path[-1] not in "/*" and os.path.basename(path) not in campaign.FLEETING:
            found.append((path, os.path.getsize(place.file(path))))
    return found


def copy(options, worker, original):
    place = campaign.Place(options, worker if str(worker).startswith("/") else f"w{worker}")
    shutil.rmtree(place.path, ignore_errors=True)
    shutil.copytree(original.path, place.path, copy_function=shutil.copyfile)
    return place


def kept(options, worker, original):
    """A copy that is used over and over: whoever flips a bit in it flips it back."""
    place = campaign.Place(options, f"kept{worker}-{os.path.basename(original.path)}")
    return place if os.path.isdir(place.path) else copy(options, place.path, original)


def flip(place, path, bit):
    with open(place.file(path), "r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


def unnamed(place, paths):
    """Those of the paths that verify does not name."""
    named = set()
    for what in sorted({path.split("/")[0] for path in paths}):
        status, said = place.run(["verify", what, "--json"])
        if status != 65 and any(path.startswith(what) for path in paths):
            return [f"verify {what} ended with {status}"]
        try:
            named |= {os.path.relpath(fault["path"], place.path) if fault["path"].startswith("/") else fault["path"]
                      for fault in json.loads(said).get("faults", [])}
        except ValueError:
            # A damaged bundle.json is an error by itself, which names it.
            named |= {path for path in paths if path in said or os.path.basename(path) == "bundle.json" and "bundle.json" in said}
    return [path for path in paths if path not in named]


def bits_of_artifacts(options, worker, whole, small, first, reference):
    """A bit of every file in each copy: the first in the first copy, the next in the next."""
    place = campaign.Place(options, f"farm{worker}")
    if not os.path.isdir(place.path):
        for name in os.listdir(whole.file(".vecmill/artifacts")):
            for number in range(COPIES):
                shutil.copytree(whole.file(".vecmill/artifacts", name), place.file(f".vecmill/artifacts/c{number}-{name}"))
    count = 0
    # What tells of files, and the files: damaged together, the first would hide the second.
    for tells in (True, False):
        hit = [(path.replace("/artifacts/", f"/artifacts/c{number}-"), first + number)
               for path, size in small if is_telling(path) == tells for number in range(COPIES) if size * 8 > first + number]
        if not hit:
            continue
        for path, bit in hit:
            flip(place, path, bit)
        missed = unnamed(place, [path for path, _ in hit])
        for path, bit in hit:
            flip(place, path, bit)
        if missed:
            return f"a bit of {missed[0]} from {first} on is not found", {}
        if fault := crashed(options, worker, whole, [path for path, size in small if is_telling(path) == tells and size * 8 > first],
                            first, reference):
            return f"bit {first}, {'JSON' if tells else 'data'}: {fault}", {}
        count += len(hit)
    return None, {"small_bits": count}


def bits_of_export(options, worker, whole, small, bit):
    place, count = kept(options, worker, whole), 0
    for tells in (True, False):
        hit = [path for path, size in small if is_telling(path) == tells and size * 8 > bit]
        for path in hit:
            flip(place, path, bit)
        missed = unnamed(place, hit) if hit else None
        for path in hit:
            flip(place, path, bit)
        if missed:
            return f"bit {bit} of {missed[0]} is not found", {}
        count += len(hit)
    return None, {"small_bits": count}


def is_telling(path):
    return path.endswith((".checkpoint.json", "/manifest.json", "/recipe.json", "/summary.json", "/bundle.json"))


def crashed(options, worker, whole, paths, bit, reference):
    """As after a crash, neither manifest nor export, and a bit of every file flipped: whatever is damaged must be made again."""
    place = copy(options, worker, whole)
    for path in paths:
        flip(place, path, bit)
    for path in list(place.tree()):
        if path.endswith("/manifest.json"):
            os.unlink(place.file(path))
    shutil.rmtree(place.file("out"), ignore_errors=True)
    return place.resume(reference, verify=False)


def bits_of_large(options, worker, wide, large, case):
    place, draw = kept(options, worker, wide), campaign.draw(options.seed, "large", case)
    for tells in (True, False):
        bits = [(path, draw.randrange(size * 8)) for path, size in large if is_telling(path) == tells]
        for path, bit in bits:
            flip(place, path, bit)
        if missed := unnamed(place, [path for path, _ in bits]):
            return f"a bit of {missed[0]} is not found", {}
        for path, bit in bits:
            flip(place, path, bit)
    return None, {"large_flips": len(large)}


def truncation(options, worker, whole, small, case):
    place, draw = copy(options, worker, whole), campaign.draw(options.seed, "cut", case)
    hit = [(path, size) for path, size in small if size and is_telling(path) == bool(case % 2)]
    for path, size in hit:
        with open(place.file(path), "r+b") as file:
            # Shorter, or longer by something.
            file.truncate(draw.randrange(size) if draw.random() < 0.8 else size + draw.randint(1, 4096))
    missed = unnamed(place, [path for path, _ in hit])
    return (f"{missed[0]} cut short is not found" if missed else None), {"truncations": len(hit)}


if __name__ == "__main__":
    main()
