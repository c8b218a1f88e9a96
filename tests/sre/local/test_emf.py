"""One metric of a log line that CloudWatch would refuse takes no other with it; each line is put once."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

import sre.local.emf_bridge as emf_bridge
from sre.local.emf import read_emf
from sre.local.emf_bridge import Bridge

NOW_MS = int(datetime.now(UTC).timestamp() * 1000)


def line(*, names: list[list[str]] | None = None, unit: str = "Count", namespace: str = "N", **values: Any) -> str:
    given_values = {key: value for key, value in values.items() if key not in ("Stage", "Gate")}
    directive = {
        "Namespace": namespace, "Dimensions": [["Stage"]] if names is None else names,
        "Metrics": [{"Name": name, "Unit": unit} for name in given_values],
    }  # fmt: skip
    return json.dumps({"_aws": {"Timestamp": NOW_MS, "CloudWatchMetrics": [directive]}, "Stage": "local", **values})


def read(text: str) -> tuple[list[str], list[str]]:
    refused: list[str] = []
    return [datum["MetricName"] for _, datum in read_emf(text, refuse=refused.append)], refused


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (line(Stage="", M=1), "Stage ''"),
        (line(Stage=None, M=1), "the line has no text for the dimension 'Stage'"),
        (line(M=float("nan")), "nan is no number"),
        (line(M=float("inf")), "inf is no number"),
        (line(M="1"), "'1' is no number"),
        (line(M=True), "True is no number"),
        (line(M=10**400), "is no number"),
        (line(M=1, unit="count"), "no unit is called 'count'"),
        (line(M=[1] * 200), "200 values, of 1 to 100"),
        (line(M=[]), "0 values"),
        (line(M=1, namespace="Größe"), "namespace"),
        ('{"_aws": {"Timestamp": 1e30, "CloudWatchMetrics": []}}', "1e30"),
        ('{"_aws": {"Timestamp": "x", "CloudWatchMetrics": []}}', "Timestamp is no number"),
        ('{"_aws": {"Timestamp": 1, "CloudWatchMetrics": [1]}}', "a directive is no object"),
        ('{"_aws": {"Timestamp": 1, "CloudWatchMetrics": {"a": 1}}}', "is no list"),
        ('{"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Namespace": "N", "Metrics": [[]]}]}}', "is no text"),
        ('{"_aws": []}', "_aws is no object"),
        ('["_aws"]', "no object"),
        ('{"_aws": ' + "[" * 100_000, "nested too deeply"),
        ("a trace with \"_aws\" in it", "Expecting value"),
    ],
    ids=lambda each: each if len(each) < 60 else "line",  # the time of day stands in it, and no test is called by that
)  # fmt: skip
def test_a_line_that_makes_no_metric_is_refused_and_breaks_nothing(text: str, why: str) -> None:
    names, refused = read(text)
    assert names == []
    assert any(why in each for each in refused), refused


def test_the_good_metrics_of_a_line_are_there_without_the_bad_ones() -> None:
    names, refused = read(line(names=[["Stage"], ["Stage", "Gate"]], Good=1, Bad=float("nan")))
    assert names == ["Good"]
    assert len(refused) == 3


_values = st.one_of(st.integers(), st.floats(), st.text(max_size=3), st.booleans(), st.lists(st.integers(), max_size=3))


@given(text=st.recursive(_values, lambda below: st.dictionaries(st.sampled_from(
    ["_aws", "Timestamp", "CloudWatchMetrics", "Namespace", "Metrics", "Name", "Unit", "Dimensions"]
), st.one_of(below, st.lists(below, max_size=2)), max_size=4), max_leaves=12).map(json.dumps))  # fmt: skip
def test_whatever_a_log_holds_breaks_nothing(text: str) -> None:
    read(text)
    read(f'{{"_aws": {{"Timestamp": {NOW_MS}, "CloudWatchMetrics": [{text}]}}}}')


class Platform:
    """Log groups with their events, and what was put; `broken` calls fail once each, in order."""

    def __init__(self, **groups: list[tuple[int, str]]) -> None:
        self.groups = groups
        self.put: list[tuple[str, str, float]] = []
        self.broken: list[str] = []

    def client(self, _name: str, **_: Any) -> "Platform":
        return self

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(self, operation)

    def put_metric_data(self, *, Namespace: str, MetricData: Any) -> None:  # noqa: N803
        self.fail("put_metric_data")
        for each in MetricData:
            self.put.append((Namespace, each["MetricName"], each["Value"] if "Value" in each else sum(each["Values"])))

    def fail(self, operation: str) -> None:
        if operation in self.broken:
            self.broken.remove(operation)
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1")


class Pages:
    def __init__(self, platform: Platform, operation: str) -> None:
        self.platform, self.operation = platform, operation

    def paginate(self, logGroupName: str = "", startTime: int = 0, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        if self.operation == "describe_log_groups":
            yield {"logGroups": [{"logGroupName": name} for name in self.platform.groups]}
            return
        events = [each for each in self.platform.groups[logGroupName] if each[0] >= startTime]
        yield {"events": [_event(*each) for each in events[:1]]}
        self.platform.fail("second page")
        yield {"events": [_event(*each) for each in events[1:]]}


def _event(at: int, message: str) -> dict[str, Any]:
    return {"logStreamName": "s", "timestamp": at, "message": message}


def bridge_of(platform: Platform) -> Bridge:
    return Bridge(platform, "http://127.0.0.1")  # pyright: ignore[reportArgumentType]


def test_a_bad_line_leaves_the_others_of_its_log_and_is_counted_as_aws_counts_it() -> None:
    platform = Platform(gate=[(NOW_MS, line(A=1)), (NOW_MS, line(Stage="", B=1)), (NOW_MS, line(C=2, unit="count"))])
    bridge_of(platform).turn()
    assert platform.put == [("N", "A", 1.0), ("AWS/Logs", "EMFValidationErrors", 2.0)]


def test_a_line_that_stands_twice_in_one_millisecond_is_put_twice_and_each_once() -> None:
    """All lines of an invocation have one time on the local platform, and its events have no names."""
    platform = Platform(gate=[(NOW_MS, line(A=1)), (NOW_MS, line(A=1))])
    bridge = bridge_of(platform)
    assert [bridge.turn(), bridge.turn()] == [2, 0]
    platform.groups["gate"].append((NOW_MS, line(A=1)))
    assert bridge.turn() == 1


def test_what_could_not_be_put_is_put_later_and_what_was_put_is_not_put_again() -> None:
    platform = Platform(gate=[(NOW_MS, line(A=1)), (NOW_MS, line(B=1, namespace="Other"))])
    bridge = bridge_of(platform)
    platform.broken = ["put_metric_data"]
    with pytest.raises(EndpointConnectionError):
        bridge.turn()
    bridge.turn()
    bridge.turn()
    assert sorted(platform.put) == [("N", "A", 1.0), ("Other", "B", 1.0)]


def test_a_page_that_did_not_come_loses_no_line_of_it() -> None:
    old = NOW_MS - 60_000
    platform = Platform(gate=[(NOW_MS, line(A=1)), (old, line(B=1))])
    bridge = bridge_of(platform)
    platform.broken = ["second page"]
    with pytest.raises(EndpointConnectionError):
        bridge.turn()
    bridge.turn()
    assert sorted(platform.put) == [("N", "A", 1.0), ("N", "B", 1.0)]


def test_a_put_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    configs: list[Any] = []

    class Session:
        def client(self, _name: str, *, config: Any, **_: Any) -> None:
            configs.append(config)

    Bridge(Session(), "http://127.0.0.1")  # pyright: ignore[reportArgumentType]
    assert {each.retries["total_max_attempts"] for each in configs} == {1}
    assert emf_bridge.ERRORS_NAME == "EMFValidationErrors"


@dataclass
class Answers:
    """A bridge whose turns end as they are told; one that is not ended stops by a KeyboardInterrupt when none is left."""

    errors: Sequence[BaseException | None]
    turn_count: int = 0

    def turn(self) -> int:
        """The next one."""
        self.turn_count += 1
        if self.turn_count > len(self.errors):
            raise KeyboardInterrupt
        if (error := self.errors[self.turn_count - 1]) is not None:
            raise error
        return 0


def test_the_bridge_ends_when_nobody_takes_a_connection_five_times_in_a_row() -> None:
    refused = EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")
    bridge = Answers([refused] * 4 + [None] + [refused] * 5)
    emf_bridge.run(bridge, sleep=lambda _seconds: None)
    assert bridge.turn_count == 10


def test_a_platform_that_answers_late_or_wrongly_is_a_busy_one_and_ends_no_bridge(
    caplog: pytest.LogCaptureFixture,
) -> None:
    late = ReadTimeoutError(endpoint_url="http://127.0.0.1:4566")
    wrong = ClientError({"Error": {"Code": "InternalError"}}, "FilterLogEvents")
    bridge = Answers([late, wrong] * 20)
    with pytest.raises(KeyboardInterrupt):
        emf_bridge.run(bridge, sleep=lambda _seconds: None)
    assert bridge.turn_count == 41
    assert len(caplog.records) == 40
    assert all(record.exc_info is None for record in caplog.records)
    assert "when calling the FilterLogEvents operation" in caplog.messages[1]
