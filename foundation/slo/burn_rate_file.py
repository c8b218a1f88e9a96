"""Reads a burn-rate policy, and reports every problem at once with its file, line and remedy."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from pydantic import Field

from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.durations import write_duration
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Number, Whole
from foundation.slo.burn_rate import BESIDE_PAIRS, BurnRatePolicy, Severity, WindowPair
from foundation.slo.event_metrics import events_of
from foundation.slo.model import BudgetedObjective, Objectives
from foundation.slo.openslo import Duration, Name, Named

# A slower pair that waits longer than this notifies too late to be of use.
_LONGEST_WAIT = timedelta(hours=1)


class _Pair(Form):
    name: Name
    severity: Literal["page", "ticket"]
    budgetPercent: Number = Field(ge=Decimal("0.1"), lt=100)
    longWindow: Duration
    shortWindow: Duration

    def made(self) -> WindowPair:
        return WindowPair(
            name=self.name,
            severity=Severity(self.severity),
            budget_share_ratio=self.budgetPercent / 100,
            long_window=self.longWindow,
            short_window=self.shortWindow,
        )


class _Spec(Form):
    referenceWindow: Duration
    toleratedFailures: Whole = Field(ge=1, le=1_000)
    lowTrafficFailures: Whole = Field(ge=2, le=1_000)
    suppressionWait: Duration
    pairs: list[_Pair] = Field(min_length=1, max_length=20)
    exclude: dict[Name, list[Name]] = Field(default_factory=dict[Name, list[Name]])


class _Policy(Form):
    apiVersion: Literal["t-developer/v1"]
    kind: Literal["BurnRatePolicy"]
    metadata: Named
    spec: _Spec


def read_policy(file: Path, *, objectives: Objectives | None = None) -> BurnRatePolicy:
    """Read a policy; with `objectives`, whatever it excludes must be one of them.

    Raises InputError with all problems, each with file, line and key.
    """
    with yaml_documents(file) as found:
        document = found.only("a BurnRatePolicy")
        policy = document.read(_Policy)
        if policy is not None:
            _check(document, policy.spec, objectives)
    spec = cast("_Policy", policy).spec
    return BurnRatePolicy(
        name=cast("_Policy", policy).metadata.name,
        pairs=tuple(pair.made() for pair in spec.pairs),
        reference_window=spec.referenceWindow,
        tolerated_failure_count=spec.toleratedFailures,
        low_traffic_failure_count=spec.lowTrafficFailures,
        suppression_wait=spec.suppressionWait,
        excluded=MappingProxyType({name: frozenset(pairs) for name, pairs in spec.exclude.items()}),
    )


def _check(document: Document, spec: _Spec, objectives: Objectives | None) -> None:
    names = [pair.name for pair in spec.pairs]
    if spec.suppressionWait > _LONGEST_WAIT:
        document.problem(("spec", "suppressionWait"), f"must be at most {write_duration(_LONGEST_WAIT)}")
    longest = None
    for index, pair in enumerate(spec.pairs):
        path: KeyPath = ("spec", "pairs", index)
        if pair.name in BESIDE_PAIRS:
            document.problem(
                (*path, "name"), f"{pair.name!r} is what an objective has beside its pairs; take another name"
            )
        if names.index(pair.name) != index:
            document.problem((*path, "name"), f"{pair.name!r} is taken by a pair before it")
        if pair.shortWindow >= pair.longWindow:
            document.problem((*path, "shortWindow"), "must be shorter than longWindow")
        if longest is not None and pair.longWindow <= longest:
            document.problem(
                (*path, "longWindow"), "must be longer than that of the pair before: the fastest stands first"
            )
        longest = pair.longWindow
    budgeted = () if objectives is None else [each for each in objectives if isinstance(each, BudgetedObjective)]
    known = None if objectives is None else {each.name for each in budgeted}
    without_pairs = {each.name for each in budgeted if events_of(each.indicator) is None}
    there = (*names, *BESIDE_PAIRS)
    for name, pairs in spec.exclude.items():
        if known is not None and name not in known:
            document.problem(
                ("spec", "exclude", name),
                with_hint(f"there is no objective {name!r} with an error budget", name, known),
            )
        if name in without_pairs:
            document.problem(("spec", "exclude", name), "has no pairs: CloudWatch counts none of its events; remove it")
        if not pairs or len(set(pairs)) < len(pairs):
            document.problem(("spec", "exclude", name), "write each pair once, and at least one")
        for pair in pairs:
            if pair not in there:
                document.problem(("spec", "exclude", name), with_hint(f"there is no pair {pair!r}", pair, there))
