"""The command that writes a clean copy."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from engine.data_options import data_options, workspace_of
from engine.log_option import log_for, log_option
from engine.named_data import opened
from engine.terminal import TerminalProgress
from engine.training_flags import training_flags, training_of
from store.dataset import Unit
from store.errors import UserError
from store.mined import Mine
from store.writers import all_writers

DEFAULT: dict[Unit, str] = {"example": "csv", "pair": "qrels-trec"}
"""The format of those who name none."""


@click.command("export", epilog="Example:  second-look export reviews.csv --out reviews.clean")
@data_options
@log_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the clean copy and its manifest.json.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(all_writers())),
    help="Default: csv; of a retrieval set qrels-trec.",
)
@click.option("--dropped", type=click.Choice(["leave-out", "mark"]), default="leave-out")
@click.option("--undecided", type=click.Choice(["keep", "leave-out"]), default="keep")
@click.option("--only-reviewed", is_flag=True, help="Leave out rows that nobody said anything of.")
@click.option(
    "--where",
    metavar="SQL",
    help="Write only rows for which this holds, as in: source = 'web' AND verdict <> 'flag'.",
)
@click.option("--list", "named", metavar="NAME", help="Write only rows of this named list.")
@click.option("--sample", type=click.IntRange(min=0), help="Write so many rows, drawn at random.")
@click.option("--seed", type=int, default=0, help="Of the sample: another one, another sample.")
@click.option("--links", is_flag=True, help="In an image folder, link the pictures.")
@click.option("--raw-cells", is_flag=True, help="Leave cells that a spreadsheet would run as is.")
@training_flags
def export_command(
    out: Path,
    kind: str | None,
    dropped: str,
    undecided: str,
    only_reviewed: bool,
    where: str | None,
    named: str | None,
    sample: int | None,
    seed: int,
    links: bool,
    raw_cells: bool,
    **choices: Any,
) -> None:
    """Write a clean copy of DATA: the dataset with the decisions in force."""
    from engine.audit import audit
    from engine.picking import pick_with
    from engine.suspicion import miner_of
    from store.export import ExportOptions, write_export

    training = training_of(choices, seed)
    folder = workspace_of(choices)
    if not folder.is_dir() and choices["log_named"] is None:
        raise UserError(
            f"There is no workspace {folder}, so no decisions to apply. Review the data first "
            "(second-look open), or name its workspace with --workspace."
        )
    options = ExportOptions(
        format=kind or DEFAULT["example"],
        dropped=dropped.replace("-", " "),  # type: ignore[arg-type]  # held to it by click.Choice
        undecided=undecided.replace("-", " "),  # type: ignore[arg-type]
        neutralise=not raw_cells,
        only_reviewed=only_reviewed,
        where=where,
        named=named,
        sample=sample,
        seed=seed,
        pictures="link" if links else "copy",
    )
    with opened(choices, keep=True) as project:
        dataset = project.dataset
        log = log_for(project.workspace.folder, dataset, choices)
        options = replace(options, format=kind or DEFAULT[dataset.unit])
        mine: Mine | None = None
        if all_writers()[options.format].mines:
            options = replace(options, training=training)
            mine = miner_of(project.workspace, progress=TerminalProgress())
        pick = pick_with(lambda: audit(dataset, project.workspace, progress=TerminalProgress()))
        manifest = write_export(dataset, log, out, options, mine=mine, pick=pick)
    click.echo(json.dumps(manifest, indent=2, ensure_ascii=False))
