"""A load whose flows are data, against the example's server: what was sent is what the server saw, fault by fault."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from foundation.errors import InputError
from infra.checkout import ROOT
from infra.stage import make_stage
from loadtests.flows_file import read_flows
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult
from loadtests.run import LoadTest, run_load_test
from tests.examples.playing import playing

ORDERS = ROOT / "examples" / "orders"
PROFILES = """
mine: {description: d, warm_up_seconds: 1, duration_seconds: 4, arrivals_per_second: {FLOWS}}
"""


def loaded(
    directory: Path, url: str, *, flows: Path = ORDERS / "flows.yaml", rates: str = "{browse: 20, order: 20}",
    environment: Mapping[str, str] = {}, given: Mapping[str, str] = {},
) -> LoadResult:  # fmt: skip
    file = directory / "profiles.yaml"
    file.write_text(PROFILES.replace("{FLOWS}", rates))
    profile = choose_profile("mine", file, read_flows(flows))
    test = LoadTest(
        url=url, region="us-east-1", profile=profile, duration_seconds=4, seed=5, stage=make_stage("local"),
        profiles_file=file, given=given,
    )  # fmt: skip
    return run_load_test(test, directory=directory / "out", credentials=dict(environment))


def sent(result: LoadResult) -> Counter[str]:
    found: Counter[str] = Counter()
    for phase in (result.warm_up, result.measured):
        for each in phase.requests:
            found[each.name] += each.sent_count
    return found


def test_what_was_sent_is_what_the_server_saw_and_each_fault_is_told_by_its_request_and_check(tmp_path: Path) -> None:
    with playing(tmp_path / "log", "--errors", "5%", "--wrong-total", "10%", "--seed", "2") as shop:
        result = loaded(tmp_path, f"http://127.0.0.1:{shop.port}")
        seen = [line for line in shop.lines() if line.get("route")]
    # The preparation had each flow once: POST and GET of the order, GET of one that was placed; a fault is asked again.
    first = len(seen) - sum(sent(result).values())
    assert 3 <= first <= 6
    faults = Counter(text.partition(": ")[0] for text, number in result.faults_seen.items() for _ in range(number))
    served = Counter(line["route"] for line in seen[first:] if line["fault"])
    assert sum(faults.values()) == sum(served.values()) > 10
    assert set(faults) == {"POST /orders", "GET /orders/{orderId}"}
    told = " ".join(result.faults_seen)
    assert "POST /orders: status 500" in told
    assert re.search(r'GET /orders/{orderId}: the total adds up: \$.total is "#?', told)
    assert "GET /orders/{orderId}: its total is one of those that are sold: $.total is" in told
    assert [(each.name, each.load, each.is_work) for each in result.flows] == [
        ("browse", "api", False),
        ("order", "api", False),
    ]
    journeys = {each.flow: each.ended_count for each in result.measured.journeys}
    assert set(journeys) == {"browse", "order"}
    asked = {each.name: each.request_count for each in result.flows}
    assert sum(each for each in asked.values() if each is not None) == sum(sent(result).values())


def test_the_same_seed_draws_the_same_baskets(tmp_path: Path) -> None:
    with playing(tmp_path / "log") as shop:
        result = loaded(tmp_path, f"http://127.0.0.1:{shop.port}", rates="{order: 10}")
    assert result.faults_seen == {}
    assert result.measured.journeys[0].slow_count == 0


SECRET = "t0p-s3cret-word"
SECRETS = """
authorisation: {bearer: {environment: SHOP_TOKEN}}
values: {word: {environment: SHOP_WORD}, customer: {given: nobody}}
flows:
  say:
    about: Order by a secret word, and see something else.
    steps:
    - {method: POST, path: /orders, body: {item: "{word}", customer: "{customer}"}, expect: 202, keep: {id: $.orderId}}
    - {method: GET, path: "/orders/{id}", checks: [{name: whose, path: $.customer, equals: c-1}]}
