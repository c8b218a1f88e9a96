"""The platform as it runs here: our own templates on MiniStack, with real Lambdas, signatures and policies."""

import io
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
import websocket
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from alarms.cloudformation import billing_template, workload_template
from alarms.model import Plan
from alarms.plan import plan_of
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.errors import SourceError
from foundation.slo.burn_rate import Severity
from foundation.slo.subscription import Channel, Subscription
from infra.stage import make_stage
from loadtests.sample import sample_archive
from loadtests.signing import Signer
from sre.local.alarm_states import alarm_states
from sre.local.lambda_runtime import lambda_runtime
from sre.local.lifecycle import status
from sre.local.metrics import local_metrics
from sre.local.notifications import LocalTopics
from sre.local.queue_record import read_queue
from sre.local.session import root_session
from sre.local.state import LocalPlatform
from sre.local.status import Up
from sre.local.workers import API, core_count, worker_count
from tdeveloper.metrics import NAMESPACE, PIPELINES_ACCEPTED

pytestmark = [pytest.mark.platform, pytest.mark.xdist_group("platform")]

BROKEN_GATE = "t-developer-local-security-gate-ticket-failed"


def credentials(platform: LocalPlatform) -> Credentials:
    return Credentials(platform.caller["AWS_ACCESS_KEY_ID"], platform.caller["AWS_SECRET_ACCESS_KEY"])


def signer(platform: LocalPlatform) -> Signer:
    return Signer(credentials(platform), platform.region)


def call(
    platform: LocalPlatform, method: str, path: str, body: dict[str, Any] | None = None, *, sign: Signer | None
) -> tuple[int, dict[str, Any]]:
    url = platform.api_url + path
    text = json.dumps(body) if body is not None else None
    headers = sign.headers(method, url, text) if sign else {"content-type": "application/json"}
    data = text.encode() if text is not None else None
    request = urllib.request.Request(url, data=data, method=method, headers=headers)  # noqa: S310 - 127.0.0.1
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")


def put_archive(platform: LocalPlatform, key: str, content: bytes) -> None:
    session = boto3.Session(
        aws_access_key_id=credentials(platform).access_key,
        aws_secret_access_key=credentials(platform).secret_key,
        region_name=platform.region,
    )
    session.client("s3", endpoint_url=platform.endpoint).put_object(
        Bucket=platform.outputs["ArchivesBucket"], Key=key, Body=content
    )


def test_the_workers_run_on_the_runtimes_python_and_not_on_that_of_this_checkout(platform: LocalPlatform) -> None:
    (ministack,) = [each.find() for each in platform.processes if each.name == "ministack"]
    assert ministack is not None
    commands = [worker.cmdline() for worker in ministack.children(recursive=True)]
    assert {command[0] for command in commands if command[-1].endswith("_worker.py")} == {str(lambda_runtime())}


def test_a_burst_is_served_by_the_workers_that_there_are_and_refused_to_nobody(platform: LocalPlatform) -> None:
    began_at = datetime.now(UTC)
    with ThreadPoolExecutor(60) as pool:
        codes = set(pool.map(lambda _: call(platform, "GET", "/v1/health", sign=None)[0], range(120)))
    assert codes == {200}
    (ministack,) = [each.find() for each in platform.processes if each.name == "ministack"]
    assert ministack is not None
    others = 3 * worker_count("another", cores=core_count())
    assert len(ministack.children()) <= worker_count(API, cores=core_count()) + others
    # A line is written after what it tells of.
    give_up_at = time.monotonic() + 30
    while True:
        seen = read_queue(platform.home, start_at=began_at, end_at=datetime.now(UTC))
        if (seen is not None and seen.call_count >= 120) or time.monotonic() >= give_up_at:
            break
        time.sleep(0.1)
    assert seen is not None
    assert seen.call_count >= 120
    assert seen.given_up_count == 0
    assert seen.worker_counts[API] == worker_count(API, cores=core_count())


def submit(platform: LocalPlatform, key: str) -> str:
    body = {"repository": "octo/cat", "commit": "a" * 40, "archive_key": key}
    code, answer = call(platform, "POST", "/v1/pipelines", body, sign=signer(platform))
    assert code == 202
    assert answer["status"] == "accepted"
    return answer["pipeline_id"]


