"""scikit-learn's metrics of predicted numbers, and its ridge regression: regression.json.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python test/golden/make_regression.py

Truth, predictions and features are sines, which test/eval/regression/reference.ts repeats. Every seventh value of the
second target is missing, and the third target's predictions are far from its truth.
"""

import json
import sys

import numpy as np
from golden import FOLDER, check_versions
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score, root_mean_squared_error

PINNED = {"scikit-learn": "1.9.1", "numpy": "2.4.6"}
check_versions(PINNED)

ROWS, COLUMNS = 200, 6
i = np.arange(ROWS)
truth = np.stack([np.sin(1.7 * i), 120 + 40 * np.sin(0.9 * i + 1), np.cos(2.1 * i)], axis=1)
scores = np.stack(
    [0.8 * truth[:, 0] + 0.3 * np.cos(2.3 * i), truth[:, 1] + 25 * np.sin(3.1 * i), 5 - truth[:, 2]], axis=1
).astype(np.float32)
truth[::7, 1] = np.nan
features = np.stack([np.sin((k + 1.3) * i + k) for k in range(COLUMNS)], axis=1).astype(np.float32)


def concordance(y, p):
    """Lin (1989), with moments over n."""
    covariance = np.mean((y - y.mean()) * (p - p.mean()))
    return 2 * covariance / (y.var() + p.var() + (y.mean() - p.mean()) ** 2)


def of_target(column):
    known = ~np.isnan(truth[:, column])
    y, p = truth[known, column], scores[known, column].astype(float)
    return {
        "values": int(known.sum()),
        "mean": y.mean(),
        "deviation": y.std(),
        "r2": r2_score(y, p),
        "rmse": root_mean_squared_error(y, p),
        "pearson": np.corrcoef(y, p)[0, 1],
        "ccc": concordance(y, p),
    }


def ridge(column, alpha):
    known = ~np.isnan(truth[:, column])
    x = features.astype(float)
    fitted = Ridge(alpha=alpha, solver="cholesky").fit(x[known], truth[known, column])
    return {"weights": fitted.coef_.tolist(), "intercept": fitted.intercept_}


result = {
    "made": {"script": "test/golden/make_regression.py", "versions": PINNED, "python": sys.version.split()[0]},
    "targets": [of_target(column) for column in range(3)],
    "ridge": {str(alpha): [ridge(column, alpha) for column in range(3)] for alpha in (0.5, 50)},
}
path = FOLDER / "regression.json"
path.write_text(json.dumps(result, default=float, indent=1) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
