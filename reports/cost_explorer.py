"""Actual cost from Cost Explorer, in eight requests of $0.01 a page, with the traps of its API closed.

Its days are UTC and its ends exclusive; the last two days are not complete; a month's first day has no month to date; a
forecast is refused on a month's last day and without ten days of history; pages have no paginator; money is text.
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.errors import SourceError
from foundation.readings import NoData, Origin, Reading
from reports.money import (
    Anomaly,
    Charge,
    CostActuals,
    Forecast,
    Kind,
    days_between,
    midnight,
    next_month,
    reading_of_days,
)
from reports.service_names import code_of

if TYPE_CHECKING:
    from mypy_boto3_ce import CostExplorerClient

_MOST_PAGES = 20
_HISTORY_DAYS = 14
_DELAY = timedelta(days=2)
_GROSS: dict[str, Any] = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}}
_FEEDBACK = {"YES": "confirmed", "NO": "no anomaly", "PLANNED_ACTIVITY": "planned"}
_RECORD_KINDS: Mapping[str, Kind] = MappingProxyType({"Credit": "Credit", "Refund": "Refund", "Tax": "Tax"})
# What is charged once, or on one day for all of a month: the charge types of
# https://docs.aws.amazon.com/cost-management/latest/userguide/ce-filtering.html
_ONCE = frozenset(
    {
        "Fee", "Upfront reservation fee", "Recurring reservation fee", "Savings Plan Upfront Fee", "SavingsPlanUpfrontFee",
        "Other out-of-cycle charges",
    }
)  # fmt: skip
_METRIC, _QUANTITY = "UnblendedCost", "UsageQuantity"


def complete_through(now: datetime) -> date:
    """The last day that Cost Explorer has in full: two days before today, in UTC whatever the zone of `now`."""
    return now.astimezone(UTC).date() - _DELAY


@dataclass(slots=True)
class CostExplorer:
    """The bill of the account that `client` belongs to, asked on `today_on`. The absence of `component_tag` is reported."""

    client: "CostExplorerClient"
    today_on: date
    component_tag: str = "Project"
    request_count: int = 0

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        """Everything a report needs; NoData when the charges themselves cannot be read."""
        self.request_count = 0
        month_on = through_on.replace(day=1)
        # Past the next 1st is refused.
        end_on = min(max(through_on, complete_on) + timedelta(days=1), next_month(through_on))
        previous_on = (month_on - timedelta(days=1)).replace(day=1)
        history_on = min(month_on, through_on - timedelta(days=_HISTORY_DAYS - 1))
        try:
            daily = self._pages("DAILY", month_on, end_on, filter_=_GROSS)
            services = self._pages("DAILY", history_on, end_on, by=("SERVICE",), filter_=_GROSS)
            usage = self._pages("DAILY", history_on, end_on, by=("SERVICE", "USAGE_TYPE"), filter_=_GROSS)
            tagged = self._pages("MONTHLY", month_on, end_on, tag=self.component_tag, filter_=_GROSS)
            previous = self._pages("MONTHLY", previous_on, month_on, by=("SERVICE",), filter_=_GROSS)
            records = self._pages("DAILY", history_on, end_on, by=("RECORD_TYPE",))
        except (ClientError, BotoCoreError) as error:
            # The rest of a report may be had without it, also where nobody could ask.
            return NoData(reason=str(aws_error("Cost Explorer", error)))
        except SourceError as error:
            return NoData(reason=str(error))
        if currencies := _currencies([*daily, *services, *usage, *tagged, *previous, *records]) - {"USD"}:
            return NoData(
                reason=f"Cost Explorer answers in {', '.join(sorted(currencies))}, and only USD can be compared"
            )
        charges = [*_charges(usage, services), *_adjustments(records)]
        if not charges:
            return NoData(reason="Cost Explorer answered with no charge, which is what a wrong filter does, too")
        month_total = sum((_amount(day["Total"][_METRIC]) for day in daily if day.get("Total")), Decimal(0))
        told = sum((each.cost_usd for each in charges if each.on >= month_on and each.kind == "Usage"), Decimal(0))
        if abs(month_total - told) > Decimal("0.01"):
            return NoData(
                reason=f"Cost Explorer's groups add up to ${told:.2f} and its days to ${month_total:.2f}: one is not whole"
            )
        actuals = CostActuals(
            source="Cost Explorer, unblended cost",
            through_on=through_on,
            complete_on=complete_on,
            charges=tuple(charges),
            estimated=any(day.get("Estimated", False) for day in daily),
            forecast=self._forecast(end_on, next_month(through_on)),
            anomalies=self._anomalies(through_on),
            request_count=self.request_count,
            previous_month_usd=sum((_grouped(day) for day in previous), Decimal(0)),
            untagged_usd=sum((_untagged(day) for day in tagged), Decimal(0)),
            once_usd=_once(records),
        )
        asked_on = history_on, end_on - timedelta(days=1)
        origin = Origin(
            source=actuals.source,
            region=None,
            read_at=midnight(self.today_on),
            delay=_DELAY,
            is_stated=True,
            notes=(),
        )
        known_on = days_between(history_on, min(asked_on[1], complete_on, self.today_on - _DELAY))
        return reading_of_days(actuals, asked_on=asked_on, known_on=known_on, origin=origin)

    def _pages(
        self, granularity: str, start_on: date, end_on: date, *, by: tuple[str, ...] = (), tag: str | None = None,
        filter_: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        request: Any = {
            "TimePeriod": {"Start": start_on.isoformat(), "End": end_on.isoformat()},
            "Granularity": granularity,
            # A quantity means something within one usage type only.
            "Metrics": [_METRIC, _QUANTITY] if "USAGE_TYPE" in by else [_METRIC],
        }
        groups = [{"Type": "DIMENSION", "Key": key} for key in by] + ([{"Type": "TAG", "Key": tag}] if tag else [])
        if groups:
            request["GroupBy"] = groups
        if filter_ is not None:
            request["Filter"] = filter_
        found: list[dict[str, Any]] = []
        for _ in range(_MOST_PAGES):
            self.request_count += 1
            page = cast("dict[str, Any]", self.client.get_cost_and_usage(**request))
            found += page["ResultsByTime"]
            token = page.get("NextPageToken")
            if not token:
                return found
            request = {**request, "NextPageToken": token}
        raise SourceError(f"Cost Explorer has more than {_MOST_PAGES} pages, each of which costs $0.01")

    def _forecast(self, unknown_on: date, end_on: date) -> Forecast | NoData:
        """The rest of the month, from the first day on of which nothing is known."""
        if unknown_on >= end_on:
            return NoData(reason="the month is over")
        start_on = max(self.today_on, unknown_on)
        if start_on >= end_on:
            return NoData(reason="Cost Explorer forecasts no day that is past")
        self.request_count += 1
        try:
            answer = self.client.get_cost_forecast(
                TimePeriod={"Start": start_on.isoformat(), "End": end_on.isoformat()},
                Metric="UNBLENDED_COST",
                Granularity="DAILY",
                PredictionIntervalLevel=80,
                Filter=cast("Any", _GROSS),
            )
        except (ClientError, BotoCoreError) as error:
            return NoData(reason=f"no forecast: {aws_error('Cost Explorer', error)}")
        days = answer["ForecastResultsByTime"]
        if not days:
            return NoData(reason="Cost Explorer's forecast has no day")
        mean = sum((Decimal(day["MeanValue"]) for day in days), Decimal(0))
        # The days between the last complete one and today, at the forecast's own mean.
        gap = (start_on - unknown_on).days
        between = mean / len(days) * gap
        return Forecast(
            rest_usd=mean + between,
            low_usd=sum((Decimal(day["PredictionIntervalLowerBound"]) for day in days), Decimal(0)) + between,
            high_usd=sum((Decimal(day["PredictionIntervalUpperBound"]) for day in days), Decimal(0)) + between,
            method="Cost Explorer's forecast, 80 % a day added up"
            + (f", and {gap} incomplete days at its mean" if gap else ""),
        )

    def _anomalies(self, through_on: date) -> tuple[Anomaly, ...] | NoData:
        request: Any = {
            # Here, and only here, the end is inclusive.
            "DateInterval": {
                "StartDate": (through_on - timedelta(days=_HISTORY_DAYS - 1)).isoformat(),
                "EndDate": through_on.isoformat(),
            },
            "MaxResults": 100,
        }
        answered: list[Any] = []
        try:
            for _ in range(_MOST_PAGES):
                self.request_count += 1
                answer = self.client.get_anomalies(**request)
                answered += answer["Anomalies"]
                if not answer.get("NextPageToken"):
                    break
                request = {**request, "NextPageToken": answer["NextPageToken"]}
            else:
                return NoData(reason=f"there are more than {_MOST_PAGES} pages of anomalies, each of which costs $0.01")
        except (ClientError, BotoCoreError) as error:
            return NoData(reason=f"no anomalies: {aws_error('Cost Explorer', error)}")
        found: list[Anomaly] = []
        for each in answered:
            cause = cast("dict[str, str]", (each.get("RootCauses") or [{}])[0])
            impact = each["Impact"]
            found.append(
                Anomaly(
                    id=each["AnomalyId"],
                    began_on=date.fromisoformat(each.get("AnomalyStartDate", through_on.isoformat())[:10]),
                    service=cause.get("Service", "unknown"),
                    usage_type=cause.get("UsageType", ""),
                    impact_usd=Decimal(str(impact.get("TotalImpact", 0))),
                    expected_usd=Decimal(str(impact.get("TotalExpectedSpend", 0))),
                    status=_FEEDBACK.get(each.get("Feedback", ""), "open"),
                )
            )
        return tuple(sorted(found, key=lambda each: (-each.impact_usd, each.id)))


def _charges(usage: list[dict[str, Any]], services: list[dict[str, Any]]) -> list[Charge]:
    """Charges by usage type, and for each service and day what its usage types leave over."""
    found: list[Charge] = []
    told: dict[tuple[str, str], Decimal] = {}
    for day in usage:
        start = day["TimePeriod"]["Start"]
        for group in day.get("Groups", []):
            service, usage_type = group["Keys"]
            cost = _amount(group["Metrics"][_METRIC])
            told[start, service] = told.get((start, service), Decimal(0)) + cost
            quantity = group["Metrics"].get(_QUANTITY)
            found.append(
                _charge(start, service, usage_type, "Usage", cost, None if quantity is None else _amount(quantity))
            )
    for day in services:
        start = day["TimePeriod"]["Start"]
        for group in day.get("Groups", []):
            (service,) = group["Keys"]
            left = _amount(group["Metrics"][_METRIC]) - told.get((start, service), Decimal(0))
            if left:
                found.append(_charge(start, service, "", "Usage", left))
    return found


def _adjustments(records: list[dict[str, Any]]) -> list[Charge]:
    return [
        _charge(day["TimePeriod"]["Start"], "adjustments", "", kind, _amount(group["Metrics"][_METRIC]))
        for day in records
        for group in day.get("Groups", [])
        if (kind := _RECORD_KINDS.get(group["Keys"][0])) is not None
    ]


def _once(records: list[dict[str, Any]]) -> tuple[tuple[date, Decimal], ...]:
    """What of each day's gross is no pace, by its record types."""
    days = ((date.fromisoformat(day["TimePeriod"]["Start"][:10]), day.get("Groups", [])) for day in records)
    found = (
        (on, sum((_amount(each["Metrics"][_METRIC]) for each in groups if each["Keys"][0] in _ONCE), Decimal(0)))
        for on, groups in days
    )
    return tuple((on, usd) for on, usd in found if usd)


