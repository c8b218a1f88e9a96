"""Cost Explorer as it answers: pages, credits, refunds, estimated days, empty groups, refused forecasts, and days in UTC."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from foundation.readings import NoData, Reading
from reports.cost_explorer import CostExplorer, complete_through
from reports.money import CostActuals, next_month

GROSS = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}}


def day(
    on: str, *groups: tuple[str, str], total: str | None = None, estimated: bool = False, keys: int = 1
) -> dict[str, Any]:
    """One entry of ResultsByTime; a group's keys are separated by a bar."""
    start = date.fromisoformat(on)
    return {
        "TimePeriod": {"Start": on, "End": (start + timedelta(days=1)).isoformat()},
        "Total": {} if total is None else {"UnblendedCost": {"Amount": total, "Unit": "USD"}},
        "Groups": [
            {"Keys": name.split("|"), "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}}
            for name, amount in groups
        ],
        "Estimated": estimated,
    }


class Recorded:
    """The eight requests of one report, in order, with what is answered."""

    def __init__(self, through_on: date, today_on: date) -> None:
        self.client = boto3.client("ce", region_name="us-east-1")
        self.stubber = Stubber(self.client)
        self.through_on, self.today_on = through_on, today_on
        self.month = {
            "Start": through_on.replace(day=1).isoformat(),
            "End": (through_on + timedelta(days=1)).isoformat(),
        }

    def cost(
        self,
        days: list[dict[str, Any]],
        *,
        period: Any = ANY,
        token: str | None = None,
        asked: str | None = None,
        **expected: Any,
    ) -> None:
        answer: dict[str, Any] = {"ResultsByTime": days}
        if token is not None:
            answer["NextPageToken"] = token
        request: dict[str, Any] = {
            "TimePeriod": period, "Granularity": ANY, "Metrics": ANY, "Filter": GROSS, **expected,
        }  # fmt: skip
        if asked is not None:
            request["NextPageToken"] = asked
        self.stubber.add_response(
            "get_cost_and_usage", answer, {key: value for key, value in request.items() if value is not None}
        )

    def usual(self, *, records: list[dict[str, Any]] | None = None, days: list[str] | None = None) -> None:
        """Six requests on cost: one service of $3 a day with a usage type of $2, and $1 that no usage type names."""
        days = days or [self.through_on.isoformat()]
        month = self.month["Start"][:7]
        in_month = [on for on in days if on.startswith(month)]
        self.cost([day(on, total="3.00", estimated=True) for on in in_month], period=self.month)
        self.cost([day(on, ("AWS Lambda", "3.00")) for on in days], GroupBy=ANY)
        self.cost([day(on, ("AWS Lambda|USE1-Request", "2.00")) for on in days], GroupBy=ANY)
        self.cost([day(self.month["Start"], ("Project$", "0.75"), ("Project$t-developer", "2.25"))], GroupBy=ANY)
        self.cost([day("2026-10-01", ("AWS Lambda", "80.10"), ("Amazon S3", "0.90"))], GroupBy=ANY)
        self.cost(records or [], GroupBy=ANY, Filter=None)

    def forecast(self, *days: tuple[str, str, str], start: str, end: str) -> None:
        results = [
            {"TimePeriod": {"Start": start, "End": end}, "MeanValue": mean, "PredictionIntervalLowerBound": low,
             "PredictionIntervalUpperBound": high}
            for mean, low, high in days
        ]  # fmt: skip
        self.stubber.add_response(
            "get_cost_forecast",
            {"Total": {"Amount": "0", "Unit": "USD"}, "ForecastResultsByTime": results},
            {"TimePeriod": {"Start": start, "End": end}, "Metric": "UNBLENDED_COST", "Granularity": "DAILY",
             "PredictionIntervalLevel": 80, "Filter": GROSS},
        )  # fmt: skip

    def anomalies(self, *found: dict[str, Any]) -> None:
        self.stubber.add_response("get_anomalies", {"Anomalies": list(found)}, {"DateInterval": ANY, "MaxResults": 100})

    def read(self) -> tuple[Reading[CostActuals] | NoData, CostExplorer]:
        source = CostExplorer(client=self.client, today_on=self.today_on)
        with self.stubber:
            found = source.read(through_on=self.through_on, complete_on=self.today_on - timedelta(days=2))
            self.stubber.assert_no_pending_responses()
        return found, source


MIDDLE = (date(2026, 11, 15), date(2026, 11, 17))


def known(found: Reading[CostActuals] | NoData) -> CostActuals:
    assert isinstance(found, Reading), found
    return found.answer


def test_gross_net_and_forecast_of_a_month_with_credits_and_refunds() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual(
        records=[day("2026-11-15", ("Credit", "-10.00"), ("Refund", "-1.50"), ("Usage", "3.00"), ("Tax", "0.57"))]
    )
    recorded.forecast(("4.00", "3.00", "5.00"), ("4.00", "3.50", "6.00"), start="2026-11-17", end="2026-12-01")
    recorded.anomalies()
    found, source = recorded.read()
    cost = known(found)
    assert cost.month_to_date_usd == Decimal("3.00")
    assert cost.net_to_date_usd == Decimal("3.00") - 10 - Decimal("1.50") + Decimal("0.57")
    # The 16th is complete in nobody's books: it comes at the forecast's mean.
    assert cost.month_end[:3] == (Decimal("15.00"), Decimal("13.50"), Decimal("18.00"))
    assert cost.estimated
    assert cost.previous_month_usd == Decimal("81.00")
    assert cost.untagged_usd == Decimal("0.75")
    assert source.request_count == 8


def test_cost_explorer_is_known_through_its_last_complete_day() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual()
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    recorded.anomalies()
    found, _ = recorded.read()
    assert isinstance(found, Reading)
    assert str(found.known) == "2026-11-01 00:00 to 2026-11-16 00:00"
    assert (found.origin.is_stated, found.origin.delay, found.resolution_seconds) == (True, timedelta(days=2), 86_400)


def test_what_usage_types_leave_over_is_kept_so_that_sums_agree() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual()
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    recorded.anomalies()
    cost = known(recorded.read()[0])
    end_on = date(2026, 11, 16)
    charged = {(each.service_code, each.plain_usage_type): each.cost_usd for each in cost.charges}
    assert charged == {("AWSLambda", "Request"): Decimal("2.00"), ("AWSLambda", ""): Decimal("1.00")}
    assert sum(cost.by_service(date(2026, 11, 1), end_on).values()) == cost.month_to_date_usd


def test_every_page_is_read_and_counted() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.cost([day("2026-11-14", total="1.00")], token="two")
    recorded.cost([day("2026-11-15", total="2.00")], asked="two")
    recorded.cost([day("2026-11-14", ("A", "1.00"))], GroupBy=ANY, token="more")
    recorded.cost([day("2026-11-15", ("A", "2.00"))], GroupBy=ANY, asked="more")
    recorded.cost([day("2026-11-14", ("A|x", "1.00")), day("2026-11-15", ("A|x", "2.00"))], GroupBy=ANY)
    recorded.cost([], GroupBy=ANY)
    recorded.cost([], GroupBy=ANY)
    recorded.cost([], GroupBy=ANY, Filter=None)
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    recorded.anomalies()
    found, source = recorded.read()
    assert known(found).month_to_date_usd == Decimal("3.00")
    assert source.request_count == 10


def test_pages_without_end_are_given_up_before_they_cost_dollars() -> None:
    recorded = Recorded(*MIDDLE)
    for number in range(20):
        recorded.cost([], token="again", asked="again" if number else None)
    found, _ = recorded.read()
    assert isinstance(found, NoData)
    assert "more than 20 pages" in found.reason


def test_groups_that_do_not_add_up_to_the_days_are_no_data() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.cost([day("2026-11-15", total="9.00")])
    recorded.cost([day("2026-11-15", ("A", "3.00"))], GroupBy=ANY)
    for _ in range(3):
        recorded.cost([], GroupBy=ANY)
    recorded.cost([], GroupBy=ANY, Filter=None)
    found, _ = recorded.read()
    assert isinstance(found, NoData)
    assert "add up to $3.00 and its days to $9.00" in found.reason


def test_empty_groups_are_no_data_and_not_zero_dollars() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.cost([day("2026-11-15", total="0")])
    for _ in range(4):
        recorded.cost([day("2026-11-15")], GroupBy=ANY)
    recorded.cost([], GroupBy=ANY, Filter=None)
    found, _ = recorded.read()
    assert isinstance(found, NoData)
    assert "no charge" in found.reason


def test_on_the_last_day_of_a_month_our_own_run_rate_stands_in_and_says_so() -> None:
    recorded = Recorded(date(2026, 11, 29), date(2026, 12, 1))
    recorded.usual(days=[f"2026-11-{number}" for number in range(23, 30)])
    recorded.anomalies()
    found, source = recorded.read()
    cost = known(found)
    middle, low, high, method = cost.month_end
    assert (middle, low, high) == (Decimal("24.00"), None, None)
    assert method == "projected from the last 7 days, as Cost Explorer forecasts no day that is past"
    assert source.request_count == 7


def test_on_the_last_day_itself_the_forecast_begins_today_and_not_tomorrow() -> None:
    """Tomorrow is the end of the month, which Cost Explorer refuses as a start."""
    recorded = Recorded(date(2026, 11, 28), date(2026, 11, 30))
    recorded.usual()
    recorded.forecast(("4.00", "3.00", "5.00"), start="2026-11-30", end="2026-12-01")
    recorded.anomalies()
    assert known(recorded.read()[0]).month_end[0] == Decimal("3.00") + 4 + 4


def test_on_the_first_days_of_a_month_the_month_before_is_told() -> None:
    """On the 1st and 2nd the last complete day lies in the month before, whose month to date is not empty."""
    through_on = complete_through(datetime(2026, 12, 2, 23, 0, tzinfo=UTC))
    assert through_on == date(2026, 11, 30)
    recorded = Recorded(through_on, date(2026, 12, 2))
    assert recorded.month == {"Start": "2026-11-01", "End": "2026-12-01"}
    recorded.usual()
    recorded.anomalies()
    cost = known(recorded.read()[0])
    assert cost.remaining_days == 0
    assert cost.month_end[0] == cost.month_to_date_usd == Decimal("3.00")


def test_a_report_on_an_earlier_week_reads_the_days_since_then_and_forecasts_only_the_rest() -> None:
    recorded = Recorded(date(2026, 11, 15), date(2026, 11, 27))
    recorded.month["End"] = "2026-11-26"
    recorded.usual(days=["2026-11-15", "2026-11-20", "2026-11-25"])
    recorded.forecast(("2.00", "1.00", "3.00"), start="2026-11-27", end="2026-12-01")
    recorded.anomalies()
    cost = known(recorded.read()[0])
    assert cost.month_to_date_usd == Decimal("3.00")
    assert cost.month_end[:3] == (Decimal("9.00") + 2 + 2, Decimal("9.00") + 1 + 2, Decimal("9.00") + 3 + 2)


def test_a_report_on_a_month_that_is_over_asks_for_no_forecast() -> None:
    recorded = Recorded(date(2026, 10, 18), date(2026, 11, 17))
    recorded.month["End"] = "2026-11-01"
    recorded.usual(days=["2026-10-18", "2026-10-31"])
    recorded.anomalies()
    found, source = recorded.read()
    assert known(found).month_end == (Decimal("6.00"), None, None, "actual cost, as the month is over")
    assert source.request_count == 7


def test_another_currency_is_no_data_and_is_not_taken_for_dollars() -> None:
    recorded = Recorded(*MIDDLE)
    euros = {"UnblendedCost": {"Amount": "3.00", "Unit": "EUR"}}
    recorded.cost([{**day("2026-11-15"), "Total": euros}])
    for _ in range(4):
        recorded.cost([], GroupBy=ANY)
    recorded.cost([], GroupBy=ANY, Filter=None)
    found, _ = recorded.read()
    assert isinstance(found, NoData)
    assert found.reason == "Cost Explorer answers in EUR, and only USD can be compared"


def test_quantities_are_asked_of_usage_types_only_since_they_mean_nothing_across_them() -> None:
    recorded = Recorded(*MIDDLE)
    usual = day("2026-11-15", ("AWS Lambda|USE1-Request", "3.00"))
    usual["Groups"][0]["Metrics"]["UsageQuantity"] = {"Amount": "15000000", "Unit": "Requests"}
    recorded.cost([day("2026-11-15", total="3.00")], Metrics=["UnblendedCost"])
    recorded.cost([day("2026-11-15", ("AWS Lambda", "3.00"))], Metrics=["UnblendedCost"], GroupBy=ANY)
    recorded.cost([usual], Metrics=["UnblendedCost", "UsageQuantity"], GroupBy=ANY)
    for _ in range(2):
        recorded.cost([], Metrics=["UnblendedCost"], GroupBy=ANY)
    recorded.cost([], Metrics=["UnblendedCost"], GroupBy=ANY, Filter=None)
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    recorded.anomalies()
    (charge,) = known(recorded.read()[0]).charges
    assert charge.quantity == Decimal(15_000_000)


def test_a_forecast_that_is_refused_for_want_of_history_is_our_own_run_rate() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual()
    recorded.stubber.add_client_error(
        "get_cost_forecast", "DataUnavailableException", "Insufficient amount of historical data"
    )
    recorded.anomalies()
    cost = known(recorded.read()[0])
    assert cost.month_end[0] == Decimal("3.00") + 15 * Decimal("3.00")
    assert "Insufficient amount of historical data" in cost.month_end[3]


def test_a_fee_that_is_charged_once_is_no_part_of_our_own_run_rate() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual(records=[day("2026-11-15", ("Usage", "1.00"), ("Upfront reservation fee", "2.00"))])
    recorded.stubber.add_client_error("get_cost_forecast", "DataUnavailableException", "no history")
    recorded.anomalies()
    cost = known(recorded.read()[0])
    assert cost.once_usd == ((date(2026, 11, 15), Decimal("2.00")),)
    assert (cost.month_to_date_usd, cost.run_rate_usd, cost.month_end[0]) == (3, 1, 3 + 15)


@pytest.mark.parametrize("code", ["AccessDeniedException", "LimitExceededException", "ThrottlingException"])
def test_denied_and_throttled_are_no_data_with_the_reason(code: str) -> None:
    recorded = Recorded(*MIDDLE)
    recorded.stubber.add_client_error("get_cost_and_usage", code, "no")
    found, _ = recorded.read()
    assert isinstance(found, NoData)
    assert code in found.reason


def test_anomalies_are_told_and_their_absence_is_not_that_of_the_bill() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual()
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    recorded.stubber.add_client_error("get_anomalies", "AccessDeniedException", "no")
    cost = known(recorded.read()[0])
    assert isinstance(cost.anomalies, NoData)


def test_anomalies_are_read_to_the_last_page_with_what_people_said_of_them() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual()
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")

    def anomaly(number: int, feedback: str) -> dict[str, Any]:
        return {
            "AnomalyId": f"a-{number}", "AnomalyStartDate": "2026-11-14", "Feedback": feedback,
            "AnomalyScore": {"MaxScore": 1, "CurrentScore": 1}, "MonitorArn": "arn",
            "Impact": {"MaxImpact": 1, "TotalImpact": number},
            "RootCauses": [{"Service": "AWS Lambda", "UsageType": "Request"}],
        }  # fmt: skip

    asked = {"DateInterval": {"StartDate": "2026-11-02", "EndDate": "2026-11-15"}, "MaxResults": 100}
    recorded.stubber.add_response("get_anomalies", {"Anomalies": [anomaly(1, "NO")], "NextPageToken": "more"}, asked)
    recorded.stubber.add_response(
        "get_anomalies", {"Anomalies": [anomaly(2, "YES")]}, {**asked, "NextPageToken": "more"}
    )
    found, source = recorded.read()
    anomalies = known(found).anomalies
    assert not isinstance(anomalies, NoData)
    assert [(each.id, each.status) for each in anomalies] == [("a-2", "confirmed"), ("a-1", "no anomaly")]
    assert source.request_count == 9


def test_anomalies_without_end_are_no_data_and_not_the_first_pages_of_them() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual()
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    for _ in range(20):
        recorded.stubber.add_response("get_anomalies", {"Anomalies": [], "NextPageToken": "again"})
    anomalies = known(recorded.read()[0]).anomalies
    assert isinstance(anomalies, NoData)
    assert "more than 20 pages of anomalies" in anomalies.reason


@pytest.mark.parametrize("minute", [0, 30])
def test_the_last_complete_day_is_utcs_in_every_zone(minute: int) -> None:
    """At UTC midnight, told in UTC, UTC+12 and UTC-12, it is the same day."""
    at = datetime(2026, 11, 17, 0, minute, tzinfo=UTC)
    zones = (UTC, timezone(timedelta(hours=12)), timezone(timedelta(hours=-12)))
    assert {complete_through(at.astimezone(zone)) for zone in zones} == {date(2026, 11, 15)}
    before = at - timedelta(minutes=minute, seconds=1)
    assert {complete_through(before.astimezone(zone)) for zone in zones} == {date(2026, 11, 14)}


def test_the_days_of_a_range_add_up_to_the_range() -> None:
    recorded = Recorded(*MIDDLE)
    recorded.usual(days=["2026-11-13", "2026-11-14", "2026-11-15"])
    recorded.forecast(("1", "1", "1"), start="2026-11-17", end="2026-12-01")
    recorded.anomalies()
    cost = known(recorded.read()[0])
    assert sum(usd for _, usd in cost.days) == cost.month_to_date_usd == Decimal("9.00")
    assert cost.days[0][0] == date(2026, 11, 1)


def test_a_month_begins_after_the_last_day_of_the_one_before() -> None:
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert next_month(date(2028, 2, 29)) == date(2028, 3, 1)
