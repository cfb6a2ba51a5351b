"""Writes reference.json beside this file: what FAISS and NumPy make of made embeddings.

    pip install faiss-cpu==1.15.1 numpy==2.4.6 scipy==1.17.1
    python test/models/hashing/make-reference.py

- itq: tie-aware mAP after PCA and one starting rotation: of FAISS's ITQMatrix with 0 and 50 rounds, and of NumPy with
  50. They differ, because FAISS's rounds have a mistake, which the script shows.
- sh: codes of spectral hashing after the authors' MATLAB code (table of modes and all), 0 and 1.
- cca: D·Dᵀ of the canonical directions D that ITQ-CCA rotates, each times its correlation.
- ksh: codes of the authors' MATLAB code with eigenvectors of SciPy, for 8 points that only a kernel separates and for
  60 rows in three classes that overlap. The pair matrix is written out here.

test/models/hashing/made.ts makes the same embeddings.
"""

import json
import sys
from pathlib import Path

import faiss
import numpy as np
from scipy.linalg import eigh

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "golden"))
from golden import check_versions, noise  # noqa: E402

PINNED = {"faiss-cpu": "1.15.1", "numpy": "2.4.6", "scipy": "1.17.1"}
check_versions(PINNED)


def clusters(rows, width, classes, seed):
    """Row i is of class i mod `classes`: the class's centre and noise, both wider in earlier columns."""
    of_class = np.arange(rows) % classes
    scale = 0.9 ** np.arange(width)
    centres = noise(classes * width, seed).astype(np.float64).reshape(classes, width)
    around = noise(rows * width, seed + 1).astype(np.float64).reshape(rows, width)
    return ((1.2 * centres[of_class] + around) * scale).astype(np.float32), of_class


# 8 points around the corners of a square, of which opposite ones are of one class: no line separates these.
CORNERS = np.array(
    [[1, 1.1], [-1.05, -1], [0.85, 1.3], [-1.2, -0.8], [1.15, -0.9], [-1, 1.25], [0.9, -1.2], [-0.7, 1]], np.float32
)
CORNER_CLASSES = np.array([0, 0, 0, 0, 1, 1, 1, 1])


def with_defined_sign(columns):
    largest = columns[np.argmax(np.abs(columns), axis=0), np.arange(columns.shape[1])]
    return columns * np.sign(largest)


def principal(x, count):
    _, vectors = np.linalg.eigh(x.T @ x)
    return with_defined_sign(vectors[:, ::-1][:, :count])


def average_precision(distances, relevant):
    """The mean over all orders of ties, place by place."""
    total, before, hits = 0.0, 0, 0
    for distance in np.unique(distances):
        tied = relevant[distances == distance]
        n, r = len(tied), tied.sum()
        place = np.arange(1, n + 1)
        others = (place - 1) * (r - 1) / (n - 1) if n > 1 else 0
        total += (r / n * (hits + 1 + others) / (before + place)).sum()
        before += n
        hits += r
    return total / hits


def itq(bits):
    """mAP of FAISS and of NumPy from one start, and what FAISS's first round is."""
    x, of_class = clusters(1200, 48, 10, 3)
    mean = x[:1000].astype(np.float64).mean(axis=0)
    centred = x.astype(np.float64) - mean
    values = centred @ principal(centred[:1000], bits)
    database, single = values[:1000], values[:1000].astype(np.float32)

    def mean_average_precision(rotation):
        codes = values @ rotation >= 0
        return np.mean(
            [
                average_precision((codes[:1000] != code).sum(axis=1), of_class[:1000] == own)
                for code, own in zip(codes[1000:], of_class[1000:])
            ]
        )

    def nearest(matrix):
        u, _, vt = np.linalg.svd(matrix)
        return u @ vt

    def of_faiss(rounds):
        itq = faiss.ITQMatrix(bits)
        itq.max_iter = rounds
        faiss.copy_array_to_vector(start.ravel(), itq.init_rotation)
        itq.train(single)
        return faiss.vector_to_array(itq.A).reshape(bits, bits).T.astype(np.float64)

    start = nearest(noise(bits * bits, 5).astype(np.float64).reshape(bits, bits))
    # FAISS 1.15.1 takes U V for U V' of the decomposition (VectorTransform.cpp multiplies by the transpose of LAPACK's
    # V'), so that its rounds do not lessen the loss. Signs of the columns of U and V are LAPACK's choice.
    u, _, vt = np.linalg.svd(np.where(database @ start < 0, -1, 1).T @ database)
    took = np.abs(u.T @ of_faiss(1).T)
    assert np.allclose(took, np.abs(vt.T), atol=1e-5) and not np.allclose(took, np.abs(vt), atol=1e-2)

    rotation = start
    for _ in range(50):
        rotation = nearest(database.T @ np.where(database @ rotation >= 0, 1, -1))
    return {
        "faiss_start": mean_average_precision(of_faiss(0)),
        "faiss": mean_average_precision(of_faiss(50)),
        "numpy": mean_average_precision(rotation),
        "rotation_row": rotation[0].tolist(),
    }


