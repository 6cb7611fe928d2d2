"""Confident learning against cleanlab 2.9: golden vectors, random problems, awkward classes."""

import functools
import types
import warnings
from collections.abc import Iterator

import cleanlab.filter
import cleanlab.internal.util
import numpy as np
import pytest
import torch
from cleanlab.count import (
    compute_confident_joint,
    estimate_joint,
    get_confident_thresholds,
    num_label_issues,
)
from cleanlab.count import estimate_latent as reference_latent
from cleanlab.filter import find_label_issues
from cleanlab.internal.latent_algebra import compute_pyx
from cleanlab.rank import get_label_quality_scores

from engine.kernels.confident import FILTERS, Confident, flag_errors, read_confident
from engine.kernels.joint import estimate_latent, keep_at_least, posterior_of_truth, round_rows
from engine.kernels.noise_model import _likeliest_with, true_label_differs
from engine.scorers import all_scorers
from store.errors import UserError

SCORERS = all_scorers()
PRUNE = FILTERS[:3]

# cleanlab 2.9.0 on these twelve rows of three classes.
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
PRED_PROBS = np.array([
    [0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1],
    [0.05, 0.9, 0.05], [0.55, 0.4, 0.05], [0.3, 0.4, 0.3], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6],
    [0.05, 0.85, 0.1], [0.3, 0.3, 0.4],
])  # fmt: skip
MARGINS = [0.925, 0.65, 0.25, 0.15, 0.85, 0.925, 0.425, 0.55, 0.85, 0.7, 0.125, 0.55]
ENTROPIES = [
    0.841535, 0.631027, 0.421103, 0.329976, 0.751541, 0.841535, 0.557764, 0.503018, 0.751541,
    0.619207, 0.36962, 0.503018,
]  # fmt: skip
MISSING = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.3, 0.6, 0.1]])
SINGLE = np.array([
    [0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.9, 0.05, 0.05]
])  # fmt: skip


