"""A slip in a file of a service is one problem, at its line, with what was meant."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from foundation.files.problem import Problem
from tests.sre.jobs.objectives.slips import found_in, with_edit

METRIC = "spec.indicator.spec.thresholdMetric.metricSource.spec"
BAD = "spec.indicator.spec.ratioMetric.bad.metricSource.spec"


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What somebody wrote instead of what, and what must then be said at which line."""

    kind: str
    old: str
    new: str
    said: str
    file: str = "objectives"
    nth: int = 0

    at: str = ""

    @property
    def mark(self) -> str:
        """What stands in the line of the problem."""
        return self.at or self.new.splitlines()[0]


TEN = (
    Slip(kind="metric", old="metricName: Latency", new="metricName: Latencies",
         said=f"api-latency: {METRIC}.metricName: AWS/ApiGateway has no metric 'Latencies'; did you mean Latency?"),
    Slip(kind="namespace", old="namespace: AWS/ApiGateway", new="namespace: AWS/APIGateway",
         said=f"api-latency: {METRIC}.namespace: there is no namespace 'AWS/APIGateway'; did you mean AWS/ApiGateway?"),
    Slip(kind="dimension", old="ApiName: t-dev", new="APINames: t-dev",
         said=f"api-latency: {METRIC}.dimensions.APINames: Latency has no dimension 'APINames'; did you mean ApiName?"),
    Slip(kind="placeholder", old="Stage: ${stage}", new="Stage: ${stge}",
         said=f"api-latency: {METRIC}.dimensions.Stage: ${{stge}} is not known; did you mean stage?"),
    Slip(kind="target", old="targetPercent: 99.9\n", new="targetPercent: 0.999\n",
         said="api-errors: spec.objectives.targetPercent: a target of 0.999 % lets 99.001 % fail; did you mean 99.9?"),
    Slip(kind="sign", old="value: 1000", new="value: -1000",
         said="api-latency: spec.objectives.value: must be at least 0, not '-1000'; did you mean 1000?"),
    Slip(kind="key", old="targetPercent: 99\n", new="targetpercent: 99\n",
         said="api-latency: spec.objectives.targetpercent: unknown key; did you mean targetPercent?"),
    Slip(kind="unit", old="- op: lt\n      value: 1000", new="- displayName: under 1,000 ms\n      op: lt\n      value: 1",
         at="value: 1",
         said="api-latency: spec.objectives.value: Latency is in Milliseconds, so this is 1 ms, and the text says otherwise; "
              "did you mean 1000?"),
    Slip(kind="filter", old="{ fault = true }", new="{ falt = true }",
         said=f"api-errors: {BAD}.filter: X-Ray has no keyword 'falt'; did you mean fault?"),
    Slip(kind="name", old="CanaryName: t-developer-${stage}-api", new="CanaryName: t-developer-${stage}-apy",
         said=f"availability: {METRIC}.dimensions.CanaryName: there is no canary 't-developer-production-apy'; "
              "did you mean t-developer-production-api?"),
)  # fmt: skip
MORE = (
    Slip(kind="name of a service", old="service: t-developer", new="service: t-develper",
         said="api-latency: spec.service: no document of kind Service is named 't-develper'; did you mean t-developer?"),
    Slip(kind="name of a source", old="metricSourceRef: cloudwatch", new="metricSourceRef: cloudwath",
         said="api-latency: spec.indicator.spec.thresholdMetric.metricSource.metricSourceRef: no document of kind DataSource is "
              "named 'cloudwath'; did you mean cloudwatch?"),
    Slip(kind="name of the API", old="ApiName: t-developer-", new="ApiName: t-develper-",
         said=f"api-latency: {METRIC}.dimensions.ApiName: t-developer has no 't-develper-production'; "
              "did you mean t-developer-production?"),
    Slip(kind="capitals in a name", old="name: api-errors", new="name: API_errors",
         said="metadata.name: 'API_errors' must be small letters, digits and -, at most 63; did you mean api-errors?"),
    Slip(kind="method", old="budgetingMethod: Occurrences", new="budgetingMethod: Occurences",
         said="api-latency: spec.budgetingMethod: must be Occurrences or Timeslices, not 'Occurences'; did you mean "
              "Occurrences?"),
    Slip(kind="kind", old="kind: SLO", new="kind: Slo",
         said="api-latency: kind: must be Service, DataSource, SLO or CostObjective, not 'Slo'; did you mean SLO?"),
    Slip(kind="type", old="type: XRay", new="type: X-Ray",
         said="api-errors: spec.indicator.spec.ratioMetric.bad.metricSource.type: must be one of CloudWatch, XRay, "
              "CloudFormation, not 'X-Ray'; did you mean XRay?"),
    Slip(kind="duration", old="duration: 28d", new="duration: 28 days",
         said="api-latency: spec.timeWindow.duration: '28 days' is no duration; did you mean 28d?"),
    Slip(kind="direction", old="op: lt", new="op: gt",
         said="api-latency: spec.objectives.op: with gt the samples of Latency that take longest are the good ones; "
              "did you mean lt?"),
    Slip(kind="direction of success", old="op: gte", new="op: lte", at="value: 100",
         said="availability: spec.objectives.value: every sample is at most 100 %, so that all are good; write a value below it, "
              "or lt"),
    Slip(kind="percent", old="value: 100\n", new="value: 1\n",
         said="availability: spec.objectives.value: SuccessPercent is in percent, and 1 is next to none; did you mean 100?"),
    Slip(kind="a dot too few", old="targetPercent: 99.9\n", new="targetPercent: 999\n",
         said="api-errors: spec.objectives.targetPercent: must be at most 100, not '999'; did you mean 99.9?"),
    Slip(kind="percent as a ratio", old="targetPercent: 99.9\n", new="target: 99.9\n",
         said="api-errors: spec.objectives.target: must be at most 1, not '99.9'; did you mean targetPercent: 99.9, or 0.999?"),
    Slip(kind="another metric's dimension", old="CanaryName:", new="Canary:",
         said=f"availability: {METRIC}.dimensions.Canary: SuccessPercent has no dimension 'Canary'; did you mean CanaryName?"),
    Slip(kind="half of the dimensions", old="ApiName: t-developer-${stage}\n              Stage", new="Stage", at="dimensions:",
         said=f"api-latency: {METRIC}.dimensions: Latency is not published with Stage alone; it has the dimensions ApiId; "
              "or ApiId, Method, Resource, Stage; or ApiId, Stage; or ApiName; or ApiName, Method, Resource, Stage; "
              "or ApiName, Stage"),
    Slip(kind="value in a filter", old="{ fault = true }", new="{ fault = tru }",
         said=f"api-errors: {BAD}.filter: X-Ray has no keyword 'tru'; did you mean true?"),
    Slip(kind="brace in a filter", old="{ fault = true }", new="{ fault = true",
         said=f"api-errors: {BAD}.filter: 'service(\"t-developer-production/production\") {{ fault = true' is no "
              f"filter of traces "
              "that is known here: ends too early"),
    Slip(kind="service in a filter", old='service("t-developer-', new='service("t-develper-',
         said=f"api-errors: {BAD}.filter: its traces are of the service 't-develper-production/production', and those "
              f"of total of "
              "'t-developer-production/production'; name one of them"),
    Slip(kind="node of a filter", old="service(", new="servce(",
         said=f"api-errors: {BAD}.filter: X-Ray has no keyword 'servce'; did you mean service?"),
    Slip(kind="key of money", old="limitUsd", new="limitUSD",
         said="monthly-cost: spec.limitUSD: unknown key; did you mean limitUsd?"),
    Slip(kind="name of a pair", old="exclude: {}", new="exclude: {api-errors: [fats]}", file="burn_rate",
         said="workbook: spec.exclude.api-errors: there is no pair 'fats'; did you mean fast?"),
    Slip(kind="name of an objective", old="exclude: {}", new="exclude: {api-erors: [fast]}", file="burn_rate",
         said="workbook: spec.exclude.api-erors: there is no objective 'api-erors' with an error budget; did you mean "
              "api-errors?"),
    Slip(kind="severity", old="severity: page", new="severity: pages", file="burn_rate",
         said="workbook: fast: severity: must be page or ticket, not 'pages'; did you mean page?"),
    Slip(kind="placeholder in the policy", old="name: workbook", new="name: workbook-${stage}", file="burn_rate",
         said="metadata.name: ${stage} is not known; nothing is filled in here"),
    Slip(kind="key of a canary", old="everyMinutes", new="everyMinute", file="canaries",
         said="canaries.api.everyMinute: unknown key; did you mean everyMinutes?"),
    Slip(kind="handler of a canary", old="  progress:", new="  progres:", file="canaries",
         said="canaries.progres: it has no steps, and there is no handler canaries/progres.py; did you mean progress?"),
    Slip(kind="placeholder of a canary", old="about: health", new="about: ${stage} health", file="canaries",
         said="canaries.api.about: ${stage} is not known; nothing is filled in here"),
    Slip(kind="flow", old="{health: 5", new="{helth: 5", file="load_profiles",
         said="smoke.arrivals_per_second.helth: there is no such flow in flows.yaml; did you mean health?"),
    Slip(kind="placeholder of a profile", old="description: does", new="description: ${service} does", file="load_profiles",
         said="smoke.description: ${service} is not known; nothing is filled in here"),
)  # fmt: skip


@pytest.mark.parametrize("slip", [*TEN, *MORE], ids=lambda slip: slip.kind)
def test_a_slip_is_one_problem_at_its_line_with_what_was_meant(slip: Slip, tmp_path: Path) -> None:
    files = with_edit(tmp_path, slip.old, slip.new, file=slip.file, nth=slip.nth)
    (problem,) = found_in(files).problems
    assert isinstance(problem, Problem)
    assert problem == f"{getattr(files, slip.file)}:{problem.line}: {slip.said}"
    assert slip.mark in getattr(files, slip.file).read_text().splitlines()[problem.line - 1]
