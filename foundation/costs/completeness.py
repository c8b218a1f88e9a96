"""What a bill of resources does not hold, in words: unknown prices, quantities that nobody has said, what is in no template."""

from collections import Counter
from decimal import Decimal
from itertools import groupby

from foundation.costs.bill import Bill
from foundation.costs.labels import label_of
from foundation.costs.service_work import ServiceWork
from foundation.pages.numbers import counted, usd

# So many are told by name in a sentence; the JSON has all.
_MOST_NAMES = 5


def without(bill: Bill) -> str:
    """What the total is without, as the end of its sentence; empty where nothing is missing."""
    work = bill.work
    if not isinstance(work, ServiceWork):
        return ""
    parts: list[str] = []
    if work.unknown:
        parts.append(
            f"{counted(len(work.unknown), 'resource')} of unknown price: {_names([each.label for each in work.unknown])}"
        )
    if work.unstated:
        missing = list(dict.fromkeys(each.missing for each in work.unstated))
        parts.append(f"{counted(len(missing), 'number')} that nobody has said: {_names(missing)}")
    return f", without {', and without '.join(parts)}" if parts else ""


def resources_text(bill: Bill) -> str:
    """Of a bill of resources: what is unknown, not said, free, and in no template; empty for a profile's bill."""
    work = bill.work
    if not isinstance(work, ServiceWork):
        return ""
    lines: list[str] = []
    if work.unknown:
        lines += ["Unknown price:", *(f"  {each.label} ({each.type}): {each.reason}" for each in work.unknown)]
    if work.unstated:
        lines += ["In no total, because nobody has said:"]
        for missing, group in groupby(
            sorted(work.unstated, key=lambda each: each.missing), key=lambda each: each.missing
        ):
            lines.append(f"  {missing} (for {', '.join(dict.fromkeys(str(each.key) for each in group))})")
    if work.not_in_template:
        by_line: dict[str, Decimal] = {}
        for each in work.not_in_template:
            by_line[each.line] = by_line.get(each.line, Decimal(0)) + each.usd
        said = ", ".join(f"{label_of(line)} {usd(cost)}" for line, cost in by_line.items())
        lines.append(f"Not in the template, and not billed though profile {work.name} has it: {said}")
    if work.free:
        reasons = Counter(each.reason for each in work.free)
        said = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
        lines.append(
            f"{counted(len(work.free), 'resource')} {'costs' if len(work.free) == 1 else 'cost'} nothing: {said}"
        )
    return "\n".join(lines)


def _names(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    said = ", ".join(names[:_MOST_NAMES])
    return f"{said} and {more} more" if more > 0 else said
