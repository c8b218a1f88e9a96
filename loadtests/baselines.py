"""The earlier runs that a run may be compared with: sound ones of the same scenario, target and service that missed nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import InputError
from foundation.slo.model import Objectives
from foundation.slo.outcome import Miss
from loadtests.evidence import doubts_about, judge_run
from loadtests.result import LoadResult, read_result

_BASELINES_COUNT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """The runs to compare with, newest first, and why others were left out."""

    results: tuple[LoadResult, ...]
    left_out: tuple[str, ...]


def find_baselines(directory: Path, result: LoadResult, objectives: Objectives) -> Baselines:
    """The last ten sound runs before `result` of its scenario, target and service, that missed none of the objectives.

    Raises InputError when the directory cannot be read.
    """
    if not directory.is_dir():
        raise InputError(f"--history {directory}: no such directory; `sre loadtest run` keeps its results in one")
    found: list[LoadResult] = []
    left_out: list[str] = []
    for file in sorted(directory.glob("*.json")):
        try:
            other = read_result(file)
        except InputError as error:
            left_out.append(str(error))
            continue
        if other.started_at >= result.started_at:
            continue
        reason = next(_reasons(other, result, objectives), None)
        if reason is None:
            found.append(other)
        else:
            left_out.append(f"{file.name}: {reason}")
    found.sort(key=lambda each: each.started_at, reverse=True)
    return Baselines(results=tuple(found[:_BASELINES_COUNT]), left_out=tuple(left_out))


def _reasons(other: LoadResult, result: LoadResult, objectives: Objectives) -> Iterator[str]:
    """Why an earlier run is none to compare with."""
    for what, its, ours in (
        ("profile", other.profile, result.profile),
        ("stage", other.stage, result.stage),
        ("service", other.service, result.service),
        ("target", other.target, result.target),
        ("client", other.client, result.client),
    ):
        if its != ours:
            yield f"another {what}, {its or 'none that it says'} and not {ours or 'none that it says'}"
    if _load(other) != _load(result):
        yield "another load, or another limit for slow requests"
    if other.interrupted or other.stopped_early:
        yield "it was not run to its end"
    if any(request.good_histogram is None for request in other.measured.requests):
        yield "an earlier version wrote it, which did not hold good answers apart"
    if other.disturbance is not None:
        yield "other work on this machine disturbed it"
    yield from doubts_about(other)
    for judged in judge_run(objectives, other):
        if isinstance(judged.verdict, Miss):
            yield f"it missed {judged.objective.name}"


def _load(result: LoadResult) -> tuple[object, ...]:
    return (result.planned_rps, result.slow_after_ms, result.stages, round(result.measured.planned_seconds))
