"""Reads a burn-rate policy and who hears of its alarms, and reports every problem at once with its file, line and remedy."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from pydantic import Field

from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.durations import write_duration
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Line, Number, Whole
from foundation.slo.burn_rate import BESIDE_PAIRS, BurnRatePolicy, Severity, WindowPair
from foundation.slo.event_metrics import events_of
from foundation.slo.model import BudgetedObjective, Objectives
from foundation.slo.openslo import Duration, Name, Named
from foundation.slo.subscription import Channel, Subscription

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


class _Subscriber(Form):
    """One who hears of a severity, by one of the channels; in every stage unless some are named."""

    severity: Literal["page", "ticket"]
    email: Line | None = None
    https: Line | None = None
    chat: Line | None = None
    stages: list[Name] | None = Field(default=None, min_length=1)

    def made(self) -> tuple[Subscription, ...]:
        endpoints = {Channel.EMAIL: self.email, Channel.HTTPS: self.https, Channel.CHAT: self.chat}
        return tuple(
            Subscription(severity=Severity(self.severity), channel=channel, endpoint=endpoint)
            for channel, endpoint in endpoints.items()
            if endpoint is not None
        )

    def is_of(self, stage: str) -> bool:
        return self.stages is None or stage in self.stages

    def meets(self, other: "_Subscriber") -> bool:
        """Whether both speak of one severity and channel in one stage."""
        channels = [{(each.severity, each.channel) for each in one.made()} for one in (self, other)]
        stages = self.stages is None or other.stages is None or not set(self.stages).isdisjoint(other.stages)
        return stages and not channels[0].isdisjoint(channels[1])


class _Spec(Form):
    referenceWindow: Duration
    toleratedFailures: Whole = Field(ge=1, le=1_000)
    lowTrafficFailures: Whole = Field(ge=2, le=1_000)
    suppressionWait: Duration
    pairs: list[_Pair] = Field(min_length=1, max_length=20)
    exclude: dict[Name, list[Name]] = Field(default_factory=dict[Name, list[Name]])
    notify: list[_Subscriber] = Field(default_factory=list[_Subscriber], max_length=100)


class _Policy(Form):
    apiVersion: Literal["t-developer/v1"]
    kind: Literal["BurnRatePolicy"]
    metadata: Named
    spec: _Spec


def read_policy(file: Path, *, objectives: Objectives | None = None) -> BurnRatePolicy:
    """Read a policy; with `objectives`, whatever it excludes must be one of them.

    Raises InputError with all problems, each with file, line and key.
    """
    return _policy(_read(file, objectives))


def read_policy_with_subscriptions(
    file: Path, *, objectives: Objectives
) -> tuple[BurnRatePolicy, tuple[Subscription, ...]]:  # fmt: skip
    """The same, and who hears of the alarms of the objectives' stage: at most one a severity and channel.

    Raises InputError as `read_policy` does.
    """
    read = _read(file, objectives)
    heard = (made for each in read.spec.notify if each.is_of(objectives.stage) for made in each.made())
    return _policy(read), tuple(heard)


def _policy(policy: _Policy) -> BurnRatePolicy:
    spec = policy.spec
    return BurnRatePolicy(
        name=policy.metadata.name,
        pairs=tuple(pair.made() for pair in spec.pairs),
        reference_window=spec.referenceWindow,
        tolerated_failure_count=spec.toleratedFailures,
        low_traffic_failure_count=spec.lowTrafficFailures,
        suppression_wait=spec.suppressionWait,
        excluded=MappingProxyType({name: frozenset(pairs) for name, pairs in spec.exclude.items()}),
    )


def _read(file: Path, objectives: Objectives | None) -> _Policy:
    with yaml_documents(file) as found:
        document = found.only("a BurnRatePolicy")
        document.expand({})
        policy = None if found.problems else document.read(_Policy)
        if policy is not None:
            _check(document, policy.spec, objectives)
            _check_subscribers(document, policy.spec.notify)
    return cast("_Policy", policy)


def _check_subscribers(document: Document, subscribers: list[_Subscriber]) -> None:
    for index, each in enumerate(subscribers):
        path: KeyPath = ("spec", "notify", index)
        made = each.made()
        if len(made) != 1:
            document.problem(path, "write one of email, https and chat")
        for one in made:
            if not one.channel.takes(one.endpoint):
                document.problem((*path, one.channel.value), f"must be {one.channel.how}")
        if any(each.meets(before) for before in subscribers[:index]):
            document.problem(
                path,
                f"another hears of a {each.severity} by this channel, and there is one in a stage; write the address of a list",
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
