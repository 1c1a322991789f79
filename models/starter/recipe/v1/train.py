"""Trains version 1 of the starter model, stage after stage; every call goes on where the last one stopped.

    python train.py vae --minutes 36
    python train.py decoder --minutes 60      # any time after the vae
    python train.py denoiser --minutes 100
    python train.py distil --minutes 45
    python train.py milestone            # averaged weights of all stages, to be committed
"""
from __future__ import annotations

import os

# Waiting threads must sleep, or a busy neighbour costs ten times; set before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import sampling
import store
from data import Data
from model import SIZES, Config, Starter
from trained import trained_model, trained_vae
from trainer import Plan, Trainer, faster
from vae import CHANNELS, NOISE, Vae, begin_linear, losses

STAGES = ("vae", "decoder", "denoiser", "distil")
PLAN_MINUTES = {"vae": 36, "decoder": 60, "denoiser": 420, "distil": 45}
RATES = {"vae": 2e-3, "decoder": 2e-3, "denoiser": 4e-3, "distil": 6e-4}
BATCHES = {"vae": 24, "decoder": 24, "denoiser": 96, "distil": 96}
ADAM = ("text.embed", "text.place", "denoiser.patch_in", "denoiser.patch_out")  # tables, and what touches latents
THINGS = 3.0
GUIDANCE = 2.0  # what the distilled model gives at cfg 1


def model_of(data: Data, size: str) -> Starter:
    return Starter(Config(data.tokenizer.get_vocab_size(), **SIZES[size]))


def encoder_of(vae: Vae, dtype: torch.dtype):
    """Pixels [b,3,h,w] -> latents float32; the encoder alone computes in dtype."""
    vae.encoder.to(dtype, memory_format=torch.channels_last)
    return torch.no_grad()(lambda pixels: vae.encode(torch.from_numpy(pixels).to(dtype)))


