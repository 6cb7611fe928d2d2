"""What tests of learning lists share."""

import numpy as np
import pytest

from engine.audit import Audit, audit
from engine.plant import plant_label_errors
from tests.blobs import blobs


@pytest.fixture(scope="module")
def planted() -> tuple[Audit, np.ndarray]:
    """300 rows, 30 wrong labels, ten rows without a label."""
    dataset, guilty = plant_label_errors(blobs(unlabelled=10), share=0.1)
    return audit(dataset), guilty
