"""mir_eval's scores of note lists, and SwiftF0's pitch and notes of a melody: transcription.json.

    pip install mir_eval==0.8.2 swift-f0==0.3.0 onnxruntime==1.32.0 numpy==2.4.6
    python test/golden/make_transcription.py

The note lists are made by a linear congruential generator and stored; the melody is that of golden.py.
"""

import json
import sys

import numpy as np
from golden import FOLDER, RATE, check_versions, melody, noise
from mir_eval.transcription import onset_precision_recall_f1, precision_recall_f1_overlap
from swift_f0 import SwiftF0, segment_notes

PINNED = {"mir_eval": "0.8.2", "swift-f0": "0.3.0", "onnxruntime": "1.32.0", "numpy": "2.4.6"}
check_versions(PINNED)


def note_lists(seed, spread, dense):
    """A reference, and an estimate that misses, adds and moves notes; times in ms and pitches in cents are whole."""
    draw = iter(noise(20_000, seed).astype(float))
    reference, estimate, at = [], [], 0.0
    for _ in range(60):
        at += (0.05 if dense else 0.2) + 0.2 * abs(next(draw))
        length = 0.1 + 0.3 * abs(next(draw))
        pitch = 60 + 7 * next(draw)
        reference.append([round(at, 3), round(at + length, 3), round(pitch, 2)])
        for _ in range(2 if next(draw) > 0.7 else 1):
            if next(draw) < -0.8:
                continue
            onset = at + spread * next(draw)
            estimate.append(
                [
                    round(max(0.0, onset), 3),
                    round(max(0.01, onset) + length * (1 + 0.5 * next(draw)), 3),
                    # Never at a tolerance exactly: mir_eval compares pitches in Hz, which rounds.
                    round(pitch + 0.8 * next(draw), 2) + 0.003,
                ]
            )
    # Onset and offset at the tolerance exactly.
    reference.append([30.0, 31.0, 60.0])
    estimate.append([30.05, 31.2, 60.2])
    return reference, estimate


def scores(reference, estimate, onset, cents, ratio):
    def arrays(notes):
        notes = np.array(notes).reshape(-1, 3)
        return notes[:, :2], 440 * 2 ** ((notes[:, 2] - 69) / 12)

    (a, p), (b, q) = arrays(reference), arrays(estimate)
    common = {"onset_tolerance": onset, "pitch_tolerance": cents}
    with_offset = precision_recall_f1_overlap(a, p, b, q, offset_ratio=ratio, **common)[:3]
    return {
        "tolerance": {"onset": onset, "pitch": cents / 100, "offsetRatio": ratio},
        "con": onset_precision_recall_f1(a, b, onset_tolerance=onset),
        "conp": precision_recall_f1_overlap(a, p, b, q, offset_ratio=None, **common)[:3],
        "conpoff": with_offset,
    }


lists = []
for seed, spread, dense in [(1, 0.05, False), (2, 0.1, False), (3, 0.08, True), (4, 0.3, True)]:
    reference, estimate = note_lists(seed, spread, dense)
    lists.append(
        {
            "reference": reference,
            "estimate": estimate,
            "scores": [scores(reference, estimate, *way) for way in [(0.05, 50, 0.2), (0.1, 25, 0.5)]],
        }
    )

found = SwiftF0(threads=1).detect(melody(), RATE)
result = {
    "made": {"script": "test/golden/make_transcription.py", "versions": PINNED, "python": sys.version.split()[0]},
    "lists": lists,
    "swiftF0": {
        "hz": [round(float(x), 4) for x in found.pitch_hz],
        "confidence": [round(float(x), 6) for x in found.confidence],
        "level": [round(float(x), 4) for x in found.loudness_db],
        "notes": [
            [round(note.start, 4), round(note.end, 4), round(69 + 12 * np.log2(note.pitch_hz / 440), 4)]
            for note in segment_notes(found)
        ],
    },
}
path = FOLDER / "transcription.json"
path.write_text(json.dumps(result) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
