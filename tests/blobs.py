"""Small datasets with known problems, and the evidence about them: what tests of scorers plant."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from engine.history import TrainingHistory
from engine.inputs import Evidence
from engine.plant import plant_label_errors
from engine.pooling import Pool, join, neighbours_opinion
from engine.training import train_heads
from index.graph import NeighbourGraph
from index.search import build_graph
from store.dataset import Dataset, Roles


def dataset_of(
    embeddings: np.ndarray, labels: list[int] | np.ndarray, *, c: int | None = None
) -> Dataset:
    """A dataset without media from vectors and label positions, -1 = unlabelled."""
    labels = np.array(labels, dtype=np.int64)
    n, c = len(labels), int(labels.max()) + 1 if c is None else c
    classes = tuple(f"class-{label}" for label in range(c))
    names = [classes[label] if label >= 0 else None for label in labels]
    return Dataset(
        name="made",
        table=pa.table({"label": pa.array(names, type=pa.string())}),
        roles=Roles(label="label"),
        classes=classes,
        labels=labels,
        content=np.arange(n, dtype="<u8").repeat(2).view(np.uint8).reshape(n, 16).copy(),
        embeddings=np.array(embeddings, dtype=np.float32),
    )


def blobs(n: int = 300, c: int = 3, *, seed: int = 0, unlabelled: int = 0) -> Dataset:
    """c clouds in 8 dimensions, far enough apart that every label is certain."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % c
    centres = np.eye(8)[np.arange(c) % 8] * 5 + np.arange(c)[:, None] // 8
    embeddings = centres[labels] + rng.normal(size=(n, 8))
    labels[:unlabelled] = -1
    return dataset_of(embeddings, labels, c=c)


def evidence_of(dataset: Dataset, *, k: int = 15) -> Evidence:
    """Graph and heads, as an audit builds them; rows trusted as the dataset says, else a third."""
    assert dataset.embeddings is not None
    history = train_heads(dataset.embeddings, dataset.labels, len(dataset.classes), device="cpu")
    trusted = dataset.trusted
    if trusted is None:
        trusted = np.where(np.arange(len(dataset)) % 3 == 0, dataset.labels, -1)
    graph = build_graph(dataset.embeddings, k=k)
    return Evidence(dataset, graph, history, trusted, pool_of(dataset, graph, history))


def pool_of(dataset: Dataset, graph: NeighbourGraph, history: TrainingHistory) -> Pool:
    """What heads and neighbours say, joined as in an audit."""
    neighbours = neighbours_opinion(graph, dataset.labels, len(dataset.classes))
    return join({"the model": history.pred_probs, "the neighbours": neighbours}, dataset.labels)


def wrong_labels() -> tuple[Dataset, np.ndarray]:
    """A tenth of the labels wrong."""
    return plant_label_errors(blobs(), share=0.1, seed=0)


def strangers() -> tuple[Dataset, np.ndarray]:
    """15 rows that point where no other row does."""
    rng = np.random.default_rng(1)
    dataset, guilty = blobs(), np.arange(300) >= 285
    embeddings = np.array(dataset.embeddings)
    embeddings[guilty] = rng.normal(size=(15, 8)) * [0, 0, 0, 9, 9, 9, 9, 9]
    return replace(dataset, embeddings=embeddings), guilty


def copies() -> tuple[Dataset, np.ndarray]:
    """20 rows of 300 that are almost copies of 20 others: 40 guilty rows, one exact pair."""
    dataset, guilty = blobs(), np.arange(300) < 40
    embeddings = np.array(dataset.embeddings)
    noise = np.random.default_rng(1).normal(size=(20, 8)) * 1e-3
    noise[0] = 0
    embeddings[20:40] = embeddings[:20] + noise
    return replace(dataset, embeddings=embeddings), guilty


