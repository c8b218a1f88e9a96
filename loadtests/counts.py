"""Counts what happens to every arrival and every request of a run: nothing that was begun may disappear.

Requests are *steps*; an arrival is a *journey* of one or more of them, and verdicts count journeys, which are
independent of one another. All counts are one tree of integers, so parts that were recorded elsewhere just add up.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

SLICE_SECONDS = 10
# Texts of failures hold ids and times; beyond so many different ones the rest is counted together.
_TEXTS_COUNT = 100
_PLACES_COUNT = 200
# Ids and measured numbers differ from one to the next; the number of a status, a version or a protocol is what it is about.
_VARIABLE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27,}|\b0x[0-9a-f]+|\b(?=[a-z]*\d)[0-9a-z]{16,}\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b"
    r"|(?<!status )(?<![\w.])\d+(?:\.\d+)?",
    re.IGNORECASE,
)

Tree = dict[Any, Any]


class PartOfRun(Enum):
    """Which part of a run a request or a journey was due in; the values are keys of the tree, which travels as data."""

    WARM_UP = "warm-up"
    MEASURED = "measured"


class Outcome(Enum):
    """How a request or a journey ended. A fault is the server's, a refusal the client's mistake (`statuses` says which is which).

    A closing one met a connection that its server was closing, before any byte of an answer: whether the server had the
    request is not known. A censored one had not ended when the run did.
    """

    GOOD = "good"
    FAULT = "fault"
    REFUSED = "refused"
    CLOSING = "closing"
    CENSORED = "censored"


def bucket_of(seconds: float) -> int:
    """Microseconds at three significant digits: the resolution of an HDR histogram's bucket, for a tenth of its cost."""
    microseconds = max(1, int(seconds * 1_000_000 + 0.5))
    excess = microseconds.bit_length() - 11
    return microseconds if excess <= 0 else microseconds >> excess << excess


def percentile_of(buckets: Mapping[int, int], percent: float) -> float | None:
    """The nearest-rank percentile of microseconds and how often each was seen, in ms; None without any.

    What an HDR histogram would say, in a fraction of the time: it is asked for while load is sent.
    """
    rank = max(1, math.ceil(sum(buckets.values()) * percent / 100))
    seen = 0
    for microseconds, count in sorted(buckets.items()):
        seen += count
        if seen >= rank:
            return microseconds / 1000
    return None


def add_into(tree: Tree, other: Tree) -> None:
    """Add all counts of another tree to this one."""
    for key, value in other.items():
        if isinstance(value, dict):
            add_into(tree.setdefault(key, {}), cast("Tree", value))
        elif isinstance(value, list):
            numbers = cast("list[int]", value)
            known = cast("list[int]", tree.setdefault(key, [0] * len(numbers)))
            known[:] = [mine + other for mine, other in zip(known, numbers, strict=True)]
        else:
            tree[key] = tree.get(key, 0) + value


def of_part(tree: Tree, kinds: str, part: PartOfRun) -> Tree:
    """The steps or journeys of one part of a run, by their names."""
    return cast("Tree", tree.get(kinds, {}).get(part.value, {}))


