"""Labelled incidents: how they are read, and whom they explain."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.slo.incidents import Incident, read_incidents

START_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_incidents_are_read_in_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text(
        "name,start,end,objective\nb,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,\na,2026-03-01T10:00:00Z,2026-03-01T11:00:00Z,api-errors\n"
    )
    assert [(incident.name, incident.objective) for incident in read_incidents(file)] == [
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
    ],
)
def test_incidents_that_cannot_be_read_are_refused_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text(text)
    with pytest.raises(InputError) as raised:
        read_incidents(file)
    assert said in str(raised.value)


def test_the_shortest_incident_has_a_length(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("name,start,end\nx,2026-03-02T10:00:00Z,2026-03-02T10:00:00.000001Z\n")
    (incident,) = read_incidents(file)
    assert incident.end_at - incident.start_at == timedelta(microseconds=1)


def test_an_incident_without_a_name_is_named_by_its_line_and_is_of_any_objective(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("start,end\n2026-03-02T10:00:00Z,2026-03-02T11:00:00Z\n")
    assert read_incidents(file, objectives=["api-errors"]) == (
        Incident(name="line 2", start_at=START_AT, end_at=START_AT + timedelta(hours=1), objective=None),
    )


def test_an_objective_that_there_is_not_is_refused_where_objectives_are_given(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("name,start,end,objective\nx,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,api-error\n")
    assert [incident.objective for incident in read_incidents(file)] == ["api-error"]
    assert [incident.objective for incident in read_incidents(file, objectives=["api-error"])] == ["api-error"]
    with pytest.raises(InputError, match="objective: no objective is named 'api-error'; did you mean api-errors"):
        read_incidents(file, objectives=["api-errors"])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.csv: cannot be read"):
        read_incidents(tmp_path / "nothing.csv")


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
