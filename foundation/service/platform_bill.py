"""A bill of resources beside a profile of their whole platform: what no resource's own numbers say is as in the profile.

A quantity of the profile without a resource is not billed, and named; what is of no kind of resource is the account's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from foundation.costs.bill import make_bill
from foundation.costs.book import Key, PriceBook
from foundation.costs.quantities import METRICS, TOKENS
from foundation.costs.service_traffic import ServiceTraffic
from foundation.costs.service_work import NotInTemplate, PricedResource, ServiceWork
from foundation.costs.traffic import Profile
from foundation.service.resource_bill import work_of
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_file import all_kinds
from foundation.service.resources import Resource

_PLACEHOLDER = re.compile(r"\\\$\\\{[a-z0-9_]+\\\}")
# Metrics of an own namespace are paid for by the key of an API's detailed metrics, and are no resource's.
_OF_ACCOUNT = (METRICS, Key("AmazonCloudWatch", "CW:MetricMonitorUsage"))
_MODELS = frozenset({"Bedrock::Model", "AWS::BedrockAgentCore::Runtime", "AWS::Bedrock::ApplicationInferenceProfile"})


def service_work(
    resources: Sequence[Resource], book: PriceBook, *, traffic: ServiceTraffic | None, unit: str,
    free: Sequence[PricedResource] = (),
) -> ServiceWork:  # fmt: skip
    """What resources use; with a profile of a whole platform, what no resource's numbers say is as in that."""
    work = work_of(resources, book, traffic=traffic, unit=unit)
    work = replace(work, resources=(*work.resources, *free))
    if traffic is None or traffic.platform is None:
        return work
    return with_platform(work, traffic.platform, book, kinds=all_kinds())


def with_platform(
    work: ServiceWork, profile: Profile, book: PriceBook, *, kinds: Sequence[ResourceType]
) -> ServiceWork:  # fmt: skip
    """The work with the rest of a profile: `kinds` are all that there are, which say of what there would be a resource."""
    stated = {(each.line, str(each.key)) for each in work.lines}
    unstated = {(each.line, str(each.key)) for each in work.unstated}
    owned = [(line.line, _pattern(line.key)) for kind in kinds for line in kind.bill.lines]
    rest: set[tuple[str, Key]] = set()
    has_models = any(each.type in _MODELS for each in work.resources)
    missing: dict[tuple[str, Key], NotInTemplate] = {}
    for row in make_bill(profile, book, per_day=profile.units_per_day).rows:
        at = (row.line, str(row.key))
        has_kind = any(line == row.line and pattern.fullmatch(str(row.key)) for line, pattern in owned)
        if row.line == TOKENS:
            is_rest = has_models
        else:
            is_rest = (row.line, row.key) == _OF_ACCOUNT or (at not in stated and (at in unstated or not has_kind))
        if is_rest:
            rest.add((row.line, row.key))
        elif at not in stated and row.cost_usd:
            before = missing.get((row.line, row.key))
            usd = row.cost_usd + (Decimal(0) if before is None else before.usd)
            missing[row.line, row.key] = NotInTemplate(line=row.line, key=row.key, usd=usd)
    said = {(line, str(key)) for line, key in rest}
    return replace(
        work,
        rest=_without_canaries(profile, work),
        rest_keys=frozenset(rest),
        has_models=has_models,
        not_in_template=tuple(missing.values()),
        unstated=tuple(each for each in work.unstated if (each.line, str(each.key)) not in said),
    )


def _without_canaries(profile: Profile, work: ServiceWork) -> Profile:
    """The profile without what its canaries write to logs, where there are canaries whose own lines have it."""
    has_canaries = any(each.type == "AWS::Synthetics::Canary" for each in work.resources)
    return profile.with_changes(canary_log_kib=Decimal(0)) if has_canaries else profile


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(_PLACEHOLDER.sub("[^/]+", re.escape(key)))
