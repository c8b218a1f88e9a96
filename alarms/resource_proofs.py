"""The rule tests that prove the alarms on a stage's resources, from the proofs of their kinds.

Each is written in the terms of one resource: its name stands for the name in a proof, its facts for the facts.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from alarms.model import Context, Plan
from alarms.notation import read_series
from alarms.resources import Wanted, metric_on, share_of, wanted_alarms
from alarms.rule_test_file import Expectation, MetricInput, RuleTest
from foundation.cloudwatch.series import Values
from foundation.files.durations import read_duration
from foundation.service.resource_alarms import AlarmProof, AlarmProofs
from foundation.service.stage import Stage

_START = datetime(2026, 3, 2, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def resource_rule_tests(stage: Stage, plan: Plan) -> tuple[RuleTest, ...]:
    """The two tests of every alarm on a resource that has proofs, in the order of the files that they are written in."""
    rules = stage.alarm_rules
    if rules is None:
        return ()
    tests = [
        test
        for resource in rules.resources
        for wanted in wanted_alarms(resource, rules.resource_alarms)
        if wanted.why_not is None
        for test in _tests(wanted, plan.context)
    ]
    return tuple(sorted(tests, key=lambda each: each.file))


def _tests(wanted: Wanted, context: Context) -> Iterator[RuleTest]:
    proofs = wanted.alarm.proofs
    if proofs is None:
        return
    for proof in (proofs.fires, proofs.quiet):
        yield _test(wanted, context, proofs, proof)


def _test(wanted: Wanted, context: Context, proofs: AlarmProofs, proof: AlarmProof) -> RuleTest:
    values = read_series(proof.values)
    if proofs.scale is not None:
        values = values * float(share_of(proofs.scale, wanted.resource))
    metric = metric_on(proofs.namespace, proofs.metric_name, proofs.dimensions, wanted.resource, context.stage)
    return RuleTest(
        file=Path(proofs.file),
        line=proof.line,
        name=f"{wanted.resource.label}: {wanted.alarm.name}: {proof.says}",
        start_at=_START,
        interval=_MINUTE,
        inputs=tuple(
            MetricInput(line=proof.line, metric=metric, statistic=statistic, values=each)
            for statistic, each in _statistics(proofs.statistic, values)
        ),
        expectations=tuple(
            Expectation(
                line=each.line,
                at=each.at,
                after=read_duration(each.at),
                states=((wanted.name(context), each.state),),
                notifications=(),
            )
            for each in proof.expectations
        ),
    )


def _statistics(statistic: str, values: Values) -> tuple[tuple[str, Values], ...]:
    """What was recorded: an average is of two samples, so that neither their sum nor their count passes for it."""
    if statistic != "Average":
        return ((statistic, values),)
    return ("Sum", values * 2), ("SampleCount", np.where(np.isnan(values), math.nan, 2.0))
