"""`sre objectives check` and `diff`, and the commands that go through the same check, as a person calls them."""

import json
from pathlib import Path

import pytest

from infra.service import T_DEVELOPER
from tests.sre.cli.command_line import sre

LINKED = ("--runbook-url", "https://runbooks.example.com")
TEXT = T_DEVELOPER.objectives.read_text()


def objectives(directory: Path, *edits: tuple[str, str], name: str = "objectives.yaml") -> Path:
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    file = directory / name
    file.write_text(text)
    return file


@pytest.fixture
def misspelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return objectives(tmp_path, ("metricName: Latency\n", "metricName: Latencies\n")).name


def test_what_is_well_says_what_was_checked_and_how_many() -> None:
    done = sre("objectives", "check")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert "tdeveloper/objectives.yaml               6 objectives" in lines
    assert "tdeveloper/canaries.yaml                 4 canaries" in lines
    assert any(line.endswith("of AWS and 10 of the service's own.") for line in lines)
    assert lines[-1] == "No problem, 2 warnings."
    assert sum("is committed to 99.64 % by AWS together" in line for line in lines) == 2


def test_a_problem_is_one_line_with_its_place_and_exit_code_2(misspelt: str) -> None:
    done = sre("objectives", "check", "--objectives", misspelt)
    assert done.returncode == 2
    assert (done.stdout, done.stderr.splitlines()) == (
        "",
        [
            "Error: the files have 1 problem:",
            "  objectives.yaml:38: api-latency: spec.indicator.spec.thresholdMetric.metricSource.spec.metricName: "
            "AWS/ApiGateway has no metric 'Latencies'; did you mean Latency?",
        ],
    )


def test_a_program_reads_the_parts_of_a_problem(misspelt: str) -> None:
    done = sre("objectives", "check", "--objectives", misspelt, "--json")
    assert done.returncode == 2
    said = json.loads(done.stdout)
    assert (said["schema_version"], said["aws_metric_count"], said["warnings"]) == (1, None, [])
    assert said["problems"] == [
        {
            "file": "objectives.yaml",
            "line": 38,
            "about": ["api-latency"],
            "key": "spec.indicator.spec.thresholdMetric.metricSource.spec.metricName",
            "description": "AWS/ApiGateway has no metric 'Latencies'; did you mean Latency?",
        }
    ]


def test_a_text_that_names_another_number_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "Share of API requests answered in under 1,000 ms."
    file = objectives(
        tmp_path, ("How long the API takes to answer a request.", text), ("value: 1000", "value: 800")
    )  # fmt: skip
    done = sre("objectives", "check", "--objectives", file.name)
    assert done.returncode == 0
    said = (
        "objectives.yaml:27: api-latency: spec.description: says '1,000 ms', and the threshold is 800 ms; mend one of the two "
        "(warning)"
    )
    assert said in done.stdout.splitlines()


def test_a_namespace_that_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    text = TEXT.replace("t-developer", "shop").replace("shop/v1", "t-developer/v1").replace("AWS/Bedrock\n", "Orders\n")
    file = tmp_path / "objectives.yaml"
    file.write_text(text)
    done = sre("objectives", "check", "--objectives", str(file))
    assert done.returncode == 0
    assert (
        "Orders is neither a namespace of AWS nor the service's own, so name and dimensions are not checked"
        in done.stdout
    )


def test_problems_of_several_files_are_told_together(tmp_path: Path) -> None:
    canaries = tmp_path / "canaries.yaml"
    canaries.write_text(T_DEVELOPER.canaries.read_text().replace("everyMinutes: 5", "everyMinute: 5"))
    incidents = tmp_path / "incidents.csv"
    incidents.write_text("name,start,end,objective\na,2026-03-02T11:10:00Z,2026-03-02T11:40:00Z,api-error\n")
    file = objectives(tmp_path, ("op: lt\n", "op: gt\n"))
    done = sre(
        "objectives", "check", "--objectives", str(file), "--definitions", str(canaries), "--incidents", str(incidents)
    )  # fmt: skip
    assert done.returncode == 2
    assert "Error: the files have 2 problems:" in done.stderr.splitlines()
    good = sre("objectives", "check", "--incidents", str(incidents))
    assert "no objective is named 'api-error'; did you mean api-errors?" in good.stderr


@pytest.mark.parametrize("command", [("alarms", "list"), ("alarms", "build", *LINKED), ("dashboards", "build")])
def test_every_command_that_reads_the_files_refuses_what_the_check_refuses(
    command: tuple[str, ...], misspelt: str
) -> None:
    done = sre(*command, "--objectives", misspelt)
    assert (done.returncode, done.stdout) == (2, "")
    assert "AWS/ApiGateway has no metric 'Latencies'; did you mean Latency?" in done.stderr