"""


def test_a_secret_comes_from_the_environment_and_a_value_from_whoever_starts_the_load(tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(SECRETS)
    words = {"SHOP_TOKEN": "the-token", "SHOP_WORD": SECRET}
    with playing(tmp_path / "log") as shop:
        url = f"http://127.0.0.1:{shop.port}"
        given = {"flows": tmp_path / "flows.yaml", "rates": "{say: 5}"}
        with pytest.raises(InputError, match="the environment has no SHOP_TOKEN, which authorises requests; set it"):
            loaded(tmp_path, url, **given)  # type: ignore[arg-type]
        with pytest.raises(InputError, match=r"answered GET /orders/{id} wrongly: whose: .* it has to be"):
            loaded(tmp_path, url, environment=words, **given)  # type: ignore[arg-type]
        with pytest.raises(InputError, match=r"no flow leaves custmer to be given; did you mean customer\?"):
            loaded(tmp_path, url, environment=words, given={"custmer": "c-1"}, **given)  # type: ignore[arg-type]
        result = loaded(tmp_path, url, environment=words, given={"customer": "c-1"}, **given)  # type: ignore[arg-type]
    assert result.faults_seen == {}
    assert result.measured.sent_count > 10
    written = "".join(each.read_text(errors="replace") for each in (tmp_path / "out").rglob("*") if each.is_file())
    assert SECRET not in written
    assert "the-token" not in written


REPEATED = """
flows:
  wait:
    about: Order, and wait for what never comes.
    steps:
    - {method: POST, path: /orders, body: {item: pen}, expect: 202, keep: {id: $.orderId}}
    - method: GET
      path: "/orders/{id}"
      repeat: {every_seconds: 0.1, for_seconds: 0.3, until: {path: $.item, one_of: [WANTED]}}
"""


def test_what_is_waited_for_and_never_comes_is_a_refusal_before_the_load(tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(REPEATED.replace("WANTED", "lamp"))
    with playing(tmp_path / "log") as shop, pytest.raises(InputError, match=r"until \$.item: not so within 0.3 s"):
        loaded(tmp_path, f"http://127.0.0.1:{shop.port}", flows=tmp_path / "flows.yaml", rates="{wait: 5}")


PYTHON = """
from loadtests.python_flow import Visit, flow

@flow
def bulk_order(visit: Visit) -> None:
    answer = visit.request("POST", "/orders", json={"item": "pen", "quantity": visit.random.randint(1, 9)}, expected=202)
    visit.pause(0.05)
    if answer is not None:
        visit.request("GET", f"/orders/{answer['orderId']}", name="GET /orders/{orderId}", needs="total")

def unmarked(visit: Visit) -> None:
    pass
"""


def test_a_function_of_python_is_a_flow_by_one_decorator(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PYTHON)
    (tmp_path / "flows.yaml").write_text("python: mine.py\nflows:\n  bulk: {about: a, python: bulk_order}\n")
    with playing(tmp_path / "log") as shop:
        result = loaded(tmp_path, f"http://127.0.0.1:{shop.port}", flows=tmp_path / "flows.yaml", rates="{bulk: 10}")
        routes = Counter(line["route"] for line in shop.lines() if line.get("route"))
    assert result.faults_seen == {}
    assert sent(result) == routes
    assert routes["POST /orders"] > 10


@pytest.mark.parametrize(
    ("text", "said"),
    [("unmarked", "no function unmarked is marked with @flow"), ("bulk_ordre", "did you mean bulk_order?")],
)
def test_a_function_that_is_not_marked_is_no_flow(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PYTHON)
    (tmp_path / "flows.yaml").write_text(f"python: mine.py\nflows:\n  bulk: {{about: a, python: {text}}}\n")
    with playing(tmp_path / "log") as shop, pytest.raises(InputError, match=re.escape(said)):
        loaded(tmp_path, f"http://127.0.0.1:{shop.port}", flows=tmp_path / "flows.yaml", rates="{bulk: 10}")


def test_a_function_that_sends_nothing_is_no_good_journey(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from loadtests.python_flow import Visit, flow\n\n@flow\ndef nothing(visit: Visit) -> None:\n    pass\n"
    )
    (tmp_path / "flows.yaml").write_text("python: mine.py\nflows:\n  idle: {about: a, python: nothing}\n")
    with playing(tmp_path / "log") as shop:
        result = loaded(tmp_path, f"http://127.0.0.1:{shop.port}", flows=tmp_path / "flows.yaml", rates="{idle: 10}")
    (journeys,) = result.measured.journeys
    assert journeys.ended_count == journeys.fault_count > 0
    assert set(result.faults_seen) == {"idle: it sent no request"}
