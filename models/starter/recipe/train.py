"""Trains the starter model from scratch: python train.py --minutes 50. Resumes from its checkpoint if there is one."""
from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from pathlib import Path

import torch

from data import Batches, build_tokenizer, load_concepts, load_images
from model import Starter

BATCH = 64
LR = 1.5e-3
WARM_UP = 200


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("work"), help="checkpoints and downloads")
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fp32", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    checkpoint = args.work / "checkpoint.pt"

    concepts = load_concepts()
    tokenizer = build_tokenizer(concepts)
    batches = Batches(concepts, load_images(args.work, concepts), tokenizer, args.seed)
    model = Starter(tokenizer.get_vocab_size())
    # Masters and averages stay in float32; the model that computes is bfloat16 as a whole (no autocast).
    masters = [p.detach().clone().requires_grad_() for p in model.parameters()]
    average = [p.detach().clone() for p in masters]
    frequency = model.denoiser.frequency.clone()
    dtype = torch.float32 if args.fp32 else torch.bfloat16
    model.to(dtype)
    model.denoiser.frequency = frequency
    params = list(model.parameters())
    optimizer = torch.optim.AdamW(masters, lr=LR, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    step, spent = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        for mine, old in ((masters, saved["masters"]), (average, saved["average"])):
            torch._foreach_copy_([m.data for m in mine], old)
        torch._foreach_copy_([p.data for p in params], [m.data for m in masters])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent, batches.number = saved["step"], saved["spent"], saved["step"]
    print(f"{sum(p.numel() for p in params)} parameters, {len(concepts)} concepts, "
          f"{tokenizer.get_vocab_size()} words, from step {step}", flush=True)

    def save() -> None:
        state = {"masters": [m.data for m in masters], "average": average, "optimizer": optimizer.state_dict(),
                 "step": step, "spent": spent, "seed": args.seed}
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)

    def loss_of(clean: torch.Tensor, ids: torch.Tensor, noise: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        s = sigma.view(-1, 1, 1, 1)
        noisy = ((1 - s) * clean + s * noise).to(dtype)
        error = (model(noisy, ids, sigma).float() - clean).square().mean((1, 2, 3))
        return (error / sigma.clamp(min=0.5).square()).mean()

    generator = torch.Generator()
    total, last_save, last_print, seen, sums = args.minutes * 60, time.time(), time.time(), 0, 0.0
    while spent < total:
        began = time.time()
        done = spent / total
        # Warm up, hold, then fall to 2 % over the last 40 % of the time.
        rate = LR * min(1.0, (step + 1) / WARM_UP) * max(0.02, min(1.0, 1 - 0.98 * (done - 0.6) / 0.4))
        optimizer.param_groups[0]["lr"] = rate
        pixels, tokens = batches.next(BATCH)
        clean, ids = torch.from_numpy(pixels), torch.from_numpy(tokens)
        generator.manual_seed(args.seed * 1_000_003 + step)
        noise = torch.randn(clean.shape, generator=generator)
        sigma = 1 - torch.sigmoid(torch.randn(BATCH, generator=generator) * 1.2 - 0.9)
        loss = loss_of(clean, ids, noise, sigma)
        loss.backward()
        for master, p in zip(masters, params, strict=True):
            master.grad = p.grad.float()
            p.grad = None
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_copy_(params, masters)
            torch._foreach_lerp_(average, masters, 1 - min(0.9995, 1 - 1 / (step / 8 + 2)))
        step += 1
        seen += BATCH
        sums += loss.item() * BATCH
        spent += time.time() - began
        if time.time() - last_print > 20:
            print(f"step {step} loss {sums / seen:.4f} lr {rate:.2e} {seen / (time.time() - last_print):.0f} img/s "
                  f"{spent / 60:.1f} min", flush=True)
            last_print, seen, sums = time.time(), 0, 0.0
        if time.time() - last_save > 150:
            save()
            last_save = time.time()
    save()
    print(f"done: {step} steps, {step * BATCH} samples, {spent / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
