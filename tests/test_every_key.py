"""Every key that is read of a file is used: another value of it changes what comes out, or is refused by its name.

A key that a form takes and nobody uses would let somebody believe what is not so. A new key of a form must stand in the file
that the test of its format changes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

import alarms.rule_test_file as rule_test_file
import canaries.definitions as definitions
import foundation.costs.book_file as book_file
import foundation.costs.traffic_file as traffic_file
import foundation.findings.accepted_file as accepted_file
import foundation.service.panels_file as panels_file
import foundation.service.resource_type_alarms_form as type_alarms
import foundation.slo.burn_rate_file as burn_rate_file
import foundation.slo.openslo as openslo
import loadtests.flows_file as flows_file
import loadtests.profiles as load_profiles
import reports.weekly.actions as actions
from alarms.cloudformation import billing_template, workload_template
from alarms.plan import plan_of
from alarms.rule_tests import run_rule_test
from dashboards.all_dashboards import all_dashboards
from dashboards.cloudwatch_body import cloudwatch_body
from foundation.costs.bill import make_bill
from foundation.costs.statement import explain
from foundation.errors import InputError, SreError
from foundation.files.explaining import models_of
from foundation.files.yaml_tree import read_tree
from foundation.service.panel_queries import Inventory
from foundation.slo.incidents import read_incidents
from infra.checkout import ROOT
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.cli.outputs.cost import estimate_output
from tests.dashboards.compact import compact
from tests.loadtests.flows_of_ours import FLOWS

REFUSED = object()
ENDED = {"deprecatedOn": "2027-02-03"}
EXPECTING = """expecting:
  description: a flow that expects another status, too
  warm_up_seconds: 1
  duration_seconds: 10
  arrivals_per_second: {health: 1}
  also_expected: {health: [204]}
"""


STEPS = """
    steps:
    - name: place
      method: POST
      path: "/orders/{one}"
      query: {q: "{n}"}
      headers: {x-a: "{u}"}
      body: {item: "{t.name}", n: "{t.n}"}
      authorisation: {sigv4: execute-api}
      expect: [202]
      keep: {id: $.id}
      pause_seconds: 1
      checks:
      - {name: a, path: $.a, equals: 1}
      - {name: b, path: $.b, one_of: [1, 2]}
      - {name: c, path: $.c, not_one_of: [1, 2]}
      - {name: d, path: $.d, at_least: "{n}"}
      - {name: e, path: $.e, at_most: "{n}"}
      - {name: f, path: $.f, exists: true}
    - {method: GET, path: "/all"}
    - method: GET
      path: "/orders/{id}/{e}/{g}"
      authorisation: {header: {name: x-key, environment: KEY}}
      repeat: {every_seconds: 1, for_seconds: 5, until: {path: $.s, equals: done}}
"""
VALUES = """
    authorisation: {bearer: {environment: TOKEN}}
    values:
      one: {one_of: [red, blue]}
      n: {whole_number: {least: 1, most: 9}}
      u: {uuid: true}
      t: {csv: {file: t.csv, texts: [name], numbers: [n]}}
      e: {environment: WORD}
      g: {given: a}
"""
CHECK = (
    "  shop:\n    about: what it does\n    everyMinutes: 5\n    timeoutSeconds: 60\n    memoryMib: 960\n    retries: 0"
)
CANARIES_TEXT = (
    T_DEVELOPER.canaries.read_text().replace("canaries:\n", f"canaries:\n{CHECK}{VALUES.rstrip()}{STEPS}", 1)
    + (ROOT / "canaries" / "synthetics.yaml").read_text().partition("encryption: SSE_S3\n")[2]
)
FLOWS_TEXT = f"""
authorisation: sigv4
values: {{given: {{given: a}}, late: {{recent: id}}}}
python: mine.py
flows:
  steps:
    about: a
    load: api
    work: id{VALUES.rstrip()}{STEPS}
    uses: {{requests: 1, lambda_seconds: 1, state_transitions: 1, table_reads: 1, table_writes: 1}}
  more:
    about: b
    steps: [{{method: GET, path: "/{{given}}/{{late}}"}}]
  progress: {{about: c, load: none, websocket_progress_of: steps}}
  turn: {{about: d, load: agents, agent_turn: {{prompt: p}}}}
  own: {{about: e, python: own}}
