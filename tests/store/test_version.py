"""Which Second Look this is."""

from importlib import metadata

from store.version import version


def test_code_that_was_never_installed_has_no_version(monkeypatch):
    """Missing is said, not guessed."""

    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", absent)

    assert version() == "unknown"
