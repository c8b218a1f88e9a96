"""The emulator's own decisions on alarms are taken out of the real module, and of no other that is made otherwise."""

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import PlatformError
from sre.local.emulated_alarms import leave_alarms_of


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """MiniStack's own module, which is itself again afterwards."""
    module: Any = import_module("ministack.services.cloudwatch")
    monkeypatch.setattr(module, "_evaluate_alarm", module._evaluate_alarm)
    module.reset()
    return module


def state_after_a_breach(cloudwatch: Any) -> str:
    """The state of an alarm on the errors of one function after an error of another, put as the API puts it."""
    cloudwatch.cloudformation_put_metric_alarm(
        {
            "AlarmName": "mine", "Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Period": 60,
            "EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold", "StateValue": "OK",
            "Dimensions": [{"Name": "FunctionName", "Value": "mine"}],
        }
    )  # fmt: skip
    errors = {"MetricName": "Errors", "Value": 1, "Dimensions": [{"Name": "FunctionName", "Value": "another"}]}
    cloudwatch._put_metric_data({}, {"Namespace": "AWS/Lambda", "MetricData": [errors]}, False, True)
    _, _, body = cloudwatch._describe_alarms({}, {}, False, True)
    (alarm,) = json.loads(body)["MetricAlarms"]
    return alarm["StateValue"]


def test_an_error_of_another_function_would_be_in_an_alarm_and_is_not_any_more(cloudwatch: Any) -> None:
    """The first line is why; where a newer emulator looks at dimensions, it may decide again."""
    assert state_after_a_breach(cloudwatch) == "ALARM"
    cloudwatch.reset()
    leave_alarms_of(cloudwatch)
    assert state_after_a_breach(cloudwatch) == "OK"


@pytest.mark.parametrize(
    "module",
    [
        SimpleNamespace(),
        SimpleNamespace(_evaluate_alarm=lambda alarm: alarm),
        SimpleNamespace(_evaluate_alarm=lambda alarm, now: (alarm, now), _evaluate_all_alarms=lambda: None),
        SimpleNamespace(_evaluate_alarm=lambda alarm: alarm, _evaluate_all_alarms=lambda: None),
    ],
)
def test_a_module_that_is_made_otherwise_is_refused_and_left_as_it_is(module: SimpleNamespace) -> None:
    before = dict(vars(module))
    with pytest.raises(PlatformError, match=r"made otherwise .*_evaluate_alarm\); install the locked one: make setup"):
        leave_alarms_of(module)
    assert vars(module) == before
