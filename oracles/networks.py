#!/usr/bin/env python3
"""Holds the built-in networks' embeddings against onnxruntime with the float networks of models/small-cnn, on 300 photos.

The photos are brought to the network's size before both, as PNG, so that decoding and shrinking play no part: what is left is
the error of quantization; each is seen once (`crop: middle`). Needs the peers' environment (`make check-networks`). Per network it demands, of cosines between
our row and the float row of each photo: 0.99 in the mean, 0.95 at least; and that the nearest other photo is the same for 80 % of
them, and of the rest for 90 % one that the float network finds at most 0.03 farther.
"""
import argparse
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tarfile
import tempfile

import numpy
import onnxruntime
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = {64: "small-cnn.onnx", 96: "small-cnn-96.onnx", 128: "cnn-large.onnx"}
PIPELINE = """\
pipeline: networks
stages:
  photos: {{kind: ingest, media: image, from: [photos.tar]}}
  features: {{kind: featurize, input: photos, embedder: cnn, size: {size}, crop: middle}}
  index: {{kind: index, input: features, type: Flat, metric: cosine}}
  files: {{kind: export, input: index, formats: [npy], to: bundle}}
"""


def photos(archives, side, count):
    """Every so many-th photo of the archives, its middle square at side × side."""
    found = []
    for archive in archives:
        with tarfile.open(archive) as tar:
            members = [member for member in tar if member.isfile()]
            share = count // len(archives)
            for member in members[:: len(members) // share][:share]:
                image = Image.open(io.BytesIO(tar.extractfile(member).read())).convert("RGB")
                edge = min(image.size)
                box = ((image.width - edge) // 2, (image.height - edge) // 2)
                found.append(image.resize((side, side), Image.Resampling.BOX, box=(*box, box[0] + edge, box[1] + edge)))
    return found


def ours(vecmill, images, size, folder):
    """Rows of the program, in the order of the photos."""
    with tarfile.open(folder / "photos.tar", "w") as tar:
        for number, image in enumerate(images):
            data = io.BytesIO()
            image.save(data, "PNG")
            info = tarfile.TarInfo(f"{number:05}.png")
            info.size = data.tell()
            data.seek(0)
            tar.addfile(info, data)
    (folder / "networks.yaml").write_text(PIPELINE.format(size=size))
    done = subprocess.run([vecmill, "run", "networks.yaml", "--progress", "none"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"vecmill run: status {done.returncode}\n{done.stderr}")
    with sqlite3.connect(folder / "bundle/items.sqlite") as items:
        names = [row[0] for row in items.execute("select entry from items order by row")]
    rows = numpy.load(next(folder.glob("bundle/img_emb/*.npy")))
    return rows[numpy.argsort(names)]


def theirs(model, images):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    pixels = numpy.stack([numpy.asarray(image, numpy.float32) for image in images]).transpose(0, 3, 1, 2) / 255
    pixels = (pixels - numpy.array([0.48, 0.448, 0.397], numpy.float32)[:, None, None]) / numpy.float32(0.27)
    return numpy.concatenate([session.run(None, {"image": part.astype(numpy.float32)})[0] for part in numpy.array_split(pixels, 8)])


def unit(rows):
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vecmill", default=HERE.parent / ".build/release/vecmill", type=pathlib.Path, help="the program")
    parser.add_argument("--shared", default=os.environ.get("VECMILL_SHARED", HERE.parent.parent / "shared"), type=pathlib.Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 96, 128], help="of the built-in networks")
    args = parser.parse_args()
    archives = [args.shared / "data/eval" / name for name in ("grocery.tar", "imagenette224.tar")]
    failed = False
    for size in args.sizes:
        images = photos(archives, size, 300)
        with tempfile.TemporaryDirectory() as folder:
            mine = unit(ours(args.vecmill.resolve(), images, size, pathlib.Path(folder)))
        real = unit(theirs(HERE.parent / "models/small-cnn" / NETWORKS[size], images))
        cosines = (mine * real).sum(1)
        near = real @ real.T
        numpy.fill_diagonal(near, -2)
        found = mine @ mine.T
        numpy.fill_diagonal(found, -2)
        lost = near.max(1) - near[numpy.arange(len(near)), found.argmax(1)]
        figures = {"size": size, "photos": len(images), "cosine_mean": round(float(cosines.mean()), 4), "cosine_least": round(float(cosines.min()), 4),
                   "same_nearest": round(float((lost == 0).mean()), 3), "nearest_at_most_0.03_farther": round(float((lost <= 0.03).mean()), 3)}
        good = len(images) == 300 and cosines.mean() >= 0.99 and cosines.min() >= 0.95 and (lost == 0).mean() >= 0.8
        good = good and (lost[lost > 0] <= 0.03).sum() >= 0.9 * (lost > 0).sum()
        failed |= not good
        print(json.dumps(figures), "passed" if good else "FAILED")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
