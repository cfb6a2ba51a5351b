"""scikit-learn's metrics of generated scores: metrics.json.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python test/golden/make_metrics.py

The scores and labels come from the generator mulberry32, which test/eval/reference.ts repeats: `ties` is 500 x 50 in
float32 with many equal scores and one label without a positive; `large` is 5,329 x 50 (MagnaTagATune's test split) in
float64 with one label that is never and one that is always positive.
"""

import json
import sys

import numpy as np
from golden import FOLDER, check_versions
from sklearn import metrics as sk

PINNED = {"scikit-learn": "1.9.1", "numpy": "2.4.6"}
check_versions(PINNED)

LABELS = 50
M = 0xFFFFFFFF


def mulberry32(state):
    while True:
        state = (state + 0x6D2B79F5) & M
        t = ((state ^ (state >> 15)) * (state | 1)) & M
        t = ((t + (((t ^ (t >> 7)) * (t | 61)) & M)) & M) ^ t
        yield (t ^ (t >> 14)) / 4294967296


def generate(seed, rows, never, always):
    """Labels of growing frequency; scores that follow them, every fifth label's in steps of 0.05."""
    draw = mulberry32(seed)
    scores = np.empty((rows, LABELS))
    labels = np.empty((rows, LABELS), int)
    for row in range(rows):
        for tag in range(LABELS):
            label = int(next(draw) < 0.01 + 0.3 * (tag / 49) * (tag / 49))
            label = 0 if tag == never else 1 if tag == always else label
            score = 0.35 * label + 0.65 * next(draw)
            labels[row, tag] = label
            scores[row, tag] = np.floor(score * 20 + 0.5) / 20 if tag % 5 == 0 else score
    return labels, scores


def per_tag(metric, labels, scores):
    """None where a metric is undefined: labels without a positive or without a negative."""
    return [
        metric(labels[:, j], scores[:, j]) if 0 < labels[:, j].sum() < len(labels) else None for j in range(LABELS)
    ]


def trapezoid(labels, scores):
    """Area below the precision-recall curve by trapezoids: not the average precision."""
    precision, recall, _ = sk.precision_recall_curve(labels, scores)
    return sk.auc(recall, precision)


def evaluate(labels, scores):
    defined = (labels.sum(0) > 0) & (labels.sum(0) < len(labels))
    decisions = scores >= 0.5
    tags = per_tag(sk.roc_auc_score, labels, scores)
    mixed = [row for row in range(len(labels)) if 0 < labels[row].sum() < LABELS]
    return {
        "check": {
            "positives_per_tag": labels.sum(0).tolist(),
            "score_sum": float(scores.sum()),
            "first_row_scores": scores[0].tolist(),
        },
        "roc_auc_per_tag": tags,
        "roc_auc_macro": sk.roc_auc_score(labels[:, defined], scores[:, defined]),
        "roc_auc_micro": sk.roc_auc_score(labels.ravel(), scores.ravel()),
        "roc_auc_weighted": sk.roc_auc_score(labels[:, defined], scores[:, defined], average="weighted"),
        "average_precision_per_tag": per_tag(sk.average_precision_score, labels, scores),
        "average_precision_macro": sk.average_precision_score(labels[:, defined], scores[:, defined]),
        "average_precision_micro": sk.average_precision_score(labels.ravel(), scores.ravel()),
        "pr_auc_trapezoid_per_tag": per_tag(trapezoid, labels, scores),
        "precision_per_tag": sk.precision_score(labels, decisions, average=None, zero_division=0).tolist(),
        "recall_per_tag": sk.recall_score(labels, decisions, average=None, zero_division=0).tolist(),
        "f1_per_tag": sk.f1_score(labels, decisions, average=None, zero_division=0).tolist(),
        **{
            f"f1_{average}": sk.f1_score(labels, decisions, average=average, zero_division=0)
            for average in ("macro", "micro", "weighted", "samples")
        },
        "subset_accuracy": sk.accuracy_score(labels, decisions),
        "hamming_loss": sk.hamming_loss(labels, decisions),
        "mean_sample_roc_auc": np.mean([sk.roc_auc_score(labels[row], scores[row]) for row in mixed]),
        "label_ranking_average_precision": sk.label_ranking_average_precision_score(labels, scores),
    }


def main():
    labels, scores = generate(3, 500, 7, None)
    ties = np.where(np.arange(LABELS) < 10, np.round(scores, 1), np.clip(1.6 * scores - 0.3, 0, 1)).astype(np.float32)
    result = {
        "made": {"script": "test/golden/make_metrics.py", "versions": PINNED, "python": sys.version.split()[0]},
        "ties": {"seed": 3, **evaluate(labels, ties)},
        "large": {"seed": 5, **evaluate(*generate(5, 5329, 13, 29))},
    }
    path = FOLDER / "metrics.json"
    lines = ",\n".join(f' "{name}": {json.dumps(part, default=float)}' for name, part in result.items())
    path.write_text(f"{{\n{lines}\n}}\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


main()
