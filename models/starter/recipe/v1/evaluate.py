"""Scores: python evaluate.py --work work --out scores (table as Markdown and JSON, sheets of pictures).

Every row is a kind of prompt, seen or held out, in one language. A picture is judged where its things should stand, so a right
thing in a wrong place is wrong. `--source renders` and `--source vae` score true renders and what the VAE keeps of them: what the
judge and the VAE cost, and the most that the model could reach."""
from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import classifier
import sampling
import store
from compose import Scene
from data import Data
from export import load as load_model
from packed import Pack
from vae import CHANNELS

# name -> (kind, which scenes). Each held-out row has one reason to be held out, so that it scores one thing.
ROWS: dict[str, tuple[str, Callable[[set[str], Scene], bool]]] = {
    "thing and ground, seen": ("one", lambda why, s: not why and not s.groups[0].colour),
    "thing and ground, held out": ("one", lambda why, s: why == {"ground"} and not s.groups[0].colour),
    "name held out": ("one", lambda why, s: not why and not s.groups[0].colour),
    "colour, seen": ("one", lambda why, s: not why and s.groups[0].colour is not None),
    "colour, held out": ("one", lambda why, s: why == {"colour"}),
    "style, seen": ("one", lambda why, s: not why and s.style != "3d"),
    "style, held out": ("one", lambda why, s: why == {"style"}),
    "size, seen": ("size", lambda why, s: not why),
    "place, seen": ("place", lambda why, s: not why),
    "place, held-out ground": ("place", lambda why, s: why == {"ground"}),
    "count, seen": ("count", lambda why, s: not why),
    "count, held out": ("count", lambda why, s: why == {"count"}),
    "relation, seen": ("relation", lambda why, s: not why),
    "relation, held-out pair": ("relation", lambda why, s: why == {"pair"}),
    "several, seen": ("several", lambda why, s: not why),
    "several, held-out pair": ("several", lambda why, s: why == {"pair"}),
}
COLUMNS = ("thing", "thing top-5", "all things", "ground", "thing and ground", "count", "colour", "style", "shuffled")


class Source:
    """Where pictures come from: `picture(scenes, prompts, seed)` -> [n,h,w,3] uint8."""

    def __init__(self, args: argparse.Namespace, data: Data):
        self.args, self.data = args, data
        if args.source == "pack":
            self.pack = Pack(args.pack, 2)
        elif args.source in ("torch", "vae"):
            self.vae, self.model, _ = load_model(args.work, args.untrained, args.size)

    def pictures(self, scenes: list[Scene], prompts: list[str], seed: int) -> np.ndarray:
        renders = np.stack([self.data.composer.render(s, 10_000_019 * (seed + 1) + k) for k, s in enumerate(scenes)])  # fills boxes too
        if self.args.source == "renders":
            return renders
        if self.args.source == "vae":
            with torch.no_grad():
                x = torch.from_numpy(renders.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
                return sampling.to_bytes(self.vae.decode(self.vae.encode(x)))
        if self.args.source == "pack":
            shape = (CHANNELS, 16, 16)
            noise = torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed + k)) for k in range(len(prompts))])
            return sampling.to_bytes(torch.from_numpy(self.pack.sample(prompts, noise.numpy(), self.args.steps, self.args.cfg)))
        with torch.no_grad():
            return sampling.to_bytes(self.vae.decode(sampling.sample(self.model, self.data.tokenizer, prompts, seed, self.args.cfg, self.args.steps)))


def scenes_of(data: Data, row: str, n: int, lang: str) -> list[Scene]:
    kind, wanted = ROWS[row]

    def fits(scene: Scene) -> bool:
        known = row != "name held out" or bool(data.captions.names[scene.groups[0].thing, lang][1])
        return known and wanted(data.composer.why_held(scene), scene)

    return [data.composer.scene_where(1234, 7_000 + 17 * k, fits, kind) for k in range(n)]


def score(nets, scenes: list[Scene], pictures: np.ndarray) -> tuple[list[dict[str, float]], list[list[int]]]:
    """One dictionary of marks a picture (missing: does not apply), and the things that were recognised."""
    marks, found = [], []
    with torch.no_grad():
        for scene, picture in zip(scenes, pictures, strict=True):
            truth = classifier.labels(scene)
            cut = torch.from_numpy(classifier.crops(picture, scene.boxes))
            got = classifier.judged(nets, cut, torch.from_numpy(classifier.whole(picture))[None])
            things, want = got["thing"], torch.tensor(truth["thing"])
            right = (things.argmax(1) == want).float()
            ground = float(got["ground"].argmax(1)[0] == truth["ground"][0])
            mark = {"thing": float(right.mean()), "thing top-5": float((things.topk(5)[1] == want[:, None]).any(1).float().mean()),
                    "all things": float(right.min()), "ground": ground, "thing and ground": float(right.min()) * ground,
                    "count": float(got["count"].argmax(1)[0] == truth["count"][0]), "style": float(got["style"].argmax(1)[0] == truth["style"][0]),
                    "sure": float(things.softmax(1).gather(1, want[:, None]).mean())}
            if any(g.colour for g in scene.groups):
                mark["colour"] = float((got["colour"].argmax(1) == torch.tensor(truth["colour"])).float().min())
            marks.append(mark)
            found.append(things.argmax(1).tolist())
    return marks, found


