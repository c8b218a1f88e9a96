"""Who asks and where: the kind of the credentials and never the credentials, and what an error says of who is asked."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import exceptions as botocore
from moto import mock_aws

from foundation.errors import InputError
from sre.jobs.doctor.aws import (
    Account,
    Credentials,
    Nobody,
    answer_to,
    credentials_of,
    identity_of,
    nobody,
    region_of,
    unanswered,
)
from sre.jobs.doctor.findings import Identity
from sre.jobs.doctor.permissions import Refused, Unanswered
from tests.sre.jobs.doctor.factories import REGION, StubbedAccount

URL = "https://monitoring.eu-west-1.amazonaws.com/"


@pytest.fixture(autouse=True)
def no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def answered(code: str, text: str = "") -> botocore.ClientError:
    return botocore.ClientError({"Error": {"Code": code, "Message": text}}, "GetDashboard")


def test_without_credentials_there_is_nobody_and_what_to_do() -> None:
    assert credentials_of() == Nobody(
        reason="no credentials", to_do="set AWS_PROFILE, or sign in with `aws sso login`"
    )  # fmt: skip


def test_credentials_of_the_environment_are_called_so_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    found = credentials_of()
    assert isinstance(found, Credentials)
    assert found.kind == "environment variables"
    assert "hidden" not in repr(found)
    assert "AKIASECRET" not in repr(found)


def test_credentials_of_a_file_are_called_so(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
    found = credentials_of()
    assert isinstance(found, Credentials)
    assert found.kind == "the shared credentials file"


def test_half_of_a_key_and_a_profile_that_is_not_there_are_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    half = credentials_of()
    assert isinstance(half, Nobody)
    assert (half.reason, half.to_do[:15]) == ("no AWS credentials", "set AWS_PROFILE")
    monkeypatch.setenv("AWS_PROFILE", "none")
    assert isinstance(gone := credentials_of(), Nobody)
    assert gone.reason == "no AWS credentials: The config profile (none) could not be found"


def test_the_region_is_the_options_then_the_variables_then_that_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert region_of("eu-west-1", {"AWS_REGION": "eu-west-2"}) == ("eu-west-1", "--region")
    assert region_of(None, {"AWS_REGION": "eu-west-2"}) == ("eu-west-2", "AWS_REGION")
    assert region_of(None, {}) == ("us-east-1", "AWS's settings")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert region_of(None, {}) is None
    (tmp_path / "config").write_text("[default]\nregion = eu-north-1\n")
    assert region_of(None, {"AWS_REGION": ""}) == ("eu-north-1", "AWS's settings")
    monkeypatch.setenv("AWS_PROFILE", "none")
    with pytest.raises(InputError, match="profile"):
        region_of(None, {})


def test_who_asks_is_what_sts_says() -> None:
    with mock_aws():
        account = Account(session=boto3.Session(region_name=REGION), region=REGION, credentials="environment variables")
        assert identity_of(account) == Identity(
            account="123456789012", arn="arn:aws:sts::123456789012:user/moto", credentials="environment variables"
        )


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_credentials_that_aws_does_not_take_are_nobody(code: str) -> None:
    account: Any = StubbedAccount("sts")
    account.stubs["sts"].add_client_error("get_caller_identity", code)
    found = identity_of(account)
    assert isinstance(found, Nobody)
    assert found.to_do.startswith("set AWS_PROFILE, or AWS_ACCESS_KEY_ID")


def test_an_sts_that_does_not_answer_says_nothing_of_the_credentials() -> None:
    account: Any = StubbedAccount("sts")
    account.stubs["sts"].add_client_error("get_caller_identity", "InternalFailure", "oh")
    assert identity_of(account) == Unanswered(
        reason="STS answered GetCallerIdentity with InternalFailure: oh", to_do="ask again later", is_reached=True
    )


def test_a_refusal_is_told_from_an_express_denial() -> None:
    text = "User: x is not authorized to perform: cloudwatch:GetDashboard because no identity-based policy allows it"
    assert answer_to("CloudWatch", answered("AccessDenied", text)) == Refused(is_forbidden=False)
    denied = answered("AccessDeniedException", "… with an explicit deny in a service control policy")
    assert answer_to("CloudWatch", denied) == Refused(is_forbidden=True)


def test_any_other_answer_is_no_refusal_and_shows_that_the_service_is_reached() -> None:
    assert answer_to("CloudWatch", answered("Throttling")) == Unanswered(
        reason="CloudWatch was asked too often (Throttling of GetDashboard)", to_do="ask again later", is_reached=True
    )


def test_a_service_that_cannot_be_reached_says_so() -> None:
    assert unanswered("CloudWatch", botocore.EndpointConnectionError(endpoint_url=URL)) == Unanswered(
        reason=f"CloudWatch cannot be reached at {URL}",
        to_do="is the Region right, and is there a network?",
        is_reached=False,
    )
    late = unanswered("CloudWatch", botocore.ReadTimeoutError(endpoint_url=URL))
    assert (late.reason, late.to_do, late.is_reached) == (
        f"CloudWatch did not answer at {URL}: ReadTimeoutError", "ask again later", False,
    )  # fmt: skip


def test_what_an_error_does_not_say_to_do_is_to_look_at_the_settings() -> None:
    assert nobody(InputError("AWS's settings cannot be used: x")) == Nobody(
        reason="AWS's settings cannot be used: x", to_do="look at the settings of AWS's tools"
    )


def test_a_client_is_made_once_gives_up_soon_and_asks_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    account = Account(session=session, region=REGION, credentials="k", endpoint="http://127.0.0.1:9")
    client = account.client("cloudwatch")
    assert account.client("cloudwatch") is client
    assert account.client("cloudwatch", "us-east-1") is not client
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://127.0.0.1:9", REGION)
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (2, 5, 2)
    # Nobody listens there: two attempts, and no more.
    found = identity_of(account)
    assert isinstance(found, Unanswered)
    assert found.is_reached is False
