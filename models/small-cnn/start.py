"""Weights to go on from: a checkpoint of train.py, or the .onnx of a network that is shipped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from network import Network

RIDGE = 1e-2  # of the class head's first weights, as a share of the features' mean power


def pairs(model: Network) -> list[nn.Sequential]:
    """Convolutions with their batch norms, in the order in which quantize.py writes them."""
    found = [*model.colour, model.stem]
    for stage in model.stages:
        for block in stage:
            found += [pair for pair in (block.shortcut, block.first, block.second) if pair is not None]
    return found


@torch.no_grad()
def unfold(model: Network, path: Path, pictures: torch.Tensor, aims: torch.Tensor | None) -> None:
    """Takes the folded convolutions of a shipped network and gives them batch norms again.

    Each output channel's weights get the length one; its norm gets the mean and variance of that sum over `pictures` (N x 3 x S x S,
    values 0 to 1) and the factor and offset with which the network computes what it did. The instance head starts as the leading
    axes of the shipped embedding, the class head as the best linear guess at `aims` (N x values), or anew without them.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    arrays = {array.name: torch.from_numpy(numpy_helper.to_array(array).copy()) for array in graph.initializer}
    layers = [node for node in graph.node if node.op_type == "Conv"]
    watched = []
    for (convolution, norm), node in zip(pairs(model), layers, strict=True):
        weight, offset = (arrays[name] for name in node.input[1:3])
        length = weight.flatten(1).norm(dim=1).clamp(min=1e-6)
        convolution.weight.copy_(weight / length.view(-1, 1, 1, 1))
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.copy_(length)
        norm.bias.copy_(offset)
        sums = {}
        hook = norm.register_forward_pre_hook(
            lambda _, inputs, sums=sums: sums.update(mean=inputs[0].mean((0, 2, 3)), power=inputs[0].var((0, 2, 3)))
        )
        watched.append((norm, length, offset, sums, hook))
    model.eval()
    pooled = model.pooled(pictures)
    for norm, length, offset, sums, hook in watched:
        hook.remove()
        norm.running_mean.copy_(sums["mean"])
        norm.running_var.copy_(sums["power"])
        norm.weight.copy_(length * (sums["power"] + norm.eps).sqrt())
        norm.bias.copy_(offset + length * sums["mean"])
    width = model.instance_head.weight.shape[0]
    begin(model.instance_head, model.instance_norm, arrays["w_head"][:width], arrays["b_head"][:width], pooled)
    if aims is not None:
        seen = pooled[:, : model.class_head.weight.shape[1]]
        seen = seen - seen.mean(0)
        power = seen.t() @ seen
        power.diagonal().add_(RIDGE * power.diagonal().mean())
        weight = torch.linalg.solve(power, seen.t() @ (aims - aims.mean(0))).t()
        begin(model.class_head, model.class_norm, weight, torch.zeros(len(weight)), pooled[:, : weight.shape[1]])


def begin(linear: nn.Linear, norm: nn.BatchNorm1d, weight: torch.Tensor, offset: torch.Tensor, inputs: torch.Tensor) -> None:
    """Sets a head so that it computes weight · input + offset, with the norm's statistics of `inputs`."""
    linear.weight.copy_(weight)
    rows = linear(inputs)
    norm.running_mean.copy_(rows.mean(0))
    norm.running_var.copy_(rows.var(0))
    norm.weight.copy_((rows.var(0) + norm.eps).sqrt())
    norm.bias.copy_(rows.mean(0) + offset)


def load(model: Network, losses: nn.Module, path: Path, pictures: torch.Tensor, aims: torch.Tensor | None) -> None:
    """Whatever of a checkpoint fits, or the convolutions of a shipped network."""
    if path.suffix == ".onnx":
        unfold(model, path, pictures, aims)
        return
    state = torch.load(path, map_location=pictures.device)
    for module, held in ((model, state["model"]), (losses, state["losses"])):
        now = module.state_dict()
        fits = {k: v for k, v in held.items() if k in now and v.shape == now[k].shape}
        module.load_state_dict(fits, strict=False)
