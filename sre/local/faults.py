"""Throws the fault switch of a local platform that is up, without deploying it anew."""

import dataclasses
import time

import boto3

from foundation.errors import PlatformError, about
from foundation.fault_switch import VARIABLE, read_switch
from sre.local.session import answering, root_session
from sre.local.state import LocalPlatform, read_state
from sre.local.warm_up import warm_apis
from sre.local.workers import API, SUBSCRIPTIONS

# The functions that the switch acts on.
_FUNCTIONS = (API, SUBSCRIPTIONS)


def throw_switch(platform: LocalPlatform, switch: str) -> LocalPlatform:
    """Set the switch of a running platform; requests that begin from now on meet it.

    Raises InputError for a switch that cannot be read, PlatformError when it cannot be set, or the platform is gone.
    """
    with about("the fault switch"):
        faults = read_switch(switch, stage="local")
    session = root_session(platform.region)
    functions = session.client("lambda", endpoint_url=platform.endpoint)
    with answering(platform.endpoint):
        for name in _FUNCTIONS:
            variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": {**variables, VARIABLE: switch}}
            )
            _wait_until_updated(session, platform, name)
        open_the_api(platform, is_open=faults.is_unsigned_accepted)
    changed = dataclasses.replace(platform, fault_switch=switch)
    if read_state(platform.home) is None:
        raise PlatformError(f"the local platform in {platform.home} was taken down while its fault switch was thrown")
    changed.write()
    # The functions' workers were ended, and a new one's first answer takes a second. Nothing is submitted: somebody may
    # be measuring.
    warm_apis(changed)
    return changed


def open_the_api(platform: LocalPlatform, *, is_open: bool) -> None:
    """Let unsigned calls into the REST API of the local platform, or keep them out again; health is always open."""
    client = root_session(platform.region).client("apigateway", endpoint_url=platform.endpoint)
    api_id = platform.outputs["RestApiId"]
    kind = "NONE" if is_open else "AWS_IAM"
    for resource in client.get_resources(restApiId=api_id, limit=500)["items"]:
        if not resource["path"].startswith("/v1/pipelines"):
            continue
        for method in resource.get("resourceMethods", {}):
            client.update_method(
                restApiId=api_id,
                resourceId=resource["id"],
                httpMethod=method,
                patchOperations=[{"op": "replace", "path": "/authorizationType", "value": kind}],
            )


def _wait_until_updated(session: boto3.Session, platform: LocalPlatform, name: str) -> None:
    client = session.client("lambda", endpoint_url=platform.endpoint)
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        status = client.get_function_configuration(FunctionName=name).get("LastUpdateStatus", "Successful")
        if status == "Successful":
            return
        time.sleep(0.2)
    raise PlatformError(f"the function {name} did not take the fault switch within 20 s")
