"""Datasets whose every label people have settled, and clean ones with errors planted in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import load_digits

from engine.plant import plant_label_errors
from store.dataset import Dataset, Roles


@dataclass(frozen=True, eq=False)
class Audited:
    """A dataset and which of its labels are wrong.

    guilty: (n,) bool. among: (n,) bool, the rows that are ranked (of one given class, where only
    missed members of other classes are looked for); all others do not count.
    """

    name: str
    dataset: Dataset
    guilty: np.ndarray
    among: np.ndarray

    @property
    def one_sided(self) -> bool:
        """Only one given class is ranked."""
        return not bool(self.among.all())


def made(
    name: str,
    embeddings: np.ndarray,
    labels: np.ndarray,
    truth: np.ndarray,
    *,
    classes: tuple[str, ...] | None = None,
    pred_probs: np.ndarray | None = None,
    among: np.ndarray | None = None,
) -> Audited:
    """A dataset in memory from arrays; probabilities get rows that sum to 1."""
    n, c = len(labels), int(max(labels.max(), truth.max())) + 1
    names = classes or tuple(f"{one:03d}" for one in range(c))
    if pred_probs is not None:
        pred_probs = pred_probs.astype(np.float32)
        pred_probs /= pred_probs.sum(axis=1, keepdims=True)
    dataset = Dataset(
        name=name,
        table=pa.table({"label": pa.array([names[one] for one in labels])}),
        roles=Roles(label="label"),
        classes=names,
        labels=labels.astype(np.int64),
        content=np.arange(n, dtype="<u8").repeat(2).view(np.uint8).reshape(n, 16).copy(),
        embeddings=np.ascontiguousarray(embeddings, dtype=np.float32),
        pred_probs=pred_probs,
    )
    everywhere = np.ones(n, dtype=bool)
    return Audited(name, dataset, labels != truth, everywhere if among is None else among)


def cifar(folder: Path, which: str, probs: str) -> Audited:
    """CIFAR-10N: labels that real people gave; all truths known."""
    labels = np.load(folder / "cifar10n/labels.npz")
    # The pretrained network's probabilities were cross-validated on the aggregate labels only.
    file = "aggre_pyx_resnet18" if probs == "resnet18" else f"{which}_oof"
    return made(
        f"CIFAR-10N {which}, {probs} probabilities",
        np.load(folder / "embeddings/cifar10_train_kmeans.npy"),
        labels[which].astype(np.int64),
        labels["clean"].astype(np.int64),
        pred_probs=np.load(folder / f"cifar10n/{file}.npz")["pyx"],
    )


def sick(folder: Path) -> Audited:
    """SICK: entailment of sentence pairs, corrected by experts. Pairs as (a, b, |a - b|, a x b)."""
    table = pq.read_table(folder / "text/sick.parquet")
    vectors = np.load(folder / "embeddings/sick_sentences.npy")
    pairs = np.load(folder / "embeddings/sick_index.npz")
    a, b = vectors[pairs["a"]], vectors[pairs["b"]]
    joined = np.concatenate([a, b, np.abs(a - b), a * b], axis=1)
    return made("SICK", joined, np.array(table["given"]), np.array(table["true"]))


def noisebench(folder: Path, *, missed: bool) -> Audited:
    """NoiseBench: entity types that a crowd gave to tokens, beside an expert's."""
    table = pq.read_table(folder / "text/noisebench_crowd.parquet")
    classes = ("O", "PER", "LOC", "ORG", "MISC")  # the order of the shipped probabilities
    place = {name: position for position, name in enumerate(classes)}
    given, truth = (
        np.array([place[tag.rsplit("-", 1)[-1]] for tag in table[column].to_pylist()])
        for column in ("crowd", "true")
    )
    return made(
        "NoiseBench crowd, missed entities" if missed else "NoiseBench crowd",
        np.load(folder / "embeddings/noisebench_tokens.npy"),
        given,
        truth,
        classes=classes,
        pred_probs=np.load(folder / "text/noisebench_crowd_oof.npz")["pyx"],
        among=given == 0 if missed else None,
    )


def docred(folder: Path, *, types: bool) -> Audited:
    """DocRED-96, pairs in one sentence: relations nobody marked, among the pairs without any."""
    table = pq.read_table(folder / "text/docred96_pairs.parquet")
    table = table.take(np.load(folder / "embeddings/docred96_intra_rows.npy"))
    vectors = np.load(folder / "embeddings/docred96_intra_context.npy").astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if types:
        heads, tails = table["head_type"].to_pylist(), table["tail_type"].to_pylist()
        both = [f"{head} {tail}" for head, tail in zip(heads, tails, strict=True)]
        vectors = np.concatenate([vectors, *map(one_hot, (heads, tails, both))], axis=1)
    given = np.array(table["given"])
    name = "DocRED-96, missed relations" + (", context and entity types" if types else "")
    return made(name, vectors, given, np.array(table["true"]), among=given == 0)


def one_hot(words: list[str]) -> np.ndarray:
    """(n, different words) float32."""
    _, place = np.unique(words, return_inverse=True)
    return np.eye(place.max() + 1, dtype=np.float32)[place]


def digits(kind: str) -> Audited:
    """Handwritten digits with a fifth of the labels wrong, or half of the nines called zero."""
    bunch = load_digits()
    clean = made(f"digits, {kind} errors planted", bunch.data / 16, bunch.target, bunch.target)
    if kind == "missed class":
        nines = np.flatnonzero(bunch.target == 9)
        labels = bunch.target.copy()
        labels[np.random.default_rng(0).permutation(nines)[: len(nines) // 2]] = 0
        return made(clean.name, bunch.data / 16, labels, bunch.target, among=labels == 0)
    planted = "uniform" if kind == "symmetric" else "pair"
    dataset, guilty = plant_label_errors(clean.dataset, share=0.2, kind=planted)  # type: ignore[arg-type]
    return Audited(clean.name, dataset, guilty, clean.among)


SETS: dict[str, Callable[[Path], Audited]] = {
    "aggre": lambda folder: cifar(folder, "aggre", "own"),
    "aggre-resnet18": lambda folder: cifar(folder, "aggre", "resnet18"),
    "random1": lambda folder: cifar(folder, "random1", "own"),
    "random1-resnet18": lambda folder: cifar(folder, "random1", "resnet18"),
    "sick": sick,
    "noisebench": lambda folder: noisebench(folder, missed=False),
    "noisebench-missed": lambda folder: noisebench(folder, missed=True),
    "docred": lambda folder: docred(folder, types=False),
    "docred-types": lambda folder: docred(folder, types=True),
    "digits-symmetric": lambda folder: digits("symmetric"),
    "digits-asymmetric": lambda folder: digits("asymmetric"),
    "digits-missed": lambda folder: digits("missed class"),
}


def audited_sets(folder: Path, names: list[str]) -> Iterator[Audited]:
    """The named sets, one at a time."""
    for name in names or list(SETS):
        yield SETS[name](folder)
