"""Which alarms a template holds that was built before, so that a plan which lost many of them is noticed before it is written."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from foundation.errors import InputError
from foundation.files.documents import json_document

# A plan that loses a larger share of its alarms than this was as a rule made of a file that lost something.
MOST_DROPPED_RATIO = 0.3
_MOST_LISTED = 20
_CLOUDFORMATION = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_TERRAFORM = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")


def alarm_names(template: Any) -> frozenset[str]:
    """The names of the alarms of a template of CloudFormation or Terraform, as it has them."""
    return frozenset(f"{name}" for name in _names(template) if name is not None)


def refuse_drop(templates: Mapping[Path, Any]) -> None:
    """Compare each template with the file that it is to replace. Raises InputError where too many alarms would be dropped.

    `templates` are by the files that they are to be written to; a file that is not there drops nothing.
    """
    old: set[str] = set()
    new: set[str] = set()
    for file, template in templates.items():
        new |= alarm_names(template)
        if file.is_file():
            with json_document(file) as document:
                old |= alarm_names(document.data)
    dropped = sorted(old - new)
    if len(dropped) <= MOST_DROPPED_RATIO * len(old):
        return
    more = (f"and {len(dropped) - _MOST_LISTED:,} more",) if len(dropped) > _MOST_LISTED else ()
    raise InputError(
        f"nothing is written: {len(dropped):,} of the {len(old):,} alarms that were built last would be dropped, more than "
        f"{MOST_DROPPED_RATIO:.0%}; `sre objectives diff` says why, and --allow-drop drops them:",
        (*dropped[:_MOST_LISTED], *more),
    )


def _names(template: Any) -> Iterator[Any]:
    match template:
        case {"Resources": dict()}:
            for each in cast("dict[str, Any]", template["Resources"]).values():
                match each:
                    case {"Type": str() as kind, "Properties": {"AlarmName": name}} if kind in _CLOUDFORMATION:
                        yield name
                    case _:
                        pass
        case {"resource": dict()}:
            for kind in _TERRAFORM:
                for each in cast("dict[str, dict[str, Any]]", template["resource"]).get(kind, {}).values():
                    yield each.get("alarm_name")
        case _:
            return
