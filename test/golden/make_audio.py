"""Small audio files and what libsndfile decodes of them, and soxr's resampling: audio/* and audio.npz.

    pip install soundfile==0.14.0 soxr==1.1.0 numpy==2.4.6
    python test/golden/make_audio.py            # decodes the files of audio/ that are committed
    python test/golden/make_audio.py --encode   # makes those that are not there first; needs FFmpeg (5.1 made these)

soundfile 0.14.0 brings libsndfile 1.2.2. It has no AAC, guesses the length of an MP3 file without a Xing header from
its first frame, and fails on Ogg FLAC: these are decoded by FFmpeg. Of decoded samples every 5th of each channel is
kept, float32; lengths are those of the whole.
"""

import subprocess
import sys

import numpy as np
import soundfile
import soxr

from golden import FOLDER, check_versions, noise, sweep, write

PINNED = {"soundfile": "0.14.0", "soxr": "1.1.0", "numpy": "2.4.6"}
check_versions(PINNED)

AUDIO = FOLDER / "audio"
SECONDS = 0.5
EVERY = 5

# Name: sample rate, channels, and libsndfile's subtype or FFmpeg's options.
FILES = {
    "u8.wav": (8000, 1, "PCM_U8"),
    "s16.wav": (16_000, 2, "PCM_16"),
    "s24.wav": (16_000, 1, "PCM_24"),
    "s32.wav": (8000, 1, "PCM_32"),
    "f32.wav": (16_000, 1, "FLOAT"),
    "f64.wav": (8000, 1, "DOUBLE"),
    "alaw.wav": (8000, 1, "ALAW"),
    "rf64.wav": (8000, 2, "PCM_16"),
    "s16.w64": (8000, 2, "PCM_16"),
    "s24.aiff": (8000, 2, "PCM_24"),
    "f32.caf": (8000, 1, "FLOAT"),
    "ulaw.au": (8000, 2, "ULAW"),
    "s16.flac": (44_100, 2, "PCM_16"),
    "s24.flac": (16_000, 1, "PCM_24"),
    "vorbis.ogg": (44_100, 2, "VORBIS"),
    "flac.oga": (44_100, 2, ["-c:a", "flac", "-sample_fmt", "s16", "-f", "ogg"]),
    "opus.opus": (48_000, 2, "OPUS"),
    "stereo_44k.mp3": (44_100, 2, "MPEG_LAYER_III"),
    "mono_16k.mp3": (16_000, 1, "MPEG_LAYER_III"),
    "mono_8k.mp3": (8000, 1, "MPEG_LAYER_III"),
    "vbr_48k.mp3": (48_000, 2, ["-c:a", "libmp3lame", "-q:a", "4"]),
    "no_xing.mp3": (44_100, 1, ["-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0"]),
    # Without perceptual noise substitution, in which every decoder draws its own noise.
    "aac.m4a": (44_100, 2, ["-c:a", "aac", "-b:a", "96k", "-aac_pns", "0"]),
    "adts_22k.aac": (22_050, 1, ["-c:a", "aac", "-b:a", "48k", "-aac_pns", "0"]),
}

BY_FFMPEG = ["aac.m4a", "adts_22k.aac", "no_xing.mp3", "flac.oga"]


def source(rate, channels):
    """A sweep on the left, a tone in noise on the right; the mean of both in mono."""
    left = sweep(SECONDS, rate) * 0.8
    t = np.arange(len(left)) / rate
    right = (0.3 * np.sin(2 * np.pi * 330 * t) + 0.05 * noise(len(left))).astype(np.float32)
    return np.stack([left, right], axis=1) if channels == 2 else (left + right) / 2


def ffmpeg(*arguments, data=b""):
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-bitexact", "-y", *arguments]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def encode():
    AUDIO.mkdir(exist_ok=True)
    for name, (rate, channels, form) in FILES.items():
        if (AUDIO / name).exists():
            continue
        samples = source(rate, channels)
        if isinstance(form, str):
            kind = {"opus": "OGG"}.get(name.split(".")[1], name.split(".")[1].upper())
            kind = "RF64" if name == "rf64.wav" else kind
            soundfile.write(AUDIO / name, samples, rate, subtype=form, format=kind)
        else:
            raw = ["-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "-"]
            options = [*form, "-fflags", "+bitexact", "-flags:a", "+bitexact", str(AUDIO / name)]
            ffmpeg(*raw, *options, data=samples.astype("<f4").tobytes())


def decode(name):
    """All samples, frames x channels, and the rate."""
    if name in BY_FFMPEG:
        rate, channels, _ = FILES[name]
        data = ffmpeg("-i", str(AUDIO / name), "-f", "f32le", "-")
        samples = np.frombuffer(data, "<f4").reshape(-1, channels)
        # FFmpeg 5.1 leaves the padding after the end, which the MP4's edit list excludes.
        return (samples[: int(SECONDS * rate)] if name == "aac.m4a" else samples), rate
    return soundfile.read(AUDIO / name, dtype="float32", always_2d=True)


def tones(rate):
    """1 s of two tones, for the resampler."""
    t = np.arange(rate) / rate
    return (0.4 * np.sin(2 * np.pi * 440 * t) + 0.2 * np.sin(2 * np.pi * 3000 * t)).astype(np.float32)


def main():
    if "--encode" in sys.argv:
        encode()
    arrays, files = {}, {}
    for name in FILES:
        samples, rate = decode(name)
        files[name] = {"sample_rate": rate, "channels": samples.shape[1], "length": len(samples)}
        arrays[name] = samples.T[:, ::EVERY]
    decoded, rate = decode("stereo_44k.mp3")
    arrays["stereo_44k.mp3_at_16k"] = soxr.resample(decoded.mean(axis=1), rate, 16_000, "HQ")[::EVERY]
    for rate in (8000, 22_050, 44_100, 48_000):
        arrays[f"tones_{rate}_to_16000"] = soxr.resample(tones(rate), rate, 16_000, "HQ")[::EVERY]
    arrays["sweep_44100_to_16000"] = soxr.resample(sweep(1, 44_100), 44_100, 16_000, "HQ")[::EVERY]
    write("audio", arrays, {"every": EVERY, "files": files, "libsndfile": soundfile.__libsndfile_version__}, PINNED)


main()