def spectral(x, bits):
    """trainSH.m and compressSH.m."""
    x = x.astype(np.float64)
    x = x - x.mean(axis=0)
    count = min(bits, x.shape[1])
    projected = x @ principal(x, count)
    low, high = projected.min(axis=0), projected.max(axis=0)
    extent = high - low
    most = np.ceil((bits + 1) * extent / extent.max()).astype(int)
    modes = np.ones((most.sum() - count + 1, count))
    m = 0
    for i in range(count):
        modes[m + 1 : m + most[i], i] = np.arange(1, most[i]) + 1
        m += most[i] - 1
    modes -= 1
    omegas = modes * (np.pi / extent)
    order = np.argsort((omegas**2).sum(axis=1), kind="stable")
    chosen = omegas[order[1 : bits + 1]]
    return np.stack([np.sin((projected - low) * row + np.pi / 2).prod(axis=1) >= 0 for row in chosen], axis=1)


def canonical(x, y, most, ridge):
    x, y = x.astype(np.float64), y.astype(np.float64)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    xx = x.T @ x + ridge * np.trace(x.T @ x) / x.shape[1] * np.eye(x.shape[1])
    yy = y.T @ y + ridge * np.trace(y.T @ y) / y.shape[1] * np.eye(y.shape[1])
    squares, vectors = eigh(x.T @ y @ np.linalg.inv(yy) @ y.T @ x, xx)
    directions = vectors[:, ::-1][:, :most] * np.sqrt(np.maximum(0, squares[::-1][:most]))
    return directions @ directions.T


def descend(kernel, s, a, steps):
    """OptProjectionFast.m, with the end of polytag's: an improvement below 1e-5 of the objective."""
    before, now, cost, steepness, momentum = a, a, np.inf, 1.0, (0.0, 1.0)
    smooth = lambda v: np.tanh(kernel @ v / 2)
    for _ in range(steps):
        v = now + (momentum[0] - 1) / momentum[1] * (now - before)
        y = smooth(v)
        gradient = -kernel.T @ ((s @ y) * (1 - y**2))
        for _ in range(51):
            z = v - gradient / steepness
            cost_z = -smooth(z) @ s @ smooth(z)
            if cost_z <= -y @ s @ y + gradient @ (z - v) + steepness * (z - v) @ (z - v) / 2:
                break
            steepness *= 2
        else:
            break
        improvement = abs(cost - cost_z)
        before, now, cost = now, z, cost_z
        if improvement <= 1e-5 * abs(cost):
            break
        momentum = (momentum[1], (1 + np.sqrt(1 + 4 * momentum[1] ** 2)) / 2)
    return now


def supervised(x, of_class, bits, steps=100):
    """demo.m of KSH, with every row an anchor and labelled."""
    x = x.astype(np.float64)
    squares = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    kernel = np.exp(-squares / (2 * np.float64(np.float32(squares.mean()))))
    kernel -= kernel.mean(axis=0)
    s = bits * np.where(of_class[:, None] == of_class[None], 1.0, -1.0)
    gram = kernel.T @ kernel
    ridged = gram + 1e-6 * np.trace(gram) / len(gram) * np.eye(len(gram))
    codes = []
    for _ in range(bits):
        _, vectors = eigh(kernel.T @ s @ kernel, ridged)
        start = with_defined_sign(vectors[:, -1:])[:, 0]
        start = start * np.sqrt(len(x) / (start @ gram @ start))
        both = [np.where(kernel @ a >= 0, 1, -1) for a in (start, descend(kernel, s, start, steps))]
        y = both[1] if both[1] @ s @ both[1] > both[0] @ s @ both[0] else both[0]
        s = s - np.outer(y, y)
        codes.append(y > 0)
    return np.stack(codes, axis=1)


def as_text(codes):
    return ["".join("1" if bit else "0" for bit in code) for code in codes]


x_sh, _ = clusters(100, 6, 5, 11)
x_cca, cca_classes = clusters(100, 6, 4, 13)
x_ksh, ksh_classes = clusters(60, 6, 3, 17)
result = {
    "made": {"script": Path(__file__).name, "versions": PINNED},
    "itq": {str(bits): itq(bits) for bits in (16, 32)},
    "sh": {str(bits): as_text(spectral(x_sh, bits)) for bits in (4, 16)},
    "cca": canonical(x_cca, np.eye(4)[cca_classes], 4, 1e-4).ravel().tolist(),
    "ksh": {"corners": as_text(supervised(CORNERS, CORNER_CLASSES, 4)), "classes": as_text(supervised(x_ksh, ksh_classes, 12))},
}
(HERE / "reference.json").write_text(json.dumps(result, indent=1) + "\n")
print(json.dumps(result["itq"], indent=1), result["ksh"]["corners"], result["ksh"]["classes"][:6])
