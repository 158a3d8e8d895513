#!/usr/bin/env python3
"""Turns a trained checkpoint into the binary's weight file and into ONNX.

    quantize.py --checkpoint float.pt --cache CACHE --vmw small-cnn.vmw --onnx small-cnn.onnx

Post-training quantization: batch norms folded; int8 weights with a scale per output channel; uint8
activations with a scale per tensor, chosen for the least squared error over training pictures; then
the mean error of every channel is taken off its bias, layer after layer.
"""

from __future__ import annotations

import argparse
import json
import struct
from pathlib import Path

import numpy as np
import torch

from graph import Graph, Operation, accumulate, build, run_float, run_integer, step_integer
from network import SHAPES, Network

EMBEDDING_EXPONENT = -10  # of the integers that the last operation leaves
ROOM = 1.7  # the greatest mean that bytes hold, as a multiple of the calibration's: a cut mean costs more than a coarser step
FINE = 6  # fraction bits of an int16 shortcut, at most


def load(paths: list[Path], shares: list[float] | None = None, network: str | None = None) -> Network:
    """A checkpoint's averaged weights, in the shape that it was trained in or in one for pictures of another size.

    Of several checkpoints of one run their mean, weighted by `shares` (Wortsman et al. 2022, "Model soups", arXiv:2203.05482).
    """
    states = [torch.load(path, map_location="cpu") for path in paths]
    shares = shares or [1] * len(states)
    if len(shares) != len(states):
        raise SystemExit(f"{len(shares)} shares for {len(states)} checkpoints")
    model = Network(SHAPES[network or states[0]["network"]])
    mean = states[0]["model"]
    for name, value in mean.items():
        if value.dtype.is_floating_point:
            mean[name] = sum(state["model"][name] * share for state, share in zip(states, shares)) / sum(shares)
    model.load_state_dict(mean)
    return model.eval()


