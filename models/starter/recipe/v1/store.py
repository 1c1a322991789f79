"""Where weights lie between sessions. A local checkpoint holds everything (float32, optimizer); a milestone holds the averaged
weights alone as float16 and is committed, so that training goes on where no machine was kept."""
from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

MILESTONES = Path(__file__).parent.parent / "checkpoints"
LIMIT = 20_000_000  # bytes of a milestone: it is committed again at every one


def write_milestone(path: Path, weights: dict[str, torch.Tensor], about: dict[str, object]) -> int:
    """A zip of .npy files and about.json; returns its bytes. No clock inside: equal weights make equal files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr(zipfile.ZipInfo("about.json"), json.dumps(about, indent=1, sort_keys=True), zipfile.ZIP_DEFLATED)
        for name, value in weights.items():
            data = io.BytesIO()
            np.save(data, value.detach().float().numpy().astype(np.float16))
            z.writestr(zipfile.ZipInfo(f"{name}.npy"), data.getvalue(), zipfile.ZIP_DEFLATED, 9)
    size = fresh.stat().st_size
    if size > LIMIT:
        fresh.unlink()
        raise SystemExit(f"{path.name} would have {size} bytes, more than {LIMIT}: choose a smaller model")
    fresh.replace(path)
    return size


def read_milestone(path: Path) -> tuple[dict[str, torch.Tensor], dict]:
    with zipfile.ZipFile(path) as z:
        weights = {n[:-4]: torch.from_numpy(np.load(io.BytesIO(z.read(n))).astype(np.float32)) for n in z.namelist() if n.endswith(".npy")}
        return weights, json.loads(z.read("about.json"))


def average_of(stage: str, work: Path) -> tuple[dict[str, torch.Tensor], dict] | None:
    """The averaged weights of a stage: from this machine's checkpoint, else from the committed milestone, else None."""
    local = work / f"{stage}.pt"
    if local.exists():
        saved = torch.load(local, weights_only=False)
        return saved["average"], saved["about"]
    committed = MILESTONES / f"{stage}.zip"
    return read_milestone(committed) if committed.exists() else None


def fill(module: nn.Module, weights: dict[str, torch.Tensor]) -> nn.Module:
    own = module.state_dict()
    missing = [n for n in own if n not in weights]
    wrong = [n for n in own if n in weights and own[n].shape != weights[n].shape]
    if missing or wrong:
        raise SystemExit(f"these weights are of another model: missing {missing[:3]}, other shape {wrong[:3]}")
    module.load_state_dict({n: weights[n] for n in own})
    return module


def save_local(path: Path, state: dict) -> None:
    """Written beside and moved over: a kill at any moment leaves the old or the new one."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
