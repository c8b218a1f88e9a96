"""What a listing says of a metric: published lately, missing, normally not there, or not known."""

from dataclasses import replace

import pytest

from foundation.cloudwatch.known_metrics import DatapointKind
from foundation.cloudwatch.metrics import Metric
from sre.jobs.doctor.findings import Finding, State
from sre.jobs.doctor.metrics import Listed, Listing, NotListed, judged, key_of, lookups, shared_dimensions
from sre.jobs.doctor.watched import Watched
from tests.sre.jobs.doctor.factories import REGION, WHERE, a_metric, open_metric, own_metrics, watched

DENSE = a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="q")
TRAFFIC = a_metric("AWS/Lambda", "Errors", FunctionName="f")
SPARSE = a_metric("AWS/DynamoDB", "ReadThrottleEvents", TableName="t")
OF_AN_OPERATION = a_metric("AWS/DynamoDB", "SuccessfulRequestLatency", TableName="t", Operation="Scan")
FAILED = a_metric("Orders", "Finished", Outcome="failed", Stage="production")
PASSED = a_metric("Orders", "Finished", Outcome="passed", Stage="production")
OF_A_LOAD = a_metric("Orders", "LoadTestFaults", Stage="production")
NOTHING = Listed(series=frozenset(), is_whole=True)


def listed(*series: Metric, is_whole: bool = True) -> Listed:
    return Listed(series=frozenset(series), is_whole=is_whole)


def finding(of: Watched | Metric, listing: Listing, *, is_local: bool = False, line: int | None = None) -> Finding:
    seen = watched(of) if isinstance(of, Metric) else of
    return judged(seen, listing, own=own_metrics(), where=replace(WHERE, is_local=is_local), line=line).finding


@pytest.mark.parametrize("metric", [DENSE, TRAFFIC, SPARSE, FAILED, OF_A_LOAD])
def test_a_metric_that_is_listed_with_exactly_its_dimensions_was_published_lately(metric: Metric) -> None:
    assert finding(metric, listed(metric)) == Finding(
        name=str(metric), state=State.OK, said="published in the last two weeks"
    )


@pytest.mark.parametrize("metric", [DENSE, TRAFFIC, PASSED, a_metric("Another", "Metric", A="b")])
def test_one_that_should_have_datapoints_and_is_not_listed_is_missing(metric: Metric) -> None:
    found = finding(metric, NOTHING, line=21)
    assert found.state is State.MISSING
    assert found.said == "not published in the last two weeks, nor anything of its name"
    assert (
        found.to_do == "nothing was sent yet, or the name differs: compare with orders/service.yaml:21"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (SPARSE, "sparse: it has no datapoint while nothing happens, and had none in the last two weeks"),
        (FAILED, "it counts failures, and there was none in the last two weeks"),
        (OF_A_LOAD, "no load test put its numbers in the last two weeks"),
    ],
)
def test_one_that_has_no_datapoint_while_all_is_well_is_normally_not_there(metric: Metric, said: str) -> None:
    assert finding(metric, NOTHING) == Finding(name=str(metric), state=State.NORMAL, said=said)


def test_an_own_metric_of_which_another_value_was_published_is_normally_not_there() -> None:
    assert finding(PASSED, listed(FAILED)).state is State.NORMAL
    assert finding(PASSED, listed(FAILED)).said == "others of its series were published in the last two weeks"
    # By other dimensions it is another metric.
    assert finding(PASSED, listed(a_metric("Orders", "Finished", Stage="production"))).state is State.MISSING


def test_an_operation_that_a_table_had_none_of_is_normal_beside_others_of_the_same_table() -> None:
    other = a_metric("AWS/DynamoDB", "SuccessfulRequestLatency", TableName="t", Operation="Query")
    elsewhere = a_metric("AWS/DynamoDB", "SuccessfulRequestLatency", TableName="u", Operation="Query")
    assert finding(OF_AN_OPERATION, listed(other)).said == "no such operation in the last two weeks, and others"
    assert finding(OF_AN_OPERATION, listed(other)).state is State.NORMAL
    assert finding(OF_AN_OPERATION, listed(elsewhere)).state is State.MISSING
    whole_table = a_metric("AWS/DynamoDB", "SuccessfulRequestLatency", TableName="t")
    assert finding(OF_AN_OPERATION, listed(whole_table)).state is State.MISSING


def test_another_function_does_not_make_a_missing_one_normal_and_is_named_by_its_dimensions() -> None:
    found = finding(TRAFFIC, listed(a_metric("AWS/Lambda", "Errors", FunctionName="g")))
    assert found.state is State.MISSING
    assert found.said == (
        "not published in the last two weeks; what was published of its name has the dimensions FunctionName of other values"
    )


