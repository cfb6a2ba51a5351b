"""What PyTorch 2.13 says of small networks of the zoo with weights that both sides make by one formula: logits in
evaluation, and in training without dropout, with the gradients of a sum of these; and how many numbers the whole networks
train and how many products they add up, by PyTorch's own counter. Run it in this folder.

Shapes and names of weights are those of polytag; `weight` turns them into PyTorch's order of axes.
"""
import json
import math

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

torch.set_default_dtype(torch.float64)
LABELS, BATCH = 3, 2


def wave(shape, key, low=-1.0, high=1.0):
    """Numbers that a formula gives, the same here and in torch-reference.test.ts."""
    count = math.prod(shape)
    phase = sum((i + 1) * ord(c) for i, c in enumerate(key)) % 997
    index = torch.arange(count, dtype=torch.float64)
    unit = torch.sin(0.7 * index + 0.013 * index * (index % 7) + phase)
    return (low + (high - low) * (unit + 1) / 2).reshape(shape).to(torch.get_default_dtype())


class Net:
    """Weights by name, made when they are first asked for, and layers of them."""

    def __init__(self, training):
        self.training, self.trained = training, {}

    def weight(self, name, shape):
        if name not in self.trained:
            fan = math.prod(shape[:-1]) or 1
            bound = 1.5 / math.sqrt(fan) if name.endswith("kernel") or name.endswith("recurrent") else 0.3
            low, high = (0.6, 1.4) if name.endswith("gamma") or name.endswith("/q") else (-bound, bound)
            self.trained[name] = wave(shape, name, low, high).requires_grad_()
        return self.trained[name]

    def norm(self, x, name, channels):
        gamma, beta = self.weight(f"{name}/gamma", [channels]), self.weight(f"{name}/beta", [channels])
        mean, variance = wave([channels], f"{name}/mean"), wave([channels], f"{name}/variance", 0.5, 1.5)
        return F.batch_norm(x, mean, variance, gamma, beta, self.training, 0.1, 1e-5)

    def conv(self, x, name, inputs, outputs, size=(3, 3), stride=1, relu=True):
        kernel = self.weight(f"{name}/kernel", [*size, inputs, outputs]).permute(3, 2, 0, 1)
        bias = self.weight(f"{name}/bias", [outputs])
        y = F.conv2d(x, kernel, bias, stride=stride, padding=(size[0] // 2, size[1] // 2))
        y = self.norm(y, f"{name}/norm", outputs)
        return F.relu(y) if relu else y

    def dense(self, x, name, inputs, outputs):
        return x @ self.weight(f"{name}/kernel", [inputs, outputs]) + self.weight(f"{name}/bias", [outputs])

    def dense_norm(self, x, name, inputs, outputs):
        return F.relu(self.norm(self.dense(x, name, inputs, outputs), f"{name}/norm", outputs))

    def residual(self, x, name, inputs, outputs, stride=1, pool=None):
        y = self.conv(x, f"{name}/conv1", inputs, outputs, stride=stride)
        y = self.conv(y, f"{name}/conv2", outputs, outputs, relu=False)
        if stride != 1 or inputs != outputs:
            x = self.conv(x, f"{name}/shortcut", inputs, outputs, stride=stride, relu=False)
        y = F.relu(x + y)
        return F.max_pool2d(y, pool) if pool else y

    def image(self, mel):
        """[batch, frames, bands] as [batch, 1, bands, frames], normalised."""
        return self.norm(mel.transpose(1, 2).unsqueeze(1), "input", 1)

    def tagging(self, x, features, labels):
        return self.dense(self.dense_norm(x.amax(-1), "back/hidden", features, features), "head", features, labels)


def poolings(net, x, channels, pools):
    for i, (outputs, pool) in enumerate(zip(channels, pools)):
        x = F.max_pool2d(net.conv(x, f"conv{i + 1}", x.shape[1], outputs), pool)
    return x


def fcn(net, mel, labels, channels):
    x = poolings(net, net.image(mel), channels, [(2, 4), (2, 4), (2, 4), (3, 5), (4, 4)])
    return net.dense(x.flatten(1), "head", channels[-1], labels)


def crnn(net, mel, labels, channels, hidden):
    x = poolings(net, net.image(mel), channels, [(2, 2), (3, 3), (4, 4), (4, 4)])
    x, inputs = x.squeeze(2).transpose(1, 2), channels[-1]
    for i in (1, 2):
        gru = torch.nn.GRU(inputs, hidden, batch_first=True)

        def ordered(rows):  # Ours: update, reset, candidate; PyTorch's: reset, update, candidate.
            z, r, n = rows.split(hidden)
            return torch.cat([r, z, n])

        biases = net.weight(f"gru{i}/bias", [2, 3 * hidden])
        named = {
            "weight_ih_l0": ordered(net.weight(f"gru{i}/kernel", [inputs, 3 * hidden]).T),
            "weight_hh_l0": ordered(net.weight(f"gru{i}/recurrent", [hidden, 3 * hidden]).T),
            "bias_ih_l0": ordered(biases[0]),
            "bias_hh_l0": ordered(biases[1]),
        }
        x, inputs = torch.func.functional_call(gru, named, (x,))[0], hidden
    return net.dense(x[:, -1], "head", hidden, labels)


def musicnn_won(net, mel, labels, timbre, rhythm, middle, hidden):
    x = net.norm(mel.unsqueeze(1), "input", 1)  # [batch, 1, frames, bands]
    bands, fronts = mel.shape[2], []
    for percent in (70, 40):
        size = (7, percent * bands // 100)
        name = f"front/timbre{percent}"
        kernel = net.weight(f"{name}/kernel", [*size, 1, timbre]).permute(3, 2, 0, 1)
        y = F.conv2d(x, kernel, net.weight(f"{name}/bias", [timbre]), padding=(3, 0))
        fronts.append(F.relu(net.norm(y, f"{name}/norm", timbre)).amax(3, keepdim=True))
    for frames in (129, 65, 33):
        fronts.append(net.conv(x.mean(3, keepdim=True), f"front/rhythm{frames}", 1, rhythm, size=(frames, 1)))
    front = torch.cat(fronts, 1)
    first = net.conv(front, "middle/conv1", front.shape[1], middle, size=(7, 1))
    second = net.conv(first, "middle/conv2", middle, middle, size=(7, 1)) + first
    third = net.conv(second, "middle/conv3", middle, middle, size=(7, 1)) + second
    x = torch.cat([front, first, second, third], 1).squeeze(3)
    pooled = torch.cat([x.amax(2), x.mean(2)], 1)
    return net.dense(net.dense_norm(pooled, "back/hidden", pooled.shape[1], hidden), "head", hidden, labels)


def short_chunk(net, mel, labels, channels, residual):
    x, widths = net.image(mel), [1, 1, 2, 2, 2, 2, 4]
    for i, width in enumerate(widths):
        if residual:
            x = net.residual(x, f"block{i + 1}", x.shape[1], width * channels, stride=2)
        else:
            x = F.max_pool2d(net.conv(x, f"conv{i + 1}", x.shape[1], width * channels), 2)
    return net.tagging(x.squeeze(2), 4 * channels, labels)


def vgg16(net, mel, labels, channels):
    x = net.image(mel)
    for i, (width, count) in enumerate([(1, 2), (2, 2), (4, 3), (8, 3), (8, 3)]):
        for j in range(count):
            x = net.conv(x, f"conv{i + 1}_{j + 1}", x.shape[1], width * channels)
        x = F.max_pool2d(x, 2)
    return net.dense(x.mean((2, 3)), "head", 8 * channels, labels)


def samplecnn(net, samples, labels, channels, squeeze_excitation):
    x = samples[:, None, None, :]
    widths = [1, 1, 1, 2, 2, 2, 2, 2, 2, 4, 4]

    def conv(x, name, inputs, outputs, size, stride=1, relu=True):
        if stride == 1:
            return net.conv(x, name, inputs, outputs, size=(1, size), relu=relu)
        # The kernel of the first layer lies [1, 1, 3, out]: three samples are its channels.
        kernel = net.weight(f"{name}/kernel", [1, 1, 3, outputs]).permute(3, 0, 1, 2)
        y = F.conv2d(x, kernel, net.weight(f"{name}/bias", [outputs]), stride=(1, 3), padding=(0, 1))
        y = net.norm(y, f"{name}/norm", outputs)
        return F.relu(y) if relu else y

    for i, width in enumerate(widths):
        name, inputs, outputs = f"layer{i + 1}", x.shape[1], width * channels
        size, stride = (1 if i == 10 else 3), (3 if i == 0 else 1)
        if squeeze_excitation:
            y = conv(x, f"{name}/conv1", inputs, outputs, size, stride)
            y = conv(y, f"{name}/conv2", outputs, outputs, size, relu=False)
            gates = net.dense(y.mean((2, 3)), f"{name}/squeeze", outputs, outputs)
            gates = torch.sigmoid(net.dense(F.relu(gates), f"{name}/excite", outputs, outputs))
            if i == 0 or inputs != outputs:
                x = conv(x, f"{name}/shortcut", inputs, outputs, size, stride, relu=False)
            x = F.relu(x + y * gates[:, :, None, None])
        else:
            x = conv(x, name, inputs, outputs, size, stride)
        x = F.max_pool2d(x, (1, 3)) if 0 < i < 10 else x
    x, features = x.flatten(1), 4 * channels
    x = net.dense_norm(x, "back/hidden", features, features) if squeeze_excitation else x
    return net.dense(x, "head", features, labels)


def harmonic_cnn(net, samples, labels, channels):
    harmonics, levels = 6, 128
    power = torch.stft(samples, 512, 256, window=torch.hann_window(512), return_complex=True).abs() ** 2
    centres = 440 * 2 ** ((24 + torch.arange(levels) / 2 - 69) / 12)
    centres = torch.cat([centres * (h + 1) for h in range(harmonics)])
    width = (0.1079 * centres + 24.7) / net.weight("front/q", [1])
    bins = torch.linspace(0, 8000, 257)[:, None]
    filters = torch.clamp(1 - 2 * (bins - centres).abs() / width, min=0)
    x = 10 * torch.log10(torch.clamp(filters.T @ power, min=1e-10))
    x = net.norm(x.reshape(len(samples), harmonics, levels, -1), "input", harmonics)
    blocks = [(0, 1, 2), (1, 1, 2), (1, 1, 2), (1, 1, 2), (0, 2, 2), (1, 2, (2, 3)), (1, 2, (2, 3))]
    for i, (residual, width, pool) in enumerate(blocks):
        name, outputs = f"block{i + 1}", width * channels
        if residual:
            x = net.residual(x, name, x.shape[1], outputs, pool=pool)
        else:
            x = F.max_pool2d(net.conv(x, name, x.shape[1], outputs), pool)
    return net.tagging(x.squeeze(2), 2 * channels, labels)


def cnnsa(net, mel, labels, channels, layers, heads, hidden):
    x = net.image(mel)
    for i, width in enumerate([1, 1, 2, 2, 2, 2, 2]):
        x = net.residual(x, f"block{i + 1}", x.shape[1], width * channels, stride=2 if i < 3 else (2, 1))
    size = 2 * channels
    first = wave([size], "first_step", 0, 1).expand(len(x), 1, size)
    x = torch.cat([first, x.squeeze(2).transpose(1, 2)], 1)

    def norm(x, name):
        gamma, beta = net.weight(f"{name}/gamma", [size]), net.weight(f"{name}/beta", [size])
        return F.layer_norm(x, [size], gamma, beta, 1e-12)

    def split(x):
        return x.reshape(len(x), -1, heads, size // heads).transpose(1, 2)

    for i in range(layers):
        name = f"encoder{i + 1}"
        q, k, v = (split(net.dense(x, f"{name}/{part}", size, size)) for part in ("query", "key", "value"))
        read = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(size // heads), -1) @ v
        read = read.transpose(1, 2).reshape(len(x), -1, size)
        x = norm(net.dense(read, f"{name}/attended", size, size) + x, f"{name}/attended_norm")
        inner = F.gelu(net.dense(x, f"{name}/inner", size, hidden))
        x = norm(net.dense(inner, f"{name}/outer", hidden, size) + x, f"{name}/outer_norm")
    return net.dense(torch.tanh(net.dense(x[:, 0], "pool", size, size)), "head", size, labels)


# By name of the network: how it is computed, whole input, whole options, small input, small options.
CASES = {
    "fcn": (fcn, [1813, 96], {"channels": [64, 128, 128, 128, 64]}, [1300, 96], {"channels": [2, 3, 3, 4, 3]}),
    "crnn": (crnn, [1813, 96], {"channels": [64, 128, 128, 128], "hidden": 32}, [310, 96], {"channels": [2, 3, 3, 4], "hidden": 5}),
    "musicnn-won": (
        musicnn_won,
        [188, 96],
        {"timbre": 204, "rhythm": 51, "middle": 64, "hidden": 200},
        [40, 24],
        {"timbre": 3, "rhythm": 2, "middle": 4, "hidden": 5},
    ),
    "short-chunk": (short_chunk, [231, 128], {"channels": 128, "residual": False}, [150, 128], {"channels": 2, "residual": False}),
    "short-chunk residual": (short_chunk, [231, 128], {"channels": 128, "residual": True}, [150, 128], {"channels": 2, "residual": True}),
    "vgg16": (vgg16, [231, 128], {"channels": 64}, [70, 64], {"channels": 2}),
    "samplecnn": (samplecnn, [59049], {"channels": 128, "squeeze_excitation": False}, [59049], {"channels": 2, "squeeze_excitation": False}),
    "samplecnn squeeze_excitation": (samplecnn, [59049], {"channels": 128, "squeeze_excitation": True}, [59049], {"channels": 2, "squeeze_excitation": True}),
    "harmonic-cnn": (harmonic_cnn, [80000], {"channels": 128}, [80000], {"channels": 2}),
    "cnnsa": (
        cnnsa,
        [938, 128],
        {"channels": 128, "layers": 2, "heads": 8, "hidden": 1024},
        [45, 128],
        {"channels": 4, "layers": 2, "heads": 2, "hidden": 6},
    ),
}

def gradients(network, size, options):
    """
    Of sum(logits * wave) in training: of each weight the gradient's norm, how fast the sum grows along a direction that a
    formula gives, and how much of the gradient the rounding of single precision is, in PyTorch itself.
    """
    found = []
    for dtype in (torch.float64, torch.float32):
        torch.set_default_dtype(dtype)
        net = Net(training=True)
        logits = network(net, wave([BATCH, *size], "input"), LABELS, **options)
        (logits * wave(logits.shape, "loss")).sum().backward()
        found.append({name: weight.grad.double() for name, weight in net.trained.items()})
    torch.set_default_dtype(torch.float64)
    exact, rounded = found
    digits = lambda value, count: float(f"{value:.{count}g}")
    return {
        name: [
            digits(gradient.norm().item(), 7),
            digits((gradient * wave(gradient.shape, f"{name} direction")).sum().item(), 7),
            digits((rounded[name] - gradient).norm().item(), 2),
        ]
        for name, gradient in exact.items()
    }


result = {}
for name, (network, whole, options, size, small) in CASES.items():
    counted = Net(training=False)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(counted, wave([1, *whole], "input"), 50, **options)
    given = {}
    for mode in ("evaluated", "trained"):
        net = Net(training=mode == "trained")
        logits = network(net, wave([BATCH, *size], "input"), LABELS, **small)
        given[mode] = logits.flatten().tolist()
    given["gradients"] = gradients(network, size, small)
    parameters = sum(weight.numel() for weight in counted.trained.values())
    totals = {"parameters": parameters, "multiply_adds": counter.get_total_flops() // 2}
    result[name] = {**totals, "size": size, "options": small, **given}
    print(name, totals)
with open("torch-reference.json", "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
