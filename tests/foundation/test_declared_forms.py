"""What the forms and values of the deciding files declare: each bound is stated a second time, and so is each default.

The tables stand in `declared/`, one a room.
"""

import ast
import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import ModuleType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tests.foundation.declared.every import EVERY
from tests.foundation.declared.table import BILLION
from tests.mutants.deciding import ROOT, deciding_files

MODULES = tuple(module for table in EVERY for module in table.forms)
BOUNDS = {name: bounds for table in EVERY for name, bounds in table.bounds.items()}
# What a form holds a number to in words of its own, which say what was meant: declared nowhere, and held all the same.
BOUNDS_IN_WORDS: dict[str, Mapping[str, int | float | Decimal]] = {
    "foundation.slo.openslo.Target.value": {"ge": 0},
    "foundation.slo.openslo.Target.targetPercent": {"gt": 0, "le": 100},
}
DEFAULTS = {name: value for table in EVERY for name, value in table.defaults.items()}
# What each of several has to say, where one that says nothing is none.
SAYING: dict[str, dict[str, Any]] = {"foundation.steps.form.StepForm.checks": {"exists": True}}
ENDS = frozenset({"ge", "gt", "le", "lt"})
SIZES = frozenset({"min_length", "max_length"})


def classes_of(module: ModuleType) -> Iterator[tuple[str, type]]:
    for name, value in vars(module).items():
        if inspect.isclass(value) and value.__module__ == module.__name__:
            yield f"{module.__name__}.{name}", value


FIELDS: dict[str, FieldInfo] = {
    f"{name}.{key}": field
    for module in MODULES
    for name, form in classes_of(module)
    if issubclass(form, BaseModel)
    for key, field in form.model_fields.items()
}


