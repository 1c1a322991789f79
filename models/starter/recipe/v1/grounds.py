"""Grounds that things are put on: plain colours and drawn scenes, each a function of (size, style, random numbers)."""
from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageDraw

PLAIN = {
    "white": (250, 250, 250), "red": (225, 60, 55), "blue": (70, 130, 230), "green": (80, 180, 95), "yellow": (250, 215, 70),
    "purple": (150, 95, 210), "black": (35, 35, 40), "pink": (250, 165, 200), "orange": (245, 150, 60), "brown": (140, 95, 65),
    "gray": (150, 152, 158),
}  # fmt: skip
SCALE = 2  # scenes are drawn at twice the size and averaged down, which smooths their edges


class Canvas:
    def __init__(self, width: int, height: int, style: str, rng: random.Random):
        self.w, self.h, self.style, self.rng = width * SCALE, height * SCALE, style, rng
        self.image = Image.new("RGB", (self.w, self.h))
        self.draw = ImageDraw.Draw(self.image)

    def shade(self, colour: tuple, by: float = 0.04) -> tuple:
        """The colour with a little of its own light: no two pictures have quite the same ground."""
        f = 1 + self.rng.uniform(-by, by)
        return tuple(max(0, min(255, round(c * f + self.rng.uniform(-4, 4)))) for c in colour)

    def fill(self, top: tuple, bottom: tuple, y0: float = 0, y1: float = 1) -> None:
        """A vertical gradient between two heights (0 top, 1 bottom); flat pictures have flat colours."""
        a, b = round(y0 * self.h), round(y1 * self.h)
        top, bottom = np.array(self.shade(top), np.float32), np.array(self.shade(bottom), np.float32)
        if self.style == "flat":
            top = bottom = (top + bottom) / 2
        t = np.linspace(0, 1, max(1, b - a), dtype=np.float32)[:, None]
        rows = (top * (1 - t) + bottom * t).round().astype(np.uint8)
        self.image.paste(Image.fromarray(np.repeat(rows[:, None], self.w, 1)), (0, a))

    def hill(self, y: float, rise: float, colour: tuple, waves: float = 1.0) -> None:
        """A soft hill line at height y (0..1), filled to the bottom."""
        phase, x = self.rng.uniform(0, 6.28), np.linspace(0, 1, 40)
        line = y - rise * np.sin(x * 6.28 * waves + phase)
        points = [(u * self.w, v * self.h) for u, v in zip(x, line, strict=True)]
        self.draw.polygon([*points, (self.w, self.h), (0, self.h)], fill=self.shade(colour))

    def peak(self, x: float, y: float, width: float, height: float, colour: tuple, cap: tuple | None = None) -> None:
        w, h = width * self.w / 2, height * self.h
        cx, base = x * self.w, y * self.h
        self.draw.polygon([(cx - w, base), (cx, base - h), (cx + w, base)], fill=self.shade(colour))
        if cap:
            self.draw.polygon([(cx - w * 0.3, base - h * 0.7), (cx, base - h), (cx + w * 0.3, base - h * 0.7),
                               (cx + w * 0.1, base - h * 0.62), (cx - w * 0.1, base - h * 0.66)], fill=self.shade(cap, 0.01))

    def disc(self, x: float, y: float, r: float, colour: tuple) -> None:
        """r in parts of the shorter side."""
        r *= min(self.w, self.h)
        self.draw.ellipse([x * self.w - r, y * self.h - r, x * self.w + r, y * self.h + r], fill=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: tuple) -> None:
        left, top = round(x0 * self.w), round(y0 * self.h)  # at least a line: on low canvases the thin ones would vanish
        self.draw.rectangle([left, top, max(left, round(x1 * self.w) - 1), max(top, round(y1 * self.h) - 1)], fill=colour)

    def cloud(self, x: float, y: float, r: float, colour: tuple = (255, 255, 255)) -> None:
        for dx, dy, k in ((-1.1, 0.15, 0.7), (0, -0.1, 1.0), (1.1, 0.2, 0.75), (0.5, 0.25, 0.8), (-0.5, 0.3, 0.7)):
            self.disc(x + dx * r * min(self.w, self.h) / self.w, y + dy * r * min(self.w, self.h) / self.h, r * k, colour)

    def dots(self, n: int, y0: float, y1: float, r: tuple[float, float], colours: list[tuple]) -> None:
        for _ in range(n):
            self.disc(self.rng.random(), self.rng.uniform(y0, y1), self.rng.uniform(*r), self.rng.choice(colours))

    def done(self) -> np.ndarray:
        return np.asarray(self.image.reduce(SCALE))


