"""What a deployment is parameterised by; read once, at the edge."""

import platform as host
import sys
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Stage = Literal["local", "development", "staging", "production"]


class Settings(BaseModel):
    """One deployment. The local stage bundles for this machine's processor and Python; all others for Lambda on Graviton.

    `api_host` is a name of the API that is known before it is deployed, its own domain as a rule.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Stage
    region: str = Field(default="us-east-1", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    owner: str = "t-developer"
    api_host: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    api_base_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9_-]+)*$")

    @property
    def architecture(self) -> Literal["arm64", "x86_64"]:
        """The processor of the Lambdas, in AWS's words."""
        if self.stage == "local" and host.machine() in ("x86_64", "AMD64"):
            return "x86_64"
        return "arm64"

    @property
    def python_version(self) -> str:
        """The Python of the Lambdas, such as 3.11; MiniStack runs them on the interpreter that runs it."""
        if self.stage == "local":
            return f"{sys.version_info.major}.{sys.version_info.minor}"
        return "3.11"

    @property
    def faults_allowed(self) -> bool:
        """Whether the template carries the fault switch at all."""
        return self.stage != "production"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of every resource."""
        return {"Project": "t-developer", "Stage": self.stage, "Owner": self.owner, "ManagedBy": "cdk"}
