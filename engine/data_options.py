"""DATA on the command line: how it is named, and where its workspace is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from store.naming import default_workspace

EXAMPLE_WORKSPACE = Path("digits.secondlook")
ROLES = {
    "label": "Column with the given labels.",
    "id": "Column with a unique, stable name for each example.",
    "text": "Column with the text to show.",
    "image": "Column with image paths or bytes, or an array file (.npy, .npz, file.npz:name).",
    "embeddings": "Column or array file with one vector per example.",
    "pred-probs": "Column or array file with out-of-sample class probabilities.",
    "truth": "Column with known right answers: counted, never shown to a reviewer.",
    "trusted": "Column of true and false: true where a person vouched for the given label.",
    "encoder": "sentence-transformers:NAME or open_clip:NAME, instead of the built-in encoding.",
}
RETRIEVAL = {
    "run": "Of a retrieval set: a file of what a system returned, in TREC's form; repeatable.",
    "cross-encoder": "Of a retrieval set: a file of that form with scores of a cross-encoder.",
    "split": "Of a retrieval set: the file of judgements that is meant.",
}


def data_options(command: Callable[..., None]) -> Callable[..., None]:
    """DATA or --example, the roles of its columns, and where the workspace goes."""
    for role, about in reversed(ROLES.items()):
        command = click.option(f"--{role}", metavar="NAME", help=about)(command)
    for option, about in reversed(RETRIEVAL.items()):
        is_run = option == "run"
        kind = {"multiple": True, "metavar": "FILE"} if is_run else {"metavar": "NAME"}
        command = click.option(f"--{option}", *(["runs"] if is_run else []), help=about, **kind)(
            command
        )
    command = click.option(
        "--media-root",
        type=click.Path(file_okay=False),
        multiple=True,
        metavar="FOLDER",
        help="Where pictures may lie besides the data's own folder; may be repeated.",
    )(command)
    command = click.option(
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder for the cache and the decisions (default: beside the data).",
    )(command)
    command = click.option(
        "--example", is_flag=True, help="Handwritten digits with 90 planted label errors."
    )(command)
    return click.argument("data", required=False, type=click.Path(path_type=Path))(command)


def workspace_of(choices: dict[str, Any]) -> Path:
    """Where the workspace of this data is or will be. Raises click.UsageError without data."""
    if (choices["data"] is None) != choices["example"]:
        raise click.UsageError("Name DATA to work on, or say --example (not both).")
    if choices["workspace"] is not None:
        return Path(choices["workspace"])
    return EXAMPLE_WORKSPACE if choices["example"] else default_workspace(choices["data"])
