"""A notation is read as it was written: no implicit type of a file format reaches a value, whatever the file and the key.

To YAML 1.1 `0x120` is 288, `010` eight, `60:30` a number of minutes, `NO` a flag and `2026-03-02` a day; a person wrote a text,
and what it means is for the form that reads it.
"""

import importlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, PlainValidator, ValidationError, create_model
from pydantic.fields import FieldInfo

from alarms.notation import read_series
from foundation.errors import InputError
from foundation.files.documents import csv_documents, json_document_of, yaml_documents
from foundation.files.forms import Day, Flag, Form, Moment, Number, Real, Whole
from infra.checkout import ROOT
from tests.test_every_key import FORMATS, documents_of

NOTATIONS = (
    "0x120", "0X1F", "010", "0o7", "0b11", "1_000", "1_0.5", "60:30", "1:30:00", "190:20:30.15", "1e3", "1.5e3", "1E-2", ".5",
    "5.", "+5", "-0", "00", "000123456789", "012345678901", "y", "n", "yes", "NO", "On", "off", "true", "True", "FALSE",
    "2026-03-02", "2026-3-2", "2026-03-02T10:00:00Z", "2026-03-02 10:00:00", "2001-12-14t21:59:43.10-05:00", "0.1", "1.10",
    "99.99999999999999999999", "123456789012345678901234567890123456789012345", "1e999", "-1e999", ".inf", "-.INF", ".nan",
    "NaN", "Infinity", "=", "5m", "1h30m", "0x10 010 1", "7x3", "_x5", "99.9%",
)  # fmt: skip
# What a form needs to be read at all: another text there is another form.
KEPT = frozenset({"apiVersion", "kind", "type"})
ROOMS = ("alarms", "canaries", "dashboards", "foundation", "infra", "loadtests", "reports", "sre", "tdeveloper")


def lines_of(data: Any, scalars: Iterator[str], indent: int = 0) -> Iterator[str]:
    """YAML in blocks, with the next scalar for every value but those of KEPT."""
    room = " " * indent
    match data:
        case dict() if data:
            for key, value in data.items():
                if isinstance(value, dict | list) and value:
                    yield f'{room}"{key}":'
                    yield from lines_of(value, scalars, indent + 1)
                else:
                    yield f'{room}"{key}": ' + (f'"{value}"' if key in KEPT else next(scalars))
        case list() if data:
            for value in data:
                if isinstance(value, dict | list) and value:
                    yield f"{room}-"
                    yield from lines_of(value, scalars, indent + 1)
                else:
                    yield f"{room}- {next(scalars)}"
        case _:
            yield f"{room}{next(scalars)}"


