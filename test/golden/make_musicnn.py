"""What the published networks of the package `musicnn` say of the synthetic melody: musicnn.npz.

    pip install tensorflow-cpu==2.15.1 librosa==0.11.0 numpy==1.26.4
    pip install --no-deps musicnn==0.1.0
    python test/golden/make_musicnn.py

The networks and their weights are the package's own. Its `extractor()` is not used: it rounds the mel spectrogram to
float16. Here the input is what it documents, log10(10000 x + 1) of librosa's mel power, in float32, in whole windows
of 187 frames. Taggrams are windows x 50 tags.

Published weights are fetched, not committed, so the same networks are run with weights out of a generator as well:
`seeded_NETWORK_taggram`. Variable number n in the order of names has the noise of seed 1 + n, scaled by its kind.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import librosa
import musicnn
import numpy as np
import tensorflow as tf
from golden import RATE, check_versions, melody, noise, write
from musicnn import configuration, models

PINNED = {"tensorflow-cpu": "2.15.1", "musicnn": "0.1.0", "librosa": "0.11.0", "numpy": "1.26.4"}
check_versions(PINNED)
tf.compat.v1.disable_eager_execution()

FRAMES = 187


def windows():
    power = librosa.feature.melspectrogram(y=melody(), sr=RATE, n_fft=512, hop_length=256, n_mels=96)
    frames = np.log10(10_000 * power.T + 1).astype(np.float32)
    count = len(frames) // FRAMES
    return frames[: count * FRAMES].reshape(count, FRAMES, 96)


def fan_in(shape):
    return int(np.prod(shape[:-1]))


# Values from the noise of a variable, by the end of its name.
SEEDED = {
    "kernel": lambda n, shape: n * np.sqrt(3 / fan_in(shape)),
    "bias": lambda n, _: 0.1 * n,
    "gamma": lambda n, _: 1 + 0.3 * n,
    "beta": lambda n, _: 0.2 * n,
    "moving_mean": lambda n, _: 0.2 * n,
    "moving_variance": lambda n, _: 1 + 0.5 * n,
}


def seed_weights(session):
    """Gives every variable its noise; returns their names and shapes in order."""
    variables = sorted(tf.compat.v1.global_variables(), key=lambda v: v.name)
    shapes = {}
    for n, variable in enumerate(variables):
        name, shape = variable.name.removesuffix(":0"), variable.shape.as_list()
        values = noise(int(np.prod(shape)), 1 + n).astype(np.float64)
        variable.load(SEEDED[name.split("/")[-1]](values, shape).reshape(shape).astype(np.float32), session)
        shapes[name] = shape
    return shapes


def run(model, x, seeded=False):
    """Sigmoid outputs, what Musicnn's networks have before their last layer, and shapes of seeded weights."""
    tf.compat.v1.reset_default_graph()
    inputs = tf.compat.v1.placeholder(tf.float32, [None, FRAMES, 96])
    outputs = models.define_model(inputs, False, model, 50)
    fetches = {"taggram": tf.sigmoid(outputs[0])}
    if model.endswith("musicnn"):
        fetches["penultimate"] = outputs[-1]
    folder = os.path.join(os.path.dirname(musicnn.__file__), model)
    with tf.compat.v1.Session() as session:
        if seeded:
            shapes = seed_weights(session)
            return session.run(fetches, {inputs: x}), shapes
        tf.compat.v1.train.Saver().restore(session, folder + "/")
        return session.run(fetches, {inputs: x}), None


def main():
    x = windows()
    arrays, shapes = {}, {}
    for model in ("MTT_musicnn", "MTT_vgg", "MSD_musicnn", "MSD_vgg"):
        for name, values in run(model, x)[0].items():
            arrays[f"{model}_{name}"] = values
    for network in ("musicnn", "vgg"):
        outputs, shapes[network] = run(f"MTT_{network}", x, seeded=True)
        for name, values in outputs.items():
            arrays[f"seeded_{network}_{name}"] = values
    labels = {"MTT": configuration.MTT_LABELS, "MSD": configuration.MSD_LABELS}
    write("musicnn", arrays, {"windows": len(x), "labels": labels, "seeded": shapes}, PINNED)


main()
