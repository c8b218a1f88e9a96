"""Canaries: a runtime that is known and not deprecated, and a stated retention of what they find."""

from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from canaries.definitions import read_canaries
from canaries.runtimes import problem_of_runtime
from infra.service import T_DEVELOPER

_RETENTION = ("SuccessRetentionPeriod", "FailureRetentionPeriod")
_MOST_DAYS = 1024


class CanaryRuntime(CloudFormationLintRule):
    """A canary's runtime is known, and not deprecated."""

    id = "E9101"
    shortdesc = "A canary's runtime is known and not deprecated"
    description = "The runtimes of tdeveloper/canaries.yaml; sre canaries list --region asks AWS"
    tags = ["synthetics"]  # noqa: RUF012 - what the class above declares

    def match(self, cfn: Template) -> list[RuleMatch]:
        """What is wrong with each canary's runtime."""
        known = read_canaries(T_DEVELOPER.canaries).runtimes
        found: list[RuleMatch] = []
        for name, properties in _canaries(cfn):
            runtime = str(properties.get("RuntimeVersion", ""))
            kind = "syn-nodejs-" if "BlueprintTypes" in properties.get("Code", {}) else "syn-python-"
            if problem := problem_of_runtime(runtime, known, kind=kind):
                found.append(
                    RuleMatch(["Resources", name, "Properties", "RuntimeVersion"], f"RuntimeVersion: {problem}")
                )
        return found


class CanaryRetention(CloudFormationLintRule):
    """What a canary finds is kept for a stated time."""

    id = "E9102"
    shortdesc = "A canary says how long its results are kept"
    description = "Without a retention Synthetics chooses one"
    tags = ["synthetics"]  # noqa: RUF012 - what the class above declares

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Each canary without a retention, or with one that Synthetics would refuse."""
        return [
            RuleMatch(
                ["Resources", name, "Properties"], f"{key}: 1 to {_MOST_DAYS} days, and it is {properties.get(key)}"
            )
            for name, properties in _canaries(cfn)
            for key in _RETENTION
            if not (isinstance(days := properties.get(key), int) and 1 <= days <= _MOST_DAYS)
        ]


def _canaries(cfn: Template) -> list[tuple[str, dict[str, Any]]]:
    resources: dict[str, Any] = cfn.get_resources("AWS::Synthetics::Canary")
    return [(name, each.get("Properties", {})) for name, each in resources.items()]
