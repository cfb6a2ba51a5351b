"""The networks of bench/training.ts in PyTorch with the same weights, driven line by line: a training step or a forward pass."""
import json
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F

EPSILON = 1e-3


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
            if name.endswith(("/mean", "/variance")):
                self.state[name] = values
            elif values.ndim == 4:
                self.w[name] = values.permute(3, 2, 0, 1).contiguous(memory_format=self.layout)
            elif values.ndim == 2:
                self.w[name] = values.t().contiguous()
            else:
                self.w[name] = values
        for name in [name for name in self.w if name.endswith("bilstm/forward/kernel")]:
            self.lstms[name.removesuffix("/forward/kernel")] = self.lstm(name.removesuffix("/forward/kernel"))
        for value in self.w.values():
            value.requires_grad_()
        parameters = [*self.w.values(), *(p for lstm in self.lstms.values() for p in lstm.parameters())]
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

    def norm(self, name, x):
        moments = self.state[f"{name}/mean"], self.state[f"{name}/variance"]
        weights = self.w[f"{name}/gamma"], self.w[f"{name}/beta"]
        return F.batch_norm(x, *moments, *weights, self.training, 0.1, EPSILON)

    def norm_steps(self, name, x):
        return self.norm(name, x.transpose(1, 2)).transpose(1, 2)

    def dense(self, name, x):
        return F.linear(x, self.w[f"{name}/kernel"], self.w[f"{name}/bias"])

    def conv(self, name, x, padding, bias=False):
        return F.conv2d(x, self.w[f"{name}/kernel"], self.w[f"{name}/bias"] if bias else None, padding=padding)

    def block(self, name, x, padding):
        """Convolution, bias, ReLU and normalisation, as in Musicnn's code."""
        return self.norm(f"{name}/norm", F.relu(self.conv(name, x, padding, bias=True)))

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