def finished(platform: LocalPlatform, pipeline_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    answer: dict[str, Any] = {}
    while time.monotonic() < deadline:
        code, answer = call(platform, "GET", f"/v1/pipelines/{pipeline_id}", sign=signer(platform))
        assert code == 200
        if answer["status"] not in ("accepted", "running"):
            return answer
        time.sleep(0.3)
    raise AssertionError(f"not finished in 60 s: {answer}")


def a_zip(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return body.getvalue()


def test_it_is_up_and_says_where(platform: LocalPlatform) -> None:
    found = status(platform.home)
    assert isinstance(found, Up)
    assert found.platform.api_url == platform.api_url
    assert platform.ready_after_seconds > 0


def test_health_answers_without_a_signature(platform: LocalPlatform) -> None:
    assert call(platform, "GET", "/v1/health", sign=None) == (200, {"status": "ok", "stage": "local"})


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/pipelines"), ("GET", "/v1/pipelines/x")])
def test_an_unsigned_call_gets_403(platform: LocalPlatform, method: str, path: str) -> None:
    assert call(platform, method, path, {} if method == "POST" else None, sign=None)[0] == 403


def test_a_call_signed_with_a_wrong_secret_gets_403(platform: LocalPlatform) -> None:
    forged = Signer(Credentials(credentials(platform).access_key, "wrong"), platform.region)
    assert call(platform, "GET", "/v1/pipelines/x", sign=forged)[0] == 403


def test_an_unsigned_connect_gets_403(platform: LocalPlatform) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(platform.websocket_url, timeout=10)
    assert refused.value.status_code == 403


def test_a_connect_signed_with_a_wrong_secret_gets_403(platform: LocalPlatform) -> None:
    forged = Signer(Credentials(credentials(platform).access_key, "wrong"), platform.region)
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(forged.websocket_url(platform.websocket_url), timeout=10)
    assert refused.value.status_code == 403


def test_the_caller_may_put_archives_and_nothing_else(platform: LocalPlatform) -> None:
    put_archive(platform, "archives/mine.zip", b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        put_archive(platform, "results/forged.json", b"{}")


def test_a_bad_request_is_told_its_problems(platform: LocalPlatform) -> None:
    code, answer = call(platform, "POST", "/v1/pipelines", {"repository": "x"}, sign=signer(platform))
    assert code == 400
    assert "commit: must be" in answer["message"]


def test_an_unknown_pipeline_is_404(platform: LocalPlatform) -> None:
    assert call(platform, "GET", "/v1/pipelines/none", sign=signer(platform))[0] == 404


def test_a_websocket_client_sees_the_whole_progress_in_order(platform: LocalPlatform) -> None:
    put_archive(platform, "archives/sample.zip", sample_archive())
    connection = websocket.create_connection(signer(platform).websocket_url(platform.websocket_url), timeout=60)
    try:
        pipeline_id = submit(platform, "archives/sample.zip")
        connection.send(json.dumps({"action": "subscribe", "pipeline_id": pipeline_id}))
        messages: list[dict[str, Any]] = []
        while not messages or not messages[-1].get("final"):
            messages.append(json.loads(connection.recv()))
    finally:
        connection.close()
    assert [(message["sequence"], message["event"]) for message in messages] == [
        (1, "accepted"), (2, "started"), (3, "gate-started"), (4, "gate-finished"), (5, "finished"),
    ]  # fmt: skip
    assert messages[-1]["detail"] == {"status": "passed"}
    assert [message["at"] for message in messages] == sorted(message["at"] for message in messages)


def test_a_message_that_means_nothing_gets_an_explanation(platform: LocalPlatform) -> None:
    connection = websocket.create_connection(signer(platform).websocket_url(platform.websocket_url), timeout=30)
    try:
        connection.send("hello")
        assert "subscribe" in json.loads(connection.recv())["message"]
        connection.send(json.dumps({"action": "subscribe", "pipeline_id": "none"}))
        assert json.loads(connection.recv()) == {"type": "error", "message": "no pipeline 'none'"}
    finally:
        connection.close()


def test_an_archive_with_a_shell_call_is_rejected_and_its_findings_are_stored(platform: LocalPlatform) -> None:
    content = a_zip({"run.py": b"import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n"})
    put_archive(platform, "archives/shell.zip", content)
    pipeline = finished(platform, submit(platform, "archives/shell.zip"))
    assert pipeline["status"] == "rejected"
    gate = pipeline["gates"]["security"]
    assert gate["findings_count"]["HIGH"] == 1
    s3 = root_session(platform.region).client("s3", endpoint_url=platform.endpoint)
    report = json.loads(s3.get_object(Bucket=platform.outputs["ArchivesBucket"], Key=gate["report_key"])["Body"].read())
    assert "B602" in {finding["rule"] for finding in report["findings"]}


def test_a_hostile_archive_is_refused_with_its_reason(platform: LocalPlatform) -> None:
    put_archive(platform, "archives/hostile.zip", a_zip({"../x": b"evil"}))
    pipeline = finished(platform, submit(platform, "archives/hostile.zip"))
    assert pipeline["status"] == "rejected"
    assert pipeline["gates"]["security"]["outcome"] == "refused"
    assert "leads out" in pipeline["gates"]["security"]["reason"]


def test_an_archive_that_is_not_there_fails_the_pipeline_and_does_not_lose_it(platform: LocalPlatform) -> None:
    assert finished(platform, submit(platform, "archives/none.zip"))["status"] == "failed"


def test_emf_lines_become_cloudwatch_metrics_once_each(platform: LocalPlatform) -> None:
    emitted = Metric(namespace=NAMESPACE, name=PIPELINES_ACCEPTED.name, dimensions=(("Stage", "local"),))

    def accepted() -> float:
        end_at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        minutes = MetricStat(metric=emitted, period_seconds=60, statistic="Sum")
        (series,) = local_metrics(platform).read([minutes], start_at=end_at - timedelta(hours=1), end_at=end_at)
        return float(np.nansum(series.answer.values))

    put_archive(platform, "archives/sample.zip", sample_archive())
    time.sleep(7)  # a turn of the bridge, so that what other tests submitted is counted before
    before = accepted()
    finished(platform, submit(platform, "archives/sample.zip"))
    deadline = time.monotonic() + 20
    while accepted() == before and time.monotonic() < deadline:
        time.sleep(1)
    time.sleep(6)  # another turn: a line that is read again must not count again
    assert accepted() == before + 1


def test_a_statistic_that_the_emulator_would_answer_wrongly_is_refused(platform: LocalPlatform) -> None:
    rank = MetricStat(metric=Metric(namespace=NAMESPACE, name="Any"), period_seconds=60, statistic="PR(:1000)")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with pytest.raises(SourceError, match="would answer with an average"):
        local_metrics(platform).read([rank], start_at=now - timedelta(minutes=1), end_at=now)


def test_lambda_roles_cannot_do_what_they_were_not_given(platform: LocalPlatform) -> None:
    """The template's policies are enforced here, so a missing grant shows before it is deployed."""
    iam = root_session(platform.region).client("iam", endpoint_url=platform.endpoint)
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if "Api" in role["RoleName"]]
    names = [name for role in roles for name in iam.list_role_policies(RoleName=role)["PolicyNames"]]
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for role in roles for name in names
    ]
    assert "states:StartExecution" in json.dumps(documents)
    assert "s3:" not in json.dumps(documents)


def test_the_logs_lie_where_the_status_says(platform: LocalPlatform) -> None:
    assert {path.name for path in Path(platform.home).glob("*.log")} == {
        "ministack.log",
        "emf-bridge.log",
        "rounds.log",
        "tls-front.log",
        "worker-queue.log",
    }
    for name in ("emf-bridge.log", "rounds.log"):
        assert "Traceback" not in (platform.home / name).read_text()


@pytest.mark.parametrize(("make", "of"), [(workload_template, ""), (billing_template, "billing-")])
def test_whoever_is_named_when_the_topics_are_deployed_is_subscribed_and_nobody_else(
    platform: LocalPlatform, make: Callable[[Plan], dict[str, Any]], of: str
) -> None:
    """What came of the template is the emulator's work: its CloudFormation reads conditions, policies and defaults."""
    mail = Subscription(severity=Severity.TICKET, channel=Channel.EMAIL, endpoint="team@example.com")
    plan = replace(plan_of(make_stage("production")), subscriptions=(mail,))
    template = make(plan)
    kept = ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription")
    template["Resources"] = {key: each for key, each in template["Resources"].items() if each["Type"] in kept}
    given = {"NotifyPageEmail": "on-call@example.com", "WebSocketApiId": "ws"}
    session = root_session(platform.region)
    client = session.client("cloudformation", endpoint_url=platform.endpoint)
    client.create_stack(
        StackName=f"{of}topics", TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items() if key in template["Parameters"]
        ],
    )  # fmt: skip
    client.get_waiter("stack_create_complete").wait(
        StackName=f"{of}topics", WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    (stack,) = client.describe_stacks(StackName=f"{of}topics")["Stacks"]
    arns = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    sns = session.client("sns", endpoint_url=platform.endpoint)
    heard = {
        arn.rpartition(":")[2]: [
            (each["Protocol"], each["Endpoint"])
            for each in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        ]
        for arn in (arns["TopicPageArn"], arns["TopicTicketArn"])
    }
    assert heard == {
        f"t-developer-production-{of}page": [("email", "on-call@example.com")],
        f"t-developer-production-{of}ticket": [("email", "team@example.com")],
    }
    policy = json.loads(sns.get_topic_attributes(TopicArn=arns["TopicPageArn"])["Attributes"]["Policy"])
    wanted = dict.fromkeys(("Alarms", "OnlyWithTls"), arns["TopicPageArn"])
    assert {each["Sid"]: each["Resource"] for each in policy["Statement"]} == wanted


def test_the_alarms_are_evaluated_on_the_platforms_own_metrics(platform: LocalPlatform) -> None:
    plan, now = plan_of(make_stage("local")), datetime.now(UTC)
    broken = plan[BROKEN_GATE].alarm
    assert isinstance(broken, MetricAlarm)
    (failures,) = broken.stats
    # Three failures of a minute that is over: of the one that goes on nothing is known yet.
    root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint).put_metric_data(
        Namespace=failures.metric.namespace,
        MetricData=[
            {
                "MetricName": failures.metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in failures.metric.dimensions],
                "Timestamp": now - timedelta(minutes=2),
                "Value": 3,
                "Unit": "Count",
            }
        ],
    )
    seen = alarm_states(plan, platform, now=now)
    assert dict(seen.states)[BROKEN_GATE] is AlarmState.ALARM
    assert any(line.startswith("ALARM ") and line.endswith(BROKEN_GATE) for line in seen.lines)
    assert seen.without_data_count > 30
    # And its message comes to one who is subscribed, through the topic, once.
    topics = LocalTopics(
        session=root_session(platform.region), endpoint=platform.endpoint, home=platform.home
    )  # fmt: skip
    captured = topics.notify(plan, seen.notified)
    assert (topics.notify(plan, seen.notified), topics.captured()) == (captured, captured)
    (message,) = (each for each in captured if each.identity.startswith(f"{BROKEN_GATE} "))
    assert message.sentence == f't-developer-local-ticket was sent ALARM: "{BROKEN_GATE}" in {platform.region}'


