"""What a deployment is parameterised by; read once, at the edge."""

import platform as host
import sys
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from foundation.cloudwatch.names import Scope
from infra.service import NAME, OWNER

STAGES = ("local", "development", "staging", "production")

# Lambda's newest Python on Amazon Linux 2023, whose glibc is 2.34 (3.11 is on Amazon Linux 2, glibc 2.26, for which numpy
# and scipy have no wheels any more). https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
DEPLOYED_PYTHON = "3.13"
DEPLOYED_PLATFORM = "aarch64-manylinux_2_34"


class Settings(BaseModel):
    """One deployment. The local stage bundles for this machine's processor and Python; all others for Lambda on Graviton.

    `api_host` is a name of the API that is known before it is deployed, its own domain as a rule. `has_platform` says that it is
    T-Developer itself that is deployed, with what watches it; of any other service, which has stacks and stages of its own, it is
    only what watches it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    has_platform: bool = True
    service: str = NAME
    title: str = "T-Developer"
    stage: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    region: str = Field(default="us-east-1", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    owner: str = OWNER
    api_host: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    api_base_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9_-]+)*$")
    own_tags: dict[str, str] = Field(default_factory=dict[str, str])

    @model_validator(mode="after")
    def _known_stage(self) -> Self:
        if self.has_platform and self.service != NAME:
            raise ValueError(f"service: the platform of {NAME} is not that of {self.service}")
        if self.has_platform and self.stage not in STAGES:
            raise ValueError(f"stage: there is no {self.stage!r}; there are {', '.join(STAGES)}")
        return self

    @property
    def is_local(self) -> bool:
        """Whether it is T-Developer on this machine."""
        return self.has_platform and self.stage == "local"

    @property
    def scope(self) -> Scope:
        """Whose the names of all resources are."""
        return Scope(service=self.service, stage=self.stage)

    @property
    def architecture(self) -> Literal["arm64", "x86_64"]:
        """The processor of the Lambdas, in AWS's words."""
        if self.is_local and host.machine() in ("x86_64", "AMD64"):
            return "x86_64"
        return "arm64"

    @property
    def python_version(self) -> str:
        """The Python of the Lambdas, such as 3.13; the local platform runs them on this machine's."""
        if self.is_local:
            return f"{sys.version_info.major}.{sys.version_info.minor}"
        return DEPLOYED_PYTHON

    @property
    def python_platform(self) -> str | None:
        """The platform that wheels must fit, in uv's words; None is this machine."""
        return None if self.is_local else DEPLOYED_PLATFORM

    @property
    def faults_allowed(self) -> bool:
        """Whether the template carries the fault switch at all."""
        return self.stage != "production"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of every resource."""
        ours = {"Project": self.service, "Stage": self.stage, "Owner": self.owner, "ManagedBy": "cdk"}
        return {**self.own_tags, **ours}
