"""A scorer's options as a person writes them: name=value, the negative class by its name."""

from collections.abc import Sequence

from engine.contract import OptionValue, Scorer
from store.errors import UserError

NEGATIVE = "negative"
"""The option that is a position in the classes: people know the class by its name."""
LARGEST = -1
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_settings(
    scorer: Scorer, settings: Sequence[str], classes: tuple[str, ...]
) -> dict[str, OptionValue]:
    """Options out of "name=value" texts, each value of the kind that the scorer declares.

    A later setting of the same name wins. Raises UserError for what the scorer does not know.
    """
    options: dict[str, OptionValue] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals:
            raise UserError(f"{setting!r} sets nothing; name=value was expected. {_known(scorer)}")
        if name not in scorer.options:
            raise UserError(f"{scorer.name} has no option {name!r}. {_known(scorer)}")
        if name == NEGATIVE:
            options[name] = class_named(text, classes)
        else:
            options[name] = _value(scorer, name, text.strip())
    return options


def class_named(name: str, classes: tuple[str, ...]) -> int:
    """Position of a class by its name. Raises UserError, with the classes there are."""
    if name not in classes:
        more = ", …" if len(classes) > 10 else ""
        raise UserError(
            f"There is no class {name!r}. The classes are: {', '.join(classes[:10])}{more}. "
            "Leave the option out to take the largest one."
        )
    return classes.index(name)


def _value(scorer: Scorer, name: str, text: str) -> OptionValue:
    default = scorer.options[name]
    try:
        if isinstance(default, bool):
            return WORDS[text.lower()]
        return type(default)(text)
    except (KeyError, ValueError) as problem:
        kind = {bool: "true or false", int: "a whole number", float: "a number"}[type(default)]
        raise UserError(
            f"{scorer.name}: {name}={text!r} is not {kind}, as in {name}={default}."
        ) from problem


def _known(scorer: Scorer) -> str:
    told = [
        f"{name}=CLASS (default: the largest)" if name == NEGATIVE else f"{name}={default}"
        for name, default in scorer.options.items()
    ]
    return f"Its options and defaults: {', '.join(told) or 'none'}."
