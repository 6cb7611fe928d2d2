"""Options of a scorer as a person writes them."""

import pytest
import torch

from engine.contract import scorer
from engine.settings import parse_settings
from store.errors import UserError


@scorer(
    title="Made up",
    finds="outlier",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n)",
    source="Nobody, 2026",
)
def made_up(
    labels: torch.Tensor,
    *,
    k: int = 10,
    share: float = 0.5,
    strict: bool = False,
    metric: str = "cosine",
    negative: int = -1,
) -> torch.Tensor:
    """Options of every kind."""
    return labels.float()


CLASSES = ("none of these", "cat", "a=b")


@pytest.mark.parametrize(
    ("setting", "option"),
    [
        ("k=3", {"k": 3}),
        ("share=1", {"share": 1.0}),
        ("share=1e-2", {"share": 0.01}),
        ("strict=True", {"strict": True}),
        ("strict=no", {"strict": False}),
        ("metric=euclidean", {"metric": "euclidean"}),
        ("negative=cat", {"negative": 1}),
        ("negative=none of these", {"negative": 0}),
        ("negative=a=b", {"negative": 2}),
    ],
)
def test_a_value_gets_the_kind_that_was_declared(setting, option):
    """Numbers as numbers, the negative class by its name."""
    parsed = parse_settings(made_up, [setting], CLASSES)

    assert parsed == option
    assert [type(value) for value in parsed.values()] == [type(v) for v in option.values()]


def test_the_last_of_two_settings_wins():
    """As with every option of a command."""
    assert parse_settings(made_up, ["k=3", "k=5"], CLASSES) == {"k": 5}
    assert parse_settings(made_up, [], CLASSES) == {}


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("k", "name=value"),
        ("j=3", "k=10, share=0.5, strict=False, metric=cosine, negative=CLASS"),
        ("k=3.5", "whole number, as in k=10"),
        ("k=", "whole number"),
        ("share=half", "a number, as in share=0.5"),
        ("strict=perhaps", "true or false"),
        ("negative=0", "none of these, cat, a=b"),
    ],
)
def test_a_setting_that_means_nothing_is_a_sentence(setting, sentence):
    """What was given, what was expected."""
    with pytest.raises(UserError, match=sentence):
        parse_settings(made_up, [setting], CLASSES)
