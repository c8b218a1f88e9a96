"""What is kept is used: every field of a value and every key of a form is read somewhere, or its value is written whole."""

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest

from infra.checkout import ROOT
from tests.source_code import MODULES, ROOMS, nodes_of

# One process reads all that there is.
pytestmark = pytest.mark.xdist_group("source")

# Fields that no line names, and how they are read all the same.
EXCUSED: dict[tuple[str, str], str] = {
    ("_Body", "widgets"): "as the document that it is",
    ("DashboardMetric", "color"): "by the table of keys beside it",
    ("DashboardMetric", "y_axis"): "by the table of keys beside it",
    ("DashboardMetric", "visible"): "by the table of keys beside it",
    ("TokenPrices", "cache_write_usd"): "a price of the book; no profile writes into a cache",
    ("Reading", "resolution_seconds"): "what was asked of a source, for whoever has the reading",
    ("Image", "compiled"): "tests/infra/test_images.py: what an image must compile",
    ("RequestCounts", "censored_count"): "in the result's file; as faults in every number",
    ("JourneyCounts", "censored_count"): "in the result's file; as faults in every number",
    **dict.fromkeys(
        (("ConditionForm", "one_of"), ("ConditionForm", "not_one_of"), ("ValueForm", "one_of")),
        "tests/test_every_key.py: read of the tree, where a number is one",
    ),
    **{
        (form, "apiVersion"): "has one right value"
        for form in ("_Policy", "Slo", "Service", "DataSource", "CostDocument")
    },
    **{
        (form, "metricSourceRef"): "tests/test_every_key.py: must name a source of the file"
        for form in ("CloudWatchSource", "XRaySource", "CloudFormationSource")
    },
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What of values and forms is kept, as (file, class, field), and the names that are read as attributes or by templates."""

    fields: tuple[tuple[str, str, str], ...]
    read: frozenset[str]


@cache
def kept() -> Kept:
    fields: list[tuple[str, str, str]] = []
    read: set[str] = set()
    for file in MODULES:
        for node in nodes_of(file):
            if isinstance(node, ast.Attribute):
                if isinstance(node.ctx, ast.Load):
                    read.add(node.attr)
            elif isinstance(node, ast.MatchClass):
                read |= set(node.kwd_attrs)
            elif isinstance(node, ast.ClassDef) and is_kept(node):
                fields += ((file.relative_to(ROOT).as_posix(), node.name, field) for field in fields_of(node))
    for text in (each.read_text() for room in ROOMS for each in (ROOT / room).rglob("*.j2")):
        read |= set(re.findall(r"\.(\w+)", text)) | set(re.findall(r"attribute=\"(\w+)\"", text))
    return Kept(fields=tuple(fields), read=frozenset(read))


def is_kept(node: ast.ClassDef) -> bool:
    """Whether it is a dataclass or a form."""
    is_value = any("dataclass" in ast.unparse(each) for each in node.decorator_list)
    return is_value or any(re.search(r"Form\b|BaseModel\b", ast.unparse(each)) for each in node.bases)


def fields_of(node: ast.ClassDef) -> list[str]:
    """Its fields; what begins with an underscore is for comparing alone."""
    names = [
        part.target.id for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    return [name for name in names if not name.startswith("_")]


def test_every_field_of_a_value_is_read_somewhere() -> None:
    unread = [
        f"{file}: {name}.{field}"
        for file, name, field in kept().fields
        if field not in kept().read and (name, field) not in EXCUSED
    ]
    assert "\n".join(unread) == ""


def test_what_is_excused_exists_and_is_not_read_by_its_name() -> None:
    assert set(EXCUSED) <= {(name, field) for _, name, field in kept().fields}
    assert {field for _, field in EXCUSED} & kept().read == set()
