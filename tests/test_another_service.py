"""The toolkit serves any service: what it makes of another holds no name of T-Developer's, and no name changes what it makes."""

import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from tests.examples.playing import playing
from tests.sre.cli.command_line import sre

ORDERS = ROOT / "examples" / "orders"
# Two names of one length, of which one has every word that T-Developer has for its parts.
PLAIN, LIKE_OURS = "moon-river-dolphins", "gate-agent-pipeline"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "alarms list": ("alarms", "list"),
    "alarms list --json": ("alarms", "list", "--json"),
    "alarms test": ("alarms", "test", "--format", "json"),
    "alarms coverage": ("alarms", "coverage", "--json"),
    "alarms build": ("alarms", "build", "--runbook-url", "https://r.example.com", "--out", "made/alarms"),
    "dashboards build": ("dashboards", "build", "--out", "made/dashboards"),
    "dashboards preview": ("dashboards", "preview", "--simulate", "--out", "made/preview"),
    "objectives check": ("objectives", "check"),
    "cost estimate": ("cost", "estimate"),
    "report weekly": (
        "report",
        "weekly",
        "--week",
        "2026-W40",
        "--simulate",
        "--format",
        "json",
        "--out",
        "made/report",
    ),
    "canaries list": ("canaries", "list", "--json"),
    "canaries build": ("canaries", "build", "--out", "made/canaries.zip"),
    "canaries build --api-host": ("canaries", "build", "--api-host", "api.example.com", "--out", "made/checks.zip"),
}
# What is different in each run, and what a name that is too long ends with.
_OWN = re.compile(
    r'"took_seconds": [0-9.e-]+|\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}[:0-9.Z+]*|in [0-9.]+ s\b|(?<=-)[0-9a-f]{8}\b'
)


def names_of_ours() -> frozenset[str]:
    """What T-Developer's own file calls its parts by, but for plain words that anybody may use."""
    ours = yaml.safe_load(T_DEVELOPER.service.read_text())
    labels = {each["label"] for each in ours["resources"]}
    metrics = {each["name"] for each in ours["metrics"]}
    named = {
        ours["service"],
        ours["title"],
        ours["metric_namespace"],
        *metrics,
        *(each for each in labels if "-" in each),
    }
    return frozenset({*named, ours["cost_unit"], f"{ours['cost_unit']}s"})


def made_of(name: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What every command prints and writes of the example, begun by this name."""
    place.mkdir()
    monkeypatch.chdir(place)
    begun = sre("init", "--template", str(ORDERS / "template.yaml"), "--name", name, "--out", "service")
    assert begun.returncode == 0, begun.stderr
    for file in ("flows.yaml", "load_profiles.yaml", "canaries.yaml", "baskets.csv"):
        shutil.copy(ORDERS / file, "service")
    made: dict[str, str] = {"init": begun.stdout}
    plan = sre("loadtest", "plan", "orders-api-errors", "--expected", "0.05%", "--service", "service")
    assert plan.returncode == 0, plan.stderr
    made["loadtest plan"] = plan.stdout
    for what, words in COMMANDS.items():
        done = sre(*words, "--service", "service")
        assert done.returncode in (0, 1) or what == "report weekly", (what, done.stderr)
        made[what] = done.stdout
    for file in sorted(place.rglob("*")):
        if file.is_file():
            made[str(file.relative_to(place))] = _text_of(file)
    return {what: _OWN.sub("", text) for what, text in made.items()}


def _text_of(file: Path) -> str:
    """A text as it is, and of a zip all that is in it."""
    if file.suffix != ".zip":
        return file.read_text()
    with zipfile.ZipFile(file) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode()}" for name in archive.namelist())


def renamed(text: str) -> str:
    """A text with the one name in the place of the other, in each of its spellings."""
    spellings = [
        (PLAIN, LIKE_OURS),
        *((spelled(PLAIN), spelled(LIKE_OURS)) for spelled in (_capitals, _sentence)),
    ]
    for plain, like_ours in spellings:
        text = text.replace(plain, like_ours)
    return text


def _capitals(name: str) -> str:
    return "".join(map(str.title, name.split("-")))


def _sentence(name: str) -> str:
    return name.replace("-", " ").capitalize()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("services")


@pytest.fixture(scope="module")
def plain(places: Path) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return made_of(PLAIN, places / "plain", monkeypatch)


@pytest.fixture(scope="module")
def like_ours(places: Path) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return made_of(LIKE_OURS, places / "ours_", monkeypatch)


def held_in(texts: Mapping[str, str]) -> set[tuple[str, str]]:
    """Which texts have which names of ours."""
    return {
        (what, name)
        for what, text in texts.items()
        for name in names_of_ours()
        if re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text)
    }


def test_what_is_made_of_another_service_holds_no_name_of_ours(plain: Mapping[str, str]) -> None:
    assert held_in(plain) == set()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_asks_the_api_of_another_service_holds_no_name_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    lines: Mapping[str, tuple[str, ...]] = {
        "canaries run": ("canaries", "run"),
        "loadtest run": ("loadtest", "run", "--profile", "smoke"),
        "check": ("check", "--profile", "smoke"),
    }
    made: dict[str, str] = {}
    with playing(tmp_path / "truth.jsonl", "--for", "5m") as shop:
        for what, words in lines.items():
            for form in ("table", "json", "markdown", "junit"):
                done = sre(
                    *words, "--service", str(ORDERS), "--url", f"http://127.0.0.1:{shop.port}", "--format", form,
                    "--out", f"made/{what.replace(' ', '-')}-{form}",
                )  # fmt: skip
                assert done.returncode in (0, 3), (what, done.stderr)
                made[f"{what} {form}"] = done.stdout
    for file in sorted((tmp_path / "made").rglob("*")):
        if file.is_file() and file.suffix not in (".parquet", ".log"):
            made[str(file.relative_to(tmp_path))] = _text_of(file)
    assert held_in(made) == set()


def test_a_name_like_our_parts_changes_nothing_but_the_name(
    plain: Mapping[str, str], like_ours: Mapping[str, str]
) -> None:  # fmt: skip
    expected = {renamed(what): renamed(text) for what, text in plain.items()}
    assert expected.keys() == like_ours.keys()
    # A simulation ends now, and now is later for the second; its charts are drawn from waves that follow from the metrics' names.
    simulated = {"made/preview/index.html", "made/report/index.html", "made/report/report.md"}
    assert {what for what, text in expected.items() if text != like_ours[what]} <= simulated


def test_every_alarm_of_it_is_proved_both_ways_without_a_rule_test_of_its_own(plain: Mapping[str, str]) -> None:
    alarms = {each["name"] for each in json.loads(plain["alarms list --json"])["alarms"]}
    proofs = {each["alarm"]: each["is_proved"] for each in json.loads(plain["alarms coverage"])["alarms"]}
    assert len(alarms) >= 100
    assert proofs == dict.fromkeys(alarms, True)
