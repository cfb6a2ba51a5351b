"""Runs model.onnx in ONNX Runtime and prints the scores: python load.py [INPUT=FILE.npy …]

Needs onnxruntime and numpy. A file has the windows of an input, [batch, …]; what is not given is random. That of the input
"samples" may also have a recording, mono and at the model's sample rate: its scores are the means over its windows.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(Path(__file__).with_name("model.onnx"), providers=["CPUExecutionProvider"])
about = session.get_modelmeta().custom_metadata_map
labels, settings, samples = (json.loads(about.get(key, "null")) for key in ("labels", "inputs", "samples"))


def windows_of(recording, begin, length, hop, frames, step, centred, remainder, **_):
    """The samples of each window of a recording, [windows, length]."""
    total = 1 + len(recording) // hop if centred else -(-len(recording) // hop)
    starts = list(range(0, total - frames + 1, step)) or [0]
    if remainder == "cover" and starts[-1] + frames < total:
        starts.append(total - frames)
    padded = np.pad(recording, (-begin, length + hop))
    return np.stack([padded[start * hop : start * hop + length] for start in starts])


given = {name: np.load(file) for name, file in (argument.split("=", 1) for argument in sys.argv[1:])}
unknown = set(given) - {port.name for port in session.get_inputs()}
if unknown:
    sys.exit(f"The model has no input {', '.join(sorted(unknown))}.")
if samples and given.get("samples", np.zeros(0)).ndim == 1 and "samples" in given:
    given["samples"] = windows_of(given["samples"], **samples)
batch = max([len(windows) for windows in given.values()], default=1)
feeds = {}
for port in session.get_inputs():
    shape = [batch, *port.shape[1:]]
    if port.name in given:  # One text goes with every window.
        feeds[port.name] = np.broadcast_to(given[port.name], shape)
    elif port.type == "tensor(int32)":
        feeds[port.name] = np.random.randint(settings["inputs"][port.name]["vocabulary"], size=shape, dtype=np.int32)
    else:
        feeds[port.name] = np.random.uniform(-1, 1, shape).astype(np.float32)
scores = session.run(["scores"], feeds)[0]
if scores.ndim > 2:
    print("scores", scores.shape)
else:
    for label, score in zip(labels, scores.mean(axis=0)):
        print(f"{score:.6f} {label}")
