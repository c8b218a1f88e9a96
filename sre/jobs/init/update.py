"""What is new in the templates of a service, added to its files; what a person wrote stays, and what has gone is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from foundation.cloudwatch.parameters import parameters_in
from foundation.errors import InputError
from foundation.files.documents import KeyPath
from foundation.files.yaml_edits import YamlEdits
from foundation.files.yaml_tree import Node, node_at, read_tree
from foundation.files.yaml_writing import Written
from foundation.service.resources import Resource
from sre.jobs.init.described import described, fact, of_any_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that differs from the template's, and stays because a person may have written it."""

    label: str
    key: str
    here: str
    in_template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The new text of a service.yaml, and what was added to it.

    `added` are new resources, as they are called there. `grown` are the labels and keys that something was added to; `gone` the
    labels of resources that no template has.
    """

    text: str
    added: tuple[Resource, ...]
    grown: tuple[tuple[str, str], ...]
    kept: tuple[Kept, ...]
    gone: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Updating:
    edits: YamlEdits
    tree: Node
    stage: str
    # What the file is to say: as it said, and what is new.
    expected: Any
    grown: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    kept: list[Kept] = field(default_factory=list[Kept])

    def resource(self, number: int, there: Resource, found: Resource) -> None:
        """What is new of a resource that stands in the file; `there` is it as it is read, `found` as the templates have it."""
        path: KeyPath = ("resources", number)
        # As they are written: what is struck is not among those that are read.
        listed = {*self._items((*path, "needs")), *self._items((*path, "not_needs"))}
        new_needs: list[Written] = [each for each in found.needs if each not in listed]
        new_facts: dict[str, Written] = {}
        for name, value in of_any_stage(found, self.stage).facts:
            if there.fact(name) is None:
                new_facts[name] = fact(value)
        for name, value in found.facts:
            here = there.fact(name)
            if here is not None and here != value:
                self._keep(there.label, name, fact(here), fact(value))
        if there.name != found.name:
            self._keep(there.label, "name", there.name, found.name)
        node = node_at(self.tree, path)[0]
        keys = set(node.value) if isinstance(node.value, dict) else set[str]()
        # A list or mapping that is there grows before the mapping around it, whose end may be the same place.
        for key in ("facts", "needs"):
            if key == "facts" and new_facts and key in keys:
                for name, value in new_facts.items():
                    self.edits.add_key((*path, key), name, value)
            if key == "needs" and new_needs and key in keys:
                self.edits.add_items((*path, key), new_needs)
        if new_facts and "facts" not in keys:
            self.edits.add_key(path, "facts", new_facts)
        if new_needs and "needs" not in keys:
            self.edits.add_key(path, "needs", new_needs)
        said = self.expected["resources"][number]
        if new_facts:
            said["facts"] = {**(said.get("facts") or {}), **_as_read(new_facts)}
        if new_needs:
            said["needs"] = [*(said.get("needs") or []), *new_needs]
        self.grown += ((there.label, key) for key, new in (("facts", new_facts), ("needs", new_needs)) if new)

    def _items(self, path: KeyPath) -> list[str]:
        node, depth, _ = node_at(self.tree, path)
        items = node.value if depth == len(path) and isinstance(node.value, list) else []
        return [each.value for each in items if isinstance(each.value, str)]

    def _keep(self, label: str, key: str, here: object, in_template: object) -> None:
        self.kept.append(Kept(label=label, key=key, here=_said(here), in_template=_said(in_template)))


def updated(text: str, file: Path, there: Sequence[Resource], found: Sequence[Resource], *, stage: str) -> Update:
    """The text of a service.yaml with what is new; `there` are its resources as they are read for the stage, in their order.

    Raises InputError where something new has no place in it, such as in a list that stands elsewhere.
    """
    labels = _labels(there, found)
    renamed = [
        replace(each, label=labels[each.label], needs=tuple(labels[other] for other in each.needs)) for each in found
    ]
    (tree,) = read_tree(text, file)
    updating = _Updating(
        edits=YamlEdits(text=text, file=file), tree=tree, stage=stage, expected=tree.data()
    )  # fmt: skip
    by_label = {each.label: (number, each) for number, each in enumerate(there)}
    added: list[Resource] = []
    for each in renamed:
        if each.label in by_label:
            updating.resource(*by_label[each.label], each)
        else:
            added.append(each)
    if added:
        items: list[Mapping[str, Written]] = [described(of_any_stage(each, stage)) for each in added]
        updating.edits.add_mappings(("resources",), items)
        updating.expected["resources"] = [*(updating.expected.get("resources") or []), *map(_as_read, items)]
    result = updating.edits.result
    (after,) = read_tree(result, file)
    if after.data() != updating.expected:
        # What grew is an alias's, and so another place would say more, too.
        raise InputError(f"{file}: what is new has no place in it that changes nothing else; write its aliases out")
    known = {each.label for each in renamed}
    return Update(
        text=result,
        added=tuple(added),
        grown=tuple(updating.grown),
        kept=tuple(updating.kept),
        gone=tuple(each.label for each in there if each.label not in known),
    )


def _labels(there: Sequence[Resource], found: Sequence[Resource]) -> dict[str, str]:
    """What each resource of the templates is called in the file: as a person calls it, else by its own label, or a free one."""
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for key in (_is_same, _is_called_so, _is_named_so, _is_named_by_its_deployment):
        for each in found:
            fitting = [
                one.label for one in there if each.label not in labels and one.label not in taken and key(one, each)
            ]
            # Of several none is more like it than another.
            if len(fitting) == 1:
                labels[each.label] = fitting[0]
                taken.add(fitting[0])
    taken |= {each.label for each in there}
    for each in found:
        if each.label not in labels:
            number, label = 1, each.label
            while label in taken:
                number += 1
                label = f"{each.label}-{number}"
            labels[each.label] = label
            taken.add(label)
    return labels


def _is_same(one: Resource, other: Resource) -> bool:
    return _is_called_so(one, other) and _is_named_so(one, other)


def _is_called_so(one: Resource, other: Resource) -> bool:
    return (one.type, one.label) == (other.type, other.label)


def _is_named_so(one: Resource, other: Resource) -> bool:
    return (one.type, one.name) == (other.type, other.name)


def _is_named_by_its_deployment(one: Resource, other: Resource) -> bool:
    """Whether both are of a type, and what they are called only a deployment knows: a person may have named the parameter."""
    return one.type == other.type and bool(parameters_in(one.name)) and bool(parameters_in(other.name))


def _as_read(value: Any) -> Any:
    """What is written as it is read: every scalar is a text."""
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            return {key: _as_read(each) for key, each in cast("Mapping[str, Any]", value).items()}
        case list():
            return [_as_read(each) for each in cast("list[Any]", value)]
        case _:
            return value


def _said(value: object) -> str:
    return value if isinstance(value, str) else str(value).lower()