def test_other_dimensions_of_the_same_name_are_told() -> None:
    listing = Listed(series=frozenset(), is_whole=True, others=(("stage",), ()))
    said = finding(a_metric("Orders", "Accepted", Stage="production"), listing).said
    assert said == (
        "not published in the last two weeks; what was published of its name has the dimensions none; or stage"
    )  # fmt: skip


def test_without_a_line_the_alarm_or_the_panel_is_named_that_looks_at_it() -> None:
    assert finding(DENSE, NOTHING).to_do.endswith("compare with the alarm orders-production-a (`sre alarms show`)")
    of_a_panel = watched(DENSE, alarms=(), panels=("overview: Queues",))
    assert finding(of_a_panel, NOTHING).to_do.endswith("compare with the panel 'overview: Queues'")


def test_what_could_not_be_listed_is_not_known_with_its_reason() -> None:
    refused = NotListed(reason="cloudwatch:ListMetrics is refused", to_do="allow it")
    for metric in (DENSE, SPARSE, FAILED, open_metric()):
        assert finding(metric, refused) == Finding(
            name=str(metric), state=State.NOT_KNOWN, said="cloudwatch:ListMetrics is refused", to_do="allow it"
        )


def test_one_that_is_not_among_the_first_of_many_is_not_known_and_one_that_is_was_published() -> None:
    other = a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="other")
    found = finding(DENSE, listed(other, is_whole=False))
    assert (found.state, found.said) == (
        State.NOT_KNOWN, "not among the first 1 series of this name, and there are more",
    )  # fmt: skip
    assert finding(DENSE, listed(DENSE, is_whole=False)).state is State.OK


def test_what_only_a_deployment_knows_is_not_known_and_says_the_option() -> None:
    assert finding(open_metric(), NOTHING) == Finding(
        name="AWS/S3 NumberOfObjects{BucketName=${ArchivesBucket}}",
        state=State.NOT_KNOWN,
        said="only a deployment knows ${ArchivesBucket}",
        to_do="give --parameter ArchivesBucket=VALUE",
    )


def test_on_the_local_platform_a_metric_of_aws_need_not_be_there_and_one_of_the_services_own_must() -> None:
    for metric in (DENSE, TRAFFIC, SPARSE, OF_AN_OPERATION, a_metric("CloudWatchSynthetics", "Failed", CanaryName="c")):
        found = finding(metric, NOTHING, is_local=True)
        assert (found.state, found.said) == (
            State.NORMAL, "not published; the local platform has not all of AWS's metrics",
        )  # fmt: skip
    own = finding(PASSED, NOTHING, is_local=True)
    assert (own.state, own.said) == (
        State.MISSING, "not published since the platform is up, nor anything of its name",
    )  # fmt: skip
    assert finding(PASSED, listed(PASSED), is_local=True).said == "published since the platform is up"


def test_a_finding_says_what_kind_of_metric_it_is_and_who_looks_at_it() -> None:
    own, seen = own_metrics(), watched(SPARSE, panels=("overview: Tables",))
    found = judged(seen, NOTHING, own=own, where=WHERE, line=7)
    assert (found.metric, found.kind, found.region, found.line) == (SPARSE, DatapointKind.SPARSE, REGION, 7)
    assert (found.alarms, found.panels) == (("orders-production-a",), ("overview: Tables",))
    unknown = judged(watched(a_metric("Another", "M")), NOTHING, own=None, where=WHERE, line=None)
    assert unknown.kind is DatapointKind.UNKNOWN
    assert unknown.finding.state is State.MISSING


def test_one_listing_is_of_a_region_a_namespace_and_a_name() -> None:
    bill = a_metric("AWS/Billing", "EstimatedCharges", Currency="USD")
    seen = tuple(map(watched, (FAILED, PASSED, DENSE, bill, open_metric())))
    found = lookups(seen, REGION)
    assert {key: [each.metric for each in members] for key, members in found.items()} == {
        (REGION, "Orders", "Finished"): [FAILED, PASSED],
        (REGION, "AWS/SQS", "NumberOfMessagesSent"): [DENSE],
        ("us-east-1", "AWS/Billing", "EstimatedCharges"): [bill],
    }
    assert key_of(watched(bill), REGION) == ("us-east-1", "AWS/Billing", "EstimatedCharges")


def test_a_listing_is_narrowed_by_the_dimensions_that_all_have() -> None:
    assert shared_dimensions((watched(FAILED), watched(PASSED))) == (("Stage", "production"),)
    assert shared_dimensions((watched(PASSED),)) == (("Outcome", "passed"), ("Stage", "production"))
    others = a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="other")
    assert shared_dimensions((watched(DENSE), watched(others))) == ()
    many = Metric(namespace="N", name="m", dimensions=tuple((f"D{number:02}", "x") for number in range(12)))
    assert len(shared_dimensions((watched(many),))) == 10
