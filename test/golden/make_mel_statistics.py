"""Mean and standard deviation over time of each mel band, by librosa and NumPy: mel_statistics.json.

    pip install librosa==0.11.0 numpy==2.4.6
    python test/golden/make_mel_statistics.py

The signal is the melody of golden.py; the mel input is that of configs/crnn-artist.yaml (decibels of 128 bands), and the
default one, log10(1 + 10000 x) of 96 bands. Each has its means first, then its deviations (divided by n).
"""

import json

import librosa
import numpy as np
from golden import FOLDER, RATE, check_versions, melody

PINNED = {"librosa": "0.11.0", "numpy": "2.4.6"}
check_versions(PINNED)


def statistics(rows):
    values = rows.astype(np.float64)
    return [float(f"{x:.6g}") for x in np.concatenate([values.mean(axis=1), values.std(axis=1)])]


def mel(n_fft, hop_length, n_mels):
    options = dict(n_fft=n_fft, hop_length=hop_length, n_mels=n_mels)
    return librosa.feature.melspectrogram(y=melody(), sr=RATE, **options)


found = {
    "db": statistics(librosa.power_to_db(mel(2048, 512, 128), ref=1.0, top_db=None)),
    "log10": statistics(np.log10(1 + 10_000 * mel(512, 256, 96))),
}
made = {"script": "test/golden/make_mel_statistics.py", "versions": PINNED}
(FOLDER / "mel_statistics.json").write_text(json.dumps({"made": made, **found}) + "\n")
