"""Text encoder and latent denoiser. Sizes come from a Config, so that ablations are one option."""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tokens import READ
from vae import CHANNELS

PATCH = 2
SKETCH = 8  # the sketch's grid; stretched to the picture's


@dataclass(frozen=True)
class Config:
    words: int
    width: int = 256
    layers: int = 8
    heads: int = 4
    text_width: int = 192
    text_layers: int = 3
    sketch: int = 16  # channels of the text-to-picture sketch, 0: none

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


SIZES = {
    "base": {},
    "wide": {"width": 320, "heads": 5},
    "deep": {"layers": 12},
    "plain": {"sketch": 0},
    "small": {"width": 192, "layers": 6, "heads": 3, "text_width": 128},
    "tiny": {"width": 64, "layers": 2, "heads": 2, "text_width": 64, "text_layers": 1},
}


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int, bias: Tensor | None = None) -> Tensor:
    """q [b,n,w]; k, v [b,m,w]; bias [b,1,1,m] is added to the scores. Written out, so that it exports as plain products."""
    b, n, w = q.shape
    split = lambda t: t.reshape(b, -1, heads, w // heads).transpose(1, 2)  # noqa: E731
    scores = split(q) @ split(k).transpose(-1, -2) * (w // heads) ** -0.5
    if bias is not None:
        scores = scores + bias
    return (scores.softmax(-1) @ split(v)).transpose(1, 2).reshape(b, n, w)


class TextBlock(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.width, self.heads = width, heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        q, k, v = self.qkv(self.norm1(x)).chunk(3, -1)
        x = x + self.out(attend(q, k, v, self.heads, bias))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class TextEncoder(nn.Module):
    """ids, mask [b,n] -> states [b,n,width], zero where the mask is, and pooled [b,width]."""

    def __init__(self, c: Config):
        super().__init__()
        self.embed = nn.Embedding(c.words, c.text_width)
        self.place = nn.Parameter(torch.randn(77, c.text_width) * 0.02)
        self.blocks = nn.ModuleList(TextBlock(c.text_width, max(1, c.text_width // 48)) for _ in range(c.text_layers))
        self.norm = nn.LayerNorm(c.text_width)
        self.pool = nn.Linear(c.text_width, 1)
        nn.init.normal_(self.embed.weight, std=0.5)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        live = mask.to(self.place.dtype).unsqueeze(-1)
        bias = ((live - 1) * 1e4).transpose(1, 2).unsqueeze(1)  # [b,1,1,n]
        x = (self.embed(ids) + self.place[: ids.shape[1]]) * live
        for block in self.blocks:
            x = block(x, bias)
        x = self.norm(x) * live
        weight = torch.sigmoid(self.pool(x)) * live
        # As a product: onnxruntime sums a dimension in an order that depends on how many rows there are.
        pooled = (weight.transpose(1, 2) @ x).squeeze(1) / (weight.transpose(1, 2) @ live).squeeze(1).clamp(min=1e-3)
        return x, pooled


class Block(nn.Module):
    """Picture tokens look at one another and at the words; words are not changed (they were understood before)."""

    def __init__(self, c: Config):
        super().__init__()
        w = c.width
        self.width, self.heads = w, c.heads
        self.qkv, self.words, self.out = nn.Linear(w, 3 * w), nn.Linear(c.text_width, 2 * w, bias=False), nn.Linear(w, w)
        self.up, self.down = nn.Linear(w, 4 * w), nn.Linear(4 * w, w)
        self.shift = nn.Parameter(torch.zeros(6 * w))
        self.out.weight.data *= 0.3
        self.down.weight.data *= 0.3

    def forward(self, x: Tensor, words: Tensor, bias: Tensor, cond: Tensor) -> Tensor:
        s1, b1, g1, s2, b2, g2 = (cond + self.shift).unsqueeze(1).chunk(6, -1)
        q, k, v = self.qkv(F.layer_norm(x, (self.width,)) * (1 + s1) + b1).chunk(3, -1)
        wk, wv = self.words(words).chunk(2, -1)
        x = x + (1 + g1) * self.out(attend(q, torch.cat([k, wk], 1), torch.cat([v, wv], 1), self.heads, bias))
        h = F.layer_norm(x, (self.width,)) * (1 + s2) + b2
        return x + (1 + g2) * self.down(F.gelu(self.up(h)))


class Denoiser(nn.Module):
    """Predicts the clean latent from a noisy one. Any size that is a multiple of 16 pixels."""

    def __init__(self, c: Config):
        super().__init__()
        w = c.width
        self.width, self.sketch_channels = w, c.sketch
        self.patch_in = nn.Linear(CHANNELS * PATCH * PATCH, w)
        self.place = nn.Linear(6 * 8, w)
        self.time = nn.Sequential(nn.Linear(128, w), nn.SiLU(), nn.Linear(w, w))
        self.pooled = nn.Sequential(nn.Linear(c.text_width, w), nn.SiLU(), nn.Linear(w, w))
        self.cond = nn.Linear(w, 6 * w)
        if c.sketch:
            self.sketch, self.sketch_in = nn.Linear(c.text_width, c.sketch * SKETCH * SKETCH), nn.Linear(c.sketch, w)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.last, self.patch_out = nn.Linear(w, 2 * w), nn.Linear(w, CHANNELS * PATCH * PATCH)
        for layer in (self.cond, self.last, self.patch_out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.register_buffer("frequency", torch.exp(-math.log(10000) * torch.arange(64) / 64), False)
        self.register_buffer("waves", math.pi * 2.0 ** torch.arange(-2, 4).float(), False)

    def places(self, h: int, w: int) -> Tensor:
        """[h*w, 48]: where a patch is, in parts of the picture and in patches from its middle."""
        y = torch.arange(h, dtype=torch.float32).view(-1, 1).expand(h, w)
        x = torch.arange(w, dtype=torch.float32).view(1, -1).expand(h, w)
        grid = torch.stack([(y + 0.5) / h * 2 - 1, (x + 0.5) / w * 2 - 1, (y + 0.5 - h / 2) / 5, (x + 0.5 - w / 2) / 5], -1)
        angle = grid.unsqueeze(-1) * self.waves.float()
        return torch.cat([angle.sin(), angle.cos()], -1).reshape(h * w, 48)

    def forward(self, x: Tensor, words: Tensor, pooled: Tensor, sigma: Tensor) -> Tensor:
        """x [b,8,h,w], words [b,n,tw], pooled [b,tw], sigma [b] float32 in 0..1 -> clean latent [b,8,h,w]."""
        b, _, height, width = x.shape
        h, w, dtype = height // PATCH, width // PATCH, self.patch_in.weight.dtype
        words = words[:, :READ]
        # Padding is known by being zero: its scores are put out of reach.
        live = (words.abs().sum(-1) > 0).to(dtype)
        bias = torch.cat([torch.zeros(1, 1, device=x.device, dtype=dtype).expand(b, h * w), (live - 1) * 1e4], 1).view(b, 1, 1, -1)
        angle = (1 - sigma.float()).unsqueeze(1) * 1000 * self.frequency.float()
        time = self.time(torch.cat([angle.sin(), angle.cos()], 1).to(dtype))
        cond = F.silu(time + self.pooled(pooled))
        patches = x.reshape(b, CHANNELS, h, PATCH, w, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(b, h * w, -1)
        tokens = self.patch_in(patches.to(dtype)) + self.place(self.places(h, w).to(dtype))
        if self.sketch_channels:
            sketch = self.sketch(pooled).view(b, self.sketch_channels, SKETCH, SKETCH)
            if h != SKETCH or w != SKETCH or torch.compiler.is_exporting():
                sketch = F.interpolate(sketch.float(), size=(h, w), mode="bilinear", align_corners=False).to(dtype)
            tokens = tokens + self.sketch_in(sketch.flatten(2).transpose(1, 2))
        shared = self.cond(cond)
        for block in self.blocks:
            tokens = block(tokens, words, bias, shared)
        scale, shift = self.last(cond).unsqueeze(1).chunk(2, -1)
        out = self.patch_out(F.layer_norm(tokens, (self.width,)) * (1 + scale) + shift)
        return out.view(b, h, w, CHANNELS, PATCH, PATCH).permute(0, 3, 1, 4, 2, 5).reshape(b, CHANNELS, height, width)


class Starter(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.text, self.denoiser = TextEncoder(c), Denoiser(c)

    def forward(self, x: Tensor, ids: Tensor, mask: Tensor, sigma: Tensor) -> Tensor:
        states, pooled = self.text(ids, mask)
        return self.denoiser(x, states, pooled, sigma)
