"""`sre init`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from foundation.cloudformation.stacks import Templates, read_templates
from foundation.errors import Exit, InputError
from foundation.service.from_templates import inventory_of
from infra.service import T_DEVELOPER
from sre.cli.init.telling import print_result
from sre.cli.outputs.init import initialized
from sre.cli.outputs.model import print_output
from sre.cli.unused import refuse_with, refuse_without
from sre.jobs.init.deployed import deployed
from sre.jobs.init.files import service_name, write_first, write_update
from sre.jobs.init.service_yaml import Named, title_of

# What says nothing of the service whose template is called so.
_SAYS_NOTHING = (
    "app",
    "cdk",
    "cloudformation",
    "index",
    "main",
    "master",
    "packaged",
    "root",
    "sam",
    "stack",
    "template",
)


def run(
    *, templates: tuple[Path, ...], parameters: tuple[tuple[str, str], ...], stacks: tuple[str, ...], region: str | None,
    name: str | None, stage: str, out: Path, force: bool, update: bool, as_json: bool,
) -> Exit:  # fmt: skip
    """Write the files, and print what was understood. Raises InputError for templates or files that are wrong."""
    _refuse_vain(
        templates=templates, parameters=parameters, stacks=stacks, region=region, name=name, force=force, update=update
    )
    physical: dict[str, str] = {}
    read = read_templates(templates, dict(parameters)) if templates else None
    if stacks and region is not None:
        found = deployed(stacks, region)
        read, physical = found.templates, found.physical
    inventory = None if read is None else inventory_of(read, physical=physical)
    if update and inventory is not None:
        written = write_update(inventory, out, stage=stage, burn_rate=T_DEVELOPER.burn_rate)
    else:
        places = tuple(Path(each) for each in stacks) or templates
        written = write_first(_named(name, places, stage, read), inventory, out, force=force)
    result = initialized(read, inventory, written, out=out, stage=stage)
    if as_json:
        print_output(result)
    else:
        print_result(result)
    return Exit.MET


def _refuse_vain(
    *, templates: Sequence[Path], parameters: Sequence[tuple[str, str]], stacks: Sequence[str], region: str | None,
    name: str | None, force: bool, update: bool,
) -> None:  # fmt: skip
    """Raise InputError for what would do nothing, and for what is missing."""
    if stacks:
        refuse_with("--stack", template=templates, parameter=parameters)
        if region is None:
            raise InputError("--stack needs --region: the Region that it is deployed in")
    else:
        refuse_without("--stack", region=region)
    if not templates:
        refuse_without("--template", parameter=parameters)
        if update and not stacks:
            raise InputError("--update needs --template or --stack: what is new would be read from them")
    if update:
        refuse_with("--update", name=name, force=force)


def _named(name: str | None, templates: Sequence[Path], stage: str, read: Templates | None) -> Named:
    source = ", ".join(each.name or str(each) for each in templates) or "nothing"
    if not source.isprintable():
        raise InputError(f"{source!r}: the name of a template has characters that cannot be seen; give it another")
    called = name or service_name(_suggested(templates, read))
    about = "" if read is None else " ".join(read.items[0].description.split())[:300]
    named = Named(service=called, title=title_of(called), owner=called, stage=stage, source=source[:80])
    return replace(named, about=about) if about.isprintable() and about else named


def _suggested(templates: Sequence[Path], read: Templates | None) -> str:
    """What the templates are called: a file by its name, or by its directory's where its own says nothing."""
    if not templates or read is None:
        return "my-service"
    place = templates[0].resolve()
    stem = place.name.split(".")[0]
    return place.parent.name if place.is_dir() or stem.lower() in _SAYS_NOTHING else stem
