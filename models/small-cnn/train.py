#!/usr/bin/env python3
"""Trains the built-in CNN.

    train.py --data ../shared/data/train --cache CACHE --out float.pt               CPU
    train.py --data … --cache … --out float.pt --device cuda --batch 512 --minutes 25   GPU

The loss is the sum of
  - cosine-softmax cross-entropy over all classes (class head),
  - InfoNCE between two edits of one image (instance head, and both heads side by side), against the
    batch and a queue of earlier images,
  - distance to the principal components of the unedited image's colour histogram (instance head),
  - with --teacher, distance to what a larger network makes of the same part of the image, and to how
    alike it finds that and --bank other images (class head; Fang et al. 2021, SEED, arXiv:2101.04731).
Every choice is seeded. The schedule follows the clock (--minutes) or the step number (--steps);
only the latter repeats exactly. A checkpoint is written every --save-minutes.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F

import dataset
import start
import teacher
from augment import Edits, crop
from network import SHAPES, Network


class Losses(nn.Module):
    """The parameters that only training needs, and the joint loss."""

    def __init__(self, shape, classes: int, args) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.randn(classes, shape.classes_head) * 0.1)
        self.scale = nn.Parameter(torch.tensor(12.0))
        self.colour = nn.Linear(shape.instance_head, dataset.COLOUR_VALUES)
        width = shape.classes_head + shape.instance_head
        self.register_buffer("queue", torch.randn(args.queue, width), persistent=False)
        self.register_buffer("queue_labels", torch.full((args.queue,), -1), persistent=False)
        self.place = 0
        self.args = args

    def logits(self, meaning: torch.Tensor) -> torch.Tensor:
        return F.normalize(meaning, dim=1) @ F.normalize(self.centres, dim=1).t() * self.scale

    def contrast(self, rows: torch.Tensor, columns: slice, temperature: float, same: torch.Tensor | None) -> torch.Tensor:
        """InfoNCE between the first and the second half of the rows, the queue as further negatives.

        Pairs of `same` (one class, two images) are neither drawn together nor pushed apart.
        """
        first, second = F.normalize(rows[:, columns], dim=1).chunk(2)
        others = F.normalize(self.queue[:, columns], dim=1)
        right = torch.arange(len(first), device=rows.device)

        def one_way(mine: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
            near = mine @ torch.cat([theirs, others]).t() / temperature
            return F.cross_entropy(near if same is None else near.masked_fill(same, -1e4), right)

        return (one_way(first, second) + one_way(second, first)) / 2

    @torch.no_grad()
    def remember(self, rows: torch.Tensor, labels: torch.Tensor) -> None:
        """Puts the second half of the rows over the oldest of the queue."""
        rows = rows[len(rows) // 2 :].detach()
        places = (torch.arange(len(rows), device=rows.device) + self.place) % len(self.queue)
        self.queue[places], self.queue_labels[places] = rows, labels
        self.place = (self.place + len(rows)) % len(self.queue)

    def distance(self, meaning: torch.Tensor, aims: torch.Tensor, bank: torch.Tensor) -> torch.Tensor:
        """How far rows are from the teacher's, and their likenesses to the bank's from those that the teacher sees."""
        mine, warm = F.normalize(meaning, dim=1), 0.07
        bank = torch.cat([aims, bank]).t()
        alike = F.kl_div((mine @ bank / warm).log_softmax(1), (aims @ bank / warm).log_softmax(1), reduction="batchmean", log_target=True)
        return 3 * (1 - (mine * aims).sum(1).mean()) + 0.5 * alike

    def forward(self, meaning, instance, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """The joint loss and its parts, of the rows of mild views and then of strong ones."""
        labels, colours = batch.labels.repeat(2), batch.colours.repeat(2, 1)
        logits = self.logits(meaning)
        classes = F.cross_entropy(logits, labels, label_smoothing=0.1)
        rows = torch.cat([meaning, instance], 1)
        one = labels[: len(labels) // 2]
        same = one.unsqueeze(1) == torch.cat([one, self.queue_labels])
        same.fill_diagonal_(False)
        both = self.contrast(rows, slice(None), 0.07, same)
        alone = self.contrast(rows, slice(meaning.shape[1], None), 0.08, None)
        self.remember(rows, one)
        colour = (1 - F.cosine_similarity(self.colour(instance), colours)).mean()
        far = classes.new_zeros(()) if batch.aims is None else self.distance(meaning[: len(batch.aims)], batch.aims, batch.bank)
        args = self.args
        total = args.classes * classes + args.both * both + args.alone * alone + args.colour * colour + args.teacher * far
        right = (logits.argmax(1) == labels).float().mean()
        return total, torch.stack([classes, both, alone, colour, far, right]).detach()


@dataclass
class Batch:
    """Images of one step, small ones before large ones."""

    pixels: list[torch.Tensor]  # small, large: N x S x S x 3 bytes
    labels: torch.Tensor
    colours: torch.Tensor  # targets: N x COLOUR_VALUES
    parts: tuple[torch.Tensor | None, ...] = (None, None)  # small, large: what the teacher saw of each, N x 4
    aims: torch.Tensor | None = None  # what it made of that: N x TARGET_VALUES
    bank: torch.Tensor | None = None  # and of other images

    def views(self, size: int, strong: bool) -> torch.Tensor:
        """One crop of each image, a mild one of the part that the teacher saw."""
        parts = (None, None) if strong else self.parts
        return torch.cat([crop(pixels, size, strong, part) for pixels, part in zip(self.pixels, parts)])


class Data:
    """Pixels on the device (GPU) or mapped from files (CPU), and who draws which images."""

    def __init__(self, cache: Path, device: torch.device, rank: int, world: int, seed: int, taught: bool) -> None:
        def load(name: str) -> torch.Tensor:
            if device.type == "cuda":
                return torch.from_numpy(np.load(cache / name)).to(device)
            return torch.from_numpy(np.load(cache / name, mmap_mode="c"))

        self.tiny, self.photos = load("tiny.npy"), load("photos.npy")
        self.labels, self.colours = load("labels.npy"), load("colours.npy")
        self.text = load("text.npy")
        self.boxes, self.aims = (load("boxes.npy"), load("teacher.npy")) if taught else (None, None)
        self.held = torch.from_numpy(np.load(cache / "held.npy"))
        self.device = device
        self.random = torch.Generator().manual_seed(seed * 1000 + 7)
        self.rank, self.world = rank, world
        self.classes = int(self.labels.max()) + 1
        self.queues = {"tiny": torch.empty(0, dtype=torch.long), "photos": torch.empty(0, dtype=torch.long)}

    def draw(self, kind: str, count: int) -> torch.Tensor:
        """The next images of an endless shuffled sequence that all processes share by rank."""
        while len(self.queues[kind]) < count:
            pool = (~self.held).nonzero().flatten() if kind == "tiny" else torch.arange(len(self.photos))
            order = pool[torch.randperm(len(pool), generator=self.random)][self.rank :: self.world]
            self.queues[kind] = torch.cat([self.queues[kind], order])
        chosen, self.queues[kind] = self.queues[kind][:count], self.queues[kind][count:]
        return chosen.sort().values

    def batch(self, size: int, share: float, bank: int) -> Batch:
        """The next `size` images, photos as a `share` of them."""
        count = round(size * share)
        tiny, photos = self.draw("tiny", size - count), self.draw("photos", count)
        rows = torch.cat([tiny, photos + len(self.tiny)]).to(self.labels.device)
        pixels = [self.tiny[tiny.to(self.tiny.device)], self.photos[photos.to(self.photos.device)]]
        held = [self.labels[rows].to(self.device), self.colours[rows].to(self.device)]
        if self.aims is None:
            return Batch(pixels, *held)
        which = torch.randint(self.aims.shape[1], (len(rows),), generator=self.random).to(rows.device)
        others = torch.randint(len(self.aims), (bank,), generator=self.random).sort().values.to(rows.device)
        parts = self.boxes[rows, which].to(self.device).split([len(tiny), len(photos)])
        aims, bank = (self.aims[row, view].to(self.device).float() for row, view in ((rows, which), (others, 0)))
        return Batch(pixels, *held, parts, aims, bank)


def validate(model: Network, losses: Losses, data: Data) -> float:
    """Top-1 share over the held-out Tiny-ImageNet images."""
    chosen, right = data.held.nonzero().flatten(), 0
    model.eval()
    with torch.no_grad():
        for part in chosen.split(250):
            pixels = data.tiny[part.to(data.tiny.device)].permute(0, 3, 1, 2).float() / 255
            side = model.shape.input_size
            if side != pixels.shape[2]:
                pixels = F.interpolate(pixels, size=(side, side), mode="bilinear", align_corners=False)
            guess = losses.logits(model(pixels)[0]).argmax(1)
            right += (guess.cpu() == data.labels[part.to(data.labels.device)].cpu()).sum().item()
    return right / len(chosen)


def average(parameters, world: int) -> None:
    """Replaces gradients by their mean over the processes."""
    flat = torch.cat([p.grad.reshape(-1) for p in parameters])
    dist.all_reduce(flat)
    flat /= world
    start = 0
    for p in parameters:
        p.grad.copy_(flat[start : start + p.numel()].view_as(p))
        start += p.numel()


def train(rank: int, args) -> None:
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = torch.device(args.device)
    if args.processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{args.out}.store", rank=rank, world_size=args.processes)
    data = Data(args.cache, device, rank, args.processes, args.seed, args.teacher > 0)
    shape = SHAPES[args.network]
    model = Network(shape).to(device, memory_format=torch.channels_last)
    losses = Losses(shape, data.classes, args).to(device)
    if args.start:
        batch = data.batch(4096, args.photos, 1)
        start.load(model, losses, args.start, batch.views(shape.input_size, False), batch.aims)
        if args.processes > 1:  # the pictures were not the same
            for value in model.state_dict().values():
                dist.broadcast(value, 0)
    mean = copy.deepcopy(model)
    edits = Edits(data.text, device)
    parameters = list(model.parameters()) + list(losses.parameters())
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": args.decay, "part": 1},
        {"params": [p for p in model.parameters() if p.ndim <= 1] + [losses.scale], "weight_decay": 0, "part": 1},
        {"params": [losses.centres, *losses.colour.parameters()], "weight_decay": 0, "part": 0.25},
    ]
    optimiser = torch.optim.SGD(groups, lr=args.rate, momentum=0.9, nesterov=True)
    torch.manual_seed(args.seed + 100 * rank + 1)
    sizes = [(float(a), int(b)) for a, b in (part.split(":") for part in args.sizes.split(","))]
    began = shown = saved = time.time()
    step, seen, sums, count, done = 0, 0, torch.zeros(6, device=device), 0, 0.0

    def save() -> None:
        state = {"network": args.network, "model": mean.state_dict(), "raw": model.state_dict(), "losses": losses.state_dict(), "step": step, "seen": seen}
        temporary = f"{args.out}.part"
        torch.save(state, temporary)
        os.replace(temporary, args.out)

    while True:
        if args.steps:
            done = step / args.steps
        elif step % 10 == 0:
            part = torch.tensor([(time.time() - began) / (60 * args.minutes)])
            if args.processes > 1:
                dist.broadcast(part, 0)
            done = part.item()
        if done >= 1:
            break
        size = [s for a, s in sizes if done >= a][-1] * shape.input_size // 64
        rate = args.rate * min(1, done / 0.03) * (0.499 * (1 + math.cos(math.pi * done)) + 0.002)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["part"]
        batch = data.batch(args.batch, args.photos, args.bank)
        views = torch.cat([edits(batch.views(size, strong), strong) for strong in (False, True)])
        model.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=args.half):
            meaning, instance = model(views)
        loss, figures = losses(meaning, instance, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if args.processes > 1:
            average(parameters, args.processes)
        optimiser.step()
        step += 1
        seen += args.batch * args.processes
        sums += figures
        count += 1
        if step % 4 == 0:
            keep = min(args.keep, (1 + step / 4) / (10 + step / 4))
            with torch.no_grad():
                for p, q in zip(mean.state_dict().values(), model.state_dict().values()):
                    p.lerp_(q, 1 - keep) if p.dtype.is_floating_point else p.copy_(q)
        if rank == 0 and time.time() - shown > 30:
            shown, values = time.time(), (sums / count).tolist()
            print(
                "t %5d size %d step %d images %.2fM %.0f/s class %.3f both %.3f alone %.3f colour %.3f teacher %.3f right %.3f rate %.4f"
                % (shown - began, size, step, seen / 1e6, seen / (shown - began), *values, rate),
                flush=True,
            )
            sums.zero_()
            count = 0
        if rank == 0 and time.time() - saved > 60 * args.save_minutes:
            saved = time.time()
            save()
    if args.processes > 1:
        for value in mean.state_dict().values():
            if value.dtype.is_floating_point:
                dist.all_reduce(value)
                value /= args.processes
    if rank == 0:
        save()
        print(f"held-out top-1 {validate(mean, losses, data):.4f}, {seen / 1e6:.2f}M images, {step} steps, {time.time() - began:.0f} s", flush=True)
    if args.processes > 1:
        dist.barrier()
        dist.destroy_process_group()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training archives")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the unpacked arrays (2 GB)")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint file")
    parser.add_argument("--network", choices=SHAPES, default="small-cnn")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--processes", type=int, default=2, help="CPU processes; 1 on a GPU")
    parser.add_argument("--threads", type=int, default=1, help="threads per process")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int, default=0, help="end after so many steps instead")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--batch", type=int, default=96, help="images per process and step, two views each")
    parser.add_argument("--photos", type=float, default=0.28, help="share of large photos in a batch")
    parser.add_argument("--sizes", default="0:32,0.4:48,0.65:64", help="PART:SIDE, … for a 64-pixel network")
    parser.add_argument("--rate", type=float, default=0.35)
    parser.add_argument("--decay", type=float, default=1e-4)
    parser.add_argument("--keep", type=float, default=0.998, help="memory of the averaged weights")
    parser.add_argument("--queue", type=int, default=3072, help="earlier images to tell an image from")
    parser.add_argument("--classes", type=float, default=0.5)
    parser.add_argument("--teacher", type=float, default=1.0, help="weight of the larger network's targets; 0 for none")
    parser.add_argument("--bank", type=int, default=2048, help="images that the teacher's likenesses are measured to")
    parser.add_argument("--both", type=float, default=0.4)
    parser.add_argument("--alone", type=float, default=0.25)
    parser.add_argument("--colour", type=float, default=1.0)
    parser.add_argument("--start", type=Path, help="a checkpoint (weights that fit) or a shipped .onnx to go on from")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.device != "cpu":
        args.processes = 1
    # Without instructions for them, halves are ten times slower on a CPU than floats.
    args.half = args.device != "cpu" or torch.cpu._is_avx512_bf16_supported()
    args.out = args.out.resolve()
    Path(f"{args.out}.store").unlink(missing_ok=True)
    dataset.pack(args.data, args.cache)
    if args.teacher:
        teacher.pack(args.cache, args.processes)
    if args.processes == 1:
        train(0, args)
    else:
        torch.multiprocessing.spawn(train, (args,), args.processes)


if __name__ == "__main__":
    main()
