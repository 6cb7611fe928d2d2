"""Which Second Look this is, for manifests and screens."""

from importlib import metadata


def version() -> str:
    """The installed version, or "unknown" where the code runs without having been installed."""
    try:
        return metadata.version("second-look")
    except metadata.PackageNotFoundError:
        return "unknown"