def grass(c: Canvas) -> None:
    c.fill((120, 195, 250), (215, 240, 255), 0, 0.62)
    for _ in range(c.rng.randint(1, 2)):
        c.cloud(c.rng.uniform(0.1, 0.9), c.rng.uniform(0.08, 0.25), 0.06)
    c.hill(0.58, 0.03, (140, 205, 105))
    c.hill(0.66, 0.02, (105, 185, 80))
    for _ in range(26):
        x, y = c.rng.random() * c.w, c.rng.uniform(0.72, 0.98) * c.h
        c.draw.polygon([(x - 3, y), (x, y - 9), (x + 3, y)], fill=(80, 160, 62))


def beach(c: Canvas) -> None:
    c.fill((110, 195, 250), (205, 238, 255), 0, 0.4)
    c.disc(c.rng.choice([0.14, 0.86]), 0.13, 0.08, (255, 225, 95))
    c.fill((40, 150, 205), (85, 200, 220), 0.4, 0.68)
    c.hill(0.615, 0.012, (240, 250, 250), 1.5)
    c.hill(0.64, 0.012, (242, 216, 160), 1.5)
    c.dots(30, 0.7, 1, (0.004, 0.008), [(222, 190, 130), (250, 232, 190)])


def night(c: Canvas) -> None:
    c.fill((14, 18, 56), (52, 58, 122), 0, 1)
    c.dots(45, 0, 0.75, (0.004, 0.010), [(255, 255, 255), (255, 245, 200), (200, 215, 255)])
    x = c.rng.choice([0.15, 0.85])
    c.disc(x, 0.16, 0.08, (250, 240, 190))
    c.hill(0.86, 0.02, (24, 28, 58))


def snow(c: Canvas) -> None:
    c.fill((165, 195, 225), (225, 236, 246), 0, 0.7)
    for x in (0.08, 0.2, 0.82, 0.95):
        x, k = x + c.rng.uniform(-0.04, 0.04), c.rng.uniform(0.8, 1.1)
        for i in range(3):
            c.peak(x, 0.66 - 0.07 * i * k, (0.15 - 0.03 * i) * k, 0.12 * k, (70, 125, 115), (250, 252, 255))
    c.hill(0.64, 0.02, (248, 251, 255))
    c.hill(0.76, 0.02, (234, 241, 250))
    c.dots(36, 0, 0.9, (0.006, 0.012), [(255, 255, 255)])


def underwater(c: Canvas) -> None:
    c.fill((60, 190, 225), (12, 70, 150), 0, 1)
    if c.style != "flat":
        rays = Image.new("L", (c.w, c.h), 0)
        pen = ImageDraw.Draw(rays)
        for _ in range(4):
            x = c.rng.uniform(0, 1) * c.w
            pen.polygon([(x, 0), (x + 0.08 * c.w, 0), (x - 0.1 * c.w, c.h), (x - 0.28 * c.w, c.h)], fill=26)
        c.image.paste((235, 255, 255), (0, 0), rays)
    c.hill(0.9, 0.02, (205, 185, 130))
    for _ in range(5):
        x = c.rng.choice([c.rng.uniform(0, 0.22), c.rng.uniform(0.78, 1)]) * c.w
        top, colour = c.rng.uniform(0.62, 0.78) * c.h, c.rng.choice([(40, 150, 95), (60, 170, 110), (225, 110, 120)])
        points = [(x + 5 * np.sin(k * 1.1), c.h * 0.93 + (top - c.h * 0.93) * k / 8) for k in range(9)]
        c.draw.line(points, fill=colour, width=7, joint="curve")
    for _ in range(14):
        x, y, r = c.rng.random() * c.w, c.rng.uniform(0.05, 0.8) * c.h, c.rng.uniform(2, 5)
        c.draw.ellipse([x - r, y - r, x + r, y + r], outline=(205, 240, 255), width=2)


