"""What the benchmark scripts share: the program, the machine, the cost of a command, figures as JSON lines."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / ".bench"
CACHE = OUT / "cache"


def parser(text):
    """A parser with the options that every script has."""
    options = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vecmill", type=pathlib.Path, default=ROOT / ".build/release/vecmill", help="the program")
    options.add_argument(
        "--shared", type=pathlib.Path, default=os.environ.get("VECMILL_SHARED", ROOT.parent / "shared"),
        help="the folder with data/ and peers/")
    return options


def parse(options):
    """The arguments, with absolute paths; ends the script where the program or the data are missing."""
    args = options.parse_args()
    args.vecmill, args.shared = args.vecmill.absolute(), pathlib.Path(args.shared).absolute()
    for path in (args.vecmill, args.shared / "data"):
        if not path.exists():
            sys.exit(f"{path} is not there: run `make build`, and set VECMILL_SHARED to the folder that holds data/ and peers/")
    CACHE.mkdir(parents=True, exist_ok=True)
    return args


def emit(**figures):
    """Prints one figure, or those of one run, as a JSON line."""
    print(json.dumps({key: round(value, 5) if isinstance(value, float) else value for key, value in figures.items()}), flush=True)


def save(name, args, **content):
    """Writes .bench/NAME.json with the machine and the versions that the figures are of."""
    version = subprocess.run([args.vecmill, "--version"], capture_output=True, text=True).stdout.strip()
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    report = {"machine": machine(), "versions": {"vecmill": version, "commit": commit} | content.pop("versions", {})} | content
    path = OUT / f"{name}.json"
    path.write_text(json.dumps(report, indent=1) + "\n")
    print(f"written: {path.relative_to(ROOT)}", file=sys.stderr)


def machine():
    info = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line)
    cpu = next((value.strip() for key, value in info.items() if key.strip() == "model name"), platform.machine())
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) * 1024
    return {
        "cpu": cpu, "cores": os.cpu_count(), "memory_gb": round(memory / 1e9, 1), "system": platform.platform(),
        "load_1min": round(os.getloadavg()[0], 2), "date": datetime.date.today().isoformat(), "python": platform.python_version(),
    }


def tree(process):
    """A process and all its descendants."""
    found = [process]
    for children in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [p for child in children.read_text().split() for p in tree(int(child))]
        except OSError:
            pass  # the thread has ended meanwhile
    return found


def proportional_mb(process):
    """The proportional set size of a process tree, in 10^6 bytes: pages that processes share count once."""
    kilobytes = 0
    for one in tree(process):
        try:
            lines = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes * 1024 / 1e6


def measure(command, cwd=None, interval=0.2, **environment):
    """Runs a command: its wall and CPU seconds, peak memory, and standard output."""
    before, start, peaks, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), [0.0], threading.Event()
    process = subprocess.Popen([str(word) for word in command], cwd=cwd, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def sample():
        while not ended.wait(interval):
            peaks.append(proportional_mb(process.pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    out, err = process.communicate()
    wall = time.perf_counter() - start
    ended.set()
    sampler.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {process.returncode}\n{err[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": wall, "cpu_s": cpu, "peak_mb": max(peaks), "output": out}


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def fresh(folder):
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def size_mb(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file()) / 1e6


def table(heads, rows):
    """Columns for people; numbers to the right."""
    cells = [[f"{cell:.3g}" if isinstance(cell, float) and abs(cell) < 100 else f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(heads), *cells]) for i in range(len(heads))]
    for row in [list(heads), *cells]:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))))
