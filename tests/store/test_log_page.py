"""What docs/log.md says about the log is so."""

import json
import re
import sqlite3
from dataclasses import fields
from pathlib import Path

from store.decision import decide
from store.decisions import DecisionLog
from store.export import ExportOptions, write_export
from store.training_options import TrainingOptions
from store.writers import all_writers

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "log.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one block of code in that language."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return code


def test_the_line_on_the_page_has_the_fields_of_a_line(make_dataset):
    """And every field is in the table below it."""
    line = decide(make_dataset(["cat"]), [0], "keep", reviewer="ann").as_line()

    fields = json.loads(line).keys()
    assert json.loads(block("json")).keys() == fields
    assert all(f"`{field}`" in PAGE for field in fields)


def test_the_query_on_the_page_runs(tmp_path, make_dataset):
    """The latest decision comes first."""
    dataset = make_dataset(["cat", "dog"])
    log = DecisionLog(tmp_path / "decisions.db")
    log.append([decide(dataset, [0], "drop", reviewer="ann")])
    log.append([decide(dataset, [1], "relabel", reviewer="bob", label="cat")])

    connection = sqlite3.connect(log.path)
    found = connection.execute(block("sql")).fetchall()
    connection.close()

    assert [row[:4] for row in found] == [
        ("bob", "relabel", "row-1", "cat"),
        ("ann", "drop", "row-0", None),
    ]


def test_every_key_of_the_manifest_is_explained(tmp_path, make_dataset):
    """And every option and count in it is named."""
    log = DecisionLog(tmp_path / "decisions.db")
    manifest = write_export(make_dataset(["cat"]), log, tmp_path / "out", ExportOptions("csv"))

    assert all(f"`{key}`" in PAGE for key in manifest)
    assert all(name in PAGE for name in (*manifest["options"], *manifest["counts"]))


def test_every_format_and_every_option_of_training_data_is_explained():
    """A writer or a flag that nobody can find is one that nobody has."""
    assert all(f"`{name}`" in PAGE for name in all_writers())
    flags = [f"--{field.name.replace('_', '-')}" for field in fields(TrainingOptions)]
    assert [flag for flag in flags if flag not in PAGE] == []
