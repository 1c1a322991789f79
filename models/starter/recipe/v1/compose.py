"""Scenes: what stands where, on what ground, in which style and colours. Everything follows from (seed, number)."""
from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from drawings import STYLES, Drawings
from grounds import GROUNDS, PLAIN, SCENES, STANDING, ground
from recolour import COLOURS, recolour
from split import held_colour, held_count, held_ground, held_pair, held_style
from things import Thing, load_things
from words import INVERSE, RECOLOURABLE, UNCOUNTABLE, several_already

CANVASES = ((128, 128), (160, 96), (96, 160))
FOOT = 0.875  # of the height: where things stand
VARIANTS = 40  # drawn versions of each scene, canvas and style; more make the ground harder to learn than it is worth
# How often each kind of scene is trained.
KINDS = {"one": 42, "size": 8, "place": 12, "count": 14, "relation": 13, "several": 7, "mixed": 4}


@dataclass
class Group:
    thing: int
    n: int = 1
    colour: str | None = None  # None: as drawn


@dataclass
class Scene:
    kind: str
    width: int
    height: int
    style: str
    ground: str
    groups: list[Group]
    size: str | None = None  # small, big
    place: str | None = None
    relation: str | None = None  # of the first group to the second
    boxes: list[tuple[int, int, int, int]] = field(default_factory=list)  # filled by rendering, one a thing


@lru_cache(maxsize=4)
def shuffled(count: int, seed: int, turn: int) -> list[int]:
    return random.Random(f"order/{seed}/{turn}").sample(range(count), count)