class Pictures:
    """What the VAE is trained on and measured by."""

    def __init__(self, data: Data, plan: Plan, seed: int):
        self.data, self.plan, self.seed = data, plan, seed
        self.held = [torch.from_numpy(data.pixels(data.scenes(k, 16, (128, 128), held=True), k)) for k in range(2)]

    def whole(self, number: int) -> Tensor:
        scenes = self.data.scenes(number, self.plan.share, self.data.canvas(number))
        return torch.from_numpy(self.data.pixels(scenes, number)).contiguous(memory_format=torch.channels_last).to(self.plan.dtype)

    def batch(self, number: int) -> tuple[Tensor, Tensor]:
        """Pictures and noise for their latents. Crops are a quarter of the work for as many different edges; every eighth batch
        keeps the whole, on all threads, so that none waits."""
        x, rng = self.whole(number), random.Random(number)
        if number // self.plan.threads % 8:
            at = [(rng.randrange(x.shape[2] - 63), rng.randrange(x.shape[3] - 63)) for _ in x]
            x = torch.stack([p[:, r : r + 64, c : c + 64] for p, (r, c) in zip(x, at, strict=True)]).contiguous(memory_format=torch.channels_last)
        return x, torch.randn(len(x), CHANNELS, x.shape[2] // 8, x.shape[3] // 8, generator=self.chance(number))

    def chance(self, number: int) -> torch.Generator:
        return torch.Generator().manual_seed(self.seed * 1_000_003 + number)

    def check(self, vae: Vae) -> dict[str, float]:
        kept = [vae.decode(vae.encode(x.to(self.plan.dtype))).float() for x in self.held]
        error = torch.cat([(y.clamp(-1, 1) - x).square().mean((1, 2, 3)) for x, y in zip(self.held, kept, strict=True)])
        sampling.save_sheet(self.plan.work / f"{self.plan.stage}.png", torch.cat([self.held[0][:8], kept[0][:8]]), 8)
        return {"psnr_held": float((10 * torch.log10(4 / error)).mean())}


def train_vae(data: Data, plan: Plan, args: argparse.Namespace) -> None:
    vae, pictures = Vae(), Pictures(data, plan, args.seed)
    begin_linear(vae.encoder, vae.decoder, torch.from_numpy(data.pixels(data.scenes(0, 256, (128, 128)), 0)))
    trainer = Trainer(vae, plan, {})
    vae.to(memory_format=torch.channels_last)  # a fifth faster here

    def loss_of(number: int, model: nn.Module) -> dict[str, Tensor]:
        x, noise = pictures.batch(number)
        return losses(model.decoder, x, model.encoder(x), noise * NOISE)

    def measure() -> None:
        """Mean and deviation of each latent channel, over seen pictures."""
        z = torch.cat([vae.encoder(pictures.whole(k)).float().transpose(0, 1).flatten(1) for k in range(8)], 1)
        vae.mean.copy_(z.mean(1))
        vae.scale.copy_(z.std(1).clamp(min=1e-3))

    trainer.run(loss_of, lambda: pictures.check(vae), measure)


def train_decoder(data: Data, plan: Plan, args: argparse.Namespace) -> None:
    """The decoder alone: latents stay what a denoiser has learned. It sees them with up to three times the noise."""
    vae, pictures = trained_vae(plan.work), Pictures(data, plan, args.seed)
    vae.decoder.requires_grad_(True)
    trainer = Trainer(vae.decoder, plan, {})
    vae.to(memory_format=torch.channels_last)
    vae.encoder.to(plan.dtype)

    def loss_of(number: int, model: nn.Module) -> dict[str, Tensor]:
        x, noise = pictures.batch(1_000_000 + number)
        with torch.no_grad():
            z = vae.encoder(x)
        strength = torch.rand(len(x), 1, 1, 1, generator=pictures.chance(2_000_000 + number)) * 3 * NOISE
        return losses(model, x, z, noise * strength)

    trainer.run(loss_of, lambda: pictures.check(vae))


def noisy(clean: Tensor, seed: int, args: argparse.Namespace) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(clean.shape, generator=generator)
    sigma = 1 - torch.sigmoid(torch.randn(len(clean), generator=generator) * args.spread + args.centre)
    s = sigma.view(-1, 1, 1, 1)
    return (1 - s) * clean + s * noise, sigma


def weighted(error: Tensor, sigma: Tensor, shares: np.ndarray | None = None) -> Tensor:
    """The model predicts the clean latent; dividing by sigma squared makes that the flow's loss, capped so that nearly clean
    pictures do not rule it. Grounds are learned in minutes and fill most of a picture, so things count THINGS times as much."""
    each = error.square().mean(1, keepdim=True)
    if shares is not None:
        weight = 1 + (THINGS - 1) * torch.from_numpy(shares)
        each = each * weight / weight.mean((1, 2, 3), keepdim=True)
    return (each.mean((1, 2, 3)) / sigma.clamp(min=0.4).square()).mean()


def train_denoiser(data: Data, plan: Plan, args: argparse.Namespace) -> None:
    encode = encoder_of(trained_vae(plan.work), plan.dtype)
    vae = trained_vae(plan.work)
    model = model_of(data, args.size)
    trainer = Trainer(model, plan, {"size": args.size}, rest=ADAM)

    def loss_of(number: int, model: nn.Module) -> dict[str, Tensor]:
        pixels, ids, mask, shares = data.batch(number, plan.share)
        clean = encode(pixels)
        x, sigma = noisy(clean, args.seed * 1_000_003 + number, args)
        out = model(x.to(plan.dtype), torch.from_numpy(ids), torch.from_numpy(mask), sigma).float()
        return {"loss": weighted(out - clean, sigma, shares)}

    trainer.run(loss_of, lambda: checks(data, model, vae, encode, plan, args))


def train_distil(data: Data, plan: Plan, args: argparse.Namespace) -> None:
    encode = encoder_of(trained_vae(plan.work), plan.dtype)
    vae = trained_vae(plan.work)
    teacher, about = trained_model(plan.work, data.tokenizer.get_vocab_size(), ("denoiser",))
    size = about["size"]
    model = model_of(data, size)
    model.load_state_dict(teacher.state_dict())
    trainer = Trainer(model, plan, {"size": size, "guidance": GUIDANCE}, rest=ADAM)
    waves = {n: b.clone() for n, b in teacher.named_buffers()}
    teacher.to(plan.dtype)
    for name, value in waves.items():
        owner, _, leaf = name.rpartition(".")
        setattr(teacher.get_submodule(owner), leaf, value)

    def loss_of(number: int, model: nn.Module) -> dict[str, Tensor]:
        pixels, ids, mask, shares = data.batch(1_000_000 + number, plan.share)
        clean, ids, mask = encode(pixels), torch.from_numpy(ids), torch.from_numpy(mask)
        x, sigma = noisy(clean, args.seed * 1_000_003 + number, args)
        x = x.to(plan.dtype)
        with torch.no_grad():
            told, untold = teacher(x, ids, mask, sigma).float(), teacher(x, ids * 0, mask * 0, sigma).float()
            # Late steps need no guidance: it only burns colours there.
            strength = torch.where(sigma > 0.2, GUIDANCE, 1.0).view(-1, 1, 1, 1)
            target = untold + strength * (told - untold)
        out = model(x, ids, mask, sigma).float()
        return {"loss": weighted(out - target, sigma, shares)}

    trainer.run(loss_of, lambda: checks(data, model, vae, encode, plan, args))


def checks(data: Data, model: Starter, vae: Vae, encode, plan: Plan, args: argparse.Namespace) -> dict[str, float]:
    """Losses on fixed scenes, seen and held out, and a sheet of fixed prompts."""
    out = {}
    for name, held in (("seen", False), ("held", True)):
        total = 0.0
        for k in range(3):
            scenes = data.scenes(9_000_000 + k, 32, (128, 128), held)
            clean = encode(data.pixels(scenes, k))
            ids, mask = data.said(scenes, 9_000_000 + k, empty=0)
            x, sigma = noisy(clean, k, args)
            total += float(weighted(model(x.to(plan.dtype), torch.from_numpy(ids), torch.from_numpy(mask), sigma).float() - clean, sigma)) / 3
        out[f"loss_{name}"] = total
    cfg = 1.0 if plan.stage == "distil" else GUIDANCE
    latents = sampling.sample(model, data.tokenizer, sampling.PROMPTS, seed=1, cfg=cfg)
    sampling.save_sheet(plan.work / f"{plan.stage}.png", vae.decode(latents), 8)
    return out


def milestone(work: Path, stages: list[str]) -> None:
    for stage in stages:
        found = store.average_of(stage, work) if (work / f"{stage}.pt").exists() else None
        if found:
            path = store.MILESTONES / f"{stage}.zip"
            print(path.name, store.write_milestone(path, *found), "bytes", found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=[*STAGES, "milestone"])
    parser.add_argument("--work", type=Path, default=Path("work"), help="checkpoints, log, downloads")
    parser.add_argument("--minutes", type=float, default=100, help="of this call")
    parser.add_argument("--plan-minutes", type=float, help="of the stage in all; the learning rate follows it")
    parser.add_argument("--only", choices=STAGES, help="with milestone: this stage alone")
    parser.add_argument("--size", choices=list(SIZES), default="base")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--accumulate", type=int, default=1)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--centre", type=float, default=-0.7, help="of the logit of 1 - sigma")
    parser.add_argument("--spread", type=float, default=1.2)
    parser.add_argument("--jitter", type=int, default=0, help="pixels that things are off their place")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--check-minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="each draws its share of a batch, so pictures depend on their number")
    parser.add_argument("--fresh", action="store_true", help="begin anew: no checkpoint, no milestone of this stage")
    parser.add_argument("--dtype", choices=["auto", "float32", "bfloat16"], default="auto", help="auto: the faster one on this CPU")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    if args.stage == "milestone":
        return milestone(args.work, [args.only] if args.only else list(STAGES))
    data = Data(args.work, args.seed, args.jitter)
    plan = Plan(args.stage, args.work, args.minutes, args.plan_minutes or PLAN_MINUTES[args.stage], args.batch or BATCHES[args.stage],
                args.accumulate, args.lr or RATES[args.stage], faster() if args.dtype == "auto" else getattr(torch, args.dtype), args.save_minutes,
                args.check_minutes, fresh=args.fresh, threads=args.threads)
    {"vae": train_vae, "decoder": train_decoder, "denoiser": train_denoiser, "distil": train_distil}[args.stage](data, plan, args)


if __name__ == "__main__":
    main()
