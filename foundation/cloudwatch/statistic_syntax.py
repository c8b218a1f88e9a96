"""A statistic as CloudWatch writes it, read into a value.

    Sum SampleCount Average Minimum Maximum
    p99.9                       percentile
    TM(10%:90%)  TM(150:1000)   trimmed mean; tm90 is TM(:90%), IQM is TM(25%:75%)
    WM(10%:90%)                 winsorized mean: what lies outside counts as the bound
    TC(:1000)  TS(80%:)         trimmed count and sum
    PR(:1000)                   percentile rank: the percentage of samples within fixed values

Definitions: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re
from dataclasses import dataclass
from enum import Enum

from foundation.cloudwatch.limits import API, LimitError

_SOURCE = f"{API}/API_MetricStat.html"
SIMPLE_NAMES = ("Sum", "SampleCount", "Average", "Minimum", "Maximum")


class Trimmed(Enum):
    """What is computed of the samples between two bounds."""

    MEAN = "TM"
    WINSORIZED_MEAN = "WM"
    COUNT = "TC"
    SUM = "TS"
    PERCENTILE_RANK = "PR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """Sum, SampleCount, Average, Minimum or Maximum."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile:
    """The value that this percentage of samples is at or below."""

    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A statistic of the samples between two bounds, as percentages of samples or as fixed values; None is unbounded."""

    kind: Trimmed
    lower: float | None
    upper: float | None
    is_percent: bool


Statistic = Simple | Percentile | Between

_NUMBER = r"\d+(?:\.\d{1,10})?"
_PERCENTILE = re.compile(rf"p({_NUMBER})")
_SHORT = re.compile(rf"(tm|wm|tc|ts)({_NUMBER})")
_BOUNDED = re.compile(rf"(TM|WM|TC|TS|PR)\(({_NUMBER}%?)?:({_NUMBER}%?)?\)")


def read_statistic(text: str) -> Statistic:
    """Read a statistic as CloudWatch writes it.

    Raises LimitError when it is none.
    """
    if text in SIMPLE_NAMES:
        return Simple(name=text)
    if text == "IQM":
        return Between(kind=Trimmed.MEAN, lower=25.0, upper=75.0, is_percent=True)
    if found := _PERCENTILE.fullmatch(text):
        return Percentile(percent=_percent(found[1], text))
    if found := _SHORT.fullmatch(text):
        kind = Trimmed(found[1].upper())
        return Between(kind=kind, lower=None, upper=_percent(found[2], text), is_percent=True)
    if found := _BOUNDED.fullmatch(text):
        return _bounded(text, Trimmed(found[1]), found[2], found[3])
    raise LimitError(
        f"{text!r} is no statistic; CloudWatch has {', '.join(SIMPLE_NAMES)}, p99, IQM, tm90, and TM, WM, TC, TS or PR with "
        "bounds such as TM(10%:90%) or PR(:1000)",
        _SOURCE,
    )


def is_percentile_rank(statistic: Statistic) -> bool:
    """Whether it is the percentage of samples within two values."""
    return isinstance(statistic, Between) and statistic.kind is Trimmed.PERCENTILE_RANK


def _bounded(text: str, kind: Trimmed, lower: str | None, upper: str | None) -> Between:
    bounds = [bound for bound in (lower, upper) if bound is not None]
    percents = {bound.endswith("%") for bound in bounds}
    if not bounds or len(percents) != 1:
        raise LimitError(f"{text!r}: give one bound or two, both as percentages or both as values", _SOURCE)
    is_percent = percents.pop()
    if kind is Trimmed.PERCENTILE_RANK and is_percent:
        raise LimitError(f"{text!r}: a percentile rank is of values; write PR(:1000)", _SOURCE)
    low, high = (None if bound is None else float(bound.rstrip("%")) for bound in (lower, upper))
    if low is not None and high is not None and low >= high:
        raise LimitError(f"{text!r}: the lower bound must be below the upper one", _SOURCE)
    if is_percent:
        for bound in bounds:
            _percent(bound.rstrip("%"), text)
    return Between(kind=kind, lower=low, upper=high, is_percent=is_percent)


def _percent(number: str, text: str) -> float:
    if float(number) > 100:
        raise LimitError(f"{text!r}: a percentage is at most 100", _SOURCE)
    return float(number)
