"""From a file to steps: what is wrong with one is told with its line and its key, and nothing hostile becomes a step."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from foundation.errors import InputError
from foundation.files.documents import yaml_documents
from foundation.files.forms import Form
from foundation.steps.drawing import FromEnvironment, Given, OneOf, Recent, Rows, Source, Unique, WholeNumber
from foundation.steps.form import AnyAuthorisation, StepForm, ValueForm
from foundation.steps.model import HeaderFromEnvironment, Relation, SigV4, Step, Unsigned
from foundation.steps.reader import read_authorisation, read_steps
from foundation.steps.sources import read_sources


class _File(Form):
    authorisation: AnyAuthorisation = "none"
    values: dict[str, ValueForm] = Field(default_factory=dict[str, ValueForm])
    steps: list[StepForm] = Field(default_factory=list[StepForm])


GET = "steps:\n- {method: GET, path: /orders"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"


def read(directory: Path, text: str) -> tuple[tuple[Step, ...], dict[str, Source]]:
    file = directory / "steps.yaml"
    file.write_text(text)
    steps: tuple[Step, ...] = ()
    sources: dict[str, Source] = {}
    with yaml_documents(file) as found:
        document = found.only("steps")
        form = document.read(_File)
        if form is not None:
            sources = read_sources(form.values, document, ("values",), kept={"orderId"})
            authorisation = read_authorisation(form.authorisation)
            known = {"item", "item.name"}
            steps = read_steps(form.steps, document, ("steps",), known=known, authorisation=authorisation)
    return steps, sources


def problems_of(directory: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(directory, text)
    return [str(each).replace(f"{directory}/", "") for each in caught.value.problems]


def test_a_step_is_read_whole(tmp_path: Path) -> None:
    ((first, second), _) = read(tmp_path, """
authorisation: sigv4
steps:
- method: POST
  path: /orders
  query: {dry: "{item}"}
  headers: {X-Request-Id: "{item}"}
  body: {item: "{item}", quantity: 2, price: 1.50, gift: true, note: "2", of: [null]}
  expect: [201, 202]
  keep: {orderId: $.orderId}
- name: GET /orders/{id}
  method: GET
  path: /orders/{orderId}
  authorisation: none
  pause_seconds: 0.5
  checks:
  - {name: the same, path: $.orderId, equals: "{orderId}"}
  repeat: {every_seconds: 1, for_seconds: 30, until: {path: $.status, one_of: [shipped]}}
