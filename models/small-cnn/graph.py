"""The network as a list of operations: folded float weights, then integers, and both executed.

Integer semantics (the C kernels must give the same bits; `run_integer` is the reference):
  convolution   acc = bias + sum(uint8 * int8) in int32
                v   = (acc * multiplier) >> 32, a floor, in 64 bits; multiplier is per channel
                v  += residual * residual_factor, where there is a residual (uint8 or int16)
                out = v >> fraction, clamped to the output's type (uint8, int16; int32 is kept)
  mean          (a + b + c + d + 2) >> 2 of each 2 x 2
  global_mean   clamp(((256 * sum + bias) * multiplier) >> 32, 0, 255), per channel
  global_max    the greatest value, per channel
The half that turns floors into rounding is inside the biases. Borders hold `fill` (default 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch.nn import functional as F

from network import MEAN, SCALE, Network

LIMIT = {"uint8": (0, 255), "int16": (-32768, 32767), "int32": (-(2**31), 2**31 - 1)}


@dataclass
class Tensor:
    height: int
    width: int
    channels: int
    border: int = 0
    type: str = "uint8"
    fill: list[int] | None = None
    scale: float | np.ndarray = 1.0  # real value of one step; an array is per channel


@dataclass
class Operation:
    kind: str
    input: int
    output: int
    weight: np.ndarray | None = None  # outputs x inputs x height x width, float
    offset: np.ndarray | None = None  # float bias
    stride: int = 1
    padding: int = 0
    relu: bool = True
    residual: int | None = None
    channel: int = 0
    fraction: int = 0
    residual_factor: int = 0
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass
class Graph:
    name: str
    size: int
    tensors: list[Tensor] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    exponent: int = 0

    def tensor(self, side: int, channels: int, **options) -> int:
        self.tensors.append(Tensor(side, side, channels, **options))
        return len(self.tensors) - 1

    def add(self, kind: str, source: int, channels: int = 0, stride: int = 1, **options) -> int:
        """Appends an operation and its output tensor; gives the tensor's number."""
        held = options.pop("held", {})
        side = self.tensors[source].height // stride
        target = self.tensor(side, channels or self.tensors[source].channels, **held)
        self.operations.append(Operation(kind, source, target, stride=stride, **options))
        return target


def folded(pair: torch.nn.Sequential) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of a convolution with its batch norm inside."""
    convolution, norm = pair
    factor = (norm.weight / (norm.running_var + norm.eps).sqrt()).double()
    weight = convolution.weight.double() * factor.view(-1, 1, 1, 1)
    return weight.numpy(), (norm.bias - norm.running_mean * factor).double().numpy()


def on_bytes(weight: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A first layer that takes bytes (and a fourth channel of zeros) instead of normalised values."""
    mean = np.array(MEAN).reshape(1, 3, 1, 1)
    offset = offset - (weight * mean / SCALE).sum((1, 2, 3))
    weight = weight / (255 * SCALE)
    return np.concatenate([weight, np.zeros_like(weight[:, :1])], 1), offset


def heads(model: Network) -> tuple[np.ndarray, np.ndarray]:
    """Both heads as one matrix over all pooled features."""
    rows, offsets = [], []
    features = model.instance_head.weight.shape[1]
    for linear, norm in (
        (model.class_head, model.class_norm),
        (model.instance_head, model.instance_norm),
    ):
        factor = (norm.weight / (norm.running_var + norm.eps).sqrt()).double()
        row = torch.zeros(len(linear.weight), features, dtype=torch.float64)
        row[:, : linear.weight.shape[1]] = linear.weight.double() * factor.view(-1, 1)
        rows.append(row.numpy())
        offsets.append((norm.bias - norm.running_mean * factor).double().numpy())
    return np.concatenate(rows), np.concatenate(offsets)


@torch.no_grad()
def build(model: Network) -> Graph:
    shape, size = model.shape, model.shape.input_size
    graph = Graph(shape.name, size)
    fill = [round(255 * value) for value in MEAN] + [0]
    source = graph.tensor(size, 4, border=1, fill=fill)

    def convolve(x: int, pair, first: bool = False, border: int = 0, **options) -> int:
        weight, offset = on_bytes(*folded(pair)) if first else folded(pair)
        held = {"border": border, "type": options.pop("type", "uint8")}
        return graph.add(
            "convolution", x, len(weight), weight=weight, offset=offset,
            padding=weight.shape[2] // 2, held=held, **options,
        )

    deepest = shape.widths[-1]
    pooled_channels = deepest + sum(shape.widths) + shape.colour[1]
    pooled = graph.tensor(1, pooled_channels)

    def pool(x: int, channel: int, kind: str = "global_mean") -> None:
        graph.operations.append(Operation(kind, x, pooled, channel=channel))

    tone = graph.add("mean", source, stride=2)
    for index, pair in enumerate(model.colour):
        tone = convolve(tone, pair, index == 0)
    pool(tone, pooled_channels - shape.colour[1])
    x = convolve(source, model.stem, True, 1, stride=2)
    channel = deepest + sum(shape.widths)
    for width, stage in zip(shape.widths, model.stages):
        for block in stage:
            short = x
            if block.shortcut is not None:
                short = graph.add("mean", x, stride=2) if block.stride == 2 else x
                short = convolve(short, block.shortcut, type="int16", relu=False)
            y = convolve(x, block.first, border=1, stride=block.stride)
            x = convolve(y, block.second, border=1, residual=short)
        channel -= width
        pool(x, 0 if stage is model.stages[-1] else channel)
    pool(x, deepest, "global_max")
    weight, offset = heads(model)
    graph.add(
        "convolution", pooled, len(weight), weight=weight[:, :, None, None], offset=offset,
        relu=False, held={"type": "int32"},
    )
    return graph


