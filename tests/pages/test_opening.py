"""Open a file from the screen."""

import pytest

from pages.shared import shelf

LINES = ["uid,text,target,colour"]
LINES += [f"{row:03},hello friend {row},greet,red" for row in range(10)]
LINES += [f"{row:03},good bye {row},part,red" for row in range(10, 20)]


@pytest.fixture
def file(tmp_path):
    """A table of 20 texts whose columns have other names than ours."""
    path = tmp_path / "people.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


def name_it(app, path):
    """Type the path into the field."""
    field = next(field for field in app.text_input if field.label == "File or folder to open")
    return field.set_value(str(path)).run()


def open_it(app):
    """Press the button and wait until the file is read."""
    next(button for button in app.button if button.label == "Open this data").click().run()
    job = shelf.opening()
    if job is not None:
        job.wait(60)
        app.run()


def test_every_guess_is_shown_and_the_file_opens(visit, file):
    """uid, text and target are found by name; the button opens what was shown."""
    app = name_it(visit("data"), file)
    boxes = {box.label: box.options[0] for box in app.selectbox}
    assert boxes["Label"] == "target (find by name)"
    open_it(app)

    [project] = shelf.opened()
    assert (len(project.dataset), project.dataset.classes) == (20, ("greet", "part"))
    assert project.dataset.ids([0]) == ["000"]


def test_a_guess_can_be_corrected(visit, file):
    """The label is said to be the colour: one class."""
    app = name_it(visit("data"), file)
    next(box for box in app.selectbox if box.label == "Label").set_value("colour")
    open_it(app)

    assert shelf.opened()[0].dataset.classes == ("red",)


def test_a_file_that_is_not_there_is_said_and_the_form_stays(visit, tmp_path):
    """The sentence names the path; the field is still on the screen."""
    app = name_it(visit("data"), tmp_path / "nowhere.csv")

    assert "nowhere" in app.error[0].value
    assert not app.exception
    assert "File or folder to open" in [field.label for field in app.text_input]


def test_a_problem_while_opening_is_said_and_the_form_stays(visit, tmp_path):
    """Labels that are all empty: found out only when the whole file is read."""
    path = tmp_path / "empty.csv"
    path.write_text("id,text,label\n" + "".join(f"{row},t{row},\n" for row in range(5)))
    app = name_it(visit("data"), path)
    open_it(app)

    assert app.error
    assert not app.exception
    assert shelf.opened() == []