def _charge(
    start: str, service: str, usage_type: str, kind: Kind, cost: Decimal, quantity: Decimal | None = None
) -> Charge:  # fmt: skip
    return Charge(
        on=date.fromisoformat(start[:10]),
        service=service,
        usage_type=usage_type,
        kind=kind,
        cost_usd=cost,
        service_code=code_of(service),
        quantity=quantity,
    )


def _currencies(days: list[dict[str, Any]]) -> set[str]:
    """The units of every amount of money in an answer."""
    amounts = [day["Total"][_METRIC] for day in days if day.get("Total")]
    amounts += [group["Metrics"][_METRIC] for day in days for group in day.get("Groups", [])]
    return {amount["Unit"] for amount in amounts}


def _grouped(day: dict[str, Any]) -> Decimal:
    return sum((_amount(group["Metrics"][_METRIC]) for group in day.get("Groups", [])), Decimal(0))


def _untagged(day: dict[str, Any]) -> Decimal:
    """The group whose key ends with the $ that comes before a tag's value: no value, no tag."""
    return sum(
        (_amount(group["Metrics"][_METRIC]) for group in day.get("Groups", []) if group["Keys"][0].endswith("$")),
        Decimal(0),
    )


def _amount(metric: dict[str, str]) -> Decimal:
    return Decimal(metric["Amount"])
