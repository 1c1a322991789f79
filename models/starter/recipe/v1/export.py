"""Writes the pack: python export.py --work work --out ../../../starter-v1 (ONNX parts, configs, tokenizer, vectors).

`--untrained` writes it with random weights, to measure times and test the paths before anything is trained."""
from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

import sampling
import store
import tokens
import words
from data import Data
from model import SIZES, Config, Denoiser, Starter, TextEncoder
from things import load_things
from trained import trained_model, trained_vae
from vae import CHANNELS, Vae

sys.path.append(str(Path(__file__).parent.parent))
import upscaler  # noqa: E402  version 0's, unchanged

STEPS, CFG = 8, 1.0
EXAMPLES = ["a penguin on the beach", "three red apples on a table", "a cat to the left of a dog", "夜空下的城堡", "草地上的一只熊猫", "卡通风格，街上的蓝色汽车"]


class TextPart(nn.Module):
    def __init__(self, inner: TextEncoder):
        super().__init__()
        self.inner = inner

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        return self.inner(input_ids, attention_mask)


class DenoiserPart(nn.Module):
    """The clean latent that the model predicts, as the flow's velocity noise - x0."""

    def __init__(self, inner: Denoiser):
        super().__init__()
        self.inner = inner

    def forward(self, hidden_states: Tensor, encoder_hidden_states: Tensor, pooled_projections: Tensor, timestep: Tensor) -> Tensor:
        sigma = timestep / 1000.0
        clean = self.inner(hidden_states, encoder_hidden_states, pooled_projections, sigma)
        return (hidden_states - clean) / sigma.clamp(min=0.05).view(-1, 1, 1, 1)


class EncoderPart(nn.Module):
    def __init__(self, vae: Vae):
        super().__init__()
        self.vae = vae

    def forward(self, sample: Tensor) -> Tensor:
        return self.vae.encode(sample)


class DecoderPart(nn.Module):
    def __init__(self, vae: Vae):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample: Tensor) -> Tensor:
        return self.vae.decode(latent_sample)


