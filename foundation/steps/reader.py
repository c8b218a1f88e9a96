"""From the steps of a file to those that are run: what a form alone cannot say is checked here, each with its place."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from foundation.files.documents import Document, KeyPath
from foundation.files.explaining import with_hint
from foundation.steps.form import (
    RELATIONS,
    AnyAuthorisation,
    CheckForm,
    ConditionForm,
    StepForm,
)
from foundation.steps.model import (
    AnswerCheck,
    Authorisation,
    HeaderFromEnvironment,
    Place,
    Relation,
    Repeat,
    SigV4,
    Step,
    Unsigned,
)
from foundation.steps.placeholders import names_in, problem_of_braces, texts_of
from foundation.steps.places import read_place
from foundation.steps.requests import MOST_BODY_BYTES, dumped
from foundation.steps.secrets import is_secret_header, problem_of_key, problem_of_text

# These the client writes itself, or they would cut one request in two (https://www.rfc-editor.org/rfc/rfc9112#section-6).
_OF_THE_CLIENT = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "expect", "te", "trailer", "upgrade"}
)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# JSON's numbers travel as double-precision ones (https://www.rfc-editor.org/rfc/rfc8259#section-6).
_MOST_WHOLE = 2**53
_MOST_LEVELS = 20


def read_steps(
    forms: Sequence[StepForm],
    document: Document,
    path: KeyPath,
    *,
    known: Collection[str],
    authorisation: Authorisation,
) -> tuple[Step, ...]:
    """The steps of a conversation, whose placeholders are `known` ones or what an earlier step keeps.

    `authorisation` is that of a step that says none. Every problem is added to those of the document.
    """
    names, steps = set(known), list[Step]()
    for number, form in enumerate(forms):
        at = (*path, number)
        steps.append(_step(form, document, at, names, authorisation))
        names |= set(form.keep)
    return tuple(steps)


def read_authorisation(form: AnyAuthorisation) -> Authorisation:
    """How a request is authorised."""
    match form:
        case "none":
            return Unsigned()
        case "sigv4":
            return SigV4()
        case given if given.sigv4 is not None:
            return SigV4(service=given.sigv4)
        case given if given.bearer is not None:
            return HeaderFromEnvironment(
                header="authorization", variable=given.bearer.environment, prefix="Bearer "
            )  # fmt: skip
        case given if given.header is not None:
            return HeaderFromEnvironment(header=given.header.name.lower(), variable=given.header.environment)
        case _:
            raise AssertionError("a form has one of them")


def _step(
    form: StepForm, document: Document, at: KeyPath, known: Collection[str], authorisation: Authorisation
) -> Step:  # fmt: skip
    if (problem := _problem_of_path(form.path)) is not None:
        document.problem((*at, "path"), problem)
    has_body = "body" in form.model_fields_set
    body = document.json_at((*at, "body")) if has_body else None
    if has_body and form.method in ("GET", "HEAD"):
        document.problem((*at, "body"), f"a {form.method} has no body; write POST, or leave it out")
    if form.method == "HEAD":
        for key in ("checks", "keep", "repeat"):
            if key in form.model_fields_set:
                document.problem(
                    (*at, key), "the answer to a HEAD has no body to look into; write GET, or leave it out"
                )
    for where, problem in (*_of_body(body), *_of_query(form.query), *_of_headers(form.headers)):
        document.problem((*at, *where), problem)
    for where, text in _texts(form, body):
        _check_text(document, (*at, *where), text, known)
    with_kept = {*known, *form.keep}
    places = {name: _place(document, (*at, "keep", name), text) for name, text in form.keep.items()}
    checks = tuple(
        _check(each, each.name, document, (*at, "checks", number), with_kept) for number, each in enumerate(form.checks)
    )
    for name in _twice([each.name for each in form.checks]):
        document.problem((*at, "checks"), f"two checks are named {name!r}; what fails is told by its name")
    repeat = None
    if form.repeat is not None:
        until = form.repeat.until
        repeat = Repeat(
            every_seconds=form.repeat.every_seconds,
            for_seconds=form.repeat.for_seconds,
            until=_check(until, f"until {until.path}", document, (*at, "repeat", "until"), with_kept),
        )
        if form.repeat.for_seconds <= form.repeat.every_seconds:
            said = "is not longer than every_seconds: it is never done again"
            document.problem((*at, "repeat", "for_seconds"), said)
    expect = form.expect if isinstance(form.expect, list) else [form.expect]
    if not expect:
        document.problem((*at, "expect"), "needs a status, such as 200")
    return Step(
        name=form.name or f"{form.method} {form.path}",
        method=form.method,
        path=form.path,
        query=tuple(form.query.items()),
        headers=tuple((name.lower(), text) for name, text in form.headers.items()),
        body=body,
        has_body=has_body,
        authorisation=authorisation if form.authorisation is None else read_authorisation(form.authorisation),
        expected_statuses=frozenset(expect),
        checks=checks,
        keeps=tuple(places.items()),
        pause_seconds=form.pause_seconds,
        repeat=repeat,
    )


def _check(
    form: ConditionForm | CheckForm, name: str, document: Document, at: KeyPath, known: Collection[str]
) -> AnswerCheck:  # fmt: skip
    (relation,) = form.model_fields_set & RELATIONS
    value = None if relation == Relation.EXISTS.value else document.json_at((*at, relation))
    for text in texts_of(value):
        _check_text(document, (*at, relation), text, known)
    if (problem := problem_of_json(value)) is not None:
        document.problem((*at, relation), problem)
    is_a_limit = relation in (Relation.AT_LEAST.value, Relation.AT_MOST.value)
    if is_a_limit and not isinstance(value, int | Decimal) and not (isinstance(value, str) and names_in(value)):
        document.problem((*at, relation), "must be a number, such as 5, or a placeholder of one")
    place = _place(document, (*at, "path"), form.path)
    return AnswerCheck(name=name, place=place, relation=Relation(relation), value=value)


def _place(document: Document, at: KeyPath, text: str) -> Place:
    with document.at(at):
        return read_place(text)
    return Place(text=text, parts=())


def _check_text(document: Document, at: KeyPath, text: str, known: Collection[str]) -> None:
    if (problem := problem_of_braces(text)) is not None:
        document.problem(at, problem)
        return
    for name in names_in(text):
        if name not in known:
            document.problem(
                at, with_hint(f"{{{name}}} has no value: name it under values, or keep it before", name, known)
            )


def _texts(form: StepForm, body: Any) -> Iterator[tuple[KeyPath, str]]:
    """The texts of a request, each with its place."""
    yield ("path",), form.path
    yield from ((("query", name), text) for name, text in form.query.items())
    yield from ((("headers", name), text) for name, text in form.headers.items())
    yield from ((("body",), text) for text in texts_of(body))


def _problem_of_path(path: str) -> str | None:
    if _SCHEME.match(path) or path.startswith("//"):
        return "is an address: write the path alone, such as /orders; the host comes from --url"
    if not path.startswith("/"):
        return f"must begin with /, such as /{path.lstrip('/')[:40]}"
    for sign, what in (("?", "query"), ("#", "fragment")):
        if sign in path:
            return (
                f"has a {what} in it; write a query under query"
                if sign == "?"
                else "has a fragment, which is never sent"
            )
    if any(part in (".", "..") for part in path.split("/")):
        return "has a segment of dots, which names another path; write the path that is meant"
    if "\\" in path or " " in path:
        return "has a blank or a backslash; write %20 or %5C"
    return problem_of_text(path)


def _of_query(query: Mapping[str, str]) -> Iterator[tuple[KeyPath, str]]:
    for name, text in query.items():
        if (problem := problem_of_key(name, text)) is not None:
            yield ("query", name), problem


def _of_headers(headers: Mapping[str, str]) -> Iterator[tuple[KeyPath, str]]:
    seen: set[str] = set()
    for name, text in headers.items():
        at, low = ("headers", name), name.lower()
        if low in _OF_THE_CLIENT:
            yield at, "is written by the client itself; leave it out"
        elif is_secret_header(name):
            yield (
                at,
                "carries a secret, which does not stand in a file; write authorisation: {header: {name: …, environment: …}}",
            )
        elif low in seen:
            yield at, "is given twice: headers are the same in small and in large letters"
        elif not _HEADER_VALUE.fullmatch(text):
            yield at, "has a character that is none of a header's, which are those of ASCII that can be seen"
        elif (problem := problem_of_text(text)) is not None:
            yield at, problem
        seen.add(low)


def _of_body(body: Any) -> Iterator[tuple[KeyPath, str]]:
    if (problem := problem_of_json(body)) is not None:
        yield ("body",), problem
        return
    if (size := len(dumped(body).encode())) > MOST_BODY_BYTES:
        yield ("body",), f"has {size:,} bytes, and a body here has at most {MOST_BODY_BYTES:,}"
    yield from ((("body", *where), problem) for where, problem in _secrets(body, ()))


def _secrets(data: Any, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    match data:
        case dict():
            for name, value in data.items():  # pyright: ignore[reportUnknownVariableType]
                if isinstance(value, str) and (problem := problem_of_key(str(name), value)) is not None:  # pyright: ignore[reportUnknownArgumentType]
                    yield (*at, str(name)), problem  # pyright: ignore[reportUnknownArgumentType]
                else:
                    yield from _secrets(value, (*at, str(name)))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for number, value in enumerate(data):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                yield from _secrets(value, (*at, number))
        case str() if (problem := problem_of_text(data)) is not None:
            yield at, problem
        case _:
            return


def problem_of_json(data: Any, *, levels: int = _MOST_LEVELS) -> str | None:
    """What of a value JSON cannot carry as it stands, as the end of a sentence; None where it carries all."""
    if levels < 0:
        return f"is nested more than {_MOST_LEVELS} levels deep"
    below: Callable[[Any], str | None] = lambda each: problem_of_json(each, levels=levels - 1)  # noqa: E731
    match data:
        case dict():
            return next((said for each in data.values() if (said := below(each)) is not None), None)  # pyright: ignore[reportUnknownVariableType]
        case list():
            return next((said for each in data if (said := below(each)) is not None), None)  # pyright: ignore[reportUnknownVariableType]
        case bool():
            return None
        case int() if abs(data) > _MOST_WHOLE:
            return f"{data} has more digits than a number of JSON carries; write it in quotes, as a text"
        case Decimal() if not math.isfinite(float(data)) or Decimal(repr(float(data))) != data:
            return f"{data} has more digits than a number of JSON carries; write it in quotes, as a text"
        case _:
            return None


def _twice(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if names.count(name) > 1}))
