"""The commands about logs: what they print, what they write, and that looking writes nothing."""

import json

import pytest

from engine.__main__ import main
from store.decisions import DecisionLog, decide
from store.opening import open_dataset
from store.readers import Request

TEXTS = [f"apples and pears {row} near basket {row % 3}" for row in range(12)]


def write(path, labels, *, ids=None):
    """A CSV of texts with these labels."""
    ids = ids or [f"r{row}" for row in range(len(labels))]
    lines = ["id,label,text", *map(",".join, zip(ids, labels, TEXTS, strict=False))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def reviewed(tmp_path):
    """The log of twelve rows: r0 relabelled, r1 kept, r2 dropped."""
    opened = open_dataset(write(tmp_path / "old.csv", ["cat", "dog"] * 6), Request())
    log = DecisionLog(opened.workspace.log_path)
    log.append(
        [
            decide(opened.dataset, [0], "relabel", reviewer="ann", label="dog"),
            decide(opened.dataset, [1], "keep", reviewer="ann"),
            decide(opened.dataset, [2], "drop", reviewer="ann"),
        ]
    )
    return log


def run(capsys, *words):
    """Standard output and error of a command that ends well."""
    main([str(word) for word in words])
    return capsys.readouterr()


def test_a_replay_reports_and_writes_nothing_until_told_to(capsys, tmp_path, reviewed):
    """One label changed upstream, one row renamed: --apply appends the one that holds, once."""
    new = write(tmp_path / "new.csv", ["cat", "cat", "dog"], ids=["r0", "r1", "r9"])
    before = sorted(path.name for path in tmp_path.iterdir())

    report = run(capsys, "replay", reviewed.path.parent, new)

    assert "1  applies" in report.out
    assert "conflicting  r1  keep by ann: the given label was 'dog' and is now 'cat'" in report.out
    assert "conflicting  r2  drop by ann" in report.out  # its text is under r9, as a dog
    assert "Decisions to append with --apply: 1" in report.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    for told in ("Decisions appended: 1", "nothing to append"):
        assert told in run(capsys, "replay", reviewed.path, new, "--apply").err
    (appended,) = DecisionLog(tmp_path / "new.secondlook" / "decisions.db").decisions()
    assert appended == reviewed.decisions()[0]


def test_a_replay_as_lines_of_json_says_all_of_each_row(capsys, tmp_path, reviewed):
    """For programs: old id and new id, label then and now."""
    new = write(tmp_path / "new.csv", ["cat", "dog", "cat"], ids=["x", "y", "z"])

    out = run(capsys, "replay", reviewed.path, new, "--json").out
    lines = [json.loads(line) for line in out.splitlines()]

    assert [(line["id"], line["new_id"], line["outcome"]) for line in lines] == [
        ("r0", "x", "moved"), ("r1", "y", "moved"), ("r2", "z", "moved")
    ]  # fmt: skip
    assert (lines[0]["given_then"], lines[0]["given_now"], lines[0]["label"]) == (
        "cat", "cat", "dog"
    )  # fmt: skip


def test_a_log_that_is_not_there_is_a_sentence(capsys, tmp_path, reviewed):
    """Exit 1, and nothing made."""
    with pytest.raises(SystemExit) as end:
        main(["replay", str(tmp_path / "none.db"), str(tmp_path / "old.csv")])

    assert end.value.code == 1
    assert "There is no log" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()


def test_agreement_lists_what_is_to_settle_and_adjudicate_settles_it(capsys, tmp_path, reviewed):
    """Bob disagrees on r1; after carol's word nothing is left, and the figures are the same."""
    old = tmp_path / "old.csv"
    dataset = open_dataset(old, Request()).dataset
    reviewed.append([decide(dataset, [row], "drop", reviewer="bob") for row in (1, 2)])

    before = run(capsys, "agreement", old).out
    run(capsys, "adjudicate", old, "--row", "r1", "--to", "cat", "--reviewer", "carol")
    after = run(capsys, "agreement", old).out
    facts = json.loads(run(capsys, "agreement", old, "--json").out)

    assert "1  are to be adjudicated" in before
    assert "adjudicate  r1  ann dog, bob drop" in before
    assert "1  disagreed and are adjudicated" in after
    assert "adjudicate  r1" not in after
    assert (facts["raw"], facts["shared"], facts["reviewers"]) == (0.5, 2, ["ann", "bob"])
    ruling = reviewed.decisions()[-1]
    assert (ruling.label, ruling.reviewer, ruling.because) == (
        "cat",
        "carol",
        {"adjudicates": True},
    )


def test_figures_that_nobody_can_know_are_null(capsys, tmp_path, reviewed):
    """One reviewer: JSON knows no NaN."""
    facts = json.loads(run(capsys, "agreement", tmp_path / "old.csv", "--json").out)

    assert facts["alpha"] is None
    assert facts["pairs"] == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["agreement", "{folder}/new.csv"], 1, "nobody has decided anything"),
        (["adjudicate", "{folder}/old.csv", "--row", "r99", "--drop"], 1, "no row 'r99'"),
        (["adjudicate", "{folder}/old.csv", "--row", "r1", "--to", "cow"], 1, "'cow' is not one"),
        (["adjudicate", "{folder}/old.csv", "--row", "r1"], 2, "--keep"),
        (["adjudicate", "{folder}/old.csv", "--row", "r1", "--keep", "--drop"], 2, "one of"),
    ],
)
def test_what_cannot_be_settled_is_a_sentence(capsys, tmp_path, reviewed, words, code, sentence):
    """And nothing is decided."""
    write(tmp_path / "new.csv", ["cat"])
    before = reviewed.decisions()
    words = [word.format(folder=tmp_path) for word in words]
    reviewer = ["--reviewer", "carol"] if words[0] == "adjudicate" else []

    with pytest.raises(SystemExit) as end:
        main([*words, *reviewer])

    assert end.value.code == code
    assert sentence in capsys.readouterr().err
    assert reviewed.decisions() == before


def test_a_log_on_a_server_is_named_once(capsys, tmp_path, reviewed, postgresql, monkeypatch):
    """Said with --log, found again without; what was in the file is named, and replayed."""
    monkeypatch.delenv("SECOND_LOOK_LOG", raising=False)
    data, folder = tmp_path / "old.csv", reviewed.path.parent
    address = postgresql.address()
    settle = ["adjudicate", data, "--row", "r1", "--drop", "--reviewer", "carol"]

    told = run(capsys, *settle, "--log", address)

    assert f"The decisions made so far stay in {reviewed.path}" in told.err
    assert address.split("@")[-1] + "?log=old" in (folder / "log.json").read_text()
    monkeypatch.setenv("SECOND_LOOK_LOG", address)  # has the password, which log.json has not
    assert "1 rows with an opinion, by" in run(capsys, "agreement", data).out
    assert "appended: 3" in run(capsys, "replay", reviewed.path, data, "--apply").err
    out = run(capsys, "export", data, "--out", tmp_path / "clean").out
    assert json.loads(out)["decisions"] == 4
    assert len(DecisionLog(reviewed.path).decisions()) == 3
    run(capsys, "agreement", data, "--log", "workspace")
    assert not (folder / "log.json").exists()
