"""What the chart part of the Explore page asks."""

from typing import Any

ANSWERS: dict[str, Any] = {}
