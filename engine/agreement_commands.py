"""Commands about several reviewers of one dataset: how far they agree, and who settles it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from engine.data_options import data_options, workspace_of
from engine.log_option import log_for, log_option
from engine.named_data import opened
from store.errors import UserError

if TYPE_CHECKING:
    from store.ratings import Agreement, Ratings


@click.command("agreement", epilog="Example:  second-look agreement reviews.csv")
@data_options
@log_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every figure.")
def agreement_command(as_json: bool, **choices: Any) -> None:
    """Say how far the reviewers of DATA agree, and list the rows to be adjudicated."""
    from store.ratings import agreement_in, ratings_of

    check_reviewed(choices)
    with opened(choices, keep=True) as project:
        decisions = log_for(project.workspace.folder, project.dataset, choices).decisions()
        ratings = ratings_of(project.dataset, decisions)
    found = agreement_in(ratings)
    if as_json:
        click.echo(json.dumps(_plain(asdict(found)), ensure_ascii=False))
        return
    for line in _sentences(ratings, found):
        click.echo(line)


@click.command(
    "adjudicate",
    epilog="Example:  second-look adjudicate reviews.csv --row r7 --keep --reviewer carol",
)
@data_options
@log_option
@click.option("--row", "ids", multiple=True, required=True, metavar="ID", help="May be repeated.")
@click.option("--to", metavar="CLASS", help="The label that these rows get.")
@click.option("--keep", is_flag=True, help="They keep their given label.")
@click.option("--drop", is_flag=True, help="They are dropped.")
@click.option("--note", default="", help="Why.")
@click.option("--reviewer", required=True, help="The adjudicator's name in the log.")
def adjudicate_command(
    ids: tuple[str, ...],
    to: str | None,
    keep: bool,
    drop: bool,
    note: str,
    reviewer: str,
    **choices: Any,
) -> None:
    """Settle rows of DATA on which reviewers disagree, by a decision that counts above theirs."""
    from store.decision import decide

    if (to is not None) + keep + drop != 1:
        raise click.UsageError("Say one of --to CLASS, --keep and --drop.")
    check_reviewed(choices)
    action = "relabel" if to is not None else "keep" if keep else "drop"
    with opened(choices, keep=True) as project:
        rows = project.dataset.rows_of(list(ids))
        missing = [id_ for id_, row in zip(ids, rows.tolist(), strict=True) if row < 0]
        if missing:
            raise UserError(
                f"There is no row {missing[0]!r} in {project.dataset.name}; nothing was decided. "
                "second-look agreement lists the rows that are disputed."
            )
        decision = decide(
            project.dataset, rows, action, reviewer=reviewer, label=to, note=note,
            because={"adjudicates": True},
        )  # fmt: skip
        log_for(project.workspace.folder, project.dataset, choices).append([decision])
    click.echo(f"Settled: {', '.join(decision.ids)}: {action} {to or ''}".rstrip())


def check_reviewed(choices: dict[str, Any]) -> None:
    """Raise UserError unless there is a workspace, and so perhaps decisions."""
    folder = workspace_of(choices)
    if not folder.is_dir() and choices["log_named"] is None:
        raise UserError(
            f"There is no workspace {folder}, so nobody has decided anything. Review the data "
            "first (second-look open), or name its workspace with --workspace."
        )


def _sentences(ratings: "Ratings", found: "Agreement") -> Iterator[str]:
    yield f"{found.rows:,} rows with an opinion, by {', '.join(found.reviewers) or 'nobody'}"
    yield f"{found.shared:,} of them by two or more"
    for number, what in (
        (found.agree, "agree"),
        (found.adjudicated, "disagreed and are adjudicated"),
        (found.to_adjudicate, "are to be adjudicated"),
    ):
        yield f"{number:>8,}  {what}"
    yield f"raw agreement {_number(found.raw)}"
    yield f"Krippendorff's alpha {_number(found.alpha)}"
    yield f"Fleiss' kappa {_number(found.fleiss)} ({found.fleiss_rows:,} rows)"
    for one, other, rows, raw, kappa in found.pairs:
        figures = f"raw {_number(raw)}, Cohen's kappa {_number(kappa)} ({rows:,} rows)"
        yield f"{one} and {other}: {figures}"
    for place in (ratings.disputed & ~ratings.adjudicated).nonzero()[0].tolist():
        yield f"adjudicate  {ratings.ids[place]}  {ratings.said_of(place)}"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3f}"


def _plain(value: Any) -> Any:
    """NaN is no JSON."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if value != value else value
