"""Run one scorer: fetch its inputs, compute, check what comes back, wrap it into a Score."""

import warnings
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.contract import OptionValue, Score, Scorer
from engine.device import choose_device
from engine.inputs import VOCABULARY, Evidence, missing_inputs
from engine.kernels.blocks import heard_by
from engine.settings import LARGEST, NEGATIVE
from store.errors import UserError
from store.progress import Progress, silent

# An option of this name counts columns of one of these inputs, so it can ask for too many.
BOUNDED_BY = {
    "k": ("neighbours", "distances"),
    "epoch": ("el2n_by_epoch", "grand_by_epoch"),
    "first": ("given_probs_by_epoch",),
}

# Inputs of this size are not copied: 1,281,167 x 1,000 probabilities are 5 GB, and memory-mapped.
# torch knows no read-only tensor; tests/engine/test_run.py holds every scorer to changing nothing.
SHARED_BYTES = 2**28


def run(
    scorer: Scorer,
    evidence: Evidence,
    *,
    device: str | None = None,
    progress: Progress = silent,
    **options: OptionValue,
) -> Score:
    """Score every row. A pure reading of the evidence: the same call gives the same values.

    device: "cpu", "cuda"; None = the best there is.
    progress: told about every block of a long computation; may raise to cancel.
    options: the scorer's own; those left out keep their defaults.
    Raises UserError when an input is missing, an option is unknown or out of what the evidence
    holds; TypeError or ValueError when the scorer breaks its contract (a bug in the scorer).
    """
    _require_inputs(scorer, evidence)
    chosen = _checked_options(scorer, evidence, options)
    where = choose_device(device)
    inputs = [_tensor(VOCABULARY[name].fetch(evidence), where) for name in scorer.inputs]
    with torch.no_grad(), heard_by(partial(progress, scorer.title)):
        result = scorer.function(*inputs, **chosen)
    values, suggestion = result if isinstance(result, tuple) else (result, None)
    n, c = len(evidence.dataset), len(evidence.dataset.classes)
    return Score(
        scorer=scorer,
        options=chosen,
        values=_checked_values(scorer, values, n),
        suggestion=None if suggestion is None else _checked_suggestion(scorer, suggestion, n, c),
    )


def _require_inputs(scorer: Scorer, evidence: Evidence) -> None:
    missing = missing_inputs(scorer.inputs, evidence)
    if missing:
        wanted = "; ".join(
            f"{name} ({VOCABULARY[name].meaning}): {VOCABULARY[name].remedy}" for name in missing
        )
        raise UserError(f"{scorer.title} needs what {evidence.dataset.name} lacks: {wanted}.")


def _checked_options(
    scorer: Scorer, evidence: Evidence, given: dict[str, OptionValue]
) -> dict[str, OptionValue]:
    unknown = [name for name in given if name not in scorer.options]
    if unknown:
        known = ", ".join(f"{name}={value}" for name, value in scorer.options.items()) or "none"
        raise UserError(
            f"{scorer.title} has no option {unknown[0]!r}. Its options and defaults: {known}."
        )
    chosen = {**scorer.options, **given}
    for name, value in chosen.items():
        kind = type(scorer.options[name])
        if kind is float and type(value) is int:
            chosen[name] = value = float(value)
        if type(value) is not kind:
            raise UserError(
                f"{scorer.title}: {name}={value!r} is not a {kind.__name__}, as in "
                f"{name}={scorer.options[name]}."
            )
        if name == NEGATIVE:
            _check_class(scorer, evidence, int(value))
        if name in BOUNDED_BY:
            _check_count(scorer, evidence, name, int(value))
    return chosen


def _check_class(scorer: Scorer, evidence: Evidence, position: int) -> None:
    c = len(evidence.dataset.classes)
    if not LARGEST <= position < c:
        raise UserError(
            f"{scorer.title}: {NEGATIVE}={position} is no class of {evidence.dataset.name}. Its "
            f"{c} classes have the positions 0 to {c - 1}; {LARGEST} takes the largest."
        )


def _check_count(scorer: Scorer, evidence: Evidence, name: str, count: int) -> None:
    if count < 1:
        raise UserError(f"{scorer.title}: {name}={count} is too small; the smallest is 1.")
    for source in BOUNDED_BY[name]:
        array = VOCABULARY[source].fetch(evidence) if source in scorer.inputs else None
        if array is None or count <= array.shape[1]:
            continue
        # With fewer rows than k every other row is already in the graph: k means "all of them".
        if name == "k" and len(evidence.dataset) - 1 <= array.shape[1]:
            continue
        raise UserError(
            f"{scorer.title}: {name}={count} was asked for, but {source} holds {array.shape[1]} "
            f"per row. Ask for {array.shape[1]} or fewer, or build the evidence with more."
        )


def _tensor(array: Any, device: torch.device) -> Tensor:
    kind = torch.float32 if np.issubdtype(array.dtype, np.floating) else torch.int64
    if array.nbytes < SHARED_BYTES or not array.flags.c_contiguous:
        # One copy: a tensor may be written to, the evidence may not.
        return torch.tensor(array, dtype=kind, device=device)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(array).to(device, kind)


def _checked_values(scorer: Scorer, values: Any, n: int) -> np.ndarray:
    if not isinstance(values, Tensor) or not values.is_floating_point():
        raise TypeError(f"{scorer.name} returned {type(values).__name__}, not a tensor of floats")
    if values.shape != (n,):
        raise ValueError(f"{scorer.name} returned shape {tuple(values.shape)} for {n} rows")
    array = values.to(torch.float32).cpu().numpy()
    low, high = scorer.range
    # pred_probs may miss a sum of 1 by 1e-3 (store.dataset), and so may what is read off them.
    outside = (array < low - 1e-3) | (array > high + 1e-3) | np.isinf(array)
    if outside.any():
        row = int(outside.argmax())
        raise ValueError(f"{scorer.name} gave row {row} {array[row]}, outside {scorer.range}")
    return array


def _checked_suggestion(scorer: Scorer, suggestion: Tensor, n: int, c: int) -> np.ndarray:
    array = suggestion.to(torch.int64).cpu().numpy()
    if array.shape != (n,) or (array < -1).any() or (array >= c).any():
        raise ValueError(f"{scorer.name} suggested labels that are not -1 to {c - 1} for {n} rows")
    return array
