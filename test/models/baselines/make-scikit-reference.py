"""Makes scikit-reference.json beside this file: small matrices, and what scikit-learn's classifiers say of them.

python3 -m venv venv && venv/bin/pip install scikit-learn numpy scipy && venv/bin/python make-scikit-reference.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, LinearSVC

warnings.filterwarnings("ignore")
random = np.random.default_rng(1)

# Text: 40 documents for training and 12 others, 30 terms, rows of length 1, most values zero.
classes = np.arange(52) % 3
counts = random.poisson(0.35 + 0.9 * (np.arange(30)[None, :] % 3 == classes[:, None]))
weights = counts * random.uniform(1, 3, 30)
text = (weights / np.maximum(1e-9, np.linalg.norm(weights, axis=1, keepdims=True))).astype(np.float32)

# Sound: 60 rows for training and 15 others, 6 columns.
kinds = np.arange(75) % 3
sound = (random.normal(size=(75, 6)) + 1.2 * random.normal(size=(3, 6))[kinds]).astype(np.float32)


def digits(array):
    return [float(f"{value:.10g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def split(matrix, rows):
    return matrix[:rows].astype(np.float64), matrix[rows:].astype(np.float64)


x, others = split(text, 40)
y = classes[:40]
two = (y == 1).astype(int)
a, b = split(sound, 60)
k = kinds[:60]
yes = (k == 1).astype(int)
result = {
    "made_by": f"make-scikit-reference.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "text": {"columns": 30, "train": digits(x), "test": digits(others), "classes": y.tolist()},
    "sound": {"columns": 6, "train": digits(a), "test": digits(b), "classes": k.tolist()},
    "logistic_regression": {},
    "linear_svm": {},
    "multinomial_nb": {},
    "svm_rbf": {},
    "k_nn": {},
}
for c in (0.1, 10.0):
    solver = dict(C=c, tol=1e-10, max_iter=100000)
    result["logistic_regression"][str(c)] = {
        "classes": digits(LogisticRegression(**solver).fit(x, y).predict_proba(others)),
        "tag": digits(LogisticRegression(**solver).fit(x, two).predict_proba(others)[:, 1]),
    }
    svm = LinearSVC(C=c, tol=1e-10, max_iter=1000000, random_state=0)
    result["linear_svm"][str(c)] = {"classes": digits(svm.fit(x, y).decision_function(others))}
    for gamma in ("scale", 0.25):
        result["svm_rbf"][f"{c} {gamma}"] = digits(
            SVC(C=c, gamma=gamma, tol=1e-9).fit(a, yes).decision_function(b)
        )
for alpha in (0.01, 1.0):
    result["multinomial_nb"][str(alpha)] = {
        "classes": digits(MultinomialNB(alpha=alpha).fit(x, y).predict_proba(others)),
        "tag": digits(MultinomialNB(alpha=alpha).fit(x, two).predict_proba(others)[:, 1]),
    }
for neighbours in (1, 4, 9):
    result["k_nn"][str(neighbours)] = digits(KNeighborsClassifier(neighbours).fit(a, k).predict_proba(b))
start = {"weights_init": [0.5, 0.5], "means_init": a[:2].tolist(), "precisions_init": np.ones((2, 6)).tolist()}
mixture = GaussianMixture(2, covariance_type="diag", **start).fit(a)
result["gaussian_mixture"] = {
    "iterations": int(mixture.n_iter_),
    "lower_bound": float(mixture.lower_bound_),
    "weights": digits(mixture.weights_),
    "means": digits(mixture.means_),
    "variances": digits(mixture.covariances_),
    "log_likelihoods": digits(mixture.score_samples(b)),
}
one = [GaussianMixture(1, covariance_type="diag").fit(a[k == label]) for label in range(3)]
result["one_gaussian_a_class"] = digits(np.stack([m.score_samples(b) for m in one], axis=1))
path = Path(__file__).with_name("scikit-reference.json")
path.write_text(json.dumps(result) + "\n")
print(path, path.stat().st_size)