def texts_of(tree: Tree, *outcomes: Outcome) -> dict[str, int]:
    """How often each text of a failure was seen, of failures with these outcomes."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        for text, count in tree.get("texts", {}).get(outcome.value, {}).items():
            found[text] = found.get(text, 0) + count
    return found


def _coarse(microseconds: int) -> int:
    """Two significant digits are enough for a line that is rewritten every second."""
    excess = microseconds.bit_length() - 7
    return microseconds if excess <= 0 else microseconds >> excess << excess


def _count(tree: Tree, key: object) -> None:
    tree[key] = tree.get(key, 0) + 1


@dataclass(slots=True)
class Recorder:
    """Collects one run; times are seconds since the start of the warm-up."""

    warm_up_seconds: float
    slow_after_ms: float
    tree: Tree = field(default_factory=dict[Any, Any])
    _places: dict[tuple[str, bool, int], tuple[Any, ...]] = field(default_factory=dict[Any, Any])

    def record_start(self, intended_at: float) -> None:
        """A journey was begun."""
        started = self._part("started")
        window = int(intended_at) // SLICE_SECONDS * SLICE_SECONDS
        started[window] = started.get(window, 0) + 1

    def record_unsent(self) -> None:
        """A journey was due and was not begun, because too many were under way."""
        _count(self.tree, "unsent")

    def record(
        self,
        name: str,
        *,
        intended_at: float,
        took_seconds: float,
        outcome: Outcome,
        detail: str = "",
        service_seconds: float | None = None,
        slow_after_ms: float | None = None,
    ) -> bool:
        """Record one request, timed from its intended start, and say whether it was slow.

        For a censored one the time is a lower bound; `service_seconds` counts from when it was really sent.
        """
        is_fault = outcome is Outcome.FAULT or outcome is Outcome.CENSORED
        limit_ms = self.slow_after_ms if slow_after_ms is None else slow_after_ms
        # A refusal is no evidence about speed; a fault is no answer, however fast it came.
        is_slow = is_fault or (outcome is Outcome.GOOD and took_seconds * 1000 >= limit_ms)
        took = bucket_of(took_seconds)
        second = int(intended_at)
        # This runs for every request, so it counts in place: looking things up would cost more than the counting.
        is_measured = intended_at >= self.warm_up_seconds
        places = self._places.get((name, is_measured, second))
        if places is None:
            places = self._find_places(name, second, intended_at)
        counts, response, service, slice_, coarse, in_second, other = places
        _add_counts(counts, outcome, is_slow=is_slow)
        response[took] = response.get(took, 0) + 1
        if outcome is Outcome.GOOD:
            served = took if service_seconds is None else bucket_of(service_seconds)
            service[served] = service.get(served, 0) + 1
        if outcome not in (Outcome.REFUSED, Outcome.CLOSING):
            slice_[took] = slice_.get(took, 0) + 1
        if is_measured and outcome is Outcome.GOOD:
            rough = _coarse(took)
            coarse[rough] = coarse.get(rough, 0) + 1
        _add_second(in_second, outcome, is_slow=is_slow)
        if outcome is not Outcome.GOOD:
            other[took] = other.get(took, 0) + 1
            self._count_text(name, outcome, detail)
        return is_slow

    def record_problem(self, name: str, problem: str) -> None:
        """Record why a journey is a fault, where none of its requests is."""
        self._count_text(name, Outcome.FAULT, problem)

    def _count_text(self, name: str, outcome: Outcome, detail: str) -> None:
        texts = self._part("texts").setdefault(outcome.value, {})
        # The name of a request is that of its kind: /v1 and /v2 are two, and no id stands in it.
        key = f"{name}: {_VARIABLE.sub('#', detail[:200] or outcome.value)}"[:200]
        _count(texts, key if key in texts or len(texts) < _TEXTS_COUNT else "other")

    def _find_places(self, name: str, second: int, intended_at: float) -> tuple[Any, ...]:
        """Where one kind of request is counted in one second; remembered for as long as the tree is the same."""
        step = self._kind("steps", name, intended_at)
        slice_ = self._part("slices").setdefault(second // SLICE_SECONDS * SLICE_SECONDS, {})
        in_second = self._part("seconds").setdefault(second, [0, 0, 0, 0, 0])
        coarse = self._part("coarse")
        places = (step["counts"], step["response"], step["service"], slice_, coarse, in_second, step["other"])
        if len(self._places) > _PLACES_COUNT:
            self._places.clear()
        self._places[name, intended_at >= self.warm_up_seconds, second] = places
        return places

    def record_journey(
        self, flow: str, *, intended_at: float, outcome: Outcome, is_slow: bool, request_count: int = 1
    ) -> None:
        """Record the end of one journey of so many requests; it is slow when one of them was, or when it is a fault."""
        requests = self._part("requests_of_flows")
        requests[flow] = requests.get(flow, 0) + request_count
        # As with requests, a refusal is no evidence about speed: it counts among neither the slow nor the good.
        is_unknown = outcome in (Outcome.REFUSED, Outcome.CLOSING)
        is_slow = (is_slow and not is_unknown) or outcome in (Outcome.FAULT, Outcome.CENSORED)
        _add_counts(self._kind("journeys", flow, intended_at)["counts"], outcome, is_slow=is_slow)
        second = self._part("journey_seconds").setdefault(flow, {}).setdefault(int(intended_at), [0, 0, 0, 0, 0])
        _add_second(second, outcome, is_slow=is_slow)
        _count(self.tree, "ended")

    def record_lag(self, lag_seconds: float) -> None:
        """Record how late a request was begun."""
        _count(self._part("lags"), bucket_of(lag_seconds))

    def record_connect(self, seconds: float, failures: Sequence[str] = ()) -> None:
        """Record a connection that was opened, with name look-up and TLS, and the addresses that had failed before."""
        _count(self._part("connects"), bucket_of(seconds))
        for failure in failures:
            failed = self._part("failed_addresses")
            _count(failed, failure[:200] if failure[:200] in failed or len(failed) < _TEXTS_COUNT else "other")

    def record_error(self, text: str) -> None:
        """Record a bug of the scenario: it must show in the result."""
        texts = self._part("errors")
        _count(texts, text[:200] if text[:200] in texts or len(texts) < _TEXTS_COUNT else "other")

    def record_work(self, status: str) -> None:
        """Record what was last seen of a unit of work: its status, `submitted`, or `unfinished`."""
        _count(self._part("work"), status)

    def record_cpu(self, node: str, percent: float) -> None:
        """Record the generator's own CPU over one second."""
        _count(self._part("cpu").setdefault(node, {}), round(percent))

    def take(self) -> Tree:
        """Everything that was recorded since the last time."""
        taken, self.tree = self.tree, {}
        self._places.clear()
        return taken

    def so_far(self) -> tuple[int, int]:
        """Requests and faults in the measured part so far."""
        steps = [step["counts"] for step in of_part(self.tree, "steps", PartOfRun.MEASURED).values()]
        return sum(counts[0] for counts in steps), sum(counts[1] for counts in steps)

    def p99_ms(self) -> float | None:
        """About the 99th percentile of good answers so far, within 2 %: exact ones take too long while load is sent."""
        return percentile_of(self.tree.get("coarse", {}), 99)

    def _part(self, name: str) -> Tree:
        found: Tree | None = self.tree.get(name)
        return self.tree.setdefault(name, {}) if found is None else found

    def _kind(self, part: str, name: str, intended_at: float) -> Tree:
        of_run = PartOfRun.MEASURED if intended_at >= self.warm_up_seconds else PartOfRun.WARM_UP
        kinds: Tree = self._part(part).setdefault(of_run.value, {})
        found: Tree | None = kinds.get(name)
        if found is None:
            found = cast("Tree", {"counts": [0, 0, 0, 0, 0, 0], "response": {}, "service": {}, "other": {}})
            kinds[name] = found
        return found


def _add_counts(counts: list[int], outcome: Outcome, *, is_slow: bool) -> None:
    """Sent, faults, refused, censored, slow, closing."""
    counts[0] += 1
    counts[1] += outcome in (Outcome.FAULT, Outcome.CENSORED)
    counts[2] += outcome is Outcome.REFUSED
    counts[3] += outcome is Outcome.CENSORED
    counts[4] += is_slow
    counts[5] += outcome is Outcome.CLOSING


def _add_second(second: list[int], outcome: Outcome, *, is_slow: bool) -> None:
    """Sent, faults, slow, refused, closing."""
    second[0] += 1
    second[1] += outcome in (Outcome.FAULT, Outcome.CENSORED)
    second[2] += is_slow
    second[3] += outcome is Outcome.REFUSED
    second[4] += outcome is Outcome.CLOSING
