"""From a file to values: every problem at once, each with file, line, the name of what it is about, key, and what to do."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

import foundation.files.documents as documents
from foundation.errors import InputError
from foundation.files.documents import Document, csv_documents, json_document, yaml_documents
from foundation.files.forms import Flag, Form, Moment, Number, Whole


class Cat(Form):
    kind: Literal["cat"]
    lives: Whole = Field(ge=1, le=9)


class Dog(Form):
    kind: Literal["dog"]
    tricks: list[str]


class Owner(Form):
    name: str
    taxPercent: Number = Field(ge=0, lt=100)
    is_kind: Flag = False
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = Field(min_length=1, max_length=2)
    since: Moment | None = None


GOOD = """\
- name: one
  taxPercent: 19.5
  pets: [{kind: cat, lives: 9}]
- name: two
  taxPercent: 0
  is_kind: true
  since: 2026-03-02T10:00:00Z
  pets:
  - {kind: dog, tricks: [sit, 1:30, on]}
"""


def read(directory: Path, text: str) -> list[Owner | None]:
    file = directory / "owners.yaml"
    file.write_text(text)
    with yaml_documents(file) as found:
        document = found.only("a list of owners")
        document.expand({"stage": "test", "service": "shop"}, kept={"AWS::Region"})
        return [document.read(Owner, path) for path in document.items()]


def problems_of(directory: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(directory, text)
    assert f"owners.yaml has {len(caught.value.problems)} problem" in caught.value.summary
    return [problem.removeprefix(f"{directory}/") for problem in caught.value.problems]


def test_numbers_are_exact_and_texts_stay_texts(tmp_path: Path) -> None:
    one, two = read(tmp_path, GOOD)
    assert one is not None
    assert two is not None
    assert one.taxPercent == Decimal("19.5")
    assert isinstance(two.pets[0], Dog)
    assert two.pets[0].tricks == ["sit", "1:30", "on"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("taxPercent: 19.5", "taxpercent: 19.5", "owners.yaml:2: one: taxpercent: unknown key; did you mean taxPercent?"),
        ("taxPercent: 19.5", "colour: red", "owners.yaml:2: one: colour: unknown key; there are is_kind, since, taxPercent"),
        ("  taxPercent: 19.5\n", "", "owners.yaml:1: one: taxPercent: is missing"),
        ("19.5", "１９", "owners.yaml:2: one: taxPercent: must be a number, such as 99.9, not '１９'"),
        ("19.5", ".nan", "owners.yaml:2: one: taxPercent: must be a number, such as 99.9, not '.nan'"),
        ("19.5", "1_0", "owners.yaml:2: one: taxPercent: must be a number, such as 99.9, not '1_0'"),
        ("19.5", "1e4000", "owners.yaml:2: one: taxPercent: must be a number, such as 99.9, not '1e4000'"),
        ("19.5", "-1", "owners.yaml:2: one: taxPercent: must be at least 0, not '-1'"),
        ("19.5", "100", "owners.yaml:2: one: taxPercent: must be less than 100, not '100'"),
        ("19.5", "{a: b}", "owners.yaml:2: one: taxPercent: decimal input should be"),
        ("is_kind: true", "is_kind: yes", "owners.yaml:6: two: is_kind: must be true or false, not 'yes'"),
        ("10:00:00Z", "10:00:00", "owners.yaml:7: two: since: must be a time with its zone, such as 2026-03-02T10:00:00Z"),
        ("lives: 9", "lives: 9.5", "owners.yaml:3: one: pets.lives: must be a whole number, such as 5, not '9.5'"),
        ("lives: 9", "lives: 10", "owners.yaml:3: one: pets.lives: must be at most 9, not '10'"),
        ("kind: cat", "kind: cow", "owners.yaml:3: one: pets.kind: must be one of cat, dog, not 'cow'"),
        ("kind: cat, ", "", "owners.yaml:3: one: pets.kind: is missing"),
        ("[{kind: cat, lives: 9}]", "[]", "owners.yaml:3: one: pets: needs at least 1, and has 0"),
        ("[{kind: cat, lives: 9}]", "5", "owners.yaml:3: one: pets: must be a list, not '5'"),
        ("[{kind: cat, lives: 9}]", "[7]", "owners.yaml:3: one: pets: must be a mapping"),
        ("name: two", "name: [x]", "owners.yaml:4: name: must be a text, not a list"),
        ("name: two", "name: ${stge}", "owners.yaml:4: ${stge}: name: ${stge} is not known; did you mean stage?"),
        ("name: two", "name: x${stage", "${stage has no closing brace"),
        ("name: two", "name: ${x}", "is not known; there are service, stage"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_remedy(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = problems_of(tmp_path, GOOD.replace(old, new, 1))
    assert any(each.startswith(problem) or problem in each for each in found), found


def test_every_problem_is_found_at_once_and_a_misspelt_key_is_one_problem(tmp_path: Path) -> None:
    bad = (
        GOOD.replace("taxPercent: 19.5", "taxpercent: 19.5")
        .replace("taxPercent: 0", "taxPercent: x")
        .replace("9}", "0}")
    )
    assert [each.split(": ")[0] for each in problems_of(tmp_path, bad)] == [
        "owners.yaml:2",
        "owners.yaml:3",
        "owners.yaml:5",
    ]


def test_variables_are_filled_in_and_what_is_kept_stays(tmp_path: Path) -> None:
    text = GOOD.replace("name: one", "name: ${service}-${stage}-${AWS::Region}")
    assert [each.name for each in read(tmp_path, text) if each] == ["shop-test-${AWS::Region}", "two"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "owners.yaml:1: one document is needed, a list of owners; it is empty"),
        ("---\n", "owners.yaml:1: one document is needed, a list of owners; it is empty"),
        ("# nothing else\n", "owners.yaml:1: one document is needed, a list of owners; it is empty"),
        ("a: 1\n---\nb: 2\n", "owners.yaml:1: one document is needed, a list of owners; it has 2"),
        ("---\n---\nb: 2\n", "owners.yaml:1: one document is needed, a list of owners; it has 2"),
        ("a: 1\n---\n", "owners.yaml:1: one document is needed, a list of owners; it has 2"),
        ("[]\n---\n[]\n---\n[]\n", "owners.yaml:1: one document is needed, a list of owners; it has 3"),
        ("a: 1", "owners.yaml:1: document: must be a list, not a mapping"),
        ("[]", "owners.yaml:1: document: must be a list, not empty"),
        (
            "- 7",
            "must be a mapping of keys to values, not '7'; its keys are name, taxPercent, is_kind, pets, since",
        ),
    ],
)
def test_a_file_of_another_shape_says_which_is_needed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "document: must be a mapping of names, not a list"),
        ("{}", "document: must be a mapping of names, not empty"),
        ("../up: {}", "../up: is no name; write letters, digits, - and _, at most 60"),
        (f"{'x' * 61}: {{}}", "is no name"),
        ("'': {}", "is no name"),
    ],
)
def test_names_of_things_are_names(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "f.yaml").write_text(text)
    with pytest.raises(InputError) as caught, yaml_documents(tmp_path / "f.yaml") as found:
        found.only("things").names()
    assert said in str(caught.value)


def test_an_error_of_what_is_made_of_a_part_is_a_problem_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("a:\n  b: 1\n")
    with pytest.raises(InputError) as caught, yaml_documents(tmp_path / "f.yaml") as found:
        _refuse(found.only("things"), "too dear", "and another")
    assert [each.partition("f.yaml:")[2] for each in caught.value.problems] == [
        "2: a.b: too dear",
        "1: document: and another",
    ]


def _refuse(document: Document, why: str, besides: str) -> None:
    with document.at(("a", "b")):
        raise InputError(why)
    document.problem((), besides)


def test_a_problem_of_json_has_its_line_too(tmp_path: Path) -> None:
    file = tmp_path / "owner.json"
    file.write_text('{"name": "one",\n "taxPercent": 5,\n "pets": [\n  {"kind": "cat",\n   "lives": 0}]}')
    with pytest.raises(InputError) as caught, json_document(file) as document:
        document.read(Owner)
    assert caught.value.problems == (f"{file}:5: one: pets.lives: must be at least 1, not '0'",)


class Row(Form):
    name: str | None = None
    count: Whole


def rows_of(directory: Path, text: str | bytes) -> list[Row | None]:
    file = directory / "rows.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with csv_documents(file, needed=("count",), optional=("name",)) as found:
        return [document.read(Row) for document in found.items]


def test_rows_are_read_whatever_the_order_of_columns_the_mark_or_the_line_ends(tmp_path: Path) -> None:
    for text in ("name,count\na,1\n,2\n", "count,name\r\n1,a\r\n2,\r\n", "\ufeffname,count\na,1\n\n,2\n"):
        assert [(each.name, each.count) for each in rows_of(tmp_path, text) if each] == [("a", 1), (None, 2)]
    assert rows_of(tmp_path, "name,count\n") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,cuont\na,1\n", "rows.csv:1: cuont: unknown column; did you mean count?"),
        ("name\na\n", "rows.csv:1: count: there is no such column, and it is needed"),
        ("", "rows.csv:1: count: there is no such column, and it is needed"),
        ("count,count\n1,2\n", "rows.csv:1: count: is given twice"),
        ("name,count\na,1,2\n", "rows.csv:2: it has 3 fields where 2 columns are named"),
        ("name,count\na,1\n,2\nb\n", "rows.csv:4: it has 1 fields where 2 columns are named"),
        ("name,count\na,1\nb\n", "rows.csv:3: it has 1 fields where 2 columns are named"),
        ('name,count\n"a\nb",x\n', "rows.csv:3: a\nb: count: must be a whole number, such as 5, not 'x'"),
        ("name,count\na,\n", "rows.csv:2: a: count: is missing"),
        ('name,count\n"a,1\n', "not valid CSV"),
        (b"name,count\n\xff,1\n", "rows.csv:2: not text in UTF-8"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        rows_of(tmp_path, text)
    assert said in str(caught.value)


def test_no_row_is_read_of_a_table_whose_columns_are_others(tmp_path: Path) -> None:
    """Every row would have the same problem again."""
    with pytest.raises(InputError) as caught:
        rows_of(tmp_path, "name,colour\na,red\nb,blue,1\n")
    assert caught.value.problems == (
        f"{tmp_path}/rows.csv:1: colour: unknown column; there are count",
        f"{tmp_path}/rows.csv:1: count: there is no such column, and it is needed",
    )


def test_a_problem_of_a_file_as_a_whole_stands_at_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("a: 1\n---\nb: 2\n")
    with pytest.raises(InputError) as caught, yaml_documents(tmp_path / "f.yaml") as found:
        found.problem("nothing in it is of use")
    assert caught.value.problems == (f"{tmp_path}/f.yaml:1: document: nothing in it is of use",)


def test_a_name_as_long_as_a_file_is_cut_in_what_is_said(tmp_path: Path) -> None:
    (problem, *_) = problems_of(tmp_path, GOOD.replace("taxPercent", "t" * 1_000, 1))
    assert problem.startswith(f"owners.yaml:2: one: {'t' * 120}: unknown key")


def test_as_many_rows_as_may_be_are_read_and_one_more_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of names is one of them."""
    monkeypatch.setattr(documents, "MOST_ROWS", 1_000)
    assert len(rows_of(tmp_path, "count\n" + "1\n" * 999)) == 999
    with pytest.raises(InputError, match=r"rows\.csv:1001: more than 1,000 rows, the most that are read"):
        rows_of(tmp_path, "count\n" + "1\n" * 1_000)


def test_json_of_256_mib_is_as_much_as_is_read(tmp_path: Path) -> None:
    with (tmp_path / "f.json").open("wb") as out:
        out.truncate((256 << 20) + 1)
    with pytest.raises(InputError, match="larger than 256 MiB"), json_document(tmp_path / "f.json"):
        pass
