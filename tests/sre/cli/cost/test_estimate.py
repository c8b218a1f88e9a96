"""The month of resources as a person asks for it: of templates, of a service, of T-Developer's own stacks."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.sre.cli.command_line import Done, sre

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: live}}
  CreateOrder:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: create-order, MemorySize: 256, Timeout: 10, Architectures: [arm64]}
  Parcels: {Type: AWS::SQS::Queue, Properties: {QueueName: parcels}}
  Key: {Type: AWS::KMS::Key, Properties: {}}
  Late:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Metrics:
      - {Id: a, MetricStat: {Stat: Sum, Period: 60, Metric: {Namespace: AWS/SQS, MetricName: x}}}
      - {Id: b, MetricStat: {Stat: Sum, Period: 60, Metric: {Namespace: AWS/SQS, MetricName: y}}}
      - {Id: c, Expression: a/b}
  Role: {Type: AWS::IAM::Role, Properties: {}}
  Odd: {Type: AWS::Fancy::Thing, Properties: {}}
"""
TRAFFIC = """\
usual:
  about: an order is one request
  units_per_day: 1000
  resources:
    create-order: {requests_per_unit: 1, seconds: 0.1}
    api: {requests_per_unit: 1}
"""
SERVICE = """\
service: shop
title: Shop
owner: shop
cost_unit: order
files: {traffic_profiles: traffic.yaml}
resources:
- label: create-order
  type: AWS::Lambda::Function
  name: create-order
  arn: "arn:aws:lambda:::create-order"
  facts: {memory_mib: 256, architecture: arm64}
- {label: api, type: AWS::ApiGateway::RestApi, name: shop, arn: "arn:aws:apigateway:::/restapis/shop"}
"""
OBJECTIVES = """\
apiVersion: openslo/v1
kind: Service
metadata: {name: shop, displayName: Shop}
spec: {description: a shop}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: errors, displayName: Errors}
spec:
  service: shop
  indicator:
    metadata: {name: errors}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: CloudWatch
            spec: {namespace: AWS/Lambda, metricName: Errors, dimensions: {FunctionName: create-order}}
        total:
          metricSource:
            type: CloudWatch
            spec: {namespace: AWS/Lambda, metricName: Invocations, dimensions: {FunctionName: create-order}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: all, target: 0.999}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in (
        ("template.yaml", TEMPLATE), ("traffic.yaml", TRAFFIC), ("service.yaml", SERVICE), ("objectives.yaml", OBJECTIVES),
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
    return tmp_path


def estimated(*arguments: str | Path) -> dict[str, Any]:
    done = sre("cost", "estimate", "--json", *map(str, arguments))
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout, parse_float=Decimal)


def test_a_template_alone_has_what_is_paid_without_traffic_and_says_what_it_is_without(shop: Path) -> None:
    done = sre("cost", "estimate", "--template", str(shop / "template.yaml"))
    assert done.stdout.splitlines()[0] == (
        # A key, two metrics of an alarm, and Lambda's asking of an empty queue: 657,000 requests.
        "Estimate: $1.20 for a month of 730 hours without any traffic (list price), without 1 resource of unknown price: odd, "
        "and without 4 numbers that nobody has said: requests of api, requests of create-order, messages of parcels, requests of "
        "key."
    )
    assert "  odd (AWS::Fancy::Thing): its type is not known here" in done.stdout
    assert "pipeline" not in done.stdout


def test_each_resource_of_a_template_is_in_the_json_once_and_each_row_says_where_it_comes_from(shop: Path) -> None:
    said = estimated("--template", shop / "template.yaml", "--traffic-profiles", shop / "traffic.yaml")
    standings = {each["label"]: each["standing"] for each in said["resources"]}
    assert len(standings) == len(said["resources"]) == TEMPLATE.count("Type: AWS::")
    assert {standings[name] for name in ("api", "create-order", "parcels", "key", "late")} == {"billed"}
    assert standings["odd"] == "unknown"
    assert (said["profile"], said["model"], said["unit"], said["units_per_day"]) == ("usual", None, "unit", 1000)
    assert all(row["origins"] and row["factors"] and row["resource"] for row in said["rows"])
    (first, *_) = [row for row in said["rows"] if row["usage_type"] == "Lambda-GB-Second-ARM"]
    assert [(each["name"], each["kind"], each["origin"]) for each in first["factors"]] == [
        ("requests", "profile", "profile usual: resources.create-order.requests_per_unit"),
        ("seconds", "profile", "profile usual: resources.create-order.seconds"),
        ("memory_mib", "template", "template: memory_mib of create-order"),
        ("units a month", "profile", "profile usual: units_per_day"),
    ]
    assert {each["missing"] for each in said["unstated"]} == {"messages of parcels", "requests of key"}
    assert "pipeline" not in json.dumps(said, default=str)


def test_another_rate_than_the_profiles_is_told_as_asked(shop: Path) -> None:
    given = ("--template", shop / "template.yaml", "--traffic-profiles", shop / "traffic.yaml")
    once, twice = estimated(*given, "--per-day", "1000"), estimated(*given, "--per-day", "2000")
    assert once["rows"][0]["factors"][-1]["kind"] == "profile"
    factor = twice["rows"][0]["factors"][-1]
    assert (factor["kind"], factor["origin"]) == ("assumed", "assumed: 2000 a day, as was asked")
    assert abs(twice["rows"][0]["quantity"] - 2 * once["rows"][0]["quantity"]) < Decimal("0.00001")


def test_a_service_has_its_own_profile_and_its_own_word_for_what_it_does(shop: Path) -> None:
    done = sre("cost", "estimate", "--service", str(shop))
    assert " at 1,000 orders a day (list price, profile usual)" in done.stdout
    assert "No objective says what it may cost." in done.stdout
    assert "$500" not in done.stdout
    assert "per further order" in done.stdout
    assert "pipeline" not in done.stdout
    said = sre("cost", "explain", "lambda", "--service", str(shop))
    assert said.stdout.startswith("Lambda: $0.02 a month at 1,000 orders a day")
    assert "orders a month 30,416.6667 (profile usual: units_per_day)" in said.stdout


def test_a_service_without_a_profile_is_not_told_anothers(shop: Path) -> None:
    (shop / "service.yaml").write_text(SERVICE.replace("files: {traffic_profiles: traffic.yaml}\n", ""))
    said = estimated("--service", shop)
    assert (said["profile"], said["total_usd"], said["marginal_usd_per_unit"], said["usd_per_unit"]) == (
        None,
        0,
        0,
        None,
    )
    assert said["unstated"][0]["missing"] == "requests of create-order"


def refused(*arguments: str | Path) -> Done:
    done = sre("cost", "estimate", *map(str, arguments))
    assert done.returncode == 2
    return done


def test_options_that_contradict_one_another_or_a_profile_that_does_not_fit_are_refused(shop: Path) -> None:
    template = shop / "template.yaml"
    assert "--stage: of no use with --template" in refused("--template", template, "--stage", "staging").stderr
    assert "--parameter: of no use without --template" in refused("--parameter", "A=b").stderr
    assert "--per-day: of no use without --traffic-profiles" in refused("--template", template, "--per-day", "5").stderr
    assert "'local' is no such stage" in refused("--stage", "local").stderr
    (shop / "traffic.yaml").write_text(TRAFFIC.replace("create-order:", "create-orders:"))
    said = refused("--template", template, "--traffic-profiles", shop / "traffic.yaml").stderr
    assert "resources.create-orders: no resource is called so; did you mean create-order?" in said
    (shop / "traffic.yaml").write_text(f"{TRAFFIC}{TRAFFIC.replace('usual', 'other')}")
    said = refused("--template", template, "--traffic-profiles", shop / "traffic.yaml").stderr
    assert "it has usual, other; say which by --traffic-profile" in said
    said = refused("--traffic-profiles", shop / "traffic.yaml", "--traffic-profile", "usual").stderr
    assert "the profile 'usual' is by resources; say whose, by --service, --template or --stage" in said
    (shop / "traffic.yaml").write_text(TRAFFIC)
    said = refused("--template", template, "--traffic-profiles", shop / "traffic.yaml", "--levers").stderr
    assert "--levers: changes are of a traffic profile of a whole platform" in said


def test_the_rows_as_focus_name_the_resource_and_the_origin(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    estimated("--template", shop / "template.yaml", "--focus", out)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert {(row["ResourceName"], row["SkuMeter"], row["x_Origin"]) for row in rows} == {
        ("key", "KMS-Keys", "template"), ("late", "CW:AlarmMonitorUsage", "template"),
    }  # fmt: skip