"""


def _beside(read: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """What comes of a file with the files that it names beside it, wherever that is."""

    def output(file: Path) -> Any:
        (file.parent / "t.csv").write_text("name,n\npen,1\n")
        (file.parent / "mine.py").write_text("")
        return str(read(file)).replace(str(file), "FILE").replace(str(file.parent), "DIRECTORY")

    return output


_OF_STEPS: Mapping[str, object] = {
    "method": "PUT",
    "1.method": "POST", "2.method": "POST", "sigv4": "lambda", "path": REFUSED,
    "0.path": "/other/{one}", "1.path": "/other", "2.path": "/other/{id}/{e}/{g}",
    "checks.0.path": "$.other", "checks.1.path": "$.other", "checks.2.path": "$.other", "checks.3.path": "$.other",
    "checks.4.path": "$.other", "checks.5.path": "$.other", "until.path": "$.other", "keep.id": "$.other",
    "exists": REFUSED,
    "at_least": "{t.n}", "at_most": "{t.n}", "x-a": "b", "uuid": REFUSED,
    "file": REFUSED, "texts.0": REFUSED, "numbers.0": REFUSED,
    "expect.0": "201", "environment": "OTHER", "g.given": "b", "0.name": "other", "header.name": "x-other", "one_of.0": "green",
    "whole_number.least": "2", "whole_number.most": "8", "body.item": "{one}", "body.n": "{one}", "query.q": "{one}",
    **{f"checks.{number}.name": "other" for number in range(6)},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format: its forms, a file that has every key of them, what comes out of it, and other values for its keys.

    `others` are by the end of a key's path; `REFUSED` is a key with one right value. What is not named there is a text or a
    number, and is made another one. `refused` are keys of its forms that are none of this format.
    """

    forms: tuple[Any, ...]
    text: str
    output: Callable[[Path], Any]
    others: Mapping[str, object] = field(default_factory=dict[str, object])
    refused: frozenset[str] = frozenset()


def _plan(**files: Path) -> Any:
    plan = plan_of(make_stage("production", files=replace(T_DEVELOPER, **files)))
    return workload_template(plan), billing_template(plan), plan.notes


def _of_objectives(file: Path) -> Any:
    stage = make_stage("production", files=replace(T_DEVELOPER, objectives=file))
    deployment = deployment_of(stage, plan_of(stage))
    return (
        _plan(objectives=file),
        deployment.objectives,
        [cloudwatch_body(board) for board in all_dashboards(deployment)],
    )


def _of_policy(file: Path) -> Any:
    return _plan(burn_rate=file)


def _of_resources(file: Path) -> Any:
    stage = make_stage("production", resource_alarms_file=file)
    rules = stage.alarm_rules
    assert rules is not None
    wanted = [
        replace(each, proofs=None if each.proofs is None else replace(each.proofs, file=""))
        for each in rules.resource_alarms
    ]
    return workload_template(plan_of(stage)), wanted


def _of_rule_tests(file: Path) -> Any:
    stage = make_stage("production")
    plan, objectives = plan_of(stage), stage.objectives
    found: list[Any] = []
    for test in rule_test_file.read_rule_tests(file, plan):
        try:
            outcome = run_rule_test(test, plan, objectives)
            found.append((test.name, outcome.failures, outcome.fired, outcome.quiet))
        except SreError as error:  # an alarm that cannot be evaluated on what the test gives is an answer, too
            found.append(str(error))
    return found


def _of_traffic(file: Path) -> Any:
    book, chosen = book_file.read_book(), traffic_file.choose_profile("all", file, unit="pipeline")
    bill = make_bill(chosen, book, per_day=chosen.units_per_day, model=chosen.model, with_free=True)
    said = estimate_output(
        bill, book, objective=None, limit_usd=Decimal(500), crossing_per_day=None, longest=bill, longest_crossing_per_day=None,
        effects=(), fixed_usd=Decimal(0), marginal_usd=Decimal(0),
    )  # fmt: skip
    return chosen.about, said, traffic_file.chosen_traffic("all", file, "pipeline").resources


