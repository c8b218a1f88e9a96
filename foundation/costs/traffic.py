"""A traffic profile: what one unit of work takes of a platform, and what the platform takes by itself."""

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from foundation.costs.book import PriceError
from foundation.costs.origins import OfProfile, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit:
    """What one unit of work takes; units are in the names, and `_days` is how long a thing is kept."""

    rest_request_count: Decimal
    websocket_message_count: Decimal
    websocket_minutes: Decimal
    lambda_count: Decimal
    lambda_seconds: Decimal
    lambda_mib: Decimal
    transition_count: Decimal
    input_tokens: Decimal
    output_tokens: Decimal
    cache_read_tokens: Decimal
    agent_run_count: Decimal
    agent_vcpu_seconds: Decimal
    agent_gb: Decimal
    agent_seconds: Decimal
    agent_idle_seconds: Decimal
    memory_event_count: Decimal
    memory_retrieval_count: Decimal
    memory_record_count: Decimal
    tool_call_count: Decimal
    tool_search_count: Decimal
    knowledge_query_count: Decimal
    embedded_tokens: Decimal
    dynamodb_write_count: Decimal
    dynamodb_read_count: Decimal
    dynamodb_kib: Decimal
    dynamodb_days: Decimal
    s3_put_count: Decimal
    s3_get_count: Decimal
    s3_mib: Decimal
    s3_days: Decimal
    cache_ecpu_count: Decimal
    kms_count: Decimal
    secret_read_count: Decimal
    log_bytes: Decimal
    platform_log_bytes: Decimal
    span_kib: Decimal
    trace_count: Decimal
    trace_read_count: Decimal
    private_mib: Decimal
    out_kib: Decimal
    event_count: Decimal
    queue_count: Decimal
    trail_event_count: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What is paid whatever happens, a month of 730 hours."""

    architecture: Literal["arm64", "x86_64"]
    log_retention_days: Decimal
    log_scan_count: Decimal
    web_acl_count: Decimal
    web_rule_count: Decimal
    kms_key_count: Decimal
    secret_count: Decimal
    cache: Literal["valkey", "redis"]
    database: Literal["db.t4g.micro", "aurora-0.5-acu"]
    database_gb: Decimal
    endpoint_az_count: Decimal
    nat_gateway_count: Decimal
    knowledge_store: Literal["s3-vectors", "opensearch-classic"]
    vector_gb: Decimal
    image_gb: Decimal
    load_task_count: Decimal
    load_task_vcpu: Decimal
    load_task_gb: Decimal
    load_hours_a_week: Decimal
    load_architecture: Literal["arm64", "x86_64"]
    config_item_count: Decimal
    guardduty_event_count: Decimal
    guardduty_gb: Decimal
    standard_alarm_count: Decimal
    high_resolution_alarm_count: Decimal
    composite_alarm_count: Decimal
    anomaly_alarm_count: Decimal
    dashboard_count: Decimal
    canary_run_count: Decimal
    canary_seconds: Decimal
    canary_gb: Decimal
    canary_object_count: Decimal
    canary_log_kib: Decimal
    metric_count: Decimal
    metrics_read_count: Decimal
    cost_check_count_a_week: Decimal
    cost_check_count_a_month: Decimal
    cost_check_request_count: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile by name, with the traffic and the model that it expects; `unit` is what people call one unit of the work.

    `origins` are of the quantities that something better than the profile says, by name.
    """

    name: str
    about: str
    units_per_day: Decimal
    model: str
    per_unit: PerUnit
    fixed: Fixed
    unit: str
    origins: tuple[tuple[str, Origin], ...] = ()

    def with_changes(self, **changes: Any) -> "Profile":
        """The profile with other values, numbers or texts; a name says by itself which half it belongs to.

        Raises PriceError for a name that no profile has.
        """
        changes = {name: value if isinstance(value, str) else Decimal(str(value)) for name, value in changes.items()}
        halves = {each.name: "per_unit" for each in dataclasses.fields(PerUnit)}
        halves |= {each.name: "fixed" for each in dataclasses.fields(Fixed)}
        unknown = sorted(set(changes) - set(halves))
        if unknown:
            raise PriceError(f"{', '.join(unknown)}: a profile has no such quantity")
        per_unit = {name: value for name, value in changes.items() if halves[name] == "per_unit"}
        fixed = {name: value for name, value in changes.items() if halves[name] == "fixed"}
        return dataclasses.replace(
            self,
            per_unit=dataclasses.replace(self.per_unit, **per_unit),
            fixed=dataclasses.replace(self.fixed, **fixed),
        )

    def with_known(self, name: str, value: Decimal, origin: Origin) -> "Profile":
        """The profile with a quantity that is known better, and from where. Raises PriceError for a name that no profile has."""
        others = tuple(each for each in self.origins if each[0] != name)
        return dataclasses.replace(self.with_changes(**{name: value}), origins=(*others, (name, origin)))

    def origin_of(self, name: str) -> Origin:
        """Where one of its quantities comes from."""
        return dict(self.origins).get(name) or OfProfile(profile=self.name, key=name)
