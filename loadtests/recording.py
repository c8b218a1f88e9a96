"""Counts what happens to every request of a run: nothing that was begun may disappear."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from hdrh.histogram import HdrHistogram

from loadtests.result import LatencySlice, Phase, RequestCounts, Second, new_histogram

SLICE_SECONDS = 10


class Outcome(Enum):
    """How a request ended. A fault is the server's (5xx, no answer in time); a refusal is the client's (4xx)."""

    GOOD = "good"
    FAULT = "fault"
    REFUSED = "refused"
    CENSORED = "censored"


@dataclass(slots=True)
class _Tally:
    sent_count: int = 0
    fault_count: int = 0
    refused_count: int = 0
    censored_count: int = 0
    slow_count: int = 0
    histogram: HdrHistogram = field(default_factory=new_histogram)


@dataclass(slots=True)
class Recorder:
    """Collects one run in one process; times are seconds since the start of the warm-up."""

    warm_up_seconds: float
    slow_after_ms: float
    _tallies: dict[tuple[bool, str], _Tally] = field(default_factory=dict[tuple[bool, str], _Tally])
    _seconds: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    _slices: dict[int, HdrHistogram] = field(default_factory=dict[int, HdrHistogram])
    faults_seen: Counter[str] = field(default_factory=Counter[str])
    measured: HdrHistogram = field(default_factory=new_histogram)
    lags: HdrHistogram = field(default_factory=new_histogram)

    def record(self, name: str, *, intended_at: float, took_seconds: float, outcome: Outcome, detail: str = "") -> None:
        """Record one request, timed from its intended start; for a censored one the time is a lower bound."""
        is_measured = intended_at >= self.warm_up_seconds
        tally = self._tallies.setdefault((is_measured, name), _Tally())
        took_us = max(1, round(took_seconds * 1_000_000))
        is_fault = outcome in (Outcome.FAULT, Outcome.CENSORED)
        # A refusal is no evidence about speed; a fault is no answer, however fast it came.
        is_slow = is_fault or (outcome is Outcome.GOOD and took_seconds * 1000 >= self.slow_after_ms)
        tally.sent_count += 1
        tally.fault_count += is_fault
        tally.refused_count += outcome is Outcome.REFUSED
        tally.censored_count += outcome is Outcome.CENSORED
        tally.slow_count += is_slow
        tally.histogram.record_value(took_us)
        if is_measured:
            self.measured.record_value(took_us)
        slice_ = int(intended_at) // SLICE_SECONDS * SLICE_SECONDS
        if slice_ not in self._slices:
            self._slices[slice_] = new_histogram()
        self._slices[slice_].record_value(took_us)
        second = self._seconds.setdefault(int(intended_at), [0, 0, 0, 0])
        second[0] += 1
        second[1] += is_fault
        second[2] += is_slow
        second[3] += outcome is Outcome.REFUSED
        if outcome is not Outcome.GOOD:
            self.faults_seen[f"{name}: {detail or outcome.value}"[:200]] += 1

    def record_lag(self, lag_seconds: float) -> None:
        """Record how late a request was begun."""
        self.lags.record_value(max(1, round(lag_seconds * 1_000_000)))

    def phase(self, *, measured: bool, planned_seconds: float, actual_seconds: float) -> Phase:
        """One phase as a value."""
        return Phase(
            planned_seconds=planned_seconds,
            actual_seconds=actual_seconds,
            requests=tuple(
                RequestCounts(
                    name=name,
                    sent_count=tally.sent_count,
                    fault_count=tally.fault_count,
                    refused_count=tally.refused_count,
                    censored_count=tally.censored_count,
                    slow_count=tally.slow_count,
                    histogram=tally.histogram.encode().decode(),
                )
                for (is_measured, name), tally in sorted(self._tallies.items())
                if is_measured is measured
            ),
        )

    def seconds(self) -> tuple[Second, ...]:
        """The run second by second."""
        return tuple(
            Second(second=second, sent_count=sent, fault_count=faults, slow_count=slow, refused_count=refused)
            for second, (sent, faults, slow, refused) in sorted(self._seconds.items())
        )

    def latencies(self) -> tuple[LatencySlice, ...]:
        """The run's latencies, ten seconds by ten seconds."""
        return tuple(
            LatencySlice(second=second, histogram=histogram.encode().decode())
            for second, histogram in sorted(self._slices.items())
        )

    def so_far(self) -> tuple[int, int]:
        """Requests and faults in the measured part so far."""
        tallies = [tally for (is_measured, _), tally in self._tallies.items() if is_measured]
        return sum(tally.sent_count for tally in tallies), sum(tally.fault_count for tally in tallies)
