"""The canaries as `canaries.yaml` defines them, held to the limits of CloudWatch Synthetics before AWS sees them.

Limits: https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CreateCanary.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from canaries.runtimes import Runtime, problem_of_runtime
from foundation.errors import InputError
from foundation.files.yaml_lines import Document, read_documents

# What a handler of ours needs to know of where it runs, beside AWS_REGION.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "api": ("API_URL", "ARCHIVES_BUCKET", "SLOW_AFTER_MS", "RETRY_COUNT"),
    "progress": ("API_URL", "WEBSOCKET_URL", "ARCHIVES_BUCKET", "MESSAGE_SECONDS", "RETRY_COUNT"),
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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Canary(_Part):
    about: str = Field(min_length=10, max_length=200)
    everyMinutes: int = Field(ge=1, le=1440)
    timeoutSeconds: int = Field(ge=3, le=840)
    memoryMib: int = Field(ge=960, le=3008, multiple_of=64)
    retries: int = Field(ge=0, le=2)


class _Retention(_Part):
    successDays: int = Field(ge=1, le=1024)
    failureDays: int = Field(ge=1, le=1024)


class _Runtime(_Part):
    deprecatedOn: date | None = None


# A canary's whole name is t-developer-STAGE-NAME, of which Synthetics takes 255 small letters, digits, - and _.
_Name = Annotated[str, StringConstraints(pattern=r"^[0-9a-z_-]{1,60}$")]


class _File(_Part):
    runtime: str
    blueprintRuntime: str
    retention: _Retention
    encryption: Literal["SSE_S3", "SSE_KMS"]
    canaries: dict[_Name, _Canary] = Field(min_length=1)
    runtimesReadOn: date
    runtimes: dict[str, _Runtime]


def read_canaries(file: Path) -> Canaries:
    """Read a file of definitions.

    Raises InputError with every problem of it, each with its line.
    """
    documents = read_documents(file)
    if len(documents) != 1:
        raise InputError(f"{file}: one YAML document is needed, and there are {len(documents)}")
    document = documents[0]
    try:
        read = _File.model_validate(document.data)
    except ValidationError as error:
        problems = [document.problem(each["loc"], each["msg"].lower()) for each in error.errors()]
        raise InputError(f"{file} has {len(problems)} problem{'s'[: len(problems) != 1]}:", tuple(problems)) from error
    made = Canaries(
        canaries=tuple(
            Canary(
                name=name,
                about=each.about,
                every_minutes=each.everyMinutes,
                timeout_seconds=each.timeoutSeconds,
                memory_mib=each.memoryMib,
                retry_count=each.retries,
            )
            for name, each in read.canaries.items()
        ),
        runtime=read.runtime,
        blueprint_runtime=read.blueprintRuntime,
        success_retention_days=read.retention.successDays,
        failure_retention_days=read.retention.failureDays,
        encryption=read.encryption,
        runtimes=tuple(
            Runtime(name=name, deprecated_on=each.deprecatedOn) for name, each in read.runtimes.items()
        ),
        runtimes_read_on=read.runtimesReadOn,
    )  # fmt: skip
    if problems := tuple(_problems(made, document)):
        raise InputError(f"{file} has {len(problems)} problem{'s'[: len(problems) != 1]}:", problems)
    return made


def _problems(made: Canaries, document: Document) -> list[str]:
    found: list[str] = []
    for key, runtime, kind in (
        ("runtime", made.runtime, "syn-python-"),
        ("blueprintRuntime", made.blueprint_runtime, "syn-nodejs-"),
    ):
        problem = problem_of_runtime(runtime, made.runtimes, kind=kind)
        if problem is not None:
            found.append(document.problem((key,), problem))
    for canary in made.canaries:
        path = ("canaries", canary.name)
        if canary.name not in SETTINGS:
            found.append(document.problem(path, f"there is no handler canaries/{canary.name}.py"))
        if canary.timeout_seconds > canary.every_minutes * 60:
            found.append(document.problem(path, "it may run for longer than until its next run"))
    return found
