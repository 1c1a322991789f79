"""The things that the pack can draw, with their names in both languages (things.txt)."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Thing:
    code: str  # code points in hexadecimal, without fe0f
    en: tuple[str, ...]  # the first is the label
    zh: tuple[str, ...]
    measure: str  # Chinese measure word
    colours: tuple[str, ...]  # colours that are true of the drawing, where known

    @property
    def label(self) -> str:
        return self.en[0]


def load_things() -> list[Thing]:
    out = []
    for line in (HERE / "things.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, en, zh, measure, colours = line.split("|")
            out.append(Thing(code, tuple(en.split(",")), tuple(zh.split(",")), measure, tuple(filter(None, colours.split(",")))))
    return out
