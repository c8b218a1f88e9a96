"""A multi-checks blueprint: plain HTTP, DNS, TLS and TCP checks as JSON, ten to a paid run, without a script.

Our own model of the documented format refuses what Synthetics would refuse, before it is deployed.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_MultiCheck_Blueprint.html
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from foundation.errors import InputError
from foundation.files.explaining import explain, place_of

# As long as the handlers wait for an answer.
PATIENCE_MS = 10_000
_Milliseconds = Annotated[int, Field(ge=1000, le=300_000, strict=True)]
_Hostname = Annotated[
    str,
    StringConstraints(pattern=r"^([a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9]|\$\{[a-zA-Z_][a-zA-Z0-9_]*\})$", max_length=253),
]
_Port = Annotated[int, Field(ge=1, le=65_535, strict=True)]
_Status = Annotated[int, Field(ge=100, le=599, strict=True)]
_Natural = Annotated[int, Field(ge=0, strict=True)]
_Compared = Literal["EQUALS", "GREATER_THAN", "LESS_THAN"]
_Matched = Literal["EQUALS", "NOT_EQUALS", "CONTAINS", "NOT_CONTAINS", "REGEX_MATCH"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ResponseTime(_Part):
    """How long the answer took."""

    type: Literal["RESPONSE_TIME"]
    operator: _Compared
    value: Annotated[float, Field(ge=0)]
    unit: Literal["MILLISECONDS"] = "MILLISECONDS"
    description: str | None = None


class StatusCode(_Part):
    """The status of an HTTP answer."""

    type: Literal["STATUS_CODE"]
    operator: Literal["EQUALS", "NOT_EQUALS", "GREATER_THAN", "LESS_THAN", "IN_RANGE"]
    value: _Status | None = None
    rangeMin: _Status | None = None
    rangeMax: _Status | None = None
    description: str | None = None

    @model_validator(mode="after")
    def _has_what_it_compares_with(self) -> "StatusCode":
        if self.operator == "IN_RANGE":
            if self.rangeMin is None or self.rangeMax is None:
                raise ValueError("IN_RANGE needs rangeMin and rangeMax")
        elif self.value is None:
            raise ValueError(f"{self.operator} needs a value")
        return self


class Body(_Part):
    """A part of the body of an HTTP answer, or all of it."""

    type: Literal["BODY"]
    target: Literal["JSON", "TEXT"] = "JSON"
    path: str | None = None
    operator: Literal["CONTAINS", "NOT_CONTAINS", "EQUALS", "NOT_EQUALS", "EXISTS"]
    value: str | bool
    description: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Body":
        if self.target == "JSON" and self.path is None:
            raise ValueError("JSON needs a path")
        if isinstance(self.value, bool) != (self.operator == "EXISTS"):
            raise ValueError("EXISTS takes true or false, every other operator a text")
        return self


class Header(_Part):
    """A header of an HTTP answer."""

    type: Literal["HEADER"]
    headerName: str
    operator: Literal["EQUALS", "NOT_EQUALS", "CONTAINS", "NOT_CONTAINS", "REGEX_MATCH", "EXIST"]
    value: str | bool
    description: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Header":
        if isinstance(self.value, bool) != (self.operator == "EXIST"):
            raise ValueError("EXIST takes true or false, every other operator a text")
        return self


class RecordValue(_Part):
    """What a name stands for."""

    type: Literal["RECORD_VALUE"]
    operator: _Matched
    value: str
    description: str | None = None


class RecordCount(_Part):
    """How many records a name has."""

    type: Literal["RECORD_COUNT"]
    operator: _Compared
    value: _Natural
    description: str | None = None


class CertificateExpiry(_Part):
    """How long a certificate stays valid."""

    type: Literal["CERTIFICATE_EXPIRY"]
    operator: Literal["GREATER_THAN", "LESS_THAN"]
    value: _Natural
    unit: Literal["DAYS", "HOURS"] = "DAYS"
    description: str | None = None


class CertificateValid(_Part):
    """Whether a certificate proves its host."""

    type: Literal["CERTIFICATE_VALID"]
    value: bool
    description: str | None = None


class ConnectionSuccessful(_Part):
    """Whether somebody listens."""

    type: Literal["CONNECTION_SUCCESSFUL"]
    value: bool
    description: str | None = None


class _Named(_Part):
    stepName: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_-]*$", max_length=64)]
    timeout: _Milliseconds | None = None


class HttpCheck(_Named):
    """One unsigned HTTP request; signed ones need a role's ARN, and are what the handlers are for."""

    checkerType: Literal["HTTP"]
    url: Annotated[str, StringConstraints(pattern=r"^(https?://|\$\{)")]
    httpMethod: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    waitTime: Annotated[int, Field(ge=0, le=60, strict=True)] | None = None
    headers: dict[Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_-]*$")], str] | None = None
    body: str | None = None
    assertions: list[Annotated[StatusCode | ResponseTime | Header | Body, Field(discriminator="type")]] | None = None


