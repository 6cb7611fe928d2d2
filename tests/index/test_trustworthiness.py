"""Trustworthiness: the published number, on all rows or on a sample of them."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference

from index.projection import pca_layout
from index.trustworthiness import trustworthiness


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("n", [5, 31, 300])
def test_it_is_the_number_of_scikit_learn(metric, n):
    """On all rows, for both metrics, with the origin far away."""
    embeddings = (np.random.default_rng(n).normal(size=(n, 6)) + 3).astype(np.float32)
    layout = pca_layout(embeddings)
    k = min(15, (n - 1) // 2)

    assert trustworthiness(embeddings, layout, metric=metric) == pytest.approx(
        reference(embeddings, layout, n_neighbors=k, metric=metric), abs=1e-6
    )


def test_one_neighbour_that_comes_too_early_costs_its_rank():
    """Five points on a line, the ends swapped on the map, k = 1.

    In truth 0 1 2 3 9; on the map 9 lies at 0.1 and 0 at 9. Beside 0 lies 3, its third nearest in
    truth; beside 9 lies 1, its third; beside 1 lies 9, its fourth; 2 and 3 are right. Together
    2 + 2 + 3 places too early: 1 - 2 / (5 * 1 * 6) * 7.
    """
    truth = np.array([0, 1, 2, 3, 9], np.float32)[:, None]
    layout = np.array([[9, 0], [1, 0], [2.1, 0], [3, 0], [0.1, 0]], np.float32)

    assert trustworthiness(truth, layout, metric="euclidean", k=1) == pytest.approx(1 - 14 / 30)


def test_a_sample_is_close_to_all_rows():
    """400 of 2,000 rows: within 0.02, and the same number every time."""
    embeddings = np.random.default_rng(0).normal(size=(2_000, 5)).astype(np.float32)
    layout = pca_layout(embeddings)
    whole = trustworthiness(embeddings, layout, metric="euclidean")
    part = trustworthiness(embeddings, layout, metric="euclidean", sample=400)

    assert part == pytest.approx(whole, abs=0.02)
    assert part == trustworthiness(embeddings, layout, metric="euclidean", sample=400)


def test_blocks_do_not_change_the_number(monkeypatch):
    """A few columns at a time or all at once."""
    from index import trustworthiness as module
    from index.vectors import row_blocks

    embeddings = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
    layout = pca_layout(embeddings)
    whole = trustworthiness(embeddings, layout, metric="cosine")
    monkeypatch.setattr(
        module, "row_blocks", lambda n, floats_per_row: row_blocks(n, floats_per_row=2**23 // 7)
    )

    assert trustworthiness(embeddings, layout, metric="cosine") == pytest.approx(whole, abs=1e-9)


def test_duplicates_on_the_map_and_in_truth_are_no_fault():
    """All rows equal: any neighbour is as true as another."""
    same = np.ones((40, 3), np.float32)

    assert trustworthiness(same, pca_layout(same), metric="cosine") == 1


@pytest.mark.parametrize("n", [1, 2])
def test_too_few_rows_have_none(n):
    """With two rows there is no wrong neighbour to have."""
    embeddings = np.eye(2, dtype=np.float32)[:n]

    assert np.isnan(trustworthiness(embeddings, embeddings, metric="cosine"))


def test_whoever_watches_may_stop_it():
    """What progress raises comes out."""

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    embeddings = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32)
    with pytest.raises(KeyboardInterrupt):
        trustworthiness(embeddings, embeddings[:, :2], metric="cosine", progress=stop)
