"""The log of SARIF: each finding comes back from it, in its state; what it leaves out, it says."""

import json
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, FormatChecker

from foundation.findings.model import Finding, Severity, Suppression, Unread
from foundation.findings.sarif import MOST_NOTIFICATIONS, MOST_RESULTS, to_sarif
from foundation.findings.standing import Standing, Tool
from infra.checkout import ROOT
from tests.foundation.findings.making import PATHS, a_finding, a_standing, an_acceptance, found, scanned

SCHEMA = ROOT / "build" / "sarif-schema.json"
NEW, OLD, HELD, GONE = (found(a_finding(rule=rule))[0] for rule in ("NEW", "OLD", "HELD", "GONE"))
GAP = Unread(path="broken.py", why="a syntax error")
HOSTILE = ("new\nline.py", "gpj.\u202efdp", "a b%20c.py", "x" * 4_000 + ".py", "\udcff.py", "{0}](", "'\"<&>")


def a_full_standing() -> Standing:
    now = scanned(
        NEW,
        OLD,
        HELD,
        unread=[GAP, Unread(path="picture.png", why="is not text")],
        suppressions=[Suppression(tool="bandit", path="app.py", line=4)],
    )
    base = scanned(OLD, GONE, unread=[Unread(path="picture.png", why="is not text")])
    entry = an_acceptance(HELD.fingerprint, expires_on=date(2026, 12, 31))
    return a_standing(now, base, acceptances=[entry], same=["picture.png"])


def hostile_standings() -> list[Standing]:
    findings = [a_finding(line, path=path, message=path) for path in HOSTILE for line in (0, 1, 2**31 - 1)]
    gaps = [Unread(path=path, why=path) for path in HOSTILE]
    comments = [Suppression(tool="bandit", path=path, line=1) for path in HOSTILE]
    return [a_full_standing(), a_standing(scanned(*found(*findings), unread=gaps, suppressions=comments))]


def runs_of(*standings: Standing, **options: Any) -> list[dict[str, Any]]:
    log = json.loads(to_sarif(standings, **options))
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    return log["runs"]


def results_of(*standings: Standing, **options: Any) -> dict[str, dict[str, Any]]:
    (run,) = runs_of(*standings, **options)
    return {result["ruleId"]: result for result in run["results"]}


def notifications_of(*standings: Standing, **options: Any) -> list[dict[str, Any]]:
    (run,) = runs_of(*standings, **options)
    (invocation,) = run["invocations"]
    return invocation["toolExecutionNotifications"]


def test_a_result_says_what_where_and_how_grave() -> None:
    assert results_of(a_full_standing())["NEW"] == {
        "ruleId": "NEW",
        "ruleIndex": 2,
        "level": "error",
        "message": {"text": "a shell is started"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "app.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": NEW.fingerprint, "tDeveloperFinding/v1": NEW.fingerprint},
        "baselineState": "new",
        "suppressions": [],
        "properties": {"severity": "HIGH", "confidence": "HIGH", "gate": "security"},
    }


def test_each_finding_has_its_state_beside_the_base() -> None:
    states = {rule: result["baselineState"] for rule, result in results_of(a_full_standing()).items()}
    assert states == {"NEW": "new", "OLD": "unchanged", "HELD": "new", "GONE": "absent"}


def test_what_is_accepted_is_suppressed_and_says_who_answers_for_it() -> None:
    suppressions = {rule: result["suppressions"] for rule, result in results_of(a_full_standing()).items()}
    said = "the command is a constant (platform, until 2026-12-31)"
    held = {"kind": "external", "justification": said}
    assert suppressions == {"NEW": [], "OLD": [], "HELD": [held], "GONE": []}


def test_what_is_accepted_and_old_is_unchanged() -> None:
    standing = a_standing(scanned(HELD), scanned(HELD), acceptances=[an_acceptance(HELD.fingerprint)])
    result = results_of(standing)["HELD"]
    assert (result["baselineState"], len(result["suppressions"])) == ("unchanged", 1)


