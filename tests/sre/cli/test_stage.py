"""Whose stage a command is about: one file by whatever path, opened once, and never an address."""

import json
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sre.cli.check.run as check
import sre.cli.loadtest.run as loadtest
import sre.cli.synth.templates as templates
import sre.jobs.release_check.run as release_check
from foundation.errors import InputError, SourceError
from foundation.files.writing import make_directory
from foundation.readings import NoData
from foundation.service.stage import Stage
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.settings import Settings
from loadtests.result import write_result
from loadtests.run import LoadTest
from sre.cli.stage import stage_at
from sre.jobs.release_check.targets import Target
from sre.local.notifications import Captured
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import Done, sre

_OPENED: list[str] = []
_WATCHING: list[bool] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _WATCHING and event == "open":
        _OPENED.append(str(arguments[0]))


# It cannot be taken away again, so it looks whether somebody is watching.
sys.addaudithook(_note)


@contextmanager
def opened() -> Generator[list[str]]:
    """The paths of every file that is opened meanwhile, in this process."""
    _OPENED.clear()
    _WATCHING.append(True)
    try:
        yield _OPENED
    finally:
        _WATCHING.clear()


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the objectives, where the command is started."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.yaml"
    file.write_text(T_DEVELOPER.objectives.read_text())
    return file


def test_the_same_file_by_another_path_is_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "link.yaml").symlink_to(T_DEVELOPER.objectives)
    plain = sre("alarms", "list")
    assert plain.returncode == 0
    for path in (
        "tdeveloper/objectives.yaml", "./tdeveloper/objectives.yaml", "tdeveloper/../tdeveloper/objectives.yaml",
        str(T_DEVELOPER.objectives), str(tmp_path / "link.yaml"),
    ):  # fmt: skip
        assert sre("alarms", "list", "--objectives", path) == plain


@contextmanager
def a_target(_home: Path, **_: object) -> Generator[Target]:
    yield Target(
        url="http://127.0.0.1:9",
        region="us-east-1",
        credentials={},
        given={"archive_key": "archives/x.zip"},
        facts=(),
        left_out=(),
        count_stack_operations=lambda _prefix: NoData(reason="nobody was asked"),
        canary_settings=lambda stage: {"STAGE": stage.name},
    )


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> list[LoadTest]:
    """A check whose platform, canaries and load are made up; the load tests that were asked for."""
    asked: list[LoadTest] = []

    def load(test: LoadTest, **_: object) -> Any:
        asked.append(test)
        return a_result(good=5_000)

    for module, target in ((check, "local_target"), (check, "deployed_target")):
        monkeypatch.setattr(module, target, a_target)
    monkeypatch.setattr(release_check, "check_canaries", lambda *_, **__: ())
    monkeypatch.setattr(release_check, "run_load_test", load)
    return asked


