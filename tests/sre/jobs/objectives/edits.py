"""Edits of T-Developer's files: forty that make something blind, and forty that do not."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One edit: in a file, the nth `old` becomes `new`."""

    what: str
    old: str
    new: str
    file: str = "objectives"
    nth: int = 0


def _policy(what: str, old: str, new: str, nth: int = 0) -> Edit:
    return Edit(what=what, old=old, new=new, file="burn_rate", nth=nth)


def _canary(what: str, old: str, new: str, nth: int = 0) -> Edit:
    return Edit(what=what, old=old, new=new, file="canaries", nth=nth)


def _load(what: str, old: str, new: str, nth: int = 0) -> Edit:
    return Edit(what=what, old=old, new=new, file="load_profiles", nth=nth)


def _objectives(what: str, old: str, new: str, nth: int = 0) -> Edit:
    return Edit(what=what, old=old, new=new, nth=nth)


EVERY_FILE = ("objectives", "burn_rate", "canaries", "load_profiles")
FAULT = "{ fault = true }"
NOTIFY = "\n  notify: [{severity: page, email: a@example.com}, {severity: ticket, email: b@example.com}]\n"
LATENCY = "namespace: AWS/ApiGateway\n            metricName: Latency"
CANARY_SPEC = "namespace: CloudWatchSynthetics\n            metricName: SuccessPercent"
BLIND = (
    _objectives("another metric of the same API", "metricName: Latency\n            dim", "metricName: IntegrationLatency\n            dim"),
    _objectives("a metric of the cache", "metricName: Latency\n            dim", "metricName: CacheHitCount\n            dim"),
    _objectives("all stages but one's name", "Stage: ${stage}", "Stage: production"),
    _objectives("the API of one stage", "ApiName: t-developer-${stage}", "ApiName: t-developer-production"),
    _objectives("another team's API", "ApiName: t-developer-${stage}", "ApiName: checkout-${stage}"),
    _objectives("an API of a name without a stage", "ApiName: t-developer-${stage}", "ApiName: gateway"),
    _objectives("one route of the API", "Stage: ${stage}\n  timeWindow", "Stage: ${stage}\n              Resource: /health\n              Method: GET\n  timeWindow"),
    _objectives("functions instead of the API", LATENCY + "\n            dimensions:\n              ApiName: t-developer-${stage}\n              Stage: ${stage}",
                "namespace: AWS/Lambda\n            metricName: Duration\n            dimensions:\n              FunctionName: t-developer-${stage}-api"),
    _objectives("a threshold that API Gateway never reaches", "value: 1000", "value: 100000"),
    _objectives("ten times the threshold", "value: 1000", "value: 10000"),
    _objectives("a turn of agents of a day", "value: 60000", "value: 86400000"),
    _objectives("faults with a status that no answer has", FAULT, "{ fault = true AND http.status = 599 }"),
    _objectives("errors of clients instead of faults", FAULT, "{ error = true }"),
    _objectives("faults that are no faults", FAULT, "{ fault = true AND NOT fault = true }"),
    _objectives("slow faults only", FAULT, "{ fault = true AND responsetime > 5 }"),
    _objectives("traces of one stage", 'service("t-developer-${stage}/${stage}") {', 'service("t-developer-production/production") {'),
    _objectives("faults of one method", FAULT, '{ fault = true AND http.method = "DELETE" }'),
    _objectives("a target of which little is left", "targetPercent: 99.9\n", "targetPercent: 98\n"),
    _objectives("a target that pages for an outage only", "targetPercent: 99\n", "targetPercent: 96\n"),
    _objectives("stacks of one stage", "stackNamePrefix: t-developer-${stage}", "stackNamePrefix: t-developer-production"),
    _objectives("deployments by a share", "targetPercent: 100\n", "targetPercent: 99\n"),
    _objectives("ten times the money", "limitUsd: 500", "limitUsd: 5000"),
    _objectives("a canary of another path", "CanaryName: t-developer-${stage}-api", "CanaryName: t-developer-${stage}-progress"),
    _objectives("a canary of one stage", "CanaryName: t-developer-${stage}-api", "CanaryName: t-developer-production-api"),
    _objectives("half a success is one", "value: 100\n", "value: 10\n"),
    _objectives("minutes without a run", "timeSliceWindow: 5m", "timeSliceWindow: 1m"),
    _objectives("agents of one model", "metricName: TimeToFirstToken", "metricName: TimeToFirstToken\n                dimensions: {ModelId: anthropic.claude}"),
    _objectives("invocations instead of first tokens", "metricName: TimeToFirstToken", "metricName: InvocationLatency"),
    _policy("no fast pair of one objective", "exclude: {}", "exclude: {api-errors: [fast]}"),
    _policy("no word of silence", "exclude: {}", "exclude: {api-latency: [no-data]}"),
    _policy("no ticket for few failures", "exclude: {}", "exclude: {agent-turn: [low-traffic]}"),
    _policy("a pair less", "    - {name: medium, severity: page, budgetPercent: 5, longWindow: 6h, shortWindow: 30m}\n", ""),
    _policy("a page becomes a ticket", "name: fast, severity: page", "name: fast, severity: ticket"),
    _policy("all pages become tickets", "name: medium, severity: page", "name: medium, severity: ticket"),
    _policy("five hundred failures are nothing", "toleratedFailures: 1\n", "toleratedFailures: 500\n"),
    _policy("a thousand failures are few", "lowTrafficFailures: 3", "lowTrafficFailures: 1000"),
    _canary("a canary less", "  certificate:\n    about: the name resolves and the certificate proves the host for weeks to come\n    everyMinutes: 15\n    timeoutSeconds: 60\n    memoryMib: 960\n    retries: 2\n", ""),
    _canary("a canary that runs once an hour", "everyMinutes: 5", "everyMinutes: 60"),
    _canary("a canary too seldom for its alarm", "everyMinutes: 15", "everyMinutes: 60"),
    _load("no agents are loaded", "arrivals_per_second: {agent: 5}", "arrivals_per_second: {health: 5}"),
    _load("the profile of agents is gone", "agent:\n  description: agent turns over server-sent events, with the time to the first token.\n  warm_up_seconds: 10\n  duration_seconds: 120\n  arrivals_per_second: {agent: 5}\n", ""),
    _objectives("silence of the API in one of its parts", "targetPercent: 95\n        indicator:\n        metadata", "targetPercent: 95\n        indicator:\n        metadata") if False else
    _objectives("bad ones by another metric", LATENCY, LATENCY.replace("Latency", "4XXError")),
)  # fmt: skip
SAFE = (
    _objectives("a title", "displayName: API answers in under a second", "displayName: API latency"),
    _objectives("a description", "description: Share of API requests answered in under 1,000 ms.", "description: Share of fast requests."),
    _objectives("a lower threshold", "value: 1000", "value: 800"),
    _objectives("a higher threshold", "value: 1000", "value: 1500"),
    _objectives("a threshold included", "op: lt", "op: lte"),
    _objectives("a tighter target", "targetPercent: 99\n", "targetPercent: 99.5\n"),
    _objectives("a looser target", "targetPercent: 99.9\n", "targetPercent: 99.5\n"),
    _objectives("a target as a ratio", "targetPercent: 99.9\n", "target: 0.999\n"),
    _objectives("a longer window", "duration: 28d", "duration: 30d"),
    _objectives("a shorter window", "duration: 28d", "duration: 14d"),
    _objectives("a window in weeks", "duration: 28d", "duration: 4w"),
    _objectives("a comment", "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: api-errors", "# errors\napiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: api-errors"),
    _objectives("quotes", "metricName: Latency\n            dim", 'metricName: "Latency"\n            dim'),
    _objectives("the order of keys", "ApiName: t-developer-${stage}\n              Stage: ${stage}", "Stage: ${stage}\n              ApiName: t-developer-${stage}"),
    _objectives("the service by its placeholder", "ApiName: t-developer-${stage}", "ApiName: ${service}-${stage}"),
    _objectives("all stages of the API", "              Stage: ${stage}\n  timeWindow", "  timeWindow"),
    _objectives("blanks in a filter", FAULT, "{fault=true}"),
    _objectives("a filter in other words", FAULT, "{ fault }"),
    _objectives("a fault behind the service", 'service("t-developer-${stage}/${stage}") { fault = true }', 'service("t-developer-${stage}/${stage}") AND fault = true'),
    _objectives("more money", "limitUsd: 500", "limitUsd: 600"),
    _objectives("less money", "limitUsd: 500", "limitUsd: 400"),
    _objectives("another name of an indicator", "name: api-request-latency", "name: latency-of-requests"),
    _objectives("another name of a part", "name: agent-first-token", "name: first-token"),
    _objectives("another name of an objective", "name: api-latency", "name: latency"),
    _objectives("another name of one that counts traces", "name: api-errors", "name: faults"),
    _objectives("no source named", "          metricSourceRef: cloudwatch\n          type: CloudWatch\n          spec:\n            namespace: AWS/ApiGateway", "          type: CloudWatch\n          spec:\n            namespace: AWS/ApiGateway"),
    _objectives("the service's own metrics of faults", """        bad:
          metricSource:
            type: XRay
            spec:
              filter: service("t-developer-${stage}/${stage}") { fault = true }
        total:
          metricSource:
            type: XRay
            spec:
              filter: service("t-developer-${stage}/${stage}")
""", """        bad: {metricSource: {type: CloudWatch, spec: {namespace: AWS/ApiGateway, metricName: 5XXError,
          dimensions: {ApiName: "t-developer-${stage}", Stage: "${stage}"}}}}
        total: {metricSource: {type: CloudWatch, spec: {namespace: AWS/ApiGateway, metricName: Count,
          dimensions: {ApiName: "t-developer-${stage}", Stage: "${stage}"}}}}
"""),
    _objectives("one objective more", "---\napiVersion: t-developer/v1\nkind: CostObjective", """---
apiVersion: openslo/v1
kind: SLO
metadata: {name: queue-age}
spec:
  service: t-developer
  indicator:
    metadata: {name: age}
    spec: {thresholdMetric: {metricSource: {type: CloudWatch, spec: {namespace: AWS/SQS, metricName: ApproximateAgeOfOldestMessage,
      dimensions: {QueueName: "t-developer-${stage}-jobs"}}}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{op: lt, value: 300, targetPercent: 99}]
---
apiVersion: t-developer/v1
kind: CostObjective"""),
    _objectives("a longer slice", "timeSliceWindow: 5m", "timeSliceWindow: 10m"),
    _objectives("a looser availability", "targetPercent: 99.9\n      timeSliceTarget", "targetPercent: 99.5\n      timeSliceTarget"),
    _policy("a pair of another name", "name: trickle", "name: slowest"),
    _policy("a little more of the budget", "budgetPercent: 2,", "budgetPercent: 3,"),
    _policy("a longer window of a pair", "longWindow: 1h, shortWindow: 5m", "longWindow: 90m, shortWindow: 5m"),
    _policy("another short window", "longWindow: 6h, shortWindow: 30m", "longWindow: 6h, shortWindow: 20m"),
    _policy("a longer wait", "suppressionWait: 2m", "suppressionWait: 5m"),
    _policy("two failures tolerated", "toleratedFailures: 1\n", "toleratedFailures: 2\n"),
    _policy("five failures are few", "lowTrafficFailures: 3", "lowTrafficFailures: 5"),
    _policy("a ticket becomes a page", "name: slow, severity: ticket", "name: slow, severity: page"),
    _policy("subscribers", "  exclude: {}", "  exclude: {}" + NOTIFY),
    _canary("a canary more often", "everyMinutes: 15", "everyMinutes: 10"),
    _canary("a longer time for a canary", "timeoutSeconds: 60", "timeoutSeconds: 90"),
    _canary("fewer retries", "retries: 2", "retries: 1"),
    _canary("results for longer", "successDays: 31", "successDays: 62"),
    _load("more load", "arrivals_per_second: {health: 12, status: 32, pipeline: 0.4}", "arrivals_per_second: {health: 24, status: 32, pipeline: 0.4}"),
    _load("one flow less of several", "arrivals_per_second: {health: 5, status: 10, pipeline: 0.5}", "arrivals_per_second: {health: 5, status: 10}"),
    _load("another profile less", "progress:\n  description: WebSocket clients that submit a pipeline and follow it message by message.\n  warm_up_seconds: 10\n  duration_seconds: 120\n  arrivals_per_second: {health: 1, progress: 0.5}\n", ""),
)  # fmt: skip
