"""Where the values of a file come from: read of it, with the tables that it names."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from foundation.files.documents import Document, KeyPath, csv_documents
from foundation.files.forms import Number
from foundation.steps.drawing import FromEnvironment, Given, OneOf, Recent, Rows, Source, Unique, WholeNumber
from foundation.steps.form import CsvForm, ValueForm
from foundation.steps.model import Value
from foundation.steps.reader import problem_of_json
from foundation.steps.secrets import problem_of_key

MOST_ROWS = 10_000
_NUMBER: TypeAdapter[object] = TypeAdapter(Number)


def read_sources(
    forms: Mapping[str, ValueForm], document: Document, path: KeyPath, *, kept: Collection[str]
) -> dict[str, Source]:
    """The sources of values, by name. What is `recent` has to be kept by some step: `kept` are the names of those.

    Every problem is added to those of the document. Raises InputError for a table that is wrong.
    """
    sources: dict[str, Source] = {}
    for name, form in forms.items():
        source = _source(form, name, document, (*path, name), kept)
        if source is not None:
            sources[name] = source
    return sources


def _source(form: ValueForm, name: str, document: Document, at: KeyPath, kept: Collection[str]) -> Source | None:
    (kind,) = form.model_fields_set
    match kind:
        case "one_of":
            values = document.json_at((*at, kind))
            found = [_value(each, name, document, (*at, kind, number)) for number, each in enumerate(values)]
            return OneOf(values=tuple(each for each in found if each is not None))
        case "given":
            value = _value(document.json_at((*at, kind)), name, document, (*at, kind))
            return None if value is None else Given(otherwise=value)
        case "whole_number" if form.whole_number is not None:
            return WholeNumber(least=form.whole_number.least, most=form.whole_number.most)
        case "uuid":
            return Unique()
        case "environment" if form.environment is not None:
            return FromEnvironment(variable=form.environment)
        case "recent" if form.recent is not None:
            if form.recent not in kept:
                document.problem((*at, kind), f"no step of this file keeps {form.recent}; name what one keeps")
            return Recent(kept=form.recent)
        case "csv" if form.csv is not None:
            return _rows(form.csv, document, (*at, kind))
        case _:
            document.problem((*at, kind), "must not be empty")
            return None


def _value(value: object, name: str, document: Document, at: KeyPath) -> Value | None:
    problem = problem_of_key(name, value) if isinstance(value, str) else problem_of_json(value)
    if problem is not None:
        document.problem(at, problem)
    # What stands in JSON is one of these, or a list, a mapping or null.
    elif isinstance(value, str | bool | int) or (value is not None and not isinstance(value, list | dict)):
        return value  # type: ignore[return-value]
    else:
        document.problem(at, "must be a text, a number, true or false")
    return None


def _rows(form: CsvForm, document: Document, at: KeyPath) -> Source | None:
    columns = (*form.texts, *form.numbers)
    if not columns:
        document.problem(at, "needs the columns to read, under texts and numbers")
        return None
    relative = PurePosixPath(form.file)
    if relative.is_absolute() or ".." in relative.parts:
        document.problem((*at, "file"), "must be a file beside this one or below it")
        return None
    with document.at((*at, "file")):
        return _read_rows(document.file.parent / relative, form.texts, form.numbers)
    return None


def _read_rows(file: Path, texts: list[str], numbers: list[str]) -> Rows:
    rows: list[tuple[Value, ...]] = []
    columns = (*texts, *numbers)
    with csv_documents(file, needed=columns) as found:
        for row in found.items:
            if len(rows) >= MOST_ROWS:
                row.problem((), f"more than {MOST_ROWS:,} rows, the most that are drawn from")
                break
            rows.append(tuple(_cell(row, column, is_number=column in numbers) for column in columns))
        if not rows:
            found.problem("has no rows to draw from")
    return Rows(columns=columns, rows=tuple(rows))


def _cell(row: Document, column: str, *, is_number: bool) -> Value:
    text = row.text((column,)) or ""
    if not is_number:
        return text
    try:
        number = _NUMBER.validate_python(text)
    except ValidationError:
        row.problem((column,), "must be a number, such as 12.50")
        return 0
    value: Value = int(text) if text.lstrip("+-").isdigit() else number  # type: ignore[assignment]
    if (problem := problem_of_json(value)) is not None:
        row.problem((column,), problem)
    return value
