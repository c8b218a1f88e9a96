"""The canaries as `canaries.yaml` defines them, held to the limits of CloudWatch Synthetics before AWS sees them.

Limits: https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CreateCanary.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, cast

from pydantic import Field, StringConstraints, model_validator

from canaries.runtimes import Runtime, as_of, problem_of_runtime
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Day, Form, Line, Whole
from foundation.steps.drawing import FromEnvironment, names_of
from foundation.steps.form import MOST_STEPS, AnyAuthorisation, Name, StepForm, ValueForm
from foundation.steps.model import HeaderFromEnvironment, SigV4
from foundation.steps.plain import Check, written
from foundation.steps.reader import read_authorisation, read_steps
from foundation.steps.sources import read_sources

_KNOWN = Path(__file__).with_name("synthetics.yaml")
# Of a dimension's value (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html).
_STEP_NAME = re.compile(r"[\x21-\x39\x3b-\x7e][\x20-\x7e]{0,119}")

# What a check that is data needs to know of where it runs.
_OF_CHECKS = ("API_URL", "SLOW_AFTER_MS", "RETRY_COUNT", "CHECK_NAME")
# What a handler of ours needs to know of where it runs, beside AWS_REGION.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "api": ("API_URL", "ARCHIVES_BUCKET", "SLOW_AFTER_MS", "RETRY_COUNT"),
    "progress": ("API_URL", "WEBSOCKET_URL", "ARCHIVES_BUCKET", "SLOW_AFTER_MS", "MESSAGE_SECONDS", "RETRY_COUNT"),
    "authorisation": ("API_URL", "WEBSOCKET_URL", "RETRY_COUNT"),
    "certificate": ("TLS_URL", "CERTIFICATE_DAYS", "RETRY_COUNT"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One canary; `retry_count` are further attempts of a call after a broken network.

    `check` is what it does where that is data; None is a handler of ours of its name.
    """

    name: str
    about: str
    every_minutes: int
    timeout_seconds: int
    memory_mib: int
    retry_count: int
    check: Check | None = None

    @property
    def handler(self) -> str:
        """The handler in Synthetics' words."""
        return f"canaries/{self.name if self.check is None else 'check'}.handler"

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings in its environment."""
        return SETTINGS[self.name] if self.check is None else (*_OF_CHECKS, *self.secret_variables)

    @property
    def secret_variables(self) -> tuple[str, ...]:
        """The variables of the environment that have a secret which it sends."""
        if self.check is None:
            return ()
        headers = (each.authorisation for each in self.check.steps)
        return tuple(
            dict.fromkeys(
                each.variable
                for each in (*headers, *self.check.values.values())
                if isinstance(each, HeaderFromEnvironment | FromEnvironment)
            )
        )

    @property
    def is_signed(self) -> bool:
        """Whether a check signs what it sends by AWS's signature."""
        return self.check is not None and any(isinstance(each.authorisation, SigV4) for each in self.check.steps)


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

    @property
    def checks(self) -> dict[str, str]:
        """Those that are data, as plain JSON, by their names."""
        return {each.name: written(each.check) for each in self.canaries if each.check is not None}

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
    authorisation: AnyAuthorisation = "none"
    values: dict[Name, ValueForm] = Field(default_factory=dict[str, ValueForm], max_length=50)
    steps: list[StepForm] | None = Field(default=None, min_length=1, max_length=MOST_STEPS)

    @model_validator(mode="after")
    def _values_have_steps(self) -> Self:
        if self.steps is None and (self.values or self.authorisation != "none"):
            raise ValueError("values and authorisation are of canaries with steps")
        return self


class _Retention(Form):
    successDays: Whole = Field(ge=1, le=1024)
    failureDays: Whole = Field(ge=1, le=1024)


class _Runtime(Form):
    deprecatedOn: Day | None = None


# A canary's whole name is SERVICE-STAGE-NAME, of which Synthetics takes 255 small letters, digits, - and _.
_Name = Annotated[str, StringConstraints(pattern=r"^[0-9a-z_-]{1,60}$")]
_RuntimeName = Annotated[str, StringConstraints(pattern=r"^syn-[a-z-]{1,60}-[0-9]{1,3}\.[0-9]{1,3}$")]


