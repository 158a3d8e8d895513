"""What every attack shares: the small pipeline, its undisturbed result, comparing with it, counting, and telling.

An attack is a script beside this one. It takes --binary --count --seed --jobs --room --quick, prints one line, notes its figures
in .bench/campaign.json, and ends with 0 if nothing failed, 1 if something did, 77 if this machine cannot carry it out.
"""
import argparse
import concurrent.futures
import fcntl
import hashlib
import io
import json
import os
import platform
import queue
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# Every stage kind that commits in a way of its own, on two archives of twelve lines; about 20 ms.
PIPELINE = """\
pipeline: small
stages:
  notes: {kind: ingest, media: text, from: ["notes-*.tar"], shard_size: 5, max_rejects: 50%}
  kept: {kind: filter, input: notes, min_bytes: 3B}
  features: {kind: featurize, input: kept, embedder: hashing, hashing: {dimensions: DIMENSIONS, features: 64}}
  unit: {kind: normalize, input: features, steps: [center, l2]}
  index: {kind: index, input: unit, type: "IVF2,PQ4x4", iterations: 2}
  quality: {kind: evaluate, input: index, queries: 20, require: {R@10: 0.1}}
  files: {kind: export, input: index, formats: [faiss, npy, parquet], to: out}
"""
RUN = ["run", "pipeline.yaml", "--jobs", "2", "--progress", "none"]
# What tells of times and processes, and so is never the same twice.
FLEETING = ("latency.json",)


