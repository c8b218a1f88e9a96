"""What an objective cannot mean is a problem, and what it hardly means is a warning."""

from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.slo.reader import ReadObjectives, check_objectives

SERVICE = "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\nspec: {}\n"
LAMBDA = "namespace: AWS/Lambda, dimensions: {FunctionName: pay}"


def metric(name: str, spec: str = LAMBDA) -> str:
    return f"{{metricSource: {{type: CloudWatch, spec: {{{spec}, metricName: {name}}}}}}}"


def traces(text: str) -> str:
    return f"{{metricSource: {{type: XRay, spec: {{filter: '{text}'}}}}}}"


def slo(indicator: str, target: str = "target: 0.99", texts: str = "", title: str = "Pay") -> str:
    return f"""---
apiVersion: openslo/v1
kind: SLO
metadata: {{name: pay, displayName: {title}}}
spec:
  service: shop
  description: '{texts}'
  indicator:
    metadata: {{name: pay}}
    spec: {{{indicator}}}
  timeWindow: [{{duration: 28d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{{target}}}]
"""


def ratio(bad: str, total: str) -> str:
    return f"ratioMetric: {{counter: true, bad: {bad}, total: {total}}}"


def threshold(name: str = "Duration") -> str:
    return f"thresholdMetric: {metric(name)}"


def read(directory: Path, *documents: str) -> ReadObjectives:
    file = directory / "objectives.yaml"
    file.write_text(SERVICE + "".join(documents))
    return check_objectives(file, stage="production")


def warnings(directory: Path, *documents: str) -> list[str]:
    return [f"{each.key}: {each.said}" for each in read(directory, *documents).warnings]


def problem(directory: Path, *documents: str) -> str:
    with pytest.raises(InputError) as refused:
        read(directory, *documents)
    (found,) = refused.value.problems
    return found.partition(": pay: ")[2]


def test_what_counts_all_events_is_not_the_bad_part_of_others(tmp_path: Path) -> None:
    assert problem(tmp_path, slo(ratio(metric("Invocations"), metric("Errors")))) == (
        "spec.indicator.spec.ratioMetric.bad.metricSource.spec.metricName: Invocations counts all events, and Errors some of "
        "them; exchange bad and total"
    )


@pytest.mark.parametrize(
    ("bad", "total", "part"), [("Duration", "Invocations", "bad"), ("Errors", "Duration", "total")]
)
def test_the_sum_of_milliseconds_counts_no_events(bad: str, total: str, part: str, tmp_path: Path) -> None:
    assert problem(tmp_path, slo(ratio(metric(bad), metric(total)))) == (
        f"spec.indicator.spec.ratioMetric.{part}.metricSource.spec.metricName: Duration is in Milliseconds: its sum counts no "
        "events; name a metric in Count"
    )


def test_bad_events_of_another_function_are_a_warning(tmp_path: Path) -> None:
    other = "namespace: AWS/Lambda, dimensions: {FunctionName: refund}"
    assert warnings(tmp_path, slo(ratio(metric("Errors", other), metric("Invocations")))) == [
        "spec.indicator.spec.ratioMetric.bad.metricSource.spec.dimensions: total is of FunctionName pay, and bad is not: are all "
        "bad events among those of total?"
    ]
    assert warnings(tmp_path, slo(ratio(metric("Errors"), metric("Invocations")))) == []


def test_bad_traces_of_which_nothing_shows_that_total_has_them_are_a_warning(tmp_path: Path) -> None:
    bad = traces("http.status = 500")
    (warning,) = warnings(tmp_path, slo(ratio(bad, traces('service("pay")'))))
    assert warning.endswith("are all of its traces among those of total? Begin it with the filter of total")
    assert warnings(tmp_path, slo(ratio(traces('service("pay") AND fault'), traces('service("pay")')))) == []


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        (
            "under 2 s",
            "2",
            "Duration is in Milliseconds, so this is 2 ms, and the text says otherwise; did you mean 2000?",
        ),
        (
            "under 2 ms",
            "2000",
            "Duration is in Milliseconds, so this is 2000 ms, and the text says otherwise; did you mean 2?",
        ),
    ],
)
def test_a_threshold_in_another_unit_than_its_text_is_a_problem(
    text: str, value: str, said: str, tmp_path: Path
) -> None:
    document = slo(threshold(), f"op: lt, value: {value}, target: 0.99", texts=text)
    assert problem(tmp_path, document) == f"spec.objectives.value: {said}"


def test_few_milliseconds_without_a_text_are_a_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, slo(threshold(), "op: lt, value: 3, target: 0.99")) == [
        "spec.objectives.value: Duration is in Milliseconds, so this is 3 ms; for seconds write 3000"
    ]
    assert warnings(tmp_path, slo(threshold(), "op: lt, value: 30, target: 0.99")) == []


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("Pay in 3 s", "", "displayName: says '3 s', and the threshold is 2,000 ms; mend one of the two"),
        (
            "Pay",
            "within three seconds",
            "description: says 'three seconds', and the threshold is 2,000 ms; mend one of the two",
        ),
        ("Pay", "99.9 % in 2 s", "description: says '99.9 %', and the target is 99 %; mend one of the two"),
    ],
)
def test_a_text_that_names_another_number_is_a_warning(title: str, text: str, said: str, tmp_path: Path) -> None:
    (warning,) = warnings(tmp_path, slo(threshold(), "op: lt, value: 2000, target: 0.99", text, title))
    assert warning.endswith(said)


@pytest.mark.parametrize("text", ["99 % in 2 s", "1 % may be slower than 2,000 ms over 28 days", "two seconds", ""])
def test_a_text_that_names_the_threshold_the_target_and_the_window_is_well(text: str, tmp_path: Path) -> None:
    assert warnings(tmp_path, slo(threshold(), "op: lt, value: 2000, target: 0.99", text)) == []


def test_money_in_a_text_is_that_of_the_limit(tmp_path: Path) -> None:
    cost = """---
apiVersion: t-developer/v1
kind: CostObjective
metadata: {name: cost, displayName: Less than $400}
spec: {service: shop, limitUsd: 500}
"""
    assert warnings(tmp_path, cost) == ["metadata.displayName: says '$400', and limitUsd is 500; mend one of the two"]
    assert warnings(tmp_path, cost.replace("$400", "$500")) == []
