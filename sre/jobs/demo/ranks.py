"""The percentile ranks of what a load test recorded, as CloudWatch would have them of the API's latency."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np
from hdrh.histogram import HdrHistogram

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import Metric
from foundation.slo.model import Objectives
from loadtests.result import LoadResult, decode_histogram, new_histogram, recorded
from reports.histogram import rank_below
from reports.weekly.latency import EDGES_MS, api_latency

_MINUTE_SECONDS = 60


def with_ranks(client: FrameSource, objectives: Objectives, result: LoadResult) -> FrameSource:
    """What the load test recorded, with the percentile rank of each edge, as CloudWatch would have it.

    They are of the same requests as the objective's numbers, and up to its line as many are good: a fault is no answer, however
    fast it came, and lies above the last edge.
    """
    latency = api_latency(objectives)
    if latency is None:
        return client
    line = float(latency.line.threshold)
    metric, edges = latency.metric, sorted({*EDGES_MS, line})
    started_at = int(datetime.fromisoformat(result.started_at).timestamp())

    def minute_of(second: int) -> int:
        return (started_at + second) // _MINUTE_SECONDS * _MINUTE_SECONDS

    answered: dict[int, HdrHistogram] = {}
    everything = new_histogram()
    for each in result.latencies:
        histogram = decode_histogram(each.histogram)
        everything.add(histogram)
        answered.setdefault(minute_of(each.second), new_histogram()).add(histogram)
    counts, good = dict[int, int](), dict[int, int]()
    for each in result.seconds:
        at, count = minute_of(each.second), each.sent_count - each.refused_count
        counts[at] = counts.get(at, 0) + count
        good[at] = good.get(at, 0) + count - each.slow_count
    minutes = sorted(at for at, count in counts.items() if count)
    times = np.array(minutes, dtype=np.int64)
    # Ten seconds may reach into the next minute, which then has none of its own.
    shapes = [_shares_within(answered.get(at, everything), edges) for at in minutes]
    statistics: dict[tuple[Metric, str, int], Points] = dict(client.statistics)
    statistics[metric, "SampleCount", _MINUTE_SECONDS] = Points(
        times=times, values=np.array([counts[at] for at in minutes], dtype=np.float64)
    )
    for edge in edges:
        ranks = [
            100 * _good_within(edge, line, shape, good_ratio=good[at] / counts[at])
            for shape, at in zip(shapes, minutes, strict=True)
        ]
        statistics[metric, rank_below(edge), _MINUTE_SECONDS] = Points(times=times, values=np.array(ranks, np.float64))
    return dataclasses.replace(client, statistics=MappingProxyType(statistics))


def _shares_within(histogram: HdrHistogram, edges: Sequence[float]) -> dict[float, float]:
    """The share of the samples that are at most each edge, in ms."""
    found = [(microseconds / 1000, count) for microseconds, count in recorded(histogram)]
    total = sum(count for _, count in found)
    return {edge: sum(count for ms, count in found if ms <= edge) / total if total else 0.0 for edge in edges}


def _good_within(edge: float, line: float, shares: Mapping[float, float], *, good_ratio: float) -> float:
    """The share of requests that were answered within an edge: up to the line the good ones, beyond it later answers, too."""
    if edge <= line:
        return good_ratio * shares[edge] / shares[line] if shares[line] else good_ratio * (edge == line)
    return min(1.0, good_ratio + shares[edge] - shares[line])
