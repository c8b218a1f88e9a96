"""Which alarms fire now: in ALARM by what is known now, quiet by what is known now, and nobody can say of all others."""

from datetime import UTC, datetime, timedelta

import pytest

from alarms.current import AlarmsNow, FiringNow, UnknownNow, alarms_now
from alarms.evaluation import CombinedSource, EvaluatedAlarms, Part, Unevaluated, evaluate_live
from alarms.states import AlarmHistories
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.state_history import Segment, StateHistory, of_segments
from foundation.readings import Known
from foundation.slo.burn_rate import Severity
from tests.alarms.factories import errors_objective, plan_of
from tests.alarms.traffic import NOW, Traffic

PLAN = plan_of(errors_objective(28))
PREFIX = "t-developer-production-api-errors-"
FAST, TICKET = f"{PREFIX}page-fast", f"{PREFIX}ticket-slow"
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# Of its metrics, in X-Ray, a period is settled after five minutes; the alarms are evaluated each minute or each hour.
NEW_FOR = 5 * MINUTE + MINUTE + 15 * MINUTE
OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


def states(name: str, *parts: tuple[datetime, datetime, AlarmState]) -> StateHistory:
    segments: list[Segment] = [(int(start.timestamp()), int(end.timestamp()), state) for start, end, state in parts]
    return of_segments(
        name, segments, start_at=AT - 24 * HOUR, end_at=AT, before=None, coarse=Known.nothing()
    )  # fmt: skip


def now(*histories: StateHistory, without: dict[str, str] | None = None) -> AlarmsNow:
    nothing = CombinedSource(parts=())
    evaluated = {
        each.alarm: AlarmHistories(alarms={}, histories={each.alarm: each}, source=nothing) for each in histories
    }
    missing = {name: Unevaluated(reason=reason, detail=reason) for name, reason in (without or {}).items()}
    return alarms_now(PLAN, EvaluatedAlarms(evaluated=evaluated, without=missing), at=AT)


def test_one_that_went_into_alarm_is_told_with_since_when_and_how_new_that_is() -> None:
    found = now(states(FAST, (AT - 3 * HOUR, AT - HOUR, OK), (AT - HOUR, AT - 2 * MINUTE, ALARM)))
    assert found.firing == (
        FiringNow(
            name=FAST,
            severity=Severity.PAGE,
            began_at=AT - HOUR,
            seen_from=AT - HOUR,
            as_of=AT - 2 * MINUTE,
        ),
    )
    assert (found.quiet_count, found.unknown, found.count) == (0, (), 1)


def test_one_that_was_in_alarm_before_anything_is_known_has_no_beginning() -> None:
    (firing,) = now(states(FAST, (AT - 3 * HOUR, AT, ALARM))).firing
    assert (firing.began_at, firing.seen_from) == (None, AT - 3 * HOUR)


def test_one_that_was_in_alarm_and_is_no_longer_is_quiet() -> None:
    found = now(states(FAST, (AT - 3 * HOUR, AT - HOUR, ALARM), (AT - HOUR, AT, OK)))
    assert (found.firing, found.quiet_count, found.unknown) == ((), 1, ())


def test_insufficient_data_is_neither_quiet_nor_firing() -> None:
    found = now(states(FAST, (AT - HOUR, AT, INSUFFICIENT)))
    assert found == AlarmsNow(
        firing=(),
        quiet_count=0,
        unknown=(UnknownNow(name=FAST, reason="insufficient data"),),
        oldest_at=AT,
        newest_at=AT,
    )


def test_one_of_which_nothing_is_known_and_one_that_could_not_be_evaluated_are_not_known() -> None:
    found = now(states(FAST), without={TICKET: "none of its metrics is here"})
    assert found.unknown == (
        UnknownNow(name=FAST, reason="nothing is known of its metrics"),
        UnknownNow(name=TICKET, reason="none of its metrics is here"),
    )
    assert (found.oldest_at, found.newest_at, found.quiet_count) == (None, None, 0)


@pytest.mark.parametrize("state", [OK, ALARM])
def test_a_state_is_of_now_until_it_is_older_than_its_metrics_take(state: AlarmState) -> None:
    known = now(states(FAST, (AT - 3 * HOUR, AT - NEW_FOR, state)))
    assert (len(known.firing), known.quiet_count) == ((1, 0) if state is ALARM else (0, 1))
    second = timedelta(seconds=1)
    old = now(states(FAST, (AT - 3 * HOUR, AT - NEW_FOR - second, state)))
    assert (old.firing, old.quiet_count) == ((), 0)
    assert old.unknown == (
        UnknownNow(name=FAST, reason=f"{state.value} when last known, 2026-03-02 09:38 UTC"),
    )  # fmt: skip


def test_those_that_page_come_first_and_of_these_the_one_that_began_last() -> None:
    found = now(
        states(TICKET, (AT - 2 * HOUR, AT, ALARM)),
        states(FAST, (AT - HOUR, AT, ALARM)),
        states(f"{PREFIX}page-medium", (AT - 30 * MINUTE, AT, ALARM)),
    )
    assert [each.name.removeprefix(PREFIX) for each in found.firing] == ["page-medium", "page-fast", "ticket-slow"]


def test_it_is_as_old_as_its_oldest_state_and_as_new_as_its_newest() -> None:
    found = now(states(FAST, (AT - HOUR, AT - 9 * MINUTE, OK)), states(TICKET, (AT - HOUR, AT - MINUTE, ALARM)))
    assert (found.oldest_at, found.newest_at) == (AT - 9 * MINUTE, AT - MINUTE)


def test_reasons_are_counted_the_most_frequent_first() -> None:
    found = now(states(FAST), without={TICKET: "gone", f"{PREFIX}page-medium": "gone"})
    assert found.reasons == (("gone", 2), ("nothing is known of its metrics", 1))
    # Those that are equally frequent are in the order of their words.
    assert now(states(FAST), without={TICKET: "gone"}).reasons == (("gone", 1), ("nothing is known of its metrics", 1))
    assert now(without={FAST: "b", TICKET: "a"}).reasons == (("a", 1), ("b", 1))


@pytest.mark.parametrize("is_out", [True, False])
def test_a_whole_outage_that_goes_on_fires_by_the_engine_itself(is_out: bool) -> None:
    outages = ((NOW - 2 * HOUR, NOW + HOUR),) if is_out else ()
    source = Traffic(outages=outages)
    metrics = frozenset(stat.metric for alarm in PLAN.metric_alarms for stat in alarm.stats)
    combined = CombinedSource(parts=(Part(source=source, metrics=metrics),))
    live = evaluate_live(PLAN, combined, start_at=NOW - 24 * HOUR, end_at=NOW, from_earlier=True)
    found = alarms_now(PLAN, live, at=NOW)
    assert found.unknown == ()
    assert found.count == len(PLAN.notifying)
    began = {each.name: each.began_at for each in found.firing}
    assert began.get(FAST) == (NOW - 2 * HOUR + 2 * MINUTE if is_out else None)
    assert bool(found.firing) is is_out
