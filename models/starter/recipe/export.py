"""Writes the pack: python export.py --work work --out .. (ONNX parts, configs, tokenizer, vectors)."""
from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

import upscaler
from data import SIZE, Tokenizer, build_tokenizer, encode, load_concepts, write_concepts
from model import FREQUENCIES, HEADS, LAYERS, PATCH, WIDTH, Denoiser, Starter, TextEncoder

LENGTH = 77
# The best of evaluate.py --sweep: guidance is not needed, above 1.5 it only exaggerates colours.
SHIFT = 2.0
STEPS = 8
CFG = 1.0
VECTOR_CFG = 1.5  # vectors.json tests guidance too
VECTOR_PROMPTS = ["a red fox", "a penguin on a blue background", "红色背景的香蕉", "蜂蜜", "a zzzz fox", ""]


class TextPart(nn.Module):
    def __init__(self, inner: TextEncoder):
        super().__init__()
        self.inner = inner

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        return self.inner(input_ids, attention_mask)


class DenoiserPart(nn.Module):
    """The clean picture that the model predicts, as the flow velocity noise - x0."""

    def __init__(self, inner: Denoiser):
        super().__init__()
        self.inner = inner

    def forward(self, hidden_states: Tensor, encoder_hidden_states: Tensor, pooled_projections: Tensor, timestep: Tensor) -> Tensor:
        sigma = timestep / 1000.0
        clean = self.inner(hidden_states, encoder_hidden_states, pooled_projections, sigma).clamp(-1, 1)
        return (hidden_states - clean) / sigma.clamp(min=0.05).view(-1, 1, 1, 1)


def load_model(checkpoint: Path | None, words: int) -> Starter:
    torch.manual_seed(1)
    model = Starter(words)
    if checkpoint:
        with torch.no_grad():
            for p, value in zip(model.parameters(), torch.load(checkpoint)["average"], strict=True):
                p.copy_(value)
    return model.eval()


