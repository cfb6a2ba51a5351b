"""PyTorch's schedules of the learning rate, its weight decay and Won et al.'s optimisers: schedules.json.

    pip install torch==2.13.0 numpy==2.4.6
    python test/golden/make_schedules.py

Rates and momenta are those in effect at each step. Everything is computed in float64 and written with nine digits.
"""

import json

import torch
from golden import FOLDER, check_versions
from torch.optim import lr_scheduler

PINNED = {"torch": "2.13.0", "numpy": "2.4.6"}
check_versions(PINNED)
torch.set_default_dtype(torch.float64)

RATE = 0.02
STEPS_PER_EPOCH = 4
EPOCHS = 6
TOTAL = STEPS_PER_EPOCH * EPOCHS


def number(x):
    return float(f"{x:.9g}")


def trace(make, optimizer="sgd"):
    """Rate, as a part of the whole one, and momentum at each step under a scheduler."""
    weight = torch.zeros(1, requires_grad=True)
    if optimizer == "sgd":
        made = torch.optim.SGD([weight], lr=RATE, momentum=0.9, nesterov=True)
    else:
        made = torch.optim.Adam([weight], lr=RATE)
    scheduler = make(made)
    rates, momenta = [], []
    for _ in range(TOTAL):
        group = made.param_groups[0]
        rates.append(number(group["lr"] / RATE))
        momenta.append(number(group["momentum"] if optimizer == "sgd" else group["betas"][0]))
        weight.grad = torch.zeros(1)
        made.step()
        scheduler.step()
    return {"rates": rates, "momenta": momenta}


def warm(make, steps):
    """A linear warm-up multiplied with a schedule: (step + 1) / steps, then 1."""
    return lambda made: lr_scheduler.ChainedScheduler([
        make(made),
        lr_scheduler.LinearLR(made, start_factor=1 / steps, end_factor=1, total_iters=steps - 1),
    ])


def cosine(floor=0.01):
    return lambda made: lr_scheduler.CosineAnnealingLR(made, T_max=TOTAL, eta_min=floor * RATE)


def restarts(epochs, multiplier, floor=0.01):
    return lambda made: lr_scheduler.CosineAnnealingWarmRestarts(
        made, T_0=epochs * STEPS_PER_EPOCH, T_mult=multiplier, eta_min=floor * RATE)


def steps(epochs, factor):
    return lambda made: lr_scheduler.StepLR(made, step_size=epochs * STEPS_PER_EPOCH, gamma=factor)


def constant(made):
    return lr_scheduler.MultiplicativeLR(made, lambda _: 1.0)


def one_cycle(**options):
    return lambda made: lr_scheduler.OneCycleLR(made, max_lr=RATE, total_steps=TOTAL, **options)


ONE_CYCLE = {"kind": "one-cycle"}
schedules = [
    [{"kind": "constant"}, trace(constant)],
    [{"kind": "constant", "warmup_steps": 5}, trace(warm(constant, 5))],
    [{"kind": "step", "every_epochs": 2, "factor": 0.3}, trace(steps(2, 0.3))],
    [{"kind": "step", "every_epochs": 2, "factor": 0.3, "warmup_steps": 10}, trace(warm(steps(2, 0.3), 10))],
    [{"kind": "cosine"}, trace(cosine())],
    [{"kind": "cosine", "floor": 0.1}, trace(cosine(0.1))],
    [{"kind": "cosine", "restarts": {"epochs": 2}}, trace(restarts(2, 1))],
    [{"kind": "cosine", "restarts": {"epochs": 1, "multiplier": 2}, "floor": 0}, trace(restarts(1, 2, 0))],
    [ONE_CYCLE, trace(one_cycle())],
    [{**ONE_CYCLE, "pct_start": 0.25, "div_factor": 10, "final_div_factor": 100, "anneal": "linear",
      "momentum": [0.8, 0.9]},
     trace(one_cycle(pct_start=0.25, div_factor=10, final_div_factor=100, anneal_strategy="linear",
                     base_momentum=0.8, max_momentum=0.9))],
    [{**ONE_CYCLE, "pct_start": 0.5}, trace(one_cycle(pct_start=0.5), "adam")],
]

START = [0.5, -1.25, 2.0]
GRADIENTS = [[0.4, -0.2, 1.5], [0.1, 0.3, -0.7], [-0.6, 0.2, 0.9], [0.3, 0.3, -0.1], [0.2, -0.8, 0.4],
             [-0.1, 0.5, 0.6]]


def weights_under(make, make_scheduler=None):
    """The weights after each step with given gradients."""
    weight = torch.tensor(START, requires_grad=True)
    made = make([weight])
    scheduler = make_scheduler(made) if make_scheduler else None
    seen = []
    for gradient in GRADIENTS:
        weight.grad = torch.tensor(gradient)
        made.step()
        if scheduler:
            scheduler.step()
        seen.append([number(x) for x in weight.detach().tolist()])
    return seen


optimizers = [
    [{"kind": "adam", "learning_rate": 0.05, "weight_decay": 0.1, "decay": "l2"},
     weights_under(lambda w: torch.optim.Adam(w, lr=0.05, weight_decay=0.1))],
    [{"kind": "adam", "learning_rate": 0.05, "weight_decay": 0.1, "decay": "decoupled"},
     weights_under(lambda w: torch.optim.AdamW(w, lr=0.05, weight_decay=0.1))],
    [{"kind": "sgd", "learning_rate": 0.05, "weight_decay": 0.1, "decay": "l2", "momentum": 0.9},
     weights_under(lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1))],
]

CYCLE = {"max_lr": 0.05, "total_steps": len(GRADIENTS)}
one_cycles = [
    [{"kind": "adam", "learning_rate": 0.05},
     weights_under(lambda w: torch.optim.Adam(w, lr=0.05), lambda o: lr_scheduler.OneCycleLR(o, **CYCLE))],
    [{"kind": "sgd", "learning_rate": 0.05},
     weights_under(lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9, nesterov=True),
                   lambda o: lr_scheduler.OneCycleLR(o, **CYCLE))],
]

result = {
    "versions": PINNED,
    "steps_per_epoch": STEPS_PER_EPOCH,
    "epochs": EPOCHS,
    "schedules": schedules,
    "start": START,
    "gradients": GRADIENTS,
    "optimizers": optimizers,
    "one_cycle": one_cycles,
}
lines = ",\n".join(f' "{name}": {json.dumps(part)}' for name, part in result.items())
(FOLDER / "schedules.json").write_text(f"{{\n{lines}\n}}\n")
