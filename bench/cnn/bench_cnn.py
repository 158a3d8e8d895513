#!/usr/bin/env python3
"""Times the built-in networks beside onnxruntime and the Python pipeline, in turns within one run.

    network   batches of 16 views of pictures on one core, by processor time: our integers (AVX-512 VNNI where there is, AVX2) beside onnxruntime with the
              float network (models/small-cnn/*.onnx) and with its own int8 version of it, made here by static quantization
    chain     files in memory → decode, resize, network, one core, for the two views of `crop: twice` and for the one of the default; the peer is the work of peers/python_pipeline.py's worker (Pillow's
              draft mode, onnxruntime with the peers' own network)
    all cores the chain on every core, each picture once a core, as a share of cores × the single figure
    descriptors  the peers' colour histogram, HOG and raw pixels behind Pillow, in Python
    run       `vecmill run --jobs 1` on --copies of the archive, to a bundle: as a share of the chain's figure, and beside
              python_pipeline.py with one worker; images per CPU second, imports and start included, each time in a new workspace

The small JPEGs are the originals shrunk to 46 % of their area at quality 90, 32 KB in the mean. Every figure is the best of
--rounds, as other work on the machine only ever takes away. Writes .bench/cnn.json.
"""
import io
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import time

import numpy
import onnxruntime
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measuring

LEVELS = {3: "AVX-512 VNNI", 1: "AVX2"}
BATCH = 16
MODELS = measuring.ROOT / "models/small-cnn"
RUN = """\
pipeline: bench
stages:
  photos: {{kind: ingest, media: image, from: [{archive}]}}
  features: {{kind: featurize, input: photos, embedder: cnn, size: {size}}}
  index: {{kind: index, input: features, type: Flat, metric: cosine}}
  files: {{kind: export, input: index, formats: [], to: bundle}}
"""


