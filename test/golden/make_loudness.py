"""Integrated loudness by FFmpeg's filter ebur128 (a port of libebur128) and by pyloudnorm: loudness.json.

    pip install pyloudnorm==0.2.0 numpy==2.4.6 scipy==1.17.1       and FFmpeg on the path
    python test/golden/make_loudness.py

The signals are those of golden.py at several rates, alone and as two channels of which the second is half as loud and
reversed. pyloudnorm is given the filters of the standard ("DeMan"): its own differ by up to 0.1 LU.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pyloudnorm
from golden import FOLDER, check_versions, melody, noise, sweep
from scipy.io import wavfile

PINNED = {"pyloudnorm": "0.2.0", "numpy": "2.4.6", "scipy": "1.17.1"}
check_versions(PINNED)


def both(signal):
    return np.stack([signal, 0.5 * signal[::-1]], axis=1).astype(np.float32)


SIGNALS = {
    "melody 16000": (melody(), 16_000),
    "melody 16000 stereo": (both(melody()), 16_000),
    "sweep 44100 stereo": (both(sweep(3, 44_100)), 44_100),
    "sweep 48000": (sweep(3, 48_000), 48_000),
    "noise 22050": ((0.1 * noise(66_150)).astype(np.float32), 22_050),
}


def ffmpeg(signal, rate):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signal.wav"
        wavfile.write(path, rate, signal)
        command = ["ffmpeg", "-nostats", "-i", path, "-af", "ebur128=metadata=1,ametadata=print:file=-", "-f", "null", "-"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"lavfi\.r128\.I=(-?[\d.]+)", out)[-1])


def loudnorm(signal, rate):
    return pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(signal)


found = {
    name: {"ffmpeg": ffmpeg(signal, rate), "pyloudnorm": round(loudnorm(signal, rate), 4)}
    for name, (signal, rate) in SIGNALS.items()
}
version = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout.split()[2]
made = {"script": "make_loudness.py", "libraries": {**PINNED, "ffmpeg": version}}
(FOLDER / "loudness.json").write_text(json.dumps({"made": made, "lufs": found}, indent=1) + "\n")
