"""Class Gaussians, order, groups, imbalance and flags against cleanlab, scikit-learn and paper."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from cleanlab.datalab.internal.issue_manager.duplicate import NearDuplicateIssueManager
from cleanlab.datalab.internal.issue_manager.imbalance import ClassImbalanceIssueManager
from cleanlab.datalab.internal.issue_manager.noniid import NonIIDIssueManager
from cleanlab.datalab.internal.issue_manager.outlier import OutlierIssueManager
from cleanlab.datalab.internal.issue_manager.underperforming_group import (
    UnderperformingGroupIssueManager,
)
from scipy.sparse import csr_array, csr_matrix
from sklearn.cluster import DBSCAN
from sklearn.covariance import EmpiricalCovariance
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score

from engine.evaluate import auroc, average_precision
from engine.kernels.distances import mean_distance
from engine.kernels.flags import outlier_limit, rarest_share
from engine.kernels.groups import density_clusters, group_ratios, near_duplicate_groups
from engine.kernels.order import order_p_value, order_scores
from engine.run import run
from engine.scorers import all_scorers
from index.graph import NeighbourGraph
from index.search import build_graph
from tests.digits import noisy_digits

SCORERS = all_scorers()
SQUARE = np.float32([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5], [0.5, 0.52], [8, 8]])


def tables(graph: NeighbourGraph) -> tuple[torch.Tensor, torch.Tensor]:
    """Neighbours and distances."""
    return torch.tensor(graph.neighbours), torch.tensor(graph.distances)


def sparse(neighbours: torch.Tensor, distances: torch.Tensor) -> csr_matrix:
    """The graph as cleanlab and scikit-learn take it."""
    n, k = neighbours.shape
    parts = distances.ravel().numpy().astype(float), neighbours.ravel().numpy()
    return csr_matrix((*parts, np.arange(0, n * k + 1, k)), shape=(n, n))


def datalab(labels: np.ndarray | None = None) -> SimpleNamespace:
    """As much of a Datalab as an issue manager asks for: the package `datasets` is not needed."""
    names = [] if labels is None else np.unique(labels).tolist()
    return SimpleNamespace(
        get_info=lambda *_: {},
        labels=labels,
        class_names=names,
        _label_map=dict(zip(names, names, strict=True)),
    )


@pytest.fixture(scope="module")
def digits() -> NeighbourGraph:
    """1,797 digits in their stored order, k = 10."""
    return build_graph((load_digits().data / 16).astype(np.float32), k=10)


@pytest.fixture(scope="module")
def shuffled() -> NeighbourGraph:
    """The same in random order."""
    order = np.random.default_rng(0).permutation(1797)
    return build_graph((load_digits().data / 16).astype(np.float32)[order], k=10)


@pytest.mark.parametrize(
    ("kind", "area", "precision"),
    [("symmetric", 0.9980, 0.9936), ("asymmetric", 0.9880, 0.9571)],
)
def test_class_gaussians_are_as_good_as_in_the_table(kind, area, precision):
    """The published row of Mahalanobis distances under a shared covariance."""
    noisy = noisy_digits()[kind]
    score = run(SCORERS["class_gaussians"], noisy.given, device="cpu")

    assert auroc(score.suspicion, noisy.wrong) == pytest.approx(area, abs=1e-3)
    assert average_precision(score.suspicion, noisy.wrong) == pytest.approx(precision, abs=1e-3)


def gaussians(x: np.ndarray, labels: list[int] | np.ndarray, **options) -> tuple:
    """Values and suggestions of class_gaussians as arrays."""
    rows = torch.tensor(x, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)
    values, suggested = SCORERS["class_gaussians"].function(*rows, **options)
    return values.numpy(), suggested.numpy()


def test_class_gaussians_are_scikit_learns_mahalanobis_distances():
    """Without shrinkage, classes of 60: EmpiricalCovariance of the rows about their class means."""
    rng = np.random.default_rng(0)
    labels = np.arange(180) % 3
    x = rng.normal(size=(180, 5)) + np.eye(5)[labels] * 3
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    means = np.stack([unit[labels == label].mean(axis=0) for label in range(3)])
    model = EmpiricalCovariance(assume_centered=True).fit(unit - means[labels])
    far = np.stack([model.mahalanobis(unit - mean) for mean in means], axis=1)
    own = far[np.arange(180), labels].copy()
    nearest = far.argmin(axis=1)
    far[np.arange(180), labels] = np.inf

    values, suggested = gaussians(x, labels, shrinkage=0.0)

    np.testing.assert_allclose(values, own - far.min(axis=1), rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(suggested, nearest)


def test_a_class_of_its_own_spread_has_a_covariance_of_its_own():
    """gamma = 0: a broad and a narrow class in two dimensions, each by its own covariance."""
    rng = np.random.default_rng(0)
    angle = np.concatenate([rng.normal(0, 0.3, 100), rng.normal(2, 0.02, 100)])
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    labels = np.repeat([0, 1], 100)
    far = np.empty((200, 2))
    for label in range(2):
        model = EmpiricalCovariance().fit(unit[labels == label])
        far[:, label] = model.mahalanobis(unit)
    own, other = far[np.arange(200), labels], far[np.arange(200), 1 - labels]

    values, _ = gaussians(unit, labels, gamma=0.0, shrinkage=0.0)

    np.testing.assert_allclose(values, own - other, rtol=1e-2, atol=1e-2)
    assert np.abs(values - gaussians(unit, labels, shrinkage=0.0)[0]).max() > 1


def test_a_small_class_does_not_vouch_for_its_members():
    """Of two members each lies (2 / (2 - 1))² = 4 times as far as from the mean it is part of."""
    rng = np.random.default_rng(0)
    base = np.concatenate([rng.normal([5, 0, 0], 1, (60, 3)), rng.normal([0, 5, 0], 1, (60, 3))])
    pair = np.array([[0, 0, 1.0], [0, 1.0, 0]])
    labels = [0] * 60 + [1] * 60 + [2] * 2

    values, suggested = gaussians(np.concatenate([base, pair]), labels)

    assert suggested[-1] == 1
    assert values[-1] > 0


def test_a_class_of_one_has_no_value_and_no_suggestion():
    """Its mean is the row itself, and 0 would say perfectly clean."""
    values, suggested = gaussians(np.eye(5) + 0.1, [0, 0, 1, 1, 2])

    assert np.isnan(values).tolist() == [False] * 4 + [True]
    assert suggested[-1] == -1


def test_empty_classes_and_unlabelled_rows_draw_nobody():
    """Class 1 has no rows: it is never proposed. The unlabelled row gets the nearest class."""
    x = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1], [1, 0.05]])

    values, suggested = gaussians(x, [0, 0, 2, 2, -1])

    assert suggested.tolist() == [0, 0, 2, 2, 0]
    assert np.isnan(values).tolist() == [False] * 4 + [True]


def test_without_labels_or_with_one_class_there_is_no_other_class():
    """nan and no suggestion against; nothing fails."""
    x = np.random.default_rng(0).normal(size=(6, 3))

    assert np.isnan(gaussians(x, [0] * 6)[0]).all()
    assert gaussians(x, [-1] * 6)[1].tolist() == [-1] * 6


def test_many_columns_are_reduced_to_the_broadest_axes():
    """Three wide columns and 40 narrow ones: with dimensions=3 as good as the three alone."""
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 3
    wide = np.eye(3)[labels] * 5 + rng.normal(size=(120, 3))
    x = np.concatenate([wide, 1e-4 * rng.normal(size=(120, 40))], axis=1)

    few, all_of_them = gaussians(x, labels, dimensions=3)[0], gaussians(wide, labels)[0]

    np.testing.assert_allclose(few, all_of_them, rtol=0.01, atol=0.05)


def test_trimming_leaves_out_the_farthest_of_each_class():
    """A tenth of a class lies in the other cloud: without it the centre is that of the rest."""
    rng = np.random.default_rng(0)
    x = np.eye(4)[np.arange(200) % 2] * 5 + rng.normal(size=(200, 4)) * 0.3
    labels = np.arange(200) % 2
    labels[:20:2] = 1

    plain, trimmed = gaussians(x, labels)[0], gaussians(x, labels, trim=0.1)[0]

    assert trimmed[:20:2].min() > plain[:20:2].min()
    assert (trimmed[20:] < 0).all()


def test_order_of_digits_is_that_of_datalab(digits):
    """The first four scores and the p-value of cleanlab 2.9.0: digits are stored by writer."""
    neighbours, positions = torch.tensor(digits.neighbours), torch.arange(1797)

    scores = order_scores(neighbours, positions, 10)

    np.testing.assert_allclose(scores[:4], [0.911276, 0.943713, 0.623732, 0.886863], atol=1e-6)
    assert order_p_value(neighbours, positions, k=10) == 0.0


def test_shuffled_digits_have_no_order(shuffled):
    """The p-value of cleanlab's procedure and seed."""
    found = order_p_value(torch.tensor(shuffled.neighbours), torch.arange(1797), k=10)

    assert found == pytest.approx(0.7504, abs=5e-5)


