"""The files of a service: made from what its templates say, and written all or none."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import InputError
from foundation.files.bounded import read_bytes
from foundation.files.writing import replacing
from foundation.service.from_templates import Inventory
from foundation.service.service_file import FILE_NAME, read_service
from sre.jobs.init.blank import blank_service_yaml
from sre.jobs.init.objectives_yaml import documents_of, names_in, objectives_yaml, starters_for
from sre.jobs.init.promised import unpromised_types
from sre.jobs.init.service_yaml import Named, service_yaml
from sre.jobs.init.starters import Starter
from sre.jobs.init.update import Update, updated

OBJECTIVES_NAME = "objectives.yaml"
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files that were written, and the names of the objectives that were begun.

    `update` is None where the files are new; `is_changed` is false where nothing was new. `unpromised` are new resources whose
    objectives were not begun, since nobody promises anything of the others of their type.
    """

    files: tuple[Path, ...]
    objectives: tuple[str, ...]
    update: Update | None = None
    unpromised: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.files)


def service_name(text: str) -> str:
    """A name for a service, of small letters, digits and dashes, as another name suggests it; `service` where none is left."""
    name = _NOT_A_WORD.sub("-", text.lower()).strip("-")[:40].strip("-")
    return name if name[:1].isalpha() else f"service-{name}".strip("-")


def write_first(named: Named, inventory: Inventory | None, out: Path, *, force: bool) -> Written:
    """Write the first files of a service; without an inventory a blank one. Raises InputError where they are there already."""
    service, objectives = out / FILE_NAME, out / OBJECTIVES_NAME
    there = [str(file) for file in (service, objectives) if file.exists()]
    if there and not force:
        raise InputError(
            f"{' and '.join(there)}: there already; --update adds what is new to them, and --force writes them anew"
        )
    resources = () if inventory is None else inventory.resources
    starters = starters_for(named, resources, among=resources)
    text = blank_service_yaml(named) if inventory is None else service_yaml(named, resources)
    _write_all(((service, text), (objectives, objectives_yaml(named, starters))))
    return Written(files=(service, objectives), objectives=tuple(each.name for each in starters))


def write_update(inventory: Inventory, out: Path, *, stage: str, burn_rate: Path) -> Written:
    """Add what is new in the templates to the files of a service. Raises InputError where they are not there, or are wrong."""
    file = out / FILE_NAME
    if not file.exists():
        raise InputError(f"{file}: there is none that could be updated; leave --update out")
    service = read_service(file, stage=stage, burn_rate=burn_rate)
    if service.stages and stage not in service.stages:
        raise InputError(f"--stage {stage}: {file} has the stages {', '.join(service.stages)}")
    text = _text(file)
    update = updated(text.removeprefix(_BOM), file, service.resources, inventory.resources, stage=stage)
    named = Named(service=service.name, title=service.title, owner=service.owner, stage=stage, source="its templates")
    objectives = service.files.objectives
    starters: tuple[Starter, ...] = ()
    unpromised: tuple[str, ...] = ()
    if objectives.exists():
        taken = names_in(_text(objectives), objectives)
        left = unpromised_types(named, update.added, service.resources, _text(objectives), objectives)
        promised = [each for each in update.added if each.type not in left]
        among = (*service.resources, *update.added)
        starters = starters_for(named, promised, among=among, taken=taken)
        unpromised = tuple(
            each.label for each in update.added if each.type in left and starters_for(named, [each], among=among)
        )
    changed: list[tuple[Path, str]] = []
    if update.text != text.removeprefix(_BOM):
        changed.append((file, f"{_BOM if text.startswith(_BOM) else ''}{update.text}"))
    if starters:
        before = _text(objectives)
        end = "" if before.endswith("\n") else "\n"
        added = f"{end}{documents_of(named.service, starters)}"
        changed.append((objectives, before + (added.replace("\n", "\r\n") if "\r\n" in before else added)))
    _write_all(changed)
    return Written(
        files=tuple(each for each, _ in changed),
        objectives=tuple(each.name for each in starters),
        update=update,
        unpromised=unpromised,
    )


def _text(file: Path) -> str:
    """The text of a file with every byte of it, also of its line ends."""
    return read_bytes(file, most_bytes=64 << 20).decode(errors="surrogateescape")


def _write_all(texts: Sequence[tuple[Path, str]]) -> None:
    """Write every file, or none: each takes its place when the content of all is on the disk."""
    for file, _ in texts:
        if file.is_dir():
            raise InputError(f"{file}: cannot be written: it is a directory")
    with ExitStack() as stack:
        for file, text in texts:
            beside = stack.enter_context(replacing(file))
            beside.write_bytes(text.encode(errors="surrogateescape"))
