"""A status in one sentence that a person can paste: what is missed, what fires, and what nobody knows."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from foundation.pages.numbers import counted, duration, moment
from foundation.readings import NoData
from foundation.slo.burn_rate import Severity
from sre.jobs.status.model import Standing, Status

_NAMED_COUNT = 3
# From so long ago on, as of the end of a recording, it says so.
_OLD = timedelta(hours=1)


def headline(status: Status) -> str:
    """Whose it is and of when, the objectives, the alarms, and what is not known; nothing unknown is called met or quiet."""
    ago = status.asked_at - status.at
    old = f", {duration(ago)} ago" if ago >= _OLD else ""
    said = [_objectives(status), _alarms(status)]
    # An objective and a block may have one name.
    if unknown := list(dict.fromkeys([*_unknown_objectives(status), *status.not_known])):
        said.append(f"not known: {', '.join(unknown)}")
    return f"{status.service} {status.stage}, {moment(status.at)}{old}: {'; '.join(said)}."


def _objectives(status: Status) -> str:
    count, met = len(status.objectives), len(status.those(Standing.MET))
    if not count:
        return "there is no objective"
    if met == count:
        return f"all {counted(count, 'objective')} are met" if count > 1 else "the objective is met"
    missed = [each.name for each in status.those(Standing.MISSED)]
    if count == 1:
        return f"{missed[0]} is missed" if missed else "whether the objective is met is not known"
    are_met = (
        f"{met} of {count} objectives {_are(met)} met" if met else f"none of {count} objectives is known to be met"
    )
    return f"{_listed(missed)} {_are(len(missed))} missed, {are_met}" if missed else are_met


def _unknown_objectives(status: Status) -> Iterator[str]:
    names = [each.name for each in status.those(Standing.NOT_KNOWN)]
    yield from names[:_NAMED_COUNT]
    if more := len(names[_NAMED_COUNT:]):
        yield counted(more, "more objective")


def _alarms(status: Status) -> str:
    if isinstance(status.alarms, NoData):
        return "whether an alarm fires is not known"
    now = status.alarms.answer
    if not now.firing:
        return "no alarm is known to fire" if now.unknown else "no alarm fires"
    pages = sum(each.severity is Severity.PAGE for each in now.firing)
    if len(now.firing) == 1:
        return "1 alarm fires, a page" if pages else "1 alarm fires"
    paging = f", {counted(pages, 'page')} among them" if pages else ""
    return f"{len(now.firing)} alarms fire{paging}"


def _listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    *first, last = names[:_NAMED_COUNT]
    if more := len(names[_NAMED_COUNT:]):
        return f"{', '.join([*first, last])} and {more} more"
    return f"{', '.join(first)} and {last}" if first else last


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
