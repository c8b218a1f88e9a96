"""The numbers at the top of the deciding files, each stated a second time with its reason: nobody changes one in passing.

The tables stand in `declared/`, one a room.
"""

import ast
from datetime import datetime, timedelta
from decimal import Context, Decimal
from importlib import import_module
from pathlib import Path

from tests.foundation.declared.every import EVERY
from tests.mutants.deciding import ROOT, deciding_files

CONSTANTS = {module: numbers for table in EVERY for module, numbers in table.constants.items()}


def test_every_number_is_the_one_that_its_reason_gives() -> None:
    """Of a context its digits; what else it has comes and goes as it is used."""
    for module, expected in CONSTANTS.items():
        for name, value in expected.items():
            found = getattr(module, name)
            assert (found.prec if isinstance(found, Context) else found) == value, (module.__name__, name)


def test_every_number_at_the_top_of_a_deciding_file_stands_in_the_table() -> None:
    found = {file.relative_to(ROOT).as_posix(): numbers_of(file) for file in deciding_files(ROOT)}
    stated = {f"{module.__name__.replace('.', '/')}.py": set(names) for module, names in CONSTANTS.items()}
    assert {file: names for file, names in found.items() if names} == stated


def numbers_of(file: Path) -> set[str]:
    """The names that a module gives to a number, a span, an instant, or a tuple of numbers."""
    module = import_module(file.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
    given = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.Assign)]
    names = [
        each.id for node in given for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
    ]
    return {name for name in names if is_number(getattr(module, name))}


def is_number(value: object) -> bool:
    match value:
        case int() | float() | Decimal() | timedelta() | datetime() | Context():
            return True
        case (_, *_) as several if isinstance(several, tuple):
            return all(is_number(each) for each in several)
        case _:
            return False
