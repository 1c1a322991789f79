"""Gives a drawing another colour: the hue that makes up most of it turns, its light and shade stay."""
from __future__ import annotations

import numpy as np

# hue in degrees, saturation and brightness factors; None hue: no hue at all
COLOURS = {
    "red": (358, 1.0, 1.0), "orange": (28, 1.0, 1.05), "yellow": (48, 0.95, 1.15), "green": (130, 0.85, 0.95), "blue": (215, 0.95, 1.0),
    "purple": (275, 0.8, 0.95), "pink": (335, 0.55, 1.15), "black": (None, 0.0, 0.3), "white": (None, 0.0, 1.6), "brown": (24, 0.75, 0.62),
}  # fmt: skip


def hsv(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    high, low = rgb.max(-1), rgb.min(-1)
    span = high - low + 1e-6
    r, g, b = np.moveaxis(rgb, -1, 0)
    hue = np.where(high == r, (g - b) / span % 6, np.where(high == g, (b - r) / span + 2, (r - g) / span + 4)) * 60
    return hue, span / (high + 1e-6), high


def from_hsv(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> np.ndarray:
    k = (np.array([5, 3, 1], np.float32) + (hue / 60)[..., None]) % 6
    return value[..., None] * (1 - saturation[..., None] * np.clip(np.minimum(k, 4 - k), 0, 1))


def recolour(pixels: np.ndarray, colour: str) -> np.ndarray:
    """[h,w,4] uint8 premultiplied -> the same."""
    alpha = pixels[..., 3:].astype(np.float32) / 255
    rgb = pixels[..., :3].astype(np.float32) / 255 / np.maximum(alpha, 1e-3)
    hue, saturation, value = hsv(rgb.clip(0, 1))
    weight = alpha[..., 0] * saturation * (saturation > 0.25) * (value > 0.2)
    histogram = np.histogram(hue, 36, (0, 360), weights=weight)[0]
    smooth = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
    main = smooth.argmax() * 10 + 5
    away = np.abs((hue - main + 180) % 360 - 180)
    # Gradients of the 3D drawings wander by some 40 degrees; whatever is farther is another part (wheels, eyes, leaves).
    mask = (away < 48) * (saturation > 0.16) * (value > 0.1)
    target, s, v = COLOURS[colour]
    typical = np.average(value, weights=weight * mask + 1e-6)
    if target is None:
        new = from_hsv(hue, saturation * 0, np.clip(value * v if v < 1 else 0.8 + (value - typical) * 0.7 + 0.12, 0, 1))
    else:
        turned = (target + ((hue - main + 180) % 360 - 180) * 0.35) % 360
        dark = 0.85 / max(typical, 0.3)  # a dark drawing becomes a colour, not a shade of black
        new = from_hsv(turned, np.clip(np.maximum(saturation, 0.55) * s, 0, 1), np.clip(value * (dark if v >= 0.9 else 1) * v, 0, 1))
    mask = mask[..., None].astype(np.float32)
    out = (rgb * (1 - mask) + new * mask) * alpha * 255
    return np.concatenate([out.round().clip(0, 255).astype(np.uint8), pixels[..., 3:]], -1)