def sunset(c: Canvas) -> None:
    c.fill((92, 62, 150), (240, 110, 110), 0, 0.36)
    c.fill((240, 110, 110), (255, 205, 110), 0.36, 0.66)
    c.disc(c.rng.uniform(0.35, 0.65), 0.62, 0.17, (255, 236, 140))
    c.fill((190, 95, 110), (75, 45, 95), 0.66, 1)
    for _ in range(9):
        y, w = c.rng.uniform(0.69, 0.84), c.rng.uniform(0.05, 0.16)
        x = c.rng.uniform(0.3, 0.7)
        c.box(x - w / 2, y, x + w / 2, y + 0.008, (255, 190, 120))


def street(c: Canvas) -> None:
    c.fill((150, 205, 245), (220, 238, 250), 0, 0.7)
    x = -0.03
    while x < 1:
        w, top = c.rng.uniform(0.13, 0.22), c.rng.uniform(0.14, 0.38)
        wall = c.shade(c.rng.choice([(200, 130, 110), (215, 190, 150), (140, 160, 190), (175, 150, 180), (225, 165, 110)]))
        c.box(x, top, x + w, 0.66, wall)
        pane = tuple(min(255, v + 45) for v in wall)
        for row in range(5):
            for column in range(3):
                y = top + 0.035 + row * 0.1
                if y < 0.58:
                    c.box(x + w * (0.12 + 0.3 * column), y, x + w * (0.28 + 0.3 * column), y + 0.05, pane)
        x += w + 0.005
    c.box(0, 0.66, 1, 0.73, c.shade((190, 190, 192)))
    c.box(0, 0.73, 1, 1, c.shade((88, 90, 98)))
    for k in range(5):
        c.box(k * 0.25 - 0.06, 0.945, k * 0.25 + 0.07, 0.965, (240, 235, 215))


def room(c: Canvas) -> None:
    wall = c.rng.choice([(240, 215, 185), (205, 222, 205), (200, 215, 232), (235, 205, 205)])
    c.fill(tuple(min(255, v + 8) for v in wall), wall, 0, 0.72)
    side = c.rng.choice([0, 1])
    x = 0.06 if side else 0.66
    c.box(x - 0.02, 0.08, x + 0.3, 0.42, (250, 250, 245))
    c.box(x, 0.1, x + 0.28, 0.4, (165, 215, 245))
    c.box(x + 0.13, 0.1, x + 0.15, 0.4, (250, 250, 245))
    c.box(x, 0.24, x + 0.28, 0.26, (250, 250, 245))
    p = 0.72 if side else 0.1
    c.box(p, 0.14, p + 0.2, 0.36, (120, 80, 55))
    c.box(p + 0.02, 0.16, p + 0.18, 0.34, c.rng.choice([(240, 180, 90), (110, 170, 150), (210, 120, 120)]))
    c.box(0, 0.66, 1, 0.69, (250, 248, 242))
    c.fill((190, 135, 88), (165, 112, 70), 0.69, 1)
    for k in range(1, 4):
        c.box(0, 0.69 + 0.08 * k, 1, 0.694 + 0.08 * k, (146, 98, 62))


def forest(c: Canvas) -> None:
    c.fill((190, 228, 205), (150, 205, 160), 0, 0.74)
    for shade, y, step in (((95, 160, 115), 0.62, 0.13), ((52, 118, 80), 0.68, 0.2)):
        x = c.rng.uniform(-0.1, 0)
        while x < 1.1:
            c.box(x - 0.015, y - 0.05, x + 0.015, y + 0.05, (110, 80, 55))
            k = c.rng.uniform(0.85, 1.15)
            for i in range(3):
                c.peak(x, y - 0.11 * i * k, (0.22 - 0.045 * i) * k, 0.2 * k, shade)
            x += step * c.rng.uniform(0.8, 1.2)
    c.hill(0.69, 0.012, (96, 140, 72))
    c.hill(0.8, 0.012, (80, 122, 62))


def desert(c: Canvas) -> None:
    c.fill((250, 205, 140), (255, 236, 190), 0, 0.7)
    c.disc(c.rng.uniform(0.15, 0.85), 0.17, 0.09, (255, 250, 215))
    c.hill(0.56, 0.06, (228, 168, 100), 0.9)
    c.hill(0.68, 0.04, (216, 150, 84), 1.2)
    c.hill(0.82, 0.02, (226, 165, 98), 0.8)


