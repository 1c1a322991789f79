"""Batches: pictures of one canvas with their captions. A batch depends on (seed, number) alone, so a resumed run goes on exactly."""
from __future__ import annotations

import random
from pathlib import Path

import numpy as np

import tokens
from captions import Captions
from compose import CANVASES, Composer, Scene

# Every fourth batch is wide or high: the square is what most people make.
ORDER = (0, 0, 1, 0, 0, 0, 2, 0)


class Data:
    def __init__(self, work: Path, seed: int = 1, jitter: int = 0):
        self.composer = Composer(work, jitter)
        self.captions = Captions(self.composer.things)
        self.tokenizer = tokens.load()
        self.seed = seed

    def scenes(self, number: int, size: int, canvas: tuple[int, int], held: bool = False, kind: str | None = None) -> list[Scene]:
        return [self.composer.scene(self.seed, number * size + k, canvas, held, kind) for k in range(size)]

    def pixels(self, scenes: list[Scene], number: int) -> np.ndarray:
        """[b,3,h,w] float32 in -1..1."""
        drawn = [self.composer.render(s, self.seed * 1_000_003 + number * len(scenes) + k) for k, s in enumerate(scenes)]
        return np.stack(drawn).transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1

    def said(self, scenes: list[Scene], number: int, share_zh: float = 0.45, empty: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
        """ids and mask [b,32]; a tenth are empty, for guidance."""
        rng = random.Random(f"said/{self.seed}/{number}")
        texts = [self.captions.draw(s, "zh" if rng.random() < share_zh else "en", rng) for s in scenes]
        ids, mask = tokens.encode(self.tokenizer, texts)
        tokens.drop_words(ids, mask, rng)
        for row, live in zip(ids, mask, strict=True):
            if rng.random() < empty:
                row[:] = live[:] = 0
        return ids, mask

    def canvas(self, number: int) -> tuple[int, int]:
        return CANVASES[ORDER[number % len(ORDER)]]

    def batch(self, number: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Pixels, ids, mask, and where the things are: `shares`."""
        scenes = self.scenes(number, size, self.canvas(number))
        return self.pixels(scenes, number), *self.said(scenes, number), self.shares(scenes)

    @staticmethod
    def shares(scenes: list[Scene]) -> np.ndarray:
        """[b,1,h/8,w/8] float32: the share of each field of 8x8 pixels that lies in a thing's box; of scenes that were rendered."""
        inside = np.zeros((len(scenes), 1, scenes[0].height, scenes[0].width), np.float32)
        for row, scene in zip(inside[:, 0], scenes, strict=True):
            for x, y, w, h in scene.boxes:
                row[y : y + h, x : x + w] = 1
        b, _, h, w = inside.shape
        return inside.reshape(b, 1, h // 8, 8, w // 8, 8).mean((3, 5))