def _of_traffic_by_resources(file: Path) -> Any:
    return traffic_file.read_traffic(file, unit="order")


def _of_panels(file: Path) -> Any:
    stage = make_stage("production")
    assert stage.alarm_rules is not None
    inventory = Inventory(scope=stage.scope, resources=stage.alarm_rules.resources)
    own = () if stage.own is None else stage.own.emitted
    pages = panels_file.read_pages(file, inventory=inventory, own=own, objectives=stage.objectives)
    boards = all_dashboards(deployment_of(replace(stage, pages=pages), plan_of(stage)))
    return [(board.name, compact(board)) for board in boards]


def _of_prices(file: Path) -> Any:
    book = book_file.read_book(file)
    return replace(book, version="")


OBJECTIVES = (
    T_DEVELOPER.objectives.read_text()
    + """\
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: ratio, displayName: As a ratio}
spec:
  service: t-developer
  indicator:
    metadata: {name: of-a-metric}
    spec: {thresholdMetric: {metricSource: {type: CloudWatch, spec: {namespace: AWS/Lambda, metricName: Duration}}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{op: lte, value: 5, target: 0.99}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: by-slices, displayName: By slices}
spec:
  service: t-developer
  indicator:
    metadata: {name: of-slices}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: CloudWatch, spec: {namespace: AWS/Lambda, metricName: Errors}}}
        total: {metricSource: {type: CloudWatch, spec: {namespace: AWS/Lambda, metricName: Invocations}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]
"""
)
NOTIFY = """
  notify:
  - {severity: page, email: on-call@example.com, stages: [production]}
  - {severity: page, https: https://events.example.com/sns}
  - {severity: page, chat: T1/C1}
"""
RULE_TESTS = """\
tests:
- name: an outage
  interval: 1m
  input:
  - {objective: api-errors, total: 600x120, bad: 0x60 600x59}
  - metric: {namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: '${service}-${stage}-api'}}
    statistic: Sum
    values: 1x120
  expect:
  - at: 66m
    alarms: {api-errors-page-fast: ALARM, api-ticket-errors: OK}
    actions: {api-errors-page-fast: notified}
  - at: 67m
    alarms: {api-errors-page-fast-long: OK}
- name: turns without a first token
  input:
  - {objective: agent-turn, part: agent-full-turn, total: 60x120, bad: 0x30 60x89}
  expect:
  - {at: 89m, alarms: {agent-turn-page-fast: ALARM}}
- name: charges that are ahead of their month
  start: 2026-03-01T00:00:00Z
  interval: 6h
  input:
  - {metric: {namespace: AWS/Billing, name: EstimatedCharges, dimensions: {Currency: USD}}, statistic: Maximum, values: 8+8x30}
  expect:
  - {at: 6d, alarms: {monthly-cost-ticket-pace: ALARM}}
"""
RESOURCES = """\
- of: AWS::Lambda::Function
  name: errors
  disabled: false
  when: {runtime: python3.13}
  metric: {namespace: AWS/Lambda, name: Duration, dimensions: {FunctionName: name}, statistic: p99}
  breach: {above: 5, periodSeconds: 60, datapoints: [2, 3]}
  missing: breaching
  severity: page
  impact: The function is slow, and its callers wait.
  runbook: lambda
  source: ours
  proofs:
    metric: {namespace: AWS/Lambda, name: Duration, dimensions: {FunctionName: name}, statistic: p99}
    scale: {fact: timeout_seconds, times: 10}
    fires: {says: it is slow, values: 0x3 9x9, expect: [{at: 9m, state: ALARM}]}
    quiet: {says: it is quick, values: 1x9, expect: [{at: 9m, state: OK}]}
- of: AWS::ECS::Service
  name: idle
  metric:
    namespace: AWS/ECS
    name: CPUUtilization
    dimensions: {ClusterName: {fact: cluster}, ServiceName: {text: the-service}}
    statistic: Average
  breach: {below: 5, periodSeconds: 60, datapoints: [2, 3]}
  severity: ticket
  impact: The service does nothing.
  runbook: ecs
"""
PANELS = """\
pages:
- name: mine
  title: what is mine
  instead_of: [functions]
  panels:
  - title: Duration
    width: 8
    height: 7
    unit: ms
    of: [api]
    for_each: line
    stacked: true
    over: 3d
    region: us-east-1
    under_load: true
    namespace: AWS/Lambda
    dimensions: {FunctionName: name}
    statistic: p99
    period: 5m
    lines:
    - {id: "a_${label}", metric: Duration, label: as it is}
    - {id: "b_${label}", metric: Duration, label: of another, of: security-gate, namespace: AWS/Lambda, hidden: true,
       dimensions: {FunctionName: name, Resource: {fact: reserved_concurrency_count, optional: true}}, statistic: p50, period: 1m}
    - {id: "c_${label}", math: "a_${label} * 2", label: twice}
  - title: Time to first token
    unit: ms
    objectives: all
    lines:
    - {id: "m_${statistic}", namespace: AWS/Bedrock, metric: TimeToFirstToken, statistic: [p50, p95]}
  - title: Stored
    unit: bytes
    lines:
    - {metric: BucketSizeBytes, namespace: AWS/S3, statistic: Average,
       dimensions: {BucketName: {text: b}, StorageType: {texts: [StandardStorage, GlacierStorage]}}}
  - {title: Failures, of: {type: AWS::Lambda::Function}, logs: {group: "/aws/lambda/${name}", query: fields @message}}
  - {title: Note, text: What it is.}
"""
PRICES = """\
region: us-east-1
currency: USD
prices:
- {service: S, usageType: U, operation: O, unit: u, tiers: [[10, 2.5], [null, 1]], free: 3, source: s, readOn: 2026-01-01,
   note: n, confirmed: false}
models:
- {name: m, service: B, input: 1, output: 2, cacheRead: 3, cacheWrite: 4, source: s, readOn: 2026-01-01,
   longPrompt: {above: 100, input: 5, output: 6, cacheRead: 7, cacheWrite: 8}}
"""
FORMATS: Mapping[str, Format] = {
    "objectives": Format(
        forms=(openslo.Service, openslo.DataSource, openslo.Slo, openslo.CostDocument),
        text=OBJECTIVES,
        output=_of_objectives,
        others={
            "apiVersion": REFUSED, "kind": REFUSED, "isRolling": REFUSED, "counter": REFUSED, "timeSliceTarget": REFUSED,
            "metricSourceRef": REFUSED, "service": REFUSED, "type": REFUSED, "budgetingMethod": REFUSED,
            "DataSource.cloudwatch.metadata.name": REFUSED, "Service.t-developer.metadata.name": REFUSED,
            "op": "lte", "ratio.spec.objectives.0.op": "lt", "duration": "14d", "filter": REFUSED,
            "timeSliceWindow": "10m", "targetPercent": "97", "target": "0.95", "spec.namespace": "Own/Other",
            "metricName": REFUSED,
            "api-latency.spec.indicator.spec.thresholdMetric.metricSource.spec.metricName": "IntegrationLatency",
            "ratio.spec.indicator.spec.thresholdMetric.metricSource.spec.metricName": "PostRuntimeExtensionsDuration",
            "bad.metricSource.spec.metricName": "Throttles",
            "by-slices.spec.objectives.0.timeSliceTarget": "0.9", "availability.spec.objectives.0.op": REFUSED,
            "availability.spec.objectives.0.value": "99",
            "agent-turn.spec.objectives.0.targetPercent": REFUSED, "agent-turn.spec.objectives.1.targetPercent": REFUSED,
            "outcome": REFUSED,
        },
    ),
    "burn-rate policy": Format(
        forms=(burn_rate_file._Policy,),
        text=T_DEVELOPER.burn_rate.read_text().replace("exclude: {}", "exclude: {api-latency: [slow, no-data]}") + NOTIFY,
        output=_of_policy,
        others={
            "apiVersion": REFUSED, "kind": REFUSED, "metadata.name": "other", "severity": ["ticket", "page"],
            "referenceWindow": "15d", "suppressionWait": "5m", "budgetPercent": "1",
            "pairs.0.longWindow": "2h", "pairs.1.longWindow": "7h", "pairs.2.longWindow": "20h", "pairs.3.longWindow": "4d",
            "shortWindow": "7m", "exclude.api-latency": ["slowest", "low-traffic"], "pairs.2.name": REFUSED, "chat": "T1/C2",
        },
    ),
    "resource alarms": Format(
        forms=(type_alarms.OverlayForm,),
        text=RESOURCES,
        output=_of_resources,
        others={
            "of": "AWS::DynamoDB::Table", "disabled": "true", "namespace": REFUSED, "metric.name": "Errors",
            "FunctionName": "arn", "ClusterName.fact": "a_fact", "scale.fact": "memory_mib", "ClusterName": "name",
            "statistic": "p90", "periodSeconds": "300", "severity": "ticket", "name": "slower", "runbook": "dynamodb",
            "missing": "ignore", "source": "https://docs.aws.amazon.com/", "values": "1x19", "at": "8m",
            "fires.expect.0.state": REFUSED, "quiet.expect.0.state": REFUSED,
            "1.metric.name": "MemoryUtilization", "1.metric.statistic": "Maximum", "1.severity": "page",
        },
    ),
    "rule tests": Format(
        forms=(rule_test_file._File, rule_test_file._Test),
        text=RULE_TESTS,
        output=_of_rule_tests,
        others={
            "start": "2026-03-25T00:00:00Z", "interval": "2m", "objective": "api-latency", "total": "1200x120", "bad": "0x120",
            "namespace": "AWS/Other", "metric.name": "Throttles", "FunctionName": "other", "statistic": "Maximum",
            "values": "0x120", "at": "30m", "alarms.api-errors-page-fast": ["OK", "ALARM"], "api-errors-page-fast-long": "ALARM",
            "actions.api-errors-page-fast": "suppressed", "alarms.agent-turn-page-fast": "OK",
            "api-ticket-errors": "ALARM", "tests.2.interval": "12h", "Currency": "EUR", "tests.2.input.0.statistic": "Average",
            "tests.2.input.0.values": "1x30", "tests.2.expect.0.at": "2d", "monthly-cost-ticket-pace": "OK",
        },
    ),
    "canaries": Format(
        forms=(definitions._File,),
        text=CANARIES_TEXT,
        output=_beside(definitions.read_canaries),
        refused=frozenset({"recent"}),
        others={
            **_OF_STEPS,
            "runtime": "syn-python-selenium-13.0", "blueprintRuntime": "syn-nodejs-3.0", "encryption": "SSE_KMS",
            "everyMinutes": "20", "memoryMib": "2048", "retries": "1", "runtimesReadOn": "2026-11-23",
            "deprecatedOn": "2025-01-01", "syn-python-selenium-14.0": REFUSED, "syn-python-selenium-13.0": ENDED,
            "syn-python-selenium-12.0": ENDED, "syn-python-selenium-8.0": ENDED, "syn-nodejs-3.1": REFUSED,
            "syn-nodejs-3.0": ENDED,
        },
    ),
    "flows": Format(
        forms=(flows_file._File,),
        text=FLOWS_TEXT,
        output=_beside(lambda file: list(flows_file.read_flows(file))),
        others={
            **_OF_STEPS, "authorisation": "none", "load": "none", "flows.progress.load": "api", "flows.turn.load": "api",
            "work": REFUSED,
            "flows.own.python": "other", "python": REFUSED, "websocket_progress_of": "more", "recent": REFUSED,
            "more.steps.0.path": "/{given}",
        },
    ),
    "load profiles": Format(
        forms=(load_profiles._Spec,),
        text=T_DEVELOPER.load_profiles.read_text() + EXPECTING,
        output=partial(load_profiles.read_profiles, flows=FLOWS),
    ),
    "traffic profiles": Format(
        forms=(traffic_file._Entry,),
        text="",
        output=_of_traffic,
        others={
            "model": "nova-pro", "like": "other", "architecture": "x86_64", "cache": "redis", "database": "aurora-0.5-acu",
            "knowledge_store": "opensearch-classic", "load_architecture": "x86_64",
        },
    ),
    "panels": Format(
        forms=(panels_file._Pages,),
        text=PANELS,
        output=_of_panels,
        others={
            "name": "yours", "instead_of": "tables", "unit": REFUSED, "of": "subscriptions", "for_each": REFUSED,
            "stacked": "false", "over": "4d", "region": "eu-west-1", "under_load": "false", "objectives": "none",
            "namespace": "Own/Other", "FunctionName": "arn", "statistic": "p90", "period": "10m",
            "lines.0.metric": "PostRuntimeExtensionsDuration", "lines.1.metric": "PostRuntimeExtensionsDuration",
            "panels.1.lines.0.metric": "InvocationLatency", "panels.2.lines.0.metric": REFUSED,
            "panels.2.lines.0.statistic": REFUSED, "panels.0.lines.0.id": REFUSED, "lines.0.id": "n_${statistic}",
            "lines.1.id": "d_${label}", "lines.2.id": "e_${label}", "hidden": "false", "math": "a_${label} * 3",
            "fact": REFUSED, "optional": "false", "type": "AWS::Synthetics::Canary",
        },
    ),
    "prices": Format(
        forms=(book_file._Book,),
        text=PRICES,
        output=_of_prices,
        others={"currency": REFUSED, "readOn": "2026-02-02", "tiers.1.0": REFUSED, "confirmed": "true"},
    ),
    "traffic by resources": Format(
        forms=(traffic_file._OfResources,),
        text="usual: {about: a, units_per_day: 5, resources: {a: {seconds: 1}}, like: other}\n"
        "other: {about: b, units_per_day: 6, resources: {b: {seconds: 1}}}\n",
        output=_of_traffic_by_resources,
        others={"like": REFUSED},
    ),
    "actions": Format(
        forms=(actions._Entry,),
        text="- {what: a, owner: b, due: 2026-12-01, effect: c, status: open}\n",
        output=actions.read_actions,
        others={"due": "2026-12-02"},
    ),
    "accepted findings": Format(
        forms=(accepted_file._Accepted,),
        text=f"accepted: [{{fingerprint: {'ab' * 32}, reason: a constant, owner: us, expires_on: 2026-12-31, rule: B1, "
        "path: a.py}]\n",
        output=partial(accepted_file.read_accepted, today=date(2026, 3, 2)),
        others={"fingerprint": "cd" * 32, "expires_on": "2026-12-30"},
    ),
}  # fmt: skip


