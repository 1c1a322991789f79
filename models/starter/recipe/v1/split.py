"""What is never trained: one in ten combinations, decided by a hash, so that no seed, order or resume can move the line."""
from __future__ import annotations

import hashlib

SHARE = 10  # one in ten


def held(*parts: object) -> bool:
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % SHARE == 0


def held_ground(code: str, ground: str) -> bool:
    return held("ground", code, ground)


def held_count(code: str, n: int) -> bool:
    return n > 1 and held("count", code, n)


def held_pair(a: str, b: str) -> bool:
    """Two things side by side, in whichever order and relation."""
    return held("pair", *sorted((a, b)))


def held_colour(code: str, colour: str) -> bool:
    return held("colour", code, colour)


def held_style(code: str, style: str) -> bool:
    return style != "3d" and held("style", code, style)


def held_name(code: str, language: str, name: str) -> bool:
    return held("name", code, language, name)