def half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights of 256 numbers and more become float16 with a Cast behind them: the file halves, the arithmetic stays float32."""
    casts = []
    for constant in model.graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype == np.float32 and values.size >= 256:
            name = constant.name
            constant.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".f16"))
            casts.append(helper.make_node("Cast", [name + ".f16"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def to_onnx(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], path: Path) -> None:
    batch = torch.export.Dim("batch", min=1, max=256)
    names = list(inputs)
    program = torch.onnx.export(module.eval(), tuple(inputs.values()), input_names=names, output_names=outputs, opset_version=18,
                                dynamic_shapes={name: {0: batch} for name in names}, dynamo=True, verbose=False)
    save(half_weights(clean(program.model_proto)), path)


def clean(model: onnx.ModelProto) -> onnx.ModelProto:
    """No source paths or other notes of the machine that made the file."""
    del model.metadata_props[:]
    model.doc_string = ""
    model.producer_name, model.producer_version = "kiln", ""
    for item in [model.graph, *model.graph.node, *model.graph.initializer, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        item.doc_string = ""
        del item.metadata_props[:]
    del model.graph.value_info[:]
    return model


def save(model: onnx.ModelProto, path: Path) -> None:
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def identity(source: str, target: str, path: Path) -> None:
    shape = ["batch", 3, "height", "width"]
    graph = helper.make_graph([helper.make_node("Identity", [source], [target])], "identity",
                              [helper.make_tensor_value_info(source, TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info(target, TensorProto.FLOAT, shape)])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="kiln"), path)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, indent=2, ensure_ascii=False)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda m: re.sub(r"\s*\n\s*", " ", m[0]).replace("[ ", "[").replace(" ]", "]"), text)
    path.write_text(text + "\n", "utf-8")


def session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def formula_noise(shape: tuple[int, ...]) -> np.ndarray:
    """A noise anyone can compute: element k is sqrt(3) * (2 u - 1) with u = frac(sin(k + 1) * 43758.5453), in float64."""
    k = np.arange(1, np.prod(shape) + 1, dtype=np.float64)
    u = np.sin(k) * 43758.5453
    return (np.sqrt(3) * (2 * (u - np.floor(u)) - 1)).reshape(shape).astype(np.float32)


def text_inputs(tokenizer: Tokenizer, texts: list[str]) -> dict[str, np.ndarray]:
    ids = encode(tokenizer, texts, LENGTH)
    mask = np.zeros_like(ids)
    for row, found in zip(mask, tokenizer.encode_batch(texts), strict=True):
        row[: len(found.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def sigmas(steps: int, shift: float) -> np.ndarray:
    even = 1 - np.arange(steps + 1) / steps
    return shift * even / (1 + (shift - 1) * even)


class Pack:
    """Runs the exported files with onnxruntime, as Kiln does."""

    def __init__(self, folder: Path, threads: int = 1):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer/tokenizer.json"))
        self.text = session(folder / "text_encoder/model.onnx", threads)
        self.denoiser = session(folder / "transformer/model.onnx", threads)
        self.upscaler = session(folder / "upscaler/model.onnx", threads)

    def encode(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        states, pooled = self.text.run(None, text_inputs(self.tokenizer, texts))
        return states, pooled

    def velocity(self, x: np.ndarray, states: np.ndarray, pooled: np.ndarray, sigma: float) -> np.ndarray:
        feeds = {"hidden_states": x, "encoder_hidden_states": states, "pooled_projections": pooled,
                 "timestep": np.full(len(x), 1000 * sigma, np.float32)}
        return self.denoiser.run(None, feeds)[0]

    def sample(self, texts: list[str], noise: np.ndarray, steps: int = STEPS, cfg: float = CFG, shift: float = SHIFT) -> np.ndarray:
        """noise [n,3,64,64] -> pictures [n,3,64,64] in -1..1."""
        states, pooled = self.encode(texts)
        empty_states, empty_pooled = (np.repeat(part, len(texts), 0) for part in self.encode([""]))
        x = noise
        schedule = sigmas(steps, shift)
        for now, then in zip(schedule[:-1], schedule[1:], strict=True):
            v = self.velocity(x, states, pooled, now)
            if cfg != 1:
                u = self.velocity(x, empty_states, empty_pooled, now)
                v = u + cfg * (v - u)
            x = (x + (then - now) * v).astype(np.float32)
        return np.clip(x, -1, 1)


def write_vectors(out: Path, model: Starter, tokenizer: Tokenizer) -> dict[str, float]:
    """vectors.json for tests, and how far the stored files are from the torch model."""
    pack = Pack(out)
    feeds = text_inputs(tokenizer, VECTOR_PROMPTS)
    states, pooled = pack.encode(VECTOR_PROMPTS)
    noise = formula_noise((1, 3, SIZE, SIZE))
    x = np.repeat(noise, len(VECTOR_PROMPTS), 0)
    probe = [0, 1, 2, 63, 64, 2080, 4095, 4096, 6176, 8191, 8192, 10272, 12287]
    denoised = {}
    differences = {"text": 0.0, "clean picture": 0.0}
    with torch.no_grad():
        h, p = model.text(torch.from_numpy(feeds["input_ids"]), torch.from_numpy(feeds["attention_mask"]))
        differences["text"] = float(max(np.abs(h.numpy() - states).max(), np.abs(p.numpy() - pooled).max()))
        part = DenoiserPart(model.denoiser)
        for sigma in (1.0, 0.5, 0.1):
            v = pack.velocity(x, states, pooled, sigma)
            exact = part(torch.from_numpy(x), h, p, torch.full((len(x),), 1000 * sigma)).numpy()
            differences["clean picture"] = max(differences["clean picture"], float(np.abs(v - exact).max() * sigma))
            denoised[str(sigma)] = v
        pictures = pack.sample(VECTOR_PROMPTS, x, cfg=VECTOR_CFG)
    write_json(out / "recipe/vectors.json", {
        "about": "Outputs of the shipped files (onnxruntime, CPU). Flat indexes into the last three (two) dimensions are under "
                 "'picks'. Suggested tolerances: 1e-4 for one call, 2e-3 for a whole picture.",
        "noise": "[1,3,64,64]; element k = 0,1,2..: sqrt(3) * (2 * frac(sin(k + 1) * 43758.5453) - 1), float64, then float32",
        "noiseFirst": [round(float(n), 7) for n in noise.reshape(-1)[:6]],
        "picks": probe, "steps": STEPS, "cfg": VECTOR_CFG, "shift": SHIFT, "negative": "",
        "cases": [
            {
                "prompt": text,
                "ids": [int(i) for i in feeds["input_ids"][n][: int(feeds["attention_mask"][n].sum())]],
                "hiddenFirst": [float(f"{v:.6g}") for v in states[n].reshape(-1)[:6]],
                "pooledFirst": [float(f"{v:.6g}") for v in pooled[n][:6]],
                "velocity": {s: [float(f"{v:.6g}") for v in d[n].reshape(-1)[probe]] for s, d in denoised.items()},
                "picture": [float(f"{v:.5g}") for v in pictures[n].reshape(-1)[probe]],
                "pictureMean": [round(float(m), 5) for m in pictures[n].mean((1, 2))],
            }
            for n, text in enumerate(VECTOR_PROMPTS)
        ],
    })
    return differences


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--untrained", action="store_true")
    args = parser.parse_args()
    out: Path = args.out
    torch.set_num_threads(1)
    concepts = load_concepts()
    tokenizer = build_tokenizer(concepts)
    words = tokenizer.get_vocab_size()
    model = load_model(None if args.untrained else args.work / "checkpoint.pt", words)

    (out / "tokenizer").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer/tokenizer.json"))
    write_json(out / "tokenizer/tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": LENGTH, "pad_token": "[PAD]", "unk_token": "[UNK]",
        "padding_side": "right", "truncation_side": "right", "clean_up_tokenization_spaces": False, "do_lower_case": True})

    ids = torch.from_numpy(encode(tokenizer, ["a red fox", "蜂蜜"], LENGTH))
    to_onnx(TextPart(model.text), {"input_ids": ids, "attention_mask": (ids > 0).long()},
            ["last_hidden_state", "pooler_output"], out / "text_encoder/model.onnx")
    to_onnx(DenoiserPart(model.denoiser),
            {"hidden_states": torch.randn(2, 3, SIZE, SIZE), "encoder_hidden_states": torch.randn(2, LENGTH, WIDTH),
             "pooled_projections": torch.randn(2, WIDTH), "timestep": torch.tensor([1000.0, 300.0])},
            ["out_sample"], out / "transformer/model.onnx")
    identity("sample", "latent_sample", out / "vae_encoder/model.onnx")
    identity("latent_sample", "sample", out / "vae_decoder/model.onnx")
    save(half_weights(upscaler.build(args.work)), out / "upscaler/model.onnx")
    upscaler.write_config(out / "upscaler/config.json")

    write_json(out / "text_encoder/config.json", {
        "_class_name": "KilnStarterTextEncoder", "model_type": "kiln_starter_text", "vocab_size": words, "hidden_size": WIDTH,
        "projection_dim": WIDTH, "max_position_embeddings": LENGTH, "pad_token_id": 0, "unk_token_id": 1})
    write_json(out / "transformer/config.json", {
        "_class_name": "KilnStarterTransformer2DModel", "in_channels": 3, "out_channels": 3, "sample_size": SIZE, "patch_size": PATCH,
        "num_layers": LAYERS, "num_attention_heads": HEADS, "attention_head_dim": WIDTH // HEADS, "joint_attention_dim": WIDTH,
        "pooled_projection_dim": WIDTH, "time_frequencies": FREQUENCIES, "prediction_type": "flow"})
    for part in ("vae_encoder", "vae_decoder"):
        write_json(out / part / "config.json", {
            "_class_name": "KilnIdentityVae", "in_channels": 3, "out_channels": 3, "latent_channels": 3, "block_out_channels": [3],
            "scaling_factor": 1.0, "shift_factor": 0.0, "sample_size": SIZE})
    write_json(out / "scheduler/scheduler_config.json", {
        "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": SHIFT, "use_dynamic_shifting": False,
        "invert_sigmas": False, "shift_terminal": None})
    write_json(out / "model_index.json", {
        "_class_name": "KilnStarterPipeline",
        "text_encoder": ["kiln", "KilnStarterTextEncoder"], "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
        "transformer": ["kiln", "KilnStarterTransformer2DModel"], "vae_encoder": ["kiln", "KilnIdentityVae"],
        "vae_decoder": ["kiln", "KilnIdentityVae"], "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
        "upscaler": ["kiln", "RealESRGANUpscaler"]})
    write_json(out / "pack.json", {
        "name": "starter", "title": "Starter (icons)", "version": "0.1.0", "licence": "MIT",
        "about": f"A small text-to-image model trained from scratch on a CPU: {len(concepts)} animals, foods and things on eight "
                 "plain backgrounds, from English and Chinese prompts, 64x64 pixels, x4 by the upscaler. It draws what it was "
                 "taught and nothing else; for other pictures open a downloaded model.",
        "family": "starter", "prediction": "flow", "timestep": "1000*sigma", "languages": ["en", "zh"],
        "defaults": {"width": SIZE, "height": SIZE, "steps": STEPS, "cfg": CFG, "negative": "", "sampler": "euler", "scheduler": "simple"},
        "sizes": {"fixed": [[SIZE, SIZE]], "multiple": SIZE},
        "preview": {"factors": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "bias": [0, 0, 0], "range": [-1, 1]},
        "upscale": upscaler.SCALE, "concepts": "concepts.json",
        "examples": ["a red fox", "a penguin on a blue background", "红色背景的香蕉", "一只可爱的熊猫"],
        "notices": "NOTICES.md",
        "licences": [
            {"what": "weights of the text encoder and denoiser", "licence": "MIT"},
            {"what": "training pictures: Fluent Emoji 3D, Microsoft", "licence": "MIT"},
            {"what": "names of things: Unicode CLDR, by way of emojibase", "licence": "Unicode-3.0, MIT"},
            {"what": "upscaler: Real-ESRGAN animevideov3 x4", "licence": "BSD-3-Clause"}]})
    write_concepts(out / "concepts.json", concepts)
    print("largest difference to torch:", write_vectors(out, model, tokenizer))
    for file in sorted(out.glob("*/model.onnx")):
        print(file.parent.name, file.stat().st_size)


if __name__ == "__main__":
    main()
