"""Muon for matrices and convolutions, AdamW for the rest: a step costs much here, and Muon's take fewer.

torch's own Muon computes in bfloat16, which is slow on many CPUs, and one matrix at a time; here equal shapes go together, in
the dtype that is faster on this CPU."""
from __future__ import annotations

import torch
from torch import Tensor

LEAST = 8  # rows and columns of what Muon takes: a direction of three colours is no matrix
MOMENTUM, DECAY = 0.95, 0.01
QUINTIC = (3.4445, -4.7750, 2.0315)  # of Newton and Schulz, as Keller Jordan chose them


def orthogonal(x: Tensor) -> Tensor:
    """[k,m,n] -> the nearest matrices whose singular values are about 1."""
    is_tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if is_tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    a, b, c = QUINTIC
    for _ in range(5):
        square = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.transpose(1, 2) if is_tall else x


class Optimizer:
    """Of float32 masters by name; `rest` are beginnings of the names of matrices that AdamW has nevertheless (tables of words, say),
    whose rate is `rest_rate` times Muon's."""

    def __init__(self, masters: dict[str, Tensor], lr: float, rest: tuple[str, ...] = (), rest_rate: float = 0.25,
                 dtype: torch.dtype = torch.float32):
        chosen = {n: m for n, m in masters.items() if m.ndim > 1 and min(len(m), m[0].numel()) >= LEAST and not n.startswith(rest)}
        self.groups: dict[tuple[int, int], list[str]] = {}
        for name, master in chosen.items():
            self.groups.setdefault((len(master), master[0].numel()), []).append(name)
        self.masters, self.rest_rate, self.dtype = chosen, rest_rate, dtype
        self.momentum = {n: torch.zeros_like(m, requires_grad=False) for n, m in chosen.items()}
        self.adam = torch.optim.AdamW([m for n, m in masters.items() if n not in chosen], lr=lr, betas=(0.9, 0.98),
                                      weight_decay=DECAY, fused=True)

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Reads the masters' gradients."""
        self.adam.param_groups[0]["lr"] = lr * self.rest_rate
        self.adam.step()
        for (m, n), names in self.groups.items():
            names = [name for name in names if self.masters[name].grad is not None]
            if not names:
                continue
            grads = [self.masters[name].grad for name in names]
            for name, grad in zip(names, grads, strict=True):
                self.momentum[name].lerp_(grad, 1 - MOMENTUM)
            ahead = torch.stack([g.lerp(self.momentum[name], MOMENTUM).reshape(m, n) for name, g in zip(names, grads, strict=True)])
            # As large as AdamW's updates usually are.
            for name, update in zip(names, orthogonal(ahead.to(self.dtype)).float() * (0.2 * max(m, n) ** 0.5), strict=True):
                master = self.masters[name]
                master.mul_(1 - lr * DECAY).add_(update.reshape(master.shape), alpha=-lr)

    def state_dict(self) -> dict[str, object]:
        return {"momentum": self.momentum, "adam": self.adam.state_dict()}

    def load_state_dict(self, saved: dict) -> None:
        for name, value in saved["momentum"].items():
            self.momentum[name].copy_(value)
        self.adam.load_state_dict(saved["adam"])
