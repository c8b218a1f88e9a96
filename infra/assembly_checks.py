"""What AWS would refuse of an assembly, found before it is kept: names that stand twice, what is too large."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from foundation.cloudwatch.containers import check_template
from foundation.cloudwatch.planned_names import PlannedStack, check_names
from foundation.cloudwatch.property_limits import check_properties

_UNKNOWN_REGION = "unknown-region"


def check_assembly(directory: Path, stacks: Sequence[str], *, region: str) -> None:
    """Hold an assembly of one account against AWS's limits; `region` is of the stacks that do not say theirs.

    Raises InputError for two things of one name, LimitError for a name or a template that is too large.
    """
    planned = tuple(_stacks(directory, stacks, region))
    for stack in planned:
        check_template(stack.template, name=stack.name, remedy="keep fewer objectives, or fewer alarms on resources")
        check_properties(stack.template, name=stack.name)
    check_names(planned)


def _stacks(directory: Path, stacks: Sequence[str], region: str) -> Iterator[PlannedStack]:
    artifacts = json.loads((directory / "manifest.json").read_text())["artifacts"]
    for stack in stacks:
        # aws://ACCOUNT/REGION
        said = artifacts[stack]["environment"].rsplit("/", 1)[1]
        template = json.loads((directory / f"{stack}.template.json").read_text())
        yield PlannedStack(name=stack, region=region if said == _UNKNOWN_REGION else said, template=template)
