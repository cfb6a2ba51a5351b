"""A graph of EfficientNet-B0's size for the benchmark, and how fast onnxruntime runs it in Python: the graph alone."""
import json
import sys
import time

import numpy as np
import onnxruntime
import torch
from torch import nn

FRAMES, BANDS = 128, 96
# Expansion, channels, layers, stride and kernel of each stage of EfficientNet-B0.
STAGES = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3)]


def normed(conv, swish=True):
    return [conv, nn.BatchNorm2d(conv.out_channels), *([nn.SiLU()] if swish else [])]


class Gate(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(channels, hidden, 1), nn.SiLU(), nn.Conv2d(hidden, channels, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.layers(x.mean((2, 3), keepdim=True))


class Block(nn.Module):
    def __init__(self, inputs, outputs, expansion, stride, kernel):
        super().__init__()
        wide = inputs * expansion
        self.layers = nn.Sequential(
            *(normed(nn.Conv2d(inputs, wide, 1, bias=False)) if expansion > 1 else []),
            *normed(nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False)),
            Gate(wide, max(1, inputs // 4)),
            *normed(nn.Conv2d(wide, outputs, 1, bias=False), swish=False),
        )
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.is_residual else self.layers(x)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = normed(nn.Conv2d(1, 32, 3, 2, 1, bias=False)), 32
        for expansion, outputs, count, stride, kernel in STAGES:
            for i in range(count):
                layers.append(Block(channels, outputs, expansion, stride if i == 0 else 1, kernel))
                channels = outputs
        self.layers = nn.Sequential(*layers, *normed(nn.Conv2d(channels, 1280, 1, bias=False)))
        self.head = nn.Linear(1280, 400)

    def forward(self, mel):
        embedding = self.layers(mel.unsqueeze(1)).mean((2, 3))
        return self.head(embedding).sigmoid(), embedding


def write(path):
    torch.manual_seed(1)
    names = ["activations", "embeddings"]
    torch.onnx.export(
        Tagger().eval(), (torch.randn(2, FRAMES, BANDS),), path, input_names=["melspectrogram"], output_names=names,
        dynamo=False, opset_version=17, dynamic_axes={name: {0: "batch"} for name in ["melspectrogram", *names]},
    )


session = None
for line in sys.stdin:
    request = json.loads(line)
    begin = time.perf_counter()
    if request["mode"] == "write":
        write(request["path"])
    else:
        if session is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = request["threads"]
            session = onnxruntime.InferenceSession(request["path"], options)
            begin = time.perf_counter()
        mel = np.random.default_rng(1).random((request["batch"], FRAMES, BANDS), np.float32)
        for _ in range(request["patches"] // request["batch"]):
            session.run(None, {"melspectrogram": mel})
    print(json.dumps({"seconds": time.perf_counter() - begin, "work": request["patches"]}), flush=True)