def problem(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities of 2 to 7 classes, a fifth of the labels wrong; no values tie."""
    rng = np.random.default_rng(seed)
    c, n = int(rng.integers(2, 8)), int(rng.integers(30, 400))
    labels = rng.integers(0, c, n)
    labels[:c] = np.arange(c)
    pred_probs = 0.6 * rng.dirichlet(np.full(c, rng.uniform(0.2, 1.5)), n)
    believed = np.where(rng.random(n) < 0.8, labels, rng.integers(0, c, n))
    pred_probs[np.arange(n), believed] += 0.4 * rng.random(n)
    return labels, pred_probs / pred_probs.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module", autouse=True)
def cleanlab_sorts_stably() -> Iterator[None]:
    """numpy's default sort leaves equal numbers as the processor likes; so does cleanlab's result.

    Two cells of a joint are often equal, and then which of them is rounded up is decided by that.
    """
    stable = types.SimpleNamespace(**vars(np))
    stable.argsort = functools.partial(np.argsort, kind="stable")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(cleanlab.filter, "np", stable)
        patch.setattr(cleanlab.internal.util, "np", stable)
        yield


def flagged(found: Confident, pred_probs: np.ndarray, filter: str, **options: float) -> list[int]:
    """The rows a filter calls wrong."""
    return np.flatnonzero(flag_errors(found, pred_probs, filter, **options)).tolist()


def test_thresholds_and_joint_of_the_twelve_rows():
    """Golden vectors of cleanlab 2.9.0: before and after calibration."""
    found = read_confident(PRED_PROBS, LABELS)

    np.testing.assert_allclose(found.thresholds, [0.45, 0.625, 0.475], atol=1e-12)
    assert found.counted.tolist() == [[2, 1, 1], [1, 2, 0], [0, 1, 2]]
    assert found.joint.tolist() == [[2, 1, 1], [1, 3, 0], [0, 1, 3]]
    assert np.flatnonzero(found.off_diagonal).tolist() == [2, 3, 6, 10]
    assert (found.issues_counted, found.issues_calibrated) == (4, 4)


def test_latent_estimates_of_the_twelve_rows():
    """Golden vectors of cleanlab 2.9.0: prior, noise matrix and its inverse."""
    found = read_confident(PRED_PROBS, LABELS)
    prior, noise, inverse = estimate_latent(found.joint, found.members)

    np.testing.assert_allclose(prior, [0.25, 0.416667, 0.333333], atol=1e-6)
    expected = [[0.6667, 0.2, 0.25], [0.3333, 0.6, 0], [0, 0.2, 0.75]]
    np.testing.assert_allclose(noise, expected, atol=1e-4)
    expected = [[0.5, 0.25, 0], [0.25, 0.75, 0.25], [0.25, 0, 0.75]]
    np.testing.assert_allclose(inverse, expected, atol=1e-12)


@pytest.mark.parametrize("filter", FILTERS)
def test_flags_of_the_twelve_rows(filter):
    """Pruning by class, and so both together, lets row 6 go."""
    found = read_confident(PRED_PROBS, LABELS)
    expected = [2, 3, 10] if filter in ("prune_by_class", "both") else [2, 3, 6, 10]

    assert flagged(found, PRED_PROBS, filter) == expected


def test_the_scorer_puts_flagged_rows_below_zero_and_first():
    """Value: normalised margin, less 1 where flagged. Suggestion: the class that is confident."""
    tensors = torch.tensor(PRED_PROBS, dtype=torch.float32), torch.tensor(LABELS)
    values, suggestion = SCORERS["confident_learning"].function(*tensors)

    expected = np.array(MARGINS)
    expected[[2, 3, 6, 10]] -= 1
    np.testing.assert_allclose(values, expected, atol=1e-6)
    assert suggestion.tolist() == [0, 0, 1, 2, 1, 1, 0, 1, 2, 2, 1, 2]
    values, _ = SCORERS["confident_learning"].function(*tensors, filter="both")
    assert (values < 0).nonzero().squeeze(1).tolist() == [2, 3, 10]


def test_confidence_weighted_entropy_of_the_twelve_rows():
    """Golden vector of cleanlab 2.9.0."""
    values, _ = SCORERS["confidence_weighted_entropy"].function(
        torch.tensor(PRED_PROBS, dtype=torch.float32), torch.tensor(LABELS)
    )

    np.testing.assert_allclose(values, ENTROPIES, atol=1e-5)


def test_a_certain_and_right_prediction_has_the_best_entropy_value():
    """cleanlab scores it 0, the worst; a row that is certain of another class stays the worst."""
    sure = torch.eye(3)[[0, 0]]
    values, _ = SCORERS["confidence_weighted_entropy"].function(sure, torch.tensor([0, 1]))

    assert values.tolist() == [1.0, 0.0]
    reference = get_label_quality_scores(
        np.array([0, 1]), sure.double().numpy(), method="confidence_weighted_entropy"
    )
    assert reference[0] == 0.0


@pytest.mark.parametrize("seed", range(10))
def test_confidence_weighted_entropy_is_that_of_cleanlab(seed):
    """On probabilities that are nowhere 0."""
    labels, pred_probs = problem(seed)
    values, _ = SCORERS["confidence_weighted_entropy"].function(
        torch.tensor(pred_probs), torch.tensor(labels)
    )
    reference = get_label_quality_scores(labels, pred_probs, method="confidence_weighted_entropy")

    np.testing.assert_allclose(values, reference, atol=1e-9)


@pytest.mark.parametrize("seed", range(60))
def test_flags_are_those_of_cleanlab(seed):
    """Every filter, 1 and 10 examples to leave, all errors and half of them."""
    labels, pred_probs = problem(seed)
    found = read_confident(pred_probs, labels)
    for filter in FILTERS:
        for least in (1, 10):
            for share in (1.0, 0.5) if filter in PRUNE else (1.0,):
                expected = find_label_issues(
                    labels,
                    pred_probs,
                    filter_by=filter,
                    min_examples_per_class=least,
                    frac_noise=share,
                    n_jobs=1,
                )
                options = {"min_examples_per_class": least, "frac_noise": share}
                actual = flagged(found, pred_probs, filter, **options)

                assert actual == np.flatnonzero(expected).tolist(), (filter, least, share)


@pytest.mark.parametrize("seed", range(60))
def test_joint_and_latent_estimates_are_those_of_cleanlab(seed):
    """Thresholds, counts, joint, both numbers of issues, four priors with and without the loop."""
    labels, pred_probs = problem(seed)
    found = read_confident(pred_probs, labels)
    joint = compute_confident_joint(labels, pred_probs)

    np.testing.assert_allclose(
        found.thresholds, get_confident_thresholds(labels, pred_probs), atol=1e-12
    )
    counted = compute_confident_joint(labels, pred_probs, calibrate=False)
    np.testing.assert_array_equal(found.counted, counted)
    np.testing.assert_array_equal(found.joint, joint)
    np.testing.assert_allclose(
        found.joint / found.joint.sum(), estimate_joint(labels, pred_probs), atol=1e-12
    )
    assert found.issues_counted == num_label_issues(labels, pred_probs)
    assert found.issues_calibrated == num_label_issues(
        labels, pred_probs, estimation_method="off_diagonal_calibrated"
    )
    for prior in ("cnt", "eqn", "marginal", "marginal_ps"):
        for converge in (False, True):
            expected = reference_latent(
                joint, labels, py_method=prior, converge_latent_estimates=converge
            )
            actual = estimate_latent(found.joint, found.members, prior=prior, converge=converge)
            for one, other in zip(expected, actual, strict=True):
                np.testing.assert_allclose(other, one, rtol=1e-7, atol=1e-9)
    latent = estimate_latent(found.joint, found.members)
    expected = compute_pyx(pred_probs, latent.noise, latent.inverse)
    np.testing.assert_allclose(posterior_of_truth(pred_probs, latent), expected, atol=1e-12)


def test_a_class_that_nobody_has_cannot_be_suggested():
    """Golden vectors of cleanlab 2.9.0: row 2, 0.8 for the missing class, is not flagged."""
    found = read_confident(MISSING, np.array([0, 1, 1, 0]))

    np.testing.assert_allclose(found.thresholds, [0.45, 0.4, 2], atol=1e-12)
    assert found.counted.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert found.joint.tolist() == [[1, 1, 0], [0, 2, 0], [0, 0, 0]]
    assert flagged(found, MISSING, "confident_learning") == [3]
    assert flagged(found, MISSING, "prune_by_noise_rate") == [3]


def test_a_lone_example_sets_its_own_threshold():
    """Golden vectors of cleanlab 2.9.0: off-diagonals flag it, pruning leaves a class its last."""
    found = read_confident(SINGLE, np.array([0, 0, 1, 1, 2]))

    np.testing.assert_allclose(found.thresholds, [0.75, 0.75, 0.05], atol=1e-12)
    assert found.counted.tolist() == [[1, 0, 1], [0, 1, 1], [1, 0, 1]]
    assert flagged(found, SINGLE, "prune_by_noise_rate") == []
    assert flagged(found, SINGLE, "prune_by_class") == []
    assert flagged(found, SINGLE, "confident_learning") == [4]


def test_rounding_keeps_the_total_of_every_row():
    """Halves go to even, and what lacks goes to the last of those that lost most."""
    assert round_rows(np.array([[0.5, 0.5, 1.5, 0.5]])).tolist() == [[0, 0, 2, 1]]
    table = np.random.default_rng(0).random((50, 30)) * 3

    np.testing.assert_array_equal(round_rows(table).sum(axis=1), table.sum(axis=1).round())


def test_fractions_of_rows_to_prune_are_cut_off():
    """Half of 5 errors are 2 to prune, and 4 rows more stay with their class."""
    assert keep_at_least(np.array([[4, 5], [0, 6]]), n=1, frac_noise=0.5).tolist() == [
        [6, 2],
        [0, 6],
    ]


def test_rows_without_a_label_or_a_probability_take_no_part():
    """The others get the flags and the thresholds they get alone."""
    labels, pred_probs = problem(3)
    rng = np.random.default_rng(0)
    strange = np.sort(rng.choice(len(labels) + 20, 20, replace=False))
    kept = np.setdiff1d(np.arange(len(labels) + 20), strange)
    more, table = np.full(len(labels) + 20, -1), rng.random((len(labels) + 20, pred_probs.shape[1]))
    more[kept], table[kept] = labels, pred_probs
    more[strange[:15]] = 0
    table[strange[:5]] = np.nan
    table[strange[5:10], 0] = np.nan
    table[strange[10:15], 1] = np.nan  # the own probability is known, another one is not
    alone, among = read_confident(pred_probs, labels), read_confident(table, more)

    np.testing.assert_allclose(alone.thresholds, among.thresholds, atol=1e-12)
    np.testing.assert_array_equal(alone.joint, among.joint)
    for filter in FILTERS:
        expected = kept[flag_errors(alone, pred_probs, filter)]
        assert flagged(among, table, filter) == expected.tolist()


def test_nothing_is_flagged_where_the_model_agrees():
    """But by the two low_* filters, which take as many rows as are counted."""
    for seed in range(10):
        labels, pred_probs = problem(seed)
        found = read_confident(pred_probs, labels)
        agree = pred_probs.argmax(axis=1) == labels
        for filter in FILTERS[:5]:
            assert not (flag_errors(found, pred_probs, filter) & agree).any()
        for filter in FILTERS[5:]:
            assert len(flagged(found, pred_probs, filter)) == found.issues_counted


def test_of_equal_rows_at_the_cut_the_first_are_flagged():
    """Four equal rows of class 0 look like class 1; half of the estimated four are asked for."""
    pred_probs = np.array([[0.9, 0.1]] * 6 + [[0.1, 0.9]] * 10)
    labels = np.array([0] * 10 + [1] * 6)
    found = read_confident(pred_probs, labels)

    assert flagged(found, pred_probs, "prune_by_noise_rate") == [6, 7, 8, 9]
    for filter in PRUNE:
        assert flagged(found, pred_probs, filter, frac_noise=0.5) == [6, 7]


@pytest.mark.parametrize(
    "options", [{"filter": "argmax"}, {"frac_noise": 1.5}, {"min_examples_per_class": -1}]
)
def test_an_option_out_of_range_is_named(options):
    """A filter there is not, more than all errors, fewer than no example."""
    found = read_confident(PRED_PROBS, LABELS)

    with pytest.raises(UserError, match=str(next(iter(options.values())))):
        flag_errors(found, PRED_PROBS, **options)


def posterior_by_hand(
    pred_probs: np.ndarray, labels: np.ndarray, steps: int, share: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """(n, c) P(true | x, given), term by term as the formula is written down."""
    c = len(share)
    rates = noise * (1 - 1e-6) + 1e-6 * np.eye(c)
    rates = rates / rates.sum(axis=0)
    rows = []
    for probs, given in zip(pred_probs, labels, strict=True):
        truth = share.copy()
        for _ in range(steps):
            expected = [sum(rates[g, s] * truth[s] for s in range(c)) for g in range(c)]
            truth = np.array([
                truth[t] * sum(probs[g] * rates[g, t] / expected[g] for g in range(c))
                for t in range(c)
            ])  # fmt: skip
        joint = truth * rates[given]
        rows.append(joint / joint.sum())
    return np.array(rows)


@pytest.mark.parametrize("steps", [1, 5, 20])
def test_the_posterior_is_the_formula_with_the_noise_matrix_of_cleanlab(steps):
    """Prior and noise matrix by cleanlab, EM and Bayes written out in loops."""
    for seed in range(5):
        labels, pred_probs = problem(seed)
        share, noise, _ = reference_latent(compute_confident_joint(labels, pred_probs), labels)
        expected = posterior_by_hand(pred_probs, labels, steps, share, noise)
        values, suggestion = SCORERS["noise_posterior"].function(
            torch.tensor(pred_probs), torch.tensor(labels), steps=steps
        )

        given = expected[np.arange(len(labels)), labels]
        np.testing.assert_allclose(values, 1 - given, atol=1e-6)
        expected[np.arange(len(labels)), labels] = -1
        np.testing.assert_array_equal(suggestion, expected.argmax(axis=1))


def test_weighing_the_likeliest_classes_only_changes_little():
    """32 of 40 classes: what is left out is improbable; the suggestions stay."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 40, 3_000)
    logits = rng.normal(size=(3_000, 40))
    logits[np.arange(3_000), truth] += 7
    pred_probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.where(rng.random(3_000) < 0.2, (truth + 1) % 40, truth)
    found = read_confident(pred_probs, labels)
    latent = estimate_latent(found.joint, found.members)
    few, best = true_label_differs(pred_probs, labels, latent, steps=5)
    all_of_them, same = true_label_differs(pred_probs, labels, latent, steps=5, width=40)

    np.testing.assert_allclose(few, all_of_them, atol=5e-3)
    likely = few > 0.01
    np.testing.assert_array_equal(best[likely], same[likely])
    assert not np.array_equal(few, all_of_them)


def test_the_likeliest_classes_are_those_of_a_stable_sort():
    """Ties go to the first column, the given class has its place; as many classes as fit."""
    rng = np.random.default_rng(1)
    for trial in range(500):
        c, width = rng.integers(1, 60), int(rng.integers(1, 40))
        probs = rng.choice([0.0, 0.1, 0.2], c) if trial % 2 else rng.random(c)
        given = int(rng.integers(c))
        others = [k for k in np.argsort(-probs, kind="stable") if k != given]
        expected = np.arange(c) if c <= width else np.sort([given, *others[: width - 1]])

        np.testing.assert_array_equal(_likeliest_with(probs, given, width), expected)