def _traffic_text() -> str:
    """A profile that is like none, with something of everything, so that no quantity is of a thing that is not there."""
    lean = yaml.safe_load(T_DEVELOPER.traffic_profiles.read_text())["lean"]
    for half in ("per_unit", "fixed"):
        lean[half] = {key: 7 if value == 0 else value for key, value in lean[half].items()}
    other = {**lean, "model": "nova-pro", "fixed": {**lean["fixed"], "cache": "redis"}}
    mine = {"like": "lean", "about": "all of it", "units_per_day": 50, "model": "haiku-5.5-us"}
    mine |= {
        "per_unit": lean["per_unit"],
        "fixed": {key: value for key, value in lean["fixed"].items() if key != "cache"},
        "resources": {"a": {"requests_per_unit": 1}},
    }
    return yaml.safe_dump({"lean": lean, "other": other, "all": mine})


def _text_of(name: str) -> str:
    return _traffic_text() if name == "traffic profiles" else FORMATS[name].text


def _leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    match data:
        case dict() if data:
            return [leaf for key, value in data.items() for leaf in _leaves(value, (*path, key))]
        case list() if data:
            return [leaf for number, value in enumerate(data) for leaf in _leaves(value, (*path, number))]
        case _:
            return [path]


def documents_of(name: str) -> list[Any]:
    return [tree.data() for tree in read_tree(_text_of(name), Path(name))]


