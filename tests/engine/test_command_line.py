"""The command line: what it prints, what it leaves behind, how it ends."""

import json
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from engine import open_command
from engine.__main__ import main
from engine.open_command import first_free_port
from store.decisions import DecisionLog, decide
from store.opening import open_dataset
from store.readers import Request
from store.saved_filters import SavedFilter, save_filter
from tests.blobs import wrong_labels

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = {
    "fruit": "ripe apples and pears fell from the orchard trees near basket {}",
    "metal": "the smith hammered iron and copper plates at forge number {}",
}


@pytest.fixture
def reviews(tmp_path):
    """A CSV of forty short texts about two topics; row 7 is about fruit and says metal."""
    lines = ["id,label,text"]
    for row in range(40):
        topic = "fruit" if row % 2 else "metal"
        given = "metal" if row == 7 else topic
        lines.append(f"r{row:02},{given},{SENTENCES[topic].format(row)}")
    path = tmp_path / "reviews.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(capsys, *words: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    try:
        main([str(word) for word in words])
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_queue_starts_with_the_wrong_label(capsys, reviews):
    """One JSON object per row, ranks from 1, the planted error first with its correction."""
    code, out, _ = run(capsys, "queue", reviews, "--json")
    lines = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert [line["rank"] for line in lines] == list(range(1, 41))
    assert {line["id"] for line in lines} == {f"r{row:02}" for row in range(40)}
    assert set(lines[0]) == {"rank", "id", "score", "given", "suggested", "why"}
    assert (lines[0]["id"], lines[0]["given"], lines[0]["suggested"]) == ("r07", "metal", "fruit")
    assert all(a["score"] >= b["score"] for a, b in pairwise(lines))


def test_the_queue_leaves_nothing_beside_the_data(capsys, reviews):
    """Without --workspace there is the file that was there before, and nothing else."""
    run(capsys, "queue", reviews, "--limit", 1)

    assert [path.name for path in reviews.parent.iterdir()] == ["reviews.csv"]


def test_a_named_workspace_is_kept(capsys, reviews, tmp_path):
    """--workspace keeps the import and the cache for the next command."""
    run(capsys, "queue", reviews, "--limit", 1, "--workspace", tmp_path / "kept")

    assert (tmp_path / "kept" / "project.json").is_file()
    assert any((tmp_path / "kept" / "cache").iterdir())


def test_one_scorer_gives_its_own_order_and_values(capsys, reviews):
    """--scorer neighbour_vote: no neighbour sides with the wrong row; --limit bounds the lines."""
    code, out, _ = run(
        capsys, "queue", reviews, "--json", "--limit", 2, "--scorer", "neighbour_vote"
    )
    lines = [json.loads(line) for line in out.splitlines()]

    assert (code, len(lines)) == (0, 2)
    assert (lines[0]["id"], lines[0]["score"]) == ("r07", 0.0)


def test_a_condition_chooses_rows_of_the_queue(capsys, reviews):
    """Ranks stay those of the whole list; verdicts and scores can be asked for."""
    log = DecisionLog(reviews.with_name("reviews.secondlook") / "decisions.db")
    opened = open_dataset(reviews)
    log.append([decide(opened.dataset, [7], "relabel", label="fruit", reviewer="ann")])
    asked = "text LIKE '%basket%' AND neighbour_vote < 2 AND verdict = 'undecided'"

    code, out, _ = run(capsys, "queue", reviews, "--json", "--where", asked)
    whole = run(capsys, "queue", reviews, "--json")[1]
    ranks = {one["id"]: one["rank"] for one in map(json.loads, whole.splitlines())}
    lines = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert {line["id"] for line in lines} == {f"r{row:02}" for row in range(1, 40, 2)} - {"r07"}
    assert all(line["rank"] == ranks[line["id"]] for line in lines)
    assert run(capsys, "queue", reviews, "--where", "nosuch = 1")[0] == 1


def test_a_saved_filter_is_asked_anew_by_its_name(capsys, reviews):
    """What it names are the rows for which it holds now; a name that nobody saved is told."""
    opened = open_dataset(reviews)
    save_filter(opened.workspace, SavedFilter("left to do", "verdict = 'undecided'"))
    words = ["queue", reviews, "--json", "--where", "@left to do"]
    before = len(run(capsys, *words)[1].splitlines())
    DecisionLog(opened.workspace.log_path).append(
        [decide(opened.dataset, [0, 1], "keep", reviewer="ann")]
    )

    after = len(run(capsys, *words)[1].splitlines())
    code, _, told = run(capsys, "queue", reviews, "--where", "@nosuch")

    assert (before, after) == (40, 38)
    assert code == 1
    assert "There are: 'left to do'" in told


