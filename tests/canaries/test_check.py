"""A check that is data, run as Synthetics would run it: from its zip, with the standard library alone."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from canaries.definitions import Canaries, read_canaries
from canaries.package import build_package
from canaries.runner import run_canaries
from canaries.runs import CanaryRun, NotRun
from foundation.errors import InputError
from infra.checkout import ROOT
from tests.examples.playing import Playing, playing

SHOP = ROOT / "examples" / "orders" / "canaries.yaml"
STAND_IN = ROOT / "canaries" / "stand_in"


def defined(directory: Path, *steps: str, more: str = "") -> Canaries:
    file = directory / "canaries.yaml"
    text = "".join(f"    - {each}\n" for each in steps)
    file.write_text(
        "canaries:\n  shop:\n    about: what it does\n    everyMinutes: 5\n    timeoutSeconds: 20\n    memoryMib: 960\n"
        f"    retries: 0\n{more}    steps:\n{text}"
    )
    return read_canaries(file)


def settings(shop: Playing) -> dict[str, str]:
    return {"API_URL": f"http://127.0.0.1:{shop.port}", "SLOW_AFTER_MS": "60000", "AWS_REGION": "us-east-1"}


def run(canaries: Canaries, known: dict[str, str], directory: Path, *, code: Path = ROOT) -> CanaryRun:
    (done,) = run_canaries(canaries.canaries, known, directory=directory / "out", code=code).answer
    assert isinstance(done, CanaryRun)
    return done


def test_the_example_passes_on_its_server_step_by_step(tmp_path: Path) -> None:
    with playing(tmp_path / "log") as shop:
        done = run(read_canaries(SHOP), settings(shop), tmp_path)
        routes = [(line["route"], line["status"]) for line in shop.lines()]
    assert (done.reason, [step.name for step in done.steps]) == (None, ["place", "read", "refuse"])
    assert routes == [("POST /orders", 202), ("GET /orders/{orderId}", 200), ("POST /orders", 400)]


@pytest.mark.parametrize(
    ("fault", "step", "reason"),
    [
        (("--errors", "100%"), "place", "status 500, where 202 was expected"),
        (("--wrong-total", "100%"), "read", 'the total adds up: $.total is "3.61"; it has to be "3.60"'),
    ],
)
def test_it_fails_at_the_step_and_by_the_check_that_does_not_hold(
    fault: tuple[str, ...], step: str, reason: str, tmp_path: Path
) -> None:
    with playing(tmp_path / "log", *fault) as shop:
        done = run(read_canaries(SHOP), settings(shop), tmp_path)
    assert done.failed_step == step
    assert reason in str(done.reason)


def test_a_slow_answer_is_noted_and_fails_nothing(tmp_path: Path) -> None:
    with playing(tmp_path / "log", "--delay", "50ms") as shop:
        done = run(read_canaries(SHOP), settings(shop) | {"SLOW_AFTER_MS": "40"}, tmp_path)
    assert done.reason is None
    assert len(done.slow) == 3


def test_a_step_is_repeated_until_its_answer_is_so_and_fails_when_it_never_is(tmp_path: Path) -> None:
    steps = (
        "{method: POST, path: /orders, body: {item: pen}, expect: 202, keep: {id: $.orderId}}",
        '{method: GET, path: "/orders/{id}", repeat: {every_seconds: 0.1, for_seconds: 0.25, until: {path: $.item, equals: no}}}',
    )
    with playing(tmp_path / "log") as shop:
        done = run(defined(tmp_path, *steps), settings(shop), tmp_path)
        asked = [line["route"] for line in shop.lines()]
    assert "until $.item: not so within 0.25 s" in str(done.reason)
    assert asked == ["POST /orders", *["GET /orders/{orderId}"] * 3]


def test_values_are_drawn_by_a_seed_that_may_be_given(tmp_path: Path) -> None:
    canaries = defined(
        tmp_path, '{method: POST, path: /orders, body: {item: "{item}"}, expect: 202}',
        more="    values: {item: {one_of: [pen, lamp, chair, book]}}\n",
    )  # fmt: skip
    with playing(tmp_path / "log") as shop:
        assert run(canaries, settings(shop) | {"CHECK_SEED": "1"}, tmp_path).reason is None


SECRET = "t0p-s3cret-of-a-test"


def test_a_secret_comes_from_the_environment_and_is_in_nothing_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canaries = defined(
        tmp_path,
        '{name: echo, method: POST, path: /orders, body: {item: "{word}"}, expect: 202, keep: {id: $.orderId}}',
        '{name: see, method: GET, path: "/orders/{id}", checks: [{name: c, path: $.item, equals: other}]}',
        more="    authorisation: {bearer: {environment: SHOP_TOKEN}}\n    values: {word: {environment: SHOP_WORD}}\n",
    )
    assert canaries["shop"].secret_variables == ("SHOP_TOKEN", "SHOP_WORD")
    monkeypatch.delenv("SHOP_TOKEN", raising=False)
    with playing(tmp_path / "log") as shop:
        (missing,) = run_canaries(canaries.canaries, settings(shop), directory=tmp_path / "out").answer
        assert missing == NotRun(name="shop", reason="not run: it needs SHOP_TOKEN and SHOP_WORD")
        monkeypatch.setenv("SHOP_TOKEN", "the-token")
        monkeypatch.setenv("SHOP_WORD", SECRET)
        done = run(canaries, settings(shop), tmp_path)
    assert done.failed_step == "see"
    assert "***" in str(done.reason)
    written = "".join(path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert SECRET not in written + str(done)


def test_the_zip_of_checks_has_no_handler_of_ours_and_imports_with_the_standard_library_alone(tmp_path: Path) -> None:
    package = build_package(read_canaries(SHOP))
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        archive.extractall(tmp_path / "zip")
    names = {path.name for path in (tmp_path / "zip" / "python" / "canaries").glob("*.py")}
    assert names == {"__init__.py", "calling.py", "check.py", "checks.py", "masking.py", "slow_answers.py", "steps.py"}
    everything = b"".join(path.read_bytes() for path in (tmp_path / "zip").rglob("*") if path.is_file())
    assert b"t-developer" not in everything.lower()
    program = f"import sys; sys.path[:0] = {[str(tmp_path / 'zip' / 'python'), str(STAND_IN)]!r}; import canaries.check"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_in_the_zip_runs_as_what_is_here(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(build_package(read_canaries(SHOP)).content)) as archive:
        archive.extractall(tmp_path / "zip")
    assert json.loads((tmp_path / "zip" / "python" / "canaries" / "checks" / "shop.json").read_text())["steps"]
    with playing(tmp_path / "log") as shop:
        done = run(read_canaries(SHOP), settings(shop), tmp_path, code=tmp_path / "zip" / "python")
    assert (done.reason, len(done.steps)) == (None, 3)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "{method: GET, path: /a, keep: {x: $.x}, checks: [{name: c, path: $..x, exists: true}]}",
            "may name many places",
        ),
        ("{method: GET, path: http://elsewhere/}", "is an address"),
        ('{method: GET, path: "/{placed}"}', "{placed} has no value"),
        ('{name: ":a", method: GET, path: /a}', "is the value of a metric's dimension"),
        ('{name: "é", method: GET, path: /a}', "is the value of a metric's dimension"),
    ],
)
def test_a_hostile_or_wrong_step_is_refused_with_its_line(step: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        defined(tmp_path, step)
    assert any(said in each and "canaries.yaml:9: " in each for each in map(str, caught.value.problems))


def test_two_steps_have_two_names(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two steps are called 'GET /a'; name one otherwise"):
        defined(tmp_path, "{method: GET, path: /a}", "{method: GET, path: /a}")