@pytest.mark.usefixtures("faked")
def test_a_whole_check_opens_the_objectives_once(mine: Path) -> None:
    with opened() as paths:
        done = sre("check", "--objectives", mine.name, "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "the alarms were not evaluated" not in done.stderr
    assert paths.count(mine.name) == 1


COMMANDS = {
    "alarms list": (),
    "alarms build": ("--out", "out", "--runbook-url", "https://runbooks.example.com"),
    "alarms test": (str(ROOT / "tdeveloper" / "rule_tests" / "events.yaml"),),
    "alarms coverage": (str(ROOT / "tdeveloper" / "rule_tests" / "events.yaml"),),
    "dashboards build": ("--out", "out"),
    "dashboards diff": ("--deployed", "."),
    "dashboards preview": ("--simulate", "loadtest", "--out", "out"),
    "loadtest plan": ("api-errors", "--expected", "0.02%"),
    "loadtest verdict": ("result.json",),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_opens_the_objectives_once(command: str, mine: Path) -> None:
    write_result(a_result(good=5_000), Path("result.json"))
    with opened() as paths:
        done = sre(*command.split(), *COMMANDS[command], "--objectives", mine.name)
    assert done.returncode in (0, 1), done.stderr
    assert paths.count(mine.name) == 1


PUBLISHED = ("--runbook-url", "https://runbooks.example.com")
WHAT_IF = ("--what-if-target", "api-errors=99.5%")
SAID = "What if: api-errors at 99.5 % instead of 99.9 %."


@pytest.mark.parametrize(
    "command", ["alarms list", "alarms test", "alarms coverage", "loadtest plan", "loadtest verdict"]
)  # fmt: skip
def test_an_answer_to_a_what_if_says_so(command: str, mine: Path) -> None:
    write_result(a_result(good=5_000), Path("result.json"))
    done = sre(*command.split(), *COMMANDS[command], "--objectives", mine.name, *WHAT_IF)
    assert SAID in done.stdout, done.stderr
    assert "· what if: api-errors at 99.5 % instead of 99.9 %" in done.stderr
    assert "what if" not in sre(*command.split(), *COMMANDS[command]).stdout.lower()


def test_a_what_if_decides_a_verdict(mine: Path) -> None:
    write_result(a_result(good=9_960, faults=40), Path("result.json"))
    plain = sre("loadtest", "verdict", "result.json", "--json")
    asked = sre("loadtest", "verdict", "result.json", "--json", "--what-if-target", "api-errors=98%")
    assert [verdict_on_errors(each) for each in (plain, asked)] == ["miss", "pass"]
    assert json.loads(asked.stdout)["what_ifs"] == ["api-errors at 98 % instead of 99.9 %"]


def verdict_on_errors(done: Done) -> str:
    return {row["objective"]: row["outcome"] for row in json.loads(done.stdout)["objectives"]}["api-errors"]


def test_what_is_written_for_a_what_if_says_so(mine: Path) -> None:
    policy = Path("slow.yaml")
    policy.write_text(T_DEVELOPER.burn_rate.read_text().replace("name: workbook", "name: slow"))
    for command in (
        ("alarms", "build", "--out", "alarms", *PUBLISHED),
        ("alarms", "build", "--out", "alarms", "--template", "terraform", *PUBLISHED),
        ("dashboards", "build", "--out", "boards"),
        ("dashboards", "preview", "--simulate", "overview", "--out", "preview"),
    ):
        assert sre(*command, *WHAT_IF, "--what-if-policy", policy.name).returncode == 0
    said = "api-errors at 99.5 % instead of 99.9 %"
    too = "another burn-rate policy, slow instead of workbook"
    alarms = "alarms/t-developer-production-alarms"
    assert f"what if: {said}, {too}" in json.loads(Path(f"{alarms}.template.json").read_text())["Description"]
    assert json.loads(Path(f"{alarms}.tf.json").read_text())["//"] == f"what if: {said}, {too}"
    overview = Path("boards/cloudwatch/t-developer-production-overview.json").read_text()
    assert f"**What if:** {said}." in overview
    assert f"**What if:** {too}." in overview
    assert f"made-up metrics; what if: {said}, {too}" in Path("preview/index.html").read_text()


def test_a_check_of_a_what_if_says_so_everywhere_and_loads_that_stage(faked: list[LoadTest], mine: Path) -> None:
    done = sre("check", "--out", "out", *WHAT_IF)
    assert done.returncode == 0, done.stderr
    assert SAID in done.stdout
    assert json.loads(Path("out/release-check.json").read_text())["what_ifs"] == [
        "api-errors at 99.5 % instead of 99.9 %"
    ]
    page = re.sub(r"</?span[^>]*>", "", Path("out/index.html").read_text())
    assert "What if: api-errors at 99.5 % instead of 99.9 %. No verdict here" in page
    assert [test.stage.what_ifs for test in faked] == [("api-errors at 99.5 % instead of 99.9 %",)]


def test_a_result_of_a_what_if_that_is_judged_as_its_files_are_says_so(mine: Path) -> None:
    write_result(
        replace(a_result(good=5_000), what_ifs=("api-errors at 99.5 % instead of 99.9 %",)), Path("result.json")
    )
    plain = sre("loadtest", "verdict", "result.json").stdout
    assert "The run itself was of a what-if: api-errors at 99.5 % instead of 99.9 %." in plain
    assert SAID not in plain
    asked = sre("loadtest", "verdict", "result.json", *WHAT_IF).stdout
    assert "The run itself" not in asked
    assert SAID in asked


def test_a_load_test_is_of_the_stage_and_the_targets_that_were_asked_for(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LoadTest] = []

    def load(test: LoadTest, *, directory: Path, **_: object) -> Any:
        asked.append(test)
        make_directory(directory)
        write_result(a_result(good=5_000), directory / "load-result.json")
        return a_result(good=5_000)

    monkeypatch.setattr(loadtest, "run_load_test", load)
    with opened() as paths:
        done = sre(
            "loadtest", "run", "--url", "http://127.0.0.1:9", "--stage", "staging", "--objectives", mine.name, "--out", "out",
            *WHAT_IF,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SAID in done.stdout
    assert [(test.stage.name, test.stage.what_ifs) for test in asked] == [
        ("staging", ("api-errors at 99.5 % instead of 99.9 %",))
    ]
    assert paths.count(mine.name) == 1


@pytest.mark.parametrize(("given", "region"), [((), "us-east-1"), (("--region", "eu-west-1"), "eu-west-1")])
def test_a_synthesis_is_of_the_stage_and_for_the_region_that_were_asked_for(
    given: tuple[str, ...], region: str, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Settings, Stage | None]] = []

    def assembled(settings: Settings, _out: Path, *, stage: Stage | None, allow_drop: bool) -> tuple[str, ...]:
        assert not allow_drop
        asked.append((settings, stage))
        return ()

    monkeypatch.setattr(templates, "assemble", assembled)
    assert sre("synth", "--stage", "staging", *given, *WHAT_IF).returncode == 0
    assert sre("synth", "--stage", "local").returncode == 0
    (settings, stage), (_, local) = asked
    assert (settings.stage, settings.region, local) == ("staging", region, None)
    assert stage is not None
    assert (stage.name, stage.what_ifs) == ("staging", ("api-errors at 99.5 % instead of 99.9 %",))


@pytest.mark.parametrize(
    ("url", "given", "stage"),
    [
        ("https://abc.execute-api.us-east-1.amazonaws.com/staging/", None, "staging"),
        ("https://abc.execute-api.us-east-1.amazonaws.com/staging", "production", "production"),
        ("https://api.example.com", "production", "production"),
        ("http://127.0.0.1:8000/production", None, "local"),
        ("http://[::1]:8000/v1", None, "local"),
        ("http://localhost:8000/v1", "staging", "staging"),
    ],
)
def test_the_stage_of_an_address_is_given_or_ends_its_path(url: str, given: str | None, stage: str) -> None:
    assert stage_at(url, given) == stage


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://abc.execute-api.us-east-1.amazonaws.com/", "it has no path whose end could say so; give --stage"),
        ("https://api.example.com", "it has no path whose end could say so; give --stage"),
        ("https://api.example.com/V1.0", "'V1.0', the end of its path, is none; give --stage"),
        ("https://api.example.com/a-stage-of-more-than-twenty", "the end of its path, is none; give --stage"),
    ],
)
def test_an_address_is_no_stage(url: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        stage_at(url, None)
    assert said in str(raised.value)


def test_a_check_of_a_host_has_alarms_when_it_is_told_the_stage(faked: list[LoadTest], mine: Path) -> None:
    url = "https://abcdefghij.execute-api.us-east-1.amazonaws.com/"
    refused = sre("check", "--url", url, "--archive-key", "archives/x.zip", "--out", "out")
    assert (refused.returncode, faked) == (2, [])
    assert "give --stage" in refused.stderr
    done = sre("check", "--url", url, "--archive-key", "archives/x.zip", "--out", "out", "--stage", "staging")
    assert done.returncode == 0, done.stderr
    assert "the alarms were not evaluated" not in done.stderr
    assert "Release check, staging, profile release" in done.stdout
    assert [test.stage.name for test in faked] == ["staging"]


def test_a_result_whose_stage_is_an_address_is_judged_when_a_stage_is_given(mine: Path) -> None:
    file = Path("result.json")
    write_result(a_result(good=5_000), file)
    file.write_text(file.read_text().replace('"stage": "local"', '"stage": "api.example.com"'))
    refused = sre("loadtest", "verdict", file.name)
    assert refused.returncode == 2
    assert "result.json: its stage 'api.example.com' is none; give --stage" in refused.stderr
    assert sre("loadtest", "verdict", file.name, "--stage", "production").returncode == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("check --archive-key a.zip", "--archive-key: of no use without --url; leave it out, or give --url"),
        ("check --stage staging --region eu-west-1", "--stage, --region: of no use without --url; leave them out"),
        (
            "check --websocket-url wss://x/y --archives-bucket bbb",
            "--websocket-url, --archives-bucket: of no use without",
        ),
        ("check --url https://x/y --archive-key a.zip --fault-switch errors=1%", "leave it out with --url"),
        ("canaries run --region eu-west-1", "--region: of no use without --url"),
        (
            "canaries run --stage staging",
            "--stage staging: the local platform has the stage local; leave it out, or give --url",
        ),
        ("loadtest run --region eu-west-1", "--region: of no use without --url"),
        ("loadtest run --stage staging", "--stage staging: the local platform has the stage local"),
        ("loadtest run --local --url http://127.0.0.1:9", "--url: of no use with --local"),
        ("loadtest run --home here --url http://127.0.0.1:9", "--url: of no use with --home"),
        ("check --local --fault-switch errors=1%", "for the platform that is up use `sre local fault`"),
        ("check --local --url https://x/y", "--url: of no use with --local"),
        ("alarms record --local --region eu-west-1", "--region: of no use with --local"),
        ("alarms record --stage staging", "or give --region"),
        ("canaries run --url https://api.example.com", "give --stage"),
        ("canaries build --api-base-path /x", "--api-base-path: of no use without --api-host"),
        ("dashboards preview --local --stage production", "--stage production: the local platform has the stage local"),
        ("report weekly --link https://x/y", "--link: of no use without --sns-topic or --webhook"),
        (
            "report weekly --account 123456789012 --tag a=b",
            "--account, --tag: of no use without --costs; leave them out",
        ),
        ("report weekly --provider AWS", "--provider: of no use without --costs"),
        ("synth --stage staging --api-base-path /x", "--api-base-path: of no use without --api-host"),
        ("synth --stage local --region eu-west-1", "--region: of no use without another stage than local"),
        ("synth --stage local --api-host api.example.com", "--api-host: of no use without another stage than local"),
        ("synth --stage local --what-if-target a=99%", "--what-if-target: of no use without another stage than local"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(line: str, said: str, mine: Path) -> None:
    done = sre(*line.split())
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert sorted(Path().iterdir()) == [Path(mine.name)]


class Topics:
    """The topics of a platform that hear of whatever they are told, or of nothing."""

    def __init__(self, *, is_there: bool) -> None:
        self.is_there = is_there

    def notify(self, _plan: object, _notified: object) -> tuple[Captured, ...]:
        if not self.is_there:
            raise SourceError("SNS did not answer")
        return (Captured(identity="a 1", topic="shop-page", subject="ALARM: a"),)


@pytest.mark.usefixtures("faked")
@pytest.mark.parametrize("is_there", [True, False])
def test_a_check_shows_the_messages_that_came_and_is_not_lost_with_them(
    is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def with_topics(home: Path, **options: object) -> Generator[Target]:
        with a_target(home, **options) as target:
            yield replace(target, topics=Topics(is_there=is_there))  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(check, "local_target", with_topics)
    done = sre("check", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert ("Message: shop-page was sent ALARM: a." in done.stdout) is is_there
    assert ("the alarms' messages were not sent: SNS did not answer" in done.stderr) is not is_there
    assert "Alarms that notified:" in done.stdout


def test_a_what_if_that_is_out_of_reach_is_told_by_its_option(tmp_path: Path) -> None:
    done = sre("alarms", "list", "--what-if-target", "api-errors=90%")
    assert done.returncode == 2
    assert "Error: --what-if-target api-errors=90%: objective api-errors, pair fast: " in done.stderr
    policy = tmp_path / "policy.yaml"
    policy.write_text(T_DEVELOPER.burn_rate.read_text().replace("  exclude: {}", "  exclude: {agent-turn: [fast]}"))
    asked = sre("alarms", "list", "--what-if-target", "api-errors=90%", "--what-if-policy", str(policy))
    assert f"Error: --what-if-target api-errors=90% --what-if-policy {policy}: objective api-errors" in asked.stderr


def test_a_verdict_may_ask_for_a_target_that_no_alarm_could_be_made_for(mine: Path) -> None:
    write_result(a_result(good=5_000), Path("result.json"))
    done = sre("loadtest", "verdict", "result.json", "--what-if-target", "api-errors=90%")
    assert "pair " not in done.stderr
    assert done.returncode in (0, 1, 3)


SHOP = """\
service: shop
title: Shop
owner: shop-team
stages: [staging]
resources:
- {label: take, type: "AWS::Lambda::Function", name: "shop-${stage}-take", arn: "arn:${AWS::Partition}:lambda:x"}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Another service, with one function and T-Developer's promise on latency."""
    (tmp_path / "service.yaml").write_text(SHOP)
    documents = T_DEVELOPER.objectives.read_text().split("\n---\n")
    kept = [
        each
        for each in documents
        if not re.search(r"^kind: (SLO|CostObjective)$", each, re.MULTILINE) or "api-latency" in each
    ]
    text = "\n---\n".join(kept).replace("t-developer", "shop").replace("shop/v1", "t-developer/v1")
    (tmp_path / "objectives.yaml").write_text(text)
    return tmp_path


def test_a_service_has_the_alarms_of_its_own_resources_and_no_others(shop: Path) -> None:
    done = sre("alarms", "list", "--service", str(shop), "--stage", "staging", "--json")
    assert done.returncode == 0, done.stderr
    names = [each["name"] for each in json.loads(done.stdout)["alarms"]]
    assert {"shop-staging-take-ticket-errors", "shop-staging-take-page-throttles"} <= set(names)
    assert all(name.startswith(("shop-staging-take-", "shop-staging-api-latency-")) for name in names)


def test_a_service_has_no_stage_but_its_own(shop: Path) -> None:
    done = sre("alarms", "list", "--service", str(shop), "--stage", "stagin")
    assert done.returncode == 2
    assert "--stage stagin: shop has no such stage; did you mean staging?" in done.stderr
    assert "service.yaml says which it has" in done.stderr


def test_the_objectives_of_a_service_that_is_named_must_be_its_own(shop: Path) -> None:
    ours = str(T_DEVELOPER.objectives)
    done = sre("alarms", "list", "--service", str(shop), "--stage", "staging", "--objectives", ours)
    assert done.returncode == 2
    assert "these are the objectives of t-developer, and" in done.stderr
    assert "service.yaml is of shop" in done.stderr


def test_the_files_of_a_service_are_checked_together(shop: Path) -> None:
    done = sre("objectives", "check", "--service", str(shop), "--stage", "staging")
    assert done.returncode == 0, done.stderr
    assert "canar" not in done.stdout


def test_a_promise_of_more_than_what_is_needed_can_give_is_a_warning(shop: Path) -> None:
    text = (shop / "service.yaml").read_text()
    api = '- {label: api, type: "AWS::ApiGateway::RestApi", name: "shop-${stage}", arn: "a", needs: [take]}\n'
    (shop / "service.yaml").write_text(text + api)
    promise = (shop / "objectives.yaml").read_text()
    assert "is committed to" not in sre("objectives", "check", "--service", str(shop), "--stage", "staging").stdout
    (shop / "objectives.yaml").write_text(re.sub(r"targetPercent: 99\b", "targetPercent: 99.95", promise))
    done = sre("objectives", "check", "--service", str(shop), "--stage", "staging")
    assert done.returncode == 0, done.stderr
    assert "promises 99.95 %, and all that it needs is committed to 99.9 % by AWS together" in done.stdout
    assert (
        "(Functions 99.95 %, REST APIs 99.95 %): what fails beyond that is not in your hands (warning)" in done.stdout
    )


@pytest.mark.parametrize("words", ["synth", "synth --service examples/orders", "loadtest publish result.json"])
def test_what_must_be_given_is_asked_for(words: str) -> None:
    done = sre(*words.split())
    assert done.returncode == 2
    assert re.search(r"Missing option '--(stage|region)'|result\.json: cannot be read", done.stderr), done.stderr
