"""Lambda imports a handler before its first request: that is when its clients are made, and nowhere else."""

import importlib
from collections.abc import Iterator
from types import ModuleType

import pytest

import tdeveloper.entry.environment as surroundings
import tdeveloper.entry.pipeline_step as pipeline_step
import tdeveloper.entry.rest_api as rest_api
import tdeveloper.entry.security_gate as security_gate
import tdeveloper.entry.websocket_api as websocket_api

CLIENTS = (surroundings.environment, surroundings.connections, surroundings.s3, surroundings.step_functions)
HANDLERS: dict[ModuleType, set[object]] = {
    rest_api: {surroundings.environment, surroundings.step_functions},
    websocket_api: {surroundings.environment, surroundings.connections},
    pipeline_step: {surroundings.environment, surroundings.connections},
    security_gate: {surroundings.environment, surroundings.connections, surroundings.s3},
}


@pytest.fixture(autouse=True)
def no_clients() -> Iterator[None]:
    """None made before, and none left behind for other tests."""
    for client in CLIENTS:
        client.cache_clear()
    yield
    for client in CLIENTS:
        client.cache_clear()


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1", "STAGE": "local",
        "PIPELINES_TABLE": "pipelines", "CONNECTIONS_URL": "http://127.0.0.1:1/x/local",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize("handler", HANDLERS, ids=lambda each: each.__name__)
def test_a_handlers_clients_are_made_when_lambda_imports_it(
    handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "t-developer-local-x")
    importlib.reload(handler)
    assert {each for each in CLIENTS if each.cache_info().currsize} == HANDLERS[handler]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda each: each.__name__)
def test_elsewhere_an_import_makes_nothing_and_needs_no_variable(
    handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_LAMBDA_FUNCTION_NAME", "STAGE", "PIPELINES_TABLE"):
        monkeypatch.delenv(name, raising=False)
    importlib.reload(handler)
    assert not any(each.cache_info().currsize for each in CLIENTS)
