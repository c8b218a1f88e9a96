"""Which place a command means, and what is said where no platform is up in it."""

from pathlib import Path

import pytest

import sre.local.ministack as ministack
from foundation.errors import InputError
from sre.cli.local.running import home_meant, running_platform
from sre.cli.options import DEFAULT_HOME
from sre.local.state import LocalPlatform
from tests.sre.local.processes_factories import an_ended_process
from tests.sre.local.test_local import a_platform


@pytest.mark.parametrize(
    ("local", "home", "url", "meant"),
    [
        (False, None, None, DEFAULT_HOME),
        (True, None, None, DEFAULT_HOME),
        (False, Path("x"), None, Path("x")),
        (True, Path("x"), None, Path("x")),
        (False, None, "https://x", None),
    ],
)
def test_the_local_platform_is_meant_by_name_by_its_directory_and_where_nothing_else_is_named(
    local: bool, home: Path | None, url: str | None, meant: Path | None
) -> None:
    assert home_meant(local=local, home=home, url=url) == meant


@pytest.mark.parametrize(
    ("local", "home", "said"),
    [(True, None, "--url: of no use with --local"), (False, Path("x"), "--url: of no use with --home")],
)
def test_two_places_at_once_are_refused(local: bool, home: Path | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        home_meant(local=local, home=home, url="https://x")


def test_the_local_platform_has_the_local_stage_alone() -> None:
    assert home_meant(local=False, home=None, stage="local", url=None) == DEFAULT_HOME
    with pytest.raises(InputError, match=r"--stage staging: the local platform has the stage local.* or give --url"):
        home_meant(local=False, home=None, stage="staging", url=None)
    assert home_meant(local=False, home=None, stage="staging", url="https://x") is None


def test_a_flag_that_is_not_set_names_no_place_and_a_seed_of_nought_is_given() -> None:
    assert home_meant(local=False, home=None, metrics=None, simulate=False) == DEFAULT_HOME
    assert home_meant(local=False, home=None, metrics=None, simulate=True) is None
    assert home_meant(local=False, home=None, seed=0) is None


def test_what_is_down_says_what_to_do_and_where_else_one_may_look(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        running_platform(tmp_path, metrics=None, region=None, simulate=None)
    assert str(refused.value) == (
        f"no local platform is up in {tmp_path}; start one with `sre local up --home {tmp_path}`, or give --metrics, --region or "
        "--simulate"
    )


def test_the_directory_that_is_meant_by_itself_is_not_named_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^no local platform is up in \.sre/local; start one with `sre local up`$"):
        running_platform(DEFAULT_HOME)


def test_what_is_broken_says_why_and_what_to_do(tmp_path: Path) -> None:
    a_platform(tmp_path, an_ended_process("emf-bridge")).write()
    with pytest.raises(
        InputError, match=r"is broken \(emf-bridge ended by itself\); `sre local up --home .*` replaces it"
    ):
        running_platform(tmp_path, url=None)


def test_what_is_up_is_the_platform(running: LocalPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    assert running_platform(running.home) == running
    monkeypatch.setattr(ministack, "answers", lambda _port: False)
    with pytest.raises(InputError, match="does not answer"):
        running_platform(running.home)
