"""The folder is the registry: every file in it that holds a Scorer is one."""

import importlib
import pkgutil

from engine.contract import Scorer


def all_scorers() -> dict[str, Scorer]:
    """Every scorer by name, in alphabetical order. Not cached: a new file is seen at once."""
    importlib.invalidate_caches()
    modules = [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    ]
    scorers = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Scorer) and value.function.__module__ == module.__name__
    ]
    return {scorer.name: scorer for scorer in sorted(scorers, key=lambda scorer: scorer.name)}
