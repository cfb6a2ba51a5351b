"""PyTorch's layers, fusions, losses and optimisers on small inputs, with gradients: torch.json.

    pip install torch==2.13.0 numpy==2.4.6
    python test/golden/make_torch.py

Everything is computed in float64. Inputs and weights have three decimals, results nine digits. Images are stored with
the channels last and kernels as [height, width, in, out], as the tests take them.
"""

import json
import sys

import torch
import torch.nn.functional as F
from golden import FOLDER, check_versions

PINNED = {"torch": "2.13.0", "numpy": "2.4.6"}
check_versions(PINNED)
torch.set_default_dtype(torch.float64)
torch.manual_seed(7)


def given(*shape, scale=1.0):
    """Random values with three decimals, tracked for gradients."""
    return (torch.randn(*shape) * scale).round(decimals=3).requires_grad_()


def numbers(x):
    """Nested lists of nine significant digits."""
    if isinstance(x, list):
        return [numbers(each) for each in x]
    if isinstance(x, torch.Tensor):
        return numbers(x.detach().tolist())
    return float(f"{x:.9g}")


def gradients(loss, named):
    found = torch.autograd.grad(loss, list(named.values()))
    return {name: numbers(g) for name, g in zip(named, found)}


def lstm():
    """Bidirectional LSTM of 3 features and 4 units; the loss is the sum of squares."""
    layer = torch.nn.LSTM(3, 4, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(weight.round(decimals=3))
    x = given(2, 5, 3)
    output, _ = layer(x)
    named = dict(layer.named_parameters())
    grads = gradients(output.square().sum(), {"input": x, **named})
    return {
        "input": numbers(x),
        "state": {name: numbers(weight) for name, weight in named.items()},
        "output": numbers(output),
        "grad_input": grads.pop("input"),
        "grads": grads,
    }


def lstm_packed():
    """Bidirectional LSTM on packed sequences of every length, not sorted; the loss is the sum of squares times weights."""
    lengths = [4, 1, 6, 2, 5, 3]
    layer = torch.nn.LSTM(3, 4, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(weight.round(decimals=3))
    x = given(len(lengths), max(lengths), 3)
    weight = given(len(lengths), max(lengths), 8).detach()
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, torch.tensor(lengths), batch_first=True, enforce_sorted=False
    )
    output, _ = torch.nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True)
    named = dict(layer.named_parameters())
    grads = gradients((output.square() * weight).sum(), {"input": x, **named})
    return {
        "lengths": lengths,
        "input": numbers(x),
        "weight": numbers(weight),
        "state": {name: numbers(w) for name, w in named.items()},
        "output": numbers(output),
        "grad_input": grads.pop("input"),
        "grads": grads,
    }


def attention_pooling(mask):
    """A = softmax(w2 tanh(w1 x')), M = A x (Lin et al. 2017); masked steps get no weight. The loss is sum(M^2)."""
    x, w1, w2 = given(2, 6, 5), given(4, 5), given(3, 4)
    scores = w2 @ torch.tanh(w1 @ x.transpose(1, 2))
    if mask is not None:
        scores = scores.masked_fill(torch.tensor(mask)[:, None, :] == 0, -torch.inf)
    attention = scores.softmax(-1)
    pooled = attention @ x
    grads = gradients(pooled.square().sum(), {"grad_input": x, "grad_w1": w1, "grad_w2": w2})
    inputs = {"input": numbers(x), "w1": numbers(w1), "w2": numbers(w2), "mask": mask}
    return {**inputs, "A": numbers(attention), "M": numbers(pooled), **grads}


def conv_block():
    """Convolution 3 x 3 with bias, ReLU, batch norm (eps 1e-3, momentum 0.1) and max-pooling 2 x 2."""
    x = given(3, 6, 4, 2)
    kernel, bias, gamma, beta = given(3, 3, 2, 3), given(3), given(3), given(3)
    mean, variance = given(3, scale=0.1).detach(), torch.tensor([0.5, 1.25, 2.0])
    state = {"mean": numbers(mean), "variance": numbers(variance)}

    def forward(training):
        y = F.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), bias, padding="same").relu()
        y = F.batch_norm(y, mean, variance, gamma, beta, training, momentum=0.1, eps=1e-3)
        return F.max_pool2d(y, 2).permute(0, 2, 3, 1)

    evaluated = forward(False)
    trained = forward(True)
    weights = {"kernel": kernel, "bias": bias, "gamma": gamma, "beta": beta}
    return {
        "input": numbers(x),
        "weights": {name: numbers(weight) for name, weight in weights.items()},
        "state": state,
        "evaluated": numbers(evaluated),
        "trained": numbers(trained),
        "state_after": {"mean": numbers(mean), "variance": numbers(variance)},
        "grads": gradients(trained.pow(3).sum(), {"input": x, **weights}),
    }


def conv1d():
    """Convolution of width 4 over time, which pads one step before and two after."""
    x, kernel = given(2, 7, 3), given(4, 3, 2)
    y = F.conv1d(F.pad(x.transpose(1, 2), (1, 2)), kernel.permute(2, 1, 0)).transpose(1, 2)
    grads = gradients(y.square().sum(), {"input": x, "kernel": kernel})
    return {"input": numbers(x), "kernel": numbers(kernel), "output": numbers(y), "grads": grads}