def run(args: argparse.Namespace, data: Data) -> dict[str, dict[str, float]]:
    nets, source, table = classifier.load(args.work, len(data.composer.things)), Source(args, data), {}
    for row in ROWS if not args.rows else [r for r in ROWS if any(part in r for part in args.rows)]:
        for lang in ("en", "zh"):
            marks, worst = [], []
            scenes = scenes_of(data, row, args.prompts, lang)
            rng = random.Random(f"{row}/{lang}")
            prompts = [data.captions.draw(s, lang, rng, held_names=row == "name held out") for s in scenes]
            for seed in range(args.seeds):
                for k in range(0, len(scenes), 32):
                    part = scenes[k : k + 32]
                    pictures = source.pictures(part, prompts[k : k + 32], 1000 * seed + k)
                    got, found = score(nets, part, pictures)
                    other = part[1:] + part[:1]  # what the neighbour's prompt asked for: chance, with the same distribution
                    for mark, names, stranger in zip(got, found, other, strict=True):
                        mark["shuffled"] = float(np.mean([t in [g.thing for g in stranger.groups] for t in names]))
                    marks += got
                    worst += list(zip([m["sure"] for m in got], pictures, prompts[k : k + 32], strict=True))
            table[f"{row} ({lang})"] = {c: float(np.mean([m[c] for m in marks if c in m])) for c in COLUMNS if any(c in m for m in marks)}
            print(f"{row} ({lang})", {c: round(v, 3) for c, v in table[f"{row} ({lang})"].items()}, flush=True)
            sheet(args.out / f"worst-{row}-{lang}.png".replace(" ", "-").replace(",", ""), sorted(worst, key=lambda w: w[0])[:10])
    return table


def sheet(path: Path, worst: list) -> None:
    """The ten of which the judge was least sure; their prompts in a text file beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (5 * 132, 2 * 132), "white")
    for k, (_, picture, _) in enumerate(worst):
        image.paste(Image.fromarray(picture), (k % 5 * 132, k // 5 * 132))
    image.save(path)
    path.with_suffix(".txt").write_text("\n".join(f"{sure:.2f} {prompt}" for sure, _, prompt in worst) + "\n", "utf-8")


def memorised(args: argparse.Namespace, data: Data, trained: int = 3000, made: int = 64) -> dict[str, float]:
    """Is a picture of a held-out combination nearer to a trained picture than a true render of that combination is? Root mean
    square difference at 32x32 to the nearest of `trained` renders: about 1 in the ratio is no sign of copying."""
    small = lambda p: np.asarray(Image.fromarray(p).resize((32, 32), Image.Resampling.BOX), np.float32).ravel() / 255  # noqa: E731
    bank = np.stack([small(data.composer.render(data.composer.scene(1, k), k)) for k in range(trained)])
    scenes = scenes_of(data, "thing and ground, held out", made, "en")
    prompts = [data.captions.draw(s, "en", random.Random(k)) for k, s in enumerate(scenes)]
    pictures = Source(args, data).pictures(scenes, prompts, 5)
    renders = np.stack([data.composer.render(s, 99_000_000 + k) for k, s in enumerate(scenes)])
    near = [[float(np.sqrt(((bank - small(p)) ** 2).mean(1)).min()) for p in group] for group in (pictures, renders)]
    return {"made": float(np.mean(near[0])), "true": float(np.mean(near[1])), "ratio": float(np.mean(near[0]) / np.mean(near[1]))}


def as_markdown(table: dict[str, dict[str, float]]) -> str:
    lines = ["| prompts | " + " | ".join(COLUMNS) + " |", "| --- |" + " --- |" * len(COLUMNS)]
    for row, values in table.items():
        lines.append(f"| {row} | " + " | ".join(f"{100 * values[c]:.1f}" if c in values else "" for c in COLUMNS) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--out", type=Path, default=Path("scores"))
    parser.add_argument("--source", choices=["torch", "pack", "vae", "renders"], default="torch")
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--prompts", type=int, default=192, help="of each row and language")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--cfg", type=float, default=1.0)
    parser.add_argument("--rows", nargs="*", help="only rows whose name holds one of these")
    parser.add_argument("--untrained", action="store_true")
    parser.add_argument("--size", default="base")
    args = parser.parse_args()
    torch.set_num_threads(2)
    data = Data(args.work)
    nets = classifier.load(args.work, len(data.composer.things))
    judge = classifier.accuracy(nets, data)
    print("the judge on renders:", judge)
    table = run(args, data)
    copies = memorised(args, data) if not args.rows and args.source in ("torch", "pack") else None
    facts = {"source": args.source, "steps": args.steps, "cfg": args.cfg, "seeds": args.seeds, "prompts": args.prompts, "judge": judge,
             "memorised": copies, "rows": table}
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "scores.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (args.out / "scores.md").write_text(as_markdown(table), "utf-8")


if __name__ == "__main__":
    main()
