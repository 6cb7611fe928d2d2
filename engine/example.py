"""The built-in example: real handwritten digits, five in a hundred with a planted wrong label."""

from dataclasses import replace
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from engine.plant import plant_label_errors
from store.dataset import CONTENT_BYTES, Dataset, Roles

PLANTED_SHARE = 0.05


def digits_example() -> Dataset:
    """scikit-learn's 1,797 digits (8 x 8 pixels), 90 planted errors, the truth in `true_label`.

    Always the same rows and the same errors. No embeddings: they are computed on opening, as for
    any other dataset of images.
    Source: Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI 1998.
    """
    from sklearn.datasets import load_digits  # slow to import, needed here alone

    bunch = load_digits()
    images = np.round(bunch.images * (255 / 16)).astype(np.uint8)
    labels = bunch.target.astype(np.int64)
    names = pa.array(str(label) for label in labels)
    ids = pa.array(f"digit-{row:04d}" for row in range(len(labels)))
    clean = Dataset(
        name="digits",
        table=pa.table({"id": ids, "label": names, "true_label": names}),
        roles=Roles(id="id", label="label", truth="true_label"),
        classes=tuple(str(digit) for digit in range(10)),
        labels=labels,
        content=_hashes(images),
        images=images,
    )
    planted, _ = plant_label_errors(clean, share=PLANTED_SHARE, seed=0)
    return replace(planted, name="digits (example)")


def _hashes(images: np.ndarray) -> np.ndarray:
    digests = [blake2b(image.tobytes(), digest_size=CONTENT_BYTES).digest() for image in images]
    return (
        np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(len(images), CONTENT_BYTES).copy()
    )