def places(data: Any, form: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a form may stand in a document: the mappings that have all keys that it needs."""
    needed = {key for key, field in form.model_fields.items() if field.is_required()}
    if isinstance(data, dict) and needed <= set(data):
        yield path
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, form, (*path, key))


def read(file: Path, documents: list[Any], scalars: Iterator[str], forms: tuple[Any, ...]) -> list[object]:
    """What each form makes of the documents of a file, or its problems."""
    file.write_text("---\n".join("\n".join((*lines_of(each, scalars), "")) for each in documents))
    answers: list[object] = []
    try:
        with yaml_documents(file) as found:
            for document, given in zip(found.items, documents, strict=True):
                answers.append(document.data)
                answers += [document.read(form, path) for form in forms for path in places(given, form)]
    except InputError as error:
        answers.append(error.problems)
    return answers


@pytest.mark.parametrize("name", FORMATS)
def test_a_plain_scalar_says_what_the_same_in_quotation_marks_does(name: str, tmp_path: Path) -> None:
    """Each notation stands at every third value or so, in turns."""
    documents, forms = documents_of(name), FORMATS[name].forms
    assert any(True for each in documents for form in forms for _ in places(each, form))
    for first in range(0, len(NOTATIONS), len(NOTATIONS) // 3):
        turns = [*NOTATIONS[first:], *NOTATIONS[:first]]
        plain = read(tmp_path / "file.yaml", documents, cycle(turns), forms)
        assert plain == read(tmp_path / "file.yaml", documents, cycle(f'"{each}"' for each in turns), forms)


@given(st.text("0123456789abcdefxXoOeE_+-.:yYnNsStTrRuU", min_size=1, max_size=12))
def test_a_scalar_of_yaml_is_the_text_that_it_is(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "scalar.yaml"
    # A dash or a colon at an end is YAML's own.
    written = f"0{text}0"
    file.write_text(f"key: {written}\nlist:\n- {written}\n")
    with yaml_documents(file) as found:
        assert found.only("a key").data == {"key": written, "list": [written]}


def test_nothing_is_told_from_a_text_by_its_quotation_marks_alone(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text("[~, null, '~', 'null', '', nil, none]\n")
    with yaml_documents(tmp_path / "file.yaml") as found:
        assert found.only("a list").data == [None, None, "~", "null", "", "nil", "none"]


@pytest.mark.parametrize("notation", [each for each in NOTATIONS if "," not in each])
def test_a_cell_of_a_table_is_the_text_that_it_is(notation: str, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text(f'a,b\n{notation},"{notation}"\n')
    with csv_documents(tmp_path / "file.csv", needed=("a", "b")) as found:
        assert [each.data for each in found.items] == [{"a": notation, "b": notation}]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" + "0" * 400 + ".0"])
def test_a_number_of_json_that_no_float_holds_is_refused(number: str) -> None:
    with pytest.raises(InputError, match="is larger than any number that is read"), json_document_of(
        f'{{"a": {number}}}', Path("f.json")
    ):  # fmt: skip
        pass


READ: dict[Any, dict[str, object]] = {
    Whole: {"010": 10, "+5": 5, "-0": 0, "00": 0, "000123456789": 123456789, "012345678901": 12345678901},
    Number: {
        "010": Decimal(10), "1e3": Decimal("1e3"), "1.5e3": Decimal("1.5e3"), "1E-2": Decimal("0.01"), ".5": Decimal("0.5"),
        "5.": Decimal(5), "+5": Decimal(5), "-0": Decimal(0), "00": Decimal(0), "000123456789": Decimal(123456789),
        "012345678901": Decimal(12345678901), "99.99999999999999999999": Decimal("99.99999999999999999999"),
        "0.1": Decimal("0.1"), "1.10": Decimal("1.1"), "1e999": Decimal("1e999"), "-1e999": Decimal("-1e999"),
    },
    Real: {
        "010": 10.0, "1e3": 1000.0, "1.5e3": 1500.0, "1E-2": 0.01, ".5": 0.5, "5.": 5.0, "+5": 5.0, "-0": 0.0, "00": 0.0,
        "000123456789": 123456789.0, "012345678901": 12345678901.0, "99.99999999999999999999": 100.0, "0.1": 0.1, "1.10": 1.1,
    },
    Flag: {"true": True},
    Day: {"2026-03-02": date(2026, 3, 2)},
    Moment: {"2026-03-02T10:00:00Z": datetime.fromisoformat("2026-03-02T10:00:00+00:00")},
}  # fmt: skip


@pytest.mark.parametrize("of", READ, ids=["whole", "number", "real", "flag", "day", "moment"])
def test_what_a_key_takes_is_read_as_it_is_written_and_everything_else_refused(of: Any) -> None:
    form: Any = create_model("One", __base__=Form, value=(of, ...))
    found: dict[str, object] = {}
    for notation in NOTATIONS:
        try:
            found[notation] = form.model_validate({"value": notation}).value
        except ValidationError:
            continue
    assert found == READ[of]


SERIES = {
    "0x120": [0.0] * 121, "0x10": [0.0] * 11, "010": [10.0], "7x3": [7.0] * 4, "1e3": [1000.0], "0.5": [0.5],
    "1+2x3": [1, 3, 5, 7], "-1x1": [-1, -1],
}  # fmt: skip


@pytest.mark.parametrize("notation", SERIES)
def test_a_series_is_read_as_promtool_documents_it(notation: str) -> None:
    """https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series; a number is one of tens."""
    assert read_series(notation).tolist() == SERIES[notation]


@pytest.mark.parametrize(
    "notation", ["0X10", "1_000", "60:30", "0o7", "0b11", ".inf", "NaN", "yes", "1x", "x3", "1e999"]
)
def test_a_series_is_nothing_that_only_yaml_reads(notation: str) -> None:
    with pytest.raises(InputError, match="is no value"):
        read_series(notation)


def forms_of(room: str) -> Iterator[type[BaseModel]]:
    """Every form of a room."""
    for file in sorted((ROOT / room).rglob("*.py")):
        if "(Form" in file.read_text():
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for each in vars(importlib.import_module(name)).values():
                if isinstance(each, type) and issubclass(each, Form) and each.__module__ == name:
                    yield each


def bare(kind: Any, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """The numbers, flags and times of a type that pydantic itself would read of a text, as it likes."""
    flat = [each for one in metadata for each in (one.metadata if isinstance(one, FieldInfo) else [one])]
    is_read = any(isinstance(each, BeforeValidator | PlainValidator) or getattr(each, "strict", False) for each in flat)
    if is_read:
        return
    if kind in (int, float, bool, Decimal, date, datetime, timedelta):
        yield kind.__name__
    elif get_origin(kind) is Annotated:
        inner, *rest = get_args(kind)
        yield from bare(inner, (*metadata, *rest))
    elif get_origin(kind) in (Union, UnionType) or get_origin(kind) in (list, tuple, dict, frozenset, set):
        for part in get_args(kind):
            yield from bare(part)


def test_every_number_flag_and_time_of_every_form_is_read_by_one_of_our_readers() -> None:
    seen: set[str] = set()
    wrong: list[str] = []
    for room in ROOMS:
        for form in forms_of(room):
            seen.add(form.__module__)
            for key, field in form.model_fields.items():
                metadata = tuple(field.metadata)
                wrong += [
                    f"{form.__module__}.{form.__name__}.{key}: {name}" for name in bare(field.annotation, metadata)
                ]
    assert len(seen) > 10
    assert wrong == []


def test_a_bare_number_in_a_form_is_found() -> None:
    class Bad(Form):
        one: int
        several: list[float] | None = None
        good: Whole

    found = [name for field in Bad.model_fields.values() for name in bare(field.annotation, tuple(field.metadata))]
    assert found == ["int", "float"]


def test_yaml_and_tables_are_read_in_one_place() -> None:
    """`yaml_edits` asks where what was read begins and ends.

    `csv` in the other files writes, or splits the first line of an export whose rows Arrow reads as texts.
    """
    found: dict[str, set[str]] = {"yaml": set(), "csv": set()}
    for file in (each for room in ROOMS for each in (ROOT / room).rglob("*.py")):
        for name in re.findall(r"^\s*(?:import|from) (yaml|csv)\b", file.read_text(), re.MULTILINE):
            found[name].add(file.relative_to(ROOT).as_posix())
    assert found == {
        "yaml": {"foundation/files/yaml_tree.py", "foundation/files/yaml_edits.py"},
        "csv": {
            "foundation/files/documents.py", "foundation/costs/focus.py", "reports/focus_columns.py",
            "sre/jobs/demo/sample_costs.py",
        },
    }  # fmt: skip
