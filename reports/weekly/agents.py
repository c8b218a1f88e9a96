"""The agents' week as AgentCore and Bedrock count it: runs, errors, throttles, tokens, and prompts beyond the long-prompt step.

Sums over all runtimes and models of the account and Region.
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring.html
"""

import numpy as np

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.source import MetricSource
from foundation.readings import NoData
from reports.histogram import read_histogram
from reports.known_values import Span, read_known
from reports.weekly.inputs import AgentsWeek, KnownCount

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
_NO_CALL = "neither AgentCore nor Bedrock counted a call in this week"


def read_agents(source: MetricSource, span: Span) -> AgentsWeek | NoData:
    """What was counted in the span; NoData when neither counted a call, or too little is known of all that they count."""
    counts: list[tuple[str, KnownCount | NoData]] = []
    for name, metric in _COUNTED:
        read = read_known(source, [MetricStat(metric=metric, period_seconds=_HOUR_SECONDS, statistic="Sum")], span)
        if isinstance(read, NoData):
            counts.append((name, read))
        elif np.isnan(read.values[0]).all():
            counts.append((name, NoData(reason=_NO_CALL)))
        else:
            counts.append((name, KnownCount(count=read.totals[0], coverage=read.coverage)))
    if all(isinstance(count, NoData) for _, count in counts):
        reasons = dict.fromkeys(count.reason for _, count in counts if isinstance(count, NoData))
        return NoData(reason="; ".join(reasons))
    prompts = read_histogram(_PROMPTS, _EDGES_TOKENS, source, span)
    if isinstance(prompts, NoData):
        return AgentsWeek(counts=tuple(counts), prompt_count=None, prompt_tokens=(), long_prompt_count=None)
    return AgentsWeek(
        counts=tuple(counts),
        prompt_count=prompts.sample_count,
        prompt_tokens=tuple((each, prompts.upper_end(each)) for each in _PERCENTILES),
        long_prompt_count=prompts.above(LONG_PROMPT_TOKENS),
    )
