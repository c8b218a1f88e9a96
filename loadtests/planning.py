"""How large a load test must be: from an objective and the quality that is expected, to arrivals, minutes and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scipy.special import betaincc

from foundation.costs.book import Key
from foundation.costs.book_file import read_book
from foundation.errors import InputError
from foundation.pages.numbers import count, exact_percent, percent
from foundation.readings import NoData
from foundation.service.measured import ByLoad, Load, measured_by
from foundation.slo.model import BudgetedObjective, Objectives
from loadtests.flows import AgentTurn, Uses
from loadtests.profiles import Profile

CONFIDENCE_RATIO = Decimal("0.95")
# Past this a plan is no plan: the expected quality is too close to the objective.
_MOST_COUNT = 10_000_000

_FARGATE_TASK_VCPU, _FARGATE_TASK_GB = Decimal(1), Decimal(2)

_FUNCTION_GIB = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What one agent turn says and hears, and the price of a million of each; none of it when tokens are stubbed."""

    input_count: int
    output_count: int
    input_usd_per_million: Decimal
    output_usd_per_million: Decimal

    @property
    def turn_usd(self) -> Decimal:
        """One turn."""
        said = self.input_count * self.input_usd_per_million + self.output_count * self.output_usd_per_million
        return said / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """So many events, of which so many may be bad, pass with at least the power when the quality is as expected."""

    event_count: int
    bad_count: int


def of_load(objective: BudgetedObjective, objectives: Objectives) -> ByLoad:
    """Which load speaks for an objective. Raises InputError for one that no load test can judge."""
    measured = measured_by(objective, objectives)
    if isinstance(measured, ByLoad):
        return measured
    able = [
        each.name
        for each in objectives
        if isinstance(each, BudgetedObjective) and isinstance(measured_by(each, objectives), ByLoad)
    ]
    raise InputError(
        f"{objective.name}: no load test can judge this objective; it can judge {', '.join(able) or 'none'}"
    )


def rate_of(profile: Profile, load: Load) -> float:
    """Arrivals a second of a profile, at load 1, that are events of such an objective: its own flows alone."""
    return sum(rate for flow, rate in profile.arrivals_per_second.items() if flow in profile.flows_of(load))


def sample_size(
    *, budget_ratio: Decimal, expected_bad_ratio: Decimal, power_ratio: Decimal = Decimal("0.9"),
    confidence_ratio: Decimal = CONFIDENCE_RATIO,
) -> SampleSize:  # fmt: skip
    """The smallest sample that passes with this power at this expected quality.

    For each number of bad events that still passes there is a smallest sample (binomial tail at the limit within the
    doubt); the first whose power (binomial tail at the expected quality) suffices is the plan.
    Raises InputError when the expected quality is no better than the objective, or too close to it.
    """
    limit, expected = float(budget_ratio), float(expected_bad_ratio)
    if not 0 <= expected < limit:
        raise InputError(
            f"--expected: {percent(expected)} bad is not better than the {exact_percent(budget_ratio)} that the objective "
            "allows: no load test, however long, is likely to pass"
        )
    doubt = float(1 - confidence_ratio)
    total = 0
    for bad in range(_MOST_COUNT):
        total = _smallest_total(bad, limit, doubt, at_least=max(total, bad + 1))
        if total > _MOST_COUNT:
            break
        if expected == 0 or float(betaincc(bad + 1, total - bad, expected)) >= float(power_ratio):
            return SampleSize(event_count=total, bad_count=bad)
    raise InputError(
        f"--expected: {percent(expected)} bad is too close to the {exact_percent(budget_ratio)} that the objective allows: more "
        f"than {count(_MOST_COUNT)} arrivals would be needed"
    )


def _smallest_total(bad: int, limit: float, doubt: float, *, at_least: int) -> int:
    """The smallest sample in which so many bad events still prove the limit."""

    def proves(total: int) -> bool:
        return float(betaincc(bad + 1, total - bad, limit)) <= doubt

    low, high = at_least - 1, at_least
    while not proves(high):
        low, high = high, high * 2
        if high > 2 * _MOST_COUNT:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if proves(middle) else (middle, high)
    return high


def run_usd(
    profile: Profile,
    rates: Mapping[str, float],
    seconds: float,
    *,
    tokens: Tokens | None = None,
    fargate_task_count: int = 0,
) -> Decimal | NoData:
    """What so many seconds at these arrivals a second of a profile's flows cost at list price, without free tiers.

    No data where a flow does not say what a journey takes of the platform. Local runs cost nothing.
    """
    unknown = [flow for flow in rates if profile.flows[flow].uses is None]
    if unknown:
        return NoData(reason=f"{' and '.join(unknown)} {_says(len(unknown))} no `uses` in the file of flows")
    book = read_book()
    total = Decimal(0)
    for name, rate in rates.items():
        flow = profile.flows[name]
        uses = flow.uses or Uses()
        used = {
            Key("AmazonApiGateway", "ApiGatewayRequest"): uses.request_count,
            Key("AWSLambda", "Request"): uses.request_count,
            Key("AWSLambda", "Lambda-GB-Second-ARM"): uses.lambda_seconds * _FUNCTION_GIB,
            Key("AmazonStates", "StateTransition"): uses.state_transition_count,
            Key("AmazonDynamoDB", "ReadRequestUnits"): uses.table_read_count,
            Key("AmazonDynamoDB", "WriteRequestUnits"): uses.table_write_count,
        }
        journey = sum((book[key].first_usd * quantity for key, quantity in used.items()), Decimal(0))
        if isinstance(flow.kind, AgentTurn) and tokens is not None:
            journey += tokens.turn_usd
        total += journey * Decimal(str(rate)) * Decimal(str(seconds))
    return total + fargate_usd(fargate_task_count, seconds)


def _says(count: int) -> str:
    return "says" if count == 1 else "say"


def fargate_usd(task_count: int, seconds: float) -> Decimal:
    """What the generator itself costs on Fargate, a minute at least for every task."""
    book = read_book()
    vcpu, gb = (book[Key("AmazonECS", f"Fargate-ARM-{usage}")].first_usd for usage in ("vCPU-Hours:perCPU", "GB-Hours"))
    hourly = _FARGATE_TASK_VCPU * vcpu + _FARGATE_TASK_GB * gb
    return hourly * task_count * Decimal(str(max(60.0, seconds))) / 3600
