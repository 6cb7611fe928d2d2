"""How fast are out-of-fold probabilities and the default training run, and how good?

    python -m benchmarks.bench_training --data ../shared/data [--repeat 3] [--only fast default]

`fast`: CIFAR-10N aggre, 50,000 x 128, 10 classes, 5 folds. scikit-learn's LogisticRegression with
its default solver gets the rows prepared as ours (unit length, centred, length 1) and the same C;
our Adam heads are there to show why the full-batch solver was kept. `default`: what an audit
trains, on sets whose wrong labels are known: average precision of what is read off it.
Medians of --repeat runs go to results/training.csv; process seconds beside wall seconds, since
they do not count the time others took.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.record import append
from engine.evaluate import average_precision
from engine.regression import out_of_fold_probs
from engine.training import train_heads

Row = dict[str, object]
CIFAR = "CIFAR-10N aggre 50,000 x 128"


def cifar(data: Path, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings, given labels, whether they are wrong."""
    labels = np.load(data / "cifar10n" / "labels.npz")
    vectors = np.load(data / "embeddings" / "cifar10_train_kmeans.npy").astype(np.float32)
    given = labels[kind].astype(np.int64)
    return vectors, given, given != labels["clean"]


def tokens(data: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """NoiseBench crowd: types of entities without their B- and I-."""
    table = pq.read_table(data / "text" / "noisebench_crowd.parquet")
    true, crowd = (
        np.array([label[2:] if label[1:2] == "-" else label for label in table[one].to_pylist()])
        for one in ("true", "crowd")
    )
    vectors = np.load(data / "embeddings" / "noisebench_tokens.npy").astype(np.float32)
    return vectors, np.unique(crowd, return_inverse=True)[1], true != crowd


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """1,797 digits, 359 of them labelled as the next one."""
    bunch = load_digits()
    rows = np.random.default_rng(0).choice(1797, 359, replace=False)
    labels = bunch.target.copy()
    labels[rows] = (labels[rows] + 1) % 10
    return bunch.data.astype(np.float32), labels.astype(np.int64), labels != bunch.target


def timed(work: Callable[[], np.ndarray], repeat: int) -> tuple[np.ndarray, float, float]:
    """What came out, and medians of wall and process seconds."""
    wall, busy = [], []
    for _ in range(repeat):
        began, spent = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - began)
        busy.append(time.process_time() - spent)
    return result, statistics.median(wall), statistics.median(busy)


def quality(probs: np.ndarray, given: np.ndarray) -> Row:
    """Accuracy against the given labels and log loss."""
    own = np.maximum(probs[np.arange(len(given)), given], 1e-9)
    right = (probs.argmax(axis=1) == given).mean()
    return {"accuracy": round(float(right), 4), "log_loss": round(float(-np.log(own).mean()), 4)}


def row(question: str, data: str, who: str, wall: float, busy: float, **more: object) -> Row:
    """One line of the results; what does not apply is empty."""
    line: Row = {"question": question, "data": data, "who": who, "seconds": round(wall, 2)}
    line |= {"process_seconds": round(busy, 2), "threads": torch.get_num_threads()}
    line |= {"accuracy": "", "log_loss": "", "self_confidence": "", "aum": "", "early": ""}
    line |= {"note": ""} | more
    print("  ".join(f"{value}" for value in line.values() if value != ""), flush=True)
    return line


def fast(data: Path, repeat: int) -> Iterator[Row]:
    """Linear out-of-fold probabilities: ours, scikit-learn's, and the Adam heads."""
    vectors, given, _ = cifar(data, "aggre")
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    units -= units.mean(axis=0)
    units /= np.sqrt((units**2).sum(axis=1).mean())

    def peer() -> np.ndarray:
        model, folds = LogisticRegression(C=10, max_iter=1_000), StratifiedKFold(5, shuffle=True)
        return cross_val_predict(model, units, given, cv=folds, method="predict_proba")

    def adam() -> np.ndarray:
        return train_heads(vectors, given, 10, kind="linear", early_strength=0).pred_probs

    for who, work in (
        ("second look", lambda: out_of_fold_probs(vectors, given, 10)),
        ("scikit-learn LogisticRegression", peer),
        ("second look, Adam heads and their history", adam),
    ):
        probs, wall, busy = timed(work, repeat)
        yield row("fast", CIFAR, who, wall, busy, **quality(probs, given))


def default(data: Path, repeat: int) -> Iterator[Row]:
    """The run of an audit, and what it finds."""
    sets = {
        "digits, class + 1, 1,797 x 64": digits(),
        CIFAR: cifar(data, "aggre"),
        "CIFAR-10N random1 50,000 x 128": cifar(data, "random1"),
        "NoiseBench crowd 67,779 x 64": tokens(data),
    }
    for name, (vectors, given, wrong) in sets.items():
        c = int(given.max()) + 1
        kept = []

        def work(vectors=vectors, given=given, c=c, kept=kept) -> np.ndarray:
            kept.append(train_heads(vectors, given, c))
            return kept[-1].pred_probs

        probs, wall, busy = timed(work, repeat)
        every, history = np.arange(len(given)), kept[-1]
        found = {
            "self_confidence": -probs[every, given],
            "aum": -history.margins.astype(np.float32).mean(axis=1),
            "early": -history.early_targets[every, given].astype(np.float32),
        }
        measured = {one: round(average_precision(s, wrong), 4) for one, s in found.items()}
        note = f"{len(history.held_out_error)} epochs, temperature {float(history.temperature):.2f}"
        yield row(
            "default", name, "mlp", wall, busy, **quality(probs, given), **measured, note=note
        )


def main() -> None:
    """Measure what was asked for, print as it comes, append all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=("fast", "default"), default=("fast",))
    options = parser.parse_args()
    answers = {"fast": fast, "default": default}
    for question in options.only:
        rows = list(answers[question](options.data, options.repeat))
        append("training", rows, packages=("torch", "scikit-learn", "numpy"))


if __name__ == "__main__":
    main()