def bordered(x: torch.Tensor, tensor: Tensor, padding: int) -> torch.Tensor:
    if not padding:
        return x
    out = F.pad(x, (padding,) * 4)
    if tensor.fill:
        edge = torch.ones_like(out[:1, :1])
        edge[:, :, padding:-padding, padding:-padding] = 0
        out = out + edge * torch.tensor(tensor.fill, dtype=x.dtype).view(1, -1, 1, 1)
    return out


def run_float(graph: Graph, pixels: np.ndarray, keep: bool = False):
    """The embeddings (or every tensor and pre-activation) of N x S x S x 3 bytes, in floats."""
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    values = {0: F.pad(x, (0, 0, 0, 0, 0, 1))}
    before = {}
    for number, op in enumerate(graph.operations):
        x, held = values[op.input], graph.tensors[op.input]
        if op.kind == "convolution":
            y = F.conv2d(
                bordered(x, held, op.padding), torch.from_numpy(op.weight).float(),
                torch.from_numpy(op.offset).float(), op.stride,
            )
            if op.residual is not None:
                y = y + values[op.residual]
            before[number] = y
            values[op.output] = F.relu(y) if op.relu else y
        elif op.kind == "mean":
            values[op.output] = F.avg_pool2d(x, 2)
        else:
            rows = values.setdefault(
                op.output, torch.zeros(len(x), graph.tensors[op.output].channels, 1, 1)
            )
            pooled = x.mean((2, 3), keepdim=True) if op.kind == "global_mean" else x.amax((2, 3), keepdim=True)
            rows[:, op.channel : op.channel + x.shape[1]] = pooled
    if keep:
        return values, before
    return values[graph.operations[-1].output].flatten(1).numpy()


def scaled(acc: torch.Tensor, multiplier: np.ndarray) -> torch.Tensor:
    """(acc * multiplier) >> 32 for whole numbers held in int64."""
    return (acc * torch.from_numpy(multiplier.astype(np.int64)).view(1, -1, 1, 1)) >> 32


def accumulate(graph: Graph, op: Operation, x: torch.Tensor) -> torch.Tensor:
    """The 32-bit sums of a convolution; float64 holds them exactly."""
    weights = torch.from_numpy(op.arrays["weights"]).double()
    bias = torch.from_numpy(op.arrays["bias"]).double()
    padded = bordered(x, graph.tensors[op.input], op.padding).double()
    return F.conv2d(padded, weights, bias, op.stride).long()


def finish(graph: Graph, op: Operation, acc: torch.Tensor, values: dict) -> torch.Tensor:
    v = scaled(acc, op.arrays["multiplier"])
    if op.residual is not None:
        v = v + values[op.residual].long() * op.residual_factor
    low, high = LIMIT[graph.tensors[op.output].type]
    return (v >> op.fraction).clamp(low, high)


def step_integer(graph: Graph, op: Operation, values: dict) -> None:
    x = values[op.input]
    if op.kind == "convolution":
        values[op.output] = finish(graph, op, accumulate(graph, op, x), values)
    elif op.kind == "mean":
        n, c, h, w = x.shape
        values[op.output] = (x.view(n, c, h // 2, 2, w // 2, 2).sum((3, 5)) + 2) >> 2
    else:
        rows = values.setdefault(
            op.output,
            torch.zeros(len(x), graph.tensors[op.output].channels, 1, 1, dtype=torch.long),
        )
        part = slice(op.channel, op.channel + x.shape[1])
        if op.kind == "global_max":
            rows[:, part] = x.amax((2, 3), keepdim=True)
            return
        acc = 256 * x.sum((2, 3), keepdim=True) + torch.from_numpy(op.arrays["bias"]).long().view(1, -1, 1, 1)
        rows[:, part] = scaled(acc, op.arrays["multiplier"]).clamp(0, 255)


def run_integer(graph: Graph, pixels: np.ndarray) -> np.ndarray:
    """The embeddings of N x S x S x 3 bytes, in integers, times 2^exponent at the end."""
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).long()
    values = {0: F.pad(x, (0, 0, 0, 0, 0, 1))}
    for op in graph.operations:
        step_integer(graph, op, values)
    rows = values[graph.operations[-1].output].flatten(1).numpy().astype(np.float32)
    return np.ldexp(rows, graph.exponent)