def test_a_canary_that_there_is_not_is_refused_by_them_too(tmp_path: Path) -> None:
    file = objectives(tmp_path, ("CanaryName: t-developer-${stage}-api", "CanaryName: t-developer-${stage}-apy"))
    done = sre("alarms", "list", "--objectives", str(file))
    assert done.returncode == 2
    assert "there is no canary 't-developer-production-apy'; did you mean t-developer-production-api?" in done.stderr


def test_what_an_edit_changes_is_listed_by_kind(tmp_path: Path) -> None:
    file = objectives(tmp_path, ("value: 1000", "value: 800"))
    done = sre("objectives", "diff", str(T_DEVELOPER.objectives), "--objectives", str(file))
    assert done.returncode == 0, done.stderr
    heads = [line for line in done.stdout.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert heads == ["objectives:", "alarms:", "panels:", "canaries:", "load tests:", "weekly report:"]
    assert "      SLOW_AFTER_MS: 1000 -> 800" in done.stdout.splitlines()
    assert "PR(:999.999);" in done.stdout
    assert "PR(:799.999);" in done.stdout
    assert "none makes anything blind; not compared: burn-rate policy, canaries" in done.stdout


def test_what_makes_blind_ends_with_1_unless_it_is_allowed(tmp_path: Path) -> None:
    file = objectives(tmp_path, ("{ fault = true }", "{ error = true }"))
    words = ("objectives", "diff", str(T_DEVELOPER.objectives), "--objectives", str(file))
    done = sre(*words)
    assert done.returncode == 1
    assert "      blind: it watches server faults of an API no more" in done.stdout.splitlines()
    assert sre(*words, "--allow-blind").returncode == 0


def test_a_program_reads_each_change_and_whether_it_is_blind(tmp_path: Path) -> None:
    file = objectives(tmp_path, ("limitUsd: 500", "limitUsd: 5000"))
    done = sre("objectives", "diff", str(T_DEVELOPER.objectives), "--objectives", str(file), "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["blind_count"] == 1
    assert said["changes"][0] == {
        "kind": "objectives",
        "name": "monthly-cost",
        "change": "changed",
        "is_blind": True,
        "blind": ["the limit is $5,000, before $500"],
        "facts": [{"name": "limit", "unit": "usd", "before": 500, "after": 5_000}],
    }


def test_a_pull_request_reads_what_is_blind_first(tmp_path: Path) -> None:
    file = objectives(tmp_path, ("limitUsd: 500", "limitUsd: 5000"))
    done = sre("objectives", "diff", str(T_DEVELOPER.objectives), "--objectives", str(file), "--format", "markdown")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("## Objectives: ")
    assert lines[2:5] == ["**Blind:**", "", "- monthly-cost: the limit is $5,000, before $500"]
    assert "| monthly-cost (blind) | limit | $500 | $5,000 |" in lines


def test_what_the_other_side_has_not_is_said_and_is_no_unchanged_file(tmp_path: Path) -> None:
    for name in ("objectives", "burn_rate", "load_profiles", "traffic_profiles"):
        (tmp_path / f"{name}.yaml").write_text((T_DEVELOPER.objectives.parent / f"{name}.yaml").read_text())
    canaries = tmp_path / "c.yaml"
    canaries.write_text(T_DEVELOPER.canaries.read_text().replace("timeoutSeconds: 120", "timeoutSeconds: 90", 1))
    there = tmp_path / "there"
    there.mkdir()
    (there / "objectives.yaml").write_text(TEXT)
    words = ("objectives", "diff", str(there), "--definitions", str(canaries))
    done = sre(*words)
    assert (
        f"· {there} has no c.yaml, so of the canaries nothing is compared: c.yaml stands on both sides" in done.stderr
    )
    assert "not compared: burn-rate policy, canaries, flows, load profiles" in done.stdout
    files = {each["what"]: each for each in json.loads(sre(*words, "--json").stdout)["files"]}
    assert (files["objectives"]["is_compared"], files["objectives"]["before"]) == (True, str(there / "objectives.yaml"))
    assert (files["canaries"]["is_compared"], files["canaries"]["before"]) == (False, None)
    assert "Nothing changes in what was compared." in sre(*words, "--format", "markdown").stdout
    assert "skipped" in sre(*words, "--format", "junit").stdout
    (there / "canaries.yaml").write_text(T_DEVELOPER.canaries.read_text())
    found = sre(*words)
    assert f"· {there} has no c.yaml: {there / 'canaries.yaml'} is compared in its place" in found.stderr
    assert "      timeout: 2 min -> 1 min 30 s" in found.stdout.splitlines()


def test_an_array_is_an_array_and_a_rate_a_number(tmp_path: Path) -> None:
    profiles = tmp_path / "load_profiles.yaml"
    text = T_DEVELOPER.load_profiles.read_text()
    assert "status: 32" in text
    profiles.write_text(text.replace("status: 32", "status: 16", 1))
    file = objectives(tmp_path, ("value: 1000", "value: 800"))
    before = str(T_DEVELOPER.objectives.parent)
    done = sre("objectives", "diff", before, "--objectives", str(file), "--profiles", str(profiles), "--json")
    facts = [fact for change in json.loads(done.stdout)["changes"] for fact in change["facts"]]
    rates = [(each["unit"], each["before"], each["after"]) for each in facts if each["name"] == "arrivals of status"]
    assert rates == [("per_second", 32, 16)]
    watched = [each["before"] for each in facts if each["name"] == "watches"]
    assert watched
    assert all(isinstance(each, list) for each in watched)


def test_nothing_changes_against_the_same_file() -> None:
    done = sre("objectives", "diff", str(T_DEVELOPER.objectives))
    assert (done.returncode, done.stdout) == (
        0,
        f"Nothing changes in production since {T_DEVELOPER.objectives}; not compared: burn-rate policy, canaries, "
        "flows, load profiles, traffic profiles, resource alarms.\n",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["no-such-revision", "é" * 200, "./" + "x" * 280])
def test_what_is_no_revision_says_what_to_name(name: str) -> None:
    done = sre("objectives", "diff", name)
    assert done.returncode == 2
    assert f"{name!r} is no revision of" in done.stderr


def test_files_of_before_that_are_wrong_are_not_told_as_those_of_now(misspelt: str) -> None:
    done = sre("objectives", "diff", misspelt)
    assert done.returncode == 2
    assert "Error: objectives.yaml cannot be compared with: " in done.stderr


def test_alarms_that_were_built_last_are_not_dropped_by_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sre("alarms", "build", "--out", "built", *LINKED).returncode == 0
    before = {each: each.read_bytes() for each in (tmp_path / "built").iterdir()}
    documents = TEXT.split("---\n")
    kept = [each for each in documents if "kind: SLO" not in each or "  name: availability\n" in each]
    Path("objectives.yaml").write_text("---\n".join(kept))
    words = ("alarms", "build", "--out", "built", *LINKED, "--objectives", "objectives.yaml")
    done = sre(*words)
    assert done.returncode == 2
    assert "alarms that were built last would be dropped, more than 30%" in done.stderr
    assert "  t-developer-production-agent-turn-page-fast" in done.stderr.splitlines()
    assert {each: each.read_bytes() for each in (tmp_path / "built").iterdir()} == before
    assert sre(*words, "--allow-drop").returncode == 0
    assert {each: each.read_bytes() for each in (tmp_path / "built").iterdir()} != before


def test_a_program_reads_what_is_a_number_as_one_with_its_unit(tmp_path: Path) -> None:
    canaries = tmp_path / "canaries.yaml"
    text = T_DEVELOPER.canaries.read_text()
    canaries.write_text(
        text.replace("timeoutSeconds: 120", "timeoutSeconds: 90", 1).replace("Mib: 1024", "Mib: 960", 1)
    )
    file = objectives(tmp_path, ("value: 1000", "value: 800"), ("targetPercent: 99\n", "targetPercent: 99.5\n"))
    before = str(T_DEVELOPER.objectives.parent)
    done = sre("objectives", "diff", before, "--objectives", str(file), "--definitions", str(canaries), "--json")
    facts = {
        (change["kind"], change["name"], fact["name"]): (fact["unit"], fact["before"], fact["after"])
        for change in json.loads(done.stdout)["changes"]
        for fact in change["facts"]
    }
    assert facts["objectives", "api-latency", "target"] == ("ratio", 0.99, 0.995)
    assert facts["objectives", "api-latency", "threshold"] == (None, 1_000, 800)
    assert facts["canaries", "api", "timeout"] == ("seconds", 120, 90)
    assert facts["canaries", "api", "memory"] == ("mib", 1_024, 960)
    assert facts["canaries", "api", "SLOW_AFTER_MS"] == (None, 1_000, 800)
    unit, was, now = facts["bill", "canaries", "a month"]
    assert (unit, was > now > 0) == ("usd_per_month", True)
