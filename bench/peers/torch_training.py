"""The networks of bench/training.ts in PyTorch with the same weights, driven line by line: a training step or a forward pass."""
import json
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F

EPSILON = 1e-3
TORCH_EPSILON = 1e-5


class Network:
    """Weights by the toolkit's names, in PyTorch's layouts; `forward` names what they are used for."""

    def __init__(self, request):
        stored = numpy.fromfile(request["weights"], dtype=numpy.float32)
        self.layout = torch.channels_last if request["layout"] == "channels-last" else torch.contiguous_format
        self.w, self.state, self.lstms, at = {}, {}, {}, 0
        for name, shape in request["shapes"]:
            size = int(numpy.prod(shape))
            values = torch.from_numpy(stored[at : at + size].reshape(shape).copy())
            at += size
            if name.endswith(("/mean", "/variance")) or name == "first_step":
                self.state[name] = values
            elif values.ndim == 4:
                self.w[name] = values.permute(3, 2, 0, 1).contiguous(memory_format=self.layout)
            elif values.ndim == 2 and not name.endswith("embedding"):
                self.w[name] = values.t().contiguous()
            else:
                self.w[name] = values
        self.grus = {}
        for name in [name for name in self.w if name.startswith("gru") and name.endswith("/kernel")]:
            self.grus[name.removesuffix("/kernel")] = self.gru(name.removesuffix("/kernel"))
        for name in [name for name in self.w if name.endswith("bilstm/forward/kernel")]:
            self.lstms[name.removesuffix("/forward/kernel")] = self.lstm(name.removesuffix("/forward/kernel"))
        for value in self.w.values():
            value.requires_grad_()
        layers = [*self.lstms.values(), *self.grus.values()]
        parameters = [*self.w.values(), *(p for layer in layers for p in layer.parameters())]
        self.optimizer = torch.optim.Adam(parameters, 1e-3)
        self.forward = globals()[request["network"].replace("-", "_")]
        self.training = False

    def lstm(self, name):
        """PyTorch's layer with the same numbers; gates lie i, g, f, o here and i, f, g, o there."""
        units = self.w[f"{name}/forward/bias"].shape[0] // 4
        inputs = self.w[f"{name}/forward/kernel"].shape[1] - units
        lstm = torch.nn.LSTM(inputs, units, batch_first=True, bidirectional=True)
        order = torch.cat([torch.arange(units) + gate * units for gate in (0, 2, 1, 3)])
        with torch.no_grad():
            for direction, suffix in (("forward", ""), ("backward", "_reverse")):
                kernel = self.w.pop(f"{name}/{direction}/kernel")[order]
                getattr(lstm, f"weight_ih_l0{suffix}").copy_(kernel[:, :inputs])
                getattr(lstm, f"weight_hh_l0{suffix}").copy_(kernel[:, inputs:])
                getattr(lstm, f"bias_ih_l0{suffix}").copy_(self.w.pop(f"{name}/{direction}/bias")[order])
                getattr(lstm, f"bias_hh_l0{suffix}").zero_()
        return lstm

    def gru(self, name):
        """PyTorch's layer with the same numbers; gates lie z, r, n here and r, z, n there."""
        kernel, recurrent = self.w.pop(f"{name}/kernel"), self.w.pop(f"{name}/recurrent")
        biases = self.w.pop(f"{name}/bias").t()
        units = recurrent.shape[1]
        gru = torch.nn.GRU(kernel.shape[1], units, batch_first=True)
        order = torch.cat([torch.arange(units) + gate * units for gate in (1, 0, 2)])
        with torch.no_grad():
            for ours, theirs in ((kernel, "weight_ih"), (recurrent, "weight_hh"), (biases[0], "bias_ih"), (biases[1], "bias_hh")):
                getattr(gru, f"{theirs}_l0").copy_(ours[order])
        return gru

    def norm(self, name, x, epsilon=EPSILON):
        moments = self.state[f"{name}/mean"], self.state[f"{name}/variance"]
        weights = self.w[f"{name}/gamma"], self.w[f"{name}/beta"]
        return F.batch_norm(x, *moments, *weights, self.training, 0.1, epsilon)

    def norm_steps(self, name, x):
        return self.norm(name, x.transpose(1, 2)).transpose(1, 2)

    def dense(self, name, x):
        return F.linear(x, self.w[f"{name}/kernel"], self.w[f"{name}/bias"])

    def conv(self, name, x, padding, bias=False):
        return F.conv2d(x, self.w[f"{name}/kernel"], self.w[f"{name}/bias"] if bias else None, padding=padding)

    def block(self, name, x, padding):
        """Convolution, bias, ReLU and normalisation, as in Musicnn's code."""
        return self.norm(f"{name}/norm", F.relu(self.conv(name, x, padding, bias=True)))

    def conv_norm(self, name, x, stride=1, relu=True):
        """Convolution with a bias, normalisation and ReLU, padded by half its kernel, as in the code of Won et al."""
        kernel = self.w[f"{name}/kernel"]
        sides = [size // 2 for size in kernel.shape[2:]]
        y = F.conv2d(x, kernel, self.w[f"{name}/bias"], stride=stride, padding=sides)
        y = self.norm(f"{name}/norm", y, TORCH_EPSILON)
        return F.relu(y) if relu else y

    def dense_norm(self, name, x):
        return F.relu(self.norm(f"{name}/norm", self.dense(name, x), TORCH_EPSILON))

    def residual(self, name, x, stride=1, pool=None):
        y = self.conv_norm(f"{name}/conv2", self.conv_norm(f"{name}/conv1", x, stride), relu=False)
        if f"{name}/shortcut/kernel" in self.w:
            x = self.conv_norm(f"{name}/shortcut", x, stride, relu=False)
        y = F.relu(x + y)
        return F.max_pool2d(y, pool) if pool else y

    def image(self, mel):
        """[batch, frames, bands] as [batch, 1, bands, frames], normalised."""
        return self.norm("input", mel.transpose(1, 2).unsqueeze(1), TORCH_EPSILON)

    def tagging(self, x):
        return self.dense("head", self.drop(self.dense_norm("back/hidden", x.amax(-1))))

    def drop(self, x, rate=0.5):
        return F.dropout(x, rate, self.training)

    def count(self, prefix):
        return sum(name.startswith(prefix) and name.endswith("kernel") for name in self.w)


def musicnn(net, mel):
    x = net.norm("input", mel.unsqueeze(1))
    front = [net.block(f"front/timbre{p}", x, (3, 0)).amax(3, keepdim=True) for p in (40, 70)]
    front += [net.block(f"front/rhythm{k}", x, "same").amax(3, keepdim=True) for k in (128, 64, 32)]
    front = torch.cat(front, 1)
    first = net.block("middle/conv1", front, (3, 0))
    second = net.block("middle/conv2", first, (3, 0)) + first
    third = net.block("middle/conv3", second, (3, 0)) + second
    steps = torch.cat([front, first, second, third], 1).squeeze(3)
    pooled = torch.stack([steps.amax(2), steps.mean(2)], 2).flatten(1)
    hidden = F.relu(net.dense("back/hidden", net.drop(net.norm("back/norm", pooled))))
    return net.dense("head", net.drop(net.norm("back/hidden_norm", hidden)))


def vgg(net, mel):
    x = net.norm("input", mel.unsqueeze(1))
    poolings = [((4, 1), (2, 2)), ((2, 2), (2, 2)), ((2, 2), (2, 2)), ((2, 2), (2, 2)), ((4, 4), (4, 4))]
    for i, (size, stride) in enumerate(poolings):
        x = F.max_pool2d(net.block(f"conv{i + 1}", x, 1), size, stride)
        x = net.drop(x, 0.25) if i < 4 else x
    return net.dense("head", net.drop(x.permute(0, 2, 3, 1).flatten(1)))


def mel_steps(net, mel):
    x = net.norm("mel/input", mel.unsqueeze(1))
    for i in range(net.count("mel/conv")):
        x = F.elu(F.max_pool2d(net.norm(f"mel/norm{i + 1}", net.conv(f"mel/conv{i + 1}", x, 1)), 2))
    x = torch.cat([x.mean(3), x.amax(3)], 1).transpose(1, 2)
    x = F.elu(net.norm_steps("mel/project_norm", net.dense("mel/project", x)))
    return net.lstms["mel/bilstm"](x)[0] if "mel/bilstm" in net.lstms else x


def waveform_steps(net, waveform):
    framed = waveform[:, : waveform.shape[1] // 3 * 3].reshape(len(waveform), -1, 3)
    x = net.dense("waveform/front", framed).transpose(1, 2).unsqueeze(2)
    x = F.elu(net.norm("waveform/front_norm", x))
    for i in range(net.count("waveform/conv")):
        x = net.norm(f"waveform/norm{i + 1}", net.conv(f"waveform/conv{i + 1}", x, (0, 1)))
        x = F.elu(F.max_pool2d(x, (1, 3)))
    return F.elu(net.norm_steps("waveform/project_norm", net.dense("waveform/project", x.squeeze(2).transpose(1, 2))))


def concat(net, *sequences):
    x = torch.cat([pooled for x in sequences for pooled in (x.mean(1), x.amax(1))], 1)
    return net.dense("head", F.elu(net.dense("fusion/hidden", x)))


def self_attention(net, **sequences):
    x = torch.cat([net.dense(f"fusion/{name}", values) for name, values in sequences.items()], 1)
    scores = F.linear(torch.tanh(F.linear(x, net.w["fusion/w1"])), net.w["fusion/w2"])
    pooled = (torch.softmax(scores.transpose(1, 2), 2) @ x).flatten(1)
    return net.dense("head", net.drop(F.elu(net.dense("fusion/hidden", net.drop(pooled)))))


def mel_7(net, mel):
    return concat(net, mel_steps(net, mel))


def waveform_10(net, waveform):
    return concat(net, waveform_steps(net, waveform))


def mel_and_waveform(net, mel, waveform):
    return self_attention(net, mel=mel_steps(net, mel), waveform=waveform_steps(net, waveform))


def mel_bilstm(net, mel):
    return self_attention(net, mel=mel_steps(net, mel))


def pooled(net, x, poolings):
    for i, pool in enumerate(poolings):
        x = F.max_pool2d(net.conv_norm(f"conv{i + 1}", x), pool)
    return x


def fcn(net, mel):
    x = pooled(net, net.image(mel), [(2, 4), (2, 4), (2, 4), (3, 5), (4, 4)])
    return net.dense("head", net.drop(x.flatten(1)))


def crnn(net, mel):
    x = pooled(net, net.image(mel), [(2, 2), (3, 3), (4, 4), (4, 4)]).squeeze(2).transpose(1, 2)
    for gru in net.grus.values():
        x = gru(x)[0]
    return net.dense("head", net.drop(x[:, -1]))


def musicnn_won(net, mel):
    x = net.norm("input", mel.unsqueeze(1), TORCH_EPSILON)
    front = []
    for percent in (70, 40):
        name = f"front/timbre{percent}"
        y = F.conv2d(x, net.w[f"{name}/kernel"], net.w[f"{name}/bias"], padding=(3, 0))
        front.append(F.relu(net.norm(f"{name}/norm", y, TORCH_EPSILON)).amax(3, keepdim=True))
    energy = x.mean(3, keepdim=True)
    front += [net.conv_norm(f"front/rhythm{frames}", energy) for frames in (129, 65, 33)]
    front = torch.cat(front, 1)
    first = net.conv_norm("middle/conv1", front)
    second = net.conv_norm("middle/conv2", first) + first
    third = net.conv_norm("middle/conv3", second) + second
    x = torch.cat([front, first, second, third], 1).squeeze(3)
    pooled = torch.cat([x.amax(2), x.mean(2)], 1)
    return net.dense("head", net.drop(net.dense_norm("back/hidden", pooled)))


def short_chunk(net, mel):
    return net.tagging(pooled(net, net.image(mel), [2] * 7).squeeze(2))


def short_chunk_residual(net, mel):
    x = net.image(mel)
    for i in range(7):
        x = net.residual(f"block{i + 1}", x, stride=2)
    return net.tagging(x.squeeze(2))


def first_samples(net, name, x, relu=True):
    """The strided first layer, whose kernel here has three samples as its channels."""
    kernel = net.w[f"{name}/kernel"].permute(0, 2, 3, 1)
    y = F.conv2d(x, kernel, net.w[f"{name}/bias"], stride=(1, 3), padding=(0, 1))
    y = net.norm(f"{name}/norm", y, TORCH_EPSILON)
    return F.relu(y) if relu else y


def samplecnn(net, waveform):
    x = first_samples(net, "layer1", waveform[:, None, None, :])
    for i in range(1, 11):
        x = net.conv_norm(f"layer{i + 1}", x)
        x = F.max_pool2d(x, (1, 3)) if i < 10 else x
    return net.dense("head", net.drop(x.flatten(1)))


def samplecnn_squeeze_excitation(net, waveform):
    x = waveform[:, None, None, :]
    for i in range(11):
        name = f"layer{i + 1}"
        y = first_samples(net, f"{name}/conv1", x) if i == 0 else net.conv_norm(f"{name}/conv1", x)
        y = net.conv_norm(f"{name}/conv2", y, relu=False)
        gates = torch.sigmoid(net.dense(f"{name}/excite", F.relu(net.dense(f"{name}/squeeze", y.mean((2, 3))))))
        if i == 0:
            x = first_samples(net, f"{name}/shortcut", x, relu=False)
        elif f"{name}/shortcut/kernel" in net.w:
            x = net.conv_norm(f"{name}/shortcut", x, relu=False)
        x = F.relu(x + y * gates[:, :, None, None])
        x = F.max_pool2d(x, (1, 3)) if 0 < i < 10 else x
    return net.dense("head", net.drop(net.dense_norm("back/hidden", x.flatten(1))))


def harmonic_cnn(net, waveform):
    harmonics, levels = 6, 128
    power = torch.stft(waveform, 512, 256, window=torch.hann_window(512), return_complex=True).abs() ** 2
    centres = 440 * 2 ** ((24 + torch.arange(levels) / 2 - 69) / 12)
    centres = torch.cat([centres * (h + 1) for h in range(harmonics)])
    width = (0.1079 * centres + 24.7) / net.w["front/q"]
    bins = torch.linspace(0, 8000, 257)[:, None]
    filters = torch.clamp(1 - 2 * (bins - centres).abs() / width, min=0)
    x = 10 * torch.log10(torch.clamp(filters.T @ power, min=1e-10))
    x = net.norm("input", x.reshape(len(waveform), harmonics, levels, -1), TORCH_EPSILON)
    for i, pool in enumerate([2, 2, 2, 2, 2, (2, 3), (2, 3)]):
        name = f"block{i + 1}"
        if f"{name}/conv1/kernel" in net.w:
            x = net.residual(name, x, pool=pool)
        else:
            x = F.max_pool2d(net.conv_norm(name, x), pool)
    return net.tagging(x.squeeze(2))


def cnnsa(net, mel):
    x = net.image(mel)
    for i in range(7):
        x = net.residual(f"block{i + 1}", x, stride=2 if i < 3 else (2, 1))
    x = x.squeeze(2).transpose(1, 2)
    x = torch.cat([net.state["first_step"].expand(len(x), 1, -1), x], 1)
    norm = lambda name, x: F.layer_norm(x, x.shape[2:], net.w[f"{name}/gamma"], net.w[f"{name}/beta"], 1e-12)
    split = lambda x: x.unflatten(2, (8, -1)).transpose(1, 2)
    for i in (1, 2):
        name = f"encoder{i}"
        q, k, v = (split(net.dense(f"{name}/{part}", x)) for part in ("query", "key", "value"))
        read = F.scaled_dot_product_attention(q, k, v, dropout_p=0.5 if net.training else 0.0)
        read = net.dense(f"{name}/attended", read.transpose(1, 2).flatten(2))
        x = norm(f"{name}/attended_norm", net.drop(read, 0.4) + x)
        inner = net.dense(f"{name}/outer", F.gelu(net.dense(f"{name}/inner", x)))
        x = norm(f"{name}/outer_norm", net.drop(inner, 0.4) + x)
    return net.dense("head", net.drop(torch.tanh(net.dense("pool", x[:, 0]))))


def textcnn(net, lyrics):
    x = net.drop(F.embedding(lyrics.long(), net.w["lyrics/embedding"]), 0.2)
    x = x.transpose(1, 2).unsqueeze(2)
    # Of an even width, the side with one zero more is the right one here.
    same = lambda size: ((size - 1) // 2, size // 2)
    maps = [F.conv2d(F.pad(x, same(size)), net.w[f"lyrics/conv{size}/kernel"]) for size in (3, 4, 5)]
    x = F.elu(net.norm("lyrics/norm", torch.cat(maps, 1))).squeeze(2).transpose(1, 2)
    return concat(net, x)


def work(net, request):
    if request["do"] == "forward":
        net.training = False
        with torch.inference_mode():
            return net.forward(net, **net.inputs).tolist()
    net.training = True
    net.optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(net.forward(net, **net.inputs), net.truth)
    loss.backward()
    net.optimizer.step()
    return loss.item()


networks = {}
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    key = request["layout"]
    if key not in networks:
        net = networks[key] = Network(request)
        read = lambda path, shape: torch.from_numpy(numpy.fromfile(path, dtype=numpy.float32).reshape(shape))
        net.inputs = {name: read(path, shape) for name, (path, shape) in request["inputs"].items()}
        net.truth = read(*request["truth"])
    begin = time.perf_counter()
    output = work(networks[key], request)
    seconds = time.perf_counter() - begin
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "work": 1, "output": output, "megabytes": kilobytes / 1024}), flush=True)
