"""Each file of a service has a line; one that is broken says what is wrong with it, and the others are looked at all the same."""

import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from foundation.errors import InputError
from infra.checkout import ROOT
from infra.service import T_DEVELOPER, files_of_service, service_of
from sre.cli.stage import stage_from
from sre.jobs.doctor.findings import Finding, State
from sre.jobs.doctor.service_files import ReadFiles, problems_of, read_service_files, unusable_service

Edit = Callable[[str], str]
BROKEN = ("  timeWindow:\n", "  timeWindows:\n")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """T-Developer's files, where they may be broken."""
    directory = tmp_path / "service"
    shutil.copytree(
        T_DEVELOPER.service.parent, directory, ignore=shutil.ignore_patterns("*.py", "__pycache__", "gates", "entry")
    )
    return directory


def break_file(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def read(place: Path, stage: str = "production") -> ReadFiles:
    files = files_of_service(place)
    return read_service_files(
        files,
        known=service_of(files, stage=stage),
        make=partial(stage_from, stage=stage, service=place),
        shown=lambda file: file.name,
    )


def states(found: ReadFiles) -> dict[str, State]:
    return {each.name: each.state for each in found.findings}


def line(found: ReadFiles, name: str) -> Finding:
    (one,) = (each for each in found.findings if each.name == name)
    return one


def test_every_file_says_what_it_holds(place: Path) -> None:
    found = read(place)
    resource_count = (place / "service.yaml").read_text().count("\n- label: ")
    objective_count = len(
        re.findall("^kind: (?:SLO|CostObjective)$", (place / "objectives.yaml").read_text(), re.MULTILINE)
    )
    assert {each.name: each.said for each in found.findings} == {
        "service.yaml": f"t-developer: {resource_count} resources, 10 own metrics",
        "objectives.yaml": f"{objective_count} objectives",
        "burn_rate.yaml": "4 pairs of windows",
        "resource_alarms.yaml": "read, with the types of resources",
        "panels.yaml": "5 dashboards",
        "canaries.yaml": "4 canaries",
        "flows.yaml": "5 flows",
        "load_profiles.yaml": "7 load profiles",
        "traffic_profiles.yaml": "2 traffic profiles",
        "agent-turn.yaml": "10 rule tests",
        "api-errors.yaml": "5 rule tests",
        "api-latency.yaml": "4 rule tests",
        "events.yaml": "7 rule tests",
        "monthly-cost.yaml": "3 rule tests",
    }
    assert set(states(found).values()) == {State.OK}
    assert found.stage is not None
    assert found.plan is not None
    assert found.service is not None


def test_a_service_has_a_line_for_no_file_that_it_has_not(tmp_path: Path) -> None:
    for name in ("service.yaml", "objectives.yaml"):
        shutil.copy(ROOT / "examples" / "orders" / name, tmp_path)
    found = read(tmp_path)
    assert list(states(found)) == ["service.yaml", "objectives.yaml", "burn_rate.yaml"]


def test_of_flows_that_are_broken_the_profiles_are_not_looked_at(place: Path) -> None:
    break_file(place / "flows.yaml", "flows:", "flow:")
    found = read(place)
    assert line(found, "flows.yaml").state is State.MISSING
    assert line(found, "load_profiles.yaml").state is State.NOT_KNOWN
    assert line(found, "canaries.yaml").state is State.OK


def test_broken_objectives_are_a_line_and_what_needs_them_is_not_looked_at(place: Path) -> None:
    break_file(place / "objectives.yaml", *BROKEN)
    found = read(place)
    broken = line(found, "objectives.yaml")
    assert broken.state is State.MISSING
    assert broken.said.startswith("cannot be used: line ")
    assert "unknown key; did you mean timeWindow?" in broken.said
    assert broken.to_do == "correct it; `sre objectives check` names every problem"
    unread = {name for name, state in states(found).items() if state is State.NOT_KNOWN}
    assert unread == {
        "resource_alarms.yaml", "panels.yaml", "agent-turn.yaml", "api-errors.yaml", "api-latency.yaml", "events.yaml",
        "monthly-cost.yaml",
    }  # fmt: skip
    assert line(found, "panels.yaml").to_do == "correct the files that are wrong: it is read together with them"
    assert line(found, "burn_rate.yaml").said == "4 pairs of windows"
    assert line(found, "canaries.yaml").state is State.OK
    assert (found.stage, found.plan) == (None, None)
    assert found.service is not None


def test_several_problems_are_the_first_and_how_many_more(place: Path) -> None:
    break_file(place / "objectives.yaml", "targetPercent: 99.9\n", "targetPercent: 1000\n")
    break_file(place / "objectives.yaml", "budgetingMethod: Occurrences", "budgetMethod: Occurrences")
    said = line(read(place), "objectives.yaml").said
    assert said.count("line ") == 1
    assert said.endswith("; and 1 more problem")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("burn_rate.yaml", "budgetPercent: 2,", "budgetPercents: 2,"),
        ("resource_alarms.yaml", "- of: ", "- off: "),
        ("panels.yaml", "pages:", "pagess:"),
        ("canaries.yaml", "timeoutSeconds: 120", "timeoutSeconds: soon"),
    ],
)
def test_a_broken_file_is_told_under_its_own_name(name: str, old: str, new: str, place: Path) -> None:
    file = place / name
    file.write_text(file.read_text().replace(old, new, 1) if old in file.read_text() else "no: such\nkey: here\n")
    found = read(place)
    assert line(found, name).state is State.MISSING
    assert [each for each, state in states(found).items() if state is State.MISSING] == [name]


@pytest.mark.parametrize("name", ["load_profiles.yaml", "traffic_profiles.yaml", "rule_tests/events.yaml"])
def test_a_file_that_is_read_alone_breaks_nothing_else(name: str, place: Path) -> None:
    (place / name).write_text("[")
    found = read(place)
    bare = Path(name).name
    assert [each for each, state in states(found).items() if state is not State.OK] == [bare]
    assert line(found, bare).state is State.MISSING
    assert found.plan is not None


def test_a_service_file_that_cannot_be_used_is_the_one_line_of_its_service(place: Path) -> None:
    break_file(place / "service.yaml", "owner: t-developer", "owners: t-developer")
    with pytest.raises(InputError) as raised:
        files_of_service(place)
    found = unusable_service(place / "service.yaml", raised.value, shown=lambda file: file.name)
    assert states(found) == {"service.yaml": State.MISSING}
    assert "did you mean owner?" in line(found, "service.yaml").said
    assert (found.service, found.stage, found.plan) == (None, None, None)


def test_an_error_has_its_problems_or_itself() -> None:
    assert problems_of(InputError("two:", ("a", "b"))) == ("a", "b")
    assert problems_of(InputError("one")) == ("one",)
