#!/usr/bin/env python3
"""Draws quality.svg: R@1 on the evaluation sets against images per CPU second, from a 107 KB JPEG to a vector.

    make bench-cnn evaluate-cnn && python3 models/small-cnn/chart.py

Reads .bench/cnn.json and .bench/retrieval.json. fastdup is not run here, as its licence does not allow that to everyone: its figures are
those of the peers' own measurement, 19 to 36 images per CPU second.
"""
import itertools
import json
import math
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
BENCH = HERE.parent.parent / ".bench"
NETWORKS = {64: "64 px", 96: "96 px", 128: "128 px"}
VIEWS = {"inner": "", "twice": " ×2"}
DESCRIPTORS = {"hist": "colour histogram", "hog": "HOG", "raw": "raw pixels", "hist+hog": "histogram + HOG"}
FASTDUP = {"speed": (19, 36), "grocery": 0.541, "imagenette": 0.914}
WIDTH, HEIGHT, LEFT, TOP, GAP = 400, 300, 56, 44, 56
LOWEST, HIGHEST = 10, 2000


def points(place):
    """Name, images per CPU second (least and most), R@1."""
    speeds = {row["task"]: row["ours"] for row in json.loads((BENCH / "cnn.json").read_text())["rows"]}
    quality = {
        row["features"]: row["r_at_1"] for row in json.loads((BENCH / "retrieval.json").read_text())["rows"]
        if row["set"].startswith(place) and row["group"] == "all"}
    found = []
    for (size, name), (crop, views) in itertools.product(NETWORKS.items(), VIEWS.items()):
        speed, recall = speeds.get(f"chain 107 KB JPEGs, {size} px {crop}"), quality.get(f"vecmill cnn {size} px {crop}")
        if speed and recall:
            found.append((name + views, speed, speed, recall, "ours"))
    for key, name in DESCRIPTORS.items():
        speed, recall = speeds.get(f"descriptor {key}, 107 KB JPEGs"), quality.get(key)
        if speed and recall:
            found.append((name, speed, speed, recall, "plain"))
    return found + [("fastdup", *FASTDUP["speed"], FASTDUP[place], "fastdup")]


def panel(place, title, left):
    def x(speed):
        return left + WIDTH * math.log(speed / LOWEST) / math.log(HIGHEST / LOWEST)

    def y(recall):
        return TOP + HEIGHT * (1 - recall)

    out = [f'<text x="{left}" y="{TOP - 16}" class="title">{title}</text>']
    for recall in (0, 0.2, 0.4, 0.6, 0.8, 1):
        out.append(f'<path d="M{left} {y(recall):.1f}h{WIDTH}" class="grid"/><text x="{left - 8}" y="{y(recall) + 4:.1f}" class="end">{recall:g}</text>')
    for speed in (10, 30, 100, 300, 1000):
        out.append(f'<path d="M{x(speed):.1f} {TOP}v{HEIGHT}" class="grid"/><text x="{x(speed):.1f}" y="{TOP + HEIGHT + 18}" class="middle">{speed}</text>')
    out.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 38}" class="middle">images per CPU second (×2: two views)</text>')
    taken = []
    for name, least, most, recall, kind in sorted(points(place), key=lambda point: -point[3]):
        if most > least:
            out.append(f'<path d="M{x(least):.1f} {y(recall):.1f}H{x(most):.1f}" class="{kind} line"/>')
        out.append(f'<circle cx="{x(math.sqrt(least * most)):.1f}" cy="{y(recall):.1f}" r="4.5" class="{kind}"/>')
        below = y(recall) + 4
        if kind == "fastdup":
            below += 16
        else:
            while any(abs(below - other) < 12 for other in taken):
                below += 1
            taken.append(below)
        at = x(math.sqrt(least * most))
        words = f"{name}  {recall:.3f}".replace("0.", ".", 1) if recall < 1 else name
        out.append(f'<text x="{at + (-10 if kind != "fastdup" else 0):.1f}" y="{below:.1f}" '
                   f'class="{"end" if kind != "fastdup" else "middle"}">{words}</text>')
    return out


def main():
    wide, high = 2 * (LEFT + WIDTH) + GAP, TOP + HEIGHT + 54
    style = (
        "text{font:12px sans-serif;fill:#333}.title{font-weight:bold;font-size:14px}.end{text-anchor:end}.middle{text-anchor:middle}"
        ".grid{stroke:#ddd}.ours{fill:#0a6cb0}.plain{fill:#999}.fastdup{fill:#c8641e}.line{stroke:#c8641e;stroke-width:3;fill:none}")
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" aria-label="R@1 against speed">',
             f"<style>{style}</style>", f'<rect width="{wide}" height="{high}" fill="#fff"/>']
    lines += panel("grocery", "R@1, grocery", LEFT) + panel("imagenette", "R@1, imagenette", LEFT + WIDTH + GAP)
    (HERE / "quality.svg").write_text("\n".join(lines + ["</svg>"]) + "\n")


if __name__ == "__main__":
    main()
