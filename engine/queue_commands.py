"""Commands that print what there is to look at: scores, a queue, the scorers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.data_options import data_options
from engine.log_option import log_option
from engine.named_data import opened
from engine.terminal import TerminalProgress
from store.errors import UserError

if TYPE_CHECKING:
    from engine.audit import Audit


@click.command("score", epilog="Example:  second-look score reviews.csv --out scores.parquet")
@data_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write: .parquet or .csv.",
)
def score_command(out: Path, **choices: Any) -> None:
    """Write every score of every row of DATA, by id."""
    from engine.audit import audit
    from engine.report import score_table
    from store.tables import check_table_path, write_table

    check_table_path(out)
    with opened(choices) as project:
        found = audit(project.dataset, project.workspace, progress=TerminalProgress())
        _caution(found)
        table = score_table(project.dataset, found)
    write_table(table, out)
    click.echo(f"{out}: {len(table):,} rows, {', '.join(table.column_names)}", err=True)


@click.command("queue", epilog="Example:  second-look queue reviews.csv --limit 20")
@data_options
@log_option
@click.option("--scorer", metavar="NAME", help="One scorer's order instead of the joined evidence.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="OPTION=VALUE",
    help="An option of this scorer, such as k=5 or negative=CLASS; may be repeated.",
)
@click.option(
    "--where",
    metavar="SQL",
    help="Only rows for which this holds, as in: given = 'dog' AND self_confidence < 0.1; or "
    "@NAME, a filter saved on the page Explore.",
)
@click.option("--list", "named", metavar="NAME", help="Only rows of this named list.")
@click.option("--limit", type=click.IntRange(min=0), help="How many rows (default: all).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def queue_command(
    scorer: str | None,
    settings: tuple[str, ...],
    where: str | None,
    named: str | None,
    limit: int | None,
    as_json: bool,
    **choices: Any,
) -> None:
    """Print the rows of DATA, most suspicious first.

    A scorer that no audit waits for is run when it is named.
    """
    from engine.audit import audit, with_score
    from engine.report import queue_lines
    from engine.scorers import all_scorers
    from engine.settings import parse_settings
    from engine.where_option import rows_meant

    if scorer is not None and scorer not in all_scorers():
        raise UserError(f"There is no scorer {scorer!r}. There are: {', '.join(all_scorers())}.")
    if settings and scorer is None:
        raise UserError(f"--set {settings[0]} is an option of one scorer: name it with --scorer.")
    with opened(choices) as project:
        progress = TerminalProgress()
        options = {}
        if scorer is not None:
            options = parse_settings(all_scorers()[scorer], settings, project.dataset.classes)
        found = audit(project.dataset, project.workspace, progress=progress)
        _caution(found)
        if scorer is not None and (options or scorer not in found.scores):
            found = with_score(
                found, all_scorers()[scorer], project.workspace, progress=progress, **options
            )
        among = rows_meant(project, found, where, named, choices)
        for line in queue_lines(project.dataset, found, scorer=scorer, limit=limit, among=among):
            click.echo(json.dumps(line, ensure_ascii=False) if as_json else _columns(line))


@click.command("scorers", epilog="Example:  second-look scorers")
def scorers_command() -> None:
    """List every scorer: what it finds, what it needs, which end is suspicious."""
    from engine.scorers import all_scorers

    for scorer in all_scorers().values():
        click.echo(f"{scorer.name}  ({scorer.finds}; {scorer.review_first} first)")
        click.echo(f"    {scorer.summary}")
        click.echo(f"    needs {', '.join(scorer.inputs)}; {scorer.source}")
        options = ", ".join(f"{name}={value}" for name, value in scorer.options.items())
        click.echo(f"    options: {options or 'none'}; runs {scorer.runs}")


def _caution(found: "Audit") -> None:
    """What makes all that follows doubtful, beside the output and not in it."""
    from engine.in_sample import hindsight_of

    hindsight = hindsight_of(found.evidence)
    if hindsight is not None and hindsight.is_likely:
        click.echo(f"second-look: {hindsight.told()}", err=True)


def _columns(line: dict[str, Any]) -> str:
    score = "–" if line["score"] is None else f"{line['score']:.4f}"
    change = f"{line['given']} → {line['suggested']}"
    return f"{line['rank']:>6}  {line['id']}  {score}  {change}  {line['why']}"
