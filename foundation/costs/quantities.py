"""From a traffic profile to quantities of a month: how much of which (service, usage type) each line of the bill uses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from foundation.costs.book import Key, Model
from foundation.costs.origins import Assumed, Factor, OfProfile, Origin
from foundation.costs.service_work import Scale, ServiceWork
from foundation.costs.traffic import Fixed, PerUnit, Profile
from foundation.pages.numbers import plural_of

# AWS's calculator counts a month as 730 hours; so does every per-hour price here.
MONTH_HOURS = Decimal(730)
MONTH_DAYS = MONTH_HOURS / 24
# A limit is of a calendar month, and holds in the longest, too.
LONGEST_MONTH_DAYS = 31
LONGEST_MONTH_HOURS = Decimal(24 * LONGEST_MONTH_DAYS)
_GIB, _MIB, _KIB = Decimal(2) ** 30, Decimal(2) ** 20, Decimal(2) ** 10
_WEEK_HOURS = Decimal(168)

TOKENS = "bedrock_tokens"
LOGS, CANARIES, METRICS, ALARMS, DASHBOARDS, TRACES = (
    "obs_logs", "obs_canaries", "obs_metrics", "obs_alarms", "obs_dashboards", "obs_traces",
)  # fmt: skip
# What a bill is made of: a traffic profile, or what a service's resources use.
Work = Profile | ServiceWork
OBSERVABILITY = (ALARMS, DASHBOARDS, CANARIES, METRICS, LOGS, TRACES, "cost_checks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A quantity of one month, on one line of the bill; a resource's with what it is a product of."""

    line: str
    key: Key
    quantity: Decimal
    resource: str = ""
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens of one month on one line, priced by the model; `input_tokens` are of one prompt, which decides the step."""

    line: str
    call_count: Decimal
    input_tokens: Decimal
    output_tokens: Decimal
    cache_read_tokens: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """How long a month is, and its units of work. What a price is of a whole month for does not depend on how long that is."""

    hours: Decimal
    count: Decimal

    @property
    def days(self) -> Decimal:
        return self.hours / 24

    def of(self, quantity: Decimal) -> Decimal:
        """What a profile says of 730 hours, in this month."""
        return quantity * self.hours / MONTH_HOURS


def units_a_month(per_day: Decimal, *, month_hours: Decimal = MONTH_HOURS) -> Decimal:
    """Units of work of a month."""
    return per_day * (month_hours / 24)


def uses(work: Work, *, per_day: Decimal, month_hours: Decimal = MONTH_HOURS) -> tuple[Use, ...]:
    """Every quantity of a month, in the order of the bill's lines."""
    match work:
        case Profile():
            return _of_profile(work, per_day, month_hours)
        case ServiceWork():
            return _of_service(work, per_day, month_hours)
        case _:
            assert_never(work)


def _of_service(work: ServiceWork, per_day: Decimal, month_hours: Decimal) -> tuple[Use, ...]:
    """Those of its resources, and of the rest of its profile."""
    times = {
        Scale.MONTH: Decimal(1),
        Scale.HOUR: month_hours,
        Scale.AVERAGE_MONTH: month_hours / MONTH_HOURS,
        Scale.UNIT: units_a_month(per_day, month_hours=month_hours),
    }
    rate: Origin = OfProfile(profile=work.name, key="units_per_day")
    if per_day != work.units_per_day:
        rate = Assumed(why=f"{per_day:f} a day, as was asked")
    units = Factor(what=f"{plural_of(work.unit)} a month", value=times[Scale.UNIT], origin=rate)
    own = (
        Use(
            line=each.line,
            key=each.key,
            quantity=each.each * times[each.scale],
            resource=each.resource,
            factors=(*each.factors, units) if each.scale is Scale.UNIT else each.factors,
        )
        for each in work.lines
    )
    rest = () if work.rest is None else _of_profile(work.rest, per_day, month_hours)
    found = (*own, *(each for each in rest if (each.line, each.key) in work.rest_keys))
    order = list(LINES)
    return tuple(sorted(found, key=lambda each: order.index(each.line) if each.line in order else len(order)))


