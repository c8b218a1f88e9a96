"""What is kept is used: every field of a value and every key of a form is read somewhere, or its value is written whole."""

import ast
import re
from functools import cache

from infra.checkout import ROOT

ROOMS = ("alarms", "canaries", "dashboards", "foundation", "infra", "loadtests", "reports", "sre", "tdeveloper")
# Values that are written or read whole, field by field, by a library or by `asdict`; all else is named where it is used.
WHOLE: dict[str, str] = {}


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    return tuple((file.relative_to(ROOT).as_posix(), ast.parse(file.read_text())) for file in files)


def read_names() -> set[str]:
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
    return found


def fields() -> list[tuple[str, str, str]]:
    """(file, class, field) of every dataclass and form."""
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
                    and not part.target.id.startswith("__")
                ]
    return found


def test_every_field_of_a_value_is_read_somewhere() -> None:
    read = read_names()
    unread = [f"{file}: {name}.{field}" for file, name, field in fields() if field not in read and name not in WHOLE]
    assert "\n".join(unread) == ""


def test_what_is_excused_as_a_whole_exists() -> None:
    assert set(WHOLE) <= {name for _, name, _ in fields()}
