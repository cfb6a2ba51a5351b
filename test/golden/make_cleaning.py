"""The spectral gate of src/features/cleaning written with librosa and SciPy: cleaning.json.

    pip install librosa==0.11.0 numpy==2.4.6 scipy==1.17.1
    python test/golden/make_cleaning.py

As noisereduce's stationary gate, smoothed over 60 Hz in place of 500, with the quietest frames for noise, or a recording of it.
"""

import json

import librosa
import numpy as np
from golden import FOLDER, check_versions, melody, noise
from scipy.signal import convolve2d

PINNED = {"librosa": "0.11.0", "numpy": "2.4.6", "scipy": "1.17.1"}
check_versions(PINNED)

N_FFT, HOP = 1024, 256


def triangle(half):
    weights = half + 1 - np.abs(np.arange(-half, half + 1))
    return weights / weights.sum()


def levels(samples):
    spectrum = librosa.stft(samples, n_fft=N_FFT, hop_length=HOP, pad_mode="constant")
    return 20 * np.log10(np.maximum(1e-10, np.abs(spectrum)))


def gate(samples, rate, quietest=0.1, threshold=1.5, reduction=1.0, noise_alone=None):
    spectrum = librosa.stft(samples, n_fft=N_FFT, hop_length=HOP, pad_mode="constant")
    level = 20 * np.log10(np.maximum(1e-10, np.abs(spectrum)))
    power = (np.abs(spectrum) ** 2).sum(axis=0)
    count = max(1, round(quietest * spectrum.shape[1]))
    quiet = level[:, np.argsort(power, kind="stable")[:count]] if noise_alone is None else levels(noise_alone)
    limit = quiet.mean(axis=1) + threshold * quiet.std(axis=1)
    mask = np.where(level > limit[:, None], 1.0, 1.0 - reduction)
    kernel = np.outer(triangle(int(60 / (rate / N_FFT))), triangle(int(0.05 * rate / HOP)))
    mask = convolve2d(mask, kernel, mode="same")
    return librosa.istft(spectrum * mask, hop_length=HOP, length=len(samples))


def main():
    signal = melody().astype(np.float64)
    signal[: len(signal) // 4] = 0
    noisy = (signal + 0.05 * noise(len(signal))[: len(signal)]).astype(np.float32)
    cases = []
    alone = (0.05 * noise(8_000)).astype(np.float32).astype(np.float64)
    for options in ({}, {"noise_alone": True}, {"quietest": 0.2, "threshold": 1.0, "reduction": 0.8}):
        changed = options | ({"noise_alone": alone} if "noise_alone" in options else {})
        cleaned = gate(noisy.astype(np.float64), 16_000, **changed)
        at = list(range(0, len(cleaned), 499))
        cases.append({"options": options, "at": at, "samples": [float(f"{cleaned[i]:.7g}") for i in at]})
    made = {"script": "test/golden/make_cleaning.py", "versions": PINNED}
    path = FOLDER / "cleaning.json"
    path.write_text(json.dumps({"made": made, "cases": cases}) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


main()