def arguments(count, quick, **more):
    """The attack's options: how many by default, and how many with --quick; more are (default, help) by name."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--binary", default=os.path.join(ROOT, ".build/release/vecmill"))
    parser.add_argument("--count", type=int, help=f"how many ({count}; {quick} with --quick)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="attacks at the same time")
    parser.add_argument("--room", help="where the work folders lie (default: /dev/shm, or the temporary folder)")
    parser.add_argument("--quick", action="store_true", help="a sample")
    parser.add_argument("--minutes", type=float, help="end after so long with what was done by then")
    for name, (value, text) in more.items():
        parser.add_argument("--" + name.replace("_", "-"), default=value, type=type(value), help=text)
    options = parser.parse_args()
    if options.count is None:
        options.count = quick if options.quick else count
    options.binary = os.path.abspath(options.binary)
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"{options.binary} is not there: make build")
    if options.room is None:
        options.room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()
    options.room = tempfile.mkdtemp(prefix="vecmill-campaign-", dir=options.room)
    return options


def impossible(reason):
    print(f"{attack_name()}: skipped: {reason}", flush=True)
    sys.exit(77)


def attack_name():
    return os.path.splitext(os.path.basename(sys.argv[0]))[0]


def shim(options):
    """Builds the fault library; its path."""
    library = os.path.join(options.room, "faults.so")
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("clang")
    subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-o", library, os.path.join(HERE, "faults.c"), "-ldl"], check=True)
    return library


class Place:
    """A folder with the small pipeline in it."""

    def __init__(self, options, name, dimensions=8):
        self.binary = options.binary
        self.path = os.path.join(options.room, str(name))
        self.dimensions = dimensions

    def fresh(self):
        shutil.rmtree(self.path, ignore_errors=True)
        self.fill()
        return self

    def fill(self):
        os.makedirs(self.path, exist_ok=True)
        for number in range(2):
            with open(self.file(f"notes-{number}.tar"), "wb") as file:
                file.write(archive(number))
        with open(self.file("pipeline.yaml"), "w") as file:
            file.write(PIPELINE.replace("DIMENSIONS", str(self.dimensions)))
        return self

    def file(self, *names):
        return os.path.join(self.path, *names)

    def start(self, command=RUN, env=None, before=(), **more):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **(env or {})}
        return subprocess.Popen(
            [*before, self.binary, *command], cwd=self.path, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", **more)

    def run(self, command=RUN, env=None, before=(), timeout=60, **more):
        """Runs to the end: status as a shell has it, and all that was said. A hang is status 999."""
        process = self.start(command, env, before, **more)
        return ended(process, timeout)

    def tree(self):
        """Every path below artifacts and out with the digest of its content, and the names beside them."""
        found = {}
        for top in (".vecmill/artifacts", "out"):
            for folder, names, files in os.walk(self.file(top)):
                for name in files:
                    path = os.path.join(folder, name)
                    found[os.path.relpath(path, self.path)] = "" if name in FLEETING else digest(path)
                for name in names:
                    found[os.path.relpath(os.path.join(folder, name), self.path) + "/"] = ""
        # Of the series of drift, as of the records of runs, a run that was killed adds nothing.
        for folder in (".", ".vecmill"):
            if os.path.isdir(self.file(folder)):
                for name in set(os.listdir(self.file(folder))) - {"trends"}:
                    found.setdefault(os.path.normpath(os.path.join(folder, name)) + "*", "")
        return found

    def resume(self, reference, verify=True):
        """Runs again without faults; what is wrong afterwards, or nothing."""
        status, said = self.run()
        if status != 0:
            return f"the next run ended with {status}: {last(said)}"
        return self.differences(reference) or (self.verify() if verify else None)

    def differences(self, reference):
        tree = self.tree()
        if tree == reference:
            return None
        for path in sorted(set(tree) | set(reference)):
            if tree.get(path) != reference.get(path):
                kind = "is missing" if path not in tree else "should not be there" if path not in reference else "differs"
                return f"{path} {kind}"

    def verify(self):
        for what in (".vecmill", "out"):
            status, said = self.run(["verify", what])
            if status != 0:
                return f"verify {what} ended with {status}: {last(said)}"


def archive(number):
    """A tar of twelve texts and one that is no text; the same bytes every time."""
    draw = random.Random(number)
    words = "red green blue boat house tree river cloud stone bird fish car road moon sun star".split()
    bytes_ = io.BytesIO()
    with tarfile.open(fileobj=bytes_, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        texts = [" ".join(draw.choice(words) for _ in range(8)).encode() for _ in range(12)] + [b"\xff\xfe no text"]
        for place, text in enumerate(texts):
            entry = tarfile.TarInfo(f"note-{place:02}.txt")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return bytes_.getvalue()


def ended(process, timeout=60):
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        return 999, f"it hung for {timeout} s\n" + out + err
    return (128 - process.returncode if process.returncode < 0 else process.returncode), out + err


def last(text):
    lines = [line for line in text.strip().splitlines() if "error" in line] or text.strip().splitlines()
    return lines[-1][:300] if lines else ""


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def reference(options, **more):
    """The tree that an undisturbed run leaves; two must leave the same."""
    trees = []
    for name in ("reference", "again"):
        place = Place(options, name, **more).fresh()
        status, said = place.run()
        if status != 0:
            sys.exit(f"the undisturbed run ended with {status}: {said}")
        trees.append(place.tree())
    if trees[0] != trees[1]:
        sys.exit("two undisturbed runs differ: " + (place.differences(trees[0]) or ""))
    return trees[0]


def draw(seed, *words):
    """Random numbers that depend on the seed and the words alone, not on who asks first."""
    return random.Random(f"{seed} {words}")


class Tally:
    """Counts an attack's cases and tells the figures at its end."""

    def __init__(self, options, name=None):
        self.options, self.name = options, name or attack_name()
        self.count, self.failures, self.notes, self.cut_short = 0, [], {}, False
        self.start = time.monotonic()

    def add(self, case, fault, **notes):
        self.count += 1
        for key, value in notes.items():
            self.notes[key] = self.notes.get(key, 0) + value
        if fault:
            self.failures.append(f"{case}: {fault}")
            if len(self.failures) <= 20:
                print(f"  {self.name} {case}: {fault}", file=sys.stderr, flush=True)

    def over(self, body, cases):
        """Runs body(worker, case) → (fault, notes) over all cases, some at the same time."""
        cases, workers = list(cases), queue.SimpleQueue()
        for worker in range(max(1, self.options.jobs)):
            workers.put(worker)

        def one(case):
            if self.options.minutes and time.monotonic() - self.start > 60 * self.options.minutes:
                return None
            worker = workers.get()
            try:
                return body(worker, case)
            finally:
                workers.put(worker)

        # Threads: nearly all of the time is spent waiting for processes.
        with concurrent.futures.ThreadPoolExecutor(max(1, self.options.jobs)) as pool:
            told = time.monotonic()
            for done, (case, result) in enumerate(zip(cases, pool.map(one, cases)), 1):
                if not result:
                    self.cut_short = True
                    continue
                self.add(case, result[0], **result[1])
                if time.monotonic() - told > 60:
                    told = time.monotonic()
                    print(f"  {self.name}: {done:,} of {len(cases):,}", file=sys.stderr, flush=True)
        return self

    def end(self, keep=False):
        seconds = time.monotonic() - self.start
        figures = {
            "attack": self.name, "count": self.count, "failures": len(self.failures), "seed": self.options.seed,
            "seconds": round(seconds, 1), **({"cut_short": True} if self.cut_short else {}), **({"notes": self.notes} if self.notes else {})}
        print(" ".join(f"{key}={value}" for key, value in figures.items() if key != "notes"),
              " ".join(f"{key}={value}" for key, value in sorted(self.notes.items())), flush=True)
        record(self.options, {**figures, "quick": self.options.quick, "failed": self.failures[:20]})
        if not self.failures and not keep:
            shutil.rmtree(self.options.room, ignore_errors=True)
        elif self.failures:
            print(f"  {self.name}: kept {self.options.room}", file=sys.stderr)
        sys.exit(1 if self.failures else 0)


def record(options, figures):
    """Puts the figures of an attack in the place of its earlier ones of the same kind, with date, commit and machine."""
    folder = os.environ.get("VECMILL_BENCH", os.path.join(ROOT, ".bench"))
    os.makedirs(folder, exist_ok=True)
    figures = {
        **figures, "date": time.strftime("%Y-%m-%d", time.gmtime()), "commit": commit(options), "machine": machine()}
    with open(os.path.join(folder, "campaign.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = os.path.join(folder, "campaign.json")
        try:
            with open(path) as file:
                known = json.load(file)
        except (OSError, ValueError):
            known = []
        known = [old for old in known if (old["attack"], old["quick"]) != (figures["attack"], figures["quick"])]
        with open(path + ".new", "w") as file:
            json.dump(sorted(known + [figures], key=lambda one: (one["quick"], one["attack"])), file, indent=1)
        os.rename(path + ".new", path)


def commit(options):
    """The commit that the binary was built from, as far as git knows."""
    if os.environ.get("VECMILL_COMMIT"):
        return os.environ["VECMILL_COMMIT"]
    words = ["git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip() or "unknown"


def machine():
    model = platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} × {model}, Linux {platform.release().split('-')[0]}"
