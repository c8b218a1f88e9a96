"""What templates say of the fixed part of a bill: each kind of resource, and what is left to the profile."""

from decimal import Decimal
from typing import Any

import pytest

from foundation.costs.template import quantities_of


def quantities(*resources: tuple[str, dict[str, Any]]) -> dict[str, Decimal | str]:
    """Of these types of resources with their properties, each in a template of its own."""
    return quantities_of(
        [{"Resources": {"It": {"Type": f"AWS::{kind}", "Properties": given}}} for kind, given in resources]
    )


def alarms(*given: dict[str, Any]) -> tuple[Decimal | str, ...]:
    found = quantities(*(("CloudWatch::Alarm", each) for each in given))
    return found["standard_alarm_count"], found["high_resolution_alarm_count"], found["anomaly_alarm_count"]


def test_templates_without_resources_have_zeros_and_leave_the_rest_to_the_profile() -> None:
    found = quantities_of([{}, {"Resources": {}}])
    assert set(found.values()) == {Decimal(0)}
    assert {"canary_gb", "log_retention_days", "architecture"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("alarm", "counted"),
    [
        ({}, (1, 0, 0)),
        ({"Period": 59}, (0, 1, 0)),
        ({"Period": 60}, (1, 0, 0)),
        ({"Metrics": [{"MetricStat": {"Period": 60}}, {"MetricStat": {"Period": 30}}]}, (0, 2, 0)),
        ({"Metrics": [{"MetricStat": {"Period": 60}}, {"Expression": "m1"}]}, (1, 0, 0)),
        ({"Metrics": [{"Expression": "1"}]}, (1, 0, 0)),
        ({"ThresholdMetricId": "band", "Metrics": [{"MetricStat": {"Period": 10}}]}, (0, 0, 1)),
    ],
)
def test_an_alarm_is_paid_by_its_metrics_and_their_shortest_period(
    alarm: dict[str, Any], counted: tuple[int, int, int]
) -> None:
    assert alarms(alarm) == counted
    assert alarms(alarm, alarm) == tuple(2 * each for each in counted)


def test_runs_are_those_of_a_month_of_730_hours_and_memory_is_their_mean() -> None:
    def canary(expression: str, mib: int) -> tuple[str, dict[str, Any]]:
        return "Synthetics::Canary", {"Schedule": {"Expression": expression}, "RunConfig": {"MemoryInMB": mib}}

    found = quantities(canary("rate(1 minute)", 1024), canary("rate(2 hours)", 2048))
    assert found["canary_run_count"] == 730 * 60 + 365
    mean = found["canary_gb"]
    assert isinstance(mean, Decimal)
    assert mean * (43_800 + 365) == pytest.approx(Decimal(43_800 + 2 * 365))


def test_interface_endpoints_are_counted_by_zone_and_gateway_endpoints_cost_nothing() -> None:
    found = quantities(
        ("EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]}),
        ("EC2::VPCEndpoint", {"VpcEndpointType": "Interface"}),
        ("EC2::VPCEndpoint", {"VpcEndpointType": "Gateway", "SubnetIds": ["a", "b", "c"]}),
        ("KMS::Key", {}), ("SecretsManager::Secret", {}), ("WAFv2::WebACL", {"Rules": [{}, {}]}), ("WAFv2::WebACL", {}),
    )  # fmt: skip
    assert found["endpoint_az_count"] == found["web_acl_count"] == found["web_rule_count"] == 2
    assert found["kms_key_count"] == found["secret_count"] == 1


def test_one_retention_of_all_logs_is_the_profiles_and_several_or_none_are_not() -> None:
    def logs(*days: int | None) -> dict[str, Decimal | str]:
        return quantities(*(("Logs::LogGroup", {} if each is None else {"RetentionInDays": each}) for each in days))

    assert logs(14, 14)["log_retention_days"] == 14
    assert "log_retention_days" not in logs(14, 30)
    assert "log_retention_days" not in logs(None)
    assert "log_retention_days" not in logs(None, 14)


@pytest.mark.parametrize(
    ("functions", "architecture"),
    [
        ([{"Architectures": ["arm64"]}, {"Architectures": ["arm64"]}], "arm64"),
        ([{"Architectures": ["arm64"]}, {}], "x86_64"),  # the dearer one, where both are
        ([{}], "x86_64"),
    ],
)
def test_functions_are_arm_only_when_all_of_them_are(functions: list[dict[str, Any]], architecture: str) -> None:
    assert quantities(*(("Lambda::Function", each) for each in functions))["architecture"] == architecture
