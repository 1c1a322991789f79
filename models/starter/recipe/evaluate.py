"""Scores the exported pack and draws contact sheets: python evaluate.py --work work --sheet sheet.png

Concept: nearest reference picture (of all concepts, drawn over the background that the output has), top-1.
Background: median of the border, nearest palette colour. Both are recall: every combination was trained.
"""
from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
from PIL import Image

from data import COLOUR_ZH, PALETTE, SIZE, Captions, compose, load_concepts, load_images
from export import CFG, SHIFT, STEPS, Pack

SHEET = [
    "a red fox", "a penguin on a blue background", "a slice of pizza, yellow background", "a green frog on a pink background",
    "an elephant on a green background", "a strawberry on a black background", "a brown bear", "purple background, a birthday cake",
    "一只可爱的熊猫", "红色背景的香蕉", "蓝色背景上的乌龟", "绿色背景，一只猫头鹰", "黄色背景的狐狸", "一碗面条", "紫色背景上的白兔", "粉色背景的西瓜",
]  # fmt: skip


def noise_for(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 3, SIZE, SIZE)).astype(np.float32)


class Judge:
    def __init__(self, images: np.ndarray):
        self.palette = np.array(list(PALETTE.values()), np.float32) / 255
        self.references = [
            compose(images, np.broadcast_to(c[:, None, None], (3, SIZE, SIZE))).reshape(len(images), -1) for c in self.palette
        ]
        self.squares = [np.square(r).sum(1) for r in self.references]

    def __call__(self, picture: np.ndarray) -> tuple[int, int]:
        """One picture [3,64,64] to (concept, background)."""
        edge = np.concatenate([picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1]], 1)
        colour = np.median(edge, 1) / 2 + 0.5
        background = int(np.square(self.palette - colour).sum(1).argmin())
        distance = self.squares[background] - 2 * self.references[background] @ picture.reshape(-1)
        return int(distance.argmin()), background


def score(pack: Pack, judge: Judge, jobs: list[tuple[str, int, int]], **options: float) -> tuple[float, float, list[str]]:
    """jobs: (prompt, concept, background). Shares that are right, and what was not."""
    right, ground, wrong = 0, 0, []
    for at in range(0, len(jobs), 16):
        part = jobs[at : at + 16]
        pictures = pack.sample([j[0] for j in part], noise_for(len(part), at), **options)
        for (text, concept, background), picture in zip(part, pictures, strict=True):
            c, b = judge(picture)
            right += c == concept
            ground += b == background
            if c != concept or b != background:
                wrong.append(f"{text} -> {judge.names[c]}, {list(PALETTE)[b]}")
    return right / len(jobs), ground / len(jobs), wrong


def make_jobs(captions: Captions, zh: bool, kind: str, seed: int) -> list[tuple[str, int, int]]:
    """kind: 'label' (first names), 'synonym' (any name), 'free' (any caption of the training grammar), 'plain' (no background)."""
    rng = random.Random(seed)
    colours = list(PALETTE)
    jobs = []
    for i, concept in enumerate(captions.concepts):
        names = concept.zh if zh else concept.en
        name = names[0] if kind in ("label", "plain") else rng.choice(names)
        colour = rng.choice(colours)
        if kind == "plain":
            text, colour = (name if zh else f"a {name}"), "white"
        elif kind == "free":
            text = captions.draw(rng, i, colour, zh)
        else:
            text = f"{COLOUR_ZH[colour]}色背景的{name}" if zh else f"a {name} on a {colour} background"
        jobs.append((text, i, colours.index(colour)))
    return jobs


def sheet(pack: Pack, prompts: list[str], path: Path, columns: int = 4, upscale: bool = True, **options: float) -> None:
    pictures = pack.sample(prompts, noise_for(len(prompts), 7), **options)
    if upscale:
        pictures = pack.upscaler.run(None, {"input": pictures / 2 + 0.5})[0] * 2 - 1
    pixels = np.clip((pictures + 1) * 127.5, 0, 255).round().astype(np.uint8).transpose(0, 2, 3, 1)
    side = pixels.shape[1] + 4
    image = Image.new("RGB", (columns * side, -(-len(prompts) // columns) * side), "gray")
    for n, p in enumerate(pixels):
        image.paste(Image.fromarray(p), (n % columns * side + 2, n // columns * side + 2))
    image.save(path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--pack", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--sweep", action="store_true", help="steps, guidance and shift on a part of the prompts")
    parser.add_argument("--time", action="store_true", help="milliseconds per denoiser call")
    parser.add_argument("--kinds", default="label,synonym,free,plain")
    args = parser.parse_args()
    pack = Pack(args.pack, args.threads)
    concepts = load_concepts()
    images = load_images(args.work, concepts)
    judge, captions = Judge(images), Captions(concepts)
    judge.names = [c.en[0] for c in concepts]
    if args.sheet:
        sheet(pack, SHEET, args.sheet)
    if args.time:
        for rows in (1, 2, 4, 8, 16):
            states, pooled = pack.encode(["a red fox"] * rows)
            x = noise_for(rows, 0)
            took = []
            for _ in range(30):
                began = time.perf_counter()
                pack.velocity(x, states, pooled, 0.5)
                took.append(1000 * (time.perf_counter() - began))
            print(f"{rows} rows, {args.threads} thread(s): {np.median(took):.2f} ms (least {min(took):.2f})")
        return
    if args.sweep:
        some = [j for zh in (False, True) for j in make_jobs(captions, zh, "free", 5)[::14]]
        for steps in (8, 12, 20):
            for cfg in (1.0, 1.5, 2.0, 2.5, 3.0):
                for shift in (1.0, 2.0, 3.0):
                    error = sharpness(pack, images, some, steps=steps, cfg=cfg, shift=shift)
                    right, ground, _ = score(pack, judge, some, steps=steps, cfg=cfg, shift=shift)
                    print(f"steps {steps} cfg {cfg} shift {shift}: concept {right:.3f} background {ground:.3f} error {error:.4f}", flush=True)
        return
    for kind in args.kinds.split(","):
        for zh in (False, True):
            jobs = make_jobs(captions, zh, kind, 11)
            right, ground, wrong = score(pack, judge, jobs, steps=STEPS, cfg=CFG, shift=SHIFT)
            print(f"{kind} {'zh' if zh else 'en'}: concept {right:.4f} background {ground:.4f} of {len(jobs)}; wrong: {wrong[:12]}", flush=True)


def sharpness(pack: Pack, images: np.ndarray, jobs: list[tuple[str, int, int]], **options: float) -> float:
    """Mean absolute difference from the reference drawing: blur, seams and wrong colours all count."""
    palette = np.array(list(PALETTE.values()), np.float32) / 255
    total = 0.0
    for at in range(0, len(jobs), 16):
        part = jobs[at : at + 16]
        pictures = pack.sample([j[0] for j in part], noise_for(len(part), at), **options)
        ground = np.stack([np.broadcast_to(palette[j[2]][:, None, None], (3, SIZE, SIZE)) for j in part])
        total += float(np.abs(pictures - compose(images[[j[1] for j in part]], ground)).mean((1, 2, 3)).sum())
    return total / len(jobs)


if __name__ == "__main__":
    main()
