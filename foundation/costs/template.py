"""What synthesized templates say of the fixed part of a bill: alarms, dashboards, canaries, functions, gateways, keys."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from foundation.costs.book import PriceError
from foundation.costs.quantities import MONTH_HOURS

_RATE = re.compile(r"rate\((\d+) (minute|hour)s?\)")


def quantities_of(templates: Sequence[Mapping[str, Any]]) -> dict[str, Decimal | str]:
    """The fixed quantities that the templates decide, by the profile's own names; others are left to the profile.

    Raises PriceError for a canary whose schedule cannot be read.
    """
    resources = [each for template in templates for each in template.get("Resources", {}).values()]

    def of(kind: str) -> list[Mapping[str, Any]]:
        return [each.get("Properties", {}) for each in resources if each["Type"] == kind]

    standard = high = anomaly = 0
    for alarm in of("AWS::CloudWatch::Alarm"):
        count, is_high, is_anomaly = _alarm(alarm)
        if is_anomaly:
            anomaly += 1
        elif is_high:
            high += count
        else:
            standard += count
    canaries = of("AWS::Synthetics::Canary")
    runs = sum((MONTH_HOURS * 60 / _minutes(canary) for canary in canaries), Decimal(0))
    endpoints = [each for each in of("AWS::EC2::VPCEndpoint") if each.get("VpcEndpointType") == "Interface"]
    retention = {each.get("RetentionInDays") for each in of("AWS::Logs::LogGroup")}
    architectures = {tuple(each.get("Architectures", ["x86_64"])) for each in of("AWS::Lambda::Function")}
    found: dict[str, Decimal | str] = {
        "standard_alarm_count": Decimal(standard),
        "high_resolution_alarm_count": Decimal(high),
        "anomaly_alarm_count": Decimal(anomaly),
        "composite_alarm_count": Decimal(len(of("AWS::CloudWatch::CompositeAlarm"))),
        "dashboard_count": Decimal(len(of("AWS::CloudWatch::Dashboard"))),
        "canary_run_count": runs,
        "nat_gateway_count": Decimal(len(of("AWS::EC2::NatGateway"))),
        "endpoint_az_count": Decimal(sum(len(each.get("SubnetIds", [])) for each in endpoints)),
        "kms_key_count": Decimal(len(of("AWS::KMS::Key"))),
        "secret_count": Decimal(len(of("AWS::SecretsManager::Secret"))),
        "web_acl_count": Decimal(len(of("AWS::WAFv2::WebACL"))),
        "web_rule_count": Decimal(sum(len(each.get("Rules", [])) for each in of("AWS::WAFv2::WebACL"))),
    }
    if canaries:
        mib = [Decimal(str(each["RunConfig"]["MemoryInMB"])) * 60 * MONTH_HOURS / _minutes(each) for each in canaries]
        found["canary_gb"] = sum(mib, Decimal(0)) / runs / 1024
    if len(retention) == 1 and None not in retention:
        found["log_retention_days"] = Decimal(str(retention.pop()))
    if architectures:
        found["architecture"] = "arm64" if architectures == {("arm64",)} else "x86_64"
    return found


def _alarm(alarm: Mapping[str, Any]) -> tuple[int, bool, bool]:
    """How many metrics it is paid for, whether by the high-resolution price, and whether it watches a band."""
    metrics: list[Mapping[str, Any]] = alarm.get("Metrics", [])
    stats = [each["MetricStat"] for each in metrics if "MetricStat" in each]
    periods = [int(each["Period"]) for each in (*stats, alarm) if "Period" in each]
    return max(1, len(stats)), any(period < 60 for period in periods), "ThresholdMetricId" in alarm


def _minutes(canary: Mapping[str, Any]) -> Decimal:
    expression = str(canary.get("Schedule", {}).get("Expression"))
    found = _RATE.fullmatch(expression)
    if found is None:
        raise PriceError(f"{canary.get('Name')}: its runs cannot be counted from {expression!r}; write rate(5 minutes)")
    return Decimal(found[1]) * (60 if found[2] == "hour" else 1)