class Composer:
    """`scene(seed, number)`; `held=False` never shows a held-out combination, `held=True` gives only such (for scoring)."""

    def __init__(self, work: Path, jitter: int = 0):
        self.things: list[Thing] = load_things()
        self.drawings = Drawings(self.things, work)
        self.jitter = jitter
        everyone = range(len(self.things))
        self.countable = [i for i in everyone if not (self.things[i].label in UNCOUNTABLE or several_already(self.things[i].label)
                                                      or " and " in self.things[i].label)]
        self.recolourable = {i for i in everyone if self.things[i].label in RECOLOURABLE}
        self.grounds: dict[tuple, np.ndarray] = {}
        self.shadows: dict[int, np.ndarray] = {}

    def scene(self, seed: int, number: int, canvas: tuple[int, int] = CANVASES[0], held: bool = False, kind: str | None = None) -> Scene:
        rng = random.Random(f"scene/{seed}/{number}/{held}")
        for _ in range(2000):
            found = self._draw(rng, canvas, kind or rng.choices(list(KINDS), list(KINDS.values()))[0], seed, number)
            if self.is_held(found) == held:
                return found
        raise RuntimeError("no such scene")

    def why_held(self, scene: Scene) -> set[str]:
        """Which combinations of it are never trained."""
        codes = [self.things[g.thing].code for g in scene.groups]
        pairs = [(a, b) for k, a in enumerate(codes) for b in codes[k + 1 :]]
        return {
            *("ground" for c in codes if held_ground(c, scene.ground)), *("style" for c in codes if held_style(c, scene.style)),
            *("count" for c, g in zip(codes, scene.groups, strict=True) if held_count(c, g.n)),
            *("colour" for c, g in zip(codes, scene.groups, strict=True) if g.colour and held_colour(c, g.colour)),
            *("pair" for a, b in pairs if held_pair(a, b)),
        }  # fmt: skip

    def is_held(self, scene: Scene) -> bool:
        return bool(self.why_held(scene))

    def scene_where(self, seed: int, number: int, wanted: Callable[[Scene], bool], kind: str, canvas: tuple[int, int] = CANVASES[0]) -> Scene:
        """A scene of this kind for which `wanted` holds: for scoring."""
        rng = random.Random(f"where/{seed}/{number}/{kind}")
        for attempt in range(5000):
            found = self._draw(rng, canvas, kind, seed, number + attempt)
            if wanted(found):
                return found
        raise RuntimeError("no such scene")

    def _draw(self, rng: random.Random, canvas: tuple[int, int], kind: str, seed: int, number: int) -> Scene:
        style = rng.choices(STYLES, [60, 22, 18])[0]
        name = rng.choice(list(PLAIN)) if rng.random() < 0.45 else rng.choice(list(SCENES))
        if rng.random() < 0.12:
            name = "white"  # also what a prompt without a ground means
        pool = self.countable if kind in ("count", "mixed") else range(len(self.things))
        groups = [Group(self._thing(rng, pool, seed, number, 0), rng.choice([2, 3, 4]) if kind == "count" else 1)]
        scene = Scene(kind, *canvas, style, name, groups)
        standing = name in STANDING
        if kind == "size":
            scene.size = rng.choice(["small", "big"])
        elif kind == "place":
            everywhere = ["left", "right", "middle", "top", "bottom", "top left", "top right", "bottom left", "bottom right"]
            scene.place = rng.choice(everywhere[:3] if standing else everywhere)
            scene.size = rng.choice([None, None, "small"])
        elif kind == "relation":
            scene.relation = rng.choice(["left", "right"] if standing and canvas[0] >= canvas[1] else list(INVERSE))
            groups.append(Group(self._other(rng, pool, groups)))
        elif kind == "several":
            for _ in range(rng.choice([1, 1, 2, 2, 3])):
                groups.append(Group(self._other(rng, pool, groups)))
        elif kind == "mixed":
            first = rng.choice([1, 2])
            groups[0].n = first
            groups.append(Group(self._other(rng, pool, groups), 2 if first == 1 else 1))
        for g in groups:
            if g.thing in self.recolourable and rng.random() < 0.45:
                g.colour = rng.choice([c for c in COLOURS if c != name])
        s = STYLES.index(style)
        if not all(self.drawings.has[g.thing, s] for g in groups):
            scene.style = "3d"
        return scene

    def _thing(self, rng: random.Random, pool, seed: int, number: int, again: int) -> int:
        """Mostly each in turn, in an order shuffled every round, so that all are seen equally often."""
        if again == 0 and pool is not self.countable and rng.random() < 0.98:
            turn, place = divmod(number, len(self.things))
            return shuffled(len(self.things), seed, turn)[place]
        return rng.choice(pool)

    def _other(self, rng: random.Random, pool, groups: list[Group]) -> int:
        while (found := rng.choice(pool)) in [g.thing for g in groups]:
            pass
        return found

    def render(self, scene: Scene, seed: int) -> np.ndarray:
        """[h,w,3] uint8."""
        rng = random.Random(f"render/{seed}")
        variant = rng.randrange(VARIANTS)
        at = (scene.ground, scene.width, scene.height, scene.style, variant)
        if scene.ground in PLAIN:
            back = ground(scene.ground, scene.width, scene.height, scene.style, rng)
        else:
            if at not in self.grounds:
                self.grounds[at] = ground(*at[:4], random.Random(f"ground/{at}"))
            back = self.grounds[at]
        out = back.astype(np.uint16)
        scene.boxes = []
        stands = scene.ground in STANDING
        style = STYLES.index(scene.style)
        shown = [g for g in scene.groups for _ in range(g.n)]
        if scene.relation in ("right", "below"):
            shown = shown[::-1]  # slots go from left to right and from above to below
        placed = []
        for g, (cx, cy, size) in zip(shown, slots(scene, len(shown), stands), strict=True):
            change = (g.colour, lambda pixels, c=g.colour: recolour(pixels, c)) if g.colour else None
            sprite = self.drawings.sprite(g.thing, style, size, change)
            h, w = sprite.shape[:2]
            j = self.jitter
            cx, cy = cx + rng.randint(-j, j), cy + rng.randint(-j, j) // (4 if stands else 1)
            x = int(min(max(cx - w / 2, 0), scene.width - w))
            y = int(min(max(cy - h if stands else cy - h / 2, 0), scene.height - h))
            if stands and scene.style != "flat":
                self._shadow(out, x + w / 2, y + h - 1, w)
            placed.append((sprite, x, y, w, h))
        for sprite, x, y, w, h in placed:  # after all shadows: none falls on a neighbour
            part = out[y : y + h, x : x + w]
            alpha = sprite[..., 3:].astype(np.uint16)
            part[:] = sprite[..., :3] + (part * (255 - alpha) + 127) // 255
            scene.boxes.append((x, y, w, h))
        return np.minimum(out, 255).astype(np.uint8)

    def _shadow(self, out: np.ndarray, cx: float, y: float, width: int) -> None:
        if width not in self.shadows:
            w, h = width + 8, max(6, width // 6) + 6
            image = Image.new("L", (w, h), 0)
            ImageDraw.Draw(image).ellipse([5, 4, w - 6, h - 5], fill=95)
            self.shadows[width] = np.asarray(image.filter(ImageFilter.GaussianBlur(2)), np.uint16)[..., None]
        dark = self.shadows[width]
        h, w = dark.shape[:2]
        x0, y0 = int(cx - w / 2), int(y - h / 2)
        a, b = max(0, x0), max(0, y0)
        c, d = min(out.shape[1], x0 + w), min(out.shape[0], y0 + h)
        if c > a and d > b:
            out[b:d, a:c] = out[b:d, a:c] * (255 - dark[b - y0 : d - y0, a - x0 : c - x0]) // 255


def slots(scene: Scene, n: int, stands: bool) -> list[tuple[float, float, int]]:
    """(x, y, size) of each thing: y is the middle, or the foot where there is a ground to stand on. Each x and y is a multiple of
    8, a field of the latent: a thing that stands in a few places is learned in a fraction of the pictures that one anywhere takes."""
    found = places(scene, n, stands)
    snapped = [(snap(x), snap(y), size) for x, y, size in found]
    inside = all(size / 2 <= x <= scene.width - size / 2 and y <= scene.height for x, y, size in snapped)
    return snapped if inside else found


def snap(at: float) -> int:
    return int(at / 8 + 0.5) * 8


def places(scene: Scene, n: int, stands: bool) -> list[tuple[float, float, int]]:
    w, h = scene.width, scene.height
    foot = snap(h * FOOT) if stands else h / 2
    if n == 1:
        size = {"small": 40, "big": 104}.get(scene.size, 60 if scene.place else 80)
        if min(w, h) < 104:
            size = {104: 80, 80: 60}.get(size, size) if scene.kind == "size" and scene.size == "big" else min(size, 80)
        x, y = w / 2, foot
        place = scene.place or ""
        edge = size / 2 + 4
        if "left" in place:
            x = edge
        if "right" in place:
            x = w - edge
        if "top" in place:
            y = edge
        if "bottom" in place:
            y = h - edge
        return [(x, y, size)]
    column = scene.relation in ("above", "below") or (w < h and scene.kind in ("several", "mixed", "count") and not stands and n <= 3)
    if column and not stands:
        size = 60 if h / n >= 60 else 40
        return [(w / 2, h * (k + 0.5) / n, size) for k in range(n)]
    if column:  # one thing over another: the lower one stands, the upper one floats
        return [(w / 2, foot - 64 if h <= 128 else foot - 72, 40 if h < 128 else 60), (w / 2, foot, 40 if h < 128 else 60)][:n]
    if n == 4 and w <= h or (n == 3 and w < h):
        size = 60 if w >= 120 and not stands else 40
        tops = (foot - 48, foot) if stands else (h * 0.27, h * 0.73)
        places = [(w * 0.27, tops[0]), (w * 0.73, tops[0]), (w * 0.27, tops[1]), (w * 0.73, tops[1])]
        if n == 3:
            places = [(w * 0.5, tops[0]), *places[2:]]
        return [(x, y, size) for x, y in places]
    size = next((s for s in (60, 40) if s * n <= w + 2), 40)
    return [(w * (k + 0.5) / n, foot, size) for k in range(n)]


__all__ = ["CANVASES", "GROUNDS", "Composer", "Group", "Scene"]
