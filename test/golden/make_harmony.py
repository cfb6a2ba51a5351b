"""mir_eval's scores of keys, chords and melodies: harmony.json.

    pip install mir_eval==0.8.2 numpy==2.4.6
    python test/golden/make_harmony.py

Chords and melodies are made by a linear congruential generator and stored.
"""

import json
import sys

import mir_eval
import numpy as np
from golden import FOLDER, check_versions, noise

PINNED = {"mir_eval": "0.8.2", "numpy": "2.4.6"}
check_versions(PINNED)

NAMES = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
KEYS = [f"{tonic} {mode}" for mode in ("major", "minor") for tonic in NAMES]
QUALITIES = ["maj", "min", "7", "maj7", "min7"]


def draws(seed):
    return iter(0.5 + 0.5 * noise(20_000, seed).astype(float))


def labels(draw, count):
    """Stretches as [begin, end, label], times in ms whole."""
    at, rows = 0.0, []
    for _ in range(count):
        end = round(at + 0.2 + 1.5 * next(draw), 3)
        kind = next(draw)
        root, quality = NAMES[int(4 * next(draw))], QUALITIES[int(5 * next(draw))]
        label = "N" if kind < 0.1 else "X" if kind < 0.2 else f"{root}:{quality}"
        rows.append([at, end, label])
        at = end
    return rows


def altered_labels(draw, reference, gaps):
    """The reference with moved borders and other labels."""
    rows = []
    for begin, end, label in reference:
        shift, kind = round(0.2 * (next(draw) - 0.5), 3), next(draw)
        begin = max(begin + shift, rows[-1][1] if rows else 0.0) if rows or gaps else begin
        if label == "X" or kind < 0.2:
            label = f"{NAMES[int(4 * next(draw))]}:{QUALITIES[int(5 * next(draw))]}"
        elif kind < 0.5 and label != "N":
            label = f"{label.split(':')[0]}:{QUALITIES[int(5 * next(draw))]}"
        if kind > 0.97:
            label = "N"
        if not (gaps and kind > 0.9) and end + shift > begin:
            rows.append([round(begin, 3), round(end + shift, 3), label])
    return rows


def chord_scores(reference, estimate):
    # mir_eval wants no gaps: what is not labelled is no chord.
    filled, at = [], 0.0
    for begin, end, label in estimate:
        if begin > at:
            filled.append([at, begin, "N"])
        # Rounding makes no overlaps.
        filled.append([max(begin, at), end, label])
        at = end

    def split(rows):
        return np.array([row[:2] for row in rows]), [row[2] for row in rows]

    scores = mir_eval.chord.evaluate(*split(reference), *split(filled))
    return {name: float(scores[name]) for name in ("root", "majmin", "sevenths")}


chords = []
for seed, gaps in [(1, False), (2, True), (3, True)]:
    draw = draws(seed)
    reference = labels(draw, 30)
    estimate = altered_labels(draw, reference[: 30 if seed < 3 else 24], gaps)
    chords.append({"reference": reference, "estimate": estimate, "scores": chord_scores(reference, estimate)})


def series(draw, count, hop, start, guesses):
    times = [round(start + hop * i, 6) for i in range(count)]
    hertz, pitch = [], 60.0
    while len(hertz) < count:
        length, kind = 1 + int(40 * next(draw)), next(draw)
        pitch = 55 + int(24 * next(draw))
        for _ in range(length):
            value = 440 * 2 ** ((pitch + 0.9 * (next(draw) - 0.5) - 69) / 12)
            sign = 0 if kind < 0.2 else -1 if guesses and kind < 0.4 else 1
            hertz.append(round(sign * value, 4))
    return {"times": times, "hertz": hertz[:count]}


def altered(draw, reference, hop, start, count):
    """The reference at other times, with octave errors, wrong notes and wrong voicing."""
    times = [round(start + hop * i, 6) for i in range(count)]
    hertz, left = [], 0
    for time in times:
        if left == 0:
            left, kind = 1 + int(30 * next(draw)), next(draw)
        left -= 1
        i = min(len(reference["times"]) - 1, int(np.searchsorted(reference["times"], time)))
        value = abs(reference["hertz"][i])
        factor = 2 if kind < 0.2 else 1.3 if kind < 0.3 else 1
        sign = 0 if kind > 0.9 else -1 if kind > 0.75 else 1
        hertz.append(round(sign * factor * (value or 220.0) * 2 ** ((next(draw) - 0.5) / 12), 4))
    return {"times": times, "hertz": hertz}


melodies = []
for seed, hop, start, count in [(4, 0.01, 0, 400), (5, 0.0058, 0, 700), (6, 0.016, 0.008, 200), (7, 0.0029, 0.003, 900)]:
    draw = draws(seed)
    reference = series(draw, 400, 0.01, 0, False)
    estimate = altered(draw, reference, hop, start, count)
    found = mir_eval.melody.evaluate(*(np.array(one[key]) for one in (reference, estimate) for key in ("times", "hertz")))
    melodies.append({"reference": reference, "estimate": estimate, "scores": {k: float(v) for k, v in found.items()}})

result = {
    "made": {"script": "test/golden/make_harmony.py", "versions": PINNED, "python": sys.version.split()[0]},
    "keys": [[float(mir_eval.key.weighted_score(a, b)) for b in KEYS] for a in KEYS],
    "chords": chords,
    "melodies": melodies,
}
path = FOLDER / "harmony.json"
path.write_text(json.dumps(result) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
