"""Text of a dataset is shown as it is."""

import re

import pytest

from pages.shared.words import count, duration, html, label, plain, shortened


@pytest.mark.parametrize(
    "text",
    ["![x](http://a/b.png)", "**b**", ":red[x]", "# h", "<b>", "$x$", "`c`", "a|b", "[l](u)"],
)
def test_markdown_reads_no_mark_out_of_a_text(text):
    """Every punctuation mark has a backslash in front, so none of them means anything."""
    assert (
        re.search(r"(?<!\\)[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", plain(text))) is None
    )


def test_what_is_replaced_after_the_escapes_is_kept_apart():
    """Streamlit turns :smile: and www.a.b into pictures and links even when escaped."""
    assert ":smile:" not in plain(":smile:").replace("\\", "")
    assert "www." not in plain("www.a.b").replace("\\", "")


def test_a_plain_word_stays_a_plain_word():
    """Nothing is added where nothing could be read."""
    assert plain("cat 7") == "cat 7"


def test_html_is_escaped_in_text_and_in_attributes():
    """Neither a tag nor the end of an attribute comes out of a dataset."""
    assert html('<a "b">') == "&lt;a &quot;b&quot;&gt;"


def test_a_text_is_cut_with_a_sign_that_it_was_cut():
    """Ten letters become seven and an ellipsis; three stay three."""
    assert shortened("abcdefghij", 8) == "abcdefg…"
    assert shortened("abc", 8) == "abc"


def test_numbers_come_with_their_noun_and_times_in_one_unit():
    """One row, 1,797 rows; 0.2 s is said as 1 s, 90 minutes as hours."""
    assert [count(1, "row"), count(1797, "row")] == ["1 row", "1,797 rows"]
    assert [duration(0.2), duration(59), duration(125), duration(5400)] == [
        "1 s",
        "59 s",
        "2 min",
        "1.5 h",
    ]


def test_a_missing_label_is_said():
    """None is not the word None."""
    assert label(None) == "no label"
