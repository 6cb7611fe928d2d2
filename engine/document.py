"""The scorers as Markdown, generated from the code: `python -m engine.document` writes the pages.

Tests call the same functions and fail when a page is stale.
"""

from pathlib import Path

from engine.contract import Scorer
from engine.inputs import VOCABULARY
from engine.scorers import all_scorers

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- scorers: begin -->", "<!-- scorers: end -->"


def scorer_table() -> str:
    """One line per scorer: what it finds, what it needs, whose idea."""
    lines = ["| scorer | finds | look first at | needs | source |", "|---|---|---|---|---|"]
    lines += [
        f"| `{scorer.name}` | {scorer.finds} | {scorer.review_first} | "
        f"{', '.join(scorer.inputs)} | {scorer.source} |"
        for scorer in all_scorers().values()
    ]
    return "\n".join(lines)


def scorer_section(scorer: Scorer) -> str:
    """Everything the code says about one scorer."""
    low, high = scorer.range
    options = ", ".join(f"`{name}` = {value}" for name, value in scorer.options.items())
    needs = "\n".join(
        f"  * `{name}` {VOCABULARY[name].shape}: {VOCABULARY[name].meaning}"
        for name in scorer.inputs
    )
    return (
        f"## {scorer.title} (`{scorer.name}`)\n\n{scorer.doc}\n\n"
        f"* finds: {scorer.finds}; review the {scorer.review_first} first\n"
        f"* range: {low:g} to {high:g} per {scorer.unit}; cost {scorer.cost}; "
        f"runs {scorer.runs}\n"
        f"* options: {options or 'none'}\n* needs:\n{needs}\n* source: {scorer.source}\n"
    )


def scorer_page() -> str:
    """docs/scorers.md, whole."""
    head = "# Scorers\n\nGenerated from the code by `python -m engine.document`; do not edit.\n\n"
    return head + "\n".join(scorer_section(scorer) for scorer in all_scorers().values())


def with_scorer_table(readme: str) -> str:
    """README.md with the table between its two marks renewed."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{scorer_table()}\n{END}{after}"


if __name__ == "__main__":
    (ROOT / "docs" / "scorers.md").write_text(scorer_page(), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_scorer_table(readme.read_text(encoding="utf-8")), encoding="utf-8")
