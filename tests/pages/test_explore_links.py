"""Links to Explore; that the page reads them is a test in a browser."""

import base64
import json

from pages.shared.explore import links


def test_ids_are_written_as_the_page_writes_them():
    """One step that adds ids, base64 without padding and without + and /."""
    chosen = ["row-10", "ü?>~", "a b"]
    text = links.ids(chosen)["drawn"]
    body = text.removeprefix(".i~")

    assert not set(body) & set("+/=")
    assert json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) == chosen


def test_a_link_stays_short_enough_to_be_passed_on():
    """The first 200 of a million ids."""
    many = [f"row-{row}" for row in range(1_000)]
    body = links.ids(many)["drawn"].removeprefix(".i~")

    assert json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) == many[:200]


def test_names_are_parts_of_a_choice():
    """None is a name of its own."""
    assert json.loads(links.one_of("given", ["a", None])["parts"]) == [
        {"column": "given", "names": ["a", None]}
    ]
