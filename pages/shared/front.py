"""What the Data page knows of a dataset at this moment; every number comes from the engine."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from engine.before_after import Answers, ClassChange, Snapshot, answers_of, class_changes, snapshot
from engine.copies import content_sets, surely_wrong
from engine.next_steps import Situation
from engine.pace import seconds_each, seconds_of
from engine.problems import CHECKED, DROP, Kind, Problem, suspects_of, tallied
from pages.shared.project import Project
from store.dataset import UNLABELLED
from store.ledger import ACTIONS
from store.pairs import Pairs
from store.standing import POSITIVE, standing_of

if TYPE_CHECKING:  # torch comes with them, and the first screen is not to wait for that
    from engine.audit import Audit
    from engine.estimating import Standing
    from engine.findings import Findings

FIRST: dict[str, Kind] = {"example": "label error", "pair": "missing positive"}
"""What the first list is about."""


@dataclass(frozen=True, eq=False)
class Front:
    """The numbers of one moment.

    problems: kinds that could be looked for.
    before, after: as given, and as it stands by the verdicts in force; of pairs only what is judged
        has a class.
    changes: classes that rows came to or left. answers: of pairs, before and after.
    surely_wrong: labels that contradict each other at the least.
    seconds: for one decision; nan = nothing was timed.
    countable, countable_now: rows that can have a wrong label as given, and as it stands.
    situation: what the next steps are chosen by.
    standing: what blind cards say; None = nothing is decided, or there are no lists yet.
    """

    problems: tuple[Problem, ...]
    before: Snapshot
    after: Snapshot
    changes: tuple[ClassChange, ...]
    answers: tuple[Answers, Answers] | None
    surely_wrong: int
    seconds: float
    countable: int
    countable_now: int
    situation: Situation
    standing: "Standing | None" = None

    @property
    def first(self) -> Problem | None:
        """What the first list is about; None = it is not there yet."""
        return next((one for one in self.problems if one.kind in FIRST.values()), None)


def front_of(project: Project, audit: "Audit | None", findings: "Findings | None") -> Front:
    """The numbers of now: worked out again after a decision only, quick for a million rows."""
    said = len(project.log.decisions())
    known = None if audit is None else tuple(audit.scores)
    front = _front(
        project.fingerprint,
        said,
        known,
        findings is not None,
        _project=project,
        _audit=audit,
        _findings=findings,
    )
    if audit is None or said == 0:
        return front
    standing = project.desk(audit).standing()  # keeps itself, and waits for a pause in the keys
    now = replace(front.situation, fewer_than=standing.fewer_than if standing.blind else None)
    return replace(front, situation=now, standing=standing)


@st.cache_resource(max_entries=8, show_spinner=False)
def _front(
    fingerprint: str,
    said: int,
    known: tuple[str, ...] | None,
    looked: bool,
    _project: Project,
    _audit: "Audit | None",
    _findings: "Findings | None",
) -> Front:
    dataset, sets = _project.dataset, _sets(fingerprint, _project=_project)
    strata = _strata(fingerprint, known, _audit=_audit)
    suspects = _suspects(
        fingerprint, known, looked, _project=_project, _audit=_audit, _findings=_findings
    )
    with _project.ledger() as ledger:
        codes, labels = ledger.codes.copy(), ledger.labels.copy()
    near = _findings.duplicate_set if _findings is not None else None
    near = near if near is not None and len(near) else None
    c, out, given = len(dataset.classes), codes == DROP, dataset.labels
    answers = None
    if dataset.pairs is not None:
        given = np.where(dataset.pairs.judged, dataset.labels, UNLABELLED)
        judged = dataset.pairs.judged | np.isin(codes, CHECKED)
        labels = np.where(judged, labels, UNLABELLED)
        answers = _answers(_project, dataset.pairs)
    problems = tallied(suspects, codes)
    first = next((one for one in problems if one.kind == FIRST[dataset.unit]), None)
    counted = given >= 0 if strata is None else strata >= 0
    after = snapshot(labels, out, c, sets=sets, near=near)
    piles = dict(zip(ACTIONS, np.bincount(codes, minlength=len(ACTIONS)).tolist(), strict=True))
    return Front(
        problems=problems,
        before=snapshot(given, np.zeros_like(out), c, sets=sets, near=near),
        after=after,
        changes=class_changes(dataset.classes, given, labels, codes),
        answers=answers,
        surely_wrong=surely_wrong(sets, np.where(out, UNLABELLED, labels)),
        seconds=seconds_each(seconds_of(_project.log.decisions())),
        countable=int(np.count_nonzero(counted)),
        countable_now=int(np.count_nonzero(counted & ~out)),
        situation=Situation(
            counted=int(np.count_nonzero(counted)),
            waiting=int(np.count_nonzero(counted & ~np.isin(codes, CHECKED))),
            decided=len(codes) - piles[ACTIONS[0]],
            suspects=None if first is None else len(first.rows),
            undecided=0 if first is None else int(np.count_nonzero(codes[first.rows] == 0)),
            disputed=piles["adjudicate"],
            flagged=piles["flag"],
            contradicting=after.contradicting,
            surplus=after.surplus if after.near_surplus is None else after.near_surplus,
            unlabelled=after.unlabelled if dataset.unit == "example" else 0,
            fewer_than=None,
        ),
    )


def _answers(project: Project, pairs: Pairs) -> tuple[Answers, Answers]:
    known = pairs.judged & (pairs.grade > 0)
    now = standing_of(project.dataset, project.applied()) == POSITIVE
    queries = len(pairs.queries)
    return answers_of(pairs.query, known, queries), answers_of(pairs.query, now, queries)


@st.cache_resource(max_entries=4, show_spinner=False)
def _sets(fingerprint: str, _project: Project) -> np.ndarray:
    """Kept, because a million contents take seconds to compare. Pairs have sets of their own."""
    if _project.dataset.unit == "pair":
        return np.full(len(_project.dataset), -1, dtype=np.int64)
    return content_sets(_project.dataset.content)


@st.cache_resource(max_entries=4, show_spinner=False)
def _strata(
    fingerprint: str, known: tuple[str, ...] | None, _audit: "Audit | None"
) -> np.ndarray | None:
    if _audit is None:
        return None
    from engine.sampling import strata_of

    return strata_of(_audit)


@st.cache_resource(max_entries=4, show_spinner=False)
def _suspects(
    fingerprint: str,
    known: tuple[str, ...] | None,
    looked: bool,
    _project: Project,
    _audit: "Audit | None",
    _findings: "Findings | None",
) -> dict[Kind, np.ndarray]:
    """No decision changes who is suspected."""
    # Without its score the list is the table's own order and accuses nobody.
    is_listed = _audit is not None and _audit.default in _audit.scores
    return suspects_of(
        _project.dataset,
        _sets(fingerprint, _project=_project),
        queue=_audit.queue if _audit is not None and is_listed else None,
        strata=_strata(fingerprint, known, _audit=_audit) if is_listed else None,
        findings=_findings,
    )
