"""Pictures from prompts with the torch model, and contact sheets."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from torch import Tensor

import tokens
from model import Starter
from vae import CHANNELS

SHIFT = 2.0
PROMPTS = ["a red fox", "a penguin on the beach", "three apples on a table", "a cat to the left of a dog", "a blue car on the street",
           "a small turtle under water", "a castle at sunset, flat style", "two balloons on a yellow background",
           "草地上的猫", "一只熊猫在雪地里", "三个红苹果", "狗在猫的右边", "夜空下的城堡", "太空中的火箭", "卡通风格，房间里的机器人", "左边有一个蘑菇"]  # fmt: skip


def sigmas(steps: int, shift: float = SHIFT) -> np.ndarray:
    even = 1 - np.arange(steps + 1) / steps
    return shift * even / (1 + (shift - 1) * even)


@torch.no_grad()
def sample(model: Starter, tokenizer: Tokenizer, prompts: list[str], seed: int, cfg: float = 1.0, steps: int = 8,
           size: tuple[int, int] = (128, 128), negative: str = "") -> Tensor:
    """Latents [n,8,h/8,w/8]; picture k has noise of seed + k, whatever its company."""
    ids, mask = (torch.from_numpy(part) for part in tokens.encode(tokenizer, prompts))
    other_ids, other_mask = (torch.from_numpy(part) for part in tokens.encode(tokenizer, [negative] * len(prompts)))
    shape = (CHANNELS, size[1] // 8, size[0] // 8)
    x = torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed + k)) for k in range(len(prompts))])
    states, others = model.text(ids, mask), model.text(other_ids, other_mask)
    dtype = model.denoiser.patch_in.weight.dtype
    schedule = sigmas(steps)
    for now, then in zip(schedule[:-1], schedule[1:], strict=True):
        at = torch.full((len(prompts),), float(now))
        clean = model.denoiser(x.to(dtype), *states, at).float()
        if cfg != 1:
            untold = model.denoiser(x.to(dtype), *others, at).float()
            clean = untold + cfg * (clean - untold)
        x = x + float(then - now) * (x - clean) / max(float(now), 0.05)
    return x


def to_bytes(pixels: Tensor) -> np.ndarray:
    """[n,3,h,w] -1..1 -> [n,h,w,3] uint8."""
    return ((pixels.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def save_sheet(path: Path, pixels: Tensor, columns: int) -> None:
    drawn = to_bytes(pixels)
    n, h, w, _ = drawn.shape
    sheet = Image.new("RGB", (columns * (w + 4), -(-n // columns) * (h + 4)), "white")
    for k, picture in enumerate(drawn):
        sheet.paste(Image.fromarray(picture), (k % columns * (w + 4), k // columns * (h + 4)))
    sheet.save(path)
