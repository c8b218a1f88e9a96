"""What may be deployed: names, limits, retention and runtimes, each refused with its line."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from canaries.definitions import read_canaries
from canaries.price import monthly_price
from canaries.runtimes import Runtime, age_of_runtime, must_be_replaced, newest_of, problem_of_list
from foundation.errors import InputError
from infra.service import T_DEVELOPER
from tests.sre.cli.command_line import sre

KIND = "syn-python-"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = T_DEVELOPER.canaries.read_text()
    assert old in text
    file = tmp_path / "canaries.yaml"
    file.write_text(text.replace(old, new, 1))
    return file


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("runtime: syn-python-selenium-14.0", "runtime: syn-python-selenium-4.0", "is deprecated since 2026-02-03"),
        ("runtime: syn-python-selenium-14.0", "runtime: syn-python-selenium-99.0", "is no known runtime"),
        ("runtime: syn-python-selenium-14.0", "runtime: syn-nodejs-3.1", "is no syn-python-… runtime"),
        ("  api:\n", "  Api:\n", "must match"),
        ("successDays: 31, ", "", "successDays: is missing"),
        ("successDays: 31", "successDays: 2000", "must be at most 1024, not '2000'"),
        ("retries: 2", "retries: 3", "must be at most 2"),
        ("timeoutSeconds: 120", "timeoutSeconds: 900", "must be at most 840"),
        ("timeoutSeconds: 120", "timeoutSeconds: 800", "longer than until its next run"),
        ("memoryMib: 1024", "memoryMib: 512", "must be at least 960"),
        ("everyMinutes: 15", "everyMinutes: 90", "must be at most 60"),
        ("  api:\n", "  nobody:\n", "there is no handler canaries/nobody.py"),
    ],
)
def test_what_synthetics_or_we_would_refuse_is_refused_with_its_line(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    file = changed(tmp_path, old, new)
    with pytest.raises(InputError) as refused:
        read_canaries(file)
    assert re.search(rf"{re.escape(str(file))}:\d+: .*{re.escape(problem)}", str(refused.value))


def test_the_newest_runtime_is_by_number_and_not_by_letter() -> None:
    known = [Runtime(name=f"syn-python-selenium-{each}", deprecated_on=None) for each in ("8.0", "14.0", "13.0")]
    assert newest_of(known, kind=KIND) == "syn-python-selenium-14.0"


@pytest.mark.parametrize(
    ("today", "age", "replace"),
    [
        (date(2026, 1, 1), None, False),
        (date(2026, 6, 1), "will be deprecated on 2026-07-01", True),
        (date(2026, 7, 1), "is deprecated since 2026-07-01", True),
    ],
)
def test_a_runtime_is_told_of_sixty_days_before_it_ends(today: date, age: str | None, replace: bool) -> None:
    known = [Runtime(name="syn-python-selenium-14.0", deprecated_on=date(2026, 7, 1))]
    said = age_of_runtime("syn-python-selenium-14.0", known, kind=KIND, today=today)
    assert age in said if age is not None and said is not None else said == age or "not the newest" in str(said)
    assert must_be_replaced("syn-python-selenium-14.0", known, kind=KIND, today=today) is replace


def test_a_canary_every_five_minutes_costs_about_twelve_dollars_a_month() -> None:
    """A worked price: 2 canaries every 5 minutes, 10 s, 1 GB: 24.21 USD."""
    price = monthly_price(read_canaries(T_DEVELOPER.canaries)["api"])
    assert price.run_count == 8760
    assert round(2 * price.total_usd, 2) == Decimal("24.21")


def test_the_list_says_schedule_price_and_the_age_of_the_runtimes() -> None:
    done = sre("canaries", "list")
    is_old = datetime.now(UTC).date() - date(2026, 11, 22) > timedelta(days=180)
    assert (done.returncode, "holds for 180" in done.stderr) == ((3, True) if is_old else (0, False))
    assert "every    5 min" in done.stdout
    assert "List price: $24." in done.stdout
    assert "syn-python-selenium-14.0: current (the file, read on 2026-11-22)" in done.stdout


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (180, True), (181, False), (730, False)])
def test_a_list_of_runtimes_holds_for_half_a_year(days: int, is_known: bool) -> None:
    said = problem_of_list(date(2026, 1, 1), today=date(2026, 1, 1) + timedelta(days=days))
    assert (
        said is None
        if is_known
        else said == (f"the list of runtimes is {days} days old, and holds for 180: ask AWS, with --region")
    )


def test_an_old_list_makes_no_runtime_current(tmp_path: Path) -> None:
    old = T_DEVELOPER.canaries.read_text() + "runtimesReadOn: 2024-01-01\n"
    (tmp_path / "canaries.yaml").write_text(old)
    done = sre("canaries", "list", "--definitions", str(tmp_path / "canaries.yaml"))
    assert done.returncode == 3
    assert "Note: the list of runtimes is" in done.stderr
    built = sre("canaries", "build", "--definitions", str(tmp_path / "canaries.yaml"), "--out", str(tmp_path / "c.zip"))
    assert built.returncode == 0
    assert "ask AWS, with --region of `sre canaries list`." in built.stderr


def test_an_unknown_name_is_bad_input_and_so_is_a_platform_that_is_down(tmp_path: Path) -> None:
    done = sre("canaries", "run", "nobody")
    assert (done.returncode, done.stderr) == (
        2,
        "Error: nobody: no canary has this name; there are api, progress, authorisation, certificate\n",
    )
    done = sre("canaries", "run", "--home", str(tmp_path))
    assert done.returncode == 2
    assert "no local platform is up" in done.stderr
    assert sre("canaries", "run", "--url", "nowhere").returncode == 2
