"""The float network: residual trunk, colour branch, and two heads side by side."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

MEAN = (0.48, 0.448, 0.397)
SCALE = 0.27


@dataclass(frozen=True)
class Shape:
    """Sizes of a network; `blocks` residual blocks of `widths` channels per stage."""

    name: str = "small-cnn"
    input_size: int = 64
    widths: tuple[int, ...] = (32, 64, 128, 256)
    blocks: tuple[int, ...] = (1, 1, 1, 1)
    colour: tuple[int, int] = (32, 64)
    classes_head: int = 128
    instance_head: int = 64


SHAPES = {
    "small-cnn": Shape(),
    "small-cnn-96": Shape("small-cnn-96", 96),
    "cnn-large": Shape("cnn-large", 128, blocks=(1, 2, 2, 2)),
}


def convolution(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)
    )


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut (2x2 mean and 1x1 convolution where sizes change)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.first = convolution(inputs, outputs, 3, stride)
        self.second = convolution(outputs, outputs)
        changes = stride != 1 or inputs != outputs
        self.shortcut = convolution(inputs, outputs, 1) if changes else None
        if not changes:  # starts as the identity, so that a trained network can be made deeper
            nn.init.zeros_(self.second[1].weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.second(F.relu(self.first(x), inplace=True))
        if self.shortcut is not None:
            x = self.shortcut(F.avg_pool2d(x, 2) if self.stride == 2 else x)
        return F.relu(y + x, inplace=True)


class Network(nn.Module):
    """Pixels (N x 3 x S x S, values 0 to 1) to the class head and the instance head."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.stem = convolution(3, shape.widths[0], 3, 2)
        width, stages = shape.widths[0], []
        for index, (outputs, count) in enumerate(zip(shape.widths, shape.blocks)):
            stage = []
            for number in range(count):
                stage.append(Block(width, outputs, 2 if index and number == 0 else 1))
                width = outputs
            stages.append(nn.Sequential(*stage))
        self.stages = nn.ModuleList(stages)
        self.colour = nn.ModuleList(
            [convolution(3, shape.colour[0], 1), convolution(shape.colour[0], shape.colour[1], 1)]
        )
        features = width + sum(shape.widths) + shape.colour[1]
        self.class_head = nn.Linear(2 * width, shape.classes_head, bias=False)
        self.class_norm = nn.BatchNorm1d(shape.classes_head)
        self.instance_head = nn.Linear(features, shape.instance_head, bias=False)
        self.instance_norm = nn.BatchNorm1d(shape.instance_head)

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """Over the picture: means and maxima of the last stage, means of the others and of the colour branch."""
        x = (x - x.new_tensor(MEAN).view(1, 3, 1, 1)) / SCALE
        x = x.contiguous(memory_format=torch.channels_last)
        tone = F.avg_pool2d(x, 2)
        for layer in self.colour:
            tone = F.relu(layer(tone), inplace=True)
        means = [tone.mean((2, 3))]
        x = F.relu(self.stem(x), inplace=True)
        for stage in self.stages:
            x = stage(x)
            means.insert(0, x.mean((2, 3)))
        means.insert(1, x.amax((2, 3)))
        return torch.cat(means, 1)

    def heads(self, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pooled = pooled.float()
        meaning = self.class_norm(self.class_head(pooled[:, : 2 * self.shape.widths[-1]]))
        return meaning, self.instance_norm(self.instance_head(pooled))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pooled = self.pooled(x)
        with torch.autocast(x.device.type, enabled=False):
            return self.heads(pooled)
