"""Models with the weights that are trained so far: this machine's, else the committed ones."""
from __future__ import annotations

from pathlib import Path

import store
from model import SIZES, Config, Starter
from vae import Vae


def trained_vae(work: Path) -> Vae:
    """Stage `vae`, with the decoder of stage `decoder` where there is one: the same latents, better pictures."""
    found = store.average_of("vae", work)
    if not found:
        raise SystemExit("train the vae first")
    vae = store.fill(Vae(), found[0])
    better = store.average_of("decoder", work)
    if better:
        store.fill(vae.decoder, better[0])
    return vae.eval().requires_grad_(False)


def trained_model(work: Path, words: int, stages: tuple[str, ...] = ("distil", "denoiser")) -> tuple[Starter, dict]:
    """Of the last stage that was trained, with what is known about its training."""
    found = next((one for stage in stages if (one := store.average_of(stage, work))), None)
    if not found:
        raise SystemExit("train the denoiser first")
    model = Starter(Config(words, **SIZES[str(found[1]["size"])]))
    return store.fill(model, found[0]).eval().requires_grad_(False), found[1]
