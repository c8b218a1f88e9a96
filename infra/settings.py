"""What a deployment is parameterised by; read once, at the edge."""

import platform as host
import sys
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from foundation.cloudwatch.names import Scope
from infra.service import OWNER

StageName = Literal["local", "development", "staging", "production"]

# Lambda's newest Python on Amazon Linux 2023, whose glibc is 2.34 (3.11 is on Amazon Linux 2, glibc 2.26, for which numpy
# and scipy have no wheels any more). https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
DEPLOYED_PYTHON = "3.13"
DEPLOYED_PLATFORM = "aarch64-manylinux_2_34"


class Settings(BaseModel):
    """One deployment. The local stage bundles for this machine's processor and Python; all others for Lambda on Graviton.

    `api_host` is a name of the API that is known before it is deployed, its own domain as a rule.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: StageName
    region: str = Field(default="us-east-1", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    owner: str = OWNER
    api_host: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    api_base_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9_-]+)*$")

    @property
    def scope(self) -> Scope:
        """Whose the names of all resources are."""
        return Scope(service="t-developer", stage=self.stage)

    @property
    def architecture(self) -> Literal["arm64", "x86_64"]:
        """The processor of the Lambdas, in AWS's words."""
        if self.stage == "local" and host.machine() in ("x86_64", "AMD64"):
            return "x86_64"
        return "arm64"

    @property
    def python_version(self) -> str:
        """The Python of the Lambdas, such as 3.13; the local platform runs them on this machine's."""
        if self.stage == "local":
            return f"{sys.version_info.major}.{sys.version_info.minor}"
        return DEPLOYED_PYTHON

    @property
    def python_platform(self) -> str | None:
        """The platform that wheels must fit, in uv's words; None is this machine."""
        return None if self.stage == "local" else DEPLOYED_PLATFORM

    @property
    def faults_allowed(self) -> bool:
        """Whether the template carries the fault switch at all."""
        return self.stage != "production"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of every resource."""
        return {"Project": "t-developer", "Stage": self.stage, "Owner": self.owner, "ManagedBy": "cdk"}
