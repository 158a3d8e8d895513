"""Edits of training images on the device: crop, mirror, rotate, tone, captions, blur, noise."""

from __future__ import annotations

import torch
from torch.nn import functional as F


def uniform(count: int, low: float, high: float, device) -> torch.Tensor:
    return torch.empty(count, device=device).uniform_(low, high)


def crop(pixels: torch.Tensor, size: int, strong: bool, boxes: torch.Tensor | None = None) -> torch.Tensor:
    """Random part of each image (N x S x S x 3 bytes), mirrored half of the time, at size x size.

    A strong crop keeps 0.25 to 0.7 of the area and turns half of the images by up to 15 degrees,
    half of those with black corners as an image editor leaves them; a mild one keeps 0.35 to 1, or
    the part in `boxes` (left, top, width, height as shares of the side).
    """
    x = pixels.permute(0, 3, 1, 2).float().div_(255)
    if x.shape[2] >= 3 * size:
        x = F.avg_pool2d(x, x.shape[2] // (2 * size))
    count, device = len(x), x.device
    if boxes is None:
        area = uniform(count, 0.25, 0.7, device) if strong else uniform(count, 0.35, 1, device)
        ratio = uniform(count, -0.25, 0.25, device).exp()
        wide = (area.sqrt() * ratio).clamp(max=1)
        high = (area.sqrt() / ratio).clamp(max=1)
        left = uniform(count, -1, 1, device) * (1 - wide)
        top = uniform(count, -1, 1, device) * (1 - high)
    else:  # grid_sample's places: the picture from -1 to 1, a part by its middle
        wide, high = boxes[:, 2], boxes[:, 3]
        left, top = 2 * boxes[:, 0] + wide - 1, 2 * boxes[:, 1] + high - 1
    mirror = torch.where(torch.rand(count, device=device) < 0.5, -1.0, 1.0)
    line = (torch.arange(size, device=device) * 2 + 1) / size - 1
    v, u = torch.meshgrid(line, line, indexing="ij")
    u, v = u.expand(count, -1, -1), v.expand(count, -1, -1)
    outside = None
    if strong:
        turn = uniform(count, -0.26, 0.26, device) * (torch.rand(count, device=device) < 0.5)
        cosine, sine = turn.cos().view(-1, 1, 1), turn.sin().view(-1, 1, 1)
        u, v = u * cosine - v * sine, u * sine + v * cosine
        corners = (torch.rand(count, device=device) < 0.5).view(-1, 1, 1)
        outside = corners & ((u.abs() > 1) | (v.abs() > 1))
    x_at = u * (wide * mirror).view(-1, 1, 1) + left.view(-1, 1, 1)
    y_at = v * high.view(-1, 1, 1) + top.view(-1, 1, 1)
    out = F.grid_sample(
        x, torch.stack([x_at, y_at], 3), mode="bilinear", padding_mode="reflection", align_corners=False
    )
    return out if outside is None else out.masked_fill_(outside.unsqueeze(1), 0)


class Edits:
    """Changes of tone for every view; captions, blur, noise and grey for strong ones."""

    def __init__(self, text: torch.Tensor, device) -> None:
        self.text, self.device, self.scaled = text.to(device), device, {}

    def captions(self, size: int) -> torch.Tensor:
        if size not in self.scaled:
            self.scaled[size] = F.interpolate(self.text, size=(size, size), mode="area")
        return self.scaled[size]

    def __call__(self, x: torch.Tensor, strong: bool) -> torch.Tensor:
        count, size, device = len(x), x.shape[2], self.device

        def factor(low: float, high: float) -> torch.Tensor:
            return uniform(count, low, high, device).view(-1, 1, 1, 1)

        def some(part: float) -> torch.Tensor:
            return torch.rand(count, device=device) < part

        spread = 0.45 if strong else 0.25
        grey = x.mean(1, keepdim=True)
        colourful = factor(0.75, 1.25)
        if strong:
            colourful = colourful * (~some(0.04)).view(-1, 1, 1, 1)
        x = grey + (x - grey) * colourful
        middle = x.mean((1, 2, 3), keepdim=True)
        contrast, bright = factor(1 - spread, 1 + spread), factor(1 - spread, 1 + spread)
        tint = uniform(count * 3, 0.94, 1.06, device).view(-1, 3, 1, 1)
        x = ((x - middle) * contrast + middle) * (bright * tint)
        if strong:
            for less in (size // 2, size * 2 // 5):
                chosen = some(0.15).nonzero().flatten()
                coarse = F.interpolate(x[chosen], size=(less, less), mode="area")
                x[chosen] = F.interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)
            chosen = some(0.25).nonzero().flatten()
            which = torch.randint(len(self.text), (len(chosen),), device=device)
            text = self.captions(size)[which]
            x[chosen] = x[chosen] * (1 - text[:, 1:]) + text[:, :1]
            chosen = some(0.3).nonzero().flatten()
            x[chosen] += torch.randn_like(x[chosen]) * 0.03
        return x.clamp_(0, 1)
