"""Scorers that read the dynamics of training, against the published and hand-made numbers."""

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.evaluate import auroc
from engine.kernels.threshold import margin_above_threshold, threshold
from engine.plant import plant_label_errors
from engine.run import run
from engine.scorers import all_scorers
from store.errors import UserError
from tests.blobs import blobs, evidence_of

SCORERS = all_scorers()
LOGITS = torch.tensor([[[1.0, 2, 3], [6, 5, 4]], [[2.0, 2, 1], [3, 5, 4]]])
"""Two epochs, two rows, three classes: the vectors of the AUM repository's tests."""
GIVEN = torch.tensor([1, 0])


def value(name: str, *inputs: Tensor, **options: object) -> Tensor:
    """What the scorer's function returns."""
    return SCORERS[name].function(*inputs, **options)


def given_probs() -> Tensor:
    """(2 rows, 2 epochs) probability of the given label under LOGITS."""
    return LOGITS.softmax(dim=2)[:, [0, 1], GIVEN].T


def margins() -> Tensor:
    """(2 rows, 2 epochs) given logit minus the best other under LOGITS."""
    hidden = LOGITS.clone()
    hidden[:, [0, 1], GIVEN] = -torch.inf
    return (LOGITS[:, [0, 1], GIVEN] - hidden.amax(dim=2)).T


def test_the_area_under_the_margin_of_the_authors_own_test():
    """Margins (-1, 0) and (1, -2): both areas are -.5; 1.26 then 1.15 is 1.205."""
    assert margins().tolist() == [[-1, 0], [1, -2]]
    assert value("aum", margins()).tolist() == [-0.5, -0.5]
    assert value("aum", torch.tensor([[1.26, 1.15]])).item() == pytest.approx(1.205, abs=1e-6)


def test_cartography_of_the_same_two_epochs():
    """Confidence (.333524, .377636), variability (.088795, .287605), correctness (0, 1)."""
    probs = given_probs()
    correct = (LOGITS.argmax(dim=2) == GIVEN).T.float()

    np.testing.assert_allclose(probs, [[0.244728, 0.422319], [0.665241, 0.090031]], atol=1e-6)
    np.testing.assert_allclose(
        value("cartography_confidence", probs), [0.333524, 0.377636], atol=1e-6
    )
    np.testing.assert_allclose(
        value("cartography_variability", probs, first=1), [0.088795, 0.287605], atol=1e-6
    )
    assert value("cartography_correctness", correct).tolist() == [0, 1]


def test_variability_leaves_out_the_climb_of_the_first_epoch():
    """From .1 to .9 in the first epoch and steady after: 0 from the second epoch on."""
    probs = torch.tensor([[0.1, 0.9, 0.9], [0.5, 0.2, 0.8]])

    assert value("cartography_variability", probs).tolist() == pytest.approx([0, 0.3], abs=1e-6)
    assert value("cartography_variability", probs, first=1)[0] > 0.3


@pytest.mark.parametrize(
    ("correct", "events"),
    [
        ([0, 1, 1, 1], 0),  # learnt once, kept
        ([1, 0, 1, 0], 2),  # lost twice
        ([0, 0, 0, 0], 5),  # never learnt: epochs + 1
        ([1, 1, 1, 0], 1),  # lost at the end
        ([0.5, 0.5, 0.5, 0.5], 2.5),  # one of two heads never learnt it
        ([1, 0.75, 1, 1], 0.25),  # one of four heads lost it once
    ],
)
def test_forgetting_counts_falls_and_what_was_never_learnt(correct, events):
    """With one head the paper's count; with several its mean, as far as the share shows it."""
    assert value("forgetting", torch.tensor([correct], dtype=torch.float32)).item() == events


def test_grand_reads_the_epoch_that_was_asked_for_and_no_other():
    """Epochs count from 1; more than there are is refused with the number there is."""
    by_epoch = torch.tensor([[3.0, 2.149576]])

    assert value("grand", by_epoch, epoch=2).item() == pytest.approx(2.149576)
    with pytest.raises(UserError, match="grand_by_epoch holds"):
        run(SCORERS["grand"], evidence_of(blobs(60)), epoch=99, device="cpu")
    with pytest.raises(UserError, match="given_probs_by_epoch holds"):
        run(SCORERS["cartography_variability"], evidence_of(blobs(60)), first=99, device="cpu")


def test_the_early_learning_target_of_three_visits():
    """(.2595, .3171, .0804) sums to 1 - .7³ = .657: suspicion .6050 of the first, propose 1."""
    targets = torch.tensor([[0.2595, 0.3171, 0.0804]] * 3)

    suspicion, proposal = value("early_learning", targets, torch.tensor([0, 1, -1]))

    np.testing.assert_allclose(suspicion, [1 - 0.2595 / 0.657, 1 - 0.3171 / 0.657, np.nan])
    assert proposal.tolist() == [1, 1, 1]


def test_the_threshold_is_what_one_in_a_hundred_exceeds():
    """Flagged = more than 1 % of the threshold rows lie strictly above."""
    areas = torch.arange(300.0)

    limit = threshold(areas, 0.01)

    assert limit == 296
    assert (areas > limit).sum() <= 3 < (areas > limit - 1).sum()
    assert threshold(torch.tensor([2.0]), 0.01) == 2


def test_rows_below_their_threshold_are_wrong_and_the_others_are_not():
    """A tenth of 1,500 labels wrong: below 0 lie most of the wrong ones and few right ones."""
    dataset, wrong = plant_label_errors(blobs(1_500), share=0.1, seed=0)
    assert dataset.embeddings is not None

    values = margin_above_threshold(
        torch.tensor(dataset.embeddings),
        torch.tensor(dataset.labels),
        torch.arange(1_500),
        share=0.01,
        seed=0,
    ).numpy()

    assert auroc(-values, wrong) > 0.95
    assert (values < 0)[wrong].mean() > 0.9
    assert (values < 0)[~wrong].mean() < 0.1


def test_the_order_of_rows_does_not_change_who_is_chosen():
    """The random choices follow the place in the table, not the place in memory."""
    vectors, labels = torch.tensor(blobs(60).embeddings), torch.tensor(blobs(60).labels)
    order = torch.randperm(60, generator=torch.Generator().manual_seed(3))

    straight = margin_above_threshold(vectors, labels, torch.arange(60), share=0.01, seed=0)
    mixed = margin_above_threshold(vectors[order], labels[order], order, share=0.01, seed=0)

    np.testing.assert_allclose(mixed, straight[order], atol=1e-2)