def calibration(cache: Path, count: int, size: int, seed: int = 3) -> np.ndarray:
    """Whole training pictures at the network's size, half small and half large ones."""
    chance = np.random.default_rng(seed)
    held = np.load(cache / "held.npy")
    tiny, photos = np.load(cache / "tiny.npy", mmap_mode="r"), np.load(cache / "photos.npy", mmap_mode="r")
    parts = []
    for pixels, pool in ((tiny, np.flatnonzero(~held)), (photos, np.arange(len(photos)))):
        chosen = np.sort(chance.choice(pool, count // 2, replace=False))
        x = torch.from_numpy(pixels[chosen]).permute(0, 3, 1, 2).float()
        x = torch.nn.functional.interpolate(x, size=(size, size), mode="area")
        parts.append(x.round().byte().permute(0, 2, 3, 1).numpy())
    return np.concatenate(parts)


def weigh(graph: Graph, classes_head: int, part: float) -> None:
    """Multiplies the class head's values."""
    last = graph.operations[-1]
    last.weight[:classes_head] *= part
    last.offset[:classes_head] *= part


def whiten(graph: Graph, pixels: np.ndarray, shrinkage: float, dimension: int) -> None:
    """Puts centering, rotation to principal axes and shrunk whitening into the last operation.

    The embedding's first values are then those that vary most; the whole has a mean square of about 1.
    """
    rows = np.concatenate([run_float(graph, part) for part in np.array_split(pixels, 1 + len(pixels) // 250)])
    middle = rows.mean(0)
    power, axes = np.linalg.eigh(np.cov((rows - middle).T))
    power, axes = power[::-1][:dimension], axes[:, ::-1][:, :dimension]
    # A rotation's signs are arbitrary: the largest entry of each axis is made positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
    matrix = (axes / np.sqrt(power + shrinkage * power.mean())).T
    matrix /= np.sqrt(np.square((rows - middle) @ matrix.T).mean())
    last = graph.operations[-1]
    last.weight = np.einsum("ij,jkhw->ikhw", matrix, last.weight)
    last.offset = matrix @ (last.offset - middle)
    graph.tensors[last.output].channels = dimension


def best_step(values: torch.Tensor) -> float:
    """The step of uint8 values with the least squared error."""
    flat = values.flatten()
    flat = flat[torch.randperm(len(flat), generator=torch.Generator().manual_seed(1))[:200_000]].clamp(min=0)
    top = float(values.max())
    errors = []
    for part in np.linspace(0.2, 1.0, 41):
        step = max(top * part / 255, 1e-9)
        errors.append((float(((flat / step).round().clamp(0, 255) * step - flat).square().mean()), step))
    return min(errors)[1]


def quantize_weights(real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 weights and the step of each output channel, least squared error."""
    flat = real.reshape(len(real), -1)
    top = np.abs(flat).max(1) + 1e-12
    best = np.full(len(flat), np.inf)
    steps = top / 127
    for part in np.linspace(0.5, 1.0, 26):
        step = top * part / 127
        error = (np.square(np.clip(np.rint(flat / step[:, None]), -127, 127) * step[:, None] - flat)).sum(1)
        better = error < best
        best[better], steps[better] = error[better], step[better]
    whole = np.clip(np.rint(flat / steps[:, None]), -127, 127).astype(np.int8)
    return whole.reshape(real.shape), steps


def held_to(real: np.ndarray, steps_in: np.ndarray, most: float, number: int) -> np.ndarray:
    """The weights, cut where the multiplier of their channel would not fit 31 bits.

    Only a hardly trained network has such channels, where a batch norm or the whitening divides by next to nothing.
    """
    edge = 127 * most / steps_in[None, :, None, None]
    cut = int((np.abs(real) > edge).any((1, 2, 3)).sum())
    if cut:
        print(f"operation {number}: weights of {cut} of {len(real)} channels are cut; train longer")
    return np.clip(real, -edge, edge)


def fix_point(op: Operation, ratio: np.ndarray, offset: np.ndarray, rounding: bool = True) -> None:
    """Multiplier and bias for `ratio` output steps a unit of the sum; `offset` in output steps."""
    multiplier = np.rint(ratio * 2.0 ** (32 + op.fraction))
    if multiplier.max() >= 2**31 or multiplier.min() < 1:
        raise SystemExit(f"a multiplier of operation {op.output} is out of range: {ratio.min()} to {ratio.max()}, {op.fraction}")
    op.arrays["multiplier"] = multiplier.astype(np.int32)
    bias = np.rint((offset + (0.5 if rounding else 0)) / ratio)
    op.arrays["bias"] = np.clip(bias, -(2**30), 2**30).astype(np.int32)


def quantize(graph: Graph, pixels: np.ndarray, correct: bool = True) -> None:
    values, before = run_float(graph, pixels, keep=True)
    for number, tensor in enumerate(graph.tensors):
        if number and tensor.type == "uint8" and number in values:
            tensor.scale = best_step(values[number])
    for op in graph.operations:
        source, target = graph.tensors[op.input], graph.tensors[op.output]
        if op.kind == "mean":
            target.scale = source.scale
        if op.kind.startswith("global"):
            if np.ndim(target.scale) == 0:
                target.scale = np.ones(target.channels)
            part = slice(op.channel, op.channel + source.channels)
            if op.kind == "global_max":
                target.scale[part] = source.scale
                continue
            means = values[op.output][:, part, 0, 0]
            # A channel that is never lit, as a hardly trained network has them, would need a multiplier beyond 31 bits.
            least = 2.5 * source.scale / (source.height * source.width * 256)
            target.scale[part] = np.maximum(np.maximum(means.numpy().max(0) * ROOM, 1e-4) / 255, least)
    joined = {op.residual: op.output for op in graph.operations if op.residual is not None}
    graph.tensors[graph.operations[-1].output].scale = 2.0**EMBEDDING_EXPONENT
    graph.exponent = EMBEDDING_EXPONENT
    whole = {0: torch.nn.functional.pad(torch.from_numpy(pixels).permute(0, 3, 1, 2).long(), (0, 0, 0, 0, 0, 1))}
    for number, op in enumerate(graph.operations):
        source, target = graph.tensors[op.input], graph.tensors[op.output]
        if op.kind == "convolution":
            steps_in = np.broadcast_to(source.scale, source.channels)
            whole_step = graph.tensors[joined[op.output]].scale if target.type == "int16" else target.scale
            op.weight = held_to(op.weight, steps_in, 0.44 * float(np.min(whole_step)), number)
            op.arrays["weights"], steps = quantize_weights(op.weight * steps_in[None, :, None, None])
            if target.type == "int16":  # a shortcut, held in fractions of the step of the sum it joins
                sum_scale = graph.tensors[joined[op.output]].scale
                bits = min(FINE, int(np.floor(np.log2(0.49 * sum_scale / steps.max()))))
                target.scale = sum_scale / 2**bits
            if op.residual is not None:
                held = graph.tensors[op.residual]
                if held.type == "int16":
                    op.fraction, op.residual_factor = round(np.log2(target.scale / held.scale)), 1
                else:  # the output's step becomes one that a whole factor meets exactly
                    op.fraction = int(np.floor(np.log2(0.45 * target.scale / steps.max())))
                    op.residual_factor = int(np.rint(held.scale / target.scale * 2**op.fraction))
                    target.scale = held.scale * 2**op.fraction / op.residual_factor
            offset = op.offset / target.scale
            fix_point(op, steps / target.scale, offset)
            if correct:
                acc = accumulate(graph, op, whole[op.input])
                wanted = before[number].double() / target.scale
                got = acc.double() * torch.from_numpy(steps / target.scale).view(1, -1, 1, 1)
                if op.residual is not None:
                    got = got + whole[op.residual].double() * op.residual_factor / 2**op.fraction
                # The half for rounding is part of the bias and not of the wanted sum.
                error = (got - wanted).mean((0, 2, 3)).numpy() - 0.5
                fix_point(op, steps / target.scale, offset - error)
            bound = np.abs(op.arrays["weights"].astype(np.int64)).reshape(len(steps), -1).sum(1) * 255
            if (bound + np.abs(op.arrays["bias"].astype(np.int64))).max() >= 2**31:
                raise SystemExit("a sum could overflow 32 bits")
        elif op.kind == "global_mean":
            part = slice(op.channel, op.channel + source.channels)
            area = source.height * source.width * 256
            fix_point(op, source.scale / target.scale[part] / area, np.zeros(source.channels))
        step_integer(graph, op, whole)


def write(graph: Graph, path: Path, version: str) -> None:
    """The weight file: "VMW1", length of the header, JSON header, arrays at multiples of 64 bytes."""
    arrays, blobs, position = [], [], 0

    def store(array: np.ndarray) -> int:
        nonlocal position
        data = np.ascontiguousarray(array).tobytes()
        arrays.append({"type": str(array.dtype), "offset": position, "count": int(array.size)})
        blobs.append(data + bytes(-len(data) % 64))
        position += len(blobs[-1])
        return len(arrays) - 1

    operations = []
    for op in graph.operations:
        entry = {"kind": op.kind, "input": op.input, "output": op.output}
        if op.kind == "convolution":
            entry |= {
                "size": op.weight.shape[2], "stride": op.stride, "padding": op.padding, "fraction": op.fraction,
                "weights": store(op.arrays["weights"].transpose(0, 2, 3, 1)),
            }
            if op.residual is not None:
                entry |= {"residual": op.residual, "residual_factor": op.residual_factor}
        if op.kind.startswith("global"):
            entry["channel"] = op.channel
        if op.arrays:
            entry |= {"bias": store(op.arrays["bias"]), "multiplier": store(op.arrays["multiplier"])}
        operations.append(entry)
    tensors = []
    for t in graph.tensors:
        entry = {"height": t.height, "width": t.width, "channels": t.channels, "border": t.border, "type": t.type}
        tensors.append(entry | ({"fill": t.fill} if t.fill else {}))
    header = {
        "name": graph.name, "version": version, "dimension": graph.tensors[-1].channels,
        "exponent": graph.exponent, "tensors": tensors, "operations": operations, "arrays": arrays,
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % 64)
    path.write_bytes(b"VMW1" + struct.pack("<I", len(text)) + text + b"".join(blobs))


def write_onnx(graph: Graph, path: Path) -> None:
    """The float network for others: input N x 3 x S x S, (value / 255 - mean) / 0.27."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    from network import MEAN, SCALE

    nodes, constants = [], []

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(value.astype(np.float32), name))
        return name

    names = {0: "image"}
    means: dict[int, list[tuple[int, str]]] = {}
    for number, op in enumerate(graph.operations):
        out = names.setdefault(op.output, f"t{op.output}")
        if op.kind == "convolution":
            if number == len(graph.operations) - 1:
                parts = [name for _, name in sorted(means[op.input])]
                nodes.append(helper.make_node("Concat", parts, ["pooled"], axis=1))
                nodes.append(helper.make_node("Flatten", ["pooled"], ["flat"]))
                weight = constant("w_head", op.weight[:, :, 0, 0])
                nodes.append(helper.make_node("Gemm", ["flat", weight, constant("b_head", op.offset)], ["embedding"], transB=1))
                break
            weight, offset = op.weight, op.offset
            if weight.shape[1] == 4:  # undo the folding of the bytes
                weight = weight[:, :3] * 255 * SCALE
                offset = offset + (weight * np.array(MEAN).reshape(1, 3, 1, 1) / SCALE).sum((1, 2, 3))
            target = out if not op.relu and op.residual is None else out + "_sum"
            nodes.append(helper.make_node(
                "Conv", [names[op.input], constant(f"w{number}", weight), constant(f"b{number}", offset)], [target],
                kernel_shape=weight.shape[2:], strides=[op.stride] * 2, pads=[op.padding] * 4,
            ))
            if op.residual is not None:
                nodes.append(helper.make_node("Add", [target, names[op.residual]], [out + "_both"]))
                target = out + "_both"
            if op.relu:
                nodes.append(helper.make_node("Relu", [target], [out]))
        elif op.kind == "mean":
            nodes.append(helper.make_node("AveragePool", [names[op.input]], [out], kernel_shape=[2, 2], strides=[2, 2]))
        else:
            kind = "GlobalAveragePool" if op.kind == "global_mean" else "GlobalMaxPool"
            nodes.append(helper.make_node(kind, [names[op.input]], [f"p{number}"]))
            means.setdefault(op.output, []).append((op.channel, f"p{number}"))
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, graph.size, graph.size])
    result = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", graph.tensors[-1].channels])
    model = helper.make_model(
        helper.make_graph(nodes, graph.name, [image], [result], constants),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="vecmill",
    )
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, nargs="+", required=True, help="one, or several of one run, which are averaged")
    parser.add_argument("--shares", type=float, nargs="+", help="of the checkpoints in their mean; equal by default")
    parser.add_argument("--cache", type=Path, required=True, help="the arrays that train.py packed")
    parser.add_argument("--vmw", type=Path, required=True)
    parser.add_argument("--onnx", type=Path)
    parser.add_argument("--network", choices=SHAPES, help="the shape, if other than the checkpoint's")
    parser.add_argument("--version", default="4")
    parser.add_argument("--class-part", type=float, default=1.0, help="weight of the class head")
    parser.add_argument("--shrinkage", type=float, default=0.3, help="of the whitening; the more, the less is whitened")
    parser.add_argument("--dimension", type=int, default=192, help="values that the whitening keeps")
    parser.add_argument("--whitening-pictures", type=int, default=8000, help="that the whitening is fitted on")
    parser.add_argument("--pictures", type=int, default=512, help="for calibration")
    args = parser.parse_args()
    torch.manual_seed(0)
    model = load(args.checkpoint, args.shares, args.network)
    graph = build(model)
    weigh(graph, model.shape.classes_head, args.class_part)
    whiten(graph, calibration(args.cache, args.whitening_pictures, graph.size, seed=4), args.shrinkage, args.dimension)
    pixels = calibration(args.cache, args.pictures, graph.size)
    quantize(graph, pixels)
    write(graph, args.vmw, args.version)
    real, whole = run_float(graph, pixels[::4]), run_integer(graph, pixels[::4])
    likeness = (real * whole).sum(1) / np.linalg.norm(real, axis=1) / np.linalg.norm(whole, axis=1)
    print(f"cosine of float and integer embeddings: mean {likeness.mean():.4f}, least {likeness.min():.4f}")
    if args.onnx:
        write_onnx(graph, args.onnx)


if __name__ == "__main__":
    main()