def test_without_a_base_there_is_no_state_beside_one() -> None:
    """One of a run has a state only if all have: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, 3.27.24."""
    alone = a_standing(scanned(NEW), gate="alone")
    assert "baselineState" not in results_of(alone)["NEW"]
    mixed = results_of(alone, a_full_standing())
    assert {"GONE", "baselineState"}.isdisjoint({*mixed, *(key for result in mixed.values() for key in result)})


def test_github_gets_nothing_that_it_would_show_as_open_and_is_not() -> None:
    assert set(results_of(a_full_standing(), for_github=True)) == {"NEW", "OLD"}


def test_a_rule_has_a_place_that_its_results_name() -> None:
    (run,) = runs_of(a_full_standing())
    rules = run["tool"]["driver"]["rules"]
    assert rules[0] == {"id": "GONE", "shortDescription": {"text": "bandit: GONE"}}
    assert [rule["id"] for rule in rules] == ["GONE", "HELD", "NEW", "OLD"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_what_could_not_be_looked_at_is_said_and_fails_the_run_where_the_change_may_have_touched_it() -> None:
    said = {each["descriptor"]["id"]: each for each in notifications_of(a_full_standing())}
    assert {kind: (each["level"], each["message"]["text"]) for kind, each in said.items()} == {
        "unread": ("error", "could not be looked at: a syntax error"),
        "unread-in-the-base-too": (
            "warning",
            "could not be looked at, nor in the base, where it is the same: is not text",
        ),
        "suppression-comment": ("note", "a comment asks the tool to look away here; it looked all the same"),
    }
    places = {kind: each["locations"][0]["physicalLocation"] for kind, each in said.items()}
    assert places["unread"] == {"artifactLocation": {"uri": "broken.py", "uriBaseId": "%SRCROOT%"}}
    assert places["suppression-comment"]["region"] == {"startLine": 4}
    (run,) = runs_of(a_full_standing())
    assert run["invocations"][0]["executionSuccessful"] is False
    assert {each["id"] for each in run["tool"]["driver"]["notifications"]} > set(said)


def test_a_gap_that_the_base_had_fails_no_run() -> None:
    standing = a_standing(scanned(unread=[GAP]), scanned(unread=[GAP]), same=["broken.py"])
    (run,) = runs_of(standing)
    assert run["invocations"][0]["executionSuccessful"] is True


def test_each_tool_that_ran_has_a_run_also_without_a_finding() -> None:
    """So that what a tool found before, and finds no more, is closed where the log is read."""
    tools = (Tool(name="ruff", version="0.14"), Tool(name="bandit", version="1.9.4"))
    comment = Suppression(tool="bandit", path="app.py", line=1)
    other = found(a_finding(tool="zizmor"))
    runs = runs_of(a_standing(scanned(NEW, *other, tools=tools, suppressions=[comment])))
    drivers = [run["tool"]["driver"] for run in runs]
    assert [(each["name"], each.get("version")) for each in drivers] == [
        ("bandit", "1.9.4"),
        ("ruff", "0.14"),
        ("zizmor", None),
    ]
    assert [len(run["results"]) for run in runs] == [1, 0, 1]
    assert [len(run["invocations"][0]["toolExecutionNotifications"]) for run in runs] == [1, 0, 0]


def test_a_tool_that_only_the_base_names_has_a_run() -> None:
    (run,) = runs_of(a_standing(scanned(tools=()), scanned(GONE)))
    assert (run["tool"]["driver"]["name"], run["results"][0]["baselineState"]) == ("bandit", "absent")


def test_a_tool_of_two_gates_has_one_run_with_an_invocation_of_each() -> None:
    (run,) = runs_of(a_standing(scanned(NEW)), a_standing(scanned(OLD, unread=[GAP]), gate="quality"))
    assert [(each["properties"], each["executionSuccessful"]) for each in run["invocations"]] == [
        ({"gate": "security"}, True),
        ({"gate": "quality"}, False),
    ]
    assert {each["ruleId"]: each["properties"]["gate"] for each in run["results"]} == {
        "NEW": "security",
        "OLD": "quality",
    }


def test_of_too_many_the_gravest_new_ones_are_kept_and_the_rest_is_counted() -> None:
    new = found(*(a_finding(rule=severity.value, severity=severity) for severity in Severity))
    entry = an_acceptance(HELD.fingerprint)
    standing = a_standing(scanned(OLD, HELD, *new), scanned(OLD, GONE), acceptances=[entry])
    order = ["HIGH", "MEDIUM", "LOW", "UNDEFINED", "HELD", "OLD", "GONE"]
    for count in range(1, 8):
        assert list(results_of(standing, most_results=count)) == order[:count]
        (run,) = runs_of(standing, most_results=count)
        assert len(run["tool"]["driver"]["rules"]) == count
    (said,) = notifications_of(standing, most_results=5)
    assert (said["descriptor"], said["level"], "locations" in said) == ({"id": "left-out"}, "error", False)
    assert said["message"]["text"] == "2 results of lower rank are left out: a run has at most 5"
    assert notifications_of(standing, most_results=7) == []


def test_ten_thousand_findings_are_as_many_as_github_stores() -> None:
    assert MOST_RESULTS == 5_000
    many = found(*(a_finding(number, path="many.py") for number in range(1, 10_001)), tree={"many.py": ["x"] * 10_000})
    (run,) = runs_of(a_standing(scanned(*many)))
    assert [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in run["results"]] == list(
        range(1, 5_001)
    )
    said = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said == "5,000 results of lower rank are left out: a run has at most 5,000"


def test_of_too_many_notifications_the_last_counts_the_rest() -> None:
    gaps = [Unread(path=f"{number:04}.py", why="a syntax error") for number in range(MOST_NOTIFICATIONS)]
    assert all(each["descriptor"]["id"] == "unread" for each in notifications_of(a_standing(scanned(unread=gaps))))
    said = notifications_of(a_standing(scanned(unread=[*gaps, GAP, GAP])))
    assert (len(said), MOST_NOTIFICATIONS) == (1_000, 1_000)
    assert said[-1]["descriptor"] == {"id": "left-out"}
    assert said[-1]["message"]["text"] == "3 more notifications are left out here"


@given(st.lists(st.tuples(PATHS, st.integers(0, 3), st.sampled_from(Severity)), max_size=8))
def test_each_finding_comes_back(places: list[tuple[str, int, Severity]]) -> None:
    findings = [a_finding(line, path=path, severity=severity) for path, line, severity in places]
    (run,) = runs_of(a_standing(scanned(*found(*findings))))

    def back(result: dict[str, Any]) -> tuple[str, Finding]:
        place = result["locations"][0]["physicalLocation"]
        finding = a_finding(
            place.get("region", {"startLine": 0})["startLine"],
            path=unquote_to_bytes(place["artifactLocation"]["uri"]).decode("utf-8", "surrogateescape"),
            tool=run["tool"]["driver"]["name"],
            rule=result["ruleId"],
            severity=Severity(result["properties"]["severity"]),
            message=result["message"]["text"],
        )
        return result["partialFingerprints"]["tDeveloperFinding/v1"], finding

    assert dict(map(back, run["results"])) == {each.fingerprint: each.finding for each in found(*findings)}


def test_the_same_standings_are_the_same_bytes_in_ascii() -> None:
    text = to_sarif(hostile_standings())
    assert text == to_sarif(hostile_standings())
    assert text.isascii()
    # A line a value, so that two logs can be compared line by line.
    assert text.startswith('{\n "$schema": ')
    assert text.endswith("\n}\n")


def test_no_gate_at_all_is_a_log_without_runs() -> None:
    assert runs_of() == []


@pytest.mark.slow
@pytest.mark.parametrize("for_github", [False, True])
def test_it_is_valid_by_the_schema(*, for_github: bool) -> None:
    if not SCHEMA.is_file():
        pytest.fail("run `make build/sarif-schema.json` first; `make test-slow` does")
    validator = Draft4Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())
    many = found(*(a_finding(number, path="many.py") for number in range(1, 10_001)), tree={"many.py": ["x"] * 10_000})
    for standings in ([], hostile_standings(), [a_full_standing()], [a_standing(scanned(*many, tools=()))]):
        log = json.loads(to_sarif(standings, for_github=for_github))
        assert list(validator.iter_errors(log)) == []
    broken = json.loads(to_sarif([a_full_standing()]).replace('"level": "error"', '"level": "bad"'))
    assert list(validator.iter_errors(broken)) != []