def _cases() -> list[tuple[str, int, tuple[Any, ...]]]:
    return [
        (name, number, leaf)
        for name in FORMATS
        for number, document in enumerate(documents_of(name))
        for leaf in _leaves(document)
        if name != "traffic profiles" or leaf[0] == "all"
    ]


def _other(given: Format, document: Any, leaf: tuple[Any, ...], before: str) -> object:
    """Another value for a key: what the format says for it, else another number or text."""
    kind = document.get("kind", "") if isinstance(document, dict) else ""
    called = document.get("metadata", {}).get("name", "") if isinstance(document, dict) else ""
    dotted = ".".join(map(str, (kind, called, *leaf)))
    names = [key for key in given.others if re.search(rf"(^|\.){re.escape(key)}(\.\d+)*$", dotted)]
    if names:
        other = given.others[max(names, key=len)]
        if isinstance(other, list):
            return next(each for each in other if each != before)  # pyright: ignore[reportUnknownVariableType]
        return other
    if re.fullmatch(r"-?[\d.]+", before):
        return f"{Decimal(before) + 1}"
    return f"{before}-x" if before else "x"


@cache
def _unchanged(name: str) -> Any:
    """What comes out of the file of a format as it is: the same for each of its keys."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "before.yaml"
        file.write_text(yaml.dump_all(documents_of(name), Dumper=yaml.CSafeDumper))
        return FORMATS[name].output(file)


def _id(part: object) -> str:
    return ".".join(map(str, part)) if isinstance(part, tuple) else str(part)  # pyright: ignore[reportUnknownArgumentType]


@pytest.mark.parametrize(("name", "number", "leaf"), _cases(), ids=_id)
def test_another_value_of_a_key_changes_what_comes_out_or_is_refused(
    name: str, number: int, leaf: tuple[Any, ...], tmp_path: Path
) -> None:
    given, documents = FORMATS[name], documents_of(name)
    holder = documents[number]
    for part in leaf[:-1]:
        holder = holder[part]
    other = _other(given, documents[number], leaf, holder[leaf[-1]] if isinstance(holder[leaf[-1]], str) else "")
    holder[leaf[-1]] = "nonsense" if other is REFUSED else other
    after = tmp_path / "after.yaml"
    after.write_text(yaml.dump_all(documents, Dumper=yaml.CSafeDumper))
    if other is REFUSED:
        with pytest.raises(InputError) as refused:
            given.output(after)
        assert any(str(part) in str(refused.value) for part in leaf if isinstance(part, str))
    else:
        assert given.output(after) != _unchanged(name)


@pytest.mark.parametrize("name", FORMATS)
def test_where_a_file_lies_is_not_in_what_comes_out_of_it(name: str, tmp_path: Path) -> None:
    """Were it, a key that nobody uses would look used."""
    (tmp_path / "elsewhere.yaml").write_text(yaml.dump_all(documents_of(name), Dumper=yaml.CSafeDumper))
    assert FORMATS[name].output(tmp_path / "elsewhere.yaml") == _unchanged(name)


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_of_a_format_has_every_key_of_its_forms(name: str) -> None:
    keys = {
        key for document in documents_of(name) for leaf in _leaves(document) for key in leaf if isinstance(key, str)
    }
    wanted = {key for form in FORMATS[name].forms for model in models_of(form) for key in model.model_fields}
    assert wanted - FORMATS[name].refused <= keys, wanted - keys


def test_every_column_of_incidents_is_used(tmp_path: Path) -> None:
    def read(row: str) -> Any:
        (tmp_path / "incidents.csv").write_text(f"name,start,end,objective\n{row}\n")
        return read_incidents(tmp_path / "incidents.csv", objectives={"a", "b"})

    before = "one,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,a"
    for old, new in (("one", "two"), ("T10", "T09"), ("T11", "T12"), (",a", ",b")):
        assert read(before.replace(old, new)) != read(before)
    with pytest.raises(InputError, match="no objective is named 'c'"):
        read(before.replace(",a", ",c"))


def test_a_line_of_the_bill_shows_what_its_prices_say_of_themselves(tmp_path: Path) -> None:
    text = book_file.DEFAULT_FILE.read_text()
    profile = traffic_file.choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline")

    def explained(old: str, new: str) -> str:
        (tmp_path / "prices.yaml").write_text(text.replace(old, new))
        book = book_file.read_book(tmp_path / "prices.yaml")
        bill = make_bill(profile, book, per_day=Decimal(50), model=profile.model, with_free=False)
        return "".join(explain(bill, book, line) for line in ("api_gateway", "knowledge_base"))

    changes = {
        "unit: request": "unit: call",
        "infracost": "somebody",
        "2024-07-01": "2024-07-02",
        "confirmed: false": "confirmed: true",
    }
    for old, new in changes.items():
        assert explained(old, new) != explained("", "")
