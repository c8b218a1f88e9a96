"""A status as data: numbers beside their source and age, a reason where nothing is known, null where there is nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from foundation.errors import SourceError
from foundation.readings import NoData
from reports.weekly.output_model import Unknown
from sre.cli.outputs.status import Alarms, Bill, Canaries, Deployments, output_of_status
from sre.cli.outputs.words import Outcome
from sre.cli.status.verdicts import status_verdicts
from sre.jobs.status.headline import headline
from sre.jobs.status.model import Told
from tests.reports.weekly_factories import a_month, some_operations
from tests.sre.jobs.status.factories import AT, DAY, MINUTE, firing, quiet, sources, status, with_items

WELL = status(now=AT)


def test_objectives_have_their_outcome_their_numbers_and_money_its_state_alone() -> None:
    made = output_of_status(WELL)
    found = {each.objective: each for each in made.objectives}
    errors, money = found["api-errors"], found["monthly-cost"]
    assert (errors.outcome, errors.state, errors.remaining_ratio, errors.as_of) == (Outcome.PASS, "healthy", 1, AT)
    assert (money.outcome, money.state, money.remaining_ratio, money.source) == (
        Outcome.PASS, "healthy", None, "a bill of a test",
    )  # fmt: skip
    assert money.as_of == AT - DAY
    assert (made.exit_code, made.headline, made.at) == (0, headline(WELL), AT)


@pytest.mark.parametrize(
    ("bad_ratio", "outcome"), [(Decimal(0), Outcome.PASS), (Decimal(1), Outcome.MISS)], ids=["met", "missed"]
)
def test_a_spent_budget_is_a_miss(bad_ratio: Decimal, outcome: Outcome) -> None:
    month = a_month(bad_in=lambda at: int(600 * bad_ratio) if at >= AT - DAY else 0)
    made = output_of_status(status(sources(metrics=month), now=AT))
    assert {each.outcome for each in made.objectives if each.objective.startswith("api-")} == {outcome}


def test_blocks_have_who_answered_and_how_old_it_is() -> None:
    made = output_of_status(status(sources(alarms=quiet(firing())), now=AT))
    assert isinstance(made.alarms, Alarms)
    assert (made.alarms.asked.age_seconds, made.alarms.oldest_at) == (180, AT - 9 * MINUTE)
    (one,) = made.alarms.firing
    assert (one.alarm, one.severity.value, one.began_at) == (
        "t-developer-production-api-errors-page-fast", "page", AT - 20 * MINUTE,
    )  # fmt: skip
    assert made.alarms.quiet_count == 39
    assert isinstance(made.cost, Bill)
    assert (made.cost.asked.age_seconds, made.cost.limit_usd) == (86_400, 500)
    assert made.cost.asked.window.end_at == AT - DAY
    assert isinstance(made.canaries, Canaries)
    (api,) = made.canaries.canaries
    assert (api.run_count, api.failed_count, api.expected_count, api.reason) == (288, 0, 288, None)
    assert api.known.known_ratio == 1


def test_an_operation_that_was_rolled_back_has_failed() -> None:
    made = output_of_status(status(sources(operations=some_operations(failed=True)), now=AT))
    assert isinstance(made.deployments, Deployments)
    (one,) = made.deployments.operations
    assert (one.status, one.outcome) == ("UPDATE_ROLLBACK_COMPLETE", "fail")


def test_a_canary_that_could_not_be_read_has_no_numbers() -> None:
    assert isinstance(WELL.canaries, Told)
    (api,) = WELL.canaries.answer
    unread = replace(api, problem=NoData(reason="throttled"))
    made = output_of_status(replace(WELL, canaries=replace(WELL.canaries, answer=(unread,), as_of=None)))
    assert isinstance(made.canaries, Canaries)
    (row,) = made.canaries.canaries
    assert (row.run_count, row.failed_count, row.reason) == (None, None, "throttled")
    assert (made.canaries.asked.as_of, made.canaries.asked.age_seconds) == (None, None)


def test_what_is_not_known_has_its_reason_and_what_there_is_not_is_null() -> None:
    broken = SourceError("refused")
    made = output_of_status(status(sources(alarms=broken, operations=broken, bill=NoData(reason="no bill")), now=AT))
    assert (made.alarms, made.deployments, made.cost) == (
        Unknown(reason="refused"), Unknown(reason="refused"), Unknown(reason="no bill"),
    )  # fmt: skip
    small = output_of_status(status(sources(canaries=()), objectives=with_items(lambda name: name == "api-errors")))
    assert (small.deployments, small.canaries, small.cost) == (None, None, None)


def test_verdicts_have_the_objectives_as_rows_and_the_other_blocks_as_notes() -> None:
    made = status_verdicts(WELL, output_of_status(WELL))
    assert made.title == "Status of t-developer production"
    assert [
        (each.name, each.outcome, each.cells) for each in made.rows if each.name in ("api-errors", "monthly-cost")
    ] == [
        ("api-errors", Outcome.PASS, ("100 %", "0.0", "0")),
        ("monthly-cost", Outcome.PASS, ("–", "–", "–")),
    ]
    assert made.headline == headline(WELL)
    assert made.notes[0] == "Alarms: none of 40 fires (a recording of a test, 1 d, 3 min old)"
    assert len(made.notes) == 5
