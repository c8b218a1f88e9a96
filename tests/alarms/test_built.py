"""A plan that lost many of its alarms is noticed before it takes the place of what was built last."""

import json
from pathlib import Path
from typing import Any

import pytest

from alarms.built import alarm_names, refuse_drop
from alarms.cloudformation import billing_template, workload_template
from alarms.plan import plan_of
from alarms.terraform import terraform
from foundation.errors import InputError
from infra.stage import make_stage


def template(count: int) -> dict[str, Any]:
    return {
        "Resources": {
            f"Alarm{number}": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": f"alarm-{number:02}"}}
            for number in range(count)
        }
    }


def built(directory: Path, count: int) -> Path:
    file = directory / "alarms.template.json"
    file.write_text(json.dumps(template(count)))
    return file


def test_every_alarm_of_a_plan_is_found_in_each_form() -> None:
    plan = plan_of(make_stage("production"))
    names = {planned.name for planned in plan}
    assert alarm_names(workload_template(plan)) | alarm_names(billing_template(plan)) == names
    assert alarm_names(terraform(plan)) == names


def test_three_of_ten_alarms_may_go_and_four_may_not(tmp_path: Path) -> None:
    file = built(tmp_path, 10)
    refuse_drop({file: template(7)})
    with pytest.raises(InputError) as refused:
        refuse_drop({file: template(6)})
    assert refused.value.summary.startswith(
        "nothing is written: 4 of the 10 alarms that were built last would be dropped"
    )
    assert refused.value.problems == ("alarm-06", "alarm-07", "alarm-08", "alarm-09")


def test_of_many_dropped_alarms_twenty_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        refuse_drop({built(tmp_path, 50): template(0)})
    assert (len(refused.value.problems), refused.value.problems[-1]) == (21, "and 30 more")


def test_an_alarm_that_moves_to_another_template_is_not_dropped(tmp_path: Path) -> None:
    refuse_drop({built(tmp_path, 10): template(0), tmp_path / "other.template.json": template(10)})


def test_where_nothing_was_built_nothing_is_dropped(tmp_path: Path) -> None:
    refuse_drop({tmp_path / "alarms.template.json": template(0)})


def test_what_was_built_last_and_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "alarms.template.json"
    file.write_text('{"Resources": ')
    with pytest.raises(InputError, match=r"alarms\.template\.json"):
        refuse_drop({file: template(3)})
