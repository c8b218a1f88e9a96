"""What AWS's library raises says once what is wrong: who could not be asked at all is told apart from what is not known."""

from typing import Any

import pytest
from botocore import exceptions as botocore

from foundation.aws_errors import asking, aws_error, is_nobody, is_refused, patient
from foundation.cloudwatch.aws import connect
from foundation.errors import InputError, SourceError, SreError
from tests.foundation.cloudwatch.factories import START_AT, minute, stat


def answered(code: str, text: str = "") -> botocore.ClientError:
    return botocore.ClientError({"Error": {"Code": code, "Message": text}}, "GetMetricData")


URL = "https://monitoring.xy-nowhere-1.amazonaws.com/"
SAID: list[tuple[Any, type[SreError], str]] = [
    (botocore.NoCredentialsError(), InputError, "no AWS credentials; set AWS_PROFILE, or "),
    (
        botocore.ProfileNotFound(profile="x"),
        InputError,
        "no AWS credentials: The config profile (x) could not be found; ",
    ),
    (botocore.NoRegionError(), InputError, "no AWS Region; give --region"),
    (answered("ExpiredToken"), InputError, "the AWS credentials have expired; "),
    (answered("InvalidClientTokenId"), InputError, "AWS does not know these credentials (InvalidClientTokenId); "),
    (
        botocore.EndpointConnectionError(endpoint_url=URL),
        InputError,
        f"CloudWatch cannot be reached at {URL}; is the Region",
    ),
    (botocore.ConnectTimeoutError(endpoint_url=URL), InputError, f"CloudWatch cannot be reached at {URL}; "),
    (botocore.ReadTimeoutError(endpoint_url=URL), SourceError, f"CloudWatch did not answer at {URL}: ReadTimeoutError"),
    (
        answered("AccessDenied", "User: x is not authorized to perform: cloudwatch:GetMetricData because"),
        SourceError,
        "CloudWatch refuses cloudwatch:GetMetricData (AccessDenied): these credentials may not do it; allow it in their policy",
    ),
    (
        answered("Throttling"),
        SourceError,
        "CloudWatch was asked too often (Throttling of GetMetricData); ask again later",
    ),
    (answered("InternalFailure", "oh"), SourceError, "CloudWatch answered GetMetricData with InternalFailure: oh"),
]


@pytest.mark.parametrize(("error", "kind", "said"), SAID, ids=[type(error).__name__ for error, _, _ in SAID])
def test_an_error_of_the_library_says_what_is_wrong(error: Any, kind: type[SreError], said: str) -> None:
    told = aws_error("CloudWatch", error)
    assert type(told) is kind
    assert str(told).startswith(said)


@pytest.mark.parametrize(
    "code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"]
)
def test_a_refusal_knows_who_asks(code: str) -> None:
    assert is_refused(answered(code))
    assert not is_nobody(answered(code))


@pytest.mark.parametrize(
    "error",
    [
        botocore.NoCredentialsError(), botocore.PartialCredentialsError(provider="env", cred_var="x"),
        botocore.ProfileNotFound(profile="x"), botocore.ConfigParseError(path="x", error="y"), answered("ExpiredToken"),
        answered("InvalidClientTokenId"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_there_is_nobody_to_ask_as(error: Any) -> None:
    assert is_nobody(error)
    assert not isinstance(error, botocore.ClientError) or not is_refused(error)


@pytest.mark.parametrize(
    "error",
    [
        botocore.EndpointConnectionError(endpoint_url=URL),
        botocore.ReadTimeoutError(endpoint_url=URL),
        answered("Throttling"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_service_that_does_not_answer_says_nothing_of_who_asks(error: Any) -> None:
    assert not is_nobody(error)
    assert not isinstance(error, botocore.ClientError) or not is_refused(error)


def test_a_bug_between_passes() -> None:
    with pytest.raises(AttributeError), asking("CloudWatch"):
        raise AttributeError("planted")


def test_without_credentials_a_metric_source_says_so_and_is_not_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    source = connect("us-east-1")
    recent = type(source)(client=source.client, now=lambda: minute(2))
    with pytest.raises(InputError, match="no AWS credentials"):
        recent.read([stat()], start_at=START_AT, end_at=minute(1))


def test_a_client_gives_up_within_a_bounded_time() -> None:
    config: Any = patient()
    assert (config.connect_timeout, config.read_timeout) == (5, 30)
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}
