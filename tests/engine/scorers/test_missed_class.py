"""The three scorers of missed classes: rows given the negative class that belong to another."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from torch import Tensor

from engine.evaluate import average_precision
from engine.kernels.missed import most_frequent, nearest, votes_of_queries
from engine.run import run
from engine.scorers import all_scorers
from store.errors import UserError
from tests.blobs import evidence_of, missed_members

SCORERS = all_scorers()
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

# Members that the model misses, of class 1, 1 and 2, and eight rows given the negative class 0.
MISSED = [0.0, 0.3, 10.0]
NEGATIVE = [-0.1, 0.2, 0.4, 5.0, 9.9, 10.2, 11.0, 20.0]
CLASSES = torch.tensor([1, 1, 2] + [0] * 8)
ALL_NEGATIVE = torch.tensor([[0.8, 0.1, 0.1]]).repeat(11, 1)


def on_an_arc(places: list[float]) -> Tensor:
    """Points of a line as directions: who is nearest stays the same, for the cosine as well."""
    angle = torch.tensor(places) / 100
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def intrinsic(**options: int) -> tuple[list[float], list[int]]:
    """Values and suggestions for the eight negative rows of the toy."""
    points = on_an_arc(MISSED + NEGATIVE)
    function = SCORERS["intrinsic_missed_class"].function
    values, suggested = function(points, ALL_NEGATIVE, CLASSES, **options)
    assert values[:3].isnan().all()
    assert suggested[:3].tolist() == [-1, -1, -1]
    return values[3:].tolist(), suggested[3:].tolist()


def test_the_toy_by_hand_has_six_noisy_rows():
    """Euclidean on a line, three neighbours each: 5 and 20 get no vote, the first three get two."""
    queries, base = torch.tensor(MISSED)[:, None], torch.tensor(NEGATIVE)[:, None]
    distances, rows = nearest(queries, base, 3)
    votes, winner = votes_of_queries(distances, rows, torch.tensor([1, 1, 2]), n=8, c=3)

    assert votes.sum(dim=1).tolist() == [2, 2, 2, 0, 1, 1, 1, 0]
    assert winner[:3].tolist() == [1, 1, 1]
    assert winner[4:7].tolist() == [2, 2, 2]


def test_two_votes_propose_a_class_and_one_does_not():
    """The paper's relabelling needs agreement; a lonely vote only marks the row."""
    values, suggested = intrinsic()

    assert values == [1, 1, 1, 0, 0.5, 0.5, 0.5, 0]
    assert suggested == [1, 1, 1, -1, -1, -1, -1, -1]


def test_one_vote_is_enough_if_that_is_asked_for():
    """min_votes 1: the rows beside the missed member of class 2 become class 2."""
    assert intrinsic(min_votes=1)[1] == [1, 1, 1, -1, 2, 2, 2, -1]


def test_more_neighbours_than_rows_are_all_rows():
    """k = 50 of eight negative rows: each of the three members votes on every one of them."""
    values, suggested = intrinsic(k=50)

    assert values == [1.0] * 8
    assert suggested == [1] * 8


def test_on_a_tie_of_votes_the_nearest_member_has_its_way():
    """One vote for class 1 from 0.5, one for class 0 from 0.2."""
    rows, distances = torch.tensor([[0], [0]]), torch.tensor([[0.5], [0.2]])
    _, winner = votes_of_queries(distances, rows, torch.tensor([1, 0]), n=1, c=2)

    assert winner.tolist() == [0]


def test_a_model_that_misses_nobody_finds_nobody():
    """Every member is predicted right: all values 0, no suggestion."""
    points = on_an_arc(MISSED + NEGATIVE)
    right = torch.eye(3)[CLASSES]
    values, suggested = SCORERS["intrinsic_missed_class"].function(points, right, CLASSES)

    assert values[3:].tolist() == [0.0] * 8
    assert suggested.tolist() == [-1] * 11


