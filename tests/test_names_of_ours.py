"""No name that stands in T-Developer's service.yaml stands in the code that serves any service, in whatever spelling.

Such a name would be meaning in code: another service would get T-Developer's parts. What still has one is named here, with why.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from infra.checkout import ROOT
from infra.service import T_DEVELOPER

# The rooms that serve any service. tdeveloper/ and infra/ are T-Developer's own.
ROOMS = ("foundation", "alarms", "canaries", "dashboards", "loadtests", "reports", "sre")
# A word that is AWS's own, too.
_OF_AWS = frozenset({"rest-api"})
_FORMAT = "apiVersion of a file's format, which keeps its name whosever the file is"
_DEFAULT = "whose files are read where no others are named"
_LOAD = (
    "the load test on Fargate, its archive, and the two flows that are no steps (WebSocket, agent) are T-Developer's"
)
_CHECKS = "the handlers beside check.py are T-Developer's: of another service none is packed"
_PLATFORM = "the local platform is T-Developer's own"
EXCUSED = {
    "foundation/cloudwatch/name_limits.py": "an example of a name",
    "foundation/slo/burn_rate_file.py": _FORMAT,
    "foundation/slo/openslo.py": _FORMAT,
    "sre/jobs/init/objectives_yaml.py": _FORMAT,
    "loadtests/": _LOAD,
    "canaries/": _CHECKS,
    "sre/local/": _PLATFORM,
    "sre/jobs/judge/": "it gives the gates their trees: they are of the platform, which is T-Developer's",
    "sre/cli/": _DEFAULT,
    "sre/jobs/load_test/task.py": _LOAD,
    "sre/jobs/weekly_report/handler.py": "the image has the files of T-Developer, for its own report",
}
# In the door a name may only be that of the service which is the default.
_ONLY_THE_DEFAULT = ("sre/cli/", "sre/jobs/weekly_report/")


def names_of_ours() -> frozenset[str]:
    """What stands in the file, but for plain words: labels of several words, metrics, the namespace, the unit of cost."""
    ours = yaml.safe_load(T_DEVELOPER.service.read_text())
    labels = {each["label"] for each in ours["resources"] if "-" in each["label"]}
    metrics = {each["name"] for each in ours["metrics"]}
    return frozenset({ours["service"], ours["metric_namespace"], ours["cost_unit"], *metrics, *labels}) - _OF_AWS


def spelled(name: str) -> re.Pattern[str]:
    """The words of a name one after the other: in camels, with dashes, with underscores, with spaces."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    return re.compile(rf"(?<![a-z]){'[-_ ]?'.join(words)}s?(?![a-z])", re.IGNORECASE)


def found() -> Iterator[tuple[str, str]]:
    """Every file of the rooms with a name of ours, and the name."""
    patterns = {name: spelled(name) for name in sorted(names_of_ours())}
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            text = file.read_text()
            yield from ((str(file.relative_to(ROOT)), name) for name, each in patterns.items() if each.search(text))


def why(file: str) -> str | None:
    return next((reason for place, reason in EXCUSED.items() if file.startswith(place)), None)


def test_no_name_of_ours_stands_in_code_that_serves_any_service() -> None:
    assert [(file, name) for file, name in found() if why(file) is None] == []


def test_the_door_knows_no_more_of_ours_than_that_it_is_the_default() -> None:
    names = {"t-developer", "TDeveloper"}
    told = [(file, name) for file, name in found() if file.startswith(_ONLY_THE_DEFAULT) and name not in names]
    assert told == []


def test_what_is_excused_has_a_name_of_ours() -> None:
    files = {file for file, _ in found()}
    assert [place for place in EXCUSED if not any(file.startswith(place) for file in files)] == []


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("GateDuration", "gate_durations = 1", True),
        ("security-gate", "the SecurityGate of", True),
        ("pipeline-step", "pipelinesteps", True),
        ("pipeline", "pipelined", False),
        ("t-developer", "T_DEVELOPER", True),
    ],
)
def test_a_name_is_found_in_every_spelling(name: str, text: str, is_found: bool) -> None:
    assert (spelled(name).search(text) is not None) is is_found


def test_the_rooms_are_there() -> None:
    assert all(Path(ROOT / room).is_dir() for room in ROOMS)
