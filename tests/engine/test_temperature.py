"""One number that makes probabilities as sure as they are right."""

import math

import pytest
import torch

from engine.temperature import fit_temperature, tempered


def test_answers_that_are_twice_too_sure_get_temperature_two():
    """Labels drawn from softmax(z), logits given as 2 z: the fit finds the 2 and the entropy."""
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(20_000, 4, generator=rng)
    probs = logits.softmax(dim=1)
    labels = torch.multinomial(probs, 1, generator=rng).squeeze(1)

    temperature, loss = fit_temperature(2 * logits, labels)

    assert temperature == pytest.approx(2, rel=0.05)
    assert loss == pytest.approx(float(-(probs * probs.log()).sum(dim=1).mean()), abs=0.01)


def test_a_known_case_by_hand():
    """Always .9 and right 3 times of 4: softmax must say .75, so T = ln 9 / ln 3 = 2."""
    log_probs = torch.tensor([[0.9, 0.1]]).log().repeat(400, 1)
    labels = torch.tensor([0, 0, 0, 1]).repeat(100)

    temperature, loss = fit_temperature(log_probs, labels)

    assert temperature == pytest.approx(2, abs=1e-3)
    assert loss == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25), abs=1e-5)
    assert tempered(log_probs[:1], temperature)[0, 0] == pytest.approx(0.75, abs=1e-4)


def test_it_stays_within_bounds_where_no_temperature_is_best():
    """All right: sharper is always better. Always wrong: flatter is."""
    sure = torch.tensor([[0.6, 0.4]]).log().repeat(200, 1)

    assert fit_temperature(sure, torch.zeros(200, dtype=torch.int64))[0] == pytest.approx(0.1, 0.05)
    assert fit_temperature(sure, torch.ones(200, dtype=torch.int64))[0] == pytest.approx(10, 0.05)


def test_a_few_rows_are_no_evidence():
    """Below 100 rows probabilities stay as they are; without any there is no loss."""
    assert fit_temperature(torch.zeros(99, 2), torch.zeros(99, dtype=torch.int64))[0] == 1
    assert math.isnan(fit_temperature(torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64))[1])


def test_impossible_classes_stay_impossible():
    """-inf takes no part; a row whose own label has it is left out; nan stays nan."""
    log_probs = torch.tensor([[0.9, 0.1, 0.0]]).log().repeat(401, 1)
    labels = torch.tensor([0, 0, 0, 1] * 100 + [2])

    assert fit_temperature(log_probs, labels)[0] == pytest.approx(2, abs=1e-3)
    answer = tempered(torch.tensor([[0.0, 0.0, -torch.inf], [0.0, torch.nan, 0.0]]), 3.0)
    assert answer[0].tolist() == [0.5, 0.5, 0]
    assert answer[1].isnan().tolist() == [False, True, False]
