"""What a scorer is: one decorated pure function, whose signature declares what it needs."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.inputs import VOCABULARY

Unit = Literal["example", "pair"]
End = Literal["highest", "lowest"]
Runs = Literal["always", "on request"]
OptionValue = int | float | str | bool


@dataclass(frozen=True)
class Scorer:
    """A method and everything the screens, the command line and the docs say about it.

    finds: the kind of problem ("label error", "outlier", "near duplicate").
    review_first: which end of the values is suspicious.
    range: smallest and largest possible value, in the paper's own units.
    inputs: names out of the vocabulary in `engine.inputs`.
    runs: "always" with every audit, or "on request" where it costs more than an audit may.
    options: what a user may turn, with defaults.
    """

    name: str
    title: str
    finds: str
    review_first: End
    range: tuple[float, float]
    cost: str
    source: str
    unit: Unit
    runs: Runs
    inputs: tuple[str, ...]
    options: dict[str, OptionValue]
    function: Callable[..., Any]

    @property
    def summary(self) -> str:
        """First paragraph of the docstring on one line: the tooltip."""
        return " ".join(self.doc.split("\n\n")[0].split())

    @property
    def doc(self) -> str:
        """The whole docstring, dedented."""
        return inspect.getdoc(self.function) or ""


@dataclass(frozen=True, eq=False)
class Score:
    """One value per row from one scorer.

    values: (n,) float32 in the scorer's own units; nan = cannot be scored.
    suggestion: (n,) int64 label proposed by the scorer (-1 = none), or None.
    """

    scorer: Scorer
    options: dict[str, OptionValue]
    values: np.ndarray
    suggestion: np.ndarray | None = None

    @property
    def suspicion(self) -> np.ndarray:
        """(n,) float32 the values turned so that high is suspicious: for ranks, not for showing."""
        return self.values if self.scorer.review_first == "highest" else -self.values

    def ranking(self) -> np.ndarray:
        """(m,) int64 rows that could be scored, most suspicious first, ties in table order."""
        order = np.argsort(-self.suspicion, kind="stable")
        return order[~np.isnan(self.values[order])]


def scorer(
    *,
    title: str,
    finds: str,
    review_first: End,
    range: tuple[float, float],
    cost: str,
    source: str,
    unit: Unit = "example",
    runs: Runs = "always",
) -> Callable[[Callable[..., Any]], Scorer]:
    """Turn a pure function of tensors into a Scorer.

    Parameters without a default are its inputs; keyword-only ones are the user's options.
    Raises TypeError at import when the declaration cannot be right.
    """

    def declare(function: Callable[..., Any]) -> Scorer:
        where = f"scorer {function.__name__}"
        if not inspect.getdoc(function):
            raise TypeError(f"{where} has no docstring; its first paragraph is the tooltip")
        if review_first not in ("highest", "lowest"):
            raise TypeError(f"{where}: review_first is {review_first!r}, not 'highest' or 'lowest'")
        if runs not in ("always", "on request"):
            raise TypeError(f"{where}: runs is {runs!r}, not 'always' or 'on request'")
        if not range[0] < range[1]:
            raise TypeError(f"{where}: range {range} is empty")
        inputs, options = _read_signature(function, where)
        return Scorer(
            name=function.__name__,
            title=title,
            finds=finds,
            review_first=review_first,
            range=range,
            cost=cost,
            source=source,
            unit=unit,
            runs=runs,
            inputs=inputs,
            options=options,
            function=function,
        )

    return declare


def _read_signature(
    function: Callable[..., Any], where: str
) -> tuple[tuple[str, ...], dict[str, OptionValue]]:
    inputs: list[str] = []
    options: dict[str, OptionValue] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            if not isinstance(parameter.default, int | float | str | bool):
                raise TypeError(f"{where}: option {parameter.name} needs a plain default value")
            options[parameter.name] = parameter.default
        elif parameter.default is parameter.empty:
            if parameter.name not in VOCABULARY:
                known = ", ".join(VOCABULARY)
                raise TypeError(f"{where}: no input is called {parameter.name!r}, only {known}")
            inputs.append(parameter.name)
        else:
            raise TypeError(f"{where}: {parameter.name} has a default, so put it after the *")
    return tuple(inputs), options
