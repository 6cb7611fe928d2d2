"""The part of docs/scoreboard.md about retrieval, out of results/retrieval_scores.csv."""

import csv
from pathlib import Path

from benchmarks.record import RESULTS

DEFAULT = "missing_positive"
LEARNING, LEFT_OUT = f"{DEFAULT}, learning", f"{DEFAULT}, weights chosen on the other sets"
HEAD = """# Which score finds missing positives

Of each set only the positives that a shallow look would have found are known. Mean average
precision of the rest over the queries that hide one, and how many of them are in the first 500
cards of one order over all queries. Cranfield and CISI rank all passages; DL 2019 ranks those that
were judged, knows one positive per query, and has the runs of six systems. The default queue is
`missing_positive`; learning, it is ordered anew after every 5 verdicts of a reviewer who is always
right. "Best cosine" is the best of the cosine to the query, to the nearest known positive, and
their sum, in each column for itself.

The weights of the default are round numbers chosen on these three sets. "On the other sets" has
those that are best on the two others, from a coarse grid.
"""


def latest(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Set -> who -> the last row."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["data"], {})[row["who"]] = row
    return found


def summary(sets: dict[str, dict[str, dict[str, str]]]) -> str:
    """One line per set."""
    lines = [
        "| set | hidden / pairs | best cosine | default queue | on the other sets "
        "| found in 500: best cosine | default | learning | of best cosine |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, who in sets.items():
        plain = [row for key, row in who.items() if "cosine" in key]
        best = max(float(row["mean_average_precision"]) for row in plain)
        most = max(int(row["found_in_500"]) for row in plain)
        ours, learning = who[DEFAULT], who[LEARNING]
        lines.append(
            f"| {name} | {int(ours['hidden']):,} / {int(ours['pairs']):,} | {best:.3f} "
            f"| **{quality(ours)}** | {quality(who[LEFT_OUT])} | {most} | {ours['found_in_500']} "
            f"| **{learning['found_in_500']}** | {float(learning['of_cosine']):.2f} |"
        )
    return "\n".join(lines)


def details(rows: list[dict[str, str]]) -> str:
    """Every order of one set, best first."""
    lines = [
        "| score | mean average precision | found in 500 | of best cosine | seconds |",
        "|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: -float(row["mean_average_precision"] or "2")):
        note = f" ({row['note']})" if row["note"] else ""
        lines.append(
            f"| {row['who']}{note} | {quality(row)} | {row['found_in_500']} "
            f"| {row['of_cosine'] or '–'} | {float(row['seconds']):.2f} |"
        )
    return "\n".join(lines)


def quality(row: dict[str, str]) -> str:
    """Mean average precision as it is printed."""
    value = row["mean_average_precision"]
    return f"{float(value):.3f}" if value else "–"


def retrieval_scoreboard(path: Path = RESULTS / "retrieval_scores.csv") -> str:
    """This part of the page, whole."""
    sets = latest(path)
    parts = [HEAD, summary(sets), ""]
    for name, who in sets.items():
        parts += [f"## {name}\n", details(list(who.values())), ""]
    machine = sorted(
        {f"{r['machine']}; {r['versions']}" for who in sets.values() for r in who.values()}
    )
    parts += ["Measured on: " + "; ".join(machine) + ".", ""]
    return "\n".join(parts)
