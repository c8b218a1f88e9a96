"""Labelled incidents: how they are read, and whom they explain."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.slo.incidents import Incident, labels_of, read_incidents

START_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
KNOWN = ("api-errors",)


def test_incidents_are_read_in_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text(
        "name,start,end,objective\nb,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,\na,2026-03-01T10:00:00Z,2026-03-01T11:00:00Z,api-errors\n"
    )
    assert [(incident.name, incident.objective) for incident in read_incidents(file, objectives=KNOWN)] == [
        ("a", "api-errors"),
        ("b", None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,start\nx,2026-03-02T10:00:00Z\n", "1: end: there is no such column, and it is needed"),
        (
            "name,start,end\nx,2026-03-02T10:00:00,2026-03-02T11:00:00\n",
            "csv:2: x: start: must be a time with its zone, such as 2026-03-02T10:00:00Z",
        ),
        ("name,start,end\nx,2026-03-02T11:00:00Z,2026-03-02T10:00:00Z\n", "csv:2: x: end: must be after start"),
        ("name,start,end\nx,2026-03-02T10:00:00Z,2026-03-02T10:00:00Z\n", "csv:2: x: end: must be after start"),
        ("name,start,end\nx,yesterday,today\n", "csv:2: x: start: must be a time with its zone"),
        ("name,start,end\nx,2026-03-02T10:00:00Z,", "csv:2: ends within a row: it may be cut"),
        ("name,start,end\nx,2026-03-02T10:00:00Z\n", "csv:2: it has 2 fields where 3 columns are named"),
    ],
)
def test_incidents_that_cannot_be_read_are_refused_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text(text)
    with pytest.raises(InputError) as raised:
        read_incidents(file, objectives=KNOWN)
    assert said in str(raised.value)


@pytest.mark.parametrize("end", ["", " "])
def test_an_empty_end_is_an_incident_that_is_still_going_on(tmp_path: Path, end: str) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text(f"name,start,end,objective\ndb,2026-03-02T10:00:00Z,{end},api-errors\n")
    assert read_incidents(file, objectives=KNOWN) == (
        Incident(name="db", start_at=START_AT, end_at=None, objective="api-errors"),
    )


def test_two_incidents_may_have_one_name_and_no_two_are_one(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    later = "db,2026-03-05T10:00:00Z,2026-03-05T11:00:00Z\n"
    text = f"name,start,end\ndb,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z\n{later}"
    file.write_text(text)
    assert list(labels_of(read_incidents(file, objectives=KNOWN)).values()) == [
        "db (2026-03-02 10:00 UTC)", "db (2026-03-05 10:00 UTC)",
    ]  # fmt: skip
    file.write_text(f"{text}{later.replace('Z', '+00:00')}")
    with pytest.raises(InputError, match="csv:4: db: is the incident of line 3; remove one of them"):
        read_incidents(file, objectives=KNOWN)


ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 40), st.none() | st.integers(1, 40)),
    min_size=1,
    max_size=4,
    unique=True,
)


@settings(max_examples=40)
@given(ROWS, st.integers(-14 * 60, 14 * 60), st.data())
def test_another_offset_and_a_cut_hide_no_incident(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, int | None]], minutes: int, data: st.DataObject
) -> None:
    """Law: times in any zone are the same moments, and a file that is cut anywhere but behind a row is refused."""
    zone = timezone(timedelta(minutes=minutes))
    made = [
        Incident(
            name=name,
            start_at=START_AT + timedelta(hours=start),
            end_at=None if length is None else START_AT + timedelta(hours=start + length),
            objective="api-errors",
        )
        for name, start, length in rows
    ]
    lines = ["name,start,end,objective\n"]
    for each in made:
        ended = "" if each.end_at is None else each.end_at.astimezone(zone).isoformat()
        lines.append(f"{each.name},{each.start_at.astimezone(zone).isoformat()},{ended},{each.objective}\n")
    file = tmp_path_factory.mktemp("incidents") / "incidents.csv"
    file.write_text("".join(lines))
    assert set(read_incidents(file, objectives=["api-errors"])) == set(made)
    cut = data.draw(st.integers(len(lines[0]), sum(map(len, lines))))
    file.write_text("".join(lines)[:cut])
    whole_rows = next(
        (count for count in range(len(lines)) if cut - sum(map(len, lines[: count + 1])) in (0, -1)), None
    )  # fmt: skip
    if whole_rows is None:
        with pytest.raises(InputError):
            read_incidents(file, objectives=["api-errors"])
    else:
        assert set(read_incidents(file, objectives=["api-errors"])) == set(made[:whole_rows])


def test_the_shortest_incident_has_a_length(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("name,start,end\nx,2026-03-02T10:00:00Z,2026-03-02T10:00:00.000001Z\n")
    (incident,) = read_incidents(file, objectives=KNOWN)
    assert incident.end_at == incident.start_at + timedelta(microseconds=1)


def test_an_incident_without_a_name_is_named_by_its_line_and_is_of_any_objective(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("start,end\n2026-03-02T10:00:00Z,2026-03-02T11:00:00Z\n")
    assert read_incidents(file, objectives=["api-errors"]) == (
        Incident(name="line 2", start_at=START_AT, end_at=START_AT + timedelta(hours=1), objective=None),
    )


def test_an_objective_that_there_is_not_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("name,start,end,objective\nx,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,api-error\n")
    assert [incident.objective for incident in read_incidents(file, objectives=["api-error"])] == ["api-error"]
    with pytest.raises(InputError, match="objective: no objective is named 'api-error'; did you mean api-errors"):
        read_incidents(file, objectives=["api-errors"])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.csv: cannot be read"):
        read_incidents(tmp_path / "nothing.csv", objectives=KNOWN)


@pytest.mark.parametrize(
    ("minutes", "objective", "explained"),
    [
        (-1, "api-errors", False),  # before it began
        (0, "api-errors", True),
        (30, None, False),  # an alarm on no objective
        (40, "api-errors", True),  # metrics and windows lag
        (41, "api-errors", False),
        (5, "api-latency", False),
    ],
)
def test_who_was_told_in_it_or_soon_after_of_its_objective_was_told_of_it(
    minutes: int, objective: str | None, explained: bool
) -> None:
    incident = Incident(name="x", start_at=START_AT, end_at=START_AT + timedelta(minutes=30), objective="api-errors")
    assert incident.explains(START_AT + timedelta(minutes=minutes), objective) is explained


def test_an_incident_of_any_objective_explains_every_alarm() -> None:
    incident = Incident(name="x", start_at=START_AT, end_at=START_AT + timedelta(minutes=30), objective=None)
    assert incident.explains(START_AT, "api-latency")
    assert incident.explains(START_AT, None)


def test_an_incident_that_is_going_on_lies_in_all_that_comes_and_explains_it() -> None:
    incident = Incident(name="x", start_at=START_AT, end_at=None, objective="api-errors")
    much_later = START_AT + timedelta(days=400)
    assert incident.lies_in(much_later, much_later + timedelta(hours=1))
    assert incident.explains(much_later, "api-errors")
    assert not incident.explains(much_later, "api-latency")
    assert not incident.explains(START_AT - timedelta(seconds=1), "api-errors")


@pytest.mark.parametrize(("start", "end", "lies"), [(-60, 0, False), (-60, 1, True), (29, 60, True), (30, 60, False)])
def test_an_incident_lies_where_any_minute_of_it_does(start: int, end: int, lies: bool) -> None:
    incident = Incident(name="x", start_at=START_AT, end_at=START_AT + timedelta(minutes=30), objective=None)
    assert incident.lies_in(START_AT + timedelta(minutes=start), START_AT + timedelta(minutes=end)) is lies
