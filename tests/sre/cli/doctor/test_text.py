"""What a person reads: a line each with what to do below it, and metrics of one state together."""

from dataclasses import replace

import pytest

from foundation.cloudwatch.known_metrics import DatapointKind
from sre.cli.doctor.text import headline, print_text
from sre.jobs.doctor.findings import Diagnosis, Finding, Identity, MetricFinding, PermissionFinding, Section, State
from tests.sre.jobs.doctor.factories import REGION, a_metric
from tests.sre.jobs.doctor.test_findings import MISSING, NOT_KNOWN, OK, a_diagnosis

COMPARE = "nothing was sent yet, or the name differs: compare with"


def of_queue(
    name: str, state: State, said: str = "published", to_do: str = "", line: int | None = None
) -> MetricFinding:
    metric = a_metric("AWS/SQS", name, QueueName="q")
    return MetricFinding(
        metric=metric, region=REGION, kind=DatapointKind.DENSE, alarms=("a",), panels=(), line=line,
        finding=Finding(name=str(metric), state=state, said=said, to_do=to_do),
    )  # fmt: skip


def permission(action: str, finding: Finding, *needed_by: str) -> PermissionFinding:
    return PermissionFinding(action=action, needed_by=needed_by, finding=replace(finding, name=action))


def printed(found: Diagnosis, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", "100")
    print_text(found)
    return capsys.readouterr().out.splitlines()


def test_a_whole_diagnosis_is_read_from_top_to_bottom(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Diagnosis(
        service="orders", stage="production", place="AWS in eu-west-1", region=REGION, is_local=False,
        asked_at=a_diagnosis().asked_at,
        identity=Identity(account="1", arn="arn", credentials="environment variables"),
        lines=(
            (Section.HERE, OK),
            (Section.FILES, Finding(name="objectives.yaml", state=State.MISSING, said="cannot be used", to_do="correct it")),
            (Section.ACCOUNT, Finding(name="identity", state=State.OK, said="account 1, arn")),
        ),
        metrics=(
            of_queue("A", State.OK),
            of_queue("B", State.MISSING, "not published", f"{COMPARE} s:20", 20),
            of_queue("C", State.MISSING, "not published", f"{COMPARE} s:7", 7),
            of_queue("D", State.MISSING, "not published", f"{COMPARE} s:7", 7),
            of_queue("E", State.NORMAL, "sparse"),
            of_queue("F", State.OK),
            of_queue("G", State.NOT_KNOWN, "refused", "allow it"),
        ),
        permissions=(
            permission("sns:ListTopics", OK, "alarms list", "alarms show"),
            permission("cloudwatch:ListMetrics", MISSING, "doctor"),
        ),
    )  # fmt: skip
    assert printed(found, capsys, monkeypatch) == [
        "Here",
        "  ok         a: there",
        "",
        "Files of the service",
        "  missing    objectives.yaml: cannot be used",
        "             → correct it",
        "",
        "Account",
        "  ok         identity: account 1, arn",
        "",
        "Metrics that alarms and panels look at",
        "  missing    2 metrics: not published",
        "               AWS/SQS C{QueueName=q}",
        "               AWS/SQS D{QueueName=q}",
        f"             → {COMPARE} s:7",
        "  missing    AWS/SQS B{QueueName=q}: not published",
        f"             → {COMPARE} s:20",
        "  not known  AWS/SQS G{QueueName=q}: refused",
        "             → allow it",
        "  normal     1 metric: sparse",
        "  ok         2 metrics: published",
        "",
        "Permissions",
        "  ok         sns:ListTopics (for sre alarms list, alarms show): there",
        "  missing    cloudwatch:ListMetrics (for sre doctor): not there",
        "             → bring it",
        "",
        "5 missing, 1 not known: orders, production; AWS in eu-west-1, 2026-03-02 10:00 UTC.",
    ]


def test_what_is_of_all_metrics_and_of_all_permissions_is_told_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = [of_queue(name, State.NOT_KNOWN, "no credentials", "sign in") for name in "ABC"]
    found = replace(
        a_diagnosis(OK), metrics=tuple(unknown),
        permissions=tuple(permission(each, NOT_KNOWN, "doctor") for each in ("sns:A", "sns:B")),
    )  # fmt: skip
    lines = printed(found, capsys, monkeypatch)
    assert lines[lines.index("Metrics that alarms and panels look at") + 1 :] == [
        "  not known  3 metrics: no credentials",
        "             → sign in",
        "",
        "Permissions",
        "  not known  2 actions: no answer",
        "             → ask again",
        "",
        "5 not known: orders, production; AWS, 2026-03-02 10:00 UTC.",
    ]


def test_more_than_thirty_names_are_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = [of_queue(f"M{number:02}", State.MISSING, "not published", "look") for number in range(32)]
    lines = printed(
        replace(a_diagnosis(OK), metrics=(*missing, of_queue("A", State.OK))), capsys, monkeypatch
    )  # fmt: skip
    assert sum("AWS/SQS M" in each for each in lines) == 30
    assert "               and 2 more; --json has them all" in lines


def test_the_local_platform_has_its_own_heading_and_knows_no_permissions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = printed(replace(a_diagnosis(OK), is_local=True, place="the local platform"), capsys, monkeypatch)
    assert "Local platform" in lines
    assert "Account" not in lines
    assert lines[lines.index("Permissions") + 1] == "  The local platform knows no permissions."


def test_why_no_metric_is_known_stands_in_their_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = printed(replace(a_diagnosis(), lines=((Section.METRICS, NOT_KNOWN),)), capsys, monkeypatch)
    at = lines.index("Metrics that alarms and panels look at")
    assert lines[at + 1 : at + 4] == ["  not known  d: no answer", "             → ask again", ""]


def test_a_long_line_is_wrapped_below_its_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = printed(a_diagnosis(Finding(name="a", state=State.OK, said="word " * 30)), capsys, monkeypatch)
    assert lines[2].startswith("             word")
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((OK,), "Nothing is missing: "),
        ((OK, MISSING), "1 missing: "),
        ((NOT_KNOWN, NOT_KNOWN), "2 not known: "),
        ((NOT_KNOWN, MISSING), "1 missing, 1 not known: "),
    ],
)
def test_the_whole_is_one_sentence(lines: tuple[Finding, ...], said: str) -> None:
    assert headline(a_diagnosis(*lines)) == f"{said}orders, production; AWS, 2026-03-02 10:00 UTC."
    assert headline(replace(a_diagnosis(*lines), service=None)).startswith(f"{said}the service, production")
