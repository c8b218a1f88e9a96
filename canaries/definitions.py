"""The canaries as `canaries.yaml` defines them, held to the limits of CloudWatch Synthetics before AWS sees them.

Limits: https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CreateCanary.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import Field, StringConstraints

from canaries.runtimes import Runtime, as_of, problem_of_runtime
from foundation.errors import InputError
from foundation.files.documents import Document, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Day, Form, Line, Whole

# What a handler of ours needs to know of where it runs, beside AWS_REGION.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "api": ("API_URL", "ARCHIVES_BUCKET", "SLOW_AFTER_MS", "RETRY_COUNT"),
    "progress": ("API_URL", "WEBSOCKET_URL", "ARCHIVES_BUCKET", "SLOW_AFTER_MS", "MESSAGE_SECONDS", "RETRY_COUNT"),
    "authorisation": ("API_URL", "WEBSOCKET_URL", "RETRY_COUNT"),
    "certificate": ("TLS_URL", "CERTIFICATE_DAYS", "RETRY_COUNT"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One canary; `retry_count` are further attempts of a call after a broken network."""

    name: str
    about: str
    every_minutes: int
    timeout_seconds: int
    memory_mib: int
    retry_count: int

    @property
    def handler(self) -> str:
        """The handler in Synthetics' words."""
        return f"canaries/{self.name}.handler"

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings in its environment."""
        return SETTINGS[self.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """All canaries, and what they share."""

    canaries: tuple[Canary, ...]
    runtime: str
    blueprint_runtime: str
    success_retention_days: int
    failure_retention_days: int
    encryption: Literal["SSE_S3", "SSE_KMS"]
    runtimes: tuple[Runtime, ...]
    runtimes_read_on: date

    def __getitem__(self, name: str) -> Canary:
        for canary in self.canaries:
            if canary.name == name:
                return canary
        known = ", ".join(canary.name for canary in self.canaries)
        raise InputError(f"{name}: no canary has this name; there are {known}")


class _Canary(Form):
    about: Line = Field(min_length=10, max_length=200)
    # A rate of one minute to one hour.
    everyMinutes: Whole = Field(ge=1, le=60)
    timeoutSeconds: Whole = Field(ge=3, le=840)
    memoryMib: Whole = Field(ge=960, le=3008, multiple_of=64)
    retries: Whole = Field(ge=0, le=2)


class _Retention(Form):
    successDays: Whole = Field(ge=1, le=1024)
    failureDays: Whole = Field(ge=1, le=1024)


class _Runtime(Form):
    deprecatedOn: Day | None = None


# A canary's whole name is t-developer-STAGE-NAME, of which Synthetics takes 255 small letters, digits, - and _.
_Name = Annotated[str, StringConstraints(pattern=r"^[0-9a-z_-]{1,60}$")]
_RuntimeName = Annotated[str, StringConstraints(pattern=r"^syn-[a-z-]{1,60}-[0-9]{1,3}\.[0-9]{1,3}$")]


class _File(Form):
    runtime: str
    blueprintRuntime: str
    retention: _Retention
    encryption: Literal["SSE_S3", "SSE_KMS"]
    canaries: dict[_Name, _Canary] = Field(min_length=1)
    runtimesReadOn: Day
    runtimes: dict[_RuntimeName, _Runtime]

    def made(self) -> Canaries:
        return Canaries(
            canaries=tuple(
                Canary(
                    name=name,
                    about=each.about,
                    every_minutes=each.everyMinutes,
                    timeout_seconds=each.timeoutSeconds,
                    memory_mib=each.memoryMib,
                    retry_count=each.retries,
                )
                for name, each in self.canaries.items()
            ),
            runtime=self.runtime,
            blueprint_runtime=self.blueprintRuntime,
            success_retention_days=self.retention.successDays,
            failure_retention_days=self.retention.failureDays,
            encryption=self.encryption,
            runtimes=tuple(
                Runtime(name=name, deprecated_on=each.deprecatedOn) for name, each in self.runtimes.items()
            ),
            runtimes_read_on=self.runtimesReadOn,
        )  # fmt: skip


def read_canaries(file: Path) -> Canaries:
    """Read a file of definitions.

    Raises InputError with every problem of it, each with its line.
    """
    with yaml_documents(file) as found:
        document = found.only("the canaries and their runtimes")
        document.expand({})
        read = document.read(_File)
        if read is not None:
            _check(read, document)
    return cast("_File", read).made()


def _check(read: _File, document: Document) -> None:
    # As of the day on which they were read: an end that is to come is for `sre canaries list` to tell.
    runtimes = [as_of(each, read.runtimesReadOn) for each in read.made().runtimes]
    for key, runtime, kind in (
        ("runtime", read.runtime, "syn-python-"),
        ("blueprintRuntime", read.blueprintRuntime, "syn-nodejs-"),
    ):
        problem = problem_of_runtime(runtime, runtimes, kind=kind)
        if problem is not None:
            document.problem((key,), problem)
    for name, canary in read.canaries.items():
        if name not in SETTINGS:
            document.problem(("canaries", name), with_hint(f"there is no handler canaries/{name}.py", name, SETTINGS))
        if canary.timeoutSeconds > canary.everyMinutes * 60:
            document.problem(("canaries", name, "timeoutSeconds"), "it may run for longer than until its next run")
