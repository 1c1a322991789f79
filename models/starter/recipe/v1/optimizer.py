"""Muon for matrices and convolutions, AdamW for the rest: a step costs much here, and Muon's take fewer."""
from __future__ import annotations

import torch
from torch import Tensor

LEAST = 8  # rows and columns of what Muon takes: a direction of three colours is no matrix
SLOWER = 4  # AdamW's rate is this much lower


class Optimizer:
    """Of float32 masters by name; `rest` names those that AdamW has although they are matrices (tables of words, say)."""

    def __init__(self, masters: dict[str, Tensor], lr: float, rest: tuple[str, ...] = ()):
        self.rows = {n: m for n, m in masters.items() if m.ndim > 1 and min(len(m), m[0].numel()) >= LEAST and not n.startswith(rest)}
        self.flat = {n: m.detach().view(len(m), -1).requires_grad_() for n, m in self.rows.items()}  # same storage
        self.muon = torch.optim.Muon(list(self.flat.values()), lr=lr, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")
        others = [m for n, m in masters.items() if n not in self.rows]
        self.adam = torch.optim.AdamW(others, lr=lr / SLOWER, betas=(0.9, 0.98), weight_decay=0.01, fused=True)

    def step(self, lr: float) -> None:
        """Reads the masters' gradients."""
        for name, flat in self.flat.items():
            grad = self.rows[name].grad
            flat.grad = None if grad is None else grad.reshape(flat.shape)
        self.muon.param_groups[0]["lr"], self.adam.param_groups[0]["lr"] = lr, lr / SLOWER
        self.muon.step()
        self.adam.step()

    def state_dict(self) -> dict[str, object]:
        return {"muon": self.muon.state_dict(), "adam": self.adam.state_dict()}

    def load_state_dict(self, saved: dict) -> None:
        self.muon.load_state_dict(saved["muon"])
        self.adam.load_state_dict(saved["adam"])
