"""The table of the Explore page over HTTP: windows of rows in order, a closer look, copies."""

import uuid
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from engine.example import digits_example
from pages.shared.card_facts import because_of
from tests.pages.asking import post
from tests.retrieval_sets import made_retrieval

AMOUNTS = [
    None if row % 10 == 3 else float("nan") if row % 10 == 7 else (row * 7) % 4 for row in range(60)
]


@pytest.fixture
def project(open_project, texts):
    """60 texts; amounts with ties, NaN and nothing; what is right is known and never shown."""
    table = texts.table.append_column("amount", pa.array(AMOUNTS, pa.float64()))
    table = table.append_column("real", pa.array(["cat"] * 30 + ["dog"] * 30))
    return open_project(replace(texts, table=table, roles=replace(texts.roles, truth="real")))


@pytest.fixture
def asked(project):
    """A function that asks a question and expects an answer: asked("rows", choice={...})."""

    def ask_it(what, **facts):
        status, answer = post(f"/explore/{project.fingerprint}/{what}", facts)
        assert status == 200, answer
        return answer

    return ask_it


@pytest.fixture
def listed(asked):
    """A function that gives the ids of all rows of a choice, window by window."""

    def list_them(choice=None, **more):
        found, total = [], 1
        while len(found) < total:
            more |= {"offset": len(found), "limit": 23}
            answer = asked("rows", choice=choice or {}, **more)
            total = answer["total"]
            assert 0 < len(answer["rows"]) <= 23 or total == 0
            found += [int(row["id"][4:]) for row in answer["rows"]]
        return found

    return list_them


def send(project, *decisions):
    request = {"reviewer": "Ada", "tab": "a", "decisions": list(decisions)}
    status, answer = post(f"/review/{project.fingerprint}/decisions", request)
    assert status == 200
    return answer


def one(action, *ids, **more):
    return {"decision_id": uuid.uuid4().hex, "action": action, "ids": list(ids), **more}


def by_amount(*, descending):
    """Known ones by value, ties in table order, then those without: NaN is none either."""
    known = [row for row, one in enumerate(AMOUNTS) if one is not None and one == one]
    known.sort(key=lambda row: -AMOUNTS[row] if descending else AMOUNTS[row])
    return known + [row for row, one in enumerate(AMOUNTS) if one is None or one != one]


def test_without_a_sort_the_rows_come_as_the_list_has_them(project, listed):
    """The most suspicious first, every row once."""
    rows = project.audit.result().queue.rows.tolist()

    assert listed() == rows
    assert rows[0] == 0


@pytest.mark.parametrize("descending", [False, True])
def test_rows_come_by_a_column_of_theirs(listed, descending):
    """Missing ones last either way."""
    sort = {"by": "amount", "descending": descending}

    assert listed(sort=sort) == by_amount(descending=descending)


@pytest.mark.parametrize("name", ["joined_evidence", "neighbour_vote", "rank"])
def test_rows_come_by_a_score(project, listed, name):
    """As numpy sorts it, those without a score last."""
    audit = project.audit.result()
    score = audit.scores.get(name)
    values = np.argsort(audit.queue.rows) if score is None else score.values

    assert listed(sort={"by": name}) == np.argsort(values, kind="stable").tolist()


def test_labels_come_in_the_order_of_the_classes_and_none_last(project, listed):
    """Row 59 has none."""
    labels = project.dataset.labels
    cats, dogs = np.flatnonzero(labels == 0).tolist(), np.flatnonzero(labels == 1).tolist()

    assert listed(sort={"by": "given"}) == [*cats, *dogs, 59]
    assert listed(sort={"by": "given", "descending": True}) == [*dogs, *cats, 59]


def test_only_the_rows_of_the_choice_come_in_the_same_order(listed):
    """Filter, selection, and all that pass although something is selected."""
    choice = {"parts": [{"column": "amount", "low": 1, "high": 3}]}
    passing = [row for row in by_amount(descending=True) if AMOUNTS[row] in (1, 2)]
    sort = {"by": "amount", "descending": True}
    assert listed(choice, sort=sort) == passing

    choice["steps"] = [{"op": "add", "ids": ["row-1", "row-2", "row-5", "row-6", "row-4"]}]
    picked = [row for row in passing if row in (1, 2, 5, 6, 4)]
    assert listed(choice, sort=sort) == picked
    assert listed(choice, sort=sort, scope="selected") == picked
    assert listed(choice, sort=sort, scope="filtered") == passing
    assert listed({"typed": "amount = 99"}, sort=sort) == []


