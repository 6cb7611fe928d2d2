"""The table of the Explore page over HTTP: rows in order, one closer, near duplicates."""

import pytest


@pytest.fixture
def texts(texts):
    """With a column of amounts that has ties, NaN and nothing, and one of flags."""
    amounts = [
        None if row % 10 == 3 else float("nan") if row % 10 == 7 else row % 4 for row in range(60)
    ]
    texts = texts.table.append_column("amount", [amounts]), texts
    return type(texts[1])(**{**vars(texts[1]), "table": texts[0]})
