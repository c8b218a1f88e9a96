"""Reads a template: JSON or YAML, its functions evaluated, SAM's types written out as what they become.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from foundation.cloudformation.evaluation import Evaluation
from foundation.cloudformation.findings import Findings
from foundation.cloudformation.foreach import LOOP, unrolled
from foundation.cloudformation.parameters import parameter_values, pseudo_parameters
from foundation.cloudformation.sam import SAM_TRANSFORM, is_made_by_sam, written_out
from foundation.cloudformation.template import LeftOut, Template, TemplateResource
from foundation.cloudformation.tree import template_tree, value_of
from foundation.cloudformation.values import Text, Value, as_text, items_of, mapping_of, unknowns_in
from foundation.files.explaining import did_you_mean, shown, with_hint
from foundation.files.problem import Problem
from foundation.files.yaml_tree import Node

# Four times what a stack may have: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_RESOURCES = 2_000
# Of modules and of other providers, too: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/registry.html
_TYPE = re.compile(r"[A-Za-z0-9]{1,64}(::[A-Za-z0-9@_-]{1,64}){1,3}", re.ASCII)
_SECTIONS = (
    "AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings", "Metadata", "Outputs", "Parameters",
    "Resources", "Rules", "Transform",
)  # fmt: skip
# What AWS runs itself, and is understood here.
_UNDERSTOOD = (SAM_TRANSFORM, "AWS::LanguageExtensions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a template is read: values of its parameters, what its addresses begin with, and its stack's name where it is known.

    `is_of_cdk` says that it is of an assembly that CDK wrote.
    """

    parameters: Mapping[str, Value]
    scope: str = ""
    stack: str | None = None
    title: str = ""
    is_of_cdk: bool = False


def read_template(file: Path, reading: Reading) -> tuple[Template, tuple[Problem, ...]]:
    """The template of a file, and its problems: it is a template where there are none.

    Raises InputError for a file that cannot be read at all.
    """
    root, notes = template_tree(file)
    findings = Findings(file=file, notes=[each for each in notes if isinstance(each, Problem)])
    template = _Template(root=root, findings=findings, reading=reading).read()
    return template, tuple(findings.problems)


