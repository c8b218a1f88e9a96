"""Reads a burn-rate policy, and reports every problem at once with its file, line and remedy."""

from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foundation.errors import InputError
from foundation.files.yaml_lines import Document, read_documents
from foundation.slo.burn_rate import BurnRatePolicy, Severity, WindowPair
from foundation.slo.model import Objectives
from foundation.slo.openslo import Duration, Metadata, Name, duration


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Pair(_Part):
    name: Name
    severity: Literal["page", "ticket"]
    budgetPercent: Decimal = Field(gt=0, lt=100)
    longWindow: Duration
    shortWindow: Duration


class _Spec(_Part):
    referenceWindow: Duration
    toleratedFailures: int = Field(ge=1, le=1_000)
    lowTrafficFailures: int = Field(ge=2, le=1_000)
    suppressionWait: Duration
    pairs: list[_Pair] = Field(min_length=1)
    exclude: dict[Name, list[Name]] = {}


class _Policy(_Part):
    apiVersion: Literal["t-developer/v1"]
    kind: Literal["BurnRatePolicy"]
    metadata: Metadata
    spec: _Spec


def read_policy(file: Path, *, objectives: Objectives | None = None) -> BurnRatePolicy:
    """Read a policy; with `objectives`, whatever it excludes must be one of them.

    Raises InputError with all problems, each with file, line and key.
    """
    documents = read_documents(file)
    if len(documents) != 1:
        raise InputError(
            f"{file}:1: document: one document of kind BurnRatePolicy is needed, there are {len(documents)}"
        )
    document = documents[0]
    try:
        policy = _Policy.model_validate(document.data if isinstance(document.data, dict) else {})
    except ValidationError as error:
        found = tuple(
            document.problem(problem["loc"], f"{problem['msg'][0].lower()}{problem['msg'][1:]}")
            for problem in error.errors()
        )
        raise InputError(f"{file} has {len(found)} problem{'s' if len(found) > 1 else ''}:", found) from error
    if problems := _contradictions(document, policy.spec, objectives):
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return BurnRatePolicy(
        pairs=tuple(
            WindowPair(
                name=pair.name,
                severity=Severity(pair.severity),
                budget_share_ratio=pair.budgetPercent / 100,
                long_window=duration(pair.longWindow),
                short_window=duration(pair.shortWindow),
            )
            for pair in policy.spec.pairs
        ),
        reference_window=duration(policy.spec.referenceWindow),
        tolerated_failure_count=policy.spec.toleratedFailures,
        low_traffic_failure_count=policy.spec.lowTrafficFailures,
        suppression_wait=duration(policy.spec.suppressionWait),
        excluded=MappingProxyType({name: frozenset(pairs) for name, pairs in policy.spec.exclude.items()}),
    )


def _contradictions(document: Document, spec: _Spec, objectives: Objectives | None) -> list[str]:
    problems: list[str] = []
    names = [pair.name for pair in spec.pairs]
    longest = None
    for index, pair in enumerate(spec.pairs):
        path: tuple[Any, ...] = ("spec", "pairs", index)
        if names.index(pair.name) != index:
            problems.append(document.problem((*path, "name"), f"{pair.name!r} is taken by the pair before"))
        if duration(pair.shortWindow) >= duration(pair.longWindow):
            problems.append(document.problem((*path, "shortWindow"), "must be shorter than longWindow"))
        if longest is not None and duration(pair.longWindow) <= longest:
            problems.append(
                document.problem((*path, "longWindow"), "pairs stand fastest first, so this must be longer")
            )
        longest = duration(pair.longWindow)
    known = None if objectives is None else {objective.name for objective in objectives}
    for name, pairs in spec.exclude.items():
        if known is not None and name not in known:
            problems.append(document.problem(("spec", "exclude", name), f"there is no objective {name!r}"))
        problems += [
            document.problem(("spec", "exclude", name), f"there is no pair {pair!r}; there are {', '.join(names)}")
            for pair in pairs
            if pair not in names
        ]
    return problems