""")  # fmt: skip
    assert (first.name, first.method, first.path) == ("POST /orders", "POST", "/orders")
    assert (first.query, first.headers) == ((("dry", "{item}"),), (("x-request-id", "{item}"),))
    assert {**first.body, "price": float(first.body["price"])} == {
        "item": "{item}", "quantity": 2, "price": 1.5, "gift": True, "note": "2", "of": [None],
    }  # fmt: skip
    assert (first.expected_statuses, first.authorisation) == ({201, 202}, SigV4())
    assert [(name, place.parts) for name, place in first.keeps] == [("orderId", ("orderId",))]
    assert (second.name, second.authorisation, second.pause_seconds) == ("GET /orders/{id}", Unsigned(), 0.5)
    (check,) = second.checks
    assert (check.name, check.relation, check.value) == ("the same", Relation.EQUALS, "{orderId}")
    assert second.repeat is not None
    assert (second.repeat.every_seconds, second.repeat.for_seconds, second.repeat.until.value) == (1, 30, ["shipped"])
    assert second.placeholders == {"orderId"}
    assert second.expected_statuses == {200}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("none", Unsigned()),
        ("sigv4", SigV4()),
        ("{sigv4: lambda}", SigV4(service="lambda")),
        (
            "{bearer: {environment: TOKEN}}",
            HeaderFromEnvironment(header="authorization", variable="TOKEN", prefix="Bearer "),
        ),
        ("{header: {name: X-Api-Key, environment: KEY}}", HeaderFromEnvironment(header="x-api-key", variable="KEY")),
    ],
)
def test_a_request_is_authorised_in_one_way(said: str, found: object, tmp_path: Path) -> None:
    ((step,), _) = read(tmp_path, f"authorisation: {said}\n{GET}}}\n")
    assert step.authorisation == found


@pytest.mark.parametrize("said", ["{}", "{sigv4: lambda, bearer: {environment: T}}", "{bearer: secret}", "secret"])
def test_a_secret_or_two_ways_at_once_are_refused(said: str, tmp_path: Path) -> None:
    assert all(
        "steps.yaml:1: authorisation" in each for each in problems_of(tmp_path, f"authorisation: {said}\n{GET}}}\n")
    )


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("checks", "checks: [{name: a, path: $.a, equals: 1}]"),
        ("keep", "keep: {id: $.a}"),
        ("repeat", "repeat: {every_seconds: 1, for_seconds: 5, until: {path: $.a, equals: 1}}"),
    ],
)
def test_nothing_is_looked_for_in_the_answer_to_a_head(key: str, asked: str, tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, f"steps:\n- {{method: HEAD, path: /a,\n   {asked}}}\n")
    assert (
        problem
        == f"steps.yaml:3: steps.{key}: the answer to a HEAD has no body to look into; write GET, or leave it out"
    )
    assert read(tmp_path, "steps:\n- {method: HEAD, path: /a}\n")[0][0].method == "HEAD"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "path: http://elsewhere/x",
            "path: is an address: write the path alone, such as /orders; the host comes from --url",
        ),
        ("path: //elsewhere/x", "path: is an address"),
        ("path: javascript:x", "path: is an address"),
        ("path: orders", "path: must begin with /, such as /orders"),
        ('path: "/a?b=1"', "path: has a query in it; write a query under query"),
        ('path: "/a#b"', "path: has a fragment, which is never sent"),
        ("path: /a/../b", "path: has a segment of dots"),
        ('path: "/a b"', "path: has a blank or a backslash"),
        ('path: "/a\\nHost: x"', "path: has the character \\n, which cannot be seen; remove it"),
        ('path: "/{nothing}"', "path: {nothing} has no value: name it under values, or keep it before"),
        ('path: "/{itme}"', "did you mean item?"),
        ('path: "/{"', "path: has a brace that stands alone"),
        (f"path: /x/{KEY}", "path: looks like a secret by how it is made"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(step: str, said: str, tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, f"steps:\n- method: GET\n  {step}\n")
    assert problem.startswith("steps.yaml:3: steps.path: " if "steps.path" in problem else "steps.yaml:3: ")
    assert said in problem


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('headers: {X-Id: "a\\r\\nEvil: 1"}', "X-Id: has the character \\r, which cannot be seen; remove it"),
        ('headers: {"X Id": a}', "headers"),
        ("headers: {Host: other}", "headers.Host: is written by the client itself; leave it out"),
        ("headers: {content-length: 5}", "is written by the client itself"),
        ("headers: {Transfer-Encoding: chunked}", "is written by the client itself"),
        ("headers: {Authorization: Bearer abc}", "carries a secret, which does not stand in a file"),
        ("headers: {x-a: b, X-A: c}", "is given twice: headers are the same in small and in large letters"),
        ("headers: {x-a: é}", "has a character that is none of a header's"),
        (f"headers: {{x-a: {KEY}}}", "looks like a secret by how it is made"),
        ("query: {api_key: abc}", "query.api_key: looks like a secret by its name"),
        ('query: {q: "{nothing}"}', "{nothing} has no value"),
        ("body: {a: 1}", "a GET has no body; write POST, or leave it out"),
        ("expect: [99]", "expect"),
        ("expect: []", "expect: needs a status, such as 200"),
        ("keep: {id: $..a}", "keep.id: '$..a' may name many places"),
        ("keep: {1d: $.a}", "keep"),
        ("checks: [{name: a, path: $.a}]", "needs one of at_least, at_most, equals, exists, not_one_of, one_of"),
        ("checks: [{name: a, path: $.a, equals: 1, exists: true}]", "needs one of"),
        ("checks: [{name: a, path: $.a, exists: false}]", "exists: false is not asked"),
        ("checks: [{name: a, path: $.a, at_least: many}]", "must be a number, such as 5, or a placeholder of one"),
        ('checks: [{name: a, path: $.a, equals: "{nothing}"}]', "{nothing} has no value"),
        ("checks: [{name: a, path: $.a, equals: 1}, {name: a, path: $.b, equals: 1}]", "two checks are named 'a'"),
        ("checks: [{name: a, path: \"$[?match(@.a, '(a+)+$')]\", exists: true}]", "may name many places"),
        ("checks: [{name: a, path: $.a, equals: 12345678901234567890}]", "has more digits than a number of JSON carries"),
        ("repeat: {every_seconds: 1, for_seconds: 0.5, until: {path: $.a, equals: 1}}", "is not longer than every_seconds"),
        ("repeat: {every_seconds: 1, for_seconds: 1, until: {path: $.a, equals: 1}}", "is not longer than every_seconds"),
        ("repeat: {every_seconds: 0, for_seconds: 5, until: {path: $.a, equals: 1}}", "every_seconds: must be at least 0.1"),
        ("pause_seconds: -1", "pause_seconds: must be at least 0"),
        ("pause_seconds: nan", "pause_seconds"),
        ("colour: red", "colour: unknown key"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_step_is_told_with_its_key_and_line(more: str, said: str, tmp_path: Path) -> None:
    problems = problems_of(tmp_path, f"{GET},\n   {more}}}\n")
    assert any(said in each for each in problems), problems
    assert all(each.startswith(("steps.yaml:3: ", "steps.yaml:2: ")) for each in problems)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{password: hunter2}", "password: looks like a secret by its name"),
        ("{user: {apiKey: abc}}", "apiKey: looks like a secret by its name"),
        (f"[{KEY}]", "looks like a secret by how it is made"),
        ("{n: 12345678901234567890}", "12345678901234567890 has more digits than a number of JSON carries"),
        ("{n: 0.12345678901234567890}", "has more digits than a number of JSON carries"),
        ("{n: 1e400}", "has more digits than a number of JSON carries"),
        ('{n: "{nothing}"}', "{nothing} has no value"),
        (f"{'[' * 22}{']' * 22}", "is nested more than 20 levels deep"),
    ],
)
def test_what_is_wrong_with_a_body_is_told(body: str, said: str, tmp_path: Path) -> None:
    problems = problems_of(tmp_path, f"steps:\n- method: POST\n  path: /orders\n  body: {body}\n")
    assert any(said in each for each in problems), problems
    assert all(each.startswith("steps.yaml:4: ") for each in problems)
    assert not any("hunter2" in each or KEY in each for each in problems)


def test_a_body_of_a_hundred_megabytes_is_no_file(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, f"steps:\n- method: POST\n  path: /orders\n  body: {'a' * 300_000}\n")
    assert "body: has 300,002 bytes, and a body here has at most 262,144" in problem
    with pytest.raises(InputError, match=r"holds more than|larger than|at most"):
        read(tmp_path, f"steps:\n- method: POST\n  path: /orders\n  body: {'a' * (5 << 20)}\n")


def test_a_step_may_use_what_an_earlier_one_keeps_and_no_later_one(tmp_path: Path) -> None:
    keeping, using = "{method: GET, path: /a, keep: {id: $.id}}", '{method: GET, path: "/{id}"}'
    read(tmp_path, f"steps:\n- {keeping}\n- {using}\n")
    (problem,) = problems_of(tmp_path, f"steps:\n- {using}\n- {keeping}\n")
    assert "{id} has no value" in problem


def test_values_are_read_each_from_its_source(tmp_path: Path) -> None:
    (tmp_path / "baskets.csv").write_text("name,total\npen,3.60\nlamp,24\n")
    (_, sources) = read(tmp_path, """