@pytest.mark.parametrize(("n", "k"), [(7, 3), (50, 10), (51, 10), (200, 5)])
def test_order_is_that_of_datalab_on_any_graph(n, k):
    """Scores and p-value of its issue manager, for even and odd n, neighbours drawn by lot."""
    rng = np.random.default_rng(n)
    ranks = rng.random((n, n)) + 10 * np.eye(n)
    neighbours = torch.tensor(ranks.argsort(axis=1)[:, :k])
    distances = torch.arange(1, k + 1).repeat(n, 1) / k
    manager = NonIIDIssueManager(datalab(), metric="cosine", k=k)
    manager.find_issues(knn_graph=sparse(neighbours, distances))

    scores = order_scores(neighbours, torch.arange(n), k)

    np.testing.assert_allclose(scores, manager.issues["non_iid_score"], atol=1e-12)
    p = order_p_value(neighbours, torch.arange(n), k=k)
    assert p == pytest.approx(manager.p_value, abs=1e-9)


def test_order_of_hardly_any_rows():
    """One row: nothing to say. Two: one order is like the other, so p = 1."""
    nobody = torch.tensor([[-1]])
    assert order_scores(nobody, torch.tensor([0]), 1).isnan().all()
    assert np.isnan(order_p_value(nobody, torch.tensor([0]), k=1))
    assert order_p_value(torch.tensor([[1], [0]]), torch.arange(2), k=1) == 1.0