def test_a_window_beyond_the_end_is_empty(asked):
    """The total is told all the same."""
    answer = asked("rows", choice={}, offset=60, limit=10)

    assert (answer["total"], answer["rows"]) == (60, [])


def test_a_row_says_what_a_line_of_the_table_shows(asked):
    """Row 0 is a cat that is called a dog; values of the chosen columns, ranks of scores."""
    columns = ["amount", "joined_evidence", "id"]
    steps = [{"op": "add", "ids": ["row-0"]}]
    choice = {"steps": steps}
    answer = asked("rows", choice=choice, scope="filtered", offset=0, limit=60, columns=columns)
    first = answer["rows"][0]

    assert (first["id"], first["given"], first["suggested"], first["label"]) == (
        "row-0", "dog", "cat", "dog",
    )  # fmt: skip
    assert (first["text"], first["verdict"], first["ticked"]) == ("text 0", "undecided", True)
    assert first["values"]["amount"] == 0
    assert first["shares"].keys() == {"joined_evidence"}
    assert first["shares"]["joined_evidence"] > 0.98
    assert [row["ticked"] for row in answer["rows"][1:]] == [False] * 59
    amounts = {row["id"]: row["values"]["amount"] for row in answer["rows"]}
    assert (amounts["row-3"], amounts["row-7"]) == (None, None)
    assert because_of(answer["ticket"])["queue"] == "table"


def test_a_decision_shows_at_the_next_question(project, asked, listed):
    """Verdict, label in force, their order; and undone it is as before."""
    decision = one("relabel", "row-0", label="cat", ticket=asked("rows", choice={})["ticket"])
    send(project, decision, one("drop", "row-40"))
    rows = {row["id"]: row for row in asked("rows", choice={}, limit=60)["rows"]}

    assert (rows["row-0"]["verdict"], rows["row-0"]["label"]) == ("relabel", "cat")
    assert rows["row-40"]["verdict"] == "drop"
    assert listed(sort={"by": "verdict"})[:2] == [40, 0]
    assert listed(sort={"by": "label_now"})[:3] == [0, 1, 2]
    assert listed({"typed": "verdict = 'relabel'"}) == [0]
    assert project.log.decisions()[0].because["queue"] == "table"
    send(project, one("undo", undoes=decision["decision_id"]))
    assert listed(sort={"by": "label_now"})[:2] == [1, 2]


def test_what_is_known_to_be_right_is_never_shown(project, asked):
    """Neither as a column, nor to sort by, nor in a closer look."""
    path = f"/explore/{project.fingerprint}"

    for facts in ({"columns": ["real"]}, {"sort": {"by": "real"}}):
        status, said = post(f"{path}/rows", {"choice": {}, "limit": 5, **facts})
        assert (status, said) == (
            422,
            "There is no column 'real' here. Choose one of those shown.\n",
        )
    closer = asked("one_row", id="row-0")
    assert "real" not in {value["name"] for value in closer["values"]}


@pytest.mark.parametrize(
    ("what", "facts", "told"),
    [
        ("rows", {"limit": 101}, "limit is 101; 0 to 100"),
        ("rows", {"offset": -1}, "offset is -1"),
        ("rows", {"sort": {"by": "nothing"}}, "no column 'nothing'"),
        ("rows", {"sort": ["id"]}, "an object was expected"),
        ("rows", {"sort": {"near": "row-99"}}, "'row-99' is not in made"),
        ("rows", {"sort": {"words": "cats"}}, "Nothing here turns words into vectors"),
        ("rows", {"scope": "all"}, "'all' is no part of the rows"),
        ("rows", {"columns": "id"}, "At most 60 columns"),
        ("ids", {"limit": 10_001}, "at most 10,000 can be"),
        ("one_row", {"id": "row-99"}, "'row-99' is not in made"),
        ("duplicates", {"offset": "x"}, "offset is 'x'"),
    ],
)
def test_what_cannot_be_had_is_told(project, what, facts, told):
    """In a sentence, not as a failure of the server."""
    path = f"/explore/{project.fingerprint}/{what}"
    status, said = post(path, {"choice": {}, **facts})

    assert status == 422
    assert told in said


