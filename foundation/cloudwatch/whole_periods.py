"""Which periods of a grid are known as a whole: the only place where what is known is rounded."""

import numpy as np
import numpy.typing as npt

from foundation.readings import Known

Flags = npt.NDArray[np.bool_]


def whole_periods(known: Known, start: int, period_seconds: int, count: int) -> Flags:
    """Of `count` periods from `start` on, in seconds since 1970, those that are known as a whole."""
    flags: Flags = np.zeros(count, np.bool_)
    for first, end in known.spans:
        flags[max(0, -(-(first - start) // period_seconds)) : max(0, (end - start) // period_seconds)] = True
    return flags
