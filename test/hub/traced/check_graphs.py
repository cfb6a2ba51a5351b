"""Runs every ONNX graph of a folder in onnxruntime; prints the largest difference of each to the scores beside it.

python check_graphs.py FOLDER, with peers.json in the folder. Differences are relative to the largest number from 1.
"""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime

folder = Path(sys.argv[1])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 3


def read(kept):
    values = numpy.fromfile(folder / kept["file"], dtype=kept["dtype"])
    return values.reshape(kept["shape"])


def difference(found, wanted):
    if found.shape != wanted.shape:
        return float("inf")
    worst = numpy.abs(found - wanted).max() / max(1, numpy.abs(wanted).max())
    return float(numpy.nan_to_num(worst, nan=numpy.inf))


worst = {}
for peer in json.loads((folder / "peers.json").read_text()):
    session = onnxruntime.InferenceSession(folder / peer["graph"], options, providers=["CPUExecutionProvider"])
    inputs = {name: read(kept) for name, kept in peer["inputs"].items()}
    names = list(peer["outputs"])
    found = session.run(names, inputs)
    worst[peer["title"]] = max(difference(one, read(peer["outputs"][name])) for name, one in zip(names, found))
print(json.dumps(worst))