def bounds_of(name: str, kind: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The bounds of a type, and by their places those of the types that it is made of."""
    flat = [each for one in metadata for each in (one.metadata if isinstance(one, FieldInfo) else [one])]
    for each in flat:
        for key in (*ENDS, *SIZES, "decimal_places"):
            if (value := getattr(each, key, None)) is not None:
                yield name, {key: value}
    parts = [each for each in get_args(kind) if each is not type(None)]
    if get_origin(kind) is Annotated:
        yield from bounds_of(name, parts[0], tuple(parts[1:]))
    elif get_origin(kind) in (Union, UnionType) and len(parts) == 1:
        yield from bounds_of(name, parts[0])
    elif get_origin(kind) in (list, tuple, dict):
        for place, each in enumerate(parts):
            yield from bounds_of(f"{name}[{place}]", each)


def defaults_of(module: ModuleType) -> Iterator[tuple[str, object]]:
    for name, each in classes_of(module):
        if dataclasses.is_dataclass(each):
            for field in dataclasses.fields(each):
                if field.default is not dataclasses.MISSING:
                    yield f"{name}.{field.name}", field.default
                elif field.default_factory is not dataclasses.MISSING:
                    yield f"{name}.{field.name}", field.default_factory()
    for name, field in FIELDS.items():
        if name.startswith(f"{module.__name__}.") and not field.is_required():
            yield name, field.get_default(call_default_factory=True, validated_data={})


def test_every_bound_of_every_form_stands_in_the_table() -> None:
    found: dict[str, dict[str, Any]] = {}
    for name, field in FIELDS.items():
        for where, bounds in bounds_of(name, field.annotation, tuple(field.metadata)):
            found.setdefault(where, {}).update(bounds)
    assert found == BOUNDS


def test_every_default_of_every_form_and_value_stands_in_the_table() -> None:
    assert {name: value for module in MODULES for name, value in defaults_of(module)} == DEFAULTS


def test_what_was_read_stays_as_it_was() -> None:
    forms = [(name, form) for module in MODULES for name, form in classes_of(module) if issubclass(form, BaseModel)]
    # But for the two that are made of a table, and read out at once.
    assert [name for name, form in forms if not form.model_config.get("frozen")] == [
        "foundation.costs.traffic_file._Entry",
        "foundation.costs.traffic_file._OfResources",
    ]


def test_every_deciding_file_that_declares_bounds_or_defaults_is_looked_at() -> None:
    declaring = {file.relative_to(ROOT).as_posix() for file in deciding_files(ROOT) if declares(file.read_text())}
    assert declaring == {f"{module.__name__.replace('.', '/')}.py" for module in MODULES}


def declares(text: str) -> bool:
    """Whether a source has a class with a key that has a default or a bound, or makes one."""
    tree = ast.parse(text)
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(each, ast.AnnAssign) and each.value for one in classes for each in one.body) or any(
        isinstance(each, ast.Name) and each.id == "create_model" for each in calls
    )


def accepts(name: str, value: object) -> bool:
    """Whether a key takes a value; for the part of one, whether it takes it there."""
    where, _, place = name.partition("[")
    within = {
        "0][0]": [(value, 1), (None, 1)],
        "0][1]": [(None, value)],
        "0]": {value: "text"} if isinstance(value, str) else None,
        "1]": {"USD": value},
        "1][1]": {"a": {"b": value}},
    }
    given = within[place] if place else value
    kind: Any = Annotated[FIELDS[where].annotation, FIELDS[where]]
    try:
        TypeAdapter(kind).validate_python(given)
    except ValidationError:
        return False
    return True


def of_size(name: str, size: int) -> object:
    """A text, list or mapping of so many, each of them as plain as it may be; a part of one is a text."""
    where, _, place = name.partition("[")
    kind: Any = str if place else FIELDS[where].annotation
    if get_origin(kind) in (Union, UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    match get_origin(kind):
        case each if each is list:
            (item,) = get_args(kind)
            if item is Any or get_origin(item) is Annotated:
                return ["name"] * size
            return [
                (None, Decimal(1)) if get_origin(item) is tuple else item.model_construct(**SAYING.get(name, {}))
            ] * size
        case each if each is dict:
            return {f"key{number}": "name" for number in range(size)}
        case _:
            return "x" * size


@pytest.mark.parametrize("name", [name for name, bounds in BOUNDS.items() if SIZES & bounds.keys()])
def test_what_is_as_short_or_as_long_as_may_be_is_taken_and_one_beyond_is_not(name: str) -> None:
    bounds = BOUNDS[name]
    for key, beyond in (("min_length", -1), ("max_length", +1)):
        if key in bounds:
            assert accepts(name, of_size(name, int(bounds[key])))
            assert not accepts(name, of_size(name, int(bounds[key]) + beyond))


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        (name, bounds)
        for table in (BOUNDS, BOUNDS_IN_WORDS)
        for name, bounds in table.items()
        if ENDS & bounds.keys()
    ],
)  # fmt: skip
def test_a_number_at_its_bound_is_taken_or_not_as_it_says_and_one_beyond_never(
    name: str, bounds: Mapping[str, int | float | Decimal]
) -> None:
    kind = FIELDS[name.partition("[")[0]].annotation
    step = Decimal(1) if int in (kind, *get_args(kind)) else Decimal("1e-8")
    for key in ENDS & bounds.keys():
        bound, inwards = Decimal(str(bounds[key])), step if key in ("ge", "gt") else -step
        assert accepts(name, f"{bound:f}") is (key in ("ge", "le"))
        assert accepts(name, f"{bound + inwards:f}")
        assert not accepts(name, f"{bound - inwards:f}")


def test_a_threshold_has_as_many_digits_after_the_dot_as_cloudwatch_writes() -> None:
    assert accepts("foundation.slo.openslo.Target.value", "0.12345678")
    assert not accepts("foundation.slo.openslo.Target.value", "0.123456789")


@pytest.mark.parametrize("half", ["PerUnit", "Fixed"])
def test_every_quantity_of_a_profile_is_from_nothing_to_a_million_million(half: str) -> None:
    key = {"PerUnit": "per_unit", "Fixed": "fixed"}[half]
    form: Any = FIELDS[f"foundation.costs.traffic_file._Entry.{key}"].annotation
    quantities = [(name, field) for name, field in form.model_fields.items() if field.annotation is Decimal]
    assert quantities
    for name, field in quantities:
        assert dict(item for _, found in bounds_of(name, None, tuple(field.metadata)) for item in found.items()) == {
            "ge": 0,
            "le": 1_000 * BILLION,
        }
