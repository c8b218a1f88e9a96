"""The agents' week as AgentCore and Bedrock count it: runs, errors, throttles, tokens, and prompts beyond the long-prompt step.

Sums over all runtimes and models of the account and Region.
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html
"""

from datetime import datetime

import numpy as np

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError
from foundation.readings import NoData
from reports.histogram import read_histogram
from reports.weekly.inputs import AgentsWeek

_RUNTIME, _MODEL = "AWS/Bedrock-AgentCore", "AWS/Bedrock"
THROTTLES = Metric(namespace=_MODEL, name="InvocationThrottles")
_PROMPTS = Metric(namespace=_MODEL, name="InputTokenCount")
_COUNTED = (
    ("agent runs", Metric(namespace=_RUNTIME, name="Invocations")),
    ("runs that failed at the system", Metric(namespace=_RUNTIME, name="SystemErrors")),
    ("runs that failed at the caller", Metric(namespace=_RUNTIME, name="UserErrors")),
    ("runs that were throttled", Metric(namespace=_RUNTIME, name="Throttles")),
    ("model calls", Metric(namespace=_MODEL, name="Invocations")),
    ("model calls that were throttled", THROTTLES),
    ("tokens in", _PROMPTS),
    ("tokens out", Metric(namespace=_MODEL, name="OutputTokenCount")),
)
# Above this a prompt of some models costs five times as much (foundation/costs/prices.yaml).
LONG_PROMPT_TOKENS = 100_000.0
_EDGES_TOKENS = (1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 30_000.0, 50_000.0, LONG_PROMPT_TOKENS, 200_000.0)
_PERCENTILES = (50.0, 95.0)
_HOUR_SECONDS = 3_600


def read_agents(source: MetricSource, start_at: datetime, end_at: datetime) -> AgentsWeek | NoData:
    """What was counted of [start_at, end_at); NoData when neither counted a call."""
    counts: list[tuple[str, int | None]] = []
    reason = "neither AgentCore nor Bedrock counted a call in this week"
    for name, metric in _COUNTED:
        stat = MetricStat(metric=metric, period_seconds=_HOUR_SECONDS, statistic="Sum")
        try:
            (reading,) = source.read([stat], start_at=start_at, end_at=end_at)
        except SourceError as error:
            counts.append((name, None))
            reason = str(error)
            continue
        values = reading.answer.values
        seen = ~np.isnan(values)
        counts.append((name, round(float(np.nansum(values))) if seen.any() else None))
    if all(count is None for _, count in counts):
        return NoData(reason=reason)
    prompts = read_histogram(_PROMPTS, _EDGES_TOKENS, source, start_at, end_at)
    if isinstance(prompts, NoData):
        return AgentsWeek(counts=tuple(counts), prompt_count=None, prompt_tokens=(), long_prompt_count=None)
    return AgentsWeek(
        counts=tuple(counts),
        prompt_count=prompts.sample_count,
        prompt_tokens=tuple((each, prompts.upper_end(each)) for each in _PERCENTILES),
        long_prompt_count=prompts.above(LONG_PROMPT_TOKENS),
    )
