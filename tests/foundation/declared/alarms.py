"""What the deciding files of alarms declare, stated a second time."""

from datetime import UTC, datetime, timedelta

import alarms.backtest as backtest
import alarms.budget_spending as budget_spending
import alarms.built as built
import alarms.burn_rate as burn_rate
import alarms.burn_rate_proofs as burn_rate_proofs
import alarms.cost as cost
import alarms.cost_proofs as cost_proofs
import alarms.coverage as coverage
import alarms.current as current
import alarms.evaluation as evaluation
import alarms.events as events
import alarms.model as model
import alarms.proof_tests as proof_tests
import alarms.recording as recording
import alarms.resource_alarm_file as alarm_file
import alarms.resource_proofs as resource_proofs
import alarms.rule_test_failures as rule_test_failures
import alarms.rule_test_file as rule_test_file
import alarms.rule_tests as rule_tests
import alarms.slice_proofs as slice_proofs
import alarms.slices as slices
import alarms.sparse_proofs as sparse_proofs
import alarms.states as states
import alarms.terraform as terraform
from tests.foundation.declared.table import SOME, Declared, nothing

DECLARED = Declared(
    constants={
        # A quarter of an hour beyond what settling and a step take.
        current: {"_PATIENCE": timedelta(minutes=15)},
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
        cost: {
            "_QUARTER_DAY_SECONDS": 6 * 3_600,
            "_DAY_SECONDS": 24 * 3_600,
            "_PACE_FROM_DAY": 4,
            "_PACE_TOLERANCE": 1.1,
        },
        # Two bad slices of three; three archives in a quarter of an hour.
        events: {"_PAGE_OF_SLICES": (2, 3), "_STEP_FAILURES_COUNT": 3, "_STEP_SECONDS": 15 * 60},
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
    },
    forms=(coverage, evaluation, model, alarm_file, rule_test_file, rule_test_failures, rule_tests),
    bounds={
        "alarms.rule_test_file._Test.name": SOME,
        "alarms.rule_test_file._Test.input": SOME,
        "alarms.rule_test_file._Test.expect": SOME,
    },
    defaults={
        **nothing("""\
alarms.coverage.Backtested: known_days times_count
alarms.coverage._Record: incidents
alarms.rule_test_file._Input: objective part total bad metric statistic values
"""),
        "alarms.coverage._Record.evidence": {},
        "alarms.evaluation._Witness.known": set(),
        "alarms.evaluation._Witness.seen": set(),
        "alarms.model.Plan.subscriptions": (),
        "alarms.model.Plan.what_ifs": (),
        "alarms.model.PlannedAlarm.source": "",
        "alarms.resource_alarm_file._Laid.alarms": {},
        "alarms.resource_alarm_file._Laid.types": set(),
        "alarms.rule_test_failures.Failure.drawn": (),
        "alarms.rule_tests.Outcome.took_seconds": 0.0,
        "alarms.rule_test_file._MetricForm.dimensions": {},
        "alarms.rule_test_file._Expect.alarms": {},
        "alarms.rule_test_file._Expect.actions": {},
        # A Monday's midnight, so that a minute, an hour, a day and a week begin with it.
        "alarms.rule_test_file._Test.start": datetime(2026, 3, 2, tzinfo=UTC),
        "alarms.rule_test_file._Test.interval": timedelta(seconds=60),
    },
)