def _of_profile(profile: Profile, per_day: Decimal, month_hours: Decimal) -> tuple[Use, ...]:
    of, fixed = profile.per_unit, profile.fixed
    month = _Month(hours=month_hours, count=units_a_month(per_day, month_hours=month_hours))
    found: list[Use] = []
    for line, make in _LINES:
        found += [Use(line=line, key=Key(*key), quantity=quantity) for key, quantity in make(of, fixed, month)]
    return tuple(found)


def tokens(work: Work, *, per_day: Decimal, month_hours: Decimal = MONTH_HOURS) -> Tokens | None:
    """The tokens of a month; None where no profile has any that count."""
    profile = work.tokens_of if isinstance(work, ServiceWork) else work
    if profile is None:
        return None
    of = profile.per_unit
    return Tokens(
        line=TOKENS,
        call_count=units_a_month(per_day, month_hours=month_hours) * of.agent_run_count,
        input_tokens=of.input_tokens,
        output_tokens=of.output_tokens,
        cache_read_tokens=of.cache_read_tokens,
    )


def tokens_usd(used: Tokens, model: Model) -> Decimal:
    """What they cost. Raises PriceError when the model's cache has no price."""
    one = model.run_usd(
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        cache_read_tokens=used.cache_read_tokens,
    )
    return one * used.call_count


_Row = tuple[tuple[str, str] | tuple[str, str, str], Decimal]
_Line = Callable[[PerUnit, Fixed, _Month], Iterator[_Row]]


