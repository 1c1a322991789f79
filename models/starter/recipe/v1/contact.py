"""A sheet of scenes with their captions, to look at: python contact.py --work work --out scenes.png [--held] [--kind relation]"""
from __future__ import annotations

import argparse
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from compose import CANVASES, KINDS
from data import Data

COLUMNS, WIDTH, HEIGHT = 9, 172, 206


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--out", type=Path, default=Path("scenes.png"))
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--held", action="store_true", help="held-out combinations")
    parser.add_argument("--kind", choices=list(KINDS), nargs="*", default=list(KINDS))
    parser.add_argument("--font", help="a font file that has Chinese, for captions in both languages")
    args = parser.parse_args()
    data = Data(args.work)
    font = ImageFont.truetype(args.font, 10) if args.font else ImageFont.load_default()
    sheet = Image.new("RGB", (COLUMNS * WIDTH, len(args.kind) * HEIGHT), "white")
    pen = ImageDraw.Draw(sheet)
    for row, kind in enumerate(args.kind):
        for column in range(COLUMNS):
            canvas = CANVASES[0] if column < 6 else CANVASES[1] if column < 8 else CANVASES[2]
            number = row * 50 + column
            scene = data.composer.scene(args.seed, number, canvas, args.held, kind)
            x, y = column * WIDTH, row * HEIGHT
            sheet.paste(Image.fromarray(data.composer.render(scene, number)), (x, y))
            text = data.captions.draw(scene, "en", random.Random(number))
            if args.font:
                text += " | " + data.captions.draw(scene, "zh", random.Random(number))
            for k in range(0, len(text), 30):
                pen.text((x, y + canvas[1] + 3 + k // 30 * 11), text[k : k + 30], fill="black", font=font)
    sheet.save(args.out)


if __name__ == "__main__":
    main()
