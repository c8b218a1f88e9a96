"""What the deciding files of objectives, error budgets and their verdicts declare, stated a second time."""

from datetime import timedelta
from decimal import Decimal

import foundation.slo.burn_rate as burn_rates
import foundation.slo.burn_rate_file as burn_rate_file
import foundation.slo.coverage as coverage
import foundation.slo.detection as detection
import foundation.slo.error_budget as error_budget
import foundation.slo.event_metrics as event_metrics
import foundation.slo.evidence as evidence
import foundation.slo.from_openslo as from_openslo
import foundation.slo.incidents as incidents
import foundation.slo.judgement as judgement
import foundation.slo.model as objectives
import foundation.slo.one_valued as one_valued
import foundation.slo.openslo as openslo
import foundation.slo.plausible as plausible
import foundation.slo.sequential as sequential
import foundation.slo.signals as signals
import foundation.slo.subscription as subscription
import foundation.slo.trace_filter as trace_filter
import foundation.slo.verdict as verdict
import foundation.slo.wording as wording
from tests.foundation.declared.table import BILLION, SOME, Declared, nothing

TITLE = {"min_length": 1, "max_length": 200}
RATIO = {"gt": 0, "le": 1}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html: 1 to 255 characters, 30 dimensions
METRIC_NAME = {"min_length": 1, "max_length": 255}
# OpenSLO: up to 1050 characters, https://github.com/OpenSLO/OpenSLO/blob/v1.0.0/README.md
DESCRIPTION = {"max_length": 1_050}
DECLARED = Declared(
    constants={
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: seven days at most
        burn_rates: {
            "_LONGEST_WINDOW": timedelta(days=7),
            "_MINUTE": timedelta(seconds=60),
            "_MICROSECOND": timedelta.resolution,
        },
        burn_rate_file: {"_LONGEST_WAIT": timedelta(minutes=60)},
        # Nine tenths, and the first three of many gaps.
        coverage: {"ENOUGH_RATIO": 0.9, "_LISTED_COUNT": 3, "_HOUR": timedelta(minutes=60)},
        # The longest of the burn rates that are judged.
        judgement: {"LONGEST_SILENCE": timedelta(hours=72)},
        detection: {"_MOMENT": timedelta(seconds=1)},
        error_budget: {"_MICROSECOND": timedelta.resolution},
        event_metrics: {"_HAIR": Decimal("0.001")},
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html:
        # a period of 86,400 seconds at most
        from_openslo: {"_SHORTEST_WINDOW": timedelta(hours=24), "_LONGEST_SLICE": timedelta(seconds=86_400)},
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: a parameter has 4,096 bytes
        subscription: {"MOST_ENDPOINT_CHARACTERS": 2_000},
        incidents: {"_AFTERMATH": timedelta(seconds=600)},
        # https://aws.amazon.com/cloudwatch/faqs/: data points of an hour are kept for 455 days
        openslo: {"_LONGEST": timedelta(days=455)},
        # A hundredth of a second: nothing that a person waits for is promised as soon.
        plausible: {"_FEW_MILLISECONDS": Decimal("0.01") * 1_000},
        # One bad event in about a thousand.
        sequential: {"_PRIOR_BAD": 1.0, "_PRIOR_GOOD": 1_000.0},
        one_valued: {"_MOST_PERCENT": Decimal(100)},
        trace_filter: {"_DEEPEST": 50},
        # A bound in thousandths of a percent: 0.101 % is above 0.1 %.
        verdict: {"CONFIDENCE_RATIO": Decimal("0.95"), "_SEARCH_LIMIT_COUNT": 1_000_000_000_000, "_BOUND_DIGITS": 3},
        # From ten seconds on a limit is written in seconds; four digits are as many as anybody reads.
        wording: {"_MOST_NAME_CHARACTERS": 80, "_TEN_SECONDS_MS": 10 * 1_000, "_SHOWN": 4},
    },
    forms=(burn_rate_file, evidence, incidents, openslo, signals, trace_filter, objectives),
    bounds={
        "foundation.slo.burn_rate_file._Pair.budgetPercent": {"ge": Decimal("0.1"), "lt": 100},
        "foundation.slo.burn_rate_file._Spec.toleratedFailures": {"ge": 1, "le": 1_000},
        # A single failure is no outage, however little the traffic.
        "foundation.slo.burn_rate_file._Spec.lowTrafficFailures": {"ge": 2, "le": 1_000},
        "foundation.slo.burn_rate_file._Spec.pairs": {"min_length": 1, "max_length": 20},
        "foundation.slo.burn_rate_file._Spec.notify": {"max_length": 100},
        "foundation.slo.burn_rate_file._Subscriber.stages": SOME,
        "foundation.slo.openslo.Metadata.displayName": TITLE,
        "foundation.slo.openslo.CloudWatchSpec.namespace": METRIC_NAME,
        "foundation.slo.openslo.CloudWatchSpec.metricName": METRIC_NAME,
        "foundation.slo.openslo.CloudWatchSpec.dimensions": {"max_length": 30},
        # FilterExpression, 1 to 2000: https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html
        "foundation.slo.openslo.XRaySpec.filter": {"min_length": 1, "max_length": 2_000},
        # A stack's name, at most 128: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
        "foundation.slo.openslo.CloudFormationSpec.stackNamePrefix": {"min_length": 1, "max_length": 128},
        "foundation.slo.openslo.Target.displayName": TITLE,
        "foundation.slo.openslo.Target.value": {"le": 1_000 * BILLION, "decimal_places": 8},
        "foundation.slo.openslo.Target.target": RATIO,
        "foundation.slo.openslo.Target.timeSliceTarget": RATIO,
        "foundation.slo.openslo.SloSpec.description": DESCRIPTION,
        # OpenSLO: exactly one item.
        "foundation.slo.openslo.SloSpec.timeWindow": {"min_length": 1, "max_length": 1},
        "foundation.slo.openslo.SloSpec.objectives": SOME,
        "foundation.slo.openslo.ServiceSpec.description": DESCRIPTION,
        "foundation.slo.openslo.CostSpec.description": DESCRIPTION,
        "foundation.slo.openslo.CostSpec.limitUsd": {"ge": Decimal("0.01"), "le": BILLION},
    },
    defaults={
        **nothing("""\
foundation.slo.burn_rate_file._Subscriber: email https chat stages
foundation.slo.evidence.Evidence: known estimated_usd
foundation.slo.incidents._Row: name end objective
foundation.slo.openslo.Metadata: displayName
foundation.slo.openslo.CloudWatchSource: metricSourceRef
foundation.slo.openslo.XRaySource: metricSourceRef
foundation.slo.openslo.CloudFormationSource: metricSourceRef
foundation.slo.openslo.IndicatorSpec: thresholdMetric ratioMetric
foundation.slo.openslo.Target: displayName op value targetPercent target timeSliceTarget timeSliceWindow indicator
foundation.slo.openslo.SloSpec: indicator
foundation.slo.signals.Signal: samples
"""),
        "foundation.slo.burn_rate_file._Spec.exclude": {},
        "foundation.slo.burn_rate_file._Spec.notify": [],
        "foundation.slo.evidence.Evidence.closing_count": 0,
        # The design effect of events that are independent of one another.
        "foundation.slo.evidence.Evidence.effect": 1.0,
        "foundation.slo.model.BudgetedObjective.indicator_names": (),
        "foundation.slo.model.EveryEventObjective.indicator_names": (),
        "foundation.slo.model.Objectives.own_apis": (),
        "foundation.slo.openslo.CloudWatchSpec.dimensions": {},
        "foundation.slo.openslo.SloSpec.description": "",
        "foundation.slo.openslo.ServiceSpec.description": "",
        "foundation.slo.openslo.CostSpec.description": "",
        "foundation.slo.trace_filter._Reading.place": 0,
    },
)
