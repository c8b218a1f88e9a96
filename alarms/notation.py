"""Series of rule tests as arrays; `foundation/cloudwatch/series_notation.py` says how they are written."""

import numpy as np

from foundation.cloudwatch.series import Values
from foundation.cloudwatch.series_notation import values_of


def read_series(text: str) -> Values:
    """The values of a series; NaN is a missing one. Raises NotationError."""
    return np.array(values_of(text))