def test_options_of_a_scorer_are_set_by_name(capsys, reviews):
    """Rows given metal only: the planted one first, with the class it belongs to; fruit last."""
    words = ["--scorer", "missed_class_probability", "--set", "negative=metal"]
    code, out, _ = run(capsys, "queue", reviews, "--json", *words)
    lines = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert (lines[0]["id"], lines[0]["suggested"]) == ("r07", "fruit")
    assert {line["given"] for line in lines if line["score"] is not None} == {"metal"}
    assert len([line for line in lines if line["score"] is None]) == 19


def test_a_scorer_that_runs_on_request_runs_when_it_is_named(capsys, reviews):
    """Trusted rows come from a column; they are settled, so nothing is said of them."""
    lines = reviews.read_text(encoding="utf-8").splitlines()
    with_trust = [f"{lines[0]},checked"]
    with_trust += [f"{line},{str(10 <= row < 20).lower()}" for row, line in enumerate(lines[1:])]
    reviews.write_text("\n".join(with_trust) + "\n", encoding="utf-8")
    words = ["--scorer", "extrinsic_missed_class", "--set", "negative=metal", "--set", "k=1"]
    code, out, _ = run(capsys, "queue", reviews, "--trusted", "checked", "--json", *words)
    found = {line["id"]: line for line in map(json.loads, out.splitlines())}

    assert code == 0
    assert found["r07"]["score"] == 1
    assert found["r07"]["suggested"] is None  # one neighbour is fewer than two votes
    assert found["r10"]["score"] is None


@pytest.mark.parametrize(("by_heart", "told"), [(True, "cross-validation"), (False, "")])
def test_probabilities_that_know_the_labels_are_told_beside_the_queue(
    capsys, tmp_path, by_heart, told
):
    """30 of 300 labels are wrong; the probabilities repeat them, or know better."""
    dataset, wrong = wrong_labels()
    lines = ["label", *(dataset.classes[label] for label in dataset.labels)]
    (tmp_path / "seen.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    truth = np.where(wrong, np.arange(300) % 3, dataset.labels)
    np.save(tmp_path / "seen.embeddings.npy", dataset.embeddings)
    np.save(tmp_path / "seen.pred_probs.npy", np.eye(3)[dataset.labels if by_heart else truth])

    code, out, err = run(capsys, "queue", tmp_path / "seen.csv", "--limit", 3)

    assert code == 0
    assert len(out.splitlines()) == 3
    assert "trained on these very rows" not in out
    assert ("trained on these very rows" in err) is by_heart
    assert told in err


def test_scores_are_written_by_id(capsys, reviews, tmp_path):
    """One row per example in table order, one column per scorer, the place in the queue."""
    out = tmp_path / "scores.parquet"
    code, _, _ = run(capsys, "score", reviews, "--out", out)
    table = pq.read_table(out)

    assert code == 0
    assert table["id"].to_pylist() == [f"r{row:02}" for row in range(40)]
    assert {"self_confidence", "neighbour_vote", "el2n", "queue"} <= set(table.column_names)
    assert table["queue"][7].as_py() == 1
    assert sorted(table["queue"].to_pylist()) == list(range(1, 41))


def test_decisions_reach_the_export(capsys, reviews, tmp_path):
    """A relabel in the log of the workspace is in the clean copy; the manifest counts it."""
    opened = open_dataset(reviews, Request())
    row = int(opened.dataset.rows_of(["r07"])[0])
    decision = decide(opened.dataset, [row], "relabel", reviewer="ann", label="fruit")
    DecisionLog(opened.workspace.log_path).append([decision])
    code, out, _ = run(capsys, "export", reviews, "--out", tmp_path / "clean")
    before = reviews.read_text(encoding="utf-8")
    after = (tmp_path / "clean" / "reviews.csv").read_text(encoding="utf-8")

    assert code == 0
    assert json.loads(out)["counts"]["relabelled"] == 1
    assert "r07,metal" in before
    assert "r07,fruit" in after.replace('"', "")


def test_a_folder_of_pictures_goes_from_the_command_to_the_export(capsys, tmp_path, monkeypatch):
    """Opened as `.` from inside; the workspace and the export lie beside it, the pictures stay."""
    root = tmp_path / "photos.v1"
    for number in range(4):
        (root / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 256, (4, 4)).astype(np.uint8)
        Image.fromarray(pixels).save(root / "ab"[number % 2] / f"{number}.png")
    monkeypatch.chdir(root)
    opened = open_dataset(Path("."))
    row = int(opened.dataset.rows_of(["b/1.png"])[0])
    decision = decide(opened.dataset, [row], "relabel", reviewer="ann", label="a")
    DecisionLog(opened.workspace.log_path).append([decision])
    code, _, _ = run(capsys, "export", ".", "--out", tmp_path / "clean")

    assert code == 0
    assert '"b/1.png","a"' in (tmp_path / "clean" / "photos.v1.csv").read_text(encoding="utf-8")
    assert sorted(path.name for path in root.iterdir()) == ["a", "b"]


def test_an_export_without_a_workspace_says_what_to_do(capsys, reviews, tmp_path):
    """There is nothing to apply: exit 1 and the way out, no folder made."""
    code, _, err = run(capsys, "export", reviews, "--out", tmp_path / "clean")

    assert code == 1
    assert "second-look open" in err
    assert not (tmp_path / "clean").exists()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["queue", "missing.csv"], 1, "missing.csv"),
        (["queue", "{data}", "--label", "stars"], 1, "stars"),
        (["queue", "{data}", "--scorer", "nothing"], 1, "neighbour_vote"),
        (["queue", "{data}", "--set", "k=3"], 1, "--scorer"),
        (["queue", "{data}", "--scorer", "neighbour_vote", "--set", "j=3"], 1, "k=10"),
        (["queue", "{data}", "--scorer", "extrinsic_missed_class"], 1, "--trusted"),
        (["queue", "{data}", "--trusted", "text"], 1, "true or false"),
        (["score", "{data}", "--out", "scores.xlsx"], 1, ".parquet or .csv"),
        (["queue"], 2, "--example"),
        (["queue", "{data}", "--example"], 2, "not both"),
        (["queue", "{data}", "--limit", "-1"], 2, "limit"),
        (["frobnicate"], 2, "frobnicate"),
        (["score", "{data}"], 2, "--out"),
    ],
)
def test_mistakes_end_in_a_sentence_and_the_right_code(capsys, reviews, words, code, sentence):
    """1 = the user can mend it, 2 = wrong usage; never a traceback."""
    ended, _, err = run(capsys, *[word.format(data=reviews) for word in words])

    assert ended == code
    assert sentence in err
    assert "Traceback" not in err