def test_trusted_neighbours_outvote_the_negative_class():
    """By hand: at 0.1 the trusted 0, 0.3 (class 1) and 0.6 (negative) weigh 10, 5 and 2."""
    points = on_an_arc([0.0, 0.3, 0.6, 9.0, 10.0, 0.1, 8.0])
    trusted = torch.tensor([1, 1, 0, 0, 0, -1, -1])
    labels = torch.tensor([1, 1, 0, 0, 0, 0, 0])
    values, suggested = SCORERS["extrinsic_missed_class"].function(points, labels, trusted)

    assert values[:5].isnan().all()
    assert values[5].item() == pytest.approx(15 / 17, abs=1e-4)
    assert values[6].item() == pytest.approx(0, abs=1e-6)
    assert suggested.tolist() == [-1, -1, -1, -1, -1, 1, -1]


def test_a_trusted_label_counts_and_not_the_given_one():
    """Row 0 was given the negative class, but a person says class 1: its copy is a missed one."""
    points, labels = on_an_arc([1.0, 1.0, 5.0, 6.0]), torch.tensor([0, 0, 0, 0])
    function = SCORERS["extrinsic_missed_class"].function
    values, suggested = function(points, labels, torch.tensor([1, -1, 0, 0]), k=1, min_votes=1)

    assert values[1] > 0.999
    assert suggested[1] == 1


def test_where_nothing_is_trusted_nothing_is_said():
    """And where everything is trusted there is nobody to ask about."""
    function, points = SCORERS["extrinsic_missed_class"].function, on_an_arc([1.0, 2.0, 3.0])
    labels = torch.tensor([0, 0, 1])

    assert function(points, labels, torch.tensor([-1, -1, -1]))[0].isnan().all()
    assert function(points, labels, labels)[0].isnan().all()


def test_the_most_frequent_label_is_the_nearest_one_on_ties():
    """A tie of one vote each goes to the first."""
    winner, count = most_frequent(torch.tensor([[7, 3, 5], [2, 4, 4]]))

    assert winner.tolist() == [7, 4]
    assert count.tolist() == [1, 2]


def test_the_probability_is_one_sided():
    """1 - p(negative) for its rows, nan for all others, the best other class as suggestion."""
    pred_probs = torch.tensor([[0.5, 0.2, 0.3], [0.9, 0.1, 0.0], [0.1, 0.1, 0.8], [0.2, 0.4, 0.4]])
    function = SCORERS["missed_class_probability"].function
    values, suggested = function(pred_probs, torch.tensor([0, 0, 2, -1]))

    assert values[:2].tolist() == pytest.approx([0.5, 0.1])
    assert values[2:].isnan().all()
    assert suggested.tolist() == [2, 1, -1, -1]


def test_the_negative_class_can_be_named():
    """negative=2 asks about the row of class 2 alone, although class 0 is larger."""
    pred_probs = torch.tensor([[0.5, 0.2, 0.3], [0.9, 0.1, 0.0], [0.1, 0.1, 0.8]])
    function = SCORERS["missed_class_probability"].function
    values, _ = function(pred_probs, torch.tensor([0, 0, 2]), negative=2)

    assert values.isnan().tolist() == [True, True, False]
    assert values[2].item() == pytest.approx(0.2)


@pytest.mark.parametrize("negative", [-2, 3])
def test_a_negative_class_that_is_not_there_is_refused(negative):
    """The sentence says which positions there are."""
    evidence = evidence_of(missed_members()[0])
    with pytest.raises(UserError, match="0 to 2"):
        run(SCORERS["missed_class_probability"], evidence, negative=negative)


@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation data are not on this machine")
def test_missed_entities_of_noisebench_are_found():
    """3,624 of 59,236 tokens without an entity have one: published average precision .824."""
    table = pq.read_table(DATA / "text" / "noisebench_crowd.parquet")
    order = ["O", "PER", "LOC", "ORG", "MISC"]
    given, true = (
        np.array([order.index(tag[2:] or tag) for tag in table[name].to_pylist()])
        for name in ("crowd", "true")
    )
    with np.load(DATA / "text" / "noisebench_crowd_oof.npz") as file:
        pred_probs = torch.tensor(file["pyx"].astype(np.float32))
    values, _ = SCORERS["missed_class_probability"].function(pred_probs, torch.tensor(given))
    asked = given == 0

    found = average_precision(values.numpy()[asked], (true != 0)[asked])
    assert found == pytest.approx(0.824, abs=2e-3)
