"""What is kept is used: every field of a value and every key of a form is read somewhere, or its value is written whole."""

import ast
import re
from functools import cache

from infra.checkout import ROOT

ROOMS = ("alarms", "canaries", "dashboards", "foundation", "infra", "loadtests", "reports", "sre", "tdeveloper")
# Fields that no line names, and how they are read all the same.
EXCUSED: dict[tuple[str, str], str] = {
    ("_Evidence", "times_count"): "in the file, for whoever reads it",
    ("_Evidence", "known_days"): "in the file, for whoever reads it",
    ("ResourceEntry", "disabled"): "tests/test_every_key.py: as a whole, by what was set",
    ("_File", "tests"): "one by one, by their places in the document",
    ("_Body", "widgets"): "as the document that it is",
    ("DashboardMetric", "color"): "by the table of keys beside it",
    ("DashboardMetric", "y_axis"): "by the table of keys beside it",
    ("DashboardMetric", "visible"): "by the table of keys beside it",
    (
        "KnownMetric",
        "is_kind_certain",
    ): "tests/foundation/cloudwatch/test_settling.py: what the table itself is sure of",
    ("TokenPrices", "cache_write_usd"): "a price of the book; no profile writes into a cache",
    ("Reading", "resolution_seconds"): "what was asked of a source, for whoever has the reading",
    ("Image", "compiled"): "tests/infra/test_images.py: what an image must compile",
    ("RequestCounts", "censored_count"): "in the result's file; as faults in every number",
    ("JourneyCounts", "censored_count"): "in the result's file; as faults in every number",
    **{
        (form, "apiVersion"): "has one right value"
        for form in ("_Policy", "Slo", "Service", "DataSource", "CostDocument")
    },
    **{
        (form, "metricSourceRef"): "tests/test_every_key.py: must name a source of the file"
        for form in ("CloudWatchSource", "XRaySource", "CloudFormationSource")
    },
}


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    return tuple((file.relative_to(ROOT).as_posix(), ast.parse(file.read_text())) for file in files)


@cache
def read_names() -> frozenset[str]:
    """Names that are read as attributes, matched in patterns, or asked for by templates."""
    found: set[str] = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(attr=name, ctx=ast.Load()):
                    found.add(name)
                case ast.MatchClass(kwd_attrs=names):
                    found |= set(names)
                case _:
                    pass
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.j2"):
            found |= set(re.findall(r"\.(\w+)", file.read_text())) | set(
                re.findall(r"attribute=\"(\w+)\"", file.read_text())
            )
    return frozenset(found)


def fields() -> list[tuple[str, str, str]]:
    """(file, class, field) of every dataclass and form; what begins with an underscore is for comparing alone."""
    found: list[tuple[str, str, str]] = []
    for file, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            is_value = any("dataclass" in ast.unparse(each) for each in node.decorator_list)
            is_form = any(re.search(r"Form\b|BaseModel\b", ast.unparse(each)) for each in node.bases)
            if is_value or is_form:
                found += [
                    (file, node.name, part.target.id)
                    for part in node.body
                    if isinstance(part, ast.AnnAssign)
                    and isinstance(part.target, ast.Name)
                    and not part.target.id.startswith("_")
                ]
    return found


def test_every_field_of_a_value_is_read_somewhere() -> None:
    read = read_names()
    unread = [
        f"{file}: {name}.{field}"
        for file, name, field in fields()
        if field not in read and (name, field) not in EXCUSED
    ]
    assert "\n".join(unread) == ""


def test_what_is_excused_exists_and_is_not_read_by_its_name() -> None:
    read = read_names()
    assert set(EXCUSED) <= {(name, field) for _, name, field in fields()}
    assert {field for _, field in EXCUSED} & read == set()
