"""librosa's features of the synthetic signals: features.npz.

    pip install librosa==0.11.0 numpy==2.4.6 scipy==1.17.1 soxr==1.1.0
    python test/golden/make_features.py

Arrays are features x frames as librosa gives them, float32; of the large ones only every n-th frame is kept, which
`every` in made.json tells.
"""

import librosa
import numpy as np

from golden import RATE, SIGNALS, check_versions, write

PINNED = {"librosa": "0.11.0", "numpy": "2.4.6", "scipy": "1.17.1", "soxr": "1.1.0"}
check_versions(PINNED)

HOP = 256
FRAMES_KEPT = 40
PITCH = {"fmin": 65, "fmax": 2093, "sr": RATE, "frame_length": 2048, "hop_length": HOP}


def features(y):
    """Every array of one signal, by name."""
    timing = {"sr": RATE, "hop_length": HOP}
    mel = librosa.feature.melspectrogram(y=y, n_fft=512, n_mels=96, **timing)
    f0, voiced_flag, voiced_prob = librosa.pyin(y, **PITCH)
    return {
        "stft_magnitude": np.abs(librosa.stft(y, n_fft=512, hop_length=HOP)),
        "mel_slaney": mel,
        "mel_htk": librosa.feature.melspectrogram(y=y, n_fft=512, n_mels=96, htk=True, norm=None, **timing),
        # Frames of 25 ms.
        "mel_hamming": librosa.feature.melspectrogram(
            y=y, n_fft=512, win_length=400, window="hamming", n_mels=96, **timing
        ),
        "mel_db": librosa.power_to_db(mel, ref=np.max, top_db=80),
        "mfcc20": librosa.feature.mfcc(y=y, n_mfcc=20, n_fft=512, n_mels=96, **timing),
        "cqt84": np.abs(librosa.cqt(y, n_bins=84, **timing)),
        "chroma_stft": librosa.feature.chroma_stft(y=y, n_fft=2048, tuning=0, **timing),
        "chroma_stft_tuned": librosa.feature.chroma_stft(y=y, n_fft=2048, **timing),
        "onset_strength": librosa.onset.onset_strength(y=y, n_fft=2048, **timing),
        "preemphasis_097": librosa.effects.preemphasis(y, coef=0.97, zi=[0]),
        "yin_f0": librosa.yin(y, **PITCH),
        "pyin_f0": f0,
        "pyin_voiced_flag": voiced_flag.astype(np.float32),
        "pyin_voiced_prob": voiced_prob,
    }


def rhythm(y):
    """Onsets, tempo and beats: short lists, kept as JSON."""
    timing = {"sr": RATE, "hop_length": HOP}
    envelope = librosa.onset.onset_strength(y=y, **timing)
    median = librosa.onset.onset_strength(y=y, aggregate=np.median, **timing)
    tempo, beats = librosa.beat.beat_track(onset_envelope=median, **timing)
    _, untrimmed = librosa.beat.beat_track(onset_envelope=median, trim=False, **timing)
    _, at_150 = librosa.beat.beat_track(onset_envelope=median, bpm=150, **timing)
    return {
        "onset_seconds": librosa.onset.onset_detect(onset_envelope=envelope, units="time", **timing).tolist(),
        "tempo_bpm": float(librosa.feature.tempo(onset_envelope=envelope, **timing)[0]),
        # librosa finds none in the sweep.
        "beats": None
        if len(beats) == 0
        else {
            "tempo_bpm": float(np.squeeze(tempo)),
            "frames": beats.tolist(),
            "frames_untrimmed": untrimmed.tolist(),
            "given": {"bpm": 150, "frames": at_150.tolist()},
        },
    }


def main():
    arrays, info = {}, {}
    for signal, make in SIGNALS.items():
        y = make()
        info[signal] = {"every": {}, "shape": {}, **rhythm(y)}
        arrays[f"{signal}_samples"] = y[::101]
        for name, values in features(y).items():
            step = 1
            if values.ndim == 2:
                step = max(1, values.shape[1] // FRAMES_KEPT)
            elif len(values) > 2000:
                step = 31
            info[signal]["every"][name] = step
            info[signal]["shape"][name] = list(values.shape)
            arrays[f"{signal}_{name}"] = values[..., ::step].astype(np.float32)
    write("features", arrays, {"rate": RATE, "hop_length": HOP, "signals": info}, PINNED)


main()
