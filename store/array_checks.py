"""What arrays must be to mean something: finite vectors, probabilities that sum to 1."""

import numpy as np

from store.errors import UserError
from store.mapped import row_slices


def check_embeddings(embeddings: np.ndarray) -> None:
    """Raise UserError unless embeddings are a finite (n, d) array, d > 0, not all alike."""
    if embeddings.ndim != 2 or embeddings.shape[1] == 0:
        raise UserError(
            f"embeddings have shape {embeddings.shape}; one row of at least one number "
            "per example was expected, as in (1000, 384)."
        )
    first, varies = embeddings[0], False
    for rows in row_slices(embeddings):
        block, start = embeddings[rows], rows.start
        bad = ~np.isfinite(block).all(axis=1)
        if bad.any():
            raise UserError(
                f"embeddings hold NaN or infinity, first in row {start + int(bad.argmax()):,}. "
                "Every row needs finite numbers; embed such rows again or leave them out of both "
                "files."
            )
        varies = varies or bool((block != first).any())
    if len(embeddings) > 1 and not varies:
        raise UserError(
            f"all {len(embeddings):,} embeddings are the same vector, so no row is nearer than "
            "another. Check how they were exported, or leave them out to have them computed."
        )


def check_pred_probs(pred_probs: np.ndarray, classes: tuple[str, ...]) -> None:
    """Raise UserError unless pred_probs are (n, c) finite probabilities whose rows sum to 1."""
    if pred_probs.ndim != 2 or pred_probs.shape[1] != len(classes):
        got = pred_probs.shape[1] if pred_probs.ndim == 2 else f"shape {pred_probs.shape}"
        raise UserError(
            f"pred_probs have {got} columns but the labels have {len(classes)} classes "
            f"({', '.join(classes[:5])}{', …' if len(classes) > 5 else ''}). "
            "One column per class is needed, in that order."
        )
    for start in range(0, len(pred_probs), 65_536):
        block = np.asarray(pred_probs[start : start + 65_536], dtype=np.float64)
        sums = block.sum(axis=1)
        # Written so that NaN is caught as well: every comparison with NaN is false.
        good = (np.abs(sums - 1) <= 1e-3) & (block >= -1e-6).all(axis=1)
        if not good.all():
            row = int((~good).argmax())
            raise UserError(
                f"pred_probs row {start + row:,} sums to {sums[row]:.4g} with smallest value "
                f"{block[row].min():.4g}; probabilities are not negative and sum to 1. "
                "If these are logits, apply a softmax; if a class was left out, add its column."
            )
