"""The numbers at the top of the deciding files, each stated a second time with its reason: nobody changes one in passing."""

import ast
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType

import alarms.backtest as backtest
import alarms.budget_spending as budget_spending
import alarms.built as built
import alarms.burn_rate as burn_rate
import alarms.burn_rate_proofs as burn_rate_proofs
import alarms.cost as cost
import alarms.cost_proofs as cost_proofs
import alarms.current as current
import alarms.events as events
import alarms.proof_tests as proof_tests
import alarms.recording as recording
import alarms.resource_proofs as resource_proofs
import alarms.rule_test_failures as rule_test_failures
import alarms.rule_test_file as rule_test_file
import alarms.slice_proofs as slice_proofs
import alarms.slices as slices
import alarms.sparse_proofs as sparse_proofs
import alarms.states as states
import alarms.terraform as terraform
import foundation.cloudwatch.alarm_datapoints as alarm_datapoints
import foundation.cloudwatch.series_notation as notation
import foundation.costs.bill as bill
import foundation.costs.completeness as completeness
import foundation.costs.price_list as price_list
import foundation.costs.quantities as quantities
import foundation.costs.reasons as reasons
import foundation.costs.schedules as schedules
import foundation.costs.traffic_file as traffic_file
import foundation.files.bounded as bounded
import foundation.files.documents as documents
import foundation.files.durations as durations
import foundation.files.explaining as explaining
import foundation.files.output as output
import foundation.files.plain_json as plain_json
import foundation.files.problem as problem
import foundation.files.tables as tables
import foundation.files.writing as writing
import foundation.files.yaml_tree as yaml_tree
import foundation.machine.disturbance as disturbance
import foundation.machine.processors as processors
import foundation.slo.burn_rate as burn_rates
import foundation.slo.burn_rate_file as burn_rate_file
import foundation.slo.coverage as coverage
import foundation.slo.detection as detection
import foundation.slo.error_budget as error_budget
import foundation.slo.event_metrics as event_metrics
import foundation.slo.from_openslo as from_openslo
import foundation.slo.incidents as incidents
import foundation.slo.judgement as judgement
import foundation.slo.one_valued as one_valued
import foundation.slo.openslo as openslo
import foundation.slo.plausible as plausible
import foundation.slo.sequential as sequential
import foundation.slo.subscription as subscription
import foundation.slo.trace_filter as trace_filter
import foundation.slo.verdict as verdict
import foundation.slo.wording as wording
import loadtests.evidence as evidence
import sre.jobs.status.headline as status_headline
import sre.jobs.status.reading as status_reading
import sre.jobs.status.sources as status_sources
from tests.mutants.deciding import ROOT, deciding_files

