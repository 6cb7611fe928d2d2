"""Commands about systems whose runs were brought: what the verdicts change for them."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from engine.data_options import data_options
from engine.log_option import log_for, log_option
from engine.named_data import opened

if TYPE_CHECKING:
    from engine.run_measures import Interval, RunReport


@click.command("runs", epilog="Example:  second-look runs beir-folder")
@data_options
@log_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every figure.")
def runs_command(as_json: bool, **choices: Any) -> None:
    """Measure the runs that came with DATA before and after the verdicts."""
    from engine.run_measures import measure_runs
    from store.verdicts import apply_verdicts

    with opened(choices) as project:
        log = log_for(project.workspace.folder, project.dataset, choices)
        applied = apply_verdicts(project.dataset, log.decisions())
        found = measure_runs(project.dataset, applied)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    for line in _sentences(found):
        click.echo(line)


def _sentences(found: "RunReport") -> Iterator[str]:
    yield f"{found.queries:,} queries, {found.judged:,} verdicts; 95 % intervals over queries"
    width = max(len(one.system) for one in found.measured)
    for one in found.measured:
        yield (
            f"  {one.measure:<10}{one.system:<{width}}  {_told(one.before)}  "
            f"{_told(one.after)}  {_told(one.change, sign='+')}"
        )
    for swap in found.swaps:
        sure = "" if swap.sure else ", which could be chance"
        yield f"{swap.measure}: {swap.is_ahead} is now ahead of {swap.was_ahead}{sure}"


def _told(one: "Interval", sign: str = "") -> str:
    """.312 (.288 to .340)"""
    return f"{one.middle:{sign}.3f} ({one.low:{sign}.3f} to {one.high:{sign}.3f})"
