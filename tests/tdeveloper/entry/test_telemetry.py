"""EMF lines carry exactly what the catalogue says, and the bridge reads them back."""

import json

import pytest

import tdeveloper.entry.telemetry as telemetry
import tdeveloper.metrics as catalogue
from sre.local.emf import read_emf


def test_a_line_has_the_catalogues_name_unit_and_dimensions_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.emit(catalogue.GATE_DURATION, 12.5, dimensions={"Stage": "local", "Gate": "security"})
    line = json.loads(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "TDeveloper"
    assert [set(dimensions) for dimensions in directive["Dimensions"]] == [{"Stage", "Gate"}]
    assert directive["Metrics"] == [{"Name": "GateDuration", "Unit": "Milliseconds"}]
    assert line["GateDuration"] == 12.5


def test_a_dimension_that_the_catalogue_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="GateDuration has the dimensions"):
        telemetry.emit(catalogue.GATE_DURATION, 1, dimensions={"Stage": "local"})


def test_the_bridge_reads_back_what_was_emitted(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.emit(
        catalogue.GATE_FINDINGS, [3, 4], dimensions={"Stage": "local", "Gate": "security", "Severity": "LOW"}
    )
    ((namespace, datum),) = read_emf(capsys.readouterr().out)
    assert namespace == "TDeveloper"
    assert datum["MetricName"] == "GateFindings"
    assert datum["Values"] == [3.0, 4.0]
    assert datum["Unit"] == "Count"
    assert {d["Name"]: d["Value"] for d in datum["Dimensions"]} == {
        "Stage": "local",
        "Gate": "security",
        "Severity": "LOW",
    }


@pytest.mark.parametrize(
    "text", ["", "START RequestId: 1", '{"status": 200}', '{"_aws": 1}', '{"_aws": {"Timestamp": "x"}}', '"_aws']
)
def test_other_log_lines_make_no_metric(text: str) -> None:
    assert read_emf(text) == []


def test_the_names_in_the_catalogue_are_unique() -> None:
    assert len({metric.name for metric in catalogue.EMITTED}) == len(catalogue.EMITTED)
