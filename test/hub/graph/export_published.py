"""Exports networks of Won et al. 2020 with their published weights by torch.onnx: mtat-fcn, mtat-musicnn, msd-crnn.

    pip install torch==2.13.0 onnx==1.23.2
    python test/hub/graph/export_published.py WEIGHTS OUT

The graphs take spectrograms, [batch, frames, 96]; the state dictionaries' names decide those of the layers.
"""

import sys
from pathlib import Path

import torch
from torch import nn


class Conv(nn.Module):
    def __init__(self, conv, norm, pool=None):
        super().__init__()
        self.conv, self.bn, self.pool = conv, norm, pool

    def forward(self, x):
        x = self.bn(self.conv(x)).relu()
        return x if self.pool is None else nn.functional.max_pool2d(x, self.pool)


def conv2d(inputs, outputs, pool):
    return Conv(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), pool)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.spec_bn = nn.BatchNorm2d(1)

    def image(self, mel):
        return self.spec_bn(mel.transpose(1, 2).unsqueeze(1))


class Fcn(Tagger):
    def __init__(self):
        super().__init__()
        sizes = [1, 64, 128, 128, 128, 64]
        for i, pool in enumerate([(2, 4), (2, 4), (2, 4), (3, 5), (4, 4)]):
            setattr(self, f"layer{i + 1}", conv2d(sizes[i], sizes[i + 1], pool))
        self.dense = nn.Linear(64, 50)

    def forward(self, mel):
        x = self.image(mel)
        for i in range(5):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.dense(x.flatten(1)).sigmoid()


class Crnn(Tagger):
    def __init__(self):
        super().__init__()
        sizes = [1, 64, 128, 128, 128]
        for i, pool in enumerate([(2, 2), (3, 3), (4, 4), (4, 4)]):
            setattr(self, f"layer{i + 1}", conv2d(sizes[i], sizes[i + 1], pool))
        self.layer5 = nn.GRU(128, 32, 2, batch_first=True)
        self.dense = nn.Linear(32, 50)

    def forward(self, mel):
        x = self.image(mel)
        for i in range(4):
            x = getattr(self, f"layer{i + 1}")(x)
        states, _ = self.layer5(x.squeeze(2).transpose(1, 2))
        return self.dense(states[:, -1]).sigmoid()


class Musicnn(Tagger):
    def __init__(self):
        super().__init__()
        tall = lambda height: Conv(nn.Conv2d(1, 204, (height, 7), padding=(0, 3)), nn.BatchNorm2d(204))
        line = lambda inputs, outputs, size: Conv(
            nn.Conv1d(inputs, outputs, size, padding=size // 2), nn.BatchNorm1d(outputs)
        )
        self.layers = nn.ModuleList([tall(67), tall(38), *[line(1, 51, size) for size in (129, 65, 33)]])
        self.layer1, self.layer2, self.layer3 = line(561, 64, 7), line(64, 64, 7), line(64, 64, 7)
        self.dense1, self.bn, self.dense2 = nn.Linear(1506, 200), nn.BatchNorm1d(200), nn.Linear(200, 50)

    def forward(self, mel):
        image = self.image(mel)
        energy = image.mean(2)
        front = [layer(image).amax(2) for layer in self.layers[:2]] + [layer(energy) for layer in self.layers[2:]]
        x = torch.cat(front, 1)
        first = self.layer1(x)
        second = self.layer2(first) + first
        third = self.layer3(second) + second
        whole = torch.cat([x, first, second, third], 1)
        pooled = torch.cat([whole.amax(2), whole.mean(2)], 1)
        return self.dense2(self.bn(self.dense1(pooled)).relu()).sigmoid()


FRAMES = {"mtat-fcn": (Fcn, 1813), "msd-crnn": (Crnn, 1813), "mtat-musicnn": (Musicnn, 188)}

weights, out = map(Path, sys.argv[1:])
for name, (network, frames) in FRAMES.items():
    model = network()
    stored = torch.load(weights / f"{name}.pth", map_location="cpu", weights_only=True)
    missing, unknown = model.load_state_dict(stored, strict=False)
    assert not missing and all(key.startswith("spec.") for key in unknown), (name, missing, unknown)
    names = {"input_names": ["mel"], "output_names": ["scores"]}
    axes = {"mel": {0: "batch"}, "scores": {0: "batch"}}
    torch.onnx.export(
        model.eval(), (torch.randn(1, frames, 96),), out / f"{name}.onnx", dynamo=False, opset_version=17,
        dynamic_axes=axes, **names,
    )
    print(name)