def test_positions_count_and_not_the_row_numbers(digits):
    """The same rows in another order with their old places: the same scores."""
    mixed = torch.tensor(np.random.default_rng(0).permutation(1797))
    back = mixed.argsort()
    neighbours = torch.tensor(digits.neighbours)
    straight = order_scores(neighbours, torch.arange(1797), 10)

    np.testing.assert_allclose(order_scores(back[neighbours[mixed]], mixed, 10), straight[mixed])
    assert order_p_value(back[neighbours[mixed]], mixed, k=10) == 0.0


def test_outliers_are_those_that_datalab_flags(digits):
    """The lonely point of seven, and 41 digits."""
    manager = OutlierIssueManager(datalab(), k=3)
    graph = build_graph(SQUARE, k=3, metric="euclidean")
    manager.find_issues(knn_graph=sparse(*tables(graph)))
    means = mean_distance(torch.tensor(graph.distances), 3)

    assert (means > outlier_limit(means)).tolist() == manager.issues["is_outlier_issue"].tolist()
    assert (means > outlier_limit(means)).nonzero().tolist() == [[6]]
    of_digits = mean_distance(torch.tensor(digits.distances), 10)
    assert int((of_digits > outlier_limit(of_digits)).sum()) == 41


def test_outlier_limit_without_values():
    """Nothing to compare with."""
    assert np.isnan(outlier_limit(torch.tensor([torch.nan])))
    assert outlier_limit(torch.tensor([2.0])) == 2.0