def _api_gateway(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonApiGateway", "ApiGatewayRequest"), month.count * of.rest_request_count
    yield ("AmazonApiGateway", "ApiGatewayMessage"), month.count * of.websocket_message_count
    yield ("AmazonApiGateway", "ApiGatewayMinute"), month.count * of.websocket_minutes


def _waf(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("awswaf", "WebACLV2"), fixed.web_acl_count
    yield ("awswaf", "RuleV2"), fixed.web_rule_count
    yield ("awswaf", "RequestV2-Tier1"), month.count * of.rest_request_count


def _lambda(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    # A bill counts the requests of each processor apart, at one price.
    of_arm = "-ARM" if fixed.architecture == "arm64" else ""
    yield ("AWSLambda", f"Request{of_arm}"), month.count * of.lambda_count
    yield (
        ("AWSLambda", f"Lambda-GB-Second{of_arm}"),
        month.count * of.lambda_count * of.lambda_seconds * of.lambda_mib / 1024,
    )


def _step_functions(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonStates", "StateTransition"), month.count * of.transition_count


def _agentcore_runtime(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    runs = month.count * of.agent_run_count
    yield ("AmazonBedrockAgentCore", "Runtime-vCPU-Hours"), runs * of.agent_vcpu_seconds / 3600
    # Memory is paid for while a session idles, too.
    held_seconds = of.agent_seconds + of.agent_idle_seconds
    yield ("AmazonBedrockAgentCore", "Runtime-GB-Hours"), runs * of.agent_gb * held_seconds / 3600


def _agentcore_memory(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonBedrockAgentCore", "Memory-ShortTerm-Events"), month.count * of.memory_event_count
    yield ("AmazonBedrockAgentCore", "Memory-Retrievals"), month.count * of.memory_retrieval_count
    yield ("AmazonBedrockAgentCore", "Memory-LongTerm-Records"), month.count * of.memory_record_count


def _agentcore_gateway(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonBedrockAgentCore", "Gateway-ToolCalls"), month.count * of.tool_call_count
    yield ("AmazonBedrockAgentCore", "Gateway-Searches"), month.count * of.tool_search_count


def _knowledge_base(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonBedrock", "TitanEmbedV2-input-tokens"), month.count * of.embedded_tokens
    if fixed.knowledge_store == "opensearch-classic":
        yield ("AmazonES", "OCU"), 2 * month.hours
    else:
        yield ("AmazonS3", "Vectors-TimedStorage-ByteHrs"), fixed.vector_gb
        yield ("AmazonS3", "Vectors-QueryRequests"), month.count * of.knowledge_query_count


def _dynamodb(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    kept_gb = month.count * of.dynamodb_kib * _KIB / _GIB * of.dynamodb_days / month.days
    yield ("AmazonDynamoDB", "WriteRequestUnits"), month.count * of.dynamodb_write_count
    yield ("AmazonDynamoDB", "ReadRequestUnits"), month.count * of.dynamodb_read_count
    yield ("AmazonDynamoDB", "TimedStorage-ByteHrs"), kept_gb
    yield ("AmazonDynamoDB", "TimedPITRStorage-ByteHrs"), kept_gb


def _s3(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonS3", "Requests-Tier1"), month.count * of.s3_put_count
    yield ("AmazonS3", "Requests-Tier2"), month.count * of.s3_get_count
    yield ("AmazonS3", "TimedStorage-ByteHrs"), month.count * of.s3_mib * _MIB / _GIB * of.s3_days / month.days
    yield ("AmazonECR", "TimedStorage-ByteHrs"), fixed.image_gb


def _cache(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    # Serverless caches are paid for at least a floor, however empty they are.
    kind, floor_gb = ("Valkey", Decimal("0.1")) if fixed.cache == "valkey" else ("Redis", Decimal(1))
    yield ("AmazonElastiCache", f"CachedData:{kind}"), floor_gb * month.hours
    yield ("AmazonElastiCache", f"ElastiCacheProcessingUnits:{kind}"), month.count * of.cache_ecpu_count


def _database(_: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    if fixed.database == "db.t4g.micro":
        yield ("AmazonRDS", "InstanceUsage:db.t4g.micro", "CreateDBInstance:0014"), month.hours
        yield ("AmazonRDS", "RDS:GP3-Storage"), fixed.database_gb
    else:
        yield ("AmazonRDS", "Aurora:ServerlessV2Usage"), Decimal("0.5") * month.hours
        yield ("AmazonRDS", "Aurora:StorageUsage"), fixed.database_gb


def _network(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    private_gb = month.count * of.private_mib * _MIB / _GIB
    yield ("AmazonVPC", "VpcEndpoint-Hours"), fixed.endpoint_az_count * month.hours
    yield ("AmazonVPC", "VpcEndpoint-Bytes"), private_gb if fixed.endpoint_az_count else Decimal(0)
    yield ("AmazonEC2", "NatGateway-Hours"), fixed.nat_gateway_count * month.hours
    yield ("AmazonEC2", "NatGateway-Bytes"), private_gb if fixed.nat_gateway_count else Decimal(0)
    yield ("AWSDataTransfer", "DataTransfer-Out-Bytes"), month.count * of.out_kib * _KIB / _GIB


def _kms_secrets(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("awskms", "KMS-Keys"), fixed.kms_key_count
    yield ("awskms", "KMS-Requests"), month.count * of.kms_count
    yield ("AWSSecretsManager", "AWSSecretsManager-Secrets"), fixed.secret_count
    yield ("AWSSecretsManager", "AWSSecretsManagerAPIRequest"), month.count * of.secret_read_count


def _events_queues(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AWSEvents", "Event-64K-Chunks"), month.count * of.event_count
    yield ("AWSQueueService", "Requests-Tier1"), month.count * of.queue_count


def _fargate_load(_: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    hours = fixed.load_task_count * fixed.load_hours_a_week * month.hours / _WEEK_HOURS
    arm = "ARM-" if fixed.load_architecture == "arm64" else ""
    yield ("AmazonECS", f"Fargate-{arm}vCPU-Hours:perCPU"), hours * fixed.load_task_vcpu
    yield ("AmazonECS", f"Fargate-{arm}GB-Hours"), hours * fixed.load_task_gb
    yield ("AmazonVPC", "PublicIPv4:InUseAddress"), hours


def _security_audit(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AWSConfig", "ConfigurationItemRecorded"), month.of(fixed.config_item_count)
    yield ("AmazonGuardDuty", "PaidEventsAnalyzed"), month.of(fixed.guardduty_event_count)
    yield ("AmazonGuardDuty", "PaidLogsAnalyzed-Bytes"), month.of(fixed.guardduty_gb)
    yield ("AWSCloudTrail", "DataEventsRecorded"), month.count * of.trail_event_count


def _alarms(_: PerUnit, fixed: Fixed, __: _Month) -> Iterator[_Row]:
    yield ("AmazonCloudWatch", "CW:AlarmMonitorUsage"), fixed.standard_alarm_count
    yield ("AmazonCloudWatch", "CW:HighResAlarmMonitorUsage"), fixed.high_resolution_alarm_count
    yield ("AmazonCloudWatch", "CW:CompositeAlarmMonitorUsage"), fixed.composite_alarm_count
    # An anomaly is alarmed on with the metric and both edges of its band, which a bill counts with the other alarms' metrics.
    yield ("AmazonCloudWatch", "CW:AlarmMonitorUsage"), 3 * fixed.anomaly_alarm_count


def _dashboards(_: PerUnit, fixed: Fixed, __: _Month) -> Iterator[_Row]:
    yield ("AmazonCloudWatch", "DashboardsUsageHour"), fixed.dashboard_count


def _canaries(_: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    runs = month.of(fixed.canary_run_count)
    yield ("AmazonCloudWatch", "CW:Canary-runs"), runs
    yield ("AWSLambda", "Lambda-GB-Second"), runs * fixed.canary_seconds * fixed.canary_gb
    yield ("AWSLambda", "Request"), runs
    yield ("AmazonS3", "Requests-Tier1"), runs * fixed.canary_object_count


def _metrics(_: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonCloudWatch", "CW:MetricMonitorUsage"), fixed.metric_count
    yield ("AmazonCloudWatch", "CW:GMD-Metrics"), month.of(fixed.metrics_read_count)


def _logs(of: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    written_gb = month.count * (of.log_bytes + of.platform_log_bytes) / _GIB
    written_gb += month.of(fixed.canary_run_count) * fixed.canary_log_kib * _KIB / _GIB
    yield ("AmazonCloudWatch", "DataProcessing-Bytes"), written_gb
    yield ("AmazonCloudWatch", "TimedStorage-ByteHrs"), written_gb * fixed.log_retention_days / month.days
    yield ("AmazonCloudWatch", "DataScanned-Bytes"), written_gb * fixed.log_scan_count


def _traces(of: PerUnit, _: Fixed, month: _Month) -> Iterator[_Row]:
    yield ("AmazonCloudWatch", "Application-Signals-Bytes"), month.count * of.span_kib * _KIB / _GIB
    yield ("AWSXRay", "XRay-TracesStored"), month.count * of.trace_count
    yield ("AWSXRay", "XRay-TracesAccessed"), month.count * of.trace_read_count


def _cost_checks(_: PerUnit, fixed: Fixed, month: _Month) -> Iterator[_Row]:
    checks = fixed.cost_check_count_a_week * month.hours / _WEEK_HOURS + fixed.cost_check_count_a_month
    yield ("AWSCostExplorer", "APIRequest"), checks * fixed.cost_check_request_count


_LINES: tuple[tuple[str, _Line], ...] = (
    ("api_gateway", _api_gateway),
    ("waf", _waf),
    ("lambda", _lambda),
    ("step_functions", _step_functions),
    ("agentcore_runtime", _agentcore_runtime),
    ("agentcore_memory", _agentcore_memory),
    ("agentcore_gateway", _agentcore_gateway),
    ("knowledge_base", _knowledge_base),
    ("dynamodb", _dynamodb),
    ("s3", _s3),
    ("elasticache", _cache),
    ("database", _database),
    ("network", _network),
    ("kms_secrets", _kms_secrets),
    ("events_queues", _events_queues),
    ("fargate_load", _fargate_load),
    ("security_audit", _security_audit),
    (ALARMS, _alarms),
    (DASHBOARDS, _dashboards),
    (CANARIES, _canaries),
    (METRICS, _metrics),
    (LOGS, _logs),
    (TRACES, _traces),
    ("cost_checks", _cost_checks),
)
# Every line of a bill, in its order.
LINES: tuple[str, ...] = (
    *(line for line, _ in _LINES), "servers", "containers", "load_balancers", "streams", "file_systems", "dns", "builds",
    TOKENS,
)  # fmt: skip
