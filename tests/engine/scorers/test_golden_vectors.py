"""Every scorer against numbers from its paper's own code, or from an independent library."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from engine.scorers import all_scorers
from index.search import build_graph

SCORERS = all_scorers()

# cleanlab 2.9.0 on these twelve rows of three classes.
LABELS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
PRED_PROBS = torch.tensor([
    [0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1],
    [0.05, 0.9, 0.05], [0.55, 0.4, 0.05], [0.3, 0.4, 0.3], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6],
    [0.05, 0.85, 0.1], [0.3, 0.3, 0.4],
])  # fmt: skip
MARGINS = [0.925, 0.65, 0.25, 0.15, 0.85, 0.925, 0.425, 0.55, 0.85, 0.7, 0.125, 0.55]

# cleanlab 2.9.0, Datalab with k = 3: a square, two points in its middle, one far away.
SQUARE = np.array([(0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5), (0.5, 0.52), (8, 8)], np.float32)
OUTLIER = [0.363571, 0.363571, 0.367879, 0.367879, 0.550166, 0.556621, 0.000002]
DUPLICATE = [0.639476, 0.639476, 0.632121, 0.632121, 0.028443, 0.028443, 0.999999]


def value(name: str, *inputs: torch.Tensor, **options: int) -> np.ndarray:
    """What a scorer's function returns, without its suggestions."""
    result = SCORERS[name].function(*inputs, **options)
    return (result[0] if isinstance(result, tuple) else result).numpy()


def suggested(name: str, *inputs: torch.Tensor, **options: int) -> list[int]:
    """The labels a scorer proposes."""
    return SCORERS[name].function(*inputs, **options)[1].tolist()


def as_datalab(mean_distance: np.ndarray) -> np.ndarray:
    """Datalab's outlier score from the mean distance."""
    return np.exp(-mean_distance / np.median(mean_distance))


def distances(vectors: np.ndarray, k: int, metric: str) -> torch.Tensor:
    """To the k nearest others, by scikit-learn."""
    return torch.tensor(NearestNeighbors(n_neighbors=k, metric=metric).fit(vectors).kneighbors()[0])


def test_self_confidence_is_the_entry_of_the_given_label():
    """Read off the table by eye; row 2 has 0.2 for its class 0."""
    by_hand = [0.9, 0.6, 0.2, 0.1, 0.8, 0.9, 0.4, 0.4, 0.8, 0.6, 0.1, 0.4]

    np.testing.assert_allclose(value("self_confidence", PRED_PROBS, LABELS), by_hand, atol=1e-7)


def test_the_model_proposes_its_most_probable_class():
    """argmax of every row, the first class on ties."""
    best = [0, 0, 1, 2, 1, 1, 0, 1, 2, 2, 1, 2]

    assert best == suggested("self_confidence", PRED_PROBS, LABELS)
    assert best == suggested("normalized_margin", PRED_PROBS, LABELS)
    assert suggested("self_confidence", torch.tensor([[0.5, 0.5]]), torch.tensor([1])) == [0]


def test_normalized_margin_is_that_of_cleanlab():
    """Golden vector of cleanlab 2.9.0."""
    np.testing.assert_allclose(value("normalized_margin", PRED_PROBS, LABELS), MARGINS, atol=1e-6)


def test_normalized_margin_does_not_take_an_unknown_class_for_a_rival():
    """nan of another class is no rival; nan of the given class is no score; one class: no rival."""
    pred_probs = torch.tensor([[0.6, torch.nan, 0.4], [torch.nan, 0.6, 0.4]])

    values = value("normalized_margin", pred_probs, torch.tensor([0, 0]))

    np.testing.assert_allclose(values, [0.6, np.nan], atol=1e-6)
    assert np.isnan(value("normalized_margin", torch.ones(2, 1), torch.tensor([0, 0]))).all()


def test_el2n_reads_the_epoch_that_was_asked_for():
    """Epochs count from 1."""
    by_epoch = torch.tensor([[0.9, 0.5, 0.1]])

    assert value("el2n", by_epoch, epoch=2).tolist() == [0.5]


def test_knn_distance_gives_datalabs_outlier_score():
    """exp(-mean / median of means) is cleanlab's number, to its six printed digits."""
    values = value("knn_distance", distances(SQUARE, 3, "euclidean"), k=3)

    np.testing.assert_allclose(as_datalab(values), OUTLIER, atol=2e-6)