def test_near_duplicates_are_those_that_datalab_flags(digits):
    """The two points in the middle of the square; no digit."""
    graph = build_graph(SQUARE, k=3, metric="euclidean")
    groups = near_duplicate_groups(*tables(graph))

    assert groups.tolist() == [-1, -1, -1, -1, 0, 0, -1]
    assert (near_duplicate_groups(*tables(digits)) == -1).all()


def test_near_duplicate_sets_are_what_pairs_of_datalab_connect():
    """60 rows, 20 of them copies with a little noise, against the connected sets of its pairs."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 6)).astype(np.float32)
    x[40:] = x[rng.integers(0, 10, 20)] + rng.normal(size=(20, 6)) * 1e-3
    graph = build_graph(x, k=10)
    manager = NearDuplicateIssueManager(datalab(), metric="cosine", k=10)
    manager.find_issues(knn_graph=sparse(*tables(graph)))

    groups = near_duplicate_groups(*tables(graph))

    flagged = manager.issues["is_near_duplicate_issue"].to_numpy()
    np.testing.assert_array_equal((groups >= 0).numpy(), flagged)
    for row, others in enumerate(manager.near_duplicate_sets):
        assert (groups[others] == groups[row]).all()


def test_a_chain_of_copies_is_one_set_and_sets_are_numbered_by_first_member():
    """1 - 3 - 5 hang together although 5 does not list 1; only one side of a pair need list it."""
    neighbours = torch.tensor([[2], [3], [0], [1], [2], [3], [-1]])
    distances = torch.tensor([[9.0], [0.1], [9.0], [0.1], [9.0], [0.1], [torch.inf]])

    assert near_duplicate_groups(neighbours, distances, share=0.02).tolist() == [-1] * 7
    groups = near_duplicate_groups(neighbours, distances)
    assert groups.tolist() == [-1, 0, -1, 0, -1, 0, -1]


def test_exact_copies_are_one_set_even_where_most_rows_are():
    """40 copies of one row, more than a list holds, and three other rows; the median is 0."""
    x = np.concatenate([np.ones((40, 3)), np.eye(3)]).astype(np.float32)

    groups = near_duplicate_groups(*tables(build_graph(x, k=5)))

    assert groups.tolist() == [0] * 40 + [-1] * 3


def test_class_imbalance_is_that_of_datalab():
    """Shares 60, 37 and 3 of 100: the last is rarest, and below a tenth of a third."""
    labels = np.repeat([0, 1, 2], [60, 37, 3])
    manager = ClassImbalanceIssueManager(datalab(labels))
    manager.find_issues()

    values = SCORERS["class_imbalance"].function(torch.tensor(labels))

    np.testing.assert_allclose(values, manager.issues["class_imbalance_score"], atol=1e-7)
    assert manager.issues["is_class_imbalance_issue"].sum() == 3


def test_classes_that_tie_are_equally_rare_and_empty_ones_do_not_count():
    """Classes 0 and 3 have one row each, class 2 none."""
    rarest, share, classes = rarest_share(torch.tensor([0, 1, 1, 3, -1]))

    assert (rarest.tolist(), share, classes) == ([0, 3], 0.25, 3)
    assert rarest_share(torch.tensor([-1]))[2] == 0


@pytest.mark.parametrize(("eps", "min_samples"), [(0.5, 5), (0.08, 5), (0.05, 8), (0.03, 3)])
def test_clusters_are_those_of_scikit_learn(digits, eps, min_samples):
    """DBSCAN on the graph read both ways: same noise, same cores together, edges at some core."""
    neighbours, distances = tables(digits)
    graph = sparse(neighbours, distances)
    model = DBSCAN(eps=eps, min_samples=min_samples, metric="precomputed")
    theirs = model.fit(csr_array(graph.maximum(graph.T)))

    ours = density_clusters(neighbours, distances, eps=eps, min_samples=min_samples).numpy()

    np.testing.assert_array_equal(ours < 0, theirs.labels_ < 0)
    cores = theirs.core_sample_indices_
    assert adjusted_rand_score(ours[cores], theirs.labels_[cores]) == 1.0
    edges = np.setdiff1d(np.flatnonzero(ours >= 0), cores)
    for row in edges:
        near = graph.indices[graph.indptr[row] : graph.indptr[row + 1]]
        assert ours[row] in ours[np.intersect1d(near, cores)]


def test_clusters_of_all_pairs_are_those_of_dbscan_on_the_points():
    """k = n - 1, so the graph is the whole matrix: scikit-learn on the points themselves."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 0.3, (40, 2)), rng.normal(4, 0.3, (40, 2))])
    x = np.concatenate([x, [[2, 2], [9, 9]]]).astype(np.float32)
    theirs = DBSCAN(eps=0.4, min_samples=5).fit_predict(x)

    ours = density_clusters(
        *tables(build_graph(x, k=81, metric="euclidean")), eps=0.4, min_samples=5
    )

    assert len(set(theirs)) > 2
    np.testing.assert_array_equal(ours < 0, theirs < 0)
    assert adjusted_rand_score(ours, theirs) == 1.0


