"""One screen of 80 columns and 24 lines: what a person has to know first, nothing that looks well and is not known."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from alarms.current import FiringNow, UnknownNow
from foundation.errors import SourceError
from foundation.readings import NoData
from foundation.slo.burn_rate import Severity
from reports.deployments import Operation
from reports.weekly.objectives import Health
from sre.cli.status.screen import block_lines, fitted, screen_lines
from sre.jobs.status.model import ObjectiveNow, Status, Told
from sre.jobs.status.reading import unread_status
from tests.reports.weekly_factories import a_bill, a_month, some_operations
from tests.sre.jobs.status.factories import (
    AT,
    COMPLETE_ON,
    DAY,
    MINUTE,
    OBJECTIVES,
    firing,
    quiet,
    sources,
    status,
    with_items,
)

WELL = status(now=AT)
EVERY_CANARY = (("api", 5), ("progress", 15), ("authorisation", 15), ("certificate", 15))


def blocks(given: Status, width: int = 80) -> list[str]:
    return block_lines(given, width)


def test_all_of_a_service_that_is_well_is_one_screen() -> None:
    assert screen_lines(WELL, 80) == [
        "t-developer production, 2026-11-16 00:00 UTC: all 6 objectives are met; no alarm",
        "fires.",
        "",
        "Objectives (a recording of a test, each over its window)",
        "objective     state     left  burn 1 h  6 h  3 d          known  age",
        "api-latency   healthy  100 %       0.0  0.0  0.0  28 of 28 days  0 s",
        "api-errors    healthy  100 %       0.0  0.0  0.0  28 of 28 days  0 s",
        "availability  healthy  100 %       0.0  0.0  0.0  28 of 28 days  0 s",
        "deployments   healthy      –         –    –    –  28 of 28 days  0 s",
        "monthly-cost  healthy      –         –    –    –              –  1 d",
        "agent-turn    healthy  100 %       0.0  0.0  0.0  28 of 28 days  0 s",
        "Alarms: none of 40 fires (a recording of a test, 1 d, 3 min old)",
        "Deployments: 1 operation, 0 failed (a test, 90 d, 0 s old)",
        "  11-10 06:05  t-developer-production-platform  UPDATE_COMPLETE",
        "Canaries: 288 runs, 0 failed (a recording of a test, 1 d, 0 s old)",
        "Cost: $70.00 of $500 in November through 2026-11-14, $5.00 a day, expected",
        "  $145.00 ($140.00 to $155.00) (a bill of a test, 14 d, 1 d old)",
    ]


def a_bad_day() -> Status:
    """Two objectives are missed, one is not known, five alarms fire, and a deployment failed."""
    (one,) = some_operations(failed=True)
    many = tuple(replace(one, ended_at=one.ended_at + number * MINUTE) for number in range(30))
    return status(
        sources(
            metrics=a_month(
                bad_in=lambda at: 600 if AT - DAY <= at < AT - DAY / 2 else 0, without=frozenset({"agent-turn"})
            ),
            alarms=quiet(
                *(firing(f"api-errors-page-{name}") for name in ("fast", "medium", "slow")),
                *(firing(f"ticket-{number}", severity=Severity.TICKET) for number in range(2)),
                unknown=(UnknownNow(name="a", reason="none of its metrics is here"),),
            ),
            operations=many,
        ),
        now=AT,
    )


def test_a_bad_day_fits_a_terminal_too_and_long_lists_say_how_many_more_there_are() -> None:
    lines = screen_lines(a_bad_day(), 80)
    assert max(map(len, lines)) <= 80
    assert len(lines) == 26
    assert "  30 of 30 failed; none may" in lines
    text = "\n".join(lines)
    assert lines[0].startswith("t-developer production, 2026-11-16 00:00 UTC: ")
    assert lines[6].split()[:2] == ["api-latency", "missed"]
    assert "  page  api-errors-page-fast    since 11-15 23:40, 20 min\n" in text
    assert "since 11-15 23:40, 20 min, and 2 more\n  not known, 1: none of its metrics is here\n" in text
    assert "Deployments: 30 operations, 30 failed (a test, 90 d, 0 s old)\n" in text
    assert "  11-10 06:34  t-developer-production-platform  UPDATE_ROLLBACK_COMPLETE\n" in text
    # Where there is no room behind the last, it is said below.
    assert "UPDATE_ROLLBACK_COMPLETE\n  and 28 more\n" in text


@pytest.mark.parametrize("width", [20, 33, 40, 60, 79, 80, 120, 200])
def test_at_every_width_every_number_is_whole(width: int) -> None:
    """A line may be longer than a narrow terminal by one word, and by no more."""
    found = a_bad_day()
    words = " ".join(screen_lines(found, 400)).split()
    lines = screen_lines(found, width)
    for line in lines:
        assert len(line) <= max(width, max(map(len, line.split()), default=0) + 6)
        # No part of a number stands alone.
        assert {each for each in line.split() if any(sign.isdigit() for sign in each)} <= set(words) | {
            f"{each}," for each in words
        } | {f"{each}:" for each in words}


def test_where_a_table_does_not_fit_each_objective_is_a_sentence() -> None:
    lines = screen_lines(WELL, 40)
    at = lines.index("api-latency: healthy, left 100 %, burn 1")
    assert lines[at : at + 3] == [
        "api-latency: healthy, left 100 %, burn 1",
        "  h 0.0, 6 h 0.0, 3 d 0.0, known 28 of",
        "  28 days, age 0 s",
    ]
    assert "deployments: healthy, known 28 of 28" in lines
    assert not any(line.startswith("objective ") for line in lines)


def test_what_is_not_known_says_why_in_the_place_of_its_numbers() -> None:
    found = status(sources(operations=NoData(reason="CloudFormation refuses ListStacks")), now=AT)
    lines = screen_lines(found, 80)
    assert lines[5] == "deployments   not known  CloudFormation refuses ListStacks"
    assert "Deployments: not known: CloudFormation refuses ListStacks" in lines
    narrow = screen_lines(found, 40)
    assert narrow[narrow.index("deployments: not known: CloudFormation") + 1] == "  refuses ListStacks"


def test_nothing_of_a_place_that_is_gone_looks_well() -> None:
    found = unread_status(OBJECTIVES, EVERY_CANARY, source="s", reason="no local platform is up", now=AT)
    text = "\n".join(screen_lines(found, 80))
    assert text.count("not known") >= 6 + 4
    for word in ("healthy", " fires (", " 0 failed", "no alarm fires"):
        assert word not in text
    # Without numbers there is no head for them.
    assert "burn 1 h" not in text


def test_a_budget_that_is_spent_says_by_how_much() -> None:
    found = status(sources(metrics=a_month(bad_in=lambda at: 60 if at >= AT - DAY / 2 else 0)), now=AT)
    lines = screen_lines(found, 80)
    missed = next(number for number, line in enumerate(lines) if line.startswith("api-errors "))
    assert lines[missed].split()[1] == "missed"
    assert "−" in lines[missed]
    # The row shows how fast the other burns, and a further line would say no more.
    assert not any(line.startswith("  the burn rate") for line in lines)


def test_a_budget_at_risk_for_a_reason_that_no_number_shows_says_it() -> None:
    errors = next(each for each in WELL.objectives if each.name == "api-errors")
    risky = replace(errors, health=Health.AT_RISK, reason="the unknown time may hold 9 bad events")
    lines = screen_lines(replace(WELL, objectives=(risky,)), 80)
    assert lines[5:7] == [
        "api-errors  at risk  100 %       0.0  0.0  0.0  28 of 28 days  0 s",
        "  the unknown time may hold 9 bad events",
    ]


def test_of_many_objectives_the_worst_are_shown_and_what_became_of_the_others_is_said() -> None:
    healths = [Health.EXHAUSTED] * 9 + [Health.NO_DATA] + [Health.HEALTHY] * 2
    objectives = tuple(
        ObjectiveNow(name=f"o{number}", health=health, reason="r", budget=None, source="", as_of=AT)
        for number, health in enumerate(healths)
    )
    lines = screen_lines(replace(WELL, objectives=objectives), 80)
    assert [line.split()[0] for line in lines if line[0:1] == "o" and line.split()[1] == "missed"] == [
        f"o{number}" for number in range(8)
    ]
    assert "and 4 more: 1 missed, 1 not known, 2 met" in lines
    assert "Objectives: there is none" in screen_lines(replace(WELL, objectives=()), 80)


def test_what_a_service_has_not_is_said_so() -> None:
    found = status(sources(canaries=()), objectives=with_items(lambda name: name == "api-errors"))
    assert blocks(found)[1:] == [
        "Deployments: no objective is on stack operations",
        "Canaries: the service has no canary",
        "Cost: no objective is on cost",
    ]


def test_an_alarm_from_before_anything_is_known_says_so() -> None:
    old: FiringNow = replace(firing(minutes=90), began_at=None)
    lines = blocks(status(sources(alarms=quiet(old)), now=AT))
    assert lines[:2] == [
        "Alarms: 1 of 40 fire (a recording of a test, 1 d, 3 min old)",
        "  page  api-errors-page-fast  since before 11-15 22:30, over 1 h 30 min",
    ]


def test_alarms_that_could_not_be_read_are_not_said_to_be_quiet() -> None:
    lines = blocks(status(sources(alarms=SourceError("CloudWatch was asked too often")), now=AT))
    assert lines[0] == "Alarms: not known: CloudWatch was asked too often"


def test_canaries_that_failed_missed_runs_or_never_ran_are_named() -> None:
    failing = a_month(slice_fails=lambda at: at >= AT - timedelta(hours=1))
    found = status(sources(metrics=failing, canaries=(("api", 1), *EVERY_CANARY[1:], ("more", 5))), now=AT)
    heading = next(number for number, line in enumerate(blocks(found)) if line.startswith("Canaries: "))
    assert blocks(found)[heading : heading + 4] == [
        "Canaries: 288 runs, 12 failed (a recording of a test, 1 d, 0 s old)",
        "  api: 12 of 288 runs failed, 1,152 of 1,440 missed, 24 of 24 hours known",
        "  progress: not known: no run, 24 of 24 hours known",
        "  authorisation: not known: no run, 24 of 24 hours known, and 2 more",
    ]


def test_a_canary_that_could_not_be_read_says_why() -> None:
    assert isinstance(WELL.canaries, Told)
    (api,) = WELL.canaries.answer
    unread = replace(api, name="progress", run_count=0, problem=NoData(reason="throttled"))
    found = replace(WELL, canaries=replace(WELL.canaries, answer=(api, unread)))
    assert "  progress: not known: throttled" in blocks(found)


def test_a_bill_that_is_short_of_days_says_which() -> None:
    short = sources(bill=a_bill())  # through the day after the last that is known
    lines = blocks(status(short, now=AT))
    assert lines[-1] == "  2026-11-15 is missing from the bill, 1 of 15 days"


def test_what_is_no_bill_of_the_service_is_not_known() -> None:
    bill = replace(a_bill(through_on=COMPLETE_ON), not_a_bill="it is of 2 accounts, and nobody chose between them")
    found = status(sources(bill=bill), now=AT)
    assert blocks(found)[-1] == "Cost: not known: it is of 2 accounts, and nobody chose between them"
    assert found.not_known == ("cost",)


def test_without_a_limit_the_cost_has_none() -> None:
    assert isinstance(WELL.cost, Told)
    lines = blocks(replace(WELL, limit_usd=None))
    assert lines[-2].startswith("Cost: $70.00 in November")
    assert blocks(replace(WELL, limit_usd=Decimal("80.50")))[-2].startswith("Cost: $70.00 of $80.5 in November")


def test_what_came_from_outside_moves_no_cursor() -> None:
    operation = Operation(stack="a\x1b[2J", status="UPDATE_COMPLETE\r", ended_at=AT - DAY)
    hostile = "b\x1b]0;c\x07\n\nd"
    found = status(sources(operations=(operation,), alarms=quiet(firing(hostile)), bill=NoData(reason=hostile)), now=AT)
    text = "\n".join(screen_lines(found, 80))
    assert {sign for sign in text if ord(sign) < 32} == {"\n"}
    assert "a\\x1b[2J" in text
    assert "b\\x1b]0;c\\x07 d" in text


def test_what_is_higher_than_a_terminal_ends_with_how_much_more_there_is() -> None:
    lines = [str(number) for number in range(10)]
    assert fitted(lines, 10) == lines
    assert fitted(lines, 4) == ["0", "1", "2", "and 7 more lines; a taller window has them"]
    assert fitted(lines, 9) == [*lines[:8], "and 2 more lines; a taller window has them"]
    assert fitted(lines, 0) == ["and 10 more lines; a taller window has them"]


def test_an_account_with_an_outage_of_one_objective_is_still_one_screen() -> None:
    (one,) = some_operations()
    operations = tuple(replace(one, ended_at=one.ended_at + number * DAY) for number in range(5))
    alarms = quiet(
        firing("api-errors-page-fast"), firing("api-errors-page-medium", minutes=12),
        firing("api-errors-ticket-slow", severity=Severity.TICKET, minutes=9),
        firing("api-errors-ticket-slowest", severity=Severity.TICKET, minutes=9), count=44,
    )  # fmt: skip
    month = a_month(bad_in=lambda at: 300 if at >= AT - 30 * MINUTE else 0, without=frozenset({"agent-turn"}))
    given = replace(sources(metrics=month, operations=operations, alarms=alarms), name="CloudWatch in us-east-1")
    found = status(given, now=AT)
    assert isinstance(found.deployments, Told)
    assert isinstance(found.cost, Told)
    named = replace(
        found,
        deployments=replace(found.deployments, source="CloudFormation events of 90 days, deleted stacks too"),
        cost=replace(found.cost, source="Cost Explorer, unblended cost"),
    )
    lines = screen_lines(named, 80)
    assert len(lines) == 23
    assert max(map(len, lines)) <= 80
