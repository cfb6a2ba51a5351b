"""mir_eval's note scores, driven line by line: one JSON request a line in, one reply out."""
import json
import sys

import numpy as np
from mir_eval.transcription import onset_precision_recall_f1, precision_recall_f1_overlap

for line in sys.stdin:
    request = json.loads(line)

    def arrays(notes):
        notes = np.array(notes, float).reshape(-1, 3)
        return notes[:, :2], 440 * 2 ** ((notes[:, 2] - 69) / 12)

    (a, p), (b, q) = arrays(request["reference"]), arrays(request["estimate"])
    print(
        json.dumps(
            {
                "seconds": 0,
                "work": 0,
                "con": onset_precision_recall_f1(a, b)[2],
                "conp": precision_recall_f1_overlap(a, p, b, q, offset_ratio=None)[2],
                "conpoff": precision_recall_f1_overlap(a, p, b, q)[2],
            }
        ),
        flush=True,
    )