FOLLOW = """
import json, sys
from locust.env import Environment
from loadtests.arrivals import Journey, Run
from loadtests.lean_client import LeanClient
from loadtests.websocket_flow import Progress
from loadtests.counts import Outcome, Recorder, texts_of
from loadtests.authorising import Authoriser
from loadtests.conversing import HttpApi
from loadtests.flows_file import read_flows
from infra.service import T_DEVELOPER
from loadtests.schedule import Schedule, Stage
from loadtests.signing import signer_from_environment

api_url, websocket_url = sys.argv[1:]
schedule = Schedule(warm_up_seconds=0, stages=(Stage(seconds=60, load=1),))
recorder = Recorder(warm_up_seconds=0, slow_after_ms=1000)
run = Run(environment=Environment(), recorder=recorder, schedule=schedule, seed="1", user_rps=1, flows={}, serve=print)
signer = signer_from_environment("us-east-1")
rest = HttpApi(
    base_url=api_url, client=LeanClient(api_url), authoriser=Authoriser(signer=signer, environment={}), given={}
)
talk = read_flows(T_DEVELOPER.flows)["pipeline"].kind
journey = Journey(run=run, flow="progress", intended_at=run.elapsed())
Progress(url=websocket_url, signer=signer, submit=lambda each: rest.submit(talk, each)).follow(journey)
counts = {name: step["counts"] for steps in recorder.tree["steps"].values() for name, step in steps.items()}
print(json.dumps({"outcome": journey.outcome.value, "counts": counts, "pipelines": recorder.tree["work"],
                  "texts": texts_of(recorder.tree, *Outcome)}))
"""


def test_the_progress_flow_of_a_load_test_times_every_message(platform: LocalPlatform) -> None:
    put_archive(platform, "archives/sample.zip", sample_archive())
    done = subprocess.run(
        [sys.executable, "-c", FOLLOW, platform.api_url, platform.websocket_url],
        capture_output=True, text=True, timeout=90, check=False, env={**os.environ, **platform.caller},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["texts"] == {}
    assert seen["outcome"] == "good"
    assert seen["pipelines"] == {"submitted": 1, "passed": 1}
    assert {name: counts[0] for name, counts in seen["counts"].items()} == {
        "WS connect": 1, "POST /v1/pipelines": 1, "WS progress message": 5,
    }  # fmt: skip
