"""A metric that is in one Region only is read there, and a reading from elsewhere is an error."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from alarms.plan import plan_of
from foundation.cloudwatch.alarm_history import alarm_history
from foundation.cloudwatch.metric_regions import only_region
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.regional_source import RegionalSource
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.errors import SourceError
from foundation.readings import Known, Reading
from infra.stage import make_stage
from tests.foundation.cloudwatch.factories import START_AT, alarm, minute, stat
from tests.foundation.readings_factories import MADE_UP

BILL = Metric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=(("Currency", "USD"),))


@dataclass(frozen=True, kw_only=True)
class InRegion:
    """A source in a Region; each value is the length of the Region's name."""

    region: str

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        count = round((end_at - start_at).total_seconds()) // 60
        series = Series(start_at=start_at, period_seconds=60, values=np.full(count, float(len(self.region))))
        origin = replace(MADE_UP, region=self.region)
        return [reading_of(series, known=Known.always(), origin=origin) for _ in wanted]


EAST, HOME = InRegion(region="us-east-1"), InRegion(region="eu-central-1")


def test_each_metric_is_read_in_its_region_and_in_order() -> None:
    source = RegionalSource(home=HOME, elsewhere={"us-east-1": EAST})
    wanted = [stat(), stat(BILL), stat()]
    found = source.read(wanted, start_at=START_AT, end_at=START_AT + timedelta(minutes=1))
    assert [each.origin.region for each in found] == ["eu-central-1", "us-east-1", "eu-central-1"]
    at_home = RegionalSource(home=EAST, elsewhere={})
    assert at_home.read([stat(BILL)], start_at=START_AT, end_at=minute(1))[0].origin.region == "us-east-1"


@pytest.mark.parametrize("source", [HOME, RegionalSource(home=HOME, elsewhere={})])
def test_an_alarm_on_a_metric_that_was_read_in_another_region_is_not_evaluated(
    source: InRegion | RegionalSource,
) -> None:
    with pytest.raises(SourceError, match=r"EstimatedCharges.* was read in eu-central-1, and is in us-east-1 only"):
        alarm_history(alarm(stat(BILL)), source, start_at=START_AT, end_at=minute(3))


def test_the_plan_knows_the_regions_of_its_metrics() -> None:
    plan = plan_of(make_stage("production"))
    for planned in plan:
        regions = {only_region(each.metric) for below in plan.metric_alarms_below(planned) for each in below.stats}
        assert planned.region in regions or regions == {None}
