"""The exported files run with onnxruntime, as Kiln runs them: pictures, parity with torch, times."""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

import tokens
from model import Starter
from sampling import sigmas
from vae import CHANNELS, Vae


def session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Pack:
    def __init__(self, folder: Path, threads: int = 1):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer/tokenizer.json"))
        self.text, self.denoiser, self.encoder, self.decoder = (
            session(folder / f"{part}/model.onnx", threads) for part in ("text_encoder", "transformer", "vae_encoder", "vae_decoder"))
        self.upscaler = session(folder / "upscaler/model.onnx", threads) if (folder / "upscaler/model.onnx").exists() else None

    def encode(self, prompts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        ids, mask = tokens.encode(self.tokenizer, prompts, tokens.LENGTH)
        return tuple(self.text.run(None, {"input_ids": ids, "attention_mask": mask}))

    def velocity(self, x: np.ndarray, states: np.ndarray, pooled: np.ndarray, sigma: float) -> np.ndarray:
        return self.denoiser.run(None, {"hidden_states": x, "encoder_hidden_states": states, "pooled_projections": pooled,
                                        "timestep": np.full(len(x), 1000 * sigma, np.float32)})[0]

    def sample(self, prompts: list[str], noise: np.ndarray, steps: int = 8, cfg: float = 1.0, negative: str = "") -> np.ndarray:
        """noise [n,8,h/8,w/8] -> pictures [n,3,h,w] in -1..1."""
        states, pooled = self.encode(prompts)
        others = self.encode([negative] * len(prompts)) if cfg != 1 else None
        x, schedule = noise, sigmas(steps)
        for now, then in zip(schedule[:-1], schedule[1:], strict=True):
            v = self.velocity(x, states, pooled, now)
            if others:
                u = self.velocity(x, *others, now)
                v = u + cfg * (v - u)
            x = (x + (then - now) * v).astype(np.float32)
        return self.decoder.run(None, {"latent_sample": x})[0].clip(-1, 1)


def parity(folder: Path, vae: Vae, model: Starter) -> dict[str, float]:
    """How far the stored files (float16 weights) are from the torch model (float32), at most."""
    pack, prompts = Pack(folder), ["a penguin on the beach", "夜空下的三只猫", ""]
    out = {}
    with torch.no_grad():
        ids, mask = (torch.from_numpy(part) for part in tokens.encode(pack.tokenizer, prompts, tokens.LENGTH))
        mine, theirs = model.text(ids, mask), pack.encode(prompts)
        out["text"] = max(float(np.abs(a.numpy() - b).max()) for a, b in zip(mine, theirs, strict=True))
        for h, w in ((16, 16), (12, 20), (20, 12)):
            x = torch.randn(3, CHANNELS, h, w, generator=torch.Generator().manual_seed(1))
            for sigma in (1.0, 0.4, 0.05):
                clean = model.denoiser(x, *mine, torch.full((3,), sigma))
                exact = ((x - clean) / max(sigma, 0.05)).numpy()
                wrong = float(np.abs(exact - pack.velocity(x.numpy(), *(t.numpy() for t in mine), sigma)).max() * sigma)
                out[f"clean {w * 8}x{h * 8}"] = max(out.get(f"clean {w * 8}x{h * 8}", 0), wrong)
            picture = vae.decode(x)
            out["decoder"] = max(out.get("decoder", 0), float(np.abs(picture.numpy() - pack.decoder.run(None, {"latent_sample": x.numpy()})[0]).max()))
            out["encoder"] = max(out.get("encoder", 0), float(np.abs(vae.encode(picture).numpy()
                                                                     - pack.encoder.run(None, {"sample": picture.numpy()})[0]).max()))
    return {k: round(v, 6) for k, v in out.items()}


def times(folder: Path, threads: int, repeats: int = 5) -> None:
    """Wall and processor milliseconds, the least of a few: on a busy machine only the processor's are worth reading."""
    pack = Pack(folder, threads)

    def least(call) -> tuple[float, float]:
        call()
        found = []
        for _ in range(repeats):
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            found.append(((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000))
        return min(w for w, _ in found), min(c for _, c in found)

    def show(name: str, call) -> None:
        print(f"{name:32} wall {least(call)[0]:8.1f} ms   cpu {least(call)[1]:8.1f} ms", flush=True)

    print(f"{threads} thread(s)")
    show("text encoder, 1 prompt", lambda: pack.encode(["a penguin on the beach"]))
    states, pooled = pack.encode(["a penguin on the beach"] * 8)
    for rows in (1, 2, 8):
        x = np.random.default_rng(1).standard_normal((rows, CHANNELS, 16, 16)).astype(np.float32)
        show(f"denoiser, {rows} row(s), 128x128", lambda x=x, n=rows: pack.velocity(x, states[:n], pooled[:n], 0.5))
        show(f"decoder, {rows} row(s)", lambda x=x: pack.decoder.run(None, {"latent_sample": x}))
    picture = np.zeros((1, 3, 128, 128), np.float32)
    show("encoder", lambda: pack.encoder.run(None, {"sample": picture}))
    if pack.upscaler:
        show("upscaler to 512", lambda: pack.upscaler.run(None, {"input": picture}))
    noise = np.random.default_rng(1).standard_normal((1, CHANNELS, 16, 16)).astype(np.float32)
    show("prompt to 128x128, 8 steps", lambda: pack.sample(["a penguin on the beach"], noise))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("pack", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    times(given.pack, given.threads)
