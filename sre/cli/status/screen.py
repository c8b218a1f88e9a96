"""A status as the lines of one screen: the sentence, the objectives, then what fires, deployments, canaries and cost."""

from collections.abc import Sequence

from alarms.current import AlarmsNow, FiringNow
from foundation.pages.numbers import count, counted, duration, exact_usd, usd
from foundation.readings import NoData
from reports.bill_known import month_known
from reports.deployments import Operation
from reports.weekly.inputs import CanaryWeek
from reports.weekly.money_judgement import month_end
from sre.cli.status.objective_table import objective_lines
from sre.cli.status.words import aged, clean, clock, wrapped
from sre.jobs.status.headline import headline
from sre.jobs.status.model import Absent, Status, Told, has_run

_REASON_LINES = 2
_MOST_FIRING, _MOST_DEPLOYMENTS, _MOST_CANARIES = 3, 2, 3


def screen_lines(status: Status, width: int) -> list[str]:
    """All of it in lines of a width, each of which a terminal takes as it is."""
    return [
        *wrapped(clean(headline(status)), width, hanging=""),
        "",
        *objective_lines(status, width),
        *block_lines(status, width),
    ]


def block_lines(status: Status, width: int) -> list[str]:
    """What is told beside the objectives: a heading each with its source, window and age, and what stands out."""
    return [
        *_alarm_lines(status, width),
        *_deployment_lines(status, width),
        *_canary_lines(status, width),
        *_cost_lines(status, width),
    ]


def fitted(lines: Sequence[str], height: int) -> list[str]:
    """The lines that a terminal shows at once, the last of which says how many there are beside them."""
    if len(lines) <= height:
        return list(lines)
    shown = max(0, height - 1)
    return [*lines[:shown], f"and {counted(len(lines) - shown, 'more line')}; a taller window has them"]


def _alarm_lines(status: Status, width: int) -> list[str]:
    if isinstance(status.alarms, NoData):
        return _without("Alarms", status.alarms, width)
    now = status.alarms.answer
    fire = f"{count(len(now.firing))} of {count(now.count)} fire" if now.firing else f"none of {count(now.count)} fires"
    unknown = f", {count(len(now.unknown))} not known" if now.unknown else ""
    lines = _heading("Alarms", f"{fire}{unknown}", status.alarms, status, width)
    rows = [(each.severity.value, _short(each.name, status), _since(each, status)) for each in now.firing]
    lines += _with_rest(_rows(rows[:_MOST_FIRING], width), len(rows) - _MOST_FIRING, width)
    return lines + _unknown_alarms(now, width)


def _unknown_alarms(now: AlarmsNow, width: int) -> list[str]:
    if not now.unknown:
        return []
    said = "; ".join(f"{count(number)}: {clean(reason)}" for reason, number in now.reasons)
    return wrapped(f"  not known, {said}", width, hanging="    ", most=1)


def _since(firing: FiringNow, status: Status) -> str:
    lasted = duration(max(firing.as_of, firing.seen_from) - firing.seen_from)
    before = "before " if firing.began_at is None else ""
    return f"since {before}{clock(firing.seen_from, status.at)}, {'over ' if before else ''}{lasted}"


def _short(name: str, status: Status) -> str:
    return clean(name.removeprefix(f"{status.service}-{status.stage}-"))


def _deployment_lines(status: Status, width: int) -> list[str]:
    told = status.deployments
    if not isinstance(told, Told):
        return _without("Deployments", told, width)
    failed = sum(not each.has_succeeded for each in told.answer)
    said = f"{counted(len(told.answer), 'operation')}, {count(failed)} failed"
    rows = [_operation(each, status) for each in told.answer[:_MOST_DEPLOYMENTS]]
    lines = _with_rest(_rows(rows, width), len(told.answer) - len(rows), width)
    return [*_heading("Deployments", said, told, status, width), *lines]


def _operation(operation: Operation, status: Status) -> tuple[str, str, str]:
    return clock(operation.ended_at, status.at), clean(operation.stack), clean(operation.status)


def _canary_lines(status: Status, width: int) -> list[str]:
    told = status.canaries
    if not isinstance(told, Told):
        return _without("Canaries", told, width)
    runs = sum(each.run_count for each in told.answer)
    failed = sum(each.failed_count for each in told.answer)
    lines = _heading("Canaries", f"{counted(runs, 'run')}, {count(failed)} failed", told, status, width)
    noted = [each for each in told.answer if not has_run(each) or each.failed_count or _missed(each)]
    named: list[str] = []
    for each in noted[:_MOST_CANARIES]:
        named += wrapped(f"  {clean(each.name)}: {_runs(each)}", width, hanging="    ", most=_REASON_LINES)
    return lines + _with_rest(named, len(noted) - _MOST_CANARIES, width)


def _missed(canary: CanaryWeek) -> int:
    return 0 if canary.expected_count is None else max(0, canary.expected_count - canary.run_count)


def _runs(canary: CanaryWeek) -> str:
    if canary.problem is not None:
        return f"not known: {clean(canary.problem.reason)}"
    known = f"{canary.coverage.known_of} known"
    if not canary.run_count:
        return f"not known: no run, {known}"
    missed = f", {count(_missed(canary))} of {count(canary.expected_count or 0)} missed" if _missed(canary) else ""
    return f"{count(canary.failed_count)} of {counted(canary.run_count, 'run')} failed{missed}, {known}"


def _cost_lines(status: Status, width: int) -> list[str]:
    told = status.cost
    if not isinstance(told, Told):
        return _without("Cost", told, width)
    bill, known = told.answer, month_known(told.answer)
    cost = bill.answer
    limit = "" if status.limit_usd is None else f" of {exact_usd(status.limit_usd)}"
    said = (
        f"{usd(cost.month_to_date_usd)}{limit} in {cost.month_on:%B} through {cost.through_on}, {usd(cost.run_rate_usd)} a day, "
        f"expected {month_end(bill)}"
    )
    lines = _heading("Cost", said, told, status, width)
    if (short := known.problem or known.caveat) is not None:
        lines += wrapped(f"  {short}", width, hanging="    ", most=_REASON_LINES)
    return lines


def _heading(name: str, said: str, told: Told[object], status: Status, width: int) -> list[str]:
    where = f"{clean(told.source)}, {duration(told.window.length)}, {aged(told.age(status.at))}"
    return wrapped(f"{name}: {said} ({where})", width)


def _without(name: str, block: NoData | Absent, width: int) -> list[str]:
    said = clean(block.reason) if isinstance(block, Absent) else f"not known: {clean(block.reason)}"
    return wrapped(f"{name}: {said}", width, most=_REASON_LINES)


def _rows(rows: Sequence[tuple[str, str, str]], width: int) -> list[str]:
    """Rows in columns, where these fit; else each as a sentence."""
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(2)]
    lines: list[str] = []
    for first, second, third in rows:
        lines += wrapped(f"  {first:{widths[0]}}  {second:{widths[1]}}  {third}", width, hanging="    ")
    return lines


def _with_rest(lines: list[str], more: int, width: int) -> list[str]:
    """The lines of a list, and how many more it has: behind the last of them, where there is room."""
    if more <= 0:
        return lines
    said = f"and {count(more)} more"
    if lines and len(f"{lines[-1]}, {said}") <= width:
        return [*lines[:-1], f"{lines[-1]}, {said}"]
    return [*lines, f"  {said}"]
