"""Basic Pitch's own notes of recordings, driven line by line: samples as float32 in a file at 22.05 kHz, notes out."""
import json
import logging
import sys
import time
from pathlib import Path

logging.disable(logging.WARNING)

import basic_pitch
import numpy as np
import onnxruntime
from basic_pitch import inference, note_creation

model = inference.Model(Path(basic_pitch.__file__).parent / "saved_models/icassp_2022/nmp.onnx")
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
model.model = onnxruntime.InferenceSession(
    model.model._model_path, options, providers=["CPUExecutionProvider"]
)


def cut(output, length, _overlap):
    """The end as in the package's repository since November 2025: release 0.4.0 loses the last frames."""
    kept = output[:, 15:-15, :]
    return kept.reshape(-1, kept.shape[2])[: int(length / (43_844 - 30 * 256) * 142)]


inference.unwrap_output = cut
for line in sys.stdin:
    samples = np.fromfile(json.loads(line)["path"], np.float32)
    inference.librosa.load = lambda *_args, **_options: (samples, 22_050)
    begin = time.process_time()
    output = inference.run_inference("samples", model)
    _, notes = note_creation.model_output_to_notes(output, 0.5, 0.3)
    seconds = time.process_time() - begin
    rows = sorted([float(start), float(end), int(pitch)] for start, end, pitch, *_ in notes)
    print(json.dumps({"seconds": seconds, "work": len(samples) / 22_050, "notes": rows}), flush=True)
