"""Text encoder and denoiser. Names of inputs and outputs are fixed in export.py."""
from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data import MAX_TOKENS, SIZE

WIDTH = 224
HEADS = 4
LAYERS = 6
PATCH = 8
GRID = SIZE // PATCH
CANVAS = 48  # numbers per patch in the text-drawn sketch
FREQUENCIES = 64


class TextEncoder(nn.Module):
    """Word embeddings, two looks at the neighbours (so 蜂蜜 is not 蜜蜂, and a colour finds its noun), a gated sum."""

    def __init__(self, words: int):
        super().__init__()
        self.embed = nn.Embedding(words, WIDTH)
        nn.init.normal_(self.embed.weight, std=1.0)
        self.near = nn.ModuleList(nn.Linear(3 * WIDTH, WIDTH) for _ in range(2))
        self.back = nn.ModuleList(nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(2))
        for layer in self.back:
            layer.weight.data *= 0.3
        self.gate = nn.Linear(WIDTH, 1)
        nn.init.zeros_(self.gate.weight)
        nn.init.constant_(self.gate.bias, 2.0)
        self.mix = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH))

    def forward(self, ids: Tensor, attention_mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """ids [b,n] -> states [b,n,224] (0 where there is no known word), pooled [b,224]."""
        known = ids > 1  # [PAD] and [UNK] count as absent
        if attention_mask is not None:
            known = known & (attention_mask > 0)
        mask = known.unsqueeze(-1).to(self.embed.weight.dtype)
        h = self.embed(ids) * mask
        for near, back in zip(self.near, self.back, strict=True):
            left, right = F.pad(h[:, :-1], (0, 0, 1, 0)), F.pad(h[:, 1:], (0, 0, 0, 1))
            h = (h + back(F.relu(near(torch.cat([left, h, right], -1))))) * mask
        gate = torch.sigmoid(self.gate(h)) * mask
        # As products of matrices: onnxruntime adds up a dimension in an order that depends on how many rows there are.
        row = gate.reshape(gate.shape[0], 1, -1)
        pooled = (row @ h).squeeze(1) / (row @ mask).squeeze(1).clamp(min=1.0).sqrt()
        return h, pooled + self.mix(pooled)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.shift = nn.Parameter(torch.zeros(4 * WIDTH))
        self.out.weight.data *= 0.3
        self.down.weight.data *= 0.3

    def forward(self, x: Tensor, cond: Tensor) -> Tensor:
        n = x.shape[1]
        s1, b1, s2, b2 = (cond + self.shift).unsqueeze(1).chunk(4, -1)
        h = F.layer_norm(x, (WIDTH,)) * (1 + s1) + b1
        q, k, v = self.qkv(h).view(-1, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        a = ((q @ k.transpose(-1, -2)) * (WIDTH // HEADS) ** -0.5).softmax(-1) @ v
        x = x + self.out(a.transpose(1, 2).reshape(-1, n, WIDTH))
        h = F.layer_norm(x, (WIDTH,)) * (1 + s2) + b2
        return x + self.down(F.relu(self.up(h)))


class Denoiser(nn.Module):
    """Predicts the clean picture from a noisy one (pixels, no VAE)."""

    def __init__(self):
        super().__init__()
        self.patch_in = nn.Linear(3 * PATCH * PATCH, WIDTH)
        self.place = nn.Parameter(torch.randn(GRID * GRID, WIDTH) * 0.3)
        self.words = nn.Linear(WIDTH, WIDTH, bias=False)
        self.sketch = nn.Linear(WIDTH, GRID * GRID * CANVAS)
        self.sketch_in = nn.Linear(CANVAS, WIDTH)
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH))
        self.pooled = nn.Linear(WIDTH, WIDTH)
        self.cond = nn.Linear(WIDTH, 4 * WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.last = nn.Linear(WIDTH, 2 * WIDTH)
        # Patches overlap by 4 pixels and are summed, which hides their seams.
        self.patch_out = nn.ConvTranspose2d(WIDTH, 3, PATCH + 4, stride=PATCH, padding=2)
        for layer in (self.patch_out, self.last):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.register_buffer("frequency", torch.exp(-math.log(10000) * torch.arange(FREQUENCIES) / FREQUENCIES), False)

    def forward(self, x: Tensor, states: Tensor, pooled: Tensor, sigma: Tensor) -> Tensor:
        """x [b,3,64,64], states [b,n,224], pooled [b,224], sigma [b] float32 in 0..1 -> clean picture [b,3,64,64]."""
        angle = (1 - sigma.float()).unsqueeze(1) * 1000 * self.frequency.float()
        time = self.time(torch.cat([angle.sin(), angle.cos()], 1).to(x.dtype))
        cond = F.silu(time + self.pooled(pooled))
        patches = x.view(-1, 3, GRID, PATCH, GRID, PATCH).permute(0, 2, 4, 1, 3, 5)
        tokens = self.patch_in(patches.reshape(-1, GRID * GRID, 3 * PATCH * PATCH)) + self.place
        tokens = tokens + self.sketch_in(self.sketch(pooled).view(-1, GRID * GRID, CANVAS))
        h = torch.cat([tokens, self.words(states[:, :MAX_TOKENS])], 1)
        shared = self.cond(cond)
        for block in self.blocks:
            h = block(h, shared)
        scale, shift = self.last(cond).unsqueeze(1).chunk(2, -1)
        h = F.layer_norm(h[:, : GRID * GRID], (WIDTH,)) * (1 + scale) + shift
        return self.patch_out(h.transpose(1, 2).reshape(-1, WIDTH, GRID, GRID))


class Starter(nn.Module):
    def __init__(self, words: int):
        super().__init__()
        self.text = TextEncoder(words)
        self.denoiser = Denoiser()

    def forward(self, x: Tensor, ids: Tensor, sigma: Tensor) -> Tensor:
        states, pooled = self.text(ids)
        return self.denoiser(x, states, pooled, sigma)
