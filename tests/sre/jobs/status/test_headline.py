"""The one sentence of a status: what is missed and what fires by name or number, and nothing unknown called met or quiet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alarms.current import UnknownNow
from foundation.errors import Exit, SourceError
from foundation.readings import NoData
from foundation.slo.burn_rate import Severity
from reports.weekly.objectives import Health
from sre.jobs.status.headline import headline
from sre.jobs.status.model import ObjectiveNow, Status
from sre.jobs.status.reading import StatusSources
from tests.sre.jobs.status.factories import AT, firing, quiet, sources, status

BEGIN = "t-developer production, 2026-11-16 00:00 UTC: "
WELL = status(now=AT)
SILENT = tuple(UnknownNow(name=f"a{number}", reason="none of its metrics is here") for number in range(3))


def made(*healths: Health) -> tuple[ObjectiveNow, ...]:
    return tuple(
        ObjectiveNow(name=f"o{number}", health=health, reason="r", budget=None, source="", as_of=None)
        for number, health in enumerate(healths)
    )


@pytest.mark.parametrize(
    ("healths", "said"),
    [
        ([Health.HEALTHY], "the objective is met"),
        ([Health.HEALTHY, Health.AT_RISK], "all 2 objectives are met"),
        ([Health.EXHAUSTED], "o0 is missed"),
        ([Health.EXHAUSTED, Health.HEALTHY], "o0 is missed, 1 of 2 objectives is met"),
        ([Health.EXHAUSTED] * 2 + [Health.HEALTHY] * 2, "o0 and o1 are missed, 2 of 4 objectives are met"),
        ([Health.EXHAUSTED] * 3, "o0, o1 and o2 are missed, none of 3 objectives is known to be met"),
        ([Health.EXHAUSTED] * 5, "o0, o1, o2 and 2 more are missed, none of 5 objectives is known to be met"),
        ([], "there is no objective"),
    ],
)
def test_objectives_are_missed_by_name_and_met_by_number(healths: list[Health], said: str) -> None:
    assert headline(replace(WELL, objectives=made(*healths))) == f"{BEGIN}{said}; no alarm fires."


@pytest.mark.parametrize(
    ("healths", "said"),
    [
        ([Health.NO_DATA], "whether the objective is met is not known; no alarm fires; not known: o0"),
        ([Health.HEALTHY, Health.TOO_LITTLE], "1 of 2 objectives is met; no alarm fires; not known: o1"),
        (
            [Health.NO_DATA] * 4 + [Health.HEALTHY],
            "1 of 5 objectives is met; no alarm fires; not known: o0, o1, o2, 1 more objective",
        ),
        (
            [Health.EXHAUSTED] + [Health.NO_DATA] * 5,
            "o0 is missed, none of 6 objectives is known to be met; no alarm fires; not known: o1, o2, o3, 2 more objectives",
        ),
    ],
)
def test_what_is_not_known_is_said_by_name(healths: list[Health], said: str) -> None:
    found = replace(WELL, objectives=made(*healths))
    assert headline(found) == f"{BEGIN}{said}."
    assert found.exit_code is not Exit.MET


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (sources(), "all 6 objectives are met; no alarm fires"),
        (sources(alarms=quiet(firing())), "all 6 objectives are met; 1 alarm fires, a page"),
        (
            sources(alarms=quiet(firing("a", severity=Severity.TICKET), firing("b", severity=Severity.TICKET))),
            "all 6 objectives are met; 2 alarms fire",
        ),
        (
            sources(alarms=quiet(firing("a"), firing("b", severity=Severity.TICKET))),
            "all 6 objectives are met; 2 alarms fire, 1 page among them",
        ),
        (
            sources(alarms=quiet(unknown=SILENT)),
            "all 6 objectives are met; no alarm is known to fire; not known: 3 of 40 alarms",
        ),
        (
            sources(alarms=quiet(firing(), unknown=SILENT)),
            "all 6 objectives are met; 1 alarm fires, a page; not known: 3 of 40 alarms",
        ),
        (
            sources(alarms=SourceError("throttled")),
            "all 6 objectives are met; whether an alarm fires is not known; not known: alarms",
        ),
        (
            sources(canaries=(("api", 5), ("progress", 15)), bill=NoData(reason="refused")),
            "5 of 6 objectives are met; no alarm fires; not known: monthly-cost, 1 of 2 canaries, cost",
        ),
        (
            sources(operations=NoData(reason="refused")),
            "5 of 6 objectives are met; no alarm fires; not known: deployments",
        ),
    ],
)
def test_alarms_and_blocks_are_said_beside_objectives(given: StatusSources, said: str) -> None:
    assert headline(status(given, now=AT)) == f"{BEGIN}{said}."


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (sources(), Exit.MET),
        (sources(alarms=quiet(firing())), Exit.NOT_ENOUGH_EVIDENCE),
        (sources(alarms=quiet(firing(severity=Severity.TICKET))), Exit.NOT_ENOUGH_EVIDENCE),
        (sources(alarms=quiet(unknown=SILENT[:1])), Exit.NOT_ENOUGH_EVIDENCE),
        (sources(canaries=(("api", 5), ("progress", 15))), Exit.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_it_ends_with_0_only_where_all_is_known_and_nothing_fires(given: StatusSources, code: Exit) -> None:
    assert status(given).exit_code is code


@pytest.mark.parametrize(("minutes", "said"), [(59, ""), (60, ", 1 h ago"), (60 * 24 * 13, ", 13 d ago")])
def test_a_status_of_an_earlier_moment_says_how_long_ago_that_was(minutes: int, said: str) -> None:
    found: Status = replace(WELL, asked_at=AT + timedelta(minutes=minutes))
    assert headline(found).startswith(f"t-developer production, 2026-11-16 00:00 UTC{said}: ")
