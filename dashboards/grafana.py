# pyright: reportCallIssue=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportArgumentType=false, reportUntypedClassDecorator=false
# pyright: reportMissingTypeStubs=false, reportUntypedBaseClass=false, reportIncompatibleMethodOverride=false
"""A dashboard as Grafana's JSON, through grafanalib, with what that library leaves out of CloudWatch's targets.

Without `metricQueryType` and `metricEditorMode` a current Grafana shows no data, and below schema 42 its migration would turn a
percentile into an average: https://github.com/grafana/grafana/issues/118482. So every target is written whole.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, assert_never

import attr
from grafanalib.core import Annotations, DashboardLink, GridPos, Target, Template, Templating, Text, Time, TimeSeries
from grafanalib.core import Dashboard as GrafanaDashboard
from grafanalib.core import Logs as GrafanaLogs

from dashboards.grafana_variables import with_variables
from dashboards.model import AlarmsPanel, Dashboard, GraphPanel, LogsPanel, PlacedPanel, TextPanel
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import parts_of
from foundation.errors import InputError
from foundation.pages import escapes
from foundation.service.panels import Unit

SCHEMA_VERSION = 42
_SOURCE: Mapping[str, str] = MappingProxyType({"type": "cloudwatch", "uid": "${ds}"})
_UNITS: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.COUNT: "short",
        Unit.MILLISECONDS: "ms",
        Unit.PERCENT: "percent",
        Unit.BYTES: "bytes",
        Unit.USD: "currencyUSD",
        Unit.TIMES: "none",
        Unit.SECONDS: "s",
        Unit.MICROSECONDS: "µs",
        Unit.MEGABYTES: "decmbytes",
        Unit.COUNT_PER_SECOND: "cps",
        Unit.BYTES_PER_SECOND: "Bps",
        Unit.GB_HOURS: "none",
        Unit.VCPU_HOURS: "none",
        Unit.OWN: "none",
    }
)
# Keys that grafanalib writes and schema 42 no longer knows.
_FORGOTTEN = frozenset(
    {"__inputs", "editable", "error", "hideControls", "rows", "sharedCrosshair", "style", "time_options", "useTags"}
)
# A row of CloudWatch's grid is about one and a half of Grafana's.
_HEIGHT_RATIO = 1.5


@attr.s(kw_only=True)
class CloudWatchTarget(Target):
    """One query of a panel, as Grafana's CloudWatch data source wants it today."""

    query: Query = attr.ib()
    region: str = attr.ib()
    period_seconds: int = attr.ib()

    def to_json_data(self) -> dict[str, Any]:
        """The target's JSON; CloudWatch's math is `metricEditorMode` 1, a plain metric 0."""
        shared = {
            "refId": self.refId,
            "id": self.query.id,
            "datasource": dict(_SOURCE),
            "queryMode": "Metrics",
            "metricQueryType": 0,
            "region": self.region,
            "label": escapes.grafana(escapes.cloudwatch_label(self.query.label or "")),
            "hide": not self.query.returns_data,
            "sqlExpression": "",
            "matchExact": True,
            **({} if self.query.account_id is None else {"accountId": self.query.account_id}),
        }
        match self.query.source:
            case MetricStat() as stat:
                return {
                    **shared,
                    "metricEditorMode": 0,
                    "namespace": stat.metric.namespace,
                    "metricName": stat.metric.name,
                    "dimensions": {_exactly(name): [_exactly(value)] for name, value in stat.metric.dimensions},
                    "statistic": stat.statistic,
                    "period": str(stat.period_seconds),
                    "expression": "",
                }
            case MathExpression() as math:
                return {
                    **shared,
                    "metricEditorMode": 1,
                    "namespace": "",
                    "metricName": "",
                    "dimensions": {},
                    "statistic": "",
                    "period": str(math.period_seconds or self.period_seconds),
                    "expression": math.expression,
                }