def test_no_row_is_dense_when_more_neighbours_are_asked_for_than_the_graph_has():
    """min_samples = 4 with two neighbours and the row itself."""
    assert (
        density_clusters(torch.tensor([[1, 2]] * 3), torch.zeros(3, 2), min_samples=4) < 0
    ).all()


def groups_of_ten() -> tuple[torch.Tensor, torch.Tensor]:
    """Three clusters of ten rows: everybody lists the nine others, at distance 0.1."""
    inside = torch.arange(10).repeat(10, 1)[~torch.eye(10, dtype=torch.bool)].view(10, 9)
    neighbours = torch.cat([inside + start for start in (0, 10, 20)])
    return neighbours, torch.full((30, 9), 0.1)


def test_the_worst_group_has_the_smallest_ratio_and_not_the_last_small_mean():
    """Means .10, .15, .55: cleanlab compares .15 with the ratio .375 and names the second."""
    neighbours, distances = groups_of_ten()
    confidence = torch.tensor([0.10, 0.15, 0.55]).repeat_interleave(10)
    pred_probs = torch.stack([confidence, 1 - confidence], dim=1)
    labels = torch.zeros(30, dtype=torch.int64)

    values = SCORERS["underperforming_group"].function(
        neighbours, distances, pred_probs, labels, k=9
    )
    manager = UnderperformingGroupIssueManager(datalab(labels.numpy()), k=9)
    clusters = density_clusters(neighbours, distances).numpy()
    manager.find_issues(pred_probs=pred_probs.numpy(), cluster_ids=clusters)

    by_hand = torch.tensor([0.375, 0.5625, 1.0]).repeat_interleave(10)
    np.testing.assert_allclose(values, by_hand, atol=1e-6)
    theirs = manager.issues["underperforming_group_score"]
    np.testing.assert_allclose(values, theirs, atol=1e-6)
    assert manager.summary["score"][0] == pytest.approx(0.5625, abs=1e-6)


def test_small_groups_and_missing_confidence_count_for_nothing():
    """Four of five rows have a value: the group is too small, so the others make the mean."""
    values = torch.tensor([0.1] * 4 + [torch.nan] + [0.8] * 5 + [0.4] * 5 + [0.0])
    groups = torch.tensor([0] * 5 + [1] * 5 + [2] * 5 + [-1])

    ratios, sizes = group_ratios(values, groups)

    np.testing.assert_allclose(ratios, [np.nan, 0.8 / 0.6, 0.4 / 0.6], rtol=1e-6)
    assert sizes.tolist() == [4, 5, 5]


def test_a_group_without_labels_is_no_worse_and_no_labels_are_no_score():
    """Where nobody has a self-confidence there is nothing to compare."""
    neighbours, distances = groups_of_ten()
    pred_probs = torch.full((30, 2), 0.5)
    score = SCORERS["underperforming_group"].function
    labels = torch.tensor([-1] * 10 + [0] * 20)

    assert score(neighbours, distances, pred_probs, labels, k=9).tolist() == [1.0] * 30
    assert score(neighbours, distances, pred_probs, labels * 0 - 1, k=9).isnan().all()
