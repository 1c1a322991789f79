"""log.jsonl -> curves.png: one small chart for each number of each stage, against minutes. Pillow only."""
from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw

W, H, PAD = 300, 170, 26
LEFT_OUT = {"stage", "step", "minutes", "samples", "lr"}


def draw(log: Path, out: Path) -> None:
    series: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for line in log.read_text("utf-8").splitlines() if log.exists() else []:
        entry = json.loads(line)
        for name, value in entry.items():
            if name not in LEFT_OUT and isinstance(value, (int, float)):
                series.setdefault((entry["stage"], name), []).append((entry["minutes"], float(value)))
    columns = 4
    rows = max(1, -(-len(series) // columns))
    image = Image.new("RGB", (columns * W, rows * H), "white")
    pen = ImageDraw.Draw(image)
    for k, ((stage, name), points) in enumerate(sorted(series.items())):
        x0, y0 = k % columns * W + PAD, k // columns * H + PAD
        w, h = W - 2 * PAD, H - 2 * PAD
        values = sorted(v for _, v in points)
        low, high = values[0], values[min(len(values) - 1, int(len(values) * 0.98))]  # the first steps would flatten the rest
        span, end = (high - low) or 1.0, max(m for m, _ in points) or 1.0
        pen.rectangle([x0, y0, x0 + w, y0 + h], outline=(200, 200, 200))
        pen.text((x0, y0 - 14), f"{stage} {name}: {points[-1][1]:.4g}", fill="black")
        pen.text((x0, y0 + h + 2), f"{low:.3g} to {high:.3g}, {end:.0f} min", fill=(120, 120, 120))
        line = [(x0 + m / end * w, y0 + h - min(1.0, (v - low) / span) * h) for m, v in points]
        if len(line) > 1:
            pen.line(line, fill=(40, 90, 200), width=2)
    fresh = out.with_name(out.stem + ".new.png")
    image.save(fresh)
    fresh.replace(out)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