def burst() -> tuple[Dataset, np.ndarray]:
    """60 rows in the middle of the table that are alike and like nothing else."""
    dataset, guilty = blobs(), np.isin(np.arange(300), np.arange(120, 180))
    embeddings = np.array(dataset.embeddings)
    embeddings[guilty] = np.eye(8)[7] * 5 + np.random.default_rng(1).normal(size=(60, 8)) * 0.5
    return replace(dataset, embeddings=embeddings), guilty


def rare_class() -> tuple[Dataset, np.ndarray]:
    """6 rows of 300 carry a class of their own."""
    dataset = blobs()
    guilty = np.arange(300) % 50 == 0
    labels = np.where(guilty, 3, dataset.labels)
    return dataset_of(np.array(dataset.embeddings), labels), guilty


def muddle() -> tuple[Dataset, np.ndarray]:
    """Four clouds with nothing in between, and the 60 labels of one of them are drawn by lot."""
    rng = np.random.default_rng(1)
    guilty, labels = np.arange(300) >= 240, np.arange(300) % 3
    embeddings = np.eye(8)[np.where(guilty, 7, labels)] * 5 + rng.normal(size=(300, 8)) * 0.5
    labels[guilty] = rng.integers(0, 3, size=60)
    return dataset_of(embeddings, labels), guilty


def between_classes() -> tuple[Dataset, np.ndarray]:
    """30 rows half-way between the clouds of two classes, labelled as one of them."""
    dataset, guilty = blobs(), np.arange(300) < 30
    embeddings = np.array(dataset.embeddings)
    shift = np.eye(8)[(np.arange(30) + 1) % 3] - np.eye(8)[np.arange(30) % 3]
    embeddings[guilty] += 2.5 * shift
    return replace(dataset, embeddings=embeddings), guilty


def missed_members() -> tuple[Dataset, np.ndarray]:
    """Class 0 is the largest, and 24 of the 40 members of a group of class 1 were given it.

    So many that a model takes the whole group for class 0. Of the right labels a third is trusted.
    """
    rng = np.random.default_rng(2)
    truth = np.repeat([0, 1, 2, 1], [200, 60, 60, 40])
    group = np.arange(360) >= 320
    centres = np.eye(8)[np.where(group, 3, truth)] * 6
    labels, guilty = truth.copy(), group & (np.arange(360) % 5 < 3)
    labels[guilty] = 0
    dataset = dataset_of(centres + rng.normal(size=(360, 8)), labels)
    vouched = ~guilty & (rng.random(360) < 1 / 3)
    return with_trusted(dataset, vouched), guilty


def with_trusted(dataset: Dataset, rows: np.ndarray) -> Dataset:
    """The same dataset with a column "trusted" that holds for these rows."""
    table = dataset.table.append_column("trusted", pa.array(rows))
    return replace(dataset, table=table, roles=replace(dataset.roles, trusted="trusted"))


PLANTED = {
    "label error": wrong_labels,
    "outlier": strangers,
    "near duplicate": copies,
    "non-iid order": burst,
    "class imbalance": rare_class,
    "underperforming group": muddle,
    "hard example": between_classes,
    "missed class": missed_members,
}
"""How to plant what a scorer says it finds. A new kind of problem belongs here first."""


def permuted(evidence: Evidence, order: np.ndarray) -> Evidence:
    """The same evidence about the same rows in another order: new row i is old row order[i]."""
    assert evidence.graph is not None
    assert evidence.history is not None
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    dataset, graph = evidence.dataset, evidence.graph
    assert dataset.embeddings is not None
    return Evidence(
        replace(
            dataset,
            table=dataset.table.take(pa.array(order)),
            labels=dataset.labels[order],
            content=dataset.content[order],
            embeddings=dataset.embeddings[order],
        ),
        NeighbourGraph(
            place[graph.neighbours[order]], graph.distances[order], graph.metric, graph.recall
        ),
        evidence.history.rows(order),
        None if evidence.trusted is None else evidence.trusted[order],
        None if evidence.pool is None else replace(evidence.pool, probs=evidence.pool.probs[order]),
    )