@dataclass(slots=True, kw_only=True)
class _Template:
    root: Node
    findings: Findings
    reading: Reading

    def read(self) -> Template:
        self._look_at_sections()
        values, taken = parameter_values(self._section("Parameters"), self.reading.parameters, self.findings)
        pseudo = pseudo_parameters(self.reading.stack)
        mappings = value_of(self._section("Mappings"))
        evaluation = Evaluation(
            scope=self.reading.scope, parameters={**pseudo, **values}, mappings=mappings, findings=self.findings
        )
        evaluation.take_conditions(_below(self._section("Conditions")))
        macros = self._macros(evaluation)
        resources, left_out = self._resources(evaluation)
        if SAM_TRANSFORM in macros:
            with self.findings.within("Globals"):
                shared = mapping_of(evaluation.value(self._section("Globals")))
            resources = written_out(resources, shared, scope=self.reading.scope, stack=self._title())
        outputs, exports = self._outputs(evaluation)
        self._look_at_names(evaluation, resources, left_out, is_sam=SAM_TRANSFORM in macros, has_macros=bool(macros))
        description = self._section("Description").value
        return Template(
            file=self.findings.file,
            stack=self._title(),
            description=description if isinstance(description, str) else "",
            parameters=tuple(values),
            taken_defaults=taken,
            resources=resources,
            left_out=left_out,
            outputs=outputs,
            exports=exports,
            notes=tuple(self.findings.notes),
        )

    def _title(self) -> str:
        return self.reading.title or self.reading.stack or self.findings.file.name.split(".")[0]

    def _section(self, name: str) -> Node:
        """A section, or an empty one."""
        found = _below(self.root).get(name)
        return Node(line=1, value={}) if found is None or found.value is None else found

    def _look_at_sections(self) -> None:
        for name, node in _below(self.root).items():
            if name not in _SECTIONS and not name.startswith(("Fn::Transform", LOOP)):
                said = with_hint(f"{shown(name)} is no section of a template", name, _SECTIONS)
                self.findings.problem(self.root.key_lines.get(name, node.line), said)
        if "Resources" not in _below(self.root):
            self.findings.problem(1, "a template has the section Resources; this one has none")
        for name in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Globals"):
            section = self._section(name)
            if not isinstance(section.value, dict):
                self.findings.problem(section.line, f"{name} is a mapping, not {shown(section.data())}")

    def _macros(self, evaluation: Evaluation) -> tuple[str, ...]:
        section = self._section("Transform")
        names = [
            as_text(each.get("Name") if isinstance(each, Mapping) else each)
            for each in items_of(evaluation.value(section) if section.value else None)
        ]
        for name in names:
            if name not in _UNDERSTOOD:
                said = f"the transform {name[:80]} runs when it is deployed; what it makes is not seen"
                self.findings.note(section.line, said)
        return tuple(names)

    def _resources(self, evaluation: Evaluation) -> tuple[tuple[TemplateResource, ...], tuple[LeftOut, ...]]:
        kept: list[TemplateResource] = []
        left_out: list[LeftOut] = []
        with self.findings.within("Resources"):
            section = unrolled(self._section("Resources"), evaluation.value, self.findings)
            nodes = _below(section)
            if len(nodes) > MOST_RESOURCES:
                self.findings.problem(
                    section.line, f"more than {MOST_RESOURCES:,} resources, and a stack has 500 at most"
                )
                return (), ()
            for logical_id, node in nodes.items():
                line = section.key_lines.get(logical_id, node.line)
                with self.findings.within(logical_id):
                    found = self._resource(logical_id, node, line, evaluation)
                match found:
                    case TemplateResource():
                        kept.append(found)
                    case LeftOut():
                        left_out.append(found)
                    case None:
                        pass
        return tuple(kept), tuple(left_out)

    def _resource(
        self, logical_id: str, node: Node, line: int, evaluation: Evaluation
    ) -> TemplateResource | LeftOut | None:
        parts = _below(node)
        of_type = parts["Type"].value if "Type" in parts else None
        if logical_id == "Fn::Transform":
            evaluation.value(Node(line=line, value={logical_id: node}))
            return None
        if not isinstance(node.value, dict) or not isinstance(of_type, str) or not _TYPE.fullmatch(of_type):
            self.findings.problem(line, "a resource is a mapping with a Type, such as AWS::SQS::Queue")
            return None
        address, where = f"{self.reading.scope}{logical_id}", f"{self.findings.file}:{line}"
        condition = parts["Condition"].value if "Condition" in parts else None
        if isinstance(condition, str):
            held = evaluation.conditions.holds(condition, parts["Condition"].line)
            if held is False:
                return LeftOut(address=address, type=of_type, condition=condition, where=where)
            if held is None:
                self.findings.note(line, f"it is kept: its condition {condition[:80]} is known to a deployment alone")
        properties = evaluation.value(parts["Properties"]) if "Properties" in parts else None
        if isinstance(properties, Text):
            # Either of two, or what a macro makes: the first is as good as the other.
            properties = next((each for part in unknowns_in(properties) for each in part.possible), None)
        if properties is not None and not isinstance(properties, Mapping):
            self.findings.problem(
                parts["Properties"].line, f"Properties is a mapping, not {shown(as_text(properties))}"
            )
        return TemplateResource(
            address=address,
            logical_id=logical_id,
            type=of_type,
            properties=mapping_of(properties),
            where=where,
            stack=self._title(),
            metadata=mapping_of(value_of(parts["Metadata"])) if "Metadata" in parts else {},
            is_of_cdk=self.reading.is_of_cdk,
        )

    def _outputs(self, evaluation: Evaluation) -> tuple[dict[str, Value], tuple[tuple[Value, Value], ...]]:
        outputs: dict[str, Value] = {}
        exports: list[tuple[Value, Value]] = []
        with self.findings.within("Outputs"):
            section = unrolled(self._section("Outputs"), evaluation.value, self.findings)
            for name, node in _below(section).items():
                parts = _below(node)
                condition = parts["Condition"].value if "Condition" in parts else None
                with self.findings.within(name):
                    if isinstance(condition, str) and evaluation.conditions.holds(condition, node.line) is False:
                        continue
                    if "Value" not in parts:
                        self.findings.problem(node.line, "an output is a mapping with a Value")
                        continue
                    outputs[name] = evaluation.value(parts["Value"])
                    export = _below(parts["Export"]).get("Name") if "Export" in parts else None
                    if export is not None:
                        exports.append((evaluation.value(export), outputs[name]))
        return outputs, tuple(exports)

    def _look_at_names(
        self,
        evaluation: Evaluation,
        resources: tuple[TemplateResource, ...],
        left_out: tuple[LeftOut, ...],
        *,
        is_sam: bool,
        has_macros: bool,
    ) -> None:
        """What functions ask for is there: a resource, one that is left out, or one that a transform makes."""
        known = {each.logical_id for each in resources}
        known |= {each.address.removeprefix(self.reading.scope) for each in left_out}
        foreign = has_macros and any(each.said.startswith("the transform ") for each in self.findings.notes)
        for each in dict.fromkeys(evaluation.asked):
            if each.logical_id in known or (is_sam and is_made_by_sam(each.logical_id, known)):
                continue
            with self.findings.within():
                self.findings.place = each.place
                if foreign:
                    self.findings.note(each.line, f"{each.logical_id[:80]} is not there: a transform may make it")
                    continue
                names = {*known, *(each for each in evaluation.parameters if not each.startswith("AWS::"))}
                hint = did_you_mean(each.logical_id, names)
                said = f"there is no parameter and no resource {each.logical_id[:80]}"
                self.findings.problem(each.line, f"{said}; {hint}" if hint else said)


def _below(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}
