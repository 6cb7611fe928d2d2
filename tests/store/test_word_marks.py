"""Words in common: which count, and where they stand, as a browser counts."""

import pyarrow as pa
import pytest

from store.text_vectors import words_of
from store.word_marks import SAMPLE, common_words, marks


def marked(text: str, words: set[str]) -> list[str]:
    """The marked parts, cut out as a browser does: in units of UTF-16."""
    units = text.encode("utf-16-le")
    return [units[2 * a : 2 * b].decode("utf-16-le") for a, b in marks(text, words)]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Pressure drag, PRESSURE!", {"pressure"}, ["Pressure", "PRESSURE"]),
        ("pressures", {"pressure"}, []),
        ("", {"a"}, []),
        ("a b", set(), []),
        ("😀😀 iron 😀 iron", {"iron"}, ["iron", "iron"]),
        ("تدفق الهواء على الجناح", {"الهواء", "على"}, ["الهواء", "على"]),
        ("机翼的压力", {"压", "机"}, ["机", "压"]),
        ("<b>iron</b>", {"iron", "b"}, ["b", "iron", "b"]),
        ("İstanbul'da", {"stanbul"}, ["İstanbul"]),
    ],
)
def test_words_are_marked_where_they_stand(text, words, found):
    """Whole words in any case and script; beyond the first plane a sign is two units."""
    assert marked(text, words) == found


def test_every_word_in_common_is_marked_and_nothing_else():
    """Against the tokeniser itself, on a text with everything in it."""
    text = "Ship's 3 SHIPS, ship—ship; naïve ship_2 船の船 😀ship"
    words = {"ship", "船"}
    together = [word for part in marked(text, words) for word in words_of(part)]

    assert together == [word for word in words_of(text) if word in words]


def test_a_half_of_a_character_is_no_reason_to_fail():
    """A lone surrogate, as a cut-off emoji leaves it."""
    assert marks("\ud83d iron", {"iron"}) == [(2, 6)]


def test_what_most_passages_have_is_common():
    """Of 100: "die" in all, "flow" in 21, "wing" in 20; "how" is nowhere, and common in English."""
    texts = [
        "die" + " flow" * (place < 21) + " wing" * (place < 20) + f" own{place}"
        for place in range(100)
    ]
    common = common_words(pa.array(texts))

    assert {"die", "flow", "how"} <= common
    assert not {"wing", "own0"} & common


def test_in_a_handful_of_passages_little_is_common():
    """Of four passages three may well answer; a text that is missing has no words."""
    common = common_words(pa.array(["die wing", "die wing", "die wing", "die tail", None]))

    assert "die" in common
    assert not {"wing", "tail"} & common
    assert "how" in common_words(pa.array([None], pa.string()))


def test_a_large_collection_is_counted_on_an_even_sample():
    """The word of the second half is found though only some passages are read."""
    texts = pa.array(["first"] * SAMPLE + ["second"] * SAMPLE)

    assert {"first", "second"} <= common_words(texts)
