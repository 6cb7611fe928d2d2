"""Agreement: published worked examples, the definitions spelled out, and what has no answer."""

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from store.agreement import (
    cohen_kappa,
    counts_of,
    fleiss_kappa,
    krippendorff_alpha,
    raw_agreement,
)


def ratings(*reviewers):
    """(n, r) from one string per reviewer, a letter or digit per row, * = nothing said."""
    letters = sorted(set("".join(reviewers)) - {"*"})
    numbers = {"*": -1} | {letter: number for number, letter in enumerate(letters)}
    return np.array([[numbers[letter] for letter in said] for said in reviewers]).T


# Krippendorff: Computing Krippendorff's Alpha-Reliability, 2011, examples A, B and C.
BINARY = ratings("0100000010", "1110010000")
NOMINAL = ratings("aabbdcccedda", "babbbccceddd")
FOUR = ratings("123321412***", "1233224125*3", "*3332342251*", "12332441251*")


@pytest.mark.parametrize(
    ("values", "alpha"), [(BINARY, 0.095), (NOMINAL, 0.692), (FOUR, 0.743)], ids="ABC"
)
def test_alpha_of_the_examples_of_its_author(values, alpha):
    """Two categories, five categories, four observers with gaps."""
    assert krippendorff_alpha(counts_of(values)) == pytest.approx(alpha, abs=5e-4)


def test_fleiss_kappa_of_the_textbook_example():
    """Fourteen raters, ten subjects, five categories: 0.210."""
    counts = np.array(
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
    )  # fmt: skip

    assert fleiss_kappa(counts) == pytest.approx(0.210, abs=5e-4)


def test_cohen_kappa_of_the_textbook_example():
    """Fifty proposals: both yes 20, both no 15, 5 and 10 apart: 0.4."""
    one = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    other = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])

    assert cohen_kappa(one, other) == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(5))
def test_cohen_kappa_is_that_of_scikit_learn(seed):
    """On rows that both judged; the others do not matter."""
    rng = np.random.default_rng(seed)
    one, other = rng.integers(-1, 4, (2, 60))
    both = (one >= 0) & (other >= 0)

    assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one[both], other[both]))


def pairwise(values):
    """Raw agreement and alpha as defined: every ordered pair of values, counted one by one."""
    units = [[x for x in row if x >= 0] for row in values.tolist()]
    units = [unit for unit in units if len(unit) > 1]
    everything = [x for unit in units for x in unit]
    within = [[a != b for a, b in permutations(unit, 2)] for unit in units]
    differ = [sum(each) / (len(unit) - 1) for each, unit in zip(within, units, strict=True)]
    apart = [a != b for a, b in permutations(everything, 2)]
    raw = 1 - sum(map(sum, within)) / sum(map(len, within))
    return raw, 1 - (sum(differ) / len(everything)) / (sum(apart) / len(apart))


@pytest.mark.parametrize("seed", range(5))
def test_alpha_and_raw_agreement_are_what_their_definitions_say(seed):
    """With gaps, for two to five reviewers."""
    rng = np.random.default_rng(seed)
    values = rng.integers(-1, 3, (40, 2 + seed % 4))
    counts = counts_of(values)

    assert (raw_agreement(counts), krippendorff_alpha(counts)) == pytest.approx(pairwise(values))


def test_two_reviewers_without_gaps_have_nearly_the_same_alpha_and_kappa():
    """Alpha = Fleiss' kappa with a correction for few rows: 1 - (1 - kappa)(1 - 1 / 2n)."""
    values = np.random.default_rng(0).integers(0, 3, (30, 2))
    counts = counts_of(values)

    expected = 1 - (1 - fleiss_kappa(counts)) * (1 - 1 / 60)
    assert krippendorff_alpha(counts) == pytest.approx(expected)


def test_names_of_categories_and_order_of_rows_do_not_matter():
    """Nominal means just that."""
    rng = np.random.default_rng(1)
    values = rng.integers(0, 3, (30, 3))
    other = np.array([2, 0, 1])[values][rng.permutation(30)]

    for figure in (raw_agreement, fleiss_kappa, krippendorff_alpha):
        assert figure(counts_of(values)) == pytest.approx(figure(counts_of(other)))


def test_full_agreement_is_one_and_full_disagreement_below_nothing():
    """Of two reviewers and two categories in equal parts."""
    same = np.array([[0, 0], [1, 1], [0, 0], [1, 1]])
    never = np.array([[0, 1], [1, 0], [0, 1], [1, 0]])

    for figure in (raw_agreement, fleiss_kappa, krippendorff_alpha):
        assert figure(counts_of(same)) == 1
    assert raw_agreement(counts_of(never)) == 0
    assert fleiss_kappa(counts_of(never)) == cohen_kappa(*never.T) == -1


@pytest.mark.parametrize(
    "values",
    [
        np.empty((0, 2), dtype=np.int64),
        np.empty((0, 0), dtype=np.int64),
        np.array([[-1, -1]]),
        np.array([[0, -1], [-1, 1]]),
        np.array([[0], [1]]),
    ],
    ids=["no rows", "nobody", "nothing said", "no row of two", "one reviewer"],
)
def test_without_two_on_a_row_nothing_can_be_said(values):
    """nan, not 0 and not 1."""
    counts = counts_of(values)

    for figure in (raw_agreement, fleiss_kappa, krippendorff_alpha):
        assert np.isnan(figure(counts))
    if values.shape[1] == 2:
        assert np.isnan(cohen_kappa(*values.T))


def test_one_category_alone_says_nothing_beyond_chance():
    """All agree on it, and chance would have them agree."""
    values = np.zeros((5, 2), dtype=np.int64)

    assert raw_agreement(counts_of(values)) == 1
    assert np.isnan(cohen_kappa(*values.T))
    for figure in (fleiss_kappa, krippendorff_alpha):
        assert np.isnan(figure(counts_of(values)))


def test_fleiss_takes_the_rows_with_the_most_reviewers():
    """A row judged by two of three is left out, and nothing else changes."""
    full = np.array([[0, 0, 1], [1, 1, 1], [0, 0, 0]])
    with_gap = np.vstack([full, [[0, 1, -1]]])

    assert fleiss_kappa(counts_of(with_gap)) == fleiss_kappa(counts_of(full))
