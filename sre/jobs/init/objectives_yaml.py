"""Writes objectives in OpenSLO: a document for each that a resource begins with, with why it has its number above it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap

from foundation.files.yaml_tree import node_at, read_tree
from foundation.files.yaml_writing import scalar
from foundation.service.ceiling import ceiling_of, with_needs
from foundation.service.resource_type_file import kind_of
from foundation.service.resources import Resource
from sre.jobs.init.described import of_any_stage
from sre.jobs.init.service_yaml import Named
from sre.jobs.init.starters import MetricName, Starter, starters_of

_HEAD = """\
# The objectives of {title}, as `sre init` began them for what it read from {source}. Every number here is a beginning:
# write what your users need. Format: OpenSLO v1 (docs/objectives.md). `${{stage}}` is the stage in question.
apiVersion: openslo/v1
kind: Service
metadata:
  name: {service}
  displayName: {title}
spec:
  description: {about}
---
apiVersion: openslo/v1
kind: DataSource
metadata:
  name: cloudwatch
spec:
  type: CloudWatch
"""
_COST = """\
---
# No API, function or queue was found that could have an objective; this one is for every service.
# Why 100: a number to begin with. Write what a month may cost.
apiVersion: t-developer/v1
kind: CostObjective
metadata:
  name: monthly-cost
  displayName: Monthly cost
spec:
  service: {service}
  description: Gross cost of the calendar month in UTC, actual and forecast, from Cost Explorer.
  limitUsd: 100
"""


_CHANGE = "Change it here: alarms, dashboards and reports follow."
_WIDTH = 120


def objectives_yaml(named: Named, starters: Sequence[Starter]) -> str:
    """The text of the file; one of the monthly cost stands there where nothing else has an objective."""
    head = _HEAD.format(
        title=scalar(named.title), source=named.source, service=named.service, about=scalar(named.about)
    )  # fmt: skip
    if not starters:
        return head + _COST.format(service=named.service)
    return head + documents_of(named.service, starters)


def starters_for(
    named: Named, resources: Iterable[Resource], *, among: Sequence[Resource], taken: Iterable[str] = ()
) -> tuple[Starter, ...]:
    """The objectives that resources begin with, but for those whose names are taken; `among` are all that they may need."""
    seen = set(taken)
    found: list[Starter] = []
    kinds = {each.label: kind for each in among if (kind := kind_of(each)) is not None}
    for resource in resources:
        ceiling = ceiling_of(with_needs([resource.label], among), kinds)
        for each in starters_of(of_any_stage(resource, named.stage), ceiling):
            if each.name not in seen:
                seen.add(each.name)
                found.append(each)
    return tuple(found)


def names_in(text: str, file: Path) -> tuple[str, ...]:
    """The names of all documents of such a text. Raises InputError where it is no YAML."""
    nodes = (node_at(tree, ("metadata", "name"))[0].value for tree in read_tree(text, file))
    return tuple(each for each in nodes if isinstance(each, str))


def documents_of(service: str, starters: Sequence[Starter]) -> str:
    """The documents of objectives, each after its separator."""
    return "".join(f"{line}\n" for each in starters for line in ("---", *_lines(service, each)))


def _lines(service: str, starter: Starter) -> Iterable[str]:
    for said in (starter.reason, *starter.notes, _CHANGE):
        # An address is not broken, and neither is a name with a dash.
        yield from wrap(
            said, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
        )
    yield "apiVersion: openslo/v1"
    yield "kind: SLO"
    yield "metadata:"
    yield f"  name: {starter.name}"
    yield f"  displayName: {scalar(starter.title)}"
    yield "spec:"
    yield f"  service: {service}"
    yield f"  description: {scalar(starter.description)}"
    yield "  indicator:"
    yield "    metadata:"
    yield f"      name: {starter.name}"
    yield "    spec:"
    if starter.samples is not None:
        yield "      thresholdMetric:"
        yield from _source(starter.samples, starter, "        ")
    if starter.bad is not None and starter.total is not None:
        yield "      ratioMetric:"
        yield "        counter: true"
        for key, metric in (("bad", starter.bad), ("total", starter.total)):
            yield f"        {key}:"
            yield from _source(metric, starter, "          ")
    yield "  timeWindow:"
    yield "    - duration: 28d"
    yield "      isRolling: true"
    yield f"  budgetingMethod: {'Occurrences' if starter.slice_ratio is None else 'Timeslices'}"
    yield "  objectives:"
    keys = [("op", "lt"), ("value", str(starter.below))] if starter.below is not None else []
    keys.append(("targetPercent", starter.target_percent))
    if starter.slice_ratio is not None:
        keys += [("timeSliceTarget", starter.slice_ratio), ("timeSliceWindow", "5m")]
    for number, (key, value) in enumerate(keys):
        yield f"    {'  ' if number else '- '}{key}: {value}"


def _source(metric: MetricName, starter: Starter, indent: str) -> Iterable[str]:
    yield f"{indent}metricSource:"
    yield f"{indent}  metricSourceRef: cloudwatch"
    yield f"{indent}  type: CloudWatch"
    yield f"{indent}  spec:"
    yield f"{indent}    namespace: {metric.namespace}"
    yield f"{indent}    metricName: {scalar(metric.name)}"
    yield f"{indent}    dimensions:"
    yield from (f"{indent}      {name}: {scalar(value)}" for name, value in starter.dimensions)