@attr.s(kw_only=True)
class _LogsTarget(Target):
    panel: LogsPanel = attr.ib()

    def to_json_data(self) -> dict[str, Any]:
        return {
            "refId": "A",
            "id": "logs",
            "datasource": dict(_SOURCE),
            "queryMode": "Logs",
            "region": "$region",
            "expression": self.panel.query,
            # StartQuery's identifiers may be names or ARNs; without cross-account queries Grafana sends the plain names.
            "logGroups": [{"name": group, "arn": group} for group in map(with_variables, self.panel.log_groups)],
            "logGroupNames": [with_variables(group) for group in self.panel.log_groups],
        }


def grafana_json(
    dashboard: Dashboard, *, scope: Scope, variables: Mapping[str, str], alarm_statistics: Sequence[str]
) -> dict[str, Any]:
    """The dashboard's JSON. `variables` are text variables with their values, for what only a deployment knows.

    `alarm_statistics` are those of the alarms that are marked, empty for one of metric math or of a percentile. Raises InputError
    for a metric that Grafana would fill a variable into.
    """
    prefix = scope.prefix
    made = GrafanaDashboard(
        title=escapes.grafana(dashboard.title),
        uid=scope.grafana_uid(dashboard.name),
        schemaVersion=SCHEMA_VERSION,
        timezone="utc",
        refresh="1m",
        time=Time("now-12h", "now"),
        tags=[scope.service, prefix],
        links=[DashboardLink(title="All", asDropdown=True, includeVars=True, tags=[scope.service])],
        annotations=Annotations(
            [
                *(_alarm_annotation(prefix, statistic) for statistic in alarm_statistics),
                *map(_tagged_annotation, ("deployment", "incident")),
            ]
        ),
        templating=Templating([_source_variable(), *(_variable(name, value) for name, value in variables.items())]),
        panels=[_panel(placed, number) for number, placed in enumerate(dashboard.panels, start=1)],
    )
    written = _current(json.loads(json.dumps(made.to_json_data(), default=lambda part: part.to_json_data())))
    for variable in written["templating"]["list"]:
        variable["current"].pop("tags", None)
    return written


def provisioning(directory: str, *, name: str, folder: str) -> dict[str, Any]:
    """The file that makes Grafana load the dashboards of a directory, and show them in a folder."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": name,
                "folder": folder,
                "type": "file",
                "allowUiUpdates": False,
                "options": {"path": directory, "foldersFromFilesStructure": False},
            }
        ],
    }


def data_source(*, region: str, endpoint: str | None) -> dict[str, Any]:
    """The file that gives Grafana its CloudWatch data source; with an endpoint, that of a local platform."""
    options: dict[str, Any] = {"authType": "keys" if endpoint else "default", "defaultRegion": region}
    secrets: dict[str, str] = {}
    if endpoint:
        options["endpoint"] = endpoint
        secrets = {"accessKey": "test", "secretKey": "test"}
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "CloudWatch",
                "type": "cloudwatch",
                "uid": "cloudwatch",
                "isDefault": True,
                "jsonData": options,
                **({"secureJsonData": secrets} if secrets else {}),
            }
        ],
    }


def _current(part: Any) -> Any:
    """Without what grafanalib leaves open and what Grafana has long forgotten; a threshold's first step has no value."""
    match part:
        case dict():
            return {
                key: _current(each)
                for key, each in part.items()
                if key not in _FORGOTTEN and (each is not None or key == "value")
            }
        case list():
            return [_current(each) for each in part]
        case _:
            return part


def _exactly(value: str) -> str:
    """A part of a metric's name, in which a parameter is a variable of the dashboard, and nothing else may be one."""
    for part in parts_of(value):
        if isinstance(part, str) and escapes.grafana(part) != part:
            raise InputError(f"{value!r} is of a metric, and Grafana would take a part of it for a variable; rename it")
    return with_variables(value)


def _panel(placed: PlacedPanel, number: int) -> Any:
    top, bottom = round(placed.y * _HEIGHT_RATIO), round((placed.y + placed.height) * _HEIGHT_RATIO)
    place = GridPos(h=bottom - top, w=placed.width, x=placed.x, y=top)
    match placed.panel:
        case GraphPanel() as panel:
            return _graph(panel, place, number)
        case AlarmsPanel() as panel:
            return Text(title=escapes.grafana(panel.title), gridPos=place, id=number, content=_alarms_text(panel))
        case TextPanel() as panel:
            return Text(
                title=escapes.grafana(panel.title), gridPos=place, id=number, content=escapes.grafana(panel.markdown)
            )
        case LogsPanel() as panel:
            return GrafanaLogs(
                title=escapes.grafana(panel.title),
                gridPos=place,
                id=number,
                dataSource=dict(_SOURCE),
                targets=[_LogsTarget(panel=panel)],
            )
        case _:
            assert_never(placed.panel)