def half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights of 256 numbers and more become float16 with a Cast behind them: the file halves, the arithmetic and the edges
    stay float32. (onnxruntime folds the casts when it opens the file.)"""
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


def clean(model: onnx.ModelProto) -> onnx.ModelProto:
    """No source paths or other notes of the machine that made the file."""
    del model.metadata_props[:]
    model.doc_string, model.producer_name, model.producer_version = "", "kiln", ""
    for item in [model.graph, *model.graph.node, *model.graph.initializer, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        item.doc_string = ""
        del item.metadata_props[:]
    del model.graph.value_info[:]
    return model


def to_onnx(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], shapes: dict, path: Path) -> None:
    program = torch.onnx.export(module.eval(), tuple(inputs.values()), input_names=list(inputs), output_names=outputs, opset_version=18,
                                dynamic_shapes=shapes, dynamo=True, verbose=False)
    model = half_weights(clean(program.model_proto))
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, indent=2, ensure_ascii=False)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda m: re.sub(r"\s*\n\s*", " ", m[0]).replace("[ ", "[").replace(" ]", "]"), text)
    path.write_text(text + "\n", "utf-8")


def preview(vae: Vae, data: Data | None) -> dict[str, object]:
    """The matrix that makes a picture of a latent best, by least squares over 256 scenes."""
    if data is None:
        return {"factors": [[0.0, 0.0, 0.0]] * CHANNELS, "bias": [0.0, 0.0, 0.0], "range": [-1, 1]}
    rows, seen = [], []
    with torch.no_grad():
        for k in range(8):
            x = torch.from_numpy(data.pixels(data.scenes(k, 32, (128, 128)), k))
            rows.append(vae.encode(x).permute(0, 2, 3, 1).reshape(-1, CHANNELS))
            seen.append(torch.nn.functional.avg_pool2d(x, 8).permute(0, 2, 3, 1).reshape(-1, 3))
    latents = torch.cat([torch.cat(rows), torch.ones(len(torch.cat(rows)), 1)], 1)
    best = torch.linalg.lstsq(latents, torch.cat(seen)).solution
    return {"factors": [[round(float(v), 4) for v in row] for row in best[:-1]], "bias": [round(float(v), 4) for v in best[-1]], "range": [-1, 1]}


def load(work: Path, untrained: bool, size: str) -> tuple[Vae, Starter, dict]:
    words = tokens.load().get_vocab_size()
    torch.manual_seed(1)
    if untrained:
        model = Starter(Config(words, **SIZES[size]))
        for p in model.parameters():  # zero layers would be folded away and the times too good
            if not p.any():
                nn.init.normal_(p, std=0.02)
        return Vae().eval(), model.eval(), {"size": size}
    model, about = trained_model(work, words)
    return trained_vae(work), model, about


def export_parts(vae: Vae, model: Starter, out: Path) -> None:
    batch, length = torch.export.Dim("batch", min=1, max=256), tokens.LENGTH
    # Halved and whole, so that the exporter knows both are multiples of the patch.
    h, w = (torch.export.Dim(n, min=2, max=64) for n in ("rows", "columns"))
    tall, broad = (torch.export.Dim(n, min=4, max=256) for n in ("latent_height", "latent_width"))
    width = model.config.text_width
    ids, mask = (torch.from_numpy(part) for part in tokens.encode(tokens.load(), EXAMPLES[:3], length))
    to_onnx(TextPart(model.text), {"input_ids": ids, "attention_mask": mask}, ["last_hidden_state", "pooler_output"],
            {"input_ids": {0: batch}, "attention_mask": {0: batch}}, out / "text_encoder/model.onnx")
    # 12 x 20: unlike the usual size in both directions, so that no number is taken for a constant.
    to_onnx(DenoiserPart(model.denoiser),
            {"hidden_states": torch.randn(3, CHANNELS, 12, 20), "encoder_hidden_states": torch.randn(3, length, width),
             "pooled_projections": torch.randn(3, width), "timestep": torch.tensor([1000.0, 300.0, 5.0])}, ["out_sample"],
            {"hidden_states": {0: batch, 2: 2 * h, 3: 2 * w}, "encoder_hidden_states": {0: batch}, "pooled_projections": {0: batch},
             "timestep": {0: batch}}, out / "transformer/model.onnx")
    to_onnx(DecoderPart(vae), {"latent_sample": torch.randn(3, CHANNELS, 12, 20)}, ["sample"],
            {"latent_sample": {0: batch, 2: tall, 3: broad}}, out / "vae_decoder/model.onnx")
    to_onnx(EncoderPart(vae), {"sample": torch.randn(3, 3, 96, 160)}, ["latent_sample"],
            {"sample": {0: batch, 2: 8 * tall, 3: 8 * broad}}, out / "vae_encoder/model.onnx")


def write_configs(out: Path, model: Starter, matrix: dict, facts: dict) -> None:
    c = model.config
    tokenizer = out / "tokenizer"
    tokenizer.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokens.FILE, tokenizer / "tokenizer.json")
    write_json(tokenizer / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": tokens.LENGTH, "pad_token": "[PAD]", "unk_token": "[UNK]",
        "padding_side": "right", "truncation_side": "right", "clean_up_tokenization_spaces": False, "do_lower_case": True})
    write_json(out / "text_encoder/config.json", {
        "_class_name": "KilnStarterTextEncoder", "model_type": "kiln_starter_text", "vocab_size": c.words, "hidden_size": c.text_width,
        "projection_dim": c.text_width, "max_position_embeddings": tokens.LENGTH, "pad_token_id": 0, "unk_token_id": 1})
    write_json(out / "transformer/config.json", {
        "_class_name": "KilnStarterTransformer2DModel", "in_channels": CHANNELS, "out_channels": CHANNELS, "sample_size": 16, "patch_size": 2,
        "num_layers": c.layers, "num_attention_heads": c.heads, "attention_head_dim": c.width // c.heads,
        "joint_attention_dim": c.text_width, "pooled_projection_dim": c.text_width, "prediction_type": "flow"})
    for part in ("vae_encoder", "vae_decoder"):
        write_json(out / part / "config.json", {
            "_class_name": "KilnStarterVae", "in_channels": 3, "out_channels": 3, "latent_channels": CHANNELS,
            "block_out_channels": [32, 64, 96, 128], "scaling_factor": 1.0, "shift_factor": 0.0, "sample_size": 128})
    write_json(out / "scheduler/scheduler_config.json", {
        "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": sampling.SHIFT,
        "use_dynamic_shifting": False, "invert_sigmas": False, "shift_terminal": None})
    write_json(out / "model_index.json", {
        "_class_name": "KilnStarterPipeline", "text_encoder": ["kiln", "KilnStarterTextEncoder"],
        "tokenizer": ["transformers", "PreTrainedTokenizerFast"], "transformer": ["kiln", "KilnStarterTransformer2DModel"],
        "vae_encoder": ["kiln", "KilnStarterVae"], "vae_decoder": ["kiln", "KilnStarterVae"],
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "upscaler": ["kiln", "RealESRGANUpscaler"]})
    write_json(out / "pack.json", {
        "name": "starter", "title": "Starter (icons)", "version": "1.0.0", "licence": "MIT",
        "about": "A small text-to-image model trained from scratch on two CPU cores: it composes some 960 things into scenes, with counts, "
                 "colours, sizes, places and three styles, from English and Chinese prompts, at 128x128 pixels and the upscaler. It draws "
                 "what it was taught and nothing else; for other pictures open a downloaded model.",
        "family": "starter", "prediction": "flow", "timestep": "1000*sigma", "languages": ["en", "zh"],
        "defaults": {"width": 128, "height": 128, "steps": STEPS, "cfg": CFG, "negative": "", "sampler": "euler", "scheduler": "simple"},
        "sizes": {"fixed": [], "multiple": 16}, "preview": matrix, "upscale": upscaler.SCALE,
        "examples": EXAMPLES, "notices": "NOTICES.md", "trained": {k: facts[k] for k in ("step", "samples", "spent") if k in facts},
        "licences": [
            {"what": "weights of the text encoder, denoiser and VAE", "licence": "MIT"},
            {"what": "training pictures: Fluent Emoji 3D and flat, Microsoft", "licence": "MIT"},
            {"what": "training pictures: Noto Emoji, Google", "licence": "Apache-2.0"},
            {"what": "names of things: Unicode CLDR, by way of emojibase", "licence": "Unicode-3.0, MIT"},
            {"what": "upscaler: Real-ESRGAN animevideov3 x4", "licence": "BSD-3-Clause"}]})
    both = lambda en, zh: [{"en": list(en[k]), "zh": list(zh[k])} for k in en]  # noqa: E731
    write_json(out / "vocabulary.json", {"groups": [
        {"name": "things", "terms": [{"en": t.en, "zh": t.zh} for t in load_things()]},
        {"name": "grounds", "terms": both(words.GROUNDS_EN, words.GROUNDS_ZH)},
        {"name": "colors", "terms": both(words.COLOURS_EN, words.COLOURS_ZH)},
        {"name": "styles", "terms": both(words.STYLES_EN, words.STYLES_ZH)}]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--out", type=Path, required=True, help="a folder; the shipped pack is replaced only when it is better")
    parser.add_argument("--untrained", action="store_true")
    parser.add_argument("--size", choices=list(SIZES), default="base", help="with --untrained")
    parser.add_argument("--no-upscaler", action="store_true", help="spares a download of 196 MB")
    args = parser.parse_args()
    torch.set_num_threads(1)
    vae, model, facts = load(args.work, args.untrained, args.size)
    export_parts(vae, model, args.out)
    write_configs(args.out, model, preview(vae, None if args.untrained else Data(args.work)), facts)
    if not args.no_upscaler:
        onnx.save(half_weights(upscaler.build(args.work)), args.out / "upscaler/model.onnx")
        upscaler.write_config(args.out / "upscaler/config.json")
    from packed import parity

    print(parity(args.out, vae, model))
    print({str(p.relative_to(args.out)): p.stat().st_size for p in sorted(args.out.rglob("*.onnx"))})


if __name__ == "__main__":
    main()
