"""The HTTP routes, called as a server calls them."""

import numpy as np
import pyarrow as pa
import pytest

from pages.shared import answering
from pages.shared.hosts import host_of
from pages.shared.picture_routes import picture_url
from store.dataset import Dataset, Roles
from tests.pages.asking import OURS, ask


def get(path: str, *, host: str = "127.0.0.1:8501") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a GET request."""
    return ask(path, host=host)


@pytest.fixture
def pictures(open_project):
    """Twelve pictures of 4 x 4 pixels; row r is all of brightness 20 r."""
    images = np.repeat(np.arange(12, dtype=np.uint8) * 20, 16).reshape(12, 4, 4)
    content = np.repeat(np.arange(12, dtype=np.uint8), 16).reshape(12, 16)
    labels = np.arange(12) % 2
    dataset = Dataset(
        name="pictures",
        table=pa.table({"label": [str(label) for label in labels]}),
        roles=Roles(label="label"),
        classes=("0", "1"),
        labels=labels,
        content=content,
        images=images,
        embeddings=np.random.default_rng(0).normal(size=(12, 3)).astype(np.float32),
    )
    return open_project(dataset)


def test_a_picture_is_served_by_what_it_shows(pictures):
    """Row 3's content brings a picture that may be kept for ever and is nothing else."""
    status, headers, body = get(picture_url(pictures.fingerprint, bytes([3] * 16)))

    assert status == 200
    assert headers["content-type"].startswith("image/")
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert body


def test_a_thumbnail_is_a_picture_too(pictures):
    """?size= asks for one."""
    assert get(picture_url(pictures.fingerprint, bytes([3] * 16), 64))[0] == 200


@pytest.mark.parametrize("size", ["0", "15", "1025", "-64", "9999999999999", "x", "6.4", "٦٤"])
def test_a_size_that_is_none_is_refused_with_a_sentence(pictures, size):
    """422, and the limits are named."""
    status, _, body = get(f"/picture/{pictures.fingerprint}/{'03' * 16}?size={size}")

    assert (status, b"from 16 to 1024" in body) == (422, True)


@pytest.mark.parametrize("content", ["ff" * 16, "03", "zz", "..%2f..%2fetc%2fpasswd", "03" * 17])
def test_what_no_row_shows_is_not_found(pictures, content):
    """404 for an unknown hash and for what is no hash."""
    assert get(f"/picture/{pictures.fingerprint}/{content}")[0] == 404


@pytest.mark.parametrize("fingerprint", ["0" * 32, "0", "x"])
def test_a_dataset_that_is_not_open_is_not_found(pictures, fingerprint):
    """404, whatever the content."""
    assert get(f"/picture/{fingerprint}/{'03' * 16}")[0] == 404


def test_a_text_has_no_picture(open_project, texts):
    """422 with a sentence, not a traceback."""
    project = open_project(texts)
    status, _, body = get(picture_url(project.fingerprint, texts.content[1].tobytes()))

    assert (status, len(body) > 10) == (422, True)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8501", "", "localhost.evil"]
)
def test_a_foreign_name_is_refused(pictures, host):
    """A rebound DNS name must not read the data."""
    assert get(picture_url(pictures.fingerprint, bytes([3] * 16)), host=host)[0] == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:1", "[::1]:8501"])
def test_the_machine_itself_may_call(pictures, host):
    """Under each of its own names."""
    assert get(picture_url(pictures.fingerprint, bytes([3] * 16)), host=host)[0] == 200


def test_a_port_is_no_part_of_a_host():
    """Nor are the colons of an IPv6 address ports."""
    assert [host_of("a:80"), host_of("[::1]:80"), host_of("[::1]")] == ["a", "[::1]", "[::1]"]


@pytest.mark.parametrize(("more", "status"), [(0, 400), (1, 413)])
def test_a_request_is_read_up_to_the_limit_that_is_set(monkeypatch, more, status):
    """Streamlit's own setting; one byte more is refused."""
    monkeypatch.setattr(answering, "largest", lambda: 2**20)
    sent = b"x" * (2**20 + more)

    assert ask("/review/x/decisions", method="POST", headers=OURS, body=sent)[0] == status
