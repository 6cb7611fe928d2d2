"""What verdicts, labels and rows are called, by what a row is: an example, or a pair."""

from collections.abc import Sequence

from pages.shared.piles import WORDS
from store.dataset import Dataset, Unit
from store.retrieval import NOT_RELEVANT as UNJUDGED

PAIR_WORDS = WORDS | {
    "keep": "left as judged",
    "relabel": "relevance changed",
    "drop": "duplicates of a positive",
}
"""Piles of pairs."""
NOT_RELEVANT, RELEVANT, PARTLY, HIGHLY = "not relevant", "relevant", "partly", "highly relevant"
NOT_JUDGED = "not judged"


def pile_words(unit: Unit) -> dict[str, str]:
    """What the piles are called: by verdict."""
    return WORDS if unit == "example" else PAIR_WORDS


def label_names(dataset: Dataset) -> dict[str, str]:
    """What the labels are called: classes by their names, grades of relevance in words."""
    return dict(
        zip(
            dataset.classes,
            dataset.classes if dataset.unit == "example" else grade_names(dataset.classes),
            strict=True,
        )
    )


def given_names(dataset: Dataset) -> dict[str, str]:
    """The same for labels as they were given: of pairs the lowest is also that nobody judged."""
    names = label_names(dataset)
    if dataset.unit == "pair":
        names[str(UNJUDGED)] += f" or {NOT_JUDGED}"
    return names


def grade_names(grades: Sequence[str]) -> list[str]:
    """Grades with their meaning: of two "relevant", of more from "partly" to "highly relevant".

    >>> grade_names(["0", "1"])
    ['0 · not relevant', '1 · relevant']
    >>> grade_names(["-1", "0", "1", "2", "3"])[1:]
    ['0 · not relevant', '1 · partly', '2 · relevant', '3 · highly relevant']
    """
    positive = [grade for grade in grades if int(grade) > 0]
    words = dict.fromkeys(grades, NOT_RELEVANT) | dict.fromkeys(positive, RELEVANT)
    if len(positive) > 1:
        words[positive[0]], words[positive[-1]] = PARTLY, HIGHLY
    return [f"{grade} · {words[grade]}" for grade in grades]
