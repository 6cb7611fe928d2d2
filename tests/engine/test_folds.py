"""Folds: even, reproducible, and no head ever sees a row that it is asked about."""

import numpy as np
import pytest

from engine.folds import Plan, stratified_folds


@pytest.mark.parametrize("folds", [1, 2, 5])
def test_classes_and_the_whole_are_spread_evenly(folds: int):
    """Of every class, and of all rows, no fold has two more than another; unlabelled have none."""
    labels = np.random.default_rng(0).choice([-1, 0, 1, 2], p=[0.1, 0.6, 0.25, 0.05], size=997)

    fold = stratified_folds(labels, folds, seed=0)

    for members in [labels == label for label in range(3)] + [labels >= 0]:
        assert np.ptp(np.bincount(fold[members], minlength=folds)) <= 1
    assert (fold[labels < 0] == -1).all()
    assert (fold[labels >= 0] >= 0).all()


def test_a_seed_is_a_division():
    """The same seed the same, another seed another."""
    labels = np.arange(100) % 3

    first, second = (stratified_folds(labels, 5, seed=seed) for seed in (0, 1))

    np.testing.assert_array_equal(first, stratified_folds(labels, 5, seed=0))
    assert (first != second).any()


def test_two_of_a_class_are_never_held_out_together():
    """So each of them is judged by a head that knows the other."""
    labels = np.array([0] * 7 + [1] * 2)

    fold = [stratified_folds(labels, 5, seed=seed)[-2:] for seed in range(20)]

    assert all(one != other for one, other in fold)


def test_a_plan_knows_what_each_head_is_taught():
    """Three folds of six rows: each head learns two of each class; two seeds make six heads."""
    plan = Plan.make(np.array([0, 0, 0, 1, 1, 1]), 2, folds=3, seeds=2, seed=0)

    assert plan.taught.tolist() == [[2, 2]] * 6
    held_out = plan.held_out(np.arange(6))
    assert held_out.shape == (6, 6)
    assert held_out.sum(dim=0).tolist() == [2] * 6
    assert held_out[:, :3].sum(dim=1).tolist() == [1] * 6


def test_no_more_folds_than_labelled_rows():
    """Two labelled rows: two folds; an unlabelled row is held out by no fold."""
    plan = Plan.make(np.array([0, -1, 1]), 2, folds=5, seeds=1, seed=0)

    assert plan.folds == 2
    assert plan.held_out(np.array([1])).sum() == 0