def dot_product_attention():
    """scaled_dot_product_attention of two heads with a padded text; the loss is sum(output * weight)."""
    batch, steps, time, features, heads = 2, 3, 4, 6, 2
    queries, keys, values = given(batch, steps, features), given(batch, time, features), given(batch, time, features)
    weight = given(batch, steps, features).detach()
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])

    def split(x):
        return x.reshape(batch, -1, heads, features // heads).transpose(1, 2)

    allowed = mask.bool()[:, None, None, :].expand(batch, heads, steps, time)
    read = F.scaled_dot_product_attention(split(queries), split(keys), split(values), attn_mask=allowed)
    output = read.transpose(1, 2).reshape(batch, steps, features)
    named = {"queries": queries, "keys": keys, "values": values}
    return {
        "heads": heads,
        **{name: numbers(x) for name, x in named.items()},
        "mask": mask.tolist(),
        "weight": numbers(weight),
        "output": numbers(output),
        "grads": gradients((output * weight).sum(), named),
    }


def gated_unit():
    """The bimodal gated unit of Arevalo et al. 2017: z tanh(x1 w1) + (1 - z) tanh(x2 w2), z = sigmoid([x1, x2] wz)."""
    x1, x2, w1, w2, wz = given(3, 4), given(3, 5), given(4, 2), given(5, 2), given(9, 2)
    gate = torch.sigmoid(torch.cat([x1, x2], 1) @ wz)
    output = gate * torch.tanh(x1 @ w1) + (1 - gate) * torch.tanh(x2 @ w2)
    inputs = {"x1": x1, "x2": x2, "w1": w1, "w2": w2, "wz": wz}
    return {**{name: numbers(x) for name, x in inputs.items()}, "output": numbers(output)}


def losses():
    logits, classes = given(4, 5, scale=3), [2, 0, 4, 1]
    labels = (torch.rand(4, 5) < 0.4).double()
    alpha = 2.5
    bce = F.binary_cross_entropy_with_logits(logits, labels, pos_weight=torch.full((5,), alpha))
    cross = F.cross_entropy(logits, torch.tensor(classes))
    return {
        "penalised_bce": {
            "alpha": alpha,
            "logits": numbers(logits),
            "labels": labels.tolist(),
            "loss": numbers(bce),
            "grad_logits": gradients(bce, {"z": logits})["z"],
        },
        "categorical": {
            "logits": numbers(logits),
            "classes": classes,
            "loss": numbers(cross),
            "grad_logits": gradients(cross, {"z": logits})["z"],
        },
    }


def optimizers():
    """Weights after each of four steps with given gradients, at our options."""
    start = given(6).detach()
    steps = [given(6).detach() for _ in range(4)]
    makers = {
        "adam": lambda w: torch.optim.Adam([w], lr=0.05),
        "adam, weight_decay 0.1": lambda w: torch.optim.AdamW([w], lr=0.05, weight_decay=0.1),
        "sgd": lambda w: torch.optim.SGD([w], lr=0.05, momentum=0.9, nesterov=True),
        "rmsprop": lambda w: torch.optim.RMSprop([w], lr=0.05, alpha=0.9),
    }
    traces = {}
    for name, make in makers.items():
        weight = start.clone().requires_grad_()
        optimizer = make(weight)
        traces[name] = []
        for gradient in steps:
            weight.grad = gradient.clone()
            optimizer.step()
            traces[name].append(numbers(weight))
    return {"start": numbers(start), "gradients": numbers(torch.stack(steps)), "weights": traces}


def clipping():
    weights = [given(2, 3), given(4)]
    before = [given(2, 3).detach(), given(4).detach()]
    for weight, gradient in zip(weights, before):
        weight.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_(weights, 1.5)
    return {"limit": 1.5, "gradients": numbers(before), "clipped": [numbers(w.grad) for w in weights]}


def recurrent(kind):
    """One direction over packed sequences of every length; the loss is the sum of the last states' squares times weights."""
    lengths = [4, 1, 6, 2, 5, 3]
    layer = kind(3, 4, batch_first=True)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(weight.round(decimals=3))
    x = given(len(lengths), max(lengths), 3)
    weight = given(len(lengths), 4).detach()
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, torch.tensor(lengths), batch_first=True, enforce_sorted=False
    )
    _, state = layer(packed)
    last = (state[0] if isinstance(state, tuple) else state)[0]
    named = dict(layer.named_parameters())
    grads = gradients((last.square() * weight).sum(), {"input": x, **named})
    return {
        "lengths": lengths,
        "input": numbers(x),
        "weight": numbers(weight),
        "state": {name: numbers(w) for name, w in named.items()},
        "output": numbers(last),
        "grad_input": grads.pop("input"),
        "grads": grads,
    }


def main():
    mask = [[1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]]
    result = {
        "made": {"script": "test/golden/make_torch.py", "versions": PINNED, "python": sys.version.split()[0]},
        "lstm_bidirectional": lstm(),
        "self_attention_pooling": attention_pooling(None),
        "self_attention_pooling_masked": attention_pooling(mask),
        "conv_block": conv_block(),
        "conv1d": conv1d(),
        "dot_product_attention": dot_product_attention(),
        "gated_multimodal_unit": gated_unit(),
        **losses(),
        "optimizers": optimizers(),
        "clip_by_global_norm": clipping(),
        # Last, so that the values before it stay as they were drawn.
        "lstm_bidirectional_packed": lstm_packed(),
        "recurrent_simple": recurrent(torch.nn.RNN),
        "recurrent_gru": recurrent(torch.nn.GRU),
        "recurrent_lstm": recurrent(torch.nn.LSTM),
    }
    path = FOLDER / "torch.json"
    lines = ",\n".join(f' "{name}": {json.dumps(part)}' for name, part in result.items())
    path.write_text(f"{{\n{lines}\n}}\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


main()
