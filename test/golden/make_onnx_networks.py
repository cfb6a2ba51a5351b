"""Networks that torch.onnx exports, and what onnxruntime computes of them: onnx-networks.json.

    pip install torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
    python test/golden/make_onnx_networks.py

A network of EfficientNet's operations (depthwise convolutions, squeeze-and-excitation, swish, hard sigmoid) and a small
transformer (layer normalisation, multi-head attention, GELU), with random weights.
"""

import base64
import io
import json
import sys

import numpy as np
import onnxruntime
import torch
from golden import FOLDER, check_versions
from torch import nn

PINNED = {"torch": "2.13.0", "onnx": "1.23.2", "onnxruntime": "1.32.0", "numpy": "2.4.6"}
check_versions(PINNED)
torch.manual_seed(1)


class Gate(nn.Module):
    """Squeeze-and-excitation."""

    def __init__(self, channels, hidden, gate):
        super().__init__()
        self.squeeze, self.excite, self.gate = nn.Conv2d(channels, hidden, 1), nn.Conv2d(hidden, channels, 1), gate

    def forward(self, x):
        return x * self.gate(self.excite(nn.functional.silu(self.squeeze(x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    """A mobile inverted bottleneck."""

    def __init__(self, inputs, outputs, kernel, stride, gate):
        super().__init__()
        wide = 4 * inputs
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.SiLU(),
            nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.SiLU(),
            Gate(wide, inputs, gate), nn.Conv2d(wide, outputs, 1, bias=False), nn.BatchNorm2d(outputs),
        )
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.is_residual else self.layers(x)


class EfficientNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish(),
            Block(8, 8, 3, 1, nn.Sigmoid()), Block(8, 12, 5, 2, nn.Hardsigmoid()), Block(12, 12, 5, 1, nn.Sigmoid()),
            nn.Conv2d(12, 32, 1, bias=False), nn.BatchNorm2d(32), nn.SiLU(),
        )
        self.head = nn.Linear(32, 5)

    def forward(self, mel):
        embedding = nn.functional.adaptive_avg_pool2d(self.layers(mel.unsqueeze(1)), 1).flatten(1)
        return torch.sigmoid(self.head(embedding)), embedding


class Transformer(nn.Module):
    """Patches, an encoder with the norm before each part, attention written out, and the mean over time."""

    def __init__(self, bands=24, size=16, heads=2, layers=2):
        super().__init__()
        self.heads = heads
        self.patches = nn.Conv1d(bands, size, 4, 4)
        self.place = nn.Parameter(0.1 * torch.randn(1, 12, size))
        part = lambda: nn.ModuleDict({
            "norm1": nn.LayerNorm(size), "qkv": nn.Linear(size, 3 * size), "out": nn.Linear(size, size),
            "norm2": nn.LayerNorm(size), "wide": nn.Linear(size, 4 * size), "narrow": nn.Linear(4 * size, size),
        })
        self.layers = nn.ModuleList([part() for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(size), nn.Linear(size, 5)

    def attend(self, part, x):
        batch, time, size = x.shape
        q, k, v = part["qkv"](x).reshape(batch, time, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) / (size // self.heads) ** 0.5).softmax(-1)
        return part["out"]((weights @ v).transpose(1, 2).reshape(batch, time, size))

    def forward(self, mel):
        x = self.patches(mel.transpose(1, 2)).transpose(1, 2) + self.place
        for part in self.layers:
            x = x + self.attend(part, part["norm1"](x))
            x = x + part["narrow"](nn.functional.gelu(part["wide"](part["norm2"](x))))
        embedding = self.norm(x).mean(1)
        return torch.sigmoid(self.head(embedding)), embedding


def disturb(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model.eval()


def case(name, model, frames, bands):
    file = io.BytesIO()
    names = ["activations", "embeddings"]
    torch.onnx.export(
        model, (torch.randn(2, frames, bands),), file, input_names=["melspectrogram"], output_names=names, dynamo=False,
        opset_version=17, dynamic_axes={n: {0: "batch"} for n in ["melspectrogram", *names]},
    )
    session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    mel = (2 * torch.rand(3, frames, bands)).numpy()
    pack = lambda a: {"shape": list(a.shape), "values": a.astype(float).ravel().tolist()}
    outputs = dict(zip(names, map(pack, session.run(None, {"melspectrogram": mel}))))
    return {"name": name, "file": base64.b64encode(file.getvalue()).decode(), "input": pack(mel), "outputs": outputs}


cases = [case("EfficientNet", disturb(EfficientNet()), 32, 24), case("Transformer", Transformer().eval(), 48, 24)]
made = {"script": "test/golden/make_onnx_networks.py", "versions": PINNED, "python": sys.version.split()[0]}
path = FOLDER / "onnx-networks.json"
path.write_text(json.dumps({"made": made, "cases": cases}) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
