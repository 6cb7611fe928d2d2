"""Next steps: what is best done now, by the state a review is in."""

from dataclasses import dataclass
from typing import Literal

MOST = 3
"""Steps at a time: more is a list of chores, and none of them gets done."""
ENOUGH = 0.01
"""Share of wrong labels below which a review may end. Chosen: the test sets that everybody uses
have 3 % (Northcutt, Athalye, Mueller: Pervasive Label Errors, NeurIPS 2021)."""
SAMPLE = 30
"""Rows asked for at a time in random order: with none wrong among them, up to a tenth may be."""

Name = Literal["adjudicate", "review", "contradictions", "flagged", "copies", "label", "sample",
               "export"]  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """What the steps are chosen by, in rows.

    counted: rows that can have a wrong label; waiting: those of them without a verdict that says
    whether it is. decided: rows with any verdict. suspects: named by the first list, None = there
    is no such list; undecided: those of them nobody said anything of. disputed: decided
    differently by two reviewers. flagged: put aside to be looked at again. contradicting, surplus,
    unlabelled: as they stand, the verdicts counted. fewer_than: with 95 % confidence fewer wrong
    labels are left; None = not known.
    """

    counted: int
    waiting: int
    decided: int
    suspects: int | None
    undecided: int
    disputed: int
    flagged: int
    contradicting: int
    surplus: int
    unlabelled: int
    fewer_than: int | None

    @property
    def bound(self) -> float | None:
        """With 95 % confidence less than this share of the labels is still wrong."""
        if self.fewer_than is None or self.counted == 0:
            return None
        return min(self.fewer_than / self.counted, 1.0)

    @property
    def is_enough(self) -> bool:
        """The review may end: nobody disagrees, and with 95 % confidence hardly an error is left.

        The bound holds whenever one looks, so that one may stop because of it.
        """
        if self.disputed or not self.decided:
            return False
        return self.waiting == 0 or (self.bound is not None and self.bound <= ENOUGH)


@dataclass(frozen=True)
class Step:
    """Something to do, and about how many rows."""

    name: Name
    rows: int


def next_steps(now: Situation) -> tuple[Step, ...]:
    """One to three things to do, the best first; none while nothing is known that asks for one.

    First what others wait for, then what the list found, then what needs no list, and to be done
    with it once the bound allows. A random sample is asked for only when the list is at its end:
    until then one card in ten is blind anyway.
    """
    ended = now.suspects is not None and now.undecided == 0 and now.counted > 0
    export = Step("export", now.decided)
    steps = [
        Step("adjudicate", now.disputed),
        *([export] if now.is_enough else []),
        Step("review", 0 if now.is_enough else now.undecided),
        Step("contradictions", now.contradicting),
        Step("flagged", now.flagged),
        Step("sample", min(SAMPLE, now.waiting) if ended and not now.is_enough else 0),
        Step("copies", now.surplus),
        Step("label", now.unlabelled),
    ]
    wanted = [step for step in steps if step.rows > 0]
    if ended and now.decided and export not in wanted:
        wanted.append(export)
    return tuple(wanted[:MOST])
