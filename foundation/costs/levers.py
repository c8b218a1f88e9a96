"""Levers: one change at a time, and what it does to the bill and to where the bill crosses its limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from foundation.costs.bill import crossing, make_bill
from foundation.costs.book import PriceBook
from foundation.costs.traffic import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One change of a profile, or another model."""

    what: str
    changes: Mapping[str, str | Decimal]
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverEffect:
    """What a lever does: a negative difference saves."""

    lever: Lever
    difference_usd: Decimal
    crossing_per_day: Decimal | None


def _lever(what: str, **changes: str | int) -> Lever:
    return Lever(
        what=what,
        changes=MappingProxyType(
            {name: value if isinstance(value, str) else Decimal(value) for name, value in changes.items()}
        ),
    )


LEVERS = (
    _lever("a Knowledge Base on OpenSearch Serverless Classic, 2 OCU", knowledge_store="opensearch-classic"),
    _lever("a Knowledge Base on S3 Vectors", knowledge_store="s3-vectors"),
    _lever("5 canaries every minute", canary_run_count=219_000),
    _lever("2 canaries every minute", canary_run_count=87_600),
    _lever("2 canaries every 15 minutes", canary_run_count=5_840),
    _lever("Redis OSS serverless", cache="redis"),
    _lever("Valkey serverless", cache="valkey"),
    _lever("8 interface endpoints in 2 zones", endpoint_az_count=16, nat_gateway_count=0),
    _lever("3 interface endpoints in 1 zone", endpoint_az_count=3, nat_gateway_count=0),
    _lever("no interface endpoint and no NAT gateway", endpoint_az_count=0, nat_gateway_count=0),
    _lever("1 NAT gateway instead of endpoints", endpoint_az_count=0, nat_gateway_count=1, private_mib=8),
    _lever("2 NAT gateways instead of endpoints", endpoint_az_count=0, nat_gateway_count=2, private_mib=8),
    _lever("Aurora Serverless v2 that never pauses", database="aurora-0.5-acu", database_gb=10),
    _lever("db.t4g.micro", database="db.t4g.micro", database_gb=20),
    _lever("300 custom metrics", metric_count=300),
    _lever("60 custom metrics", metric_count=60),
    _lever("a poller of 100 metrics every minute", metrics_read_count=4_380_000),
    _lever(
        "AgentCore Memory: 10 events, 4 retrievals, 1 record a unit",
        memory_event_count=10,
        memory_retrieval_count=4,
        memory_record_count=1,
    ),
    _lever("no AgentCore Memory", memory_event_count=0, memory_retrieval_count=0, memory_record_count=0),
    _lever("AgentCore sessions idle for 900 s", agent_idle_seconds=900),
    _lever("AgentCore sessions idle for 60 s", agent_idle_seconds=60),
    _lever("Lambda on x86", architecture="x86_64"),
    _lever("Lambda on arm64", architecture="arm64"),
    _lever("Lambda of 10 s", lambda_seconds=10),
    _lever("Lambda of 1,024 MB", lambda_mib=1024),
    _lever("30 transitions a unit", transition_count=30),
    _lever("five times the log lines", log_bytes=600_000),
    _lever("logs kept for 365 days", log_retention_days=365),
    _lever("logs kept for 30 days", log_retention_days=30),
    _lever("no traces and no spans", trace_count=0, trace_read_count=0, span_kib=0),
    _lever("CloudTrail data events, 60 a unit", trail_event_count=60),
    _lever("the cost read every hour of a 30-day month, not at releases", cost_check_count_a_month=720),
)


def apply_levers(
    profile: Profile, book: PriceBook, *, per_day: Decimal, model: str, limit_usd: Decimal, only: str | None = None
) -> tuple[LeverEffect, ...]:  # fmt: skip
    """Every lever that would change anything, the other models among them, or `only` one; the greatest saving first."""
    now = make_bill(profile, book, per_day=per_day, model=model).total_usd
    models = (Lever(what=f"agents on {name}", changes=MappingProxyType({}), model=name) for name in book.models)
    found: list[LeverEffect] = []
    for lever in (*LEVERS, *models):
        if only is not None and lever.what != only:
            continue
        changed, of = profile.with_changes(**lever.changes), lever.model or model
        if changed == profile and of == model:
            continue
        total = make_bill(changed, book, per_day=per_day, model=of).total_usd
        where = crossing(changed, book, model=of, limit_usd=limit_usd)
        found.append(LeverEffect(lever=lever, difference_usd=total - now, crossing_per_day=where))
    return tuple(sorted(found, key=lambda each: (each.difference_usd, each.lever.what)))
