"""Shared by the make_*.py scripts: the signals, and how a golden file is written.

The signals are given by formulas, which test/golden/signals.ts repeats in TypeScript, so no recording is stored.
Every golden file is an .npz archive: little-endian arrays, and `made.json` with the script, the versions of the
libraries, and what the arrays hold. The same script and versions write the same bytes.
"""

import io
import json
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
RATE = 16_000


def noise(length, seed=1):
    """White noise from -1 to 1, rounded to float32: the linear congruential generator of Numerical Recipes."""
    state = seed
    values = np.empty(length)
    for n in range(length):
        state = (1_664_525 * state + 1_013_904_223) % 2**32
        values[n] = state / 2**31 - 1
    return values.astype(np.float32)


def sweep(seconds=3, rate=RATE):
    """Exponential sine sweep from 50 Hz to 7 kHz, amplitude 0.5."""
    t = np.arange(int(seconds * rate)) / rate
    growth = np.log(7000 / 50)
    phase = 2 * np.pi * 50 * seconds / growth * (np.exp(growth * t / seconds) - 1)
    return (0.5 * np.sin(phase)).astype(np.float32)


# Semitones from 217 Hz, an A3 that is 24 cents flat; a note every 0.4 s, the first after 0.2 s.
NOTES = [0, 4, 7, 12, 7, 5, 9, 2, 5, 4, 11, 7, 3, -5, 0, 8, 12, 4, 0, 10, 7, 5, 2, -1, 0]


def melody(rate=RATE):
    """10 s: decaying tones of six partials with vibrato, a burst of noise at every other one, and a noise floor."""
    length = 10 * rate
    spacing = int(0.4 * rate)
    hiss = noise(length)
    samples = 0.002 * hiss.astype(np.float64)
    for i, semitones in enumerate(NOTES):
        begin = int(0.2 * rate) + i * spacing
        t = np.arange(length - begin) / rate
        # Each note rings on for two more, so that tones overlap.
        t = t[: 3 * spacing]
        frequency = 217 * 2 ** (semitones / 12)
        # A vibrato of 5.5 Hz and 1 % has the phase of its integral.
        phase = 2 * np.pi * frequency * (t + 0.01 * (1 - np.cos(2 * np.pi * 5.5 * t)) / (2 * np.pi * 5.5))
        envelope = np.minimum(1, t / 0.01) * np.exp(-3 * t)
        tone = sum(np.sin(k * phase) / k for k in range(1, 7))
        samples[begin : begin + len(t)] += 0.15 * envelope * tone
        if i % 2 == 0:
            burst = np.exp(-60 * t) * hiss[begin : begin + len(t)]
            samples[begin : begin + len(t)] += 0.2 * burst
    return samples.astype(np.float32)


SIGNALS = {"melody": melody, "sweep": sweep}


def write(name, arrays, info, libraries):
    """Writes NAME.npz: arrays as they are, `info` and the versions of `libraries` into its made.json."""
    made = {
        "script": f"test/golden/{Path(sys.argv[0]).name}",
        "python": ".".join(map(str, sys.version_info[:3])),
        "versions": {library: version(library) for library in libraries},
        **info,
    }
    path = FOLDER / f"{name}.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def add(entry, data):
            # A fixed time, so that the same values give the same file.
            archive.writestr(zipfile.ZipInfo(entry, (2025, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)

        add("made.json", json.dumps(made, indent=1))
        for key, values in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(values))
            add(f"{key}.npy", data.getvalue())
    print(f"{path.name}: {path.stat().st_size} bytes, {len(arrays)} arrays")


def check_versions(pinned):
    """Stops where a library is not of the version that the committed files were made with."""
    wrong = {k: version(k) for k, wanted in pinned.items() if version(k).split("+")[0] != wanted}
    if wrong:
        sys.exit(f"Pinned versions are {pinned}; installed are {wrong}.")
