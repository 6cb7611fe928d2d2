"""Rows added to a map: old places stay, new ones go among their neighbours."""

import numpy as np
import pytest

from index.graph import NeighbourGraph
from index.projection import place_new_rows
from store.errors import UserError

OLD = np.array([[0, 0], [4, 0], [0, 8]], dtype=np.float32)


def graph_of(*lists: dict[int, float]) -> NeighbourGraph:
    """Three old rows without neighbours, then new ones: {neighbour: distance, ...} each."""
    neighbours = np.full((3 + len(lists), 2), -1, dtype=np.int64)
    distances = np.full((3 + len(lists), 2), np.inf, dtype=np.float32)
    for row, near in enumerate(lists, start=3):
        neighbours[row, : len(near)] = list(near)
        distances[row, : len(near)] = list(near.values())
    return NeighbourGraph(neighbours, distances, "cosine", 1.0)


def test_a_new_row_goes_to_the_weighted_mean_of_its_neighbours():
    """Three times as far from (4, 0) as from (0, 0): a quarter of the way, at (1, 0)."""
    placed = place_new_rows(OLD, graph_of({0: 0.1, 1: 0.3}))

    np.testing.assert_allclose(placed[3], [1, 0], atol=1e-6)


def test_old_rows_stay_exactly_where_they_are():
    """To the last bit."""
    old = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)

    np.testing.assert_array_equal(place_new_rows(old, graph_of({0: 0.1, 1: 0.3}))[:3], old)


def test_an_exact_duplicate_lies_on_its_twin():
    """Distance 0 leaves nothing to the other neighbour; two twins share."""
    placed = place_new_rows(OLD, graph_of({1: 0.0, 2: 0.2}, {1: 0.0, 2: 0.0}))

    np.testing.assert_array_equal(placed[3:], [[4, 0], [2, 4]])


def test_a_chain_is_followed():
    """Row 5 knows only 4, 4 only 3, 3 only the old row 2: all end up there."""
    placed = place_new_rows(OLD, graph_of({2: 0.1}, {3: 0.1}, {4: 0.1}))

    np.testing.assert_array_equal(placed[3:], [[0, 8]] * 3)


def test_a_row_placed_in_one_round_does_not_move_in_the_next():
    """Row 3 has one placed neighbour and one new one; only the placed one counts."""
    placed = place_new_rows(OLD, graph_of({4: 0.1, 1: 0.5}, {0: 0.1}))

    np.testing.assert_array_equal(placed[3:], [[4, 0], [0, 0]])


def test_rows_that_nobody_places_go_to_the_centre_of_mass():
    """One has no neighbours, two have only each other: (4/3, 8/3)."""
    placed = place_new_rows(OLD, graph_of({}, {5: 0.1}, {4: 0.1}))

    np.testing.assert_allclose(placed[3:], [[4 / 3, 8 / 3]] * 3, rtol=1e-6)


def test_without_an_old_map_everything_is_at_the_origin():
    """Nothing to go by, and no nan."""
    assert (place_new_rows(np.zeros((0, 2), np.float32), graph_of({4: 0.1}, {3: 0.1})) == 0).all()


def test_a_map_of_more_rows_than_there_are_is_refused():
    """Rows were taken away: the sentence says so."""
    with pytest.raises(UserError, match="4 rows but the graph only 3"):
        place_new_rows(np.zeros((4, 2), np.float32), graph_of())