values:
  colour: {one_of: [red, 2, 1.5, true]}
  count: {whole_number: {least: 1, most: 3}}
  key: {uuid: true}
  item: {csv: {file: baskets.csv, texts: [name], numbers: [total]}}
  placed: {recent: orderId}
  customer: {given: c-1}
  token: {environment: TOKEN}
""")  # fmt: skip
    rows = sources.pop("item")
    assert isinstance(rows, Rows)
    assert rows.columns == ("name", "total")
    assert [(name, float(total)) for name, total in rows.rows] == [("pen", 3.6), ("lamp", 24.0)]  # type: ignore[arg-type]
    assert sources == {
        "colour": OneOf(values=("red", 2, sources["colour"].values[2], True)),  # type: ignore[union-attr]
        "count": WholeNumber(least=1, most=3), "key": Unique(), "placed": Recent(kept="orderId"),
        "customer": Given(otherwise="c-1"), "token": FromEnvironment(variable="TOKEN"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{}", "values.v: needs one of csv, environment, given, one_of, recent, uuid, whole_number"),
        ("{uuid: true, given: 1}", "needs one of"),
        ("{uuid: false}", "uuid: false is no value"),
        ("{one_of: []}", "one_of"),
        ("{one_of: [[1]]}", "must be a text, a number, true or false"),
        ("{one_of: [null]}", "must be a text, a number, true or false"),
        ("{whole_number: {least: 3, most: 1}}", "least, 3, is more than most, 1"),
        ("{recent: orderID}", "no step of this file keeps orderID"),
        ("{csv: {file: ../up.csv, texts: [a]}}", "must be a file beside this one or below it"),
        ("{csv: {file: /etc/passwd, texts: [a]}}", "must be a file beside this one or below it"),
        ("{csv: {file: gone.csv, texts: [a]}}", "there is no such file"),
        ("{csv: {file: there.csv}}", "needs the columns to read, under texts and numbers"),
        ("{csv: {file: there.csv, texts: [b]}}", "there is no such column, and it is needed"),
        ("{csv: {file: there.csv, numbers: [a]}}", "must be a number, such as 12.50"),
        ("{csv: {file: empty.csv, texts: [a]}}", "has no rows to draw from"),
        ("{environment: a-b}", "environment"),
    ],
)
def test_what_is_wrong_with_a_value_is_told(value: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("a\nx\n")
    (tmp_path / "empty.csv").write_text("a\n")
    problems = problems_of(tmp_path, f"values:\n  v: {value}\n")
    assert any(said in each for each in problems), problems


@pytest.mark.parametrize("name", ["password", "api_key"])
def test_a_secret_is_no_value(name: str, tmp_path: Path) -> None:
    for value in ("{given: hunter2}", "{one_of: [hunter2]}"):
        (problem,) = problems_of(tmp_path, f"values:\n  {name}: {value}\n")
        assert "looks like a secret by its name" in problem
        assert "hunter2" not in problem


def test_a_table_has_an_end(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("foundation.steps.sources.MOST_ROWS", 2)
    (tmp_path / "t.csv").write_text("a\n1\n2\n3\n")
    (problem,) = problems_of(tmp_path, "values:\n  v: {csv: {file: t.csv, texts: [a]}}\n")
    assert "more than 2 rows" in problem
