"""Slices: parts of a dataset that deserve a look, each with how sure one may be of it.

Nothing is proposed that chance explains: within each kind the tests are corrected for their number,
and a slice has to be far from usual besides being significant.
"""

from collections.abc import Sequence

from engine.audit import Audit
from engine.columns import Column
from engine.row_table import OURS
from engine.slice import Slice, suspected_rows
from engine.slices_in_table import groups_apart, leaking_pairs, small_classes
from engine.slices_on_graph import clusters_of_errors, thin_classes

__all__ = ["Slice", "slices_of"]


def slices_of(audit: Audit, columns: Sequence[Column]) -> tuple[Slice, ...]:
    """What deserves a look, kind by kind, the surest first; none but groups among pairs.

    columns: as of `engine.columns.columns_of`.
    """
    if audit.evidence.dataset.unit == "pair":
        return tuple(groups_apart(audit, columns))
    ours = dict(zip(OURS, [one.name for one in columns if one.source == "ours"], strict=True))
    suspected = suspected_rows(audit)
    return (
        *clusters_of_errors(audit, suspected),
        *leaking_pairs(audit, suspected, ours),
        *thin_classes(audit),
        *groups_apart(audit, columns),
        *small_classes(audit, ours),
    )
