"""Where a status is read: a bill once an hour, a recording as of its end, and files that are wrong told at once."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pyarrow_parquet
import pytest

import sre.jobs.status.sources as of_status
import sre.jobs.weekly_report.sources as of_week
from alarms.evaluation import EvaluatedAlarms, Unevaluated
from alarms.plan import plan_of
from foundation.errors import InputError, SourceError
from foundation.readings import Interval, NoData, Reading
from foundation.slo.model import Objectives
from reports.bill_filter import BillFilter
from reports.deployments import to_events
from reports.money import CostActuals, CostSource
from sre.jobs.status.sources import (
    KeptBill,
    WatchedNow,
    account_sources,
    bill_of,
    check_given,
    platform_sources,
    recorded_sources,
)
from tests.alarms.factories import errors_objective, stage_of
from tests.alarms.traffic import NOW, Traffic
from tests.reports.focus_bills import days, written
from tests.reports.weekly_factories import Bill, a_bill, of_quarter, some_operations
from tests.sre.cli.status.shop import END, a_recording
from tests.sre.jobs.status.factories import OBJECTIVES, sources
from tests.sre.local.test_local import a_platform

THROUGH, NEXT = date(2026, 11, 14), date(2026, 11, 15)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NOBODY = NoData(reason="there is no bill here; --costs FILE brings one")


@dataclass(kw_only=True)
class Asked:
    """A bill that is made anew for each moment, and notes for which; it fails as often as is said."""

    fail_count: int = 0
    made_at: list[datetime] = field(default_factory=list[datetime])

    def made(self, now: datetime) -> CostSource:
        self.made_at.append(now)
        return Bill(NoData(reason="refused") if len(self.made_at) <= self.fail_count else a_bill(through_on=THROUGH))


class Hands:
    """A clock that stands where it is put."""

    at = datetime(2026, 11, 16, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def read(bill: KeptBill, on: date = THROUGH) -> Reading[CostActuals] | NoData:
    return bill.read(through_on=on, complete_on=on)


def test_a_bill_is_read_once_an_hour() -> None:
    asked, clock = Asked(), Hands()
    bill = KeptBill(made=asked.made, clock=clock.now)
    first = read(bill)
    clock.at += HOUR - SECOND
    assert read(bill) is first
    assert len(asked.made_at) == 1
    clock.at += SECOND
    assert isinstance(read(bill), Reading)
    assert asked.made_at == [Hands.at, Hands.at + HOUR]
    clock.at += SECOND
    read(bill)
    assert len(asked.made_at) == 2


def test_a_bill_of_other_days_is_another_one() -> None:
    asked = Asked()
    bill = KeptBill(made=asked.made, clock=Hands().now)
    read(bill)
    read(bill, NEXT)
    assert len(asked.made_at) == 2


def test_a_bill_that_could_not_be_read_is_asked_for_again() -> None:
    asked = Asked(fail_count=2)
    bill = KeptBill(made=asked.made, clock=Hands().now)
    assert read(bill) == read(bill) == NoData(reason="refused")
    assert isinstance(read(bill), Reading)
    read(bill)
    assert len(asked.made_at) == 3


def test_a_bill_is_that_of_the_export_or_of_the_account_or_there_is_none(tmp_path: Path) -> None:
    file = written(tmp_path, days(date(2026, 11, 1), date(2026, 11, 20)))
    exported = bill_of(file, BillFilter(), has_account=False, clock=Hands().now)
    assert isinstance(exported, KeptBill)
    found = read(exported)
    assert isinstance(found, Reading)
    assert found.answer.month_to_date_usd == 70
    assert bill_of(None, BillFilter(), has_account=False, clock=Hands().now) == NOBODY
    account = bill_of(None, BillFilter(), has_account=True, clock=Hands().now)
    assert isinstance(account, KeptBill)
    # Nobody has credentials here, which is no reason to end.
    assert isinstance(read(account), NoData)


def watched(*, costs: Path | None = None, deployments: Path | None = None) -> WatchedNow:
    return WatchedNow(
        plan=plan_of(stage_of(errors_objective(7))), canaries=(), canary_timeout=timedelta(0),
        bill=bill_of(costs, BillFilter(), has_account=False, clock=Hands().now), costs=costs, deployments=deployments,
    )  # fmt: skip


def test_a_recording_is_asked_about_its_end_and_nobody_about_another_moment(tmp_path: Path) -> None:
    found = recorded_sources(watched(), file=a_recording(tmp_path / "r.parquet", hours_unknown=3), parameters={})
    assert (found.name, found.at) == ("recording r.parquet", END - 3 * HOUR)
    assert found.operations("x") == NoData(reason="a recording has no stack operations; --deployments FILE brings them")
    assert found.bill == NOBODY
    # Of alarms whose metrics nobody recorded, nothing is known.
    now = found.alarms(Interval(start_at=END - 27 * HOUR, end_at=END - 3 * HOUR))
    assert {each.reason for each in now.unknown} == {"none of its metrics is here"}
    assert len(now.unknown) == now.count


def test_a_recording_that_does_not_state_what_it_knows_is_called_inferred(tmp_path: Path) -> None:
    stated = a_recording(tmp_path / "r.parquet")
    parquet: Any = pyarrow_parquet
    table = parquet.read_table(stated)
    parquet.write_table(table.replace_schema_metadata({}), tmp_path / "plain.parquet")
    found = recorded_sources(watched(), file=tmp_path / "plain.parquet", parameters={})
    assert (found.name, found.at) == ("recording plain.parquet, inferred", END)
    assert recorded_sources(watched(), file=stated, parameters={}).name == "recording r.parquet"


def test_a_file_that_is_no_recording_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "r.parquet").write_text("no")
    with pytest.raises((InputError, SourceError), match=r"r\.parquet"):
        recorded_sources(watched(), file=tmp_path / "r.parquet", parameters={})


def test_files_that_were_named_and_are_none_are_told_at_once_and_others_are_not_looked_at(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("no\n")

    def check(given: WatchedNow, objectives: Objectives = OBJECTIVES) -> None:
        recorded = recorded_sources(given, file=a_recording(tmp_path / "r.parquet"), parameters={})
        check_given(given, recorded, objectives, now=END)

    check(watched())
    check(watched(costs=written(tmp_path, days(date(2026, 11, 1), date(2026, 11, 20)))))
    for given in (watched(costs=wrong), watched(deployments=wrong)):
        with pytest.raises(InputError, match=r"wrong\.csv"):
            check(given)
    with pytest.raises(InputError, match=r"wrong\.csv"):
        check(watched(deployments=wrong), replace(OBJECTIVES, items=()))
    # Where nothing was named, nobody is asked before the round.
    asked: list[str] = []
    unasked = replace(sources(), operations=lambda prefix: asked.append(prefix) or NoData(reason="none"))
    check_given(watched(), unasked, OBJECTIVES, now=END)
    assert asked == []

    class NoBill:
        def read(self, **_days: object) -> NoData:
            raise AssertionError("no file was named")

    check_given(replace(watched(), bill=NoBill()), unasked, OBJECTIVES, now=END)


@pytest.mark.parametrize(("at", "through_on"), [(END, THROUGH), (None, date(2026, 11, 17))], ids=["then", "now"])
def test_files_are_looked_at_for_what_will_be_asked_of_them(
    at: datetime | None, through_on: date, tmp_path: Path
) -> None:
    asked: list[object] = []

    class Noting:
        def read(self, **days: date) -> NoData:
            asked.append(days["through_on"])
            return NoData(reason="none")

    given = replace(watched(deployments=tmp_path, costs=tmp_path), bill=Noting())
    noting = replace(sources(), at=at, operations=lambda prefix: asked.append(prefix) or NoData(reason="none"))
    check_given(given, noting, OBJECTIVES, now=END + timedelta(days=3))
    assert asked == ["t-developer-production", through_on]


def test_the_local_platform_is_asked_for_its_alarms_and_its_stacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = a_platform(tmp_path)
    asked: list[object] = []

    def evaluated(_plan: object, at: object, *, start_at: datetime, end_at: datetime) -> EvaluatedAlarms:
        asked.append((at, start_at, end_at))
        return EvaluatedAlarms(evaluated={}, without={"a": Unevaluated(reason="none here", detail="none here")})

    def operations(client: Any, *, prefix: str, now: datetime) -> NoData:
        asked.append((client.meta.endpoint_url, prefix, now))
        return NoData(reason="none")

    monkeypatch.setattr(of_status, "evaluate_on_platform", evaluated)
    monkeypatch.setattr(of_status, "read_operations", operations)
    found = platform_sources(watched(), platform=platform, now=END)
    now = found.alarms(Interval(start_at=END - HOUR, end_at=END))
    assert [(each.name, each.reason) for each in now.unknown] == [("a", "none here")]
    assert found.operations("x") == NoData(reason="none")
    assert asked == [(platform, END - HOUR, END), (platform.endpoint, "x", END)]


def test_in_an_account_a_file_of_stack_events_stands_in_for_cloudformation(tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(to_events(of_quarter(some_operations())))
    found = account_sources(watched(deployments=events), region="us-east-1", now=END)
    told = found.operations("t-developer-production")
    assert isinstance(told, Reading)
    assert told.answer == some_operations()
    platform = platform_sources(watched(deployments=events), platform=a_platform(tmp_path), now=END)
    assert platform.operations("t-developer-production") == told
    assert (found.name, found.at, platform.name, platform.at) == (
        "CloudWatch in us-east-1", None, "the local platform", None,
    )  # fmt: skip


def test_in_an_account_an_alarm_from_before_the_day_is_told_with_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    began_at = NOW - 30 * HOUR
    traffic = Traffic(outages=((began_at, NOW + HOUR),))
    monkeypatch.setattr(of_week, "connect_everywhere", lambda _region, **_: traffic)
    monkeypatch.setattr(of_week, "deployed_parameters", lambda *_, **__: dict[str, str]())
    found = account_sources(watched(), region="eu-central-1", now=NOW)
    now = found.alarms(Interval(start_at=NOW - 24 * HOUR, end_at=NOW))
    fast = next(each for each in now.firing if each.name.endswith("page-fast"))
    assert fast.began_at == began_at + timedelta(minutes=1)