def test_scorers_lists_what_each_needs(capsys):
    """Names, direction, inputs, source."""
    _, out, _ = run(capsys, "scorers")

    assert "neighbour_vote  (label error; lowest first)" in out
    assert "needs pred_probs, labels" in out


def test_a_closed_pipe_is_no_error(reviews):
    """`second-look queue … | head -1` ends quietly."""
    pipe = subprocess.run(
        f"{sys.executable} -m second_look.launch queue {reviews} | head -1",
        shell=True, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert pipe.stdout.split()[:2] == ["1", "r07"]
    assert "Error" not in pipe.stderr


def test_runs_in_half_precision_arrays_agree_with_the_table(capsys, reviews, tmp_path):
    """An embeddings file of float16 is taken as it is meant: one vector per row."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)) + np.where(np.arange(40) % 2, 3, -3)[:, None]
    np.save(tmp_path / "vectors.npy", vectors.astype(np.float16))
    code, out, _ = run(
        capsys, "queue", reviews, "--json", "--limit", 1, "--embeddings", tmp_path / "vectors.npy"
    )

    assert code == 0
    assert json.loads(out)["id"] == "r07"


def test_looking_with_other_roles_does_not_replace_an_opened_workspace(capsys, reviews):
    """`queue --id text` beside a workspace opened with other roles leaves it as it was."""
    opened = open_dataset(reviews, Request())
    project = (opened.workspace.folder / "project.json").read_bytes()
    run(capsys, "queue", reviews, "--limit", 1, "--id", "text")

    assert (opened.workspace.folder / "project.json").read_bytes() == project


def test_a_port_that_is_taken_is_passed_over():
    """Somebody listens on one: the answer is another, further on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert first_free_port(port) > port


def test_a_port_is_chosen_after_the_reading(tmp_path, monkeypatch):
    """Reading may take minutes, in which somebody else takes the first free one."""
    done: list[str] = []
    monkeypatch.setattr(open_command, "_told", lambda choices: done.append("read") or {})
    monkeypatch.setattr(open_command, "first_free_port", lambda: done.append("port") or 8501)
    monkeypatch.setattr(open_command, "serve", lambda environment, **place: done.append("serve"))

    main(["open", str(tmp_path / "reviews.csv")])

    assert done == ["read", "port", "serve"]
