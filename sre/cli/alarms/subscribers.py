"""Who is notified of a plan's alarms, in sentences: as the service's files say, or in a Region as SNS does."""

from collections.abc import Collection

from alarms.model import Plan
from alarms.subscriptions import parameter_names
from foundation.readings import NoData
from foundation.slo.burn_rate import Severity
from sre.jobs.weekly_report.subscribers import subscribers_of


def who_hears(plan: Plan, region: str | None, *, of: Collection[Severity] = tuple(Severity)) -> tuple[str, ...]:
    """A sentence for each subscriber, and one for severities that have none; from the files, only `of` some severities."""
    if region is None:
        return _of_files(plan, of)
    found = subscribers_of(plan, region=region)
    if isinstance(found, NoData):
        return (f"Who is subscribed is not known: {found.reason}.",)
    return tuple(each.sentence for each in found)


def _of_files(plan: Plan, of: Collection[Severity]) -> tuple[str, ...]:
    """Who the service's files subscribe, and which severity they subscribe nobody to."""
    subscribed = [each for each in plan.subscriptions if each.severity in of]
    notifying = {each.severity for each in plan.notifying if each.severity in of}
    silent = [each for each in Severity if each in notifying - {each.severity for each in subscribed}]
    names = ", ".join(name for name in parameter_names() if any(each.value.title() in name for each in silent))
    to = "" if len(silent) == len(Severity) else f" to a {' or a '.join(each.value for each in silent)}"
    asking = f"unless the stack is deployed with {names}; --region asks SNS who is."
    nobody = (f"Nobody is subscribed{to} {asking}",) if silent else ()
    return (*(each.sentence for each in subscribed), *nobody)