def test_near_duplicate_is_datalabs():
    """Golden vector of cleanlab 2.9.0; the two points in the middle are each other's duplicates."""
    values = value("near_duplicate", distances(SQUARE, 3, "euclidean"))

    np.testing.assert_allclose(values, DUPLICATE, atol=2e-6)


def test_digits_have_the_neighbours_that_datalab_sees():
    """The first four of 1,797 digits through our graph, against cleanlab 2.9.0 (cosine, k = 10)."""
    graph = build_graph((load_digits().data / 16).astype(np.float32), k=10)
    table = torch.tensor(graph.distances)

    outlier = as_datalab(value("knn_distance", table, k=10))
    duplicate = value("near_duplicate", table)

    np.testing.assert_allclose(outlier[:4], [0.568097, 0.381390, 0.211501, 0.370327], atol=1e-5)
    np.testing.assert_allclose(duplicate[:4], [0.455807, 0.537534, 0.618043, 0.623934], atol=1e-5)


def test_knn_distance_averages_over_the_neighbours_there_are():
    """Two of three neighbours exist: their mean; none: nan; k = 1: the first."""
    table = torch.tensor([[1.0, 2.0, torch.inf], [torch.inf] * 3])

    assert value("knn_distance", table, k=3)[:1].tolist() == [1.5]
    assert np.isnan(value("knn_distance", table, k=3)[1])
    assert value("knn_distance", table, k=1)[:1].tolist() == [1.0]


def test_exact_copies_are_duplicates_even_where_most_rows_are():
    """Median distance 0: copies score 0, any other row 1."""
    table = torch.tensor([[0.0], [0.0], [0.0], [0.2]])

    assert value("near_duplicate", table).tolist() == [0, 0, 0, 1]


def test_neighbour_vote_is_scikit_learns_leave_one_out_vote():
    """Share of the given label and the majority, on digits with 20 % wrong labels."""
    digits = load_digits()
    vectors = (digits.data / 16).astype(np.float32)
    rng = np.random.default_rng(0)
    labels = np.where(rng.random(1797) < 0.2, rng.integers(0, 10, 1797), digits.target)
    graph = build_graph(vectors, k=15)
    found = NearestNeighbors(n_neighbors=10, metric="cosine").fit(vectors)
    votes = labels[found.kneighbors(return_distance=False)]
    by_hand = (votes == labels[:, None]).mean(axis=1)

    inputs = torch.tensor(graph.neighbours), torch.tensor(labels)
    values = value("neighbour_vote", *inputs, k=10)

    # Rows whose 10th and 11th neighbour are equally far may differ by one vote.
    assert (np.abs(values - by_hand) < 1e-6).mean() > 0.999
    counts = np.stack([(votes == label).sum(axis=1) for label in range(10)], axis=1)
    proposed = np.array(suggested("neighbour_vote", *inputs, k=10))
    assert (counts[np.arange(1797), proposed] == counts.max(axis=1)).mean() > 0.999


def test_neighbour_vote_asks_the_k_nearest_that_have_a_label():
    """The unlabelled neighbour 1 is passed over, so with k = 2 the rows 2 and 3 vote."""
    neighbours = torch.tensor([[1, 2, 3, 4]])
    labels = torch.tensor([0, -1, 0, 1, 1])

    values = value("neighbour_vote", neighbours.repeat(5, 1), labels, k=2)
    assert values[0] == 0.5


@pytest.mark.parametrize(("votes", "winner"), [([1, 2, 2], 2), ([2, 1, 3], 2), ([3, 1, 1], 1)])
def test_neighbours_propose_their_majority_and_on_ties_the_nearest(votes, winner):
    """Votes are in order of distance."""
    labels = torch.tensor([0, *votes])
    neighbours = torch.tensor([[1, 2, 3]]).repeat(4, 1)

    assert winner == suggested("neighbour_vote", neighbours, labels, k=3)[0]


def test_a_vote_of_one_neighbour_is_a_nearest_neighbour_classifier():
    """k = 1 agrees with scikit-learn's classifier trained on the other rows."""
    rng = np.random.default_rng(0)
    vectors, labels = rng.normal(size=(50, 4)).astype(np.float32), rng.integers(0, 3, 50)
    graph = build_graph(vectors, k=5, metric="euclidean")
    others = [np.arange(50) != row for row in range(50)]
    expected = [
        KNeighborsClassifier(1).fit(vectors[rest], labels[rest]).predict(vectors[[row]])[0]
        for row, rest in enumerate(others)
    ]

    inputs = torch.tensor(graph.neighbours), torch.tensor(labels)

    assert expected == suggested("neighbour_vote", *inputs, k=1)