def test_a_stretch_of_ids_and_the_place_of_one(asked):
    """In the order of the table."""
    sort = {"by": "amount"}
    order = by_amount(descending=False)

    ids = asked("ids", choice={}, sort=sort, offset=5, limit=7)["ids"]
    assert ids == [f"row-{row}" for row in order[5:12]]
    assert asked("place", choice={}, sort=sort, id="row-12")["place"] == order.index(12)
    some = {"typed": "amount = 1"}
    assert asked("place", choice=some, sort=sort, id="row-0")["place"] is None


def test_rows_like_a_row_come_by_distance(project, listed, asked):
    """All rows, the row itself first, as numpy's cosines have it."""
    vectors = project.dataset.embeddings.astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    far = 1 - vectors @ vectors[7]
    found = listed(sort={"near": "row-7"})

    assert found[0] == 7
    np.testing.assert_allclose(far[found], np.sort(far), atol=1e-6)
    rows = asked("rows", choice={}, sort={"near": "row-7"}, limit=3)["rows"]
    np.testing.assert_allclose([row["distance"] for row in rows], np.sort(far)[:3], atol=1e-6)


def test_the_setup_names_our_columns_and_what_can_be_done(asked):
    """A column of the user's may have one of our names."""
    setup = asked("table")

    assert setup["usual"] == ["given", "suggested", "label_now", "verdict", "joined_evidence"]
    assert (setup["id"], setup["words"], setup["near"], setup["duplicates"]) == (
        "id", None, True, True,
    )  # fmt: skip


def test_columns_of_the_user_keep_their_names(open_project, texts):
    """A user's column called verdict is another one than ours."""
    table = texts.table.append_column("verdict", pa.array([f"v{row % 3}" for row in range(60)]))
    project = open_project(replace(texts, table=table))
    path = f"/explore/{project.fingerprint}"
    status, setup = post(f"{path}/table", {})

    assert setup["ours"]["verdict"] == "verdict_"
    sort = {"by": "verdict", "descending": True}
    asked = {"choice": {}, "sort": sort, "limit": 2, "columns": ["verdict", "verdict_"]}
    status, answer = post(f"{path}/rows", asked)
    assert [row["values"] for row in answer["rows"]] == [
        {"verdict": "v2", "verdict_": "undecided"}
    ] * 2
    assert status == 200


def test_one_row_closer_has_all_of_it(project, asked):
    """Labels, every column but those shown elsewhere, neighbours with distances, decisions."""
    send(project, one("flag", "row-0", note="look", ticket=None))
    row = asked("one_row", id="row-0")
    graph = project.audit.result().evidence.graph

    assert (row["text"], row["given"], row["suggested"], row["label"]) == (
        "text 0",
        "dog",
        "cat",
        "dog",
    )
    assert (row["verdict"], row["earlier"][0]["note"]) == ("flag", "look")
    assert [near["id"] for near in row["neighbours"]] == [
        f"row-{one}" for one in graph.neighbours[0]
    ]
    assert len(row["neighbours"]) >= 10
    np.testing.assert_allclose(
        [near["distance"] for near in row["neighbours"]], graph.distances[0], rtol=1e-6
    )
    names = [value["name"] for value in row["values"]]
    assert set(names) == {"amount", "rank", *project.audit.result().scores}
    assert because_of(row["ticket"]) == {"queue": "one row closer", "of": "row-0"}


@pytest.fixture
def copies(open_project, make_dataset):
    """40 far rows; 3, 9 and 20 are the same, with labels a, b, a; so are 30 and 31, both a."""
    embeddings = np.random.default_rng(0).normal(size=(40, 12)).astype(np.float32)
    embeddings[[9, 20]], embeddings[31] = embeddings[3], embeddings[30]
    labels = ["a", "b"] * 20
    labels[20] = labels[30] = labels[31] = labels[3] = "a"
    labels[9] = "b"
    return open_project(make_dataset(labels, embeddings=embeddings))