def _graph(panel: GraphPanel, place: GridPos, number: int) -> TimeSeries:
    steps: list[dict[str, Any]] = [{"color": "transparent", "value": None}]
    # Grafana reads them in order, and stops at the first that is higher:
    # https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/field/thresholds.ts
    steps += [{"color": "red", "value": value} for value in sorted({line.value for line in panel.thresholds})]
    lines = "; ".join(line.label for line in panel.thresholds)
    return TimeSeries(
        title=escapes.grafana(panel.title),
        # A description is Markdown.
        description=escapes.grafana(escapes.markdown(lines)) or None,
        gridPos=place,
        id=number,
        dataSource=dict(_SOURCE),
        targets=[
            CloudWatchTarget(
                query=query,
                refId=chr(ord("A") + index) if index < 26 else f"Q{index}",
                region=panel.region or "$region",
                period_seconds=panel.period_seconds,
            )
            for index, query in enumerate(panel.queries)
        ],
        unit=_UNITS[panel.unit],
        axisLabel=panel.unit.value,
        stacking={"mode": "normal" if panel.is_stacked else "none", "group": "A"},
        fillOpacity=20 if panel.is_stacked else 0,
        thresholds=steps,
        thresholdsStyleMode="line" if panel.thresholds else "off",
        timeFrom=_time_from(panel.over) if panel.over else None,
        tooltipMode="multi",
    )


def _alarms_text(panel: AlarmsPanel) -> str:
    """Which alarms there are, and which of them Grafana can mark: its data source lists no composite alarms."""
    marked = [name for name in panel.alarms if name not in panel.composites]
    parts = (
        ("Their changes are marked on every graph.", marked),
        ("Composite alarms, whose changes Grafana's CloudWatch data source does not read.", sorted(panel.composites)),
    )
    return "\n\n".join(f"{said}\n\n" + "\n".join(f"- `{name}`" for name in names) for said, names in parts if names)


def _time_from(length: timedelta) -> str:
    """In one unit, as Grafana reads it: days where it is so many, else minutes."""
    days, rest = divmod(length, timedelta(days=1))
    return f"{length // timedelta(minutes=1)}m" if rest else f"{days}d"


def _source_variable() -> Template:
    return Template(name="ds", label="Data source", query="cloudwatch", type="datasource", default="CloudWatch")


def _variable(name: str, value: str) -> Template:
    return Template(name=name, query=value, default=value, type="textbox")


def _alarm_annotation(prefix: str, statistic: str) -> dict[str, Any]:
    """The changes of the alarms on one statistic. Grafana skips the query without both prefixes, and compares the statistic.

    Every alarm that notifies somebody has an action, and an action is an ARN.
    https://github.com/grafana/grafana/blob/main/public/app/plugins/datasource/cloudwatch/annotationSupport.ts
    https://github.com/grafana/grafana/blob/main/pkg/tsdb/cloudwatch/annotation_query.go (filterAlarms)
    """
    return {
        "name": f"Alarms on {statistic or 'math and percentiles'}",
        "enable": True,
        "iconColor": "red",
        "datasource": dict(_SOURCE),
        "target": {
            "queryMode": "Annotations",
            "region": "$region",
            "namespace": "",
            "statistic": statistic,
            "prefixMatching": True,
            "actionPrefix": "arn:",
            "alarmNamePrefix": f"{prefix}-",
        },
    }


def _tagged_annotation(tag: str) -> dict[str, Any]:
    """What Grafana was told by its annotations API with this tag, by whatever deploys or by hand."""
    return {
        "name": f"{tag.title()}s",
        "enable": True,
        "iconColor": "blue" if tag == "deployment" else "orange",
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "target": {"type": "tags", "tags": [tag], "matchAny": False, "limit": 100},
    }
