"""Writes a first service.yaml: who the service is, and its resources in the order of its templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.files.yaml_edits import block
from foundation.files.yaml_writing import in_one_line, scalar
from foundation.service.resources import Resource
from sre.jobs.init.described import described, of_any_stage

_HEAD = """\
# What the toolkit watches, as `sre init` read it from {source}. Change what you like: `sre init --update` adds what is new,
# changes nothing that stands here, and names what has gone. docs/init.md says what each key means.
# `${{stage}}` is the stage in question; any other `${{…}}` only a deployment knows.
service: {service}
title: {title}
# Who hears of its alarms.
owner: {owner}
# The stages that there are. Add yours, where the names below are right for them, too.
stages: {stages}
files:
  objectives: objectives.yaml
"""
_OWN = """\
# Metrics that it records itself would stand under `metrics`, in the namespace `metric_namespace`.
# What a unit cost is of would be said by `cost_unit`, such as order.
"""
_RESOURCES = """\
# What a resource needs is read from its variables, permissions, targets and event sources. Strike one by `not_needs: [label]`;
# `no_alarms: why` keeps the alarms of its type away from a resource.
resources:
"""


# Words that people write in capitals.
_CAPITALS = frozenset({"alb", "api", "db", "http", "id", "rest", "sns", "sqs", "url", "vpc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who a service is; `source` is what its files are read from, for people, and `about` a sentence on what it is."""

    service: str
    title: str
    owner: str
    stage: str
    source: str
    about: str = "Write here what it is."


def service_yaml(named: Named, resources: Sequence[Resource]) -> str:
    """The text of the file."""
    head = _HEAD.format(
        source=named.source,
        service=named.service,
        title=scalar(named.title),
        owner=scalar(named.owner),
        stages=in_one_line([named.stage]),
    )
    lines = [line for each in resources for line in block(described(of_any_stage(each, named.stage)))]
    return "".join((head, _OWN, _RESOURCES if lines else "resources: []\n", *(f"{line}\n" for line in lines)))


def title_of(label: str) -> str:
    """A label as people write it: `Orders API` of orders-api."""
    words = [word.upper() if word in _CAPITALS else word for word in label.split("-")]
    return f"{words[0][0].upper()}{words[0][1:]} {' '.join(words[1:])}".strip()