class _Known(Form):
    """What is true of Synthetics, whosever the canaries are, and what is usual where a file says nothing else."""

    runtime: str
    blueprintRuntime: str
    retention: _Retention
    encryption: Literal["SSE_S3", "SSE_KMS"]
    runtimesReadOn: Day
    runtimes: dict[_RuntimeName, _Runtime]


class _File(Form):
    runtime: str | None = None
    blueprintRuntime: str | None = None
    retention: _Retention | None = None
    encryption: Literal["SSE_S3", "SSE_KMS"] | None = None
    canaries: dict[_Name, _Canary] = Field(min_length=1)
    runtimesReadOn: Day | None = None
    runtimes: dict[_RuntimeName, _Runtime] | None = None

    def made(self, known: _Known, checks: Mapping[str, Check]) -> Canaries:
        retention = self.retention or known.retention
        runtimes = known.runtimes if self.runtimes is None else self.runtimes
        return Canaries(
            canaries=tuple(
                Canary(
                    name=name,
                    about=each.about,
                    every_minutes=each.everyMinutes,
                    timeout_seconds=each.timeoutSeconds,
                    memory_mib=each.memoryMib,
                    retry_count=each.retries,
                    check=checks.get(name),
                )
                for name, each in self.canaries.items()
            ),
            runtime=self.runtime or known.runtime,
            blueprint_runtime=self.blueprintRuntime or known.blueprintRuntime,
            success_retention_days=retention.successDays,
            failure_retention_days=retention.failureDays,
            encryption=self.encryption or known.encryption,
            runtimes=tuple(Runtime(name=name, deprecated_on=each.deprecatedOn) for name, each in runtimes.items()),
            runtimes_read_on=self.runtimesReadOn or known.runtimesReadOn,
        )


def read_canaries(file: Path) -> Canaries:
    """Read a file of definitions.

    Raises InputError with every problem of it, each with its line.
    """
    made: Canaries | None = None
    known = _known()
    with yaml_documents(file) as found:
        document = found.only("the canaries and their runtimes")
        document.expand({})
        read = document.read(_File)
        if read is not None:
            checks = {
                name: _check(each, document, ("canaries", name))
                for name, each in read.canaries.items()
                if each.steps is not None
            }
            made = read.made(known, checks)
            _check_limits(read, made, document)
    return cast("Canaries", made)


@cache
def _known() -> _Known:
    with yaml_documents(_KNOWN) as found:
        known = found.only("Synthetics' runtimes").read(_Known)
    return cast("_Known", known)


def _check(form: _Canary, document: Document, at: KeyPath) -> Check:
    kept = frozenset[str]()
    values = read_sources(form.values, document, (*at, "values"), kept=kept)
    names = [each for name, source in values.items() for each in names_of(name, source)]
    authorisation = read_authorisation(form.authorisation)
    steps = read_steps(form.steps or (), document, (*at, "steps"), known=names, authorisation=authorisation)
    for number, step in enumerate(steps):
        if not _STEP_NAME.fullmatch(step.name):
            said = "is the value of a metric's dimension: write letters, digits and signs of ASCII, at most 120, no : in front"
            document.problem((*at, "steps", number, "name"), said)
        if [each.name for each in steps].index(step.name) != number:
            document.problem((*at, "steps", number), f"two steps are called {step.name!r}; name one otherwise")
    return Check(steps=steps, values=values)


def _check_limits(read: _File, made: Canaries, document: Document) -> None:
    # As of the day on which they were read: an end that is to come is for `sre canaries list` to tell.
    runtimes = [as_of(each, made.runtimes_read_on) for each in made.runtimes]
    for key, runtime, kind in (
        ("runtime", made.runtime, "syn-python-"),
        ("blueprintRuntime", made.blueprint_runtime, "syn-nodejs-"),
    ):
        problem = problem_of_runtime(runtime, runtimes, kind=kind)
        if problem is not None:
            document.problem((key,), problem)
    for name, canary in read.canaries.items():
        if canary.steps is None and name not in SETTINGS:
            said = with_hint(f"it has no steps, and there is no handler canaries/{name}.py", name, SETTINGS)
            document.problem(("canaries", name), said)
        if canary.timeoutSeconds > canary.everyMinutes * 60:
            document.problem(("canaries", name, "timeoutSeconds"), "it may run for longer than until its next run")
