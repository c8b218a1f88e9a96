"""A family of tests that errs as often as one of them is said to: several percentiles of several kinds of requests at once.

Percentiles of one run move together, by how much nobody knows beforehand. Rotations keep that as it is: under normal errors
the runs' deviations from their mean are as likely in any rotation of them, so the largest statistic of the family is
held against what it is in random ones, and exceeds that as often as is said, whatever the correlations
(Langsrud, "Rotation tests", Statistics and Computing 15, 2005, https://doi.org/10.1007/s11222-005-4789-5; the largest of
several as in Westfall and Young, "Resampling-Based Multiple Testing", Wiley 1993).
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import helmert
from scipy.stats import hypergeom, norm, t

Numbers = NDArray[np.float64]
Totals = NDArray[np.int64]

_ROTATIONS_COUNT = 9_999
_SEED = 20_261_128
# So many degrees of freedom say that shares differ between runs by chance alone, until runs say otherwise: three runs by
# themselves say little (a moderated variance, as in Smyth 2004, https://doi.org/10.2202/1544-6115.1027).
_PRIOR_FREEDOM = 4


def critical_t(now: Numbers, baselines: Numbers, *, doubt_ratio: float) -> float:
    """The t that any of the values of `now` exceeds with this probability when nothing has changed.

    `baselines` has a row for each earlier run and a column for each value; t is that of a prediction from them, with one
    degree of freedom less than there are rows.
    """
    count = len(baselines)
    deviation = (now - baselines.mean(axis=0)) / math.sqrt(1 + 1 / count)
    deviations: Numbers = np.vstack([deviation, helmert(count) @ baselines])
    lengths = np.linalg.norm(deviations, axis=0)
    moving: Numbers = deviations[:, lengths > 0] / lengths[lengths > 0]
    if not moving.shape[1]:
        return float(t.isf(doubt_ratio, count - 1))
    largest = (moving.T @ _rotations(count)).max(axis=0)
    # With the run itself there are one more, all of them as likely.
    place = _ROTATIONS_COUNT - math.floor(doubt_ratio * (_ROTATIONS_COUNT + 1))
    ratio = float(np.partition(largest, place)[place])
    return ratio * math.sqrt((count - 1) / max(1e-12, 1 - ratio**2))


def chances_of_shares(now_bad: Totals, now_all: Totals, bad: Totals, everything: Totals) -> Numbers:
    """How likely so many bad ones, or more, are in each column when nothing has changed since the earlier runs, its rows.

    Fisher's exact test against all of them together, made harder by how much more than by chance they differ themselves.
    """
    bad_sum, all_sum = bad.sum(axis=0), everything.sum(axis=0)
    exact = hypergeom.sf(now_bad - 1, all_sum + now_all, bad_sum + now_bad, now_all)
    usual = bad_sum / np.maximum(1, all_sum)
    variances = np.maximum(1e-300, everything * usual * (1 - usual))
    spread = np.where((usual > 0) & (usual < 1), ((bad - everything * usual) ** 2 / variances).sum(axis=0), 0.0)
    freedom = _PRIOR_FREEDOM + len(bad) - 1
    dispersion = (_PRIOR_FREEDOM + spread) / freedom
    dispersed = t.sf(norm.isf(exact) / np.sqrt(np.maximum(1.0, dispersion)), freedom)
    return np.asarray(np.where(dispersion > 1, np.maximum(exact, dispersed), exact), dtype=np.float64)


@cache
def _rotations(count: int) -> Numbers:
    """Directions, a column each, the same in every process: the same runs get the same answer."""
    drawn: Numbers = np.random.default_rng(_SEED).standard_normal((count, _ROTATIONS_COUNT))
    return drawn / np.linalg.norm(drawn, axis=0)