def mountains(c: Canvas) -> None:
    c.fill((120, 180, 235), (222, 238, 250), 0, 0.7)
    for x, k, colour in ((0.15, 0.8, (130, 145, 175)), (0.85, 0.9, (130, 145, 175)), (0.5, 1.1, (105, 120, 152))):
        c.peak(x + c.rng.uniform(-0.06, 0.06), 0.7, 0.75 * k, 0.5 * k, colour, (250, 252, 255))
    c.hill(0.68, 0.02, (110, 160, 95))
    c.hill(0.8, 0.012, (92, 142, 80))


def space(c: Canvas) -> None:
    c.fill((20, 10, 40), (8, 10, 28), 0, 1)
    c.dots(70, 0, 1, (0.003, 0.009), [(255, 255, 255), (255, 220, 180), (180, 210, 255)])
    x, y = c.rng.choice([(0.14, 0.16), (0.86, 0.18), (0.87, 0.84), (0.13, 0.85)])
    colour = c.rng.choice([(205, 110, 85), (90, 140, 210), (190, 150, 215)])
    c.disc(x, y, 0.11, colour)
    c.disc(x - 0.025, y - 0.025, 0.06, tuple(min(255, v + 24) for v in colour))


def rain(c: Canvas) -> None:
    c.fill((92, 104, 124), (150, 162, 178), 0, 0.72)
    for x in (0.15, 0.5, 0.86):
        c.cloud(x + c.rng.uniform(-0.06, 0.06), 0.08, 0.1, c.shade((185, 192, 204)))
    c.fill((104, 118, 128), (82, 94, 106), 0.72, 1)
    for _ in range(60):
        x, y = c.rng.random() * c.w, c.rng.random() * c.h
        c.draw.line([(x, y), (x - 4, y + 13)], fill=(202, 220, 240), width=2)
    for _ in range(4):
        x, y = c.rng.random() * c.w, c.rng.uniform(0.8, 0.97) * c.h
        c.draw.ellipse([x - 20, y - 5, x + 20, y + 5], outline=(178, 196, 212), width=2)


def table(c: Canvas) -> None:
    wall = c.rng.choice([(225, 232, 225), (235, 225, 232), (222, 230, 240), (245, 236, 215)])
    c.fill(wall, tuple(v - 14 for v in wall), 0, 0.7)
    if c.style != "flat":
        for k in range(1, 6):
            c.box(0, k * 0.11, 1, k * 0.11 + 0.006, tuple(v - 26 for v in wall))
    c.fill((205, 150, 95), (178, 122, 72), 0.66, 0.93)
    c.box(0, 0.66, 1, 0.675, (226, 176, 122))
    for _ in range(9):
        x, y = c.rng.random(), c.rng.uniform(0.7, 0.91)
        c.box(x - 0.12, y, x + 0.12, y + 0.006, (165, 112, 66))
    c.box(0, 0.93, 1, 1, (128, 84, 48))


SCENES = {f.__name__: f for f in (grass, beach, night, snow, underwater, sunset, street, room, forest, desert, mountains, space, rain, table)}
GROUNDS = [*PLAIN, *SCENES]
STANDING = set(SCENES) - {"space", "underwater"}  # there things have a ground to stand on; elsewhere they hang in the middle


def plain(colour: str, width: int, height: int, style: str, rng: random.Random) -> np.ndarray:
    """A colour with a faint light from one side: a wall, not a hole."""
    lighter, wobble = (rng.gauss(0, 0.004), 0.004) if colour == "white" else (rng.gauss(0, 0.025), 0.012)
    base = np.array([c / 255 + lighter + rng.gauss(0, wobble) for c in PLAIN[colour]], np.float32)
    angle, strength = rng.uniform(0, 6.2832), 0.0 if style == "flat" else rng.uniform(0, 0.05)
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
    light = (np.sin(angle) * y + np.cos(angle) * x) * strength
    return ((base + light[..., None]).clip(0, 1) * 255).round().astype(np.uint8)


def ground(name: str, width: int, height: int, style: str, rng: random.Random) -> np.ndarray:
    """[h,w,3] uint8."""
    if name in PLAIN:
        return plain(name, width, height, style, rng)
    canvas = Canvas(width, height, style, rng)
    SCENES[name](canvas)
    return canvas.done()