def test_near_duplicates_come_with_those_that_contradict_first(copies):
    """Which to drop and which to relabel is said by id; what is dropped is gone from the list."""
    path = f"/explore/{copies.fingerprint}/duplicates"
    status, answer = post(path, {"choice": {}})

    assert status == 200
    assert (answer["total"], answer["rows"], answer["conflicts"]) == (2, 5, 1)
    first, second = answer["groups"]
    assert (first["ids"], first["conflict"], first["usual"], first["others"]) == (
        ["row-3", "row-9", "row-20"], True, "a", ["row-9"],
    )  # fmt: skip
    assert (second["ids"], second["conflict"]) == (["row-30", "row-31"], False)
    assert [tile["label"] for tile in first["tiles"]] == ["a", "b", "a"]
    some = {"steps": [{"op": "add", "ids": ["row-3", "row-9", "row-30"]}]}
    assert [group["ids"] for group in post(path, {"choice": some})[1]["groups"]] == [
        ["row-3", "row-9"]
    ]

    send(copies, one("drop", "row-9", "row-20", ticket=answer["ticket"]))
    assert [group["ids"] for group in post(path, {"choice": {}})[1]["groups"]] == [
        ["row-30", "row-31"]
    ]
    [entry] = copies.log.decisions()
    assert (entry.ids, entry.because) == (("row-9", "row-20"), {"queue": "near duplicates"})


def test_many_groups_come_some_at_a_time(open_project, make_dataset):
    """25 pairs of copies: 20, then 5."""
    embeddings = np.random.default_rng(0).normal(size=(50, 16)).astype(np.float32)
    embeddings[25:] = embeddings[:25]
    project = open_project(make_dataset(["a", "b"] * 25, embeddings=embeddings))
    path = f"/explore/{project.fingerprint}/duplicates"

    assert len(post(path, {"choice": {}})[1]["groups"]) == 20
    assert len(post(path, {"choice": {}, "offset": 20})[1]["groups"]) == 5


def test_pairs_show_both_texts_and_no_near_duplicates(open_project):
    """Query and passage; likeness is that of passages, within all queries."""
    project = open_project(made_retrieval().dataset())
    pairs, path = project.dataset.pairs, f"/explore/{project.fingerprint}"
    assert not post(f"{path}/table", {})[1]["duplicates"]
    id_ = project.dataset.id_of(5)
    status, answer = post(f"{path}/rows", {"choice": {}, "sort": {"near": id_}, "limit": 100})
    rows = project.dataset.rows_of([row["id"] for row in answer["rows"]])
    vectors = pairs.passages.embeddings[pairs.passage]
    far = 1 - vectors @ vectors[5]

    assert status == 200
    np.testing.assert_allclose(far[rows], np.sort(far)[: len(rows)], atol=1e-5)
    first = answer["rows"][0]
    assert (first["query"], first["text"]) == pairs.words_of(int(rows[0]))
    closer = post(f"{path}/one_row", {"id": id_})[1]
    assert closer["pair"]["query"]["text"] == pairs.words_of(5)[0]


def test_pictures_have_addresses(open_project):
    """Thumbnails in the table, the whole in the closer look; the label's order is the classes'."""
    project = open_project(digits_example())
    path = f"/explore/{project.fingerprint}"
    status, answer = post(f"{path}/rows", {"choice": {}, "limit": 2, "sort": {"by": "id"}})

    assert status == 200
    assert [row["id"] for row in answer["rows"]] == ["digit-0000", "digit-0001"]
    content = project.dataset.content[0].tobytes().hex()
    assert answer["rows"][0]["picture"] == f"/picture/{project.fingerprint}/{content}?size=128"
    assert answer["rows"][0]["crisp"]
    status, row = post(f"{path}/one_row", {"id": "digit-0000"})
    assert row["picture"] == f"/picture/{project.fingerprint}/{content}"
