"""Indicators that can have one value only, whatever happens: healthy traffic would alarm for good, or no outage ever.

Everything is bad where the bad events are all of `total`; nothing is where every sample compares well. A sample of CloudWatch's
own metrics is never less than 0, and one in Percent never more than 100:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
"""

from decimal import Decimal
from typing import assert_never

from foundation.cloudwatch.known_metrics import find
from foundation.errors import InputError
from foundation.slo.model import (
    AllOfIndicator,
    Indicator,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.trace_filter import covers, read_filter

_MOST_PERCENT = Decimal(100)


def one_value_of(indicator: Indicator) -> str | None:
    """Why an indicator always has the same value, and what to do; None where it can have several."""
    match indicator:
        case RatioIndicator():
            return _of_ratio(indicator)
        case RatioSliceIndicator(events=events):
            return _of_ratio(events)
        case ThresholdIndicator() | SliceIndicator():
            return _of_samples(indicator.samples, indicator.comparison, indicator.threshold)
        case AllOfIndicator(parts=parts):
            # One part that is never good makes all of them bad; one that always is says nothing.
            found = (one_value_of(part.indicator) for part in parts)
            return next((each for each in found if each is not None), None)
        case _:
            assert_never(indicator)


def _of_ratio(indicator: RatioIndicator) -> str | None:
    match indicator.bad, indicator.total:
        case MetricSamples(metric=bad), MetricSamples(metric=total) if bad == total:
            return (
                f"bad and total are the same metric, {bad}, so that every event is bad; name the metric of the bad ones"
            )
        case TracesMatching() as bad, TracesMatching() as total if _has_all(
            bad.filter_expression, total.filter_expression
        ):
            return "every trace of total is one of bad, so that every event is bad; add to bad what makes a trace bad"
        case _:
            return None


def _has_all(bad: str, total: str) -> bool:
    """Whether a filter has every trace of another; a filter that is not read here is compared as it is written."""
    if " ".join(bad.split()) == " ".join(total.split()):
        return True
    try:
        return covers(read_filter(bad), read_filter(total))
    except InputError:
        return False


def _of_samples(samples: MetricSamples, comparison: ThresholdOperator, threshold: Decimal) -> str | None:
    known = find(samples.metric)
    most = _MOST_PERCENT if known is not None and known.unit == "Percent" else None
    match comparison:
        case ThresholdOperator.AT_LEAST if threshold <= 0:
            return "every sample is at least 0, so that all are good; write a value above it, or gt"
        case ThresholdOperator.LESS_THAN if threshold <= 0:
            return "no sample is less than 0, so that all are bad; write a value above it, or lte"
        case ThresholdOperator.AT_MOST if most is not None and threshold >= most:
            return "every sample is at most 100 %, so that all are good; write a value below it, or lt"
        case ThresholdOperator.LESS_THAN if most is not None and threshold > most:
            return "every sample is at most 100 %, so that all are good; write 100 or less"
        case ThresholdOperator.MORE_THAN if most is not None and threshold >= most:
            return "no sample is more than 100 %, so that all are bad; write a value below it, or gte"
        case ThresholdOperator.AT_LEAST if most is not None and threshold > most:
            return "no sample is more than 100 %, so that all are bad; write 100 or less"
        case _:
            return None