CONSTANTS: dict[ModuleType, dict[str, object]] = {
    # A quarter of an hour beyond what settling and a step take; three names are a sentence; from an hour on it says how long ago.
    # CloudWatch's five minutes of a canary, an hour and a minute; a bill has something new once a day, and is asked once an hour.
    current: {"_PATIENCE": timedelta(minutes=15)},
    status_headline: {"_NAMED_COUNT": 3, "_OLD": timedelta(hours=1)},
    status_reading: {
        "_DAY": timedelta(days=1),
        "_WEEK": timedelta(days=7),
        "_CANARY_SECONDS": 5 * 60,
        "_HOUR_SECONDS": 60 * 60,
        "_MINUTE_SECONDS": 60,
    },
    status_sources: {"_BILL_KEPT_FOR": timedelta(hours=1)},
    # A quarter of one of two cores on average and half a core in a second; what a hypervisor takes counts at less than half of
    # that. A tenth of a second's threshold; a tenth of the seconds; ten seconds for an answer, and half as many again.
    disturbance: {
        "OTHERS_MEAN_RATIO": 0.25 / 2,
        "OTHERS_SAMPLE_RATIO": 0.5 / 2,
        "STEAL_MEAN_RATIO": 0.1 / 2,
        "STEAL_SAMPLE_RATIO": 0.2 / 2,
        "STALLED_MS": 1_000 / 10,
        "THROUGHOUT_RATIO": 1 / 10,
        "AROUND_SECONDS": 10 * 1.5,
    },
    # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: state, ppid, session, utime, stime, cutime, cstime, starttime
    processors: {
        "_STATE": 3,
        "_PARENT": 4,
        "_SESSION": 6,
        "_USER": 14,
        "_SYSTEM": 15,
        "_CHILDREN_USER": 16,
        "_CHILDREN_SYSTEM": 17,
        "_STARTED": 22,
    },
    # A week is what a forecast is tried on; a minute is the finest that CloudWatch keeps of a metric of AWS.
    backtest: {"_WEEK": timedelta(days=7), "_MINUTE_SECONDS": 60},
    # As --allow-drop says: 30 %.
    built: {"MOST_DROPPED_RATIO": 0.3, "_MOST_LISTED": 20},
    # Shares of bad events are whole numbers of a million or of fewer, and never so few that one more is a step.
    budget_spending: {
        "_MINUTE": timedelta(seconds=60),
        "_DAY_MINUTES": 24 * 60,
        "_HOUR_MINUTES": 60,
        "_LEAST_BAD_A_MINUTE": 1_000,
        "_WHOLE_SHARES_UP_TO": 1_000_000,
    },
    burn_rate_proofs: {"_SECOND": timedelta(seconds=1)},
    # The pace of a month is judged from its fourth day on; a year without a 29th of February.
    cost_proofs: {
        "_HOUR": timedelta(minutes=60),
        "_QUARTER_DAY": timedelta(hours=6),
        "_YEAR": 2_026,
        "_JUDGED_FROM_DAY": 4,
    },
    # A Monday's midnight, and the first line of a file that is none.
    proof_tests: {"MINUTE": timedelta(seconds=60), "START_AT": datetime(2026, 3, 2, tzinfo=UTC), "_LINE": 1},
    # Six silent slices are half an hour of five minutes each.
    slice_proofs: {
        "_HOUR": timedelta(minutes=60),
        "_SECOND": timedelta(seconds=1),
        "_LEAST_EVENTS_COUNT": 100_000,
        "_SILENT_COUNT": 6,
    },
    # An hour of four silent quarters, and half an hour more.
    sparse_proofs: {"_SILENT_MINUTES": 4 * 15, "_NO_WORD_MINUTES": 60 + 30},
    # Three calls of a canary every five minutes, and an hour of them.
    burn_rate: {"_SILENCE_SECONDS": 3 * 300, "_SILENT_PERIODS_COUNT": 3_600 // 900},
    cost: {"_QUARTER_DAY_SECONDS": 6 * 3_600, "_DAY_SECONDS": 24 * 3_600, "_PACE_FROM_DAY": 4, "_PACE_TOLERANCE": 1.1},
    # Two bad slices of three; three archives in a quarter of an hour.
    events: {"_PAGE_OF_SLICES": (2, 3), "_STEP_FAILURES_COUNT": 3, "_STEP_SECONDS": 15 * 60},
    # Of minutes almost a year.
    notation: {"MAX_POINTS_COUNT": 500_000},
    recording: {"_HOUR": timedelta(seconds=3_600)},
    # With what stands before and after them, 61 marks are within the 80 columns of a terminal.
    resource_proofs: {"_START": datetime(2026, 3, 2, tzinfo=UTC), "_MINUTE": timedelta(seconds=60)},
    rule_test_failures: {"_MARKS_COUNT": 30, "_MINUTE": timedelta(seconds=60)},
    # A Monday's midnight.
    rule_test_file: {"_DEFAULT_START": datetime(2026, 3, 2, tzinfo=UTC), "_LONGEST_INTERVAL": timedelta(hours=24)},
    slices: {"_SECOND": timedelta(seconds=1), "_HOUR": timedelta(minutes=60)},
    states: {"_A_DAY": timedelta(days=1)},
    # Terraform's provider takes half of what CloudWatch does.
    terraform: {"_MOST_OF_AN_EXPRESSION": 2_048 // 2},
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html: a few more than it needs
    alarm_datapoints: {"EXTRA_DATAPOINTS_COUNT": 2, "_DAY_SECONDS": 24 * 3_600},
    # A thousand billion thousandths are a billion pipelines a day; 200 digits hold every product of twelve-digit quantities.
    bill: {
        "CENT": Decimal("0.01"),
        "WIDE": 200,
        "_THOUSANDTH": Decimal("0.001"),
        "_MOST_THOUSANDTHS": 1_000 * 1_000_000_000,
    },
    price_list: {
        "_MOST_PRICE": 1_000_000_000,
        "_LEAST_PRICE": Decimal(1) / 10**18,
        "_MOST_UNITS": 1_000_000_000_000_000_000,
    },
    # https://docs.aws.amazon.com/pricing-calculator/: a month is 730 hours. A week has 168 hours; bytes are binary.
    quantities: {
        "MONTH_HOURS": 730,
        "MONTH_DAYS": Decimal(730) / (8_760 // 365),
        "LONGEST_MONTH_DAYS": 31,
        "LONGEST_MONTH_HOURS": 744,
        "_GIB": 1_073_741_824,
        "_MIB": 1_048_576,
        "_KIB": 1_024,
        "_WEEK_HOURS": 7 * 24,
    },
    completeness: {"_MOST_NAMES": 5},
    reasons: {"_DIGITS": 4},
    schedules: {"_MONTH_MINUTES": 43_800, "_MONTH_DAYS": Decimal(730) / 24},
    traffic_file: {"_HOURS_A_WEEK": 7 * 24, "_MOST_LIKE": 100},
    # What a person writes, and what AWS writes; five seconds without a byte, and a minute for all of them.
    bounded: {
        "MOST_BYTES": 4 * 1_048_576,
        "MOST_BYTES_OF_DATA": 256 * 1_048_576,
        "_PATIENCE_SECONDS": 5,
        "_LONGEST_SECONDS": 60,
        "_BLOCK_BYTES": 1_048_576,
    },
    documents: {"MOST_ROWS": 100_000},
    # Ten years, two or three of them leap years.
    durations: {"LONGEST": timedelta(days=3_660)},
    explaining: {"_MOST_SHOWN": 60},
    output: {"_INDENT": 2},
    # Two names and a message are a line that can still be read.
    problem: {"_MOST_OF_A_NAME": 120},
    # Two GiB.
    # A tenth of what Python's own reader takes, twice over; no lock file and no advisory has twenty.
    plain_json: {"_MOST_DEPTH": 200},
    tables: {"MOST_BYTES": 2_147_483_648, "MOST_ROWS": 50_000_000},
    # https://man7.org/linux/man-pages/man7/path_resolution.7.html: at most 40 symbolic links
    writing: {"_MOST_LINKS": 40},
    yaml_tree: {"MOST_NODES": 200_000, "MOST_LEVELS": 50, "MOST_PROBLEMS": 100},
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
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html: a period of 86,400 seconds at most
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
    # Five percent of the threshold, four fifths of a processor, and three requests of a hundred that never began.
    evidence: {"_LAG_RATIO": 0.05, "_CPU_LIMIT_PERCENT": 80.0, "_SHORTFALL_RATIO": 0.97},
}


def test_every_number_is_the_one_that_its_reason_gives() -> None:
    """Of a context its digits; what else it has comes and goes as it is used."""
    for module, expected in CONSTANTS.items():
        for name, value in expected.items():
            found = getattr(module, name)
            assert (found.prec if isinstance(found, Context) else found) == value, (module.__name__, name)


def test_every_number_at_the_top_of_a_deciding_file_stands_in_the_table() -> None:
    found = {file.relative_to(ROOT).as_posix(): numbers_of(file) for file in deciding_files(ROOT)}
    stated = {f"{module.__name__.replace('.', '/')}.py": set(names) for module, names in CONSTANTS.items()}
    assert {file: names for file, names in found.items() if names} == stated


def numbers_of(file: Path) -> set[str]:
    """The names that a module gives to a number, a span, an instant, or a tuple of numbers."""
    module = import_module(file.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
    given = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.Assign)]
    names = [
        each.id for node in given for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
    ]
    return {name for name in names if is_number(getattr(module, name))}


def is_number(value: object) -> bool:
    match value:
        case int() | float() | Decimal() | timedelta() | datetime() | Context():
            return True
        case (_, *_) as several if isinstance(several, tuple):
            return all(is_number(each) for each in several)
        case _:
            return False
