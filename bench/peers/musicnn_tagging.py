"""Tagging by the Python package musicnn 0.1.0: its own extractor, and the best that can be done with its graph kept."""
import contextlib
import io
import json
import os
import sys
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")

import librosa
import numpy as np
import tensorflow as tf

with contextlib.redirect_stdout(io.StringIO()):
    import musicnn
    from musicnn import configuration, models
    from musicnn.extractor import extractor

FRAMES = 187
tf.compat.v1.disable_eager_execution()
kept = {}


def keep_graph():
    graph = tf.Graph()
    with graph.as_default():
        with tf.name_scope("model"):
            x = tf.compat.v1.placeholder(tf.float32, [None, FRAMES, configuration.N_MELS])
            training = tf.compat.v1.placeholder(tf.bool)
            outputs = models.define_model(x, training, "MTT_musicnn", 50)
            tags = tf.nn.sigmoid(outputs[0])
        session = tf.compat.v1.Session(graph=graph)
        folder = os.path.join(os.path.dirname(musicnn.__file__), "MTT_musicnn")
        tf.compat.v1.train.Saver().restore(session, folder + "/")
    kept.update(x=x, training=training, session=session, fetches=[tags, outputs[-1]])


def tag_with_kept_graph(path):
    audio, rate = librosa.load(path, sr=configuration.SR)
    mel = librosa.feature.melspectrogram(
        y=audio, sr=rate, hop_length=configuration.FFT_HOP, n_fft=configuration.FFT_SIZE, n_mels=configuration.N_MELS
    ).T
    log_mel = np.log10(10000 * mel + 1)
    count = len(log_mel) // FRAMES
    windows = log_mel[: count * FRAMES].reshape(count, FRAMES, -1)
    for begin in range(0, count, 16):
        kept["session"].run(kept["fetches"], {kept["x"]: windows[begin : begin + 16], kept["training"]: False})


for line in sys.stdin:
    request = json.loads(line)
    if request["mode"] == "kept" and not kept:
        keep_graph()
    begin = time.perf_counter()
    for path in request["paths"]:
        if request["mode"] == "kept":
            tag_with_kept_graph(path)
        else:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                extractor(path, model="MTT_musicnn", extract_features=False)
    print(json.dumps({"seconds": time.perf_counter() - begin, "work": request["audio"]}), flush=True)