class DnsCheck(_Named):
    """One name."""

    checkerType: Literal["DNS"]
    domain: _Hostname
    recordType: Literal["A", "CNAME", "MX", "TXT", "NS"] = "A"
    nameserver: _Hostname | None = None
    port: _Port = 53
    protocol: Literal["UDP", "TCP"] = "UDP"
    assertions: list[Annotated[RecordValue | RecordCount | ResponseTime, Field(discriminator="type")]] | None = None


class SslCheck(_Named):
    """One certificate."""

    checkerType: Literal["SSL"]
    hostname: _Hostname
    port: _Port = 443
    sni: bool = True
    verifyHostname: bool = True
    allowSelfSigned: bool = False
    assertions: list[Annotated[CertificateExpiry | CertificateValid, Field(discriminator="type")]] | None = None


class TcpCheck(_Named):
    """One port."""

    checkerType: Literal["TCP"]
    hostname: _Hostname
    port: _Port
    assertions: list[Annotated[ConnectionSuccessful | ResponseTime, Field(discriminator="type")]] | None = None


_Step = Annotated[HttpCheck | DnsCheck | SslCheck | TcpCheck, Field(discriminator="checkerType")]
_Number = Annotated[str, StringConstraints(pattern=r"^([1-9]|10)$")]
_Variable = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]*$")]


class GlobalSettings(_Part):
    """What holds for every step."""

    stepTimeout: _Milliseconds | None = None


class Blueprint(_Part):
    """One blueprint: up to ten steps, numbered from 1, and up to ten variables."""

    globalSettings: GlobalSettings | None = None
    variables: dict[_Variable, str] | None = Field(default=None, max_length=10)
    steps: dict[_Number, _Step] = Field(min_length=1, max_length=10)

    def to_json(self) -> str:
        """The file that Synthetics reads."""
        return json.dumps(self.model_dump(exclude_none=True), indent=2) + "\n"


def read_blueprint(text: str) -> Blueprint:
    """Read a blueprint. Raises InputError with every problem and where it is."""
    try:
        return Blueprint.model_validate_json(text)
    except ValidationError as error:
        problems = tuple(f"{'.'.join(map(str, place_of(each)))}: {explain(each, ())}" for each in error.errors())
        raise InputError("the blueprint has problems:", problems) from error


def platform_blueprint(host: str, *, base_path: str) -> Blueprint:
    """The plain checks of one API: it answers, refuses strangers, resolves, and proves its host.

    How fast it answers is for the objective on latency, which allows a share of slow answers: here one that comes has come.

    Raises InputError when the host or the path is none.
    """
    base = f"https://{host}{base_path.rstrip('/')}"
    steps: dict[str, Any] = {
        "1": {
            "stepName": "health",
            "checkerType": "HTTP",
            "url": f"{base}/v1/health",
            "httpMethod": "GET",
            "timeout": PATIENCE_MS,
            "assertions": [
                {"type": "STATUS_CODE", "operator": "EQUALS", "value": 200},
                {"type": "BODY", "path": "$.status", "operator": "EQUALS", "value": "ok"},
            ],
        },
        "2": {
            "stepName": "unsigned-read",
            "checkerType": "HTTP",
            "url": f"{base}/v1/pipelines/none",
            "httpMethod": "GET",
            "timeout": PATIENCE_MS,
            "assertions": [{"type": "STATUS_CODE", "operator": "EQUALS", "value": 403}],
        },
        "3": {
            "stepName": "resolve",
            "checkerType": "DNS",
            "domain": host,
            "assertions": [{"type": "RECORD_COUNT", "operator": "GREATER_THAN", "value": 0}],
        },
        "4": {
            "stepName": "certificate",
            "checkerType": "SSL",
            "hostname": host,
            "assertions": [
                {"type": "CERTIFICATE_VALID", "value": True},
                {"type": "CERTIFICATE_EXPIRY", "operator": "GREATER_THAN", "value": 21, "unit": "DAYS"},
            ],
        },
    }
    return read_blueprint(json.dumps({"steps": steps}))
