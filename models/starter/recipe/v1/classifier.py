"""Two small networks that say what is in a picture, trained on renders alone: the judge of evaluate.py.

`crop` looks at the place where a thing should be: which thing, which style, which colour. `whole` looks at the picture: which
ground, how many things, which style. Both see jitter, noise and blur, so that a slightly wrong drawing is still recognised.

    python classifier.py --minutes 20"""
from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import store
from compose import CANVASES, Scene
from data import Data
from drawings import STYLES
from grounds import GROUNDS
from recolour import COLOURS

SIDE = 64  # both networks look at 64x64
PAINTS = ["as drawn", *COLOURS]


class Judge(nn.Module):
    def __init__(self, heads: dict[str, int], width: int = 48):
        super().__init__()
        w = width
        layer = lambda a, b, s: nn.Sequential(nn.Conv2d(a, b, 3, stride=s, padding=1), nn.GroupNorm(8, b), nn.SiLU())  # noqa: E731
        self.body = nn.Sequential(layer(3, w, 2), layer(w, w, 1), layer(w, 2 * w, 2), layer(2 * w, 2 * w, 1), layer(2 * w, 4 * w, 2),
                                  layer(4 * w, 4 * w, 1), layer(4 * w, 6 * w, 2))
        self.mix = nn.Linear(6 * w * 16, 384)
        self.heads = nn.ModuleDict({name: nn.Linear(384, n) for name, n in heads.items()})

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        h = F.silu(self.mix(self.body(x).flatten(1)))
        return {name: head(h) for name, head in self.heads.items()}


def judges(things: int) -> nn.ModuleDict:
    return nn.ModuleDict({"crop": Judge({"thing": things, "style": len(STYLES), "colour": len(PAINTS)}),
                          "whole": Judge({"ground": len(GROUNDS), "count": 4, "style": len(STYLES)}, 32)})


def crops(picture: np.ndarray, boxes: list[tuple[int, int, int, int]], rng: np.random.Generator | None = None) -> np.ndarray:
    """[n,3,64,64] float32 -1..1: each box with a margin, as a square. `rng` moves and stretches it a little (training)."""
    image, out = Image.fromarray(picture), []
    for x, y, w, h in boxes:
        side = max(w, h) * 1.16
        cx, cy = x + w / 2, y + h / 2
        if rng is not None:
            cx, cy, side = cx + rng.normal(0, 2.5), cy + rng.normal(0, 2.5), side * rng.uniform(0.92, 1.12)
        box = (cx - side / 2, cy - side / 2, cx + side / 2, cy + side / 2)
        out.append(np.asarray(image.transform((SIDE, SIDE), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR)))
    return np.stack(out).transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1


def whole(picture: np.ndarray) -> np.ndarray:
    small = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small).transpose(2, 0, 1).astype(np.float32) / 127.5 - 1


def labels(scene: Scene) -> dict[str, list[int]]:
    """Of each thing in the order of scene.boxes, and of the picture."""
    shown = [g for g in scene.groups for _ in range(g.n)]
    if scene.relation in ("right", "below"):
        shown = shown[::-1]
    style = STYLES.index(scene.style)
    return {"thing": [g.thing for g in shown], "colour": [PAINTS.index(g.colour or "as drawn") for g in shown],
            "crop style": [style] * len(shown), "ground": [GROUNDS.index(scene.ground)], "count": [len(shown) - 1], "style": [style]}


def roughen(x: Tensor, generator: torch.Generator) -> Tensor:
    """What a small model does to pictures: noise, and the softness of a VAE."""
    if torch.rand((), generator=generator) < 0.5:
        factor = 0.5 + 0.4 * float(torch.rand((), generator=generator))
        x = F.interpolate(F.interpolate(x, scale_factor=factor, mode="bilinear"), size=x.shape[2:], mode="bilinear")
    return x + torch.randn(x.shape, generator=generator) * 0.08 * torch.rand((len(x), 1, 1, 1), generator=generator)


def batch(data: Data, number: int, size: int, held: bool = False, rough: bool = True) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Crops, pictures, labels. The judge is trained on held-out combinations too: it must know what is right."""
    rng = np.random.default_rng([7, number])
    drawn, parts, pictures, truth = [], [], [], {}
    for k in range(size):
        scene = data.composer.scene(77, number * size + k, CANVASES[0], held=held if not rough else bool(rng.random() < 0.2))
        drawn.append((scene, data.composer.render(scene, number * size + k)))
    for scene, picture in drawn:
        parts.append(crops(picture, scene.boxes, rng if rough else None))
        pictures.append(whole(picture))
        for name, values in labels(scene).items():
            truth.setdefault(name, []).extend(values)
    cut, seen = torch.from_numpy(np.concatenate(parts)), torch.from_numpy(np.stack(pictures))
    if rough:
        generator = torch.Generator().manual_seed(number)
        cut, seen = roughen(cut, generator), roughen(seen, generator)
    return cut, seen, {n: torch.tensor(v) for n, v in truth.items()}


def judged(nets: nn.ModuleDict, cut: Tensor, seen: Tensor) -> dict[str, Tensor]:
    dtype = next(nets.parameters()).dtype
    a, b = nets["crop"](cut.to(dtype)), nets["whole"](seen.to(dtype))
    return {"thing": a["thing"], "colour": a["colour"], "crop style": a["style"], **b}


def load(work: Path, things: int) -> nn.ModuleDict:
    nets = judges(things)
    return store.fill(nets, torch.load(work / "classifier.pt", weights_only=False)["average"]).eval()


def accuracy(nets: nn.ModuleDict, data: Data, batches: int = 6) -> dict[str, float]:
    """On renders it never saw, held-out combinations among them; without roughening."""
    right: dict[str, list[float]] = {}
    with torch.no_grad():
        for k in range(batches):
            cut, seen, truth = batch(data, 5_000_000 + k, 64, held=k % 2 == 1, rough=False)
            for name, scores in judged(nets, cut, seen).items():
                right.setdefault(name, []).extend((scores.float().argmax(1) == truth[name]).float().tolist())
    return {name: round(float(np.mean(v)), 4) for name, v in right.items()}


def main() -> None:
    from trainer import Plan, Trainer, faster

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--plan-minutes", type=float, default=25)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    data = Data(args.work, jitter=4)
    nets = judges(len(data.composer.things))
    plan = Plan("classifier", args.work, args.minutes, args.plan_minutes, args.batch, 1, 2e-3, faster(), threads=args.threads)
    trainer = Trainer(nets, plan, {})

    def loss_of(number: int, nets: nn.Module) -> dict[str, Tensor]:
        cut, seen, truth = batch(data, number, plan.share)
        parts = {n: F.cross_entropy(s.float(), truth[n], label_smoothing=0.05) for n, s in judged(nets, cut, seen).items()}
        return {"loss": sum(parts.values()), **parts}

    began = time.time()
    trainer.run(loss_of, lambda: {f"right {n}": v for n, v in accuracy(nets, data).items()})
    print(f"{time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
