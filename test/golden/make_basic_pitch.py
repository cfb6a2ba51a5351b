"""What Basic Pitch and its package make of a melody with overlapping tones, and of probabilities by formula: basic_pitch.json.

    pip install --no-deps basic-pitch==0.4.0
    pip install librosa==0.11.0 onnxruntime==1.32.0 numpy==2.4.6 scipy==1.17.1 mir_eval==0.8.2 resampy==0.4.2 \
        pretty_midi==0.2.11.post0 'setuptools<81'
    python test/golden/make_basic_pitch.py

The signal is that of golden.py at 22,050 Hz. The end is cut as in the package's repository since November 2025 (#179):
release 0.4.0 loses the last frames.
"""

import json
import sys
from pathlib import Path

import basic_pitch
import numpy as np
from basic_pitch import inference, note_creation
from golden import FOLDER, check_versions, melody, noise

PINNED = {
    "basic-pitch": "0.4.0",
    "librosa": "0.11.0",
    "onnxruntime": "1.32.0",
    "numpy": "2.4.6",
    "scipy": "1.17.1",
}
check_versions(PINNED)

RATE = 22_050
WINDOW_HOP = 43_844 - 30 * 256


def cut(output, length, _overlap):
    kept = output[:, 15:-15, :]
    return kept.reshape(-1, kept.shape[2])[: int(length / WINDOW_HOP * 142)]


samples = melody(RATE)
inference.librosa.load = lambda *_args, **_options: (samples, RATE)
inference.unwrap_output = cut
model = inference.Model(Path(basic_pitch.__file__).parent / "saved_models/icassp_2022/nmp.onnx")
output = inference.run_inference("melody", model)

# Frames and semitones whose values are stored.
ROWS = slice(0, None, 61)


def notes(frames, settings):
    frames = {name: values.copy() for name, values in frames.items()}
    _, events = note_creation.model_output_to_notes(frames, **settings)
    return [
        [round(float(start), 6), round(float(end), 6), int(pitch), round(float(amplitude), 6), [int(b) for b in bends]]
        for start, end, pitch, amplitude, bends in sorted(events, key=lambda event: (event[0], event[2]))
    ]


DEFAULTS = {"onset_thresh": 0.5, "frame_thresh": 0.3, "min_note_len": 11}


def smooth(values, times):
    """A mean of each frame and the next, so often: tones instead of noise."""
    for _ in range(times):
        values = (values + np.vstack([values[1:], values[-1:]])) / np.float32(2)
    return values


FRAMES = 150
# Powers of noise, smoothed in time, so that many notes begin, overlap and end.
formula = {
    "note": smooth(np.abs(noise(FRAMES * 88, 1)).reshape(FRAMES, 88) ** 4, 6),
    "onset": smooth(np.abs(noise(FRAMES * 88, 2)).reshape(FRAMES, 88) ** 4, 2),
    "contour": smooth(np.abs(noise(FRAMES * 264, 3)).reshape(FRAMES, 264), 4),
}
VARIANTS = [
    {"min_note_len": 20},
    {"onset_thresh": 0.35, "frame_thresh": 0.25, "min_note_len": 30},
    {"frame_thresh": 0.36, "min_note_len": 8, "melodia_trick": False},
    {"infer_onsets": False, "onset_thresh": 0.6, "min_note_len": 12},
    {"min_freq": 110.0, "max_freq": 880.0},
]

result = {
    "made": {"script": "test/golden/make_basic_pitch.py", "versions": PINNED, "python": sys.version.split()[0]},
    "melody": {
        "frames": len(output["note"]),
        "note": [round(float(x), 5) for x in output["note"][ROWS].ravel()],
        "onset": [round(float(x), 5) for x in output["onset"][ROWS].ravel()],
        "notes": notes(output, DEFAULTS),
    },
    "formula": [
        {"settings": {**DEFAULTS, **variant}, "notes": notes(formula, {**DEFAULTS, **variant})} for variant in VARIANTS
    ],
}
path = FOLDER / "basic_pitch.json"
path.write_text(json.dumps(result) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes, {[len(one['notes']) for one in [result['melody'], *result['formula']]]} notes")
