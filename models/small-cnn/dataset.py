"""Packs the training archives into arrays: pixels, labels, colour targets, text overlays."""

from __future__ import annotations

import io
import subprocess
import tarfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

COLOUR_VALUES = 64  # of the colour target: principal components of a Hellinger histogram
HELD_OUT = 10  # images of each Tiny-ImageNet class kept for validation

# Classes that mean nearly the same thing share one label.
SYNONYMS = {
    "pacsphoto_elephant": "caltech101_elephant",
    "n02504458": "caltech101_elephant",
    "pacsphoto_guitar": "caltech101_electric-guitar",
    "flowers_sunflowers": "caltech101_sunflower",
    "houses_house-front": "pacsphoto_house",
    "caltech101_dalmatian": "pacsphoto_dog",
    "caltech101_windsor-chair": "caltech101_chair",
    "caltech101_water-lilly": "caltech101_lotus",
    "caltech101_cougar-face": "caltech101_cougar-body",
    "n02125311": "caltech101_cougar-body",
    "caltech101_crocodile-head": "caltech101_crocodile",
    "caltech101_flamingo-head": "caltech101_flamingo",
    "intelscenes_street": "intelscenes_buildings",
    "intelscenes_glacier": "intelscenes_mountain",
    "n01770393": "caltech101_scorpion",
    "n01768244": "caltech101_trilobite",
    "n01983481": "caltech101_lobster",
    "n02268443": "caltech101_dragonfly",
    "n04507155": "caltech101_umbrella",
    "n07873807": "caltech101_pizza",
}


def decode(item: tuple[bytes, int]) -> np.ndarray:
    """The middle square of an image, at side x side."""
    data, side = item
    image = Image.open(io.BytesIO(data)).convert("RGB")
    if image.size != (side, side):
        edge = min(image.size)
        left, top = (image.width - edge) // 2, (image.height - edge) // 2
        kernel = Image.Resampling.BOX if edge >= 2 * side else Image.Resampling.BILINEAR
        box = (left, top, left + edge, top + edge)
        image = image.resize((side, side), kernel, box=box)
    return np.asarray(image)


def read_archive(stream, side: int) -> tuple[list[str], np.ndarray]:
    """Class names and pixels of every CLASS/FILE entry."""
    names, items = [], []
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith((".JPEG", ".webp")):
                names.append(member.name.split("/")[0])
                items.append((archive.extractfile(member).read(), side))
    with ProcessPoolExecutor(2) as pool:
        pixels = np.stack(list(pool.map(decode, items, chunksize=256)))
    return names, pixels


def read_tiny(path: Path) -> tuple[list[str], np.ndarray]:
    command = ["zstd", "-dc", "--long=27", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        return read_archive(process.stdout, 64)


def hellinger(pixels: np.ndarray) -> np.ndarray:
    """Square root of the 8 x 8 x 8 RGB histogram of each image: rows of length one."""
    rows = np.empty((len(pixels), 512), np.float32)
    for row, image in zip(rows, pixels):
        bins = (image >> 5).reshape(-1, 3).astype(np.int32) @ np.array([64, 8, 1], np.int32)
        row[:] = np.bincount(bins, minlength=512)
    return np.sqrt(rows / rows.sum(1, keepdims=True))


def text_overlays(count: int = 256, side: int = 64) -> np.ndarray:
    """Captions as (colour, opacity) planes: count x 2 x side x side."""
    chance = np.random.default_rng(5)
    letters = list("ABCDEFGHIKLMNOPRSTUVWXYZ 0123456789")
    planes = np.zeros((count, 2, side, side), np.float32)
    for plane in planes:
        image = Image.new("LA", (side * 4, side * 4), (0, 0))
        draw = ImageDraw.Draw(image)
        for _ in range(chance.integers(1, 3)):
            text = "".join(chance.choice(letters, chance.integers(4, 16)))
            font = ImageFont.load_default(int(chance.integers(20, 48)))
            spot = (int(chance.integers(0, side)), int(chance.integers(0, side * 4 - 40)))
            fill = (255, 255) if chance.random() < 0.7 else (0, 255)
            draw.text(spot, text, fill=fill, font=font, stroke_width=2,
                      stroke_fill=(255 - fill[0], 255))
        colour, opacity = image.split()
        premultiplied = np.asarray(colour, np.float32) * (np.asarray(opacity, np.float32) / 255)
        small = Image.fromarray(premultiplied).resize((side, side), Image.Resampling.BOX)
        plane[0] = np.asarray(small) / 255
        plane[1] = np.asarray(opacity.resize((side, side), Image.Resampling.BOX)) / 255
    return planes


def pack(source: Path, cache: Path) -> None:
    """Writes the arrays that training maps into memory; does nothing where they exist."""
    if (cache / "done").exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    tiny_names, tiny = read_tiny(source / "tiny200_350pc.tar.zst")
    photo_names, photos = [], []
    for name in ("photos128_mixed.tar", "photos128_scenes100px.tar"):
        with open(source / name, "rb") as stream:
            names, pixels = read_archive(stream, 128)
        photo_names += names
        photos.append(pixels)
    photos = np.concatenate(photos)
    merged = [SYNONYMS.get(name, name) for name in tiny_names + photo_names]
    classes = sorted(set(merged))
    number = {name: index for index, name in enumerate(classes)}
    labels = np.array([number[name] for name in merged], np.int64)
    halves = photos.reshape(-1, 64, 2, 64, 2, 3).astype(np.uint16).sum((2, 4)) // 4
    colours = np.concatenate([hellinger(tiny), hellinger(halves.astype(np.uint8))])
    colours -= colours.mean(0)
    _, _, axes = np.linalg.svd(colours[::4], full_matrices=False)
    colours = (colours @ axes[:COLOUR_VALUES].T).astype(np.float32)
    seen: dict[str, int] = {}
    held = np.zeros(len(tiny), bool)
    for index, name in enumerate(tiny_names):
        seen[name] = seen.get(name, 0) + 1
        held[index] = seen[name] <= HELD_OUT
    np.save(cache / "tiny.npy", tiny)
    np.save(cache / "photos.npy", photos)
    np.save(cache / "labels.npy", labels)
    np.save(cache / "colours.npy", colours)
    np.save(cache / "held.npy", held)
    np.save(cache / "text.npy", text_overlays())
    (cache / "classes.txt").write_text("\n".join(classes) + "\n")
    (cache / "done").touch()
