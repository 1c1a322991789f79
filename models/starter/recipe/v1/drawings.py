"""Every thing's drawing in three styles, trimmed, premultiplied, in one cached file; smaller sizes made once when loaded."""
from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

from sources import PACKAGES, fetch
from things import Thing

STYLES = ("3d", "cartoon", "flat")
SIDE = 112  # pixels of the stored drawing's longer side
SIZES = (104, 80, 60, 40)  # what scenes use: big, normal, two of them, many


def key(name: str) -> str:
    return "-".join(part for part in name.lower().split("-") if part != "fe0f")


def trimmed(image: Image.Image) -> np.ndarray:
    """[SIDE, SIDE, 4] uint8, premultiplied; the longer side fills it, centred, so that size words mean the same for all."""
    image = image.convert("RGBA")
    box = image.getchannel("A").point(lambda a: 255 if a > 16 else 0).getbbox()
    image = image.crop(box).convert("RGBa")  # premultiplied, or dark fringes appear
    scale = SIDE / max(image.size)
    image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS)
    out = np.zeros((SIDE, SIDE, 4), np.uint8)
    pixels = np.frombuffer(image.tobytes(), np.uint8).reshape(image.height, image.width, 4)
    y, x = (SIDE - image.height) // 2, (SIDE - image.width) // 2
    out[y : y + image.height, x : x + image.width] = np.minimum(pixels, pixels[..., 3:])  # LANCZOS may overshoot alpha
    return out


def svg_icons(folder: Path) -> dict[str, str]:
    """Code points -> SVG text of an iconify package."""
    icons = json.loads((folder / "icons.json").read_text("utf-8"))
    chars = json.loads((folder / "chars.json").read_text("utf-8"))
    width, height = icons.get("width", 16), icons.get("height", 16)
    out = {}
    for code, name in chars.items():
        icon = icons["icons"].get(name) or icons["icons"].get(icons.get("aliases", {}).get(name, {}).get("parent", ""))
        if icon:
            w, h = icon.get("width", width), icon.get("height", height)
            out[key(code)] = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                              f'viewBox="{icon.get("left", 0)} {icon.get("top", 0)} {w} {h}" width="{w}" height="{h}">{icon["body"]}</svg>')
    return out


def build(things: list[Thing], work: Path) -> np.ndarray:
    """[things, 3, SIDE, SIDE, 4] uint8; all zero where a style lacks the thing."""
    out = np.zeros((len(things), len(STYLES), SIDE, SIDE, 4), np.uint8)
    round_ones = fetch("@lobehub/fluent-emoji-3d@1.1.0", work)
    files = {key(f.stem): f for f in round_ones.rglob("*.webp")}
    noto, flat = (svg_icons(fetch(n, work)) for n in ("@iconify-json/noto@1.2.9", "@iconify-json/fluent-emoji-flat@1.2.6"))
    for i, thing in enumerate(things):
        out[i, 0] = trimmed(Image.open(files[thing.code]))
        for s, icons in ((1, noto), (2, flat)):
            if thing.code in icons:
                png = bytes(resvg_py.svg_to_bytes(svg_string=icons[thing.code], width=256))
                out[i, s] = trimmed(Image.open(io.BytesIO(png)))
    return out


class Drawings:
    """`sprite(thing, style, size)` -> [h, w, 4] uint8 premultiplied, cut to what is not empty."""

    def __init__(self, things: list[Thing], work: Path):
        # The cache's name holds what it was made from: other things or packages make another file.
        made_from = json.dumps([SIDE, STYLES, PACKAGES, [t.code for t in things]])
        path = work / f"drawings-{hashlib.sha256(made_from.encode()).hexdigest()[:12]}.npz"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.with_suffix(".new").open("wb") as f:
                np.savez_compressed(f, drawings=build(things, work))
            path.with_suffix(".new").replace(path)
        self.full = np.load(path)["drawings"]
        self.has = self.full[..., 3].any((2, 3))  # [things, 3]
        self.cache: dict[tuple, np.ndarray] = {}

    def sprite(self, thing: int, style: int, size: int, recolour=None) -> np.ndarray:
        """`recolour`: (name, function on a premultiplied [h,w,4] float array), applied at full size."""
        name = (thing, style, size, recolour and recolour[0])
        found = self.cache.get(name)
        if found is None:
            pixels = self.full[thing, style]
            if recolour:
                pixels = recolour[1](pixels)
            image = Image.frombytes("RGBa", (SIDE, SIDE), np.ascontiguousarray(pixels).tobytes())
            small = image.resize((size, size), Image.Resampling.LANCZOS)
            pixels = np.frombuffer(small.tobytes(), np.uint8).reshape(size, size, 4)
            pixels = np.minimum(pixels, pixels[..., 3:])
            rows, columns = np.nonzero(pixels[..., 3].max(1) > 8)[0], np.nonzero(pixels[..., 3].max(0) > 8)[0]
            found = self.cache[name] = np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
        return found