class Ours:
    """The benchmark tool, answering one line for each line."""

    def __init__(self, tool):
        self.process = subprocess.Popen([tool, "cnn"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, task, **options):
        line = " ".join([task] + [f"{name}={value}" for name, value in options.items()])
        print(line, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"vecmill-bench failed at: {line}")
        return json.loads(answer)


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def onnx_rate(network):
    """Pictures a second of processor time, in batches."""
    shape = network.get_inputs()[0].shape
    pixels = numpy.random.default_rng(1).standard_normal((BATCH, *shape[1:])).astype(numpy.float32)
    name = network.get_inputs()[0].name
    network.run(None, {name: pixels})
    start, count = time.thread_time(), 0
    while time.thread_time() - start < 0.5:
        network.run(None, {name: pixels})
        count += BATCH
    return count / (time.thread_time() - start)


def quantized(model, archive):
    """onnxruntime's own int8 version: static, uint8 activations, int8 weights per channel, calibrated on 64 pictures."""
    target = measuring.CACHE / (model.stem + "-int8.onnx")
    if target.exists() and target.stat().st_mtime > model.stat().st_mtime:
        return target
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    side = session(model).get_inputs()[0].shape[2]
    with tarfile.open(archive) as tar:
        files = [tar.extractfile(member).read() for member in tar if member.isfile()][:64]

    class Pictures(CalibrationDataReader):
        def __init__(self):
            self.rows = iter([{"image": prepared(data, side)[None]} for data in files])

        def get_next(self):
            return next(self.rows, None)

    quantize_static(
        str(model), str(target), Pictures(), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    return target


def prepared(data, side):
    """As peers/harness.py does it: draft mode, middle square, box or bilinear, normalised."""
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (side, side))
    image = image.convert("RGB")
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    image = image.resize((side, side), Image.Resampling.BOX, box=(left, top, left + edge, top + edge))
    pixels = numpy.asarray(image, numpy.float32).transpose(2, 0, 1) / 255
    return ((pixels - numpy.array([0.48, 0.448, 0.397], numpy.float32)[:, None, None]) / numpy.float32(0.27)).astype(numpy.float32)


def small(source):
    """An archive of the same pictures at about 32 KB."""
    target = measuring.CACHE / "small.tar"
    if target.exists():
        return target
    part = target.with_suffix(".part")
    with tarfile.open(source) as old, tarfile.open(part, "w") as new:
        for member in old:
            if not member.isfile():
                continue
            image = Image.open(io.BytesIO(old.extractfile(member).read())).convert("RGB")
            image = image.resize((round(image.width * 0.68), round(image.height * 0.68)), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            image.save(out, "JPEG", quality=90)
            info = tarfile.TarInfo(member.name)
            info.size = out.tell()
            out.seek(0)
            new.addfile(info, out)
    part.rename(target)
    return target


def contents(archive):
    with tarfile.open(archive) as tar:
        return [tar.extractfile(member).read() for member in tar if member.isfile()]


def peer_chain(network, files):
    """Pictures a second of processor time of Pillow and onnxruntime."""
    side, name = network.get_inputs()[0].shape[2], network.get_inputs()[0].name
    start = time.process_time()
    for first in range(0, len(files), 32):
        network.run(None, {name: numpy.stack([prepared(data, side) for data in files[first : first + 32]])})
    return len(files) / (time.process_time() - start)


def row(rows, task, threads, unit, ours, peer=None, name="", limit=None, **more):
    ratio = ours / peer if peer else None
    rows.append({
        "task": task, "threads": threads, "unit": unit, "ours": round(ours, 1), "peer": peer and round(peer, 1), "peer_name": name,
        "ratio": ratio and round(ratio, 3), "limit_share": limit and round(limit, 3), "recall": None} | more)
    measuring.emit(**rows[-1])


def time_network(ours, rows, rounds, sizes, archive):
    here = ours("limits")["level"]
    levels = {level: title for level, title in LEVELS.items() if level <= here}
    for size in sizes:
        model = MODELS / {64: "small-cnn.onnx", 96: "small-cnn-96.onnx", 128: "cnn-large.onnx"}[size]
        peers = {"onnxruntime fp32": session(model), "onnxruntime int8": session(quantized(model, archive))}
        best, products, peak = dict.fromkeys(levels, 0), 0, 0
        theirs = dict.fromkeys(peers, 0)
        for _ in range(rounds):
            for level in levels:
                answer = ours("network", size=size, level=level, batch=BATCH)
                best[level], products = max(best[level], answer["per_s"]), answer["products"]
            peak = max(peak, ours("limits")["products"])
            for name, network in peers.items():
                theirs[name] = max(theirs[name], onnx_rate(network))
        for level, title in levels.items():
            for name in peers:
                limit = best[level] * products / peak if level == 3 and peak else None
                row(rows, f"network {size} px, {title}", 1, "images/s", best[level], theirs[name], name, limit, mega_products=round(products / 1e6, 1))


def time_chain(ours, rows, rounds, sizes, archives, peer_model):
    network, single = session(peer_model), {}
    for title, archive in archives.items():
        files = contents(archive)
        megabytes = sum(map(len, files)) / 1e6
        peer = max(peer_chain(network, files) for _ in range(rounds))
        for size, crop in itertools.product(sizes, ("twice", "inner")):
            found = [ours("chain", archive=archive, size=size, crop=crop) for _ in range(rounds)]
            rate = max(one["images"] / one["cpu_seconds"] for one in found)
            single[title, size] = rate  # of the default at last
            parts = min((ours("parts", archive=archive, size=size, crop=crop) for _ in range(rounds)), key=lambda p: p["decode_s"])
            share = {key: round(parts[key] / parts["images"] * 1e6, 1) for key in ("decode_s", "resize_s", "network_s")}
            row(rows, f"chain {title}, {size} px {crop}", 1, "images/s", rate, peer if size == 64 else None,
                "Pillow draft and onnxruntime fp32, 64 px" if size == 64 else "", mb_per_s=round(rate * megabytes / len(files), 1),
                microseconds={key[:-2]: value for key, value in share.items()})
    return single


def time_descriptors(args, rows, archive, rounds):
    """The peers' plain descriptors behind Pillow's draft mode, for the chart of quality against speed."""
    sys.path.insert(0, str(args.shared / "peers"))
    import cv2
    import retrieval_eval

    cv2.setNumThreads(1)
    files = contents(archive)[::4]
    for name, feature in retrieval_eval.FEATURES.items():
        best = 0
        for _ in range(rounds):
            start = time.process_time()
            feature(numpy.stack([retrieval_eval.load_square(data, 64, 64) for data in files]))
            best = max(best, len(files) / (time.process_time() - start))
        row(rows, f"descriptor {name}, 107 KB JPEGs", 1, "images/s", best)


def time_cores(ours, rows, rounds, archives, single):
    cores = os.cpu_count()
    for title, archive in archives.items():
        one = max((found := ours("chain", archive=archive, size=64))["images"] / found["seconds"] for _ in range(rounds))
        all_of_them = max((found := ours("chain", archive=archive, size=64, threads=cores))["images"] / found["seconds"] for _ in range(rounds))
        row(rows, f"chain {title}, 64 px, all cores by the wall clock", cores, "images/s", all_of_them, limit=all_of_them / (cores * one), one_core=round(one, 1))


def time_run(args, rows, archives, single):
    for number in args.copies:
        for title, archive in archives.items():
            best = theirs = 0
            copies = measuring.fresh(measuring.CACHE / "cnn-archives")
            for name in range(number):  # names of their own, as ids come from names
                (copies / f"{name:02}.tar").write_bytes(archive.read_bytes())
            # A folder for each round, emptied at the end: just after files are removed, ext4 takes longer to make new ones.
            folders = measuring.fresh(measuring.CACHE / "cnn-run")
            for turn in range(args.rounds):
                folder = measuring.fresh(folders / str(turn))
                (folder / "bench.yaml").write_text(RUN.format(archive=json.dumps(str(copies / "*.tar")), size=64))
                cost = measuring.measure([args.vecmill, "run", "bench.yaml", "--jobs", 1, "--progress", "none", "--json"], folder)
                images = next(stage for stage in json.loads(cost["output"])["stages"] if stage["kind"] == "export")["rows"]
                best = max(best, images / cost["cpu_s"])
                command = [sys.executable, args.shared / "peers/python_pipeline.py", "--workers", 1, "--factory", "Flat", "--index", folder / "index.faiss"]
                cost = measuring.measure([*command, *sorted(copies.glob("*.tar"))], OMP_WAIT_POLICY="PASSIVE")
                theirs = max(theirs, images / cost["cpu_s"])
            row(rows, f"vecmill run {title} x{number}, 64 px, archives to bundle", 1, "images per CPU second", best, theirs,
                "python_pipeline.py, one worker", limit=best / single[title, 64], mb_per_s=round(best * archive.stat().st_size * number / images / 1e6, 1))
            measuring.fresh(folders)
        measuring.fresh(copies)


def main():
    options = measuring.parser(__doc__)
    options.add_argument("--tool", type=pathlib.Path, default=measuring.ROOT / ".build/release/vecmill-bench", help="the benchmark program")
    options.add_argument("--rounds", type=int, default=5, help="turns; the best counts")
    options.add_argument("--sizes", type=int, nargs="*", default=[64, 96, 128], help="of the built-in networks")
    options.add_argument("--copies", type=int, nargs="*", default=[3, 12], help="of the archive, for whole runs")
    options.add_argument("--only", nargs="*", default=["network", "chain", "cores", "run", "descriptors"])
    args = measuring.parse(options)
    original = args.shared / "data/decode/inet_full.tar"
    archives = {"107 KB JPEGs": original, "32 KB JPEGs": small(original)}
    ours, rows = Ours(args.tool), []
    if "network" in args.only:
        time_network(ours, rows, args.rounds, args.sizes, original)
    if "chain" in args.only:
        single = time_chain(ours, rows, args.rounds, args.sizes, archives, args.shared / "peers/baseline_cnn.onnx")
        if "cores" in args.only:
            time_cores(ours, rows, args.rounds, archives, single)
        if "run" in args.only:
            time_run(args, rows, archives, single)
    if "descriptors" in args.only:
        time_descriptors(args, rows, original, args.rounds)
    measuring.save("cnn", args, rows=rows, versions={"onnxruntime": onnxruntime.__version__, "pillow": Image.__version__})
    measuring.table(
        ["task", "threads", "ours", "peer", "ratio", "of limit", "MB/s"],
        [[r["task"], r["threads"], r["ours"], r["peer"] or "", r["ratio"] or "", r["limit_share"] or "", r.get("mb_per_s", "")] for r in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
