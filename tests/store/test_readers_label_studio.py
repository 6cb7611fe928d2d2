"""Label Studio's JSON export: choices of one or several annotators."""

import json

import pytest

from store.errors import UserError
from store.readers import Request, preview, read


def annotation(*choices, name="sentiment", **facts):
    """One annotator's answer, as the export has it."""
    result = {
        "value": {"choices": list(choices)}, "id": "a", "from_name": name, "to_name": "text",
        "type": "choices", "origin": "manual",
    }  # fmt: skip
    return {"id": 1, "completed_by": 1, "result": [result], "was_cancelled": False} | facts


def task(number, *annotations, **data):
    """One task; its data comes after its annotations, as in an export."""
    return {"id": number, "annotations": list(annotations), "predictions": [], "data": data}


@pytest.fixture
def export(tmp_path):
    """A function that writes tasks and returns the path."""

    def write(*tasks, indent=None):
        path = tmp_path / "project-1.json"
        path.write_text(json.dumps(tasks, indent=indent))
        return path

    return write


@pytest.mark.parametrize("indent", [None, 2])
def test_a_task_is_a_row(export, indent):
    """Its number is the id, its data columns, its choice the label; plain values only."""
    path = export(
        task(7, annotation("good"), text="one", meta={"a": 1}),
        task(9, annotation("bad"), text="two", source="web"),
        task(8, text="three"),
        indent=indent,
    )
    dataset, _ = read(path)

    assert dataset.ids([0, 1, 2]) == ["7", "9", "8"]
    assert dataset.table["text"].to_pylist() == ["one", "two", "three"]
    assert dataset.table["sentiment"].to_pylist() == ["good", "bad", None]
    assert dataset.table["annotators"].to_pylist() == [1, 1, 0]
    assert (dataset.roles.label, dataset.roles.text) == ("sentiment", "text")
    assert "meta" not in dataset.table.column_names
    assert preview(path).rows == 3


def test_of_several_annotations_the_most_count(export):
    """A tie is no label; cancelled ones do not count; ground truth counts alone."""
    good, bad = annotation("good"), annotation("bad")
    dataset, guesses = read(
        export(
            task(1, good, bad, good, text="a"),
            task(2, good, bad, text="b"),
            task(3, good, annotation("bad", was_cancelled=True), text="c"),
            task(4, good, good, annotation("bad", ground_truth=True), text="d"),
            task(5, annotation("good", "bad"), text="e"),
        )
    )

    assert dataset.table["sentiment"].to_pylist() == ["good", None, "good", "bad", None]
    assert dataset.table["agreement"].to_pylist() == [2 / 3, 0.5, 1.0, 1.0, None]
    said = next(g.because for g in guesses if g.role == "annotations")
    assert "2 tasks have several, 1 are a tie and count as unlabelled" in said
    assert "1 have an answer of several choices" in said


def test_of_several_questions_one_is_named(export):
    """Each is a column; nothing says which one is to be reviewed."""
    tasks = [
        task(n, annotation(a), annotation(b, name="topic"), text=f"t{n}")
        for n, (a, b) in enumerate([("good", "food"), ("bad", "rooms")])
    ]
    with pytest.raises(UserError, match="Name one with --label"):
        read(export(*tasks), Request(label="nope"))
    dataset, _ = read(export(*tasks), Request(label="topic"))

    assert dataset.classes == ("food", "rooms")
    assert dataset.table["sentiment"].to_pylist() == ["good", "bad"]


def test_a_question_may_be_called_like_the_data(export):
    """Nothing is written over."""
    dataset, _ = read(export(task(1, annotation("good", name="text"), text="one")))

    assert dataset.roles.label == "text (choice)"
    assert dataset.table["text"].to_pylist() == ["one"]


def test_pictures_lie_beside_the_export(export, tmp_path):
    """The addresses of Label Studio become paths; the pictures are expected there."""
    path = export(
        task(1, annotation("cat"), image="/data/upload/1/a.png"),
        task(2, annotation("dog"), image="/data/local-files/?d=pets/b%20c.png"),
    )
    assert [g.choice for g in preview(path).guesses if g.role == "image"] == ["image"]
    with pytest.raises(UserError, match=r"there is no file .*upload/1/a.png.*\n.*pets/b c.png"):
        read(path)


@pytest.mark.parametrize(
    "where", ["/data/local-files/?d=../../etc/passwd.png", "/data/../../x.png"]
)
def test_a_path_out_of_the_folder_is_refused(export, where):
    """As for every other table."""
    with pytest.raises(UserError, match=r"not inside the folder|there is no file"):
        read(export(task(1, annotation("cat"), image=where)))


def test_an_export_without_choices_is_told(export):
    """Boxes and the like are no classes of examples."""
    boxes = {"result": [{"type": "rectanglelabels", "value": {"rectanglelabels": ["car"]}}]}
    with pytest.raises(UserError, match=r"without a choice in any task.*rectanglelabels"):
        read(export(task(1, boxes, image="a.png")))
    with pytest.raises(UserError, match="no annotations"):
        read(export(task(1, text="a")))


@pytest.mark.parametrize(
    "broken",
    [
        {"annotations": [None, 1, "x", {"result": 3}], "data": {"text": "a"}},
        {"annotations": [{"result": [None, {"value": []}, {"value": {"choices": "x"}}]}]},
        {"annotations": "x", "data": "y"},
        {"id": None, "annotations": [], "data": {"text": None}},
    ],
)  # fmt: skip
def test_odd_tasks_are_rows_without_a_label(export, broken):
    """Types that should not be there: no traceback."""
    dataset, _ = read(export(task(1, annotation("good"), text="one"), broken))

    assert dataset.labels.tolist() == [0, -1]
    with pytest.raises(UserError, match="column 'task'"):
        read(export(task(1, annotation("good"), text="one"), broken | {"id": [1]}))


def test_ids_that_repeat_are_no_ids(export):
    """Exports of two projects joined into one."""
    dataset, _ = read(export(*(task(1, annotation("x"), text=f"t{n}") for n in range(2))))

    assert dataset.roles.id is None
