"""Several short denoiser runs from the same start, ranked: python ablate.py --work work --minutes 8 [NAME ...]

The loss on held-out scenes after equal minutes decides (lower is better); the sheets in work/ablate/NAME show what it means."""
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

RUNS = {
    "base": [],
    "wide": ["--size", "wide"],
    "deep": ["--size", "deep"],
    "small": ["--size", "small"],
    "no-sketch": ["--size", "plain"],
    "no-jitter": ["--jitter", "0"],
    "more-noise": ["--centre", "-1.2"],
    "less-noise": ["--centre", "-0.2"],
    "lr-2e-3": ["--lr", "2e-3"],
    "lr-8e-3": ["--lr", "8e-3"],
    "batch-48": ["--batch", "48"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--minutes", type=float, default=8)
    args = parser.parse_args()
    table = []
    for name in args.names or RUNS:
        folder = args.work / "ablate" / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in [*args.work.glob("drawings-*.npz"), args.work / "vae.pt"]:
            if file.exists() and not (folder / file.name).exists():
                os.link(file, folder / file.name)
        # The losses of runs with another --centre are weighted otherwise: judge those by their sheets.
        subprocess.run([sys.executable, str(Path(__file__).parent / "train.py"), "denoiser", "--work", str(folder), "--fresh",
                        "--minutes", str(args.minutes), "--plan-minutes", str(args.minutes), "--check-minutes", "1000", *RUNS[name]], check=True)
        last = [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines() if "loss_held" in line][-1]
        table.append((last["loss_held"], last["loss_seen"], last["samples"], name))
        (args.work / "ablate" / "table.json").write_text(json.dumps(sorted(table), indent=1) + "\n", "utf-8")
    for held, seen, samples, name in sorted(table):
        print(f"{name:12} held {held:.4f} seen {seen:.4f} samples {samples}")


if __name__ == "__main__":
    main()
