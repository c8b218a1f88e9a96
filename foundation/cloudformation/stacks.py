"""Templates that belong together: stacks of one assembly or of several files, with the stacks that are nested in them.

What one gives to another is followed: parameters into a nested stack, its outputs out of it, and exports to who imports them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from foundation.cloudformation.assembly import AssembledStack, assembled_stacks
from foundation.cloudformation.template import STACK_TYPE, LeftOut, Template, TemplateResource
from foundation.cloudformation.template_file import Reading, read_template
from foundation.cloudformation.values import (
    Attribute,
    Unknown,
    Value,
    as_text,
    attributes_in,
    mapping_of,
    unknowns_in,
    with_known,
)
from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.files.problem import Problem

MOST_TEMPLATES = 200
MOST_RESOURCES = 5_000
_MOST_LEVELS = 10
_ENDINGS = (".json", ".template", ".yaml", ".yml")
_OUTPUTS = "Outputs."
# So often is what an output refers to looked up; each time leads into a stack further in.
_MOST_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """All templates, the outermost first, and their resources with what is known from one another filled in.

    `notes` are told. `nested` are the addresses of stacks whose templates are among them.
    """

    items: tuple[Template, ...]
    resources: tuple[TemplateResource, ...]
    nested: frozenset[str]
    notes: tuple[Problem, ...]

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What conditions leave out, of all."""
        return tuple(each for template in self.items for each in template.left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Root:
    file: Path
    stack: str | None
    parameters: Mapping[str, Value]
    is_of_cdk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nested:
    """A stack that is nested, and where its template is; `around` are the templates that it is nested in."""

    resource: TemplateResource
    file: Path
    around: tuple[Path, ...]
    is_of_cdk: bool

    @property
    def parameters(self) -> Mapping[str, Value]:
        return mapping_of(self.resource.properties.get("Parameters"))


@dataclass(slots=True, kw_only=True)
class _Reader:
    given: tuple[Path, ...]
    finds_nested: bool = True
    items: list[Template] = field(default_factory=list[Template])
    problems: list[str] = field(default_factory=list[str])
    notes: list[Problem] = field(default_factory=list[Problem])
    outputs: dict[Attribute, Value] = field(default_factory=dict[Attribute, Value])
    exports: list[tuple[Value, Value]] = field(default_factory=list[tuple[Value, Value]])
    waiting: list[_Nested] = field(default_factory=list[_Nested])
    nested: set[str] = field(default_factory=set[str])
    files: set[Path] = field(default_factory=set[Path])

    def read(self, file: Path, reading: Reading, around: tuple[Path, ...]) -> None:
        """One template, nested in those around it; the stacks that are nested in it wait for their turn."""
        if len(self.items) >= MOST_TEMPLATES:
            raise InputError(f"{file}: more than {MOST_TEMPLATES} templates, those that are nested counted")
        template, problems = read_template(file, reading)
        self.problems += problems
        self.items.append(template)
        self.notes += template.notes
        self.exports += template.exports
        if sum(len(each.resources) for each in self.items) > MOST_RESOURCES:
            raise InputError(
                f"{file}: more than {MOST_RESOURCES:,} resources, those of the templates before it counted"
            )
        address = reading.scope.removesuffix(".")
        self.outputs |= {Attribute(address, f"{_OUTPUTS}{name}"): value for name, value in template.outputs.items()}
        for each in template.resources:
            if each.type == STACK_TYPE and self.finds_nested:
                self._take_nested(each, file, (*around, file.resolve()))

    def read_nested(self) -> None:
        """The stacks that wait; one that takes another's outputs is read after it."""
        while self.waiting:
            unread = {each.resource.address for each in self.waiting}
            ready = (
                each for each in self.waiting if not {of.address for of in attributes_in(each.parameters)} & unread
            )
            nested = next(ready, self.waiting[0])
            self.waiting.remove(nested)
            address = nested.resource.address
            reading = Reading(
                parameters=mapping_of(with_known(nested.parameters, self.known)),
                scope=f"{address}.",
                title=address,
                is_of_cdk=nested.is_of_cdk,
            )
            self.nested.add(address)
            self.read(nested.file, reading, nested.around)

    def known(self, part: Unknown) -> Value:
        """What an unknown part is once all templates are known."""
        for _ in range(_MOST_STEPS):
            found = self.outputs.get(part.of) if part.of is not None else None
            if part.export is not None:
                found = next((value for name, value in self.exports if name == part.export), None)
            if found is None:
                return None
            inner = next(iter(unknowns_in(found)), None)
            if inner is None or (inner.of not in self.outputs and inner.export is None):
                return found
            part = inner
        return None

    def _take_nested(self, resource: TemplateResource, parent: Path, around: tuple[Path, ...]) -> None:
        url = as_text(resource.properties.get("TemplateURL"))
        file = self._template_of(resource.asset_path or url, parent)
        where, _, line = resource.where.rpartition(":")
        if file is None or len(around) > _MOST_LEVELS:
            said = f"the template of this nested stack is not at hand ({url[:200]}): what is in it is not seen"
            self.notes.append(Problem(said, file=Path(where), line=int(line), about=("Resources", resource.address)))
            return
        if file.resolve() in around:
            said = f"this nested stack includes itself ({url[:200]}): CloudFormation would never come to an end"
            raise InputError(Problem(said, file=Path(where), line=int(line), about=("Resources", resource.address)))
        self.files.add(file.resolve())
        self.waiting.append(_Nested(resource=resource, file=file, around=around, is_of_cdk=resource.is_of_cdk))

    def _template_of(self, place: str, parent: Path) -> Path | None:
        """The file that a place names: beside its parent, or one that was given; of an address, by how its path ends."""
        parts = [part for part in place.split("?", maxsplit=1)[0].split("/") if part]
        ends = ["/".join(parts[begin:]) for begin in range(len(parts))] if "://" in place or "${" in place else [place]
        for end in ends:
            if not end.endswith(_ENDINGS) or "\0" in end or len(end) > 1_000:
                continue
            beside = parent.parent / end
            if beside.is_file():
                return beside
        return next((file for file in self.given if parts and file.name == parts[-1] and file != parent), None)


def read_templates(places: Sequence[Path], parameters: Mapping[str, str]) -> Templates:
    """The templates of files and of directories that CDK wrote, with the values that are given for their parameters.

    Raises InputError with every problem of them all, each with its file and line; also for a parameter that none of them has.
    """
    roots = tuple(_roots(places, parameters))
    reader = _Reader(given=tuple(root.file for root in roots))
    own = _read_roots(reader, roots)
    for name in parameters:
        if name not in own:
            reader.problems.append(with_hint(f"no template has a parameter {name[:80]!r}", name, own))
    return _templates(reader)


def read_deployed(stacks: Sequence[AssembledStack]) -> Templates:
    """The templates of stacks that are deployed, with the values of their parameters, those that are nested among them.

    Raises InputError as `read_templates` does.
    """
    reader = _Reader(given=(), finds_nested=False)
    _read_roots(
        reader, tuple(_Root(file=each.file, stack=each.name, parameters=dict(each.parameters)) for each in stacks)
    )
    return _templates(reader)


def _read_roots(reader: _Reader, roots: Sequence[_Root]) -> set[str]:
    """Read all, those that are nested in one before them once; the names of their parameters."""
    own: set[str] = set()
    for root, title in zip(roots, _titles(roots), strict=True):
        if root.file.resolve() in reader.files:
            continue
        scope = "" if len(roots) == 1 else f"{title}."
        reading = Reading(
            parameters=root.parameters, scope=scope, stack=root.stack, title=title, is_of_cdk=root.is_of_cdk
        )  # fmt: skip
        reader.read(root.file, reading, ())
        own.update(reader.items[-1].parameters)
        reader.read_nested()
    return own


def _templates(reader: _Reader) -> Templates:
    if reader.problems:
        count = len(reader.problems)
        raise InputError(
            f"the templates have {count:,} problem{'s'[: count != 1]}:", tuple(dict.fromkeys(reader.problems))
        )
    resources = tuple(
        replace(each, properties=mapping_of(with_known(each.properties, reader.known)))
        for template in reader.items
        for each in template.resources
    )
    return Templates(
        items=tuple(reader.items),
        resources=resources,
        nested=frozenset(reader.nested),
        notes=tuple(dict.fromkeys(reader.notes)),
    )


def _roots(places: Sequence[Path], parameters: Mapping[str, str]) -> Iterator[_Root]:
    for place in places:
        if not place.is_dir():
            yield _Root(file=place, stack=None, parameters=dict(parameters))
            continue
        for stack in assembled_stacks(place):
            yield _Root(
                file=stack.file, stack=stack.name, parameters={**stack.parameters, **parameters}, is_of_cdk=True
            )  # fmt: skip


def _titles(roots: Sequence[_Root]) -> list[str]:
    """What each is called: its stack's name or its file's; two of one name are told apart by a number."""
    titles: list[str] = []
    for root in roots:
        name = root.stack or root.file.name.split(".")[0] or "template"
        number = sum(each == name or each.startswith(f"{name}-") for each in titles)
        titles.append(f"{name}-{number + 1}" if name in titles else name)
    return titles
