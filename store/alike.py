"""Rows about which the same was said: one of them settles all."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from store.consensus import adjudicates
from store.decision import Decision


def alike(
    ids: Sequence[str],
    given: Sequence[int],
    about: Mapping[str, Sequence[int]],
    *,
    odd: Collection[str],
    words: Mapping[int, Hashable],
    lasts: Mapping[int, Hashable],
) -> list[list[int]]:
    """Places in `ids`, in groups of those with one given label that the same was said about.

    given: label of each as it is now. about: by id the numbers of the decisions about it, at least
    one. odd: ids that stand alone, since a decision about them saw something else than there is
    now. words, lasts: what was said by a number, and by one that is the last about its row.
    """
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, (id_, label) in enumerate(zip(ids, given, strict=True)):
        said = about[id_]
        key: Hashable = label, lasts[said[-1]]
        if id_ in odd:
            key = id_
        elif len(said) > 1:
            key = key, *[words[number] for number in said[:-1]]
        groups[key].append(place)
    return list(groups.values())


def meanings(numbers: Iterable[int], decisions: Sequence[Decision]) -> dict[int, Hashable]:
    """By number what a decision says, the same for two of which it makes no difference which it
    was: the verdict of a row they are about is the same, while another one is the last about it.

    An undo, what it withdraws, a skip, which counts where nobody else has an opinion, and what
    settles a row against others stand for themselves.
    """
    chosen = {number: decisions[number] for number in numbers}
    withdrawn = {one.undoes for one in chosen.values() if one.action == "undo"}
    return {
        number: number
        if one.action in ("undo", "skip") or one.decision_id in withdrawn or adjudicates(one)
        else (one.reviewer, one.action, one.label, one.note)
        for number, one in chosen.items()
    }
