"""Label Studio's JSON export: tasks with what was shown and what each annotator chose."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from store.errors import UserError
from store.progress import Progress
from store.readers.encoding import encoding_of
from store.readers.formats import Format, Raw
from store.readers.json_document import parsed, table_of
from store.readers.request import Guess, Request
from store.readers.signatures import looks_like_tasks as recognises

Json = dict[str, Any]
ID, ANNOTATORS, AGREEMENT = "task", "annotators", "agreement"
SERVED = "/data/"
"""How the address begins under which Label Studio shows a file that it was given."""


@dataclass(frozen=True)
class Settled:
    """What the annotators of one task said to one question.

    choice: the answer of most of them; None = none, a tie, or several choices in one answer.
    said: how many answered with one choice. agree: how many of them said `choice`.
    """

    choice: str | None
    said: int
    agree: int
    several: bool = False


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read the tasks of a classification of texts or pictures, one row per task.

    Of several annotations the one marked as ground truth counts, else the choice of most; a tie
    is no label. Raises UserError where no task has a choice.
    """
    codec, notes = encoding_of(path)
    tasks = parsed(path, path.read_text(encoding=codec))
    tasks = [task for task in tasks if isinstance(task, dict)] if isinstance(tasks, list) else []
    questions = list(dict.fromkeys(name for task in tasks for name in _answers(task)))
    if not questions:
        kinds = sorted({str(one.get("type")) for task in tasks for one in _results(task)})
        raise UserError(
            f"{path.name} is an export of Label Studio without a choice in any task (it has "
            f"{', '.join(kinds[:5]) or 'no annotations'}). Classification of texts or pictures is "
            "read: one <Choices> per task."
        )
    rows = [_shown(task) for task in tasks]
    taken = {name for row in rows for name in row} | {ID, ANNOTATORS, AGREEMENT}
    columns = {name: f"{name} (choice)" if name in taken else name for name in questions}
    settled = [{name: settle(_answers(task).get(name, [])) for name in questions} for task in tasks]
    for task, row, answers in zip(tasks, rows, settled, strict=True):
        row |= {columns[name]: one.choice for name, one in answers.items()}
        if len(questions) == 1:
            one = answers[questions[0]]
            row |= {ANNOTATORS: one.said, AGREEMENT: one.agree / one.said if one.said else None}
        row[ID] = task.get("id")
    table = table_of(path, rows)
    known = {"label": columns[questions[0]]} if len(questions) == 1 else {}
    known |= {"id": ID} if _all_differ([row[ID] for row in rows]) else {}
    notes += tuple(_note(columns[name], [one[name] for one in settled]) for name in questions)
    return Raw(table, len(table), notes, known=known)


def settle(answers: list[tuple[list[str], bool]]) -> Settled:
    """One answer out of several: each is (choices, is it the ground truth?).

    >>> settle([(["cat"], False), (["dog"], False), (["cat"], False)])
    Settled(choice='cat', said=3, agree=2, several=False)
    >>> settle([(["cat"], False), (["dog"], True)])
    Settled(choice='dog', said=1, agree=1, several=False)
    >>> settle([(["cat"], False), (["dog"], False)]).choice is None
    True
    """
    answers = [one for one in answers if one[1]] or answers
    single = [choices[0] for choices, _ in answers if len(choices) == 1]
    several = any(len(choices) > 1 for choices, _ in answers)
    most = Counter(single).most_common(2)
    if not most or (len(most) == 2 and most[0][1] == most[1][1]):
        return Settled(None, len(single), most[0][1] if most else 0, several)
    return Settled(most[0][0], len(single), most[0][1], several)


def _answers(task: Json) -> dict[str, list[tuple[list[str], bool]]]:
    """Question -> the choices of every annotation that was not cancelled."""
    found: dict[str, list[tuple[list[str], bool]]] = {}
    for annotation in _objects(task.get("annotations")):
        if annotation.get("was_cancelled"):
            continue
        for one in _objects(annotation.get("result")):
            value = one.get("value")
            choices = value.get("choices") if isinstance(value, dict) else None
            if isinstance(choices, list) and choices:
                name = str(one.get("from_name") or "label")
                answer = (list(map(str, choices)), bool(annotation.get("ground_truth")))
                found.setdefault(name, []).append(answer)
    return found


def _results(task: Json) -> list[Json]:
    annotations = _objects(task.get("annotations"))
    return [one for annotation in annotations for one in _objects(annotation.get("result"))]


def _shown(task: Json) -> Json:
    """What a task shows: its plain values, files by their path below the project's own folder."""
    data = task.get("data")
    if not isinstance(data, dict):
        return {}
    plain = {name: value for name, value in data.items() if not isinstance(value, dict | list)}
    return {
        name: file_of(value) if isinstance(value, str) and value.startswith(SERVED) else value
        for name, value in plain.items()
    }


def file_of(address: str) -> str:
    """The path behind an address of Label Studio, relative to the folder of the export.

    >>> file_of("/data/local-files/?d=photos/a%20b.jpg"), file_of("/data/upload/1/c.png")
    ('photos/a b.jpg', 'upload/1/c.png')
    """
    parts = urlsplit(address)
    local = parse_qs(parts.query).get("d")
    return local[0].lstrip("/") if local else unquote(parts.path).removeprefix(SERVED)


def _note(column: str, answers: list[Settled]) -> Guess:
    several = sum(one.said > 1 for one in answers)
    split = sum(one.choice is None and one.said > 0 for one in answers)
    many = sum(one.several for one in answers)
    why = (
        f"the choice of most annotators: {several:,} tasks have several, "
        f"{split:,} are a tie and count as unlabelled"
    )
    if many:
        why += f", {many:,} have an answer of several choices, which is not counted"
    return Guess("annotations", column, why)


def _all_differ(ids: list[Any]) -> bool:
    named = [one for one in ids if isinstance(one, str | int)]
    return len(named) == len(ids) == len(set(named)) and len(set(map(type, named))) == 1


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


FORMAT = Format("Label Studio's JSON", (".json",), recognises, load)
